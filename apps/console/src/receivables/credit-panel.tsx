import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Invoice } from '../api/billing.ts';
import { getCreditOfNote, listAllocations, listPayouts, payOut, type Receipt } from '../api/receivables.ts';
import { useMay, useMe } from '../app/session.ts';
import { money } from '../format/money.ts';
import { typedAmount } from '../ledger/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { None, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { AllocationsTable, moneyChanges } from './allocations.tsx';
import './receivables.css';

/** What became of the credit of a bill below zero: what it paid, what went back by bank, and what is left on account. */
export function CreditPanel({ note }: { note: Invoice }) {
  const may = useMay();
  const ours = useMe().actor.companyId === null;
  const enabled = may('receivables.allocation.view') && note.kind === 'credit_note' && note.credits === null;
  const of = (what: string) => ['invoices', what, note.id];
  const receipt = useQuery({ queryKey: of('credit'), queryFn: () => getCreditOfNote(note.id), enabled });
  const made = useQuery({ queryKey: of('allocations'), queryFn: () => listAllocations(note.id), enabled });
  const payouts = useQuery({ queryKey: of('payouts'), queryFn: () => listPayouts(note.id), enabled });
  const [paysOut, setPaysOut] = useState(false);
  if (!enabled) return null;
  const credit = receipt.data;
  const gone = new Set(made.data?.items.map(({ undoes }) => undoes));
  const pays = made.data?.items.filter(({ undoes }) => undoes === null) ?? [];
  const left = credit && Number(credit.credit) > 0;
  return (
    <Panel title="What it pays">
      {!credit && <Pending query={receipt} lines={2} />}
      {left && (
        <div className="notice notice-blue on-account">
          <span>
            {money(credit.credit, credit.currency)} of it is on account. It pays what is issued next; on an invoice it
            can be used for that one.
          </span>
          {ours && may('payments.refund.create') && (
            <Button size="xs" variant="default" onClick={() => setPaysOut(true)}>
              Pay out
            </Button>
          )}
        </div>
      )}
      {credit && pays.length === 0 && payouts.data?.items.length === 0 && (
        <p className="dim">It has paid nothing yet.</p>
      )}
      {pays.length > 0 && <AllocationsTable made={pays} gone={gone} of="credit note" />}
      {payouts.data && payouts.data.items.length > 0 && (
        <table className="plain-table stacked" aria-label="What went back by bank">
          <thead>
            <tr>
              <th scope="col">Went back</th>
              <th scope="col">Noted by</th>
              <th scope="col">Note</th>
              <th scope="col" className="right">
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            {payouts.data.items.map((one) => (
              <tr key={one.id}>
                <td data-label="Went back">
                  <Time at={one.at} />
                </td>
                <td data-label="Noted by">{one.madeBy}</td>
                <td data-label="Note">{one.reason || <None>–</None>}</td>
                <td data-label="Amount" className="right">
                  {money(one.amount, one.currency)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {paysOut && credit && <PayOut note={note} credit={credit} onClose={() => setPaysOut(false)} />}
    </Panel>
  );
}

function PayOut({ note, credit, onClose }: { note: Invoice; credit: Receipt; onClose: () => void }) {
  const { currency } = credit;
  const pay = useAction((input: { amount?: string; reason: string }) => payOut(note.id, input), {
    changes: moneyChanges,
    done: 'It is noted as sent back.',
    onDone: onClose,
    quiet: true,
  });
  const { values, text, errors } = useForm({ amount: '', reason: '' }, pay.error);
  const typed = values.amount.trim() === '' ? '' : typedAmount(values.amount);
  return (
    <Dialog
      title={`Pay out what is left of ${note.number}`}
      submit="Note it as paid out"
      danger
      busy={pay.isPending}
      error={pay.error}
      onSubmit={() => pay.mutate({ reason: values.reason.trim(), ...(typed && { amount: typed }) })}
      onClose={onClose}
      disabled={typed === null}
    >
      <p>
        Send the money to {note.company.name} by your bank; this notes that it went. What is paid out pays no invoice
        any more.
      </p>
      <TextInput
        label={`Amount in ${currency}`}
        description={`Empty: all that is left, ${money(credit.credit, currency)}.`}
        {...text('amount')}
        error={typed === null ? 'An amount, like 25.00' : errors.amount}
        inputMode="decimal"
        data-autofocus
      />
      <TextInput label="Note" description="Which transfer it was." {...text('reason')} maxLength={1000} />
    </Dialog>
  );
}
