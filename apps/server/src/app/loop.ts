import type { Log } from '../kit/log.ts';

export type Loop = { stop(): Promise<void>; poke(): void };

/**
 * Runs work again and again, `everyMs` after it ended, never two at a time. A failure is logged and tried again, less
 * often while it lasts. `stop` waits for the run that is under way.
 */
export function loop(name: string, everyMs: number, log: Log, work: () => Promise<unknown>): Loop {
  let stopped = false;
  let failures = 0;
  let wake: () => void = () => {};
  const done = (async () => {
    while (!stopped) {
      try {
        await work();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (!stopped) log.error({ err: error, loop: name, failures }, 'a background loop failed and goes on');
      }
      if (stopped) break;
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
      wake();
      await done;
    },
  };
}
