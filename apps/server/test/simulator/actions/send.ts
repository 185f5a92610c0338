import { setTimeout as sleep } from 'node:timers/promises';
import type { Charger } from '../../../src/charging/index.ts';
import { begin, type Device, grow, type Packet } from '../device.ts';
import { bytes, chance, pieces } from '../draw.ts';
import type { Tenant } from '../tenant.ts';
import type { Simulation } from '../world.ts';

/** How packets come: all at once and so in as few batches as the charger makes of them, in pieces, or one by one. */
export type Manner = 'together' | 'pieces' | 'singly';

/** Times that a packet is sent before its silence counts as a find. */
const sends = 12;

export async function send(
  world: Simulation,
  tenant: Tenant,
  packets: Packet[],
  manner = mannerOf(world),
): Promise<void> {
  if (manner === 'together') return together(world, tenant, packets);
  for (const piece of pieces(world, packets, manner === 'pieces' ? 4 : 1)) {
    await together(world, tenant, piece);
    // Records are replayed in the order of their batches, whose ids tell milliseconds apart.
    await world.move(1);
  }
}

/** All at once, shared out among these writers, as if each believed that the shard is its own. */
export async function together(
  world: Simulation,
  tenant: Tenant,
  packets: Packet[],
  writers: readonly (() => Charger)[] = [world.charger],
): Promise<void> {
  await Promise.all(packets.map((packet, i) => deliver(world, tenant, packet, writers[i % writers.length]!)));
}

/** Until it is acknowledged, as a network does. */
async function deliver(world: Simulation, tenant: Tenant, packet: Packet, writer: () => Charger): Promise<void> {
  const organizationId = tenant.ctx().organization.id;
  for (let attempt = 1; ; attempt++) {
    try {
      return await writer().receive({ ...packet, organizationId, receivedAt: world.now() });
    } catch (error) {
      if (attempt === sends) throw error;
      await sleep(3 * attempt);
    }
  }
}

/** What a device has to tell next: it attaches, counts on, or ends. */
export function traffic(world: Simulation, device: Device): Packet[] {
  const now = world.now();
  if (!device.live) return [begin(device, now)];
  if (chance(world, 0.1)) return [grow(device, now, 0n, 0n)];
  const packet = grow(device, now, bytes(world), bytes(world), chance(world, 0.15) ? 'stop' : 'update');
  return chance(world, 0.1) ? [packet, packet] : [packet];
}

function mannerOf(world: Simulation): Manner {
  if (chance(world, 0.5)) return 'together';
  return chance(world, 0.4) ? 'pieces' : 'singly';
}
