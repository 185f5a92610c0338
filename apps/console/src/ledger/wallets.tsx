import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { listWallets, type Wallet } from '../api/wallets.ts';
import { useMay, useMe } from '../app/session.ts';
import { money } from '../format/money.ts';
import { List } from '../ui/list/list.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { loadCompanies } from '../ui/options.ts';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { usePendingAdjustments } from './pending.ts';
import { ownerWords, standing } from './words.ts';

const OpenWallet = lazy(async () => ({ default: (await import('./open-wallet.tsx')).OpenWallet }));

const columns: readonly Column<Wallet>[] = [
  {
    id: 'owner',
    label: 'Wallet of',
    width: 240,
    priority: 0,
    phone: 'title',
    cell: ({ owner }) => <span className="strong">{owner.name}</span>,
    csv: ({ owner }) => owner.name,
  },
  {
    id: 'type',
    label: 'Account',
    width: 110,
    priority: 4,
    phone: 'none',
    cell: ({ owner }) => ownerWords[owner.type],
    csv: ({ owner }) => owner.type,
  },
  {
    id: 'state',
    label: 'State',
    width: 150,
    priority: 1,
    phone: 'bare',
    cell: (wallet) => {
      const { tone, short, long } = standing(wallet);
      return (
        <Badge tone={tone} title={long}>
          {short}
        </Badge>
      );
    },
    csv: (wallet) => standing(wallet).short,
  },
  {
    id: 'remaining',
    label: 'Balance',
    width: 150,
    align: 'right',
    priority: 0,
    phone: 'side',
    cell: ({ remaining, currency }) => <span className="strong">{money(remaining, currency)}</span>,
    csv: ({ remaining }) => remaining,
  },
  {
    id: 'floor',
    label: 'Minimum',
    width: 130,
    align: 'right',
    priority: 2,
    cell: ({ floor, currency }) => money(floor, currency),
    csv: ({ floor }) => floor,
  },
  {
    id: 'overshoot',
    label: 'Overshoot',
    width: 120,
    align: 'right',
    priority: 3,
    phone: 'none',
    cell: ({ overshoot, currency, atFloor }) =>
      atFloor && Number(overshoot) > 0 ? money(overshoot, currency) : <span className="dim">none</span>,
    csv: ({ overshoot }) => overshoot,
  },
  {
    id: 'currency',
    label: 'Currency',
    width: 88,
    hidden: true,
    phone: 'none',
    cell: ({ currency }) => currency,
    csv: ({ currency }) => currency,
  },
  {
    id: 'opened',
    label: 'Opened',
    width: 152,
    align: 'right',
    priority: 5,
    phone: 'none',
    cell: ({ openedAt }) => <Time at={openedAt} />,
    csv: ({ openedAt }) => openedAt,
  },
];

const filters: readonly Filter[] = [
  {
    name: 'belowFloor',
    label: 'State',
    kind: 'one',
    options: [
      { value: 'true', label: 'At its minimum' },
      { value: 'false', label: 'Above it' },
    ],
  },
  { name: 'owner', label: 'Company', kind: 'one', load: loadCompanies },
];
const ownFilters = filters.filter(({ name }) => name !== 'owner');

const walletId = (wallet: Wallet) => wallet.id;
const walletName = (wallet: Wallet) => `Wallet of ${wallet.owner.name}`;
const walletHref = (wallet: Wallet) => `/wallets/${wallet.id}`;

export function WalletsPage() {
  const me = useMe();
  const may = useMay();
  const [{ add, owner }, change] = useAddress();
  const ours = me.actor.companyId === null;
  const pending = usePendingAdjustments();
  const canOpen = may('ledger.wallet.edit') && me.actor.companyId === null;
  const button = canOpen && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ add: 'wallet' })}>
      Open a wallet
    </Button>
  );
  return (
    <>
      <List
        noun="wallets"
        title="Wallets"
        columns={columns}
        list={listWallets}
        id={walletId}
        name={walletName}
        href={walletHref}
        searchHint="Search by owner"
        filters={me.actor.companyId === null ? filters : ownFilters}
        empty={
          <Empty title="No wallets yet" action={button}>
            A wallet holds money that a customer has paid in. PAYGO takes usage and fees from it as they happen, and
            stops at its minimum balance.
          </Empty>
        }
      >
        {ours && (
          <Link to="/wallet-adjustments">
            <Button component="span" variant="default">
              Adjustments{pending > 0 && ` (${pending} to decide)`}
            </Button>
          </Link>
        )}
        {button}
      </List>
      {canOpen && add === 'wallet' && (
        <Suspense>
          <OpenWallet owner={owner} onClose={() => change({ add: null })} />
        </Suspense>
      )}
    </>
  );
}
