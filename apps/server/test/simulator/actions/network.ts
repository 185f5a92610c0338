import * as usage from '../../../src/usage/index.ts';
import { begin, grow, impossible, kept, reset } from '../device.ts';
import { below, bytes, chance, one, shuffled, some } from '../draw.ts';
import { nextRecord, nextUnits, sendAnotherBody, sendRecords } from '../files.ts';
import { steadyLimit } from '../tenant.ts';
import type { Action } from './index.ts';
import { send, traffic } from './send.ts';

const hour = 3_600_000;

/** What networks do: counters that grow, wrap, reset and lie; packets twice, late, in any order, of nobody we know. */
export const network: Action[] = [
  {
    weight: 40,
    name: 'traffic',
    async act(world, tenant) {
      const sims = some(world, tenant, 1 + below(world, 4));
      const packets = sims.flatMap((sim) => traffic(world, sim.device));
      await send(world, tenant, packets);
      return sims.map((sim) => sim.device);
    },
  },
  {
    weight: 8,
    name: 'repeats',
    async act(world, tenant) {
      const sims = some(world, tenant, 3);
      const packets = shuffled(
        world,
        sims.flatMap((sim) => sim.device.sent),
      );
      await send(world, tenant, packets);
      return sims.map((sim) => sim.device);
    },
  },
  {
    weight: 6,
    name: 'out of order',
    async act(world, tenant) {
      const { device } = one(world, tenant.sims);
      const packets = [...traffic(world, device), ...traffic(world, device), ...traffic(world, device)];
      await send(world, tenant, shuffled(world, packets));
      return [device];
    },
  },
  {
    weight: 6,
    name: 'late',
    async act(world, tenant) {
      const { device } = one(world, tenant.sims);
      const at = new Date(world.now().getTime() - below(world, 100 * 24) * hour);
      await send(world, tenant, [kept(device, at, bytes(world), bytes(world))]);
      return [device];
    },
  },
  {
    weight: 1,
    name: 'time ahead',
    async act(world, tenant) {
      const { device } = one(world, tenant.sims);
      await send(world, tenant, [kept(device, new Date(world.now().getTime() + 24 * hour), bytes(world), 0n)]);
      return [device];
    },
  },
  {
    // The record that reaches a limit to the byte is the one that an off-by-one in the crossing loses.
    weight: 2,
    name: 'exactly to the limit',
    async act(world, tenant) {
      const { device, id } = one(
        world,
        tenant.sims.filter((sim) => sim.steady),
      );
      if (!device.live) await send(world, tenant, [begin(device, world.now())]);
      const { rows } = await world.owner.pool.query<{ used: bigint }>(
        `select limit_used_bytes as used from billing_periods where line_id = $1 and state = 'open' and kind = 'active'`,
        [id],
      );
      const missing = steadyLimit - (rows[0]?.used ?? steadyLimit);
      if (missing > 0n && device.live) await send(world, tenant, [grow(device, world.now(), missing, 0n)]);
      return [device];
    },
  },
  {
    weight: 3,
    name: 'counter reset',
    async act(world, tenant) {
      const { device } = one(world, tenant.sims);
      const packet = device.live && reset(device, world.now(), bytes(world) % 1000n, bytes(world));
      if (packet) await send(world, tenant, [packet]);
      return [device];
    },
  },
  {
    // Told in order, since two packets from around a wrap cannot be told apart once they have changed places.
    weight: 2,
    name: 'counter wrap',
    async act(world, tenant) {
      const device = tenant.sims
        .map((sim) => sim.device)
        .find((device) => device.who.noGigawords && chance(world, 0.4));
      if (!device) return;
      if (!device.live) await send(world, tenant, [begin(device, world.now())]);
      for (let i = 0; i < 3; i++) {
        await world.move(60_000);
        const much = BigInt(below(world, 2 ** 31)) + 1n;
        await send(world, tenant, [grow(device, world.now(), much, bytes(world))]);
      }
      return [device];
    },
  },
  {
    weight: 2,
    name: 'impossible counters',
    async act(world, tenant) {
      const { device } = one(world, tenant.sims);
      if (!device.live || device.who.noGigawords) return;
      await send(world, tenant, [impossible(device, world.now()), impossible(device, world.now())]);
      return [device];
    },
  },
  {
    weight: 2,
    name: 'strangers',
    async act(world, tenant) {
      await send(
        world,
        tenant,
        tenant.strangers.flatMap((device) => traffic(world, device)),
      );
      return tenant.strangers;
    },
  },
  {
    weight: 6,
    name: 'usage records',
    async act(world, tenant) {
      const sims = some(world, tenant, 4);
      const fresh = sims.map((sim) => {
        const at = new Date(world.now().getTime() - below(world, 10) * hour);
        return nextRecord(tenant, sim, chance(world, 0.5), at, [bytes(world), bytes(world)]);
      });
      const repeats = Array.from({ length: below(world, 3) }, () => one(world, tenant.files.records));
      await sendRecords(world, tenant, [...new Set([...fresh, ...repeats])]);
      await sendRecords(world, tenant, shuffled(world, [...fresh.slice(0, 1), ...repeats]));
      await sendAnotherBody(world, tenant, one(world, tenant.files.records));
      return sims.map((sim) => sim.device);
    },
  },
  {
    weight: 4,
    name: 'messages and calls',
    async act(world, tenant) {
      const sims = some(world, tenant, 3);
      const fresh = sims.map((sim) => {
        const at = new Date(world.now().getTime() - below(world, 40) * hour);
        return nextUnits(tenant, sim, chance(world, 0.5) ? 'sms' : 'voice', at, BigInt(below(world, 90)));
      });
      await sendRecords(world, tenant, fresh);
      await sendRecords(world, tenant, fresh.slice(0, 1));
      return sims.map((sim) => sim.device);
    },
  },
  {
    weight: 1,
    name: 'accounting on',
    async act(world, tenant) {
      const nasId = one(world, tenant.nases);
      await usage.closeSessionsOfNas(tenant.ctx(), nasId, world.now());
      for (const { device } of tenant.sims) if (device.who.nasId === nasId && chance(world, 0.7)) device.live = null;
    },
  },
];
