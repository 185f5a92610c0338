/** Work that nobody waits for: begun, bounded in number for each key, and waited for at the end alone. */
export type UnderWay = {
  /** How many more pieces may be begun for a key. */
  room(key: string): number;
  /** Begins a piece, which tells of its own failures and throws nothing. */
  begin(key: string, work: () => Promise<void>): void;
  /** Until all that is under way has ended. */
  settle(): Promise<void>;
};

/**
 * Keeps what is asked of others apart by key: one that does not answer fills its own room, and holds up no other key.
 *
 * @param atOnce pieces under way at a time for each key
 */
export function underWay(atOnce: number): UnderWay {
  const pieces = new Map<string, Set<Promise<void>>>();
  return {
    room: (key) => atOnce - (pieces.get(key)?.size ?? 0),
    begin(key, work) {
      const own = pieces.get(key) ?? new Set();
      const one = work().finally(() => {
        own.delete(one);
        if (own.size === 0) pieces.delete(key);
      });
      own.add(one);
      pieces.set(key, own);
    },
    async settle() {
      await Promise.all([...pieces.values()].flatMap((own) => [...own]));
    },
  };
}

/** What `work` answers, if it does within `ms`; else it is as if it had thrown. What it does afterwards nobody hears. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
