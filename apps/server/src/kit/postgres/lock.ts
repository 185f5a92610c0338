import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresError } from './errors.ts';
import { startedAt } from './processes.ts';

/** Held for as long as this process uses the home folder. Releasing twice is harmless. */
export type Lock = { release(): void };

/**
 * Makes this process the only Simwright on `home`, or refuses with `postgres.already_running`.
 * The file names its holder by process id and start time, so neither a crash nor a reused
 * process id leaves the folder locked.
 */
export async function lockHome(home: string): Promise<Lock> {
  const path = join(home, 'lock');
  const own = `${process.pid} ${startedAt(process.pid)}\n`;
  for (let attempt = 0; attempt < 5; attempt++) {
    const holder = create(path, own);
    if (holder === undefined) {
      // Two that take over a dead holder's lock at once may each remove the other's file: the last one keeps it.
      if (attempt > 0) await sleep(50);
      if (read(path) === own) return { release: () => read(path) === own && rmSync(path, { force: true }) };
      continue;
    }
    const [pid = '', started = ''] = holder.trim().split(' ');
    if (pid !== '' && startedAt(Number(pid)) === started) throw inUse(home, pid);
    if (read(path) === holder) rmSync(path, { force: true });
  }
  throw inUse(home, read(path)?.split(' ')[0] ?? 'unknown');
}

/** Writes the lock if there is none, in one step and whole; otherwise returns what the present one says. */
function create(path: string, text: string): string | undefined {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o644 });
  try {
    linkSync(draft, path);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return read(path) ?? '';
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function inUse(home: string, pid: string): PostgresError {
  return new PostgresError(
    'postgres.already_running',
    `Another Simwright (process ${pid}) is running on ${home}: stop it, or set SIMWRIGHT_HOME to another folder.`,
  );
}
