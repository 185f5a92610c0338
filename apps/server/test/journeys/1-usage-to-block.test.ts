import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/kit/ids.ts';
import { openWorld, type World } from '../world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

const mb = 1_000_000n;
type Sim = {
  id: string;
  status: string;
  lifecycle: string;
  blocks: { reason: string }[];
  period: { kind: string; usedBytes: string } | null;
};
type Period = {
  kind: string;
  state: string;
  startsAt: string;
  endsAt: string;
  usedBytes: string;
  charge: string;
  fees: { kind: string; amount: string }[];
};

describe('radius → ready → active → limit → block → disconnect → rollover → unblocked', () => {
  it('is one story', async () => {
    const [stock] = await world.stock(1);
    const fleet = await world.api<{ id: string }>('POST', '/api/v1/fleets', {
      uniqueName: 'story',
      networkAccessProfile: `nap_${toHex(world.profile.id)}`,
      dataLimitMb: '5',
    });
    expect(fleet.status).toBe(201);
    const registered = await world.api<Sim>('POST', '/api/v1/sims/registrations', {
      iccid: stock!.iccid,
      registrationCode: stock!.registrationCode,
    });
    expect(registered.status).toBe(201);
    const id = registered.body.id;
    const path = `/api/v1/sims/${id}`;
    const sim = async () => (await world.api<Sim>('GET', path)).body;
    const periods = async () => (await world.api<{ items: Period[] }>('GET', `${path}/periods`)).body.items;
    const device = world.gateway.device({
      imsi: stock!.imsi,
      plmn: '26201',
      rat: 'EUTRAN',
      apn: 'internet',
      framedIp: '10.0.0.9',
    });

    // Registered, but new: the network may not carry it.
    expect(await device.attach()).toBe(false);

    await world.api('PATCH', path, { fleet: fleet.body.id });
    expect((await world.api('POST', `${path}/status`, { status: 'ready' })).status).toBe(200);
    expect(await sim()).toMatchObject({ status: 'Activation Ready', lifecycle: 'ready' });
    expect(await periods()).toMatchObject([{ kind: 'ready', state: 'open', usedBytes: '0', fees: [] }]);

    // Ready: it attaches, and 100 kB are recorded and free.
    expect(await device.attach()).toBe(true);
    expect(await device.start()).toBe(true);
    expect(await device.update(60_000n, 40_000n)).toBe(true);
    expect(await sim()).toMatchObject({ lifecycle: 'ready', period: { kind: 'ready', usedBytes: '100000' } });

    // The record that crosses 250,000 bytes makes it active, and belongs to the active period whole.
    expect(await device.update(160_000n, 240_000n)).toBe(true);
    expect(await sim()).toMatchObject({ status: 'Active', lifecycle: 'active' });
    const [active, ready] = await periods();
    expect(ready).toMatchObject({ kind: 'ready', state: 'closed', usedBytes: '100000', charge: '0.00' });
    expect(active).toMatchObject({
      kind: 'active',
      state: 'open',
      usedBytes: '300000',
      charge: '0.03',
      startsAt: ready!.endsAt,
    });
    expect(active!.fees).toMatchObject([{ kind: 'recurring', amount: '2.00' }]);

    // At the data limit of 5 MB: block, Disconnect-Request, no way back in.
    expect(await device.update(2n * mb, 3n * mb + 100_000n)).toBe(true);
    const blocked = await sim();
    expect(blocked).toMatchObject({ status: 'Active', lifecycle: 'active' });
    expect(blocked.blocks).toMatchObject([{ reason: 'data_limit' }]);
    await world.until('the Disconnect-Request', async () =>
      world.gateway.disconnects.some((d) => d.acctSessionId === device.acctSessionId),
    );
    expect(await device.stop(2n * mb, 3n * mb + 200_000n, { terminateCause: 6 })).toBe(true);
    expect(await device.attach()).toBe(false);

    // What flowed past the limit is charged: 5,200,000 bytes less the 100,000 of the ready period.
    const charged = (await periods())[0]!;
    expect(charged).toMatchObject({ usedBytes: '5100000', charge: '0.51' });
    const events = await world.until('events', async () => {
      const { body } = await world.api<{ items: { name: string }[] }>('GET', '/api/v1/events?limit=200');
      const names = body.items.map((event) => event.name);
      return names.includes('sim.blocked') && names;
    });
    for (const name of ['sim.registered', 'period.opened', 'fee.charged', 'session.started', 'sim.blocked']) {
      expect(events).toContain(name);
    }

    // The period rolls over: counter zero, block lifted, the next fee; the device may attach again.
    await world.advance({ months: 1, hours: 1 });
    const rolled = (await periods())[0]!;
    expect(rolled).toMatchObject({
      kind: 'active',
      state: 'open',
      usedBytes: '0',
      charge: '0.00',
      startsAt: charged.endsAt,
    });
    expect(rolled.fees).toMatchObject([{ kind: 'recurring', amount: '2.00' }]);
    expect((await sim()).blocks).toEqual([]);
    expect(await device.attach()).toBe(true);
  });

  it('keeps what it cannot charge, says why, and charges it when it can', async () => {
    const [known] = await world.stock(1);
    const stranger = world.gateway.device({ imsi: '001019999999999', plmn: '26201' });
    expect(await stranger.update(10n, 20n)).toBe(true);
    const unregistered = world.gateway.device({ imsi: known!.imsi, plmn: '26201' });
    expect(await unregistered.update(1000n, 500n)).toBe(true);
    expect(await unregistered.update(2n ** 63n, 0n)).toBe(true);
    const old = world.gateway.device({ imsi: known!.imsi });
    expect(await old.update(7n, 0n, { eventTime: new Date('2001-01-01T00:00:00Z') })).toBe(true);
    const early = world.gateway.device({ imsi: known!.imsi });
    expect(await early.update(9n, 0n, { eventTime: new Date(Date.now() + 86_400_000) })).toBe(true);
    const unrated = async () =>
      (
        await world.api<{ items: { id: string; reason: string; bytesUp: string; state: string }[] }>(
          'GET',
          '/api/v1/unrated',
        )
      ).body.items;
    expect((await unrated()).map((row) => [row.reason, row.bytesUp])).toEqual([
      ['time_in_future', '9'],
      ['time_in_past', '7'],
      ['impossible_counter', expect.any(String)],
      ['not_registered', '1000'],
      ['unknown_sim', '10'],
    ]);

    // Placed by hand: registered and active as of now, the 1,500 bytes are asked for again; they lie before the activation.
    const { iccid, registrationCode } = known!;
    const { body } = await world.api<{ id: string }>('POST', '/api/v1/sims/registrations', { iccid, registrationCode });
    const again = await world.api('POST', '/api/v1/unrated/replay', { reason: 'not_registered' });
    expect(again.status).toBe(202);
    await world.until('the replay', async () => (await unrated()).some((row) => row.reason === 'not_activated'));
    expect(body.id).toMatch(/^sim_/);
  });
});
