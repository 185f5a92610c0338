import { Button, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Invoice } from '../api/billing.ts';
import { allocate, keyOf, listAllocations, listCredits, type Receipt } from '../api/receivables.ts';
import { useMay, useMe } from '../app/session.ts';
import { addAmounts, money } from '../format/money.ts';
import { dateTime } from '../format/time.ts';
import { typedAmount } from '../ledger/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { AllocationsTable, moneyChanges } from './allocations.tsx';
import { canBePaid, leftOf } from './pay-invoices.tsx';
import './receivables.css';

/** Which money paid an invoice; whoever may takes it back, or pays it with what its company has on account. */
export function PaymentsPanel({ invoice }: { invoice: Invoice }) {
  const may = useMay();
  const sees = may('receivables.allocation.view');
  const ours = useMe().actor.companyId === null;
  const edits = ours && may('receivables.allocation.edit');
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
      {made && made.length > 0 && <AllocationsTable made={made} gone={gone} of="invoice" />}
      {uses && credits && <UseCredit invoice={invoice} credits={credits} onClose={() => setUses(false)} />}
    </Panel>
  );
}

function UseCredit({ invoice, credits, onClose }: { invoice: Invoice; credits: Receipt[]; onClose: () => void }) {
  const use = useAction(
    (input: { of: Receipt; amount?: string; reason: string }) =>
      allocate(input.of, {
        invoice: invoice.id,
        reason: input.reason,
        ...(input.amount && { amount: input.amount }),
      }),
    { changes: moneyChanges, done: `${invoice.number} is paid with it.`, onDone: onClose, quiet: true },
  );
  const { values, set, text, errors } = useForm(
    { of: credits[0] ? keyOf(credits[0]) : '', amount: '', reason: '' },
    use.error,
  );
  const of = credits.find((one) => keyOf(one) === values.of);
  const typed = values.amount.trim() === '' ? '' : typedAmount(values.amount);
  const { currency } = invoice;
  return (
    <Dialog
      title={`Pay ${invoice.number} with money on account`}
      submit="Pay"
      busy={use.isPending}
      error={use.error}
      onSubmit={() => of && use.mutate({ of, reason: values.reason.trim(), ...(typed && { amount: typed }) })}
      onClose={onClose}
      disabled={!of || typed === null}
    >
      <Select
        label="Which money"
        data={credits.map((one) => ({
          value: keyOf(one),
          label: `${money(one.credit, currency)} left, ${one.creditNote ? one.creditNote.number : 'came'} ${dateTime(one.at)}`,
        }))}
        value={values.of}
        onChange={(chosen) => chosen && set('of', chosen)}
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
