import type { Ctx } from '../../kit/ctx.ts';
import { join, row, rows, sql } from '../../kit/db.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import type { PlacedEvent } from '../../kit/relay.ts';
import { likePattern } from './companies.ts';

export type AuditEntry = {
  id: Id;
  at: Date;
  actor: string;
  actorName: string;
  fromAddress: string | null;
  requestId: string | null;
  action: string;
  objectType: string;
  objectId: string;
  changes: { field: string; old?: unknown; new?: unknown }[];
};

export type AuditFilter = {
  search?: string;
  objectType?: string;
  objectId?: string;
  action?: string;
  from?: Date;
  to?: Date;
};

/** Newest first. */
export function listAudit(ctx: Ctx, filter: AuditFilter, before: Id | null, limit: number): Promise<AuditEntry[]> {
  const conditions = [sql`organization_id = ${ctx.organization.id}`];
  if (before) conditions.push(sql`id < ${before}`);
  if (filter.objectType) conditions.push(sql`object_type = ${filter.objectType}`);
  if (filter.objectId) conditions.push(sql`object_id = ${filter.objectId}`);
  if (filter.action) conditions.push(sql`action = ${filter.action}`);
  if (filter.from) conditions.push(sql`at >= ${filter.from}`);
  if (filter.to) conditions.push(sql`at < ${filter.to}`);
  if (filter.search) {
    const pattern = likePattern(filter.search);
    conditions.push(sql`(actor_name ilike ${pattern} or action ilike ${pattern} or object_id ilike ${pattern})`);
  }
  return rows(
    ctx,
    sql`/* audit.list */ select id, at, actor, actor_name, from_address, request_id, action, object_type, object_id, changes
          from audit_log where ${join(conditions)} order by id desc limit ${limit}`,
  );
}

export type EventFilter = { names?: string[]; subjectId?: Id; after?: bigint | null; before?: bigint | null };

/** Placed events by position. A caller bound to a company gets those that say they are its own. */
export function listEvents(
  ctx: Ctx,
  filter: EventFilter,
  order: 'newest' | 'oldest',
  limit: number,
): Promise<PlacedEvent[]> {
  const conditions = [sql`organization_id = ${ctx.organization.id} and position is not null`];
  if (filter.after !== null && filter.after !== undefined) conditions.push(sql`position > ${filter.after}`);
  if (filter.before !== null && filter.before !== undefined) conditions.push(sql`position < ${filter.before}`);
  if (filter.names) conditions.push(sql`name = any(${filter.names}::text[])`);
  if (filter.subjectId) conditions.push(sql`subject_id = ${filter.subjectId}`);
  if (ctx.actor.scope.kind === 'company') {
    conditions.push(sql`data->>'companyId' = ${publicId('company', ctx.actor.scope.companyId)}`);
  }
  return rows(
    ctx,
    sql`/* events.list */ select id, name, subject_type, subject_id, sequence, data, at, depth, position from events
         where ${join(conditions)} order by position ${order === 'newest' ? sql`desc` : sql`asc`} limit ${limit}`,
  );
}

export async function lastPosition(ctx: Ctx): Promise<bigint> {
  const found = await row<{ lastPosition: bigint }>(
    ctx,
    sql`/* events.last_position */ select last_position from event_positions
         where organization_id = ${ctx.organization.id}`,
  );
  return found?.lastPosition ?? 0n;
}
