import { useQuery } from '@tanstack/react-query';
import { type Check, getPlatform, type Platform, type Sample } from '../api/platform.ts';
import { useMay } from '../app/session.ts';
import { number } from '../format/words.ts';
import { Body, PageHead, Panel } from '../ui/page.tsx';
import { Empty, Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Since, Spark } from './parts.tsx';
import './platform.css';
import { Loops, Nases, Processes } from './processes.tsx';
import { Errors, Organizations, Runs, StorageFacts, Tables } from './storage.tsx';
import { checkName, checkTone, checkWords, span, upTo } from './words.ts';

const everyMs = 2_000;

/** The instance itself, for whoever runs it. It asks again every two seconds: what it shows has no events. */
export function PlatformPage() {
  const may = useMay();
  const allowed = may('platform.instance.view');
  const query = useQuery({
    queryKey: ['platform'],
    queryFn: getPlatform,
    refetchInterval: everyMs,
    enabled: allowed,
  });
  if (!allowed) {
    return (
      <>
        <PageHead title="Platform" />
        <Body narrow>
          <Empty title="Not for this account">
            The platform is looked after by its admins. Whoever installed this instance can make you one.
          </Empty>
        </Body>
      </>
    );
  }
  const { data } = query;
  return (
    <>
      <PageHead
        title="Platform"
        note={
          data && (
            <>
              Version {data.version} · asked <Since at={new Date(query.dataUpdatedAt).toISOString()} />
            </>
          )
        }
      />
      <Body>{data ? <Everything platform={data} /> : <Pending query={query} lines={10} />}</Body>
    </>
  );
}

function Everything({ platform }: { platform: Platform }) {
  return (
    <div className="platform">
      <Sparks platform={platform} />
      <div className="platform-two">
        <Health checks={platform.checks} ready={platform.ready} />
        <div className="platform">
          <Waiting backlog={platform.backlog} />
          <StorageFacts />
        </div>
      </div>
      <Processes processes={platform.processes} />
      <Nases processes={platform.processes} />
      <Loops processes={platform.processes} />
      <Runs platform={platform} />
      <Organizations />
      <Tables />
      <Errors processes={platform.processes} />
    </div>
  );
}

/** The samples of all processes, added up by their ten seconds. */
function together(platform: Platform): Sample[] {
  const slots = new Map<number, Sample>();
  for (const process of platform.processes) {
    for (const sample of process.samples) {
      const slot = Math.floor(new Date(sample.at).getTime() / 10_000);
      const known = slots.get(slot);
      if (!known) slots.set(slot, { ...sample });
      else {
        known.waiting += sample.waiting;
        known.charged += sample.charged;
        known.packets += sample.packets;
        known.lagMs = Math.max(known.lagMs, sample.lagMs);
        known.stored = Math.max(known.stored, sample.stored);
        known.unplacedEvents = Math.max(known.unplacedEvents, sample.unplacedEvents);
      }
    }
  }
  return [...slots].sort(([a], [b]) => a - b).map(([, sample]) => sample);
}

const shownSamples = 90;

function Sparks({ platform }: { platform: Platform }) {
  const samples = together(platform).slice(-shownSamples);
  const last = samples.at(-1);
  const series = (of: (sample: Sample) => number) => [
    ...Array.from({ length: shownSamples - samples.length }, () => 0),
    ...samples.map(of),
  ];
  const perSecond = (count: number) => (count < 100 ? (count / 10).toFixed(1) : number(Math.round(count / 10)));
  const most = (of: (sample: Sample) => number) => Math.max(0, ...samples.map(of));
  return (
    <section className="sparks" aria-label="The last 15 minutes">
      <Spark
        name="RADIUS packets"
        value={`${perSecond(last?.packets ?? 0)} /s`}
        note={`most ${perSecond(most((s) => s.packets))} /s in 15 min`}
        values={series((s) => s.packets)}
      />
      <Spark
        name="Records charged"
        value={`${perSecond(last?.charged ?? 0)} /s`}
        note={`most ${perSecond(most((s) => s.charged))} /s in 15 min`}
        values={series((s) => s.charged)}
      />
      <Spark
        name="Charging lag"
        value={span(last?.lagMs ?? 0)}
        note={`worst ${span(most((s) => s.lagMs))} in 15 min`}
        values={series((s) => s.lagMs)}
      />
      <Spark
        name="Usage that waits"
        value={number((last?.waiting ?? 0) + (last?.stored ?? 0))}
        note={`most ${number(most((s) => s.waiting + s.stored))} in 15 min`}
        values={series((s) => s.waiting + s.stored)}
        tone="amber"
      />
    </section>
  );
}

const rank = { failing: 0, degraded: 1, ok: 2 };

function Health({ checks, ready }: { checks: Check[]; ready: boolean }) {
  const sorted = checks.toSorted((a, b) => rank[a.state] - rank[b.state]);
  const fine = sorted.every((check) => check.state === 'ok');
  return (
    <Panel
      title="Health"
      aside={
        <Badge tone={ready ? (fine ? 'green' : 'amber') : 'red'}>
          {ready ? (fine ? 'Ready' : 'Ready, with something to look at') : 'Not ready'}
        </Badge>
      }
    >
      <ul className="checks">
        {sorted.map((check) => (
          <li key={check.name} className="check">
            <Badge tone={checkTone[check.state]}>{checkWords[check.state]}</Badge>
            <span className="check-name" title={check.needed ? 'Without it this process is not ready' : undefined}>
              {checkName(check.name)}
            </span>
            <span className="check-reason">{check.reason}</span>
            <span className="dim check-since">
              for <Since at={check.since} suffix="" />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Waiting({ backlog }: { backlog: Platform['backlog'] }) {
  const rows: [string, string, string][] = [
    ['Stored, for its writer', backlog.arrivals, 'Acknowledged usage that the holder of its shard takes next'],
    ['To be tried again', backlog.waiting, 'Usage of the inbox that is due another try'],
    ['Unrated', backlog.unrated, 'Usage that waits for a person: see Unrated usage in its organization'],
    ['Quarantined', backlog.quarantined, 'Usage that cannot be: see Unrated usage in its organization'],
    ['Events without a place', backlog.unplacedEvents, 'The relay gives each its number'],
    ['Events without reactions', backlog.unreactedEvents, 'The relay runs them in order'],
    ['Missed reactions', backlog.missedReactions, 'They failed: see Missed reactions in their organization'],
  ];
  return (
    <Panel title="What waits" aside="in all organizations">
      <dl className="waits">
        {rows.map(([name, count, hint]) => (
          <div key={name} className="wait" title={hint}>
            <dt>{name}</dt>
            <dd className={count === '0' ? 'dim' : ''}>{upTo(count)}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
