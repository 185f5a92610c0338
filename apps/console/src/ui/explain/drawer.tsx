import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type Explanation, type ExplanationEntry, getExplanation } from '../../api/explanations.ts';
import { exactMoney } from '../../format/money.ts';
import { iccidGroups, sentence } from '../../format/words.ts';
import { Copy } from '../copy.tsx';
import { useAddress } from '../list/state.ts';
import { Pending } from '../state.tsx';
import { Badge } from '../status.tsx';
import { Time } from '../time.tsx';
import './explain.css';

/** Where an amount comes from, step by step; open while the address names what is explained. */
export default function ExplainDrawer({ id }: { id: string }) {
  const [, change] = useAddress();
  const query = useQuery({ queryKey: ['explanation', id], queryFn: () => getExplanation(id), staleTime: 0 });
  return (
    <Drawer
      opened
      onClose={() => change({ explain: null })}
      title={query.data?.title ?? 'Explanation'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {query.data ? <Derivation explanation={query.data} /> : <Pending query={query} lines={8} />}
    </Drawer>
  );
}

function Derivation({ explanation }: { explanation: Explanation }) {
  const { amount, currency, sim, pool, at, steps, entries } = explanation;
  return (
    <div className="explanation">
      <div>
        {amount !== null && currency && <div className="explanation-amount">{exactMoney(amount, currency)}</div>}
        <p className="ink2">{explanation.summary}</p>
      </div>
      <Agreement explanation={explanation} />
      <div className="explanation-about dim">
        {sim && (
          <Link to="/sims/$id" params={{ id: sim.id }} className="link mono">
            {iccidGroups(sim.iccid)}
          </Link>
        )}
        {pool && <span>Pool {pool.name}</span>}
        {at && <Time at={at} />}
        <Copy text={explanation.id} label="id">
          {explanation.id.length > 40 ? `${explanation.id.slice(0, 12)}…${explanation.id.slice(-6)}` : explanation.id}
        </Copy>
      </div>
      <ol className="explanation-steps">
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other identity, and never move.
          <li key={index} className="explanation-step">
            <p>{step.text}</p>
            <Values values={step.values} />
          </li>
        ))}
      </ol>
      {entries.length > 0 && currency && <Entries entries={entries} currency={currency} />}
    </div>
  );
}

/** Whether the engine comes to the same amount again from what is stored. */
function Agreement({ explanation: { agrees, recomputed, currency, amount } }: { explanation: Explanation }) {
  if (agrees === null || recomputed === null || currency === null) return null;
  return agrees ? (
    <div>
      <Badge tone="green">Calculated again: the same amount</Badge>
    </div>
  ) : (
    <div role="alert" className="notice notice-red">
      Calculated again from what is stored, this comes to {exactMoney(recomputed, currency)}, not{' '}
      {exactMoney(amount ?? '0', currency)}. Please report it.
    </div>
  );
}

function Values({ values }: { values: Record<string, string | null> }) {
  const shown = Object.entries(values).filter(([, value]) => value !== null);
  if (shown.length === 0) return null;
  return (
    <details className="explanation-values">
      <summary>Exact values</summary>
      <dl>
        {shown.map(([name, value]) => (
          <div key={name}>
            <dt>{sentence(name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase())}</dt>
            <dd className="mono break">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Entries({ entries, currency }: { entries: ExplanationEntry[]; currency: string }) {
  return (
    <section>
      <h3 className="explanation-head">In the ledger</h3>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Ledger account</th>
            <th scope="col" className="right">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={`${entry.transferId} ${entry.accountId}`}>
              <td>
                <span className="two">
                  <span>{sentence(entry.account)}</span>
                  <span className="sub mono break">{entry.key}</span>
                </span>
              </td>
              <td className="right nowrap">{exactMoney(entry.amount, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
