import type { Change } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { join, reading, rows, type Sql, sql } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import type { PlacedEvent } from '../kit/relay.ts';
import { listEvents as listPlacedEvents } from './sql/log.ts';

/** Something that happened to one thing: an event, or a change that somebody made. */
export type Happening = { id: Id; at: Date; name: string } & (
  | { source: 'event'; sequence: bigint; data: Record<string, unknown> }
  | { source: 'audit'; actor: string; actorName: string; changes: Change[] }
);

/** Which names of a source are wanted: only these, or all but these. */
export type Names = { only?: readonly string[]; except?: readonly string[] };

export type HistoryQuery = {
  subject: { type: 'sim' | 'company'; id: Id };
  /** Nothing from before this instant. */
  since?: Date;
  events: Names;
  /** null: no changes, events only. */
  changes: Names | null;
  after?: HistoryPlace;
  limit: number;
};

/** Where a page ended. Of one instant the events come first, the latest first, then the changes. */
export type HistoryPlace = { at: Date } & ({ source: 'event'; sequence: bigint } | { source: 'audit'; id: Id });

/** Events and changes of one subject as one story, newest first. Two statements, each at most a page long. */
export async function listHistory(ctx: Ctx, query: HistoryQuery): Promise<Happening[]> {
  return reading(ctx, async (ctx) => {
    const events = await listEvents(ctx, query);
    const changes = query.changes ? await listChanges(ctx, query, query.changes) : [];
    return [...events, ...changes].sort(newestFirst).slice(0, query.limit);
  });
}

function newestFirst(a: Happening, b: Happening): number {
  if (a.at.getTime() !== b.at.getTime()) return b.at.getTime() - a.at.getTime();
  if (a.source === 'event') return b.source === 'event' ? Number(b.sequence - a.sequence) : -1;
  return b.source === 'event' ? 1 : a.id < b.id ? 1 : -1;
}

async function listEvents(ctx: Ctx, { subject, since, events, after, limit }: HistoryQuery): Promise<Happening[]> {
  const conditions: Sql[] = [
    sql`organization_id = ${ctx.organization.id}`,
    sql`subject_id = ${subject.id}`,
    ...namesOf(sql`name`, events),
    ...(since ? [sql`at >= ${since}`] : []),
  ];
  if (after?.source === 'event') conditions.push(sql`(at, sequence) < (${after.at}, ${after.sequence}::bigint)`);
  if (after?.source === 'audit') conditions.push(sql`at < ${after.at}`);
  const found = await rows<{ id: Id; at: Date; name: string; sequence: bigint; data: Record<string, unknown> }>(
    ctx,
    sql`/* tenancy.events_of */ select id, at, name, sequence, data from events
         where ${join(conditions)} order by at desc, sequence desc limit ${limit}`,
  );
  return found.map((event) => ({ ...event, source: 'event' }));
}

async function listChanges(ctx: Ctx, query: HistoryQuery, names: Names): Promise<Happening[]> {
  const { subject, since, after, limit } = query;
  const conditions: Sql[] = [
    sql`organization_id = ${ctx.organization.id}`,
    sql`object_id = ${publicId(subject.type, subject.id)}`,
    ...namesOf(sql`action`, names),
    ...(since ? [sql`at >= ${since}`] : []),
  ];
  if (after?.source === 'event') conditions.push(sql`at <= ${after.at}`);
  if (after?.source === 'audit') conditions.push(sql`(at, id) < (${after.at}, ${after.id}::uuid)`);
  const found = await rows<{ id: Id; at: Date; name: string; actor: string; actorName: string; changes: Change[] }>(
    ctx,
    sql`/* tenancy.changes_of */ select id, at, action as name, actor, actor_name, changes from audit_log
         where ${join(conditions)} order by at desc, id desc limit ${limit}`,
  );
  return found.map((change) => ({ ...change, source: 'audit' }));
}

function namesOf(column: Sql, { only, except }: Names): Sql[] {
  return [
    ...(only ? [sql`${column} = any(${only}::text[])`] : []),
    ...(except && except.length > 0 ? [sql`${column} <> all(${except}::text[])`] : []),
  ];
}

/** The organization's latest events; a company's staff see their own. */
export async function listRecentEvents(ctx: Ctx, limit: number): Promise<PlacedEvent[]> {
  return reading(ctx, (ctx) => listPlacedEvents(ctx, {}, 'newest', limit));
}
