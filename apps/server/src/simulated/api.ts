import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Carrier } from './carrier.ts';
import type { MessageCentre, Taken } from './message-centre.ts';
import type { OverTheAir } from './settings.ts';
import type { Smdp } from './smdp.ts';

const PAGE = 100;
const MAX_BODY = 4_096;

type Answer = { status: number; body: unknown };

const stateShape = z.strictObject({
  state: z.enum(['active', 'suspended']),
  operation: key(),
});
const textShape = z.strictObject({ text: z.string().min(1).max(160), key: key() });
const sayShape = z.strictObject({ text: z.string().min(1).max(160) });
const settingsShape = z.strictObject({
  name: z.string().min(1).max(100),
  version: z.string().min(1).max(50),
  operation: key(),
});
const objectShape = z.record(z.string(), z.unknown());

function key() {
  return z.string().regex(/^[\w.:-]{1,128}$/, 'letters, digits and . : _ -, at most 128');
}

export type Said = { ok: true; key: string } | { ok: false; reason: 'unknown_sim' | 'not_attached' | 'too_many_texts' };

/**
 * The carrier API, on the loopback address, with a bearer token:
 *
 *     GET  /sims?cursor=            → 200 {sims: [sim], next}           100 a page, next is null on the last
 *     GET  /sims/{iccid}            → 200 {iccid, imsi, state, since, inSession}
 *     POST /sims/{iccid}/state      {state, operation}  → 202 {operation, …}   once per operation key
 *     POST /sims/{iccid}/settings   {name, version, operation}  → 202 {operation, status}   once per operation key
 *     GET  /settings/{operation}    → 200 {operation, iccid, status}     waiting, running, done
 *     POST /gsma/rsp2/es2plus/{function}   downloadOrder, confirmOrder of ES2+ (GSMA SGP.22)
 *     GET  /operations/{operation}  → 200 {operation, iccid, state, status, requestedAt, completedAt}
 *     POST /sims/{iccid}/texts      {text, key}  → 202 {key, status, …}   once per key
 *     GET  /texts/{key}             → 200 {key, iccid, text, status, failure, takenAt, settledAt}
 *     POST /sims/{iccid}/say        {text}  → 202 {key}   its device sends this text
 *
 * Errors are `{code, message}`: 400, 401, 404, 405, 409 (the key with another request; no attached device), 413, 429.
 */
export async function openApi(options: {
  port: number;
  token: string;
  carrier: Carrier;
  texts: MessageCentre;
  /** Has a SIM's device send a text. */
  say(iccid: string, text: string): Said;
  imsiOf(iccid: string): string;
  inSession(iccid: string): boolean;
  smdp: Smdp;
  overTheAir: OverTheAir;
}): Promise<{ port: number; close(): Promise<void> }> {
  const { carrier, texts, imsiOf, inSession, smdp, overTheAir } = options;
  const finds: Record<string, (name: string) => unknown> = {
    sims: view,
    operations: (name) => carrier.operation(name),
    texts: (name) => texts.find(name),
    settings: (name) => overTheAir.find(name),
  };
  const changes: Record<string, (iccid: string, request: IncomingMessage) => Promise<Answer>> = {
    state: changeState,
    texts: takeText,
    say: haveSaid,
    settings: updateSettings,
  };
  const expected = Buffer.from(`Bearer ${options.token}`);

  function view(iccid: string) {
    const known = carrier.get(iccid);
    return known && { iccid, imsi: imsiOf(iccid), state: known.state, since: known.since, inSession: inSession(iccid) };
  }

  async function respond(request: IncomingMessage): Promise<Answer> {
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return refuse(401, 'unauthorized', 'A bearer token is needed.');
    }
    const url = new URL(request.url ?? '/', 'http://carrier');
    const [, resource, name, part, ...rest] = url.pathname.split('/').map(decodeURIComponent);
    if (resource === 'gsma' && name === 'rsp2' && part === 'es2plus' && rest.length === 1) {
      return request.method === 'POST' ? callSmdp(rest[0]!, request) : wrongMethod();
    }
    if (rest.length > 0) return notFound();
    const change = resource === 'sims' && name && part ? changes[part] : undefined;
    if (change) return request.method === 'POST' ? change(name!, request) : wrongMethod();
    const find = finds[resource ?? ''];
    if (part !== undefined || !find) return notFound();
    if (request.method !== 'GET') return wrongMethod();
    if (resource === 'sims' && !name) return listSims(url.searchParams.get('cursor'));
    const found = name ? find(name) : null;
    return found ? { status: 200, body: found } : notFound();
  }

  /** The cursor is the last ICCID of the page before. */
  function listSims(cursor: string | null): Answer {
    const from = cursor ? carrier.iccids.indexOf(cursor) + 1 : 0;
    if (cursor && from === 0) return refuse(400, 'bad_cursor', 'The cursor is not one we gave.');
    const page = carrier.iccids.slice(from, from + PAGE);
    const next = from + PAGE < carrier.iccids.length ? page.at(-1)! : null;
    return { status: 200, body: { sims: page.map(view), next } };
  }

  async function changeState(iccid: string, request: IncomingMessage): Promise<Answer> {
    const read = await readJson(request, stateShape);
    if (!read.ok) return read.answer;
    const requested = carrier.request(iccid, read.data.state, read.data.operation);
    return requested.ok ? { status: 202, body: requested.operation } : refusals[requested.reason];
  }

  async function takeText(iccid: string, request: IncomingMessage): Promise<Answer> {
    const read = await readJson(request, textShape);
    if (!read.ok) return read.answer;
    const taken: Taken = texts.take(iccid, read.data.text, read.data.key);
    return taken.ok ? { status: 202, body: taken.text } : refusals[taken.reason];
  }

  async function haveSaid(iccid: string, request: IncomingMessage): Promise<Answer> {
    const read = await readJson(request, sayShape);
    if (!read.ok) return read.answer;
    const said = options.say(iccid, read.data.text);
    return said.ok ? { status: 202, body: { key: said.key } } : refusals[said.reason];
  }

  async function updateSettings(iccid: string, request: IncomingMessage): Promise<Answer> {
    const read = await readJson(request, settingsShape);
    if (!read.ok) return read.answer;
    if (!carrier.get(iccid)) return refusals.unknown_sim;
    const update = overTheAir.update(iccid, read.data.operation);
    return update ? { status: 202, body: update } : refusals.too_many_operations;
  }

  async function callSmdp(name: string, request: IncomingMessage): Promise<Answer> {
    const read = await readJson(request, objectShape);
    if (!read.ok) return read.answer;
    const body = smdp.call(name, read.data);
    return body ? { status: 200, body } : notFound();
  }

  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    respond(request)
      .catch(() => refuse(400, 'bad_request', 'The request cannot be read.'))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
  });
  server.maxConnections = 100;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Read<T> = { ok: true; data: T } | { ok: false; answer: Answer };

async function readJson<T>(request: IncomingMessage, shape: z.ZodType<T>): Promise<Read<T>> {
  const text = await readBody(request);
  if (text === null) {
    return { ok: false, answer: refuse(413, 'too_large', `A body has at most ${MAX_BODY} bytes.`) };
  }
  const read = shape.safeParse(parseJson(text));
  if (read.success) return { ok: true, data: read.data };
  return { ok: false, answer: refuse(400, 'bad_request', z.prettifyError(read.error)) };
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(status: number, code: string, message: string): Answer {
  return { status, body: { code, message } };
}
const notFound = () => refuse(404, 'not_found', 'There is nothing here.');
const wrongMethod = () => refuse(405, 'method_not_allowed', 'This resource has another method.');
const refusals = {
  unknown_sim: notFound(),
  operation_reused: refuse(409, 'operation_reused', 'This operation key was used for another request.'),
  key_reused: refuse(409, 'key_reused', 'This key was used for another text.'),
  not_attached: refuse(409, 'not_attached', 'The device of this SIM is not attached.'),
  too_many_operations: refuse(429, 'too_many_operations', 'Too many operations are pending.'),
  too_many_texts: refuse(429, 'too_many_texts', 'Too many texts are waiting.'),
} satisfies Record<string, Answer>;
