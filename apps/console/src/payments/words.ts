import type { Method, Payment, PaymentState, Purpose, Quote, TaxCategory } from '../api/payments.ts';
import type { Tone } from '../format/words.ts';

export const purposeWords: Record<Purpose, string> = { line_refill: '(e)SIM refill', wallet_refill: 'Wallet refill' };
export const methodWords: Record<Method, string> = {
  card: 'Card',
  wallet: 'Wallet',
  company_wallet: 'Company wallet',
  manual: 'By hand',
};

/** The statuses of a transaction, and the states of a payment that each stands for. */
export const statuses = {
  pending: { word: 'Pending', tone: 'amber', states: ['created', 'pending', 'action_needed'] },
  completed: { word: 'Completed', tone: 'green', states: ['succeeded'] },
  failed: { word: 'Failed', tone: 'red', states: ['failed'] },
  canceled: { word: 'Canceled', tone: 'grey', states: ['canceled'] },
} as const satisfies Record<string, { word: string; tone: Tone; states: readonly PaymentState[] }>;
export type Status = keyof typeof statuses;

const byState = new Map<PaymentState, Status>(
  Object.entries(statuses).flatMap(([status, { states }]) => states.map((state) => [state, status as Status] as const)),
);
export const statusOf = ({ state }: Pick<Payment, 'state'>): Status => byState.get(state)!;
export const isOver = ({ state }: Pick<Payment, 'state'>): boolean => statusOf({ state }) !== 'pending';

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
  }
}

const undeliveredReasons: Record<string, string> = {
  'refill.not_prepaid': 'its SIM was put on another plan, one without refills',
  'refill.unknown': 'the plan of its SIM does not have this refill any more',
  'sim.archived': 'its SIM was archived',
  'sim.not_found': 'its SIM is gone',
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
