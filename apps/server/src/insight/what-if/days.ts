import { Temporal } from 'temporal-polyfill';

/** A stretch of local days that usage is added up over; the same dates in every zone. */
export type Cut = {
  /** Its first local day. */
  date: string;
  /** Its calendar month, `2026-03`. */
  month: string;
  /** The point of the series that it belongs to; -1: before the window, where only totals are counted up. */
  point: number;
};

/** How the last days are cut up. */
export type Calendar = {
  cuts: Cut[];
  unit: 'day' | 'month';
  /** The first local day of the window. */
  firstDate: string;
  /** The first date of each point of the series. */
  points: string[];
};

/** Longer windows are drawn by month. */
const longestByDay = 62;
/** The longest period that may have begun before the window: an anniversary month. */
const longestMonth = 31;

/**
 * The last `days` local days until today. They begin with the month in which the window begins, because what a day costs
 * may depend on what was used before it in the same month; `anniversaries` asks for the month before as well. `fine` keeps
 * the days apart also where the series is by month.
 */
export function calendarOf(today: string, days: number, needs: { anniversaries: boolean; fine: boolean }): Calendar {
  const last = Temporal.PlainDate.from(today);
  const first = last.subtract({ days: days - 1 });
  const unit = days <= longestByDay ? 'day' : 'month';
  const begin = (needs.anniversaries ? first.subtract({ days: longestMonth }) : first).with({ day: 1 });
  const cuts: Cut[] = [];
  const points: string[] = [];
  let named = '';
  for (let day = begin; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
    const date = day.toString();
    const inside = Temporal.PlainDate.compare(day, first) >= 0;
    const month = date.slice(0, 7);
    const name = unit === 'day' ? date : month;
    if (inside && name !== named) {
      points.push(date);
      named = name;
    }
    const starts = unit === 'day' || needs.fine || day.day === 1 || date === first.toString();
    if (starts) cuts.push({ date, month, point: inside ? points.length - 1 : -1 });
  }
  return { cuts, unit, firstDate: first.toString(), points };
}

/** The local day of an instant, `2026-03-15`. */
export function dateOf(at: Date, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** When that local day begins. */
export function startOfDate(date: string, zone: string): Date {
  return new Date(Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds);
}
