import { divideHalfEven, type Micros } from '@simwright/measure';
import type { JournalPair, LedgerAccountKind } from '../../ledger/index.ts';
import type { Mapping } from '../mapping.ts';

/** One line of a journal: a debit or a credit. */
export type JournalLine = {
  /** Which entry it is of: those of one number balance. */
  entry: number;
  day: string;
  words: string;
  account: LedgerAccountKind;
  /** What the books call it; empty where nobody has said. */
  code: string;
  currency: string;
  /** Whole smallest units; one of them is zero. */
  debitMicros: Micros;
  creditMicros: Micros;
  /** Exactly, as it was posted. */
  exactMicros: Micros;
};

const minor = 1_000_000n;

/** What our accounts are called in files. */
export const accountNames: Record<LedgerAccountKind, string> = {
  ...{ unbilled: 'Unbilled receivables', deferred: 'Billed in advance', receivable: 'Receivables', wallet: 'Wallets' },
  ...{ grant: 'Granted money', usage_revenue: 'Usage revenue', fee_revenue: 'Fee revenue' },
  ...{ refill_revenue: 'Refill revenue', other_revenue: 'Other revenue', clearing: 'Payments in clearing' },
  ...{ dispute: 'Disputed payments', vat: 'VAT', rounding: 'Rounding' },
};

const kindNames: Record<JournalPair['kind'], string> = {
  ...{ usage: 'Usage', fee: 'Fees', adjustment: 'Adjustments', refill: 'Refills', payment: 'Payments' },
  ...{ refund: 'Refunds', dispute: 'Disputes', grant: 'Granted money', expiry: 'Money that lapsed' },
  ...{ invoice: 'Invoices', credit_note: 'Credit notes', vat: 'VAT of what wallets spent' },
};

/**
 * The lines of a journal: two for each pair of accounts, a debit and a credit of the same amount, so that it balances however it is rounded.
 * Each is rounded once, half-even, and says exactly what it was before. Pure.
 */
export function linesOf(pairs: readonly JournalPair[], { ledger }: Mapping): JournalLine[] {
  return pairs.flatMap((pair, i) => {
    const { day, currency, amountMicros: exactMicros } = pair;
    const rounded = divideHalfEven(exactMicros, minor) * minor;
    const words = `${kindNames[pair.kind]} (${pair.transfers})`;
    const line = (account: LedgerAccountKind, debitMicros: Micros, creditMicros: Micros): JournalLine => ({
      ...{ entry: i + 1, day, words, account, code: ledger[account] ?? '', currency },
      ...{ debitMicros, creditMicros, exactMicros },
    });
    return [line(pair.debit, rounded, 0n), line(pair.credit, 0n, rounded)];
  });
}
