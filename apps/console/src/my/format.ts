import { formatBytes } from '@simwright/measure';
import type { Language } from './api.ts';

export type Format = {
  money(amount: string, currency: string): string;
  bytes(count: string): string;
  /** With three digits, for a large figure. */
  bytesShort(count: string): string;
  day(at: string): string;
  moment(at: string): string;
  /** `2026-11` in words. */
  month(name: string): string;
  /** "in 3 days" words are of the screen; this is the plain number. */
  number(count: number): string;
  percent(text: string): string;
};

/** Amounts, data and times as the reader's language and region write them, in the organization's zone. */
export function formatFor(language: Language, timeZone: string, unitBase: 1000 | 1024): Format {
  const locale = navigator.language.startsWith(language) ? navigator.language : { en: 'en-GB', de: 'de-DE' }[language];
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const short = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  const write = (count: string, digits: Intl.NumberFormat) => {
    const [number = '0', unit = 'B'] = formatBytes(BigInt(count), unitBase).split(' ');
    return `${digits.format(Number(number))}\u00a0${unit}`;
  };
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return {
    money(amount, currency) {
      // Less than a cent of usage is not nothing.
      const fine = Number(amount) !== 0 && Math.abs(Number(amount)) < 0.01 && { maximumFractionDigits: 6 };
      const written = new Intl.NumberFormat(locale, { style: 'currency', currency, ...fine });
      // The text goes in as it is: Intl reads decimal strings exactly, a number would be a float.
      return written.format(amount as unknown as number).replace('-', '−');
    },
    bytes: (count) => write(count, plain),
    bytesShort: (count) => write(count, short),
    day: (at) => day.format(new Date(at)),
    moment: (at) => moment.format(new Date(at)),
    month: (name) => month.format(new Date(`${name}-01T00:00:00Z`)),
    number: (count) => plain.format(count),
    percent: (text) => percent.format(Number(text) / 100),
  };
}

/** How much of `whole` is `part`, 0 to 1. Only for drawing. */
export function share(part: string, whole: string): number {
  const [a, b] = [BigInt(part), BigInt(whole)];
  if (b <= 0n || a <= 0n) return 0;
  return a >= b ? 1 : Number((a * 1_000n) / b) / 1_000;
}

/** Whether decimal amount `a` is at least `b`; both of one currency. */
export function atLeast(a: string, b: string): boolean {
  const scale = Math.max(...[a, b].map((text) => text.split('.')[1]?.length ?? 0));
  const units = (text: string) => {
    const [whole = '0', fraction = ''] = text.split('.');
    return BigInt(whole + fraction.padEnd(scale, '0'));
  };
  return units(a) >= units(b);
}
