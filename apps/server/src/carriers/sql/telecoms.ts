import { texts } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { type Database, nothing, query, row, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Telecom } from '../model.ts';

const columns = sql`t.id, t.name, t.connector, t.limit_mode, t.messages, t.device_ranges::text[] as device_ranges, t.operations_per_second,
                    t.state, t.state_reason, t.created_at, t.archived_at`;

export async function insertTelecom(ctx: Ctx, telecom: Telecom): Promise<void> {
  await run(
    ctx,
    sql`/* carriers.insert_telecom */ insert into telecoms
          (organization_id, id, name, connector, limit_mode, messages, device_ranges, operations_per_second, created_at)
        values (${ctx.organization.id}, ${telecom.id}, ${telecom.name}, ${telecom.connector}, ${telecom.limitMode}, ${telecom.messages},
                ${texts(telecom.deviceRanges)}::text[]::cidr[], ${telecom.operationsPerSecond}, ${telecom.createdAt})`,
  );
}

export async function updateTelecom(ctx: Ctx, telecom: Telecom): Promise<void> {
  await run(
    ctx,
    sql`/* carriers.update_telecom */ update telecoms
           set name = ${telecom.name}, limit_mode = ${telecom.limitMode}, messages = ${telecom.messages},
               device_ranges = ${texts(telecom.deviceRanges)}::text[]::cidr[], operations_per_second = ${telecom.operationsPerSecond}, archived_at = ${telecom.archivedAt}
         where organization_id = ${ctx.organization.id} and id = ${telecom.id}`,
  );
}

/** Newest first, from `after` on; archived ones only when asked for. */
export async function listTelecoms(
  ctx: Ctx,
  page: { limit: number; after?: Id; archived?: boolean },
): Promise<Telecom[]> {
  return rows(
    ctx,
    sql`/* carriers.list_telecoms */ select ${columns} from telecoms t
         where t.organization_id = ${ctx.organization.id}
           and (${page.after ?? null}::uuid is null or t.id < ${page.after ?? null})
           ${page.archived ? nothing : sql`and t.archived_at is null`}
         order by t.id desc limit ${page.limit}`,
  );
}

export async function findTelecom(ctx: Ctx, id: Id): Promise<Telecom | null> {
  return row(
    ctx,
    sql`/* carriers.find_telecom */ select ${columns} from telecoms t
         where t.organization_id = ${ctx.organization.id} and t.id = ${id}`,
  );
}

export async function listTelecomsById(ctx: Ctx, ids: Id[]): Promise<Telecom[]> {
  return rows(
    ctx,
    sql`/* carriers.list_telecoms_by_id */ select ${columns} from telecoms t
         where t.organization_id = ${ctx.organization.id} and t.id = any(${ids}::uuid[])`,
  );
}

export async function lockTelecom(ctx: Ctx, id: Id): Promise<Telecom | null> {
  return row(
    ctx,
    sql`/* carriers.lock_telecom */ select ${columns} from telecoms t
         where t.organization_id = ${ctx.organization.id} and t.id = ${id} for update`,
  );
}

/** The telecoms of these ids that may get lines; held so that none is archived meanwhile. */
export async function keepTelecoms(ctx: Ctx, ids: Id[]): Promise<Telecom[]> {
  return rows(
    ctx,
    sql`/* carriers.keep_telecoms */ select ${columns} from telecoms t
         where t.organization_id = ${ctx.organization.id} and t.id = any(${ids}::uuid[]) and t.archived_at is null
         order by t.id for key share`,
  );
}

/** Telecoms for which something is due: an operation, or a look at a line. At most 100. */
export async function listDueTelecoms(ctx: Ctx): Promise<Telecom[]> {
  return rows(
    ctx,
    sql`/* carriers.list_due_telecoms */ select ${columns} from telecoms t
         where t.organization_id = ${ctx.organization.id} and t.connector <> 'none'
           and (exists (select from carrier_operations o
                         where o.organization_id = ${ctx.organization.id} and o.telecom_id = t.id
                           and o.state = 'outstanding' and o.next_attempt_at <= ${ctx.now})
             or exists (select from carrier_lines l
                         where l.organization_id = ${ctx.organization.id} and l.telecom_id = t.id
                           and l.check_at <= ${ctx.now}))
         order by t.id limit 100`,
  );
}

/** Holds the telecom's budget until the database transaction ends; `null` when another process holds it now. */
export async function lockBudget(ctx: Ctx, id: Id): Promise<{ pacedUntil: Date | null } | null> {
  return row(
    ctx,
    sql`/* carriers.lock_budget */ select paced_until from telecoms
         where organization_id = ${ctx.organization.id} and id = ${id} for no key update skip locked`,
  );
}

export async function spendBudget(ctx: Ctx, id: Id, pacedUntil: Date): Promise<void> {
  await run(
    ctx,
    sql`/* carriers.spend_budget */ update telecoms set paced_until = ${pacedUntil}
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

/** The telecom as it is now, or null when that is no news. */
export async function setTelecomState(
  ctx: Ctx,
  id: Id,
  state: Telecom['state'],
  reason: string | null,
): Promise<Telecom | null> {
  return row(
    ctx,
    sql`/* carriers.set_telecom_state */ update telecoms t set state = ${state}, state_reason = ${reason}
         where t.organization_id = ${ctx.organization.id} and t.id = ${id}
           and (t.state, t.state_reason) is distinct from (${state}::text, ${reason}::text)
        returning ${columns}`,
  );
}

export type DeviceRange = { organizationId: Id; telecomId: Id; deviceRange: string };

/** Of every organization: a datagram names none, its source address does. */
export async function listDeviceRanges(database: Database): Promise<DeviceRange[]> {
  return query(
    database.pool,
    sql`/* carriers.list_device_ranges */ select organization_id, telecom_id, device_range::text from list_device_ranges()`,
  );
}

/** Whether another telecom of the instance has some of these addresses. */
export async function deviceRangeTaken(ctx: Ctx, range: string, except: Id): Promise<boolean> {
  const found = await row<{ taken: boolean }>(
    ctx,
    sql`/* carriers.device_range_taken */ select device_range_taken(${range}::cidr, ${except}) as taken`,
  );
  return found!.taken;
}
