import { bigints, instants, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { allOf, join, nothing, rows, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Service } from '../model.ts';

/** Of which line, and how its usage is told apart. */
export type UsedLine = {
  id: Id;
  /** Milliseconds since midnight UTC at which its days are cut once more: those of an anniversary. */
  dayStartsAt: number;
  /** Usage from before the hour of this instant was in a ready period. */
  activeFrom: Date;
};

/** What a line used of one service in one stretch of time, in the order of time. */
export type Used = {
  /** The place of the stretch among the cuts that were asked for. */
  cut: number;
  /** The day between two instants of `dayStartsAt`, counted from 1970. */
  day: number;
  ready: boolean;
  /** Empty where networks were not asked for, or are not known. */
  plmn: string;
  service: Service;
  /** Bytes, messages, or seconds of calls. */
  quantity: bigint;
};

type UsedOf = { uses: Used[]; charged: { cut: number; micros: bigint }[] };

/** What one of the lines used. It is taken apart when it is asked for: of ten thousand lines at once that takes a second. */
export type UsedBy = (lineId: Id) => UsedOf;

export type Cutting = {
  /** Ascending instants, each the beginning of a stretch; the last one ends at `to`. */
  cuts: Date[];
  to: Date;
  byNetwork: boolean;
  /** Whether days are told apart that begin at `dayStartsAt`; else they are all 0. */
  byDay: boolean;
};

/**
 * What these lines used in stretches of time, and what they were charged for it, added up by the database from the hourly
 * sums: a row for each line, whatever the number of records. Usage of an hour counts at its end. Messages and calls come
 * from the records themselves, of which the rest is not looked at.
 */
export async function readUsed(ctx: Ctx, lines: UsedLine[], cutting: Cutting): Promise<UsedBy> {
  if (lines.length === 0) return () => ({ uses: [], charged: [] });
  const hours = new Map((await sumHours(ctx, lines, cutting)).map((found) => [found.lineId, found]));
  const units = Map.groupBy(await sumUnits(ctx, lines, cutting), ({ lineId }) => lineId);
  return (lineId) => {
    const of: UsedOf = { uses: [], charged: [] };
    const found = hours.get(lineId);
    if (found) addHours(of, found);
    for (const { lineId: _, cut, ...used } of units.get(lineId) ?? []) of.uses.push({ ...used, cut: cut - 1 });
    if (units.has(lineId)) of.uses.sort((a, b) => a.cut - b.cut || a.day - b.day);
    return of;
  };
}

function addHours(of: UsedOf, found: Summed): void {
  const [cuts, bytes, micros] = [list(found.cuts), list(found.bytes), list(found.micros)];
  const days = found.days === null ? null : list(found.days);
  const ready = found.ready === null ? null : list(found.ready);
  const plmns = found.plmns === null ? null : list(found.plmns);
  for (let i = 0; i < cuts.length; i++) {
    const cut = Number(cuts[i]) - 1;
    if (bytes[i] !== '0') {
      const plmn = plmns === null || plmns[i] === '-' ? '' : plmns[i]!;
      const day = days === null ? 0 : Number(days[i]);
      of.uses.push({ cut, day, ready: ready?.[i] === 't', plmn, service: 'data', quantity: BigInt(bytes[i]!) });
    }
    if (micros[i] !== '0') of.charged.push({ cut, micros: BigInt(micros[i]!) });
  }
}

/** Each as an array of PostgreSQL in the order of time; null: not asked for. */
type Summed = {
  lineId: Id;
  cuts: string;
  days: string | null;
  ready: string | null;
  plmns: string | null;
  bytes: string;
  micros: string;
};

/** `{1,2,3}` as it is written: reading it so costs a tenth of what a row for each element does. */
function list(text: string): string[] {
  return text.slice(1, -1).split(',');
}

function namesOf(lines: UsedLine[]) {
  return sql`(select * from unnest(${uuids(lines.map((l) => l.id))}::uuid[], ${bigints(lines.map((l) => BigInt(l.dayStartsAt)))}::bigint[],
                      ${instants(lines.map((l) => l.activeFrom))}::timestamptz[]) as a(id, day_starts_at, active_from) ${allOf(lines)}) as l`;
}

async function sumHours(ctx: Ctx, lines: UsedLine[], { cuts, to, byNetwork, byDay }: Cutting): Promise<Summed[]> {
  const byReady = lines.some(({ activeFrom }) => activeFrom > cuts[0]!);
  const none = sql`null::text`;
  await plan(ctx, { enable_indexscan: 'off', work_mem: '64MB' });
  const found = await rows<Summed>(
    ctx,
    sql`/* usage.sum_hours */ select g.line_id, array_agg(g.cut)::text as cuts,
               ${byDay ? sql`array_agg(g.day)::text` : none} as days,
               ${byReady ? sql`array_agg(g.ready)::text` : none} as ready,
               ${byNetwork ? sql`array_agg(g.plmn)::text` : none} as plmns,
               array_agg(g.bytes)::text as bytes, array_agg(g.micros)::text as micros
          from (select u.line_id, width_bucket(u.hour + interval '59 minutes 59 seconds', ${instants(cuts)}::timestamptz[]) as cut,
                       ${byDay ? sql`((extract(epoch from u.hour)::bigint * 1000 + 3599999 - l.day_starts_at) / 86400000)::int` : sql`0`} as day,
                       ${byReady ? sql`u.hour < date_trunc('hour', l.active_from)` : sql`false`} as ready,
                       ${byNetwork ? sql`case when u.plmn = '' then '-' else u.plmn end` : none} as plmn,
                       sum(u.bytes_up + u.bytes_down)::bigint as bytes, sum(u.charge_micros)::bigint as micros
                  from usage_hourly u ${byDay || byReady ? sql`join ${namesOf(lines)} on l.id = u.line_id` : nothing}
                 where u.organization_id = ${ctx.organization.id} and u.line_id = any(${uuids(lines.map((l) => l.id))}::uuid[])
                   and u.hour > ${new Date(cuts[0]!.getTime() - hourMs)} and u.hour < ${to}
                 group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4 desc, 5) g
         group by g.line_id`,
  );
  await plan(ctx, { enable_indexscan: null, work_mem: null });
  return found;
}

/**
 * How the statements that follow in this database transaction are planned; null: as ever. Each hour of a line is on a page of
 * its own, since usage comes in the order of time: an index scan reads a page for each of them, a bitmap each page once. That is
 * 1.5 µs an hour instead of 4, over ten million of them.
 */
async function plan(ctx: Ctx, settings: Record<string, string | null>): Promise<void> {
  const each = Object.entries(settings).map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
  await rows(ctx, sql`select ${join(each, ', ')}`);
}

const hourMs = 3_600_000;

async function sumUnits(
  ctx: Ctx,
  lines: UsedLine[],
  { cuts, to, byNetwork, byDay }: Cutting,
): Promise<(Used & { lineId: Id })[]> {
  return rows(
    ctx,
    sql`/* usage.sum_units */ select u.line_id, width_bucket(u.occurred_at, ${instants(cuts)}::timestamptz[]) as cut,
               ${byDay ? sql`((extract(epoch from u.occurred_at) * 1000)::bigint - l.day_starts_at) / 86400000` : sql`0::bigint`} as day,
               u.occurred_at < l.active_from as ready, ${byNetwork ? sql`u.plmn` : sql`''::text as plmn`}, u.service,
               sum(u.units)::bigint as quantity
          from ${namesOf(lines)}
          join usage_records u on u.organization_id = ${ctx.organization.id} and u.line_id = l.id and u.service <> 'data'
           and u.occurred_at >= ${cuts[0]} and u.occurred_at < ${to}
         group by 1, 2, 3, 4, 6 ${byNetwork ? sql`, 5` : nothing} having sum(u.units) <> 0`,
  ).then((found) =>
    (found as (Omit<Used, 'day'> & { lineId: Id; day: bigint })[]).map((used) => ({ ...used, day: Number(used.day) })),
  );
}
