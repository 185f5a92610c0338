import type { LedgerKind, PaidBy, PushKind, PushState } from '../api/accounting.ts';
import { itemWords } from '../billing/words.tsx';
import type { Tone } from '../format/words.ts';

export const pushWords: Record<PushKind, string> = {
  invoice: 'Invoice',
  credit_note: 'Credit note',
  application: 'Credit note on its invoice',
  payment: 'Payment',
  removal: 'Payment taken back',
};

export const pushStates: Record<PushState, { word: string; tone: Tone }> = {
  waiting: { word: 'Waiting', tone: 'amber' },
  done: { word: 'Written', tone: 'green' },
  failed: { word: 'Failed', tone: 'red' },
  skipped: { word: 'Nothing to write', tone: 'grey' },
};

export const itemNames = { other: 'All others', ...itemWords };

export const paidWords: Record<PaidBy, string> = {
  other: 'All others',
  card: 'By card',
  manual: 'By bank transfer or cash',
  wallet: 'From a wallet',
  company_wallet: 'From the company’s wallet',
};

export const ledgerWords: Record<LedgerKind, string> = {
  receivable: 'Receivables',
  unbilled: 'Unbilled receivables',
  deferred: 'Billed in advance',
  wallet: 'Wallets',
  grant: 'Granted money',
  usage_revenue: 'Usage revenue',
  fee_revenue: 'Fee revenue',
  refill_revenue: 'Refill revenue',
  other_revenue: 'Other revenue',
  clearing: 'Payments in clearing',
  dispute: 'Disputed payments',
  vat: 'VAT',
  rounding: 'Rounding',
};
