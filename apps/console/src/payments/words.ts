import type { Method, Payment, PaymentState, Purpose, Quote, TaxCategory } from '../api/payments.ts';
import type { TransactionMethod, TransactionStatus, TransactionType } from '../api/transactions.ts';
import type { Tone } from '../format/words.ts';

export const purposeWords: Record<Purpose, string> = {
  line_refill: '(e)SIM refill',
  wallet_refill: 'Wallet refill',
  invoice: 'Invoice payment',
};
export const methodWords: Record<Method, string> = {
  card: 'Card',
  wallet: 'Wallet',
  company_wallet: 'Company wallet',
  manual: 'By hand',
};

/** A payment goes by another name among the transactions. */
export const transactionOf = (payment: string): string => payment.replace(/^pay_/, 'txn_');

/** The words for the state of a payment. */
const states: Record<PaymentState, { word: string; tone: Tone }> = {
  created: { word: 'Pending', tone: 'amber' },
  pending: { word: 'Pending', tone: 'amber' },
  action_needed: { word: 'Pending', tone: 'amber' },
  succeeded: { word: 'Completed', tone: 'green' },
  failed: { word: 'Failed', tone: 'red' },
  canceled: { word: 'Canceled', tone: 'grey' },
  differs: { word: 'Another amount', tone: 'amber' },
};
export const stateOf = ({ state }: Pick<Payment, 'state'>) => states[state];
/** The states of a payment whose outcome is still to come. */
export const underWay: readonly PaymentState[] = ['created', 'pending', 'action_needed'];
export const isOver = ({ state }: Pick<Payment, 'state'>): boolean => !underWay.includes(state);

/** What a transaction is, how it stands, and how it was paid. */
export const typeWords: Record<TransactionType, string> = {
  line_refill: '(e)SIM refill',
  wallet_refill: 'Wallet refill',
  esim_purchase: 'eSIM purchase',
  fee: 'Fee',
  invoice_payment: 'Invoice payment',
  refund: 'Refund',
  adjustment: 'Adjustment',
};
export const statusWords: Record<TransactionStatus, { word: string; tone: Tone }> = {
  pending: { word: 'Pending', tone: 'amber' },
  completed: { word: 'Completed', tone: 'green' },
  failed: { word: 'Failed', tone: 'red' },
};
export const paidBy: Record<TransactionMethod, string> = {
  card: 'Credit card (Stripe)',
  ideal: 'iDEAL',
  paypal: 'PayPal',
  manual: 'Manual',
  wallet: 'Wallet',
  company_wallet: 'Company wallet',
  sandbox: 'Sandbox',
};

const paidWords: Record<Method, string> = {
  card: 'The card was charged.',
  wallet: 'The wallet paid it.',
  company_wallet: 'The company’s wallet paid it.',
  manual: 'It was paid by hand.',
};

/** What is going on, in a sentence. */
export function stateWords({ state, method, failure }: Pick<Payment, 'state' | 'method' | 'failure'>): string {
  switch (state) {
    case 'created':
      return 'The provider is being asked for its page.';
    case 'action_needed':
      return 'It waits for its payer, on the page of the provider.';
    case 'pending':
      return 'The provider was asked and has not said what became of it. Until it is known, the same is not charged again.';
    case 'succeeded':
      return paidWords[method];
    case 'failed':
      return `${failure?.message ?? 'The payment failed.'} Nothing was charged.`;
    case 'canceled':
      return 'It was taken back before anything was charged.';
    case 'differs':
      return 'Another amount came than was asked for. It is in no account until somebody settles it.';
  }
}

const undeliveredReasons: Record<string, string> = {
  'refill.not_prepaid': 'its SIM was put on another plan, one without refills',
  'refill.unknown': 'the plan of its SIM does not have this refill any more',
  'sim.archived': 'its SIM was archived',
  'sim.not_found': 'its SIM is gone',
  'payment.another_amount': 'it came to another amount than was asked for, and goes back',
};

/** Why what was paid for could not be given. */
export function undeliveredWords(code: string): string {
  return `It is paid, but what was paid for could not be given: ${undeliveredReasons[code] ?? code}.`;
}

export const categoryWords: Record<TaxCategory, string> = {
  S: 'Standard rate',
  Z: 'Zero rated',
  E: 'Exempt',
  AE: 'Reverse charge',
  K: 'Supply inside the EU',
  G: 'Export',
  O: 'Outside the scope of VAT',
};

/** `VAT 21 %`, or why there is none. */
export function vatWords({ category, percent }: Quote['tax']): string {
  if (category === 'S') return `VAT ${percent} %`;
  return category === 'O' ? 'VAT' : `VAT, ${categoryWords[category].toLowerCase()}`;
}
