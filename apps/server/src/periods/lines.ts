import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import * as ledger from '../ledger/index.ts';
import { timeZonesOf } from '../tenancy/index.ts';
import type { BilledLine } from './model/decide.ts';

/** What billing a line needs to know of its SIM. */
export type SimToBill = Pick<inventory.Sim, 'id' | 'companyId' | 'lifecycle'>;

/** What periods must know of these SIMs, in a fixed number of statements: plan version, payer, zone. */
export async function billedLines(ctx: Ctx, sims: SimToBill[]): Promise<Map<Id, BilledLine>> {
  if (sims.length === 0) return new Map();
  const versionIds = await inventory.planVersionsOf(
    ctx,
    sims.map((sim) => sim.id),
  );
  const versions = await catalog.getVersions(ctx, [...new Set(versionIds.values())]);
  const zones = await timeZonesOf(
    ctx,
    sims.flatMap((sim) => sim.companyId ?? []),
  );
  const payer = (sim: SimToBill, currency: string) => ({
    kind: 'unbilled' as const,
    ownerId: sim.companyId ?? ctx.organization.id,
    currency,
  });
  const versionOf = (sim: SimToBill) => versions.get(versionIds.get(sim.id) ?? '') ?? null;
  const accounts = await ledger.openAccounts(
    ctx,
    sims.map((sim) => payer(sim, versionOf(sim)?.currency ?? ctx.organization.currency)),
  );
  return new Map(
    sims.map((sim) => {
      const version = versionOf(sim);
      const payerId = accounts.get(ledger.accountKey(payer(sim, version?.currency ?? ctx.organization.currency)));
      assert(payerId, 'every account that pays has a ledger account');
      return [
        sim.id,
        {
          id: sim.id,
          lifecycle: sim.lifecycle,
          version,
          payerId,
          zone: (sim.companyId && zones.get(sim.companyId)) || ctx.organization.timeZone,
        },
      ];
    }),
  );
}
