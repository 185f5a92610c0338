import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Adjustment, listAdjustments } from '../api/wallets.ts';
import { money } from '../format/money.ts';
import { List } from '../ui/list/list.tsx';
import type { Column, Filter } from '../ui/list/types.ts';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { Decide } from './decide.tsx';
import { adjustmentStates, adjustmentWords } from './words.ts';
import './wallets.css';

const columns = (onOpen: (one: Adjustment) => void): readonly Column<Adjustment>[] => [
  {
    id: 'wallet',
    label: 'Wallet of',
    width: 200,
    priority: 0,
    phone: 'title',
    cell: ({ wallet, walletOf }) => (
      <Link to="/wallets/$id" params={{ id: wallet }} className="plain strong">
        {walletOf}
      </Link>
    ),
    csv: ({ walletOf }) => walletOf,
  },
  {
    id: 'kind',
    label: 'What',
    width: 100,
    priority: 1,
    cell: ({ kind }) => adjustmentWords[kind],
    csv: ({ kind }) => kind,
  },
  {
    id: 'amount',
    label: 'Amount',
    width: 120,
    align: 'right',
    priority: 0,
    phone: 'side',
    cell: ({ amount, currency }) => <span className="strong">{money(amount, currency)}</span>,
    csv: ({ amount }) => amount,
  },
  {
    id: 'state',
    label: 'State',
    width: 120,
    priority: 0,
    phone: 'bare',
    cell: ({ state }) => <Badge tone={adjustmentStates[state].tone}>{adjustmentStates[state].word}</Badge>,
    csv: ({ state }) => state,
  },
  {
    id: 'reason',
    label: 'Reason',
    width: 260,
    priority: 2,
    cell: ({ reason }) => <span className="cut">{reason}</span>,
    csv: ({ reason }) => reason,
  },
  {
    id: 'asked',
    label: 'Asked by',
    width: 150,
    priority: 2,
    cell: ({ askedBy }) => askedBy,
    csv: ({ askedBy }) => askedBy,
  },
  {
    id: 'at',
    label: 'Asked',
    width: 150,
    align: 'right',
    priority: 3,
    cell: ({ askedAt }) => <Time at={askedAt} />,
    csv: ({ askedAt }) => askedAt,
  },
  {
    id: 'decided',
    label: 'Decided by',
    width: 150,
    priority: 4,
    phone: 'none',
    cell: ({ decidedBy }) => decidedBy ?? <span className="dim">nobody yet</span>,
    csv: ({ decidedBy }) => decidedBy ?? '',
  },
  {
    id: 'look',
    label: '',
    width: 90,
    align: 'right',
    priority: 0,
    phone: 'bare',
    cell: (one) => (
      <button type="button" className="as-link" onClick={() => onOpen(one)}>
        {one.state === 'pending' ? 'Decide' : 'Look'}
      </button>
    ),
    csv: () => '',
  },
];

const filters: readonly Filter[] = [
  {
    name: 'state',
    label: 'State',
    kind: 'one',
    options: Object.entries(adjustmentStates).map(([value, { word }]) => ({ value, label: word })),
  },
];

const adjustmentId = ({ id }: Adjustment) => id;
const adjustmentName = ({ walletOf }: Adjustment) => `Adjustment of the wallet of ${walletOf}`;

/** Money of wallets that people moved or asked to move, and what waits for somebody else to agree. */
export function AdjustmentsPage() {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <>
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/wallets" className="plain">
          Wallets
        </Link>
      </nav>
      <List
        noun="wallet adjustments"
        title="Adjustments of wallets"
        columns={columns((one) => setOpen(one.id))}
        list={listAdjustments}
        id={adjustmentId}
        name={adjustmentName}
        filters={filters}
        empty={
          <Empty title="No adjustments yet">
            What people put into wallets or take out of them by hand stands here. Above the organization’s limit
            somebody else has to agree first.
          </Empty>
        }
      />
      {open && <Decide id={open} onClose={() => setOpen(null)} />}
    </>
  );
}
