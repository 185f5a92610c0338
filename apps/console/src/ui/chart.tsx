import { ActionIcon, Tooltip } from '@mantine/core';
import { IconDownload, IconTable } from '@tabler/icons-react';
import { CatchBoundary } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { saveText, toCsv } from './csv.ts';
import { lineLook } from './line-look.ts';
import './chart.css';

const Plot = lazy(() => {
  // Under LANG=C Chromium names a language that Intl refuses (en-US@posix), and uPlot asks for it as it is loaded.
  if (navigator.language.includes('@')) Object.defineProperty(navigator, 'language', { value: 'en-US' });
  return import('./plot.tsx');
});

/**
 * `forecast` is a dashed line; two of kind `edge`, the lower one first, are the band around it. Of kind `line` there may be
 * several: each has its own colour and dashes, which a legend names.
 */
export type Series = {
  label: string;
  values: (number | null)[];
  kind: 'bars' | 'area' | 'limit' | 'forecast' | 'edge' | 'line';
};

export type ChartProps = {
  /** Names the chart, its table and its file. */
  title: string;
  /** Seconds since 1970, ascending. */
  times: number[];
  series: Series[];
  height: number;
  timeZone: string;
  unit: 'hour' | 'day';
  /** Writes a value of the axis. */
  format: (value: number) => string;
  /** What the times are called in the table. */
  timeLabel: (seconds: number) => string;
  /** The same as a table: exact values, as text. */
  table: { head: string[]; rows: string[][] };
};

/** A chart with its table behind it and its numbers as a file. Axis and table name their units. */
export function Chart(props: ChartProps & { heading: string; controls?: ReactNode; caption?: ReactNode }) {
  const [asTable, setAsTable] = useState(false);
  const { title, heading, table, height, controls, caption } = props;
  return (
    <figure className="chart" aria-label={title}>
      <div className="chart-bar">
        <h2>{heading}</h2>
        {caption && <figcaption className="chart-caption">{caption}</figcaption>}
        <span className="chart-tools">
          {controls}
          <Tooltip label={asTable ? 'Show the chart' : 'Show as a table'}>
            <ActionIcon
              size={28}
              aria-label="Show as a table"
              aria-pressed={asTable}
              onClick={() => setAsTable(!asTable)}
              variant={asTable ? 'light' : 'subtle'}
            >
              <IconTable size={16} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Save as CSV">
            <ActionIcon
              size={28}
              aria-label={`Save ${title} as CSV`}
              onClick={() =>
                saveText(`${title.toLowerCase().replaceAll(/\W+/g, '-')}.csv`, toCsv(table.head, table.rows))
              }
            >
              <IconDownload size={16} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        </span>
      </div>
      {asTable ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
        <div className="chart-table" style={{ height }} tabIndex={0}>
          <table className="plain-table">
            <thead>
              <tr>
                {table.head.map((text, i) => (
                  <th key={text} scope="col" className={i === 0 ? '' : 'right'}>
                    {text}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.toReversed().map((row) => (
                <tr key={row[0]}>
                  {row.map((text, i) => (
                    <td key={table.head[i]} className={i === 0 ? 'nowrap' : 'right'}>
                      {text}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : props.series.every(({ kind, values }) => kind === 'limit' || values.every((value) => !value)) ? (
        <p className="chart-none" style={{ height: Math.min(height, 120) }}>
          No data in this time
        </p>
      ) : (
        <CatchBoundary getResetKey={() => title} errorComponent={Undrawn}>
          <Suspense fallback={<div style={{ height }} />}>
            <Plot {...props} />
          </Suspense>
          <Legend series={props.series} />
        </CatchBoundary>
      )}
    </figure>
  );
}

function Legend({ series }: { series: Series[] }) {
  const lines = series.filter(({ kind }) => kind === 'line');
  if (lines.length === 0) return null;
  return (
    <ul className="legend">
      {lines.map(({ label }, index) => {
        const { colour, dash } = lineLook(index);
        return (
          <li key={label}>
            <svg width="22" height="8" aria-hidden>
              <line
                x1="0"
                y1="4"
                x2="22"
                y2="4"
                stroke={`var(${colour})`}
                strokeWidth="2"
                strokeDasharray={dash.join(' ')}
              />
            </svg>
            {label}
          </li>
        );
      })}
    </ul>
  );
}

function Undrawn() {
  return <p className="dim">The chart cannot be drawn here. The table has the same numbers.</p>;
}
