import { statfs } from 'node:fs/promises';
import { type Runtime, systemClock } from '../kit/ctx.ts';
import { type CheckSpec, degraded, failing, grade, ok, type Verdict } from '../kit/health.ts';
import { oldest } from './backlog.ts';
import { isAlive, type Process } from './model.ts';
import { listAliveShards } from './processes.ts';
import * as sql from './sql.ts';

const gigabyte = 1_000_000_000;
const hourMs = 3_600_000;

/** @param skewMs the database's clock minus ours */
export function judgeClock(skewMs: number): Verdict {
  const off = Math.abs(skewMs);
  const way = skewMs > 0 ? 'behind' : 'ahead of';
  return grade(off, { warn: 2_000, fail: 60_000 }, `this machine is ${seconds(off)} ${way} the database`);
}

export function judgeDisk(freeBytes: number, totalBytes: number): Verdict {
  const words = `${(freeBytes / gigabyte).toFixed(1)} GB of ${(totalBytes / gigabyte).toFixed(0)} GB are free`;
  if (freeBytes < 0.5 * gigabyte) return failing(`${words}; the database stops when there is none`);
  return freeBytes < 5 * gigabyte && freeBytes < totalBytes / 10 ? degraded(words) : ok(words);
}

/** What waits in memory for the writers of this process. */
export function judgeCharging(waiting: number): Verdict {
  return grade(
    waiting,
    { warn: 5_000, fail: 25_000 },
    waiting === 0 ? 'nothing waits' : `${waiting} updates wait for the charging writer`,
  );
}

/** What was stored and acknowledged, and waits for the holder of its shard. */
export function judgeArrivals(arrivals: sql.Backlog['arrivals']): Verdict {
  const waiting = total(arrivals.map((a) => a.waiting));
  if (waiting === 0) return ok('nothing waits');
  const age = oldest(arrivals);
  return grade(
    age,
    { warn: 30, fail: 300 },
    `${upTo(waiting)} updates are stored and wait, the oldest for ${seconds(age * 1000)}`,
  );
}

/** Usage that could not be charged at once: what is due again, not what waits for a person. */
export function judgeInbox(inbox: sql.Backlog['inbox']): Verdict {
  const waiting = inbox.filter((row) => row.state === 'waiting' && row.waiting > 0n);
  if (waiting.length === 0) return ok('nothing waits');
  const age = oldest(waiting);
  return grade(
    age,
    { warn: 300 },
    `${upTo(total(waiting.map((row) => row.waiting)))} records wait for another try, the oldest for ${seconds(age * 1000)}`,
  );
}

export function judgeRelay(relay: sql.Backlog['relay']): Verdict {
  const late = relay.filter((row) => row.unplaced > 0n || row.unreacted > 0n);
  const missed = total(relay.map((row) => row.missed));
  if (late.length === 0 && missed > 0) return degraded(`${upTo(missed)} reactions failed: see Missed reactions`);
  if (late.length === 0) return ok('every event has its place');
  const age = oldest(late);
  const parts = [
    [total(late.map((row) => row.unplaced)), 'for their place'],
    [total(late.map((row) => row.unreacted)), 'for their reactions'],
  ] as const;
  const waiting = parts.filter(([count]) => count > 0).map(([count, what]) => `${upTo(count)} wait ${what}`);
  return grade(
    age,
    { warn: 10, fail: 120 },
    `of the events ${waiting.join(' and ')}, the oldest for ${seconds(age * 1000)}`,
  );
}

export function judgePartitions(missing: string[], restRows: bigint): Verdict {
  if (missing.length > 0) return degraded(`usage of ${missing.join(' and ')} has no partition of its own yet`);
  if (restRows > 0n) return degraded(`${upTo(Number(restRows))} records lie in the default partition`);
  return ok('this month and the next have theirs');
}

/** @param upMs how long this process has run: a new instance has had no occasion yet */
export function judgeBackups(
  backup: { done: Date | null; latest: sql.Run | null },
  now: Date,
  upMs: number,
  configured: boolean,
): Verdict {
  const { done, latest } = backup;
  if (latest?.outcome === 'failed')
    return degraded(`the last backup failed: ${String(latest.detail.error ?? 'no reason given').slice(0, 200)}`);
  if (!configured) return ok(done ? 'made by hand' : 'not made here: see the operator guide');
  const age = done ? now.getTime() - done.getTime() : null;
  if (age === null)
    return upMs > 26 * hourMs ? degraded('there is none yet') : ok('none yet; the first is due within a day');
  return grade(age, { warn: 26 * hourMs }, `the last one was made ${seconds(age)} ago`);
}

export function judgeWorker(processes: Process[]): Verdict {
  const workers = processes.filter((p) => p.role === 'worker' || p.role === 'all');
  const alive = workers.filter(isAlive);
  if (alive.length === 0) {
    const last = workers[0];
    return failing(last ? `no worker runs; the last was seen ${seconds(last.silentMs)} ago` : 'no worker has run yet');
  }
  const shards = [...new Set(alive.flatMap((p) => p.shards))].sort((a, b) => a - b);
  if (shards.length === 0)
    return degraded(
      `${alive.length} ${alive.length === 1 ? 'worker runs' : 'workers run'}, none holds a charging shard yet`,
    );
  return ok(
    `${alive.length} ${alive.length === 1 ? 'worker runs' : 'workers run'}, charging shards ${words(shards)} are held`,
  );
}

export type ChecksDeps = {
  runtime: Runtime;
  /** Whose disk is watched. */
  home: string;
  startedAt: number;
  /** Null: this process charges nothing. */
  waiting: (() => number) | null;
  backups: boolean;
};

/** The checks of a process. Only what it cannot work without takes it out of service; the rest deserves a look. */
export function instanceChecks({ runtime, home, startedAt, waiting, backups }: ChecksDeps): Record<string, CheckSpec> {
  const backlog = remembered(() => sql.readBacklog(runtime));
  const aside = (look: CheckSpec['look']): CheckSpec => ({ needed: false, look });
  return {
    database: {
      needed: true,
      look: async () => {
        const from = performance.now();
        await runtime.database.pool.query('select 1');
        const ms = Math.round(performance.now() - from);
        return grade(ms, { warn: 500 }, `answers in ${ms} ms`);
      },
    },
    ...(waiting && { charging: { needed: true, look: () => judgeCharging(waiting()) } }),
    worker: aside(async () => judgeWorker(await listAliveShards(runtime))),
    arrivals: aside(async () => judgeArrivals((await backlog()).arrivals)),
    inbox: aside(async () => judgeInbox((await backlog()).inbox)),
    relay: aside(async () => judgeRelay((await backlog()).relay)),
    disk: aside(async () => {
      const { bavail, blocks, bsize } = await statfs(home);
      return judgeDisk(bavail * bsize, blocks * bsize);
    }),
    partitions: aside(async () => judgePartitions(await sql.missingPartitions(runtime), await sql.restRows(runtime))),
    backups: aside(async () =>
      judgeBackups(await sql.lastBackup(runtime), systemClock.now(), performance.now() - startedAt, backups),
    ),
    clock: aside(async () => {
      const from = systemClock.now().getTime();
      const { now } = await sql.readServer(runtime);
      return judgeClock(now.getTime() - (from + systemClock.now().getTime()) / 2);
    }),
  };
}

const rememberedMs = 1_500;

/** One reading for several checks of the same moment. */
function remembered<T>(read: () => Promise<T>): () => Promise<T> {
  let last: { at: number; value: Promise<T> } | null = null;
  return () => {
    if (!last || performance.now() - last.at > rememberedMs) last = { at: performance.now(), value: read() };
    return last.value;
  };
}

function total(counts: bigint[]): number {
  return Number(counts.reduce((sum, count) => sum + count, 0n));
}

/** Counts stop at 10,001 and 100,001. */
function upTo(count: number): string {
  return count === 10_001 || count === 100_001 ? `more than ${count - 1}` : String(count);
}

function words(list: number[]): string {
  const [first, last] = [list[0], list.at(-1)];
  return list.length > 2 && last! - first! === list.length - 1 ? `${first} to ${last}` : list.join(', ');
}

export function seconds(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 2 * hourMs) return `${Math.round(ms / 60_000)} min`;
  return ms < 48 * hourMs ? `${Math.round(ms / hourMs)} h` : `${Math.round(ms / (24 * hourMs))} days`;
}
