import { get, post } from './http.ts';

export type CheckState = 'ok' | 'degraded' | 'failing';
export type Check = { name: string; state: CheckState; reason: string; since: string; needed: boolean };

export type Loop = {
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
export type NasCount = {
  name: string;
  accepted: number;
  rejected: number;
  repeated: number;
  failed: number;
  dropped: Record<string, number>;
  lastSeenAt: string;
};
export type Sample = {
  at: string;
  waiting: number;
  stored: number;
  lagMs: number;
  charged: number;
  packets: number;
  unplacedEvents: number;
};
export type PlatformError = { at: string; message: string; error: string | null; requestId: string | null };

export type Process = {
  id: string;
  role: 'all' | 'api' | 'worker' | 'radius';
  host: string;
  pid: number;
  version: string;
  state: 'running' | 'draining' | 'ended' | 'gone';
  startedAt: string;
  seenAt: string;
  shards: number[];
  memoryBytes: string;
  eventLoopMs: number;
  streams: number;
  requests: number;
  poolSize: number;
  poolWaiting: number;
  loops: Loop[];
  works: string[];
  nases: NasCount[];
  errors: PlatformError[];
  samples: Sample[];
};

export type Run = {
  id: string;
  name: string;
  startedAt: string;
  endedAt: string | null;
  outcome: 'running' | 'done' | 'failed' | 'abandoned';
  detail: Record<string, unknown>;
};

export type Platform = {
  version: string;
  now: string;
  ready: boolean;
  checks: Check[];
  processes: Process[];
  backlog: {
    arrivals: string;
    waiting: string;
    unrated: string;
    quarantined: string;
    unplacedEvents: string;
    unreactedEvents: string;
    missedReactions: string;
  };
  runs: Run[];
};

export type Storage = {
  server: { version: string; bytes: string; connections: number };
  tables: { name: string; partitionOf: string | null; bytes: string; rows: string }[];
  migrations: { name: string; appliedAt: string }[];
};

export type OrganizationSums = {
  id: string;
  name: string;
  currency: string;
  sandbox: boolean;
  createdAt: string;
  sims: string;
  bytes: string;
  lastUsageAt: string | null;
};

export const getPlatform = () => get<Platform>('/api/v1/platform');
export const getPlatformStorage = () => get<Storage>('/api/v1/platform/storage');
export const listPlatformOrganizations = () => get<{ items: OrganizationSums[] }>('/api/v1/platform/organizations');
export const askForWork = (work: string) => post<{ work: string }>('/api/v1/platform/work', { work });
