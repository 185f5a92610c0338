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

/** The instant at which the first day of a month begins there. Clocks that change around it are asked twice. */
function beginning(year: number, month: number, timeZone: string): string {
  const wanted = Date.UTC(year, month - 1, 1);
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
