import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Runtime } from '../kit/ctx.ts';
import { beatMs, type Process, type Report, type Role } from './model.ts';
import * as sql from './sql.ts';

/** What a process calls itself at the database: `simwright worker 0a1b…`. */
export function applicationName(role: Role, id: string): string {
  return `simwright ${role} ${id.slice(0, 8)}`;
}

/** Processes with the shards that their connections hold at this moment. */
export async function listAliveShards(runtime: Pick<Runtime, 'database'>): Promise<Process[]> {
  const [processes, holders] = await Promise.all([sql.listProcesses(runtime), sql.listShardHolders(runtime)]);
  return processes.map((process) => {
    const name = applicationName(process.role, process.id);
    return { ...process, shards: holders.filter((h) => h.applicationName === name).map((h) => h.shard) };
  });
}

export function newProcessId(): string {
  return randomUUID();
}

export type Heartbeat = {
  /** Says now what changed, not at the next beat: what can be asked for, once the loops run. */
  tell(): Promise<void>;
  /** Says "draining" at once and from now on. */
  drain(): Promise<void>;
  /** The last beat: an end that was meant. Never throws. */
  end(): Promise<void>;
};

/**
 * Says every two seconds that this process lives and how it is, and takes the work that a person asked for. A database
 * that is away is no reason to do anything: the silence says it.
 *
 * @param works what can be asked for here, by name; each only wakes what would run by itself anyway
 */
export function openHeartbeat(
  runtime: Runtime,
  process: { id: string; role: Role; version: string; pid: number },
  parts: { report: () => Report; works: () => Record<string, () => void> },
): Heartbeat {
  let state: Process['state'] = 'running';
  let beats = 0;
  let working: Promise<void> = Promise.resolve();

  async function beat(): Promise<void> {
    try {
      await sql.beat(runtime, { ...process, host: hostname(), state }, parts.report());
      const works = parts.works();
      if (state === 'running' && Object.keys(works).length > 0) {
        for (const { work } of await sql.takeRequests(runtime, process.id, Object.keys(works))) works[work]?.();
      }
      if (beats++ % 1800 === 0) await sql.forgetOldProcesses(runtime);
    } catch (error) {
      runtime.log.debug({ err: error }, 'a heartbeat was lost');
    }
  }
  function next(): Promise<void> {
    working = working.then(beat);
    return working;
  }

  let behind = false;
  const timer = setInterval(() => {
    if (behind) return;
    behind = true;
    void next().finally(() => {
      behind = false;
    });
  }, beatMs);
  timer.unref();
  void next();
  return {
    tell: next,
    drain() {
      state = 'draining';
      return next();
    },
    end() {
      clearInterval(timer);
      state = 'ended';
      return next();
    },
  };
}
