import { setTimeout as pause } from 'node:timers/promises';
import { type Credentials, openAuthorization } from './authorization.ts';
import { SourceFault } from './fault.ts';

export type Source = {
  /** The base that was given, without `/v1`. */
  url: string;
  /** One answer, as JSON. Null: 404. */
  get(path: string, query?: Record<string, string>): Promise<unknown>;
  /** The items of a list, page by page, by its key. */
  pages(path: string, key: string, query?: Record<string, string>): AsyncGenerator<unknown[]>;
};

export type SourceOptions = {
  /** `https://supersim.example.com`, with or without `/v1`. */
  url: string;
  credentials: Credentials;
  /** Ends what is under way. */
  signal?: AbortSignal;
  /** Before the first repeat of a request; twice as long before each further one. */
  firstWaitMs?: number;
};

const timeoutMs = 30_000;
/** A page of a thousand SIMs is half a megabyte. */
const maxBytes = 32 * 1024 * 1024;
/** With the waits between them, some three minutes. */
const tries = 9;
const longestWaitMs = 60_000;
/** Two million SIMs, a thousand a page, and some. */
const mostPages = 3_000;

type Answer = { status: number; retryAfterMs: number | null; text: string };

/**
 * Reads a Super SIM API: the vendor's, its successor's, or ours. A request takes 30 s and 32 MB at most; 429, 5xx and a lost
 * connection are tried again eight times, and while one request waits because it was told to slow down, all do. Credentials are sent to
 * the given base alone: of an address of a next page only path and query count, and no redirect is followed.
 *
 * @throws SourceFault for what no repeat will mend.
 */
export function openSource(options: SourceOptions): Source {
  const url = baseOf(options.url);
  const authorization = openAuthorization(options.credentials, options.signal);
  const firstWaitMs = options.firstWaitMs ?? 1_000;
  let notBefore = 0;

  async function ask(address: string): Promise<Answer> {
    const headers = { accept: 'application/json', authorization: await authorization.header() };
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
    const response = await fetch(address, { headers, redirect: 'error', signal });
    const seconds = Number(response.headers.get('retry-after'));
    const retryAfterMs = seconds > 0 ? Math.min(seconds * 1_000, longestWaitMs) : null;
    return { status: response.status, retryAfterMs, text: await readBounded(response) };
  }

  async function read(address: string): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      await pause(Math.max(0, notBefore - performance.now()), undefined, { signal: options.signal });
      const answer = await ask(address).catch((error: unknown) => {
        if (options.signal?.aborted || error instanceof SourceFault) throw error;
        return sayWhy(error);
      });
      if (typeof answer !== 'string') {
        if (answer.status === 200) return parse(answer.text, address);
        if (answer.status === 404) return null;
        if (answer.status === 401 && authorization.renew()) continue;
        if (answer.status !== 429 && answer.status < 500) throw refusal(answer, address);
      }
      const why = typeof answer === 'string' ? answer : `it answers HTTP ${answer.status}`;
      if (attempt >= tries) throw new SourceFault(`${url} cannot be read: ${why}. Run the same command again later.`);
      const told = typeof answer === 'string' ? null : answer.retryAfterMs;
      const wait = told ?? Math.min(firstWaitMs * 2 ** (attempt - 1), longestWaitMs);
      // Whoever was told to slow down speaks for all of us.
      if (typeof answer !== 'string' && answer.status === 429) notBefore = performance.now() + wait;
      await pause(wait, undefined, { signal: options.signal });
    }
  }

  const addressOf = (path: string, query: Record<string, string> = {}) =>
    `${url}/v1${path}${Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : ''}`;

  return {
    url,
    get: (path, query) => read(addressOf(path, query)),
    async *pages(path, key, query) {
      let next: string | null = addressOf(path, { PageSize: '1000', ...query });
      const seen = new Set<string>();
      for (let page = 0; next !== null; page++) {
        if (page >= mostPages || seen.has(next)) throw new SourceFault(`The list ${path} of ${url} has no end.`);
        seen.add(next);
        const body = await read(next);
        const { [key]: items, meta } = (body ?? {}) as { [key: string]: unknown; meta?: { next_page_url?: unknown } };
        if (!Array.isArray(items))
          throw new SourceFault(`${url}/v1${path} answers with something that is no list of ${key}.`);
        yield items;
        const after = meta?.next_page_url;
        next = typeof after === 'string' && after !== '' ? `${url}${pathOf(after, url)}` : null;
      }
    },
  };
}

/** The base without its `/v1`. */
function baseOf(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new SourceFault(`${text} is no address; it is like https://supersim.example.com.`);
  }
  if (!/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new SourceFault('The address must be like https://supersim.example.com, without a sign-in or a query in it.');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '')}`;
}

function pathOf(next: string, url: string): string {
  const { pathname, search } = new URL(next, url);
  const from = pathname.indexOf('/v1/');
  if (from < 0) throw new SourceFault(`${url} names a next page that is not its own.`);
  return `${pathname.slice(from)}${search}`;
}

async function readBounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > maxBytes)
      throw new SourceFault(`${response.url.split('?', 1)[0]} answers with more than ${maxBytes} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(text: string, address: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SourceFault(`${address.split('?', 1)[0]} answers with something that is not JSON.`);
  }
}

/** What the API says of itself, in its own words as far as they are words. */
function refusal({ status, text }: Answer, address: string): SourceFault {
  let said = '';
  try {
    const { message, code } = JSON.parse(text) as { message?: unknown; code?: unknown };
    if (typeof message === 'string') said = ` ("${message.slice(0, 200)}"${code ? `, ${Number(code)}` : ''})`;
  } catch {
    // It says nothing that can be shown.
  }
  const at = address.split('?', 1)[0];
  if (status === 401 || status === 403)
    return new SourceFault(`${at} does not take these credentials: HTTP ${status}${said}.`);
  return new SourceFault(`${at} refuses the request: HTTP ${status}${said}.`);
}

function sayWhy(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `it does not answer within ${timeoutMs / 1_000} s`;
  const cause = error instanceof Error ? (error.cause as { code?: string; message?: string } | undefined) : undefined;
  return cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : 'no answer');
}
