import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getBurnDown, type Pool, type BurnDown as Series } from '../api/pools.ts';
import { bytes } from '../format/bytes.ts';
import { day, hour, shortDay } from '../format/time.ts';
import { Chart } from '../ui/chart.tsx';
import { Pending } from '../ui/state.tsx';

/** What was left of the balance day by day, and what will be at the pace of the last days. */
export function BurnDown({ pool, month }: { pool: Pool; month?: string | undefined }) {
  const query = useQuery({
    queryKey: ['pool', pool.id, 'burn-down', month ?? 'now'],
    queryFn: () => getBurnDown(pool.id, month),
  });
  return query.data ? <Drawn series={query.data} /> : <Pending query={query} lines={6} />;
}

function Drawn({ series }: { series: Series }) {
  const { times, lines, table } = useMemo(() => drawn(series), [series]);
  return (
    <Chart
      heading="Data left"
      title="Data left in this month"
      times={times}
      series={lines}
      height={240}
      timeZone={series.timeZone}
      unit="day"
      format={(value) => bytes(BigInt(Math.round(value)))}
      timeLabel={(seconds) => `${shortDay(seconds * 1000)}, ${hour(seconds * 1000)}`}
      caption={series.timeZone}
      table={table}
    />
  );
}

function drawn({ points }: Series) {
  const read = (value: string | null) => (value === null ? null : Number(value));
  const lines = [
    { label: 'Left', kind: 'area' as const, values: points.map((point) => read(point.leftBytes)) },
    { label: 'Busy days', kind: 'edge' as const, values: points.map((point) => read(point.fastLeftBytes)) },
    { label: 'Quiet days', kind: 'edge' as const, values: points.map((point) => read(point.slowLeftBytes)) },
    { label: 'Forecast', kind: 'forecast' as const, values: points.map((point) => read(point.forecastLeftBytes)) },
  ];
  const text = (value: string | null) => (value === null ? '' : bytes(value));
  return {
    times: points.map(({ at }) => new Date(at).getTime() / 1000),
    lines: points.some((point) => point.forecastLeftBytes !== null) ? lines : lines.slice(0, 1),
    table: {
      head: ['Until', 'Used', 'Left', 'Forecast'],
      rows: points.map(({ at, usedBytes, leftBytes, forecastLeftBytes }) => [
        `${day(at)}, ${hour(at)}`,
        text(usedBytes),
        text(leftBytes),
        leftBytes === null ? text(forecastLeftBytes) : '',
      ]),
    },
  };
}
