import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Api, openApi, type TestOrganization } from '../insight/testing.ts';
import * as tenancy from '../tenancy/index.ts';

let api: Api;
let ours: TestOrganization;
let theirs: TestOrganization;
let serial = 0;

const url = '/api/v1/pools';
const terms = { allowanceMb: '1000', fee: '50.00', overageSizeMb: '100', overagePrice: '6.00' };

beforeAll(async () => {
  api = await openApi();
  ours = await api.open('Ours');
  theirs = await api.open('Theirs');
});
afterAll(() => api.close());
beforeEach(() => {
  serial += 1;
});

async function pool(over: Record<string, unknown> = {}): Promise<string> {
  const made = await api.send('POST', url, ours.key, { name: `Pool ${serial}`, type: 'static', ...terms, ...over });
  expect([made.status, made.body]).toEqual([201, made.body]);
  return made.body.id;
}

async function plan(type: 'static_pool' | 'dynamic_pool', over: Record<string, unknown> = {}): Promise<string> {
  const form =
    type === 'dynamic_pool'
      ? { type, allowanceMb: '100', fee: '5.00', billingStart: 'assignment' }
      : { type, activationFee: '1.00' };
  const made = await api.send('POST', '/api/v1/plans', ours.key, { name: `${type} ${serial}`, ...form, ...over });
  expect([made.status, made.body]).toEqual([201, made.body]);
  return made.body.id;
}

describe('a pool', () => {
  it('is made with its first month, named, labelled, limited, and archived', async () => {
    const made = await api.send('POST', url, ours.key, {
      ...{ name: 'Fleet of vans', type: 'static', ...terms, labels: ['vans'], note: 'north', dataLimitBytes: '5000' },
    });
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        ...{ name: 'Fleet of vans', type: 'static', company: null, currency: 'EUR', timeZone: 'UTC', members: 0 },
        ...{ labels: ['vans'], note: 'north', dataLimitBytes: '5000', forecast: null, archivedAt: null },
        terms: { version: 1, ...terms, paymentType: 'post_billing', unitBase: 1000 },
        month: {
          ...{ state: 'open', allowanceBytes: '1000000000', usedBytes: '0', leftBytes: '1000000000' },
          ...{ overageBlocks: '0', fees: '50.00', charge: '0.00', total: '50.00', termsVersion: 1 },
          endsAt: '2026-04-01T00:00:00.000Z',
        },
      },
    ]);
    const one = `${url}/${made.body.id}`;
    const renamed = await api.send('PATCH', one, ours.key, { name: 'Vans', dataLimitBytes: null, labels: ['a', 'b'] });
    expect([renamed.status, renamed.body]).toMatchObject([
      200,
      { name: 'Vans', dataLimitBytes: null, labels: ['a', 'b'], note: 'north' },
    ]);
    expect((await api.get(`${url}?search=VAN`, ours.key)).body.items).toHaveLength(1);
    expect((await api.get(`${url}?search=b`, ours.key)).body.items.map((p: { name: string }) => p.name)).toContain(
      'Vans',
    );
    expect((await api.get(`${url}?type=dynamic`, ours.key)).body.items).toEqual([]);
    expect((await api.send('DELETE', one, ours.key)).status).toBe(204);
    expect((await api.send('DELETE', one, ours.key)).status).toBe(204);
    expect((await api.get(url, ours.key)).body.items).toEqual([]);
    expect((await api.get(`${url}?archived=true`, ours.key)).body.items).toHaveLength(1);
    const late = await api.send('PATCH', one, ours.key, { name: 'Old' });
    expect([late.status, late.body.error.code]).toEqual([409, 'pool.archived']);
    // Its name is free again.
    await api.send('DELETE', `${url}/${await pool({ name: 'Vans' })}`, ours.key);
  });

  it('has new terms from the next month on, in which absent fields stay as they were', async () => {
    const one = `${url}/${await pool()}`;
    const changed = await api.send('POST', `${one}/terms`, ours.key, { fee: '60.00', paymentType: 'manual' });
    expect([changed.status, changed.body]).toMatchObject([
      201,
      {
        terms: { version: 2, ...terms, fee: '60.00', paymentType: 'manual' },
        month: { termsVersion: 1, fees: '50.00' },
      },
    ]);
    // Nothing new makes no version.
    expect((await api.send('POST', `${one}/terms`, ours.key, { fee: '60.00' })).body.terms.version).toBe(2);
    const first = await api.get(`${one}/terms?limit=1`, ours.key);
    expect(first.body.items).toMatchObject([{ version: 2, fee: '60.00' }]);
    const rest = await api.get(`${one}/terms?limit=1&cursor=${first.body.nextCursor}`, ours.key);
    expect(rest.body).toMatchObject({ items: [{ version: 1, fee: '50.00' }], nextCursor: null });
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ allowanceMb: '0' }, 'pool.terms_invalid', 'body.allowanceMb'],
    [{ allowanceMb: undefined }, 'pool.terms_invalid', 'body.allowanceMb'],
    [{ fee: undefined }, 'pool.terms_invalid', 'body.fee'],
    [{ fee: '1.0000000001' }, 'request.invalid', 'body.fee'],
    [{ overagePrice: null }, 'pool.terms_invalid', 'body.overagePrice'],
    [{ type: 'dynamic' }, 'pool.terms_invalid', 'body.allowanceMb'],
    [{ type: 'shared' }, 'request.invalid', 'body.type'],
    [{ dataLimitBytes: '0' }, 'request.invalid', 'body.dataLimitBytes'],
    [{ name: ' ' }, 'request.invalid', 'body.name'],
    [{ colour: 'red' }, 'request.invalid', 'body.colour'],
    [{ labels: Array.from({ length: 51 }, (_, i) => `l${i}`) }, 'request.invalid', 'body.labels'],
  ])('is refused with %o', async (change, code, field) => {
    const answer = await api.send('POST', url, ours.key, { name: 'Wrong', type: 'static', ...terms, ...change });
    expect([answer.status, answer.body.error?.code, answer.body.error?.field]).toEqual([400, code, field]);
  });

  it('has a name of its own', async () => {
    await pool({ name: 'Taken' });
    const twice = await api.send('POST', url, ours.key, { name: 'taken', type: 'dynamic' });
    expect([twice.status, twice.body.error.code, twice.body.error.field]).toEqual([
      409,
      'pool.name_taken',
      'body.name',
    ]);
  });

  it('is in the currency and the months of its company, whose staff see it and no other', async () => {
    const company = await api.company(ours, { name: 'Berlin', currency: 'USD', timeZone: 'Europe/Berlin' });
    const other = await api.company(ours, { name: 'Other' });
    const id = await pool({ company: company.publicId });
    const seen = await api.get(`${url}/${id}`, company.key);
    expect(seen.body).toMatchObject({
      ...{ currency: 'USD', timeZone: 'Europe/Berlin', company: { name: 'Berlin' } },
      month: { currency: 'USD', endsAt: '2026-03-31T22:00:00.000Z' },
    });
    expect((await api.get(url, company.key)).body.items.map((p: { id: string }) => p.id)).toEqual([id]);
    expect((await api.get(url, other.key)).body.items).toEqual([]);
    for (const path of ['', '/members', '/months', '/burn-down', '/terms']) {
      expect((await api.get(`${url}/${id}${path}`, other.key)).status).toBe(404);
      expect((await api.get(`${url}/${id}${path}`, theirs.key)).status).toBe(404);
      expect((await api.get(`${url}/${id}${path}`, company.key)).status).toBe(200);
    }
    expect((await api.send('PATCH', `${url}/${id}`, company.key, { name: 'Mine' })).status).toBe(403);
    expect((await api.send('PATCH', `${url}/${id}`, theirs.key, { name: 'Mine' })).status).toBe(404);
    expect((await api.get(`${url}?company=${company.publicId}`, ours.key)).body.items).toHaveLength(1);
    const unknown = await api.send('POST', url, ours.key, {
      name: 'x',
      type: 'dynamic',
      company: `com_${'0'.repeat(32)}`,
    });
    expect(unknown.status).toBe(404);
  });

  it('tells what happened to it, and keeps who did it', async () => {
    const id = await pool();
    api.pass(1);
    await api.send('PATCH', `${url}/${id}`, ours.key, { dataLimitBytes: '7000' });
    api.pass(1);
    await api.send('POST', `${url}/${id}/terms`, ours.key, { fee: '1.00' });
    api.pass(1);
    await api.send('DELETE', `${url}/${id}`, ours.key);
    await api.place(ours);
    const events = await api.owner.pool.query(
      `select name, data from events where data->>'pool' = $1 and name like 'pool.%' order by position`,
      [id],
    );
    expect(events.rows.map((event) => event.name)).toEqual([
      'pool.created',
      'pool.period_opened',
      'pool.updated',
      'pool.limit_changed',
      'pool.updated',
      'pool.archived',
    ]);
    const audit = await api.owner.pool.query('select action, changes from audit_log where object_id = $1 order by id', [
      id,
    ]);
    expect(audit.rows.map((entry) => entry.action)).toEqual([
      'pool.created',
      'pool.updated',
      'pool.terms_changed',
      'pool.archived',
    ]);
    expect(audit.rows[1].changes).toEqual([{ field: 'dataLimitBytes', old: null, new: '7000' }]);
  });

  it('is listed page by page, newest first, and exported', async () => {
    const mine = await api.open(`Lists ${serial}`);
    for (const name of ['a', 'b', 'c']) {
      await api.send('POST', url, mine.key, { name, type: 'static', ...terms });
      api.pass(1);
    }
    const first = await api.get(`${url}?limit=2`, mine.key);
    const rest = await api.get(`${url}?limit=2&cursor=${first.body.nextCursor}`, mine.key);
    const names = [...first.body.items, ...rest.body.items].map((p: { name: string }) => p.name);
    expect([names, rest.body.nextCursor]).toEqual([['c', 'b', 'a'], null]);
    const csv = await api.get(`${url}.csv?columns=name,balance,fees,currency`, mine.key);
    expect(csv.body.trim().split('\r\n').slice(1)).toEqual([
      'c,1000000000,50.00,EUR',
      'b,1000000000,50.00,EUR',
      'a,1000000000,50.00,EUR',
    ]);
  });
});

describe('members', () => {
  it('join by id and by ICCID, each with an outcome, and leave onto another plan or off any', async () => {
    const id = await pool({ type: 'dynamic', allowanceMb: undefined, fee: undefined });
    const ofPool = await plan('dynamic_pool');
    const [a, b, c] = await api.stock(ours, 3);
    const missing = '89883030000012345673';
    const joined = await api.send('POST', `${url}/${id}/members`, ours.key, {
      ...{ plan: ofPool, sims: [a!.publicId, a!.publicId], iccids: [b!.iccid, missing, 'rubbish'] },
    });
    expect(joined.status).toBe(200);
    expect(joined.body.results).toEqual([
      { sim: a!.publicId, iccid: a!.iccid, outcome: 'done', code: null, message: null },
      { sim: b!.publicId, iccid: b!.iccid, outcome: 'done', code: null, message: null },
      { sim: null, iccid: missing, outcome: 'refused', code: 'sim.not_found', message: expect.any(String) },
      { sim: null, iccid: 'rubbish', outcome: 'refused', code: 'sim.not_found', message: expect.any(String) },
    ]);
    const seen = await api.get(`${url}/${id}`, ours.key);
    expect(seen.body).toMatchObject({
      members: 2,
      month: { allowanceBytes: '200000000', fees: '10.00', contributions: 2, total: '10.00' },
    });
    const members = await api.get(`${url}/${id}/members`, ours.key);
    expect(members.body.items).toHaveLength(2);
    expect(members.body.items.find((m: { sim: { id: string } }) => m.sim.id === a!.publicId)).toMatchObject({
      ...{ leftAt: null, usedBytes: '0', share: null, contribution: { allowanceBytes: '100000000', fee: '5.00' } },
    });
    const sim = await api.get(`/api/v1/sims/${a!.publicId}`, ours.key);
    expect(sim.body.pool).toMatchObject({ id, allowanceBytes: '200000000', leftBytes: '200000000', daysLeft: 17 });
    const listed = await api.get(`/api/v1/sims?pool=${id}`, ours.key);
    expect(listed.body.items.map((s: { id: string }) => s.id).sort()).toEqual([a!.publicId, b!.publicId].sort());
    expect((await api.get(`/api/v1/sims/counts?pool=${id}`, ours.key)).body.total).toBe(2);

    const kept = await api.send('DELETE', `${url}/${id}`, ours.key);
    expect([kept.status, kept.body.error.code, kept.body.error.details]).toEqual([
      409,
      'pool.has_members',
      { members: 2 },
    ]);

    api.pass(60);
    const other = await plan('static_pool');
    const left = await api.send('POST', `${url}/${id}/members/removals`, ours.key, {
      sims: [a!.publicId, c!.publicId],
    });
    expect(left.body.results).toMatchObject([
      { sim: a!.publicId, outcome: 'done' },
      { sim: c!.publicId, outcome: 'refused', code: 'pool.not_member' },
    ]);
    const wrong = await api.send('POST', `${url}/${id}/members/removals`, ours.key, {
      sims: [b!.publicId],
      plan: other,
    });
    expect([wrong.status, wrong.body.error.code, wrong.body.error.field]).toEqual([
      400,
      'plan.pool_needed',
      'body.plan',
    ]);
    const bundle = await api.send('POST', '/api/v1/plans', ours.key, {
      ...{
        name: `Bundle ${serial}`,
        type: 'monthly_bundle',
        allowanceMb: '1',
        fee: '1.00',
        billingStart: 'assignment',
      },
    });
    const onto = { iccids: [b!.iccid], plan: bundle.body.id };
    expect((await api.send('POST', `${url}/${id}/members/removals`, ours.key, onto)).body.results).toMatchObject([
      { outcome: 'done' },
    ]);
    expect((await api.get(`/api/v1/sims/${a!.publicId}`, ours.key)).body).toMatchObject({
      lifecycle: 'suspended',
      plan: null,
    });
    expect((await api.get(`/api/v1/sims/${b!.publicId}`, ours.key)).body).toMatchObject({
      lifecycle: 'active',
      pool: null,
    });

    // They go on contributing until the month ends, and stand in its history.
    expect((await api.get(`${url}/${id}`, ours.key)).body).toMatchObject({
      members: 0,
      month: { fees: '10.00', contributions: 2 },
    });
    const past = await api.get(`${url}/${id}/members?past=true&limit=1`, ours.key);
    const more = await api.get(`${url}/${id}/members?past=true&limit=1&cursor=${past.body.nextCursor}`, ours.key);
    expect([...past.body.items, ...more.body.items].map((m) => m.leftAt !== null)).toEqual([true, true]);
    const found = await api.get(`${url}/${id}/members?past=true&search=${b!.iccid.slice(4)}`, ours.key);
    expect(found.body.items).toMatchObject([{ sim: { iccid: b!.iccid } }]);
  });

  it.each<[string, Record<string, unknown>, number, string]>([
    ['a plan of another type', { plan: 'static' }, 409, 'pool.wrong_type'],
    ['a plan that shares no pool', { plan: 'bundle' }, 400, 'plan.shares_no_pool'],
    ['nobody', { sims: [] }, 400, 'request.invalid'],
  ])('are refused together with %s', async (_, change, status, code) => {
    const id = await pool({ type: 'dynamic', allowanceMb: undefined, fee: undefined });
    const [sim] = await api.stock(ours, 1);
    const plans: Record<string, string> = { dynamic: await plan('dynamic_pool'), static: await plan('static_pool') };
    const bundle = { name: `B ${serial}`, type: 'monthly_bundle', allowanceMb: '1' };
    plans.bundle = (await api.send('POST', '/api/v1/plans', ours.key, bundle)).body.id;
    const body = { sims: [sim!.publicId], ...change, plan: plans[String(change.plan ?? 'dynamic')] };
    const answer = await api.send('POST', `${url}/${id}/members`, ours.key, body);
    expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
  });

  it('of another account, telecom or currency, and archived ones, are refused one by one', async () => {
    const company = await api.company(ours, { name: `Company ${serial}` });
    const id = await pool({ company: company.publicId });
    const members = await plan('static_pool');
    const [own, archived, foreign] = await api.stock(ours, 3);
    for (const sim of [own!, archived!]) {
      await api.send('POST', `/api/v1/sims/${sim.publicId}/registration`, ours.key, { company: company.publicId });
    }
    await api.send('POST', `/api/v1/sims/${archived!.publicId}/status`, ours.key, { status: 'archived' });
    const sims = [own!, archived!, foreign!].map((sim) => sim.publicId);
    const joined = await api.send('POST', `${url}/${id}/members`, ours.key, { plan: members, sims });
    expect(joined.body.results.map((r: { code: string | null }) => r.code)).toEqual([
      null,
      'sim.status_not_allowed',
      'pool.other_company',
    ]);
    const dollars = await api.company(ours, { name: `Dollars ${serial}`, currency: 'USD' });
    const inDollars = await pool({ name: `In dollars ${serial}`, company: dollars.publicId });
    const wrong = await api.send('POST', `${url}/${inDollars}/members`, ours.key, {
      plan: members,
      sims: [own!.publicId],
    });
    expect([wrong.status, wrong.body.error.code]).toEqual([409, 'pool.wrong_currency']);
    await api.send('DELETE', `${url}/${inDollars}`, ours.key);
    const late = await api.send('POST', `${url}/${inDollars}/members`, ours.key, {
      plan: members,
      sims: [own!.publicId],
    });
    expect([late.status, late.body.error.code]).toEqual([409, 'pool.archived']);
    // Company staff see, and do not change.
    const asked = await api.send('POST', `${url}/${id}/members`, company.key, { plan: members, sims: [own!.publicId] });
    expect(asked.status).toBe(403);
    expect((await api.get(`${url}/${id}/members`, company.key)).body.items).toHaveLength(1);
  });

  it('cannot join a pool that is archived at that moment', async () => {
    const id = await pool();
    const ofPool = await plan('static_pool');
    const [sim] = await api.stock(ours, 1);
    const [joined, archived] = await Promise.all([
      api.send('POST', `${url}/${id}/members`, ours.key, { plan: ofPool, sims: [sim!.publicId] }),
      api.send('DELETE', `${url}/${id}`, ours.key),
    ]);
    const { body } = await api.get(`${url}/${id}`, ours.key);
    const outcomes = [joined.status, archived.status, body.members, body.archivedAt !== null];
    expect([
      [200, 409, 1, false],
      [409, 204, 0, true],
    ]).toContainEqual(outcomes);
  });
});

it('refuses what it cannot find', async () => {
  const nowhere = `${url}/pol_${'0'.repeat(32)}`;
  for (const path of ['', '/members', '/months', '/burn-down', '/terms']) {
    const answer = await api.get(`${nowhere}${path}`, ours.key);
    expect([answer.status, answer.body.error.code]).toEqual([404, 'pool.not_found']);
  }
  const id = await pool();
  const month = await api.get(`${url}/${id}/burn-down?month=pop_${'0'.repeat(32)}`, ours.key);
  expect(month.status).toBe(404);
  expect(tenancy.permissions['pools.pool.view']).toBeTruthy();
});
