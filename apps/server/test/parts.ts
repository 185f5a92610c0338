import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** One of the product's processes, started as an operator would. */
export type Part = {
  child: ChildProcess;
  /** What it has printed, terminal and log. */
  output(): string;
  /** SIGTERM; resolves with the exit code, and how long the end took. */
  stop(): Promise<{ code: number | null; ms: number }>;
  kill(): Promise<void>;
};

const startMs = 120_000;
const endMs = 60_000;

/** Starts `src/bin/<name>.ts` and waits until it says that it runs, or has ended. */
export async function startPart(name: string, env: Record<string, string>): Promise<Part> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, `../src/bin/${name}.ts`)],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, SIMWRIGHT_DEMO: 'off', ...env } },
  );
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (text) => {
      said = (said + text).slice(-200_000);
    });
  }
  const over = () => child.exitCode !== null || child.signalCode !== null;
  const until = Date.now() + startMs;
  while (!said.includes('Ctrl-C stops it.') && !over()) {
    if (Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`${name} did not start:\n${said}`);
    }
    await sleep(25);
  }
  const ended = async () => {
    if (over()) return;
    await Promise.race([once(child, 'exit'), sleep(endMs, null, { ref: false })]);
  };
  return {
    child,
    output: () => said,
    async stop() {
      const from = performance.now();
      if (!over()) child.kill('SIGTERM');
      await ended();
      return { code: child.exitCode, ms: performance.now() - from };
    },
    async kill() {
      child.kill('SIGKILL');
      await ended();
    },
  };
}

/** The ports that a radius process says it listens on. */
export function radiusPorts(part: Part): { authPort: number; acctPort: number } {
  const match = /access (\d+), accounting (\d+)/.exec(part.output());
  if (!match) throw new Error(`no ports in:\n${part.output()}`);
  return { authPort: Number(match[1]), acctPort: Number(match[2]) };
}
