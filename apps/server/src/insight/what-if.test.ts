import { parseDecimal } from '@simwright/measure';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Id } from '../kit/ids.ts';
import { publicId } from '../kit/ids.ts';
import * as periods from '../periods/index.ts';
import * as pools from '../pools/index.ts';
import { type Api, openApi, type TestOrganization, type TestSim } from './testing.ts';

// The clock of a test that was given up would move under the next one.
vi.setConfig({ testTimeout: 120_000 });

const mb = 1_000_000n;
const eur = 100_000_000n;
let api: Api;
let home: TestOrganization;
const plans = new Map<string, Id>();

type Priced = {
  recurring: string;
  usage: string;
  overage: string;
  refills: string;
  total: string;
  activation: string;
  series: string[];
};
type Result = {
  lines: number;
  bytes: string;
  times: string[];
  unit: string;
  charged: (Priced & { currency: string })[];
  candidates: (Priced & {
    name: string;
    lines: number;
    charged: string;
    difference: string;
    notRated: { reason: string; lines: number }[];
  })[];
};

beforeAll(async () => {
  api = await openApi();
  home = await api.open('What if');
  await plan('Flat', 'pay_per_mb', { feeMicros: eur, pricePerMb: price('0.10') });
  await plan('Bundle', 'monthly_bundle', {
    feeMicros: 5n * eur,
    allowanceBytes: 300n * mb,
    overageSizeBytes: 100n * mb,
    overagePriceMicros: 2n * eur,
    activationFeeMicros: 3n * eur,
    prorated: true,
  });
  await plan('Unlimited', 'unlimited', { feeMicros: 20n * eur });
  await plan('Prepaid', 'prepaid', {
    validityDays: 30,
    refills: [
      { id: 'small', amountBytes: 100n * mb, priceMicros: 2n * eur },
      { id: 'large', amountBytes: 1000n * mb, priceMicros: 9n * eur },
    ],
  });
  await plan('Zoned', 'pay_per_mb', {
    pricePerMb: null,
    zones: [{ id: zone, name: 'Home', countries: ['DE'], plmns: [] }],
    rates: [{ service: 'data', zoneId: zone, pricing: { model: 'per_unit', price: price('0.05'), increment: null } }],
  });
});
afterAll(() => api.close());

const zone = '00000000-0000-7000-8000-0000000000aa';

function price(text: string) {
  const read = parseDecimal(text);
  if (!read.ok) throw new Error(text);
  return read.value;
}

async function plan(name: string, type: catalog.PlanType, terms: Partial<catalog.PlanTerms>): Promise<void> {
  const whole = { ...catalog.emptyTerms(type, 'EUR', 1000), ...terms };
  plans.set(name, (await catalog.createPlan(ctx(), { name, terms: whole })).plan.id);
}

const ctx = () => api.as(home.organization);

/** SIMs of an account, ready on a plan. */
async function onPlan(
  name: string,
  count: number,
  companyId: Id | null = null,
  poolId: Id | null = null,
): Promise<TestSim[]> {
  const sims = await api.stock(home, count);
  const ids = sims.map(({ id }) => id);
  await inventory.register(ctx(), ids, companyId);
  const outcomes = await periods.assignPlan(ctx(), ids, plans.get(name)!, { poolId });
  expect(outcomes.map(({ refusal }) => refusal?.code)).toEqual(ids.map(() => undefined));
  return sims;
}

const totals = new Map<string, bigint>();
/** More data of one session. */
async function use(sim: TestSim, bytes: bigint, at: string, plmn = '26202'): Promise<void> {
  api.setNow(at);
  const total = (totals.get(sim.imsi) ?? 0n) + bytes;
  totals.set(sim.imsi, total);
  await api.use(home, sim, { down: total, plmn });
}

async function ask(body: object, key = home.key): Promise<Result> {
  const { status, body: answer } = await api.send('POST', '/api/v1/what-if', key, body);
  expect(answer).not.toHaveProperty('error');
  expect(status).toBe(200);
  return answer as unknown as Result;
}

const planId = (name: string) => publicId('plan', plans.get(name)!);
const candidate = (name: string) => ({ plan: planId(name) });

it('comes to what was charged for the plan that the lines are on, to the last digit', async () => {
  for (const name of ['Flat', 'Bundle', 'Unlimited']) {
    api.setNow('2026-03-16T10:30:00Z');
    const sims = await onPlan(name, 2);
    for (const [i, sim] of sims.entries()) {
      for (let day = 17; day <= 31; day += 2 + i) {
        await use(sim, BigInt(day * 1_234_567 * (i + 1)), `2026-03-${day}T1${i}:05:00Z`);
      }
      for (let day = 1; day <= 20; day += 3 + i) {
        await use(sim, BigInt(day * 2_345_678 * (i + 1)), `2026-04-${String(day).padStart(2, '0')}T0${i}:05:00Z`);
      }
    }
    api.setNow('2026-04-20T12:00:00Z');
    for (const days of [1, 20, 35, 90]) {
      for (const sim of sims) {
        const { charged, candidates } = await ask({ sim: sim.publicId, days, candidates: [candidate(name)] });
        const [own] = candidates;
        expect(own, `${name}, ${days} days`).toMatchObject({
          lines: 1,
          total: charged[0]?.total ?? '0.00',
          difference: '0.00',
          recurring: charged[0]?.recurring ?? '0.00',
          series: charged[0]?.series ?? own!.series,
        });
      }
    }
  }
});

it('comes to what was charged on an anniversary plan too, whose first data was free', async () => {
  api.setNow('2026-03-05T00:00:00Z');
  const fleet = await api.fleet(home);
  const [sim] = await api.stock(home, 1);
  await inventory.register(ctx(), [sim!.id], null);
  const put = await api.send('PATCH', `/api/v1/sims/${sim!.publicId}`, home.key, { fleet });
  expect(put.status).toBe(200);
  await api.send('POST', `/api/v1/sims/${sim!.publicId}/status`, home.key, { status: 'ready' });
  await use(sim!, 200_000n, '2026-03-06T07:10:00Z');
  await use(sim!, 90_000n, '2026-03-06T09:00:00.000Z');
  await use(sim!, 70n * mb, '2026-03-28T10:10:00Z');
  await use(sim!, 30n * mb, '2026-04-06T08:10:00Z');
  await use(sim!, 40n * mb, '2026-04-06T10:10:00Z');
  api.setNow('2026-04-10T12:00:00Z');
  const plan = (await catalog.getDefaultSuperSimPlan(ctx())).id;
  const asked = { sim: sim!.publicId, candidates: [{ plan: publicId('plan', plan) }, candidate('Flat')] };
  for (const days of [2, 5, 20, 60]) {
    const { charged, candidates } = await ask({ ...asked, days });
    expect(candidates[0], `${days} days`).toMatchObject({ total: charged[0]?.total ?? '0.00', difference: '0.00' });
  }
  // 2 × 2.00 and 0.10 per MB of what came after the free ready period; on the other plan from the first byte on.
  const { charged, candidates } = await ask({ ...asked, days: 60 });
  expect(charged[0]).toMatchObject({ recurring: '4.00', usage: '14.009', total: '18.009' });
  expect(candidates[1]).toMatchObject({ recurring: '2.00', usage: '14.029', difference: '-1.98' });
});

it('compares plans of every kind by what the same usage would have cost', async () => {
  api.setNow('2026-05-04T10:00:00Z');
  const company = await api.company(home, { name: 'Compared' });
  const [a, b] = await onPlan('Flat', 2, company.id);
  await use(a!, 250n * mb, '2026-05-05T10:00:00Z');
  await use(b!, 310n * mb, '2026-05-06T10:00:00Z', '310410');
  api.setNow('2026-05-20T10:00:00Z');
  const names = ['Flat', 'Bundle', 'Unlimited', 'Prepaid', 'Zoned'];
  const result = await ask({ company: company.publicId, days: 30, candidates: names.map(candidate) });
  expect(result).toMatchObject({ lines: 2, bytes: String(560n * mb), unit: 'day' });
  expect(result.times).toHaveLength(30);
  expect(result.charged).toMatchObject([{ currency: 'EUR', recurring: '2.00', usage: '56.00', total: '58.00' }]);
  const [flat, bundle, unlimited, prepaid, zoned] = result.candidates;
  expect(flat).toMatchObject({ total: '58.00', difference: '0.00', lines: 2, notRated: [] });
  // Prorated from the 5th and the 6th: 27 and 26 of 31 days, of the fee and of the allowance.
  expect(bundle).toMatchObject({ recurring: '8.5483871', overage: '2.00', usage: '0.00', activation: '6.00' });
  expect(unlimited).toMatchObject({ recurring: '40.00', total: '40.00', difference: '-18.00' });
  expect(prepaid).toMatchObject({ refills: '14.00', recurring: '0.00', total: '14.00' });
  // A network outside of its only zone: that line is left out, and compared with nothing.
  expect(zoned).toMatchObject({ lines: 1, usage: '12.50', charged: '26.00', difference: '-13.50' });
  expect(zoned!.notRated).toMatchObject([{ reason: 'no_rate', lines: 1 }]);
  for (const { series, total } of result.candidates) expect(sum(series)).toBe(total);
});

it('comes to what was charged for the pools that lines share, and pools lines that do not', async () => {
  api.setNow('2026-05-10T10:00:00Z');
  const company = await api.company(home, { name: 'Pooled' });
  const pool = async (name: string, type: 'static' | 'dynamic', terms: object) => {
    const made = await pools.createPool(ctx(), { name, type, companyId: company.id, terms });
    await periods.openPools(ctx(), [made.pool.id]);
    return made.pool.id;
  };
  const overage = { overageSizeMb: 50n, overagePrice: '2.00' };
  const fixed = await pool('Fixed', 'static', { allowanceMb: 100n, fee: '10.00', ...overage });
  const growing = await pool('Growing', 'dynamic', overage);
  await plan('Member', 'static_pool', {});
  await plan('Brings', 'dynamic_pool', { feeMicros: 3n * eur, allowanceBytes: 60n * mb, prorated: true });
  const members = await onPlan('Member', 2, company.id, fixed);
  const brings = await onPlan('Brings', 2, company.id, growing);
  const all4 = [...members, ...brings];
  for (const [i, sim] of all4.entries()) await use(sim, 40n * mb, `2026-05-1${i + 1}T10:00:00Z`);
  api.setNow('2026-06-01T00:00:01Z');
  while ((await periods.rollPools(ctx())) > 0);
  await periods.rollAllDue(ctx(), 100);
  for (const [i, sim] of all4.entries()) await use(sim, BigInt(50 + i * 10) * mb, `2026-06-1${i + 1}T10:00:00Z`);
  api.setNow('2026-06-20T10:00:00Z');
  const own = { pool: publicId('pool', fixed), plan: planId('Member') };
  const other = { pool: publicId('pool', growing), plan: planId('Brings') };
  const asked = { company: company.publicId, candidates: [own, other, { pool: own.pool }] };
  const all = await ask({ ...asked, days: 20 });
  // Of June: 10.00 for the one pool and a block for its 110 MB; 2 × 3.00 for the other, and a block for 150 of 120 MB.
  expect(all.charged).toMatchObject([{ recurring: '16.00', usage: '4.00', total: '20.00' }]);
  // All four in each: 260 MB are 4 blocks beyond 100 MB, and one beyond 4 × 60 MB.
  expect(all.candidates).toMatchObject([
    { recurring: '10.00', overage: '8.00', difference: '-2.00', lines: 4 },
    { recurring: '12.00', overage: '2.00', difference: '-6.00', lines: 4 },
    { recurring: '10.00', overage: '8.00', difference: '-2.00', lines: 4 },
  ]);
  expect(sum(all.candidates[0]!.series)).toBe('18.00');
});

it('shows a company’s staff their own lines alone', async () => {
  const [one, other] = [await api.company(home, { name: 'One' }), await api.company(home, { name: 'Other' })];
  api.setNow('2026-06-01T10:00:00Z');
  const [mine] = await onPlan('Flat', 1, one.id);
  const [theirs] = await onPlan('Flat', 1, other.id);
  await use(mine!, 10n * mb, '2026-06-02T10:00:00Z');
  await use(theirs!, 30n * mb, '2026-06-02T11:00:00Z');
  const asked = { days: 30, candidates: [candidate('Unlimited')] };
  expect(await ask(asked, one.key)).toMatchObject({ lines: 1, bytes: String(10n * mb) });
  const refused = await api.send('POST', '/api/v1/what-if', one.key, { ...asked, sim: theirs!.publicId });
  expect(refused.status).toBe(404);
  const outside = await api.send('POST', '/api/v1/what-if', one.key, { ...asked, company: other.publicId });
  expect(outside.status).toBe(404);
});

it('changes nothing: no period, no record, no entry', async () => {
  const count = async () =>
    (
      await api.owner.pool.query(
        `select (select count(*) from billing_periods) + (select count(*) from entries) + (select count(*) from fees)
              + (select count(*) from usage_records) + (select count(*) from ledger_accounts) + (select count(*) from events) as n`,
      )
    ).rows[0].n;
  const before = await count();
  const alone = [...plans.keys()].filter((name) => name !== 'Member' && name !== 'Brings');
  await ask({ days: 366, candidates: alone.map(candidate) });
  expect(await count()).toBe(before);
});

it('says no to what cannot be asked', async () => {
  const refused = async (body: object) => (await api.send('POST', '/api/v1/what-if', home.key, body)).body.error;
  expect(await refused({ days: 367, candidates: [candidate('Flat')] })).toMatchObject({ field: 'body.days' });
  expect(await refused({ days: 3, candidates: [] })).toMatchObject({ field: 'body.candidates' });
  expect(await refused({ days: 3, candidates: [{}] })).toMatchObject({ code: 'what_if.candidate_empty' });
  await plan('Shared', 'static_pool', {});
  expect(await refused({ days: 3, candidates: [candidate('Shared')] })).toMatchObject({
    code: 'what_if.pool_missing',
    field: 'body.candidates[0].pool',
  });
});

function sum(amounts: string[]): string {
  const scale = 9;
  const total = amounts.reduce((all, text) => {
    const [whole = '0', fraction = ''] = text.split('.');
    return all + BigInt(whole + fraction.padEnd(scale, '0'));
  }, 0n);
  const digits = total.toString().padStart(scale + 1, '0');
  const fraction = digits.slice(-scale).replace(/0+$/, '').padEnd(2, '0');
  return `${digits.slice(0, -scale)}.${fraction}`;
}
