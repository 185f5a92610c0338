import { bigints, instants, ints, texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { allOf, join, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Service } from '../model.ts';

/** A carrier's total of a day of a line, as it was last told, and what the last telling booked. */
export type DayTotal = {
  lineId: Id;
  sourceId: Id;
  /** `2026-03-29`, in the carrier's zone. */
  day: string;
  zone: string;
  service: Service;
  bytesUp: bigint;
  bytesDown: bigint;
  units: bigint;
  revision: number;
  toldAt: Date;
  toldId: Id;
  differenceUp: bigint;
  differenceDown: bigint;
  differenceUnits: bigint;
};

/** Shares of the lines among which tellings of totals wait for each other. */
const shares = 64;

/**
 * Lets nobody else book totals of these lines until this database transaction ends: two at once would each find the other's
 * difference missing, and book it twice. It stops no usage.
 */
export async function lockDayTotals(ctx: Ctx, lineIds: Id[]): Promise<void> {
  await run(
    ctx,
    sql`/* usage.lock_day_totals */ select pg_advisory_xact_lock(hashtext('simwright.day_totals'), share)
          from (select distinct abs(hashtext(id::text) % ${shares}::int) as share from unnest(${uuids(lineIds)}::uuid[]) as id order by 1) s`,
  );
}

export type DaySpan = { lineId: Id; service: Service; startsAt: Date; endsAt: Date };

/**
 * What is booked of each of these days, from every source and in their order: charged, or waiting to be charged. What
 * can never be charged is not booked.
 */
export async function sumBooked(
  ctx: Ctx,
  days: DaySpan[],
): Promise<{ bytesUp: bigint; bytesDown: bigint; units: bigint }[]> {
  return rows(
    ctx,
    sql`/* usage.sum_booked */ select coalesce(b.up, 0)::bigint as bytes_up, coalesce(b.down, 0)::bigint as bytes_down,
               coalesce(b.units, 0)::bigint as units
          from (select * from unnest(${uuids(days.map((d) => d.lineId))}::uuid[], ${texts(days.map((d) => d.service))}::text[],
                                     ${instants(days.map((d) => d.startsAt))}::timestamptz[], ${instants(days.map((d) => d.endsAt))}::timestamptz[])
                       with ordinality as a(line_id, service, starts_at, ends_at, place) ${allOf(days)}) as d
          left join lateral (
            select sum(v.bytes_up) as up, sum(v.bytes_down) as down, sum(v.units) as units from (
              select u.bytes_up, u.bytes_down, u.units from usage_records u
               where u.organization_id = ${ctx.organization.id} and u.line_id = d.line_id and u.service = d.service
                 and u.occurred_at >= d.starts_at and u.occurred_at < d.ends_at
              union all
              select i.bytes_up, i.bytes_down, i.units from usage_inbox i
               where i.organization_id = ${ctx.organization.id} and i.line_id = d.line_id and i.service = d.service
                 and i.occurred_at >= d.starts_at and i.occurred_at < d.ends_at and i.state in ('waiting', 'unrated')
                 and i.reason not in ('time_in_future', 'time_in_past')) v) b on true
         order by d.place`,
  );
}

const columns = sql`t.line_id, t.source_id, t.day, t.zone, t.service, t.bytes_up, t.bytes_down, t.units, t.revision, t.told_at,
  t.told_id, t.difference_up, t.difference_down, t.difference_units`;

type DayName = Pick<DayTotal, 'lineId' | 'sourceId' | 'day' | 'service'>;

/** The totals that stand for these lines, sources, days and services. */
export async function findDayTotals(ctx: Ctx, names: DayName[]): Promise<DayTotal[]> {
  return rows<DayTotal>(
    ctx,
    sql`/* usage.find_day_totals */ select ${columns}
          from (select * from unnest(${uuids(names.map((n) => n.lineId))}::uuid[], ${uuids(names.map((n) => n.sourceId))}::uuid[],
                                     ${texts(names.map((n) => n.day))}::text[], ${texts(names.map((n) => n.service))}::text[])
                       as a(line_id, source_id, day, service) ${allOf(names)}) as n
          join usage_day_totals t on t.organization_id = ${ctx.organization.id} and t.line_id = n.line_id and t.source_id = n.source_id
           and t.day = n.day::date and t.service = n.service`,
  );
}

/** Keeps what was told, in place of what was told before. */
export async function saveDayTotals(ctx: Ctx, totals: DayTotal[]): Promise<void> {
  const of = <K extends keyof DayTotal>(field: K) => totals.map((total) => total[field]);
  await run(
    ctx,
    sql`/* usage.save_day_totals */ insert into usage_day_totals
          (organization_id, line_id, source_id, day, zone, service, bytes_up, bytes_down, units, revision, told_at, told_id,
           difference_up, difference_down, difference_units)
        select ${ctx.organization.id}, u.line_id, u.source_id, u.day::date, u.zone, u.service, u.up, u.down, u.units, u.revision, u.told_at,
               u.told_id, u.more_up, u.more_down, u.more_units
          from unnest(${uuids(of('lineId'))}::uuid[], ${uuids(of('sourceId'))}::uuid[], ${texts(of('day'))}::text[], ${texts(of('zone'))}::text[],
                      ${texts(of('service'))}::text[], ${bigints(of('bytesUp'))}::bigint[], ${bigints(of('bytesDown'))}::bigint[],
                      ${bigints(of('units'))}::bigint[], ${ints(of('revision'))}::int[], ${instants(of('toldAt'))}::timestamptz[],
                      ${uuids(of('toldId'))}::uuid[], ${bigints(of('differenceUp'))}::bigint[], ${bigints(of('differenceDown'))}::bigint[],
                      ${bigints(of('differenceUnits'))}::bigint[])
               as u(line_id, source_id, day, zone, service, up, down, units, revision, told_at, told_id, more_up, more_down, more_units)
        on conflict (organization_id, line_id, source_id, day, service) do update
           set zone = excluded.zone, bytes_up = excluded.bytes_up, bytes_down = excluded.bytes_down, units = excluded.units,
               revision = excluded.revision, told_at = excluded.told_at, told_id = excluded.told_id,
               difference_up = excluded.difference_up, difference_down = excluded.difference_down,
               difference_units = excluded.difference_units`,
  );
}

export type DayPlace = DayName;

/** Days that carriers told totals of, the last day first. A company's staff see those of their lines. */
export async function listDayTotals(
  ctx: Ctx,
  filter: {
    lineId?: Id;
    source?: string;
    service?: Service;
    from?: string;
    to?: string;
    after?: DayPlace;
    limit: number;
  },
): Promise<(DayTotal & { source: string })[]> {
  const conditions: Sql[] = [sql`t.organization_id = ${ctx.organization.id}`];
  if (filter.lineId) conditions.push(sql`t.line_id = ${filter.lineId}`);
  if (filter.source) conditions.push(sql`s.name = ${filter.source}`);
  if (filter.service) conditions.push(sql`t.service = ${filter.service}`);
  if (filter.from) conditions.push(sql`t.day >= ${filter.from}::date`);
  if (filter.to) conditions.push(sql`t.day <= ${filter.to}::date`);
  const { after } = filter;
  if (after) {
    conditions.push(sql`(t.day < ${after.day}::date or (t.day = ${after.day}::date
      and (t.line_id, t.source_id, t.service) > (${after.lineId}::uuid, ${after.sourceId}::uuid, ${after.service}::text)))`);
  }
  if (ctx.actor.scope.kind === 'company') {
    conditions.push(sql`t.line_id in (select id from sims where organization_id = ${ctx.organization.id}
      and company_id = ${ctx.actor.scope.companyId})`);
  }
  return rows(
    ctx,
    sql`/* usage.list_day_totals */ select ${columns}, s.name as source from usage_day_totals t
          join usage_sources s on s.organization_id = t.organization_id and s.id = t.source_id
         where ${join(conditions)} order by t.day desc, t.line_id, t.source_id, t.service limit ${filter.limit}`,
  );
}
