import { measures, organizationNow } from './organization.ts';

/** Times are shown in the viewer's locale and the organization's zone. */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const { timeZone } = measures();
  const name = `${kind} ${timeZone}`;
  const known = formats.get(name);
  if (known) return known;
  const made = new Intl.DateTimeFormat(undefined, { timeZone, ...options });
  formats.set(name, made);
  return made;
}

/** `21 Nov, 14:05`, with the year when it is another one. */
export function dateTime(at: string): string {
  const date = new Date(at);
  const year = format('year', { year: 'numeric' });
  if (year.format(date) !== year.format(organizationNow())) {
    return format('dateTimeYear', { dateStyle: 'medium', timeStyle: 'short' }).format(date);
  }
  const options = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
  return format('dateTime', options).format(date);
}

/** With weekday and seconds. */
export function longTime(at: string | number): string {
  return format('full', { dateStyle: 'full', timeStyle: 'medium' }).format(new Date(at));
}

/** With the zone as well: what stands in a tooltip. */
export function fullTime(at: string): string {
  return `${longTime(at)} (${measures().timeZone})`;
}

export function day(at: string): string {
  return format('day', { day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(at));
}

/** `March 2026`, as the calendar of that zone has it. */
export function monthName(at: string, timeZone: string): string {
  return new Intl.DateTimeFormat(undefined, { timeZone, month: 'long', year: 'numeric' }).format(new Date(at));
}

export function shortDay(at: string | number): string {
  return format('shortDay', { day: 'numeric', month: 'short' }).format(new Date(at));
}

export function hour(at: string | number): string {
  return format('hour', { hour: '2-digit', minute: '2-digit' }).format(new Date(at));
}

export function clockTime(at: string | number): string {
  return format('clock', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(at));
}

const minute = 60_000;
const steps: readonly [ms: number, unit: string][] = [
  [365 * 24 * 60 * minute, 'y'],
  [24 * 60 * minute, 'd'],
  [60 * minute, 'h'],
  [minute, 'min'],
  [1000, 's'],
];

/** `12 s`, `3 min`, `5 h`, `2 d`: the largest whole unit. */
export function duration(ms: number): string {
  for (const [size, unit] of steps) if (ms >= size) return `${Math.floor(ms / size)} ${unit}`;
  return '0 s';
}

/** `12 s ago`, by the organization's clock; a moment that is to come is `in 3 d`. */
export function ago(at: string | number): string {
  const ms = organizationNow() - new Date(at).getTime();
  if (ms < -1500) return `in ${duration(-ms)}`;
  return ms < 1500 ? 'now' : `${duration(ms)} ago`;
}

/** `UTC+1` and the like, for the zone beside a time. */
export function zoneOffset(timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' }).formatToParts();
  return (parts.find((part) => part.type === 'timeZoneName')?.value ?? '').replace('GMT', 'UTC');
}
