import type { Ctx } from '../../kit/ctx.ts';
import { join, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Plan, PlanType } from '../model.ts';

const columns = sql`p.id, p.name, p.type, p.super_sim_default, p.description, p.labels, p.named_by_us, p.designated,
  p.telecom_id, p.created_at, p.archived_at`;

export async function insertPlan(ctx: Ctx, plan: Plan): Promise<void> {
  await run(
    ctx,
    sql`/* catalog.insert_plan */ insert into plans
          (organization_id, id, name, type, super_sim_default, description, labels, named_by_us, designated, telecom_id, created_at)
        values (${ctx.organization.id}, ${plan.id}, ${plan.name}, ${plan.type}, ${plan.superSimDefault}, ${plan.description},
                ${plan.labels}, ${plan.namedByUs}, ${plan.designated}, ${plan.telecomId}, ${plan.createdAt})`,
  );
}

/** Writes all that may change of a plan. */
export async function updatePlan(ctx: Ctx, plan: Plan): Promise<void> {
  await run(
    ctx,
    sql`/* catalog.update_plan */ update plans
           set name = ${plan.name}, named_by_us = ${plan.namedByUs}, description = ${plan.description}, labels = ${plan.labels},
               designated = ${plan.designated}, telecom_id = ${plan.telecomId}, archived_at = ${plan.archivedAt}
         where organization_id = ${ctx.organization.id} and id = ${plan.id}`,
  );
}

/** Of plans (`p`) designated to others a company does not hear. */
export function visible(ctx: Ctx): Sql {
  const { scope } = ctx.actor;
  return scope.kind === 'company' ? forCompany(scope.companyId) : sql`true`;
}

function forCompany(companyId: Id): Sql {
  return sql`(not p.designated or exists (select from plan_companies c
    where c.organization_id = p.organization_id and c.plan_id = p.id and c.company_id = ${companyId}))`;
}

export async function findPlan(ctx: Ctx, id: Id): Promise<Plan | null> {
  return row<Plan>(
    ctx,
    sql`/* catalog.find_plan */ select ${columns} from plans p
         where p.organization_id = ${ctx.organization.id} and p.id = ${id} and ${visible(ctx)}`,
  );
}

/** Versions of a plan are numbered one after the other: its row is held while one is added. */
export async function lockPlan(ctx: Ctx, id: Id): Promise<void> {
  await run(
    ctx,
    sql`/* catalog.lock_plan */ select from plans where organization_id = ${ctx.organization.id} and id = ${id} for no key update`,
  );
}

export async function findDefaultSuperSimPlan(ctx: Ctx): Promise<Plan | null> {
  return row<Plan>(
    ctx,
    sql`/* catalog.find_default_super_sim_plan */ select ${columns} from plans p
         where p.organization_id = ${ctx.organization.id} and p.super_sim_default`,
  );
}

export type PlanFilter = {
  search?: string;
  types?: PlanType[];
  label?: string;
  archived?: boolean;
  designated?: boolean;
  /** What this company may get: general plans, and those designated to it. */
  companyId?: Id;
  /** What lines of this telecom may get: plans bound to it, and those bound to none. */
  telecomId?: Id;
};

/** Oldest first. */
export async function listPlans(ctx: Ctx, filter: PlanFilter, page: { after?: Id; limit: number }): Promise<Plan[]> {
  const { search, types, label, archived, designated, companyId, telecomId } = filter;
  const conditions: Sql[] = [sql`p.organization_id = ${ctx.organization.id}`, visible(ctx)];
  if (search) {
    conditions.push(sql`(position(lower(${search}) in lower(p.name)) > 0
      or position(lower(${search}) in lower(p.description)) > 0)`);
  }
  if (types) conditions.push(sql`p.type = any(${types}::text[])`);
  if (label) conditions.push(sql`p.labels @> array[${label}]::text[]`);
  if (archived !== undefined) conditions.push(archived ? sql`p.archived_at is not null` : sql`p.archived_at is null`);
  if (designated !== undefined) conditions.push(sql`p.designated = ${designated}`);
  if (companyId) conditions.push(forCompany(companyId));
  if (telecomId) conditions.push(sql`(p.telecom_id is null or p.telecom_id = ${telecomId})`);
  if (page.after) conditions.push(sql`p.id > ${page.after}`);
  return rows<Plan>(
    ctx,
    sql`/* catalog.list_plans */ select ${columns} from plans p where ${join(conditions)} order by p.id limit ${page.limit}`,
  );
}

export async function listPlansById(ctx: Ctx, ids: Id[]): Promise<Plan[]> {
  return rows<Plan>(
    ctx,
    sql`/* catalog.list_plans_by_id */ select ${columns} from plans p
         where p.organization_id = ${ctx.organization.id} and p.id = any(${ids}::uuid[])`,
  );
}

/** Names in use that are this one, or this one with a number behind it, in lower case. */
export async function listNamesLike(ctx: Ctx, name: string, except: Id | null): Promise<string[]> {
  const found = await rows<{ name: string }>(
    ctx,
    sql`/* catalog.list_names_like */ select lower(name) as name from plans
         where organization_id = ${ctx.organization.id} and archived_at is null and starts_with(lower(name), lower(${name}))
           and (${except}::uuid is null or id <> ${except}::uuid)`,
  );
  return found.map((plan) => plan.name);
}

export async function listPlanCompanies(ctx: Ctx, planIds: Id[]): Promise<{ planId: Id; companyId: Id }[]> {
  return rows(
    ctx,
    sql`/* catalog.list_plan_companies */ select plan_id, company_id from plan_companies
         where organization_id = ${ctx.organization.id} and plan_id = any(${planIds}::uuid[]) order by plan_id, company_id`,
  );
}

/** These companies, and no others. */
export async function replacePlanCompanies(ctx: Ctx, planId: Id, companyIds: Id[]): Promise<void> {
  await run(
    ctx,
    sql`/* catalog.remove_plan_companies */ delete from plan_companies
         where organization_id = ${ctx.organization.id} and plan_id = ${planId} and company_id <> all(${companyIds}::uuid[])`,
  );
  await run(
    ctx,
    sql`/* catalog.add_plan_companies */ insert into plan_companies (organization_id, plan_id, company_id)
        select ${ctx.organization.id}, ${planId}, u.id from unnest(${companyIds}::uuid[]) as u(id) on conflict do nothing`,
  );
}
