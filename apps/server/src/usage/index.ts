import { nasNamesOf } from '../carriers/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { sourceNamesOf } from './claims.ts';
import { sessionEnded } from './events.ts';
import type { Service, Session } from './model.ts';
import * as attachments from './sql/attachments.ts';
import * as poolHours from './sql/pools.ts';
import * as records from './sql/records.ts';
import * as series from './sql/series.ts';
import * as sessions from './sql/sessions.ts';

export { addressOf, type DevicePlace, type Holder, holdersOf } from './addresses.ts';
export {
  type Claim,
  type ClaimOutcome,
  claimName,
  findClaims,
  insertClaims,
  type KeptClaim,
  openSources,
  sourceNamesOf,
} from './claims.ts';
export { sessionEnded, sessionStarted, usageRestated, usageUnrated } from './events.ts';
export { type AskedSims, onlineCondition, onlineLines, SimFilter, simFilterOf, simFilters } from './lines.ts';
export {
  type Advance,
  advanceSession,
  occurrence,
  type Service,
  type Session,
  type SessionUpdate,
  services,
} from './model.ts';
export { parseRecordId, type RecordName, recordId, UsageRecordId } from './record-id.ts';
export {
  insertRejections,
  listRejections,
  type NewRejection,
  type Rejection,
  rejectedBodyBound,
} from './rejections.ts';
export { usageRoutes } from './routes.ts';
export { type Attachment, noteAttachment } from './sql/attachments.ts';
export {
  type DayPlace,
  type DayTotal,
  findDayTotals,
  listDayTotals,
  lockDayTotals,
  saveDayTotals,
  sumBooked,
} from './sql/day-totals.ts';
export {
  findRecord,
  listBookedAt,
  type RecordsOf,
  sumBookedAfter,
  type UsedBy,
} from './sql/explained.ts';
export { addToHourly } from './sql/hourly.ts';
export {
  type InboxRow,
  type InboxState,
  insertInbox,
  type NewInboxRow,
  settleInbox,
  takeWaiting,
  type UnratedReason,
} from './sql/inbox.ts';
export type { PoolStretch } from './sql/pools.ts';
export { insertRecords, type RecordPlace, type StoredRecord, type UsageRecord } from './sql/records.ts';
export type { SeriesPoint } from './sql/series.ts';
export { findSessions, type SessionChange, saveSessions } from './sql/sessions.ts';
export { type Cutting, readUsed, type Used, type UsedLine } from './sql/used.ts';
export { summarize, type UsageBucket, type UsageGranularity, type UsageQuery } from './summarize.ts';
export {
  askReplay,
  countUnrated,
  dismissUnrated,
  listUnrated,
  placeUnrated,
  replayBound,
  type UnratedOfLine,
  unratedOf,
} from './unrated.ts';
export { unratedReasons, unratedWords } from './words.ts';

/** Accounting-On or -Off: the NAS has forgotten its sessions; each is closed at its last counter. Returns them. */
export async function closeSessionsOfNas(ctx: Ctx, nasId: Id, at: Date): Promise<Session[]> {
  return atomically(ctx, async (ctx) => {
    const closed = await sessions.closeSessionsOf(ctx, nasId, at);
    await emit(ctx, closed.flatMap(sessionEnded));
    return closed;
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

/** What months of pools used in stretches of 24 hours, counted back from a full hour. */
export async function poolStretches(
  ctx: Ctx,
  poolPeriodIds: Id[],
  window: { end: Date; stretches: number },
): Promise<poolHours.PoolStretch[]> {
  return reading(ctx, (ctx) => poolHours.listPoolStretches(ctx, poolPeriodIds, window));
}

/** What a month of a pool used, by local day. */
export async function poolDays(ctx: Ctx, poolPeriodId: Id, zone: string): Promise<{ startsAt: Date; bytes: bigint }[]> {
  return reading(ctx, (ctx) => poolHours.listPoolDays(ctx, poolPeriodId, zone));
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
  filter: { lineId: Id; periodId?: Id; service?: Service; after?: records.RecordPlace; limit: number },
): Promise<records.StoredRecord[]> {
  return reading(ctx, (ctx) => records.listRecords(ctx, filter));
}

/** Records of every line the caller may see, within a window. */
export async function listAllRecords(ctx: Ctx, filter: records.RecordFilter): Promise<records.StoredRecord[]> {
  return reading(ctx, (ctx) => records.listAllRecords(ctx, filter));
}

/** What usage came from, by its id: a network access server, or where records were handed in from. */
export async function namesOfSources(ctx: Ctx, sourceIds: Id[]): Promise<Map<Id, string>> {
  return reading(ctx, async (ctx) => {
    const ids = [...new Set(sourceIds)];
    return new Map([...(await sourceNamesOf(ctx, ids)), ...(await nasNamesOf(ctx, ids))]);
  });
}
