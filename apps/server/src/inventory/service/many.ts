import { audit, changesBetween } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { type Refusal, refuse } from '../../kit/refusal.ts';
import { simEvent } from '../events.ts';
import type { Sim } from '../model.ts';
import * as store from '../sql/sims.ts';
import * as states from '../sql/states.ts';
import { getFleet } from './fleets.ts';
import { assign } from './sims.ts';

export type ManyOutcome = { id: Id; refusal: Refusal | null };

/** Gives SIMs unique names, each its own; the caller has locked them, and seen that the names are free in their account. */
export async function nameSims(ctx: Ctx, named: { id: Id; uniqueName: string }[]): Promise<void> {
  if (named.length === 0) return;
  await store.nameSims(ctx, named);
  await audit(
    ctx,
    named.map(({ id, uniqueName }) => ({
      action: 'sim.updated',
      objectType: 'sim',
      objectId: publicId('sim', id),
      changes: [{ field: 'uniqueName', old: null, new: uniqueName }],
    })),
  );
  await emit(
    ctx,
    named.map(({ id }) => simEvent('sim.updated', id, { fields: ['uniqueName'] })),
  );
}

/** Gives lines the same labels, in a fixed number of statements. */
export async function labelSims(ctx: Ctx, ids: Id[], labels: string[]): Promise<ManyOutcome[]> {
  return atomically(ctx, async (ctx) => {
    const { living, outcomes } = await lockLiving(ctx, ids);
    await change(ctx, living, { labels });
    return outcomes;
  });
}

/**
 * Puts lines into a fleet, in a fixed number of statements. They come onto the plan behind it, save those that have
 * one of their own from staff; a line from stock is registered by it.
 */
export async function moveToFleet(ctx: Ctx, ids: Id[], fleetId: Id): Promise<ManyOutcome[]> {
  return atomically(ctx, async (ctx) => {
    const fleet = await getFleet(ctx, fleetId);
    const { living, outcomes } = await lockLiving(ctx, ids);
    const current = new Map(
      (
        await states.listOpenAssignments(
          ctx,
          living.map((sim) => sim.id),
        )
      ).map((a) => [a.lineId, a]),
    );
    const replan = living.filter((sim) => {
      const assignment = current.get(sim.id);
      return sim.fleetId !== fleetId && assignment?.source !== 'staff' && assignment?.planId !== fleet.planId;
    });
    if (replan.length > 0) {
      await assign(
        ctx,
        replan.map((sim) => sim.id),
        fleet.planId,
        'fleet',
      );
    }
    const fresh = living.filter((sim) => sim.registeredAt === null).map((sim) => sim.id);
    if (fresh.length > 0) await store.updateSims(ctx, fresh, { registeredAt: ctx.now });
    await change(ctx, living, { fleetId });
    return outcomes;
  });
}

async function lockLiving(ctx: Ctx, ids: Id[]): Promise<{ living: Sim[]; outcomes: ManyOutcome[] }> {
  const sims = new Map((await store.lockSims(ctx, ids)).map((sim) => [sim.id, sim]));
  const outcomes = ids.map((id): ManyOutcome => {
    const sim = sims.get(id);
    if (!sim) return { id, refusal: refuse.notFound('sim') };
    const archived = sim.lifecycle === 'archived';
    return { id, refusal: archived ? refuse.conflict('sim.archived', 'An archived SIM cannot be changed.') : null };
  });
  return { living: outcomes.flatMap(({ id, refusal }) => (refusal ? [] : [sims.get(id)!])), outcomes };
}

async function change(ctx: Ctx, sims: Sim[], patch: Partial<Pick<Sim, 'labels' | 'fleetId'>>): Promise<void> {
  const changed = sims
    .map((sim) => ({ id: sim.id, changes: changesBetween<Sim>(sim, patch) }))
    .filter(({ changes }) => changes.length > 0);
  if (changed.length === 0) return;
  await store.updateSims(
    ctx,
    changed.map(({ id }) => id),
    patch,
  );
  await audit(
    ctx,
    changed.map(({ id, changes }) => ({
      action: 'sim.updated',
      objectType: 'sim',
      objectId: publicId('sim', id),
      changes,
    })),
  );
  await emit(
    ctx,
    changed.map(({ id, changes }) => simEvent('sim.updated', id, { fields: changes.map((c) => c.field) })),
  );
}
