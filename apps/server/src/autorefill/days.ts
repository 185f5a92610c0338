import { Temporal } from 'temporal-polyfill';
import type { Ctx } from '../kit/ctx.ts';

/** Today in the organization's time zone, when it ends, and the first day of its month. */
export function daysOf(ctx: Pick<Ctx, 'organization' | 'now'>): {
  today: string;
  monthBegan: string;
  tomorrow: Date;
  nextMonth: Date;
} {
  const zone = ctx.organization.timeZone;
  const day = Temporal.Instant.fromEpochMilliseconds(ctx.now.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  const first = day.with({ day: 1 });
  const begins = (date: Temporal.PlainDate) => new Date(date.toZonedDateTime(zone).epochMilliseconds);
  return {
    ...{ today: day.toString(), monthBegan: first.toString() },
    ...{ tomorrow: begins(day.add({ days: 1 })), nextMonth: begins(first.add({ months: 1 })) },
  };
}
