import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import * as ledger from '../ledger/index.ts';
import { timeZonesOf } from '../tenancy/index.ts';
import { listWaitingChanges } from './changes/sql.ts';
import type { BilledLine, Offer } from './model/period.ts';
import { linesThatContributed } from './pools/sql.ts';

/** What billing a line needs to know of its SIM. */
export type SimToBill = Pick<inventory.Sim, 'id' | 'companyId' | 'lifecycle'>;

/** Who pays: the account's wallet on PAYGO, else on account. */
function payer(ctx: Ctx, companyId: Id | null, version: catalog.PlanVersion | null) {
  return {
    kind: version?.type === 'paygo' ? ('wallet' as const) : ('unbilled' as const),
    ownerId: companyId ?? ctx.organization.id,
    currency: version?.currency ?? ctx.organization.currency,
  };
}

/** What periods must know of these SIMs, in a fixed number of statements: plan version, pool, payer, zone, what waits. */
export async function billedLines(ctx: Ctx, sims: SimToBill[]): Promise<Map<Id, BilledLine>> {
  if (sims.length === 0) return new Map();
  const ids = sims.map((sim) => sim.id);
  const planned = await inventory.planVersionsOf(ctx, ids);
  const waiting = new Map((await listWaitingChanges(ctx, ids)).map((change) => [change.lineId, change]));
  const versions = await catalog.getVersions(ctx, [
    ...new Set([
      ...[...planned.values()].map((p) => p.planVersionId),
      ...[...waiting.values()].flatMap((change) => change.planVersionId ?? []),
    ]),
  ]);
  const zones = await timeZonesOf(
    ctx,
    sims.flatMap((sim) => sim.companyId ?? []),
  );
  const versionOf = (id: Id | null | undefined) => (id && versions.get(id)) || null;
  const wanted = sims.flatMap((sim) => {
    const now = payer(ctx, sim.companyId, versionOf(planned.get(sim.id)?.planVersionId));
    const change = waiting.get(sim.id);
    return change?.planVersionId ? [now, payer(ctx, sim.companyId, versionOf(change.planVersionId))] : [now];
  });
  const accounts = await ledger.openAccounts(ctx, wanted);
  const payerId = (sim: SimToBill, version: catalog.PlanVersion | null): Id => {
    const id = accounts.get(ledger.accountKey(payer(ctx, sim.companyId, version)));
    assert(id, 'every account that pays has a ledger account');
    return id;
  };
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
      const offer: Offer | null = next && { version: next, poolId: change!.poolId, payerId: payerId(sim, next) };
      return [
        sim.id,
        {
          id: sim.id,
          lifecycle: sim.lifecycle,
          version,
          poolId: planned.get(sim.id)?.poolId ?? null,
          payerId: payerId(sim, version),
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
  version: catalog.PlanVersion,
  poolId: Id | null,
): Promise<Map<Id, Offer>> {
  const accounts = await ledger.openAccounts(
    ctx,
    sims.map((sim) => payer(ctx, sim.companyId, version)),
  );
  return new Map(
    sims.map((sim) => [
      sim.id,
      { version, poolId, payerId: accounts.get(ledger.accountKey(payer(ctx, sim.companyId, version)))! },
    ]),
  );
}
