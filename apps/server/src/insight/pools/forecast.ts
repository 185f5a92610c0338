/** Data used in a stretch of time, the stretches one after the other. */
export type Stretch = { bytes: bigint; ms: number };

export type Forecast = {
  /** How much time the pace is taken from. */
  basisMs: number;
  bytesPerDay: bigint;
  /** The quietest and the busiest of the days that the pace is taken from. */
  slowBytesPerDay: bigint;
  fastBytesPerDay: bigint;
  /** When the balance is used up at this pace; null: it lasts to the end of the month, or is used up already. */
  exhaustedAt: Date | null;
  /** The same at the pace of the busiest day, and of the quietest. */
  earliestAt: Date | null;
  latestAt: Date | null;
  /** What the month will have used at its end. */
  usedAtEndBytes: bigint;
};

export type Month = { endsAt: Date; allowanceBytes: bigint; usedBytes: bigint };

const dayMs = 86_400_000n;
/** From so many whole days on, the busiest and the quietest are left out. */
const enough = 5;

/**
 * How long a pool's balance lasts, on a straight line from now.
 *
 * The pace is that of the last seven days (24 hours each, up to now), or of the time since the pool's first usage where that is
 * shorter. From five whole days on, the busiest and the quietest day are left out, so that one download or one day off moves no
 * date; where nothing would be left then, all days count. The days left in give the band: the pace of the quietest and of the
 * busiest of them. Without any use in that time there is no forecast, and null is the answer.
 */
export function forecastOf(month: Month, stretches: readonly Stretch[], now: Date): Forecast | null {
  const days = stretches.filter(({ ms }) => ms > 0);
  const kept = withoutExtremes(days);
  const bytes = sum(kept);
  if (bytes <= 0n) return null;
  const basisMs = kept.reduce((total, { ms }) => total + ms, 0);
  const paces = kept.map(perDay);
  const slowBytesPerDay = paces.reduce((a, b) => (b < a ? b : a));
  const fastBytesPerDay = paces.reduce((a, b) => (b > a ? b : a));
  const left = month.endsAt.getTime() - now.getTime();
  const usedAtEndBytes = month.usedBytes + (left > 0 ? (bytes * BigInt(left)) / BigInt(basisMs) : 0n);
  const bytesPerDay = (bytes * dayMs) / BigInt(basisMs);
  return {
    basisMs: days.reduce((total, { ms }) => total + ms, 0),
    bytesPerDay,
    slowBytesPerDay,
    fastBytesPerDay,
    exhaustedAt: exhaustion(month, now, bytesPerDay),
    earliestAt: exhaustion(month, now, fastBytesPerDay),
    latestAt: exhaustion(month, now, slowBytesPerDay),
    usedAtEndBytes,
  };
}

function withoutExtremes(days: Stretch[]): Stretch[] {
  const whole = days.filter(({ ms }) => BigInt(ms) === dayMs);
  if (whole.length < enough) return days;
  const middle = whole.toSorted((a, b) => (a.bytes < b.bytes ? -1 : a.bytes > b.bytes ? 1 : 0)).slice(1, -1);
  return sum(middle) > 0n ? middle : days;
}

/** The instant at which what is left is used up, before the month ends. */
function exhaustion({ endsAt, allowanceBytes, usedBytes }: Month, now: Date, pace: bigint): Date | null {
  const left = allowanceBytes - usedBytes;
  if (left <= 0n || pace <= 0n) return null;
  const at = new Date(now.getTime() + Number((left * dayMs) / pace));
  return at < endsAt ? at : null;
}

function perDay({ bytes, ms }: Stretch): bigint {
  return (bytes * dayMs) / BigInt(ms);
}

function sum(stretches: readonly Stretch[]): bigint {
  return stretches.reduce((total, { bytes }) => total + bytes, 0n);
}
