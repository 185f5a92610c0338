import type { Ctx } from '../kit/ctx.ts';
import { reading, rows, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { likePattern, ownCompany } from './sql/companies.ts';
import { ownEndUser } from './sql/end-users.ts';

/** Names of companies, archived ones too: what stands beside the things they own. */
export async function companyNamesOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, string>> {
  if (ids.length === 0) return new Map();
  return reading(ctx, async (ctx) => {
    const found = await rows<{ id: Id; name: string }>(
      ctx,
      sql`/* tenancy.company_names_of */ select id, name from companies
           where organization_id = ${ctx.organization.id} and id = any(${[...new Set(ids)]}::uuid[])`,
    );
    return new Map(found.map(({ id, name }) => [id, name]));
  });
}

/** An account: who may own money. An end user's currency is that of its company. */
export type Owner = {
  type: 'organization' | 'company' | 'end_user';
  id: Id;
  /** An end user without a name goes by its email. */
  name: string;
  /** The company, or the one that the end user is of. */
  companyId: Id | null;
  currency: string;
  archived: boolean;
};

/** Accounts by id, archived ones too, of those the caller may see. An id that is none is not in the answer. */
export async function ownersOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, Owner>> {
  if (ids.length === 0) return new Map();
  return reading(ctx, async (ctx) => {
    const wanted = [...new Set(ids)];
    const found = await rows<Owner>(
      ctx,
      sql`/* tenancy.owners_of */ select 'company' as type, c.id, c.name, c.id as company_id, c.currency, c.archived_at is not null as archived
            from companies c
           where c.organization_id = ${ctx.organization.id} and c.id = any(${wanted}::uuid[]) and ${ownCompany(ctx, sql`c.id`)}
          union all
          select 'end_user', u.id, coalesce(u.name, u.email), u.company_id, c.currency, u.archived_at is not null
            from end_users u
            join companies c on c.organization_id = u.organization_id and c.id = u.company_id
           where u.organization_id = ${ctx.organization.id} and u.id = any(${wanted}::uuid[]) and ${ownEndUser(ctx, sql`u.id`, sql`u.company_id`)}`,
    );
    const owners = new Map(found.map((owner) => [owner.id, owner]));
    const { id, name, currency } = ctx.organization;
    if (wanted.includes(id) && ctx.actor.scope.kind === 'organization') {
      owners.set(id, { type: 'organization', id, name, companyId: null, currency, archived: false });
    }
    return owners;
  });
}

/** Ids of accounts with this text in their name or email, at most `limit` of them, of those the caller may see. */
export async function ownersNamed(ctx: Ctx, search: string, limit: number): Promise<Id[]> {
  const pattern = likePattern(search);
  return reading(ctx, async (ctx) => {
    const found = await rows<{ id: Id }>(
      ctx,
      sql`/* tenancy.owners_named */ (select id from companies
            where organization_id = ${ctx.organization.id} and name ilike ${pattern} and ${ownCompany(ctx, sql`id`)} limit ${limit})
          union all
          (select id from end_users
            where organization_id = ${ctx.organization.id} and (name ilike ${pattern} or email ilike ${pattern})
              and ${ownEndUser(ctx, sql`id`, sql`company_id`)} limit ${limit})
          limit ${limit}`,
    );
    const { id, name } = ctx.organization;
    const ours =
      ctx.actor.scope.kind === 'organization' && name.toLowerCase().includes(search.toLowerCase()) ? [id] : [];
    return [...ours, ...found.map((owner) => owner.id)];
  });
}
