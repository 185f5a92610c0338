import type { Runtime } from '../kit/ctx.ts';
import { query, sql } from '../kit/db.ts';
import { emptyReport, type Process, type Report, type Role } from './model.ts';

type Db = Pick<Runtime, 'database'>;

/** Processes of the last day are kept, so that one that died can be seen. */
const keptHours = 24;
const maxShards = 64;

export async function beat(
  { database }: Db,
  process: { id: string; role: Role; host: string; pid: number; version: string; state: Process['state'] },
  report: Report,
): Promise<void> {
  const { id, role, host, pid, version, state } = process;
  await query(
    database.pool,
    sql`/* platform.beat */ insert into processes (id, role, host, pid, version, state, report)
        values (${id}, ${role}, ${host}, ${pid}, ${version}, ${state}, ${JSON.stringify(report)})
        on conflict (id) do update set state = excluded.state, report = excluded.report, seen_at = now()`,
  );
}

export async function forgetOldProcesses({ database }: Db): Promise<void> {
  await query(
    database.pool,
    sql`/* platform.forget */ delete from processes where seen_at < now() - make_interval(hours => ${keptHours})`,
  );
  await query(
    database.pool,
    sql`/* platform.forget_requests */ delete from platform_requests where asked_at < now() - interval '30 days'`,
  );
}

/** Processes seen within the last day, the living first; at most 200. */
export async function listProcesses({ database }: Db): Promise<Omit<Process, 'shards'>[]> {
  const processes = await query<Omit<Process, 'shards'>>(
    database.pool,
    sql`/* platform.processes */ select id, role, host, pid, version, state, started_at, seen_at, report,
               greatest(0, extract(epoch from now() - seen_at) * 1000)::float8 as silent_ms
          from processes order by (state = 'ended'), seen_at desc, id limit 200`,
  );
  return processes.map((process) => ({ ...process, report: { ...emptyReport, ...process.report } }));
}

/** Who holds which charging shard, as the server's own locks say: application names carry the id of the process. */
export async function listShardHolders({ database }: Db): Promise<{ shard: number; applicationName: string }[]> {
  return query(
    database.pool,
    sql`/* platform.shards */ select s.shard::int as shard, a.application_name
          from generate_series(0, ${maxShards - 1}) as s (shard)
          join pg_locks l on l.locktype = 'advisory' and l.objsubid = 1 and l.granted
           and (l.classid::bigint << 32 | l.objid::bigint) = hashtext('simwright.charging.shard.' || s.shard)::bigint
          join pg_stat_activity a on a.pid = l.pid and a.datname = current_database()
         where l.database = (select oid from pg_database where datname = current_database())
         order by 1`,
  );
}

export async function askFor({ database }: Db, id: string, work: string, askedBy: string): Promise<void> {
  await query(
    database.pool,
    sql`/* platform.ask */ insert into platform_requests (id, work, asked_by) values (${id}, ${work}, ${askedBy})`,
  );
}

/** Takes what this process can do of what was asked within the last minute; each request is taken once. */
export function takeRequests({ database }: Db, processId: string, works: string[]): Promise<{ work: string }[]> {
  return query(
    database.pool,
    sql`/* platform.take */ update platform_requests set taken_by = ${processId}, taken_at = now()
         where id in (select id from platform_requests
                       where taken_at is null and asked_at > now() - interval '1 minute' and work = any(${works})
                       order by asked_at limit 20 for update skip locked)
        returning work`,
  );
}

export type Backlog = {
  arrivals: { organizationId: string; waiting: bigint; oldestSeconds: number | null }[];
  inbox: { organizationId: string; state: string; waiting: bigint; oldestSeconds: number | null }[];
  relay: {
    organizationId: string;
    unplaced: bigint;
    oldestSeconds: number | null;
    unreacted: bigint;
    missed: bigint;
  }[];
};

/** What waits in the database. No table is scanned: counts stop at 10,001. */
export async function readBacklog({ database }: Db): Promise<Backlog> {
  const [arrivals, inbox, relay] = await Promise.all([
    query<Backlog['arrivals'][number]>(database.pool, sql`/* platform.arrivals */ select * from platform_arrivals()`),
    query<Backlog['inbox'][number]>(database.pool, sql`/* platform.inbox */ select * from platform_inbox()`),
    query<Backlog['relay'][number]>(database.pool, sql`/* platform.relay */ select * from platform_relay()`),
  ]);
  return { arrivals, inbox, relay };
}

export async function readServer({
  database,
}: Db): Promise<{ now: Date; version: string; sizeBytes: bigint; connections: number }> {
  const [server] = await query<{ now: Date; version: string; sizeBytes: bigint; connections: number }>(
    database.pool,
    sql`/* platform.server */ select clock_timestamp() as now, current_setting('server_version') as version,
               pg_database_size(current_database()) as size_bytes,
               (select count(*)::int from pg_stat_activity where datname = current_database()) as connections`,
  );
  return server!;
}

export async function missingPartitions({ database }: Db): Promise<string[]> {
  const months = await query<{ month: string }>(
    database.pool,
    sql`/* platform.partitions_ahead */ select month from platform_missing_partitions() as month order by 1`,
  );
  return months.map(({ month }) => month);
}

export async function restRows({ database }: Db): Promise<bigint> {
  const [found] = await query<{ rows: bigint }>(
    database.pool,
    sql`/* platform.rest */ select usage_rest_rows() as rows`,
  );
  return found!.rows;
}

export function listTables({
  database,
}: Db): Promise<{ name: string; partitionOf: string | null; bytes: bigint; liveRows: bigint }[]> {
  return query(database.pool, sql`/* platform.tables */ select * from platform_tables()`);
}

export function listMigrations({ database }: Db): Promise<{ name: string; appliedAt: Date }[]> {
  return query(database.pool, sql`/* platform.migrations */ select * from platform_migrations()`);
}

export type OrganizationSums = {
  id: string;
  name: string;
  currency: string;
  sandbox: boolean;
  createdAt: Date;
  sims: bigint;
  bytes: string;
  lastUsageAt: Date | null;
};

export function listOrganizationSums({ database }: Db): Promise<OrganizationSums[]> {
  return query(database.pool, sql`/* platform.organizations */ select * from platform_organizations()`);
}

export type Run = {
  id: string;
  name: string;
  startedAt: Date;
  endedAt: Date | null;
  outcome: 'running' | 'done' | 'failed' | 'abandoned';
  detail: Record<string, unknown>;
};

/** The latest runs of the instance's own upkeep, newest first. */
export function listRuns({ database }: Db, limit: number): Promise<Run[]> {
  return query(
    database.pool,
    sql`/* platform.runs */ select id, name, started_at, ended_at, outcome, detail from platform_runs
         order by started_at desc limit ${limit}`,
  );
}

export async function lastBackup({ database }: Db): Promise<{ done: Date | null; latest: Run | null }> {
  const [done] = await query<Run>(
    database.pool,
    sql`/* platform.last_backup */ select * from platform_runs where name = 'backup' and outcome = 'done'
         order by started_at desc limit 1`,
  );
  const [latest] = await query<Run>(
    database.pool,
    sql`/* platform.latest_backup */ select * from platform_runs where name = 'backup' order by started_at desc limit 1`,
  );
  return { done: done?.endedAt ?? null, latest: latest ?? null };
}
