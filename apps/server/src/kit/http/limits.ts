/** A bucket of tokens per key. The number of keys is bounded: the one untouched for longest is forgotten first. */
export type Limiter = {
  /** Takes one token; returns 0, or the whole seconds after which one will be there. */
  take(key: string): number;
};

/**
 * `burst` at once, `perSecond` over time.
 *
 * @param seconds a monotonic clock in seconds.
 */
export function createLimiter(
  options: { burst: number; perSecond: number; maxKeys?: number },
  seconds = () => performance.now() / 1000,
): Limiter {
  const { burst, perSecond, maxKeys = 20_000 } = options;
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(key) {
      const now = seconds();
      const known = buckets.get(key);
      const tokens = known ? Math.min(burst, known.tokens + (now - known.at) * perSecond) : burst;
      buckets.delete(key);
      if (buckets.size >= maxKeys) buckets.delete(buckets.keys().next().value!);
      buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
      return tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
    },
  };
}
