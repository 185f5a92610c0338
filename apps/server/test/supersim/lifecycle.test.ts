import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as carriers from '../../src/carriers/index.ts';
import { openWorld, type World } from '../world.ts';
import { type SuperSim, superSim } from './sdk.ts';

/** The life of a SIM and its billing periods (supersim.md 3), by the SDK, with real packets and the sandbox clock. */
let world: World;
let v1: SuperSim;
let fleet: string;

beforeAll(async () => {
  world = await openWorld({ now: new Date('2026-03-15T09:00:00Z') });
  await carriers.updateTelecom(world.ctx(), world.telecom.id, { messages: 'loopback' });
  v1 = superSim(world.url, world);
  const profile = await v1.networkAccessProfiles.create();
  fleet = (await v1.fleets.create({ networkAccessProfile: profile.sid })).sid;
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

async function newSim() {
  const [{ iccid, registrationCode, imsi }] = (await world.stock(1)) as [Awaited<ReturnType<World['stock']>>[number]];
  const { sid } = await v1.sims.create({ iccid, registrationCode });
  const sim = v1.sims(sid);
  await sim.update({ fleet });
  return {
    sid,
    imsi,
    update: sim.update.bind(sim) as typeof sim.update,
    status: async () => (await sim.fetch()).status,
    /** The current or most recent period: there is never more than one in the list. */
    period: async () => {
      const [period, ...others] = await sim.billingPeriods.list();
      expect(others).toEqual([]);
      return period;
    },
    /** Kind and fees of every period, the newest first, from our own API. */
    history: async () => {
      type Period = { kind: string; startsAt: string; endsAt: string; fees: { amount: string }[] };
      const path = `/api/v1/sims/sim_${sid.slice(2)}/periods?limit=200`;
      const { body } = await world.api<{ items: Period[] }>('GET', path);
      return body.items.map(({ kind, fees }) => [kind, ...fees.map((fee) => fee.amount)].join(' '));
    },
  };
}

const months = (from: Date, count: number) => {
  const to = new Date(from);
  to.setUTCMonth(to.getUTCMonth() + count);
  return to;
};

it('new has no billing period, and no fee ever', async () => {
  const sim = await newSim();
  await world.advance({ months: 4 });
  expect([await sim.status(), await sim.period(), await sim.history()]).toEqual(['new', undefined, []]);
});

it('ready opens a ready period of three months, without a fee', async () => {
  const sim = await newSim();
  await sim.update({ status: 'ready' });
  const period = (await sim.period())!;
  expect(period).toMatchObject({ periodType: 'ready', simSid: sim.sid, accountSid: world.accountSid });
  const days = (period.endTime.getTime() - period.startTime.getTime()) / 86_400_000;
  expect(days).toBeGreaterThanOrEqual(89);
  expect(days).toBeLessThanOrEqual(92);
  expect(await sim.history()).toEqual(['ready']);
});

describe('ready becomes active, with one fee,', () => {
  it('at 250,000 bytes, by the packet that crosses them, and not a byte before', async () => {
    const sim = await newSim();
    await sim.update({ status: 'ready' });
    const ready = (await sim.period())!;
    const device = world.gateway.device({ imsi: sim.imsi, plmn: '310260', rat: 'EUTRAN', apn: 'super' });
    expect(await device.attach()).toBe(true);
    await device.start();
    await device.update(100_000n, 149_999n);
    expect([await sim.status(), (await sim.period())!.sid]).toEqual(['ready', ready.sid]);
    await device.update(100_000n, 150_000n);
    expect([await sim.status(), (await sim.period())!.periodType]).toEqual(['active', 'active']);
    await device.update(400_000n, 900_000n);
    expect(await sim.history()).toEqual(['active 2.00', 'ready']);
  });

  it('at the fifth SMS Command, and not at the fourth', async () => {
    const sim = await newSim();
    await sim.update({ status: 'ready' });
    const send = async (count: number) => {
      for (let i = 0; i < count; i++) await v1.smsCommands.create({ sim: sim.sid, payload: `text ${i}` });
      await world.until(
        'all sent',
        async () => (await v1.smsCommands.list({ sim: sim.sid, status: 'queued' })).length === 0,
      );
    };
    await send(4);
    expect(await sim.status()).toBe('ready');
    await send(2);
    expect([await sim.status(), await sim.history()]).toEqual(['active', ['active 2.00', 'ready']]);
  });

  it('when its three months are over, from that instant', async () => {
    const sim = await newSim();
    await sim.update({ status: 'ready' });
    const ready = (await sim.period())!;
    await world.advance({ months: 3, hours: 1 });
    const active = (await sim.period())!;
    expect([await sim.status(), active.periodType, active.startTime]).toEqual(['active', 'active', ready.endTime]);
    expect(active.endTime).toEqual(months(active.startTime, 1));
    expect(await sim.history()).toEqual(['active 2.00', 'ready']);
  });

  it('when it is asked to, which cuts the ready period', async () => {
    const sim = await newSim();
    await sim.update({ status: 'ready' });
    await world.advance({ days: 10 });
    await sim.update({ status: 'active' });
    const { periodType, startTime } = (await sim.period())!;
    expect([periodType, await sim.history()]).toEqual(['active', ['active 2.00', 'ready']]);
    const [, ready] = (
      await world.api<{ items: { endsAt: string }[] }>('GET', `/api/v1/sims/sim_${sim.sid.slice(2)}/periods`)
    ).body.items;
    expect(new Date(Math.floor(Date.parse(ready!.endsAt) / 1000) * 1000)).toEqual(startTime);
  });
});

it('a ready SIM that is made inactive loses its ready period then, and pays when it becomes active', async () => {
  const sim = await newSim();
  await sim.update({ status: 'ready' });
  const ready = (await sim.period())!;
  await world.advance({ days: 5 });
  await sim.update({ status: 'inactive' });
  const cut = (await sim.period())!;
  expect([cut.sid, cut.periodType, cut.endTime < ready.endTime]).toEqual([ready.sid, 'ready', true]);
  await world.advance({ months: 4 });
  expect([(await sim.period())!.sid, await sim.history()]).toEqual([ready.sid, ['ready']]);
  await sim.update({ status: 'active' });
  expect(await sim.history()).toEqual(['active 2.00', 'ready']);
});

describe('an active SIM', () => {
  it('made inactive before its period expires gets no other', async () => {
    const sim = await newSim();
    await sim.update({ status: 'active' });
    const only = (await sim.period())!;
    await sim.update({ status: 'inactive' });
    expect((await sim.period())!.sid).toBe(only.sid);
    await world.advance({ months: 2 });
    expect((await sim.period())!).toMatchObject({ sid: only.sid, endTime: only.endTime });
    expect(await sim.history()).toEqual(['active 2.00']);
  });

  it('made inactive and active again inside its period keeps it, without a second fee', async () => {
    const sim = await newSim();
    await sim.update({ status: 'active' });
    const only = (await sim.period())!;
    await sim.update({ status: 'inactive' });
    await world.advance({ days: 20 });
    await sim.update({ status: 'active' });
    expect((await sim.period())!).toMatchObject({ sid: only.sid, startTime: only.startTime, endTime: only.endTime });
    expect(await sim.history()).toEqual(['active 2.00']);
    // Active at its end it has a next one, on the anchor.
    await world.advance({ days: 15 });
    expect((await sim.period())!.startTime).toEqual(only.endTime);
    expect(await sim.history()).toEqual(['active 2.00', 'active 2.00']);
  });

  it('made active again after its period gets a new one from that instant, with its fee', async () => {
    const sim = await newSim();
    await sim.update({ status: 'active' });
    const first = (await sim.period())!;
    await sim.update({ status: 'inactive' });
    await world.advance({ months: 2 });
    const before = world.ctx().now;
    await sim.update({ status: 'active' });
    const next = (await sim.period())!;
    expect(next.sid).not.toBe(first.sid);
    expect(Math.abs(next.startTime.getTime() - before.getTime())).toBeLessThan(10_000);
    expect(next.endTime).toEqual(months(next.startTime, 1));
    expect(await sim.history()).toEqual(['active 2.00', 'active 2.00']);
  });

  it('shows only the current period here, however many there were, and all of them in our own API', async () => {
    const sim = await newSim();
    await sim.update({ status: 'active' });
    await world.advance({ months: 3, hours: 1 });
    const { startTime, endTime } = (await sim.period())!;
    expect(startTime <= world.ctx().now && world.ctx().now < endTime).toBe(true);
    expect(await sim.history()).toEqual(Array(4).fill('active 2.00'));
  });

  it('has a history that is read page by page, newest first, within bounds', async () => {
    const sim = await newSim();
    await sim.update({ status: 'ready' });
    await sim.update({ status: 'active' });
    await world.advance({ months: 5 });
    const path = `/api/v1/sims/sim_${sim.sid.slice(2)}/periods`;
    type Page = { items: { id: string; startsAt: string; endsAt: string }[]; nextCursor: string | null };
    const read = async (query: string) => (await world.api<Page>('GET', `${path}?${query}`)).body;
    const whole = await read('limit=200');
    const walked: Page['items'] = [];
    let page = await read('limit=2');
    for (walked.push(...page.items); page.nextCursor; walked.push(...page.items)) {
      page = await read(`limit=2&cursor=${page.nextCursor}`);
    }
    expect(walked).toEqual(whole.items);
    expect(walked.length).toBeGreaterThan(5);
    // Without a gap or an overlap: each ends where the one after it begins.
    for (const [i, { startsAt }] of walked.slice(0, -1).entries()) expect(walked[i + 1]!.endsAt).toBe(startsAt);
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'cursor=made-up', 'page=2']) {
      expect([query, (await world.api('GET', `${path}?${query}`)).status]).toEqual([query, 400]);
    }
  });
});
