import { assert } from '../../kit/assert.ts';
import { type Ctx, callingEndUser } from '../../kit/ctx.ts';
import { join, nothing, raw, rows, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Sim } from '../model.ts';
import { type Places, placesOf } from './counts.ts';
import {
  countedConditions,
  hasCounted,
  hasUncounted,
  isCommonPrefix,
  isNamed,
  prefixCondition,
  type SimFilter,
  uncountedConditions,
} from './filter.ts';
import { simColumns } from './sims.ts';

/** A page of a list in the order of ids, which is the order in which SIMs were added. */
export type SimPage = { after?: Id; before?: Id; limit: number; newestFirst?: boolean };

/** SIMs that are looked at one by one, in the order of the list, before an index is asked for what is rare. */
const nearBound = 2_000;
/** Rows of shelves that are read for it, whatever the number of shelves. */
const nearReads = 10_000;
/** As many SIMs as are gathered and looked at without a second thought. */
const fewBound = 10_000;
/** Hits of a search beyond which the list is walked instead of gathering them. */
const wideBound = 20_000;
/** Digits of an ICCID that name its issuer, and how many issuers are looked at one by one. */
const issuerDigits = 7;
const issuerBound = 100;
/** Beyond this many places the list itself is walked: a filter of so many is not rare. */
const placeBound = 4_000;

/**
 * SIMs of a filter, a page in order. Exact at any size; `docs/decisions/0019-counts-and-search.md` says how it stays
 * fast, which is by knowing how many match before it chooses where to begin. An end user sees the few that are theirs.
 */
export async function listSims(ctx: Ctx, filter: SimFilter, page: SimPage): Promise<Sim[]> {
  if (isNamed(filter) || callingEndUser(ctx.actor)) return listNamed(ctx, filter, page);
  const ids = await findIds(ctx, filter, page);
  if (ids.length === 0) return [];
  return rows<Sim>(
    ctx,
    sql`/* inventory.list_sims */ select ${simColumns} from sims s
         where s.organization_id = ${ctx.organization.id} and s.id = any(${ids}::uuid[]) order by s.id ${direction(page)}`,
  );
}

/** From the truth, not from listings: also right inside the database transaction that is changing these SIMs. */
async function listNamed(ctx: Ctx, filter: SimFilter, page: SimPage): Promise<Sim[]> {
  const conditions = [
    sql`s.organization_id = ${ctx.organization.id}`,
    ...uncountedConditions(ctx, filter, 'rows'),
    ...edges(page, 's.id'),
  ];
  const holder = callingEndUser(ctx.actor);
  if (holder) conditions.push(sql`s.end_user_id = ${holder}`);
  const shown = hasCounted(ctx, filter)
    ? sql`join sims_as_shown v on v.line_id = s.id and ${countedConditions(ctx, filter, 'v')}`
    : nothing;
  return rows<Sim>(
    ctx,
    sql`/* inventory.list_named_sims */ select ${simColumns} from sims s ${shown}
         where ${join(conditions)} order by s.id ${direction(page)} limit ${page.limit}`,
  );
}

async function findIds(ctx: Ctx, filter: SimFilter, page: SimPage): Promise<Id[]> {
  const { limit } = page;
  const places = hasCounted(ctx, filter) ? await placesOf(ctx, filter) : null;
  if (places?.sims === 0) return [];
  const near = (n: number) =>
    places === null
      ? fromAll(ctx, page, n)
      : places.ids.length > placeBound
        ? fromListings(ctx, filter, page, n)
        : fromPlaces(ctx, places, page, n);
  if (!hasUncounted(filter)) return idsOf(ctx, near(limit));

  const all = places !== null && places.sims <= fewBound;
  const reach = all
    ? places.sims
    : Math.max(limit, Math.min(nearBound, Math.floor(nearReads / (places?.ids.length ?? 1))));
  const ordered = filter.among && !all ? filter.among : null;
  const listed =
    ordered && places
      ? sql`join sim_listings l on l.line_id = near.id and ${countedConditions(ctx, filter, 'l')}`
      : nothing;
  const found = await idsOf(
    ctx,
    sql`select s.id from (${ordered ? fromAmong(ordered, page, reach) : near(reach)}) near ${listed}
          join sims s on s.organization_id = ${ctx.organization.id} and s.id = near.id
         where ${join(uncountedConditions(ctx, filter, 'rows'))} order by s.id ${direction(page)} limit ${limit}`,
  );
  if (all || found.length >= limit) return found;
  if (filter.search === undefined) return idsOf(ctx, gathered(ctx, filter, page));
  return (await searched(ctx, filter, filter.search, page)) ?? idsOf(ctx, walked(ctx, filter, page));
}

/** What a search finds, gathered and then put in order; null where walking the list costs less, for it finds so many. */
async function searched(ctx: Ctx, filter: SimFilter, search: string, page: SimPage): Promise<Id[] | null> {
  const { search: _, ...others } = filter;
  const rest = uncountedConditions(ctx, others, 'rows');
  if (await isCommonPrefix(ctx, search, wideBound)) {
    return rest.length > 0 || hasCounted(ctx, filter) ? null : prefixed(ctx, search, page);
  }
  const conditions = [sql`(select count(*) from hits) <= ${wideBound}`, ...edges(page, 'h.id')];
  const known =
    rest.length > 0
      ? sql`join sims s on s.organization_id = ${ctx.organization.id} and s.id = h.id and ${join(rest)}`
      : nothing;
  const listed = hasCounted(ctx, filter)
    ? sql`join sim_listings l on l.line_id = h.id and ${countedConditions(ctx, filter, 'l')}`
    : nothing;
  const [found] = await rows<{ ids: Id[]; wide: boolean }>(
    ctx,
    sql`/* inventory.search_sims */ with hits as materialized (
          select h.id from search_sims(${ctx.organization.id}, ${search}, ${wideBound + 1}) as h(id)
        ), found as (
          select h.id from hits h ${known} ${listed} where ${join(conditions)} order by h.id ${direction(page)} limit ${page.limit}
        )
        select array(select id from found order by id ${direction(page)}) as ids, (select count(*) from hits) > ${wideBound} as wide`,
  );
  return found!.wide ? null : found!.ids;
}

/**
 * What has a common beginning of ICCIDs, wherever in the list it lies, and the SIMs that have it in another identifier; null
 * where these are many as well, for then the next of them is near. Up to the seven digits of an issuer, an index has the
 * SIMs of each issuer in the order of the list; a longer one is a range of ICCIDs, which is put in order.
 */
async function prefixed(ctx: Ctx, search: string, page: SimPage): Promise<Id[] | null> {
  const own = [
    sql`s.organization_id = ${ctx.organization.id}`,
    prefixCondition('s.iccid', search)!,
    ...edges(page, 's.id'),
  ];
  const issuers = search.length <= issuerDigits ? await issuersOf(ctx, search) : null;
  const begun = issuers
    ? sql`select o.id from unnest(${issuers}::text[]) as i(issuer) cross join lateral (
            select s.id from sims s where s.issuer = i.issuer and ${join(own)} order by s.id ${direction(page)} limit ${page.limit}) o`
    : // The offset keeps the planner from walking the list.
      sql`select r.id from (select s.id from sims s where ${join(own)} offset 0) r order by r.id ${direction(page)} limit ${page.limit}`;
  const [found] = await rows<{ ids: Id[]; wide: boolean }>(
    ctx,
    sql`/* inventory.prefixed_sims */ with others as materialized (
          select h.id from search_others(${ctx.organization.id}, ${search}, ${wideBound + 1}) as h(id)
        ), found as (
          (${begun}) union (select h.id from others h where ${join([sql`true`, ...edges(page, 'h.id')])})
           order by id ${direction(page)} limit ${page.limit}
        )
        select array(select id from found order by id ${direction(page)}) as ids, (select count(*) from others) > ${wideBound} as wide`,
  );
  return found!.wide ? null : found!.ids;
}

/** Issuers whose ICCIDs begin so, each found by one look at the index; null beyond `issuerBound`. */
async function issuersOf(ctx: Ctx, search: string): Promise<string[] | null> {
  const own = sql`s.organization_id = ${ctx.organization.id} and ${prefixCondition('s.issuer', search)!}`;
  const found = await rows<{ issuer: string }>(
    ctx,
    sql`/* inventory.issuers */ with recursive i (issuer) as (
          select min(s.issuer) from sims s where ${own}
          union all
          select (select min(s.issuer) from sims s where ${own} and s.issuer > i.issuer) from i where i.issuer is not null
        ) select issuer from i where issuer is not null limit ${issuerBound + 1}`,
  );
  return found.length > issuerBound ? null : found.map(({ issuer }) => issuer);
}

/** Row by row in the order of the list, until the page is full: what is common lies together, but not always in front. */
function walked(ctx: Ctx, filter: SimFilter, page: SimPage): Sql {
  const conditions = [
    sql`s.organization_id = ${ctx.organization.id}`,
    ...uncountedConditions(ctx, filter, 'rows'),
    ...edges(page, 's.id'),
  ];
  const listed = hasCounted(ctx, filter)
    ? sql`join sim_listings l on l.line_id = s.id and ${countedConditions(ctx, filter, 'l')}`
    : nothing;
  return sql`select s.id from sims s ${listed} where ${join(conditions)} order by s.id ${direction(page)} limit ${page.limit}`;
}

/** Everything that matches, found by indexes, and only then put in order. */
function gathered(ctx: Ctx, filter: SimFilter, page: SimPage): Sql {
  const conditions = [
    sql`s.organization_id = ${ctx.organization.id}`,
    ...uncountedConditions(ctx, filter, 'doors'),
    ...edges(page, 's.id'),
  ];
  const listed = hasCounted(ctx, filter)
    ? sql`join sim_listings l on l.line_id = s.id and ${countedConditions(ctx, filter, 'l')}`
    : nothing;
  return sql`with found as materialized (select s.id from sims s ${listed} where ${join(conditions)})
    select id from found order by id ${direction(page)} limit ${page.limit}`;
}

function fromAll(ctx: Ctx, page: SimPage, n: number): Sql {
  const conditions = [sql`a.organization_id = ${ctx.organization.id}`, ...edges(page, 'a.id')];
  return sql`select a.id from sims a where ${join(conditions)} order by a.id ${direction(page)} limit ${n}`;
}

function fromAmong(among: Sql, page: SimPage, n: number): Sql {
  const conditions = [sql`true`, ...edges(page, 'm.id')];
  return sql`select distinct m.id from (${among}) m where ${join(conditions)} order by m.id ${direction(page)} limit ${n}`;
}

function fromListings(ctx: Ctx, filter: SimFilter, page: SimPage, n: number): Sql {
  const conditions = [countedConditions(ctx, filter, 'l'), ...edges(page, 'l.line_id')];
  return sql`select l.line_id as id from sim_listings l
    where ${join(conditions)} order by l.line_id ${direction(page)} limit ${n}`;
}

/**
 * The first `n` of many places, each an index range in order. A place whose first SIM comes after the first of `n`
 * others cannot have one of them, so only `n` places are read further than their first.
 */
function fromPlaces(ctx: Ctx, places: Places, page: SimPage, n: number): Sql {
  const order = direction(page);
  const on = (place: string, alias: string, limit: number) => {
    const conditions = [
      sql`${raw(alias)}.organization_id = ${ctx.organization.id} and ${raw(`${alias}.${places.of}`)} = ${raw(place)}`,
      ...edges(page, `${alias}.line_id`),
    ];
    return sql`select ${raw(alias)}.line_id from sim_listings ${raw(alias)}
      where ${join(conditions)} order by ${raw(alias)}.line_id ${order} limit ${limit}`;
  };
  return sql`select l.line_id as id from (
      select h.place from unnest(${places.ids}::uuid[]) as h(place) cross join lateral (${on('h.place', 'f', 1)}) first
       order by first.line_id ${order} limit ${n}) nearest
    cross join lateral (${on('nearest.place', 'o', n)}) l
    order by l.line_id ${order} limit ${n}`;
}

async function idsOf(ctx: Ctx, statement: Sql): Promise<Id[]> {
  const found = await rows<{ id: Id }>(ctx, sql`/* inventory.find_sim_ids */ ${statement}`);
  return found.map(({ id }) => id);
}

function direction(page: SimPage): Sql {
  return page.newestFirst ? sql`desc` : nothing;
}

function edges({ after, before, newestFirst }: SimPage, column: string): Sql[] {
  assert(!(after && before), 'a page has one edge');
  const edge = after ?? before;
  if (!edge) return [];
  const above = Boolean(after) !== Boolean(newestFirst);
  return [sql`${raw(column)} ${raw(above ? '>' : '<')} ${edge}::uuid`];
}
