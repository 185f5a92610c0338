import { ActionIcon, Button, Group, Select, Textarea, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  approvePreBill,
  type Edit,
  editPreBill,
  getBillingSettings,
  listSeries,
  type PreBillDetail,
  rejectPreBill,
} from '../api/billing.ts';
import { ApiError } from '../api/http.ts';
import { useMay } from '../app/session.ts';
import { money } from '../format/money.ts';
import { count } from '../format/words.ts';
import { typedAmount } from '../ledger/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog, SideForm } from '../ui/form.tsx';
import { Lacking } from './lacking.tsx';

type Props = { preBill: PreBillDetail; onClose: () => void };

export function PreBillDialogs({ kind, ...props }: Props & { kind: string }) {
  if (kind === 'approve') return <Approve {...props} />;
  if (kind === 'reject') return <Reject {...props} />;
  if (kind === 'edit') return <EditForm {...props} />;
  return null;
}

/** What will happen, before it does: the number, the amounts, the due day, and that there is no way back. */
function Approve({ preBill, onClose }: Props) {
  const sees = useMay()('billing.settings.view');
  const navigate = useNavigate();
  const series = useQuery({ queryKey: ['bill-series'], queryFn: listSeries, enabled: sees }).data;
  const terms = useQuery({
    queryKey: ['billing-settings', preBill.company.id],
    queryFn: () => getBillingSettings(preBill.company.id),
    enabled: sees,
  }).data;
  const approve = useAction(
    (late: 'accept' | 'refuse') => approvePreBill(preBill.id, { version: preBill.version, late }),
    {
      changes: ['pre-bills', 'invoices'],
      done: ({ number }) => `${number} is issued.`,
      onDone: ({ id }) => void navigate({ to: '/invoices/$id', params: { id } }),
      quiet: true,
    },
  );
  const credit = preBill.net.startsWith('-');
  const next = series?.items.find(({ kind }) => kind === (credit ? 'credit_note' : 'invoice'))?.next;
  const late = approve.error instanceof ApiError && approve.error.code === 'pre_bill.changed';
  return (
    <Dialog
      title={`Approve ${preBill.number}`}
      submit={late ? 'Approve it as it comes' : 'Approve'}
      busy={approve.isPending}
      error={approve.error}
      onSubmit={() => approve.mutate(late ? 'accept' : 'refuse')}
      onClose={onClose}
    >
      <p>
        It becomes {credit ? 'a credit note' : 'an invoice'} {next && <strong className="mono">{next}</strong>} to{' '}
        {preBill.company.name} of <strong>{money(preBill.gross, preBill.currency)}</strong>, with{' '}
        {money(preBill.vat, preBill.currency)} VAT{terms && !credit && `, due in ${count(terms.termsDays, 'day')}`}.
      </p>
      <p className="ink2">
        Its number, its items and its amounts stay as they are, for good. Its months are closed: usage that comes later
        is billed with the current one.
      </p>
      <Lacking lacking={preBill.lacking} />
    </Dialog>
  );
}

function Reject({ preBill, onClose }: Props) {
  const reject = useAction((reason: string) => rejectPreBill(preBill.id, reason), {
    changes: ['pre-bills'],
    done: 'It is rejected. What was on it is open again.',
    onDone: onClose,
    quiet: true,
  });
  const { values, text } = useForm({ reason: '' }, reject.error);
  return (
    <Dialog
      title={`Reject ${preBill.number}`}
      submit="Reject"
      danger
      busy={reject.isPending}
      error={reject.error}
      onSubmit={() => reject.mutate(values.reason.trim())}
      onClose={onClose}
      disabled={values.reason.trim() === ''}
    >
      <p className="ink2">
        What was collected is open again, and on the next bill. Lines and discounts that were written by hand are not.
      </p>
      <TextInput label="Why" {...text('reason')} maxLength={1000} data-autofocus />
    </Dialog>
  );
}

type Row = { id: number; kind: 'line' | 'percent' | 'amount'; name: string; quantity: string; value: string };

function rowsOf(edits: Edit[]): Row[] {
  return edits.map((edit, id) =>
    edit.kind === 'line'
      ? { id, kind: 'line', name: edit.name, quantity: edit.quantity, value: edit.unitPrice }
      : {
          id,
          kind: edit.percent ? 'percent' : 'amount',
          name: edit.name,
          quantity: '1',
          value: edit.percent ?? edit.amount ?? '',
        },
  );
}

function editOf({ kind, name, quantity, value }: Row): Edit {
  const number = typedAmount(value) ?? value;
  if (kind === 'line')
    return { kind, name: name.trim(), quantity: typedAmount(quantity) ?? quantity, unitPrice: number };
  return { kind: 'discount', name: name.trim(), ...(kind === 'percent' ? { percent: number } : { amount: number }) };
}

const kinds = [
  { value: 'line', label: 'Line' },
  { value: 'percent', label: 'Discount, percent' },
  { value: 'amount', label: 'Discount, amount' },
];

/** Lines, discounts and a note, beside what was collected. */
function EditForm({ preBill, onClose }: Props) {
  const [rows, setRows] = useState<Row[]>(() => rowsOf(preBill.edits));
  const save = useAction((changes: Parameters<typeof editPreBill>[1]) => editPreBill(preBill.id, changes), {
    changes: ['pre-bills'],
    done: ({ net, currency }) => `It comes to ${money(net, currency)} now.`,
    onDone: onClose,
    quiet: true,
  });
  const { values, text } = useForm({ note: preBill.note, buyerReference: preBill.buyerReference }, save.error);
  const change = (id: number, field: Partial<Row>) =>
    setRows((now) => now.map((row) => (row.id === id ? { ...row, ...field } : row)));
  const add = () =>
    setRows((now) => [
      ...now,
      { id: Math.max(-1, ...now.map(({ id }) => id)) + 1, kind: 'line', name: '', quantity: '1', value: '' },
    ]);
  return (
    <SideForm
      title={`Edit ${preBill.number}`}
      submit="Save"
      busy={save.isPending}
      error={save.error}
      onSubmit={() =>
        save.mutate({
          edits: rows.map(editOf),
          note: values.note,
          buyerReference: values.buyerReference.trim(),
          version: preBill.version,
        })
      }
      onClose={onClose}
      disabled={rows.some((row) => row.name.trim() === '' || typedAmount(row.value) === null)}
    >
      <p className="ink2">What was collected stays as it is. A percentage is of what was collected.</p>
      {rows.map((row, i) => (
        <div key={row.id} className="form-part">
          <Group justify="space-between" wrap="nowrap">
            <Select
              aria-label={`Kind of line ${i + 1}`}
              data={kinds}
              value={row.kind}
              onChange={(kind) => kind && change(row.id, { kind: kind as Row['kind'] })}
              allowDeselect={false}
            />
            <ActionIcon
              variant="default"
              size={36}
              aria-label={`Take line ${i + 1} away`}
              onClick={() => setRows((now) => now.filter(({ id }) => id !== row.id))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
          <TextInput
            label="What it is called"
            value={row.name}
            onChange={(event) => change(row.id, { name: event.currentTarget.value })}
            maxLength={200}
          />
          <div className="form-row">
            {row.kind === 'line' && (
              <TextInput
                label="Quantity"
                value={row.quantity}
                onChange={(event) => change(row.id, { quantity: event.currentTarget.value })}
                inputMode="decimal"
              />
            )}
            <TextInput
              label={
                row.kind === 'line'
                  ? `Unit price, ${preBill.currency}`
                  : row.kind === 'percent'
                    ? 'Percent'
                    : `Off, ${preBill.currency}`
              }
              value={row.value}
              onChange={(event) => change(row.id, { value: event.currentTarget.value })}
              inputMode="decimal"
            />
          </div>
        </div>
      ))}
      <div>
        <Button size="xs" variant="default" onClick={add} disabled={rows.length >= 100}>
          Add a line
        </Button>
      </div>
      <Textarea
        label="Note"
        description="Printed on the invoice."
        {...text('note')}
        maxLength={2000}
        autosize
        minRows={2}
      />
      <TextInput
        label="Reference"
        description="Of the buyer, on this bill alone: an order, a department."
        {...text('buyerReference')}
        maxLength={200}
      />
    </SideForm>
  );
}
