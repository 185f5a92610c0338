import type { Cost, CostSum, PlanPreview, SimPreview } from '../api/assignments.ts';
import { bytes } from '../format/bytes.ts';
import { addAmounts, exactMoney, money } from '../format/money.ts';
import { count } from '../format/words.ts';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { costWords, effectWords } from './words.ts';

const isZero = (amount: string) => !/[1-9]/.test(amount);

/** What would become of many lines: how many of each, what it costs, and who would be left out. */
export function ManyPreview({ preview }: { preview: PlanPreview }) {
  const { effects, refusals, costs, matching, looked } = preview;
  const later = preview.sims.flatMap(({ effect, from }) => (effect === 'waits' && from ? from : [])).sort();
  return (
    <div className="plan-preview" role="status">
      <ul className="preview">
        {effects.map(({ effect, sims }) => (
          <li key={effect}>
            <strong>{count(sims, 'SIM')}</strong> {sims === 1 ? effectWords[effect].one : effectWords[effect].many}
            {effect === 'waits' && <Between dates={later} />}
          </li>
        ))}
        {refusals.map(({ code, message, sims }) => (
          <li key={code} className="warn">
            <strong>{count(sims, 'SIM')}</strong> left out: {message}
          </li>
        ))}
        {effects.length === 0 && refusals.length === 0 && <li className="dim">No SIM matches.</li>}
        <CostSums costs={costs} />
        {looked < matching && (
          <li className="dim">
            These are the first {count(looked, 'SIM')} of {count(matching, 'SIM')}: the operation looks at all of them
            before anything is done.
          </li>
        )}
      </ul>
      {preview.sims.length > 0 && <PreviewTable sims={preview.sims} />}
    </div>
  );
}

function Between({ dates }: { dates: string[] }) {
  const [first] = dates;
  const last = dates.at(-1);
  if (!first || !last) return null;
  if (first === last)
    return (
      <>
        , on <Time at={first} />
      </>
    );
  return (
    <>
      , from <Time at={first} /> to <Time at={last} />
    </>
  );
}

/** What is charged and given back at once, and what comes with the next periods. */
export function CostSums({ costs }: { costs: readonly CostSum[] }) {
  return costs.map(({ currency, due, returned, later }) => (
    <li key={currency}>
      {isZero(due) && isZero(returned) && isZero(later) ? (
        <span className="dim">Nothing is charged.</span>
      ) : (
        <>
          {!isZero(due) && (
            <>
              <strong title={exactMoney(due, currency)}>{money(due, currency)}</strong> charged at once.{' '}
            </>
          )}
          {!isZero(returned) && (
            <>
              <strong title={exactMoney(returned, currency)}>{money(returned, currency)}</strong> given back.{' '}
            </>
          )}
          {!isZero(later) && (
            <>
              <strong title={exactMoney(later, currency)}>{money(later, currency)}</strong> when the periods end.
            </>
          )}
        </>
      )}
    </li>
  ));
}

const mostShown = 200;

function PreviewTable({ sims }: { sims: SimPreview[] }) {
  // What needs a look first.
  const shown = [...sims].sort((a, b) => Number(a.code === null) - Number(b.code === null)).slice(0, mostShown);
  return (
    <details className="preview-lines">
      <summary>Each SIM</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1). */}
      <div className="outcome" tabIndex={0}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">SIM</th>
              <th scope="col">What happens</th>
              <th scope="col" className="right">
                Costs
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((line) => (
              <tr key={line.name}>
                <td className="mono">{line.iccid ?? line.name}</td>
                <td>
                  {line.effect ? (
                    <Badge tone={effectWords[line.effect].tone}>{effectWords[line.effect].badge}</Badge>
                  ) : (
                    <span className="warn">{line.message}</span>
                  )}
                </td>
                <td className="right nowrap">{line.costs.length > 0 && <Sum costs={line.costs} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sims.length > mostShown && <p className="dim">And {count(sims.length - mostShown, 'more', 'more')}.</p>}
    </details>
  );
}

/** Costs of one line are in one currency, save where the plan before it was in another. */
function Sum({ costs }: { costs: readonly Cost[] }) {
  const sums = Map.groupBy(costs, (cost) => cost.currency);
  return [...sums].map(([currency, of]) => {
    const sum = addAmounts(of.map(({ amount }) => amount));
    return (
      <span key={currency} title={exactMoney(sum, currency)}>
        {money(sum, currency)}
      </span>
    );
  });
}

/** What would become of one line, in sentences and money. */
export function OnePreview({ line, plan }: { line: SimPreview; plan: string | null }) {
  if (line.code !== null) return <p className="notice notice-red">{line.message}</p>;
  if (line.effect === 'same') {
    return <p className="notice notice-amber">{plan ? 'The SIM is on this plan already.' : 'The SIM has no plan.'}</p>;
  }
  return (
    <div className="plan-preview" role="status">
      <p>{whatHappens(line, plan)}</p>
      {line.costs.length > 0 ? (
        <table className="plain-table cost">
          <tbody>
            {line.costs.map((cost) => (
              <tr key={`${cost.kind} ${cost.at} ${cost.amount}`}>
                <td>{costWords(cost)}</td>
                <td className="right nowrap" title={exactMoney(cost.amount, cost.currency)}>
                  {money(cost.amount, cost.currency)}
                </td>
              </tr>
            ))}
          </tbody>
          {line.costs.length > 1 && (
            <tfoot>
              <tr>
                <td className="strong">{line.effect === 'waits' ? 'Then' : 'At once'}</td>
                <td className="right nowrap strong">
                  <Sum costs={line.costs} />
                </td>
              </tr>
            </tfoot>
          )}
        </table>
      ) : (
        <p className="dim">Nothing is charged by it, and nothing given back.</p>
      )}
      {line.lapsesBytes !== '0' && (
        <p className="notice notice-amber">
          {bytes(line.lapsesBytes)} that were bought are left, and are lost by this.
        </p>
      )}
    </div>
  );
}

function whatHappens({ effect, from, allowanceBytes }: SimPreview, plan: string | null) {
  const data =
    allowanceBytes !== null && allowanceBytes !== '0' ? ` with ${bytes(allowanceBytes)} for the first period` : '';
  switch (effect) {
    case 'active':
      return `The SIM becomes active at once${data}.`;
    case 'ready':
      return 'The SIM waits for its first usage.';
    case 'ends_now':
      return 'The plan ends now, and the SIM is suspended.';
    case 'waits':
      return (
        <>
          {plan ? `${plan} begins` : 'The plan ends, and the SIM is suspended,'} when the running period ends,{' '}
          {from && <Time at={from} />}
          {data}. Until then everything stays.
        </>
      );
    default:
      return `${plan} begins now${data}. The running period is cut.`;
  }
}
