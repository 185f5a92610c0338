import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import {
  askForWork,
  getPlatformStorage,
  listPlatformOrganizations,
  type Platform,
  type PlatformError,
  type Process,
  type Run,
} from '../api/platform.ts';
import { useMay } from '../app/session.ts';
import { bytes } from '../format/bytes.ts';
import { count, number } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { Fact, Facts, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { Since, Table } from './parts.tsx';
import { capital, runTone, span, upTo } from './words.ts';

/** Sizes change slowly, and asking for them costs the database a little. */
const storageQuery = { queryKey: ['platform-storage'], queryFn: getPlatformStorage, refetchInterval: 30_000 };

export function Runs({ platform }: { platform: Platform }) {
  const may = useMay();
  const action = useAction(() => askForWork('backup'), {
    changes: ['platform'],
    done: 'A backup was asked for. It begins within two seconds.',
  });
  const canBackUp = platform.processes.some((p) => p.state === 'running' && p.works.includes('backup'));
  return (
    <Panel
      title="Backups and upkeep"
      aside={
        canBackUp &&
        may('platform.instance.run') && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => action.mutate(undefined)}
            loading={action.isPending}
          >
            Back up now
          </Button>
        )
      }
    >
      {!canBackUp && (
        <p className="notice notice-amber platform-notice">
          No daily backup is set up here: give the worker <code>BACKUP_DIR</code>, or run <code>npm run backup</code>.
        </p>
      )}
      {platform.runs.length === 0 ? (
        <p className="dim">Nothing has run yet.</p>
      ) : (
        <ul className="runs">
          {platform.runs.slice(0, 8).map((run) => (
            <li key={run.id} className="run">
              <Badge tone={runTone[run.outcome]}>{capital(run.outcome)}</Badge>
              <span className="strong">{capital(run.name)}</span>
              <span className="run-detail">{detailOf(run)}</span>
              <Since at={run.startedAt} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function detailOf({ detail, startedAt, endedAt }: Run): string {
  const text = (name: string) => (typeof detail[name] === 'string' ? (detail[name] as string) : null);
  const error = text('error');
  if (error) return error;
  const took = endedAt && span(new Date(endedAt).getTime() - new Date(startedAt).getTime());
  const size = text('bytes');
  const rows = text('rows');
  return [
    size && bytes(size),
    rows && `${number(Number(rows))} rows`,
    took && `in ${took}`,
    text('file') ?? text('partition'),
  ]
    .filter(Boolean)
    .join(' · ');
}

export function StorageFacts() {
  const query = useQuery(storageQuery);
  const { data } = query;
  const newest = data?.migrations[0];
  return (
    <Panel title="Database and version">
      {data ? (
        <Facts>
          <Fact name="Server">PostgreSQL {data.server.version}</Fact>
          <Fact name="Size">{bytes(data.server.bytes)}</Fact>
          <Fact name="Connections">{data.server.connections}</Fact>
          <Fact name="Schema">
            {newest ? (
              <>
                {newest.name.replace('.sql', '')}, <Since at={newest.appliedAt} />
              </>
            ) : (
              'none'
            )}
          </Fact>
          <Fact name="Migrations">{count(data.migrations.length, 'file')} applied</Fact>
        </Facts>
      ) : (
        <Pending query={query} />
      )}
    </Panel>
  );
}

const shownTables = 12;

export function Tables() {
  const query = useQuery(storageQuery);
  const { data } = query;
  if (!data) return null;
  const tables = data.tables.filter((table) => !table.partitionOf).slice(0, shownTables);
  const partitions = data.tables
    .filter((table) => table.partitionOf === 'usage_records')
    .toSorted((a, b) => b.name.localeCompare(a.name));
  return (
    <div className="platform-two">
      <Panel title="Partitions of usage" aside={count(partitions.length, 'partition')}>
        <Sizes rows={partitions.slice(0, 24)} />
      </Panel>
      <Panel title="Largest tables" aside="with their indexes">
        <Sizes rows={tables} />
      </Panel>
    </div>
  );
}

function Sizes({ rows }: { rows: { name: string; bytes: string; rows: string }[] }) {
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th scope="col">Table</th>
          <th scope="col" className="right">
            Rows, about
          </th>
          <th scope="col" className="right">
            Size
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((table) => (
          <tr key={table.name}>
            <td className="break">{table.name}</td>
            <td className="right">{number(Number(table.rows))}</td>
            <td className="right nowrap">{bytes(table.bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Organizations() {
  const query = useQuery({
    queryKey: ['platform-organizations'],
    queryFn: listPlatformOrganizations,
    refetchInterval: 30_000,
  });
  return (
    <Panel title="Organizations" aside={query.data && count(query.data.items.length, 'organization')}>
      {query.data ? (
        <Table
          head={[
            { label: 'Organization' },
            { label: 'SIMs', right: true },
            { label: 'Data, 30 days', right: true },
            { label: 'Currency' },
            { label: 'Created', right: true },
          ]}
        >
          {query.data.items.map((organization) => (
            <tr key={organization.id}>
              <td>
                <span className="strong">{organization.name}</span>{' '}
                {organization.sandbox && <span className="label">sandbox</span>}
              </td>
              <td data-label="SIMs" className="right">
                {upTo(organization.sims)}
              </td>
              <td data-label="Data, 30 days" className="right nowrap">
                {bytes(organization.bytes)}
              </td>
              <td data-label="Currency">{organization.currency}</td>
              <td data-label="Created" className="right">
                <Time at={organization.createdAt} />
              </td>
            </tr>
          ))}
        </Table>
      ) : (
        <Pending query={query} />
      )}
    </Panel>
  );
}

export function Errors({ processes }: { processes: Process[] }) {
  const errors = processes
    .flatMap((process) => process.errors.map((error) => ({ process, error })))
    .sort((a, b) => (a.error.at < b.error.at ? 1 : -1))
    .slice(0, 20);
  return (
    <Panel title="Recent errors" aside="the last of each process, as logged">
      {errors.length === 0 ? (
        <p className="dim">None since the processes started.</p>
      ) : (
        <ul className="errors">
          {errors.map(({ process, error }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same fault may be logged twice in a millisecond.
            <ErrorLine key={`${process.id} ${error.at} ${i}`} error={error} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function ErrorLine({ error }: { error: PlatformError }) {
  return (
    <li className="error-line">
      <Since at={error.at} />
      <span>
        <span className="strong">{error.message}</span>
        {error.error && <span className="error-text"> {error.error}</span>}
        {error.requestId && (
          <span className="sub">
            {' '}
            <Copy text={error.requestId} label="request id" />
          </span>
        )}
      </span>
    </li>
  );
}
