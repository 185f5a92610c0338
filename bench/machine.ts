import { readdirSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Database } from '../apps/server/src/kit/db.ts';

/** Clock ticks per second in /proc; 100 on every Linux that Node runs on (`getconf CLK_TCK`). */
const ticksPerSecond = 100;

/** What everything below ran on, in one line. */
export async function describeMachine(owner: Database): Promise<string> {
  const setting = async (name: string) => (await owner.pool.query(`show ${name}`)).rows[0][name] as string;
  const memory = Math.round(totalmem() / 2 ** 30);
  const version = (await setting('server_version')).split(' ')[0];
  const durable = (['fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers'] as const).map(
    async (name) => `${name} ${await setting(name)}`,
  );
  return [
    `${cpus().length} × ${cpus()[0]?.model.trim() || 'CPU'}`,
    `${memory} GiB`,
    `Node ${process.versions.node}`,
    `PostgreSQL ${version} (${(await Promise.all(durable)).join(', ')})`,
  ].join(', ');
}

type ProcessLine = { pid: number; parent: number; cpuUs: number; rssBytes: number; name: string };

function readProcess(pid: number): ProcessLine | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const close = text.lastIndexOf(')');
    const fields = text.slice(close + 2).split(' ');
    return {
      pid,
      name: text.slice(text.indexOf('(') + 1, close),
      parent: Number(fields[1]),
      cpuUs: ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticksPerSecond,
      rssBytes: Number(fields[21]) * 4096,
    };
  } catch {
    return null;
  }
}

/** A process and all its descendants. */
function family(root: number): ProcessLine[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readProcess(Number(name)) ?? []) : []));
  const found = all.filter((p) => p.pid === root);
  for (let i = 0; i < found.length; i++) found.push(...all.filter((p) => p.parent === found[i]!.pid));
  return found;
}

/** CPU of a process and its living children, in µs. A postmaster counts the children that have ended as its own. */
export function cpuOf(root: number): number {
  const own = family(root).reduce((sum, p) => sum + p.cpuUs, 0);
  return own + endedChildrenOf(root);
}

function endedChildrenOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[13]) + Number(fields[14])) * 1e6) / ticksPerSecond;
  } catch {
    return 0;
  }
}

/** Resident memory of the product's Node processes, in bytes: of this one and what it started, without the generator. */
export function nodeRss(): number {
  return family(process.pid)
    .filter((p) => p.name !== 'postgres' && p.name !== 'freeradius' && !isGenerator(p.pid))
    .reduce((sum, p) => sum + p.rssBytes, 0);
}

function isGenerator(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('generator.ts');
  } catch {
    return false;
  }
}

/** Measures an interval: µs of this process and of the database server, and the largest memory seen in it. */
export function openMeter(postmaster: number, others: number[] = []) {
  const begun = performance.now();
  const node = process.cpuUsage();
  const othersBefore = others.map(cpuOf);
  const before = cpuOf(postmaster);
  let rss = nodeRss();
  const timer = setInterval(() => {
    rss = Math.max(rss, nodeRss());
  }, 500);
  timer.unref();
  return {
    read(): { seconds: number; nodeUs: number; postgresUs: number; othersUs: number; rssBytes: number } {
      const used = process.cpuUsage(node);
      return {
        seconds: (performance.now() - begun) / 1000,
        nodeUs: used.user + used.system,
        postgresUs: cpuOf(postmaster) - before,
        othersUs: others.reduce((sum, pid, i) => sum + cpuOf(pid) - othersBefore[i]!, 0),
        rssBytes: Math.max(rss, nodeRss()),
      };
    },
    stop(): void {
      clearInterval(timer);
    },
  };
}

export type Meter = ReturnType<typeof openMeter>;
