import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Organization } from '../kit/ctx.ts';
import { reading, rows, sql } from '../kit/db.ts';
import type { Http } from '../kit/http/app.ts';
import { lintOpenapi } from '../kit/http/openapi.ts';
import { publicId } from '../kit/ids.ts';
import { permissionNames, readyMadeRoles } from './permissions.ts';
import { tenancyRoutes } from './routes/index.ts';
import { createCompany } from './service/companies.ts';
import { moveClock } from './service/organizations.ts';
import { createStaff } from './service/staff.ts';
import { call, type TenancyWorld, tenancyWorld } from './testing.ts';

let world: TenancyWorld;
let http: Http;
let base: string;
let ours: Organization;
let theirs: Organization;
let key: string;

beforeAll(async () => {
  world = await tenancyWorld();
  ({ http, base } = await world.serve((http) => tenancyRoutes(http, world.authentication)));
  ours = (await world.organization('Ours', true)).organization;
  theirs = (await world.organization('Theirs')).organization;
  key = await world.key(ours);
});
afterAll(() => world.close());

describe('companies', () => {
  it('are created, read, changed, listed and archived, with every change in the audit log', async () => {
    const made = await call(base, 'POST', '/api/v1/companies', {
      key,
      body: { name: 'Coffee & Co', email: 'a@b.example' },
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: 'Coffee & Co', currency: 'EUR', timeZone: null, archivedAt: null });
    const { id } = made.body;
    expect(made.body.accountSid).toBe(`AC${id.slice(4)}`);

    const changed = await call(base, 'PATCH', `/api/v1/companies/${id}`, { key, body: { timeZone: 'Europe/Berlin' } });
    expect(changed.body.timeZone).toBe('Europe/Berlin');
    const found = await call(base, 'GET', '/api/v1/companies?search=COFFEE', { key });
    expect(found.body).toEqual({ items: [changed.body], nextCursor: null });

    expect((await call(base, 'DELETE', `/api/v1/companies/${id}`, { key })).status).toBe(204);
    expect((await call(base, 'DELETE', `/api/v1/companies/${id}`, { key })).status).toBe(204);
    expect((await call(base, 'GET', '/api/v1/companies?search=coffee', { key })).body.items).toEqual([]);
    expect((await call(base, 'GET', '/api/v1/companies?archived=true&search=coffee', { key })).body.items).toHaveLength(
      1,
    );
    const late = await call(base, 'PATCH', `/api/v1/companies/${id}`, { key, body: { name: 'x' } });
    expect([late.status, late.body.error.code]).toEqual([409, 'company.archived']);

    const log = await call(base, 'GET', `/api/v1/audit-log?objectId=${id}`, { key });
    expect(log.body.items.map((entry: { action: string }) => entry.action)).toEqual([
      'company.archived',
      'company.updated',
      'company.created',
    ]);
    expect(log.body.items[1]).toMatchObject({
      actor: { kind: 'api_key', name: 'test' },
      fromAddress: '127.0.0.1',
      changes: [{ field: 'timeZone', old: null, new: 'Europe/Berlin' }],
    });
  });

  it('are paged by a cursor that belongs to its list', async () => {
    for (let i = 0; i < 5; i++) await call(base, 'POST', '/api/v1/companies', { key, body: { name: `Paged ${i}` } });
    const seen: string[] = [];
    let cursor = '';
    for (let page = 0; page < 3; page++) {
      const answer = await call(base, 'GET', `/api/v1/companies?search=paged&limit=2${cursor}`, { key });
      seen.push(...answer.body.items.map((company: { name: string }) => company.name));
      cursor = `&cursor=${answer.body.nextCursor}`;
    }
    expect(seen.sort()).toEqual(['Paged 0', 'Paged 1', 'Paged 2', 'Paged 3', 'Paged 4']);
    const first = await call(base, 'GET', '/api/v1/companies?limit=1', { key });
    for (const wrong of ['nonsense', Buffer.from('["companies",5]').toString('base64url')]) {
      const answer = await call(base, 'GET', `/api/v1/companies?cursor=${wrong}`, { key });
      expect([answer.status, answer.body.error.code]).toEqual([400, 'cursor.invalid']);
    }
    const other = await call(base, 'GET', `/api/v1/end-users?cursor=${first.body.nextCursor}`, { key });
    expect([other.status, other.body.error.code]).toEqual([400, 'cursor.invalid']);
  });
});

describe('another organization', () => {
  it('has nothing here: its ids are not found, in the path and in the body', async () => {
    const foreign = publicId('company', (await createCompany(world.as(theirs), { name: 'Foreign' })).id);
    for (const [method, body] of [['GET'], ['PATCH', { name: 'x' }], ['DELETE']] as const) {
      const answer = await call(base, method, `/api/v1/companies/${foreign}`, { key, body });
      expect([answer.status, answer.body.error.code]).toEqual([404, 'company.not_found']);
    }
    const user = await call(base, 'POST', '/api/v1/end-users', {
      key,
      body: { companyId: foreign, email: 'x@y.example' },
    });
    expect([user.status, user.body.error.code]).toEqual([404, 'company.not_found']);
    const names = await call(base, 'GET', '/api/v1/companies?limit=200&search=foreign', { key });
    expect(names.body.items).toEqual([]);
  });

  it('stays unseen by a statement that forgot its organization, and by one without any', async () => {
    await createCompany(world.as(theirs), { name: 'Unseen' });
    const forgot = await reading(world.as(ours), (ctx) =>
      rows<{ organizationId: string }>(ctx, sql`select organization_id from companies`),
    );
    expect(forgot.length).toBeGreaterThan(0);
    expect(new Set(forgot.map((row) => row.organizationId))).toEqual(new Set([ours.id]));
    for (const table of ['organizations', 'companies', 'staff', 'roles', 'api_keys', 'audit_log', 'events']) {
      expect((await world.runtime.database.pool.query(`select * from ${table}`)).rows).toEqual([]);
    }
    await expect(world.runtime.database.pool.query('select * from directory')).rejects.toThrow('permission denied');
    await expect(
      reading(world.as(ours), (ctx) =>
        rows(
          ctx,
          sql`insert into companies (organization_id, id, name, currency, auth_token_sealed, created_at)
                      values (${theirs.id}, gen_random_uuid(), 'x', 'EUR', '', now())`,
        ),
      ),
    ).rejects.toThrow();
  });
});

describe('a caller of one company', () => {
  it('sees that company and nothing else', async () => {
    const mine = await createCompany(world.as(ours), { name: 'Mine' });
    const other = await createCompany(world.as(ours), { name: 'Other' });
    const own = await world.key(ours, { companyId: mine.id });
    const list = await call(base, 'GET', '/api/v1/companies', { key: own });
    expect(list.body.items.map((company: { name: string }) => company.name)).toEqual(['Mine']);
    expect((await call(base, 'GET', `/api/v1/companies/${publicId('company', other.id)}`, { key: own })).status).toBe(
      404,
    );
    const user = { companyId: publicId('company', other.id), email: 'z@y.example' };
    expect((await call(base, 'POST', '/api/v1/end-users', { key: own, body: user })).status).toBe(404);
    const settings = await call(base, 'GET', '/api/v1/organization', { key: own });
    expect([settings.status, settings.body.error.code]).toEqual([403, 'permission.denied']);
    const keys = await call(base, 'POST', '/api/v1/api-keys', { key: own, body: { name: 'k', permissions: ['*'] } });
    expect(keys.body.key.companyId).toBe(publicId('company', mine.id));
  });
});

describe('end users', () => {
  it('have an email of their own until they are archived', async () => {
    const company = publicId('company', (await createCompany(world.as(ours), { name: 'Holder' })).id);
    const body = { companyId: company, email: 'Kim@example.com' };
    const made = await call(base, 'POST', '/api/v1/end-users', { key, body });
    expect(made.status).toBe(201);
    const again = await call(base, 'POST', '/api/v1/end-users', { key, body: { ...body, email: 'kim@example.com' } });
    expect([again.status, again.body.error.code]).toEqual([409, 'end_user.email_taken']);
    const second = await call(base, 'POST', '/api/v1/end-users', { key, body: { ...body, email: 'b@example.com' } });
    const taken = await call(base, 'PATCH', `/api/v1/end-users/${second.body.id}`, {
      key,
      body: { email: 'kim@example.com' },
    });
    expect([taken.status, taken.body.error.code]).toEqual([409, 'end_user.email_taken']);
    await call(base, 'DELETE', `/api/v1/end-users/${made.body.id}`, { key });
    expect((await call(base, 'POST', '/api/v1/end-users', { key, body })).status).toBe(201);
  });
});

describe('the organization', () => {
  it('changes its settings and moves its clock forward, which the next request sees', async () => {
    const before = await call(base, 'PATCH', '/api/v1/organization', { key, body: { timeZone: 'Asia/Tokyo' } });
    expect(before.body).toMatchObject({ timeZone: 'Asia/Tokyo', unitBase: 1000, sandbox: true });
    await moveClock(world.as(ours), 86_400_000n);
    const after = await call(base, 'GET', '/api/v1/me', { key });
    expect(Date.parse(after.body.organization.now) - Date.parse(before.body.now)).toBeGreaterThanOrEqual(86_400_000);
    await expect(moveClock(world.as(theirs), 5_000n)).rejects.toMatchObject({ code: 'clock.not_sandbox' });
  });

  it('keeps its auth token sealed and shows it to those who may', async () => {
    const { organization, accountSid, authToken } = await world.organization('Third');
    const answer = await call(base, 'GET', '/api/v1/super-sim-credentials', { key: await world.key(organization) });
    expect(answer.body).toEqual({ accountSid, authToken });
    const stored = await world.owner.pool.query('select * from organizations');
    expect(JSON.stringify(stored.rows, (_, v) => (typeof v === 'bigint' ? String(v) : v))).not.toContain(authToken);
  });
});

describe('every declared route', () => {
  it('refuses a stranger and a caller without its permission, before it looks at anything', async () => {
    const none = await world.key(ours, { permissions: [] });
    const guarded = http.routes.filter((route) => route.permission !== null);
    expect(guarded.length).toBeGreaterThan(20);
    for (const route of guarded) {
      const path = route.url.replace(/:\w+/g, 'zzz');
      const stranger = await call(base, route.method, path);
      expect([route.name, stranger.status]).toEqual([route.name, 401]);
      if (route.permission === 'signed_in') continue;
      const denied = await call(base, route.method, path, { key: none });
      expect([route.name, denied.status, denied.body.error.code]).toEqual([route.name, 403, 'permission.denied']);
    }
  });

  it('lets a caller with just its permission in', async () => {
    for (const route of http.routes.filter((route) => permissionNames.has(route.permission ?? ''))) {
      if (route.stream) continue;
      const just = await world.key(ours, { permissions: [route.permission!] });
      const path = route.url.replace(/:\w+/g, 'zzz');
      // A route that wants input refuses it as not of the form, which it only looks at after the permission.
      const { status } = await call(base, route.method, path, {
        key: just,
        raw: route.body ? '{"nonsense":1}' : undefined,
      });
      expect([route.name, [200, 400].includes(status), status]).toEqual([route.name, true, status]);
    }
  });

  it('lets each ready-made role in where its permissions say, and nowhere else', async () => {
    const { organization } = await world.organization('Roles');
    for (const [role, permissions] of Object.entries(readyMadeRoles)) {
      const person = { email: `${role.toLowerCase()}@roles.example`, password: 'correct horse battery' };
      await createStaff(world.as(organization), { ...person, name: role, role });
      const signedIn = await call(base, 'POST', '/api/auth/sign-in/email', { body: person });
      const cookie = signedIn.headers
        .getSetCookie()
        .map((text) => text.split(';')[0])
        .join('; ');
      for (const route of http.routes.filter((route) => permissionNames.has(route.permission ?? ''))) {
        if (route.stream) continue;
        const path = route.url.replace(/:\w+/g, 'zzz');
        const raw = route.body ? '{"nonsense":1}' : undefined;
        const { status } = await call(base, route.method, path, { raw, headers: { cookie } });
        const expected = permissions.includes('*') || permissions.includes(route.permission!);
        expect([role, route.name, status !== 403]).toEqual([role, route.name, expected]);
      }
    }
  });

  it('is in an OpenAPI document without faults', async () => {
    const { status, body } = await call(base, 'GET', '/api/v1/openapi.json');
    expect(status).toBe(200);
    expect(lintOpenapi(body)).toEqual([]);
    expect(Object.keys(body.components.schemas)).toEqual(
      expect.arrayContaining(['Company', 'CompanyPage', 'Refusal', 'Timestamp']),
    );
    expect(Object.keys(body.components.schemas).filter((name) => name.endsWith('Input'))).toEqual([]);
    expect(body.components.schemas.Timestamp).toMatchObject({ type: 'string', format: 'date-time' });
  });
});
