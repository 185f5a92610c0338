import * as inventory from '../inventory/index.ts';
import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, inOrder, newId } from '../kit/ids.ts';
import { billedLines } from './lines.ts';
import { decideRollover, type Rollover } from './model/decide.ts';
import { type BilledLine, mergeChanges } from './model/period.ts';
import { type Begun, liftPlanBlocks, settleBlocks, stopAtLimits } from './plans/blocks.ts';
import { judgeWaiting, settle } from './plans/waiting.ts';
import { chargeJoining, rollPools, rollPoolsTo } from './pools/months.ts';
import { isAnyPoolDue } from './pools/sql.ts';
import { StalePeriod, savePeriodChanges } from './save.ts';
import * as store from './sql.ts';

/** Periods rolled in one database transaction: their lines are locked for some tens of milliseconds. */
export const rolledAtOnce = 300;
/** Chunks under way at a time: while one is in the database, the next is decided. */
const lanes = 2;

/** How far a run has come in the order in which periods fall due. */
type Place = { endsAt: Date; id: Id };
type Rolled = { rolled: number; last: Place | null };

/**
 * Rolls one chunk of the organization's due periods: closes each, charges the fee of the next and opens it. One period
 * of a line at a time, so that missed months are caught up in order. A line that somebody else has right now waits for
 * the next run; whoever names `lineIds` waits for a worker that rolls them right now. Returns how many it rolled; safe
 * to repeat.
 *
 * @throws StalePeriod when that worker takes longer than a second.
 */
export async function rollDue(ctx: Ctx, limit: number, lineIds?: Id[]): Promise<number> {
  return (await rollChunk(ctx, { limit, lineIds })).rolled;
}

/**
 * Rolls the organization's due periods, chunk by chunk, at most `chunks` of them. Every chunk commits by itself, so a
 * run may be killed anywhere and any number of runs may meet. Returns how many periods it rolled.
 */
export async function rollAllDue(given: Ctx, chunks: number): Promise<number> {
  assert(!given.tx, 'chunks of a rollover have database transactions of their own');
  const ctx = { ...given, random: inOrder(given.random) };
  // The months of pools first: who becomes a member at a boundary brings its share to the new month.
  for (let round = 0; round < chunks; round++) if ((await rollPools(ctx)) === 0) break;
  let begun = 0;
  let total = 0;
  let place: Place | null = null;
  const lane = async () => {
    while (begun < chunks) {
      begun += 1;
      const { rolled, last }: Rolled = await rollChunk(ctx, { limit: rolledAtOnce, after: place });
      if (last && (!place || isAfter(last, place))) place = last;
      total += rolled;
      if (!last) return;
    }
  };
  // A line that was months behind falls due again before the place that the run has come to: once more from the start, until
  // nothing is found.
  for (let before = -1; total > before && begun < chunks; place = null) {
    before = total;
    await Promise.all(Array.from({ length: lanes }, lane));
  }
  return total;
}

function isAfter(a: Place, b: Place): boolean {
  return a.endsAt > b.endsAt || (a.endsAt.getTime() === b.endsAt.getTime() && a.id > b.id);
}

async function rollChunk(ctx: Ctx, wanted: store.DueFilter): Promise<Rolled> {
  return atomically(ctx, async (ctx) => {
    await store.keepPlans(ctx);
    const found = await store.lockDuePeriods(ctx, wanted).catch(tooLate);
    const end = found.at(-1);
    const last = end ? { endsAt: end.endsAt!, id: end.id } : null;
    // Everybody else locks a line before its periods: to wait for a line here would be a deadlock.
    const sims = await inventory.lockToRoll(
      ctx,
      found.map((period) => period.lineId),
    );
    const ours = new Set(sims.map((sim) => sim.id));
    const due = found.filter((period) => ours.has(period.lineId));
    if (due.length === 0) return { rolled: 0, last };
    const { changes, refusals } = await judgeWaiting(
      ctx,
      due.map((period) => period.lineId),
    );
    const lines = await billedLines(ctx, sims, { changes });
    const decided = due.map((period) => ({
      period,
      ...decideRollover(lines.get(period.lineId)!, period, newId(ctx)),
    }));
    await rollPoolsTo(ctx, joiningOf(decided));
    await savePeriodChanges(ctx, mergeChanges(decided));
    const moves = decided.flatMap((d) => {
      const from = lines.get(d.period.lineId)!.lifecycle;
      return d.to ? { lineId: d.period.lineId, from, to: d.to, at: d.period.endsAt! } : [];
    });
    await inventory.moveLifecycle(ctx, moves);
    await takeChanges(ctx, decided, lines);
    await settle(
      ctx,
      [...refusals].map(([lineId, { message }]) => ({ lineId, state: 'refused', reason: message })),
    );
    return { rolled: due.length, last };
  });
}

type Decided = Rollover & { period: { lineId: Id; endsAt: Date | null } };

/** The pools that lines come into by the changes they take. */
function joiningOf(decided: Decided[]): { poolId: Id; at: Date }[] {
  return decided.flatMap(({ taken, period }) => {
    const poolId = taken?.offer?.poolId;
    return poolId ? { poolId, at: period.endsAt! } : [];
  });
}

/** Puts lines on what they had waited for, from the end of their period on. */
async function takeChanges(ctx: Ctx, decided: Decided[], lines: Map<Id, BilledLine>): Promise<void> {
  const taking = decided.filter((d) => d.taken !== null);
  if (taking.length === 0) return;
  // Lines of one organization mostly end their months together: one statement for each instant.
  for (const [time, of] of Map.groupBy(taking, (d) => d.period.endsAt!.getTime())) {
    const at = new Date(time);
    const ending = of.filter((d) => d.taken!.offer === null).map((d) => d.period.lineId);
    await inventory.endAssignments(ctx, ending, at);
    await inventory.openSuspensions(ctx, ending, 'plan ended');
    await liftPlanBlocks(ctx, ending);
    const coming = of.flatMap(({ taken, period: { lineId }, open }) => {
      const offer = taken!.offer;
      return offer ? { lineId, offer, open } : [];
    });
    await inventory.putOn(
      ctx,
      coming.map(({ lineId, offer: { version, poolId } }) => {
        return { lineId, planId: version.planId, planVersionId: version.id, poolId, source: 'staff' as const };
      }),
      at,
    );
    // Whoever is in the pool already, on another plan, does not join it.
    const joining = coming.filter(({ lineId, offer }) => offer.poolId && offer.poolId !== lines.get(lineId)!.poolId);
    await chargeJoining(
      ctx,
      joining.map(({ lineId, offer }) => ({ lineId, poolId: offer.poolId!, version: offer.version, at })),
    );
    await stopAtLimits(
      ctx,
      joining.map(({ offer }) => offer.poolId!),
    );
    await settleBlocks(
      ctx,
      coming.map(({ lineId, offer: { version, payerId }, open }): Begun => {
        return { lineId, version, payerId, balanceBytes: open[0]?.allowanceBytes ?? 0n };
      }),
    );
  }
  await settle(
    ctx,
    taking.map((d) => ({ lineId: d.period.lineId, state: 'done' })),
  );
}

/** Another worker has not come to an end with these periods: the unit of work begins again. */
function tooLate(error: unknown): never {
  if ((error as { code?: string }).code !== '55P03') throw error;
  throw new StalePeriod('another worker rolls these periods right now');
}

/** Whether anything is left to roll, also what another worker holds at this moment. */
export async function isAnyDue(ctx: Ctx): Promise<boolean> {
  return reading(ctx, async (ctx) => (await store.isAnyDue(ctx)) || (await isAnyPoolDue(ctx)));
}
