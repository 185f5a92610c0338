import * as inventory from '../../src/inventory/index.ts';
import type { Id } from '../../src/kit/ids.ts';
import * as periods from '../../src/periods/index.ts';
import type { World } from '../world.ts';

export type Card = { id: Id; iccid: string; imsi: string; registrationCode: string };

/** More than one page of the API has. */
export const newOnes = 1_010;

/** SIMs of the account by what they are: one of each kind is enough to tell a story, some more to tell them apart. */
export const groups = {
  metersUsed: [0, 10],
  metersIdle: [10, 50],
  tightOver: [50, 55],
  tightIdle: [55, 60],
  readyUsed: [60, 65],
  readyIdle: [65, 90],
  inactivePaid: [90, 100],
  inactiveReady: [100, 105],
  inactiveLoose: [105, 108],
  clashing: [108, 110],
} as const;
export type Group = keyof typeof groups;
const cards = 110;

/** An account as somebody has it after some months, on a real product: fleets, profiles, SIMs of every status, usage. */
export async function furnish(world: World) {
  const ctx = world.ctx;
  const named = await world.stock(cards);
  const fresh: Card[] = [];
  for (let at = 0; at < newOnes; at += 505) fresh.push(...(await world.stock(Math.min(505, newOnes - at))));
  const of = (group: Group) => named.slice(...groups[group]);
  const idsOf = (...wanted: Group[]) => wanted.flatMap((group) => of(group).map((card) => card.id));

  const two = await inventory.createProfile(ctx(), {
    companyId: null,
    uniqueName: 'two networks',
    networks: ['26201', '310260', '99942'],
  });
  const fleet = (uniqueName: string | null, dataLimitMb: bigint, networkAccessProfileId = world.profile.id) =>
    inventory.createFleet(ctx(), { companyId: null, uniqueName, networkAccessProfileId, dataLimitMb });
  const meters = await inventory.createFleet(ctx(), {
    ...{ companyId: null, uniqueName: 'meters', networkAccessProfileId: two.id, dataLimitMb: 5n },
    ...{ smsCommandsUrl: 'https://example.com/sms', smsCommandsMethod: 'GET', ipCommandsUrl: 'https://example.com/ip' },
  });
  const tight = await fleet(null, 1n);
  const clash = await fleet('clash', 7n);

  await inventory.register(
    ctx(),
    [...named, ...fresh].map((card) => card.id),
    null,
  );
  await inventory.moveToFleet(
    ctx(),
    idsOf('metersUsed', 'metersIdle', 'readyUsed', 'readyIdle', 'inactivePaid', 'inactiveReady', 'inactiveLoose'),
    meters.id,
  );
  await inventory.moveToFleet(ctx(), idsOf('tightOver', 'tightIdle'), tight.id);
  await inventory.moveToFleet(ctx(), idsOf('clashing'), clash.id);
  for (const [i, card] of of('metersUsed').entries())
    await inventory.updateSim(ctx(), card.id, { uniqueName: `meter ${i}` });

  await done(periods.makeReady(ctx(), idsOf('readyUsed', 'readyIdle', 'inactiveReady')));
  await done(
    periods.activate(
      ctx(),
      idsOf('metersUsed', 'metersIdle', 'tightOver', 'tightIdle', 'inactivePaid', 'inactiveLoose', 'clashing'),
    ),
  );
  await use(world, of('metersUsed'), 3_000_000n);
  await use(world, of('tightOver'), 1_200_000n);
  await use(world, of('readyUsed'), 200_000n);
  await done(periods.suspend(ctx(), idsOf('inactivePaid', 'inactiveReady', 'inactiveLoose')));
  for (const id of idsOf('inactiveLoose')) await inventory.updateSim(ctx(), id, { fleetId: null });
  return { named, fresh, of, idsOf };
}

export type Furnished = Awaited<ReturnType<typeof furnish>>;

async function use(world: World, used: Card[], bytes: bigint): Promise<void> {
  for (const { imsi } of used) {
    const device = world.gateway.device({ imsi, plmn: '26201', rat: 'EUTRAN', apn: 'super' });
    await device.start();
    if (!(await device.stop(bytes / 4n, bytes - bytes / 4n))) throw new Error('usage was not acknowledged');
  }
}

async function done(outcomes: Promise<periods.Outcome[]>): Promise<void> {
  const refusal = (await outcomes).find((outcome) => outcome.refusal)?.refusal;
  if (refusal) throw refusal;
}
