import type { Ctx } from '../../kit/ctx.ts';
import { join, raw, rows, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { ShownStatus } from '../model.ts';
import {
  type Counted,
  countedColumns,
  countedConditions,
  hasUncounted,
  isNamed,
  type SimFilter,
  uncountedConditions,
} from './filter.ts';

/** Beyond this a search is not counted to its end. */
export const countBound = 10_000;

/** The shelves of the counted part of a filter, and how many SIMs stand on them. */
export async function shelvesOf(ctx: Ctx, filter: SimFilter): Promise<{ ids: Id[]; sims: number }> {
  const found = await rows<{ shelf: Id; sims: number }>(
    ctx,
    sql`/* inventory.shelves */ select shelf, sum(sims)::int as sims from sim_counts c
         where ${countedConditions(ctx, filter, 'c')} group by shelf having sum(sims) > 0`,
  );
  return { ids: found.map(({ shelf }) => shelf), sims: found.reduce((sum, { sims }) => sum + sims, 0) };
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
  const counts = await rows<StatusCount>(
    ctx,
    sql`/* inventory.count_found */ select status, count(*)::int as sims
          from (${await matching(ctx, filter, countBound + 1)}) found group by status`,
  );
  const total = counts.reduce((sum, count) => sum + count.sims, 0);
  return { counts, exact: total <= countBound };
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
  const conditions = uncountedConditions(ctx, filter, await by());
  return sql`select l.status ${from} where ${join([sql`s.organization_id = ${ctx.organization.id}`, counted, ...conditions])} limit ${n}`;
}

export async function countSims(ctx: Ctx, filter: SimFilter): Promise<number> {
  const { counts } = await countByStatus(ctx, filter);
  return counts.reduce((sum, count) => sum + count.sims, 0);
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
  const parts = facets.map((facet) => {
    const { [facet]: _, ...others } = filter;
    const column = raw(`c.${countedColumns[facet]}`);
    return sql`(select ${facet}::text as facet, ${column}::text as value, sum(sims)::int as sims from sim_counts c
      where ${countedConditions(ctx, others, 'c')} group by ${column} having sum(sims) > 0
      order by sum(sims) desc, ${column} limit ${facetBound})`;
  });
  return rows(ctx, sql`/* inventory.count_facets */ ${join(parts, ' union all ')}`);
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
          insert into sim_counts (organization_id, shelf, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked, sims)
          select ${ctx.organization.id}, shelf, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked, sum(sims)
            from gone group by 2, 3, 4, 5, 6, 7, 8, 9, 10 having sum(sims) <> 0
        )
        select count(*)::int as rows from gone`,
  );
  return folded!.rows;
}
