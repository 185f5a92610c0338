import { useCallback, useEffect, useState } from 'react';

/** What was read, by its name, for as long as the page lives: a screen that one returns to is there at once. */
const kept = new Map<string, unknown>();
const readers = new Map<string, Set<() => void>>();

export type Read<T> = { data: T | undefined; error: unknown; again: () => void };

/**
 * Reads something when a screen opens and when somebody looks at the page again; with `everyMs` also in between.
 *
 * @param name what it is kept by; null: nothing to read yet
 * @param everyMs 0: not by itself; a function is asked after each answer
 */
export function useRead<T>(
  name: string | null,
  read: () => Promise<T>,
  everyMs: number | ((data: T) => number) = 0,
): Read<T> {
  const [, redraw] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((n) => n + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `read` is made anew with each render; the name says what it reads.
  useEffect(() => {
    if (name === null) return;
    let live = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = () => redraw((n) => n + 1);
    const own = readers.get(name) ?? new Set();
    readers.set(name, own.add(again));
    const look = async () => {
      clearTimeout(timer);
      try {
        const data = await read();
        if (!live) return;
        kept.set(name, data);
        setError(null);
        draw();
        const pause = typeof everyMs === 'function' ? everyMs(data) : everyMs;
        if (pause > 0) timer = setTimeout(look, pause);
      } catch (problem) {
        if (!live) return;
        setError(problem);
        timer = setTimeout(look, 5_000);
      }
    };
    const seen = () => {
      if (document.visibilityState === 'visible') void look();
    };
    document.addEventListener('visibilitychange', seen);
    void look();
    return () => {
      live = false;
      clearTimeout(timer);
      own.delete(again);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [name, turn]);

  return { data: name === null ? undefined : (kept.get(name) as T | undefined), error, again };
}

/** Something has changed: what begins with one of these names is read again. */
export function changed(...names: string[]): void {
  for (const [name, own] of readers) {
    if (names.some((one) => name.startsWith(one))) for (const again of own) again();
  }
}

/** Nothing of one person is left for the next. */
export function forgetAll(): void {
  kept.clear();
}
