import { Button } from '@mantine/core';
import { listRefunds, lookRefund, type Refund } from '../api/providers.ts';
import { useMay } from '../app/session.ts';
import { exactMoney, money } from '../format/money.ts';
import type { Tone } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { TransactionPanel } from './transaction.tsx';
import { transactionOf } from './words.ts';

const states: Record<Refund['state'], { word: string; tone: Tone }> = {
  created: { word: 'Pending', tone: 'amber' },
  pending: { word: 'Pending', tone: 'amber' },
  succeeded: { word: 'Paid back', tone: 'green' },
  failed: { word: 'Refused', tone: 'red' },
};

const columns: readonly Column<Refund>[] = [
  timeColumn('created', 'Begun', ({ createdAt }) => createdAt, { priority: 0, phone: 'bare' }),
  {
    id: 'amount',
    label: 'Amount',
    width: 120,
    align: 'right',
    priority: 0,
    phone: 'side',
    cell: ({ amount, currency }) => <span title={exactMoney(amount, currency)}>{money(amount, currency)}</span>,
    csv: ({ amount }) => amount,
  },
  {
    id: 'status',
    label: 'Status',
    width: 150,
    priority: 0,
    phone: 'bare',
    cell: ({ state, failure, unansweredSince }) =>
      unansweredSince ? (
        <Badge tone="red" title="Two weeks without a word: ask at the provider">
          Unanswered
        </Badge>
      ) : (
        <Badge tone={states[state].tone} title={failure?.message}>
          {states[state].word}
        </Badge>
      ),
    csv: ({ state, unansweredSince }) => (unansweredSince ? 'Unanswered' : states[state].word),
  },
  {
    id: 'reason',
    label: 'Reason',
    width: 240,
    priority: 2,
    phone: 'title',
    cell: ({ reason }) => <span className="cut">{reason}</span>,
    csv: ({ reason }) => reason,
  },
  {
    id: 'by',
    label: 'By',
    width: 140,
    priority: 4,
    phone: 'none',
    cell: ({ madeBy }) => madeBy,
    csv: ({ madeBy }) => madeBy,
  },
  {
    id: 'reference',
    label: 'Reference',
    width: 220,
    priority: 5,
    phone: 'none',
    cell: ({ reference }) => (reference ? <span className="mono cut">{reference}</span> : <None />),
    csv: ({ reference }) => reference ?? '',
  },
  {
    id: 'look',
    label: '',
    width: 110,
    priority: 1,
    phone: 'bare',
    cell: (refund) => <Look refund={refund} />,
    csv: () => '',
  },
];

const filters: readonly Filter[] = [
  { name: 'unanswered', label: 'Outcome', kind: 'one', options: [{ value: 'true', label: 'Unanswered' }] },
];
const refundId = ({ id }: Refund) => id;
const refundName = ({ amount, currency }: Refund) => `the refund of ${money(amount, currency)}`;

/** What goes back of payments. */
export function RefundsPage() {
  const [{ open }, change] = useAddress();
  return (
    <>
      <List
        noun="refunds"
        title="Refunds"
        columns={columns}
        list={listRefunds}
        id={refundId}
        name={refundName}
        onOpen={({ payment }) => change({ open: transactionOf(payment) }, true)}
        filters={filters}
        empty={
          <Empty title="Nothing was paid back yet">
            A payment is refunded on its page in Transactions, whole or in parts. What the bank of a card says to that
            stands here.
          </Empty>
        }
      />
      {open && <TransactionPanel id={open} onClose={() => change({ open: null })} />}
    </>
  );
}

function Look({ refund }: { refund: Refund }) {
  const may = useMay()('payments.refund.create');
  const look = useAction(() => lookRefund(refund.id), {
    changes: ['refunds'],
    done: 'The provider is asked once more.',
  });
  if (!may || (refund.state !== 'pending' && refund.state !== 'created')) return null;
  return (
    <Button
      className="above"
      size="compact-xs"
      variant="default"
      loading={look.isPending}
      onClick={() => look.mutate(undefined)}
    >
      Look again
    </Button>
  );
}
