import * as carriers from '../../src/carriers/index.ts';
import * as inventory from '../../src/inventory/index.ts';
import type { Ctx } from '../../src/kit/ctx.ts';
import type { Id } from '../../src/kit/ids.ts';
import { roster } from '../../src/simulated/index.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { createPlans, createPools, type Plans, type SharedPool } from './catalog.ts';
import { type Device, newDevice } from './device.ts';
import { type Files, newFiles } from './files.ts';
import { openTill, type Till } from './till.ts';
import { openWallets, type Wallets } from './wallets.ts';

export type SimulatedSim = {
  id: Id;
  imsi: string;
  /** Its fleet and limits never change, so that its blocks can be counted by replaying its records. */
  steady: boolean;
  device: Device;
};

/** One organization of the world, with what the model knows of it. */
export type Tenant = {
  ctx(): Ctx;
  sims: SimulatedSim[];
  /** IMSIs of nobody's stock. */
  strangers: Device[];
  companies: Id[];
  plans: Plans;
  /** A static and a dynamic one of each account. */
  pools: SharedPool[];
  fleets: Id[];
  /** The second counts in 32 bits only. */
  nases: Id[];
  wallets: Wallets;
  till: Till;
  files: Files;
};

/** The fleet of steady lines stops at so many bytes. */
export const steadyLimit = 15_000_000n;

/** They stay in stock, so that their usage belongs to no account. */
const stockCount = 2;

export type TenantSize = { sims: number; steady: number };

/** Fills an organization: two telecoms, companies, plans with odd prices, fleets with limits, SIMs in several accounts. */
export async function fillTenant(ctx: () => Ctx, seed: string, number: number, size: TenantSize): Promise<Tenant> {
  const plans = await createPlans(ctx());
  const nases = [await createNas(ctx(), 2 * number, false), await createNas(ctx(), 2 * number + 1, true)];
  const companies: Id[] = [];
  for (const name of ['North', 'South']) companies.push((await tenancy.createCompany(ctx(), { name })).id);
  const profile = await inventory.createProfile(ctx(), { companyId: null, uniqueName: 'everywhere' });
  const fleet = async (uniqueName: string, dataLimitMb: bigint) =>
    (
      await inventory.createFleet(ctx(), {
        ...{ companyId: null, uniqueName, networkAccessProfileId: profile.id, planId: plans.superSim, dataLimitMb },
      })
    ).id;
  const steadyFleet = await fleet('steady', steadyLimit / 1_000_000n);
  const fleets = [await fleet('field', 12n), await fleet('lab', 1000n)];

  const devices = roster(`${seed} ${number}`, size.sims);
  // Every fifth device is on the network whose counters wrap.
  const networkOf = (i: number) => nases[i % 5 === 4 ? 1 : 0]!;
  const added = await inventory.addSims(
    ctx(),
    devices.map(({ iccid, imsi, msisdn }, i) => ({
      ...{ telecomId: networkOf(i).telecomId, iccid, imsi, msisdn, iccidCheckDigit: 'ok' as const },
      ...{ eid: null, form: 'physical' as const },
    })),
  );
  const sims = added.map(({ id }, i): SimulatedSim => {
    const { imsi, visited } = devices[i]!;
    const device = newDevice({ ...networkOf(i), imsi, plmn: visited.plmn });
    return { id: id!, imsi, steady: i < size.steady, device };
  });
  const registered = sims.slice(0, sims.length - stockCount).map((sim) => sim.id);
  const accounts = [null, ...companies];
  for (const [i, companyId] of accounts.entries()) {
    const of = registered.filter((_, at) => at % accounts.length === i);
    await inventory.register(ctx(), of, companyId);
  }
  await inventory.moveToFleet(ctx(), registered.slice(0, size.steady), steadyFleet);
  await inventory.moveToFleet(ctx(), registered.slice(size.steady, size.sims / 2), fleets[0]!);
  const nowhere = { ...nases[0]!, plmn: null };
  return {
    ctx,
    sims,
    strangers: [newDevice({ ...nowhere, imsi: '001019999999999' }), newDevice({ ...nowhere, imsi: null })],
    companies,
    plans,
    pools: await createPools(ctx(), accounts),
    fleets,
    nases: nases.map(({ nasId }) => nasId),
    // Every second organization has wallets that bear VAT when they are spent.
    wallets: await openWallets(ctx(), [ctx().organization.id, ...companies], number % 2 === 0 ? 'spending' : 'refill'),
    till: await openTill(ctx()),
    files: newFiles(),
  };
}

async function createNas(
  ctx: Ctx,
  number: number,
  noGigawords: boolean,
): Promise<Pick<Device['who'], 'nasId' | 'telecomId' | 'noGigawords'>> {
  const telecom = await carriers.createTelecom(ctx, { name: `Network ${number}`, connector: 'radius' });
  const address = `127.0.1.${number + 1}`;
  const nas = await carriers.createNas(ctx, {
    ...{ telecomId: telecom.id, name: `pgw ${number}`, sourceRange: `${address}/32`, coaHost: address },
    ...{ secret: 'one of a simulator', noGigawords },
  });
  return { nasId: nas.id, telecomId: telecom.id, noGigawords };
}
