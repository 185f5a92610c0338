import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { superSim } from '../supersim/sdk.ts';
import { openWorld, type World } from '../world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

/** The documented way: account SID and auth token, with the base URL changed. */
const basic = () => superSim(world.url, world);
/** Client credentials → bearer, as the SDK does it since version 5. */
const bearer = () => superSim(world.url, { clientId: world.accountSid, clientSecret: world.authToken });

describe.each([
  ['Basic', basic],
  ['bearer', bearer],
])('a program written against Super SIM, over %s', (name, connect) => {
  it('registers a SIM, runs it, and checks its data limit the documented way', async () => {
    const v1 = connect();
    const [card] = await world.stock(1);
    const unique = `sdk-${name.toLowerCase()}`;

    const profiles = await v1.networkAccessProfiles.list();
    expect(profiles.map((profile) => profile.uniqueName)).toContain('everywhere');
    const own = await v1.networkAccessProfiles.create({ uniqueName: `${unique}-profile` });
    expect(own.sid).toMatch(/^HA[0-9a-f]{32}$/);
    const fleet = await v1.fleets.create({ networkAccessProfile: own.sid, uniqueName: unique, dataLimit: 2 });
    expect(fleet).toMatchObject({ dataLimit: 2, dataMetering: 'payg', accountSid: world.accountSid });

    const sim = await v1.sims.create({ iccid: card!.iccid, registrationCode: card!.registrationCode });
    expect(sim).toMatchObject({ iccid: card!.iccid, status: 'new', fleetSid: null });
    expect(await v1.sims(sim.sid).billingPeriods.list()).toEqual([]);

    const ready = await v1
      .sims(sim.sid)
      .update({ uniqueName: `${unique}-sim`, fleet: fleet.uniqueName, status: 'ready' });
    expect(ready).toMatchObject({ status: 'ready', fleetSid: fleet.sid, uniqueName: `${unique}-sim` });
    const [first] = await v1.sims(sim.sid).billingPeriods.list();
    expect(first).toMatchObject({ periodType: 'ready', simSid: sim.sid });

    const device = world.gateway.device({ imsi: card!.imsi, plmn: '310260', rat: 'EUTRAN', apn: 'super' });
    expect(await device.attach()).toBe(true);
    await device.start();
    // All in one second: what was used in the ready period must not slip into the window of the active one.
    await device.update(90_000n, 10_000n);
    await device.update(300_000n, 100_000n);
    await device.update(400_000n, 700_000n);

    const active = await v1.sims(`${unique}-sim`).fetch();
    expect(active.status).toBe('active');
    const [period] = await v1.sims(sim.sid).billingPeriods.list();
    expect(period).toMatchObject({ periodType: 'active' });
    // The documented check: data_total of the usage records between the period's ends, divided by the fleet's data limit.
    const records = await v1.usageRecords.list({
      sim: sim.sid,
      startTime: period!.startTime,
      endTime: period!.endTime,
    });
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      simSid: sim.sid,
      dataUpload: 310_000,
      dataDownload: 690_000,
      dataTotal: 1_000_000,
    });
    expect(records[0]!.dataTotal / (fleet.dataLimit * 1_000_000)).toBe(0.5);
    expect(String(records[0]!.dataTotalBilled)).toBe('0.10');

    // Over the limit: blocked by the network, while the status stays active.
    await device.update(900_000n, 1_300_000n);
    await world.until('the Disconnect-Request', async () =>
      world.gateway.disconnects.some((d) => d.acctSessionId === device.acctSessionId),
    );
    expect(await device.attach()).toBe(false);
    expect((await v1.sims(sim.sid).fetch()).status).toBe('active');
    // A higher limit lifts the block without waiting for the next period.
    await v1.fleets(fleet.sid).update({ dataLimit: 10 });
    await world.until('the lifted block', async () => (await device.attach()) === true);

    const paused = await v1.sims(sim.sid).update({ status: 'inactive' });
    expect(paused.status).toBe('inactive');
    expect(await device.attach()).toBe(false);
    const back = await v1.sims(sim.sid).update({ status: 'active' });
    expect(back.status).toBe('active');
    // Back inside an unexpired active period: the same one, no second fee.
    const [kept] = await v1.sims(sim.sid).billingPeriods.list();
    expect(kept!.sid).toBe(period!.sid);

    await expect(v1.sims(sim.sid).update({ status: 'ready' })).rejects.toMatchObject({ status: 400, code: 83010 });
    await expect(v1.sims('HS00000000000000000000000000000000').fetch()).rejects.toMatchObject({
      status: 404,
      code: 20404,
    });
    await expect(
      v1.sims.create({ iccid: card!.iccid, registrationCode: card!.registrationCode }),
    ).rejects.toMatchObject({ code: 83003 });
    const listed = await v1.sims.list({ fleet: fleet.sid, status: 'active' });
    expect(listed.map((item) => item.sid)).toEqual([sim.sid]);
  });
});

it('walks through pages that are written to meanwhile', async () => {
  const v1 = basic();
  const cards = await world.stock(25);
  for (const card of cards.slice(0, 20))
    await v1.sims.create({ iccid: card.iccid, registrationCode: card.registrationCode });
  const seen: string[] = [];
  await v1.sims.each({ pageSize: 7 }, (sim) => {
    seen.push(sim.sid);
  });
  await world.until('all pages', async () => seen.length >= 20);
  expect(new Set(seen).size).toBe(seen.length);
});
