import type { AutoRefill, AutoRefillAttempt, PayerKind } from '../api/auto-refills.ts';
import { bytes } from '../format/bytes.ts';
import { money } from '../format/money.ts';
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

/** What comes when it is set off. */
export function sizeWords(found: AutoRefill, options: readonly Option[] = []): string {
  if (found.upTo !== null) return `up to ${money(found.upTo, found.currency)}`;
  if (found.amount !== null) return `${money(found.amount, found.currency)}, as often as it takes`;
  const option = options.find(({ id }) => id === found.refill);
  return option
    ? `${bytes(option.amountBytes)} for ${money(option.price, option.currency)}, as often as it takes`
    : 'a refill';
}
