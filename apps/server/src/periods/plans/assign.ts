import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import { type Id, newId } from '../../kit/ids.ts';
import { type Refusal, refuse } from '../../kit/refusal.ts';
import * as pools from '../../pools/index.ts';
import { billedLines, offersOf } from '../lines.ts';
import { type Assigned, type Assigning, decideAssignment, type PlanEffect } from '../model/assignment.ts';
import { mergeChanges, type PeriodChanges } from '../model/period.ts';
import { chargeJoining, rollPoolsTo } from '../pools/months.ts';
import { linesThatContributed } from '../pools/sql.ts';
import { savePeriodChanges } from '../save.ts';
import { catchUp, lockPoolsOf, type Outcome, refuseChange } from '../service.ts';
import { settleBlocks, stopAtLimits } from './blocks.ts';
import { priceOf, runningOf } from './running.ts';
import { judgeOf, type Target, targetOf } from './target.ts';
import { askChanges, settle } from './waiting.ts';

export type AssignOptions = {
  /** The pool to share data in: needed by the types that do, refused by the others. */
  poolId?: Id | null;
  /** A running period is cut now, or kept to its end. Lines without one take the plan now in any case. */
  effective?: 'now' | 'next_period';
};

/** What became of a line, with what was done to it: null where it was refused. */
export type PlanOutcome = Outcome & { effect: PlanEffect | null };

/**
 * Puts lines on a plan's latest version, and into a pool where the plan shares one. A blank line becomes ready, or active
 * where the plan bills from assignment; a running period is cut now, with what a prorated plan gives back, or kept to its end,
 * for which the change then waits. Whatever waited before is cancelled. An outcome for each line: one that refuses stops no other.
 */
export async function assignPlan(
  ctx: Ctx,
  ids: Id[],
  planId: Id,
  { poolId = null, effective = 'next_period' }: AssignOptions = {},
): Promise<PlanOutcome[]> {
  return atomically(ctx, async (ctx) => {
    await catchUp(ctx, ids);
    // From here on the pool is not archived: whoever does it waits, and finds its members.
    if (poolId) await pools.holdPools(ctx, [poolId]);
    const target = await targetOf(ctx, planId, poolId);
    await lockPoolsOf(ctx, ids, poolId);
    if (poolId) await rollPoolsTo(ctx, [{ poolId, at: ctx.now }]);
    if (poolId) await stopAtLimits(ctx, [poolId]);
    const sims = await inventory.lockSims(ctx, ids);
    const refusals = await refusalsOf(ctx, target, sims);
    const takes = sims.filter((sim) => !refusals.get(sim.id));
    const inStock = takes.filter((sim) => !sim.registeredAt).map((sim) => sim.id);
    await inventory.register(ctx, inStock, null);
    const assigning = await assigningOf(ctx, takes, target, effective, 'take');
    const all = takes.map((sim) => ({
      sim,
      assigning: assigning.get(sim.id)!,
      ...decideAssignment(assigning.get(sim.id)!, newId(ctx), priceOf),
    }));
    for (const { sim } of all.filter(isTooSoon)) refusals.set(sim.id, refuseTooSoon());
    const decided = all.filter((d) => !isTooSoon(d));
    await settle(
      ctx,
      decided.map(({ sim }) => ({ lineId: sim.id, state: 'cancelled', reason: 'another change was asked for' })),
    );
    const { plan, version } = target;
    await askChanges(
      ctx,
      decided
        .filter((d) => d.effect === 'waits')
        .map(({ sim, from }) => ({ lineId: sim.id, planId: plan.id, planVersionId: version.id, poolId, at: from! })),
    );
    await take(
      ctx,
      target,
      decided.filter((d) => d.effect !== 'waits' && d.effect !== 'same'),
    );
    const effects = new Map(decided.map(({ sim, effect }) => [sim.id, effect]));
    return ids.map((id) => {
      const refusal = refusals.has(id) ? refusals.get(id)! : refuse.notFound('sim');
      return { id, refusal, effect: effects.get(id) ?? null };
    });
  });
}

/** No period is shorter than a millisecond. */
function isTooSoon({ changes, assigning }: { changes: PeriodChanges; assigning: Assigning }): boolean {
  const began = assigning.running?.period.startsAt;
  return began !== undefined && changes.close.length > 0 && began >= assigning.at;
}

function refuseTooSoon(): Refusal {
  return refuse.conflict('period.moved', 'The billing period of this SIM began in this very moment. Try again.');
}

/** For each of these lines why it cannot be on the plan, or null. */
export async function refusalsOf(ctx: Ctx, target: Target, sims: inventory.Sim[]): Promise<Map<Id, Refusal | null>> {
  const judge = await judgeOf(ctx, target, sims);
  return new Map(sims.map((sim) => [sim.id, sim.lifecycle === 'archived' ? refuseChange(sim, 'ready') : judge(sim)]));
}

/** What the assignment of each of these lines is decided on: to `take` it the lines are locked, and their periods are here. */
export async function assigningOf(
  ctx: Ctx,
  sims: inventory.Sim[],
  { version, pool }: Target,
  effective: 'now' | 'next_period',
  purpose: 'take' | 'look',
): Promise<Map<Id, Assigning>> {
  const look = purpose === 'look';
  const ids = sims.map((sim) => sim.id);
  const poolId = pool?.id ?? null;
  const running = await runningOf(ctx, ids, !look);
  const lines = await billedLines(ctx, sims, { look });
  const offers = await offersOf(ctx, sims, { version, poolId }, { look });
  const members = poolId ? ids.map((lineId) => ({ lineId, poolId })) : [];
  const contributed = await linesThatContributed(ctx, members);
  return new Map(
    ids.map((id): [Id, Assigning] => [
      id,
      {
        ...{ line: lines.get(id)!, offer: offers.get(id)!, running: running.get(id) ?? null },
        ...{ contributed: contributed.has(id), effective, at: ctx.now },
      },
    ]),
  );
}

/** Puts locked lines on what was asked for, from now on. */
async function take(
  ctx: Ctx,
  { plan, version, pool }: Target,
  taking: (Assigned & { sim: inventory.Sim; assigning: Assigning })[],
): Promise<void> {
  if (taking.length === 0) return;
  const on = { planId: plan.id, planVersionId: version.id, poolId: pool?.id ?? null, source: 'staff' as const };
  await inventory.putOn(
    ctx,
    taking.map(({ sim }) => ({ ...on, lineId: sim.id })),
    ctx.now,
  );
  await savePeriodChanges(ctx, mergeChanges(taking.map((t) => t.changes)));
  // Whoever is in the pool already, on another plan, does not join it.
  const joining = pool ? taking.filter(({ assigning }) => assigning.line.poolId !== pool.id) : [];
  await chargeJoining(
    ctx,
    joining.map(({ sim }) => ({ lineId: sim.id, poolId: pool!.id, version, at: ctx.now })),
  );
  await inventory.moveLifecycle(
    ctx,
    taking.flatMap(({ sim, to }) => (to ? { lineId: sim.id, from: sim.lifecycle, to, at: ctx.now } : [])),
  );
  await settleBlocks(
    ctx,
    taking.map(({ sim, assigning, changes }) => ({
      ...{ lineId: sim.id, version, payerId: assigning.offer.payerId },
      balanceBytes: changes.open.find((period) => period.lineId === sim.id)?.allowanceBytes ?? 0n,
    })),
  );
}
