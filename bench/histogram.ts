const smallest = 0.01;
const step = Math.log(1.02);
const buckets = 1200;

/** Latencies in milliseconds in buckets of 2 %: a soak of half an hour takes no more memory than a second. */
export function openHistogram() {
  const counts = new Uint32Array(buckets);
  let count = 0;
  return {
    add(ms: number): void {
      const index = ms <= smallest ? 0 : Math.min(buckets - 1, Math.ceil(Math.log(ms / smallest) / step));
      counts[index]! += 1;
      count += 1;
    },
    count: () => count,
    /** The latency that this part (0 to 1) of all did not exceed, to 2 %; NaN when there were none. */
    at(part: number): number {
      let left = Math.ceil(count * part);
      for (let i = 0; i < buckets; i++) {
        left -= counts[i]!;
        if (left <= 0 && count > 0) return smallest * Math.exp(i * step);
      }
      return Number.NaN;
    },
    clear(): void {
      counts.fill(0);
      count = 0;
    },
  };
}

export type Histogram = ReturnType<typeof openHistogram>;
