import type { Ctx } from '../../kit/ctx.ts';
import { join, raw, rows, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { ShownStatus } from '../model.ts';
import {
  type Counted,
  countedColumns,
  countedConditions,
  hasCounted,
  hasUncounted,
  isCommonPrefix,
  isNamed,
  type SimFilter,
  uncountedConditions,
} from './filter.ts';

/** Beyond this a search is not counted to its end. */
export const countBound = 10_000;

/** Where the SIMs of the counted part of a filter stand: whole aisles, or shelves where company or fleet narrow them. */
export type Places = { of: 'shelf' | 'aisle'; ids: Id[]; sims: number };

export async function placesOf(ctx: Ctx, filter: SimFilter): Promise<Places> {
  const narrow = ctx.actor.scope.kind === 'company' || filter.companyId !== undefined || filter.fleetId !== undefined;
  const of = narrow ? 'shelf' : 'aisle';
  const found = await rows<{ place: Id; sims: number }>(
    ctx,
    sql`/* inventory.places */ select ${raw(of)} as place, sum(sims)::int as sims from sim_counts c
         where ${countedConditions(ctx, filter, 'c')} group by 1 having sum(sims) > 0`,
  );
  return { of, ids: found.map(({ place }) => place), sims: found.reduce((sum, { sims }) => sum + sims, 0) };
}

export type StatusCount = { status: ShownStatus; sims: number };

/** How many SIMs match, by shown status. `exact` is false where counting stopped at the bound. */
export async function countByStatus(ctx: Ctx, filter: SimFilter): Promise<{ counts: StatusCount[]; exact: boolean }> {
  if (!hasUncounted(filter)) {
    const counts = await rows<StatusCount>(
      ctx,
      sql`/* inventory.count_by_status */ select status, sum(sims)::int as sims from sim_counts c
           where ${countedConditions(ctx, filter, 'c')} group by status having sum(sims) <> 0`,
    );
    return { counts, exact: true };
  }
  if (await isBeyondCounting(ctx, filter)) return { counts: [], exact: false };
  const counts = await rows<StatusCount>(
    ctx,
    sql`/* inventory.count_found */ select status, count(*)::int as sims
          from (${await matching(ctx, filter, countBound + 1)}) found group by status`,
  );
  const total = counts.reduce((sum, count) => sum + count.sims, 0);
  return { counts, exact: total <= countBound };
}

/** Whether a search or a label alone finds more than is counted; then nobody needs their status. */
async function isBeyondCounting(ctx: Ctx, filter: SimFilter): Promise<boolean> {
  const { search, label, also } = filter;
  if (hasCounted(ctx, filter) || isNamed(filter) || also || (search && label)) return false;
  if (search) return isCommonPrefix(ctx, search, countBound);
  const [found] = await rows<{ beyond: boolean }>(
    ctx,
    sql`/* inventory.is_beyond_counting */ select count(*) > ${countBound} as beyond
          from labelled_sims(${ctx.organization.id}, ${label}, ${countBound + 1})`,
  );
  return found!.beyond;
}

/** Matches among the newest SIMs, of as many looked at, from which on walking beats an index. */
const sample = { size: 1_000, common: 150 };

/** At most `n` SIMs that match, as rows with their status. */
async function matching(ctx: Ctx, filter: SimFilter, n: number): Promise<Sql> {
  const truth = isNamed(filter);
  const from = sql`from sims s join ${raw(truth ? 'sims_as_shown' : 'sim_listings')} l on l.line_id = s.id`;
  const counted = countedConditions(ctx, filter, 'l');
  const by = async () => {
    if (truth) return 'rows';
    const [seen] = await rows<{ common: boolean }>(
      ctx,
      sql`/* inventory.is_common */ select count(*) >= ${sample.common} as common from (
            select * from sims where organization_id = ${ctx.organization.id} order by id desc limit ${sample.size}) s
           where ${join(uncountedConditions(ctx, filter, 'rows'))}`,
    );
    return seen!.common ? 'rows' : 'doors';
  };
  const wide = hasCounted(ctx, filter) || filter.also ? undefined : n;
  const conditions = uncountedConditions(ctx, filter, await by(), wide);
  return sql`select l.status ${from} where ${join([sql`s.organization_id = ${ctx.organization.id}`, counted, ...conditions])} limit ${n}`;
}

/** How many SIMs match; `countBound` where a search or a label finds more than is counted. */
export async function countSims(ctx: Ctx, filter: SimFilter): Promise<number> {
  const { counts, exact } = await countByStatus(ctx, filter);
  return exact ? counts.reduce((sum, count) => sum + count.sims, 0) : countBound;
}

export type Facet = { facet: Counted; value: string | null; sims: number };

/** Values of one facet that are told at most, the commonest first. */
const facetBound = 200;

/**
 * How many SIMs each value of a facet would show, with the rest of the filter as it is. Null where the filter asks
 * for something that is not counted.
 */
export async function countFacets(ctx: Ctx, filter: SimFilter, facets: Counted[]): Promise<Facet[] | null> {
  if (hasUncounted(filter)) return null;
  // What the filter does not name is counted in one reading; what it names needs a reading of its own.
  const free = facets.filter((facet) => filter[facet] === undefined);
  const columnOf = (facet: Counted) => raw(`c.${countedColumns[facet]}`);
  const together = sql`select facet, value, sims from (
      select case ${join(
        free.map((facet) => sql`when grouping(${columnOf(facet)}) = 0 then ${facet}::text`),
        ' ',
      )} end as facet,
             case ${join(
               free.map((facet) => sql`when grouping(${columnOf(facet)}) = 0 then ${columnOf(facet)}::text`),
               ' ',
             )} end as value,
             sum(sims)::int as sims
        from sim_counts c where ${countedConditions(ctx, filter, 'c')}
       group by grouping sets (${join(
         free.map((facet) => sql`(${columnOf(facet)})`),
         ', ',
       )}) having sum(sims) > 0) every`;
  const parts = facets
    .filter((facet) => !free.includes(facet))
    .map((facet) => {
      const { [facet]: _, ...others } = filter;
      return sql`select ${facet}::text as facet, ${columnOf(facet)}::text as value, sum(sims)::int as sims from sim_counts c
      where ${countedConditions(ctx, others, 'c')} group by ${columnOf(facet)} having sum(sims) > 0`;
    });
  const all = sql`${join(free.length > 0 ? [together, ...parts] : parts, ' union all ')}`;
  return rows(
    ctx,
    sql`/* inventory.count_facets */ select facet, value, sims from (
          select *, row_number() over (partition by facet order by sims desc, value) as place from (${all}) counted) ranked
         where place <= ${facetBound} order by facet, place`,
  );
}

/** How many lines are in each fleet, or on each plan, of those the caller may see. */
export async function countGrouped(ctx: Ctx, by: 'fleet' | 'plan', ids: Id[]): Promise<{ id: Id; sims: number }[]> {
  const column = raw(by === 'fleet' ? 'c.fleet_id' : 'c.plan_id');
  return rows(
    ctx,
    sql`/* inventory.count_grouped */ select ${column} as id, sum(sims)::int as sims from sim_counts c
         where ${countedConditions(ctx, {}, 'c')} and ${column} = any(${ids}::uuid[]) group by 1 having sum(sims) > 0`,
  );
}

/** Adds the rows of each shelf together, so that counting reads one row a shelf. Returns how many rows it took away. */
export async function foldCounts(ctx: Ctx): Promise<number> {
  const [folded] = await rows<{ rows: number }>(
    ctx,
    sql`/* inventory.fold_counts */ with loose as (
          select shelf from sim_counts where organization_id = ${ctx.organization.id} group by shelf having count(*) > 1 limit 10000
        ), gone as (
          delete from sim_counts where organization_id = ${ctx.organization.id} and shelf in (select shelf from loose) returning *
        ), kept as (
          insert into sim_counts (organization_id, shelf, aisle, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked, sims)
          select ${ctx.organization.id}, shelf, aisle, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked, sum(sims)
            from gone group by 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 having sum(sims) <> 0
        )
        select count(*)::int as rows from gone`,
  );
  return folded!.rows;
}
