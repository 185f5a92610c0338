const firstMs = 2_000;
const longestMs = 600_000;

/** How long to wait after the `attempts`-th request to a telecom: 2, 4, 8 s … ten minutes. */
export function pauseMs(attempts: number): number {
  return Math.min(firstMs * 2 ** Math.min(Math.max(attempts - 1, 0), 20), longestMs);
}
