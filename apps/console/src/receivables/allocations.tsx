import { Button, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Allocation, type Receipt, undoAllocation } from '../api/receivables.ts';
import { useMay, useMe } from '../app/session.ts';
import { money } from '../format/money.ts';
import { transactionOf } from '../payments/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { None } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import './receivables.css';

export const moneyChanges = ['invoices', 'receivables', 'payments', 'transactions', 'statement', 'overview'];

/** What paid: a payment, or a credit note by its number. */
export function SourceLink({ of: { payment, creditNote } }: { of: Pick<Receipt, 'payment' | 'creditNote'> }) {
  if (creditNote) {
    return (
      <>
        Credit note{' '}
        <Link to="/invoices/$id" params={{ id: creditNote.id }} className="link mono">
          {creditNote.number}
        </Link>
      </>
    );
  }
  return (
    <Link to="/transactions" search={{ open: transactionOf(payment ?? '') }} className="link">
      The payment
    </Link>
  );
}

/** What paid an invoice, or what a credit note paid; whoever may takes it back. */
export function AllocationsTable({
  made,
  gone,
  of,
}: {
  made: readonly Allocation[];
  /** Those that were taken back. */
  gone: ReadonlySet<string | null>;
  of: 'invoice' | 'credit note';
}) {
  const ours = useMe().actor.companyId === null;
  const edits = useMay()('receivables.allocation.edit') && ours;
  const [undone, setUndone] = useState<Allocation | null>(null);
  const other = of === 'invoice' ? 'By' : 'Invoice';
  return (
    <>
      <table
        className="plain-table stacked allocations"
        aria-label={of === 'invoice' ? 'Payments of this invoice' : 'What this credit note paid'}
      >
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">{other}</th>
            <th scope="col">Note</th>
            <th scope="col" className="right">
              Amount
            </th>
            {edits && <th scope="col" aria-label="What can be done" />}
          </tr>
        </thead>
        <tbody>
          {made.map((one) => (
            <tr key={one.id} data-gone={gone.has(one.id) || undefined}>
              <td data-label="Date">
                <Time at={one.at} />
              </td>
              <td data-label={other}>
                <span>
                  {of === 'invoice' ? (
                    <SourceLink of={one} />
                  ) : (
                    <Link to="/invoices/$id" params={{ id: one.invoice }} className="link mono">
                      {one.invoiceNumber}
                    </Link>
                  )}{' '}
                  <span className="dim">{one.madeBy}</span>
                </span>
              </td>
              <td data-label="Note">{gone.has(one.id) ? <None>taken back</None> : one.reason || <None>–</None>}</td>
              <td data-label="Amount" className="right">
                {money(one.amount, one.currency)}
              </td>
              {edits && (
                <td className="right">
                  {!gone.has(one.id) && (
                    <Button size="compact-xs" variant="subtle" onClick={() => setUndone(one)}>
                      Take back
                    </Button>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {undone && <Undo allocation={undone} onClose={() => setUndone(null)} />}
    </>
  );
}

function Undo({ allocation, onClose }: { allocation: Allocation; onClose: () => void }) {
  const undo = useAction((reason: string) => undoAllocation(allocation.id, reason), {
    changes: moneyChanges,
    done: 'It is on account again.',
    onDone: onClose,
    quiet: true,
  });
  const { values, text } = useForm({ reason: '' }, undo.error);
  return (
    <Dialog
      title={`Take ${money(allocation.amount, allocation.currency)} back from ${allocation.invoiceNumber}`}
      submit="Take back"
      danger
      busy={undo.isPending}
      error={undo.error}
      onSubmit={() => undo.mutate(values.reason.trim())}
      onClose={onClose}
    >
      <p>The invoice is open again, and the money on account, to pay another one. Nothing is sent back to the payer.</p>
      <TextInput label="Why" {...text('reason')} maxLength={1000} data-autofocus />
    </Dialog>
  );
}
