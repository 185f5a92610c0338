import type { z } from 'zod';
import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { amount } from '../kit/http/schemas.ts';
import type { Id } from '../kit/ids.ts';
import * as periods from '../periods/index.ts';
import * as pools from '../pools/index.ts';
import type { SimFacts } from './facts.ts';
import type { SimReply } from './schemas.ts';

type PlanState = Pick<z.output<typeof SimReply>, 'planSince' | 'planChange' | 'prepaid'>;

/** Of one SIM: since when it is on its plan, what change of it waits, and what it has of what was bought. */
export async function planStateOf(ctx: Ctx, { sim, period }: SimFacts): Promise<PlanState> {
  const on = (await inventory.openAssignmentsOf(ctx, [sim.id])).get(sim.id);
  const version = on && (await catalog.getVersions(ctx, [on.planVersionId])).get(on.planVersionId);
  return {
    planSince: on?.startsAt ?? null,
    planChange: await changeOf(ctx, sim.id, period),
    prepaid: version?.type === 'prepaid' ? prepaidOf(version, period) : null,
  };
}

async function changeOf(ctx: Ctx, lineId: Id, period: periods.Period | null): Promise<PlanState['planChange']> {
  const change = (await periods.waitingChangesOf(ctx, [lineId])).get(lineId);
  if (!change) return null;
  const { id, planId, poolId, askedAt, askedBy } = change;
  const plan = planId && (await catalog.plansOf(ctx, [planId])).get(planId);
  const pool = poolId && (await pools.poolsOf(ctx, [poolId])).get(poolId)?.pool;
  return { id, plan: plan || null, pool: pool || null, at: period?.endsAt ?? null, askedAt, askedBy };
}

function prepaidOf(version: catalog.PlanVersion, period: periods.Period | null): PlanState['prepaid'] {
  const active = period?.kind === 'active' ? period : null;
  return {
    balanceBytes: (period?.allowanceBytes ?? 0n) - (active?.usedBytes ?? 0n),
    validUntil: active?.endsAt ?? null,
    validityDays: version.validityDays ?? 0,
    refills: version.refills.map(({ id, amountBytes, priceMicros }) => ({
      ...{ id, amountBytes },
      ...{ price: amount(priceMicros, version.currency), currency: version.currency },
    })),
  };
}
