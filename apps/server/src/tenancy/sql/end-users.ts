import { type Ctx, callingEndUser } from '../../kit/ctx.ts';
import { join, nothing, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { EndUser } from '../model.ts';
import { likePattern, ownCompany } from './companies.ts';

/** True for the rows of the caller's own company; for an end user, for their own row alone. */
export function ownEndUser(ctx: Ctx, id: Sql, companyId: Sql): Sql {
  const own = callingEndUser(ctx.actor);
  return own ? sql`${id} = ${own}` : ownCompany(ctx, companyId);
}

const columns = sql`id, company_id, email, name, language, created_at, archived_at`;

export type EndUserFilter = { search?: string; companyId?: Id; archived?: boolean };

export function listEndUsers(ctx: Ctx, filter: EndUserFilter, before: Id | null, limit: number): Promise<EndUser[]> {
  const conditions = [sql`organization_id = ${ctx.organization.id}`, ownEndUser(ctx, sql`id`, sql`company_id`)];
  if (!filter.archived) conditions.push(sql`archived_at is null`);
  if (filter.companyId) conditions.push(sql`company_id = ${filter.companyId}`);
  if (before) conditions.push(sql`id < ${before}`);
  if (filter.search) {
    const pattern = likePattern(filter.search);
    conditions.push(sql`(name ilike ${pattern} or email ilike ${pattern})`);
  }
  return rows(
    ctx,
    sql`/* end_users.list */ select ${columns} from end_users where ${join(conditions)} order by id desc limit ${limit}`,
  );
}

export function findEndUser(ctx: Ctx, id: Id, lock = false): Promise<EndUser | null> {
  return row(
    ctx,
    sql`/* end_users.find */ select ${columns} from end_users
         where organization_id = ${ctx.organization.id} and id = ${id} and ${ownEndUser(ctx, sql`id`, sql`company_id`)}
         ${lock ? sql`for update` : nothing}`,
  );
}

/** False when another end user in use has this email. */
export async function insertEndUser(ctx: Ctx, user: EndUser): Promise<boolean> {
  const inserted = await run(
    ctx,
    sql`/* end_users.insert */ insert into end_users (organization_id, id, company_id, email, name, language, created_at)
        values (${ctx.organization.id}, ${user.id}, ${user.companyId}, ${user.email}, ${user.name}, ${user.language}, ${user.createdAt})
        on conflict (organization_id, lower(email)) where archived_at is null do nothing`,
  );
  return inserted === 1;
}

export async function saveEndUser(ctx: Ctx, user: EndUser): Promise<void> {
  await run(
    ctx,
    sql`/* end_users.save */ update end_users
           set email = ${user.email}, name = ${user.name}, language = ${user.language}, archived_at = ${user.archivedAt}
         where organization_id = ${ctx.organization.id} and id = ${user.id}`,
  );
}
