import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { Refusal, refuse } from '../../kit/refusal.ts';
import * as operations from '../../operations/index.ts';
import { type CycleKind, cycleKinds, firstDue, isAnySoldBy, isBehind, listDue } from '../sql/cycles.ts';
import { billRun } from './kind.ts';

/**
 * Begins the bill run that is due: of months in advance, then of the earliest month that is over, once all periods of it have rolled over. One
 * at a time; the next follows when it has ended. Returns how many it began: none or one.
 */
export async function beginDueRuns(ctx: Ctx): Promise<number> {
  return atomically(ctx, async (ctx) => {
    if (await operations.isAtWork(ctx, billRun.name)) return 0;
    for (const kind of ['pre_billing', 'advanced_billing', 'cycle'] as const) {
      if (kind !== 'cycle' && !(await isAnySoldBy(ctx, kind))) continue;
      const due = await firstDue(ctx, kind);
      if (!due) continue;
      const over = kind === 'cycle' ? due.endsAt : due.startsAt;
      if (await isBehind(ctx, over < ctx.now ? over : ctx.now)) return 0;
      return (await begin(ctx, kind, due.month, false)) ? 1 : 0;
    }
    return 0;
  });
}

/** Whether a bill run is due or at work. */
export async function isAnyRunDue(ctx: Ctx): Promise<boolean> {
  return reading(ctx, async (ctx) => {
    if (await operations.isAtWork(ctx, billRun.name)) return true;
    for (const kind of cycleKinds) {
      if (kind !== 'cycle' && !(await isAnySoldBy(ctx, kind))) continue;
      if (await firstDue(ctx, kind)) return true;
    }
    return false;
  });
}

/**
 * Begins a run of a month by hand, without waiting for grace days: for the accounts that were not billed for it yet.
 * Refuses `bill_run.nothing_due`, and `operations.too_many`.
 */
export async function runByHand(ctx: Ctx, kind: CycleKind, month: string): Promise<operations.Operation> {
  return atomically(ctx, async (ctx) => {
    if ((await listDue(ctx, kind, { month, byHand: true, limit: 1 })).length === 0) {
      throw refuse.conflict(
        'bill_run.nothing_due',
        'No account is to be billed for that month: it still runs, or they all were.',
        {
          field: 'body.month',
        },
      );
    }
    return (await begin(ctx, kind, month, true))!;
  });
}

async function begin(ctx: Ctx, kind: CycleKind, month: string, byHand: boolean): Promise<operations.Operation | null> {
  const title = { cycle: 'Bill run', pre_billing: 'Bill run in advance', advanced_billing: 'Bill run of fixed fees' }[
    kind
  ];
  try {
    return await operations.begin(ctx, billRun, {
      ...{ title: `${title}, ${month.slice(0, 7)}`, startsItself: true, parameters: { kind, month, byHand } },
      ...{ found: {}, columns: ['payer'], place: {}, file: null },
    });
  } catch (error) {
    // There is other work: this comes when there is room.
    if (!byHand && error instanceof Refusal && error.code === 'operations.too_many') return null;
    throw error;
  }
}
