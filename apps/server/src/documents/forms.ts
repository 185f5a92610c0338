import { currencyExponent, formatAmount } from '@simwright/measure';
import { percentOf } from '../tax/index.ts';
import type { Language, Party } from './model.ts';

/** How a language writes numbers and days. English is written as Europe writes it. */
const locales: Record<Language, string> = { en: 'en-GB', de: 'de-DE' };

/** With no separator but a comma, a full stop or a space that does not break, and a real minus. */
function tidy(text: string): string {
  return text.replace(/[\u202f\u2009 ]/g, '\u00a0').replace(/^-/, '\u2212');
}

export type Forms = ReturnType<typeof formsOf>;

/** Writers of amounts, numbers and days in a language; amounts are micro-minor units of one currency. Exact, whatever their size. */
export function formsOf(language: Language, currency: string) {
  const locale = locales[language];
  const digits = { minimumFractionDigits: currencyExponent(currency), maximumFractionDigits: 20 };
  const money = new Intl.NumberFormat(locale, digits);
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 20 });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  // A string is formatted digit by digit; a number would be rounded to 53 bits.
  const exact = (format: Intl.NumberFormat, text: string) => tidy(format.format(text as Intl.StringNumericLiteral));
  const figure = (micros: bigint | string) => exact(money, formatAmount(BigInt(micros), currency));
  return {
    /** `1,234.50` */
    figure,
    /** `EUR 1,234.50`, in German `1.234,50 EUR` */
    amount: (micros: bigint | string) =>
      language === 'de' ? `${figure(micros)}\u00a0${currency}` : `${currency}\u00a0${figure(micros)}`,
    price: (decimal: string) => exact(money, decimal),
    number: (decimal: string) => exact(number, decimal),
    /** 210000 is `21 %` */
    rate: (ppm: number) => `${exact(number, percentOf(ppm))}\u00a0%`,
    day: (day_: string) => day.format(new Date(`${day_}T00:00:00Z`)).replaceAll(' ', '\u00a0'),
    days: ({ from, until }: { from: string; until: string }) =>
      day
        .formatRange(new Date(`${from}T00:00:00Z`), new Date(`${until}T00:00:00Z`))
        .replace(/(?<=\d)[\u2009 ]\u2013[\u2009 ](?=\d+[^\u2013]*$)/, '\u2013')
        .replace(/[\u2009\u202f]/g, ' '),
    country: (code: string) => new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code,
  };
}

/** Countries whose addresses have the town before the postal code, in one line (Universal Postal Union, addressing systems). */
const townFirst = new Set('AU BR CA GB IE IN NZ SG US'.split(' '));

/** An address as an envelope has it, without the name; the country only where it is not the sender's. */
export function addressLines(party: Party, forms: Forms, home: string | null): string[] {
  const { street, street2, city, postalCode, region, countryCode } = party;
  const place =
    countryCode && townFirst.has(countryCode)
      ? [[city, region].filter(Boolean).join(', '), postalCode]
      : [postalCode, city];
  const country = countryCode && countryCode !== home ? forms.country(countryCode) : null;
  const lines = [
    street,
    street2,
    place.filter(Boolean).join(' '),
    townFirst.has(countryCode ?? '') ? null : region,
    country,
  ];
  return lines.filter((line): line is string => Boolean(line));
}
