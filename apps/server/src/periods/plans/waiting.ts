import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit, type NewEvent } from '../../kit/outbox.ts';
import type { Refusal } from '../../kit/refusal.ts';
import {
  insertChanges,
  listChanges,
  listWaitingChanges,
  type NewChange,
  type PlanChange,
  type Settled,
  settleChanges,
} from './sql.ts';
import { judgePlaced, type Placed } from './target.ts';

/** What is to come at the end of a running period. */
export type Wanted = Omit<NewChange, 'id'>;

/** Keeps changes that wait for the end of their lines' periods, on locked lines; what waited before is settled by then. */
export async function askChanges(ctx: Ctx, wanted: (Wanted & { at: Date })[]): Promise<void> {
  if (wanted.length === 0) return;
  const asked = wanted.map((change) => ({ ...change, id: newId(ctx) }));
  await insertChanges(ctx, asked);
  await emit(
    ctx,
    asked.map((change) => changeEvent('plan_change.asked', change, { at: change.at.toISOString() })),
  );
  const plans = await catalog.plansOf(ctx, [...new Set(asked.flatMap((change) => change.planId ?? []))]);
  await audit(
    ctx,
    asked.map(({ lineId, planId, at }) => ({
      action: 'sim.plan_change_asked',
      objectType: 'sim',
      objectId: publicId('sim', lineId),
      changes: [
        { field: 'plan', old: null, new: (planId && plans.get(planId)?.name) || null },
        { field: 'from', old: null, new: at.toISOString() },
      ],
    })),
  );
}

/** Settles what waits on these locked lines, with news of what will not happen. Returns the lines that had a change. */
export async function settle(ctx: Ctx, settled: Settled[]): Promise<Id[]> {
  const changes = await settleChanges(ctx, settled);
  const dropped = changes.filter((change) => change.state !== 'done');
  await emit(
    ctx,
    dropped.map((change) => changeEvent(`plan_change.${change.state}`, change, { reason: change.reason })),
  );
  await audit(
    ctx,
    dropped.map((change) => ({
      action: `sim.plan_change_${change.state}`,
      objectType: 'sim',
      objectId: publicId('sim', change.lineId),
      changes: [{ field: 'reason', old: null, new: change.reason }],
    })),
  );
  return changes.map((change) => change.lineId);
}

function changeEvent(name: string, change: NewChange, data: Record<string, unknown>): NewEvent {
  const { id, lineId, planId, poolId } = change;
  return {
    name,
    subject: { type: 'sim', id: lineId },
    data: {
      ...{ sim: publicId('sim', lineId), change: publicId('plan_change', id) },
      ...{ plan: planId && publicId('plan', planId), pool: poolId && publicId('pool', poolId) },
      ...data,
    },
  };
}

/** The changes that these lines wait for, and which of them cannot come any more: the line keeps its plan then. */
export async function judgeWaiting(
  ctx: Ctx,
  lineIds: Id[],
): Promise<{ changes: PlanChange[]; refusals: Map<Id, Refusal> }> {
  const waiting = await listWaitingChanges(ctx, lineIds);
  if (waiting.length === 0) return { changes: [], refusals: new Map() };
  const coming = waiting.filter((change) => change.planId !== null);
  const owners = new Map(
    (await inventory.listSims(ctx, { ids: coming.map((change) => change.lineId) }, { limit: coming.length })).map(
      (sim) => [sim.id, sim],
    ),
  );
  const refusals = await judgePlaced(
    ctx,
    coming.map(({ lineId, planId, planVersionId, poolId }): Placed => {
      const { companyId, telecomId } = owners.get(lineId)!;
      return { id: lineId, companyId, telecomId, planId: planId!, planVersionId: planVersionId!, poolId };
    }),
  );
  return { changes: waiting.filter((change) => !refusals.has(change.lineId)), refusals };
}

/** Takes back changes that wait. Returns the lines that had one. */
export async function cancelChanges(ctx: Ctx, ids: Id[]): Promise<Id[]> {
  return atomically(ctx, async (ctx) => {
    const sims = await inventory.lockSims(ctx, ids);
    return settle(
      ctx,
      sims.map((sim) => ({ lineId: sim.id, state: 'cancelled' as const, reason: 'taken back' })),
    );
  });
}

/** The changes that lines wait for. */
export async function waitingChangesOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, PlanChange>> {
  return reading(ctx, async (ctx) => new Map((await listWaitingChanges(ctx, ids)).map((c) => [c.lineId, c])));
}

/** Changes of a line, the newest first. */
export async function planChangesOf(
  ctx: Ctx,
  lineId: Id,
  page: { before?: { at: Date; id: Id }; limit: number },
): Promise<PlanChange[]> {
  return reading(ctx, (ctx) => listChanges(ctx, lineId, page));
}
