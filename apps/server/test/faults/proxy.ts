import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/simulated/random.ts';

/** What the wire does to what passes, both ways. Shares are in [0, 1]; it may be changed while the proxy runs. */
export type Weather = {
  /** Each packet or piece waits between these milliseconds. Datagrams overtake each other by it, a stream does not. */
  delayMs: readonly [number, number];
  /** Datagrams only. */
  drop: number;
  /** Datagrams only. */
  duplicate: number;
};

export const fair: Weather = { delayMs: [0, 0], drop: 0, duplicate: 0 };

type Target = { host: string; port: number };

/** Clients that a proxy of datagrams keeps apart, each with a socket of its own behind it. */
const mostClients = 64;

/** Carries datagrams to a port and the answers back, through this weather. */
export async function openUdpProxy(target: Target, random: Random, weather: Weather) {
  const front = createSocket('udp4');
  const behind = new Map<string, Datagrams>();
  const seen = { passed: 0, dropped: 0, duplicated: 0 };

  function carry(send: () => void): void {
    if (random() < weather.drop) {
      seen.dropped += 1;
      return;
    }
    const copies = random() < weather.duplicate ? 2 : 1;
    seen.duplicated += copies - 1;
    for (let i = 0; i < copies; i++) {
      seen.passed += 1;
      setTimeout(send, waitOf(weather, random));
    }
  }

  function socketFor(client: { address: string; port: number }): Datagrams | undefined {
    const key = `${client.address}:${client.port}`;
    const known = behind.get(key);
    if (known || behind.size >= mostClients) return known;
    const socket = createSocket('udp4');
    socket.on('message', (answer) => carry(() => sendOn(front, answer, client.port, client.address)));
    // A port that nobody listens on is silence.
    socket.on('error', () => {});
    behind.set(key, socket);
    return socket;
  }

  front.on('message', (datagram, client) => {
    const socket = socketFor(client);
    if (socket) carry(() => sendOn(socket, datagram, target.port, target.host));
  });
  front.bind(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    port: front.address().port,
    weather,
    seen,
    close() {
      for (const socket of [front, ...behind.values()]) socket.close();
    },
  };
}

function sendOn(socket: Datagrams, bytes: Buffer, port: number, host: string): void {
  try {
    socket.send(bytes, port, host, () => {});
  } catch (error) {
    // Closed while the datagram was on its way: it is lost, as some are.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SOCKET_DGRAM_NOT_RUNNING') throw error;
  }
}

type Pair = { client: Socket; server: Socket };

/** Carries streams to a port. Whatever the weather, a stream keeps its order, as TCP does. */
export async function openTcpProxy(target: Target, random: Random, weather: Weather) {
  const pairs = new Set<Pair>();
  let open = true;

  const listener = createServer({ allowHalfOpen: true }, (client) => {
    if (!open) return void client.resetAndDestroy();
    const server = dial({ ...target, allowHalfOpen: true });
    const pair = { client, server };
    pairs.add(pair);
    pipe(client, server);
    pipe(server, client);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        pairs.delete(pair);
        other.destroy();
      });
    }
  });

  /** One piece after the other; while one waits, no more is read, so that nothing piles up here. */
  function pipe(from: Socket, to: Socket): void {
    from.on('data', async (piece) => {
      const ms = waitOf(weather, random);
      if (ms > 0) {
        from.pause();
        await sleep(ms);
        from.resume();
      }
      if (to.writable && !to.write(piece)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    from.on('end', () => to.end());
  }

  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const reset = () => {
    for (const { client, server } of pairs) for (const socket of [client, server]) socket.resetAndDestroy();
  };
  return {
    port: (listener.address() as AddressInfo).port,
    weather,
    connections: () => pairs.size,
    /** Both ends of every stream are told that it is over, in the middle of whatever they said. */
    reset,
    /** The client is told that nothing more comes, and may still talk to a server that hears it. */
    halfClose() {
      for (const { client } of pairs) client.end();
    },
    /** Nothing passes and nobody is told, as behind a firewall that has forgotten. */
    pause() {
      for (const { client, server } of pairs) for (const socket of [client, server]) socket.pause();
    },
    resume() {
      for (const { client, server } of pairs) for (const socket of [client, server]) socket.resume();
    },
    /** The cable is out: what was is reset, what comes is turned away. */
    cut() {
      open = false;
      reset();
    },
    mend() {
      open = true;
    },
    async close() {
      reset();
      await new Promise<void>((resolve) => listener.close(() => resolve()));
    },
  };
}

function waitOf({ delayMs: [least, most] }: Weather, random: Random): number {
  return least + random() * (most - least);
}
