import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { Refusal, refuse } from '../../kit/refusal.ts';
import * as operations from '../../operations/index.ts';
import { listHistory } from '../../tenancy/index.ts';
import { type CycleKind, cycleKinds, firstDue, type HeldUp, isAnySoldBy, listDue, listHeldUp } from '../sql/cycles.ts';

import { billRun } from './kind.ts';

/** So long a run waits for periods that have ended to roll over; whose do not by then are billed without. */
const patienceMs = 60 * 60_000;
/** Accounts that are told of at once. */
const toldAtOnce = 100;
const heldUp = 'bill_run.held_up';

/**
 * Begins the bill run that is due: of months in advance, then of the earliest month that is over, once its periods have rolled over. Those of an
 * account that do not within an hour hold up that account, which is told, and nobody else. One at a time; the next follows when it has
 * ended. Returns how many it began: none or one.
 */
export async function beginDueRuns(ctx: Ctx): Promise<number> {
  return atomically(ctx, async (ctx) => {
    if (await operations.isAtWork(ctx, billRun.name)) return 0;
    for (const kind of cycleKindsInTurn) {
      if (kind !== 'cycle' && !(await isAnySoldBy(ctx, kind))) continue;
      const held = await listHeldUp(ctx, kind, toldAtOnce);
      if (held.some(({ since }) => ctx.now.getTime() - since.getTime() < patienceMs)) return 0;
      await tellHeldUp(ctx, held);
      const month = await firstDue(ctx, kind);
      if (month) return (await begin(ctx, kind, month, false)) ? 1 : 0;
    }
    return 0;
  });
}

/** Accounts that are not billed though their month is due: a period of theirs has ended for more than an hour and not rolled over. The oldest first. */
export async function listWaiting(ctx: Ctx): Promise<HeldUp[]> {
  return reading(ctx, async (ctx) => {
    const found: HeldUp[] = [];
    for (const kind of cycleKindsInTurn) {
      if (kind !== 'cycle' && !(await isAnySoldBy(ctx, kind))) continue;
      found.push(...(await listHeldUp(ctx, kind, toldAtOnce)));
    }
    const waiting = found.filter(({ since }) => ctx.now.getTime() - since.getTime() >= patienceMs);
    const once = new Map(waiting.map((one) => [`${one.ownerId} ${one.month}`, one]));
    return [...once.values()].sort((a, b) => a.since.getTime() - b.since.getTime()).slice(0, toldAtOnce);
  });
}

const cycleKindsInTurn = ['pre_billing', 'advanced_billing', 'cycle'] as const;

/** Tells of accounts that cannot be billed, once for each of their months. */
async function tellHeldUp(ctx: Ctx, held: HeldUp[]): Promise<void> {
  for (const { ownerId, month, since } of held) {
    const subject = { type: 'company' as const, id: ownerId };
    const data = { companyId: publicId('company', ownerId), month: month.slice(0, 7), since: since.toISOString() };
    const told = await listHistory(ctx, {
      subject,
      since,
      events: { only: [heldUp] },
      changes: null,
      limit: toldAtOnce,
    });
    if (told.some((event) => event.source === 'event' && event.data.month === data.month)) continue;
    await emit(ctx, [{ name: heldUp, subject, data }]);
    ctx.log.warn(data, 'an account is not billed: a period of it has not rolled over');
  }
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
