import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type DueFee, listDueFees, type Wallet, waiveDueFee } from '../api/wallets.ts';
import { money } from '../format/money.ts';
import { count, iccidGroups } from '../format/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { ExplainButton } from '../ui/explain/button.tsx';
import { Dialog } from '../ui/form.tsx';
import { Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { useMoves } from './moves.ts';
import { ReasonInput } from './reason.tsx';

const shown = 100;
const kindWords = { recurring: 'Recurring fee', activation: 'Activation fee' } as const;

/** What the wallet could not pay, in the order in which it will. Not there when nothing is due. */
export function DueFeesPanel({ wallet }: { wallet: Wallet }) {
  const { moves } = useMoves();
  const [waived, setWaived] = useState<DueFee | null>(null);
  const query = useQuery({
    queryKey: ['wallet', wallet.id, 'due fees'],
    queryFn: () => listDueFees(wallet.id, { limit: shown }),
  });
  if (!query.data) {
    return query.error ? (
      <Panel title="Due fees">
        <Pending query={query} />
      </Panel>
    ) : null;
  }
  const { items, total } = query.data;
  if (total.fees === 0) return null;
  return (
    <Panel
      title={`${count(total.fees, 'due fee')}, ${money(total.amount, total.currency)}`}
      aside={<span className="dim">The next money pays them, oldest first</span>}
    >
      <div className="table-wrap">
        <table className="plain-table stacked">
          <thead>
            <tr>
              <th scope="col">Due since</th>
              <th scope="col">SIM, which is blocked</th>
              <th scope="col">Fee</th>
              <th scope="col" className="right">
                Amount
              </th>
              {moves && <th scope="col" aria-label="Actions" />}
            </tr>
          </thead>
          <tbody>
            {items.map((fee) => (
              <tr key={fee.id}>
                <td data-label="Due since">
                  <Time at={fee.at} />
                </td>
                <td data-label="SIM">
                  <Link to="/sims/$id" params={{ id: fee.sim.id }} className="plain mono">
                    {iccidGroups(fee.sim.iccid)}
                  </Link>
                </td>
                <td data-label="Fee">{kindWords[fee.kind]}</td>
                <td data-label="Amount" className="right nowrap">
                  <span>
                    {money(fee.amount, fee.currency)}
                    <ExplainButton id={fee.id} what={`the fee of ${fee.amount}`} />
                  </span>
                </td>
                {moves && (
                  <td className="right">
                    <button type="button" className="as-link" onClick={() => setWaived(fee)}>
                      Waive
                    </button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {total.fees > items.length && <p className="dim">These are the {count(items.length, 'oldest', 'oldest')}.</p>}
      {waived && <Waive wallet={wallet} fee={waived} onClose={() => setWaived(null)} />}
    </Panel>
  );
}

function Waive({ wallet, fee, onClose }: { wallet: Wallet; fee: DueFee; onClose: () => void }) {
  const waive = useAction((reason: string) => waiveDueFee(wallet.id, fee.id, reason), {
    changes: ['wallet', 'wallets', 'sim', 'sims'],
    done: 'The fee is waived.',
    onDone: onClose,
    quiet: true,
  });
  const { values, text } = useForm({ reason: '' }, waive.error);
  const reason = values.reason.trim();
  return (
    <Dialog
      title="Waive this fee"
      submit={`Waive ${money(fee.amount, fee.currency)}`}
      danger
      busy={waive.isPending}
      error={waive.error}
      onSubmit={() => waive.mutate(reason)}
      onClose={onClose}
      disabled={reason === ''}
    >
      <p>
        The {kindWords[fee.kind].toLowerCase()} of SIM <span className="mono">{fee.sim.iccid}</span> is charged to
        nobody, for good. The SIM is free again when nothing else of it is due.
      </p>
      <ReasonInput {...text('reason')} />
    </Dialog>
  );
}
