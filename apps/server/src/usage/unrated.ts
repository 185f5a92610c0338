import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import type { Service } from './model.ts';
import * as inbox from './sql/inbox.ts';

export async function listUnrated(
  ctx: Ctx,
  filter: {
    ids?: Id[];
    lineId?: Id;
    states?: inbox.InboxState[];
    reason?: inbox.UnratedReason;
    service?: Service;
    search?: string;
    after?: Id;
    limit: number;
  },
): Promise<inbox.InboxRow[]> {
  return reading(ctx, (ctx) => inbox.listInbox(ctx, filter));
}

export type UnratedOfLine = { rows: number; reason: inbox.UnratedReason; since: Date };

/** Lines with usage that is not charged: how many updates, since when, and the reason that came last. */
export async function unratedOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, UnratedOfLine>> {
  return reading(ctx, async (ctx) => new Map((await inbox.sumInboxByLine(ctx, lineIds)).map((u) => [u.lineId, u])));
}

export async function countUnrated(
  ctx: Ctx,
): Promise<{ reason: inbox.UnratedReason; state: inbox.InboxState; rows: number }[]> {
  return reading(ctx, (ctx) => inbox.countInbox(ctx));
}

/** At most so many rows go back to charging at one asking. */
export const replayBound = 10_000;

/** Hands unrated usage back to charging. Returns how many rows wait now; each ends as charged, or unrated again. */
export async function askReplay(ctx: Ctx, filter: { ids?: Id[]; reason?: inbox.UnratedReason }): Promise<number> {
  return atomically(ctx, async (ctx) => {
    const asked = await inbox.askReplay(ctx, filter, replayBound);
    await audit(ctx, [
      {
        action: 'usage.replay_asked',
        objectType: 'usage',
        objectId: filter.reason ?? 'selection',
        changes: [{ field: 'rows', old: null, new: asked }],
      },
    ]);
    return asked;
  });
}

/**
 * Has usage that falls into no period charged in the running period of its line: for allowance and charge, not for the data
 * limit. Returns how many rows wait now; what has no such line or period comes back unrated.
 */
export async function placeUnrated(ctx: Ctx, ids: Id[]): Promise<number> {
  return atomically(ctx, async (ctx) => {
    const asked = await inbox.askReplay(ctx, { ids, placed: true }, replayBound);
    await audit(
      ctx,
      ids.map((id) => ({ action: 'usage.placed', objectType: 'usage', objectId: publicId('usage', id) })),
    );
    return asked;
  });
}

/** Ends unrated usage without charging it. The row stays, with who decided that. */
export async function dismissUnrated(ctx: Ctx, ids: Id[]): Promise<number> {
  return atomically(ctx, async (ctx) => {
    const found = (await inbox.listInbox(ctx, { ids, states: ['unrated', 'quarantined'], limit: replayBound })).map(
      (row) => ({
        id: row.id,
        state: 'dismissed' as const,
        reason: row.reason,
        lineId: row.lineId,
        by: ctx.actor.name,
      }),
    );
    await inbox.settleInbox(ctx, found);
    await audit(
      ctx,
      found.map((row) => ({ action: 'usage.dismissed', objectType: 'usage', objectId: publicId('usage', row.id) })),
    );
    return found.length;
  });
}
