import type { Payment } from '../api/payments.ts';
import { Badge } from '../ui/status.tsx';
import { stateWords, statuses, statusOf, undeliveredWords } from './words.ts';

/** The status of a transaction; the sentence behind it is its tooltip. */
export function PaymentStatus({ payment }: { payment: Payment }) {
  const { tone, word } = statuses[statusOf(payment)];
  if (payment.undelivered) {
    return (
      <Badge tone="amber" title={undeliveredWords(payment.undelivered)}>
        Completed, not given
      </Badge>
    );
  }
  return (
    <Badge tone={tone} title={stateWords(payment)}>
      {word}
    </Badge>
  );
}
