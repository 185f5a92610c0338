import { type Decimal, type Micros, parseAmount, parseBytes, parseDecimal, type UnitBase } from '@simwright/measure';
import { Temporal } from 'temporal-polyfill';

/** A scenario that is not understood; the message says where and why. */
export class ScenarioError extends Error {
  override name = 'ScenarioError';
}

/** What the reading of a value depends on. */
export type Reading = { zone: string; currency: string; base: UnitBase };

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** Columns are divided by two or more spaces. */
export function splitColumns(text: string): string[] {
  return text.trim().split(/\s{2,}/);
}

/** `1 Mar 2026` or `1 Mar 2026 09:30[:00]`, in `zone`; noon without a time. A time that does not exist is refused. */
export function parseDate(text: string, zone: string): Date {
  const match = /^(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})(?: (\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
  const month = months.indexOf(match?.[2] ?? '') + 1;
  if (!match || month === 0) throw new ScenarioError(`not a date: ${text}`);
  const [, day, , year, hour = '12', minute = '00', second = '00'] = match;
  try {
    const local = Temporal.PlainDateTime.from(
      {
        year: Number(year),
        month,
        day: Number(day),
        hour: Number(hour),
        minute: Number(minute),
        second: Number(second),
      },
      { overflow: 'reject' },
    );
    // Of a time that happens twice, the first; one that is skipped is a mistake of the writer.
    const there = local.toZonedDateTime(zone, { disambiguation: 'compatible' });
    if (!there.toPlainDateTime().equals(local)) throw new RangeError();
    return new Date(there.epochMilliseconds);
  } catch {
    throw new ScenarioError(`no such time: ${text} in ${zone}`);
  }
}

/** `3 Mar 2026` as 2026-03-03. */
export function parseDay(text: string): string {
  return parseDate(text, 'UTC').toISOString().slice(0, 10);
}

/** An amount in major units, in micro-minor units. */
export function amountOf(text: string, { currency }: Reading): Micros {
  const parsed = parseAmount(text, currency);
  if (!parsed.ok) throw new ScenarioError(`not an amount of ${currency}: ${text}`);
  return parsed.value;
}

/** Bytes: `600 MB`, `1.5 GB`, `0`. */
export function bytesOf(text: string, { base }: Reading): bigint {
  const parsed = parseBytes(text, base);
  if (!parsed.ok) throw new ScenarioError(`not a number of bytes: ${text}`);
  return parsed.value;
}

export function priceOf(text: string): Decimal {
  const parsed = parseDecimal(text);
  if (!parsed.ok) throw new ScenarioError(`not a price: ${text}`);
  return parsed.value;
}

export function isZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** What a scenario calls its plans, SIMs, pools and companies. */
export function nameOf(text: string): string {
  if (!/^[A-Z][A-Z0-9-]{0,19}$/.test(text)) throw new ScenarioError(`not a name in capitals: ${text}`);
  return text;
}
