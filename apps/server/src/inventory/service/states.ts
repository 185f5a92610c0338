import * as carriers from '../../carriers/index.ts';
import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { blocked, lifecycleChanged, unblocked } from '../events.ts';
import { type BlockReason, type Lifecycle, type Sim, usageAllowed } from '../model.ts';
import * as sims from '../sql/sims.ts';
import * as states from '../sql/states.ts';

/**
 * Moves lines to another lifecycle, with history, event and the carrier's desired state, in the caller's database
 * transaction. A line that has meanwhile left `from` is not moved, and its id is not in the answer. Lines that are `held` come
 * from elsewhere: their carriers are told nothing yet.
 */
export async function moveLifecycle(
  ctx: Ctx,
  changes: { lineId: Id; from: Lifecycle; to: Lifecycle; at: Date }[],
  carrier: 'told' | 'held' = 'told',
): Promise<Set<Id>> {
  if (changes.length === 0) return new Set();
  return atomically(ctx, async (ctx) => {
    const moved = await sims.moveLifecycle(ctx, changes);
    const done = changes.filter((change) => moved.has(change.lineId));
    if (done.length === 0) return moved;
    await states.insertLifecycleChanges(ctx, done);
    await emit(
      ctx,
      done.map((change) => lifecycleChanged(change.lineId, change.from, change.to, change.at)),
    );
    await audit(
      ctx,
      done.map((change) => ({
        action: 'sim.lifecycle_changed',
        objectType: 'sim',
        objectId: publicId('sim', change.lineId),
        changes: [{ field: 'lifecycle', old: change.from, new: change.to }],
      })),
    );
    await wantWhatIsAllowed(
      ctx,
      done.map((change) => ({ lineId: change.lineId, lifecycle: change.to })),
      carrier === 'held' ? 'held' : 'lifecycle',
    );
    return moved;
  });
}

/** Opens blocks. A reason that is open already stays as it is, with its own beginning. Returns the lines newly blocked. */
export async function block(
  ctx: Ctx,
  blocks: { lineId: Id; reason: BlockReason; detail?: Record<string, unknown>; at?: Date }[],
): Promise<Set<Id>> {
  if (blocks.length === 0) return new Set();
  return atomically(ctx, async (ctx) => {
    const opened = await states.insertBlocks(
      ctx,
      blocks.map((b) => ({ lineId: b.lineId, reason: b.reason, detail: b.detail ?? {}, at: b.at ?? ctx.now })),
    );
    if (opened.length === 0) return new Set<Id>();
    await emit(ctx, opened.map(blocked));
    await auditBlocks(ctx, 'sim.blocked', opened);
    const lines = [...new Set(opened.map((b) => b.lineId))];
    await carriers.want(
      ctx,
      lines.map((lineId) => ({ lineId, want: 'inactive', cause: 'block' })),
    );
    return new Set(lines);
  });
}

/** Lifts the blocks of one reason. The carrier is asked to carry the line again only when no other block is open. */
export async function unblock(ctx: Ctx, lineIds: Id[], reason: BlockReason, at?: Date): Promise<Set<Id>> {
  if (lineIds.length === 0) return new Set();
  return atomically(ctx, async (ctx) => {
    const lifted = await states.liftBlocks(ctx, lineIds, reason, at ?? ctx.now);
    if (lifted.length === 0) return new Set<Id>();
    await emit(ctx, lifted.map(unblocked));
    await auditBlocks(ctx, 'sim.unblocked', lifted);
    const lines = [...new Set(lifted.map((b) => b.lineId))];
    const found = await sims.lockSims(ctx, lines);
    await wantWhatIsAllowed(
      ctx,
      found.map((sim) => ({ lineId: sim.id, lifecycle: sim.lifecycle })),
      'block',
    );
    return new Set(lines);
  });
}

/** Sets the carrier's desired state to what lifecycle and open blocks allow now. */
async function wantWhatIsAllowed(
  ctx: Ctx,
  lines: { lineId: Id; lifecycle: Sim['lifecycle'] }[],
  cause: 'lifecycle' | 'block' | 'held',
): Promise<void> {
  const open = await states.listOpenBlocks(
    ctx,
    lines.map((line) => line.lineId),
  );
  const reasons = new Map<Id, BlockReason[]>();
  for (const b of open) reasons.set(b.lineId, [...(reasons.get(b.lineId) ?? []), b.reason]);
  const wishes = lines.map(({ lineId, lifecycle }) => {
    const allowed = usageAllowed(lifecycle, reasons.get(lineId) ?? []);
    return { lineId, want: allowed ? ('active' as const) : ('inactive' as const) };
  });
  if (cause === 'held') return carriers.hold(ctx, wishes);
  await carriers.want(
    ctx,
    wishes.map((wish) => ({ ...wish, cause })),
  );
}

async function auditBlocks(ctx: Ctx, action: string, blocks: { lineId: Id; reason: string }[]): Promise<void> {
  await audit(
    ctx,
    blocks.map((b) => ({
      action,
      objectType: 'sim',
      objectId: publicId('sim', b.lineId),
      changes: [
        {
          field: 'block',
          old: action === 'sim.blocked' ? null : b.reason,
          new: action === 'sim.blocked' ? b.reason : null,
        },
      ],
    })),
  );
}
