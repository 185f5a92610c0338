import { bigints, texts, uuids } from '../kit/arrays.ts';
import type { Ctx } from '../kit/ctx.ts';
import { row, rows, run, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { Item, ItemKind, Takeover, ToldUsage } from './model.ts';

const columns = sql`id, company_id, telecom_id, source_url, source_account, reading_since, read_at, operation_id`;
const itemColumns = sql`kind, sid, line, told, usage, refused, target_id`;

/** The takeover of an account into an account of ours, begun where it is new; the telecom and the address may be others now. */
export async function openTakeover(
  ctx: Ctx,
  takeover: Pick<Takeover, 'id' | 'companyId' | 'telecomId' | 'sourceUrl' | 'sourceAccount'>,
): Promise<Takeover> {
  const opened = await row<Takeover>(
    ctx,
    sql`/* takeover.open */ insert into takeovers
          (organization_id, id, company_id, telecom_id, source_url, source_account, reading_since, created_at)
        values (${ctx.organization.id}, ${takeover.id}, ${takeover.companyId}, ${takeover.telecomId}, ${takeover.sourceUrl},
                ${takeover.sourceAccount}, ${ctx.now}, ${ctx.now})
        on conflict (organization_id, coalesce(company_id, organization_id), source_account)
        do update set telecom_id = excluded.telecom_id, source_url = excluded.source_url
        returning ${columns}`,
  );
  return opened!;
}

export async function findTakeover(ctx: Ctx, id: Id, lock = false): Promise<Takeover | null> {
  return row<Takeover>(
    ctx,
    sql`/* takeover.find */ select ${columns} from takeovers
         where organization_id = ${ctx.organization.id} and id = ${id} ${lock ? sql`for update` : sql``}`,
  );
}

/** The takeover whose plan an operation is; null: it has another plan now. */
export async function findTakeoverBy(ctx: Ctx, operationId: Id): Promise<Takeover | null> {
  return row<Takeover>(
    ctx,
    sql`/* takeover.find_by */ select ${columns} from takeovers
         where organization_id = ${ctx.organization.id} and operation_id = ${operationId}`,
  );
}

/** Accounts that one account of ours takes over: a handful. */
const mostTakeovers = 100;

export async function listTakeovers(ctx: Ctx, companyId: Id | null, sourceAccount?: string): Promise<Takeover[]> {
  return rows<Takeover>(
    ctx,
    sql`/* takeover.list */ select ${columns} from takeovers
         where organization_id = ${ctx.organization.id} and company_id is not distinct from ${companyId}::uuid
           ${sourceAccount ? sql`and source_account = ${sourceAccount}` : sql``}
         order by id desc limit ${mostTakeovers}`,
  );
}

export async function saveTakeover(
  ctx: Ctx,
  { id, readingSince, readAt, operationId }: Pick<Takeover, 'id' | 'readingSince' | 'readAt' | 'operationId'>,
): Promise<void> {
  await run(
    ctx,
    sql`/* takeover.save */ update takeovers set reading_since = ${readingSince}, read_at = ${readAt}, operation_id = ${operationId}
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

/** What the lists of the source told, this reading. */
export async function seeItems(
  ctx: Ctx,
  takeover: Takeover,
  kind: ItemKind,
  items: { sid: string; told: unknown }[],
): Promise<void> {
  if (items.length === 0) return;
  await run(
    ctx,
    sql`/* takeover.see_items */ insert into takeover_items (organization_id, takeover_id, kind, sid, told, seen_at)
        select ${ctx.organization.id}, ${takeover.id}, ${kind}, u.sid, u.told::jsonb, ${takeover.readingSince}::timestamptz
          from unnest(${texts(items.map((item) => item.sid))}::text[],
                      ${texts(items.map((item) => JSON.stringify(item.told)))}::text[]) as u(sid, told)
        on conflict (organization_id, takeover_id, kind, sid)
        do update set told = excluded.told, seen_at = excluded.seen_at, refused = null`,
  );
}

/** SIMs of this reading whose usage is still to be read: those that are not here yet, and are more than new. */
export async function listUnread(
  ctx: Ctx,
  { id, readingSince }: Takeover,
  page: { after: string; limit: number },
): Promise<{ sid: string }[]> {
  return rows(
    ctx,
    sql`/* takeover.list_unread */ select sid from takeover_items
         where organization_id = ${ctx.organization.id} and takeover_id = ${id} and kind = 'sim' and sid > ${page.after}
           and seen_at = ${readingSince} and target_id is null and told->>'status' in ('ready', 'active', 'inactive')
           and (usage_read_at is null or usage_read_at < ${readingSince})
         order by sid limit ${page.limit}`,
  );
}

export async function saveUsage(ctx: Ctx, takeoverId: Id, read: { sid: string; usage: ToldUsage }[]): Promise<void> {
  await run(
    ctx,
    sql`/* takeover.save_usage */ update takeover_items i set usage = u.usage::jsonb, usage_read_at = ${ctx.now}
          from unnest(${texts(read.map((one) => one.sid))}::text[],
                      ${texts(read.map((one) => JSON.stringify(one.usage)))}::text[]) as u(sid, usage)
         where i.organization_id = ${ctx.organization.id} and i.takeover_id = ${takeoverId} and i.kind = 'sim' and i.sid = u.sid`,
  );
}

/** Numbers what this reading saw, in the order in which it is done; returns how many there are. */
export async function numberItems(ctx: Ctx, { id, readingSince }: Takeover): Promise<number> {
  await run(
    ctx,
    sql`/* takeover.unnumber */ update takeover_items set line = null
         where organization_id = ${ctx.organization.id} and takeover_id = ${id} and line is not null and seen_at < ${readingSince}`,
  );
  return run(
    ctx,
    sql`/* takeover.number */ update takeover_items i set line = n.line
          from (select kind, sid, row_number() over (
                         order by case kind when 'profile' then 1 when 'fleet' then 2 else 3 end, sid) as line
                  from takeover_items
                 where organization_id = ${ctx.organization.id} and takeover_id = ${id} and seen_at = ${readingSince}) n
         where i.organization_id = ${ctx.organization.id} and i.takeover_id = ${id} and i.kind = n.kind and i.sid = n.sid`,
  );
}

/** Items of the plan, in its order. */
export async function listItems(ctx: Ctx, takeoverId: Id, page: { after: bigint; limit: number }): Promise<Item[]> {
  return rows<Item>(
    ctx,
    sql`/* takeover.list_items */ select ${itemColumns} from takeover_items
         where organization_id = ${ctx.organization.id} and takeover_id = ${takeoverId} and line > ${page.after}
         order by line limit ${page.limit}`,
  );
}

export async function findItems<T extends Item>(
  ctx: Ctx,
  takeoverId: Id,
  kind: T['kind'],
  sids: string[],
): Promise<Map<string, T>> {
  if (sids.length === 0) return new Map();
  const found = await rows<T>(
    ctx,
    sql`/* takeover.find_items */ select ${itemColumns} from takeover_items
         where organization_id = ${ctx.organization.id} and takeover_id = ${takeoverId} and kind = ${kind}
           and sid = any(${texts([...new Set(sids)])}::text[])`,
  );
  return new Map(found.map((item) => [item.sid, item]));
}

/** What was found of items, and what they became. Who is here stays here. */
export async function settleItems(
  ctx: Ctx,
  takeoverId: Id,
  settled: { line: bigint; refused: string | null; targetId: Id | null }[],
): Promise<void> {
  await run(
    ctx,
    sql`/* takeover.settle_items */ update takeover_items i set refused = u.refused, target_id = coalesce(u.target_id, i.target_id)
          from unnest(${bigints(settled.map((one) => one.line))}::bigint[], ${texts(settled.map((one) => one.refused))}::text[],
                      ${uuids(settled.map((one) => one.targetId))}::uuid[]) as u(line, refused, target_id)
         where i.organization_id = ${ctx.organization.id} and i.takeover_id = ${takeoverId} and i.line = u.line`,
  );
}

/** SIMs that came by this takeover, by their ids. */
export async function listTaken(ctx: Ctx, takeoverId: Id, page: { after: Id | null; limit: number }): Promise<Id[]> {
  const found = await rows<{ targetId: Id }>(
    ctx,
    sql`/* takeover.list_taken */ select target_id from takeover_items
         where organization_id = ${ctx.organization.id} and takeover_id = ${takeoverId} and kind = 'sim' and target_id is not null
           ${page.after ? sql`and target_id > ${page.after}` : sql``}
         order by target_id limit ${page.limit}`,
  );
  return found.map(({ targetId }) => targetId);
}
