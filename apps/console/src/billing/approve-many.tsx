import { Button } from '@mantine/core';
import { useState } from 'react';
import { approvePreBill, type PreBill } from '../api/billing.ts';
import { ApiError } from '../api/http.ts';
import { addAmounts, money } from '../format/money.ts';
import { count } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';

type Outcome = { done: number; refused: { number: string; why: string }[] };

/** Several pre-bills at once: each becomes an invoice by itself, and one that is refused stops no other. */
export function ApproveMany({ preBills, onDone }: { preBills: PreBill[]; onDone: () => void }) {
  const [open, setOpen] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const pending = preBills.filter(({ state }) => state === 'pending');
  const approve = useAction(
    async () => {
      const result: Outcome = { done: 0, refused: [] };
      for (const { id, number, version } of pending) {
        try {
          await approvePreBill(id, { version });
          result.done += 1;
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          result.refused.push({ number, why: error.message });
        }
      }
      return result;
    },
    { changes: ['pre-bills', 'invoices'], onDone: setOutcome, quiet: true },
  );
  const close = () => {
    setOpen(false);
    if (outcome) onDone();
  };
  const sums = Map.groupBy(pending, ({ currency }) => currency);
  return (
    <>
      <Button size="xs" disabled={pending.length === 0} onClick={() => setOpen(true)}>
        Approve {count(pending.length, 'pre-bill')}
      </Button>
      {open && (
        <Dialog
          title={`Approve ${count(pending.length, 'pre-bill')}`}
          submit={outcome ? 'Close' : 'Approve'}
          busy={approve.isPending}
          error={approve.error}
          onSubmit={() => (outcome ? close() : approve.mutate(undefined))}
          onClose={close}
        >
          {outcome ? (
            <>
              <p>{count(outcome.done, 'invoice')} issued.</p>
              {outcome.refused.map(({ number, why }) => (
                <p key={number} className="notice notice-amber">
                  <strong>{number}</strong> {why}
                </p>
              ))}
            </>
          ) : (
            <>
              {[...sums].map(([currency, of]) => (
                <p key={currency}>
                  {count(of.length, 'invoice')} of{' '}
                  <strong>{money(addAmounts(of.map(({ net }) => net)), currency)}</strong> excl. VAT.
                </p>
              ))}
              <p className="ink2">
                Each takes the next number of its series, for good. Their months are closed: usage that comes later is
                billed with the current one. A bill whose sum has changed since is left, and named.
              </p>
            </>
          )}
        </Dialog>
      )}
    </>
  );
}
