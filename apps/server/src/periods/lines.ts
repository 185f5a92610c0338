import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import * as ledger from '../ledger/index.ts';
import { timeZonesOf } from '../tenancy/index.ts';
import type { BilledLine, Offer } from './model/period.ts';
import type { PlanChange } from './plans/sql.ts';
import { linesThatContributed } from './pools/sql.ts';

/** What billing a line needs to know of its SIM. */
export type SimToBill = Pick<inventory.Sim, 'id' | 'companyId' | 'lifecycle'>;

export type BillingOptions = {
  /** The changes of plan that are taken where a period ends. */
  changes?: PlanChange[];
  /** Only look: a payer without a ledger account gets none, and is named `noPayer`. */
  look?: boolean;
};

/** Who pays where nobody has paid yet and we only look: the id of nothing. */
export const noPayer: Id = '00000000-0000-0000-0000-000000000000';

/** Who pays: the account's wallet on PAYGO, else on account. */
function payer(ctx: Ctx, companyId: Id | null, version: catalog.PlanVersion | null) {
  return {
    kind: version?.type === 'paygo' ? ('wallet' as const) : ('unbilled' as const),
    ownerId: companyId ?? ctx.organization.id,
    currency: version?.currency ?? ctx.organization.currency,
  };
}

type Payer = ReturnType<typeof payer>;

/** The ledger accounts of payers: opened where they are missing, unless we only look. */
async function accountsOf(ctx: Ctx, payers: Payer[], look: boolean): Promise<(payer: Payer) => Id> {
  const accounts = await (look ? ledger.findAccounts(ctx, payers) : ledger.openAccounts(ctx, payers));
  return (payer) => {
    const id = accounts.get(ledger.accountKey(payer)) ?? (look ? noPayer : null);
    assert(id, 'every account that pays has a ledger account');
    return id;
  };
}

/** What periods must know of these SIMs, in a fixed number of statements: plan version, pool, payer, zone, what waits. */
export async function billedLines(
  ctx: Ctx,
  sims: SimToBill[],
  { changes = [], look = false }: BillingOptions = {},
): Promise<Map<Id, BilledLine>> {
  if (sims.length === 0) return new Map();
  const ids = sims.map((sim) => sim.id);
  const planned = await inventory.planVersionsOf(ctx, ids);
  const waiting = new Map(changes.map((change) => [change.lineId, change]));
  const versions = await catalog.getVersions(ctx, [
    ...new Set([
      ...[...planned.values()].map((p) => p.planVersionId),
      ...changes.flatMap((change) => change.planVersionId ?? []),
    ]),
  ]);
  const zones = await timeZonesOf(
    ctx,
    sims.flatMap((sim) => sim.companyId ?? []),
  );
  const versionOf = (id: Id | null | undefined) => (id && versions.get(id)) || null;
  const payers = sims.flatMap((sim) => {
    const now = payer(ctx, sim.companyId, versionOf(planned.get(sim.id)?.planVersionId));
    const next = versionOf(waiting.get(sim.id)?.planVersionId);
    return next ? [now, payer(ctx, sim.companyId, next)] : [now];
  });
  const account = await accountsOf(ctx, payers, look);
  const members = sims.filter((sim) => planned.get(sim.id)?.poolId);
  const contributed = await linesThatContributed(
    ctx,
    members.map((sim) => ({ lineId: sim.id, poolId: planned.get(sim.id)!.poolId! })),
  );
  return new Map(
    sims.map((sim): [Id, BilledLine] => {
      const version = versionOf(planned.get(sim.id)?.planVersionId);
      const change = waiting.get(sim.id);
      const next = versionOf(change?.planVersionId);
      const offer: Offer | null = next && {
        version: next,
        poolId: change!.poolId,
        payerId: account(payer(ctx, sim.companyId, next)),
      };
      return [
        sim.id,
        {
          id: sim.id,
          lifecycle: sim.lifecycle,
          version,
          poolId: planned.get(sim.id)?.poolId ?? null,
          payerId: account(payer(ctx, sim.companyId, version)),
          zone: (sim.companyId && zones.get(sim.companyId)) || ctx.organization.timeZone,
          next: change ? { id: change.id, offer } : null,
          contributed: contributed.has(sim.id),
        },
      ];
    }),
  );
}

/** Who would pay for these SIMs on a version, and in which pool: what a change of plan is decided on. */
export async function offersOf(
  ctx: Ctx,
  sims: SimToBill[],
  { version, poolId }: Pick<Offer, 'version' | 'poolId'>,
  { look = false }: BillingOptions = {},
): Promise<Map<Id, Offer>> {
  const payers = sims.map((sim) => payer(ctx, sim.companyId, version));
  const account = await accountsOf(ctx, payers, look);
  return new Map(sims.map((sim, i) => [sim.id, { version, poolId, payerId: account(payers[i]!) }]));
}
