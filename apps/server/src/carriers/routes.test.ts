import { afterAll, beforeAll, expect, test } from 'vitest';
import { contextFor, systemActor } from '../kit/ctx.ts';
import { closeHttp, createHttp, type Http, listen } from '../kit/http/app.ts';
import { parsePublicId, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import {
  type Authentication,
  createApiKey,
  createOrganization,
  openAuthentication,
  permissionNames,
} from '../tenancy/index.ts';
import { attachLines, carrierRoutes, want } from './index.ts';
import { openWorld, type World } from './testing.ts';

let world: World;
let http: Http;
let authentication: Authentication;
let base: string;
let ours: Caller;
let theirs: Caller;
const using = new Map<string, number>();
const known = new Set<string>();

type Caller = Awaited<ReturnType<typeof caller>>;
type Body = Record<string, unknown> & { error?: { code: string; field?: string }; items?: Record<string, unknown>[] };

beforeAll(async () => {
  world = await openWorld();
  const publicUrl = 'http://127.0.0.1';
  authentication = openAuthentication(world.runtime, { databaseUrl: world.urls.app, publicUrl });
  http = createHttp({
    ...{ runtime: world.runtime, publicUrl, version: '0', permissions: permissionNames },
    authenticate: authentication.authenticate,
  });
  carrierRoutes(http, {
    linesOf: async (_ctx, telecomId) => using.get(telecomId) ?? 0,
    mustSee: async (_ctx, lineId) => {
      if (!known.has(lineId)) throw refuse.notFound('sim');
    },
  });
  base = await listen(http, { host: '127.0.0.1', port: 0 });
  ours = await caller('Ours', ['*']);
  theirs = await caller('Theirs', ['*']);
});
afterAll(async () => {
  await closeHttp(http);
  await authentication.close();
  await world.close();
});

async function caller(name: string, permissions: string[]) {
  const made = await createOrganization(
    { ...world.runtime, database: world.databases.owner },
    { name, currency: 'EUR' },
  );
  return { ...(await withKey(made.organization, permissions)), organization: made.organization };
}

async function withKey(organization: Parameters<typeof contextFor>[1], permissions: string[]) {
  const ctx = contextFor(world.runtime, organization, systemActor('test'));
  const { text } = await createApiKey(ctx, { name: 'test', permissions });
  return {
    ctx,
    async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(`${base}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${text}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const written = await response.text();
      return { status: response.status, body: (written ? JSON.parse(written) : {}) as Body, text: written };
    },
  };
}

const gateway = { name: 'Gateway', sourceRange: '203.0.113.0/28', secret: 'not-for-anybody', coaHost: '203.0.113.1' };

test('a telecom with its NAS: made, read, changed, removed; the secret never comes back', async () => {
  const made = await ours.call('POST', '/telecoms', { name: 'Coastal', connector: 'radius' });
  expect(made).toMatchObject({ status: 201, body: { name: 'Coastal', limitMode: 'reject', state: 'ok' } });
  const telecom = `/telecoms/${made.body.id}`;
  const walled = await ours.call('PATCH', telecom, { limitMode: 'walled' });
  expect(walled).toMatchObject({ status: 200, body: { limitMode: 'walled' } });
  const played = { name: 'Played', connector: 'simulated', limitMode: 'walled' };
  const refused = await ours.call('POST', '/telecoms', played);
  expect(refused).toMatchObject({ status: 400, body: { error: { code: 'telecom.limit_mode_unsupported' } } });
  const patched = await ours.call('PATCH', telecom, { operationsPerSecond: 7 });
  expect(patched).toMatchObject({ status: 200, body: { operationsPerSecond: 7 } });
  expect((await ours.call('GET', telecom)).body).toEqual(patched.body);

  const nas = await ours.call('POST', `${telecom}/nases`, gateway);
  expect(nas).toMatchObject({
    status: 201,
    body: { telecomId: made.body.id, coaPort: 3799, requireMessageAuthenticator: true },
  });
  const renamed = await ours.call('PATCH', `/nases/${nas.body.id}`, { name: 'West', secret: 'also-for-nobody' });
  expect(renamed).toMatchObject({ status: 200, body: { name: 'West' } });
  const list = await ours.call('GET', `${telecom}/nases`);
  expect(list.body.items).toEqual([renamed.body]);
  for (const { text } of [nas, renamed, list]) expect(text).not.toMatch(/nobody|anybody|secret/);
  expect((await ours.call('DELETE', `/nases/${nas.body.id}`)).status).toBe(204);
  expect((await ours.call('DELETE', `/nases/${nas.body.id}`)).status).toBe(404);

  using.set(parsePublicId('telecom', String(made.body.id))!, 2);
  expect(await ours.call('DELETE', telecom)).toMatchObject({
    status: 409,
    body: { error: { code: 'telecom.in_use' } },
  });
  using.clear();
  expect((await ours.call('DELETE', telecom)).status).toBe(204);
  const ids = async (query: string) => (await ours.call('GET', `/telecoms${query}`)).body.items!.map((item) => item.id);
  expect(await ids('')).not.toContain(made.body.id);
  expect(await ids('?archived=true')).toContain(made.body.id);
});

test('lists go page by page', async () => {
  for (const name of ['P1', 'P2', 'P3']) {
    world.pass(1);
    await theirs.call('POST', '/telecoms', { name, connector: 'none' });
  }
  const first = await theirs.call('GET', '/telecoms?limit=2');
  const second = await theirs.call('GET', `/telecoms?limit=2&cursor=${first.body.nextCursor}`);
  const names = [...first.body.items!, ...second.body.items!].map((item) => item.name);
  expect(names).toEqual(['P3', 'P2', 'P1']);
  expect(second.body.nextCursor).toBeNull();
});

test("another organization's telecom and NAS are not found", async () => {
  const telecom = (await ours.call('POST', '/telecoms', { name: 'Private', connector: 'radius' })).body.id;
  const nas = (await ours.call('POST', `/telecoms/${telecom}/nases`, { ...gateway, sourceRange: '203.0.113.32/28' }))
    .body.id;
  const requests: [string, string, unknown?][] = [
    ['GET', `/telecoms/${telecom}`],
    ['PATCH', `/telecoms/${telecom}`, { name: 'Taken' }],
    ['DELETE', `/telecoms/${telecom}`],
    ['GET', `/telecoms/${telecom}/nases`],
    ['POST', `/telecoms/${telecom}/nases`, gateway],
    ['PATCH', `/nases/${nas}`, { name: 'Taken' }],
    ['DELETE', `/nases/${nas}`],
  ];
  for (const [method, path, body] of requests) {
    expect((await theirs.call(method, path, body)).status, `${method} ${path}`).toBe(404);
  }
});

test('one idempotency key makes one telecom; with another body it is refused', async () => {
  const key = { 'idempotency-key': 'once' };
  const first = await ours.call('POST', '/telecoms', { name: 'Once', connector: 'none' }, key);
  const again = await ours.call('POST', '/telecoms', { name: 'Once', connector: 'none' }, key);
  expect(again.text).toBe(first.text);
  const other = await ours.call('POST', '/telecoms', { name: 'Other', connector: 'none' }, key);
  expect(other.status).toBe(409);
});

test('a caller without the permission is refused', async () => {
  const viewer = await withKey(ours.organization, ['carriers.telecom.view']);
  expect((await viewer.call('GET', '/telecoms')).status).toBe(200);
  expect((await viewer.call('POST', '/telecoms', { name: 'No', connector: 'none' })).status).toBe(403);
});

test.each([
  [{ name: 'X', connector: 'soap' }, 'body.connector'],
  [{ name: '', connector: 'none' }, 'body.name'],
  [{ name: 'X', connector: 'none', operationsPerSecond: 0 }, 'body.operationsPerSecond'],
  [{ name: 'X', connector: 'none', operationsPerSecond: 1.5 }, 'body.operationsPerSecond'],
  [{ name: 'X', connector: 'none', colour: 'red' }, 'body.colour'],
])('%o is refused, naming %s', async (body, field) => {
  expect(await ours.call('POST', '/telecoms', body)).toMatchObject({ status: 400, body: { error: { field } } });
});

test('what was asked of the carrier of a SIM is listed, newest first, for whom may see the SIM', async () => {
  const made = await ours.call('POST', '/telecoms', { name: 'Asked', connector: 'simulated' });
  const telecomId = parsePublicId('telecom', String(made.body.id))!;
  const lineId = world.newId();
  await attachLines(ours.ctx, [{ lineId, telecomId, iccid: '8949000000000000001', imsi: null }]);
  await want(ours.ctx, [{ lineId, want: 'active', cause: 'lifecycle' }]);
  const path = `/carrier-operations?sim=${publicId('sim', lineId)}`;
  expect((await ours.call('GET', path)).status).toBe(404);
  known.add(lineId);
  const { status, body } = await ours.call('GET', path);
  expect(status).toBe(200);
  expect(body.items).toMatchObject([
    {
      simId: publicId('sim', lineId),
      telecomId: made.body.id,
      kind: 'set_state',
      want: 'active',
      state: 'outstanding',
    },
  ]);
  expect((await theirs.call('GET', path)).body.items).toEqual([]);
});
