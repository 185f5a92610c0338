import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { purposes } from '../src/app/purposes.ts';
import { mb, openBilling } from '../src/billing/testing.ts';
import * as catalog from '../src/catalog/index.ts';
import * as inventory from '../src/inventory/index.ts';
import { atomically, query, reading, sql } from '../src/kit/db.ts';
import { parsePublicId, publicId } from '../src/kit/ids.ts';
import * as payments from '../src/payments/index.ts';
import { countDueMonths, reportRoutes } from '../src/reports/index.ts';
import { costIn, costOf, nextCount } from '../src/reports/model.ts';
import { createCompany } from '../src/tenancy/index.ts';
import { drift } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

let world: Awaited<ReturnType<typeof openBilling>>;
let seller: Awaited<ReturnType<typeof world.seller>>;
let harbour: Awaited<ReturnType<typeof seller.company>>;
let base: string;

/** Two months of a seller: bundles with overage, a credit by hand, a refill by hand and half of it back, a line that staff wrote onto a bill. */
beforeAll(async () => {
  world = await openBilling();
  ({ base } = await world.serve((http) => reportRoutes(http)));
  world.setNow('2026-04-01T00:00:00Z');
  seller = await world.seller('Numbers');
  harbour = await seller.company('Harbour', 2);
  await seller.company('Cranes', 1);
  await world.use(seller, harbour.sims[0]!, { up: 3n * mb + 500_000n });
  await seller.to('2026-04-20T00:00:00Z');
  const credit = { sim: harbour.sims[0]!.publicId, amount: '-1.25', revenue: 'fee', reason: 'For the trouble' };
  const given = await world.send('POST', '/api/v1/adjustments', seller.key, credit);
  expect([given.status, given.body]).toMatchObject([201, {}]);
  const traveller = await createCompany(seller.ctx(), { name: 'Traveller' });
  const plan = await world.send('POST', '/api/v1/plans', seller.key, {
    ...{ name: 'Travel', type: 'prepaid', validityDays: 30, refills: [{ mb: '500', price: '10.00' }] },
  });
  const [sim] = await world.stock(seller, 1);
  await atomically(seller.ctx(), (ctx) => inventory.register(ctx, [sim!.id], traveller.id));
  const put = { plan: plan.body.id, effective: 'now' };
  expect((await world.send('PUT', `/api/v1/sims/${sim!.publicId}/plan`, seller.key, put)).status).toBe(200);
  const versions = await reading(seller.ctx(), (ctx) =>
    catalog.latestVersionsOf(ctx, [parsePublicId('plan', plan.body.id)!]),
  );
  const [refill] = [...versions.values()][0]!.refills;
  const asked = { purpose: 'line_refill' as const, simId: sim!.id, refill: refill!.id };
  const purchase = await purposes.purchaseOf(seller.ctx(), asked);
  const paid = await payments.startPayment(seller.ctx(), purposes, purchase, { method: 'manual' });
  await seller.to('2026-05-02T06:00:00Z');
  await payments.startRefund(seller.ctx(), paid.id, { amount: '6.05', reason: 'Half of it' });
  const preBill = await seller.collect(harbour.publicId);
  const edits = [{ kind: 'line', name: 'Setup', quantity: '1', unitPrice: '25.00' }];
  expect((await seller.call('PATCH', `pre-bills/${preBill.id}`, { edits })).status).toBe(200);
  const { version } = (await seller.call('GET', `pre-bills/${preBill.id}`)).body;
  expect((await seller.call('POST', `pre-bills/${preBill.id}/approve`, { version })).status).toBe(200);
  while ((await countDueMonths(seller.ctx(), 30)) > 0);
});
afterAll(async () => {
  expect(await drift(world.owner)).toEqual([]);
  await world.close();
});

// biome-ignore lint/suspicious/noExplicitAny: a test reads it as it is on the wire.
async function get(path: string, method = 'GET', body?: unknown): Promise<any> {
  const response = await fetch(`${base}/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${seller.key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return path.includes('.csv') ? text : JSON.parse(text);
}

const sumOf = (items: { net: string }[]) =>
  items.reduce((sum, { net }) => sum + Math.round(Number(net) * 1e6), 0) / 1e6;

describe('revenue', () => {
  it('is what the ledger’s revenue accounts hold, to the last micro-minor unit', async () => {
    const own = sql`organization_id = ${seller.organization.id}`;
    const [ledger] = await query<{ micros: string }>(
      world.owner.pool,
      sql`select (-sum(e.amount_micros))::text as micros from entries e join ledger_accounts a using (organization_id)
           where ${own} and a.id = e.ledger_account_id and a.kind in ('usage_revenue', 'fee_revenue', 'refill_revenue', 'other_revenue')`,
    );
    const [counted] = await query<{ micros: string }>(
      world.owner.pool,
      sql`select sum(net_micros)::text as micros from revenue_months where ${own}`,
    );
    expect(counted!.micros).toBe(ledger!.micros);
    expect(Number(ledger!.micros)).toBeGreaterThan(0);
  });

  it('is told apart by month and type, by plan, telecom and company, and each way comes to the same', async () => {
    const { items } = await get('revenue/months');
    expect(items.map(({ month }: { month: string }) => month)).toEqual(['2026-04', '2026-05']);
    const types = (at: number) =>
      Object.fromEntries(items[at].byType.map((one: { type: string; net: string }) => [one.type, one.net]));
    expect(types(0)).toMatchObject({ usage: '0.375', adjustment: '-1.25', refill: '10.00' });
    expect(types(1)).toMatchObject({ refill: '-5.00', other: '25.00' });
    expect(items[0].countedAt).not.toBeNull();
    const total = sumOf(items);
    for (const by of ['type', 'plan', 'telecom', 'company'])
      expect([by, sumOf((await get(`revenue?by=${by}`)).items)]).toEqual([by, total]);
    const companies = (await get('revenue?by=company&from=2026-05&to=2026-05')).items;
    expect(companies.find(({ group }: { group: { id: string } }) => group?.id === harbour.publicId)).toMatchObject({
      net: '43.00',
    });
    const first = await get('revenue?by=company&limit=2');
    const rest = await get(`revenue?by=company&limit=100&cursor=${first.nextCursor}`);
    expect(sumOf([...first.items, ...rest.items])).toBe(total);
    const file: string = await get('revenue.csv?by=company&from=2026-05&to=2026-05&columns=month,group,net');
    expect(file).toContain('2026-05,Harbour,43.00');
    expect(await get('revenue?from=2026-06&to=2026-05')).toMatchObject({ error: { code: 'report.months_invalid' } });
  });

  it('has a margin where a telecom has a cost', async () => {
    const telecom = (await get('revenue?by=telecom&from=2026-04&to=2026-04')).items.find(
      (one: { group: unknown }) => one.group,
    );
    expect(telecom).toMatchObject({ cost: null, margin: null, lines: 3 });
    const cost = { from: '2026-01', perMb: '0.05', perLine: '0.40' };
    const set = await get(`telecoms/${telecom.group.id}/costs`, 'POST', cost);
    expect(set.items).toMatchObject([cost]);
    const after = (await get('revenue?by=telecom&from=2026-04&to=2026-04')).items.find(
      (one: { group: unknown }) => one.group,
    );
    // 3.5 MB at 0.05, and 3 lines at 0.40.
    expect(after).toMatchObject({ bytes: '3500000', cost: '1.375', margin: String(Number(after.net) - 1.375) });
    const months = (await get('revenue/months')).items;
    expect(months[0]).toMatchObject({ cost: '1.375' });
  });
});

describe('what is owed', () => {
  it('is what receivable accounts stand at, by the days it is due', async () => {
    const before = (await get('receivables')).items;
    expect(before).toMatchObject([{ account: { name: 'Harbour' }, invoices: 1, days30: '0.00' }]);
    expect(before[0].current).toBe(before[0].total);
    const [stands] = await query<{ micros: string }>(
      world.owner.pool,
      sql`select sum(balance_micros)::text as micros from ledger_accounts where organization_id = ${seller.organization.id} and kind = 'receivable'`,
    );
    expect(Math.round(Number(before[0].total) * 1e8)).toBe(Number(stands!.micros));
    for (const [at, column] of [
      ['2026-05-20T00:00:00Z', 'days30'],
      ['2026-06-20T00:00:00Z', 'days60'],
      ['2026-07-20T00:00:00Z', 'days90'],
      ['2026-09-20T00:00:00Z', 'older'],
    ] as const) {
      world.setNow(at);
      expect((await get('receivables')).items[0]).toMatchObject({ [column]: before[0].total, current: '0.00' });
    }
    world.setNow('2026-05-02T06:00:00Z');
  });

  it('and what was paid is what came from outside, less what went back', async () => {
    const [paid] = await query<{ companyId: string }>(
      world.owner.pool,
      sql`select company_id from payments where organization_id = ${seller.organization.id} limit 1`,
    );
    const account = publicId('company', paid!.companyId);
    expect((await get(`paid?accounts=${account},${harbour.publicId}`)).items).toEqual([
      { account, currency: 'EUR', month: '-6.05', lifetime: '6.05' },
    ]);
  });
});

describe('costs and counts, pure', () => {
  it('takes the latest cost, and rounds once', () => {
    const cost = (fromMonth: string, id: string) => ({
      ...{ id, telecomId: 't', fromMonth, perMb: '0.001', perLineMicros: 10n, setAt: new Date(), setBy: 'x' },
    });
    const costs = [cost('2026-03', 'a'), cost('2026-01', 'b'), cost('2026-03', 'c')];
    expect([costIn(costs, '2025-12'), costIn(costs, '2026-02')?.id, costIn(costs, '2026-09')?.id]).toEqual([
      null,
      'b',
      'c',
    ]);
    expect(costOf(costs[0]!, { bytes: 1_500_000n, lines: 2 }, 'EUR', 1_000_000n)).toBe(150_000n + 20n);
    expect(costOf(costs[0]!, { bytes: 1_048_576n, lines: 0 }, 'JPY', 1_048_576n)).toBe(1_000n);
  });

  it('looks at the running month often, and at old ones seldom', () => {
    const now = new Date('2026-05-02T00:00:00Z');
    const minutes = (month: string) => (nextCount(month, '2026-05', now).getTime() - now.getTime()) / 60_000;
    expect(['2026-05', '2026-04', '2026-02', '2025-01'].map(minutes)).toEqual([10, 60, 1_440, 43_200]);
  });
});
