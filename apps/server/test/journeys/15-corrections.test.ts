import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publicId } from '../../src/kit/ids.ts';
import { openWorld, type World } from '../world.ts';

type Period = {
  id: string;
  kind: 'ready' | 'active';
  startsAt: string;
  usedBytes: string;
  messages: string;
  seconds: string;
  charge: string;
  adjusted: string;
  total: string;
  state: string;
  planVersion: number;
};
type Difference = { bytesUp: string; bytesDown: string; messages: string; seconds: string };
type Told = {
  counts: Record<string, number>;
  results: {
    outcome: string;
    simId: string | null;
    difference: Difference | null;
    charge: string | null;
    reason: string | null;
    code: string | null;
    field: string | null;
  }[];
};
type DayTotal = {
  sim: { iccid: string };
  source: string;
  day: string;
  service: string;
  told: Difference;
  booked: Difference;
  difference: Difference;
  revision: number;
};

const now = new Date('2026-04-10T12:00:00Z');
let world: World;
let planId: string;

beforeAll(async () => {
  world = await openWorld({ now });
  world.stand(now);
  const plan = await world.api<{ id: string }>('POST', '/api/v1/plans', {
    name: 'Per MB',
    type: 'pay_per_mb',
    pricePerMb: '0.10',
    smsPrice: '0.05',
    voicePrice: '0.60',
  });
  expect(plan.status).toBe(201);
  planId = plan.body.id;
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

type Sim = { id: string; iccid: string; imsi: string; path: string };

/** A SIM on the plan, active since the clock's present. */
async function activeSim(plan = planId): Promise<Sim> {
  const [stock] = await world.stock(1);
  const id = publicId('sim', stock!.id);
  const path = `/api/v1/sims/${id}`;
  expect((await world.api('PUT', `${path}/plan`, { plan })).status).toBe(200);
  expect((await world.api('POST', `${path}/status`, { status: 'active' })).status).toBe(200);
  return { id, iccid: stock!.iccid, imsi: stock!.imsi, path };
}

const periodsOf = async ({ path }: Sim) => (await world.api<{ items: Period[] }>('GET', `${path}/periods`)).body.items;
/** The period that is charged now: the ready one before it may have begun at the same instant. */
const current = async (sim: Sim) => (await periodsOf(sim)).find((period) => period.kind === 'active')!;

let serial = 0;
async function hand(sim: Sim, used: Record<string, unknown>, source = 'cdr') {
  serial += 1;
  const record = { id: `r-${serial}`, iccid: sim.iccid, occurredAt: world.ctx().now.toISOString(), ...used };
  const answer = await world.api<Told>('POST', `/api/v1/usage-records?source=${source}`, { records: [record] });
  return answer.body.results[0]!;
}
const data = (bytesUp: number, bytesDown: number, more: object = {}) => ({
  bytesUp: String(bytesUp),
  bytesDown: String(bytesDown),
  ...more,
});

async function tell(
  sim: Sim,
  day: string,
  used: Record<string, unknown>,
  options: { zone?: string; source?: string } = {},
) {
  const { zone = 'UTC', source = 'carrier' } = options;
  const answer = await world.api<Told>('POST', `/api/v1/usage-restatements?source=${source}`, {
    timeZone: zone,
    restatements: [{ iccid: sim.iccid, day, ...used }],
  });
  expect(answer.status).toBe(200);
  return answer.body.results[0]!;
}
const daysOf = async (sim: Sim) =>
  (await world.api<{ items: DayTotal[] }>('GET', `/api/v1/usage-restatements?sim=${sim.id}`)).body.items;

describe('messages and calls', () => {
  beforeEach(() => world.stand(now));

  it('are charged beside data, and each record says what it is', async () => {
    const sim = await activeSim();
    for (const used of [
      { service: 'sms', messages: '3' },
      { service: 'voice', seconds: '90' },
      data(1_000_000, 0, { plmn: '26201' }),
    ]) {
      expect((await hand(sim, used)).outcome).toBe('charged');
      world.stand(new Date(world.ctx().now.getTime() + 1_000));
    }
    // 3 × 0.05 + 90 s × 0.60 a minute + 1 MB × 0.10
    expect(await current(sim)).toMatchObject({ messages: '3', seconds: '90', usedBytes: '1000000', charge: '1.15' });
    const records = await world.api<{ items: object[] }>('GET', `${sim.path}/usage-records`);
    expect(records.body.items).toMatchObject([
      { service: 'data', bytesUp: '1000000', messages: '0', charge: '0.10', source: 'cdr' },
      { service: 'voice', seconds: '90', bytesUp: '0', charge: '0.90' },
      { service: 'sms', messages: '3', charge: '0.15' },
    ]);
    const only = await world.api<{ items: object[] }>('GET', `${sim.path}/usage-records?service=sms`);
    expect(only.body.items).toHaveLength(1);
    const usage = await world.api<Record<string, string>>('GET', `${sim.path}/usage?unit=day`);
    expect(usage.body).toMatchObject({
      totalBytes: '1000000',
      totalMessages: '3',
      totalSeconds: '90',
      totalCharge: '1.15',
    });
  });

  it('come one service a record, and nothing is no usage', async () => {
    const sim = await activeSim();
    const refused = [
      await hand(sim, { service: 'sms', messages: '1', bytesUp: '5' }),
      await hand(sim, { service: 'voice' }),
      await hand(sim, data(1, 1, { seconds: '4' })),
      await hand(sim, { bytesUp: '1' }),
      await hand(sim, { service: 'fax', messages: '1' }),
    ];
    expect(refused).toMatchObject([
      { outcome: 'rejected', code: 'usage_record.mixed', field: 'bytesUp' },
      { outcome: 'rejected', code: 'usage_record.invalid', field: 'seconds' },
      { outcome: 'rejected', code: 'usage_record.mixed', field: 'seconds' },
      { outcome: 'rejected', code: 'usage_record.invalid', field: 'bytesDown' },
      { outcome: 'rejected', code: 'usage_record.invalid', field: 'service' },
    ]);
    const [stock] = await world.stock(1);
    const waiting = { id: publicId('sim', stock!.id), iccid: stock!.iccid, imsi: stock!.imsi };
    const ready = { ...waiting, path: `/api/v1/sims/${waiting.id}` };
    await world.api('PUT', `${ready.path}/plan`, { plan: planId });
    await hand(ready, { service: 'sms', messages: '0' });
    expect(await current(ready)).toBeUndefined();
    await hand(ready, { service: 'sms', messages: '1' });
    expect(await current(ready)).toMatchObject({ kind: 'active', messages: '1', charge: '0.05' });
  });

  it('are in the list of all usage, and in its files', async () => {
    const sim = await activeSim();
    await hand(sim, { service: 'sms', messages: '2' }, 'smsc');
    const list = await world.api<{ items: { sim: { iccid: string } }[] }>(
      'GET',
      '/api/v1/usage-records?source=smsc&service=sms',
    );
    expect(list.body.items).toMatchObject([
      { sim: { iccid: sim.iccid }, service: 'sms', messages: '2', source: 'smsc' },
    ]);
    const file = await fetch(
      `${world.url}/api/v1/usage-records.csv?source=smsc&columns=iccid,service,messages,charge`,
      {
        headers: { authorization: `Bearer ${world.apiKey}` },
      },
    );
    expect((await file.text()).replace('\uFEFF', '').trim().split('\r\n')).toEqual([
      'ICCID,Service,Messages,Charge',
      `${sim.iccid},sms,2,0.10`,
    ]);
    expect((await world.api('GET', '/api/v1/usage-records?from=2026-01-01T00:00:00Z')).status).toBe(400);
  });
});

describe('a carrier’s total of a day', () => {
  it('books what is missing, once, at the last moment of that day', async () => {
    world.stand(new Date('2026-04-09T09:00:00Z'));
    const sim = await activeSim();
    await hand(sim, data(400_000, 600_000, { occurredAt: '2026-04-09T09:00:00Z' }));
    world.stand(now);
    const first = await tell(sim, '2026-04-09', data(500_000, 1_500_000));
    expect(first).toMatchObject({
      outcome: 'booked',
      difference: { bytesUp: '100000', bytesDown: '900000' },
      charge: '0.10',
    });
    expect(await current(sim)).toMatchObject({ usedBytes: '2000000', charge: '0.20' });
    const records = await world.api<{ items: { occurredAt: string; source: string }[] }>(
      'GET',
      `${sim.path}/usage-records`,
    );
    expect(records.body.items[0]).toMatchObject({ occurredAt: '2026-04-09T23:59:59.999Z', source: 'carrier' });
    // The same again books nothing; a restated one books the difference again, also downwards.
    expect((await tell(sim, '2026-04-09', data(500_000, 1_500_000))).outcome).toBe('equal');
    expect(await tell(sim, '2026-04-09', data(500_000, 500_000))).toMatchObject({
      outcome: 'booked',
      difference: { bytesUp: '0', bytesDown: '-1000000' },
      charge: '-0.10',
    });
    expect(await current(sim)).toMatchObject({ usedBytes: '1000000', charge: '0.10' });
    expect(await tell(sim, '2026-04-09', data(500_000, 700_000))).toMatchObject({ charge: '0.02' });
    expect(await daysOf(sim)).toMatchObject([
      {
        ...{ day: '2026-04-09', service: 'data', source: 'carrier', revision: 3 },
        told: { bytesUp: '500000', bytesDown: '700000' },
        booked: { bytesUp: '500000', bytesDown: '700000' },
        difference: { bytesUp: '0', bytesDown: '0' },
      },
    ]);
    // What comes after the total shows as a difference, until the carrier tells again.
    await hand(sim, data(1_000, 0, { occurredAt: '2026-04-09T20:00:00Z' }));
    expect(await daysOf(sim)).toMatchObject([{ difference: { bytesUp: '-1000', bytesDown: '0' } }]);
    const differing = await world.api<{ items: DayTotal[] }>('GET', '/api/v1/usage-restatements?differs=true');
    expect(differing.body.items.map((day) => day.sim.iccid)).toEqual([sim.iccid]);
  });

  it('is told by several sources: they reconcile and never add', async () => {
    world.stand(new Date('2026-04-08T09:00:00Z'));
    const sim = await activeSim();
    world.stand(now);
    expect((await tell(sim, '2026-04-08', data(0, 1_000_000), { source: 'home' })).outcome).toBe('booked');
    expect((await tell(sim, '2026-04-08', data(0, 1_000_000), { source: 'roaming' })).outcome).toBe('equal');
    expect(await current(sim)).toMatchObject({ usedBytes: '1000000' });
  });

  it('of the same instant as another is booked once', async () => {
    world.stand(new Date('2026-04-08T09:00:00Z'));
    const sims = await Promise.all([activeSim(), activeSim(), activeSim()]);
    world.stand(now);
    const used = data(300_000, 700_000);
    const told = await Promise.all(
      sims.flatMap((sim) => ['a', 'b', 'c', 'a'].map((source) => tell(sim, '2026-04-08', used, { source }))),
    );
    const outcomes = Map.groupBy(told, (one) => one.outcome);
    expect([outcomes.get('booked')?.length, outcomes.get('equal')?.length]).toEqual([3, 9]);
    for (const sim of sims) expect(await current(sim)).toMatchObject({ usedBytes: '1000000', charge: '0.10' });
  });

  it('is of the carrier’s days, also where clocks are changed', async () => {
    world.stand(new Date('2026-03-27T12:00:00Z'));
    const sim = await activeSim();
    // 29 March has 23 hours in Berlin: from 23:00 to 22:00 UTC.
    for (const [occurredAt, bytes] of [
      ['2026-03-28T22:59:59Z', 1],
      ['2026-03-28T23:00:00Z', 10],
      ['2026-03-29T21:59:59Z', 100],
      ['2026-03-29T22:00:00Z', 1_000],
    ] as const) {
      world.stand(new Date(Date.parse(occurredAt) + 1_000));
      expect((await hand(sim, data(bytes, 0, { occurredAt }))).outcome).toBe('charged');
    }
    world.stand(now);
    const told = await tell(sim, '2026-03-29', data(510, 0), { zone: 'Europe/Berlin' });
    expect(told).toMatchObject({ outcome: 'booked', difference: { bytesUp: '400' } });
    const records = await world.api<{ items: { occurredAt: string; bytesUp: string }[] }>(
      'GET',
      `${sim.path}/usage-records`,
    );
    expect(records.body.items.find((record) => record.bytesUp === '400')!.occurredAt).toBe('2026-03-29T21:59:59.999Z');
    // The last hour of March in Berlin is still March there, and belongs to the calendar month of the zone in use here: UTC.
    expect((await tell(sim, '2026-03-31', data(5, 0), { zone: 'Europe/Berlin' })).outcome).toBe('booked');
    const active = (await periodsOf(sim)).filter((period) => period.kind === 'active');
    expect(active.map((period) => period.usedBytes)).toEqual(['0', '1516']);
  });

  it('takes messages and seconds as well, each by itself', async () => {
    world.stand(new Date('2026-04-08T09:00:00Z'));
    const sim = await activeSim();
    await hand(sim, { service: 'sms', messages: '5', occurredAt: '2026-04-08T09:00:00Z' });
    world.stand(now);
    expect(await tell(sim, '2026-04-08', { service: 'sms', messages: '2' })).toMatchObject({
      outcome: 'booked',
      difference: { messages: '-3', bytesUp: '0' },
      charge: '-0.15',
    });
    expect(await tell(sim, '2026-04-08', { service: 'voice', seconds: '60' })).toMatchObject({ charge: '0.60' });
    expect(await current(sim)).toMatchObject({ messages: '2', seconds: '60', charge: '0.70' });
  });

  it('that cannot be charged waits like other usage, and is not booked again beside it', async () => {
    const [stock] = await world.stock(1);
    const id = publicId('sim', stock!.id);
    const sim = { id, iccid: stock!.iccid, imsi: stock!.imsi, path: `/api/v1/sims/${id}` };
    expect(await tell(sim, '2026-04-09', data(100, 0))).toMatchObject({ outcome: 'unrated', reason: 'not_registered' });
    expect((await tell(sim, '2026-04-09', data(100, 0))).outcome).toBe('equal');
    expect(await tell(sim, '2026-04-09', data(60, 0))).toMatchObject({
      outcome: 'unrated',
      difference: { bytesUp: '-40' },
    });
    expect(await daysOf(sim)).toMatchObject([{ booked: { bytesUp: '60' }, difference: { bytesUp: '0' } }]);
  });

  it('is refused where it makes no sense, each by itself', async () => {
    const sim = await activeSim();
    const answer = await world.api<Told>('POST', '/api/v1/usage-restatements', {
      timeZone: 'Europe/Berlin',
      restatements: [
        { iccid: sim.iccid, day: '2026-04-10', ...data(1, 1) },
        { iccid: sim.iccid, day: '2025-12-01', ...data(1, 1) },
        { iccid: '8988000000000000000', day: '2026-04-09', ...data(1, 1) },
        { iccid: sim.iccid, day: '2026-02-30', ...data(1, 1) },
        { iccid: sim.iccid, day: '2026-04-09', service: 'sms', messages: '1', bytesUp: '1' },
        { iccid: sim.iccid, day: '2026-04-09', service: 'sms', messages: '1' },
        { sim: sim.id, day: '2026-04-09', service: 'sms', messages: '2' },
        null,
      ],
    });
    expect(answer.body.results).toMatchObject([
      { outcome: 'rejected', code: 'usage_restatement.day_not_over', field: 'day' },
      { outcome: 'rejected', code: 'usage_restatement.day_too_old', field: 'day' },
      { outcome: 'rejected', code: 'usage_restatement.unknown_line' },
      { outcome: 'rejected', code: 'usage_restatement.invalid', field: 'day' },
      { outcome: 'rejected', code: 'usage_restatement.mixed', field: 'bytesUp' },
      { outcome: 'unrated', reason: 'no_period' },
      { outcome: 'rejected', code: 'usage_restatement.twice', field: 'day' },
      { outcome: 'rejected', code: 'usage_restatement.invalid' },
    ]);
    // An older total than the one that stands changes nothing.
    expect(
      (await tell(sim, '2026-04-09', { service: 'sms', messages: '9', toldAt: '2026-04-09T23:00:00Z' })).outcome,
    ).toBe('outdated');
  });

  it('comes as a file as well: checked first, and then each row booked like one that came alone', async () => {
    world.stand(new Date('2026-04-08T09:00:00Z'));
    const sim = await activeSim();
    await hand(sim, data(100, 0, { occurredAt: '2026-04-08T09:00:00Z' }));
    world.stand(now);
    const file = [
      'Line;Day;Service;Bytes up;Bytes down;Units;Remark',
      `${sim.iccid};2026-04-08;;150;50;;more`,
      `${sim.imsi};2026-04-08;sms;0;0;4;`,
      `${sim.id};2026-04-08;data;1;1;;again`,
      `${sim.iccid};2026-04-09;voice;;5;30;mixed`,
      '8988000000000000000;2026-04-08;data;1;1;;',
    ];
    const query = new URLSearchParams({
      timeZone: 'UTC',
      source: 'file',
      telecom: publicId('telecom', world.telecom.id),
    });
    const begun = await fetch(`${world.url}/api/v1/operations/usage-restatements?${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.apiKey}`, 'content-type': 'text/csv' },
      body: file.join('\r\n'),
    });
    expect(begun.status).toBe(202);
    const { id } = (await begun.json()) as { id: string };
    type Operation = { operation: { state: string; progress: Record<string, string>; found: Record<string, unknown> } };
    const operation = async () => (await world.api<Operation>('GET', `/api/v1/operations/${id}`)).body.operation;
    await world.until('the file is checked', async () => (await operation()).state === 'checked');
    expect(await operation()).toMatchObject({
      found: { used: ['Line', 'Day', 'Service', 'Bytes up', 'Bytes down', 'Units'], ignored: ['Remark'] },
      progress: { rows: '5', waiting: '2', failed: '3' },
    });
    expect(await daysOf(sim)).toEqual([]);
    type Row = { line: string; outcome: string; code: string; field: string };
    const rows = await world.api<{ items: Row[] }>('GET', `/api/v1/operations/${id}/rows?outcome=failed`);
    expect(rows.body.items.map(({ line, code, field }) => [line, code, field])).toEqual([
      ['4', 'usage_restatement.twice', 'day'],
      ['5', 'usage_restatement.mixed', 'bytes_down'],
      ['6', 'usage_restatement.unknown_line', 'line'],
    ]);
    await world.api('POST', `/api/v1/operations/${id}/start`);
    await world.until('the rows are booked', async () => (await daysOf(sim)).length === 2);
    expect(await current(sim)).toMatchObject({ usedBytes: '200', messages: '4' });
  });

  it('that takes usage back lifts what that had stopped', async () => {
    world.stand(new Date('2026-04-08T09:00:00Z'));
    const sim = await activeSim();
    await world.api('PATCH', sim.path, { dataLimitBytes: '1000' });
    await hand(sim, data(1_200, 0, { occurredAt: '2026-04-08T09:00:00Z' }));
    const blocks = async () => (await world.api<{ blocks: { reason: string }[] }>('GET', sim.path)).body.blocks;
    expect(await blocks()).toMatchObject([{ reason: 'data_limit' }]);
    world.stand(now);
    expect((await tell(sim, '2026-04-08', data(900, 0))).outcome).toBe('booked');
    expect(await blocks()).toEqual([]);
  });

  it('gives a wallet its money back, and with it the lines that had none left; so does a credit', async () => {
    world.stand(new Date('2026-04-08T09:00:00Z'));
    const company = await world.api<{ id: string }>('POST', '/api/v1/companies', { name: 'Wallets' });
    const wallet = await world.api<{ id: string }>('POST', '/api/v1/wallets', { owner: company.body.id, floor: '0' });
    const money = { amount: '1.00', reason: 'Paid in', kind: 'refill' };
    expect((await world.api('POST', `/api/v1/wallets/${wallet.body.id}/credits`, money)).status).toBeLessThan(300);
    const plan = await world.api<{ id: string }>('POST', '/api/v1/plans', {
      ...{ name: 'PAYGO', type: 'paygo', pricePerMb: '0.10' },
    });
    const sims: Sim[] = [];
    for (const stock of await world.stock(2)) {
      const id = publicId('sim', stock.id);
      const path = `/api/v1/sims/${id}`;
      await world.api('POST', `${path}/registration`, { company: company.body.id });
      expect((await world.api('PUT', `${path}/plan`, { plan: plan.body.id })).status).toBe(200);
      expect((await world.api('POST', `${path}/status`, { status: 'active' })).status).toBe(200);
      sims.push({ id, path, iccid: stock.iccid, imsi: stock.imsi });
    }
    const blocked = async () =>
      (await Promise.all(sims.map(({ path }) => world.api<{ blocks: { reason: string }[] }>('GET', path)))).map(
        ({ body }) => body.blocks.map((block) => block.reason).join(),
      );
    const until = (expected: string) => async () => (await blocked()).join(' ') === expected;
    await hand(sims[0]!, data(12_000_000, 0, { occurredAt: '2026-04-08T09:00:00Z' }));
    await world.until('both lines stop', until('balance balance'));
    world.stand(now);
    expect(await tell(sims[0]!, '2026-04-08', data(5_000_000, 0))).toMatchObject({ charge: '-0.70' });
    await world.until('both lines go on', until(' '));
    await hand(sims[1]!, data(6_000_000, 0));
    await world.until('both lines stop again', until('balance balance'));
    const credit = { sim: sims[1]!.id, amount: '-0.30', reason: 'Sorry' };
    expect((await world.api('POST', '/api/v1/adjustments', credit)).status).toBe(201);
    await world.until('both lines go on again', until(' '));
    const held = await world.api<{ remaining: string }>('GET', `/api/v1/wallets/${wallet.body.id}`);
    expect(held.body).toMatchObject({ remaining: '0.20' });
  });
});

describe('usage rated again', () => {
  type Rerating = {
    id: string | null;
    periods: number;
    differing: number;
    linesDiffering: number;
    totals: { charged: string; wouldBe: string; difference: string; currency: string }[];
    lines: { sim: { iccid: string }; difference: string }[];
    refused: { code: string; periods: number }[];
  };
  type Adjustment = {
    id: string;
    kind: string;
    amount: string;
    reason: string;
    periodId: string;
    sim: { iccid: string };
    transferKey: string;
    detail: Record<string, string>;
  };
  const march = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };
  const rate = (body: object) =>
    world.api<Rerating & { error?: { code: string } }>('POST', '/api/v1/reratings', {
      ...march,
      reason: 'Wrong price',
      ...body,
    });
  const adjustmentsOf = async (sim: Sim) =>
    (await world.api<{ items: Adjustment[] }>('GET', `/api/v1/adjustments?sim=${sim.id}`)).body.items;
  const marchPeriod = async (sim: Sim) =>
    (await periodsOf(sim)).find((one) => one.kind === 'active' && one.startsAt.startsWith('2026-03'))!;
  const newPlan = async (terms: object) => {
    serial += 1;
    const plan = await world.api<{ id: string }>('POST', '/api/v1/plans', {
      name: `Plan ${serial}`,
      ...terms,
    });
    expect(plan.status).toBe(201);
    return plan.body.id;
  };
  const newVersion = async (plan: string, terms: object) => {
    const made = await world.api<{ id: string; version?: { id: string } }>(
      'POST',
      `/api/v1/plans/${plan}/versions`,
      terms,
    );
    expect([made.status, made.body]).toMatchObject([201, {}]);
  };
  /** A SIM that has used so much in March on the plan. */
  async function marchOf(plan: string, bytes: number): Promise<Sim> {
    world.stand(new Date('2026-03-10T12:00:00Z'));
    const sim = await activeSim(plan);
    await hand(sim, data(bytes, 0));
    return sim;
  }

  it('is looked at first, and then posted beside the periods once, which keep what they were charged', async () => {
    const plan = await newPlan({ type: 'pay_per_mb', pricePerMb: '0.10' });
    const sims = [await marchOf(plan, 10_000_000), await marchOf(plan, 20_000_000)];
    world.stand(now);
    await newVersion(plan, { pricePerMb: '0.08' });
    const preview = await rate({ plans: [plan] });
    expect(preview.body).toMatchObject({
      ...{ id: null, periods: 2, differing: 2, linesDiffering: 2, refused: [] },
      totals: [{ charged: '3.00', wouldBe: '2.40', difference: '-0.60', currency: 'EUR' }],
      lines: [
        { sim: { iccid: sims[1]!.iccid }, difference: '-0.40' },
        { sim: { iccid: sims[0]!.iccid }, difference: '-0.20' },
      ],
    });
    expect(await adjustmentsOf(sims[0]!)).toEqual([]);
    const run = await rate({ plans: [plan], dryRun: false });
    expect(run.body).toMatchObject({ differing: 2, totals: [{ difference: '-0.60' }] });
    const [adjustment, ...others] = await adjustmentsOf(sims[0]!);
    expect(others).toEqual([]);
    const period = await marchPeriod(sims[0]!);
    expect(adjustment).toMatchObject({
      ...{ kind: 'rerating', amount: '-0.20', reason: 'Wrong price', periodId: period.id },
      detail: { charged: '1.00', wouldBe: '0.80', rerating: run.body.id },
    });
    expect(period).toMatchObject({ charge: '1.00', adjusted: '-0.20', total: '0.80' });
    const why = await world.api('GET', `/api/v1/explanations/${adjustment!.id}`);
    expect(why.body).toMatchObject({ amount: '-0.20', recomputed: '-0.20', agrees: true });
    // Again there is nothing to post; usage that is late is charged as ever, and the rest is posted when asked again.
    expect((await rate({ plans: [plan], dryRun: false })).body).toMatchObject({ periods: 2, differing: 0 });
    await hand(sims[0]!, data(1_000_000, 0, { occurredAt: '2026-03-11T00:00:00Z' }));
    expect((await rate({ sims: [sims[0]!.id], dryRun: false })).body).toMatchObject({
      ...{ periods: 1, differing: 1 },
      totals: [{ charged: '0.90', wouldBe: '0.88', difference: '-0.02' }],
    });
  });

  it('counts an allowance in the same part of the month, and blocks of overage', async () => {
    const bundle = { type: 'monthly_bundle', fee: '5.00', overageSizeMb: '1', overagePrice: '1.00', prorated: true };
    const plan = await newPlan({ ...bundle, allowanceMb: '31' });
    // From 10 March: 22 of 31 days, 22 MB.
    const sim = await marchOf(plan, 25_000_000);
    world.stand(now);
    await newVersion(plan, { allowanceMb: '62' });
    expect((await rate({ sims: [sim.id], dryRun: false })).body).toMatchObject({
      totals: [{ charged: '3.00', wouldBe: '0.00', difference: '-3.00' }],
    });
  });

  it('is refused where it cannot be told: another currency’s, other zones, no rate', async () => {
    const zone = await world.api<{ id: string }>('POST', '/api/v1/zones', { name: 'Alps', countries: ['AT', 'CH'] });
    const plan = await newPlan({ type: 'pay_per_mb', pricePerMb: '0.10' });
    const sim = await marchOf(plan, 5_000_000);
    await hand(sim, data(0, 5_000_000, { plmn: '23201' }));
    world.stand(now);
    const rates = [{ service: 'data', zone: zone.body.id, model: 'per_unit', price: '0.02', increment: null }];
    await newVersion(plan, { rates });
    expect((await rate({ sims: [sim.id] })).body).toMatchObject({
      ...{ periods: 1, differing: 0 },
      refused: [{ code: 'zones_differ', periods: 1 }],
    });
    const calls = await marchOf(planId, 1_000_000);
    await hand(calls, { service: 'sms', messages: '2' });
    world.stand(now);
    const versions = await world.api<{ items: { id: string }[] }>(
      'GET',
      `/api/v1/plans/${await newPlan({ type: 'pay_per_mb', pricePerMb: '0.05' })}/versions`,
    );
    const asked = { sims: [calls.id], planVersion: versions.body.items[0]!.id };
    expect((await rate(asked)).body).toMatchObject({ refused: [{ code: 'no_rate', periods: 1 }] });
    expect((await rate({})).body.error?.code).toBe('rerating.nothing_named');
  });

  it('has a hand’s credits beside it, which it does not take back', async () => {
    const plan = await newPlan({ type: 'pay_per_mb', pricePerMb: '0.10' });
    const sim = await marchOf(plan, 10_000_000);
    world.stand(now);
    const credit = { sim: sim.id, amount: '-0.25', reason: 'Sorry for the outage' };
    const period = await marchPeriod(sim);
    const made = await world.api<Adjustment>('POST', '/api/v1/adjustments', { ...credit, period: period.id });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      kind: 'manual',
      amount: '-0.25',
      sim: { iccid: sim.iccid },
      periodId: period.id,
    });
    await newVersion(plan, { pricePerMb: '0.20' });
    expect((await rate({ sims: [sim.id], dryRun: false })).body.totals).toMatchObject([{ difference: '1.00' }]);
    expect(await marchPeriod(sim)).toMatchObject({
      adjusted: '0.75',
      total: '1.75',
    });
    const bad = { ...credit, amount: '0.00' };
    expect((await world.api('POST', '/api/v1/adjustments', bad)).status).toBe(400);
    const [blank] = await world.stock(1);
    const nobody = await world.api('POST', '/api/v1/adjustments', { ...credit, sim: publicId('sim', blank!.id) });
    expect(nobody.body).toMatchObject({ error: { code: 'adjustment.nobody_pays' } });
    const log = await world.api<{ items: object[] }>(
      'GET',
      `/api/v1/audit-log?objectId=${sim.id}&action=adjustment.posted`,
    );
    expect(log.body.items).toHaveLength(1);
    const story = await world.api<{ items: { title: string }[] }>('GET', `${sim.path}/timeline?kind=charge`);
    const titles = story.body.items.map((one) => one.title);
    expect(titles).toContain('Credit of 0.25 EUR posted: Sorry for the outage');
    expect(titles).toContain('1.00 EUR charged beside the period: Wrong price');
  });
});
