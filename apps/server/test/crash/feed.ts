import {
  type AccountingRecord,
  type Attribute,
  accountingAttributes,
  type Subscriber,
} from '../../src/radius/index.ts';
import type { Random } from '../../src/simulated/random.ts';

export const below = (random: Random, bound: number): number => Math.floor(random() * bound);

export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = below(random, i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

/** One packet of the feed, and whether the system has answered it: the client's own log. */
export type Sent = {
  session: string;
  status: 'start' | 'interim' | 'stop';
  up: bigint;
  down: bigint;
  attributes: Attribute[];
  acknowledged: boolean;
};

/** Packets a device sends in one session besides its Start and Stop. */
const mostInterims = 6;

/** A device that opens a session, counts, closes it and begins again, for ever. */
export type Device = {
  /** Its next packet. */
  next(now: Date): Sent;
  /** Whether it gives an unanswered packet up; the next one counts further. */
  forgets(): boolean;
};

export function openDevice(who: Subscriber, name: string, random: Random): Device {
  let number = 0;
  let interims = 0;
  let startedAt = 0;
  let up = 0n;
  let down = 0n;

  function packet(status: Sent['status'], now: Date): Sent {
    const session = `${name}-${number}`;
    // Whole seconds, as an Event-Timestamp is, so that it and the session time never contradict each other.
    const seconds = Math.floor(now.getTime() / 1000);
    const record: AccountingRecord = {
      status,
      acctSessionId: session,
      up,
      down,
      sessionTime: seconds - startedAt,
      eventTime: new Date(seconds * 1000),
      ...(status === 'stop' ? { terminateCause: 1 } : {}),
    };
    return { session, status, up, down, attributes: accountingAttributes(who, record), acknowledged: false };
  }

  return {
    forgets: () => random() < 0.5,
    next(now) {
      if (startedAt === 0) {
        number += 1;
        startedAt = Math.floor(now.getTime() / 1000);
        [up, down] = [0n, 0n];
        interims = 1 + below(random, mostInterims);
        return packet('start', now);
      }
      // One step in eight counts nothing new, and one in thirty passes 32 bits.
      const large = random() < 1 / 30 ? 2 ** 32 : 0;
      if (random() > 1 / 8) {
        up += BigInt(below(random, 60_000));
        down += BigInt(below(random, 400_000) + large);
      }
      if (interims > 0) {
        interims -= 1;
        return packet('interim', now);
      }
      const last = packet('stop', now);
      startedAt = 0;
      return last;
    },
  };
}

/** Counters of each session: the last of those packets that `count` chooses. Sessions only ever count up. */
export function countersOf(feed: readonly Sent[], count: (sent: Sent) => boolean): Map<string, Counters> {
  const found = new Map<string, Counters>();
  for (const sent of feed) {
    if (!count(sent)) continue;
    const known = found.get(sent.session);
    found.set(sent.session, {
      up: known && known.up > sent.up ? known.up : sent.up,
      down: known && known.down > sent.down ? known.down : sent.down,
      closed: (known?.closed ?? false) || sent.status === 'stop',
    });
  }
  return found;
}

export type Counters = { up: bigint; down: bigint; closed: boolean };
