import { texts } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Hearing, Sink } from '../model.ts';

const columns = sql`id, company_id, url, description, types, state, paused_because, last_delivery_id, last_sent_at, created_at, updated_at`;

/** The caller's own: a company's staff see those of their company. */
function own(ctx: Ctx): Sql {
  const { scope } = ctx.actor;
  const all = sql`organization_id = ${ctx.organization.id}`;
  return scope.kind === 'company' ? sql`${all} and company_id = ${scope.companyId}` : all;
}

/** Who hears of connections now. */
export function listHearing(ctx: Ctx): Promise<Hearing[]> {
  return rows(
    ctx,
    sql`/* connections.list_hearing */ select id, company_id, types from event_sinks
         where organization_id = ${ctx.organization.id} and state = 'active'`,
  );
}

export async function anyHears(ctx: Ctx): Promise<boolean> {
  const found = await row<{ any: boolean }>(
    ctx,
    sql`/* connections.any_hears */ select exists (select from event_sinks
                where organization_id = ${ctx.organization.id} and state = 'active') as any`,
  );
  return found!.any;
}

export type SinkFilter = { search?: string; state?: Sink['state']; companyId?: Id };

/** Newest first. */
export function listSinks(ctx: Ctx, filter: SinkFilter, page: { after?: Id; limit: number }): Promise<Sink[]> {
  const conditions: Sql[] = [own(ctx)];
  if (filter.state) conditions.push(sql`state = ${filter.state}`);
  if (filter.companyId) conditions.push(sql`company_id = ${filter.companyId}`);
  if (filter.search) {
    conditions.push(
      sql`(strpos(lower(url), lower(${filter.search})) > 0 or strpos(lower(description), lower(${filter.search})) > 0)`,
    );
  }
  if (page.after) conditions.push(sql`id < ${page.after}`);
  return rows(
    ctx,
    sql`/* connections.list_sinks */ select ${columns} from event_sinks where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
}

export function findSink(ctx: Ctx, id: Id, lock: 'lock' | 'skip' | null = null): Promise<Sink | null> {
  const how = lock === 'lock' ? sql`for update` : lock === 'skip' ? sql`for update skip locked` : nothing;
  return row(
    ctx,
    sql`/* connections.find_sink */ select ${columns} from event_sinks where ${own(ctx)} and id = ${id} ${how}`,
  );
}

/** How many sinks an account has. */
export async function countSinks(ctx: Ctx, companyId: Id | null): Promise<number> {
  const found = await row<{ count: number }>(
    ctx,
    sql`/* connections.count_sinks */ select count(*)::int as count from event_sinks
         where organization_id = ${ctx.organization.id} and company_id is not distinct from ${companyId}::uuid`,
  );
  return found!.count;
}

export async function insertSink(ctx: Ctx, sink: Sink): Promise<void> {
  await run(
    ctx,
    sql`/* connections.insert_sink */ insert into event_sinks
          (organization_id, id, company_id, url, description, types, state, paused_because, created_at, updated_at)
        values (${ctx.organization.id}, ${sink.id}, ${sink.companyId}, ${sink.url}, ${sink.description}, ${texts(sink.types)}::text[],
                ${sink.state}, ${sink.pausedBecause}, ${sink.createdAt}, ${sink.updatedAt})`,
  );
}

export async function saveSink(ctx: Ctx, sink: Sink): Promise<void> {
  await run(
    ctx,
    sql`/* connections.save_sink */ update event_sinks
           set url = ${sink.url}, description = ${sink.description}, types = ${texts(sink.types)}::text[], state = ${sink.state},
               paused_because = ${sink.pausedBecause}, last_delivery_id = ${sink.lastDeliveryId}, last_sent_at = ${sink.lastSentAt},
               updated_at = ${sink.updatedAt}
         where organization_id = ${ctx.organization.id} and id = ${sink.id}`,
  );
}

export async function removeSink(ctx: Ctx, id: Id): Promise<void> {
  await run(
    ctx,
    sql`/* connections.remove_sink */ delete from event_sinks where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

/** Active sinks for which something waits. */
export function listWaiting(ctx: Ctx): Promise<{ id: Id }[]> {
  return rows(
    ctx,
    sql`/* connections.list_waiting */ select s.id from event_sinks s
         where s.organization_id = ${ctx.organization.id} and s.state = 'active'
           and exists (select from event_sink_queue q where q.organization_id = s.organization_id and q.sink_id = s.id)
         order by s.id`,
  );
}
