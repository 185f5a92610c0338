import { type Ctx, callingEndUser } from '../../kit/ctx.ts';
import { join, nothing, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Company } from '../model.ts';

const columns = sql`id, name, currency, time_zone, email, created_at, archived_at`;

export type CompanyFilter = { search?: string; archived?: boolean };

/** Newest first; a caller bound to a company sees that one only. */
export function listCompanies(ctx: Ctx, filter: CompanyFilter, before: Id | null, limit: number): Promise<Company[]> {
  const conditions = [sql`organization_id = ${ctx.organization.id}`, ownCompany(ctx, sql`id`)];
  if (!filter.archived) conditions.push(sql`archived_at is null`);
  if (before) conditions.push(sql`id < ${before}`);
  if (filter.search) {
    const pattern = likePattern(filter.search);
    conditions.push(sql`(name ilike ${pattern} or email ilike ${pattern})`);
  }
  return rows(
    ctx,
    sql`/* companies.list */ select ${columns} from companies where ${join(conditions)} order by id desc limit ${limit}`,
  );
}

/** True for every row, or for the rows of the caller's own company; for none where an end user calls. */
export function ownCompany(ctx: Ctx, column: Sql): Sql {
  if (callingEndUser(ctx.actor)) return sql`false`;
  return ctx.actor.scope.kind === 'company' ? sql`${column} = ${ctx.actor.scope.companyId}` : sql`true`;
}

/** Finds the text anywhere; what the person typed is no pattern. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}

export function findCompany(ctx: Ctx, id: Id, lock = false): Promise<Company | null> {
  return row(
    ctx,
    sql`/* companies.find */ select ${columns} from companies
         where organization_id = ${ctx.organization.id} and id = ${id} and ${ownCompany(ctx, sql`id`)}
         ${lock ? sql`for update` : nothing}`,
  );
}

export async function insertCompany(ctx: Ctx, company: Company & { authTokenSealed: Buffer }): Promise<void> {
  await run(
    ctx,
    sql`/* companies.insert */ insert into companies
          (organization_id, id, name, currency, time_zone, email, auth_token_sealed, created_at)
        values (${ctx.organization.id}, ${company.id}, ${company.name}, ${company.currency}, ${company.timeZone},
                ${company.email}, ${company.authTokenSealed}, ${company.createdAt})`,
  );
}

export async function saveCompany(ctx: Ctx, company: Company): Promise<void> {
  await run(
    ctx,
    sql`/* companies.save */ update companies
           set name = ${company.name}, time_zone = ${company.timeZone}, email = ${company.email},
               archived_at = ${company.archivedAt}
         where organization_id = ${ctx.organization.id} and id = ${company.id}`,
  );
}
