import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeHttp, createHttp, listen } from '../kit/http/app.ts';
import { createLimiter } from '../kit/http/limits.ts';
import { superSimRoutes } from './index.ts';
import { openWorld, type TestAccount, type World } from './testing.ts';

let world: World;
let account: TestAccount;

beforeAll(async () => {
  world = await openWorld();
  account = await world.organization('Acme');
});
afterAll(() => world?.close());

describe('who calls', () => {
  test.each(['/v1/Sims', '/v1/Networks', '/v1/Nowhere', '/v1'])(
    '401 20003 at %s without a valid credential',
    async (path) => {
      const wrong = { ...account, token: 'wrong' };
      for (const caller of [null, wrong]) {
        const { status, body, headers } = await world.call(caller, 'GET', path);
        expect([status, headers.get('www-authenticate')]).toEqual([401, 'Basic realm="Simwright"']);
        expect(body).toEqual({
          code: 20003,
          message: 'Authenticate',
          more_info: 'https://www.twilio.com/docs/errors/20003',
          status: 401,
        });
      }
    },
  );

  test('a stranger’s body is not read', async () => {
    expect((await world.call(null, 'POST', '/v1/Sims', '{', 'application/json')).status).toBe(401);
  });

  test('a credential does what it is permitted, and no more', async () => {
    const viewer = world.limited(account, ['inventory.sim.view']);
    expect((await world.call(viewer, 'GET', '/v1/Sims')).status).toBe(200);
    expect((await world.call(viewer, 'GET', '/v1/Networks')).status).toBe(200);
    const denied = [
      ['POST', '/v1/Sims'],
      ['GET', '/v1/Sims/x/BillingPeriods'],
      ['POST', '/v1/Sims/x'],
      ['GET', '/v1/Fleets'],
      ['POST', '/v1/Fleets'],
      ['POST', '/v1/Fleets/x'],
      ['GET', '/v1/NetworkAccessProfiles'],
      ['POST', '/v1/NetworkAccessProfiles'],
      ['POST', '/v1/NetworkAccessProfiles/x'],
      ['DELETE', '/v1/NetworkAccessProfiles/x/Networks/y'],
      ['GET', '/v1/UsageRecords'],
    ] as const;
    for (const [method, path] of denied) {
      const { status, body } = await world.call(viewer, method, path);
      expect([method, path, status, body.code]).toEqual([method, path, 403, 20403]);
    }
    const editor = world.limited(account, ['inventory.sim.edit']);
    expect((await world.call(editor, 'POST', '/v1/Sims/x', 'UniqueName=a')).body.code).toBe(83005);
    expect((await world.call(editor, 'POST', '/v1/Sims/x', 'UniqueName=a&Status=active')).body.code).toBe(20403);
  });

  test('429 with the time to wait', async () => {
    const host = Fastify();
    const limiter = createLimiter({ burst: 1, perSecond: 0.1 });
    await host.register(superSimRoutes({ ...world.deps, limiter }));
    const headers = { authorization: `Basic ${Buffer.from(`${account.sid}:${account.token}`).toString('base64')}` };
    const statuses = [];
    for (const _ of [1, 2]) statuses.push(await host.inject({ url: '/v1/Networks?PageSize=1', headers }));
    expect(statuses.map((answer) => answer.statusCode)).toEqual([200, 429]);
    expect(statuses[1]!.json().code).toBe(20429);
    expect(Number(statuses[1]!.headers['retry-after'])).toBeGreaterThan(0);
    await host.close();
  });
});

describe('what is asked', () => {
  test.each([
    '/v1/IpCommands/nobody',
    // The original spells it with a capital S.
    '/v1/EsimProfiles',
    '/v1/SettingsUpdates/OB00000000000000000000000000000000',
    '/v1/Sims/nobody/IpAddresses',
    '/v1/Nowhere',
    '/v1/Sims/HS00000000000000000000000000000000',
    '/v1/Sims/nobody',
    '/v1/Sims/nobody/BillingPeriods',
    '/v1/Fleets/nobody',
    '/v1/NetworkAccessProfiles/nobody/Networks',
    '/v1/Networks/nobody',
  ])('404 20404 at %s', async (path) => {
    const { status, body } = await world.call(account, 'GET', path);
    expect([status, body.code, body.status]).toEqual([404, 20404, 404]);
    expect(body.message).toContain(path);
    expect(Object.keys(body)).not.toContain('type');
  });

  test('JSON is read like a form', async () => {
    const name = JSON.stringify({ UniqueName: 'from JSON', Networks: null });
    const profile = await world.call(account, 'POST', '/v1/NetworkAccessProfiles', name, 'application/json');
    expect([profile.status, profile.body.unique_name]).toEqual([201, 'from JSON']);
    const fleet = JSON.stringify({ NetworkAccessProfile: 'from JSON', DataLimit: 5, DataEnabled: false });
    const { body } = await world.call(account, 'POST', '/v1/Fleets', fleet, 'application/json');
    expect(body).toMatchObject({ data_limit: 5, data_enabled: false });
  });

  test.each([
    ['{"UniqueName":', 'application/json'],
    ['[1]', 'application/json'],
    ['"text"', 'application/json'],
    ['{"UniqueName":{"a":1}}', 'application/json'],
    ['<xml/>', 'text/xml'],
  ])('400 20001 for %s as %s', async (body, type) => {
    const answer = await world.call(account, 'POST', '/v1/NetworkAccessProfiles', body, type);
    expect([answer.status, answer.body.code]).toEqual([400, 20001]);
  });

  test('413 for a body that is too large', async () => {
    const answer = await world.call(account, 'POST', '/v1/Sims', `Iccid=${'8'.repeat(300_000)}`);
    expect([answer.status, answer.body.code]).toEqual([413, 20413]);
  });

  test('other origins may call, and may ask first', async () => {
    const asked = await world.call(null, 'OPTIONS', '/v1/Sims/x');
    expect([asked.status, asked.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'Authorization, Content-Type',
    ]);
    expect((await world.call(account, 'GET', '/v1/Sims')).headers.get('access-control-allow-origin')).toBe('*');
  });

  test('callback parameters are checked', async () => {
    for (const form of ['CallbackUrl=nowhere', 'CallbackMethod=PUT']) {
      const { status, body } = await world.call(account, 'POST', '/v1/Sims/x', form);
      expect([status, body.code]).toEqual([400, 20001]);
    }
  });
});

test('beside the native API each keeps its own bodies, errors and addresses', async () => {
  const { runtime } = world.deps;
  const deps = {
    runtime,
    publicUrl: '',
    version: '0',
    permissions: new Set<string>(),
    authenticate: async () => null,
  };
  const http = createHttp(deps);
  await http.fastify.register(superSimRoutes(world.deps));
  const base = await listen(http, { host: '127.0.0.1', port: 0 });
  const profile = await world.call(account, 'POST', `${base}/v1/NetworkAccessProfiles`, 'UniqueName=beside');
  expect([profile.status, profile.body.unique_name]).toEqual([201, 'beside']);
  expect((await world.call(account, 'GET', `${base}/v1/Nowhere`)).body.code).toBe(20404);
  expect((await world.call(account, 'GET', `${base}/nowhere`)).body.error.code).toBe('route.not_found');
  expect((await world.call(account, 'POST', `${base}/healthz`, 'a=b')).body.error.code).not.toBe(20001);
  // While it stops, each says so in its own words.
  http.closing = true;
  const stopping = await world.call(account, 'GET', `${base}/v1/Sims`);
  expect([stopping.status, stopping.body.code, stopping.headers.get('retry-after')]).toEqual([503, 20503, '1']);
  const native = await fetch(`${base}/nowhere`);
  expect([native.status, await native.json()]).toEqual([
    503,
    { error: expect.objectContaining({ code: 'unavailable' }) },
  ]);
  await closeHttp(http);
});
