import { systemClock } from '../kit/ctx.ts';
import { counter, histogram } from '../kit/http/metrics.ts';
import { type Log, withoutSecrets } from '../kit/log.ts';
import type { LoopReport } from '../platform/index.ts';

export type Loop = { stop(): Promise<void>; poke(): void };

const runsTotal = counter('simwright_loop_runs_total', 'Runs of background loops', ['loop', 'outcome']);
const runSeconds = histogram(
  'simwright_loop_run_seconds',
  'How long runs of background loops take',
  ['loop'],
  [...[0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300]],
);

/** The loops that run in this process, for whoever shows them or wakes one. */
const running = new Map<string, { report: () => LoopReport; poke: () => void }>();

export function loopReports(): LoopReport[] {
  return [...running.values()].map(({ report }) => report());
}

/** Wakes each loop by its name: its next run begins at once, unless one is under way. */
export function loopPokes(): Record<string, () => void> {
  return Object.fromEntries([...running].map(([name, { poke }]) => [name, poke]));
}

/**
 * Runs work again and again, `everyMs` after it ended (at once when it answers `again`), never two at a time. A failure is logged and tried again, less
 * often while it lasts. `stop` waits for the run that is under way.
 */
export function loop(name: string, everyMs: number, log: Log, work: () => Promise<unknown>): Loop {
  let stopped = false;
  let failures = 0;
  let wake: () => void = () => {};
  const told: LoopReport = {
    ...{ name, everyMs, runs: 0, failures: 0, running: false },
    ...{ lastStartedAt: null, lastMs: null, lastFailedAt: null, lastError: null },
  };
  const own = { report: () => told, poke: () => wake() };
  running.set(name, own);
  const done = (async () => {
    while (!stopped) {
      let again = false;
      const from = performance.now();
      Object.assign(told, { running: true, lastStartedAt: systemClock.now().toISOString() });
      try {
        again = (await work()) === 'again';
        failures = 0;
        runsTotal.inc({ loop: name, outcome: 'done' });
      } catch (error) {
        failures += 1;
        runsTotal.inc({ loop: name, outcome: 'failed' });
        const lastError = withoutSecrets(error instanceof Error ? error.message : String(error)).slice(0, 300);
        Object.assign(told, { failures: told.failures + 1, lastFailedAt: systemClock.now().toISOString(), lastError });
        if (!stopped) log.error({ err: error, loop: name, failures }, 'a background loop failed and goes on');
      }
      const ms = performance.now() - from;
      Object.assign(told, { running: false, runs: told.runs + 1, lastMs: ms });
      runSeconds.observe({ loop: name }, ms / 1000);
      if (stopped) break;
      if (again) continue;
      const pause = Math.min(everyMs * 2 ** Math.min(failures, 6), Math.max(everyMs, 10_000));
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();
  return {
    poke: () => wake(),
    async stop() {
      stopped = true;
      if (running.get(name) === own) running.delete(name);
      wake();
      await done;
    },
  };
}
