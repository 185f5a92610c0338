import type { Runtime } from '../kit/ctx.ts';
import type { Nas } from './model.ts';
import { openNas } from './nases.ts';
import { longestMatch, parseRange } from './range.ts';
import { listAllNases } from './sql/nases.ts';

export type NasDirectory = {
  /** The NAS whose range contains the address, the longest prefix first; null for a stranger. */
  find(address: string): Nas | null;
  /** Reads all NASes again; rejects when the database does not answer, and then the ones known stay known. */
  refresh(): Promise<void>;
  close(): void;
};

/** Addresses remembered with their answer, so that a packet of a known source costs one look-up. */
const maxRemembered = 10_000;

/**
 * The NASes of every organization by source address, for the RADIUS edge. Empty until the first `refresh`; then read
 * again every `everyMs` (default 3,000), so that a NAS added in another process is known within seconds.
 */
export function nasDirectory(
  runtime: Pick<Runtime, 'database' | 'log'>,
  options: { everyMs?: number } = {},
): NasDirectory {
  let match: (address: string) => Nas | null = () => null;
  const remembered = new Map<string, Nas | null>();
  let last: Promise<void> = Promise.resolve();
  let busy = false;

  async function load(): Promise<void> {
    busy = true;
    try {
      const entries = (await listAllNases(runtime.database)).flatMap((row) => {
        try {
          const nas = openNas(row);
          return [{ range: parseRange(nas.range)!, value: nas }];
        } catch {
          runtime.log.error({ nas: row.id }, 'the secret of a NAS cannot be unsealed: its packets are dropped');
          return [];
        }
      });
      match = longestMatch(entries);
      remembered.clear();
    } finally {
      busy = false;
    }
  }

  function refresh(): Promise<void> {
    // One after the other: a caller who just changed a NAS needs a reading that began after that.
    last = last.catch(() => {}).then(load);
    return last;
  }

  const timer = setInterval(() => {
    if (busy) return;
    refresh().catch((err) => runtime.log.warn({ err }, 'NASes could not be read again'));
  }, options.everyMs ?? 3_000);
  timer.unref();

  return {
    find(address) {
      const known = remembered.get(address);
      if (known !== undefined) return known;
      const nas = match(address);
      if (remembered.size >= maxRemembered) remembered.clear();
      remembered.set(address, nas);
      return nas;
    },
    refresh,
    close: () => clearInterval(timer),
  };
}
