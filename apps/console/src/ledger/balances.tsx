import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Balances, expirePart, getBalances, type Wallet } from '../api/wallets.ts';
import { exactMoney, money } from '../format/money.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { Time } from '../ui/time.tsx';
import { useMoves } from './moves.ts';
import { ReasonInput } from './reason.tsx';
import { balanceWords } from './words.ts';

type Balance = Balances['balances'][number];

/** What the wallet holds, part by part, in the order in which it is spent. Not there where all of it was paid in. */
export function BalanceParts({ wallet }: { wallet: Wallet }) {
  const { moves } = useMoves();
  const [expiring, setExpiring] = useState<Balance | null>(null);
  const { data } = useQuery({
    queryKey: ['wallet', wallet.id, 'balances'],
    queryFn: () => getBalances(wallet.id),
  });
  if (!data?.balances.some(({ kind }) => kind !== 'paid')) return null;
  return (
    <>
      <table className="plain-table wallet-sum wallet-parts">
        <caption className="dim">Spent in this order</caption>
        <tbody>
          {data.balances.map((one) => (
            <tr key={one.part ?? 'paid'}>
              <th scope="row">
                <span className="two">
                  <span>{balanceWords[one.kind]}</span>
                  {one.part && (
                    <span className="sub wallet-text">
                      {one.reason}
                      {one.expiresAt && (
                        <>
                          {' · until '}
                          <Time at={one.expiresAt} />
                        </>
                      )}
                      {moves && (
                        <button type="button" className="as-link" onClick={() => setExpiring(one)}>
                          Let it expire
                        </button>
                      )}
                    </span>
                  )}
                </span>
              </th>
              <td className="right nowrap">
                <span title={exactMoney(one.remaining, data.currency)}>{money(one.remaining, data.currency)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {expiring && <Expire wallet={wallet} balance={expiring} onClose={() => setExpiring(null)} />}
    </>
  );
}

function Expire({ wallet, balance, onClose }: { wallet: Wallet; balance: Balance; onClose: () => void }) {
  const expire = useAction((reason: string) => expirePart(wallet.id, balance.part!, reason), {
    changes: ['wallet', 'wallets', 'sim', 'sims'],
    done: 'It has left the wallet.',
    onDone: onClose,
    quiet: true,
  });
  const { values, text } = useForm({ reason: '' }, expire.error);
  const reason = values.reason.trim();
  const after = Number(wallet.remaining) - Number(balance.remaining);
  return (
    <Dialog
      title="Let this expire now"
      submit={`Take ${money(balance.remaining, wallet.currency)} out`}
      danger
      busy={expire.isPending}
      error={expire.error}
      onSubmit={() => expire.mutate(reason)}
      onClose={onClose}
      disabled={reason === ''}
    >
      <p>What is left of it leaves the wallet for good. What was spent of it stays spent.</p>
      {after <= Number(wallet.floor) && (
        <p className="notice notice-amber">
          The wallet is at its minimum then: the PAYGO SIMs of {wallet.owner.name} are blocked.
        </p>
      )}
      <ReasonInput {...text('reason')} />
    </Dialog>
  );
}
