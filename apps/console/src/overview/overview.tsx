import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { getOverview, type Overview } from '../api/overview.ts';
import { shownStatuses } from '../api/sims.ts';
import { useMe } from '../app/session.ts';
import { addBytes, bytes, bytesInColumn, share } from '../format/bytes.ts';
import { money } from '../format/money.ts';
import { day, fullTime, hour, shortDay } from '../format/time.ts';
import { number, statusMeaning, statusTone } from '../format/words.ts';
import { Chart } from '../ui/chart.tsx';
import { EventFeed } from '../ui/events.tsx';
import { Body, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Live } from '../ui/time.tsx';
import { Guide } from './guide.tsx';
import './overview.css';

export function OverviewPage() {
  const me = useMe();
  const query = useQuery({ queryKey: ['overview'], queryFn: getOverview });
  return (
    <>
      <PageHead title="Overview" note={<Live updatedAt={query.dataUpdatedAt} />} />
      <Body>
        {query.data ? (
          <>
            <Guide sims={query.data.sims.total} me={me} />
            <Everything overview={query.data} />
          </>
        ) : (
          <Pending query={query} lines={10} />
        )}
      </Body>
    </>
  );
}

function Everything({ overview }: { overview: Overview }) {
  const me = useMe();
  const { currency, period } = overview;
  const todayBytes = addBytes(overview.today.bytesUp, overview.today.bytesDown);
  return (
    <div className="overview">
      <dl className="figures">
        <Figure
          name="SIMs"
          value={number(overview.sims.total)}
          note={`${number(serving(overview))} active`}
          to="/sims"
        />
        <Figure
          name="Online now"
          value={number(overview.online)}
          note={
            overview.sims.total > 0
              ? `${Math.round((overview.online / overview.sims.total) * 100)}% of all SIMs`
              : 'no SIMs yet'
          }
          to="/sessions"
        />
        <Figure
          name="Data today"
          value={bytes(todayBytes)}
          note={`${bytes(overview.today.bytesUp)} up · ${bytes(overview.today.bytesDown)} down`}
        />
        <Figure
          // What the organization earns is what a company pays.
          name={`${me.actor.companyId === null ? 'Revenue' : 'Charged'} ${monthOf(period.from)}`}
          value={money(period.total, currency)}
          note={`${money(period.fees, currency)} fees · ${money(period.usage, currency)} usage${/[1-9]/.test(period.adjusted) ? ` · ${money(period.adjusted, currency)} corrected` : ''}`}
          title={`${fullTime(period.from)} to ${fullTime(period.to)}`}
        />
      </dl>
      <Attention items={overview.attention} />
      <div className="o-left">
        <Panel>
          <UsageBars
            heading="Data, 30 days"
            points={overview.last30Days}
            unit="day"
            timeZone={overview.timeZone}
            height={200}
          />
        </Panel>
        <Panel>
          <UsageBars
            heading="Data, 24 hours"
            points={overview.last24Hours}
            unit="hour"
            timeZone={overview.timeZone}
            height={160}
          />
        </Panel>
        <Panel
          title="Recent events"
          aside={
            <Link to="/developers/events" className="link">
              All events
            </Link>
          }
          flush
        >
          <EventFeed events={overview.recentEvents} most={12} />
        </Panel>
      </div>
      <div className="o-right">
        <Panel
          title="SIMs by status"
          aside={
            <Link to="/sims" className="link">
              All SIMs
            </Link>
          }
        >
          <Statuses overview={overview} />
        </Panel>
        <Panel title="Data by country" aside="30 days">
          <Countries overview={overview} />
        </Panel>
      </div>
    </div>
  );
}

function serving({ sims }: Overview): number {
  return sims.byStatus.find(({ status }) => status === 'Active')?.sims ?? 0;
}

function monthOf(from: string): string {
  return `since ${shortDay(from)}`;
}

function Figure({
  name,
  value,
  note,
  to,
  title,
}: {
  name: string;
  value: string;
  note: string;
  to?: string;
  title?: string;
}) {
  return (
    <div className="figure" title={title}>
      <dt>{name}</dt>
      <dd className="figure-value">
        {to ? (
          <Link to={to as '/'} className="plain">
            {value}
          </Link>
        ) : (
          value
        )}
      </dd>
      <dd className="figure-note">{note}</dd>
    </div>
  );
}

function Attention({ items }: { items: Overview['attention'] }) {
  const open = items.filter((item) => item.count > 0);
  if (open.length === 0) return null;
  return (
    <section className="attention o-all">
      <h2>Needs attention</h2>
      <ul>
        {open.map((item) => (
          <li key={item.kind + item.title}>
            <Link to={ours(item.link) as '/'} className="attention-link">
              {item.title}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A link that the server gave leads into the console or nowhere. */
function ours(link: string): string {
  return /^\/(?![/\\])/.test(link) ? link : '/';
}

function Statuses({ overview }: { overview: Overview }) {
  const { total, byStatus } = overview.sims;
  const rows = shownStatuses
    .map((status) => ({ status, sims: byStatus.find((entry) => entry.status === status)?.sims ?? 0 }))
    .filter(({ sims }) => sims > 0);
  if (total === 0) return <p className="dim">No SIMs yet.</p>;
  return (
    <>
      <div className="stack" role="img" aria-label={rows.map(({ status, sims }) => `${sims} ${status}`).join(', ')}>
        {rows.map(({ status, sims }) => (
          <span key={status} className={`stack-${statusTone[status]}`} style={{ flexGrow: sims }} />
        ))}
      </div>
      <ul className="statuses">
        {rows.map(({ status, sims }) => (
          <li key={status}>
            <Link to="/sims" search={{ status }} className="status-row" title={statusMeaning[status]}>
              <span className={`status-mark stack-${statusTone[status]}`} aria-hidden />
              <span>{status}</span>
              <span className="right">{number(sims)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

function Countries({ overview }: { overview: Overview }) {
  const { byCountry } = overview;
  const most = byCountry[0]?.bytes ?? '0';
  if (byCountry.length === 0) return <p className="dim">No data in the last 30 days.</p>;
  return (
    <table className="countries">
      <caption className="visually-hidden">Data by country in the last 30 days</caption>
      <tbody>
        {byCountry.map((row) => (
          <tr key={row.name}>
            <th scope="row" className="cut">
              {row.name}
            </th>
            <td className="countries-bar">
              <span style={{ width: `${Math.max(1, share(row.bytes, most) * 100)}%` }} />
            </td>
            <td className="right nowrap">{bytesInColumn(row.bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function UsageBars({
  heading,
  points,
  unit,
  timeZone,
  height,
}: {
  heading: string;
  points: { startsAt: string; bytes: string }[];
  unit: 'hour' | 'day';
  timeZone: string;
  height: number;
}) {
  const times = useMemo(() => points.map((point) => new Date(point.startsAt).getTime() / 1000), [points]);
  const series = useMemo(
    () => [{ label: 'Data', kind: 'bars' as const, values: points.map((point) => Number(point.bytes)) }],
    [points],
  );
  const total = points.reduce((sum, point) => sum + BigInt(point.bytes), 0n);
  const label = (seconds: number) =>
    unit === 'day'
      ? day(new Date(seconds * 1000).toISOString())
      : `${shortDay(seconds * 1000)}, ${hour(seconds * 1000)}`;
  return (
    <Chart
      title={heading}
      heading={heading}
      times={times}
      series={series}
      height={height}
      timeZone={timeZone}
      unit={unit}
      format={(value) => bytes(BigInt(Math.round(value)))}
      timeLabel={label}
      caption={
        <>
          {bytes(total)}
          <span className="hide-phone">, {timeZone}</span>
        </>
      }
      table={{
        head: [unit === 'day' ? 'Day' : 'Hour', 'Data', 'Bytes'],
        rows: points.map((point, i) => [label(times[i] ?? 0), bytes(point.bytes), point.bytes]),
      }}
    />
  );
}
