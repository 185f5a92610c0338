import * as catalog from '../../catalog/index.ts';
import type * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import { type Refusal, refuse } from '../../kit/refusal.ts';
import * as ledger from '../../ledger/index.ts';
import * as pools from '../../pools/index.ts';
import { ownersOf } from '../../tenancy/index.ts';
import { sharesPool } from '../model/period.ts';

/** A version of a plan that lines are to be on, for whom it is, and the pool they are to share. */
export type Target = {
  plan: catalog.Plan;
  version: catalog.PlanVersion;
  companies: readonly Id[];
  pool: pools.Pool | null;
};

/** What is asked for, once for all lines. Refuses `plan.*` and `pool.*` that no line could get past. */
export async function targetOf(ctx: Ctx, planId: Id, poolId: Id | null): Promise<Target> {
  const { plan, version } = await catalog.getPlan(ctx, planId);
  if (plan.archivedAt)
    throw refuse.conflict('plan.archived', `The plan ${plan.name} is archived.`, { field: 'planId' });
  const companies = (await catalog.companiesOf(ctx, [planId])).get(planId) ?? [];
  if (!sharesPool(version)) {
    if (poolId === null) return { plan, version, companies, pool: null };
    throw refuse.invalid('plan.shares_no_pool', `Lines on the plan ${plan.name} do not share a pool.`, {
      field: 'poolId',
      expected: 'none',
    });
  }
  if (poolId === null) {
    throw refuse.invalid('plan.pool_needed', `Lines on the plan ${plan.name} share the data of a pool: name it.`, {
      field: 'poolId',
      expected: 'a pool',
    });
  }
  const known = (await pools.poolsOf(ctx, [poolId])).get(poolId);
  if (!known) throw refuse.notFound('pool');
  const refusal = refusePool(known, plan, version);
  if (refusal) throw refusal;
  return { plan, version, companies, pool: known.pool };
}

/** Why lines of this plan cannot share this pool, whoever owns them. */
function refusePool(
  { pool, version: terms }: { pool: pools.Pool; version: pools.PoolVersion },
  plan: catalog.Plan,
  version: catalog.PlanVersion,
): Refusal | null {
  if (pool.archivedAt)
    return refuse.conflict('pool.archived', `The pool ${pool.name} is archived.`, { field: 'poolId' });
  if (`${pool.type}_pool` !== version.type) {
    return refuse.conflict(
      'pool.wrong_type',
      `The pool ${pool.name} is ${pool.type}, and the plan ${plan.name} is not.`,
      { field: 'poolId', expected: `a pool of the plan's type` },
    );
  }
  if (terms.currency !== version.currency) {
    return refuse.conflict('pool.wrong_currency', `The pool ${pool.name} is in ${terms.currency}.`, {
      field: 'poolId',
      expected: `a pool in ${version.currency}`,
    });
  }
  return null;
}

/** Why a line cannot be on it; null: it can. */
export type Judge = (sim: Pick<inventory.Sim, 'companyId' | 'telecomId'>) => Refusal | null;

/** Judges lines of these accounts. */
export async function judgeOf(
  ctx: Ctx,
  { plan, version, companies, pool }: Target,
  sims: { companyId: Id | null }[],
): Promise<Judge> {
  const owners = [...new Set(sims.map((sim) => sim.companyId ?? ctx.organization.id))];
  const accounts = await ownersOf(ctx, owners);
  const wallets = version.type === 'paygo' ? await ledger.walletsOf(ctx, owners) : [];
  const open = new Set(wallets.filter((w) => w.currency === version.currency).map((w) => w.ownerId));
  return ({ companyId, telecomId }) => {
    const owner = companyId ?? ctx.organization.id;
    const currency = accounts.get(owner)?.currency ?? ctx.organization.currency;
    const taker = { companyId, telecomId, currency };
    const refusal = catalog.assignable(plan, taker, { companies, currency: version.currency });
    if (refusal) return refusal;
    if (pool && pool.companyId !== companyId) {
      return refuse.conflict('pool.other_company', `The pool ${pool.name} belongs to another account than this SIM.`);
    }
    if (version.type === 'paygo' && !open.has(owner)) {
      return refuse.conflict(
        'wallet.missing',
        'This plan is paid from a wallet, and the account has none: open one first.',
      );
    }
    return null;
  };
}

/** A line with what it is on, or is to be on. */
export type Placed = Pick<inventory.Sim, 'companyId' | 'telecomId'> & {
  id: Id;
  planId: Id;
  planVersionId: Id;
  poolId: Id | null;
};

/**
 * Why lines cannot be on what they were promised, or are on, any more. An archived plan is no reason: it is for no new lines,
 * and these were promised the version that they have. Lines that can are not in the answer.
 */
export async function judgePlaced(ctx: Ctx, lines: Placed[]): Promise<Map<Id, Refusal>> {
  const refusals = new Map<Id, Refusal>();
  if (lines.length === 0) return refusals;
  const planIds = [...new Set(lines.map((line) => line.planId))];
  const plans = await catalog.plansOf(ctx, planIds);
  const companies = await catalog.companiesOf(ctx, planIds);
  const versions = await catalog.getVersions(ctx, [...new Set(lines.map((line) => line.planVersionId))]);
  const known = await pools.poolsOf(ctx, [...new Set(lines.flatMap((line) => line.poolId ?? []))]);
  const groups = Map.groupBy(lines, (line) => `${line.planVersionId} ${line.poolId}`);
  for (const group of groups.values()) {
    const { planId, planVersionId, poolId } = group[0]!;
    const plan = { ...plans.get(planId)!, archivedAt: null };
    const version = versions.get(planVersionId)!;
    const pool = (poolId && known.get(poolId)) || null;
    const target = { plan, version, companies: companies.get(planId) ?? [], pool: pool?.pool ?? null };
    const judge = await judgeOf(ctx, target, group);
    const ofPool = pool && refusePool(pool, plan, version);
    for (const line of group) {
      const refusal = ofPool ?? judge(line);
      if (refusal) refusals.set(line.id, refusal);
    }
  }
  return refusals;
}
