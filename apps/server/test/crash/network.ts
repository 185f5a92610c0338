import { setTimeout as sleep } from 'node:timers/promises';
import { openClient, type RadiusClient } from '../../src/radius/index.ts';
import type { Gateway } from '../gateway.ts';
import type { Device, Sent } from './feed.ts';
import type { Ready } from './subject.ts';

/** How long answers may stay away before it counts as a fault, in milliseconds. */
export const patienceMs = 20_000;

/** The network's side: it repeats an unanswered packet for as long as it is open. */
export function openNetwork(ports: Ready['radius'], gateway: Gateway): Promise<RadiusClient> {
  return openClient({
    host: '127.0.0.1',
    ...ports,
    secret: gateway.secret,
    localAddress: gateway.address,
    sockets: 2,
    timeoutMs: 300,
    retries: 100,
  });
}

/**
 * All devices at once, each waiting for its answer, while `script` runs; when it is done they stop where they are and
 * the network is closed. The script may wait for so many answers more. An unanswered packet is sent again as it was,
 * or forgotten: the next one counts further.
 */
export async function traffic(
  network: RadiusClient,
  devices: Device[],
  feed: Sent[],
  script: (answered: (count: number) => Promise<void>) => Promise<void>,
): Promise<void> {
  let answers = 0;
  let stopped = false;
  const answered = async (count: number) => {
    const goal = answers + count;
    const end = performance.now() + patienceMs;
    // A millisecond is finer than the moments that a seed draws.
    while (answers < goal) {
      if (performance.now() > end) throw new Error(`of ${count} packets ${goal - answers} were not answered in time`);
      await sleep(1);
    }
  };
  const drive = async (device: Device) => {
    while (!stopped) {
      const sent = device.next(new Date());
      feed.push(sent);
      while (!stopped && !sent.acknowledged) {
        sent.acknowledged = (await network.account(sent.attributes)) !== null;
        if (!sent.acknowledged && device.forgets()) break;
      }
      if (sent.acknowledged) answers += 1;
    }
  };
  const driven = Promise.all(devices.map(drive));
  try {
    await script(answered);
  } finally {
    stopped = true;
    network.close();
    await driven;
  }
}

/** Sends every packet until it is answered, 100 at a time. */
export async function replay(network: RadiusClient, packets: Sent[]): Promise<void> {
  const left = packets.values();
  const drive = async () => {
    for (const sent of left) {
      if ((await network.account(sent.attributes)) === null) throw new Error('a replayed packet was never answered');
    }
  };
  await Promise.all(Array.from({ length: 100 }, drive)).finally(() => network.close());
}
