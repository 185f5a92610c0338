import type { Micros } from '@simwright/measure';
import type { Id } from '../kit/ids.ts';

/** What moved what an account owes: a bill asks for it, a payment settles it. */
export const lineKinds = ['invoice', 'credit_note', 'payment', 'other'] as const;
export type LineKind = (typeof lineKinds)[number];

/** An entry of the account's receivable, as the ledger keeps it. */
export type Entry = { at: Date; key: string; amountMicros: Micros };

/** `amountMicros`: what the account owes more, below zero what it owes less; `balanceMicros`: what it owes after it. */
export type Line = {
  at: Date;
  kind: LineKind;
  /** What `subjectId` is of. */
  noun: Noun | null;
  subjectId: Id | null;
  amountMicros: Micros;
  balanceMicros: Micros;
};

/** What an entry is of. */
export type Noun = 'invoice' | 'credit_note' | 'payment' | 'refund' | 'payout';

const subject = /^(invoice|credit_note|payment|refund|payout):([0-9a-f-]{36})/;

/**
 * Lines of a statement, the oldest first, from the entries of a receivable in any order. A bill is moved by several transfers, of which a reader
 * wants one line: entries of one subject at one instant are one. Their sum is that of the entries, whatever they are.
 */
export function linesOf(openingMicros: Micros, entries: readonly Entry[]): Line[] {
  const lines: (Line & { group: string })[] = [];
  let balanceMicros = openingMicros;
  for (const { at, key, amountMicros } of [...entries].sort(inTime)) {
    const [, of, id] = subject.exec(key) ?? [];
    const noun = (of ?? null) as Noun | null;
    const kind: LineKind = noun === null ? 'other' : noun === 'refund' || noun === 'payout' ? 'payment' : noun;
    const group = id ? `${noun} ${id} ${at.getTime()}` : key;
    balanceMicros += amountMicros;
    const last = lines.at(-1);
    if (last?.group === group) {
      last.amountMicros += amountMicros;
      last.balanceMicros = balanceMicros;
    } else {
      lines.push({ at, kind, noun, subjectId: id ?? null, amountMicros, balanceMicros, group });
    }
  }
  return lines.map(({ group: _, ...line }) => line);
}

/** By time; of one instant those of a subject stand together. */
function inTime(a: Entry, b: Entry): number {
  return a.at.getTime() - b.at.getTime() || (a.key < b.key ? -1 : 1);
}
