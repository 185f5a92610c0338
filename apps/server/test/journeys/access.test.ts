import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as carriers from '../../src/carriers/index.ts';
import * as catalog from '../../src/catalog/index.ts';
import * as connections from '../../src/connections/index.ts';
import * as inventory from '../../src/inventory/index.ts';
import { contextFor, systemActor } from '../../src/kit/ctx.ts';
import type { DeclaredRoute } from '../../src/kit/http/route.ts';
import { publicId } from '../../src/kit/ids.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { openWorld, type World } from '../world.ts';

let world: World;
/** One thing of each kind that belongs to another organization, by the first path segment that names it. */
let foreign: Record<string, string>;
let foreignBefore: string;

beforeAll(async () => {
  world = await openWorld();
  const { runtime } = world.running;
  const { organization } = await tenancy.createOrganization(
    { ...runtime, database: world.owner },
    { name: 'Theirs', currency: 'EUR' },
  );
  const theirs = contextFor(runtime, organization, systemActor('test'));
  const company = await tenancy.createCompany(theirs, { name: 'Their company', currency: 'EUR' });
  const user = await tenancy.createEndUser(theirs, { companyId: company.id, email: 'someone@example.com' });
  const { plan } = await catalog.createPlan(theirs, {
    name: 'Their plan',
    superSimDefault: true,
    terms: catalog.defaultSuperSimTerms('EUR', 1000),
  });
  const zone = await catalog.createZone(theirs, { name: 'Their zone', countries: ['DE'], plmns: [] });
  const telecom = await carriers.createTelecom(theirs, { name: 'Their network', connector: 'none' });
  const nas = await carriers.createNas(theirs, {
    telecomId: (await carriers.createTelecom(theirs, { name: 'Radius', connector: 'radius' })).id,
    name: 'pgw',
    sourceRange: '198.51.100.7/32',
    secret: 'not-ours-either',
    coaHost: '198.51.100.7',
    coaPort: 3799,
    requireMessageAuthenticator: true,
    noGigawords: false,
  });
  const profile = await inventory.createProfile(theirs, { companyId: null });
  const fleet = await inventory.createFleet(theirs, { companyId: null, networkAccessProfileId: profile.id });
  const [sim] = await inventory.addSims(theirs, [
    {
      telecomId: telecom.id,
      iccid: '8944500102198304826',
      iccidCheckDigit: 'ok',
      imsi: '234500000000001',
      msisdn: null,
      eid: null,
      form: 'physical',
    },
  ]);
  const { key } = await tenancy.createApiKey(theirs, { name: 'theirs', permissions: ['*'] });
  const sink = await connections.createSink(theirs, { url: 'https://example.com/', types: ['attachment.failed'] });
  const [operation] = await insertOperation(organization.id);
  foreign = {
    operations: publicId('operation', operation!.id),
    companies: publicId('company', company.id),
    'end-users': publicId('end_user', user.id),
    plans: publicId('plan', plan.id),
    zones: publicId('zone', zone.id),
    telecoms: publicId('telecom', telecom.id),
    nases: publicId('nas', nas.id),
    'network-access-profiles': publicId('network_access_profile', profile.id),
    fleets: publicId('fleet', fleet.id),
    sims: publicId('sim', sim!.id!),
    'api-keys': publicId('api_key', key.id),
    'event-sinks': publicId('event_sink', sink.id),
  };
  foreignBefore = await fingerprint(organization.id);
});
afterAll(async () => {
  await world.close();
});

async function insertOperation(organizationId: string): Promise<{ id: string }[]> {
  const { rows } = await world.owner.pool.query(
    `insert into operations (organization_id, id, kind, title, state, starts_itself, chunk_rows, created_by, created_by_name,
                             created_at, worked_at)
     values ($1, $2, 'sim_import', 'theirs.csv', 'checked', false, 1000, 'staff:x', 'Somebody', now(), now()) returning id`,
    [organizationId, randomUUID()],
  );
  return rows;
}

/** Everything the other organization has, so that a silent change would show. */
async function fingerprint(organizationId: string): Promise<string> {
  const tables = [
    'sims',
    'fleets',
    'plans',
    'plan_versions',
    'zones',
    'telecoms',
    'nases',
    'companies',
    'end_users',
    'api_keys',
    'blocks',
    'network_access_profiles',
    'operations',
    'event_sinks',
  ];
  const all = [];
  for (const table of tables) {
    const { rows } = await world.owner.pool.query(
      `select to_jsonb(t) - 'last_used_at' as row from ${table} t where organization_id = $1 order by 1`,
      [organizationId],
    );
    all.push(rows);
  }
  return JSON.stringify(all);
}

const stream = (route: DeclaredRoute) => route.url.endsWith('/stream');
const guarded = () => world.running.http.routes.filter((route) => route.permission !== null && !stream(route));
/** Those of organizations: no key reaches the platform's (platform.test.ts). */
const routes = () => guarded().filter((route) => route.scope !== 'platform');
/** End users' own: nobody else may use them, whatever they may. The same for end users: `end-users.test.ts`. */
const isTheirOwn = (route: { url: string }) => /^\/api\/v1\/my(\/|$)/.test(route.url);

async function call(route: DeclaredRoute, url: string, key: string, body: unknown) {
  const write = route.method !== 'GET';
  const csv = route.url.endsWith('/import');
  const response = await fetch(`${world.url}${url}`, {
    method: route.method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(write ? { 'idempotency-key': randomUUID() } : {}),
      ...(write && body !== undefined ? { 'content-type': csv ? 'text/csv' : 'application/json' } : {}),
    },
    body: write && body !== undefined ? (csv ? 'iccid\n' : JSON.stringify(body)) : undefined,
  });
  const text = await response.text();
  // A list may also leave as a file.
  const json = response.headers.get('content-type')?.includes('json') ? text : '{}';
  return { status: response.status, code: (JSON.parse(json) as { error?: { code: string } }).error?.code };
}

describe('every route', () => {
  it('says "not found" of what belongs to another organization, and changes nothing there', async () => {
    const withId = routes().filter((route) => route.url.includes(':id'));
    expect(withId.length).toBeGreaterThan(25);
    for (const route of withId) {
      const noun = route.url.split('/')[3]!;
      const id = foreign[noun];
      if (!id) continue;
      const answer = await call(route, route.url.replace(':id', id), world.apiKey, {});
      // A body that is refused for its form (400) is refused before anything is looked up.
      const expected = route.method === 'GET' || route.method === 'DELETE' ? [404] : [404, 400];
      expect(expected, `${route.method} ${route.url} answered ${answer.status} ${answer.code}`).toContain(
        answer.status,
      );
    }
    const [theirs] = (await world.owner.pool.query(`select id from organizations where name = 'Theirs'`)).rows;
    expect(await fingerprint(theirs.id)).toBe(foreignBefore);
  });

  it('never shows another organization in a list', async () => {
    const identifiers = Object.values(foreign);
    for (const route of routes().filter((r) => r.method === 'GET' && !r.url.includes(':') && !isTheirOwn(r))) {
      const response = await fetch(`${world.url}${route.url}`, {
        headers: { authorization: `Bearer ${world.apiKey}` },
      });
      const text = await response.text();
      expect([200, 400], `${route.url}: ${text.slice(0, 200)}`).toContain(response.status);
      for (const id of identifiers) expect(text.includes(id), `${route.url} shows ${id}`).toBe(false);
    }
  });

  it('refuses a stranger', async () => {
    for (const route of guarded()) {
      const answer = await call(
        route,
        route.url.replace(':id', foreign.sims!).replace(/:\w+/g, 'x'),
        'sw_nonsense',
        {},
      );
      expect(answer.status, `${route.method} ${route.url}`).toBe(401);
    }
  });

  it('lets a role do what its permissions say, and nothing else', async () => {
    for (const [role, permissions] of Object.entries(tenancy.readyMadeRoles)) {
      const { text: key } = await tenancy.createApiKey(world.ctx(), { name: role, permissions: [...permissions] });
      for (const route of routes()) {
        const may =
          !isTheirOwn(route) &&
          (permissions.includes('*') || permissions.includes(route.permission!) || route.permission === 'signed_in');
        // Nothing of that name exists, so that a permitted write finds nothing to change.
        const url = route.url.replace(':id', foreign[route.url.split('/')[3]!] ?? 'x').replace(/:\w+/g, 'manual');
        const answer = await call(route, url, key, { nothing: 'that is known' });
        if (may) expect(answer.status, `${role} may ${route.method} ${route.url} (${answer.code})`).not.toBe(403);
        else expect(answer.status, `${role} may not ${route.method} ${route.url}`).toBe(403);
      }
    }
  });

  it('keeps a company to what is declared for companies', async () => {
    const company = await tenancy.createCompany(world.ctx(), { name: 'Ours', currency: 'EUR' });
    const { text: key } = await tenancy.createApiKey(world.ctx(), {
      name: 'company',
      permissions: ['*'],
      companyId: company.id,
    });
    for (const route of routes()) {
      const url = route.url.replace(':id', foreign[route.url.split('/')[3]!] ?? 'x').replace(/:\w+/g, 'manual');
      const answer = await call(route, url, key, { nothing: 'that is known' });
      if (route.scope === 'organization' || isTheirOwn(route)) {
        expect(answer.status, `${route.method} ${route.url}`).toBe(403);
      } else expect(answer.status, `${route.method} ${route.url}`).not.toBe(403);
    }
  });
});
