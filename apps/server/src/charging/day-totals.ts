import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import * as usage from '../usage/index.ts';
import { dayIn, differenceOf, isNothing, type Totals } from './model/restating.ts';

/** A day as a carrier told it, beside what is booked of it now. */
export type DayTold = {
  total: usage.DayTotal;
  source: string;
  sim: { id: Id; iccid: string };
  booked: Totals;
  /** What is told and not booked; below zero where more is booked than was told. */
  difference: Totals;
};

export type DayFilter = {
  lineId?: Id;
  source?: string;
  service?: usage.Service;
  from?: string;
  to?: string;
  /** Only days that are not booked as told, because usage came after the telling. */
  differs?: boolean;
};

const chunk = 1_000;
/** Days looked at for one page of those that differ; the next page goes on behind them. */
const looked = 10_000;

/** Days that carriers told totals of, the last day first, with what is booked of them. */
export async function listDaysTold(
  ctx: Ctx,
  filter: DayFilter,
  page: { after?: usage.DayPlace; limit: number },
): Promise<{ days: DayTold[]; next: usage.DayPlace | null }> {
  return reading(ctx, async (ctx) => {
    const days: DayTold[] = [];
    const atOnce = filter.differs ? chunk : page.limit + 1;
    let after = page.after;
    for (let seen = 0; seen < looked; seen += atOnce) {
      const found = await usage.listDayTotals(ctx, { ...filter, after, limit: atOnce });
      for (const day of await beside(ctx, found)) {
        if (days.length === page.limit) return { days, next: placeOf(days.at(-1)!.total) };
        if (!filter.differs || !isNothing(day.difference)) days.push(day);
      }
      if (found.length < atOnce) return { days, next: null };
      after = placeOf(found.at(-1)!);
    }
    return { days, next: after ?? null };
  });
}

function placeOf({ day, lineId, sourceId, service }: usage.DayTotal): usage.DayPlace {
  return { day, lineId, sourceId, service };
}

async function beside(ctx: Ctx, found: (usage.DayTotal & { source: string })[]): Promise<DayTold[]> {
  if (found.length === 0) return [];
  const ids = [...new Set(found.map((total) => total.lineId))];
  const sims = new Map((await inventory.listSims(ctx, { ids }, { limit: ids.length })).map((sim) => [sim.id, sim]));
  const spans = found.map(({ lineId, service, day, zone }) => ({ lineId, service, ...dayIn(day, zone) }));
  const booked = await usage.sumBooked(ctx, spans);
  return found.map(({ source, ...total }, i) => ({
    total,
    source,
    sim: { id: total.lineId, iccid: sims.get(total.lineId)?.iccid ?? '' },
    booked: booked[i]!,
    difference: differenceOf(total, booked[i]!),
  }));
}
