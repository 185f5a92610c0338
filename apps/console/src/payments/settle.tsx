import { Button, Group, Textarea } from '@mantine/core';
import { useState } from 'react';
import { type Payment, settlePayment } from '../api/payments.ts';
import { useMay } from '../app/session.ts';
import { exactMoney } from '../format/money.ts';
import { useAction } from '../ui/actions.ts';
import { FormProblem } from '../ui/form.tsx';

/** What staff make of a payment that came to another amount than was asked for. */
export function Settle({ payment }: { payment: Payment }) {
  const may = useMay()('payments.payment.settle');
  const [reason, setReason] = useState('');
  const settle = useAction((as: 'wallet' | 'refund') => settlePayment(payment.id, { as, reason: reason.trim() }), {
    changes: ['payments', 'transactions', 'wallets', 'refunds'],
    done: 'It is settled.',
    quiet: true,
  });
  const { came, gross, currency, purpose } = payment;
  const words = `Asked for were ${exactMoney(gross, currency)}, and ${exactMoney(came ?? '0', currency)} came.`;
  if (!may) return <p className="ink2">{words}</p>;
  const idle = reason.trim() === '' || settle.isPending;
  return (
    <section className="form-part">
      <h3>What becomes of it</h3>
      <p className="ink2">{words}</p>
      <Textarea
        label="Why"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={1000}
        autosize
      />
      <Group gap="xs">
        {purpose === 'wallet_refill' && (
          <Button disabled={idle} onClick={() => settle.mutate('wallet')}>
            Put what came into the wallet
          </Button>
        )}
        <Button variant="default" disabled={idle} onClick={() => settle.mutate('refund')}>
          Pay it back
        </Button>
      </Group>
      <FormProblem error={settle.error} />
    </section>
  );
}
