import type { AccountTax, TaxRate } from '../api/tax.ts';
import type { Tone } from '../format/words.ts';
import { categoryWords } from '../payments/words.ts';

/** `21 %`, or why nothing is asked for. */
export function rateWords({ category, percent }: Pick<TaxRate, 'category' | 'percent'>): string {
  if (category === null) return 'Of the account above';
  return category === 'S' ? `${percent} %` : `${categoryWords[category]}, 0 %`;
}

/** A day as a person reads it: `22 Nov 2026`. A day has no zone. */
export function dayWords(day: string): string {
  const format = new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return format.format(new Date(`${day}T00:00:00Z`));
}

/** What an account's own rates are on a day: the one in force, and those to come, the next first. */
export function splitRates(rates: readonly TaxRate[], today: string): { now: TaxRate | null; coming: TaxRate[] } {
  const begun = rates.filter(({ validFrom }) => validFrom <= today);
  return { now: begun[0] ?? null, coming: rates.filter(({ validFrom }) => validFrom > today).toReversed() };
}

/** How a VAT number stands. */
export function numberStanding({ valid }: NonNullable<AccountTax['number']>): { tone: Tone; word: string } {
  if (valid === null) return { tone: 'amber', word: 'Not checked' };
  return valid ? { tone: 'green', word: 'Valid' } : { tone: 'red', word: 'Not valid' };
}

/** Reverse charge stands on a VAT number that was found valid. */
export function canReverse(tax: Pick<AccountTax, 'number'>): boolean {
  return tax.number?.valid === true;
}
