import { describe, expect, it } from 'vitest';
import * as catalog from '../src/catalog/index.ts';
import * as inventory from '../src/inventory/index.ts';
import { query, sql } from '../src/kit/db.ts';
import * as periods from '../src/periods/index.ts';
import { termsOf } from '../src/rating/index.ts';
import { chargeOf } from '../src/rating/model/rating.ts';
import { type Random, seeded } from '../src/simulated/random.ts';
import { freshDatabase } from './database.ts';
import { begin, grow, type Packet } from './simulator/device.ts';
import { allLaws } from './simulator/laws.ts';
import type { Tenant } from './simulator/tenant.ts';
import { openSimulation, type Simulation } from './simulator/world.ts';

const day = 86_400_000;

/** Sessions of three lines on two kinds of plan, each session inside one billing period, and all told much later. */
async function multiset(world: Simulation, random: Random): Promise<Packet[][]> {
  const [home] = world.tenants as [Tenant, ...Tenant[]];
  const [a, b, c] = [home.sims[0]!, home.sims[12]!, home.sims[13]!];
  await periods.activate(home.ctx(), [a.id, c.id]);
  await inventory.updateSim(home.ctx(), c.id, { dataLimitBytes: 3_000_000n });
  await periods.assignPlan(home.ctx(), [b.id], home.plans.prompt);
  const begun = world.now().getTime();
  const sessions: Packet[][] = [];
  for (const { device } of [a, b, c]) {
    // Two in the first period, which will be closed when they are told, and two in the one after it.
    for (const dayOfStart of [1, 1.5, 36, 36.5]) {
      let at = begun + dayOfStart * day;
      const packets = [begin(device, new Date(at))];
      for (let i = 0; i < 12; i++) {
        at += 60_000 * (1 + Math.floor(random() * 20));
        const [up, down] = [BigInt(Math.floor(random() * 90_001)), BigInt(Math.floor(random() * 300_007))];
        packets.push(grow(device, new Date(at), up, down, i === 11 ? 'stop' : 'update'));
      }
      sessions.push(packets);
    }
  }
  await world.move(38 * day);
  await world.roll(home);
  return sessions;
}

/** Everything a customer is told or charged, as text: it must be the same to the byte. */
async function bill(world: Simulation): Promise<string> {
  const told = await query(
    world.owner.pool,
    sql`select s.imsi, p.kind, p.state, p.starts_at, p.ends_at, p.used_bytes, p.limit_used_bytes, p.charge_micros,
               (select array_agg((f.kind, f.amount_micros)::text order by f.kind) from fees f where f.period_id = p.id) as fees,
               (select array_agg((k.reason, k.lifted_at is null)::text order by k.id) from blocks k where k.line_id = s.id) as blocks
          from billing_periods p join sims s on s.id = p.line_id order by s.imsi, p.starts_at`,
  );
  const balances = await query(
    world.owner.pool,
    sql`select kind, currency, balance_micros from ledger_accounts where balance_micros is not null order by kind, currency, balance_micros`,
  );
  const used = await query(
    world.owner.pool,
    sql`select session_key, up_bytes, down_bytes, state, ended_at from sessions order by session_key`,
  );
  const text = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
  return JSON.stringify({ told, balances, used }, text, 1);
}

type Telling = {
  name: string;
  order: (sessions: Packet[][], random: Random) => Packet[];
  batch: number;
  repeats: number;
};

const tellings: Telling[] = [
  { name: 'in order, one by one', order: (sessions) => sessions.flat(), batch: 1, repeats: 0 },
  { name: 'in order, all at once', order: (sessions) => sessions.flat(), batch: 1000, repeats: 0 },
  { name: 'the sessions interleaved', order: interleaved, batch: 7, repeats: 0 },
  { name: 'the last session first', order: (sessions) => sessions.toReversed().flat(), batch: 50, repeats: 0.2 },
  { name: 'shuffled', order: (sessions, random) => shuffled(sessions.flat(), random), batch: 11, repeats: 0 },
  {
    name: 'shuffled, in one batch',
    order: (sessions, random) => shuffled(sessions.flat(), random),
    batch: 1000,
    repeats: 0,
  },
  {
    name: 'shuffled, with a fifth of it repeated',
    order: (s, random) => shuffled(s.flat(), random),
    batch: 23,
    repeats: 0.2,
  },
  { name: 'backwards', order: (sessions) => sessions.flat().reverse(), batch: 5, repeats: 0.2 },
];

describe('one multiset of usage updates', () => {
  it('gives the same bill to the byte, in any order, cut into any batches, with any repeats', {
    timeout: 120_000,
  }, async () => {
    const bills: [string, string][] = [];
    for (const telling of tellings) bills.push([telling.name, await tell(telling)]);
    const [first] = bills;
    for (const [name, each] of bills) expect(each, name).toBe(first![1]);
    // It was about something: late and timely usage, charges of two plans, and a limit that was reached.
    expect(first![1]).toMatch(/data_limit/);
  });
});

async function tell({ name, order, batch, repeats }: Telling): Promise<string> {
  const database = await freshDatabase();
  const world = await openSimulation('exactness', database.urls);
  try {
    const random = seeded(`telling ${name}`);
    const packets = order(await multiset(world, seeded('multiset')), random);
    const repeated = packets.flatMap((packet) => (random() < repeats ? [packet, packet] : [packet]));
    const organizationId = world.tenants[0]!.ctx().organization.id;
    for (let i = 0; i < repeated.length; i += batch) {
      await Promise.all(
        repeated
          .slice(i, i + batch)
          .map((packet) => world.charger().receive({ ...packet, organizationId, receivedAt: world.now() })),
      );
      await world.move(5);
    }
    // A session that was told backwards has its Stop first; later packets may only raise it (carriers.md 1.1).
    expect(await allLaws(world), name).toEqual([]);
    await naiveRatingDiffers(world);
    return await bill(world);
  } finally {
    await world.close();
    await database.drop();
  }
}

/** The control: had each record been rated alone, the sum would not be the price of the period. */
async function naiveRatingDiffers(world: Simulation): Promise<void> {
  const [home] = world.tenants as [Tenant, ...Tenant[]];
  const { version } = await catalog.getPlan(home.ctx(), home.plans.superSim);
  const records = await query<{ bytes: bigint; chargeMicros: bigint }>(
    world.owner.pool,
    sql`select r.bytes_up + r.bytes_down as bytes, r.charge_micros from usage_records r
          join billing_periods p on p.id = r.period_id where p.plan_version_id = ${version.id}`,
  );
  const alone = records.reduce((sum, { bytes }) => sum + chargeOf(termsOf(version), bytes), 0n);
  const together = records.reduce((sum, { chargeMicros }) => sum + chargeMicros, 0n);
  expect(alone).not.toBe(together);
}

/** Each session in its own order, one after the other at random. */
function interleaved(sessions: Packet[][], random: Random): Packet[] {
  const left = sessions.map((session) => [...session]);
  return sessions.flat().map(() => {
    const waiting = left.filter((session) => session.length > 0);
    return waiting[Math.floor(random() * waiting.length)]!.shift()!;
  });
}

function shuffled<T>(list: T[], random: Random): T[] {
  const left = [...list];
  return list.map(() => left.splice(Math.floor(random() * left.length), 1)[0]!);
}
