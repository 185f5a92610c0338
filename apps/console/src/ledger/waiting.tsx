import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listAdjustments, type Wallet } from '../api/wallets.ts';
import { useMe } from '../app/session.ts';
import { money } from '../format/money.ts';
import { Panel } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { Decide } from './decide.tsx';
import { adjustmentWords } from './words.ts';

/** What waits of one wallet. Not there when nothing does. */
export function WaitingPanel({ wallet }: { wallet: Wallet }) {
  const ours = useMe().actor.companyId === null;
  const [open, setOpen] = useState<string | null>(null);
  const { data } = useQuery({
    queryKey: ['wallet adjustments', 'of', wallet.id],
    queryFn: () => listAdjustments({ state: 'pending', wallet: wallet.id, limit: 20 }),
    enabled: ours,
  });
  const items = data?.items ?? [];
  if (items.length === 0 && !open) return null;
  return (
    <Panel title="Waits for somebody to agree">
      <div className="table-wrap">
        <table className="plain-table stacked">
          <tbody>
            {items.map((one) => (
              <tr key={one.id}>
                <td data-label="What">
                  <span className="two">
                    <span>
                      {adjustmentWords[one.kind]} {money(one.amount, one.currency)}
                    </span>
                    <span className="sub wallet-text">
                      {one.reason} · {one.askedBy}
                    </span>
                  </span>
                </td>
                <td>
                  {one.until && (
                    <>
                      until <Time at={one.until} />
                    </>
                  )}
                </td>
                <td className="right">
                  <button type="button" className="as-link" onClick={() => setOpen(one.id)}>
                    {one.own ? 'Look' : 'Decide'}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {open && <Decide id={open} onClose={() => setOpen(null)} />}
    </Panel>
  );
}
