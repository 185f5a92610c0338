import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { AddressRefused, type Guard } from './guard.ts';
import { longestMs, type NewDelivery, type Outgoing, type Try } from './model.ts';

/** How much of an answer is read, and of it kept. */
const readBytes = 4_096;
const keptCharacters = 500;

type Request = Outgoing & Pick<NewDelivery, 'kind'>;

/**
 * Sends one request and says what came of it; it never throws. No redirect is followed: where it leads was not checked,
 * and who is to be called is who was named.
 */
export async function post(outgoing: Request, headers: Record<string, string>, guard: Guard): Promise<Try> {
  const from = performance.now();
  const took = () => Math.round(performance.now() - from);
  try {
    const url = new URL(outgoing.url);
    guard.check(url);
    const { status, text } = await exchange(url, outgoing, headers, guard);
    return { status, answer: text.slice(0, keptCharacters), tookMs: took(), final: false };
  } catch (error) {
    return {
      status: null,
      answer: sayWhy(error, longestMs[outgoing.kind]),
      tookMs: took(),
      final: error instanceof AddressRefused,
    };
  }
}

function exchange(
  url: URL,
  { kind, method, contentType, body }: Request,
  headers: Record<string, string>,
  guard: Guard,
): Promise<{ status: number; text: string }> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method,
      lookup: guard.lookup,
      // A connection of its own: the next request to the same name is looked up and judged anew.
      agent: false,
      signal: AbortSignal.timeout(longestMs[kind]),
      headers: {
        'user-agent': 'Simwright/1.0',
        accept: '*/*',
        ...(body === null
          ? {}
          : { 'content-type': contentType ?? 'text/plain', 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
    });
    request.once('error', reject);
    request.once('response', (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      const done = () =>
        resolve({ status: response.statusCode ?? 0, text: printable(Buffer.concat(parts).toString('utf8')) });
      response.on('data', (part: Buffer) => {
        parts.push(part.subarray(0, readBytes - size));
        size += part.length;
        if (size < readBytes) return;
        done();
        response.destroy();
      });
      response.once('end', done);
      response.once('error', reject);
    });
    request.end(body ?? undefined);
  });
}

/** What the log keeps of somebody's answer: text that every column and every page takes. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it takes out.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '');
}

function sayWhy(error: unknown, allowedMs: number): string {
  if (error instanceof AddressRefused) return error.message;
  if (!(error instanceof Error)) return 'The request failed.';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') {
    return `There was no answer within ${allowedMs / 1000} seconds.`;
  }
  const { code } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOTFOUND: 'There is no such host.',
    ECONNREFUSED: 'The host refuses the connection.',
    ECONNRESET: 'The host broke the connection off.',
    EHOSTUNREACH: 'The host cannot be reached.',
  };
  return known[code ?? ''] ?? `The request failed${code ? ` (${code})` : ''}.`;
}
