import { Button } from '@mantine/core';
import { askForWork, type Loop, type NasCount, type Process } from '../api/platform.ts';
import { useMay } from '../app/session.ts';
import { bytes } from '../format/bytes.ts';
import { number } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Panel } from '../ui/page.tsx';
import { Badge } from '../ui/status.tsx';
import { Since, Table } from './parts.tsx';
import { capital, dropWord, roleWords, span, stateTone, stateWords } from './words.ts';

export function Processes({ processes }: { processes: Process[] }) {
  const alive = processes.filter((p) => p.state === 'running' || p.state === 'draining');
  // Of those that are over, the few that somebody may be looking for.
  const shown = [...alive, ...processes.filter((p) => !alive.includes(p)).slice(0, 5)];
  return (
    <Panel title="Processes" aside={`${alive.length} running`}>
      <Table
        head={[
          { label: 'Process' },
          { label: 'State' },
          { label: 'Shards' },
          { label: 'Memory', right: true },
          { label: 'Event loop', right: true },
          { label: 'Database', right: true },
          { label: 'Streams', right: true },
          { label: 'Up', right: true },
          { label: 'Seen', right: true },
        ]}
      >
        {shown.map((process) => (
          <tr key={process.id} className={alive.includes(process) ? '' : 'dim'}>
            <td>
              <span className="two">
                <span className="strong">{roleWords[process.role]}</span>
                <span className="sub">
                  {process.host} · {process.pid} · {process.version}
                </span>
              </span>
            </td>
            <td data-label="State">
              <Badge tone={stateTone[process.state]}>{stateWords[process.state]}</Badge>
            </td>
            <td data-label="Shards">{process.shards.length > 0 ? process.shards.join(', ') : '–'}</td>
            <td data-label="Memory" className="right nowrap">
              {bytes(process.memoryBytes)}
            </td>
            <td data-label="Event loop" className="right nowrap" title="99th percentile of its delay, in 10 seconds">
              {span(process.eventLoopMs)}
            </td>
            <td data-label="Database" className="right nowrap" title="Connections, and who waits for one">
              {process.poolSize}
              {process.poolWaiting > 0 && ` (${process.poolWaiting} wait)`}
            </td>
            <td data-label="Streams" className="right">
              {process.streams}
            </td>
            <td data-label="Up" className="right">
              {span(new Date(process.seenAt).getTime() - new Date(process.startedAt).getTime())}
            </td>
            <td data-label="Seen" className="right">
              <Since at={process.seenAt} />
            </td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

/** One NAS may speak to several processes. */
function nasesOf(processes: Process[]): NasCount[] {
  const byName = new Map<string, NasCount>();
  for (const nas of processes.flatMap((process) => process.nases)) {
    const known = byName.get(nas.name);
    if (!known) {
      byName.set(nas.name, { ...nas, dropped: { ...nas.dropped } });
      continue;
    }
    for (const field of ['accepted', 'rejected', 'repeated', 'failed'] as const) known[field] += nas[field];
    for (const [cause, count] of Object.entries(nas.dropped))
      known.dropped[cause] = (known.dropped[cause] ?? 0) + count;
    if (nas.lastSeenAt > known.lastSeenAt) known.lastSeenAt = nas.lastSeenAt;
  }
  return [...byName.values()].sort((a, b) => b.accepted - a.accepted);
}

export function Nases({ processes }: { processes: Process[] }) {
  const nases = nasesOf(processes.filter((p) => p.state === 'running' || p.state === 'draining'));
  return (
    <Panel title="RADIUS by network access server" aside="since its process started">
      {nases.length === 0 ? (
        <p className="dim">No packet has come yet.</p>
      ) : (
        <Table
          head={[
            { label: 'NAS' },
            { label: 'Accepted', right: true },
            { label: 'Rejected', right: true },
            { label: 'Repeated', right: true },
            { label: 'Not answered', right: true },
            { label: 'Dropped', right: true },
            { label: 'Last packet', right: true },
          ]}
        >
          {nases.map((nas) => (
            <tr key={nas.name}>
              <td className="strong">{nas.name}</td>
              <td data-label="Accepted" className="right">
                {number(nas.accepted)}
              </td>
              <td data-label="Rejected" className="right">
                {number(nas.rejected)}
              </td>
              <td data-label="Repeated" className="right">
                {number(nas.repeated)}
              </td>
              <td data-label="Not answered" className={`right ${nas.failed > 0 ? 'bad' : ''}`}>
                {number(nas.failed)}
              </td>
              <td data-label="Dropped" className="right">
                {Object.keys(nas.dropped).length === 0
                  ? '0'
                  : Object.entries(nas.dropped)
                      .map(([cause, count]) => `${number(count)} ${dropWord(cause)}`)
                      .join(', ')}
              </td>
              <td data-label="Last packet" className="right">
                <Since at={nas.lastSeenAt} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

export function Loops({ processes }: { processes: Process[] }) {
  const may = useMay();
  const action = useAction((work: string) => askForWork(work), {
    changes: ['platform'],
    done: ({ work }) => `${capital(work)} was asked for. It begins within two seconds.`,
  });
  const rows = processes
    .filter((p) => p.state === 'running')
    .flatMap((process) => process.loops.map((loop) => ({ process, loop })));
  const several = new Set(rows.map(({ process }) => process.id)).size > 1;
  return (
    <Panel title="Background work" aside="each runs by itself; running it now only wakes it">
      <Table
        head={[
          { label: 'Loop' },
          { label: 'Every', right: true },
          { label: 'Last run', right: true },
          { label: 'Took', right: true },
          { label: 'Runs', right: true },
          { label: 'Failures', right: true },
          { label: 'Last failure' },
          { label: '' },
        ]}
      >
        {rows.map(({ process, loop }) => (
          <tr key={`${process.id} ${loop.name}`}>
            <td>
              <span className="strong">{capital(loop.name)}</span>
              {several && <span className="sub"> {process.pid}</span>}
            </td>
            <td data-label="Every" className="right nowrap hide-phone">
              {span(loop.everyMs)}
            </td>
            <td data-label="Last run" className="right">
              {loop.running && loop.everyMs > 2_000 ? (
                <Badge tone="blue">Running</Badge>
              ) : (
                <Since at={loop.lastStartedAt} />
              )}
            </td>
            <td data-label="Took" className="right nowrap">
              {loop.lastMs === null ? '–' : span(loop.lastMs)}
            </td>
            <td data-label="Runs" className="right hide-phone">
              {number(loop.runs)}
            </td>
            <td data-label="Failures" className={`right ${loop.failures > 0 ? 'bad' : 'hide-phone'}`}>
              {number(loop.failures)}
            </td>
            <td data-label="Last failure" className={loop.lastFailedAt ? '' : 'hide-phone'}>
              <LastFailure loop={loop} />
            </td>
            <td className="right">
              {may('platform.instance.run') && (
                <Button
                  variant="subtle"
                  size="compact-sm"
                  aria-label={`Run ${loop.name} now`}
                  onClick={() => action.mutate(loop.name)}
                  disabled={action.isPending}
                >
                  Run now
                </Button>
              )}
            </td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

function LastFailure({ loop }: { loop: Loop }) {
  if (!loop.lastFailedAt) return <span className="dim">none</span>;
  return (
    <span className="failure" title={loop.lastError ?? undefined}>
      <Since at={loop.lastFailedAt} />: {loop.lastError}
    </span>
  );
}
