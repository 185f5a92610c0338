import type { Transaction } from '../api/transactions.ts';
import { Badge } from '../ui/status.tsx';
import { statusWords } from './words.ts';

/** The status of a transaction, in a word. */
export function StatusBadge({ of }: { of: Transaction }) {
  if (of.undelivered)
    return (
      <Badge tone="amber" title="Paid, and what was paid for could not be given">
        Not given
      </Badge>
    );
  const { word, tone } = statusWords[of.status];
  return <Badge tone={tone}>{word}</Badge>;
}
