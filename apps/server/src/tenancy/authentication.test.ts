import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Organization } from '../kit/ctx.ts';
import { publicId } from '../kit/ids.ts';
import { tenancyRoutes } from './routes/index.ts';
import { createApiKey, revokeApiKey } from './service/api-keys.ts';
import { archiveCompany, createCompany } from './service/companies.ts';
import { createStaff } from './service/staff.ts';
import { call, type TenancyWorld, tenancyWorld } from './testing.ts';

let now = new Date();
let world: TenancyWorld;
let base: string;
let organization: Organization;
let accountSid: string;
let authToken: string;

beforeAll(async () => {
  world = await tenancyWorld({ now: () => now });
  ({ base } = await world.serve((http) => tenancyRoutes(http, world.authentication)));
  ({ organization, accountSid, authToken } = await world.organization());
});
afterAll(() => world.close());

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const me = (authorization: string) => call(base, 'GET', '/api/v1/me', { headers: { authorization } });

function buyToken(form: Record<string, string>, headers: Record<string, string> = {}) {
  return call(base, 'POST', '/v2/token', {
    raw: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
}

describe('an API key', () => {
  it('is shown once, kept as a hash, and never twice in the clear by an idempotent repeat', async () => {
    const key = await world.key(organization);
    const body = { name: 'ci', permissions: ['tenancy.company.view'] };
    const headers = { 'idempotency-key': 'make-a-key' };
    const first = await call(base, 'POST', '/api/v1/api-keys', { key, body, headers });
    const repeat = await call(base, 'POST', '/api/v1/api-keys', { key, body, headers });
    expect(first.status).toBe(201);
    expect(repeat.body).toEqual(first.body);
    expect(repeat.headers.get('idempotent-replay')).toBe('true');
    const tables = ['api_keys', 'idempotency_keys', 'audit_log', 'events'];
    const stored = await Promise.all(tables.map((table) => world.owner.pool.query(`select t::text from ${table} t`)));
    expect(JSON.stringify(stored.map((result) => result.rows))).not.toContain(first.body.secret);
    expect((await me(`Bearer ${first.body.apiKey}`)).body.permissions).toEqual(['tenancy.company.view']);
    const listed = await call(base, 'GET', '/api/v1/api-keys?limit=1', { key });
    expect(JSON.stringify(listed.body)).not.toContain(first.body.secret);
  });

  it('stops within five seconds of being revoked', async () => {
    const made = await createApiKey(world.as(organization), { name: 'short', permissions: ['*'] });
    expect((await me(`Bearer ${made.text}`)).status).toBe(200);
    await revokeApiKey(world.as(organization), made.key.id);
    const deadline = performance.now() + 5_000;
    let status = 200;
    // The last one to be asked begins after the five seconds, however slow the others were.
    for (let late = false; status === 200 && !late; ) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      late = performance.now() >= deadline;
      ({ status } = await me(`Bearer ${made.text}`));
    }
    expect(status).toBe(401);
  });

  it('cannot give away what its maker does not have', async () => {
    const key = await world.key(organization, { permissions: ['developers.api_key.add', 'tenancy.company.view'] });
    const make = (permissions: string[]) =>
      call(base, 'POST', '/api/v1/api-keys', { key, body: { name: 'k', permissions } });
    expect((await make(['tenancy.company.view'])).status).toBe(201);
    expect((await make(['tenancy.company.edit'])).body.error.code).toBe('permission.denied');
    expect((await make(['*'])).body.error.code).toBe('permission.denied');
    expect((await make(['no.such.thing'])).body.error.code).toBe('api_key.permission_unknown');
  });

  it.each([
    ['another secret', (text: string) => `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`],
    ['another key', (text: string) => text.replace(/_[0-9a-f]{32}_/, `_${'0'.repeat(32)}_`)],
    ['another organization', (text: string) => text.replace(/^sw_[0-9a-f]{32}/, `sw_${'0'.repeat(32)}`)],
    ['nonsense', () => 'sw_1_2_3'],
    ['nothing', () => '%'],
  ])('is refused with %s', async (_, change) => {
    const answer = await me(`Bearer ${change(await world.key(organization))}`);
    expect([answer.status, answer.body.error.code]).toEqual([401, 'credential.invalid']);
  });
});

describe('an account', () => {
  it('is an organization or a company, by Basic, with all permissions in its scope', async () => {
    const whole = await world.authentication.authenticateAccount(basic(accountSid, authToken));
    expect(whole).toMatchObject({
      accountId: organization.id,
      actor: { id: accountSid, scope: { kind: 'organization' } },
    });
    const token = 'ab'.repeat(16);
    const company = await createCompany(world.as(organization), { name: 'Sub', authToken: token });
    const sid = publicId('company', company.id).replace('com_', 'AC');
    const sub = await world.authentication.authenticateBasic(sid, token);
    expect(sub).toMatchObject({ accountId: company.id, actor: { scope: { kind: 'company', companyId: company.id } } });
    expect(sub?.actor.permissions.has('*')).toBe(true);
    expect(await world.authentication.authenticateBasic(sid, authToken)).toBeNull();
    expect(await world.authentication.authenticateBasic(accountSid, `${authToken}x`)).toBeNull();
    expect(await world.authentication.authenticateBasic(`AC${'0'.repeat(32)}`, authToken)).toBeNull();
    await archiveCompany(world.as(organization), company.id);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect(await world.authentication.authenticateBasic(sid, token)).toBeNull();
  });

  it('may be called for by an API key', async () => {
    const made = await createApiKey(world.as(organization), { name: 'sdk', permissions: ['inventory.sim.view'] });
    const account = await world.authentication.authenticateAccount(basic(made.sid, made.secret));
    expect(account).toMatchObject({ accountId: organization.id, actor: { kind: 'api_key', name: 'sdk' } });
    expect(await world.authentication.authenticateBasic(made.sid, 'wrong')).toBeNull();
  });
});

describe('POST /v2/token', () => {
  it('sells a bearer token for client credentials, in a form, in JSON and by Basic', async () => {
    const grant = { grant_type: 'client_credentials' };
    const client = { client_id: accountSid, client_secret: authToken };
    const made = await createApiKey(world.as(organization), { name: 'oauth', permissions: ['tenancy.company.view'] });
    const answers = [
      await buyToken({ ...grant, ...client }),
      await call(base, 'POST', '/v2/token', { body: { ...grant, ...client } }),
      await buyToken(grant, { authorization: basic(made.sid, made.secret) }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
      const claims = decodeJwt(answer.body.access_token);
      expect(claims.exp! - claims.iat!).toBe(3600);
      expect((await me(`Bearer ${answer.body.access_token}`)).status).toBe(200);
    }
    expect((await me(`Bearer ${answers[0]!.body.access_token}`)).body.actor).toMatchObject({
      kind: 'account',
      id: accountSid,
    });
    expect((await me(`Bearer ${answers[2]!.body.access_token}`)).body.permissions).toEqual(['tenancy.company.view']);
  });

  it('ends with its hour, and with the key it was bought with', async () => {
    const made = await createApiKey(world.as(organization), { name: 'gone', permissions: ['*'] });
    const form = { grant_type: 'client_credentials', client_id: made.sid, client_secret: made.secret };
    const first = (await buyToken(form)).body.access_token;
    now = new Date(now.getTime() + 3_601_000);
    expect((await me(`Bearer ${first}`)).status).toBe(401);
    const second = (await buyToken(form)).body.access_token;
    await revokeApiKey(world.as(organization), made.key.id);
    expect((await me(`Bearer ${second}`)).status).toBe(401);
  });

  it('refuses by RFC 6749', async () => {
    const client = { client_id: accountSid, client_secret: authToken };
    const wrong = await buyToken({ ...client, grant_type: 'client_credentials', client_secret: 'no' });
    expect([wrong.status, wrong.body]).toEqual([401, { error: 'invalid_client' }]);
    expect(wrong.headers.get('www-authenticate')).toContain('Basic');
    expect((await buyToken({ ...client, grant_type: 'password' })).body).toEqual({ error: 'unsupported_grant_type' });
    expect((await buyToken({ grant_type: 'client_credentials' })).body).toEqual({ error: 'invalid_request' });
    const broken = await call(base, 'POST', '/v2/token', { raw: '{' });
    expect([broken.status, broken.body]).toEqual([400, { error: 'invalid_request' }]);
  });

  it('forgets nothing about a token that somebody changed', async () => {
    const form = { grant_type: 'client_credentials', client_id: accountSid, client_secret: authToken };
    const [head, body, sign] = (await buyToken(form)).body.access_token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 9e6 })).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const token of [`${head}.${forged}.${sign}`, `${none}.${body}.`, `${none}.${body}.${sign}`]) {
      expect((await me(`Bearer ${token}`)).status).toBe(401);
    }
  });
});

describe('signing in', () => {
  const person = { email: 'sam@example.com', name: 'Sam', password: 'correct horse battery' };
  const signIn = (email: string, password: string, headers = {}) =>
    call(base, 'POST', '/api/auth/sign-in/email', { body: { email, password }, headers });
  const cookieOf = (answer: { headers: Headers }) =>
    answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');

  beforeAll(() => createStaff(world.as(organization), { ...person, role: 'Operations' }));

  it('gives a session that is http-only and same-site, with what the role permits', async () => {
    const browser = {
      origin: base,
      'sec-fetch-site': 'same-origin',
      'sec-fetch-mode': 'cors',
      'sec-fetch-dest': 'empty',
    };
    const answer = await signIn('Sam@Example.com', person.password, browser);
    expect(answer.status).toBe(200);
    expect((await signIn(person.email, person.password, { origin: 'https://evil.example' })).status).toBe(403);
    expect(answer.body.user).toMatchObject({ email: person.email, name: 'Sam' });
    expect(answer.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Lax/);
    const who = await call(base, 'GET', '/api/v1/me', { headers: { cookie: cookieOf(answer) } });
    expect(who.body).toMatchObject({
      actor: { kind: 'staff', name: 'Sam', email: person.email },
      organization: { name: 'Acme', currency: 'EUR', timeZone: 'UTC' },
      organizations: [{ name: 'Acme' }],
    });
    expect(who.body.permissions).toContain('inventory.sim.status');
    expect(who.body.permissions).not.toContain('developers.api_key.add');
  });

  it('ends at once by signing out', async () => {
    const cookie = cookieOf(await signIn(person.email, person.password));
    expect((await call(base, 'POST', '/api/auth/sign-out', { headers: { cookie } })).status).toBe(204);
    expect((await call(base, 'GET', '/api/v1/me', { headers: { cookie } })).status).toBe(401);
  });

  it('says the same of a wrong password and an unknown person, and slows guessing down', async () => {
    const wrong = await signIn('guess@example.com', 'wrong wrong wrong');
    expect([wrong.status, wrong.body.error.code]).toEqual([401, 'sign_in.failed']);
    const statuses: number[] = [];
    for (let i = 0; i < 10; i++) statuses.push((await signIn('guess@example.com', 'wrong wrong wrong')).status);
    expect(statuses.at(-1)).toBe(429);
    expect((await signIn(person.email, person.password)).status).toBe(200);
  });

  it('lets nobody sign up, and no other site write with the cookie', async () => {
    const up = await call(base, 'POST', '/api/auth/sign-up/email', { body: { ...person, email: 'new@example.com' } });
    expect(up.status).toBe(404);
    const cookie = cookieOf(await signIn(person.email, person.password));
    const write = (headers: Record<string, string>) =>
      call(base, 'POST', '/api/v1/companies', { body: { name: 'By cookie' }, headers: { cookie, ...headers } });
    const foreign = await write({ origin: 'https://evil.example' });
    expect([foreign.status, foreign.body.error.code]).toEqual([403, 'request.other_site']);
    expect((await write({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await write({ origin: base })).status).toBe(201);
  });

  it('works for every organization of a person; X-Organization chooses', async () => {
    const second = (await world.organization('Second')).organization;
    await createStaff(world.as(second), { ...person, password: 'not looked at', role: 'Read-only' });
    const cookie = cookieOf(await signIn(person.email, person.password));
    const id = publicId('organization', second.id);
    const chosen = await call(base, 'GET', '/api/v1/me', { headers: { cookie, 'x-organization': id } });
    expect(chosen.body.organization.name).toBe('Second');
    expect(chosen.body.organizations).toHaveLength(2);
    const byCookie = await call(base, 'GET', '/api/v1/me', { headers: { cookie: `${cookie}; X-Organization=${id}` } });
    expect(byCookie.body.organization.name).toBe('Second');
    const { organization: foreign } = await world.organization('Foreign');
    const headers = { cookie, 'x-organization': publicId('organization', foreign.id) };
    const denied = await call(base, 'GET', '/api/v1/me', { headers });
    expect([denied.status, denied.body.error.code]).toEqual([403, 'organization.denied']);
  });
});
