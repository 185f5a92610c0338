import { bigints, instants, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { allOf, nothing, rows, sql } from '../../kit/db.ts';
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

export type UsedOf = { uses: Used[]; charged: { cut: number; micros: bigint }[] };

export type Cutting = {
  /** Ascending instants, each the beginning of a stretch; the last one ends at `to`. */
  cuts: Date[];
  to: Date;
  byNetwork: boolean;
};

/**
 * What these lines used in stretches of time, and what they were charged for it, added up by the database from the hourly
 * sums: a row for each line, whatever the number of records. Usage of an hour counts at its end. Messages and calls come
 * from the records themselves, of which the rest is not looked at.
 */
export async function listUsed(ctx: Ctx, lines: UsedLine[], cutting: Cutting): Promise<Map<Id, UsedOf>> {
  const all = new Map<Id, UsedOf>(lines.map(({ id }) => [id, { uses: [], charged: [] }]));
  if (lines.length === 0) return all;
  for (const found of await sumHours(ctx, lines, cutting)) {
    const of = all.get(found.lineId)!;
    const [cuts, days, ready, plmns, bytes, micros] = [
      list(found.cuts),
      list(found.days),
      list(found.ready),
      list(found.plmns),
      list(found.bytes),
      list(found.micros),
    ];
    for (let i = 0; i < cuts.length; i++) {
      const cut = Number(cuts[i]) - 1;
      const plmn = plmns[i] === '-' ? '' : plmns[i]!;
      if (bytes[i] !== '0') {
        const quantity = BigInt(bytes[i]!);
        of.uses.push({ cut, day: Number(days[i]), ready: ready[i] === 't', plmn, service: 'data', quantity });
      }
      if (micros[i] !== '0') of.charged.push({ cut, micros: BigInt(micros[i]!) });
    }
  }
  for (const { lineId, cut, ...used } of await sumUnits(ctx, lines, cutting)) {
    all.get(lineId)!.uses.push({ ...used, cut: cut - 1 });
  }
  for (const { uses } of all.values()) {
    if (uses.some(({ service }) => service !== 'data')) uses.sort((a, b) => a.cut - b.cut || a.day - b.day);
  }
  return all;
}

type Summed = {
  lineId: Id;
  cuts: string;
  days: string;
  ready: string;
  plmns: string;
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

async function sumHours(ctx: Ctx, lines: UsedLine[], { cuts, to, byNetwork }: Cutting): Promise<Summed[]> {
  const plmn = byNetwork ? sql`case when u.plmn = '' then '-' else u.plmn end` : sql`'-'::text`;
  return rows<Summed>(
    ctx,
    sql`/* usage.sum_hours */ select g.line_id, array_agg(g.cut order by g.cut, g.day, g.ready desc)::text as cuts,
               array_agg(g.day order by g.cut, g.day, g.ready desc)::text as days,
               array_agg(g.ready order by g.cut, g.day, g.ready desc)::text as ready,
               array_agg(g.plmn order by g.cut, g.day, g.ready desc)::text as plmns,
               array_agg(g.bytes order by g.cut, g.day, g.ready desc)::text as bytes,
               array_agg(g.micros order by g.cut, g.day, g.ready desc)::text as micros
          from (select u.line_id, width_bucket(u.hour + interval '59 minutes 59 seconds', ${instants(cuts)}::timestamptz[]) as cut,
                       ((extract(epoch from u.hour)::bigint * 1000 + 3599999 - l.day_starts_at) / 86400000)::int as day,
                       u.hour < date_trunc('hour', l.active_from) as ready, ${plmn} as plmn,
                       sum(u.bytes_up + u.bytes_down)::bigint as bytes, sum(u.charge_micros)::bigint as micros
                  from ${namesOf(lines)}
                  join usage_hourly u on u.organization_id = ${ctx.organization.id} and u.line_id = l.id
                   and u.hour > ${new Date(cuts[0]!.getTime() - hourMs)} and u.hour < ${to}
                 group by 1, 2, 3, 4, 5) g
         group by g.line_id`,
  );
}

const hourMs = 3_600_000;

async function sumUnits(
  ctx: Ctx,
  lines: UsedLine[],
  { cuts, to, byNetwork }: Cutting,
): Promise<(Used & { lineId: Id })[]> {
  return rows(
    ctx,
    sql`/* usage.sum_units */ select u.line_id, width_bucket(u.occurred_at, ${instants(cuts)}::timestamptz[]) as cut,
               ((extract(epoch from u.occurred_at) * 1000)::bigint - l.day_starts_at) / 86400000 as day,
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
