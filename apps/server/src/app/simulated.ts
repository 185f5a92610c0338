import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Log } from '../kit/log.ts';
import type { Config as SimulatedConfig } from '../simulated/index.ts';

export type SimulatedTelecom = {
  /** Where its carrier API is, and the token it takes; both are new at every start. */
  baseUrl: string;
  token: string;
  /** Where its gateway takes Disconnect-Requests. */
  coaPort: number;
  stop(): Promise<void>;
};

const startMs = 15_000;
const stopMs = 3_000;

/** Starts the simulated telecom as a process of its own. It is given addresses and secrets of a carrier, and no database. */
export async function startSimulatedTelecom(config: SimulatedConfig, log: Log): Promise<SimulatedTelecom> {
  const child = fork(join(import.meta.dirname, '../simulated/main.ts'), [], {
    // No DATABASE_URL, no home: what a carrier would not know, it does not know.
    env: { SIMULATED_TELECOM: JSON.stringify(config), PATH: process.env.PATH, TZ: 'UTC', NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.stderr?.on('data', (chunk: Buffer) =>
    log.warn({ line: chunk.toString().trim().slice(0, 2000) }, 'simulated telecom'),
  );
  const ready = await untilReady(child);
  child.on('exit', (code, signal) => log.warn({ code, signal }, 'the simulated telecom ended'));
  return {
    baseUrl: `http://127.0.0.1:${ready.controlPort}`,
    token: config.token,
    coaPort: ready.coaPort,
    async stop() {
      child.removeAllListeners('exit');
      await end(child);
    },
  };
}

function untilReady(child: ChildProcess): Promise<{ controlPort: number; coaPort: number }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the simulated telecom did not start in time')), startMs);
    child.once('message', (message) => {
      clearTimeout(timer);
      resolve(message as { controlPort: number; coaPort: number });
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the simulated telecom ended at its start with ${code}`));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
  await ended;
  clearTimeout(timer);
}
