import type { AccountTax, TaxCheck, TaxRate } from '../api/tax.ts';
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

const inVies = 'AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI'.split(' ');

/** Whether VIES can be asked about numbers of that country. */
export const isInVies = (country: string): boolean => inVies.includes(country);

const problems: Record<string, string> = {
  MS_UNAVAILABLE: 'the register of that country does not answer',
  TIMEOUT: 'the register of that country did not answer in time',
  NO_ANSWER: 'VIES did not answer in time',
  UNREACHABLE: 'VIES cannot be reached from here',
  UNREADABLE: 'VIES answered with something else',
  SERVICE_UNAVAILABLE: 'VIES is out of service',
  INVALID_INPUT: 'VIES cannot read this number',
  INVALID_REQUESTER_INFO: 'VIES does not accept our own VAT number',
  VAT_BLOCKED: 'VIES does not answer questions about this number',
  IP_BLOCKED: 'VIES does not answer this server',
  'tax.reverse_charge_stands': 'reverse charge stands on it, so it was left as it is: set another rate first',
};

/** What VIES says, or why it says nothing. */
export function viesWords({ state, valid, problem }: Pick<TaxCheck, 'state' | 'valid' | 'problem'>): string {
  const busy = problem?.includes('MAX_CONCURRENT') ? 'VIES has too many questions at once' : null;
  const why = problem && (busy ?? problems[problem] ?? problem);
  switch (state) {
    case 'waiting':
      return why ? `Asked again, since ${why}.` : 'VIES is being asked.';
    case 'by_hand':
      return `VIES could not tell: ${why}. Check it by hand, and keep the check.`;
    case 'answered':
      return `${valid ? 'Valid' : 'Not valid'}${why ? `; ${why}` : ''}.`;
  }
}
