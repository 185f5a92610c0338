import { Button, Checkbox, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type PreBill, settlePreBills } from '../api/billing.ts';
import { addAmounts, money } from '../format/money.ts';
import { count } from '../format/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';

/** Those that were chosen, or as many as are pending. */
type Whom = { preBills: PreBill[] } | { allPending: number };
type Deed = 'approve' | 'reject';

/** Many pre-bills at once, as an operation: each is settled by itself, and one that is refused stops no other. */
export function SettleMany({ whom, onDone }: { whom: Whom; onDone: () => void }) {
  const [deed, setDeed] = useState<Deed | null>(null);
  const pending = 'preBills' in whom ? whom.preBills.filter(({ state }) => state === 'pending') : null;
  const many = pending?.length ?? ('allPending' in whom ? whom.allPending : 0);
  return (
    <>
      <Button size="xs" disabled={many === 0} onClick={() => setDeed('approve')}>
        Approve {count(many, 'pre-bill')}
      </Button>
      <Button size="xs" variant="default" disabled={many === 0} onClick={() => setDeed('reject')}>
        Reject
      </Button>
      {deed && <SettleDialog {...{ deed, pending, many }} onClose={() => setDeed(null)} onDone={onDone} />}
    </>
  );
}

type DialogProps = { deed: Deed; pending: PreBill[] | null; many: number; onClose: () => void; onDone: () => void };

function SettleDialog({ deed, pending, many, onClose, onDone }: DialogProps) {
  const navigate = useNavigate();
  const settle = useAction(settlePreBills, {
    changes: ['pre-bills', 'invoices', 'operations'],
    onDone: ({ id }) => {
      onDone();
      void navigate({ to: '/operations/$id', params: { id } });
    },
    quiet: true,
  });
  const { values, set, text } = useForm({ reason: '', accept: false }, settle.error);
  const sums = Map.groupBy(pending ?? [], ({ currency }) => currency);
  const approves = deed === 'approve';
  return (
    <Dialog
      title={`${approves ? 'Approve' : 'Reject'} ${count(many, 'pre-bill')}`}
      submit={approves ? 'Approve' : 'Reject'}
      danger={!approves}
      busy={settle.isPending}
      error={settle.error}
      onSubmit={() =>
        settle.mutate({
          ...{ action: deed, late: values.accept ? 'accept' : 'refuse', reason: values.reason.trim() },
          ...(pending ? { preBills: pending.map(({ id, version }) => ({ id, version })) } : { matching: {} }),
        })
      }
      onClose={onClose}
    >
      {[...sums].map(([currency, of]) => (
        <p key={currency}>
          {count(of.length, 'pre-bill')} of <strong>{money(addAmounts(of.map(({ net }) => net)), currency)}</strong>{' '}
          excl. VAT.
        </p>
      ))}
      {approves ? (
        <>
          <p className="ink2">
            Each takes the next number of its series, for good. Their months are closed: usage that comes later is
            billed with the current one.
          </p>
          <Checkbox
            label="Take usage that has come since"
            description="Else a pre-bill whose sum has changed is left, and named."
            checked={values.accept}
            onChange={({ currentTarget: { checked } }) => set('accept', checked)}
          />
        </>
      ) : (
        <>
          <p className="ink2">What is on them is open again, and on the next.</p>
          <TextInput label="Why" {...text('reason')} maxLength={1000} data-autofocus />
        </>
      )}
    </Dialog>
  );
}
