import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, raw, reading, type Sql } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { sessionEnded } from './events.ts';
import type { Session } from './model.ts';
import * as attachments from './sql/attachments.ts';
import * as inbox from './sql/inbox.ts';
import * as records from './sql/records.ts';
import * as series from './sql/series.ts';
import * as sessions from './sql/sessions.ts';

export { sessionEnded, sessionStarted, usageUnrated } from './events.ts';
export { type Advance, advanceSession, occurrence, type Session, type SessionUpdate } from './model.ts';
export { usageRoutes } from './routes.ts';
export { type Attachment, noteAttachment } from './sql/attachments.ts';
export {
  type InboxRow,
  type InboxState,
  insertInbox,
  type NewInboxRow,
  settleInbox,
  takeWaiting,
  type UnratedReason,
} from './sql/inbox.ts';
export { addToHourly, insertRecords, type StoredRecord, type UsageRecord } from './sql/records.ts';
export type { SeriesPoint } from './sql/series.ts';
export { findSessions, saveSessions } from './sql/sessions.ts';
export { summarize, type UsageBucket, type UsageGranularity, type UsageQuery } from './summarize.ts';
export { unratedWords } from './words.ts';

/** Accounting-On or -Off: the NAS has forgotten its sessions; each is closed at its last counter. */
export async function closeSessionsOfNas(ctx: Ctx, nasId: Id, at: Date): Promise<number> {
  return atomically(ctx, async (ctx) => {
    const closed = await sessions.closeSessionsOf(ctx, nasId, at);
    await emit(ctx, closed.flatMap(sessionEnded));
    return closed.length;
  });
}

/** Three interims without a word, and at least half an hour (carriers.md 1.1). */
export const staleAfterMs = 30 * 60_000;

/** Takes sessions that fell silent off the list of those online; a late Stop still counts. */
export async function sweepStaleSessions(ctx: Ctx, limit: number): Promise<number> {
  return atomically(
    ctx,
    async (ctx) => (await sessions.markStale(ctx, new Date(ctx.now.getTime() - staleAfterMs), limit)).length,
  );
}

export async function openSessionsOf(ctx: Ctx, lineIds: Id[]): Promise<Session[]> {
  return reading(ctx, (ctx) => sessions.listOpenSessions(ctx, lineIds));
}

export async function latestSessionsOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, Session>> {
  return reading(
    ctx,
    async (ctx) => new Map((await sessions.listLatestSessions(ctx, lineIds)).map((s) => [s.lineId!, s])),
  );
}

export async function listSessions(
  ctx: Ctx,
  filter: { lineId?: Id; state?: 'open' | 'closed' | 'stale'; after?: { startedAt: Date; id: Id }; limit: number },
): Promise<Session[]> {
  const companyId = ctx.actor.scope.kind === 'company' ? ctx.actor.scope.companyId : undefined;
  return reading(ctx, (ctx) => sessions.listSessions(ctx, { ...filter, companyId }));
}

export async function countOnline(ctx: Ctx): Promise<number> {
  const companyId = ctx.actor.scope.kind === 'company' ? ctx.actor.scope.companyId : null;
  return reading(ctx, (ctx) => sessions.countOpenSessions(ctx, companyId));
}

/** A condition for lists of lines, on the alias `s`: in session, or not. */
export function onlineCondition(online: boolean): Sql {
  return raw(`${online ? '' : 'not '}exists (select from sessions live where live.organization_id = s.organization_id
    and live.line_id = s.id and live.state = 'open')`);
}

export async function attachmentsOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, attachments.Attachment>> {
  return reading(
    ctx,
    async (ctx) => new Map((await attachments.listAttachments(ctx, lineIds)).map((a) => [a.lineId, a])),
  );
}

export async function listSeries(
  ctx: Ctx,
  query: { lineId?: Id; from: Date; to: Date; unit: 'hour' | 'day'; zone: string },
): Promise<series.SeriesPoint[]> {
  return reading(ctx, (ctx) => series.listSeries(ctx, query));
}

export async function usageSince(
  ctx: Ctx,
  lineIds: Id[],
  from: Date,
): Promise<Map<Id, { bytes: bigint; chargeMicros: bigint }>> {
  return reading(ctx, async (ctx) => new Map((await series.sumByLine(ctx, lineIds, from)).map((s) => [s.lineId, s])));
}

export async function listRecords(
  ctx: Ctx,
  filter: { lineId: Id; periodId?: Id; after?: records.RecordPlace; limit: number },
): Promise<records.StoredRecord[]> {
  return reading(ctx, (ctx) => records.listRecords(ctx, filter));
}

export async function listUnrated(
  ctx: Ctx,
  filter: {
    lineId?: Id;
    states?: inbox.InboxState[];
    reason?: inbox.UnratedReason;
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
