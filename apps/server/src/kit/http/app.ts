import { randomBytes } from 'node:crypto';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { assert } from '../assert.ts';
import type { Runtime } from '../ctx.ts';
import { type Health, openHealth } from '../health.ts';
import { Refusal } from '../refusal.ts';
import { addressing } from './address.ts';
import { answerTo } from './errors.ts';
import { createLimiter, type Limiter } from './limits.ts';
import { httpSeconds } from './metrics.ts';
import { openapiDocument } from './openapi.ts';
import { answerProbe } from './probes.ts';
import type { Caller, DeclaredRoute } from './route.ts';
import type { Stream } from './sse.ts';

export type HttpDeps = {
  runtime: Runtime;
  publicUrl: string;
  version: string;
  /** Every permission that a route may ask for. */
  permissions: ReadonlySet<string>;
  /** Who calls, or null for a stranger. Refuses (401) what looks like a credential and is none. */
  authenticate: (request: FastifyRequest) => Promise<Caller | null>;
  /** What `/readyz` tells. */
  health?: Health;
  /** Asked for by `/metrics` when set. */
  metricsToken?: string | null;
  /** Requests per second of one key or person, and how many at once. */
  rateLimit?: { perSecond: number; burst: number };
  /** Believe X-Forwarded-For: only behind a proxy that sets it. */
  trustProxy?: boolean;
  /** The largest file that may be uploaded, in bytes. */
  largestFile?: number;
};

/** The HTTP server and what was declared on it. */
export type Http = {
  readonly fastify: FastifyInstance;
  readonly deps: HttpDeps;
  readonly routes: DeclaredRoute[];
  readonly limiter: Limiter;
  readonly streams: Set<Stream>;
  readonly health: Health;
  /** Requests that have no answer yet. */
  running: number;
  closing: boolean;
};

const megabyte = 1024 * 1024;
/** In which a request must have arrived whole; a file that is taken as a stream has longer. */
const requestMs = 60_000;
const longestUploadMs = 3_600_000;

export function createHttp(deps: HttpDeps): Http {
  const fastify = Fastify({
    logger: false,
    bodyLimit: megabyte,
    requestTimeout: longestUploadMs,
    keepAliveTimeout: 65_000,
    trustProxy: deps.trustProxy ?? false,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    genReqId: requestId,
    ...addressing,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply as FastifyReply),
  });
  const http: Http = {
    fastify,
    deps,
    routes: [],
    limiter: createLimiter(deps.rateLimit ? deps.rateLimit : { perSecond: 2_000, burst: 4_000 }),
    streams: new Set(),
    health: deps.health ?? openHealth({}, () => deps.runtime.clock.now()),
    running: 0,
    closing: false,
  };

  function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const answer = answerTo(error, request.id);
    if (answer.fault) deps.runtime.log.error({ err: error, requestId: request.id, route: routeOf(request) }, 'fault');
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  }

  readBodies(fastify);
  // Outside of all counting, limits and draining: whoever watches must always get an answer.
  fastify.addHook('onRequest', async (request, reply) => {
    const answer = await answerProbe(request, { health: http.health, metricsToken: deps.metricsToken ?? null });
    if (answer) return reply.code(answer.status).headers(answer.headers).send(answer.body);
  });
  limitTime(fastify);
  setHeaders(fastify);
  observe(http);
  fastify.setErrorHandler<FastifyError>(sendError);
  fastify.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      error: { code: 'route.not_found', message: 'There is nothing at this address.', requestId: request.id },
    }),
  );
  // Deny by default: what is served under /api was declared, with its permission.
  fastify.addHook('onRoute', ({ method, url, config }) => {
    const declared = (config as { declared?: boolean } | undefined)?.declared === true;
    assert(declared || !url.startsWith('/api/'), `${method} ${url} must be declared with route() or publicRoute()`);
  });
  fastify.addHook('preClose', async () => {
    http.closing = true;
    for (const stream of [...http.streams]) stream.close();
  });
  mountOwnRoutes(http);
  return http;
}

/** A caller's own id is taken over when it could not be mistaken for anything else; it goes through logs and audit. */
function requestId(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/.test(given)
    ? given
    : `req_${randomBytes(12).toString('hex')}`;
}

/** JSON and, where a route says so, CSV; everything else is 415. Edges add their own forms in their own scope. */
function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const readJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    readJson(request, body as string, done);
  });
  // Only for routes that take their body as a stream: their own hook gives it this type (see route.ts).
  fastify.addContentTypeParser('application/octet-stream', (request, payload, done) => {
    if (streams(request)) return done(null, payload);
    done(Object.assign(new Error('media type'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE', statusCode: 415 }));
  });
  fastify.addContentTypeParser('application/x-ndjson', { parseAs: 'string' }, (request, body, done) => {
    if (!(request.routeOptions.config as { lines?: boolean } | undefined)?.lines) {
      return done(Object.assign(new Error('media type'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE', statusCode: 415 }));
    }
    done(null, { records: readLines(body as string) });
  });
  fastify.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) => done(null, body));
}

/** A line that is no JSON is handed on as its text: whoever reads the elements refuses that one, and takes the others. */
function readLines(text: string): unknown[] {
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      return [line];
    }
  });
}

function streams(request: FastifyRequest): boolean {
  return (request.routeOptions.config as { streams?: boolean } | undefined)?.streams === true;
}

/** A request that dribbles in is cut off. */
function limitTime(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request) => {
    if (streams(request) || request.raw.complete) return;
    const timer = setTimeout(() => request.raw.destroy(), requestMs);
    for (const end of ['end', 'close']) request.raw.once(end, () => clearTimeout(timer));
  });
}

function setHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
    if (!request.url.startsWith('/api/')) return;
    reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
  });
}

/** One line and one measurement per request. Neither holds a header, a query or a body: those carry secrets. */
function observe(http: Http): void {
  const { fastify, deps } = http;
  fastify.addHook('onRequest', async (_request, reply) => {
    http.running += 1;
    reply.raw.once('close', () => {
      http.running -= 1;
    });
    if (!http.closing) return;
    // Thrown and not sent: whose address it is says so in words of its own.
    reply.headers({ 'retry-after': '1', connection: 'close' });
    throw new Refusal('unavailable', 'unavailable', 'This process is about to stop. Try again.');
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const route = routeOf(request);
    const seconds = reply.elapsedTime / 1000;
    httpSeconds.observe({ method: request.method, route, status: String(reply.statusCode) }, seconds);
    deps.runtime.log.info(
      {
        requestId: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(seconds * 1000),
      },
      'request',
    );
  });
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions?.url ?? 'unknown';
}

function mountOwnRoutes(http: Http): void {
  const { fastify } = http;
  let document: string | null = null;
  fastify.get('/api/v1/openapi.json', { config: { declared: true } }, async (_request, reply) => {
    document ??= JSON.stringify(openapiDocument(http));
    return reply.type('application/json; charset=utf-8').send(document);
  });
}

/** Starts listening; returns the base URL, with the port that was given for port 0. */
export async function listen(http: Http, address: { host: string; port: number }): Promise<string> {
  await http.fastify.listen(address);
  const bound = http.fastify.addresses()[0];
  assert(bound && typeof bound === 'object', 'a server that listens has an address');
  return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
}

/** Running requests have this long to end when the server stops. */
const graceMs = 5_000;

/**
 * Takes no new request (503, which a proxy sends elsewhere), ends the streams, whose readers come back, and waits for
 * the requests that run. `/healthz`, `/readyz` and `/metrics` go on answering until `closeHttp`.
 */
export async function drainHttp(http: Http): Promise<void> {
  http.closing = true;
  http.health.drain();
  for (const stream of [...http.streams]) stream.close();
  const until = performance.now() + graceMs;
  while (http.running > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Takes no new request, ends the streams, lets running requests finish, then cuts what is left. */
export async function closeHttp(http: Http): Promise<void> {
  const { server } = http.fastify;
  const until = performance.now() + graceMs;
  // A client may hold a connection on which it never asked anything; Node would wait for that one too.
  const cut = setInterval(() => {
    if (http.running === 0 || performance.now() > until) server.closeAllConnections();
  }, 50);
  try {
    await http.fastify.close();
  } finally {
    clearInterval(cut);
  }
}
