import { divideHalfEven, type Micros } from '@simwright/measure';
import { assert } from '../../kit/assert.ts';
import type { Id } from '../../kit/ids.ts';
import { minor } from '../model.ts';

export type RefundState = 'created' | 'pending' | 'succeeded' | 'failed';

/** Sums of a payment, or of a part of it: gross is net and VAT; price is what of it the thing cost before it was rounded. */
export type Parts = { priceMicros: Micros; netMicros: Micros; vatMicros: Micros; grossMicros: Micros };

export type Refund = Parts & {
  id: Id;
  paymentId: Id;
  companyId: Id | null;
  currency: string;
  /** Whether the ledger knew of the money; that of an undelivered payment stands at the provider alone. */
  posted: boolean;
  reason: string;
  state: RefundState;
  reference: string | null;
  failureCode: string | null;
  failureMessage: string | null;
  attempts: number;
  nextAttemptAt: Date | null;
  /** Nobody can tell what became of it: it is looked up no more, and staff see it. */
  unansweredSince: Date | null;
  createdAt: Date;
  settledAt: Date | null;
  madeBy: string;
};

/** What a provider says of a refund. */
export type RefundFact =
  | { kind: 'pending'; reference: string }
  | { kind: 'succeeded'; reference: string; amountMinor: bigint }
  /** It refuses for good: nothing went back. */
  | { kind: 'failed'; reference: string | null; code: string; message: string }
  /** The provider knows no such refund: it was never asked. */
  | { kind: 'absent' }
  /** No answer, or none that can be read: money may have gone back. */
  | { kind: 'unknown'; message: string };

/**
 * What part of the price, the net amount and the VAT goes back with a gross amount: its share of what is left, VAT in whole
 * smallest units. Who takes all that is left takes exactly that, so parts of any size and in any order add up to the payment.
 *
 * @param left what has not gone back yet @param grossMicros more than zero, at most `left.grossMicros`
 */
export function shareOf(left: Parts, grossMicros: Micros): Parts {
  assert(grossMicros > 0n && grossMicros <= left.grossMicros, 'what goes back is a part of what is left');
  const vatMicros = divideHalfEven(grossMicros * left.vatMicros, left.grossMicros * minor) * minor;
  const netMicros = grossMicros - vatMicros;
  const priceMicros = left.netMicros === 0n ? 0n : divideHalfEven(netMicros * left.priceMicros, left.netMicros);
  return { priceMicros, netMicros, vatMicros, grossMicros };
}

/** What is left of sums when parts are taken away. */
export function minus(all: Parts, taken: Parts): Parts {
  return {
    priceMicros: all.priceMicros - taken.priceMicros,
    netMicros: all.netMicros - taken.netMicros,
    vatMicros: all.vatMicros - taken.vatMicros,
    grossMicros: all.grossMicros - taken.grossMicros,
  };
}

/** After this a refund without an outcome is looked up no more: a bank has said by then what it says. */
const givesUpAfterMs = 14 * 24 * 60 * 60_000;
/** Unless it was hardly asked: an instance that stood still for two weeks has not waited for anybody. A day of looks, an hour apart. */
const asksAtLeast = 24;

/** No more is to be expected from looking: it lasted, and the provider was asked often enough meanwhile. */
export function givesUp({ createdAt, attempts }: Pick<Refund, 'createdAt' | 'attempts'>, now: Date): boolean {
  return attempts >= asksAtLeast && now.getTime() - createdAt.getTime() >= givesUpAfterMs;
}

type Step = Pick<Refund, 'state' | 'reference' | 'failureCode' | 'failureMessage'>;

/** A refund whose outcome is known. Nothing moves it again. */
export function isSettled(state: RefundState): boolean {
  return state === 'succeeded' || state === 'failed';
}

/**
 * What a fact makes of a refund. Pure; repeated and stale facts change nothing.
 *
 * @returns null: nothing changes. `differs`: another amount went back than was asked for, which nobody may settle by itself.
 */
export function advanceRefund(refund: Refund, fact: RefundFact): Step | 'differs' | null {
  if (isSettled(refund.state)) return null;
  const same = { reference: refund.reference, failureCode: null, failureMessage: null };
  switch (fact.kind) {
    case 'succeeded':
      if (fact.amountMinor * minor !== refund.grossMicros) return 'differs';
      return { ...same, state: 'succeeded', reference: fact.reference };
    case 'failed':
      return {
        ...{ state: 'failed', reference: fact.reference ?? refund.reference },
        ...{ failureCode: fact.code, failureMessage: fact.message },
      };
    case 'pending':
      return refund.state === 'pending' ? null : { ...same, state: 'pending', reference: fact.reference };
    case 'absent':
      // It never got there: it is asked for again, as the same refund.
      return refund.state === 'pending' ? { ...same, state: 'created' } : null;
    case 'unknown':
      // It may have got there: only the provider can tell.
      return refund.state === 'created' ? { ...same, state: 'pending' } : null;
  }
}
