import type { RecentError } from '../kit/log.ts';

/** What a process is started for. `all` is everything in one. */
export type Role = 'all' | 'api' | 'worker' | 'radius';

/** One background loop as its process knows it. */
export type LoopReport = {
  name: string;
  everyMs: number;
  runs: number;
  failures: number;
  running: boolean;
  lastStartedAt: string | null;
  lastMs: number | null;
  lastFailedAt: string | null;
  lastError: string | null;
};

/** What one NAS sent to this process since it started. */
export type NasReport = {
  name: string;
  accepted: number;
  rejected: number;
  repeated: number;
  failed: number;
  /** By cause: `unknown_nas`, `bad_authenticator`, `overload`, … */
  dropped: Record<string, number>;
  lastSeenAt: string;
};

/** One look every ten seconds, kept for a quarter of an hour. */
export type Sample = {
  at: string;
  /** Usage that waits in memory for its writer, and in the database for the holder of its shard. */
  waiting: number;
  stored: number;
  /** The longest that a committed batch of these ten seconds had waited. */
  lagMs: number;
  charged: number;
  packets: number;
  unplacedEvents: number;
};

/** What a process says of itself with each heartbeat. Bounded: 20 errors, 90 samples, 100 NASes. */
export type Report = {
  memoryBytes: number;
  eventLoopMs: number;
  streams: number;
  requests: number;
  poolSize: number;
  poolWaiting: number;
  metricsPort: number | null;
  loops: LoopReport[];
  /** What a person may ask this process to do now. */
  works: string[];
  nases: NasReport[];
  errors: readonly RecentError[];
  samples: Sample[];
};

/** Of a process of another version some of it may be missing. */
export const emptyReport: Report = {
  ...{ memoryBytes: 0, eventLoopMs: 0, streams: 0, requests: 0, poolSize: 0, poolWaiting: 0, metricsPort: null },
  ...{ loops: [], works: [], nases: [], errors: [], samples: [] },
};

export type Process = {
  id: string;
  role: Role;
  host: string;
  pid: number;
  version: string;
  state: 'running' | 'draining' | 'ended';
  startedAt: Date;
  seenAt: Date;
  /** Since its last heartbeat, on the clock of the database. */
  silentMs: number;
  /** Which charging shards its connections hold: the locks themselves are asked, not the process. */
  shards: number[];
  report: Report;
};

/** A process beats this often; three beats missed and it counts as gone. */
export const beatMs = 2_000;
export const goneMs = 10_000;

export function isAlive(process: Pick<Process, 'state' | 'silentMs'>): boolean {
  return process.state !== 'ended' && process.silentMs < goneMs;
}
