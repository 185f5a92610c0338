import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Payment } from '../api/payments.ts';
import { refundPayment } from '../api/providers.ts';
import { useMay, useMe } from '../app/session.ts';
import { addAmounts, exactMoney, money } from '../format/money.ts';
import { typedAmount } from '../ledger/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';

const changes = ['payments', 'transactions', 'refunds', 'invoices', 'receivables', 'statement', 'wallet', 'wallets'];

/** Gives a payment back, or a part of it, for whoever may. */
export function RefundPart({ payment }: { payment: Payment }) {
  const ours = useMe().actor.companyId === null;
  const may = useMay()('payments.refund.create') && ours;
  const [opened, setOpened] = useState(false);
  const left = addAmounts([payment.gross, `-${payment.refunded}`, `-${payment.used}`]);
  if (!may || Number(left) <= 0) return null;
  return (
    <div>
      <Button size="xs" variant="default" onClick={() => setOpened(true)}>
        Refund
      </Button>
      {opened && <Refund payment={payment} left={left} onClose={() => setOpened(false)} />}
    </div>
  );
}

const whereTo: Record<Payment['method'], string> = {
  card: 'It goes back to the card, by the provider.',
  manual: 'It is noted as given back: send it by bank, or hand it out.',
  wallet: 'It goes back into the wallet at once.',
  company_wallet: 'It goes back into the wallet at once.',
};
const whatThen: Record<Payment['purpose'], string> = {
  wallet_refill: 'The wallet gives it, as far as it holds money that was paid in.',
  line_refill: 'The data stays on the SIM.',
  invoice: 'Money on account goes first; then what was paid last is open again.',
};

function Refund({ payment, left, onClose }: { payment: Payment; left: string; onClose: () => void }) {
  const { currency } = payment;
  const refund = useAction((input: { amount?: string; reason: string }) => refundPayment(payment.id, input), {
    changes,
    done: (one) => `${money(one.amount, currency)} goes back.`,
    onDone: onClose,
    quiet: true,
  });
  const { values, text, errors } = useForm({ amount: '', reason: '' }, refund.error);
  const typed = values.amount.trim() === '' ? left : typedAmount(values.amount);
  return (
    <Dialog
      title="Refund this payment"
      submit={typed === null ? 'Refund' : `Refund ${exactMoney(typed, currency)}`}
      danger
      busy={refund.isPending}
      error={refund.error}
      onSubmit={() =>
        refund.mutate({ reason: values.reason.trim(), ...(values.amount.trim() !== '' && typed && { amount: typed }) })
      }
      onClose={onClose}
      disabled={typed === null || values.reason.trim() === ''}
    >
      <p>
        {whereTo[payment.method]} {whatThen[payment.purpose]}
      </p>
      <TextInput
        label={`Amount in ${currency}`}
        description={`Empty: all of ${exactMoney(left, currency)} that is left.`}
        {...text('amount')}
        error={typed === null ? 'An amount, like 25.00' : errors.amount}
        inputMode="decimal"
      />
      <TextInput label="Why" {...text('reason')} maxLength={1000} data-autofocus />
    </Dialog>
  );
}
