import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as charging from '../../src/charging/index.ts';
import * as inventory from '../../src/inventory/index.ts';
import { atomically, query, sql } from '../../src/kit/db.ts';
import type { Id } from '../../src/kit/ids.ts';
import * as periods from '../../src/periods/index.ts';
import { freshDatabase } from '../database.ts';
import { begin, grow, impossible, kept, type Packet, reset } from './device.ts';
import { nextRecord, sendRecords } from './files.ts';
import { allLaws } from './laws.ts';
import type { SimulatedSim, Tenant } from './tenant.ts';
import { openSimulation, type Simulation } from './world.ts';

const day = 86_400_000;

let world: Simulation;
let home: Tenant;
let drop: () => Promise<void>;
beforeEach(async () => {
  const database = await freshDatabase();
  drop = database.drop;
  world = await openSimulation('finds', database.urls, 1);
  home = world.tenants[0]!;
});
afterEach(async () => {
  expect(await allLaws(world)).toEqual([]);
  await world.close();
  await drop();
});

const receive = (...packets: Packet[]) =>
  Promise.all(
    packets.map((packet) =>
      world.charger().receive({ ...packet, organizationId: home.ctx().organization.id, receivedAt: world.now() }),
    ),
  );

/** A Super SIM of a fleet whose limit never changes, active. */
async function activeLine(sim: SimulatedSim = home.sims[0]!): Promise<SimulatedSim> {
  await periods.activate(home.ctx(), [sim.id]);
  await world.move(day);
  return sim;
}

async function traffic({ device }: SimulatedSim, up: bigint, kind: 'update' | 'stop' = 'update'): Promise<Packet[]> {
  const packets = [...(device.live ? [] : [begin(device, world.now())]), grow(device, world.now(), up, up, kind)];
  await receive(...packets);
  await world.move(60_000);
  return packets;
}

const waiting = sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%/* ledger.%'`;

const usedBy = async (sim: SimulatedSim) =>
  (await periods.periodHistory(home.ctx(), sim.id, { limit: 50 })).reduce((sum, period) => sum + period.usedBytes, 0n);

/** Lines of an account that keep no promise to any law. */
const loose = (companyId: Id | null): SimulatedSim[] => {
  const accounts = [null, ...home.companies];
  return home.sims.filter(
    (sim, i) => !sim.steady && i < home.sims.length - 2 && accounts[i % accounts.length] === companyId,
  );
};
const blocksOf = async ({ id }: SimulatedSim) =>
  ((await inventory.openBlocksOf(home.ctx(), [id])).get(id) ?? []).map(({ reason }) => reason);

/** What the simulator found, each as its shortest story. The laws are looked at after every one. */
describe('found by the simulator', () => {
  it('repeats of packets from before a counter reset count nothing', async () => {
    const sim = await activeLine();
    const old = [...(await traffic(sim, 200_000n)), ...(await traffic(sim, 300_000n))];
    await receive(reset(sim.device, world.now(), 10n, 20n)!);
    await world.move(60_000);
    await receive(...old);
    expect(await usedBy(sim)).toBe(1_000_030n);
  });

  it('repeats of packets too old to be believed count nothing', async () => {
    const sim = await activeLine();
    const old = await traffic(sim, 500_000n, 'stop');
    await world.move(100 * day);
    for (const packet of [...old, ...old]) await receive(packet);
    expect(await usedBy(sim)).toBe(1_000_000n);
  });

  it('impossible counters that are repeated are told once', async () => {
    const sim = await activeLine();
    await traffic(sim, 5n);
    const broken = impossible(sim.device, world.now());
    await receive(broken, broken);
    await receive(broken);
    const told = await query(world.owner.pool, sql`select from events where name = 'usage.unrated'`);
    expect(told).toHaveLength(1);
  });

  it('a plan assigned while ready is the one that the first usage opens on', async () => {
    const sim = home.sims[12]!;
    await periods.makeReady(home.ctx(), [sim.id]);
    await world.move(60_000);
    await periods.assignPlan(home.ctx(), [sim.id], home.plans.bundle);
    await world.move(day);
    await traffic(sim, 200_000n);
    const [period] = await periods.periodHistory(home.ctx(), sim.id, { limit: 1 });
    expect(period).toMatchObject({ kind: 'active', usedBytes: 400_000n });
    expect(period!.allowanceBytes).not.toBeNull();
  });

  it('a line that is suspended before a late rollover owes the periods it was active in', async () => {
    const sim = await activeLine();
    await world.move(70 * day);
    await periods.suspend(home.ctx(), [sim.id]);
    expect(await periods.periodHistory(home.ctx(), sim.id, { limit: 50 })).toHaveLength(3);
  });

  it('one run rolls a line that is months behind another, month by month', async () => {
    const early = await activeLine();
    await world.move(35 * day);
    await activeLine(home.sims[1]!);
    // The first is due twice, and both times before the other.
    await world.move(33 * day);
    await world.roll(home);
    expect(await periods.isAnyDue(home.ctx())).toBe(false);
    expect(await periods.periodHistory(home.ctx(), early.id, { limit: 50 })).toHaveLength(3);
  });

  it('lines that a first usage activates and staff suspend at one instant have no period after it', async () => {
    const sims = home.sims.slice(0, 8);
    const ids = sims.map((sim) => sim.id);
    await periods.makeReady(home.ctx(), ids);
    await world.move(day);
    const packets = sims.map(({ device }) => [begin(device, world.now()), grow(device, world.now(), 300_000n, 0n)]);
    await receive(...packets.flat());
    await periods.suspend(home.ctx(), ids);
    await world.move(70 * day);
    await world.roll(home);
    for (const id of ids) expect(await periods.periodHistory(home.ctx(), id, { limit: 50 })).toHaveLength(2);
  });

  it('usage of a line whose ready period ended by time is charged before the rollover comes', async () => {
    const sim = home.sims[0]!;
    await periods.makeReady(home.ctx(), [sim.id]);
    await traffic(sim, 1_000n);
    await world.move(100 * day);
    // A writer that has seen the line and nothing since would not look at it again.
    await world.restart();
    await traffic(sim, 2_000n);
    const [period] = await periods.periodHistory(home.ctx(), sim.id, { limit: 1 });
    expect(period).toMatchObject({ kind: 'active', usedBytes: 4_000n });
  });

  it('usage of an archived line is unrated, what it used before is charged', async () => {
    const sim = await activeLine();
    await world.move(day);
    await periods.archive(home.ctx(), [sim.id]);
    await world.move(day);
    await receive(kept(sim.device, new Date(world.now().getTime() - 1.5 * day), 70n, 30n));
    await traffic(sim, 1_000n);
    expect(await usedBy(sim)).toBe(100n);
    const unrated = await query(world.owner.pool, sql`select reason, bytes_up from usage_inbox`);
    expect(unrated).toEqual([{ reason: 'archived', bytesUp: 1_000n }]);
  });

  it('a fleet’s new limit is for its suspended lines too', async () => {
    const sim = await activeLine(home.sims[12]!);
    await traffic(sim, 6_000_000n);
    const blocks = async () => (await inventory.openBlocksOf(home.ctx(), [sim.id])).get(sim.id) ?? [];
    expect(await blocks()).toMatchObject([{ reason: 'data_limit' }]);
    await periods.suspend(home.ctx(), [sim.id]);
    await inventory.updateFleet(home.ctx(), home.fleets[0]!, { dataLimitMb: 500n });
    await inventory.updateSim(home.ctx(), sim.id, { dataLimitBytes: 19_000_000n });
    await world.relay(home);
    expect(await blocks()).toEqual([]);
  });

  it('one batch may hold the record that activates long ago and what came in the months after', async () => {
    const [sim] = home.sims;
    await periods.makeReady(home.ctx(), [sim!.id]);
    const { device } = sim!;
    const ready = world.now().getTime();
    await world.move(80 * day);
    await receive(
      kept(device, new Date(ready + day), 200_000n, 200_000n),
      kept(device, new Date(ready + 40 * day), 5_000n, 5_000n),
      kept(device, new Date(ready + 79 * day), 3_000n, 4_000n),
    );
    const history = await periods.periodHistory(home.ctx(), sim!.id, { limit: 50 });
    expect(history.map(({ kind, usedBytes }) => [kind, usedBytes])).toEqual([
      ['active', 7_000n],
      ['active', 10_000n],
      ['active', 400_000n],
      ['ready', 0n],
    ]);
  });

  it('a limit that is changed while usage is booked is seen by one of the two', async () => {
    const sim = await activeLine(home.sims[12]!);
    for (let i = 0; i < 20; i++) {
      const limit = i % 2 === 0 ? 1_000_000n : 1_000_000_000n;
      const packets = [...(sim.device.live ? [] : [begin(sim.device, world.now())])];
      packets.push(grow(sim.device, world.now(), 40_000n, 40_000n));
      await Promise.all([
        receive(...packets),
        inventory
          .updateSim(home.ctx(), sim.id, { dataLimitBytes: limit })
          .then(() => charging.reconsiderLimits(home.ctx(), [sim.id])),
      ]);
      await world.move(60_000);
      const [of] = [...(await charging.dataLimitsOf(home.ctx(), [sim.id])).values()];
      const open = (await inventory.openBlocksOf(home.ctx(), [sim.id])).has(sim.id);
      expect(open).toBe(of!.reached);
    }
  });

  it('a limit of a fleet that is changed while a ready line reaches the old one is seen by one of the two', async () => {
    const sim = home.sims[12]!;
    const fleetId = home.fleets[0]!;
    await periods.makeReady(home.ctx(), [sim.id]);
    await inventory.updateFleet(home.ctx(), fleetId, { dataLimitMb: 1n });
    await world.relay(home);
    // The batch has looked at the limit, and waits at its last write.
    const slow = await world.owner.pool.connect();
    await slow.query('begin; select from ledger_accounts for update');
    const charged = receive(begin(sim.device, world.now()), grow(sim.device, world.now(), 1_000_000n, 1_000_000n));
    while ((await query(world.owner.pool, waiting)).length === 0) await sleep(5);
    await inventory.updateFleet(home.ctx(), fleetId, { dataLimitMb: 1_000n });
    const relayed = world.relay(home);
    await Promise.race([relayed, sleep(300)]);
    await slow.query('commit');
    slow.release();
    await Promise.all([charged, relayed]);
    expect(await usedBy(sim)).toBe(2_000_000n);
    expect((await inventory.openBlocksOf(home.ctx(), [sim.id])).get(sim.id)).toBeUndefined();
  });

  it('a line that was named by its id, and moved by another writer, is charged when it is named by its IMSI', async () => {
    for (const sim of home.sims.slice(0, 6)) {
      await activeLine(sim);
      const at = () => world.now();
      await sendRecords(world, home, [nextRecord(home, sim, false, at(), [1_000n, 1_000n])]);
      const told = kept(sim.device, at(), 2_000n, 2_000n);
      const update = { ...told, organizationId: home.ctx().organization.id, receivedAt: at() };
      await world.rival().receive(update);
      await receive(kept(sim.device, at(), 3_000n, 3_000n));
      await world.settle();
      expect(await usedBy(sim)).toBe(12_000n);
    }
  });

  it('a member whose change waits for a later month brings its share to the one that begins now', async () => {
    const pool = home.pools.find(({ plan, companyId }) => plan === 'sharing' && companyId === null)!;
    const [sim] = loose(null);
    await periods.assignPlan(home.ctx(), [sim!.id], home.plans.sharing, { poolId: pool.id });
    await world.move(40 * day);
    // The line comes to its new month by itself, and the pool has not: the change is for the month after that.
    await periods.assignPlan(home.ctx(), [sim!.id], home.plans.prepaid, { effective: 'next_period' });
    await world.roll(home);
    const shares = await query(world.owner.pool, sql`select from pool_contributions where line_id = ${sim!.id}`);
    expect(shares).toHaveLength(3);
  });

  it('a plan that ends takes its blocks along', async () => {
    const [sim] = loose(null);
    await periods.assignPlan(home.ctx(), [sim!.id], home.plans.prepaid);
    await periods.activate(home.ctx(), [sim!.id]);
    expect(await blocksOf(sim!)).toEqual(['balance']);
    await periods.endPlan(home.ctx(), [sim!.id]);
    expect(await blocksOf(sim!)).toEqual([]);
  });

  it('a line is held back for the fees of the account it is in, and for no others', async () => {
    const [from, to] = [null, home.companies[0]!];
    const [sim] = loose(from);
    await periods.assignPlan(home.ctx(), [sim!.id], home.plans.paygoPrompt);
    expect(await blocksOf(sim!)).toContain('fee_unpaid');
    await periods.suspend(home.ctx(), [sim!.id]);
    const go = (companyId: Id | null) =>
      atomically(home.ctx(), async (ctx) => {
        await periods.leaveAccount(ctx, [sim!.id], companyId);
        await inventory.updateSim(ctx, sim!.id, { companyId });
      });
    await go(to);
    expect(await blocksOf(sim!)).not.toContain('fee_unpaid');
    await world.move(day);
    await go(from);
    expect(await blocksOf(sim!)).toContain('fee_unpaid');
  });

  it('a SIM of an account is not registered into another', async () => {
    const sim = await activeLine();
    const before = await inventory.getSim(home.ctx(), sim.id);
    const other = [null, ...home.companies].find((id) => id !== before.companyId)!;
    await inventory.register(home.ctx(), [sim.id], other);
    expect((await inventory.getSim(home.ctx(), sim.id)).companyId).toBe(before.companyId);
  });

  it('usage that comes before the rollover is charged, where an end of the plan waits for that month’s end', async () => {
    const sim = await activeLine(loose(null)[0]!);
    await periods.assignPlan(home.ctx(), [sim.id], home.plans.prompt, { effective: 'now' });
    await periods.endPlan(home.ctx(), [sim.id], { effective: 'next_period' });
    await world.move(60_000);
    const before = world.now();
    await world.move(40 * day);
    await sendRecords(world, home, [nextRecord(home, sim, false, before, [1_000n, 1_000n])]);
    expect(await usedBy(sim)).toBe(2_000n);
    expect((await inventory.getSim(home.ctx(), sim.id)).lifecycle).toBe('suspended');
  });
});
