import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publicId } from '../../src/kit/ids.ts';
import { openWorld, type World } from '../world.ts';
import { type DayTotal, data, now, openSteps, type Sim, type Told } from './corrections.steps.ts';

let world: World;
let steps: Awaited<ReturnType<typeof openSteps>>;

beforeAll(async () => {
  world = await openWorld({ now });
  world.stand(now);
  steps = await openSteps(world);
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

describe('messages and calls', () => {
  beforeEach(() => world.stand(now));

  it('are charged beside data, and each record says what it is', async () => {
    const sim = await steps.activeSim();
    for (const used of [
      { service: 'sms', messages: '3' },
      { service: 'voice', seconds: '90' },
      data(1_000_000, 0, { plmn: '26201' }),
    ]) {
      expect((await steps.hand(sim, used)).outcome).toBe('charged');
      world.stand(new Date(world.ctx().now.getTime() + 1_000));
    }
    // 3 × 0.05 + 90 s × 0.60 a minute + 1 MB × 0.10
    expect(await steps.current(sim)).toMatchObject({
      messages: '3',
      seconds: '90',
      usedBytes: '1000000',
      charge: '1.15',
    });
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
    // The Super SIM API knows data alone, by whole hours and by pieces of them.
    const { superSimSid } = (await world.api<{ superSimSid: string }>('GET', sim.path)).body;
    const authorization = `Basic ${Buffer.from(`${world.accountSid}:${world.authToken}`).toString('base64')}`;
    for (const window of [
      'StartTime=2026-04-10T00:00:00Z&EndTime=2026-04-11T00:00:00Z&Granularity=day',
      'StartTime=2026-04-10T11:30:00Z&EndTime=2026-04-10T12:30:00Z',
    ]) {
      const answer = await fetch(`${world.url}/v1/UsageRecords?Sim=${superSimSid}&${window}`, {
        headers: { authorization },
      });
      const { usage_records } = (await answer.json()) as { usage_records: object[] };
      expect(usage_records).toMatchObject([{ data_total: 1_000_000, data_total_billed: '0.10', billed_unit: 'EUR' }]);
    }
  });

  it('come one service a record, and nothing is no usage', async () => {
    const sim = await steps.activeSim();
    const refused = [
      await steps.hand(sim, { service: 'sms', messages: '1', bytesUp: '5' }),
      await steps.hand(sim, { service: 'voice' }),
      await steps.hand(sim, data(1, 1, { seconds: '4' })),
      await steps.hand(sim, { bytesUp: '1' }),
      await steps.hand(sim, { service: 'fax', messages: '1' }),
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
    await world.api('PUT', `${ready.path}/plan`, { plan: steps.planId });
    await steps.hand(ready, { service: 'sms', messages: '0' });
    expect(await steps.current(ready)).toBeUndefined();
    await steps.hand(ready, { service: 'sms', messages: '1' });
    expect(await steps.current(ready)).toMatchObject({ kind: 'active', messages: '1', charge: '0.05' });
  });

  it('are in the list of all usage, and in its files', async () => {
    const sim = await steps.activeSim();
    await steps.hand(sim, { service: 'sms', messages: '2' }, 'smsc');
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
    const sim = await steps.activeSim();
    await steps.hand(sim, data(400_000, 600_000, { occurredAt: '2026-04-09T09:00:00Z' }));
    world.stand(now);
    const first = await steps.tell(sim, '2026-04-09', data(500_000, 1_500_000));
    expect(first).toMatchObject({
      outcome: 'booked',
      difference: { bytesUp: '100000', bytesDown: '900000' },
      charge: '0.10',
    });
    expect(await steps.current(sim)).toMatchObject({ usedBytes: '2000000', charge: '0.20' });
    const records = await world.api<{ items: { occurredAt: string; source: string }[] }>(
      'GET',
      `${sim.path}/usage-records`,
    );
    expect(records.body.items[0]).toMatchObject({ occurredAt: '2026-04-09T23:59:59.999Z', source: 'carrier' });
    // The same again books nothing; a restated one books the difference again, also downwards.
    expect((await steps.tell(sim, '2026-04-09', data(500_000, 1_500_000))).outcome).toBe('equal');
    expect(await steps.tell(sim, '2026-04-09', data(500_000, 500_000))).toMatchObject({
      outcome: 'booked',
      difference: { bytesUp: '0', bytesDown: '-1000000' },
      charge: '-0.10',
    });
    expect(await steps.current(sim)).toMatchObject({ usedBytes: '1000000', charge: '0.10' });
    expect(await steps.tell(sim, '2026-04-09', data(500_000, 700_000))).toMatchObject({ charge: '0.02' });
    expect(await steps.daysOf(sim)).toMatchObject([
      {
        ...{ day: '2026-04-09', service: 'data', source: 'carrier', revision: 3 },
        told: { bytesUp: '500000', bytesDown: '700000' },
        booked: { bytesUp: '500000', bytesDown: '700000' },
        difference: { bytesUp: '0', bytesDown: '0' },
      },
    ]);
    // What comes after the total shows as a difference, until the carrier tells again.
    await steps.hand(sim, data(1_000, 0, { occurredAt: '2026-04-09T20:00:00Z' }));
    expect(await steps.daysOf(sim)).toMatchObject([{ difference: { bytesUp: '-1000', bytesDown: '0' } }]);
    const differing = await world.api<{ items: DayTotal[] }>('GET', '/api/v1/usage-restatements?differs=true');
    expect(differing.body.items.map((day) => day.sim.iccid)).toEqual([sim.iccid]);
  });

  it('is told by several sources: they reconcile and never add', async () => {
    world.stand(new Date('2026-04-08T09:00:00Z'));
    const sim = await steps.activeSim();
    world.stand(now);
    expect((await steps.tell(sim, '2026-04-08', data(0, 1_000_000), { source: 'home' })).outcome).toBe('booked');
    expect((await steps.tell(sim, '2026-04-08', data(0, 1_000_000), { source: 'roaming' })).outcome).toBe('equal');
    expect(await steps.current(sim)).toMatchObject({ usedBytes: '1000000' });
  });

  it('of the same instant as another is booked once', async () => {
    world.stand(new Date('2026-04-08T09:00:00Z'));
    const sims = await Promise.all([steps.activeSim(), steps.activeSim(), steps.activeSim()]);
    world.stand(now);
    const used = data(300_000, 700_000);
    const told = await Promise.all(
      sims.flatMap((sim) => ['a', 'b', 'c', 'a'].map((source) => steps.tell(sim, '2026-04-08', used, { source }))),
    );
    const outcomes = Map.groupBy(told, (one) => one.outcome);
    expect([outcomes.get('booked')?.length, outcomes.get('equal')?.length]).toEqual([3, 9]);
    for (const sim of sims) expect(await steps.current(sim)).toMatchObject({ usedBytes: '1000000', charge: '0.10' });
  });

  it('is of the carrier’s days, also where clocks are changed', async () => {
    world.stand(new Date('2026-03-27T12:00:00Z'));
    const sim = await steps.activeSim();
    // 29 March has 23 hours in Berlin: from 23:00 to 22:00 UTC.
    for (const [occurredAt, bytes] of [
      ['2026-03-28T22:59:59Z', 1],
      ['2026-03-28T23:00:00Z', 10],
      ['2026-03-29T21:59:59Z', 100],
      ['2026-03-29T22:00:00Z', 1_000],
    ] as const) {
      world.stand(new Date(Date.parse(occurredAt) + 1_000));
      expect((await steps.hand(sim, data(bytes, 0, { occurredAt }))).outcome).toBe('charged');
    }
    world.stand(now);
    const told = await steps.tell(sim, '2026-03-29', data(510, 0), { zone: 'Europe/Berlin' });
    expect(told).toMatchObject({ outcome: 'booked', difference: { bytesUp: '400' } });
    const records = await world.api<{ items: { occurredAt: string; bytesUp: string }[] }>(
      'GET',
      `${sim.path}/usage-records`,
    );
    expect(records.body.items.find((record) => record.bytesUp === '400')!.occurredAt).toBe('2026-03-29T21:59:59.999Z');
    // The last hour of March in Berlin is still March there, and belongs to the calendar month of the zone in use here: UTC.
    expect((await steps.tell(sim, '2026-03-31', data(5, 0), { zone: 'Europe/Berlin' })).outcome).toBe('booked');
    const active = (await steps.periodsOf(sim)).filter((period) => period.kind === 'active');
    expect(active.map((period) => period.usedBytes)).toEqual(['0', '1516']);
  });

  it('takes messages and seconds as well, each by itself', async () => {
    world.stand(new Date('2026-04-08T09:00:00Z'));
    const sim = await steps.activeSim();
    await steps.hand(sim, { service: 'sms', messages: '5', occurredAt: '2026-04-08T09:00:00Z' });
    world.stand(now);
    expect(await steps.tell(sim, '2026-04-08', { service: 'sms', messages: '2' })).toMatchObject({
      outcome: 'booked',
      difference: { messages: '-3', bytesUp: '0' },
      charge: '-0.15',
    });
    expect(await steps.tell(sim, '2026-04-08', { service: 'voice', seconds: '60' })).toMatchObject({ charge: '0.60' });
    expect(await steps.current(sim)).toMatchObject({ messages: '2', seconds: '60', charge: '0.70' });
  });

  it('that cannot be charged waits like other usage, and is not booked again beside it', async () => {
    const [stock] = await world.stock(1);
    const id = publicId('sim', stock!.id);
    const sim = { id, iccid: stock!.iccid, imsi: stock!.imsi, path: `/api/v1/sims/${id}` };
    expect(await steps.tell(sim, '2026-04-09', data(100, 0))).toMatchObject({
      outcome: 'unrated',
      reason: 'not_registered',
    });
    expect((await steps.tell(sim, '2026-04-09', data(100, 0))).outcome).toBe('equal');
    expect(await steps.tell(sim, '2026-04-09', data(60, 0))).toMatchObject({
      outcome: 'unrated',
      difference: { bytesUp: '-40' },
    });
    expect(await steps.daysOf(sim)).toMatchObject([{ booked: { bytesUp: '60' }, difference: { bytesUp: '0' } }]);
  });

  it('is refused where it makes no sense, each by itself', async () => {
    const sim = await steps.activeSim();
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
      (await steps.tell(sim, '2026-04-09', { service: 'sms', messages: '9', toldAt: '2026-04-09T23:00:00Z' })).outcome,
    ).toBe('outdated');
  });

  it('comes as a file as well: checked first, and then each row booked like one that came alone', async () => {
    world.stand(new Date('2026-04-08T09:00:00Z'));
    const sim = await steps.activeSim();
    await steps.hand(sim, data(100, 0, { occurredAt: '2026-04-08T09:00:00Z' }));
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
    expect(await steps.daysOf(sim)).toEqual([]);
    type Row = { line: string; outcome: string; code: string; field: string };
    const rows = await world.api<{ items: Row[] }>('GET', `/api/v1/operations/${id}/rows?outcome=failed`);
    expect(rows.body.items.map(({ line, code, field }) => [line, code, field])).toEqual([
      ['4', 'usage_restatement.twice', 'day'],
      ['5', 'usage_restatement.mixed', 'bytes_down'],
      ['6', 'usage_restatement.unknown_line', 'line'],
    ]);
    await world.api('POST', `/api/v1/operations/${id}/start`);
    await world.until('the rows are booked', async () => (await steps.daysOf(sim)).length === 2);
    expect(await steps.current(sim)).toMatchObject({ usedBytes: '200', messages: '4' });
  });

  it('that takes usage back lifts what that had stopped', async () => {
    world.stand(new Date('2026-04-08T09:00:00Z'));
    const sim = await steps.activeSim();
    await world.api('PATCH', sim.path, { dataLimitBytes: '1000' });
    await steps.hand(sim, data(1_200, 0, { occurredAt: '2026-04-08T09:00:00Z' }));
    const blocks = async () => (await world.api<{ blocks: { reason: string }[] }>('GET', sim.path)).body.blocks;
    expect(await blocks()).toMatchObject([{ reason: 'data_limit' }]);
    world.stand(now);
    expect((await steps.tell(sim, '2026-04-08', data(900, 0))).outcome).toBe('booked');
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
    await steps.hand(sims[0]!, data(12_000_000, 0, { occurredAt: '2026-04-08T09:00:00Z' }));
    await world.until('both lines stop', until('balance balance'));
    world.stand(now);
    expect(await steps.tell(sims[0]!, '2026-04-08', data(5_000_000, 0))).toMatchObject({ charge: '-0.70' });
    await world.until('both lines go on', until(' '));
    await steps.hand(sims[1]!, data(6_000_000, 0));
    await world.until('both lines stop again', until('balance balance'));
    const credit = { sim: sims[1]!.id, amount: '-0.30', reason: 'Sorry' };
    expect((await world.api('POST', '/api/v1/adjustments', credit)).status).toBe(201);
    await world.until('both lines go on again', until(' '));
    const held = await world.api<{ remaining: string }>('GET', `/api/v1/wallets/${wallet.body.id}`);
    expect(held.body).toMatchObject({ remaining: '0.20' });
  });
});
