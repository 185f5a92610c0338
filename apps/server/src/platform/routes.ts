import { z } from 'zod';
import { audit } from '../kit/audit.ts';
import { type Runtime, systemClock } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { isReady } from '../kit/health.ts';
import type { Http } from '../kit/http/app.ts';
import { route } from '../kit/http/route.ts';
import { Bytes, Count, Currency, idOf, reply, request, Timestamp } from '../kit/http/schemas.ts';
import { newId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { sumsOf } from './backlog.ts';
import { isAlive, type LoopReport, type Process } from './model.ts';
import { listAliveShards } from './processes.ts';
import * as sql from './sql.ts';

/** Times inside what a process reported are already text. */
const At = z.string().meta({ format: 'date-time' });
const Whole = z.int().min(0).max(1_000_000_000_000_000);

const CheckReply = reply('PlatformCheck', {
  name: z.string(),
  state: z.enum(['ok', 'degraded', 'failing']),
  reason: z.string().meta({ description: 'In words, for people.' }),
  since: Timestamp,
  needed: z.boolean().meta({ description: 'Its failure makes a process not ready.' }),
});
const LoopReply = reply('PlatformLoop', {
  name: z.string(),
  everyMs: Whole,
  runs: Whole,
  failures: Whole,
  running: z.boolean(),
  lastStartedAt: At.nullable(),
  lastMs: Whole.nullable(),
  lastFailedAt: At.nullable(),
  lastError: z.string().nullable(),
});
const NasReply = reply('PlatformNas', {
  ...{ name: z.string(), accepted: Whole, rejected: Whole, repeated: Whole, failed: Whole },
  dropped: z.record(z.string(), Whole).meta({ description: 'Packets by why they were dropped.' }),
  lastSeenAt: At,
});
const ErrorReply = reply('PlatformError', {
  at: At,
  message: z.string(),
  error: z.string().nullable(),
  requestId: z.string().nullable(),
});
const SampleReply = reply('PlatformSample', {
  ...{ at: At, waiting: Whole, stored: Whole, lagMs: Whole, charged: Whole, packets: Whole, unplacedEvents: Whole },
});
const ProcessReply = reply('PlatformProcess', {
  id: z.uuid(),
  role: z.enum(['all', 'api', 'worker', 'radius']),
  host: z.string(),
  pid: Whole,
  version: z.string(),
  state: z.enum(['running', 'draining', 'ended', 'gone']).meta({ description: 'gone: it fell silent unannounced.' }),
  startedAt: Timestamp,
  seenAt: Timestamp,
  shards: z.array(Whole).meta({ description: 'Charging shards it holds, as the database sees it.' }),
  ...{ memoryBytes: Bytes, eventLoopMs: Whole, streams: Whole, requests: Whole, poolSize: Whole, poolWaiting: Whole },
  loops: z.array(LoopReply),
  works: z.array(z.string()).meta({ description: 'What it can be asked to do now.' }),
  nases: z.array(NasReply),
  errors: z.array(ErrorReply),
  samples: z.array(SampleReply).meta({ description: 'One each ten seconds, for a quarter of an hour.' }),
});
const RunReply = reply('PlatformRun', {
  id: z.uuid(),
  name: z.string(),
  startedAt: Timestamp,
  endedAt: Timestamp.nullable(),
  outcome: z.enum(['running', 'done', 'failed', 'abandoned']),
  detail: z.record(z.string(), z.unknown()),
});
const Status = reply('PlatformStatus', {
  version: z.string(),
  now: Timestamp.meta({ description: 'The real time; no sandbox moves it.' }),
  ready: z.boolean(),
  checks: z.array(CheckReply),
  processes: z.array(ProcessReply),
  backlog: z.object({
    arrivals: Count,
    waiting: Count,
    unrated: Count,
    quarantined: Count,
    unplacedEvents: Count,
    unreactedEvents: Count,
    missedReactions: Count,
  }),
  runs: z.array(RunReply),
});
const Storage = reply('PlatformStorage', {
  server: z.object({ version: z.string(), bytes: Bytes, connections: Whole }),
  tables: z.array(z.object({ name: z.string(), partitionOf: z.string().nullable(), bytes: Bytes, rows: Count })),
  migrations: z.array(z.object({ name: z.string(), appliedAt: Timestamp })),
});
const OrganizationSums = reply('PlatformOrganizations', {
  items: z.array(
    z.object({
      id: idOf('organization'),
      ...{ name: z.string(), currency: Currency, sandbox: z.boolean(), createdAt: Timestamp },
      sims: Count,
      bytes: Bytes.meta({ description: 'Of the last 30 days on its own clock.' }),
      lastUsageAt: Timestamp.nullable(),
    }),
  ),
});
const AskFor = request('PlatformAsk', { work: z.string().min(1).max(64) });
const Asked = reply('PlatformAsked', { work: z.string() });

const tags = ['Platform'];
const view = { tags, permission: 'platform.instance.view', scope: 'platform' } as const;

/** The instance itself, for its admins: nothing here belongs to the caller's organization. */
export function platformRoutes(http: Http): void {
  const { runtime, version } = http.deps;

  route(http, {
    ...{ ...view, method: 'GET', url: '/api/v1/platform', name: 'getPlatform' },
    summary: 'Processes, health with reasons, what waits, and the latest upkeep',
    reply: { 200: Status },
    handler: async () => {
      const [checks, processes, backlog, runs] = await Promise.all([
        http.health.look(),
        listAliveShards(runtime),
        sql.readBacklog(runtime),
        sql.listRuns(runtime, 20),
      ]);
      return {
        version,
        now: systemClock.now(),
        ready: isReady(checks),
        checks,
        processes: processes.map(shown),
        backlog: sumsOf(backlog),
        runs,
      };
    },
  });

  route(http, {
    ...{ ...view, method: 'GET', url: '/api/v1/platform/storage', name: 'getPlatformStorage' },
    summary: 'The database server, the sizes of tables and partitions, and the migrations',
    reply: { 200: Storage },
    handler: async () => {
      const [server, tables, migrations] = await Promise.all([
        sql.readServer(runtime),
        sql.listTables(runtime),
        sql.listMigrations(runtime),
      ]);
      return {
        server: { version: server.version, bytes: server.sizeBytes, connections: server.connections },
        tables: tables.map(({ liveRows, ...table }) => ({ ...table, rows: liveRows })),
        migrations,
      };
    },
  });

  route(http, {
    ...{ ...view, method: 'GET', url: '/api/v1/platform/organizations', name: 'listPlatformOrganizations' },
    summary: 'The organizations of the instance with their sums; the first 200',
    reply: { 200: OrganizationSums },
    handler: async () => {
      const organizations = await sql.listOrganizationSums(runtime);
      return { items: organizations.map((organization) => ({ ...organization, bytes: BigInt(organization.bytes) })) };
    },
  });

  route(http, {
    ...{ method: 'POST', url: '/api/v1/platform/work', name: 'askForWork', tags },
    ...{ permission: 'platform.instance.run', scope: 'platform' },
    summary: 'Have work of the instance done now instead of when it is due',
    body: AskFor,
    reply: { 202: Asked },
    handler: async (ctx, { body: { work } }) => {
      const known = await doableWork(runtime);
      if (!known.includes(work)) {
        throw refuse.invalid('platform.work_unknown', `No running process can be asked for ${work}.`, {
          field: 'body.work',
          expected: known.length > 0 ? `one of ${known.join(', ')}` : 'a worker that runs',
        });
      }
      // Who asked is in the log of the organization they work in: the platform has none of its own.
      await atomically(ctx, (ctx) =>
        audit(ctx, [{ action: 'platform.work_asked', objectType: 'platform', objectId: work }]),
      );
      await sql.askFor(runtime, newId(ctx), work, `${ctx.actor.kind}:${ctx.actor.id}`);
      return { work };
    },
  });
}

async function doableWork(runtime: Runtime): Promise<string[]> {
  const processes = await sql.listProcesses(runtime);
  return [...new Set(processes.filter(isAlive).flatMap((process) => process.report.works))].sort();
}

function shown({ report, silentMs, ...process }: Process) {
  const gone = process.state !== 'ended' && !isAlive({ ...process, silentMs });
  return {
    ...process,
    ...report,
    memoryBytes: BigInt(report.memoryBytes),
    errors: [...report.errors],
    loops: report.loops.map(rounded),
    state: gone ? ('gone' as const) : process.state,
  };
}

function rounded(loop: LoopReport): LoopReport {
  return { ...loop, lastMs: loop.lastMs === null ? null : Math.round(loop.lastMs) };
}
