import type {
  AdjustmentKind,
  AdjustmentState,
  Movement,
  MovementKind,
  OwnerType,
  VatAt,
  Wallet,
} from '../api/wallets.ts';
import { exactMoney, money } from '../format/money.ts';
import type { Tone } from '../format/words.ts';

export const ownerWords: Record<OwnerType, string> = {
  organization: 'Own',
  company: 'Company',
  end_user: 'End user',
};

/** How a wallet stands, in a word and in a sentence. */
export function standing({ atFloor, remaining, floor, currency }: Wallet): { tone: Tone; short: string; long: string } {
  if (atFloor) {
    return {
      tone: 'red',
      short: 'At its minimum',
      long: 'SIMs that pay from it are blocked, until there is more in it than its minimum balance.',
    };
  }
  if (remaining.startsWith('-')) {
    return { tone: 'amber', short: 'On credit', long: `It is below zero, and may go to ${money(floor, currency)}.` };
  }
  return { tone: 'green', short: 'In order', long: `It may be spent down to ${money(floor, currency)}.` };
}

/** What a filter of the history asks for. */
export const movementFilters: { value: string; label: string; kinds: MovementKind[] | null }[] = [
  { value: 'all', label: 'All', kinds: null },
  { value: 'in', label: 'Payments', kinds: ['refill', 'payment', 'refund'] },
  { value: 'usage', label: 'Usage', kinds: ['usage'] },
  { value: 'fees', label: 'Fees', kinds: ['fee'] },
  { value: 'hand', label: 'Adjusted', kinds: ['adjustment'] },
  { value: 'given', label: 'Given', kinds: ['grant', 'expiry'] },
  { value: 'vat', label: 'VAT', kinds: ['vat'] },
];

/** Those that a wallet can have. */
export const filtersOf = ({ vatAt }: Pick<Wallet, 'vatAt'>) =>
  movementFilters.filter(({ value }) => value !== 'vat' || vatAt === 'spending');

export const vatAtWords: Record<VatAt, string> = { refill: 'With refills', spending: 'When it is spent' };

export const balanceWords = { granted: 'Granted', bonus: 'Bonus', paid: 'Paid in' } as const;

/** What an adjustment does, as it stands in a list. */
export const adjustmentWords: Record<AdjustmentKind, string> = { credit: 'Put in', debit: 'Take out', grant: 'Grant' };

export const adjustmentStates: Record<AdjustmentState, { tone: Tone; word: string }> = {
  pending: { tone: 'amber', word: 'Waits' },
  posted: { tone: 'green', word: 'Done' },
  rejected: { tone: 'red', word: 'Rejected' },
  withdrawn: { tone: 'grey', word: 'Taken back' },
  expired: { tone: 'grey', word: 'Too late' },
};

/** With its sign always written: what came is as plain as what went. Less than a cent is not rounded to nothing. */
export function signed({ amount, currency }: Pick<Movement, 'amount' | 'currency'>): string {
  const text = Math.abs(Number(amount)) < 0.01 ? exactMoney(amount, currency) : money(amount, currency);
  return amount.startsWith('-') ? text : `+${text}`;
}

/** Reads an amount as it is typed: `1,50` and `1.50` are the same. Null: it is none. */
export function typedAmount(text: string): string | null {
  const plain = text.trim().replace(',', '.');
  return /^-?(0|[1-9]\d{0,12})(\.\d{1,6})?$/.test(plain) ? plain : null;
}
