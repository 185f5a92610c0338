import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import { billedLines } from '../lines.ts';
import type { EndEffect } from '../model/assignment.ts';
import { decideEnd, type Running } from '../model/change.ts';
import { mergeChanges, noChanges } from '../model/period.ts';
import { savePeriodChanges } from '../save.ts';
import { catchUp, lockPoolsOf, refuseChange } from '../service.ts';
import type { AssignOptions, PlanOutcome } from './assign.ts';
import { liftPlanBlocks } from './blocks.ts';
import { priceOf, runningOf } from './running.ts';
import { askChanges, settle } from './waiting.ts';

export function endEffect(planned: boolean, running: Running | null, effective: 'now' | 'next_period'): EndEffect {
  if (!planned) return 'same';
  return effective === 'next_period' && running?.period.kind === 'active' ? 'waits' : 'ends_now';
}

/** Ends the lines' plan, which suspends them: now, or when their running period ends. A blank line stays blank. */
export async function endPlan(
  ctx: Ctx,
  ids: Id[],
  { effective = 'now' }: Pick<AssignOptions, 'effective'> = {},
): Promise<PlanOutcome[]> {
  return atomically(ctx, async (ctx) => {
    await catchUp(ctx, ids);
    await lockPoolsOf(ctx, ids);
    const sims = await inventory.lockSims(ctx, ids);
    const running = await runningOf(ctx, ids, true);
    const planned = await inventory.planVersionsOf(ctx, ids);
    const decided = new Map(
      sims.map((sim) => {
        const refusal = sim.lifecycle === 'archived' ? refuseChange(sim, 'suspended') : null;
        const effect = refusal ? null : endEffect(planned.has(sim.id), running.get(sim.id) ?? null, effective);
        return [sim.id, { sim, refusal, effect }];
      }),
    );
    const of = (effect: EndEffect) => [...decided.values()].filter((d) => d.effect === effect).map(({ sim }) => sim);
    await settle(
      ctx,
      [...decided.values()]
        .filter((d) => !d.refusal)
        .map(({ sim }) => ({ lineId: sim.id, state: 'cancelled', reason: 'the plan was ended' })),
    );
    await askChanges(
      ctx,
      of('waits').map((sim) => ({
        ...{ lineId: sim.id, planId: null, planVersionId: null, poolId: null },
        at: running.get(sim.id)!.period.endsAt!,
      })),
    );
    await endNow(ctx, of('ends_now'), running);
    return ids.map((id) => {
      const found = decided.get(id);
      return found
        ? { id, refusal: found.refusal, effect: found.effect }
        : { id, refusal: refuse.notFound('sim'), effect: null };
    });
  });
}

/** Ends what locked lines are on, and their periods with it. Today still belongs to the plan: no other comes after it. */
export async function endNow(
  ctx: Ctx,
  sims: inventory.Sim[],
  running: Map<Id, Running>,
  reason = 'plan ended',
): Promise<void> {
  if (sims.length === 0) return;
  const lines = await billedLines(ctx, sims);
  await savePeriodChanges(
    ctx,
    mergeChanges(
      sims.map((sim) => ({
        ...noChanges,
        ...decideEnd(lines.get(sim.id)!, running.get(sim.id) ?? null, ctx.now, { followed: false, price: priceOf }),
      })),
    ),
  );
  const ids = sims.map((sim) => sim.id);
  await inventory.endAssignments(ctx, ids);
  await liftPlanBlocks(ctx, ids);
  const stopping = sims.filter((sim) => sim.lifecycle === 'ready' || sim.lifecycle === 'active');
  await inventory.moveLifecycle(
    ctx,
    stopping.map((sim) => ({ lineId: sim.id, from: sim.lifecycle, to: 'suspended', at: ctx.now })),
  );
  if (stopping.length > 0) {
    await inventory.openSuspensions(
      ctx,
      stopping.map((sim) => sim.id),
      reason,
    );
  }
}
