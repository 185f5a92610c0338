import { createServer } from 'node:net';
import type { Config } from '../kit/config.ts';
import { bindSocket } from '../radius/index.ts';

/** Fails as listening would, before anything that takes long: a port that is taken is said at once. */
export async function tryPorts({
  host,
  port,
  radius,
  ipCommands,
}: Pick<Config, 'host' | 'port' | 'radius' | 'ipCommands'>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
  for (const udp of [radius.authPort, radius.acctPort]) (await bindSocket(radius.host, udp)).close();
  if (ipCommands?.port) (await bindSocket(ipCommands.host, ipCommands.port)).close();
}
