import { isConnectionLoss } from '../../../src/kit/db.ts';
import { Refusal } from '../../../src/kit/refusal.ts';
import { pick } from '../../../src/simulated/random.ts';
import type { Device } from '../device.ts';
import { below } from '../draw.ts';
import type { Tenant } from '../tenant.ts';
import type { Simulation } from '../world.ts';
import { badDays } from './bad-days.ts';
import { bills } from './billing.ts';
import { corrections } from './corrections.ts';
import { money } from './money.ts';
import { network } from './network.ts';
import { paying } from './payments.ts';
import { plans } from './plans.ts';
import { invoicing } from './receivables.ts';
import { staff } from './staff.ts';
import { time } from './time.ts';

/** What a step did, in which organization, and the devices whose laws are looked at after it. */
export type Done = { what: string; tenant: Tenant; devices: Device[] };

export type Action = {
  weight: number;
  name: string;
  act(world: Simulation, tenant: Tenant): Promise<Device[] | undefined>;
};

/** Everything that happens to the product, each as likely as its weight. */
let actions: readonly Action[] = [
  ...[...network, ...corrections, ...staff, ...plans, ...money, ...paying, ...bills, ...invoicing, ...time, ...badDays],
];

/** Makes these happen ten times as often from now on: what a mutant breaks is met within few steps. */
export function favour(names: RegExp): void {
  actions = actions.map((action) => (names.test(action.name) ? { ...action, weight: action.weight * 10 } : action));
}

/** The larger organization has most of the traffic. */
const shares = [{ weight: 6 }, { weight: 2 }, { weight: 1 }].map((share, number) => ({ ...share, number }));

/**
 * Takes one action drawn from the seed. A refusal is an answer, and a connection that the step itself has lost is what
 * it was about; everything else that is thrown is a find.
 */
export async function step(world: Simulation): Promise<Done> {
  await world.move(2_000 + below(world, 20_000));
  const tenant = world.tenants[pick(shares, world.random).number]!;
  const action = pick(actions, world.random);
  const what = `${action.name} in ${world.tenants.indexOf(tenant)}`;
  try {
    const devices = (await action.act(world, tenant)) ?? [];
    // Loops log what they stumble over and go on; only a step that cuts connections may make them.
    const [stumbled] = world.logged.splice(0).filter((error) => !(badDays.includes(action) && isConnectionLoss(error)));
    if (stumbled) throw stumbled;
    return { what, tenant, devices };
  } catch (error) {
    if (error instanceof Refusal) return { what: `${what} (refused: ${error.code})`, tenant, devices: [] };
    if (isConnectionLoss(error) && badDays.includes(action)) return { what: `${what} (lost)`, tenant, devices: [] };
    throw error;
  }
}
