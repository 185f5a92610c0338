import { Button, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Invoice } from '../api/billing.ts';
import {
  type Allocation,
  allocate,
  listAllocations,
  listCredits,
  type Receipt,
  undoAllocation,
} from '../api/receivables.ts';
import { useMay, useMe } from '../app/session.ts';
import { addAmounts, money } from '../format/money.ts';
import { dateTime } from '../format/time.ts';
import { typedAmount } from '../ledger/words.ts';
import { transactionOf } from '../payments/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { None, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { canBePaid, leftOf } from './pay-invoices.tsx';
import './receivables.css';

export const moneyChanges = ['invoices', 'receivables', 'payments', 'statement', 'overview'];

/** Which money paid an invoice; whoever may takes it back, or pays it with what its company has on account. */
export function PaymentsPanel({ invoice }: { invoice: Invoice }) {
  const may = useMay();
  const sees = may('receivables.allocation.view');
  const ours = useMe().actor.companyId === null;
  const edits = ours && may('receivables.allocation.edit');
  const [undone, setUndone] = useState<Allocation | null>(null);
  const [uses, setUses] = useState(false);
  const query = useQuery({
    queryKey: ['invoices', 'allocations', invoice.id],
    queryFn: () => listAllocations(invoice.id),
    enabled: sees && invoice.kind === 'invoice',
  });
  const open = canBePaid(invoice);
  const credits = useQuery({
    queryKey: ['receivables', 'credits', invoice.company.id],
    queryFn: () => listCredits(invoice.company.id),
    enabled: sees && open,
  }).data?.items.filter(({ currency }) => currency === invoice.currency);
  if (!sees || invoice.kind !== 'invoice') return null;
  const credit = addAmounts((credits ?? []).map((one) => one.credit));
  const gone = new Set(query.data?.items.map(({ undoes }) => undoes));
  const made = query.data?.items.filter(({ undoes }) => undoes === null);
  return (
    <Panel title="Payments">
      {open && Number(credit) > 0 && (
        <div className="notice notice-blue on-account">
          <span>
            {invoice.company.name} has {money(credit, invoice.currency)} on account.
          </span>
          {edits && (
            <Button size="xs" variant="default" onClick={() => setUses(true)}>
              Pay with it
            </Button>
          )}
        </div>
      )}
      {!made && <Pending query={query} lines={2} />}
      {made?.length === 0 && <p className="dim">No money has paid it yet.</p>}
      {made && made.length > 0 && (
        <table className="plain-table stacked allocations" aria-label="Payments of this invoice">
          <thead>
            <tr>
              <th scope="col">Date</th>
              <th scope="col">By</th>
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
                <td data-label="By">
                  <span>
                    <Link to="/transactions" search={{ open: transactionOf(one.payment) }} className="link">
                      The payment
                    </Link>{' '}
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
      )}
      {undone && <Undo allocation={undone} number={invoice.number} onClose={() => setUndone(null)} />}
      {uses && credits && <UseCredit invoice={invoice} credits={credits} onClose={() => setUses(false)} />}
    </Panel>
  );
}

function Undo({ allocation, number, onClose }: { allocation: Allocation; number: string; onClose: () => void }) {
  const undo = useAction((reason: string) => undoAllocation(allocation.id, reason), {
    changes: moneyChanges,
    done: 'It is on account again.',
    onDone: onClose,
    quiet: true,
  });
  const { values, text } = useForm({ reason: '' }, undo.error);
  return (
    <Dialog
      title={`Take ${money(allocation.amount, allocation.currency)} back from ${number}`}
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

function UseCredit({ invoice, credits, onClose }: { invoice: Invoice; credits: Receipt[]; onClose: () => void }) {
  const use = useAction(
    (input: { payment: string; amount?: string; reason: string }) =>
      allocate(input.payment, {
        invoice: invoice.id,
        reason: input.reason,
        ...(input.amount && { amount: input.amount }),
      }),
    { changes: moneyChanges, done: `${invoice.number} is paid with it.`, onDone: onClose, quiet: true },
  );
  const { values, set, text, errors } = useForm(
    { payment: credits[0]?.payment ?? '', amount: '', reason: '' },
    use.error,
  );
  const typed = values.amount.trim() === '' ? '' : typedAmount(values.amount);
  const { currency } = invoice;
  return (
    <Dialog
      title={`Pay ${invoice.number} with money on account`}
      submit="Pay"
      busy={use.isPending}
      error={use.error}
      onSubmit={() =>
        use.mutate({ payment: values.payment, reason: values.reason.trim(), ...(typed && { amount: typed }) })
      }
      onClose={onClose}
      disabled={values.payment === '' || typed === null}
    >
      <Select
        label="Which money"
        data={credits.map(({ payment, credit, at }) => ({
          value: payment,
          label: `${money(credit, currency)} left, came ${dateTime(at)}`,
        }))}
        value={values.payment}
        onChange={(payment) => payment && set('payment', payment)}
        allowDeselect={false}
      />
      <TextInput
        label={`Amount in ${currency}`}
        description={`Empty: as much as fits. ${money(leftOf(invoice), currency)} is left to pay.`}
        {...text('amount')}
        error={typed === null ? 'An amount, like 25.00' : errors.amount}
        inputMode="decimal"
      />
      <TextInput label="Note" {...text('reason')} maxLength={1000} />
    </Dialog>
  );
}
