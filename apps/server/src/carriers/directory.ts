import type { Runtime } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import type { Nas } from './model.ts';
import { openNas } from './nases.ts';
import { longestMatch, parseRange, type Range } from './range.ts';
import { listAllNases } from './sql/nases.ts';
import { listDeviceRanges } from './sql/telecoms.ts';

/** What an address belongs to, of every organization: whoever sends a datagram names none. */
export type Directory<T> = {
  /** What the range belongs to that contains the address, the longest prefix first; null for a stranger. */
  find(address: string): T | null;
  /** Reads all ranges again; rejects when the database does not answer, and then the ones known stay known. */
  refresh(): Promise<void>;
  close(): void;
};

export type NasDirectory = Directory<Nas>;
/** Whose devices have an address. */
export type DeviceDirectory = Directory<{ organizationId: Id; telecomId: Id }>;

type Reader = Pick<Runtime, 'database' | 'log'>;

/** Addresses remembered with their answer, so that a packet of a known source costs one look-up. */
const maxRemembered = 10_000;

/** The NASes of every organization by source address, for the RADIUS edge. */
export function nasDirectory(runtime: Reader, options: { everyMs?: number } = {}): NasDirectory {
  return directory(runtime, { ...options, what: 'NASes' }, async () =>
    (await listAllNases(runtime.database)).flatMap((row) => {
      try {
        const nas = openNas(row);
        return [{ range: parseRange(nas.range)!, value: nas }];
      } catch {
        runtime.log.error({ nas: row.id }, 'the secret of a NAS cannot be unsealed: its packets are dropped');
        return [];
      }
    }),
  );
}

/** The telecoms of every organization by the addresses of their devices, for data from devices. */
export function deviceDirectory(runtime: Reader, options: { everyMs?: number } = {}): DeviceDirectory {
  return directory(runtime, { ...options, what: 'ranges of devices' }, async () =>
    (await listDeviceRanges(runtime.database)).map(({ deviceRange, organizationId, telecomId }) => ({
      ...{ range: parseRange(deviceRange)!, value: { organizationId, telecomId } },
    })),
  );
}

/**
 * Empty until the first `refresh`; then read again every `everyMs` (default 3,000), so that what is added in another
 * process is known within seconds.
 */
function directory<T>(
  { log }: Reader,
  { everyMs = 3_000, what }: { everyMs?: number; what: string },
  read: () => Promise<{ range: Range; value: T }[]>,
): Directory<T> {
  let match: (address: string) => T | null = () => null;
  const remembered = new Map<string, T | null>();
  let last: Promise<void> = Promise.resolve();
  let busy = false;

  async function load(): Promise<void> {
    busy = true;
    try {
      match = longestMatch(await read());
      remembered.clear();
    } finally {
      busy = false;
    }
  }

  function refresh(): Promise<void> {
    // One after the other: a caller who just changed a range needs a reading that began after that.
    last = last.catch(() => {}).then(load);
    return last;
  }

  const timer = setInterval(() => {
    if (busy) return;
    refresh().catch((err) => log.warn({ err }, `${what} could not be read again`));
  }, everyMs);
  timer.unref();

  return {
    find(address) {
      const known = remembered.get(address);
      if (known !== undefined) return known;
      const found = match(address);
      if (remembered.size >= maxRemembered) remembered.clear();
      remembered.set(address, found);
      return found;
    },
    refresh,
    close: () => clearInterval(timer),
  };
}
