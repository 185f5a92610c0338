import type { ReactNode } from 'react';
import { fullTime } from '../format/time.ts';
import { useSecond } from '../ui/time.tsx';
import { span } from './words.ts';

/** How long ago in real time: a sandbox that was moved does not move its platform. */
export function Since({ at, suffix = ' ago' }: { at: string | null; suffix?: string }) {
  useSecond();
  if (at === null) return <span className="dim">never</span>;
  const ms = Math.max(0, Date.now() - new Date(at).getTime());
  return (
    <time dateTime={at} title={fullTime(at)} className="nowrap">
      {ms < 1_500 ? 'now' : `${span(ms)}${suffix}`}
    </time>
  );
}

/** A quarter of an hour as bars, with its latest value in words: enough to see that something changed, and when. */
export function Spark({
  name,
  value,
  note,
  values,
  tone,
}: {
  name: string;
  value: string;
  note: string;
  values: number[];
  tone?: 'amber';
}) {
  const most = Math.max(1, ...values);
  return (
    <figure className="spark" aria-label={`${name}: ${value}`}>
      <figcaption>
        <span className="spark-name">{name}</span>
        <strong className="spark-value">{value}</strong>
      </figcaption>
      <div className="spark-bars" aria-hidden>
        {values.map((height, i) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a place in time has no other name.
            key={i}
            className={tone && height > 0 ? `spark-${tone}` : undefined}
            style={{ height: `${height === 0 ? 2 : Math.max(6, (height / most) * 100)}%` }}
          />
        ))}
      </div>
      <div className="spark-note">{note}</div>
    </figure>
  );
}

/** A table that becomes a list of cards on a phone; cells name themselves by `data-label`. */
export function Table({ head, children }: { head: { label: string; right?: boolean }[]; children: ReactNode }) {
  return (
    <div className="table-wrap">
      <table className="plain-table stacked">
        <thead>
          <tr>
            {head.map(({ label, right }) => (
              <th key={label} scope="col" className={right ? 'right' : ''}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
