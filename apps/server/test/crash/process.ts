import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPostmaster } from '../../src/kit/postgres/postmaster.ts';
import { processesIn, signal, waitForEnd } from '../../src/kit/postgres/processes.ts';
import type { Ready, SubjectConfig } from './subject.ts';

export type Subject = { ready: Ready; child: ChildProcess; output(): string };

/** What one start may take; recovery after a kill is part of it. */
const startMs = 30_000;

/** Starts the system under test and waits until it listens. */
export async function startSubject(given: SubjectConfig): Promise<Subject> {
  mkdirSync(given.config.home, { recursive: true });
  const file = join(given.config.home, `subject-${given.role ?? 'all'}.json`);
  writeFileSync(file, JSON.stringify(given), { mode: 0o600 });
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'subject.ts'), file],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } },
  );
  let said = '';
  child.stderr!.on('data', (text) => {
    said = (said + text).slice(-20_000);
  });
  const lines = createInterface({ input: child.stdout! });
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    once(child, 'exit').then(() => null),
    sleep(startMs, null, { ref: false }),
  ]);
  if (first === null) {
    child.kill('SIGKILL');
    throw new Error(`the system under test did not start:\n${said}`);
  }
  return { ready: JSON.parse(first) as Ready, child, output: () => said };
}

/** Kills the server, its postmaster alone, or one of its backends, at once. Resolves when the victims are dead. */
export async function killServer(
  home: string,
  victim: 'server' | 'postmaster' | 'backend',
  which: number,
): Promise<void> {
  const data = realpathSync(join(home, 'postgres', 'data'));
  const postmaster = readPostmaster(data)!.pid;
  if (victim === 'backend') {
    const backends = processesIn(data).filter((pid) => isBackend(pid));
    if (backends.length > 0) signal(backends[Math.floor(which * backends.length)]!, 'SIGKILL');
    return;
  }
  if (victim === 'postmaster') signal(postmaster, 'SIGKILL');
  else {
    // Held first, so that it cannot start or reap children while we count them.
    signal(postmaster, 'SIGSTOP');
    for (const pid of processesIn(data)) signal(pid, 'SIGKILL');
  }
  await waitForEnd(postmaster, 5_000);
}

/** Connections say who they serve in their process title; the server's own helpers say what they are. */
function isBackend(pid: number): boolean {
  try {
    return /^postgres: simwright_/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
}

export async function stopSubject({ child }: Subject): Promise<void> {
  child.kill('SIGTERM');
  if (!(await exited(child, 30_000))) throw new Error('the system under test did not stop when asked to');
}

/** What still lives of a run that failed: the server that it left behind. */
export function clearAway(home: string): void {
  const folder = join(home, 'postgres');
  const has = (name: string) => readdirSync(folder, { withFileTypes: true }).some((entry) => entry.name === name);
  try {
    if (has('data')) for (const pid of processesIn(realpathSync(join(folder, 'data')))) signal(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Whether a process ends within so many milliseconds. */
export async function exited(child: ChildProcess, ms: number): Promise<boolean> {
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  if (!isOver()) await Promise.race([once(child, 'exit'), sleep(ms, null, { ref: false })]);
  return isOver();
}

/** Memory that a process holds, in MB. */
export function residentMb({ child }: Pick<Subject, 'child'>): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}
