import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, rows, type Sql, sql } from '../../kit/db.ts';
import type { UsageBucket, UsageQuery, Window } from '../summarize.ts';

/** Usage without a fleet is kept under this id in the hourly totals. */
const noFleet = sql`'00000000-0000-0000-0000-000000000000'::uuid`;

export async function sumUsage(
  ctx: Ctx,
  query: UsageQuery,
  whole: Window | null,
  edges: Window[],
): Promise<Omit<UsageBucket, 'endsAt' | 'currency'>[]> {
  const only = conditionsOf(ctx, query);
  const parts = [
    ...(whole
      ? [
          sql`select u.hour as at, u.line_id, u.plmn, u.fleet_id, u.bytes_up, u.bytes_down, u.charge_micros, u.records::bigint
                from usage_hourly u where ${only} and u.hour >= ${whole.from} and u.hour < ${whole.to}`,
          // Of the hour's charge and records, what messages and calls had is not data's.
          sql`select u.hour, u.line_id, u.plmn, u.fleet_id, 0, 0, -u.charge_micros, -u.records
                from usage_hourly_units u where ${only} and u.hour >= ${whole.from} and u.hour < ${whole.to}`,
        ]
      : []),
    ...edges.map(
      (edge) => sql`select u.occurred_at, u.line_id, u.plmn, coalesce(u.fleet_id, ${noFleet}), u.bytes_up, u.bytes_down,
                           u.charge_micros, 1 from usage_records u
                     where ${only} and u.service = 'data' and u.occurred_at >= ${edge.from} and u.occurred_at < ${edge.to}`,
    ),
  ];
  const { page } = query;
  const oldestFirst = page.newestFirst === false;
  const beyond = page.after
    ? sql`and (g.starts_at, g.key) ${oldestFirst ? sql`>` : sql`<`} (${page.after.startsAt}::timestamptz, ${page.after.key}::text)`
    : nothing;
  const order = oldestFirst ? sql`g.starts_at, g.key` : sql`g.starts_at desc, g.key desc`;
  return rows(
    ctx,
    sql`/* usage.summarize */ select g.starts_at, g.key, g.bytes_up, g.bytes_down, g.charge_micros from (
          select ${bucketOf(query)} as starts_at, ${keyOf(query)} as key, sum(v.bytes_up)::bigint as bytes_up,
                 sum(v.bytes_down)::bigint as bytes_down, sum(v.charge_micros)::bigint as charge_micros,
                 sum(v.records) as records
            from (${join(parts, ' union all ')}) as v(at, line_id, plmn, fleet_id, bytes_up, bytes_down, charge_micros, records)
            ${countriesOf(query)}
           group by 1, 2) g
         where g.records > 0 ${beyond} order by ${order} limit ${page.limit}`,
  );
}

function conditionsOf(ctx: Ctx, query: UsageQuery): Sql {
  const conditions = [sql`u.organization_id = ${ctx.organization.id}`];
  if (query.lineIds) conditions.push(sql`u.line_id = any(${query.lineIds}::uuid[])`);
  if (query.fleetId) conditions.push(sql`u.fleet_id = ${query.fleetId}::uuid`);
  if (query.plmns) conditions.push(sql`u.plmn = any(${query.plmns}::text[])`);
  const owners: Sql[] = [];
  if (ctx.actor.scope.kind === 'company') owners.push(sql`s.company_id = ${ctx.actor.scope.companyId}::uuid`);
  if (query.account?.companyId === null) owners.push(sql`s.company_id is null`);
  else if (query.account) owners.push(sql`s.company_id = ${query.account.companyId}::uuid`);
  if (owners.length > 0) {
    conditions.push(sql`u.line_id in (select s.id from sims s where s.organization_id = ${ctx.organization.id}
      and s.registered_at is not null and ${join(owners)})`);
  }
  return join(conditions);
}

function bucketOf({ granularity, from }: UsageQuery): Sql {
  if (granularity === 'all') return sql`${from}::timestamptz`;
  return granularity === 'day' ? sql`date_trunc('day', v.at, 'UTC')` : sql`date_trunc('hour', v.at, 'UTC')`;
}

function keyOf({ groupBy }: UsageQuery): Sql {
  switch (groupBy) {
    case 'line':
      return sql`v.line_id::text`;
    case 'fleet':
      return sql`case when v.fleet_id = ${noFleet} then '' else v.fleet_id::text end`;
    case 'plmn':
      return sql`v.plmn`;
    case 'country':
      return sql`coalesce(c.country, '')`;
    case undefined:
      return sql`''::text`;
  }
}

function countriesOf({ groupBy, countries }: UsageQuery): Sql {
  if (groupBy !== 'country') return nothing;
  assert(countries, 'grouping by country needs the countries of networks');
  return sql`left join unnest(${countries.plmns}::text[], ${countries.countries}::text[]) as c(plmn, country) on c.plmn = v.plmn`;
}
