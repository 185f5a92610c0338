import { useMemo } from 'react';
import type { Candidate, Cost, WhatIf, WhatIfRequest } from '../api/what-if.ts';
import { bytes } from '../format/bytes.ts';
import { addAmounts, exactMoney, money } from '../format/money.ts';
import { day, monthName } from '../format/time.ts';
import { count, planTypeWords } from '../format/words.ts';
import { Chart } from '../ui/chart.tsx';
import { None, Panel } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';

/** What was charged, and what each candidate would have come to: as a table, and as it adds up over time. */
export function Answer({ answer, request }: { answer: WhatIf; request: WhatIfRequest }) {
  if (answer.lines === 0) {
    return (
      <Panel>
        <Empty title="No SIMs here">
          {request.company ? 'This company has no SIMs yet.' : 'There are no registered SIMs yet.'} Register some, and
          come back when they have been used.
        </Empty>
      </Panel>
    );
  }
  return (
    <>
      <Panel title={`${count(answer.lines, 'SIM')}, ${bytes(answer.bytes)}`} aside={<Span answer={answer} />}>
        <Table answer={answer} />
        <p className="dim what-if-note">
          Totals are what it costs to run. Activation fees fall due once, and stand beside them.
        </p>
      </Panel>
      <Panel>
        <Curves answer={answer} />
      </Panel>
    </>
  );
}

function Span({ answer }: { answer: WhatIf }) {
  return (
    <span>
      {day(answer.from)} to {day(answer.to)}, {answer.timeZone}
    </span>
  );
}

function Table({ answer: { charged, candidates } }: { answer: WhatIf }) {
  const most = Math.max(
    0,
    ...charged.map(({ total }) => Number(total)),
    ...candidates.map(({ total }) => Number(total)),
  );
  const cheapest = candidates
    .filter(({ lines }) => lines > 0)
    .reduce<Candidate | null>(
      (best, one) => (!best || Number(one.difference) < Number(best.difference) ? one : best),
      null,
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
    <div className="table-wrap" tabIndex={0}>
      <table className="plain-table stacked what-if-table" aria-label="Cost by plan">
        <thead>
          <tr>
            <th scope="col">Plan</th>
            {['Recurring', 'Usage', 'Overage', 'Refills', 'Total', 'Difference', 'Activation'].map((name) => (
              <th key={name} scope="col" className="right">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {charged.map((cost) => (
            <tr key={cost.currency} className="what-if-charged">
              <th scope="row">
                Was charged
                {Number(cost.adjustments) !== 0 && (
                  <span className="sub">with corrections of {money(cost.adjustments, cost.currency)}</span>
                )}
              </th>
              <Amounts cost={cost} currency={cost.currency} most={most} overage="in usage" />
              <td data-label="Difference" className="right">
                <None>–</None>
              </td>
              <Amount name="Activation" amount={cost.activation} currency={cost.currency} />
            </tr>
          ))}
          {candidates.map((one) => (
            <tr key={`${one.plan?.id} ${one.pool?.id}`}>
              <th scope="row">
                <CandidateName candidate={one} cheapest={one === cheapest && Number(one.difference) < 0} />
              </th>
              {one.lines === 0 ? (
                <td colSpan={7} className="dim">
                  No SIM could be rated.
                </td>
              ) : (
                <>
                  <Amounts cost={one} currency={one.currency} most={most} />
                  <td data-label="Difference" className="right nowrap">
                    <Difference candidate={one} />
                  </td>
                  <Amount name="Activation" amount={one.activation} currency={one.currency} />
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CandidateName({ candidate, cheapest }: { candidate: Candidate; cheapest: boolean }) {
  const { name, plan, pool, notRated, lines, charged, currency } = candidate;
  const type = plan ? planTypeWords[plan.type] : pool?.type === 'static' ? 'Static pool' : 'Dynamic pool';
  return (
    <>
      <span className="break">{name}</span>
      <span className="sub">
        {type}
        {cheapest && <strong className="what-if-cheapest"> · saves the most</strong>}
      </span>
      {notRated.map(({ reason, text, lines }) => (
        <span key={reason} className="sub what-if-more">
          {count(lines, 'SIM')} left out: {text}
        </span>
      ))}
      {notRated.length > 0 && lines > 0 && (
        <span className="sub">
          Compared with {money(charged, currency)} of the other {lines === 1 ? 'one' : lines}
        </span>
      )}
    </>
  );
}

function Amounts({ cost, currency, most, overage }: { cost: Cost; currency: string; most: number; overage?: string }) {
  return (
    <>
      <Amount name="Recurring" amount={cost.recurring} currency={currency} />
      <Amount name="Usage" amount={cost.usage} currency={currency} />
      {overage ? (
        <td data-label="Overage" className="right nowrap">
          <None>{overage}</None>
        </td>
      ) : (
        <Amount name="Overage" amount={cost.overage} currency={currency} />
      )}
      <Amount name="Refills" amount={cost.refills} currency={currency} />
      <td data-label="Total" className="right nowrap strong">
        <span title={exactMoney(cost.total, currency)}>{money(cost.total, currency)}</span>
        <span className="meter what-if-bar" aria-hidden>
          <span
            className="meter-fill"
            style={{ width: `${most > 0 ? (Math.max(0, Number(cost.total)) / most) * 100 : 0}%` }}
          />
        </span>
      </td>
    </>
  );
}

function Amount({ name, amount, currency }: { name: string; amount: string; currency: string }) {
  return (
    <td data-label={name} className="right nowrap">
      {Number(amount) === 0 ? (
        <None>–</None>
      ) : (
        <span title={exactMoney(amount, currency)}>{money(amount, currency)}</span>
      )}
    </td>
  );
}

/** Cheaper or dearer, in words as well as by its sign. */
function Difference({ candidate: { difference, currency } }: { candidate: Candidate }) {
  const value = Number(difference);
  if (value === 0) return <span className="dim">the same</span>;
  const amount = money(difference.replace(/^-/, ''), currency);
  return (
    <span className={value < 0 ? 'what-if-less' : 'what-if-more'} title={exactMoney(difference, currency)}>
      {amount} {value < 0 ? 'less' : 'more'}
    </span>
  );
}

/** What it adds up to, day by day or month by month. */
function Curves({ answer }: { answer: WhatIf }) {
  const { unit, times, timeZone, charged, candidates } = answer;
  const currency = charged[0]?.currency ?? candidates[0]?.currency ?? 'EUR';
  const label = (seconds: number) => {
    const at = new Date(seconds * 1000).toISOString();
    return unit === 'month' ? monthName(at, timeZone) : day(at);
  };
  const { lines, rows } = useMemo(() => {
    const all = [
      ...charged
        .filter((cost) => cost.currency === currency)
        .map((cost) => ({ name: 'Was charged', series: cost.series })),
      ...candidates.filter((one) => one.currency === currency && one.lines > 0),
    ].map(({ name, series }) => ({ name, sums: summed(series) }));
    return {
      lines: all.map(({ name, sums }) => ({ label: name, kind: 'line' as const, values: sums.map(Number) })),
      rows: times.map((_, i) => all.map(({ sums }) => sums[i] ?? '')),
    };
  }, [charged, candidates, currency, times]);
  const seconds = times.map((at) => new Date(at).getTime() / 1000);
  return (
    <Chart
      heading={`Cost over time, ${currency}`}
      title="Cost by plan, added up"
      times={seconds}
      series={lines}
      height={260}
      timeZone={timeZone}
      unit="day"
      format={(value) => axis.format(value)}
      timeLabel={label}
      caption={`added up ${unit === 'day' ? 'by day' : 'by month'}, ${timeZone}`}
      table={{
        head: [unit === 'day' ? 'Day' : 'Month', ...lines.map(({ label }) => `${label} (${currency})`)],
        rows: seconds.map((at, i) => [label(at), ...rows[i]!]),
      }}
    />
  );
}

/** The axis names no currency, the heading does. */
const axis = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 2 });

function summed(series: string[]): string[] {
  let sum = '0';
  return series.map((amount) => {
    sum = addAmounts([sum, amount]);
    return sum;
  });
}
