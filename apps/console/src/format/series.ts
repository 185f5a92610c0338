/** Points in time as charts want them: evenly spaced, with the empty hours and days between them. */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const maxPoints = 2_000;

/** How far the zone is ahead of UTC at that moment. */
export function offsetOf(ms: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(ms);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const local = Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second'));
  return local - Math.floor(ms / 1000) * 1000;
}

function startOf(unit: 'hour' | 'day', ms: number, timeZone: string): number {
  const size = unit === 'hour' ? hourMs : dayMs;
  const offset = offsetOf(ms, timeZone);
  const start = Math.floor((ms + offset) / size) * size - offset;
  // The clocks may have changed since midnight.
  return start + offset - offsetOf(start, timeZone);
}

/** The starts of all hours or days from `from` to `to`, in milliseconds, in the zone's own days. */
export function starts(unit: 'hour' | 'day', from: number, to: number, timeZone: string): number[] {
  const found: number[] = [];
  let at = startOf(unit, from, timeZone);
  while (at < to && found.length < maxPoints) {
    found.push(at);
    // Half a step into the next one, whether this day has 23, 24 or 25 hours.
    at = unit === 'hour' ? at + hourMs : startOf(unit, at + dayMs + dayMs / 2, timeZone);
  }
  return found;
}
