import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type Health, isReady } from '../health.ts';
import { mayReadMetrics, metrics, readMetrics } from './metrics.ts';

export type Probes = { health: Health; metricsToken: string | null };
type Answer = { status: number; headers: Record<string, string>; body: string };

/** What watchers ask: `/healthz` (it lives), `/readyz` (it can work, with reasons), `/metrics`. Null: something else. */
export async function answerProbe(
  request: { method?: string; url?: string; headers: IncomingHttpHeaders },
  { health, metricsToken }: Probes,
): Promise<Answer | null> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return null;
  switch (request.url?.split('?')[0]) {
    case '/healthz':
      return json(200, { status: 'ok' });
    case '/readyz': {
      const checks = await health.look();
      const ready = isReady(checks);
      const status = health.draining ? 'draining' : ready ? 'ready' : 'not ready';
      return json(ready ? 200 : 503, {
        status,
        checks: Object.fromEntries(checks.map(({ name, state, reason, since }) => [name, { state, reason, since }])),
      });
    }
    case '/metrics':
      if (!mayReadMetrics(request.headers.authorization, metricsToken)) {
        return { ...json(401, { status: 'a bearer token is needed' }), headers: { 'www-authenticate': 'Bearer' } };
      }
      return { status: 200, headers: { 'content-type': metrics.contentType }, body: await readMetrics() };
    default:
      return null;
  }
}

function json(status: number, body: unknown): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}

/** The same three addresses on a port of their own, for processes that serve nothing else. Returns the port. */
export async function listenProbes(
  address: { host: string; port: number },
  probes: Probes,
): Promise<{ port: number; close(): Promise<void> }> {
  const server: Server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    answerProbe(request, probes)
      .then((answer) => {
        if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
        else response.writeHead(404).end();
      })
      .catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : address.port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
