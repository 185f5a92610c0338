import { afterAll, beforeAll, expect, test } from 'vitest';
import { superSim } from '../../test/supersim/sdk.ts';
import { contextFor, type Runtime, systemActor } from '../kit/ctx.ts';
import { closeHttp, createHttp, type Http, listen } from '../kit/http/app.ts';
import {
  type Authentication,
  createApiKey,
  createCompany,
  createOrganization,
  openAuthentication,
  permissionNames,
  tenancyRoutes,
} from '../tenancy/index.ts';
import { superSimRoutes } from './index.ts';
import { sidOf } from './sids.ts';
import { openWorld, type World } from './testing.ts';

let world: World;
let runtime: Runtime;
let authentication: Authentication;
let http: Http;
let base: string;

/** The real authentication, on a server as the product mounts it. */
beforeAll(async () => {
  world = await openWorld();
  runtime = { ...world.deps.runtime, clock: { now: () => new Date() } };
  const publicUrl = 'http://127.0.0.1';
  authentication = openAuthentication(runtime, { databaseUrl: world.urls.app, publicUrl });
  const { authenticate } = authentication;
  http = createHttp({ runtime, publicUrl, version: '0', permissions: permissionNames, authenticate });
  tenancyRoutes(http, authentication);
  const edge = { runtime, publicUrl, authenticate: (header: string) => authentication.authenticateAccount(header) };
  await http.fastify.register(superSimRoutes(edge));
  base = await listen(http, { host: '127.0.0.1', port: 0 });
  edge.publicUrl = base;
});
afterAll(async () => {
  if (http) await closeHttp(http);
  await authentication?.close();
  await world?.close();
});

async function newOrganization() {
  const made = await createOrganization({ ...runtime, database: world.owner }, { name: 'Acme', currency: 'EUR' });
  return { ...made, ctx: contextFor(runtime, made.organization, systemActor('test')) };
}

test('Basic: an account by its auth token, a sub-account by its own, an API key for the account it belongs to', async () => {
  const { ctx, accountSid, authToken } = await newOrganization();
  const company = await createCompany(ctx, { name: 'Branch', authToken: 'a'.repeat(32) });
  const key = await createApiKey(ctx, { name: 'key', permissions: ['*'], companyId: company.id });
  const companySid = sidOf('account', company.id);

  const callers = [
    [{ accountSid, authToken }, accountSid],
    [{ accountSid: companySid, authToken: 'a'.repeat(32) }, companySid],
    [{ accountSid, keySid: key.sid, secret: key.secret }, companySid],
  ] as const;
  for (const [credential, sid] of callers) {
    expect((await superSim(base, credential).networkAccessProfiles.create()).accountSid).toBe(sid);
  }
  const wrong = superSim(base, { accountSid, authToken: 'b'.repeat(32) });
  await expect(wrong.sims.list()).rejects.toMatchObject({ status: 401, code: 20003 });
});

test('Bearer: the SDK buys a token for each call and reads every page with it', async () => {
  const { ctx, accountSid } = await newOrganization();
  const key = await createApiKey(ctx, { name: 'key', permissions: ['*'] });
  const { networkAccessProfiles } = superSim(base, { clientId: key.sid, clientSecret: key.secret });
  for (const uniqueName of ['one', 'two', 'three']) await networkAccessProfiles.create({ uniqueName });
  const found = await networkAccessProfiles.list({ pageSize: 1 });
  expect(found.map((profile) => profile.accountSid)).toEqual([accountSid, accountSid, accountSid]);
});
