import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorld, type World } from '../world.ts';
import { type SuperSim, superSim } from './sdk.ts';

/** Many at once, by the SDK: a thousand SIMs at a concurrency of 20, and lists that are read while they are written to. */
let world: World;
let v1: SuperSim;
let fleet: string;
const concurrency = 20;

beforeAll(async () => {
  world = await openWorld();
  v1 = superSim(world.url, world);
  const profile = await v1.networkAccessProfiles.create();
  fleet = (await v1.fleets.create({ networkAccessProfile: profile.sid })).sid;
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

/** Does something with each, 20 at a time; whoever fails fails the test. */
async function each<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [i, item] of queue) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}

const sidsOf = (items: { sid: string }[]) => items.map((item) => item.sid);

it('a thousand SIMs are registered and activated without an error, each with one period and one fee', async () => {
  const cards = await world.stock(1000);
  const registered = await each(cards, ({ iccid, registrationCode }) => v1.sims.create({ iccid, registrationCode }));
  const active = await each(registered, ({ sid }) => v1.sims(sid).update({ fleet, status: 'active' }));
  expect(active.every(({ status, fleetSid }) => status === 'active' && fleetSid === fleet)).toBe(true);

  // The order of the list is that of the stock, the newest first, whoever was registered first.
  const listed = await v1.sims.list({ fleet, status: 'active', pageSize: 100 });
  expect(sidsOf(listed)).toEqual(sidsOf(registered).reverse());
  const { rows } = await world.owner.pool.query(
    `select count(distinct p.line_id)::int as lines, count(distinct p.id)::int as periods, count(f.*)::int as fees
       from billing_periods p left join fees f on f.period_id = p.id`,
  );
  expect(rows).toEqual([{ lines: 1000, periods: 1000, fees: 1000 }]);
});

it('a list that is written to while it is paged through shows nothing twice and loses nothing', async () => {
  const before = sidsOf(await v1.sims.list({ pageSize: 1000 }));
  const cards = await world.stock(200);
  let writing = true;
  const writes = each(cards, async ({ iccid, registrationCode }) => {
    const { sid } = await v1.sims.create({ iccid, registrationCode });
    await v1.sims(sid).update({ uniqueName: `late ${sid}`, fleet, status: 'ready' });
    // Older ones change meanwhile too, which must not move them.
    await v1.sims(before[Number.parseInt(sid.slice(-3), 16) % before.length]!).update({ uniqueName: `moved ${sid}` });
  }).finally(() => {
    writing = false;
  });
  let rounds = 0;
  while (writing) {
    const paged = sidsOf(await v1.sims.list({ pageSize: 37 }));
    expect(new Set(paged).size).toBe(paged.length);
    const known = new Set(before);
    expect(paged.filter((sid) => known.has(sid))).toEqual(before);
    rounds += 1;
  }
  await writes;
  expect(rounds).toBeGreaterThan(0);
  expect(sidsOf(await v1.sims.list({ pageSize: 37 })).slice(200)).toEqual(before);
});
