import { networkInterfaces } from 'node:os';
import { contains } from '../../carriers/index.ts';

/** Where the instance may send datagrams, and from where it takes them. */
export type Reach = {
  /** Whether an address may be a device at all. */
  covers(address: string): boolean;
  /** Why nothing is sent there, in words; null: it may be. */
  refuses(address: string, port: number): string | null;
};

/**
 * Whoever runs the instance names the addresses of devices: an organization may claim any for its telecom, and datagrams must not
 * become a way to reach what only this machine can reach. On this machine itself, where a lab keeps its devices, ports that are our own
 * are no device's.
 *
 * @param ranges CIDR; none: nothing is sent and nothing is taken
 * @param ownPorts asked at every datagram: they are known when everything listens
 */
export function openReach(ranges: readonly string[], ownPorts: () => ReadonlySet<number>): Reach {
  const covers = (address: string) => contains(ranges, address);
  return {
    covers,
    refuses(address, port) {
      if (ranges.length === 0) return 'This instance sends no data to devices: IP_COMMANDS_RANGES names no addresses.';
      if (!covers(address)) return `This instance sends no data to ${address}: IP_COMMANDS_RANGES does not name it.`;
      if (ownPorts().has(port) && isOwn(address)) return `Port ${port} of ${address} is one of Simwright itself.`;
      return null;
    },
  };
}

/** Whether an address is this machine's: all of 127.0.0.0/8, and those of its interfaces now. */
function isOwn(address: string): boolean {
  if (contains(['127.0.0.0/8', '0.0.0.0/8'], address)) return true;
  return Object.values(networkInterfaces()).some((list) => list?.some((own) => own.address === address));
}
