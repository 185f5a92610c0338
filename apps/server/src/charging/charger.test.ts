import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/database.ts';
import { drift } from '../../test/world.ts';
import * as carriers from '../carriers/index.ts';
import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { type Database, isRetryable, openDatabase } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import { createLog } from '../kit/log.ts';
import { setInstanceKey } from '../kit/seal.ts';
import * as periods from '../periods/index.ts';
import { roster } from '../simulated/index.ts';
import * as tenancy from '../tenancy/index.ts';
import * as usage from '../usage/index.ts';
import { type Charger, type ChargerOptions, openCharger } from './charger.ts';
import { reconsiderLimits } from './limits.ts';
import type { ReceivedUpdate } from './queue.ts';
import type { Restatement } from './restatements.ts';

type Sim = { id: Id; imsi: string };

let owner: Database;
let ingest: Database;
let runtime: Runtime;
let organization: Organization;
let urls: Awaited<ReturnType<typeof freshDatabase>>['urls'];
let drop: () => Promise<void>;
let telecomId: Id;
let nasId: Id;
let fleetId: Id;
let now = new Date('2026-03-01T12:00:00Z');
const chargers: Charger[] = [];

beforeAll(async () => {
  ({ urls, drop } = await freshDatabase());
  setInstanceKey(Buffer.alloc(32, 7));
  owner = openDatabase(urls.owner, 2);
  ingest = openDatabase(urls.ingest, 4);
  runtime = { database: openDatabase(urls.app, 8), clock: { now: () => now }, log: createLog('silent') };
  ({ organization } = await tenancy.createOrganization(
    { ...runtime, database: owner },
    { name: 'Charging', currency: 'EUR' },
  ));
  await catalog.createPlan(ctx(), {
    name: 'Super SIM',
    superSimDefault: true,
    terms: catalog.defaultSuperSimTerms('EUR', 1000),
  });
  telecomId = (await carriers.createTelecom(ctx(), { name: 'Core', connector: 'radius' })).id;
  nasId = (
    await carriers.createNas(ctx(), {
      telecomId,
      name: 'pgw',
      sourceRange: '192.0.2.1/32',
      secret: 'a-secret-of-tests',
      coaHost: '192.0.2.1',
      coaPort: 3799,
      requireMessageAuthenticator: false,
      noGigawords: false,
    })
  ).id;
  const profile = await inventory.createProfile(ctx(), { companyId: null });
  fleetId = (await inventory.createFleet(ctx(), { companyId: null, networkAccessProfileId: profile.id })).id;
});

afterEach(async () => {
  for (const charger of chargers.splice(0)) await charger.close();
});

afterAll(async () => {
  expect(await drift(owner)).toEqual([]);
  await Promise.all([owner.pool.end(), ingest.pool.end(), runtime.database.pool.end()]);
  await drop();
});

function ctx(): Ctx {
  return contextFor(runtime, organization, systemActor('test'));
}

async function open(options: Partial<ChargerOptions> = {}): Promise<Charger> {
  const charger = await openCharger({
    ingestUrl: urls.ingest,
    database: ingest,
    clock: runtime.clock,
    log: runtime.log,
    shards: 1,
    ...options,
  });
  chargers.push(charger);
  return charger;
}

/** SIMs in the fleet, active unless told otherwise. */
async function lines(count: number, status: 'active' | 'ready' = 'active'): Promise<Sim[]> {
  const devices = roster(randomUUID(), count);
  const added = await inventory.addSims(
    ctx(),
    devices.map(({ iccid, imsi }) => ({
      telecomId,
      iccid,
      imsi,
      msisdn: null,
      iccidCheckDigit: 'ok' as const,
      eid: null,
      form: 'physical' as const,
    })),
  );
  const sims = added.map((sim, i) => ({ id: sim.id!, imsi: devices[i]!.imsi }));
  const ids = sims.map((sim) => sim.id);
  await inventory.register(ctx(), ids, null);
  await inventory.moveToFleet(ctx(), ids, fleetId);
  await (status === 'active' ? periods.activate(ctx(), ids) : periods.makeReady(ctx(), ids));
  return sims;
}

function update(sim: Sim, session: string, up: bigint, changes: Partial<ReceivedUpdate> = {}): ReceivedUpdate {
  return {
    organizationId: organization.id,
    kind: 'update',
    nasId,
    telecomId,
    sessionKey: `${session}//`,
    acctSessionId: session,
    chargingId: null,
    imsi: sim.imsi,
    plmn: '26201',
    rat: null,
    apn: null,
    framedIp: null,
    imei: null,
    up,
    down: 0n,
    hasGigawords: true,
    noGigawords: false,
    sessionTime: null,
    terminateCause: null,
    eventTime: now,
    receivedAt: now,
    ...changes,
  };
}

async function recordsOf(sim: Sim) {
  return (
    await owner.pool.query<{ up: bigint; charge: bigint; position: number; batch: string }>(
      `select bytes_up as up, charge_micros as charge, position, batch_id as batch from usage_records
        where line_id = $1 order by batch_id, position`,
      [sim.id],
    )
  ).rows;
}

const mb = 1_000_000n;
/** In micros. The plan charges ten for a MB. */
const cent = 1_000_000n;

describe('one batch', () => {
  it('charges what came together, of one session and several, in the order in which it came', async () => {
    const charger = await open();
    const [one, other] = await lines(2);
    await Promise.all([
      charger.receive(update(one!, 'a', 0n, { kind: 'start' })),
      charger.receive(update(one!, 'a', 1n * mb)),
      charger.receive(update(other!, 'b', 7n * mb)),
      charger.receive(update(one!, 'a', 3n * mb)),
      // Late: below what the session has by now.
      charger.receive(update(one!, 'a', 2n * mb)),
      charger.receive(update(one!, 'a', 6n * mb, { kind: 'stop' })),
    ]);
    const records = await recordsOf(one!);
    expect(records.map(({ up, charge }) => [up, charge])).toEqual([
      [1n * mb, 10n * cent],
      [2n * mb, 20n * cent],
      [3n * mb, 30n * cent],
    ]);
    expect(records.map((record) => record.position)).toEqual(
      [...records.map((record) => record.position)].sort((a, b) => a - b),
    );
    expect(new Set([...records, ...(await recordsOf(other!))].map((record) => record.batch)).size).toBe(1);
    const [session] = await usage.listSessions(ctx(), { lineId: one!.id, limit: 5 });
    expect(session).toMatchObject({ state: 'closed', upTotal: 6n * mb, upBytes: 6n * mb });
  });

  it('makes a ready line active in its middle: what came before is free, what crosses and follows is charged', async () => {
    const charger = await open();
    const [sim] = await lines(1, 'ready');
    await Promise.all([100_000n, 300_000n, 1_000_000n].map((up) => charger.receive(update(sim!, 'ready', up))));
    expect((await recordsOf(sim!)).map(({ up, charge }) => [up, charge])).toEqual([
      [100_000n, 0n],
      [200_000n, 2n * cent],
      [700_000n, 7n * cent],
    ]);
  });

  it('that cannot be charged because of one update sets that one aside, and charges the others', async () => {
    const charger = await open();
    const sims = await lines(9);
    // More than the column holds. The edge lets no such value in; this stands for any fault of our own.
    const poison = { sessionTime: 2 ** 32 };
    await Promise.all(sims.map((sim, i) => charger.receive(update(sim, `p-${i}`, 1n * mb, i === 4 ? poison : {}))));
    const counts = await Promise.all(sims.map(async (sim) => (await recordsOf(sim)).length));
    expect(counts).toEqual([1, 1, 1, 1, 0, 1, 1, 1, 1]);
    const set = (await usage.listUnrated(ctx(), { reason: 'fault', limit: 10 })).filter(
      (row) => row.imsi === sims[4]!.imsi,
    );
    expect(set).toMatchObject([{ state: 'quarantined', bytesUp: 1n * mb }]);
    // A repeat of it is the same row.
    await charger.receive(update(sims[4]!, 'p-4', 1n * mb, poison));
    expect(
      (await usage.listUnrated(ctx(), { reason: 'fault', limit: 10 })).filter((row) => row.imsi === sims[4]!.imsi),
    ).toHaveLength(1);
  });
});

describe('the single writer', () => {
  it('refuses to share: a second one stores what it gets, and charges it when the first is gone', async () => {
    const [sim] = await lines(1);
    const first = await open();
    await first.receive(update(sim!, 'w', 1n));
    const second = await open();
    await second.receive(update(sim!, 'w', 2n));
    expect(second.held()).toEqual([]);
    await first.drainArrivals();
    expect((await recordsOf(sim!)).map(({ up }) => up)).toEqual([1n, 1n]);
    await first.close();
    await second.receive(update(sim!, 'w', 4n));
    await expect.poll(() => second.held()).toEqual([0]);
    await second.drainArrivals();
    expect((await recordsOf(sim!)).map(({ up }) => up)).toHaveLength(3);
    expect((await recordsOf(sim!)).reduce((sum, { up }) => sum + up, 0n)).toBe(4n);
  });

  it('that loses its connection takes a new one, and repeats count once', async () => {
    const [sim] = await lines(1);
    const charger = await open();
    await charger.receive(update(sim!, 'c', 1n));
    await owner.pool.query(
      `select pg_terminate_backend(a.pid) from pg_stat_activity a join pg_locks l on l.pid = a.pid and l.locktype = 'advisory'
        where a.datname = current_database()`,
    );
    // Whether these were in time to meet the loss is chance; sent again, as a network would, they count once.
    await Promise.allSettled([2n, 3n].map((up) => charger.receive(update(sim!, 'c', up))));
    for (const up of [2n, 3n]) await charger.receive(update(sim!, 'c', up));
    expect((await recordsOf(sim!)).reduce((sum, { up }) => sum + up, 0n)).toBe(3n);
  });

  it('turns away what its queue does not hold', async () => {
    const [sim] = await lines(1);
    const charger = await open({ queueBound: 3 });
    const outcomes = await Promise.allSettled([1n, 2n, 3n, 4n].map((up) => charger.receive(update(sim!, 'q', up))));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    await charger.receive(update(sim!, 'q', 4n));
    expect((await recordsOf(sim!)).reduce((sum, { up }) => sum + up, 0n)).toBe(4n);
  });
});

/** False: it lost against somebody else, which the database says; whoever asked would ask again. */
async function succeeds(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isRetryable(error)) return false;
    throw error;
  }
}

describe('a carrier’s total of a day', () => {
  it('is booked once, whichever writers have it at the same time', async () => {
    const [sim] = await lines(1);
    const started = now;
    now = new Date('2026-03-02T09:00:00Z');
    const charger = await open({ shards: 8 });
    const told = (changes: Partial<Restatement>): Restatement => ({
      ...{ id: newId(ctx()), sourceId: newId(ctx()), line: { simId: sim!.id }, day: '2026-03-01', zone: 'UTC' },
      ...{ service: 'data', bytesUp: 1_000_000n, bytesDown: 0n, units: 0n, toldAt: now, receivedAt: now },
      ...changes,
    });
    // By its id and by its IMSI the line belongs to different shards; of one zone's day and of another's.
    const names = [{ simId: sim!.id }, { telecomId, imsi: sim!.imsi }];
    const zones = ['UTC', 'Europe/London', 'Africa/Abidjan'];
    const receipts = await Promise.all(
      names.flatMap((line) => zones.map((zone) => charger.receiveRestatement(organization.id, told({ line, zone })))),
    );
    const outcomes = Map.groupBy(receipts, (receipt) => receipt.outcome);
    expect([outcomes.get('booked')?.length, outcomes.get('equal')?.length]).toEqual([1, 5]);
    const { rows: sums } = await owner.pool.query(
      'select sum(bytes_up) as bytes, count(*)::int as records from usage_records where line_id = $1',
      [sim!.id],
    );
    expect(sums).toEqual([{ bytes: '1000000', records: 1 }]);
    now = started;
  });

  it('counts what came with it in the same batch, and what waits to be charged', async () => {
    const [sim] = await lines(1);
    const started = now;
    const charger = await open();
    const used = charger.receive(update(sim!, 'of-the-day', 400_000n));
    now = new Date('2026-03-02T09:00:00Z');
    const restatement: Restatement = {
      ...{
        id: newId(ctx()),
        sourceId: newId(ctx()),
        line: { telecomId, imsi: sim!.imsi },
        day: '2026-03-01',
        zone: 'UTC',
      },
      ...{ service: 'data', bytesUp: 1_000_000n, bytesDown: 0n, units: 0n, toldAt: now, receivedAt: now },
    };
    const receipt = await charger.receiveRestatement(organization.id, restatement);
    await used;
    expect(receipt).toMatchObject({ outcome: 'booked', difference: { bytesUp: 600_000n } });
    now = started;
  });
});

describe('what a writer remembers of a line', () => {
  const blocked = async (sim: Sim) =>
    (
      await owner.pool.query(
        `select detail->>'limitBytes' as limit, detail->>'limitFrom' as from from blocks where line_id = $1 and lifted_at is null`,
        [sim.id],
      )
    ).rows;

  it('is not believed after the SIM’s own limit was changed', async () => {
    const charger = await open();
    const [sim] = (await lines(1)) as [Sim];
    await charger.receive(update(sim, sim.imsi, mb));
    await charger.receive(update(sim, sim.imsi, 2n * mb));
    await inventory.updateSim(ctx(), sim.id, { dataLimitBytes: 3n * mb });
    await charger.receive(update(sim, sim.imsi, 4n * mb));
    expect(await blocked(sim)).toEqual([{ limit: '3000000', from: 'sim' }]);
  });

  it('is not believed after its fleet’s limit was changed, nor after it went to another fleet', async () => {
    const charger = await open();
    const profile = await inventory.createProfile(ctx(), { companyId: null });
    const fleet = async () =>
      (await inventory.createFleet(ctx(), { companyId: null, networkAccessProfileId: profile.id })).id;
    const [narrow, other] = [await fleet(), await fleet()];
    const [one, two] = (await lines(2)) as [Sim, Sim];
    for (const sim of [one, two]) await inventory.updateSim(ctx(), sim.id, { fleetId: narrow });
    for (const up of [mb, 2n * mb]) for (const sim of [one, two]) await charger.receive(update(sim, sim.imsi, up));
    await inventory.updateFleet(ctx(), narrow, { dataLimitMb: 3n });
    await inventory.updateSim(ctx(), two.id, { fleetId: other });
    for (const sim of [one, two]) await charger.receive(update(sim, sim.imsi, 4n * mb));
    expect(await blocked(one)).toEqual([{ limit: '3000000', from: 'fleet' }]);
    expect(await blocked(two)).toEqual([]);
    const { rows } = await owner.pool.query(
      'select fleet_id as fleet from usage_records where line_id = $1 order by position, occurred_at',
      [two.id],
    );
    expect(rows.map((row) => row.fleet)).toContain(other);
  });

  it('is not looked at again while nothing is changed', async () => {
    const charger = await open();
    const sims = await lines(3);
    let up = 0n;
    const charge = async () => {
      up += mb;
      for (const sim of sims) await charger.receive(update(sim, sim.imsi, up));
    };
    // A connection tells what it scanned when a database transaction ends a second after it told so last.
    const scans = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      await charge();
      await new Promise((resolve) => setTimeout(resolve, 200));
      const { rows } = await owner.pool.query(
        `select idx_scan + coalesce(seq_scan, 0) as scans from pg_stat_user_tables where relname = 'sims'`,
      );
      return Number(rows[0].scans);
    };
    await charge();
    const before = await scans();
    for (let i = 0; i < 5; i++) await charge();
    expect(await scans()).toBe(before);
  });
});

describe('while everybody else is at work as well', () => {
  const hammerMs = 4_000;

  it('updates, status changes, limits and rollovers at random break no law', async () => {
    const charger = await open();
    const sims = [...(await lines(10)), ...(await lines(10, 'ready'))];
    const counters = new Map<string, bigint>();
    const end = performance.now() + hammerMs;
    const random = (bound: number) => randomBytes(4).readUInt32BE() % bound;
    const some = () => sims.filter(() => random(4) === 0).map((sim) => sim.id);
    const done: Record<string, number> = {};

    const worker = async (name: string, mostPauseMs: number, work: () => Promise<unknown>) => {
      while (performance.now() < end) {
        await work();
        done[name] = (done[name] ?? 0) + 1;
        await new Promise((resolve) => setTimeout(resolve, random(mostPauseMs)));
      }
    };
    const send = async () => {
      const sim = sims[random(sims.length)]!;
      const session = `${sim.imsi}-${random(3)}`;
      const up = (counters.get(session) ?? 0n) + BigInt(random(400_000));
      counters.set(session, up);
      const sent = update(sim, session, up);
      // What lost against somebody else too often is not answered, and a network repeats it.
      while (!(await succeeds(() => charger.receive(sent))));
    };
    // Days pass between what staff do, never in the middle of it.
    const staff = new Set<Promise<unknown>>();
    const byStaff = async (work: () => Promise<unknown>) => {
      const going = succeeds(work);
      staff.add(going);
      await going.finally(() => staff.delete(going));
    };
    await Promise.all([
      ...Array.from({ length: 8 }, () => worker('updates', 10, send)),
      worker('active', 50, () => byStaff(() => periods.activate(ctx(), some()))),
      worker('suspended', 50, () => byStaff(() => periods.suspend(ctx(), some()))),
      worker('limits', 50, async () => {
        const sim = sims[random(sims.length)]!;
        const dataLimitBytes = BigInt(1 + random(20)) * mb;
        await byStaff(() => inventory.updateSim(ctx(), sim.id, { dataLimitBytes }));
        // The relay's part, which answers to `sim.updated` until it is done.
        while (!(await succeeds(() => reconsiderLimits(ctx(), [sim.id]))));
      }),
      worker('rollovers', 400, async () => {
        while (staff.size > 0) await Promise.allSettled(staff);
        now = new Date(now.getTime() + 5 * 86_400_000);
        await succeeds(() => periods.rollDue(ctx(), 100));
      }),
      worker('inbox', 50, () => succeeds(() => charger.drainInbox(organization.id))),
    ]);

    while ((await periods.rollDue(ctx(), 100)) > 0);
    expect(Object.keys(done)).toHaveLength(6);
    const { rows } = await owner.pool.query(
      `select acct_session_id as session, up_bytes as up from sessions where acct_session_id = any($1)`,
      [[...counters.keys()]],
    );
    expect(new Map(rows.map((row) => [row.session, row.up]))).toEqual(counters);
    expect(await drift(owner)).toEqual([]);
  });
});
