import type { Micros } from '@simwright/measure';
import type { Id } from '../kit/ids.ts';
import type { Category } from '../tax/index.ts';

/** What money is for. Payments knows the word and an id; the composition knows what is given for it. */
export type Purpose = 'wallet_refill' | 'line_refill' | 'invoice';

const subjectKinds = { wallet_refill: 'wallet', line_refill: 'sim', invoice: 'invoice' } as const;

/** What kind of thing the subject of a payment is: of one for invoices that names none, their company. */
export function subjectKindOf({ purpose, detail }: Pick<Payment, 'purpose' | 'detail'>) {
  const named = purpose !== 'invoice' || (detail.invoices?.length ?? 0) > 0;
  return named ? subjectKinds[purpose] : 'company';
}

/** `wallet` is the payer's own; `company_wallet` that of the company. */
export type Method = 'card' | 'wallet' | 'company_wallet' | 'manual';

/** Paid from money that was paid in before. */
export function isWallet(method: Method): method is 'wallet' | 'company_wallet' {
  return method === 'wallet' || method === 'company_wallet';
}

/** `differs`: another amount came than was asked for, and somebody decides what becomes of it. */
export type State = 'created' | 'pending' | 'action_needed' | 'succeeded' | 'failed' | 'canceled' | 'differs';

export type Payment = {
  id: Id;
  /** Who pays. */
  ownerId: Id;
  ownerKind: 'organization' | 'company' | 'end_user';
  companyId: Id | null;
  purpose: Purpose;
  /** The wallet, the line, or the first of the invoices; where none is named, their company. */
  subjectId: Id;
  /** Of a line: which refill of its plan, and how many of it. */
  detail: {
    refill?: string;
    times?: number;
    /** Of a wallet: what the organization gives with it. */
    bonus?: { micros: string; expiresAt: string | null };
    /** Of invoices: which, in their order (none: those that are open when the money comes), and the company that owes them. */
    invoices?: Id[];
    debtor?: Id;
    /** By what it was paid on the provider's page, where that is no card. */
    means?: Means;
    /** The wallet that is refilled, or pays, bears VAT when it is spent. Absent: VAT came with its refills. */
    vatAt?: 'spending';
    /** What was asked for, of a payment that came to another amount and was settled by staff. */
    asked?: { purpose: Purpose; subject: string; gross: string };
  };
  method: Method;
  providerId: Id | null;
  /** Which stored card is charged, while nobody need be there. */
  cardId: Id | null;
  /** Which wallet pays. */
  walletId: Id | null;
  currency: string;
  /** What the thing costs; net is that, rounded to what can be paid. Of invoices that a wallet pays: what leaves it, and VAT is what was prepaid on that. */
  priceMicros: Micros;
  netMicros: Micros;
  vatMicros: Micros;
  grossMicros: Micros;
  taxCategory: Category;
  taxRatePpm: number;
  taxReason: string;
  note: string;
  state: State;
  /** What the provider calls it. */
  reference: string | null;
  /** Where the payer has something to do. */
  actionUrl: string | null;
  failureCode: string | null;
  failureMessage: string | null;
  /** It is paid, and this is why what it was for could not be given. */
  undelivered: string | null;
  refundedMicros: Micros;
  /** Of a refill of a wallet: what invoices were paid with since, gross. */
  usedMicros: Micros;
  /** What came, where that is another amount than was asked for. */
  cameMicros: Micros | null;
  attempts: number;
  nextAttemptAt: Date | null;
  createdAt: Date;
  settledAt: Date | null;
  madeBy: string;
};

/** What a page of a provider takes beside cards, and is listed by its own name. */
export const means = ['ideal', 'paypal'] as const;
export type Means = (typeof means)[number];

/** What a provider says of a payment: in its answer, in a webhook, or when it is asked about it. */
export type Fact =
  | { kind: 'action'; reference: string; url: string }
  | { kind: 'pending'; reference: string }
  /** `means`: by what else than a card it was paid; `unsaid`: the page takes more than cards, and this does not say which it was. */
  | { kind: 'succeeded'; reference: string; amountMinor: bigint; means?: Means | 'unsaid' | undefined }
  | { kind: 'failed'; reference: string | null; code: string; message: string }
  | { kind: 'canceled'; reference: string | null }
  /** By what it was paid. It may be told before or after that it was. */
  | { kind: 'means'; means: Means }
  /** The provider knows no such payment: it was never asked. */
  | { kind: 'absent' }
  /** No answer, or none that can be read: money may have moved. */
  | { kind: 'unknown'; message: string };

/** Micro-minor units of a currency's smallest unit. */
export const minor = 1_000_000n;
/** A hundred million of a currency with cents: far above any payment, far below what a balance can hold. */
export const mostMicros = 10n ** 16n;

type Step = Pick<Payment, 'state' | 'reference' | 'actionUrl' | 'failureCode' | 'failureMessage' | 'cameMicros'>;

/** A payment that is over: only money that came nevertheless moves it again. */
export function isOver(state: State): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'canceled';
}

/**
 * What a fact makes of a payment. Pure; repeated and stale facts change nothing. What is over stays over, but for one thing: money
 * that came after all (a success after a failure) is there, and counts.
 *
 * Another amount than was asked for is settled by nobody but staff: `differs`.
 *
 * @returns null: nothing changes
 */
export function advance(payment: Payment, fact: Fact): Step | null {
  const same: Step = {
    ...{ state: payment.state, reference: payment.reference, actionUrl: payment.actionUrl },
    ...{ failureCode: payment.failureCode, failureMessage: payment.failureMessage, cameMicros: payment.cameMicros },
  };
  const cleared = { actionUrl: null, failureCode: null, failureMessage: null, cameMicros: null };
  // Money is there, so nothing but money changes anything.
  const over = isOver(payment.state) || payment.state === 'differs';
  switch (fact.kind) {
    case 'succeeded': {
      if (payment.state === 'succeeded') return null;
      const cameMicros = fact.amountMinor * minor;
      if (cameMicros !== payment.grossMicros) {
        if (cameMicros === payment.cameMicros) return null;
        return { ...cleared, state: 'differs', reference: fact.reference, cameMicros };
      }
      return { ...cleared, state: 'succeeded', reference: fact.reference };
    }
    case 'failed':
      if (over) return null;
      return {
        ...{ ...cleared, state: 'failed', reference: fact.reference ?? payment.reference },
        ...{ failureCode: fact.code, failureMessage: fact.message },
      };
    case 'canceled':
      if (over) return null;
      return { ...cleared, state: 'canceled', reference: fact.reference ?? payment.reference };
    case 'action':
      if (over || payment.actionUrl === fact.url) return null;
      return { ...same, state: 'action_needed', reference: fact.reference, actionUrl: fact.url };
    case 'pending':
      if (over || payment.state === 'pending') return null;
      return { ...same, state: 'pending', reference: fact.reference, actionUrl: null };
    case 'absent':
      // It never got there: it is asked for again, as the same payment.
      return payment.state === 'pending' ? { ...same, state: 'created' } : null;
    case 'means':
      return null;
    case 'unknown':
      // It may have got there: only the provider can tell.
      return payment.state === 'created' ? { ...same, state: 'pending' } : null;
  }
}

const minuteMs = 60_000;
/** Minutes until the next look at a payment that is not over; the last one again and again. */
const pauses = [1, 2, 5, 15, 30, 60];
/** After this nobody pays any more: what waits for its payer is canceled there, and then here. */
export const givesUpAfterMs = 24 * 60 * minuteMs;

/** When a provider is asked about a payment next. @param attempts how often it was asked, 1 and more */
export function nextLook(attempts: number, now: Date): Date {
  return new Date(now.getTime() + pauses[Math.min(attempts, pauses.length) - 1]! * minuteMs);
}
