import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { getWallet, type Wallet } from '../api/wallets.ts';
import { useMay } from '../app/session.ts';
import { AutoRefillPanel } from '../autorefill/panel.tsx';
import { exactMoney, money } from '../format/money.ts';
import { useAddress } from '../ui/list/state.ts';
import { Body, Fact, Facts, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Live, Time } from '../ui/time.tsx';
import { BalanceParts } from './balances.tsx';
import { DueFeesPanel } from './due-fees.tsx';
import { History } from './history.tsx';
import { HoldsPanel } from './holds.tsx';
import { useMoves } from './moves.ts';
import { OverviewPanel } from './overview.tsx';
import { VatPanel } from './vat.tsx';
import { WaitingPanel } from './waiting.tsx';
import { ownerWords, standing, vatAtWords } from './words.ts';
import './wallets.css';

const Dialogs = lazy(async () => ({ default: (await import('./dialogs.tsx')).Dialogs }));

const RefillWallet = lazy(async () => ({ default: (await import('../payments/refill-wallet.tsx')).RefillWallet }));

export type WalletDialog = 'refill' | 'credit' | 'debit' | 'grant' | 'hold' | 'floor' | 'vat';

export function WalletPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({ queryKey: ['wallet', id, 'row'], queryFn: () => getWallet(id) });
  const [{ dialog }, change] = useAddress();
  const open = (kind: WalletDialog | null) => change({ dialog: kind });
  const wallet = query.data;
  if (!wallet) {
    return (
      <>
        <PageHead title="Wallet" />
        <Body>
          <Pending query={query} lines={8} />
        </Body>
      </>
    );
  }
  const { tone, short, long } = standing(wallet);
  return (
    <>
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/wallets" className="plain">
          Wallets
        </Link>
      </nav>
      <PageHead
        title={wallet.owner.name}
        tab={`Wallet of ${wallet.owner.name}`}
        note={
          <span className="wallet-note">
            <Badge tone={tone} title={long}>
              {short}
            </Badge>
            <Live updatedAt={query.dataUpdatedAt} />
          </span>
        }
      >
        <Actions onDialog={open} />
      </PageHead>
      <Body>
        <div className="wallet">
          <div className="wallet-is">
            <Balance wallet={wallet} onDialog={open} />
            <OverviewPanel wallet={wallet} />
            <VatPanel wallet={wallet} />
            <AutoRefillPanel subject={`wallets/${wallet.id}`} noun={['wallet', wallet.id]} currency={wallet.currency} />
          </div>
          <div className="wallet-past">
            <WaitingPanel wallet={wallet} />
            <HoldsPanel wallet={wallet} />
            <DueFeesPanel wallet={wallet} />
            <History wallet={wallet} />
          </div>
          <div className="wallet-about">
            <Details wallet={wallet} />
          </div>
        </div>
      </Body>
      {dialog && (
        <Suspense>
          {dialog === 'refill' ? (
            <RefillWallet wallet={wallet} onClose={() => open(null)} />
          ) : (
            <Dialogs kind={dialog} wallet={wallet} onClose={() => open(null)} />
          )}
        </Suspense>
      )}
    </>
  );
}

function Actions({ onDialog }: { onDialog: (kind: WalletDialog) => void }) {
  const { moves, edits, holds } = useMoves();
  const pays = useMay()('payments.payment.create');
  return (
    <>
      {pays && <Button onClick={() => onDialog('refill')}>Refill</Button>}
      {(moves || edits || holds) && <More onDialog={onDialog} />}
    </>
  );
}

function More({ onDialog }: { onDialog: (kind: WalletDialog) => void }) {
  const { moves, edits, holds } = useMoves();
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label="More actions">
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {moves && <Menu.Item onClick={() => onDialog('credit')}>Put money in without VAT</Menu.Item>}
        {moves && <Menu.Item onClick={() => onDialog('debit')}>Take money out</Menu.Item>}
        {moves && <Menu.Item onClick={() => onDialog('grant')}>Grant money</Menu.Item>}
        {holds && <Menu.Item onClick={() => onDialog('hold')}>Set money aside</Menu.Item>}
        {edits && <Menu.Item onClick={() => onDialog('floor')}>Set the minimum balance</Menu.Item>}
        {edits && <Menu.Item onClick={() => onDialog('vat')}>Change when it bears VAT</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}

function Balance({ wallet, onDialog }: { wallet: Wallet; onDialog: (kind: WalletDialog) => void }) {
  const { remaining, held, available, floor, overshoot, currency, atFloor, untaxed } = wallet;
  const pays = useMay()('payments.payment.create');
  const over = Number(overshoot) > 0;
  return (
    <Panel title="Balance">
      <div className="wallet-balance">
        <div className="wallet-remaining" title={exactMoney(remaining, currency)}>
          {money(remaining, currency)}
        </div>
        <div className="ink2">
          Minimum balance <span className="nowrap">{money(floor, currency)}</span>
          {Number(held) > 0 && (
            <>
              {' · '}
              <span className="nowrap">{money(held, currency)}</span> set aside,{' '}
              <span className="nowrap">{money(available, currency)}</span> available
            </>
          )}
        </div>
        {Number(untaxed) > 0 && (
          <div className="ink2">
            VAT of <span className="nowrap">{money(untaxed, currency)}</span> of usage follows within a minute
          </div>
        )}
        <BalanceParts wallet={wallet} />
        {atFloor && (
          <div className="notice notice-red">
            {over ? (
              <>
                It stands <span title={exactMoney(overshoot, currency)}>{money(overshoot, currency)}</span> below its
                minimum: usage that has happened is booked whatever there is.{' '}
              </>
            ) : (
              'It stands at its minimum. '
            )}
            PAYGO SIMs of this account are blocked until there is more in it.
            {pays && (
              <div className="wallet-lift">
                <Button size="xs" variant="default" onClick={() => onDialog('refill')}>
                  Refill
                </Button>
              </div>
            )}
          </div>
        )}
      </div>
    </Panel>
  );
}

function Details({ wallet }: { wallet: Wallet }) {
  const { owner } = wallet;
  const sees = useMay()('payments.payment.view');
  return (
    <Panel title="Details">
      <Facts>
        <Fact name="Account">{ownerWords[owner.type]}</Fact>
        {owner.type === 'company' && (
          <Fact name="SIMs">
            <Link to="/sims" search={{ company: owner.id }} className="link">
              SIMs of this company
            </Link>
          </Fact>
        )}
        {sees && (
          <Fact name="Payments">
            <Link to="/transactions" search={{ wallet: wallet.id }} className="link">
              Its refills
            </Link>
          </Fact>
        )}
        <Fact name="Currency">{wallet.currency}</Fact>
        <Fact name="VAT">{vatAtWords[wallet.vatAt]}</Fact>
        <Fact name="Opened">
          <Time at={wallet.openedAt} />
        </Fact>
      </Facts>
    </Panel>
  );
}
