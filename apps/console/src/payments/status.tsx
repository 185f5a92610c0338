import type { Payment } from '../api/payments.ts';
import { Badge } from '../ui/status.tsx';
import { stateOf, stateWords, undeliveredWords } from './words.ts';

/** The status of a payment; the sentence behind it is its tooltip. */
export function PaymentStatus({ payment }: { payment: Payment }) {
  const { tone, word } = stateOf(payment);
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
