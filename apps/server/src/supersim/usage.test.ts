import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../kit/db.ts';
import { networkSid } from './networks.ts';
import { parseSid } from './sids.ts';
import { openWorld, type TestAccount, type TestSim, type World } from './testing.ts';

let world: World;
let account: TestAccount;
let company: TestAccount;
let first: TestSim;
let second: TestSim;
let theirs: TestSim;
let fleet: string;

const [de, fr] = [networkSid('26201'), networkSid('20801')];

/** Charged usage as the data plane leaves it: a record, and its share of the hour's total. */
async function use(
  sim: TestSim,
  at: string,
  up: number,
  down: number,
  micros = 0n,
  plmn = '26201',
  fleetSid: string | null = fleet,
) {
  const occurred = new Date(at);
  const fleetId = fleetSid && parseSid('fleet', fleetSid);
  await world.query(sql`insert into usage_records (organization_id, occurred_at, line_id, source_id, source_key, received_at,
      bytes_up, bytes_down, plmn, fleet_id, charge_micros, period_id, batch_id, position)
    values (${account.id}, ${occurred}, ${sim.id}, ${randomUUID()}, ${randomUUID()}, ${occurred}, ${up}, ${down}, ${plmn},
      ${fleetId}, ${micros}, ${randomUUID()}, ${randomUUID()}, 0)`);
  await world.query(sql`insert into usage_hourly as h (organization_id, line_id, hour, plmn, fleet_id, bytes_up, bytes_down, charge_micros, records)
    values (${account.id}, ${sim.id}, date_trunc('hour', ${occurred}::timestamptz, 'UTC'), ${plmn},
      coalesce(${fleetId}::uuid, '00000000-0000-0000-0000-000000000000'), ${up}, ${down}, ${micros}, 1)
    on conflict (organization_id, line_id, hour, plmn, fleet_id) do update set bytes_up = h.bytes_up + excluded.bytes_up,
      bytes_down = h.bytes_down + excluded.bytes_down, charge_micros = h.charge_micros + excluded.charge_micros, records = h.records + 1`);
}

beforeAll(async () => {
  world = await openWorld();
  world.setNow('2026-03-15T10:30:00.500Z');
  account = await world.organization('Acme');
  company = await world.company(account, 'Branch');
  const stock = await world.stock(account, 'radius', 3);
  [first, second, theirs] = stock as [TestSim, TestSim, TestSim];
  for (const [of, sim] of [
    [account, first],
    [account, second],
    [company, theirs],
  ] as const) {
    await world.client(of).sims.create({ iccid: sim.iccid, registrationCode: sim.code });
  }
  await world.client(account).sims(first.sid).update({ uniqueName: 'First' });
  await world.client(account).networkAccessProfiles.create({ uniqueName: 'p' });
  fleet = (await world.client(account).fleets.create({ networkAccessProfile: 'p', uniqueName: 'F', dataLimit: 1 })).sid;

  await use(first, '2026-03-10T23:59:59Z', 100_000, 50_000, 1_500_000n);
  await use(first, '2026-03-11T00:00:00Z', 10, 20, 3_000n);
  await use(first, '2026-03-11T00:40:00Z', 1, 2, 0n, '20801');
  await use(second, '2026-03-11T05:00:00Z', 1000, 0, 10_000n, '20801', null);
  await use(second, '2026-03-12T05:30:00Z', 0, 7, 0n, '');
  await use(theirs, '2026-03-11T00:10:00Z', 5_000, 5_000, 100_000n, '26201', null);
});
afterAll(() => world?.close());

const list = (query: Parameters<ReturnType<World['client']>['usageRecords']['list']>[0], of = account) =>
  world.client(of).usageRecords.list(query);

test('all is one record for the window, with the money that was charged', async () => {
  const records = await list({
    startTime: new Date('2026-03-01T00:00:00Z'),
    endTime: new Date('2026-04-01T00:00:00Z'),
  });
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({
    accountSid: account.sid,
    simSid: null,
    fleetSid: null,
    networkSid: null,
    isoCountry: null,
    period: { start_time: '2026-03-01T00:00:00Z', end_time: '2026-04-01T00:00:00Z' },
    dataUpload: 101_011,
    dataDownload: 50_029,
    dataTotal: 151_040,
    billedUnit: 'USD',
  });
  const { body } = await world.call(account, 'GET', '/v1/UsageRecords?StartTime=2026-03-01T00:00:00Z');
  expect(body.usage_records[0].data_total_billed).toBe('0.01513');
});

test('without usage it is there all the same, at nothing', async () => {
  const { body } = await world.call(
    account,
    'GET',
    '/v1/UsageRecords?StartTime=2026-02-01T00:00:00Z&EndTime=2026-02-02T00:00:00Z',
  );
  expect(body.usage_records).toEqual([
    {
      account_sid: account.sid,
      sim_sid: null,
      fleet_sid: null,
      network_sid: null,
      iso_country: null,
      period: { start_time: '2026-02-01T00:00:00Z', end_time: '2026-02-02T00:00:00Z' },
      data_upload: 0,
      data_download: 0,
      data_total: 0,
      data_total_billed: '0',
      billed_unit: null,
    },
  ]);
});

test.each([
  ['2026-03-11T00:00:00Z', '2026-03-11T00:40:00Z', 30],
  ['2026-03-11T00:00:01Z', '2026-03-11T00:40:01Z', 3],
  ['2026-03-10T23:59:59Z', '2026-03-11T00:00:01Z', 150_030],
  ['2026-03-10T23:30:00Z', '2026-03-11T05:00:00Z', 150_033],
  ['2026-03-10T23:30:00Z', '2026-03-11T05:00:01Z', 151_033],
  ['2026-03-11T00:00:00Z', '2026-03-12T05:30:00Z', 1_033],
])('a window from %s to %s holds %i bytes, to the second', async (start, end, bytes) => {
  const [record] = await list({ startTime: new Date(start), endTime: new Date(end) });
  expect(record!.dataTotal).toBe(bytes);
});

test('days and hours are UTC, the newest first, and those without usage are left out', async () => {
  const days = await list({ granularity: 'day' });
  expect(days.map((day) => [day.period.start_time, day.period.end_time, day.dataTotal])).toEqual([
    ['2026-03-12T00:00:00Z', '2026-03-13T00:00:00Z', 7],
    ['2026-03-11T00:00:00Z', '2026-03-12T00:00:00Z', 1033],
    ['2026-03-10T00:00:00Z', '2026-03-11T00:00:00Z', 150_000],
  ]);
  const hours = await list({
    granularity: 'hour',
    startTime: new Date('2026-03-11T00:00:00Z'),
    endTime: new Date('2026-03-12T00:00:00Z'),
  });
  expect(hours.map((hour) => [hour.period.start_time, hour.dataTotal])).toEqual([
    ['2026-03-11T05:00:00Z', 1000],
    ['2026-03-11T00:00:00Z', 33],
  ]);
});

test('filters name their dimension on every record', async () => {
  const march = { startTime: new Date('2026-03-01T00:00:00Z') };
  expect((await list({ ...march, sim: 'First' }))[0]).toMatchObject({ simSid: first.sid, dataTotal: 150_033 });
  expect((await list({ ...march, fleet: 'F' }))[0]).toMatchObject({
    fleetSid: fleet,
    simSid: null,
    dataTotal: 150_040,
  });
  expect((await list({ ...march, network: fr }))[0]).toMatchObject({ networkSid: fr, dataTotal: 1003 });
  expect((await list({ ...march, isoCountry: 'fr' }))[0]).toMatchObject({ isoCountry: 'FR', dataTotal: 1003 });
  expect((await list({ ...march, isoCountry: 'DE', network: fr }))[0]).toMatchObject({ dataTotal: 0 });
  expect((await list({ ...march, sim: first.sid, isoCountry: 'FR' }))[0]).toMatchObject({
    simSid: first.sid,
    dataTotal: 3,
  });
});

test('groups', async () => {
  const window = { startTime: new Date('2026-03-01T00:00:00Z'), endTime: new Date('2026-03-31T00:00:00Z') };
  const group = async (by: 'sim' | 'fleet' | 'network' | 'isoCountry', more: object = {}) =>
    new Map(
      (await list({ ...window, group: by, ...more })).map((record) => [
        { sim: record.simSid, fleet: record.fleetSid, network: record.networkSid, isoCountry: record.isoCountry }[by],
        record.dataTotal,
      ]),
    );
  expect(await group('sim')).toEqual(
    new Map([
      [first.sid, 150_033],
      [second.sid, 1007],
    ]),
  );
  expect(await group('fleet')).toEqual(
    new Map([
      [fleet, 150_040],
      [null, 1000],
    ]),
  );
  expect(await group('network')).toEqual(
    new Map([
      [de, 150_030],
      [fr, 1003],
      [null, 7],
    ]),
  );
  expect(await group('isoCountry')).toEqual(
    new Map([
      ['DE', 150_030],
      ['FR', 1003],
      [null, 7],
    ]),
  );
  expect(await group('sim', { isoCountry: 'FR' })).toEqual(
    new Map([
      [first.sid, 3],
      [second.sid, 1000],
    ]),
  );
  const days = await list({ ...window, group: 'sim', granularity: 'day' });
  expect(days.map((day) => day.period.start_time.slice(0, 10))).toEqual([
    '2026-03-12',
    '2026-03-11',
    '2026-03-11',
    '2026-03-10',
  ]);
});

test('each account has the usage of its own SIMs', async () => {
  const march = { startTime: new Date('2026-03-01T00:00:00Z') };
  expect((await list(march, company))[0]).toMatchObject({ accountSid: company.sid, dataTotal: 10_000 });
  const stranger = await world.organization('Stranger');
  expect((await list(march, stranger))[0]).toMatchObject({ dataTotal: 0 });
  await expect(list({ ...march, sim: theirs.sid })).rejects.toMatchObject({ status: 400, code: 83600 });
});

test('pages of buckets, on and back; a default window stands still meanwhile', async () => {
  const read = async (query: object) => (await list(query)).map((record) => record.toJSON());
  const whole = await read({ granularity: 'hour', group: 'sim' });
  expect(whole).toHaveLength(4);
  expect(await read({ granularity: 'hour', group: 'sim', pageSize: 1 })).toEqual(whole);
  expect(await read({ group: 'sim', pageSize: 1 })).toEqual(await read({ group: 'sim' }));

  const page = (url: string) => world.call(account, 'GET', url);
  const one = (await page('/v1/UsageRecords?Group=network&PageSize=2')).body;
  expect(one.meta.first_page_url).not.toContain('Time=');
  expect(one.meta.next_page_url).toContain('StartTime=2026-02-15T10%3A30%3A01Z&EndTime=2026-03-15T10%3A30%3A01Z');
  world.setNow('2026-03-15T10:31:00Z');
  const two = (await page(one.meta.next_page_url)).body;
  expect([...one.usage_records, ...two.usage_records].map((record) => record.network_sid)).toEqual([de, fr, null]);
  expect((await page(two.meta.previous_page_url)).body.usage_records).toEqual(one.usage_records);
});

test.each([
  ['Group=colour', 83600, 'Group'],
  ['Granularity=week', 83600, 'Granularity'],
  ['Sim=nobody', 83600, 'Sim'],
  ['Fleet=nobody', 83600, 'Fleet'],
  ['Network=HW00000000000000000000000000000000', 83600, 'Network'],
  ['IsoCountry=Germany', 83600, 'IsoCountry'],
  ['StartTime=yesterday', 83600, 'StartTime'],
  ['Granularity=day&StartTime=2026-03-01T00:00:01Z', 83601, 'StartTime'],
  ['Granularity=hour&EndTime=2026-03-01T00:30:00Z', 83602, 'EndTime'],
  ['Group=sim&StartTime=2026-01-01T00:00:00Z', 83603, 'Group'],
  ['Granularity=hour&StartTime=2026-01-01T00:00:00Z', 83604, 'Granularity'],
  ['StartTime=2024-01-01T00:00:00Z&EndTime=2024-02-01T00:00:00Z', 83605, 'StartTime'],
])('%s is refused with %i', async (query, code, detail) => {
  const { status, body } = await world.call(account, 'GET', `/v1/UsageRecords?${query}`);
  expect([status, body.code, body.detail]).toEqual([400, code, detail]);
});

test('the documented way to see how much of the limit is used', async () => {
  const sim = world.client(account).sims(first.sid);
  world.setNow('2026-03-10T12:00:00Z');
  await sim.update({ fleet: 'F', status: 'active' });
  world.setNow('2026-03-15T10:31:00Z');
  const [period] = await sim.billingPeriods.list();
  const [record] = await list({ sim: first.sid, startTime: period!.startTime, endTime: period!.endTime });
  const { dataLimit } = await world.client(account).fleets(fleet).fetch();
  expect((record!.dataTotal / (dataLimit * 1_000_000)) * 100).toBeCloseTo(15.0033, 6);
});
