import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/kit/ids.ts';
import { openWorld, type World } from '../world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ now: new Date('2026-01-31T10:00:00.000Z'), timeZone: 'Europe/Berlin' });
  world.stand(new Date('2026-01-31T10:00:00.000Z'));
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

type Period = {
  kind: string;
  state: string;
  startsAt: string;
  endsAt: string | null;
  usedBytes: string;
  fees: { amount: string }[];
};

async function registered(fleetLimitMb = '100'): Promise<string> {
  const [card] = await world.stock(1);
  const fleet = await world.api<{ id: string }>('POST', '/api/v1/fleets', {
    networkAccessProfile: `nap_${toHex(world.profile.id)}`,
    dataLimitMb: fleetLimitMb,
  });
  const path = `/api/v1/sims/sim_${toHex(card!.id)}`;
  await world.api('POST', `${path}/registration`, {});
  expect((await world.api('PATCH', path, { fleet: fleet.body.id })).status).toBe(200);
  return path;
}
const status = (path: string, to: string) =>
  world.api<{ error?: { code: string } }>('POST', `${path}/status`, { status: to });
const periods = async (path: string) =>
  (await world.api<{ items: Period[] }>('GET', `${path}/periods?limit=200`)).body.items;
const spans = (list: Period[]) => list.map((p) => [p.kind, p.startsAt.slice(0, 10), p.endsAt?.slice(0, 10) ?? null]);

describe('billing periods and the sandbox clock', () => {
  it('charges a month at a time, from the anchor, however far the clock is taken', async () => {
    const path = await registered();
    expect((await status(path, 'active')).status).toBe(200);
    // Three months of the organization's calendar are an hour short of three in UTC, because of summer time.
    await world.advance({ months: 3, hours: 1 });
    const list = await periods(path);
    // Anchored on the 31st: February ends early, March is back on the 31st.
    expect(spans(list)).toEqual([
      ['active', '2026-04-30', '2026-05-31'],
      ['active', '2026-03-31', '2026-04-30'],
      ['active', '2026-02-28', '2026-03-31'],
      ['active', '2026-01-31', '2026-02-28'],
    ]);
    expect(list.flatMap((p) => p.fees.map((fee) => fee.amount))).toEqual(['2.00', '2.00', '2.00', '2.00']);
  });

  it('makes a ready line active after three months without usage, with its first fee', async () => {
    const path = await registered();
    await status(path, 'ready');
    expect(await periods(path)).toMatchObject([{ kind: 'ready', fees: [] }]);
    await world.advance({ months: 3, hours: 1 });
    const [active, ready] = await periods(path);
    expect(active).toMatchObject({
      kind: 'active',
      state: 'open',
      startsAt: ready!.endsAt,
      fees: [{ amount: '2.00' }],
    });
    expect((await world.api<{ lifecycle: string }>('GET', path)).body.lifecycle).toBe('active');
  });

  it('gives a suspended line no successor, and a new period from the instant it returns', async () => {
    const path = await registered();
    await status(path, 'active');
    await status(path, 'suspended');
    await world.advance({ days: 10 });
    await status(path, 'active');
    // Inside the period: the same one, no second fee.
    expect(await periods(path)).toHaveLength(1);
    await status(path, 'suspended');
    await world.advance({ months: 2 });
    expect(await periods(path)).toMatchObject([{ state: 'closed' }]);
    expect((await status(path, 'active')).status).toBe(200);
    const [again, before] = await periods(path);
    expect(again).toMatchObject({ kind: 'active', state: 'open', fees: [{ amount: '2.00' }] });
    expect(Date.parse(again!.startsAt)).toBeGreaterThan(Date.parse(before!.endsAt!));
    expect((await status(path, 'ready')).body.error?.code).toBe('sim.status_not_allowed');
  });

  it('bills calendar months of the account’s zone on a bundle, prorated where the plan says so', async () => {
    const plan = await world.api<{ id: string }>('POST', '/api/v1/plans', {
      name: 'Zone bundle',
      type: 'monthly_bundle',
      fee: '31.00',
      allowanceMb: '310',
      overageSizeMb: '100',
      overagePrice: '0.40',
      prorated: true,
      billingStart: 'assignment',
    });
    expect(plan.status).toBe(201);
    const [card] = await world.stock(1);
    const path = `/api/v1/sims/sim_${toHex(card!.id)}`;
    expect((await world.api('PUT', `${path}/plan`, { plan: plan.body.id })).status).toBe(200);
    const [first] = await periods(path);
    // The month ends at midnight in Berlin, not in Greenwich.
    expect(first!.endsAt).toMatch(/T2[23]:00:00/);
    const month = new Date(Date.parse(first!.endsAt!) - 1);
    const days = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 0)).getUTCDate();
    const left = Math.ceil((Date.parse(first!.endsAt!) - Date.parse(first!.startsAt)) / 86_400_000);
    expect(Number(first!.fees[0]!.amount)).toBeCloseTo((31 * left) / days, 6);
    await world.advance({ months: 1 });
    const [second] = await periods(path);
    expect(second).toMatchObject({ startsAt: first!.endsAt, fees: [{ amount: '31.00' }] });
  });
});
