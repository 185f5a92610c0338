import { parseDecimal } from '@simwright/measure';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as catalog from '../src/catalog/index.ts';
import { explain } from '../src/insight/index.ts';
import { type Api, openApi, type TestOrganization, type TestSim } from '../src/insight/testing.ts';
import * as inventory from '../src/inventory/index.ts';
import { type Id, publicId } from '../src/kit/ids.ts';
import * as ledger from '../src/ledger/index.ts';
import * as periods from '../src/periods/index.ts';
import * as pools from '../src/pools/index.ts';
import { recordId } from '../src/usage/index.ts';
import { drift } from './world.ts';

/**
 * Explain equals the ledger: a population on all plan types lives through a month and a half with zones, messages, calls,
 * pools, refills, wallets, changes of plan and corrections, in batches drawn at random. Then every amount there is explained:
 * what the engine makes of the stored facts is what was booked, and what was booked is what the ledger moved.
 */

const mb = 1_000_000n;
const eur = 100_000_000n;
const [home, abroad] = ['00000000-0000-7000-8000-0000000000a1', '00000000-0000-7000-8000-0000000000a2'];
const zones = [
  { id: home, name: 'Home', countries: ['DE'], plmns: [] },
  { id: abroad, name: 'North America', countries: ['US', 'CA'], plmns: [] },
];
/** Germany twice, the United States, France, a test network, and none at all. */
const networks = ['26201', '26202', '310410', '20801', '00101', undefined];

let api: Api;
let org: TestOrganization;
let company: { id: Id; key: string };
let walletId: Id;
let pooled: Record<'static' | 'dynamic', Id>;
const sims = new Map<string, TestSim[]>();
const plans = new Map<string, Id>();
const ctx = () => api.as(org.organization);

/** Numbers of one seed, so that a failure can be looked at again. */
let seed = 20_260_301;
function draw(below: number): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % below;
}

const price = (text: string) => {
  const read = parseDecimal(text);
  if (!read.ok) throw new Error(text);
  return read.value;
};
const perUnit = (service: catalog.Service, zoneId: Id | null, text: string, increment: bigint | null = null) => ({
  ...{ service, zoneId },
  pricing: { model: 'per_unit' as const, price: price(text), increment },
});
const texting = perUnit('sms', null, '0.07');
const calling: catalog.Rate = {
  ...{ service: 'voice', zoneId: null },
  pricing: {
    model: 'volume',
    steps: [
      { upTo: 600n, price: price('0.15') },
      { upTo: null, price: price('0.09') },
    ],
    increment: 60n,
  },
};

/** What each line is on. */
const terms: Record<string, [catalog.PlanType, Partial<catalog.PlanTerms>]> = {
  prepaid: ['prepaid', { validityDays: 30, refills: [{ id: 'm', amountBytes: 400n * mb, priceMicros: 5n * eur }] }],
  bundle: [
    'monthly_bundle',
    {
      ...{ feeMicros: 7n * eur, activationFeeMicros: 2n * eur, allowanceBytes: 500n * mb, prorated: true },
      ...{ overageSizeBytes: 100n * mb, overagePriceMicros: 3n * eur, rates: [texting, calling] },
    },
  ],
  per_mb: [
    'pay_per_mb',
    {
      ...{ feeMicros: eur, pricePerMb: price('0.123456789'), incrementBytes: 1_000_000n, zones },
      rates: [
        perUnit('data', home, '0.01'),
        {
          ...{ service: 'data', zoneId: abroad },
          pricing: {
            model: 'graduated',
            steps: [
              { upTo: 100n * mb, price: price('0.50') },
              { upTo: null, price: price('0.333333333333') },
            ],
            increment: null,
          },
        },
        texting,
        calling,
      ],
    },
  ],
  unlimited: ['unlimited', { feeMicros: 25n * eur, prorated: true, rates: [texting] }],
  static: ['static_pool', { activationFeeMicros: eur, rates: [texting, calling] }],
  dynamic: ['dynamic_pool', { feeMicros: 4n * eur, allowanceBytes: 300n * mb, prorated: true, rates: [calling] }],
  paygo: [
    'paygo',
    {
      feeMicros: 2n * eur,
      pricePerMb: price('0.02'),
      zones,
      rates: [perUnit('data', abroad, '0.2'), texting, calling],
    },
  ],
};

beforeAll(async () => {
  api = await openApi();
  api.setNow('2026-03-03T08:00:00Z');
  org = await api.open('Explained');
  company = await api.company(org, { name: 'Customer', timeZone: 'Europe/Berlin' });
  for (const [name, [type, own]] of Object.entries(terms)) {
    const whole = { ...catalog.emptyTerms(type, 'EUR', 1000), ...own };
    plans.set(name, (await catalog.createPlan(ctx(), { name, terms: whole })).plan.id);
  }
  walletId = (await ledger.openWallet(ctx(), { ownerId: company.id, floorMicros: eur })).id;
  await credit(40n * eur);
  const make = async (type: 'static' | 'dynamic', own: object) => {
    const made = await pools.createPool(ctx(), { name: type, type, companyId: company.id, terms: own });
    await periods.openPools(ctx(), [made.pool.id]);
    return made.pool.id;
  };
  const overage = { overageSizeMb: 50n, overagePrice: '1.50' };
  pooled = {
    static: await make('static', { allowanceMb: 900n, fee: '20.00', ...overage }),
    dynamic: await make('dynamic', overage),
  };
});

afterAll(async () => {
  expect(await drift(api.owner)).toEqual([]);
  await api.close();
});

async function credit(amountMicros: bigint): Promise<void> {
  const key = `credit:${api.now().toISOString()}`;
  await periods.freeing(ctx(), walletId, (ctx) =>
    ledger.creditWallet(ctx, { walletId, amountMicros, kind: 'refill', reason: 'A payment', key }),
  );
}

async function assign(lines: TestSim[], name: string, options: periods.AssignOptions = {}): Promise<void> {
  const ids = lines.map(({ id }) => id);
  const done = await periods.assignPlan(ctx(), ids, plans.get(name)!, options);
  expect(done.map(({ refusal }) => refusal?.code ?? null)).toEqual(ids.map(() => null));
}

async function refill(lines: TestSim[]): Promise<void> {
  const done = await periods.grantRefills(
    ctx(),
    lines.map(({ id }) => ({ lineId: id, optionId: 'm' })),
  );
  expect(done.map(({ refusal }) => refusal)).toEqual(lines.map(() => null));
}

async function begin(): Promise<void> {
  for (const name of Object.keys(terms)) {
    const lines = await api.stock(org, 3);
    sims.set(name, lines);
    await inventory.register(
      ctx(),
      lines.map(({ id }) => id),
      company.id,
    );
    const poolId = name === 'static' || name === 'dynamic' ? pooled[name] : null;
    await assign(lines, name, { poolId });
  }
  await refill(sims.get('prepaid')!.slice(0, 2));
  const fleet = await api.fleet(org, 1_000_000n, company.id);
  const lines = await api.stock(org, 3);
  sims.set('super_sim', lines);
  await inventory.register(
    ctx(),
    lines.map(({ id }) => id),
    company.id,
  );
  for (const sim of lines) {
    const put = await api.send('PATCH', `/api/v1/sims/${sim.publicId}`, org.key, { fleet });
    expect(put.status).toBe(200);
    const ready = await api.send('POST', `/api/v1/sims/${sim.publicId}/status`, org.key, { status: 'ready' });
    expect(ready.status).toBe(200);
  }
}

let serial = 0;
/** A handful of records of any lines, some hours or days old, as one request. */
async function someUsage(): Promise<void> {
  const all = [...sims.values()].flat();
  const records = Array.from({ length: 3 + draw(14) }, () => {
    serial += 1;
    const age = draw(5) === 0 ? draw(3 * 86_400_000) : draw(3_600_000);
    const quantity = [
      { bytesUp: String(draw(3_000_000)), bytesDown: String(draw(70_000_000)) },
      { bytesUp: String(draw(300_000)), bytesDown: String(draw(400_000)) },
      { service: 'sms', messages: String(1 + draw(4)) },
      { service: 'voice', seconds: String(1 + draw(400)) },
    ][[0, 0, 0, 1, 2, 3][draw(6)]!];
    return {
      ...{ id: `r${serial}`, sim: all[draw(all.length)]!.publicId, ...quantity },
      occurredAt: new Date(api.now().getTime() - age).toISOString(),
      plmn: networks[draw(networks.length)],
    };
  });
  const { status, body } = await api.send('POST', '/api/v1/usage-records', org.key, { records });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.counts).toMatchObject({ conflict: 0, rejected: 0, accepted: 0 });
}

/** Periods and pools whose end has come. */
async function roll(): Promise<void> {
  while ((await periods.rollPools(ctx())) > 0);
  await periods.rollAllDue(ctx(), 100);
}

it('explains every amount of a month and a half of all plan types, and agrees with the ledger', async () => {
  await begin();
  const end = new Date('2026-04-14T00:00:00Z');
  for (let day = 1; api.now() < end; day++) {
    for (let part = 0; part < 2; part++) {
      api.pass(20_000 + draw(40_000));
      await roll();
      await someUsage();
    }
    await something(day);
  }
  await roll();
  await everythingAgrees();
});

/** What staff and customers do on some days. */
async function something(day: number): Promise<void> {
  const of = (name: string) => sims.get(name)!;
  if (day === 8) await assign([of('bundle')[0]!], 'unlimited', { effective: 'now' });
  if (day === 12) await credit(3n * eur);
  if (day === 15) await refill(of('prepaid').slice(1));
  if (day === 17) await assign([of('dynamic')[0]!], 'bundle', { effective: 'now' });
  if (day === 19) await assign([of('unlimited')[1]!], 'dynamic', { effective: 'now', poolId: pooled.dynamic });
  if (day === 22) await assign([of('bundle')[1]!], 'per_mb', { effective: 'now' });
  if (day === 25) await assign([of('static')[2]!], 'paygo', { effective: 'next_period' });
  if (day === 24) await takenBack();
  if (day === 28) await cheaper();
  if (day === 29) await correct({ sim: of('bundle')[2]!.publicId, amount: '-2.50', reason: 'The network was down.' });
  if (day === 33) await credit(60n * eur);
  if (day === 36) await refill([of('prepaid')[0]!]);
}

/** The price per MB was wrong: a version that is right, and what was charged by the other is rated again. */
async function cheaper(): Promise<void> {
  const [type, own] = terms.per_mb!;
  const right = { ...catalog.emptyTerms(type, 'EUR', 1000), ...own, pricePerMb: price('0.1') };
  await catalog.createVersion(ctx(), plans.get('per_mb')!, right);
  const asked = {
    from: '2026-03-01T00:00:00Z',
    to: '2026-04-01T00:00:00Z',
    reason: 'The price was wrong.',
    dryRun: false,
  };
  const plan = publicId('plan', plans.get('per_mb')!);
  const done = await api.send('POST', '/api/v1/reratings', org.key, { ...asked, plans: [plan] });
  expect(done.body).toMatchObject({ refused: [] });
  expect(done.body.differing).toBeGreaterThan(0);
}

/** The carrier tells of yesterday, and it is less than what was booked: some records are below zero. */
async function takenBack(): Promise<void> {
  const day = new Date(api.now().getTime() - 86_400_000).toISOString().slice(0, 10);
  const restatements = ['per_mb', 'bundle', 'dynamic', 'super_sim'].flatMap((name) =>
    sims.get(name)!.map(({ publicId: sim }) => ({ sim, day, bytesUp: '0', bytesDown: '1000000' })),
  );
  const told = await api.send('POST', '/api/v1/usage-restatements', org.key, { timeZone: 'UTC', restatements });
  expect(told.status, JSON.stringify(told.body)).toBe(200);
}

async function correct(adjustment: object): Promise<void> {
  expect((await api.send('POST', '/api/v1/adjustments', org.key, adjustment)).status).toBe(201);
}

type Entry = { transfer_id: Id; ledger_account_id: Id; amount_micros: bigint; kind: string; account: string };

async function everythingAgrees(): Promise<void> {
  const rows = async <T>(text: string): Promise<T[]> => (await api.owner.pool.query(text)).rows;
  /** What was explained, by transfer and ledger account. */
  const moved = new Map<string, bigint>();
  const counts = new Map<string, number>();
  const check = async (id: string) => {
    const explained = await explain(ctx(), id);
    const { kind, money, entries, steps } = explained;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (money) expect(money.recomputed, `${id}\n${steps.map(({ text }) => text).join('\n')}`).toBe(money.amount);
    for (const { text } of steps) expect(text).not.toMatch(/undefined|null|NaN|\[object/);
    if (kind === 'period' || kind === 'pool_period' || kind === 'refill' || !money || money.amount === 0n) return;
    const own = entries.find(({ balanceAfter }) => balanceAfter !== null);
    if (kind === 'due_fee') return expect(own).toBeUndefined();
    expect(own, `${id} is in the ledger`).toBeDefined();
    const name = `${own!.transferId} ${own!.accountId}`;
    moved.set(name, (moved.get(name) ?? 0n) + money.amount);
  };
  const records = await rows<{ line_id: Id; occurred_at: Date; source_key: Id }>(
    'select line_id, occurred_at, source_key from usage_records',
  );
  for (const r of records) {
    await check(recordId({ lineId: r.line_id, occurredAt: r.occurred_at, sourceKey: r.source_key }));
  }
  const kinds = {
    fees: 'fee',
    due_fees: 'due_fee',
    adjustments: 'adjustment',
    refills: 'refill',
    billing_periods: 'period',
    pool_periods: 'pool_period',
    blocks: 'block',
    usage_inbox: 'usage',
  } as const;
  for (const [table, kind] of Object.entries(kinds)) {
    for (const { id } of await rows<{ id: Id }>(`select id from ${table}`)) await check(publicId(kind, id));
  }
  // Every kind of amount was there to be explained.
  for (const kind of ['usage', 'fee', 'due_fee', 'adjustment', 'refill', 'period', 'pool_period', 'block', 'unrated']) {
    expect(counts.get(kind) ?? 0, kind).toBeGreaterThan(0);
  }
  expect(counts.get('usage')).toBeGreaterThan(500);
  expect(await rows('select from usage_records where bytes_down < 0')).not.toEqual([]);
  const corrections = await rows<{ kind: string }>('select distinct kind from adjustments order by kind');
  expect(corrections.map(({ kind }) => kind)).toEqual(['contribution', 'manual', 'plan_change', 'rerating']);
  // What was explained is what the ledger moved: no more, and no less.
  const entries = await rows<Entry>(
    `select e.transfer_id, e.ledger_account_id, e.amount_micros, t.kind, a.kind as account from entries e
       join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
       join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id
      where t.kind in ('usage', 'fee', 'adjustment') and a.kind in ('unbilled', 'wallet')`,
  );
  const found = new Map(entries.map((e) => [`${e.transfer_id} ${e.ledger_account_id}`, e.amount_micros]));
  // Debits and credits of one batch that cancel out leave no entry.
  const explained = new Map([...moved].filter(([name, amount]) => amount !== 0n || found.has(name)));
  expect(explained).toEqual(found);
}
