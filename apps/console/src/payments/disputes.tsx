import { type Dispute, listDisputes } from '../api/providers.ts';
import { exactMoney, money } from '../format/money.ts';
import type { Tone } from '../format/words.ts';
import { sentence } from '../format/words.ts';
import { List } from '../ui/list/list.tsx';
import { oneOf, timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { TransactionPanel } from './transaction.tsx';
import { transactionOf } from './words.ts';

const states: Record<Dispute['state'], { word: string; tone: Tone }> = {
  open: { word: 'Open', tone: 'amber' },
  won: { word: 'Won', tone: 'green' },
  lost: { word: 'Lost', tone: 'red' },
};
const fundsWords: Record<Dispute['funds'], string> = {
  none: 'Still here',
  withdrawn: 'Taken by the bank',
  reinstated: 'Given again',
};

const columns: readonly Column<Dispute>[] = [
  timeColumn('opened', 'Opened', ({ openedAt }) => openedAt, { priority: 0, phone: 'bare' }),
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
    id: 'state',
    label: 'Status',
    width: 104,
    priority: 0,
    phone: 'bare',
    cell: ({ state }) => <Badge tone={states[state].tone}>{states[state].word}</Badge>,
    csv: ({ state }) => states[state].word,
  },
  {
    id: 'funds',
    label: 'Money',
    width: 160,
    priority: 1,
    phone: 'bare',
    cell: ({ funds }) => fundsWords[funds],
    csv: ({ funds }) => fundsWords[funds],
  },
  {
    id: 'fee',
    label: 'Fee',
    width: 96,
    align: 'right',
    priority: 3,
    phone: 'none',
    cell: ({ fee, currency }) => (Number(fee) > 0 ? money(fee, currency) : <None>not told</None>),
    csv: ({ fee }) => fee,
  },
  {
    id: 'reason',
    label: 'Reason',
    width: 160,
    priority: 2,
    phone: 'title',
    cell: ({ reason }) => sentence(reason),
    csv: ({ reason }) => reason,
  },
  {
    id: 'due',
    label: 'Evidence until',
    width: 152,
    priority: 2,
    phone: 'none',
    cell: ({ evidenceDueAt, state }) =>
      evidenceDueAt && state === 'open' ? <Time at={evidenceDueAt} /> : <None>none asked for</None>,
    csv: ({ evidenceDueAt }) => evidenceDueAt ?? '',
  },
  {
    id: 'reference',
    label: 'Reference',
    width: 220,
    priority: 5,
    phone: 'none',
    cell: ({ reference }) => <span className="mono cut">{reference}</span>,
    csv: ({ reference }) => reference,
  },
];

const filters: readonly Filter[] = [oneOf('state', 'Status', states)];
const disputeId = ({ id }: Dispute) => id;
const disputeName = ({ amount, currency }: Dispute) => `the dispute of ${money(amount, currency)}`;

/** What payers take back by their banks. It is answered at the provider, with evidence. */
export function DisputesPage() {
  const [{ open }, change] = useAddress();
  return (
    <>
      <List
        noun="disputes"
        title="Disputes"
        columns={columns}
        list={listDisputes}
        id={disputeId}
        name={disputeName}
        onOpen={({ payment }) => change({ open: transactionOf(payment) }, true)}
        filters={filters}
        empty={
          <Empty title="Nobody disputes anything">
            When a payer tells their bank that a payment was not theirs, or not right, it stands here: what the bank
            took, what the provider takes for it, and until when it wants evidence. It is answered on the provider’s own
            page.
          </Empty>
        }
      />
      {open && <TransactionPanel id={open} onClose={() => change({ open: null })} />}
    </>
  );
}
