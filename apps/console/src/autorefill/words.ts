import type { AutoRefill, AutoRefillAttempt, PayerKind } from '../api/auto-refills.ts';
import { bytes } from '../format/bytes.ts';
import { money } from '../format/money.ts';
import type { Tone } from '../format/words.ts';
import type { Option } from './dialog.tsx';

export const payerWords: Record<PayerKind, string> = {
  own_card: 'the holder’s card',
  company_card: 'the company’s card',
  own_wallet: 'the holder’s wallet',
  company_wallet: 'the company’s wallet',
};

export const attemptWords: Record<AutoRefillAttempt['state'], { word: string; tone: string }> = {
  none: { word: 'Not refilled.', tone: 'grey' },
  open: { word: 'Being charged', tone: 'blue' },
  action_needed: { word: 'Waits for its payer', tone: 'amber' },
  succeeded: { word: 'Refilled', tone: 'green' },
  failed: { word: 'Refused', tone: 'red' },
};

/** In the order in which they are asked. */
export const payersWords = (payers: readonly PayerKind[]): string => {
  const words = payers.map((payer) => payerWords[payer]).join(', else ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const stateWords: Record<AutoRefill['state'], { word: string; tone: Tone }> = {
  on: { word: 'On', tone: 'green' },
  suspended: { word: 'Suspended', tone: 'red' },
  off: { word: 'Off', tone: 'grey' },
};

/** What the last look found in the way of a charge. */
export const reasonWords: Record<NonNullable<AutoRefill['reason']>, string> = {
  enough: 'There is enough',
  pending: 'A refill is on its way',
  in_flight: 'Being charged',
  action_needed: 'Waits for the card’s holder',
  cooldown: 'Waits between two refills',
  too_often: 'Charged too often today',
  daily_cap: 'Daily cap reached',
  monthly_cap: 'Monthly cap reached',
  backing_off: 'Refused, tried again later',
  nobody_can: 'Nobody can pay',
  not_prepaid: 'Not on a prepaid plan',
  no_option: 'Its refill is not sold any more',
  not_in_use: 'The SIM is not in use',
  other_hands: 'In other hands',
  refused: 'Refused here',
};

/** What comes when it is set off. */
export function sizeWords(found: AutoRefill, options: readonly Option[] = []): string {
  if (found.upTo !== null) return `up to ${money(found.upTo, found.currency)}`;
  if (found.amount !== null) return `${money(found.amount, found.currency)}, as often as it takes`;
  const option = options.find(({ id }) => id === found.refill);
  return option
    ? `${bytes(option.amountBytes)} for ${money(option.price, option.currency)}, as often as it takes`
    : 'a refill';
}
