import type { Log } from '../kit/log.ts';

/** What a process has begun, and how it ends: first everything stops taking and finishes, then it is closed. */
export type Life = {
  /** Stops taking anything new and resolves when what was taken is done. All drains run at the same time. */
  onDrain(fn: () => Promise<unknown>): void;
  /** Closes what was opened; the last opened is the first closed. */
  onEnd(fn: () => Promise<unknown>): void;
  end(): Promise<void>;
};

export function openLife(log: Log): Life {
  const drains: (() => Promise<unknown>)[] = [];
  const ends: (() => Promise<unknown>)[] = [];
  let ending: Promise<void> | null = null;
  const carefully = async (fn: () => Promise<unknown>) => {
    try {
      await fn();
    } catch (error) {
      log.error({ err: error }, 'stopping failed');
    }
  };
  return {
    onDrain: (fn) => drains.push(fn),
    onEnd: (fn) => ends.push(fn),
    end() {
      ending ??= (async () => {
        await Promise.all(drains.map(carefully));
        for (const fn of ends.toReversed()) await carefully(fn);
      })();
      return ending;
    },
  };
}
