import { openClient, type RadiusClient } from '../../src/radius/index.ts';
import type { Ready } from '../crash/subject.ts';
import type { Gateway } from '../gateway.ts';

/** A gateway with two servers to choose from: it takes turns, and does not wait long for one that is silent. */
export async function between(one: Ready['radius'], other: Ready['radius'], gateway: Gateway): Promise<RadiusClient> {
  const clients = await Promise.all(
    [one, other].map((ports) =>
      openClient({
        ...{ host: '127.0.0.1', secret: gateway.secret, localAddress: gateway.address },
        ...ports,
        ...{ sockets: 2, timeoutMs: 300, retries: 3 },
      }),
    ),
  );
  let turn = 0;
  const next = () => clients[turn++ % clients.length]!;
  return {
    access: (attributes) => next().access(attributes),
    account: (attributes) => next().account(attributes),
    close() {
      for (const client of clients) client.close();
    },
  };
}
