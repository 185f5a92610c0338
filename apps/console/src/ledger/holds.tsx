import { useQuery } from '@tanstack/react-query';
import { captureHold, type Hold, listHolds, releaseHold, type Wallet } from '../api/wallets.ts';
import { useMay, useMe } from '../app/session.ts';
import { money } from '../format/money.ts';
import { count } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Panel } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';

const shown = 50;

/** What is set aside of a wallet now. Not there when nothing is. */
export function HoldsPanel({ wallet }: { wallet: Wallet }) {
  const ours = useMe().actor.companyId === null;
  const may = useMay()('ledger.wallet.hold') && ours;
  const { data } = useQuery({
    queryKey: ['wallet', wallet.id, 'holds'],
    queryFn: () => listHolds(wallet.id, { state: 'open', limit: shown }),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <Panel
      title={`${money(wallet.held, wallet.currency)} set aside`}
      aside={<span className="dim">Fees, purchases and refills leave it; usage does not</span>}
    >
      <div className="table-wrap">
        <table className="plain-table stacked">
          <thead>
            <tr>
              <th scope="col">For</th>
              <th scope="col">Until</th>
              <th scope="col" className="right">
                Held
              </th>
              {may && <th scope="col" aria-label="Actions" />}
            </tr>
          </thead>
          <tbody>
            {data.items.map((hold) => (
              <Row key={hold.id} hold={hold} acts={may} />
            ))}
          </tbody>
        </table>
      </div>
      {data.nextCursor && <p className="dim">These are the {count(shown, 'newest', 'newest')}.</p>}
    </Panel>
  );
}

function Row({ hold, acts }: { hold: Hold; acts: boolean }) {
  const changes = ['wallet', 'wallets', 'sim', 'sims'];
  const take = useAction(() => captureHold(hold.wallet, hold.id, {}), { changes, done: 'It is taken.' });
  const free = useAction(() => releaseHold(hold.wallet, hold.id), { changes, done: 'It is free again.' });
  const busy = take.isPending || free.isPending;
  return (
    <tr>
      <td data-label="For">
        <span className="two">
          <span className="wallet-text">{hold.reason}</span>
          <span className="sub">{hold.madeBy}</span>
        </span>
      </td>
      <td data-label="Until">
        <Time at={hold.until} />
      </td>
      <td data-label="Held" className="right nowrap">
        {money(hold.held, hold.currency)}
      </td>
      {acts && (
        <td className="right nowrap">
          <span className="wallet-acts">
            <button type="button" className="as-link" disabled={busy} onClick={() => take.mutate(undefined)}>
              Take it
            </button>
            <button type="button" className="as-link" disabled={busy} onClick={() => free.mutate(undefined)}>
              Release
            </button>
          </span>
        </td>
      )}
    </tr>
  );
}
