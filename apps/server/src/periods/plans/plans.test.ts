import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drift } from '../../../test/world.ts';
import { type Api, openApi, type TestOrganization, type TestSim } from '../../insight/testing.ts';
import { rollAllDue } from '../index.ts';

let api: Api;
let ours: TestOrganization;
let serial = 0;

beforeAll(async () => {
  api = await openApi();
  ours = await api.open('Ours');
});
afterAll(async () => {
  expect(await drift(api.owner)).toEqual([]);
  await api.close();
});
beforeEach(() => {
  serial += 1;
});

type Company = { id: string; publicId: string; key: string };
const path = (sim: TestSim, rest = '') => `/api/v1/sims/${sim.publicId}${rest}`;

/** What went through, or a failing test that shows why it did not. */
async function ok(method: string, url: string, body?: unknown) {
  const answer = await api.send(method, url, ours.key, body);
  expect([url, answer.status, answer.body?.error]).toEqual([url, expect.toSatisfy((s) => s < 300), undefined]);
  return answer.body;
}

const see = async (sim: TestSim) => (await api.get(path(sim), ours.key)).body;

async function plan(type: string, form: Record<string, unknown>): Promise<string> {
  return (await ok('POST', '/api/v1/plans', { name: `${type} ${serial} ${Math.random()}`, type, ...form })).id;
}

const small = { fee: '9.00', allowanceMb: '3000', billingStart: 'assignment', prorated: true };
const big = { fee: '30.00', allowanceMb: '30000', billingStart: 'assignment', prorated: true };

async function pool(company: Company | null, form: Record<string, unknown>): Promise<string> {
  return (
    await ok('POST', '/api/v1/pools', { name: `Pool ${serial} ${Math.random()}`, company: company?.publicId, ...form })
  ).id;
}

async function sims(count: number, company?: Company): Promise<TestSim[]> {
  const stock = await api.stock(ours, count);
  for (const sim of stock) await ok('POST', path(sim, '/registration'), { company: company?.publicId ?? null });
  return stock;
}

async function customer(over: Record<string, unknown> = {}): Promise<Company> {
  return api.company(ours, { name: `Company ${Math.random()}`, ...over });
}

/** A wallet with money in it, or (null) with none. */
async function wallet(company: Company, money: string | null): Promise<void> {
  const opened = await ok('POST', '/api/v1/wallets', { owner: company.publicId, floor: '0.00' });
  if (money) await ok('POST', `/api/v1/wallets/${opened.id}/credits`, { amount: money, reason: 'paid in' });
}

/** The balances of a pool's months, the first month first. */
async function balancesOf(poolId: string): Promise<string[]> {
  const { rows } = await api.owner.pool.query(
    `select allowance_bytes::text as bytes from pool_periods where pool_id = $1::text::uuid order by starts_at`,
    [poolId.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')],
  );
  return rows.map(({ bytes }) => bytes);
}

/** What a company owes on account. */
async function owedBy(company: Company): Promise<number> {
  const { rows } = await api.owner.pool.query(
    `select coalesce(sum(balance_micros), 0)::text as owed from ledger_accounts where owner_id = $1 and kind = 'unbilled'`,
    [company.id],
  );
  return Number(rows[0].owed) / 1e8;
}

const assign = (sim: TestSim, plan: string, effective = 'now', pool?: string) =>
  ok('PUT', path(sim, '/plan'), { plan, effective, pool });

/** Everything due until an instant happens there. */
async function until(at: string): Promise<void> {
  api.setNow(at);
  await rollAllDue(api.as(ours.organization), 1000);
}

/** What a line was charged and given back, in the order in which it happened. */
async function moneyOf(sim: TestSim): Promise<string[]> {
  const { rows } = await api.owner.pool.query(
    `select what, amount::text from (
       select kind as what, amount_micros as amount, at, id from fees where line_id = $1
       union all select 'adjustment', amount_micros, at, id from adjustments where line_id = $1) m order by at, what`,
    [sim.id],
  );
  return rows.map(({ what, amount }) => `${what} ${Number(amount) / 1e8}`);
}

const steps = async (sim: TestSim) =>
  ((await api.get(path(sim, '/plans'), ours.key)).body.items as { kind: string; state: string }[]).map(
    ({ kind, state }) => `${kind} ${state}`,
  );

describe('a change of plan now', () => {
  it('is prorated at both ends, and previewed to the cent', async () => {
    api.setNow('2026-04-01T00:00:00Z');
    const [sim] = (await sims(1)) as [TestSim];
    const [from, to] = [await plan('monthly_bundle', small), await plan('monthly_bundle', big)];
    api.setNow('2026-04-01T00:00:00Z');
    await assign(sim, from);
    api.setNow('2026-04-16T15:00:00Z');
    const asked = { plan: to, effective: 'now', sims: [sim.iccid] };
    const preview = await ok('POST', '/api/v1/plan-assignments/preview', asked);
    expect(preview).toMatchObject({
      ...{ matching: 1, looked: 1, effects: [{ effect: 'changes_now', sims: 1 }], refusals: [] },
      costs: [{ currency: 'EUR', due: '15.00', returned: '-4.50', later: '0.00' }],
      sims: [
        {
          ...{ sim: sim.publicId, effect: 'changes_now', allowanceBytes: '15000000000', lapsesBytes: '0' },
          costs: [
            { kind: 'adjustment', amount: '-4.50', days: 15, wholeDays: 30 },
            { kind: 'recurring', amount: '15.00', days: 15, wholeDays: 30 },
          ],
        },
      ],
    });
    expect(await moneyOf(sim)).toEqual(['recurring 9']);
    await assign(sim, to);
    expect(await moneyOf(sim)).toEqual(['recurring 9', 'adjustment -4.5', 'recurring 15']);
    expect(await see(sim)).toMatchObject({ leftBytes: '15000000000', daysLeft: 15, planChange: null });
    expect(await steps(sim)).toEqual(['assignment current', 'assignment ended']);
  });

  it('twice on one day gives the day to the last plan', async () => {
    const [sim] = (await sims(1)) as [TestSim];
    const [one, two] = [await plan('monthly_bundle', small), await plan('monthly_bundle', big)];
    api.setNow('2026-04-17T09:00:00Z');
    await assign(sim, one);
    api.setNow('2026-04-17T15:00:00Z');
    await assign(sim, two);
    api.setNow('2026-04-17T16:00:00Z');
    await assign(sim, one);
    expect(await moneyOf(sim)).toEqual([
      ...['recurring 4.2', 'adjustment -4.2', 'recurring 14', 'adjustment -14', 'recurring 4.2'],
    ]);
  });

  it('lifts the blocks of the plan before, and carries a prepaid balance to the next prepaid plan', async () => {
    const [sim] = (await sims(1)) as [TestSim];
    const prepaid = { validityDays: 30, refills: [{ mb: '1000', price: '10.00' }] };
    const [go, more, flat] = [
      await plan('prepaid', prepaid),
      await plan('prepaid', { ...prepaid, validityDays: 60 }),
      await plan('unlimited', { fee: '20.00' }),
    ];
    await assign(sim, go);
    expect(await see(sim)).toMatchObject({ status: 'Suspended', blocks: [{ reason: 'balance' }], leftBytes: null });
    const option = (await see(sim)).prepaid.refills[0];
    expect(option).toMatchObject({ amountBytes: '1000000000', price: '10.00', currency: 'EUR' });
    const refilled = await ok('POST', path(sim, '/refills'), { refill: option.id, note: 'welcome' });
    expect(refilled).toMatchObject({
      ...{ status: 'Activation Ready', leftBytes: '1000000000', daysLeft: null },
      prepaid: { balanceBytes: '1000000000', validUntil: null, validityDays: 30 },
    });
    // Not twice in one millisecond.
    const again = await api.send('PUT', path(sim, '/plan'), ours.key, { plan: more, effective: 'now' });
    expect([again.status, again.body.error.code]).toEqual([409, 'period.moved']);
    api.pass(60);
    await assign(sim, more);
    expect(await see(sim)).toMatchObject({ status: 'Activation Ready', leftBytes: '1000000000' });
    api.pass(60);
    await api.use(ours, sim, { down: 400_000_000n });
    expect(await see(sim)).toMatchObject({ status: 'Active', leftBytes: '600000000', daysLeft: 60 });
    const preview = await ok('POST', '/api/v1/plan-assignments/preview', {
      ...{ plan: flat, effective: 'now', sims: [sim.publicId] },
    });
    expect(preview.sims[0].lapsesBytes).toBe('600000000');
    api.pass(60);
    await assign(sim, go);
    expect(await see(sim)).toMatchObject({ leftBytes: '600000000', daysLeft: 30, blocks: [] });
    api.pass(60);
    await assign(sim, flat);
    expect(await see(sim)).toMatchObject({ status: 'Active', leftBytes: null, prepaid: null, blocks: [] });
    expect((await api.get(path(sim, '/refills'), ours.key)).body.items).toMatchObject([
      { amountBytes: '1000000000', price: '10.00', note: 'welcome', validUntil: null },
    ]);
  });

  it('takes the fee of a month that began as ready into account', async () => {
    const [sim] = (await sims(1)) as [TestSim];
    const pay = await plan('pay_per_mb', { fee: '9.00', pricePerMb: '0.10', recurringScope: 'all', prorated: true });
    const flat = await plan('unlimited', { fee: '30.00', prorated: true });
    await until('2026-06-01T00:00:00Z');
    await assign(sim, pay);
    api.setNow('2026-06-11T00:00:00Z');
    await api.use(ours, sim, { down: 1_000_000n });
    api.setNow('2026-06-21T12:00:00Z');
    await assign(sim, flat);
    // 20 of 30 days of 9.00, and 10 of 30.00.
    expect(await moneyOf(sim)).toEqual(['recurring 9', 'adjustment -3', 'recurring 10']);
  });

  it('gives back what a line paid that was never used', async () => {
    const [sim] = (await sims(1)) as [TestSim];
    const pay = await plan('pay_per_mb', { fee: '9.00', pricePerMb: '0.10', recurringScope: 'all', prorated: true });
    await until('2026-09-01T00:00:00Z');
    await assign(sim, pay);
    api.setNow('2026-09-10T12:00:00Z');
    await ok('DELETE', path(sim, '/plan'));
    expect(await moneyOf(sim)).toEqual(['recurring 9', 'adjustment -6']);
  });
});

describe('a change of plan with the next period', () => {
  it('waits, shows, is taken back, asked again, and comes at the end of the month', async () => {
    const [sim] = (await sims(1)) as [TestSim];
    const [one, two] = [await plan('monthly_bundle', small), await plan('monthly_bundle', big)];
    await until('2026-10-01T00:00:00Z');
    await assign(sim, one);
    api.pass(60);
    const waits = await assign(sim, two, 'next_period');
    expect(waits).toMatchObject({
      plan: { id: one },
      planChange: { plan: { id: two }, at: '2026-11-01T00:00:00.000Z' },
    });
    await ok('DELETE', path(sim, '/plan-change'));
    const none = await api.send('DELETE', path(sim, '/plan-change'), ours.key);
    expect([none.status, none.body.error.code]).toEqual([409, 'plan_change.none']);
    api.pass(60);
    await assign(sim, two, 'next_period');
    api.pass(60);
    await assign(sim, one, 'next_period');
    expect((await see(sim)).planChange).toBeNull();
    api.pass(60);
    await assign(sim, two, 'next_period');
    const preview = await ok('POST', '/api/v1/plan-assignments/preview', {
      ...{ plan: one, effective: 'next_period', sims: [sim.publicId, 'sim_nonsense', '8900000000000000000'] },
    });
    expect(preview).toMatchObject({
      effects: [{ effect: 'same', sims: 1 }],
      refusals: [{ code: 'sim.not_found', sims: 2 }],
    });
    await until('2026-11-01T00:00:00Z');
    expect(await see(sim)).toMatchObject({ plan: { id: two }, planChange: null, leftBytes: '30000000000' });
    expect(await moneyOf(sim)).toEqual(['recurring 9', 'recurring 30']);
    expect(await steps(sim)).toEqual([
      ...['assignment current', 'change done', 'change cancelled', 'change cancelled', 'assignment ended'],
    ]);
    const first = (await api.get(path(sim, '/plans?limit=2'), ours.key)).body;
    const rest = (await api.get(path(sim, `/plans?limit=3&cursor=${first.nextCursor}`), ours.key)).body;
    expect([first.items.length, rest.items.length, rest.nextCursor]).toEqual([2, 3, null]);
  });

  it('comes for plans of every kind, months late, each month at its own fee', async () => {
    const company = await customer();
    const [toBundle, toPool, toPay, toPrepaid, toWallet, ends] = await sims(6, company);
    const bundle = await plan('monthly_bundle', big);
    const member = await plan('dynamic_pool', { fee: '5.00', allowanceMb: '100', billingStart: 'assignment' });
    const pay = await plan('pay_per_mb', { fee: '2.00', pricePerMb: '0.10', recurringScope: 'active' });
    const prepaid = await plan('prepaid', { validityDays: 30, refills: [{ mb: '1000', price: '10.00' }] });
    const paygo = await plan('paygo', { fee: '1.00', pricePerMb: '0.10', billingStart: 'first_usage' });
    await wallet(company, '1.50');
    const from = await plan('monthly_bundle', small);
    await until('2026-12-01T00:00:00Z');
    const shared = await pool(company, { type: 'dynamic' });
    for (const sim of [toBundle!, toPool!, toPay!, toPrepaid!, toWallet!, ends!]) await assign(sim, from);
    await assign(toBundle!, bundle, 'next_period');
    await assign(toPool!, member, 'next_period', shared);
    await assign(toPay!, pay, 'next_period');
    await assign(toPrepaid!, prepaid, 'next_period');
    await assign(toWallet!, paygo, 'next_period');
    const ending = await ok('DELETE', path(ends!, '/plan?effective=next_period'));
    expect(ending).toMatchObject({ status: 'Active', planChange: { plan: null, at: '2027-01-01T00:00:00.000Z' } });
    // Nobody rolled anything over for two months and some days.
    await until('2027-02-03T07:00:00Z');
    expect(await moneyOf(toBundle!)).toEqual(['recurring 9', 'recurring 30', 'recurring 30']);
    expect(await moneyOf(toPool!)).toEqual(['recurring 9', 'recurring 5', 'recurring 5']);
    expect(await moneyOf(toPay!)).toEqual(['recurring 9', 'recurring 2', 'recurring 2']);
    expect(await moneyOf(toPrepaid!)).toEqual(['recurring 9']);
    // The wallet had 1.50: the second fee is due.
    expect(await moneyOf(toWallet!)).toEqual(['recurring 9', 'recurring 1']);
    expect((await see(toWallet!)).blocks).toMatchObject([{ reason: 'fee_unpaid' }]);
    expect(await see(ends!)).toMatchObject({ status: 'Suspended', plan: null, planChange: null });
    expect(await moneyOf(ends!)).toEqual(['recurring 9']);
    expect(await see(toPool!)).toMatchObject({ pool: { id: shared, allowanceBytes: '100000000' } });
    // Its days are over by now: it began empty on 1 January.
    expect(await see(toPrepaid!)).toMatchObject({ leftBytes: '0', daysLeft: 0, status: 'Suspended' });
    expect(await balancesOf(shared)).toEqual(['0', '100000000', '100000000']);
  });

  it('starts blocked where there is nothing to use, also when usage is what crosses the end', async () => {
    const company = await customer();
    const [toPrepaid, toWallet] = (await sims(2, company)) as [TestSim, TestSim];
    const prepaid = await plan('prepaid', { validityDays: 30, companies: [company.publicId] });
    const paygo = await plan('paygo', { pricePerMb: '0.10' });
    await wallet(company, null);
    const from = await plan('monthly_bundle', small);
    await until('2027-03-10T00:00:00Z');
    for (const sim of [toPrepaid, toWallet]) await assign(sim, from);
    await assign(toPrepaid, prepaid, 'next_period');
    await assign(toWallet, paygo, 'next_period');
    api.setNow('2027-04-01T00:00:01Z');
    for (const sim of [toPrepaid, toWallet]) await api.use(ours, sim, { down: 1_000_000n });
    for (const [sim, id] of [
      [toPrepaid, prepaid],
      [toWallet, paygo],
    ] as const) {
      const blocks = [{ reason: 'balance' }];
      expect(await see(sim)).toMatchObject({ plan: { id }, planChange: null, status: 'Suspended', blocks });
    }
  });

  it('comes though the plan was archived meanwhile, for it was promised', async () => {
    const [sim] = (await sims(1)) as [TestSim];
    const [one, two] = [await plan('monthly_bundle', small), await plan('monthly_bundle', big)];
    await until('2027-04-10T00:00:00Z');
    await assign(sim, one);
    await assign(sim, two, 'next_period');
    await ok('POST', `/api/v1/plans/${two}/versions`, { fee: '99.00' });
    await ok('DELETE', `/api/v1/plans/${two}`);
    await until('2027-05-01T00:00:00Z');
    expect(await see(sim)).toMatchObject({ plan: { id: two }, period: { total: '30.00', planVersion: 1 } });
  });

  it('is refused where the pool was archived meanwhile: the line keeps its plan, and says why', async () => {
    const [sim] = (await sims(1)) as [TestSim];
    const one = await plan('monthly_bundle', small);
    const member = await plan('static_pool', {});
    await until('2027-05-10T00:00:00Z');
    const shared = await pool(null, { type: 'static', allowanceMb: '1000', fee: '50.00' });
    await assign(sim, one);
    api.pass(60);
    await assign(sim, member, 'next_period', shared);
    await ok('DELETE', `/api/v1/pools/${shared}`);
    await until('2027-06-01T00:00:00Z');
    expect(await see(sim)).toMatchObject({ plan: { id: one }, planChange: null, pool: null, status: 'Active' });
    const { items } = (await api.get(path(sim, '/plans'), ours.key)).body;
    expect(items[0]).toMatchObject({ kind: 'change', state: 'refused', reason: expect.stringContaining('archived') });
    expect((await moneyOf(sim)).at(-1)).toBe('recurring 9');
    await until('2027-07-01T00:00:00Z');
    expect((await moneyOf(sim)).length).toBe(3);
  });

  it('of a member that is suspended, or refused, goes on contributing, each its own', async () => {
    const [paused, refused, leaving] = (await sims(3)) as [TestSim, TestSim, TestSim];
    const member = await plan('dynamic_pool', { fee: '5.00', allowanceMb: '100', billingStart: 'assignment' });
    const more = await plan('dynamic_pool', { fee: '8.00', allowanceMb: '200', billingStart: 'assignment' });
    const flat = await plan('unlimited', { fee: '20.00' });
    await until('2027-07-10T00:00:00Z');
    const shared = await pool(null, { type: 'dynamic' });
    const other = await pool(null, { type: 'dynamic' });
    for (const sim of [paused, refused, leaving]) await assign(sim, member, 'now', shared);
    await assign(paused, more, 'next_period', shared);
    await assign(refused, member, 'next_period', other);
    await assign(leaving, flat, 'next_period');
    for (const sim of [paused, refused]) await ok('POST', path(sim, '/suspension'), {});
    await ok('DELETE', `/api/v1/pools/${other}`);
    await until('2027-08-01T00:00:00Z');
    expect(await balancesOf(shared)).toEqual(['300000000', '300000000']);
    expect(await moneyOf(paused)).toEqual(['recurring 5', 'recurring 8']);
    expect(await moneyOf(refused)).toEqual(['recurring 5', 'recurring 5']);
    expect(await moneyOf(leaving)).toEqual(['recurring 5', 'recurring 20']);
    await until('2027-09-01T00:00:00Z');
    expect(await balancesOf(shared)).toEqual(['300000000', '300000000', '300000000']);
  });

  it('from a 31st, over a change of the clock, and over a change of zone, makes whole months', async () => {
    const company = await customer({ timeZone: 'Europe/Berlin' });
    const [sim] = (await sims(1, company)) as [TestSim];
    const [one, two] = [await plan('monthly_bundle', small), await plan('monthly_bundle', big)];
    await until('2027-10-31T12:00:00Z');
    await assign(sim, one);
    // The last of 31 days, which has 25 hours.
    expect(await see(sim)).toMatchObject({ period: { endsAt: '2027-10-31T23:00:00.000Z', total: '0.29032258' } });
    await assign(sim, two, 'next_period');
    await api.owner.pool.query(`update companies set time_zone = 'America/New_York' where id = $1`, [company.id]);
    await until('2027-11-02T00:00:00Z');
    // The open month ended in Berlin; the next one ends in New York, and is one month and not five hours.
    expect(await see(sim)).toMatchObject({
      ...{ plan: { id: two }, leftBytes: '30000000000' },
      period: { startsAt: '2027-10-31T23:00:00.000Z', endsAt: '2027-12-01T05:00:00.000Z', total: '30.00' },
    });
  });
});

describe('the end of a plan', () => {
  it('now gives back what is left but today, at midnight and at noon', async () => {
    const [noon, midnight] = (await sims(2)) as [TestSim, TestSim];
    const one = await plan('monthly_bundle', small);
    await until('2028-04-01T00:00:00Z');
    for (const sim of [noon, midnight]) await assign(sim, one);
    api.setNow('2028-04-16T00:00:00Z');
    await ok('DELETE', path(midnight, '/plan'));
    api.setNow('2028-04-16T12:00:00Z');
    const preview = await ok('POST', '/api/v1/plan-assignments/preview', {
      ...{ plan: null, effective: 'now', sims: [noon.publicId, midnight.publicId] },
    });
    expect(preview).toMatchObject({
      effects: [
        { effect: 'ends_now', sims: 1 },
        { effect: 'same', sims: 1 },
      ],
      costs: [{ returned: '-4.20', due: '0.00' }],
    });
    expect(await ok('DELETE', path(noon, '/plan'))).toMatchObject({ status: 'Suspended', plan: null });
    expect(await moneyOf(noon)).toEqual(['recurring 9', 'adjustment -4.2']);
    expect(await moneyOf(midnight)).toEqual(['recurring 9', 'adjustment -4.5']);
  });

  it('leaves a blank line blank, and an archived one alone', async () => {
    const [blank, gone] = (await sims(2)) as [TestSim, TestSim];
    const fleet = await api.fleet(ours);
    await ok('PATCH', path(blank), { fleet });
    expect(await ok('DELETE', path(blank, '/plan'))).toMatchObject({ status: 'Blank', plan: null });
    const one = await plan('monthly_bundle', small);
    const two = await plan('monthly_bundle', big);
    await assign(gone, one);
    await assign(gone, two, 'next_period');
    await ok('POST', path(gone, '/status'), { status: 'archived' });
    expect(await see(gone)).toMatchObject({ planChange: null, plan: null });
    expect((await api.send('DELETE', path(gone, '/plan'), ours.key)).status).toBe(409);
  });
});

describe('a SIM that goes to another account', () => {
  const to = (sim: TestSim, company: Company) => ok('PATCH', path(sim), { company: company.publicId });

  it('is billed to the old one up to that day, and to the new one from its activation on', async () => {
    const [from, next] = [await customer(), await customer()];
    const [sim] = (await sims(1, from)) as [TestSim];
    const one = await plan('monthly_bundle', { ...small, activationFee: '1.00' });
    await until('2028-06-01T00:00:00Z');
    await assign(sim, one);
    api.setNow('2028-06-10T12:00:00Z');
    const active = await api.send('PATCH', path(sim), ours.key, { company: next.publicId });
    expect([active.status, active.body.error.code]).toEqual([409, 'sim.company_fixed']);
    await ok('POST', path(sim, '/suspension'), {});
    const moved = await to(sim, next);
    expect(moved).toMatchObject({ status: 'Suspended', plan: { id: one }, company: { id: next.publicId } });
    api.setNow('2028-06-21T00:00:00Z');
    await ok('DELETE', path(sim, '/suspension'));
    expect(await moneyOf(sim)).toEqual([
      ...['activation 1', 'recurring 9', 'adjustment -6', 'activation 1', 'recurring 3'],
    ]);
    expect(await owedBy(from)).toBe(4);
    expect(await owedBy(next)).toBe(4);
  });

  it('leaves its pool, which is the old account’s, and its plan with it', async () => {
    const [from, next] = [await customer(), await customer()];
    const [sim] = (await sims(1, from)) as [TestSim];
    const member = await plan('dynamic_pool', { fee: '5.00', allowanceMb: '100', billingStart: 'first_usage' });
    const shared = await pool(from, { type: 'dynamic' });
    await assign(sim, member, 'now', shared);
    expect(await to(sim, next)).toMatchObject({ status: 'Suspended', plan: null, pool: null });
    expect((await steps(sim))[0]).toBe('assignment ended');
  });

  it('takes back the change that waits: its period ends here', async () => {
    const [from, next] = [await customer(), await customer()];
    const [sim] = (await sims(1, from)) as [TestSim];
    const [one, two] = [await plan('monthly_bundle', small), await plan('monthly_bundle', big)];
    await until('2028-07-10T00:00:00Z');
    await assign(sim, one);
    await assign(sim, two, 'next_period');
    await ok('POST', path(sim, '/suspension'), {});
    await to(sim, next);
    expect(await see(sim)).toMatchObject({ plan: { id: one }, planChange: null });
    expect(await steps(sim)).toContain('change cancelled');
  });

  it('waits for its first usage as before, and pays the fee of waiting anew', async () => {
    const [from, next] = [await customer(), await customer()];
    const [free, paying] = (await sims(2, from)) as [TestSim, TestSim];
    const later = await plan('monthly_bundle', { ...small, billingStart: 'first_usage' });
    const all = await plan('pay_per_mb', { fee: '9.00', pricePerMb: '0.10', recurringScope: 'all', prorated: true });
    await until('2028-08-01T00:00:00Z');
    await assign(free, later);
    await assign(paying, all);
    await until('2028-09-16T00:00:00Z');
    for (const sim of [free, paying]) expect(await to(sim, next)).toMatchObject({ status: 'Activation Ready' });
    expect(await moneyOf(free)).toEqual([]);
    expect(await moneyOf(paying)).toEqual(['recurring 9', 'recurring 9', 'adjustment -4.5', 'recurring 4.5']);
    expect([await owedBy(from), await owedBy(next)]).toEqual([13.5, 4.5]);
  });

  it('takes a prepaid balance along with its days, and PAYGO only to a wallet', async () => {
    const [from, next] = [await customer(), await customer()];
    const [bought, drawn] = (await sims(2, from)) as [TestSim, TestSim];
    const go = await plan('prepaid', { validityDays: 30, refills: [{ mb: '1000', price: '10.00' }] });
    const paygo = await plan('paygo', { pricePerMb: '0.10' });
    await wallet(from, '5.00');
    await assign(bought, go);
    await ok('POST', path(bought, '/refills'), { refill: (await see(bought)).prepaid.refills[0].id });
    await assign(drawn, paygo);
    api.pass(60);
    await api.use(ours, bought, { down: 400_000_000n });
    const before = await see(bought);
    api.pass(86_400);
    await ok('POST', path(bought, '/suspension'), {});
    expect(await to(bought, next)).toMatchObject({ prepaid: { ...before.prepaid }, leftBytes: '600000000' });
    expect(await to(drawn, next)).toMatchObject({ status: 'Suspended', plan: null });
    expect(await ok('DELETE', path(bought, '/suspension'))).toMatchObject({ status: 'Active', leftBytes: '600000000' });
  });
});
