import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { amount } from '../kit/http/schemas.ts';
import type { Id } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import * as periods from '../periods/index.ts';
import * as usage from '../usage/index.ts';
import { startOfDay } from './calendar.ts';

export type UsageWindow = { unit: 'hour' | 'day'; from?: Date; to?: Date };

const dayMs = 86_400_000;
/** The longest window: by hour a month of them, by day a year and a month. */
const longest = { hour: 31 * dayMs, day: 400 * dayMs } as const;
const usual = { hour: 1, day: 30 } as const;

/** What a SIM used over time, per network. Without a window: the last day by hour, or the last 30 days. */
export async function usageOf(ctx: Ctx, lineId: Id, window: UsageWindow) {
  const { unit } = window;
  const zone = ctx.organization.timeZone;
  const to = window.to ?? ctx.now;
  const from = window.from ?? (unit === 'day' ? startOfDay(to, zone, 1 - usual.day) : new Date(to.getTime() - dayMs));
  if (from >= to) throw windowRefusal('query.from', 'a time before the end of the window');
  if (to.getTime() - from.getTime() > longest[unit]) {
    throw windowRefusal('query.from', `at most ${longest[unit] / dayMs} days before the end when by ${unit}`);
  }
  return reading(ctx, async (ctx) => {
    await inventory.getSim(ctx, lineId);
    const currency = await currencyOf(ctx, lineId);
    const series = await usage.listSeries(ctx, { lineId, from, to, unit, zone });
    const points = series.map(({ plmn, chargeMicros, ...point }) => {
      const network = plmn ? catalog.networkOf(plmn) : null;
      return {
        ...point,
        plmn: plmn || null,
        networkName: network?.name ?? null,
        country: network?.country ?? null,
        charge: amount(chargeMicros, currency),
      };
    });
    const totalCharge = amount(
      series.reduce((sum, point) => sum + point.chargeMicros, 0n),
      currency,
    );
    const totalBytes = series.reduce((sum, point) => sum + point.bytesUp + point.bytesDown, 0n);
    const totalMessages = series.reduce((sum, point) => sum + point.messages, 0n);
    const totalSeconds = series.reduce((sum, point) => sum + point.seconds, 0n);
    const totals = { totalBytes, totalMessages, totalSeconds, totalCharge };
    return { unit, from, to, timeZone: zone, currency, points, ...totals };
  });
}

/** A line is charged in the currency of its plan. */
async function currencyOf(ctx: Ctx, lineId: Id): Promise<string> {
  const period = (await periods.latestPeriodsOf(ctx, [lineId])).get(lineId);
  const version = period && (await catalog.getVersions(ctx, [period.planVersionId])).get(period.planVersionId);
  return version?.currency ?? ctx.organization.currency;
}

function windowRefusal(field: string, expected: string) {
  return refuse.invalid('usage.window_invalid', `${field} must be ${expected}.`, { field, expected });
}
