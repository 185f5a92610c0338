import type { Micros } from '@simwright/measure';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { type Refusal, refuse } from '../../kit/refusal.ts';
import { billedLines } from '../lines.ts';
import { type Assigning, balanceOf, decideAssignment, goesAlong, type PlanEffect } from '../model/assignment.ts';
import { decideEnd } from '../model/change.ts';
import { decideRollover } from '../model/decide.ts';
import { noChanges, type PeriodChanges } from '../model/period.ts';
import { refuseChange } from '../service.ts';
import * as store from '../sql.ts';
import { type AssignOptions, assigningOf, refusalsOf } from './assign.ts';
import { endEffect } from './end.ts';
import { priceOf, runningOf } from './running.ts';
import { targetOf } from './target.ts';

/** An amount that a change of plan would make due, or (below zero) give back. */
export type Cost = {
  kind: 'recurring' | 'activation' | 'adjustment';
  amountMicros: Micros;
  currency: string;
  /** The part of a period that it is for; null: the whole. */
  days: number | null;
  wholeDays: number | null;
  at: Date;
  /** In words, of an adjustment. */
  reason: string | null;
};

/** What a change of plan would do to a line. */
export type Preview = {
  id: Id;
  refusal: Refusal | null;
  effect: PlanEffect | null;
  /** From when on it counts; null: it does nothing. */
  from: Date | null;
  costs: readonly Cost[];
  /** What the line may use from then on in its first period; null: no allowance. */
  allowanceBytes: bigint | null;
  /** What is left of a prepaid balance, and would be lost. */
  lapsesBytes: bigint;
};

const nothing = { effect: null, from: null, costs: [], allowanceBytes: null, lapsesBytes: 0n } as const;

/** What an assignment would do to each line, and what it would cost, without doing it. */
export async function previewAssignment(
  ctx: Ctx,
  ids: Id[],
  planId: Id,
  { poolId = null, effective = 'next_period' }: AssignOptions = {},
): Promise<Preview[]> {
  return reading(ctx, async (ctx) => {
    const target = await targetOf(ctx, planId, poolId);
    const sims = await inventory.listSims(ctx, { ids }, { limit: ids.length });
    const refusals = await refusalsOf(ctx, target, sims);
    const takes = sims.filter((sim) => !refusals.get(sim.id));
    const assigning = await assigningOf(ctx, takes, target, effective, 'look');
    const paid = await activationsPaid(ctx, [...assigning.values()]);
    return ids.map((id): Preview => {
      const one = assigning.get(id);
      if (!one) return { id, refusal: refusals.get(id) ?? refuse.notFound('sim'), ...nothing };
      return { id, refusal: null, ...previewOne(one, paid.has(id)) };
    });
  });
}

/** @param paid whether the activation fee of its account was charged before */
function previewOne(assigning: Assigning, paid: boolean): Omit<Preview, 'id' | 'refusal'> {
  const { line, offer, running } = assigning;
  // Nothing of this is kept, so that an id for it is not needed either.
  const { effect, from, changes } = decideAssignment(assigning, line.id, priceOf);
  if (!from) return { ...nothing, effect };
  const next = { id: line.id, offer };
  const begins = effect === 'waits' ? decideRollover({ ...line, next }, running!.period, line.id) : changes;
  const joins = offer.poolId !== null && offer.poolId !== line.poolId;
  const joining: Cost = {
    ...{ kind: 'activation', amountMicros: offer.version.activationFeeMicros, currency: offer.version.currency },
    ...{ days: null, wholeDays: null, at: from, reason: null },
  };
  const lapses = effect === 'waits' ? 0n : balanceOf(running) - goesAlong(running, offer.version);
  return {
    ...{ effect, from },
    costs: [...costsOf(begins, paid), ...(joins && joining.amountMicros > 0n ? [joining] : [])],
    allowanceBytes: begins.open[0]?.allowanceBytes ?? null,
    lapsesBytes: lapses > 0n ? lapses : 0n,
  };
}

/** What ending the plan of each line would do, without doing it. */
export async function previewEnd(
  ctx: Ctx,
  ids: Id[],
  { effective = 'now' }: Pick<AssignOptions, 'effective'> = {},
): Promise<Preview[]> {
  return reading(ctx, async (ctx) => {
    const sims = await inventory.listSims(ctx, { ids }, { limit: ids.length });
    const lines = await billedLines(ctx, sims, { look: true });
    const running = await runningOf(ctx, ids, false);
    const found = new Map(sims.map((sim) => [sim.id, sim]));
    return ids.map((id): Preview => {
      const sim = found.get(id);
      if (!sim) return { id, refusal: refuse.notFound('sim'), ...nothing };
      if (sim.lifecycle === 'archived') return { id, refusal: refuseChange(sim, 'suspended'), ...nothing };
      const line = lines.get(id)!;
      const own = running.get(id) ?? null;
      const effect = endEffect(line.version !== null, own, effective);
      if (effect === 'same') return { id, refusal: null, ...nothing, effect };
      if (effect === 'waits') return { id, refusal: null, ...nothing, effect, from: own!.period.endsAt };
      const changes = { ...noChanges, ...decideEnd(line, own, ctx.now, { followed: false, price: priceOf }) };
      const left = balanceOf(own);
      const lapsesBytes = left > 0n ? left : 0n;
      return { id, refusal: null, ...nothing, effect, from: ctx.now, costs: costsOf(changes, true), lapsesBytes };
    });
  });
}

function costsOf(changes: PeriodChanges, activationPaid: boolean): Cost[] {
  const { fees, contributions, adjustments } = changes;
  const partOf = (fee: { proratedDays: number | null; wholeDays: number | null }) => ({
    days: fee.proratedDays,
    wholeDays: fee.wholeDays,
  });
  return [
    ...adjustments.map(({ amountMicros, currency, reason, detail }) => ({
      ...{ kind: 'adjustment' as const, amountMicros, currency, reason },
      ...{ days: detail.days as number, wholeDays: detail.wholeDays as number, at: changes.close[0]!.at },
    })),
    ...fees
      .filter((fee) => fee.kind === 'recurring' || !activationPaid)
      .map((fee) => ({ ...pick(fee), kind: fee.kind, ...partOf(fee), reason: null })),
    ...contributions
      .filter((share) => share.feeMicros > 0n)
      .map((share) => ({
        ...{ kind: 'recurring' as const, amountMicros: share.feeMicros, currency: share.currency },
        ...{ ...partOf(share), at: share.at, reason: null },
      })),
  ];
}

function pick({ amountMicros, currency, at }: { amountMicros: Micros; currency: string; at: Date }) {
  return { amountMicros, currency, at };
}

/** Lines whose accounts were charged the activation fee before: it falls due once per line and account. */
async function activationsPaid(ctx: Ctx, assigning: Assigning[]): Promise<Set<Id>> {
  const paying = assigning.filter(({ offer }) => offer.version.activationFeeMicros > 0n && offer.poolId === null);
  return store.linesActivated(
    ctx,
    paying.map(({ line, offer }) => ({ lineId: line.id, payerId: offer.payerId })),
  );
}
