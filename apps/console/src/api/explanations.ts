import { get } from './http.ts';

/** One step of a derivation: a sentence, and the exact values that it speaks of. */
export type ExplanationStep = { kind: string; text: string; values: Record<string, string | null> };

/** One side of a movement of money in the ledger. */
export type ExplanationEntry = {
  transferId: string;
  key: string;
  account: string;
  accountId: string;
  amount: string;
  balanceAfter: string | null;
};

export type Explanation = {
  id: string;
  kind:
    | 'usage'
    | 'fee'
    | 'due_fee'
    | 'period'
    | 'pool_period'
    | 'adjustment'
    | 'refill'
    | 'block'
    | 'refusal'
    | 'unrated';
  title: string;
  summary: string;
  at: string | null;
  sim: { id: string; iccid: string } | null;
  pool: { id: string; name: string } | null;
  /** Null where what is explained is no amount. */
  currency: string | null;
  amount: string | null;
  /** What the rating engine makes of the stored facts now. */
  recomputed: string | null;
  agrees: boolean | null;
  steps: ExplanationStep[];
  entries: ExplanationEntry[];
};

/** What may be explained: a usage record, fee, period, pool's month, adjustment, refill, block, unrated row; a SIM: its last refusal. */
export const getExplanation = (id: string) => get<Explanation>(`/api/v1/explanations/${id}`);
