import type { Charger } from '../../charging/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx, Organization, Runtime } from '../../kit/ctx.ts';
import { contextFor, systemActor } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import * as periods from '../../periods/index.ts';
import { roster, type SimulatedDevice } from '../../simulated/index.ts';
import * as tenancy from '../../tenancy/index.ts';
import { rollAllDue } from '../worker.ts';
import { billDue } from './bills.ts';
import { paid } from './paid.ts';
import { type DemoWorld, simulatedDevices, simulatedSeed, staysInStock } from './world.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** What a device of a kind sends and receives on an ordinary day, in bytes. */
const perDay: Record<string, { up: number; down: number }> = {
  meter: { up: 42_000, down: 9_000 },
  tracker: { up: 900_000, down: 140_000 },
  router: { up: 26_000_000, down: 310_000_000 },
  camera: { up: 48_000_000, down: 1_300_000 },
  payment: { up: 210_000, down: 320_000 },
  idle: { up: 0, down: 0 },
};

/**
 * Plays the days since `from` through the real charging writer, on a clock of the past: sessions, charges, periods and
 * fees of a new demo are as true as those that follow.
 */
export async function playHistory(
  runtime: Runtime & { setNow(at: Date): void },
  organization: Organization,
  charger: Charger,
  world: DemoWorld,
  from: Date,
  to: Date,
): Promise<void> {
  const devices = roster(simulatedSeed, simulatedDevices).filter(
    (device, i) => perDay[device.profile.name]!.up > 0 && !staysInStock(i),
  );
  const ctx = () => contextFor(runtime, organization, systemActor('demo'));
  const lastDay = Math.floor((to.getTime() - from.getTime()) / day);
  // Today is played as far as it has come; its open sessions end when the network says that it has started anew.
  for (let n = 0; n <= lastDay; n++) {
    const midnight = from.getTime() + n * day;
    runtime.setNow(new Date(Math.min(midnight + hour, to.getTime())));
    await tenancy.ensureUsagePartitions(runtime, organization);
    await rollAllDue(runtime, organization, 50);
    await billDue(runtime, organization);
    for (const [i, at] of [7, 15, 22].entries()) {
      if (midnight + at * hour > to.getTime()) break;
      runtime.setNow(new Date(midnight + at * hour));
      await Promise.all(
        devices.flatMap((device, d) =>
          awake(device, d, n)
            ? [charger.receive(update(organization, world, device, d, n, i, runtime.clock.now()))]
            : [],
        ),
      );
    }
    if (n > 0 && n % 29 === 0) await refillSome(ctx());
    if (n === lastDay - 6) await someTrouble(ctx());
  }
  runtime.setNow(to);
  await rollAllDue(runtime, organization, 50);
}

/** Meters and the like speak every day, the rest rests on Sundays; a few came later than the others. */
function awake(device: SimulatedDevice, index: number, n: number): boolean {
  if (n < index % 9) return false;
  return device.profile.name === 'meter' || (n + index) % 7 !== 0;
}

function update(
  organization: Organization,
  world: DemoWorld,
  device: SimulatedDevice,
  index: number,
  n: number,
  step: number,
  at: Date,
) {
  const part = BigInt([2, 6, 10][step]!);
  const amounts = perDay[device.profile.name]!;
  // Every device has its own appetite, and no two days are alike; the numbers are made by arithmetic, so a demo can be repeated.
  const weight = BigInt(60 + ((index * 37 + n * 53) % 80));
  const bytes = (amount: number) => (BigInt(amount) * weight * part) / 1000n;
  const abroad = device.roamsTo !== null && (n + index) % 5 === 0;
  return {
    organizationId: organization.id,
    kind: step === 0 ? ('start' as const) : step === 2 ? ('stop' as const) : ('update' as const),
    nasId: world.simulatedNasId,
    telecomId: world.simulatedTelecomId,
    sessionKey: `day-${n}-${index}//`,
    acctSessionId: `day-${n}-${index}`,
    chargingId: null,
    imsi: device.imsi,
    plmn: (abroad ? device.roamsTo! : device.visited).plmn,
    rat: device.rat,
    apn: device.apn,
    framedIp: `10.${20 + (index >> 8)}.${index & 255}.${2 + (n % 250)}`,
    imei: device.imei,
    up: bytes(amounts.up),
    down: bytes(amounts.down),
    hasGigawords: false,
    noGigawords: false,
    sessionTime: step * 7 * 3600,
    terminateCause: step === 2 ? 1 : null,
    eventTime: at,
    receivedAt: at,
  };
}

/** Most travellers refill before their days run out; some do not, and are blocked. */
async function refillSome(ctx: Ctx): Promise<void> {
  const trackers = await inventory.listSims(ctx, { label: 'tracker', lifecycle: ['active'] }, { limit: 500 });
  const versions = await periods.latestPeriodsOf(
    ctx,
    trackers.map((sim) => sim.id),
  );
  const prepaid = trackers.filter((sim) => versions.get(sim.id)?.allowanceBytes != null);
  for (const [i, sim] of prepaid.filter((_, i) => i % 5 !== 4).entries()) {
    await paid(
      ctx,
      { purpose: 'line_refill', simId: sim.id, refill: i % 2 ? 'medium' : 'small' },
      'Paid at the counter',
    );
  }
}

/** The things that happen to every operator: a limit that is too low, a line paused, one blocked by hand. */
async function someTrouble(ctx: Ctx): Promise<void> {
  const trackers = await inventory.listSims(ctx, { label: 'tracker', lifecycle: ['active'] }, { limit: 12 });
  const meters = await inventory.listSims(ctx, { label: 'meter', lifecycle: ['active'] }, { limit: 12 });
  const mb = 1_000_000n;
  for (const sim of trackers.slice(0, 3))
    await inventory.updateSim(ctx, sim.id, { dataLimitBytes: 15n * mb, note: 'Own limit agreed with the customer' });
  const paused: Id[] = meters.slice(0, 4).map((sim) => sim.id);
  await periods.suspend(ctx, paused, 'Out of season');
  await inventory.block(
    ctx,
    trackers.slice(5, 6).map((sim) => ({ lineId: sim.id, reason: 'manual', detail: { note: 'Reported stolen' } })),
  );
}
