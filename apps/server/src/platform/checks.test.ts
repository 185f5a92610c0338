import { describe, expect, it } from 'vitest';
import * as checks from './checks.ts';
import { emptyReport, type Process } from './model.ts';

const hour = 3_600_000;
const now = new Date('2026-03-10T12:00:00Z');

function process(change: Partial<Process>): Process {
  return {
    ...{ id: 'x', role: 'worker', host: 'h', pid: 1, version: '0', state: 'running', silentMs: 500, shards: [0, 1] },
    ...{ startedAt: now, seenAt: now, report: emptyReport },
    ...change,
  };
}

describe('a judgement', () => {
  it('of the workers knows one that fell silent from one that ended, and one that only stands by', () => {
    const judge = (...processes: Process[]) => checks.judgeWorker(processes);
    expect(judge()).toEqual({ state: 'failing', reason: 'no worker has run yet' });
    expect(judge(process({}))).toEqual({ state: 'ok', reason: '1 worker runs, charging shards 0, 1 are held' });
    expect(judge(process({ shards: [0, 1, 2, 3] })).reason).toBe('1 worker runs, charging shards 0 to 3 are held');
    expect(judge(process({}), process({ shards: [] })).reason).toMatch(/^2 workers run/);
    expect(judge(process({ shards: [] })).state).toBe('degraded');
    expect(judge(process({ silentMs: 11_000 }))).toEqual({
      state: 'failing',
      reason: 'no worker runs; the last was seen 11 s ago',
    });
    expect(judge(process({ state: 'ended' })).state).toBe('failing');
    expect(judge(process({ role: 'api', shards: [] })).state).toBe('failing');
    expect(judge(process({ role: 'all' })).state).toBe('ok');
  });

  it('of backups warns after a failure, and after a day and two hours without one', () => {
    const run = { id: 'r', name: 'backup', startedAt: now, endedAt: now, detail: {} } as const;
    const done = (hours: number) => new Date(now.getTime() - hours * hour);
    expect(checks.judgeBackups({ done: null, latest: null }, now, hour, false).state).toBe('ok');
    expect(checks.judgeBackups({ done: null, latest: null }, now, hour, true).state).toBe('ok');
    expect(checks.judgeBackups({ done: null, latest: null }, now, 27 * hour, true).state).toBe('degraded');
    expect(checks.judgeBackups({ done: done(25), latest: { ...run, outcome: 'done' } }, now, hour, true).state).toBe(
      'ok',
    );
    expect(checks.judgeBackups({ done: done(27), latest: { ...run, outcome: 'done' } }, now, hour, true)).toEqual({
      state: 'degraded',
      reason: 'the last one was made 27 h ago',
    });
    const failed = { ...run, outcome: 'failed' as const, detail: { error: 'the disk is full' } };
    expect(checks.judgeBackups({ done: done(1), latest: failed }, now, hour, true)).toEqual({
      state: 'degraded',
      reason: 'the last backup failed: the disk is full',
    });
  });

  it('of what waits goes by age, and says when a count was cut short', () => {
    const arrivals = (waiting: bigint, oldestSeconds: number) => [{ organizationId: 'o', waiting, oldestSeconds }];
    expect(checks.judgeArrivals([])).toEqual({ state: 'ok', reason: 'nothing waits' });
    expect(checks.judgeArrivals(arrivals(3n, 29)).state).toBe('ok');
    expect(checks.judgeArrivals(arrivals(3n, 30)).state).toBe('degraded');
    expect(checks.judgeArrivals(arrivals(10_001n, 300))).toEqual({
      state: 'failing',
      reason: 'more than 10000 updates are stored and wait, the oldest for 5 min',
    });
    // A sandbox whose clock was just moved may have what waits in its future.
    expect(checks.judgeArrivals(arrivals(1n, -50)).reason).toMatch(/for 0 ms$/);
    const events = { organizationId: 'o', unplaced: 2n, oldestSeconds: 12, unreacted: 5n, missed: 0n };
    expect(checks.judgeRelay([events])).toEqual({
      state: 'degraded',
      reason: 'of the events 2 wait for their place and 5 wait for their reactions, the oldest for 12 s',
    });
    const quiet = { organizationId: 'o', unplaced: 0n, oldestSeconds: null, unreacted: 0n };
    expect(checks.judgeRelay([{ ...quiet, missed: 0n }]).state).toBe('ok');
    expect(checks.judgeRelay([{ ...quiet, missed: 1n }]).state).toBe('degraded');
    const unrated = { organizationId: 'o', state: 'unrated', waiting: 7n, oldestSeconds: 9_999 };
    expect(checks.judgeInbox([unrated]).state).toBe('ok');
    expect(checks.judgeInbox([{ ...unrated, state: 'waiting' }]).state).toBe('degraded');
  });

  it('of disk, clock, partitions and queue has its bounds', () => {
    const gb = 1_000_000_000;
    expect(checks.judgeDisk(100 * gb, 200 * gb).state).toBe('ok');
    expect(checks.judgeDisk(4 * gb, 30 * gb).state).toBe('ok');
    expect(checks.judgeDisk(2 * gb, 30 * gb).state).toBe('degraded');
    expect(checks.judgeDisk(0.4 * gb, 30 * gb).state).toBe('failing');
    expect(checks.judgeClock(-1_999).state).toBe('ok');
    expect(checks.judgeClock(2_000)).toEqual({ state: 'degraded', reason: 'this machine is 2 s behind the database' });
    expect(checks.judgeClock(-60_000)).toEqual({
      state: 'failing',
      reason: 'this machine is 60 s ahead of the database',
    });
    expect(checks.judgePartitions([], 0n).state).toBe('ok');
    expect(checks.judgePartitions(['2026-04'], 0n).reason).toContain('2026-04');
    expect(checks.judgePartitions([], 3n).state).toBe('degraded');
    expect([4_999, 5_000, 25_000].map((n) => checks.judgeCharging(n).state)).toEqual(['ok', 'degraded', 'failing']);
  });
});
