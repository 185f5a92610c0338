import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Actor, allPermissions, type Organization, type Runtime } from '../ctx.ts';
import { openDatabase } from '../db.ts';
import { failing, ok, openHealth } from '../health.ts';
import { createLog } from '../log.ts';
import { refuse } from '../refusal.ts';
import { closeHttp, createHttp, drainHttp, type Http, type HttpDeps, listen } from './app.ts';
import { createLimiter } from './limits.ts';
import { lintOpenapi, openapiDocument } from './openapi.ts';
import { pageOf, pageQuery } from './page.ts';
import { publicRoute, type RouteScope, route } from './route.ts';
import { Amount, Bytes, idOf, idParams, listOf, reply, request, Timestamp, text } from './schemas.ts';

const organization: Organization = {
  id: '01980000-0000-7000-8000-000000000000',
  name: 'Acme',
  currency: 'EUR',
  timeZone: 'UTC',
  unitBase: 1000,
  sandbox: false,
  clockOffsetMs: 0n,
  lateUsage: 'own_period',
  connectionListeners: 0n,
};
const actor: Actor = {
  kind: 'system',
  id: 'test',
  name: 'Test',
  permissions: allPermissions,
  scope: { kind: 'organization' },
};
// Nothing listens on this port: what these routes do needs no database, and one shows what happens without it.
const database = openDatabase('postgres://nobody@127.0.0.1:9/none', 1);
const runtime: Runtime = { database, clock: { now: () => new Date('2026-03-01T00:00:00Z') }, log: createLog('silent') };
const deps: HttpDeps = {
  runtime,
  publicUrl: 'http://127.0.0.1',
  version: '0.0.0',
  permissions: new Set(['parcel.view', 'parcel.add']),
  authenticate: async (request) => (request.headers.authorization === 'Bearer yes' ? { organization, actor } : null),
  health: openHealth(
    {
      disk: { needed: true, look: () => ok('12 GB free') },
      network: { needed: true, look: async () => failing('cable is cut') },
      mail: {
        needed: false,
        look: () => {
          throw Object.assign(new Error('the secret is out'), { code: 'ECONNREFUSED' });
        },
      },
    },
    () => new Date('2026-03-01T00:00:00Z'),
  ),
};

const Parcel = reply('TestParcel', {
  id: idOf('sim'),
  at: Timestamp,
  bytes: Bytes.nullable(),
  price: Amount,
  tags: z.array(z.string()),
});
const ParcelPage = pageOf(Parcel, 'TestParcelPage');
const CreateParcel = request('CreateTestParcel', {
  id: idOf('sim'),
  at: Timestamp,
  bytes: Bytes.nullable(),
  price: Amount,
  items: z
    .array(z.strictObject({ name: text(20), count: z.int().min(1).max(9), kind: z.enum(['big', 'small']) }))
    .max(3),
});
const Csv = z.string().max(100).meta({ id: 'TestCsv' });

let http: Http;
let base: string;

beforeAll(async () => {
  http = createHttp({ ...deps, rateLimit: { perSecond: 1000, burst: 1000 } });
  const tags = ['Parcels'];
  const url = '/api/v1/parcels';
  route(http, {
    ...{
      method: 'POST',
      url,
      name: 'createParcel',
      summary: 'Create',
      tags,
      permission: 'parcel.add',
      scope: 'company',
    },
    body: CreateParcel,
    reply: { 201: Parcel },
    handler: async (_ctx, { body }) => ({ ...body, tags: body.items.map((item) => item.name), secret: 'stays here' }),
  });
  route(http, {
    ...{ method: 'GET', url, name: 'listParcels', summary: 'List', tags, permission: 'parcel.view', scope: 'company' },
    query: pageQuery({ kind: listOf(z.enum(['big', 'small'])).optional() }),
    reply: { 200: ParcelPage },
    handler: async (ctx, { query }) => ({
      items: [{ id: organization.id, at: ctx.now, bytes: 5n, price: '0.10', tags: query.kind ?? [] }],
      nextCursor: `${query.limit}`,
    }),
  });
  route(http, {
    ...{
      method: 'GET',
      url: `${url}/:id`,
      name: 'getParcel',
      summary: 'Get',
      tags,
      permission: 'parcel.view',
      scope: 'own',
    },
    params: idParams('sim'),
    reply: { 200: Parcel },
    handler: async () => {
      throw refuse.conflict('parcel.lost', 'It is lost.', { field: 'params.id', weight: 12n });
    },
  });
  route(http, {
    ...{
      method: 'POST',
      url: `${url}/csv`,
      name: 'importParcels',
      summary: 'Import',
      tags,
      permission: 'parcel.add',
      scope: 'company',
    },
    consumes: 'text/csv',
    body: Csv,
    reply: { 204: null },
    handler: async () => {},
  });
  publicRoute(http, {
    ...{ method: 'GET', url: '/api/v1/fault', name: 'fault', summary: 'Fails', tags, reply: { 204: null } },
    handler: async () => {
      throw new Error('postgres://user:password@host said no');
    },
  });
  publicRoute(http, {
    ...{ method: 'GET', url: '/api/v1/dark', name: 'dark', summary: 'No database', tags, reply: { 204: null } },
    handler: () => database.pool.query('select 1'),
  });
  base = await listen(http, { host: '127.0.0.1', port: 0 });
});
afterAll(() => closeHttp(http));

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(base + path, {
    method,
    headers: {
      authorization: 'Bearer yes',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
  });
  const answer = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the body as it is on the wire.
  return { status: response.status, headers: response.headers, body: (answer ? JSON.parse(answer) : null) as any };
}

const id = `sim_${'0'.repeat(31)}1`;
const good = { id, at: '2026-03-01T12:00:00+01:00', bytes: '1000000000000000', price: '12.34', items: [] };

describe('a request', () => {
  it('is turned into inner forms and back, and only declared fields leave', async () => {
    const { status, body } = await send('POST', '/api/v1/parcels', good);
    expect([status, body]).toEqual([
      201,
      { id, at: '2026-03-01T11:00:00.000Z', bytes: '1000000000000000', price: '12.34', tags: [] },
    ]);
    const list = await send('GET', '/api/v1/parcels?kind=big,small&limit=7');
    expect([list.body.items[0].tags, list.body.nextCursor]).toEqual([['big', 'small'], '7']);
  });

  const item = { name: 'a', count: 1, kind: 'big' };
  it.each([
    ['an unknown field', { ...good, prise: '1' }, 'body.prise', 'no field of this name'],
    [
      'an unknown field far inside',
      { ...good, items: [item, { ...item, x: 1 }] },
      'body.items[1].x',
      'no field of this name',
    ],
    ['a number for an amount', { ...good, price: 12.34 }, 'body.price', 'a string'],
    [
      'an amount with a comma',
      { ...good, price: '12,34' },
      'body.price',
      'an amount as a decimal string, like "12.34"',
    ],
    ['a number for bytes', { ...good, bytes: 5 }, 'body.bytes', 'a string'],
    [
      'bytes below nothing',
      { ...good, bytes: '-5' },
      'body.bytes',
      'a whole number of bytes as a decimal string, like "1000000"',
    ],
    [
      'another kind of id',
      { ...good, id: `flt_${'0'.repeat(32)}` },
      'body.id',
      `an id like sim_${organization.id.replaceAll('-', '')}`,
    ],
    [
      'a time without zone',
      { ...good, at: '2026-03-01 12:00' },
      'body.at',
      'a time with its zone, like 2026-01-31T12:00:00Z',
    ],
    [
      'a day that never was',
      { ...good, at: '2026-03-41T12:00:00Z' },
      'body.at',
      'a time with its zone, like 2026-01-31T12:00:00Z',
    ],
    [
      'a year that no calendar of ours has',
      { ...good, at: '0000-03-01T12:00:00Z' },
      'body.at',
      'a time with its zone, like 2026-01-31T12:00:00Z',
    ],
    [
      'a year that a zone moves there',
      { ...good, at: '0001-01-01T00:00:00+14:00' },
      'body.at',
      'a time with its zone, like 2026-01-31T12:00:00Z',
    ],
    ['a fraction', { ...good, items: [{ ...item, count: 1.5 }] }, 'body.items[0].count', 'a whole number'],
    ['too much', { ...good, items: [{ ...item, count: 10 }] }, 'body.items[0].count', 'at most 9'],
    ['too many', { ...good, items: [item, item, item, item] }, 'body.items', 'at most 3 items'],
    [
      'a word that is none of the list',
      { ...good, items: [{ ...item, kind: 'x' }] },
      'body.items[0].kind',
      'one of "big", "small"',
    ],
    ['a missing field', { ...good, items: undefined }, 'body.items', 'an array'],
    ['a list for an object', [], 'body', 'an object'],
    ['no body', undefined, 'body', 'an object'],
  ])('with %s is refused by its path and the form expected', async (_, body, field, expected) => {
    const answer = await send('POST', '/api/v1/parcels', body);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'request.invalid']);
    expect([answer.body.error.field, answer.body.error.expected]).toEqual([field, expected]);
    expect(answer.body.error.requestId).toBe(answer.headers.get('x-request-id'));
  });

  it.each([
    ['/api/v1/parcels?limit=0', 'query.limit', 'at least 1'],
    ['/api/v1/parcels?limit=201', 'query.limit', 'at most 200'],
    ['/api/v1/parcels?limit=many', 'query.limit', 'a number'],
    ['/api/v1/parcels?offset=5', 'query.offset', 'no field of this name'],
    ['/api/v1/parcels?kind=big,wrong', 'query.kind[1]', 'one of "big", "small"'],
    ['/api/v1/parcels/sim_5', 'params.id', `an id like sim_${organization.id.replaceAll('-', '')}`],
  ])('%s is refused', async (path, field, expected) => {
    const { status, body } = await send('GET', path);
    expect([status, body.error.field, body.error.expected]).toEqual([400, field, expected]);
  });

  it.each([
    ['broken JSON', '{"a":', {}, 400, 'request.malformed'],
    ['a poisoned prototype', '{"__proto__":{"x":1}}', {}, 400, 'request.malformed'],
    ['too large', JSON.stringify({ x: 'y'.repeat(1_100_000) }), {}, 413, 'request.too_large'],
    ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'request.media_type'],
    ['text', 'hello', { 'content-type': 'text/plain' }, 415, 'request.media_type'],
    ['CSV where JSON belongs', 'a,b', { 'content-type': 'text/csv' }, 415, 'request.media_type'],
    ['no caller', '{}', { authorization: 'Bearer no' }, 401, 'sign_in.required'],
    ['an impossible key', JSON.stringify(good), { 'idempotency-key': 'x'.repeat(256) }, 400, 'idempotency.key_invalid'],
  ])('that is %s is refused', async (_, body, headers, status, code) => {
    const answer = await send('POST', '/api/v1/parcels', body, headers);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('may be CSV where a route says so', async () => {
    expect((await send('POST', '/api/v1/parcels/csv', 'a,b', { 'content-type': 'text/csv' })).status).toBe(204);
    expect((await send('POST', '/api/v1/parcels/csv', {})).status).toBe(415);
  });

  it('is not understood at a broken or unknown address', async () => {
    expect((await send('GET', '/api/v1/nowhere')).body.error.code).toBe('route.not_found');
    expect((await send('PUT', '/api/v1/parcels')).status).toBe(404);
    expect((await send('GET', '/api/v1/parcels/%E0%A4%A')).body.error.code).toBe('request.invalid');
  });
});

describe('an answer', () => {
  it('of no has the one form, with facts beside', async () => {
    const { status, body } = await send('GET', `/api/v1/parcels/${id}`);
    expect([status, body.error]).toEqual([
      409,
      {
        code: 'parcel.lost',
        message: 'It is lost.',
        field: 'params.id',
        details: { weight: '12' },
        requestId: expect.stringMatching(/^req_/),
      },
    ]);
  });

  it('to a fault of ours tells nothing but its request id', async () => {
    const { status, body } = await send('GET', '/api/v1/fault');
    expect([status, body]).toEqual([
      500,
      { error: { code: 'internal', message: 'Something went wrong on our side.', requestId: expect.any(String) } },
    ]);
  });

  it('without a database is "not now"', async () => {
    const { status, body, headers } = await send('GET', '/api/v1/dark');
    expect([status, body.error.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '1']);
  });

  it('carries headers that keep browsers careful', async () => {
    const { headers } = await send('GET', '/api/v1/parcels');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('of health names what is wrong', async () => {
    expect((await send('GET', '/healthz')).status).toBe(200);
    const ready = await send('GET', '/readyz');
    const since = '2026-03-01T00:00:00.000Z';
    expect([ready.status, ready.body.checks]).toEqual([
      503,
      {
        disk: { state: 'ok', reason: '12 GB free', since },
        network: { state: 'failing', reason: 'cable is cut', since },
        mail: { state: 'failing', reason: 'could not be looked at (ECONNREFUSED)', since },
      },
    ]);
    const numbers = await (await fetch(`${base}/metrics`)).text();
    expect(numbers).toMatch(
      /simwright_http_request_seconds_count\{method="POST",route="\/api\/v1\/parcels",status="201"\} \d/,
    );
  });
});

describe('a request id', () => {
  it('of the caller is taken over when it is sane, and ours stands in when it is not', async () => {
    const idOfAnswer = async (given: string) => {
      const answer = await fetch(`${base}/api/v1/nowhere`, { headers: { 'x-request-id': given } });
      const { error } = (await answer.json()) as { error: { requestId: string } };
      expect(answer.headers.get('x-request-id')).toBe(error.requestId);
      return error.requestId;
    };
    expect(await idOfAnswer('trace-0af7651916cd43dd')).toBe('trace-0af7651916cd43dd');
    for (const odd of ['short', 'x'.repeat(65), 'with space 12345', '{"json":"12345"}', '-leading-dash']) {
      expect(await idOfAnswer(odd)).toMatch(/^req_[0-9a-f]{24}$/);
    }
  });
});

describe('a server that stops', () => {
  it('finishes what it began, refuses what comes, and says "draining" to whoever asks', async () => {
    const own = createHttp({ ...deps, health: openHealth({}, () => new Date()), metricsToken: 'let-me-see' });
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    publicRoute(own, {
      ...{
        method: 'GET' as const,
        url: '/api/v1/slow',
        name: 'slow',
        summary: 'Slow',
        tags: ['X'],
        reply: { 204: null },
      },
      handler: () => gate,
    });
    const address = await listen(own, { host: '127.0.0.1', port: 0 });
    const running = fetch(`${address}/api/v1/slow`);
    while (own.running === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    let drained = false;
    const draining = drainHttp(own).then(() => {
      drained = true;
    });
    const ready = await fetch(`${address}/readyz`);
    expect([ready.status, ((await ready.json()) as { status: string }).status]).toEqual([503, 'draining']);
    const late = await fetch(`${address}/api/v1/slow`);
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '1']);
    expect(drained).toBe(false);
    open();
    expect((await running).status).toBe(204);
    await draining;
    expect((await fetch(`${address}/metrics`)).status).toBe(401);
    expect((await fetch(`${address}/metrics`, { headers: { authorization: 'Bearer let-me-see' } })).status).toBe(200);
    await closeHttp(own);
  });
});

describe('a declaration', () => {
  const spec = {
    ...{ method: 'GET' as const, name: 'x', summary: 'X', tags: ['X'], reply: { 204: null }, handler: async () => {} },
    ...{ url: '/api/v1/x', permission: 'parcel.view', scope: 'company' as RouteScope },
  };
  it('without a known permission, without a scope, or around route() stops the start', () => {
    const fresh = () => createHttp(deps);
    expect(() => route(fresh(), { ...spec, permission: 'parcel.steal' })).toThrow('needs a permission');
    expect(() => route(fresh(), { ...spec, permission: undefined as never })).toThrow('needs a permission');
    expect(() => route(fresh(), { ...spec, scope: undefined as never })).toThrow('needs a scope');
    expect(() => fresh().fastify.get('/api/v1/x', async () => 1)).toThrow('must be declared');
    const twice = fresh();
    route(twice, spec);
    expect(() => route(twice, { ...spec, url: '/api/v1/y' })).toThrow('another route is named');
  });

  it('with a body that lets unknown fields pass, or has no name, stops the start', () => {
    const loose = z.strictObject({ list: z.array(z.object({ a: z.string() })) }).meta({ id: 'TestLoose' });
    expect(() => route(createHttp(deps), { ...spec, method: 'POST', body: loose })).toThrow(
      'body.list[] takes unknown fields',
    );
    expect(() => route(createHttp(deps), { ...spec, method: 'POST', body: z.strictObject({}) })).toThrow(
      'needs a name',
    );
    expect(() => reply('TestParcel', {})).toThrow('two schemas are named TestParcel');
  });

  it('is in the document; the lint finds floats, bare numbers and inlined bodies', () => {
    expect(lintOpenapi(openapiDocument(http))).toEqual([]);
    const bad = createHttp(deps);
    route(bad, {
      ...spec,
      reply: { 200: z.object({ price: z.number(), count: z.int() }) },
      handler: async () => ({ price: 1, count: 1 }),
    });
    const found = lintOpenapi(openapiDocument(bad)).join('\n');
    expect(found).toContain('response 200 has no name');
    expect(found).toContain('price: an amount as a number');
    expect(found).toContain('a whole number without a bound');
  });
});

describe('a limit', () => {
  it('lets a burst through, then as many as it refills', () => {
    let now = 0;
    const limiter = createLimiter({ burst: 2, perSecond: 0.5, maxKeys: 2 }, () => now);
    expect([limiter.take('a'), limiter.take('a'), limiter.take('a'), limiter.take('b')]).toEqual([0, 0, 2, 0]);
    now = 2;
    expect([limiter.take('a'), limiter.take('a')]).toEqual([0, 2]);
    limiter.take('b');
    limiter.take('c');
    expect(limiter.take('a')).toBe(0);
  });

  it('of one caller answers 429 with the seconds to wait', async () => {
    const small = createHttp({ ...deps, rateLimit: { perSecond: 1, burst: 2 } });
    route(small, {
      method: 'GET',
      url: '/api/v1/x',
      name: 'x',
      summary: 'X',
      tags: ['X'],
      permission: 'parcel.view',
      scope: 'own',
      reply: { 204: null },
      handler: async () => {},
    });
    const url = await listen(small, { host: '127.0.0.1', port: 0 });
    const answers = [];
    for (let i = 0; i < 3; i++)
      answers.push(await fetch(`${url}/api/v1/x`, { headers: { authorization: 'Bearer yes' } }));
    expect(answers.map((answer) => answer.status)).toEqual([204, 204, 429]);
    expect(answers[2]!.headers.get('retry-after')).toBe('1');
    await closeHttp(small);
  });
});

it('a stop does not wait for a connection on which nobody asked', async () => {
  const idle = createHttp(deps);
  const url = new URL(await listen(idle, { host: '127.0.0.1', port: 0 }));
  const socket = connect(Number(url.port), url.hostname);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.on('error', () => {});
  const begun = performance.now();
  await closeHttp(idle);
  expect(performance.now() - begun).toBeLessThan(2_000);
});
