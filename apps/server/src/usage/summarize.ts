import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { sumUsage } from './sql/summarize.ts';

export type UsageGranularity = 'hour' | 'day' | 'all';

export type UsageQuery = {
  /** Half-open. With `hour` and `day` both lie on boundaries of that unit, in UTC. */
  from: Date;
  to: Date;
  granularity: UsageGranularity;
  lineIds?: Id[];
  /** The fleet the line was in when the usage happened. */
  fleetId?: Id;
  plmns?: string[];
  /** Only the SIMs that are in this account now; a null company is the organization itself. */
  account?: { companyId: Id | null };
  /** `country` needs `countries`: a PLMN that is not in it counts under no country. */
  groupBy?: 'line' | 'fleet' | 'plmn' | 'country';
  countries?: { plmns: string[]; countries: string[] };
  /** Newest bucket first unless `newestFirst` is false; `after` is the last bucket seen. */
  page: { after?: Pick<UsageBucket, 'startsAt' | 'key'>; limit: number; newestFirst?: boolean };
};

export type UsageBucket = {
  startsAt: Date;
  endsAt: Date;
  /** What was grouped by: a line's or fleet's id, a PLMN, a country; empty where that is unknown or nothing was asked. */
  key: string;
  bytesUp: bigint;
  bytesDown: bigint;
  chargeMicros: bigint;
  currency: string;
};

const hourMs = 3_600_000;
const unitMs = { hour: hourMs, day: 24 * hourMs } as const;

/** The most buckets one call returns. */
const maxBuckets = 1001;

/**
 * Adds data up over time, and over lines, fleets, networks or countries if asked. Whole hours come from the hourly
 * totals; what a window cuts off an hour comes from the records themselves. Buckets without usage are left out, save
 * the one of `all` without a group, which is always there.
 */
export async function summarize(ctx: Ctx, query: UsageQuery): Promise<UsageBucket[]> {
  const { from, to, granularity, page } = query;
  assert(from < to, 'a window of usage has a length');
  assert(page.limit <= maxBuckets, `at most ${maxBuckets} buckets at once`);
  assert(
    granularity === 'all' || [from, to].every((at) => at.getTime() % unitMs[granularity] === 0),
    `a window by ${granularity} lies on its boundaries`,
  );
  const { whole, edges } = cutAtHours(withinPage(query));
  const sums = await reading(ctx, (ctx) => sumUsage(ctx, query, whole, edges));
  const currency = ctx.organization.currency;
  const buckets = sums.map((sum) => ({ ...sum, endsAt: endOf(query, sum.startsAt), currency }));
  if (buckets.length > 0 || query.groupBy || granularity !== 'all' || page.after) return buckets;
  return [{ startsAt: from, endsAt: to, key: '', bytesUp: 0n, bytesDown: 0n, chargeMicros: 0n, currency }];
}

function endOf({ granularity, to }: UsageQuery, startsAt: Date): Date {
  return granularity === 'all' ? to : new Date(startsAt.getTime() + unitMs[granularity]);
}

export type Window = { from: Date; to: Date };

/** A further page need not add up again what earlier ones showed. */
function withinPage(query: UsageQuery): Window {
  const { from, to, granularity, page } = query;
  if (granularity === 'all' || !page.after) return { from, to };
  const last = page.after.startsAt;
  return page.newestFirst === false ? { from: last, to } : { from, to: endOf(query, last) };
}

/** The whole hours of a window, and the pieces of hours at its ends. */
export function cutAtHours({ from, to }: Window): { whole: Window | null; edges: Window[] } {
  const first = new Date(Math.ceil(from.getTime() / hourMs) * hourMs);
  const last = new Date(Math.floor(to.getTime() / hourMs) * hourMs);
  if (first > last) return { whole: null, edges: [{ from, to }] };
  return {
    whole: first < last ? { from: first, to: last } : null,
    edges: [
      { from, to: first },
      { from: last, to },
    ].filter((edge) => edge.from < edge.to),
  };
}
