/** A calendar month of a zone, half-open, by its name in the address: `2026-11`. */
export type Month = { name: string; from: string; to: string };

const parts = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  let format = parts.get(timeZone);
  if (!format) {
    const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...numeric });
    parts.set(timeZone, format);
  }
  return format;
}

/** What clocks of the zone show at an instant, counted as if it were UTC. */
function shownAt(instant: number, timeZone: string): number {
  const shown = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(instant)
      .map((part) => [part.type, part.value]),
  );
  const { year, month, day, hour, minute } = shown;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
}

/** The instant at which the first day of a month begins there. */
function beginning(year: number, month: number, timeZone: string): string {
  return whenClocksShow(Date.UTC(year, month - 1, 1), timeZone);
}

/** The instant at which a day like `2026-11-01` begins there. */
export function dayBegins(day: string, timeZone: string): string {
  return whenClocksShow(Date.parse(`${day}T00:00:00Z`), timeZone);
}

/** `2026-12-01` after `2026-11-30`. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** The day that it is there at an instant. */
export function dayAt(instant: number, timeZone: string): string {
  return new Date(shownAt(instant, timeZone)).toISOString().slice(0, 10);
}

/** The instant at which clocks of the zone show something, counted as if it were UTC. A change of the clocks around it takes two rounds. */
function whenClocksShow(wanted: number, timeZone: string): string {
  let instant = wanted;
  for (let i = 0; i < 2; i++) instant += wanted - shownAt(instant, timeZone);
  return new Date(instant).toISOString();
}

export function monthNamed(name: string, timeZone: string): Month {
  const [year = 0, month = 1] = name.split('-').map(Number);
  return { name, from: beginning(year, month, timeZone), to: beginning(year, month + 1, timeZone) };
}

/** The last months up to the one that it is now, newest first. */
export function lastMonths(now: number, timeZone: string, count: number): Month[] {
  const today = new Date(shownAt(now, timeZone));
  return Array.from({ length: count }, (_, back) => {
    const first = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1));
    return monthNamed(first.toISOString().slice(0, 7), timeZone);
  });
}
