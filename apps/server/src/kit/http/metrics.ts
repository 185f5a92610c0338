import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** One registry per process: every part adds its own numbers, `/metrics` shows them all. */
export const metrics = new Registry();

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
