import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sql } from '../kit/db.ts';
import { openWorld, type TestAccount, type TestSim, type World } from './testing.ts';

let world: World;
let account: TestAccount;
let company: TestAccount;
let stock: TestSim[];
let simulated: TestSim[];

beforeAll(async () => {
  world = await openWorld();
  account = await world.organization('Acme');
  company = await world.company(account, 'Branch');
  stock = await world.stock(account, 'radius', 40);
  simulated = await world.stock(account, 'simulated', 5);
});
afterAll(() => world?.close());
beforeEach(() => world.setNow('2026-03-15T10:30:00.500Z'));

/** The next SIM of the stock, registered into the account. */
async function registered(of: TestAccount = account, from: TestSim[] = stock) {
  const sim = from.shift()!;
  await world.client(of).sims.create({ iccid: sim.iccid, registrationCode: sim.code });
  return sim;
}

let names = 0;
async function newFleet(of: TestAccount = account, dataLimit = 1000) {
  names += 1;
  const profile = await world.client(of).networkAccessProfiles.create({ uniqueName: `profile ${names}` });
  return world.client(of).fleets.create({
    networkAccessProfile: profile.sid,
    uniqueName: `fleet ${names}`,
    dataLimit,
  });
}

const refused = (status: number, code: number) => expect.objectContaining({ status, code });

describe('registration', () => {
  test('a SIM comes into the account by its ICCID and code, as new', async () => {
    const { iccid, code, sid } = stock.shift()!;
    const sim = await world.client(account).sims.create({ iccid, registrationCode: code });
    expect(sim).toMatchObject({ sid, iccid, accountSid: account.sid, status: 'new', fleetSid: null, uniqueName: '' });
    expect(sim.dateCreated).toEqual(new Date('2026-03-15T10:30:00Z'));
    expect(sim.url).toBe(`${world.base()}/v1/Sims/${sid}`);
    expect(sim.links.billing_periods).toBe(`${sim.url}/BillingPeriods`);
  });

  test('83001 names what is missing', async () => {
    const { status, body } = await world.call(account, 'POST', '/v1/Sims', 'Iccid=8988307000000000001');
    expect([status, body.code, body.detail]).toEqual([400, 83001, 'RegistrationCode']);
    expect((await world.call(account, 'POST', '/v1/Sims')).body).toMatchObject({ code: 83001, detail: 'Iccid' });
  });

  test('83002 for a wrong code, an unknown ICCID and another account’s SIM', async () => {
    const sims = world.client(account).sims;
    const [free] = stock;
    const theirs = await registered(company);
    for (const [iccid, registrationCode] of [
      [free!.iccid, 'WRONGWRONG'],
      ['8988307999999999999', free!.code],
      ['no iccid', free!.code],
      [theirs.iccid, theirs.code],
    ] as const) {
      await expect(sims.create({ iccid, registrationCode })).rejects.toEqual(refused(400, 83002));
    }
  });

  test('83003 holds the SID of a SIM that is in the account already', async () => {
    const sim = await registered();
    await expect(
      world.client(account).sims.create({ iccid: sim.iccid, registrationCode: sim.code }),
    ).rejects.toMatchObject({ status: 400, code: 83003, message: expect.stringContaining(sim.sid) });
  });
});

describe('lifecycle', () => {
  test('a fleet and ready in one request, then active, inactive and active again in the same period', async () => {
    const { sid } = await registered();
    const fleet = await newFleet();
    const sim = world.client(account).sims(sid);

    expect(await sim.billingPeriods.list()).toEqual([]);
    expect(await sim.update({ fleet: fleet.uniqueName, status: 'ready' })).toMatchObject({
      status: 'ready',
      fleetSid: fleet.sid,
    });
    const [ready] = await sim.billingPeriods.list();
    expect(ready).toMatchObject({
      accountSid: account.sid,
      simSid: sid,
      periodType: 'ready',
      startTime: new Date('2026-03-15T10:30:00Z'),
      endTime: new Date('2026-06-15T10:30:00Z'),
    });

    world.setNow('2026-03-20T08:00:00Z');
    expect((await sim.update({ status: 'active' })).status).toBe('active');
    const [active, ...others] = await sim.billingPeriods.list();
    expect(others).toEqual([]);
    expect(active).toMatchObject({
      periodType: 'active',
      startTime: new Date('2026-03-20T08:00:00Z'),
      endTime: new Date('2026-04-20T08:00:00Z'),
    });
    expect(active!.sid).toMatch(/^HB[0-9a-f]{32}$/);

    expect((await sim.update({ status: 'inactive' })).status).toBe('inactive');
    world.setNow('2026-03-25T08:00:00Z');
    expect((await sim.update({ status: 'active' })).status).toBe('active');
    expect((await sim.billingPeriods.list())[0]!.sid).toBe(active!.sid);
    // The same status again is no change.
    expect((await sim.update({ status: 'active' })).status).toBe('active');
  });

  test.each([
    ['new', 'inactive'],
    ['new', 'new'],
    ['active', 'ready'],
    ['active', 'scheduled'],
    ['inactive', 'ready'],
    ['inactive', 'new'],
  ])('83010: from %s to %s', async (from, to) => {
    const { sid } = await registered();
    const fleet = await newFleet();
    const sim = world.client(account).sims(sid);
    await sim.update({ fleet: fleet.sid, ...(from !== 'new' && { status: 'active' }) });
    if (from === 'inactive') await sim.update({ status: 'inactive' });
    await expect(sim.update({ status: to as 'active' })).rejects.toEqual(refused(400, 83010));
    expect((await sim.fetch()).status).toBe(from);
  });

  test('83007 without a fleet, and nothing of the request is done', async () => {
    const { sid } = await registered();
    const sim = world.client(account).sims(sid);
    await expect(sim.update({ status: 'active', uniqueName: 'half done' })).rejects.toEqual(refused(400, 83007));
    await expect(sim.update({ status: 'ready', fleet: '' })).rejects.toEqual(refused(400, 83007));
    expect(await sim.fetch()).toMatchObject({ status: 'new', uniqueName: null });
  });

  test('83008: the fleet is left only by an inactive SIM, or in the request that makes it inactive', async () => {
    const { sid } = await registered();
    const fleet = await newFleet();
    const sim = world.client(account).sims(sid);
    await sim.update({ fleet: fleet.sid, status: 'active' });
    await expect(sim.update({ fleet: '' })).rejects.toEqual(refused(400, 83008));
    expect(await sim.update({ fleet: '', status: 'inactive' })).toMatchObject({ status: 'inactive', fleetSid: null });
    await expect(sim.update({ status: 'active' })).rejects.toEqual(refused(400, 83007));
  });

  test('83006 for a fleet that is not in the account', async () => {
    const { sid } = await registered();
    const theirs = await newFleet(company);
    const sim = world.client(account).sims(sid);
    for (const fleet of ['nowhere', theirs.sid, theirs.uniqueName]) {
      await expect(sim.update({ fleet })).rejects.toEqual(refused(404, 83006));
    }
  });

  test('83011: a unique name belongs to one SIM of an account', async () => {
    const [first, second, third] = [await registered(), await registered(), await registered(company)];
    await world.client(account).sims(first.sid).update({ uniqueName: 'Tracker 1' });
    await expect(world.client(account).sims(second.sid).update({ uniqueName: 'Tracker 1' })).rejects.toEqual(
      refused(400, 83011),
    );
    expect((await world.client(company).sims(third.sid).update({ uniqueName: 'Tracker 1' })).uniqueName).toBe(
      'Tracker 1',
    );
    // Names address a SIM, and the SDK does not percent-encode them.
    expect((await world.client(account).sims('Tracker 1').fetch()).sid).toBe(first.sid);
    expect((await world.client(account).sims('Tracker%201').fetch()).sid).toBe(first.sid);
    expect((await world.client(account).sims(first.sid).update({ uniqueName: '' })).uniqueName).toBeNull();
  });
});

describe('a telecom that takes its time', () => {
  test('202 and scheduled until the carrier has done it', async () => {
    const { sid, id } = await registered(account, simulated);
    const fleet = await newFleet();
    const path = `/v1/Sims/${sid}`;
    const other = await newFleet();
    expect((await world.call(account, 'POST', path, `Fleet=${fleet.sid}`)).status).toBe(200);
    const { status, body } = await world.call(account, 'POST', path, 'Status=active');
    expect([status, body.status]).toEqual([202, 'scheduled']);
    expect((await world.client(account).sims(sid).fetch()).status).toBe('scheduled');

    // What waits may not be overtaken; a name may change.
    const errors = await Promise.all([
      world.call(account, 'POST', path, `Fleet=${other.sid}`),
      world.call(account, 'POST', path, 'Status=inactive'),
    ]);
    expect(errors.map((error) => error.body.code)).toEqual([83009, 83010]);
    const renamed = await world.call(account, 'POST', path, 'UniqueName=Waiting');
    expect([renamed.status, renamed.body.status]).toEqual([200, 'scheduled']);
    expect((await world.call(account, 'POST', path, 'Status=active')).status).toBe(202);

    const statuses = async (filter: string) =>
      (await world.call(account, 'GET', `/v1/Sims?Fleet=${fleet.sid}&Status=${filter}`)).body.sims.length;
    expect([await statuses('scheduled'), await statuses('active')]).toEqual([1, 0]);
    await world.query(sql`update carrier_operations set state = 'done', ended_at = now() where line_id = ${id}`);
    expect([await statuses('scheduled'), await statuses('active')]).toEqual([0, 1]);
    expect((await world.call(account, 'POST', path, `Fleet=${other.sid}`)).body.fleet_sid).toBe(other.sid);
  });
});

describe('accounts', () => {
  test('a new SIM goes to a sub-account, leaves its fleet behind, and is gone from here', async () => {
    const { sid } = await registered();
    const [here, there] = [await newFleet(), await newFleet(company)];
    const sim = world.client(account).sims(sid);
    await sim.update({ fleet: here.sid });
    await expect(sim.update({ accountSid: company.sid, fleet: here.sid })).rejects.toEqual(refused(404, 83006));
    const moved = await sim.update({ accountSid: company.sid, fleet: there.uniqueName });
    expect(moved).toMatchObject({ accountSid: company.sid, fleetSid: there.sid, status: 'new' });
    await expect(sim.fetch()).rejects.toEqual(refused(404, 20404));
    await expect(sim.update({ uniqueName: 'x' })).rejects.toEqual(refused(404, 83005));
    expect(await world.client(company).sims(sid).fetch()).toMatchObject({ sid, fleetSid: there.sid });

    const other = await registered();
    await world.client(account).sims(other.sid).update({ fleet: here.sid });
    const bare = await world.client(account).sims(other.sid).update({ accountSid: company.sid });
    expect(bare).toMatchObject({ accountSid: company.sid, fleetSid: null });
  });

  test('not once it was in use, not to a stranger, and not by a sub-account', async () => {
    const [used, fresh, theirs] = [await registered(), await registered(), await registered(company)];
    const stranger = await world.organization('Stranger');
    const fleet = await newFleet();
    await world.client(account).sims(used.sid).update({ fleet: fleet.sid, status: 'ready' });
    const move = (of: TestAccount, sim: TestSim, accountSid: string) =>
      world.client(of).sims(sim.sid).update({ accountSid });
    await expect(move(account, used, company.sid)).rejects.toEqual(refused(400, 20001));
    await expect(move(account, fresh, 'ACME')).rejects.toEqual(refused(400, 20001));
    await expect(move(account, fresh, stranger.sid)).rejects.toEqual(refused(404, 20404));
    await expect(move(company, theirs, account.sid)).rejects.toEqual(refused(404, 20404));
    expect(await move(account, fresh, account.sid)).toMatchObject({ accountSid: account.sid });
  });

  test('each account sees its own SIMs only', async () => {
    const [mine, theirs] = [await registered(), await registered(company)];
    const stranger = await world.organization('Other');
    await expect(world.client(account).sims(theirs.sid).fetch()).rejects.toEqual(refused(404, 20404));
    await expect(world.client(company).sims(mine.sid).fetch()).rejects.toEqual(refused(404, 20404));
    await expect(world.client(stranger).sims(mine.sid).fetch()).rejects.toEqual(refused(404, 20404));
    expect(await world.client(stranger).sims.list()).toEqual([]);
    const sids = (await world.client(company).sims.list()).map((sim) => sim.sid);
    expect(sids).toContain(theirs.sid);
    expect(sids).not.toContain(mine.sid);
    // Stock is in no account.
    await expect(world.client(account).sims(stock[0]!.sid).fetch()).rejects.toEqual(refused(404, 20404));
  });
});

describe('lists', () => {
  test('newest first, filtered, and page by page with the filter kept', async () => {
    const fleet = await newFleet();
    const sims = [await registered(), await registered(), await registered(), await registered(), await registered()];
    for (const sim of sims) await world.client(account).sims(sim.sid).update({ fleet: fleet.sid });
    // As they came into stock, in the order of that request.
    const newest = sims.map((sim) => sim.sid).reverse();
    await world.client(account).sims(newest[4]!).update({ status: 'ready' });

    const list = world.client(account).sims;
    expect((await list.list({ fleet: fleet.uniqueName, pageSize: 2 })).map((sim) => sim.sid)).toEqual(newest);
    expect((await list.list({ fleet: fleet.sid, status: 'new' })).map((sim) => sim.sid)).toEqual(newest.slice(0, 4));
    expect((await list.list({ fleet: fleet.sid, status: 'ready' })).map((sim) => sim.sid)).toEqual([newest[4]]);
    expect((await list.list({ iccid: sims[2]!.iccid })).map((sim) => sim.sid)).toEqual([sims[2]!.sid]);
    expect(await list.list({ iccid: '1' })).toEqual([]);
    expect(await list.list({ fleet: 'nowhere' })).toEqual([]);
    expect(await list.list({ limit: 3000 })).not.toEqual([]);

    const second = await (await list.page({ fleet: fleet.sid, pageSize: 2 })).nextPage();
    expect(second!.instances.map((sim) => sim.sid)).toEqual(newest.slice(2, 4));
    expect((await second!.previousPage())!.instances.map((sim) => sim.sid)).toEqual(newest.slice(0, 2));
    await expect(list.list({ status: 'gone' as 'new' })).rejects.toEqual(refused(400, 20001));
  });
});
