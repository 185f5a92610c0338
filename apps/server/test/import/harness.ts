import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TenancyWorld } from '../../src/tenancy/testing.ts';

/** Workers of operations in processes of their own, to be killed at any moment. */
const workers: ChildProcess[] = [];

type Worker = { kill(): Promise<void>; chunks(): number; usage(): { cpuMs: number; rssMb: number } };

export function startWorker(world: TenancyWorld): Worker {
  let chunks = 0;
  let usage = { cpuMs: 0, rssMb: 0 };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'worker.ts'), world.urls.app], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  workers.push(child);
  child.stdout.on('data', (lines: Buffer) => {
    for (const line of lines.toString().trim().split('\n')) {
      chunks += 1;
      usage = JSON.parse(line);
    }
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    chunks: () => chunks,
    usage: () => usage,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export function killWorkers(): void {
  for (const worker of workers) worker.kill('SIGKILL');
}

/** Starts a worker and kills it when it has done so many chunks, in the middle of the next one, as likely as not. */
export async function killAfterChunks(world: TenancyWorld, chunks: number, patienceMs: number): Promise<void> {
  const worker = startWorker(world);
  await until(`${chunks} chunks`, patienceMs, () => worker.chunks() >= chunks);
  await new Promise((resolve) => setTimeout(resolve, 15 * chunks));
  await worker.kill();
}

export async function until(
  what: string,
  patienceMs: number,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** CPU time of the server's processes that work for this database, in ms (proc(5): clock ticks of 10 ms). */
export async function databaseCpuMs(world: TenancyWorld): Promise<number> {
  const { rows } = await world.owner.pool.query('select pid from pg_stat_activity where datname = current_database()');
  return rows.reduce((sum: number, { pid }: { pid: number }) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return sum + 10 * (Number(stat[11]) + Number(stat[12]));
  }, 0);
}
