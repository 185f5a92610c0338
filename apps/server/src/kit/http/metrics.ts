import { timingSafeEqual } from 'node:crypto';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** One registry per process: every part adds its own numbers, `/metrics` shows them all. */
export const metrics = new Registry();
collectDefaultMetrics({ register: metrics });

/** A counter; asking again for the same name gives the same one. Labels must be of few values: never ids. */
export function counter<L extends string>(name: string, help: string, labels: readonly L[] = []): Counter<L> {
  const known = metrics.getSingleMetric(name) as Counter<L> | undefined;
  return known ?? new Counter({ name, help, labelNames: [...labels], registers: [metrics] });
}

export function gauge<L extends string>(name: string, help: string, labels: readonly L[] = []): Gauge<L> {
  const known = metrics.getSingleMetric(name) as Gauge<L> | undefined;
  return known ?? new Gauge({ name, help, labelNames: [...labels], registers: [metrics] });
}

/** A distribution, in seconds unless its name says otherwise. */
export function histogram<L extends string>(
  name: string,
  help: string,
  labels: readonly L[] = [],
  buckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
): Histogram<L> {
  const known = metrics.getSingleMetric(name) as Histogram<L> | undefined;
  return known ?? new Histogram({ name, help, labelNames: [...labels], buckets, registers: [metrics] });
}

export const httpSeconds = histogram('simwright_http_request_seconds', 'HTTP requests by route and status', [
  'method',
  'route',
  'status',
]);

const measurers = new Set<() => void | Promise<void>>();

/** Sets gauges just before they are read. A measurer that fails leaves the last value. Returns how to stop. */
export function measure(fn: () => void | Promise<void>): () => void {
  measurers.add(fn);
  return () => measurers.delete(fn);
}

/** Everything, in the text format of Prometheus. */
export async function readMetrics(): Promise<string> {
  await Promise.allSettled([...measurers].map(async (fn) => fn()));
  return metrics.metrics();
}

/** Whether a request may read the numbers: anybody while no token is set. */
export function mayReadMetrics(authorization: string | undefined, token: string | null): boolean {
  if (token === null) return true;
  const given = Buffer.from(authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
