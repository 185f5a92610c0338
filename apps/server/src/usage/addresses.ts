import { isIP } from 'node:net';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { Session } from './model.ts';
import { type DevicePlace, listLastWith } from './sql/addresses.ts';

export type { DevicePlace } from './sql/addresses.ts';

/** Who has an address: a line; nobody; a session of a SIM that is not ours; or two that began in the same moment. */
export type Holder = { kind: 'line'; lineId: Id } | { kind: 'nobody' | 'unknown_sim' | 'ambiguous' };

/**
 * Who has these addresses, in the order given. A network gives an address to one device at a time, so it is that of the open
 * session which began last with it.
 */
export async function holdersOf(ctx: Ctx, places: DevicePlace[]): Promise<Holder[]> {
  if (places.length === 0) return [];
  const found = await reading(ctx, (ctx) => listLastWith(ctx, places));
  return places.map(({ telecomId, address }) =>
    holderOf(found.filter((one) => one.telecomId === telecomId && one.address === address)),
  );
}

function holderOf([last, before]: { lineId: Id | null; startedAt: Date }[]): Holder {
  if (!last) return { kind: 'nobody' };
  if (before && before.lineId !== last.lineId && before.startedAt.getTime() === last.startedAt.getTime()) {
    return { kind: 'ambiguous' };
  }
  return last.lineId ? { kind: 'line', lineId: last.lineId } : { kind: 'unknown_sim' };
}

/** The address of a session, or the IPv6 prefix of which its device takes addresses; null while its network told none. */
export function addressOf({ framedIp }: Pick<Session, 'framedIp'>): { address: string; version: 4 | 6 } | null {
  if (framedIp === null) return null;
  if (isIP(framedIp) === 4) return { address: framedIp, version: 4 };
  const [address = '', length] = framedIp.split('/');
  if (isIP(address) !== 6) return null;
  const short = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  return { address: length === '128' ? short : `${short}/${length}`, version: 6 };
}
