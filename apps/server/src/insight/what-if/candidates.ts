import * as catalog from '../../catalog/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as pools from '../../pools/index.ts';
import { priceFor, priceOf, ratesOf, termsOf, zoningFor } from '../../rating/index.ts';
import type { Rater } from './rate.ts';
import type { Reason } from './words.ts';

/** What may be asked for: a plan, or a pool with the plan that its members would be on. */
export type Asked = { planId?: Id | undefined; poolId?: Id | undefined };

export type Candidate = {
  plan: { plan: catalog.Plan; version: catalog.PlanVersion; companies: readonly Id[] } | null;
  pool: { pool: pools.Pool; version: pools.PoolVersion } | null;
  name: string;
  currency: string;
  rater: Rater;
};

/** The latest version of each plan and pool that was asked for. Refuses what does not go together. */
export async function loadCandidates(ctx: Ctx, asked: readonly Asked[]): Promise<Candidate[]> {
  const poolIds = asked.flatMap(({ poolId }) => poolId ?? []);
  const found = await pools.poolsOf(ctx, poolIds);
  const candidates: Candidate[] = [];
  for (const [index, { planId, poolId }] of asked.entries()) {
    const field = `body.candidates[${index}]`;
    const pool = poolId ? found.get(poolId) : null;
    if (pool === undefined) throw refuse.notFound('pool');
    const plan = planId ? await withCompanies(ctx, planId) : null;
    fitTogether(plan, pool, field);
    const version = plan?.version ?? memberOf(pool!.version);
    candidates.push({
      plan,
      pool,
      name: [pool?.pool.name, plan?.plan.name].filter(Boolean).join(', '),
      currency: version.currency,
      rater: raterOf(version, pool !== null),
    });
  }
  return candidates;
}

async function withCompanies(ctx: Ctx, planId: Id): Promise<NonNullable<Candidate['plan']>> {
  const { plan, version } = await catalog.getPlan(ctx, planId);
  const companies = plan.designated ? ((await catalog.companiesOf(ctx, [planId])).get(planId) ?? []) : [];
  return { plan, version, companies };
}

function fitTogether(plan: Candidate['plan'], pool: Candidate['pool'], field: string): void {
  const needed = plan?.plan.type === 'static_pool' ? 'static' : plan?.plan.type === 'dynamic_pool' ? 'dynamic' : null;
  if (!plan && !pool) {
    throw refuse.invalid('what_if.candidate_empty', 'A candidate is a plan, a pool, or both.', {
      field,
      expected: 'plan or pool',
    });
  }
  if (needed && pool?.pool.type !== needed) {
    throw refuse.invalid('what_if.pool_missing', `The plan ${plan!.plan.name} is for members of a ${needed} pool.`, {
      field: `${field}.pool`,
      expected: `a ${needed} pool`,
    });
  }
  if (pool && plan && !needed) {
    throw refuse.invalid('what_if.plan_not_for_pools', `The plan ${plan.plan.name} shares no pool.`, {
      field: `${field}.plan`,
      expected: `a plan of type ${pool.pool.type}_pool`,
    });
  }
  if (pool && !plan && pool.pool.type === 'dynamic') {
    throw refuse.invalid('what_if.plan_missing', `Members of ${pool.pool.name} each bring what their plan says.`, {
      field: `${field}.plan`,
      expected: 'a plan of type dynamic_pool',
    });
  }
}

/** A static pool needs no plan to say what its data costs: its members then pay nothing of their own. */
function memberOf({ currency, mbBytes }: pools.PoolVersion): catalog.PlanVersion {
  const terms = catalog.emptyTerms('static_pool', currency, mbBytes === 1_000_000n ? 1000 : 1024);
  return { ...terms, id: '', planId: '', version: 0, createdAt: new Date(0) };
}

function raterOf(version: catalog.PlanVersion, pooled: boolean): Rater {
  const { overageSizeBytes, overagePriceMicros, allowanceBytes, currency, mbBytes } = version;
  const hasOverage = overageSizeBytes !== null && !pooled;
  return {
    version,
    pooled,
    zoned: ratesOf(termsOf(version)).some(({ zoneId }) => zoneId !== null),
    zoning: zoningFor(version, catalog.countryOfPlmn),
    price: priceFor(version),
    overage: hasOverage
      ? priceOf({
          ...{ type: 'monthly_bundle', currency, mbBytes, allowanceBytes, overageSizeBytes, overagePriceMicros },
          ...{ pricePerMb: null, incrementBytes: null },
        })
      : null,
  };
}

/** Whom a line belongs to, and what it runs on. */
export type Taker = catalog.Taker;

/** Why a line could not be put on the candidate; null: it could. */
export function fits({ plan, pool, currency }: Candidate, taker: Taker): Reason | null {
  if (pool && pool.pool.companyId !== taker.companyId) return 'pool.not_for_account';
  const refusal = plan && catalog.assignable(plan.plan, taker, { companies: plan.companies, currency });
  if (refusal) return refusal.code as Reason;
  return currency === taker.currency ? null : 'plan.wrong_currency';
}
