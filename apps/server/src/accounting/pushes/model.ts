import { divideHalfEven, type Micros } from '@simwright/measure';
import type { Id } from '../../kit/ids.ts';
import type { AccountingFault } from '../door.ts';

/** `application`: a credit note pays its invoice · `payment`: money does · `removal`: and does not any more. */
export const pushKinds = ['invoice', 'credit_note', 'application', 'payment', 'removal'] as const;
export type PushKind = (typeof pushKinds)[number];

/** `failed`: somebody has to mend something, and have it written again · `skipped`: there is nothing to be written. */
export const pushStates = ['waiting', 'done', 'failed', 'skipped'] as const;
export type PushState = (typeof pushStates)[number];

export type Push = {
  id: Id;
  connectionId: Id;
  kind: PushKind;
  /** The document; of payment and removal, the allocation. */
  subjectId: Id;
  /** The invoice that it is about, or the credit note itself. */
  documentId: Id;
  ownerId: Id;
  /** Of the document. */
  number: string;
  currency: string;
  amountMicros: Micros;
  state: PushState;
  attempts: number;
  /** How often somebody has had it written again. */
  round: number;
  /** It may be there already. */
  tried: boolean;
  nextAttemptAt: Date | null;
  code: string | null;
  problem: string | null;
  remoteId: string | null;
  remoteState: string | null;
  createdAt: Date;
  settledAt: Date | null;
};

const minuteMs = 60_000;
/** Minutes until the next try, of what could not be written now; after the last somebody has to have it written again. */
const pauses = [1, 2, 5, 15, 60, 180, 360, 720, 1440];
/** How often it is looked whether a draft was approved there, and for how long. */
const draftMs = 60 * minuteMs;
const draftsAreOverMs = 90 * 24 * 60 * minuteMs;
/** What waits for another thing to be written is woken by that; this is for what was lost. */
export const dependentMs = 60 * minuteMs;

export type After = {
  state: 'waiting' | 'failed';
  attempts: number;
  nextAttemptAt: Date | null;
  code: string | null;
  problem: string | null;
};

/** What becomes of a push that came to nothing. Pure. */
export function afterFault(
  push: Pick<Push, 'attempts' | 'createdAt'>,
  fault: Pick<AccountingFault, 'kind' | 'code' | 'message'>,
  now: Date,
): After {
  const told = { code: fault.code.slice(0, 100), problem: fault.message.slice(0, 1_000) };
  const at = (ms: number) => ({
    ...told,
    ...{ state: 'waiting' as const, attempts: push.attempts, nextAttemptAt: new Date(now.getTime() + ms) },
  });
  const failed = { ...told, state: 'failed' as const, attempts: push.attempts, nextAttemptAt: null };
  if (fault.kind === 'draft') {
    return now.getTime() - push.createdAt.getTime() > draftsAreOverMs ? failed : { ...at(draftMs), attempts: 0 };
  }
  // Neither is a matter of what is to be written: it is as if it had not been tried.
  if (fault.kind === 'patience' || fault.kind === 'shut') return { ...at(0), attempts: Math.max(push.attempts - 1, 0) };
  const pause = fault.kind === 'later' ? pauses[push.attempts - 1] : undefined;
  return pause === undefined ? failed : at(pause * minuteMs);
}

const minor = 1_000_000n;

/**
 * The VAT of a document shared out over its lines: each a whole smallest unit, and together exactly the VAT. By running sums, so that a
 * line's share never depends on the lines after it, and lines below zero take theirs back.
 *
 * @param nets of the lines, in their order
 */
export function shareVat(nets: readonly Micros[], vat: Micros): Micros[] {
  const net = nets.reduce((sum, one) => sum + one, 0n);
  let [runningNet, given] = [0n, 0n];
  return nets.map((one, i) => {
    runningNet += one;
    const until = i === nets.length - 1 || net === 0n ? vat : divideHalfEven(vat * runningNet, net * minor) * minor;
    const share = until - given;
    given = until;
    return share;
  });
}
