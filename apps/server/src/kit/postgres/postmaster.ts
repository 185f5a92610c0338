import { readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, processesIn, signal, waitForEnd, workingFolder } from './processes.ts';

/** What `postmaster.pid` says. `status` is starting, ready, stopping or standby. */
export type Postmaster = { pid: number; port: number; status: string };

const FAST_STOP_MILLISECONDS = 15_000;
const IMMEDIATE_STOP_MILLISECONDS = 5_000;

/** What the data folder's `postmaster.pid` says, undefined if there is none or it is still being written. */
export function readPostmaster(data: string): Postmaster | undefined {
  try {
    // Lines: pid, data folder, start time, port, socket folder, address, shared memory, status.
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return pid > 0 ? { pid, port: Number(lines[3]), status: (lines[7] ?? '').trim() } : undefined;
  } catch {
    return undefined;
  }
}

/** The server left running on this data folder by a Simwright that was killed, if there is one. */
export function findOrphan(data: string): Postmaster | undefined {
  const postmaster = readPostmaster(data);
  // The process id may be someone else's by now; only a postmaster works in the data folder.
  return postmaster !== undefined && isAlive(postmaster.pid) && workingFolder(postmaster.pid) === data
    ? postmaster
    : undefined;
}

/**
 * Clears what a killed postmaster left: children still attached to its memory, and a `postmaster.pid`
 * which PostgreSQL would believe if its process id has been reused or not been reaped.
 */
export async function clearRemains(data: string): Promise<void> {
  const postmaster = readPostmaster(data);
  if (postmaster === undefined) return;
  // Children notice the death by themselves; give them the time.
  for (const pid of processesIn(data)) {
    if (await waitForEnd(pid, IMMEDIATE_STOP_MILLISECONDS)) continue;
    signal(pid, 'SIGKILL');
    await waitForEnd(pid, IMMEDIATE_STOP_MILLISECONDS);
  }
  // One that is just being killed has no folder any more, and yet a process id for some milliseconds.
  if (workingFolder(postmaster.pid) === '') await waitForEnd(postmaster.pid, IMMEDIATE_STOP_MILLISECONDS);
  const folder = isAlive(postmaster.pid) ? workingFolder(postmaster.pid) : '/';
  if (folder !== '' && folder !== data) rmSync(join(data, 'postmaster.pid'), { force: true });
}

/** Waits while `isCurrent` holds until the server accepts connections; false if it ended or time is up. */
export async function waitUntilReady(
  data: string,
  pid: number,
  milliseconds: number,
  isCurrent: () => boolean,
): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (isCurrent() && performance.now() < deadline) {
    const postmaster = readPostmaster(data);
    if (postmaster?.pid === pid && postmaster.status === 'ready') return true;
    await sleep(10);
  }
  return false;
}

/** Whether a PostgreSQL server answers on this port: it replies to an SSLRequest with one letter. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2000 });
    const done = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => socket.write(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])));
    socket.on('data', (reply) => done(reply[0] === 0x4e || reply[0] === 0x53));
    socket.on('timeout', () => done(false));
    socket.on('close', () => done(false));
    socket.on('error', () => done(false));
  });
}

/** Stops a postmaster: fast, which rolls open work back; then immediate; then by force. Bounded at 25 seconds. */
export async function stopPostmaster(pid: number, data: string): Promise<void> {
  signal(pid, 'SIGINT');
  if (await waitForEnd(pid, FAST_STOP_MILLISECONDS)) return;
  signal(pid, 'SIGQUIT');
  if (await waitForEnd(pid, IMMEDIATE_STOP_MILLISECONDS)) return;
  killPostmaster(pid, data);
  await waitForEnd(pid, IMMEDIATE_STOP_MILLISECONDS);
}

/** `kill -9` for the postmaster and all its children at one moment. */
export function killPostmaster(pid: number, data: string): void {
  // Held first, so that it cannot start or reap children while we count them.
  signal(pid, 'SIGSTOP');
  for (const child of processesIn(data)) signal(child, 'SIGKILL');
  signal(pid, 'SIGKILL');
}
