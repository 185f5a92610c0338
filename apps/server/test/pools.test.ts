import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { publicId } from '../src/kit/ids.ts';
import { openWorld, type World } from './world.ts';

/** Pools through the outermost doors: packets of ten devices, the API, the sandbox clock. */
let world: World;
beforeAll(async () => {
  world = await openWorld({ now: new Date('2026-03-16T12:00:00Z'), timeZone: 'UTC' });
  world.stand(new Date('2026-03-16T12:00:00Z'));
});
afterEach(async () => expect(await world.drift()).toEqual([]));
afterAll(() => world.close());

const mb = 1_000_000n;
const url = '/api/v1/pools';
let serial = 0;

type Month = {
  startsAt: string;
  state: string;
  allowanceBytes: string;
  usedBytes: string;
  leftBytes: string;
  overageBlocks: string;
  limitReached: boolean;
  contributions: number;
  fees: string;
  activationFees: string;
  charge: string;
  total: string;
  termsVersion: number;
};
type Forecast = { bytesPerDay: string; exhaustedAt: string | null; usedAtEndBytes: string; chargeAtEnd: string };
type Pool = { id: string; members: number; month: Month; forecast: Forecast | null };
type Results = { results: { outcome: string; code: string | null }[] };
type Sim = {
  lifecycle: string;
  blocks: { reason: string }[];
  pool: { id: string; leftBytes: string; daysLeft: number } | null;
};

async function make<T>(path: string, body: unknown): Promise<T> {
  const made = await world.api<T>('POST', path, body);
  expect([made.status, made.body]).toEqual([201, made.body]);
  return made.body;
}

/** A pool of ten members, each with a device. */
async function poolOfTen(
  type: 'static' | 'dynamic',
  over: Record<string, unknown> = {},
  planOver: Record<string, unknown> = {},
) {
  serial += 1;
  const form =
    type === 'static'
      ? { allowanceMb: '10', fee: '50.00', overageSizeMb: '1', overagePrice: '6.00' }
      : { overageSizeMb: '1', overagePrice: '6.00' };
  const pool = await make<Pool>(url, { name: `Pool ${serial}`, type, ...form, ...over });
  const ofMember =
    type === 'static'
      ? { type: 'static_pool', activationFee: '1.00' }
      : { type: 'dynamic_pool', allowanceMb: '1', fee: '3.10', activationFee: '1.00', billingStart: 'assignment' };
  const plan = await make<{ id: string }>('/api/v1/plans', { name: `Member ${serial}`, ...ofMember, ...planOver });
  const cards = await world.stock(10);
  const members = cards.map((card, i) => ({
    ...card,
    sim: publicId('sim', card.id),
    used: 0n,
    device: world.gateway.device({
      imsi: card.imsi,
      plmn: '26201',
      rat: 'EUTRAN',
      apn: 'pool',
      framedIp: `10.1.${serial}.${i}`,
    }),
  }));
  const one = `${url}/${pool.id}`;
  return {
    id: pool.id,
    plan: plan.id,
    members,
    read: async () => (await world.api<Pool>('GET', one)).body,
    month: async () => (await world.api<Pool>('GET', one)).body.month,
    months: async () => (await world.api<{ items: Month[] }>('GET', `${one}/months`)).body.items,
    change: (body: unknown) => world.api<Pool>('PATCH', one, body),
    join: async (sims = members.map((m) => m.sim)) => {
      const { body } = await world.api<Results>('POST', `${one}/members`, { plan: plan.id, sims });
      expect(body.results.map((r) => r.code)).toEqual(sims.map(() => null));
    },
    leave: async (...sims: string[]) => {
      const { body } = await world.api<Results>('POST', `${one}/members/removals`, { sims });
      expect(body.results.map((r) => r.code)).toEqual(sims.map(() => null));
    },
    /** So much more of a member's session. */
    use: async (i: number, bytes: bigint) => {
      const member = members[i]!;
      member.used += bytes;
      expect(await member.device.update(0n, member.used)).toBe(true);
    },
    blocked: async () =>
      (await world.api<{ items: unknown[] }>('GET', `/api/v1/sims?pool=${pool.id}&blocked=true`)).body.items.length,
  };
}

describe('a static pool', () => {
  it('is charged as one: one fee, one balance, blocks over the sum, whoever used it in whatever order', async () => {
    const pool = await poolOfTen('static');
    expect(await pool.month()).toMatchObject({ fees: '50.00', total: '50.00', allowanceBytes: '10000000' });
    await pool.join();
    await Promise.all(pool.members.map((m) => m.device.start()));
    // 15.3 MB of 10: six started blocks of 1 MB.
    await Promise.all(pool.members.map((_, i) => pool.use(i, 1_500_000n)));
    for (const i of [7, 3, 3]) await pool.use(i, 100_000n);
    expect(await pool.month()).toMatchObject({
      ...{ usedBytes: '15300000', leftBytes: '0', overageBlocks: '6', charge: '36.00' },
      ...{ fees: '50.00', activationFees: '10.00', total: '96.00', contributions: 0 },
    });
    const list = await world.api<{ items: { usedBytes: string; share: string; sim: { id: string } }[] }>(
      'GET',
      `${url}/${pool.id}/members?limit=3`,
    );
    expect(list.body.items.slice(0, 2)).toMatchObject([
      { usedBytes: '1700000', share: '11.1', sim: { id: pool.members[3]!.sim } },
      { usedBytes: '1600000', share: '10.4', sim: { id: pool.members[7]!.sim } },
    ]);
    // A member pays nothing for its data by itself.
    const sim = await world.api<Sim & { period: { charge: string; usedBytes: string; fees: unknown[] } }>(
      'GET',
      `/api/v1/sims/${pool.members[3]!.sim}`,
    );
    expect(sim.body).toMatchObject({
      period: { charge: '0.00', usedBytes: '1700000' },
      pool: { id: pool.id, leftBytes: '0', daysLeft: 16 },
    });
  });

  it('has its changed terms with the next month, at the full fee again', async () => {
    const pool = await poolOfTen('static');
    await make(`${url}/${pool.id}/terms`, { allowanceMb: '20', fee: '80.00' });
    expect(await pool.month()).toMatchObject({ termsVersion: 1, allowanceBytes: '10000000', fees: '50.00' });
    await world.advance({ days: 16 });
    expect(await pool.months()).toMatchObject([
      {
        state: 'open',
        termsVersion: 2,
        allowanceBytes: '20000000',
        fees: '80.00',
        startsAt: '2026-04-01T00:00:00.000Z',
      },
      { state: 'closed', termsVersion: 1, fees: '50.00', total: '50.00' },
    ]);
    await world.api('DELETE', `${url}/${pool.id}`);
    await world.advance({ months: 1 });
    expect((await pool.months()).map((month) => month.state)).toEqual(['closed', 'closed']);
  });
});

describe('a dynamic pool', () => {
  it('holds what its members bring, prorated by the day, each once a month, and keeps it when they leave', async () => {
    // 1 May, noon: 31 days of 31 are left; take the clock to the 16th, so that 16 of 31 are.
    await world.advance({ days: 15 });
    const pool = await poolOfTen('dynamic', {}, { prorated: true });
    const days = await world.api<Pool>('GET', `${url}/${pool.id}`).then(({ body }) => body);
    expect(days).toMatchObject({ month: { allowanceBytes: '0', fees: '0.00', total: '0.00' }, forecast: null });
    await pool.join();
    const month = await pool.month();
    const part = partOf(month.startsAt);
    const share = (mb * BigInt(part.days)) / BigInt(part.whole);
    const fee = fees(10, part);
    expect(month).toMatchObject({
      ...{ allowanceBytes: String(10n * share), contributions: 10 },
      ...{ fees: fee, activationFees: '10.00' },
    });
    // Left and back within the month: contributed once, the activation fee at each joining.
    await pool.leave(pool.members[0]!.sim);
    expect(await pool.month()).toMatchObject({ contributions: 10, fees: fee, allowanceBytes: String(10n * share) });
    await pool.join([pool.members[0]!.sim]);
    expect(await pool.month()).toMatchObject({ contributions: 10, fees: fee, activationFees: '11.00' });
    // A leaver keeps contributing until the month ends; a suspended member beyond it.
    await pool.leave(pool.members[1]!.sim);
    await world.api('POST', `/api/v1/sims/${pool.members[2]!.sim}/suspension`, {});
    expect(await pool.month()).toMatchObject({ contributions: 10, fees: fee });
    await world.advance({ months: 1 });
    const [next, last] = await pool.months();
    expect(last).toMatchObject({ contributions: 10, fees: fee, state: 'closed' });
    expect(next).toMatchObject({
      contributions: 9,
      fees: '27.90',
      allowanceBytes: String(9n * mb),
      activationFees: '0.00',
    });
  });

  it('charges overage over the sum of what all brought', async () => {
    const pool = await poolOfTen('dynamic');
    await pool.join();
    await Promise.all(pool.members.map((m) => m.device.start()));
    // One member uses what all ten brought, and a byte more.
    await pool.use(0, 10n * mb);
    expect(await pool.month()).toMatchObject({ leftBytes: '0', charge: '0.00', usedBytes: '10000000' });
    await pool.use(9, 1n);
    expect(await pool.month()).toMatchObject({ overageBlocks: '1', charge: '6.00', fees: '31.00', total: '47.00' });
    // What the leaver used stays used.
    await pool.leave(pool.members[0]!.sim);
    expect(await pool.month()).toMatchObject({ usedBytes: '10000001', charge: '6.00', allowanceBytes: '10000000' });
    const past = await world.api<{ items: { usedBytes: string }[] }>('GET', `${url}/${pool.id}/members?past=true`);
    expect(past.body.items).toMatchObject([{ usedBytes: '10000000' }]);
  });

  it('gets what a member brings when it becomes active, if its plan starts with the first usage', async () => {
    const pool = await poolOfTen('dynamic', {}, { billingStart: 'first_usage' });
    await pool.join();
    expect(await pool.month()).toMatchObject({ contributions: 0, allowanceBytes: '0', activationFees: '10.00' });
    await pool.members[4]!.device.start();
    await pool.use(4, 600_000n);
    expect(await pool.month()).toMatchObject({
      contributions: 1,
      allowanceBytes: '1000000',
      usedBytes: '600000',
      charge: '0.00',
    });
  });
});

describe('the limit of a pool', () => {
  it('stops every member, and none is released while another limit holds it', async () => {
    const pool = await poolOfTen('static', { dataLimitBytes: String(3n * mb) });
    await pool.join();
    for (const m of pool.members) {
      expect(await m.device.attach()).toBe(true);
      await m.device.start();
      await m.device.update(0n, 1n);
      m.used = 1n;
    }
    // The tenth comes to a limit of its own first.
    const own = `/api/v1/sims/${pool.members[9]!.sim}`;
    await world.api('PATCH', own, { dataLimitBytes: '500000' });
    await pool.use(9, 600_000n);
    expect(await pool.blocked()).toBe(1);
    await Promise.all([0, 1, 2, 3, 4].map((i) => pool.use(i, 500_000n)));
    await world.until('all ten blocked', async () => (await pool.blocked()) === 10);
    expect(await pool.month()).toMatchObject({ limitReached: true });
    expect(await pool.members[7]!.device.attach()).toBe(false);
    const limit = await world.api('GET', `/api/v1/sims/${pool.members[7]!.sim}/data-limit`);
    expect(limit.body).toMatchObject({ limitFrom: 'pool', limitBytes: '3000000', usedBytes: '3100010', reached: true });

    // Raised: all but the one that its own limit holds.
    await pool.change({ dataLimitBytes: String(5n * mb) });
    await world.until('nine released', async () => (await pool.blocked()) === 1);
    expect((await world.api<Sim>('GET', own)).body.blocks).toHaveLength(1);
    await world.api('PATCH', own, { dataLimitBytes: null });
    await world.until('all released', async () => (await pool.blocked()) === 0);
    expect(await pool.members[7]!.device.attach()).toBe(true);

    // Reached again: raising a member's own limit releases nobody. Removed: nobody is held.
    await pool.use(0, 2n * mb);
    await world.until('all ten blocked again', async () => (await pool.blocked()) === 10);
    await world.api('PATCH', own, { dataLimitBytes: String(900n * mb) });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await pool.blocked()).toBe(10);
    await pool.change({ dataLimitBytes: null });
    await world.until('all released without a limit', async () => (await pool.blocked()) === 0);

    // And once more, until the month ends.
    await pool.change({ dataLimitBytes: String(4n * mb) });
    await world.until('all ten blocked by a lower limit', async () => (await pool.blocked()) === 10);
    await world.advance({ months: 1 });
    await world.until('all released by the new month', async () => (await pool.blocked()) === 0);
    expect(await pool.month()).toMatchObject({ usedBytes: '0', limitReached: false });
  });

  it('stops who joins when it is reached already', async () => {
    const pool = await poolOfTen('dynamic', { dataLimitBytes: '1000' });
    await pool.join([pool.members[0]!.sim]);
    await pool.members[0]!.device.start();
    await pool.use(0, 2000n);
    expect(await pool.blocked()).toBe(1);
    await pool.join([pool.members[1]!.sim]);
    await world.until('the newcomer blocked', async () => (await pool.blocked()) === 2);
  });
});

describe('the forecast of a pool', () => {
  it('follows the pace of the last seven days, in one sentence and in the burn-down', async () => {
    // On the first of a month.
    await world.advance({ months: 1 });
    const { body } = await world.api<{ now: string }>('POST', '/api/v1/sandbox/clock', { advance: { hours: 1 } });
    const now = new Date(body.now);
    const left = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1, 1)).getTime() - now.getTime();
    await world.advance({ hours: Math.round(left / 3_600_000) });
    const pool = await poolOfTen('static', { allowanceMb: '30' });
    await pool.join();
    await Promise.all(pool.members.map((m) => m.device.start()));
    for (let day = 0; day < 8; day++) {
      for (let i = 0; i < 10; i++) await pool.use(i, day === 5 ? 500_000n : 200_000n);
      await world.advance({ days: 1 });
    }
    // 2 MB a day, 5 on one of them, which counts for the balance and not for the pace: 19 MB used, 11 left, five and a half days.
    const read = await pool.read();
    expect(read).toMatchObject({
      month: { usedBytes: '19000000', leftBytes: '11000000' },
      forecast: { bytesPerDay: '2000000' },
    });
    const began = new Date(read.month.startsAt).getTime();
    const exhausted = new Date(read.forecast!.exhaustedAt!).getTime();
    expect((exhausted - began) / 86_400_000).toBeGreaterThan(13.4);
    expect((exhausted - began) / 86_400_000).toBeLessThan(13.6);
    expect(Number(read.forecast!.chargeAtEnd)).toBeGreaterThan(180);

    type Point = { at: string; usedBytes: string | null; leftBytes: string | null; forecastLeftBytes: string | null };
    const burn = await world.api<{ points: Point[]; startsAt: string; endsAt: string }>(
      'GET',
      `${url}/${pool.id}/burn-down`,
    );
    const { points } = burn.body;
    expect(points[0]).toMatchObject({
      at: burn.body.startsAt,
      usedBytes: '0',
      leftBytes: '30000000',
      forecastLeftBytes: null,
    });
    const past = points.filter((point) => point.usedBytes !== null);
    expect(past.map((point) => point.usedBytes)).toEqual([
      ...['0', '2000000', '4000000', '6000000', '8000000', '10000000', '15000000', '17000000', '19000000'],
      '19000000',
    ]);
    expect(past.at(-1)).toMatchObject({ leftBytes: '11000000', forecastLeftBytes: '11000000' });
    const ahead = points.filter((point) => point.usedBytes === null);
    expect(ahead.at(-1)).toMatchObject({ at: burn.body.endsAt, forecastLeftBytes: '0', leftBytes: null });
    expect(BigInt(ahead[0]!.forecastLeftBytes!)).toBeLessThan(11_000_000n);

    // Nothing used for a week: no forecast. The old month stays to be looked at.
    await world.advance({ days: 8 });
    expect((await pool.read()).forecast).toBeNull();
    await world.advance({ months: 1 });
    const [, old] = (await world.api<{ items: (Month & { id: string })[] }>('GET', `${url}/${pool.id}/months`)).body
      .items;
    const closed = await world.api<{ points: Point[] }>('GET', `${url}/${pool.id}/burn-down?month=${old!.id}`);
    expect(closed.body.points.at(-1)).toMatchObject({ usedBytes: '19000000', forecastLeftBytes: null });
  });
});

/** The days of the month from `at` on, and all of it, in UTC. */
function partOf(at: string): { days: number; whole: number } {
  const from = new Date(at);
  const whole = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 0)).getUTCDate();
  return { days: whole - from.getUTCDate() + 1, whole };
}

/** Ten prorated fees of 3.10, each rounded half to even to a millionth of a cent. */
function fees(members: number, { days, whole }: { days: number; whole: number }): string {
  const micros = 310_000_000n * BigInt(days);
  const one = micros / BigInt(whole) + (2n * (micros % BigInt(whole)) > BigInt(whole) ? 1n : 0n);
  const total = BigInt(members) * one;
  const text = total.toString().padStart(9, '0');
  return `${text.slice(0, -8)}.${text.slice(-8).replace(/0{1,6}$/, '')}`;
}
