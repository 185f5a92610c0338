import type { Ctx } from '../../kit/ctx.ts';
import { nothing, rows, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

export type SeriesPoint = {
  startsAt: Date;
  plmn: string;
  bytesUp: bigint;
  bytesDown: bigint;
  messages: bigint;
  seconds: bigint;
  /** Of all services together. */
  chargeMicros: bigint;
};

/**
 * Usage over time in hours or in days of a zone, per network. Days are added up from whole UTC hours. Messages and
 * seconds are told of lines only: the organization's are summed for nobody yet.
 */
export async function listSeries(
  ctx: Ctx,
  query: { lineId?: Id; from: Date; to: Date; unit: 'hour' | 'day'; zone: string },
): Promise<SeriesPoint[]> {
  // The totals are the whole organization's: a company's are added up from its own lines.
  const companyId = ctx.actor.scope.kind === 'company' ? ctx.actor.scope.companyId : null;
  const table = query.lineId || companyId ? sql`usage_hourly` : sql`usage_hourly_totals`;
  const own = companyId
    ? sql`and line_id in (select id from sims where organization_id = ${ctx.organization.id} and company_id = ${companyId})`
    : nothing;
  const wanted = sql`organization_id = ${ctx.organization.id} ${query.lineId ? sql`and line_id = ${query.lineId}` : nothing} ${own}
    and hour >= ${query.from} and hour < ${query.to}`;
  const units = sql`union all select hour, plmn, 0, 0, 0, case service when 'sms' then units else 0 end,
    case service when 'voice' then units else 0 end from usage_hourly_units where ${wanted}`;
  return rows<SeriesPoint>(
    ctx,
    sql`/* usage.list_series */ select date_trunc(${query.unit}, hour, ${query.zone}) as starts_at, plmn,
               sum(bytes_up)::bigint as bytes_up, sum(bytes_down)::bigint as bytes_down, sum(messages)::bigint as messages,
               sum(seconds)::bigint as seconds, sum(charge_micros)::bigint as charge_micros
          from (select hour, plmn, bytes_up, bytes_down, charge_micros, 0::bigint as messages, 0::bigint as seconds
                  from ${table} where ${wanted} ${query.lineId || companyId ? units : nothing}) u
         group by 1, 2 order by 1, 2 limit 20000`,
  );
}

/** Bytes and charges of each line since an instant, for a page of a list. */
export async function sumByLine(
  ctx: Ctx,
  lineIds: Id[],
  from: Date,
): Promise<{ lineId: Id; bytes: bigint; chargeMicros: bigint }[]> {
  const found = await rows<{ lineId: Id; bytes: string; charge: string }>(
    ctx,
    sql`/* usage.sum_by_line */ select line_id, sum(bytes_up + bytes_down)::text as bytes, sum(charge_micros)::text as charge
          from usage_hourly
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[]) and hour >= ${from}
         group by line_id`,
  );
  return found.map((f) => ({ lineId: f.lineId, bytes: BigInt(f.bytes), chargeMicros: BigInt(f.charge) }));
}
