import { ApiError, codes, invalidParameter } from './errors.ts';

export const granularities = ['hour', 'day', 'all'] as const;
export type Granularity = (typeof granularities)[number];
export type UsageWindow = { from: Date; to: Date };

const hour = 3_600_000;
const day = 24 * hour;
const maxDays = 31;
const oldestMonths = 18;

/**
 * The window of a usage query, half-open, and the refusals 83600 to 83605 in that order of looking. EndTime is now
 * unless given, StartTime a month before it; both fall on the boundaries of the granularity, which a default reaches by
 * being rounded up and a given time must have.
 */
export function decideWindow(
  asked: { start?: string; end?: string; granularity: Granularity; bySim: boolean },
  now: Date,
): UsageWindow {
  const unit = { hour, day, all: 1000 }[asked.granularity];
  const to = asked.end ? readTime('EndTime', asked.end) : new Date(Math.ceil(now.getTime() / unit) * unit);
  const from = asked.start ? readTime('StartTime', asked.start) : monthsBefore(to, 1);
  refuseOffBoundary('EndTime', to, asked.granularity);
  refuseOffBoundary('StartTime', from, asked.granularity);
  if (from >= to) throw invalidParameter('StartTime', 'StartTime must be before EndTime', codes.usageInvalid);
  const today = new Date(Math.floor(now.getTime() / day) * day);
  if (from < monthsBefore(today, oldestMonths)) {
    throw refusal(codes.usageTooOld, `StartTime is more than ${oldestMonths} months before today`, 'StartTime');
  }
  const isOver31Days = to.getTime() - from.getTime() > maxDays * day;
  if (asked.bySim && isOver31Days)
    throw refusal(codes.usageSimSpan, `Group=sim spans at most ${maxDays} days`, 'Group');
  const isTooLong = {
    hour: isOver31Days,
    day: from < monthsBefore(to, 3),
    all: from < monthsBefore(to, oldestMonths),
  }[asked.granularity];
  if (isTooLong) {
    const most = { hour: `${maxDays} days`, day: '3 months', all: `${oldestMonths} months` }[asked.granularity];
    throw refusal(codes.usageSpan, `Granularity=${asked.granularity} spans at most ${most}`, 'Granularity');
  }
  return { from, to };
}

function refuseOffBoundary(name: string, at: Date, granularity: Granularity): void {
  if (granularity === 'day' && at.getTime() % day !== 0) {
    throw refusal(codes.usageNotOnDay, `${name} must fall on a UTC day with Granularity=day`, name);
  }
  if (granularity === 'hour' && at.getTime() % hour !== 0) {
    throw refusal(codes.usageNotOnHour, `${name} must fall on a UTC hour with Granularity=hour`, name);
  }
}

function refusal(code: number, message: string, detail: string): ApiError {
  return new ApiError(400, code, message, detail);
}

const iso = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** An ISO 8601 date or time; without a zone it is UTC. */
export function readTime(name: string, text: string): Date {
  const match = iso.exec(text);
  if (match) {
    const [, date, minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match;
    const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
    const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
    const at = new Date(`${date}T${minutes}:${seconds}.${milliseconds}${offset}`);
    if (!Number.isNaN(at.getTime()) && isDay(date!)) return at;
  }
  throw invalidParameter(name, `Invalid parameter ${name}: expected an ISO 8601 time`, codes.usageInvalid);
}

/** Date rolls 30 February over into March instead of refusing it. */
function isDay(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
}

/** The same day and time `count` months earlier, in UTC; the last day of a month that is too short for it. */
export function monthsBefore(at: Date, count: number): Date {
  const result = new Date(at);
  result.setUTCDate(1);
  result.setUTCMonth(result.getUTCMonth() - count);
  const lastDay = new Date(Date.UTC(result.getUTCFullYear(), result.getUTCMonth() + 1, 0)).getUTCDate();
  result.setUTCDate(Math.min(at.getUTCDate(), lastDay));
  return result;
}
