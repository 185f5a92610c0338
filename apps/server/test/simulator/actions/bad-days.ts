import * as inventory from '../../../src/inventory/index.ts';
import { Refusal } from '../../../src/kit/refusal.ts';
import * as periods from '../../../src/periods/index.ts';
import { kept } from '../device.ts';
import { below, bytes, chance, one, shuffled, some } from '../draw.ts';
import { arm, disarm } from '../faults.ts';
import { nextRecord, sendRecords } from '../files.ts';
import { carry, drain } from '../till.ts';
import { credit, nextCredit } from '../wallets.ts';
import { advance, settle } from './billing.ts';
import type { Action } from './index.ts';
import { pay, refund, settled } from './payments.ts';
import { allocate, creditNote, payInvoices, takeBack } from './receivables.ts';
import { send, together, traffic } from './send.ts';
import { anyLimit } from './staff.ts';

/** What breaks: connections in the middle of a statement, a charger that starts anew, two writers, all at once. */
export const badDays: Action[] = [
  {
    weight: 3,
    name: 'the writer loses its connection',
    async act(world, tenant) {
      const sims = some(world, tenant, 4);
      const packets = sims.flatMap((sim) => [...traffic(world, sim.device), ...traffic(world, sim.device)]);
      arm({ whose: 'writer', statements: below(world, 20), how: one(world, ['killed', 'silent']) });
      const records = sims
        .slice(0, 2)
        .map((sim) => nextRecord(tenant, sim, true, world.now(), [bytes(world), bytes(world)]));
      try {
        await Promise.all([send(world, tenant, packets), sendRecords(world, tenant, records)]);
      } finally {
        disarm();
      }
      return sims.map((sim) => sim.device);
    },
  },
  {
    weight: 2,
    name: 'work loses its connection',
    async act(world, tenant) {
      arm({ whose: 'pool', statements: below(world, 15), how: one(world, ['killed', 'silent']) });
      try {
        const ids = some(world, tenant, 3).map((sim) => sim.id);
        const byStaff = one(world, [periods.activate, periods.suspend, periods.makeReady]);
        await one(world, [() => world.roll(tenant), () => world.relay(tenant), () => byStaff(tenant.ctx(), ids)])();
      } finally {
        disarm();
      }
      return [];
    },
  },
  {
    weight: 3,
    name: 'payments lose their connection',
    async act(world, tenant) {
      arm({ whose: 'pool', statements: below(world, 25), how: one(world, ['killed', 'silent']) });
      try {
        const work = [() => carry(world, tenant), () => drain(world, tenant), () => pay(world, tenant)];
        const invoices = [
          () => payInvoices(world, tenant),
          () => allocate(world, tenant),
          () => takeBack(world, tenant),
        ];
        await one(world, [...work, ...work, ...invoices, () => refund(world, tenant)])();
      } finally {
        disarm();
      }
      return [];
    },
  },
  {
    // The loops, a payer's second thoughts and a refund of what is just being given.
    weight: 3,
    name: 'payments all at once',
    async act(world, tenant) {
      const given = nextCredit(tenant, one(world, tenant.wallets.ids), BigInt(1 + below(world, 100_000_000)));
      const work = [
        ...[carry(world, tenant), drain(world, tenant), drain(world, tenant), credit(tenant, given)],
        ...[pay(world, tenant), pay(world, tenant), refund(world, tenant), world.relay(tenant), world.roll(tenant)],
      ];
      for (const outcome of await Promise.allSettled(work)) await settled([outcome]).catch(unlessRefused);
      return [];
    },
  },
  {
    // Money comes, goes back and is moved about while the invoice that it is for is credited.
    weight: 2,
    name: 'invoices all at once',
    async act(world, tenant) {
      const work = [
        ...[payInvoices, payInvoices, allocate, takeBack, creditNote, refund].map((act) => act(world, tenant)),
        ...[carry(world, tenant), drain(world, tenant), world.relay(tenant)],
      ];
      for (const outcome of await Promise.allSettled(work)) await settled([outcome]).catch(unlessRefused);
      return [];
    },
  },
  {
    weight: 2,
    name: 'bills lose their connection',
    async act(world, tenant) {
      arm({ whose: 'pool', statements: below(world, 40), how: one(world, ['killed', 'silent']) });
      try {
        await one(world, [() => advance(world, tenant, 3), () => settle(world, tenant)])();
      } finally {
        disarm();
      }
      return [];
    },
  },
  {
    // Usage of a month that is just being closed, and two who approve.
    weight: 2,
    name: 'usage while bills are approved',
    async act(world, tenant) {
      const sims = some(world, tenant, 4);
      const late = () =>
        kept(sims[0]!.device, new Date(world.now().getTime() - below(world, 40) * 86_400_000), bytes(world), 0n);
      const work = [
        ...[settle(world, tenant), settle(world, tenant), advance(world, tenant, 2), world.roll(tenant)],
        send(world, tenant, [...sims.flatMap((sim) => traffic(world, sim.device)), late(), late()], 'together'),
      ];
      for (const outcome of await Promise.allSettled(work)) await settled([outcome]).catch(unlessRefused);
      return sims.map((sim) => sim.device);
    },
  },
  {
    weight: 0.5,
    name: 'restart',
    async act(world) {
      await world.restart();
      return [];
    },
  },
  {
    weight: 2,
    name: 'two writers',
    async act(world, tenant) {
      const sims = some(world, tenant, 5);
      // Either the same sessions, or others of the same lines: then the two meet in a period and nowhere before.
      const same = chance(world, 0.3);
      const packets = sims.flatMap(({ device }) =>
        same
          ? [...traffic(world, device), ...device.sent.slice(-2)]
          : Array.from({ length: 4 }, () => kept(device, world.now(), bytes(world), bytes(world))),
      );
      await together(world, tenant, shuffled(world, packets), [world.charger, world.rival]);
      return sims.map((sim) => sim.device);
    },
  },
  {
    // Whatever interleaving comes of it, the laws hold.
    weight: 3,
    name: 'all at once',
    async act(world, tenant) {
      const sims = some(world, tenant, 6);
      const packets = sims.flatMap((sim) => [...traffic(world, sim.device), ...traffic(world, sim.device)]);
      const ids = sims.filter((sim) => !sim.steady).map((sim) => sim.id);
      const other = one(
        world,
        world.tenants.filter((each) => each !== tenant),
      );
      const theirs = some(world, other, 2).map((sim) => sim.device);
      await Promise.all([
        send(world, tenant, packets, 'together'),
        send(
          world,
          other,
          theirs.flatMap((device) => traffic(world, device)),
          'together',
        ),
        world.roll(tenant),
        periods.suspend(tenant.ctx(), ids.slice(0, 1)),
        periods.activate(tenant.ctx(), ids.slice(1, 3)),
        inventory.updateFleet(tenant.ctx(), one(world, tenant.fleets), { dataLimitMb: anyLimit(world) }),
        world.relay(tenant),
      ]);
      return [...sims.map((sim) => sim.device), ...theirs];
    },
  },
];

function unlessRefused(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
}
