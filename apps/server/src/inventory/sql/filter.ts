import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, raw, rows, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Lifecycle, ShownStatus } from '../model.ts';

export type SimFilter = {
  ids?: Id[];
  /** A part of an identifier or of the name. */
  search?: string;
  status?: ShownStatus[];
  lifecycle?: Lifecycle[];
  telecomId?: Id;
  /** null: the organization's own, without a company. */
  companyId?: Id | null;
  fleetId?: Id | null;
  endUserId?: Id;
  planId?: Id;
  label?: string;
  registered?: boolean;
  /** Whether a block is open. */
  blocked?: boolean;
  iccids?: string[];
  uniqueName?: string;
  /** A condition of a room above, on the alias `s`, which has `organization_id` and `id`. */
  also?: Sql;
  /** The same as ids, `select … as id …`, where an index of that room has what fits in the order of ids. */
  among?: Sql;
};

/** The columns that listings, counts and the view `sims_as_shown` have alike. */
export const countedColumns = {
  status: 'status',
  lifecycle: 'lifecycle',
  telecomId: 'telecom_id',
  companyId: 'company_id',
  fleetId: 'fleet_id',
  planId: 'plan_id',
  registered: 'registered',
  blocked: 'blocked',
} as const satisfies Partial<Record<keyof SimFilter, string>>;
export type Counted = keyof typeof countedColumns;
const countedFields = Object.keys(countedColumns) as Counted[];

/** The counted part of a filter, on an alias that has these columns; with the caller's scope. */
export function countedConditions(ctx: Ctx, filter: SimFilter, alias: string): Sql {
  const conditions: Sql[] = [sql`${raw(alias)}.organization_id = ${ctx.organization.id}`];
  const { scope } = ctx.actor;
  if (scope.kind === 'company') conditions.push(sql`${raw(alias)}.company_id = ${scope.companyId}`);
  for (const field of countedFields) {
    const column = raw(`${alias}.${countedColumns[field]}`);
    const value = filter[field];
    if (value === undefined) continue;
    if (value === null) conditions.push(sql`${column} is null`);
    else if (Array.isArray(value)) conditions.push(sql`${column} = any(${value}::text[])`);
    else conditions.push(sql`${column} = ${value}`);
  }
  return join(conditions);
}

export function hasCounted(ctx: Ctx, filter: SimFilter): boolean {
  return ctx.actor.scope.kind === 'company' || countedFields.some((field) => filter[field] !== undefined);
}

/** Whether the filter names its SIMs, so that an index of identifiers finds the few there can be. */
export function isNamed(filter: SimFilter): boolean {
  return (
    filter.ids !== undefined ||
    filter.iccids !== undefined ||
    filter.uniqueName !== undefined ||
    filter.endUserId !== undefined
  );
}

/** Whether it asks for something that is not counted. */
export function hasUncounted(filter: SimFilter): boolean {
  return Boolean(filter.search || filter.label || filter.also) || isNamed(filter);
}

/**
 * What begins with these digits, in a column of digits; null where they begin no ICCID, or (two digits, ITU-T E.118: 89)
 * all of them. A range, because `like` has no index under row-level security.
 */
export function prefixCondition(column: string, search: string): Sql | null {
  if (!/^\d{3,20}$/.test(search)) return null;
  const next = (BigInt(search) + 1n).toString().padStart(search.length, '0');
  const end = next.length === search.length ? sql`and ${raw(column)} < ${next}` : nothing;
  return sql`${raw(column)} >= ${search} ${end}`;
}

/**
 * Whether more than `most` ICCIDs begin with this: an index of ICCIDs knows it from a few pages, where the index of parts
 * would gather them all first.
 */
export async function isCommonPrefix(ctx: Ctx, search: string, most: number): Promise<boolean> {
  const prefix = prefixCondition('s.iccid', search);
  if (!prefix) return false;
  const [found] = await rows<{ common: boolean }>(
    ctx,
    sql`/* inventory.is_common_prefix */ select count(*) > ${most} as common from (
          select from sims s where s.organization_id = ${ctx.organization.id} and ${prefix} limit ${most + 1}) found`,
  );
  return found!.common;
}

/** Ids that a door hands out at most; no inventory is larger. */
const doorBound = 10_000_000;

/**
 * The rest of a filter, on the alias `s` of the table of SIMs. `rows`: each row is looked at, for a few rows or where
 * most match. `doors`: indexes find what matches, through doors, because row-level security would keep them shut.
 */
export function uncountedConditions(ctx: Ctx, filter: SimFilter, by: 'rows' | 'doors', most = doorBound): Sql[] {
  const conditions: Sql[] = [];
  const { search, label } = filter;
  if (filter.ids) conditions.push(sql`s.id = any(${filter.ids}::uuid[])`);
  if (filter.iccids) conditions.push(sql`s.iccid = any(${filter.iccids}::text[])`);
  if (filter.uniqueName !== undefined) conditions.push(sql`s.unique_name = ${filter.uniqueName}`);
  if (filter.endUserId) conditions.push(sql`s.end_user_id = ${filter.endUserId}`);
  if (search) {
    conditions.push(
      by === 'rows'
        ? sql`(position(${search.toLowerCase()} in s.iccid) > 0 or position(${search.toLowerCase()} in s.other_identifiers) > 0)`
        : sql`s.id in (select search_sims(${ctx.organization.id}, ${search}, ${most}))`,
    );
  }
  if (label) {
    conditions.push(
      by === 'rows'
        ? sql`s.labels @> array[${label}]::text[]`
        : sql`s.id in (select labelled_sims(${ctx.organization.id}, ${label}, ${most}))`,
    );
  }
  if (filter.also) conditions.push(filter.also);
  return conditions;
}
