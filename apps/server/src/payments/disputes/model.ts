import type { Micros } from '@simwright/measure';
import type { Id } from '../../kit/ids.ts';
import { minor } from '../model.ts';

export type DisputeState = 'open' | 'won' | 'lost';

/** Where the money is: not touched, taken by the bank, given again. It only goes forward. */
export const fundsSteps = ['none', 'withdrawn', 'reinstated'] as const;
export type Funds = (typeof fundsSteps)[number];

/** A payer has told their bank that a payment was not theirs, or not right. */
export type Dispute = {
  id: Id;
  paymentId: Id;
  companyId: Id | null;
  providerId: Id;
  /** What the provider calls it. */
  reference: string;
  currency: string;
  amountMicros: Micros;
  /** Whether the ledger knew of the money; that of an undelivered payment stands at the provider alone. */
  posted: boolean;
  /** What the provider takes for it. */
  feeMicros: Micros;
  reason: string;
  state: DisputeState;
  funds: Funds;
  /** Until when the provider takes evidence. */
  evidenceDueAt: Date | null;
  openedAt: Date;
  settledAt: Date | null;
};

/** What a provider says of a dispute: all of it, each time. */
export type DisputeFact = {
  reference: string;
  amountMinor: bigint;
  /** Null: it has not told, or in another currency. */
  feeMinor: bigint | null;
  reason: string;
  state: DisputeState;
  funds: Funds;
  evidenceDueAt: Date | null;
};

type Step = Pick<Dispute, 'state' | 'funds' | 'feeMicros' | 'evidenceDueAt'>;

/**
 * What a provider's word makes of a dispute. Pure. It is told whole each time, perhaps twice and in another order: money only goes
 * forward, and what is decided stays decided.
 *
 * @returns null: nothing changes
 */
export function advanceDispute(dispute: Dispute, fact: DisputeFact): Step | null {
  const { state, funds, feeMicros, evidenceDueAt } = dispute;
  const now: Step = {
    state: state === 'open' ? fact.state : state,
    funds: fundsSteps.indexOf(fact.funds) > fundsSteps.indexOf(funds) ? fact.funds : funds,
    feeMicros: fact.feeMinor !== null && fact.feeMinor * minor > feeMicros ? fact.feeMinor * minor : feeMicros,
    evidenceDueAt: fact.evidenceDueAt ?? evidenceDueAt,
  };
  const same =
    now.state === state &&
    now.funds === funds &&
    now.feeMicros === feeMicros &&
    now.evidenceDueAt?.getTime() === evidenceDueAt?.getTime();
  return same ? null : now;
}

/** What of its money moves when it goes from one step to another: what was skipped is made up for. */
export function movesBetween(before: Funds, after: Funds): ('withdrawn' | 'reinstated')[] {
  const [from, to] = [fundsSteps.indexOf(before), fundsSteps.indexOf(after)];
  return (['withdrawn', 'reinstated'] as const).filter((_, i) => from < i + 1 && i + 1 <= to);
}
