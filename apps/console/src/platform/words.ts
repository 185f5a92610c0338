import type { CheckState, Process, Run } from '../api/platform.ts';
import type { Tone } from '../format/words.ts';

export const checkTone: Record<CheckState, Tone> = { ok: 'green', degraded: 'amber', failing: 'red' };
export const checkWords: Record<CheckState, string> = { ok: 'Fine', degraded: 'Look', failing: 'Failing' };

const checkNames: Record<string, string> = {
  database: 'Database',
  charging: 'Charging queue',
  worker: 'Workers',
  arrivals: 'Stored usage',
  inbox: 'Usage inbox',
  relay: 'Events',
  disk: 'Disk',
  partitions: 'Partitions',
  backups: 'Backups',
  clock: 'Clock',
  draining: 'Draining',
};
export const checkName = (name: string) => checkNames[name] ?? capital(name);

export const roleWords: Record<Process['role'], string> = {
  all: 'Everything in one',
  api: 'API',
  worker: 'Worker',
  radius: 'RADIUS',
};

export const stateTone: Record<Process['state'], Tone> = {
  running: 'green',
  draining: 'blue',
  gone: 'red',
  ended: 'grey',
};
export const stateWords: Record<Process['state'], string> = {
  running: 'Running',
  draining: 'Draining',
  gone: 'Gone silent',
  ended: 'Ended',
};

export const runTone: Record<Run['outcome'], Tone> = {
  running: 'blue',
  done: 'green',
  failed: 'red',
  abandoned: 'amber',
};

/** Why packets were dropped, as an operator would say it. */
const dropWords: Record<string, string> = {
  unknown_nas: 'unknown address',
  bad_authenticator: 'wrong secret',
  message_authenticator: 'no valid Message-Authenticator',
  code: 'unexpected code',
  malformed: 'malformed',
  overload: 'overload',
};
export const dropWord = (cause: string) => dropWords[cause] ?? cause.replaceAll('_', ' ');

export const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1).replaceAll('_', ' ');

/** Machine milliseconds, short: `85 ms`, `2.4 s`, `12 min`. */
export function span(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} days`;
}

/** Counts on the server stop at a round number and one more. */
export function upTo(count: string): string {
  const value = Number(count);
  const text = (n: number) => n.toLocaleString('en');
  return value > 10_000 && (value - 1) % 10_000 === 0 ? `over ${text(value - 1)}` : text(value);
}
