import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorld, type World } from '../world.ts';
import { type SuperSim, superSim } from './sdk.ts';

/** How far from the limit: the documented way by the SDK, and ours, side by side, with real packets. */
let world: World;
let v1: SuperSim;

beforeAll(async () => {
  world = await openWorld({ now: new Date('2026-03-15T09:00:00Z') });
  v1 = superSim(world.url, world);
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

/** The documentation's way: the current period, the usage between its ends, divided by the limit of the fleet. */
async function documented(sid: string): Promise<number> {
  const { fleetSid } = await v1.sims(sid).fetch();
  const [period] = await v1.sims(sid).billingPeriods.list();
  const { startTime, endTime } = period!;
  const [record] = await v1.usageRecords.list({ sim: sid, startTime, endTime, limit: 1 });
  const { dataLimit } = await v1.fleets(fleetSid).fetch();
  return (record!.dataTotal / (dataLimit * 1_000_000)) * 100;
}

type DataLimit = {
  percentage: string;
  limitFrom: string;
  resetsAt: string | null;
  reached: boolean;
  blocked: boolean;
  blocks: { reason: string; detail: Record<string, string>; liftedBy: string }[];
};
const ours = async (sid: string) =>
  (await world.api<DataLimit>('GET', `/api/v1/sims/sim_${sid.slice(2)}/data-limit`)).body;

it('agree before the limit, at it, after it was raised, and in the next period', async () => {
  const profile = await v1.networkAccessProfiles.create();
  const fleet = await v1.fleets.create({ networkAccessProfile: profile.sid, dataLimit: 1 });
  const { iccid, registrationCode, imsi } = (await world.stock(1))[0]!;
  const { sid } = await v1.sims.create({ iccid, registrationCode });
  expect(await ours(sid)).toMatchObject({ percentage: null, resetsAt: null, blocked: false, blocks: [] });
  await v1.sims(sid).update({ fleet: fleet.sid, status: 'ready' });

  const device = world.gateway.device({ imsi, plmn: '310260', rat: 'EUTRAN', apn: 'super' });
  expect(await device.attach()).toBe(true);
  await device.start();
  await device.update(50_000n, 100_000n);
  // Free while it is ready: nothing counts.
  expect(await ours(sid)).toMatchObject({ percentage: '0.0', limitFrom: 'fleet', resetsAt: null, reached: false });

  await device.update(200_000n, 350_000n);
  expect([await documented(sid), (await ours(sid)).percentage]).toEqual([40, '40.0']);
  const [period] = await v1.sims(sid).billingPeriods.list();
  expect(Math.floor(Date.parse((await ours(sid)).resetsAt!) / 1000)).toBe(period!.endTime.getTime() / 1000);

  await device.update(400_000n, 800_000n);
  expect([await documented(sid), (await ours(sid)).percentage]).toEqual([105, '105.0']);
  expect(await ours(sid)).toMatchObject({
    ...{ reached: true, blocked: true },
    blocks: [{ reason: 'data_limit', detail: { limitFrom: 'fleet', limitBytes: '1000000' } }],
  });
  expect((await v1.sims(sid).fetch()).status).toBe('active');

  await v1.fleets(fleet.sid).update({ dataLimit: 2 });
  await world.until('the block is lifted', async () => !(await ours(sid)).blocked);
  expect([await documented(sid), (await ours(sid)).percentage]).toEqual([52.5, '52.5']);

  await world.advance({ months: 1, hours: 1 });
  expect(await ours(sid)).toMatchObject({ percentage: '0.0', reached: false, blocked: false });
  expect(await documented(sid)).toBe(0);
});

it('another reason than the limit is told with it', async () => {
  const profile = await v1.networkAccessProfiles.create();
  const fleet = await v1.fleets.create({ networkAccessProfile: profile.sid });
  const { iccid, registrationCode } = (await world.stock(1))[0]!;
  const { sid } = await v1.sims.create({ iccid, registrationCode });
  await v1.sims(sid).update({ fleet: fleet.sid, status: 'active' });
  const blocked = await world.api('POST', `/api/v1/sims/sim_${sid.slice(2)}/blocks`, {
    reason: 'manual',
    note: 'stolen',
  });
  expect(blocked.status, JSON.stringify(blocked.body)).toBe(201);
  expect(await ours(sid)).toMatchObject({
    ...{ percentage: '0.0', reached: false, blocked: true },
    blocks: [{ reason: 'manual', liftedBy: expect.stringMatching(/./) }],
  });
});

it('a limit of its own below that of the fleet is the one that holds', async () => {
  const profile = await v1.networkAccessProfiles.create();
  const fleet = await v1.fleets.create({ networkAccessProfile: profile.sid, dataLimit: 100 });
  const { iccid, registrationCode } = (await world.stock(1))[0]!;
  const { sid } = await v1.sims.create({ iccid, registrationCode });
  await v1.sims(sid).update({ fleet: fleet.sid, status: 'active' });
  const path = `/api/v1/sims/sim_${sid.slice(2)}`;
  expect((await world.api('PATCH', path, { dataLimitBytes: '5000000' })).status).toBe(200);
  expect(await ours(sid)).toMatchObject({ limitFrom: 'sim', limitBytes: '5000000' });
});
