import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import { boundTo, type Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import { Refusal, refuse } from '../kit/refusal.ts';
import * as ledger from '../ledger/index.ts';
import { billedLines } from './lines.ts';
import { decideActivation, decideReady } from './model/decide.ts';
import {
  type BilledLine,
  chargesWhileSuspended,
  mergeChanges,
  noChanges,
  type Period,
  type PeriodChanges,
} from './model/period.ts';
import { settle } from './plans/waiting.ts';
import { lockOpenPoolPeriods } from './pools/sql.ts';
import { rollDue } from './rollover.ts';
import { StalePeriod, savePeriodChanges } from './save.ts';
import * as store from './sql.ts';

/** One answer per line asked for: the plural is the primitive. */
export type Outcome = { id: Id; refusal: Refusal | null };

type Plan = { sim: inventory.Sim; line: BilledLine; current: Period | null };
type Decision = Refusal | { changes: PeriodChanges; to: inventory.Lifecycle | null; at?: Date };

/** Locks the lines, decides each by itself, and saves what was accepted together. */
async function changeLines(ctx: Ctx, ids: Id[], decide: (plan: Plan, ctx: Ctx) => Decision): Promise<Outcome[]> {
  return atomically(ctx, async (ctx) => {
    await catchUp(ctx, ids);
    await lockPoolsOf(ctx, ids);
    const sims = await inventory.lockSims(ctx, ids);
    const lines = await billedLines(ctx, sims);
    const open = await store.listOpenPeriods(ctx, ids, true);
    if (open.some((p) => p.endsAt !== null && p.endsAt <= ctx.now)) throw new StalePeriod('another worker rolls these');
    const current = new Map(open.map((p) => [p.lineId, p]));
    const decided = new Map(
      sims.map((sim) => [sim.id, decide({ sim, line: lines.get(sim.id)!, current: current.get(sim.id) ?? null }, ctx)]),
    );
    const accepted = [...decided].flatMap(([id, d]) => (d instanceof Refusal ? [] : [{ id, ...d }]));
    await savePeriodChanges(ctx, mergeChanges(accepted.map((a) => a.changes)));
    await inventory.moveLifecycle(
      ctx,
      accepted.flatMap((a) => {
        const from = sims.find((sim) => sim.id === a.id)!.lifecycle;
        return a.to && a.to !== from ? [{ lineId: a.id, from, to: a.to, at: a.at ?? ctx.now }] : [];
      }),
    );
    return ids.map((id) => {
      const d = decided.get(id);
      if (!d) return { id, refusal: refuse.notFound('sim') };
      return { id, refusal: d instanceof Refusal ? d : null };
    });
  });
}

/** Periods of one line that are caught up before it changes: a hundred years of months. */
const catchUpBound = 1200;

/**
 * Rolls what is due of these lines first: a line that leaves active owes the periods that began before it left, and one
 * that returns owes none that began while it was away, also when the rollover is late.
 */
export async function catchUp(ctx: Ctx, ids: Id[]): Promise<void> {
  for (let round = 0; round < catchUpBound; round++) if ((await rollDue(ctx, ids.length, ids)) === 0) return;
}

/**
 * Months of pools are locked before lines: charging holds them while it writes the periods of members.
 *
 * @param other a pool that they come into
 */
export async function lockPoolsOf(ctx: Ctx, ids: Id[], other: Id | null = null): Promise<void> {
  const planned = await inventory.planVersionsOf(ctx, ids);
  const poolIds = new Set([...planned.values()].flatMap((plan) => plan.poolId ?? []));
  if (other) poolIds.add(other);
  if (poolIds.size > 0) await lockOpenPoolPeriods(ctx, [...poolIds]);
}

/** blank → ready: opens the free ready period. */
export async function makeReady(ctx: Ctx, ids: Id[]): Promise<Outcome[]> {
  return changeLines(ctx, ids, ({ sim, line }, ctx) => {
    if (sim.lifecycle === 'ready') return { changes: noChanges, to: null };
    const refusal = refuseChange(sim, 'ready') ?? refuseWithoutPlan(line);
    if (refusal) return refusal;
    return { changes: decideReady({ ...line, version: line.version! }, ctx.now, newId(ctx)), to: 'ready' };
  });
}

/** The one door to becoming active: by staff, the APIs and orders. First usage takes the same decision in charging. */
export async function activate(ctx: Ctx, ids: Id[]): Promise<Outcome[]> {
  return atomically(ctx, async (ctx) => {
    const outcomes = await changeLines(ctx, ids, ({ sim, line, current }, ctx) => {
      if (sim.lifecycle === 'active') return { changes: noChanges, to: null };
      const refusal = refuseChange(sim, 'active') ?? refuseWithoutPlan(line);
      if (refusal) return refusal;
      const now = { ...line, version: line.version! };
      if (now.version.type === 'prepaid' && !current && sim.lifecycle === 'suspended') {
        // Its period has expired: the next one begins with a refill.
        return { changes: { ...noChanges, block: [{ lineId: sim.id, reason: 'validity', detail: {} }] }, to: 'active' };
      }
      return { changes: decideActivation(now, current, ctx.now, newId(ctx)), to: 'active' };
    });
    await inventory.liftSuspensions(
      ctx,
      outcomes.filter((o) => !o.refusal).map((o) => o.id),
    );
    return outcomes;
  });
}

/** ready or active → suspended. A ready period closes at once; an active one runs to its end and gets no successor. */
export async function suspend(ctx: Ctx, ids: Id[], reason = ''): Promise<Outcome[]> {
  return atomically(ctx, async (ctx) => {
    const outcomes = await changeLines(ctx, ids, ({ sim, line, current }, ctx) => {
      if (sim.lifecycle === 'suspended') return { changes: noChanges, to: null };
      // What a prepaid line was refilled with while it waited stays with it.
      const runsOn = line.version !== null && (line.version.type === 'prepaid' || chargesWhileSuspended(line.version));
      const changes = runsOn ? noChanges : endReady(current, ctx.now);
      return refuseChange(sim, 'suspended') ?? { changes, to: 'suspended' };
    });
    const done = outcomes.filter((o) => !o.refusal).map((o) => o.id);
    if (done.length > 0) await inventory.openSuspensions(ctx, done, reason);
    return outcomes;
  });
}

/** any → archived: the record stays, the line is gone. Its period ends here, so that later usage falls into none. */
export async function archive(ctx: Ctx, ids: Id[]): Promise<Outcome[]> {
  return atomically(ctx, async (ctx) => {
    const outcomes = await changeLines(ctx, ids, ({ sim, current }, ctx) => {
      if (sim.lifecycle === 'archived') return { changes: noChanges, to: null };
      return { changes: endPeriod(current, ctx.now), to: 'archived' };
    });
    const gone = outcomes.filter((o) => !o.refusal).map((o) => o.id);
    await settle(
      ctx,
      gone.map((lineId) => ({ lineId, state: 'cancelled', reason: 'the SIM was archived' })),
    );
    await inventory.endAssignments(ctx, gone);
    return outcomes;
  });
}

function endReady(current: Period | null, at: Date): PeriodChanges {
  return endPeriod(current?.kind === 'ready' ? current : null, at);
}

function endPeriod(current: Period | null, at: Date): PeriodChanges {
  if (!current) return noChanges;
  const { id, lineId, kind, version } = current;
  return { ...noChanges, close: [{ id, lineId, kind, at, version }] };
}

export const statusRefusals = { notAllowed: 'sim.status_not_allowed', planMissing: 'sim.plan_missing' } as const;

export function refuseChange(sim: inventory.Sim, to: inventory.Lifecycle): Refusal | null {
  if (inventory.canBecome(sim.lifecycle, to)) return null;
  return refuse.conflict(statusRefusals.notAllowed, `A SIM that is ${sim.lifecycle} cannot become ${to}.`, {
    field: 'status',
    from: sim.lifecycle,
    to,
  });
}

function refuseWithoutPlan(line: BilledLine): Refusal | null {
  if (line.version) return null;
  return refuse.conflict(
    statusRefusals.planMissing,
    'This SIM has no plan: put it in a fleet or assign a plan first.',
    {
      field: 'fleetId',
    },
  );
}

export async function latestPeriodsOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, store.StoredPeriod>> {
  return reading(ctx, async (ctx) => new Map((await store.listLatestPeriods(ctx, lineIds)).map((p) => [p.lineId, p])));
}

export async function periodHistory(
  ctx: Ctx,
  lineId: Id,
  page: { after?: { startsAt: Date; id: Id }; limit: number },
): Promise<store.StoredPeriod[]> {
  return reading(ctx, (ctx) => store.listPeriods(ctx, { lineId, ...page }));
}

export async function feesOf(
  ctx: Ctx,
  filter: { lineId?: Id; poolId?: Id; ids?: Id[]; periodIds?: Id[]; after?: { at: Date; id: Id }; limit: number },
): Promise<store.ChargedFee[]> {
  return reading(ctx, (ctx) => store.listFees(ctx, filter));
}

/** Ledger accounts of one owner: a handful of kinds and currencies. */
const accountsOfOwner = 100;

/** The overview's figure; a company's staff get what their company was charged. */
export async function feeTotals(ctx: Ctx, from: Date, to: Date): Promise<{ currency: string; amountMicros: bigint }[]> {
  return reading(ctx, async (ctx) => {
    const ownerId = boundTo(ctx.actor);
    const own = ownerId ? { ownerId } : null;
    const payers =
      own && (await ledger.listAccounts(ctx, own, { limit: accountsOfOwner })).map((account) => account.id);
    return store.sumFees(ctx, from, to, payers);
  });
}

/** Periods by id: what a record or a fee points at. */
export async function periodsOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, store.StoredPeriod>> {
  if (ids.length === 0) return new Map();
  return reading(ctx, async (ctx) => {
    const found = await store.listPeriods(ctx, { ids, limit: ids.length });
    return new Map(found.map((period) => [period.id, period]));
  });
}

/** Of these lines those that wait as ready for a number of commands (Super SIM plans: five), and since when they wait. */
export async function readyByCommands(
  ctx: Ctx,
  lineIds: Id[],
): Promise<{ lineId: Id; since: Date; commands: number }[]> {
  if (lineIds.length === 0) return [];
  const waiting = (await store.listOpenPeriods(ctx, lineIds, false)).filter((period) => period.kind === 'ready');
  const versions = await catalog.getVersions(ctx, [...new Set(waiting.map((period) => period.planVersionId))]);
  return waiting.flatMap(({ lineId, startsAt, planVersionId }) => {
    const commands = versions.get(planVersionId)?.readyExitCommands ?? null;
    return commands === null ? [] : { lineId, since: startsAt, commands };
  });
}
