import type { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as periods from '../../periods/index.ts';
import * as pools from '../../pools/index.ts';
import * as tenancy from '../../tenancy/index.ts';
import * as usage from '../../usage/index.ts';
import { daysBetween } from '../calendar.ts';
import { type Forecast, forecastOf, type Stretch } from './forecast.ts';
import { showForecast, showMonth } from './month.ts';
import { type BurnDownReply, type MonthReply, PoolReply } from './schemas.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Days that a forecast looks back. */
const days = 7;
const noCosts: periods.PoolCosts = { recurringMicros: 0n, activationMicros: 0n, contributions: 0 };

/** Pools as the outside sees them, each with its running month: a fixed number of statements, however many pools. */
export async function showPools(ctx: Ctx, found: pools.PoolWithTerms[]): Promise<z.output<typeof PoolReply>[]> {
  if (found.length === 0) return [];
  return reading(ctx, async (ctx) => {
    const ids = found.map(({ pool }) => pool.id);
    const companyIds = found.flatMap(({ pool }) => pool.companyId ?? []);
    const companies = await tenancy.companyNamesOf(ctx, companyIds);
    const zones = await tenancy.timeZonesOf(ctx, companyIds);
    const members = await inventory.countMembers(ctx, ids);
    const months = await periods.poolMonths(ctx, { poolIds: ids, endingAfter: before(ctx.now), limit: ids.length * 3 });
    const costs = await periods.poolCosts(
      ctx,
      months.map((month) => month.id),
    );
    const forecasts = await forecastsOf(ctx, months);
    return found.map(({ pool, version }) => {
      const month = months.find((one) => one.poolId === pool.id && one.state === 'open') ?? null;
      const forecast = month && (forecasts.get(pool.id) ?? null);
      return {
        ...pool,
        company: pool.companyId ? { id: pool.companyId, name: companies.get(pool.companyId) ?? '' } : null,
        currency: version.currency,
        timeZone: month?.anchor.zone ?? ((pool.companyId && zones.get(pool.companyId)) || ctx.organization.timeZone),
        members: members.get(pool.id) ?? 0,
        terms: pools.shownTerms(pool.type, version),
        month: month && showMonth(month, costs.get(month.id) ?? noCosts, ctx.now),
        forecast: month && forecast && showForecast(month, forecast),
      };
    });
  });
}

/** One pool of the caller's scope. Refuses `pool.not_found`. */
export async function readPool(ctx: Ctx, id: Id): Promise<z.output<typeof PoolReply>> {
  return reading(ctx, async (ctx) => (await showPools(ctx, [await pools.getPool(ctx, id)]))[0]!);
}

/** How the rooms whose routes change a pool answer with one. */
export const poolView = { reply: PoolReply, read: readPool };

/** The months of a pool, newest first, from before one that began at `before`. */
export async function readMonths(
  ctx: Ctx,
  poolId: Id,
  page: { before?: Date; limit: number },
): Promise<z.output<typeof MonthReply>[]> {
  return reading(ctx, async (ctx) => {
    await pools.getPool(ctx, poolId);
    const months = await periods.poolMonths(ctx, { poolId, ...page });
    const costs = await periods.poolCosts(
      ctx,
      months.map((month) => month.id),
    );
    return months.map((month) => showMonth(month, costs.get(month.id) ?? noCosts, ctx.now));
  });
}

/** What was left of a month's balance day by day, and of the running one what will be at the pace of the forecast. */
export async function burnDownOf(ctx: Ctx, poolId: Id, monthId?: Id): Promise<z.output<typeof BurnDownReply>> {
  return reading(ctx, async (ctx) => {
    const { pool } = await pools.getPool(ctx, poolId);
    const around = await periods.poolMonths(ctx, { poolId, endingAfter: before(ctx.now), limit: 3 });
    const month = monthId
      ? (await periods.poolMonths(ctx, { poolId, ids: [monthId], limit: 1 }))[0]
      : (around.find((one) => one.state === 'open') ?? (await periods.poolMonths(ctx, { poolId, limit: 1 }))[0]);
    if (!month) throw refuse.notFound('pool_month');
    const { zone } = month.anchor;
    const byDay = await usage.poolDays(ctx, month.id, zone);
    const steps = pool.type === 'dynamic' ? await periods.allowanceSteps(ctx, month.id) : [];
    const allowanceAt = (at: Date) =>
      pool.type === 'static'
        ? month.allowanceBytes
        : sum(steps.filter(({ hour }) => hour < at || (at <= month.startsAt && hour <= at)).map(({ bytes }) => bytes));
    const running = month.state === 'open' && ctx.now < month.endsAt;
    const end = running ? ctx.now : month.endsAt;
    const past = [month.startsAt, ...daysBetween(month.startsAt, end, zone).filter((day) => day > month.startsAt)].map(
      (at) => {
        const usedBytes =
          at <= month.startsAt ? 0n : sum(byDay.filter(({ startsAt }) => startsAt < at).map(({ bytes }) => bytes));
        return { ...nothing, at, usedBytes, leftBytes: atLeastZero(allowanceAt(at) - usedBytes) };
      },
    );
    const leftBytes = atLeastZero(month.allowanceBytes - month.usedBytes);
    const last = { ...nothing, at: end, usedBytes: month.usedBytes, leftBytes };
    const span = { timeZone: zone, startsAt: month.startsAt, endsAt: month.endsAt };
    if (!running) return { ...span, points: [...past, last] };
    const forecast = leftBytes > 0n ? (await forecastsOf(ctx, around)).get(poolId) : undefined;
    // Without a forecast the end of the month is a point all the same: what is to come is part of the picture.
    if (!forecast) return { ...span, points: [...past, last, { ...nothing, at: month.endsAt }] };
    const ahead = [...daysBetween(end, month.endsAt, zone).filter((day) => day > end), month.endsAt].map((at) => ({
      ...nothing,
      at,
      ...leftAt(leftBytes, forecast, at.getTime() - end.getTime()),
    }));
    return { ...span, points: [...past, { ...last, ...leftAt(leftBytes, forecast, 0) }, ...ahead] };
  });
}

const nothing = { usedBytes: null, leftBytes: null, forecastLeftBytes: null, slowLeftBytes: null, fastLeftBytes: null };

function leftAt(leftBytes: bigint, forecast: Forecast, ms: number) {
  const at = (pace: bigint) => atLeastZero(leftBytes - (pace * BigInt(ms)) / BigInt(dayMs));
  return {
    forecastLeftBytes: at(forecast.bytesPerDay),
    slowLeftBytes: at(forecast.slowBytesPerDay),
    fastLeftBytes: at(forecast.fastBytesPerDay),
  };
}

/** Where a forecast begins to look. */
function before(now: Date): Date {
  return new Date(now.getTime() - days * dayMs);
}

/** The forecast of each pool's open month, from the use of these months: the open ones and those the last days reach into. */
async function forecastsOf(ctx: Ctx, months: periods.PoolPeriod[]): Promise<Map<Id, Forecast>> {
  const end = new Date(Math.floor(ctx.now.getTime() / hourMs) * hourMs);
  const found = await usage.poolStretches(
    ctx,
    months.map((month) => month.id),
    { end, stretches: days },
  );
  const forecasts = new Map<Id, Forecast>();
  for (const [poolId, own] of Map.groupBy(months, (month) => month.poolId)) {
    const open = own.find((month) => month.state === 'open');
    if (!open) continue;
    const ids = new Set(own.map((month) => month.id));
    const stretches = stretchesOf(
      found.filter((one) => ids.has(one.poolPeriodId)),
      end,
      ctx.now,
    );
    const forecast = forecastOf(open, stretches, ctx.now);
    if (forecast) forecasts.set(poolId, forecast);
  }
  return forecasts;
}

/** The last days as stretches of 24 hours, of which the first begins with the pool's first use; or the hour that runs, if that is all. */
function stretchesOf(found: usage.PoolStretch[], end: Date, now: Date): Stretch[] {
  if (found.length === 0) return [];
  const first = Math.min(...found.map(({ firstHour }) => firstHour.getTime()));
  const bytesOf = (stretch: number) => sum(found.filter((one) => one.stretch === stretch).map(({ bytes }) => bytes));
  if (first >= end.getTime()) return [{ bytes: bytesOf(-1), ms: now.getTime() - end.getTime() }];
  const from = Math.max(first, end.getTime() - days * dayMs);
  return Array.from({ length: Math.ceil((end.getTime() - from) / dayMs) }, (_, i) => ({
    bytes: bytesOf(i),
    ms: Math.min(dayMs, end.getTime() - i * dayMs - from),
  }));
}

function sum(values: bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

function atLeastZero(value: bigint): bigint {
  return value > 0n ? value : 0n;
}
