import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getUsage, type Sim, type UsageSeries } from '../api/sims.ts';
import { useMay } from '../app/session.ts';
import { bytes } from '../format/bytes.ts';
import { addAmounts, exactMoney, money } from '../format/money.ts';
import { organizationNow } from '../format/organization.ts';
import { starts } from '../format/series.ts';
import { day, hour, shortDay } from '../format/time.ts';
import { duration, messages } from '../format/usage.ts';
import { Chart } from '../ui/chart.tsx';
import { useAddress } from '../ui/list/state.ts';
import { Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';

const views = [
  { value: 'day', label: 'By day' },
  { value: 'hour', label: 'By hour' },
  { value: 'total', label: 'This period' },
];
const dayMs = 86_400_000;

/** Usage by day or hour, or as it adds up towards the limit in this period. */
export function UsagePanel({ sim }: { sim: Sim }) {
  const may = useMay();
  const [{ usage = 'day' }, change] = useAddress();
  const view = usage === 'hour' || usage === 'total' ? usage : 'day';
  const { unit, from } = rangeOf(view, sim);
  const query = useQuery({
    queryKey: ['sim', sim.id, 'usage', view, Math.floor(from / dayMs)],
    queryFn: () => getUsage(sim.id, { unit, from: new Date(from).toISOString() }),
  });
  if (!may('usage.record.view')) return null;
  return (
    <Panel>
      {query.data ? (
        <Usage
          series={query.data}
          from={from}
          running={view === 'total'}
          limit={view === 'total' ? sim.limitBytes : null}
          controls={
            <SegmentedControl
              size="xs"
              aria-label="Usage"
              value={view}
              onChange={(value) => change({ usage: value === 'day' ? null : value })}
              data={views}
            />
          }
        />
      ) : (
        <Pending query={query} />
      )}
    </Panel>
  );
}

function rangeOf(view: string, sim: Sim): { unit: 'hour' | 'day'; from: number } {
  const now = organizationNow();
  if (view === 'hour') return { unit: 'hour', from: Math.floor((now - 2 * dayMs) / 3_600_000) * 3_600_000 };
  if (view === 'total' && sim.period) {
    const from = new Date(sim.period.startsAt).getTime();
    return { unit: now - from < 40 * dayMs ? 'hour' : 'day', from };
  }
  return { unit: 'day', from: Math.floor((now - 29 * dayMs) / dayMs) * dayMs };
}

function Usage({
  series,
  from,
  running,
  limit,
  controls,
}: {
  series: UsageSeries;
  from: number;
  running: boolean;
  limit: string | null;
  controls: React.ReactNode;
}) {
  const { unit, timeZone, currency } = series;
  const { times, lines, table } = useMemo(() => drawn(series, from, running, limit), [series, from, running, limit]);
  const label = (seconds: number) =>
    unit === 'day'
      ? day(new Date(seconds * 1000).toISOString())
      : `${shortDay(seconds * 1000)}, ${hour(seconds * 1000)}`;
  return (
    <Chart
      heading="Usage"
      title={running ? 'Usage in this period' : `Usage by ${unit}`}
      times={times}
      series={lines}
      height={220}
      timeZone={timeZone}
      unit={unit}
      format={(value) => bytes(BigInt(Math.round(value)))}
      timeLabel={label}
      controls={controls}
      caption={
        <>
          {bytes(series.totalBytes)}
          {series.totalMessages !== '0' && <>, {messages(series.totalMessages)}</>}
          {series.totalSeconds !== '0' && <>, {duration(series.totalSeconds)} of calls</>},{' '}
          <span title={exactMoney(series.totalCharge, currency)}>{money(series.totalCharge, currency)}</span>
          <span className="hide-narrow">, {timeZone}</span>
        </>
      }
      table={table(label)}
    />
  );
}

function drawn(series: UsageSeries, from: number, running: boolean, limit: string | null) {
  const { unit, timeZone, points, currency } = series;
  const sums = new Map<number, { up: bigint; down: bigint; messages: bigint; seconds: bigint; charges: string[] }>();
  for (const point of points) {
    const at = new Date(point.startsAt).getTime();
    const sum = sums.get(at) ?? { up: 0n, down: 0n, messages: 0n, seconds: 0n, charges: [] };
    sum.up += BigInt(point.bytesUp);
    sum.down += BigInt(point.bytesDown);
    sum.messages += BigInt(point.messages);
    sum.seconds += BigInt(point.seconds);
    sum.charges.push(point.charge);
    sums.set(at, sum);
  }
  const known = [...sums.keys()];
  const first = Math.min(from, ...known);
  const all = [...new Set([...starts(unit, first, organizationNow(), timeZone), ...known])].sort((a, b) => a - b);
  let total = 0n;
  const values = all.map((at) => {
    const sum = sums.get(at);
    const used = (sum?.up ?? 0n) + (sum?.down ?? 0n);
    total += used;
    return Number(running ? total : used);
  });
  const lines = [
    { label: running ? 'Used' : 'Data', kind: running ? ('area' as const) : ('bars' as const), values },
    ...(limit === null ? [] : [{ label: 'Limit', kind: 'limit' as const, values: all.map(() => Number(limit)) }]),
  ];
  const [hasMessages, hasCalls] = [series.totalMessages !== '0', series.totalSeconds !== '0'];
  const table = (label: (seconds: number) => string) => ({
    head: [
      ...[unit === 'day' ? 'Day' : 'Hour', 'Up', 'Down'],
      ...(hasMessages ? ['Messages'] : []),
      ...(hasCalls ? ['Calls'] : []),
      `Charge (${currency})`,
    ],
    rows: all
      .filter((at) => sums.has(at))
      .map((at) => {
        const sum = sums.get(at)!;
        return [
          ...[label(at / 1000), bytes(sum.up), bytes(sum.down)],
          ...(hasMessages ? [sum.messages.toString()] : []),
          ...(hasCalls ? [duration(sum.seconds.toString())] : []),
          addAmounts(sum.charges),
        ];
      }),
  });
  return { times: all.map((at) => at / 1000), lines, table };
}
