import type { SessionUpdate } from '../../src/usage/index.ts';

export type Packet = Omit<SessionUpdate, 'receivedAt'>;

type Live = { key: string; up: bigint; down: bigint; seconds: number; eventTime: number };

/**
 * A device with its gateway's counters, as the network knows them: the second opinion on what a session has used.
 * `counted` is what a charger must have counted of each session, all epochs together.
 */
export type Device = {
  who: { nasId: string; telecomId: string; noGigawords: boolean; imsi: string | null; plmn: string | null };
  live: Live | null;
  sessions: number;
  /** The last packets that were sent, for repeats. */
  sent: Packet[];
  counted: Map<string, bigint>;
};

const remembered = 8;

export function newDevice(who: Device['who']): Device {
  return { who, live: null, sessions: 0, sent: [], counted: new Map() };
}

/** Attaches at `at`; whatever session there was is forgotten without a Stop, as radio networks do. */
export function begin(device: Device, at: Date): Packet {
  device.sessions += 1;
  const key = `${device.who.imsi ?? 'nobody'}-${device.sessions}`;
  device.live = { key, up: 0n, down: 0n, seconds: 0, eventTime: wholeSecond(at) };
  count(device, key, 0n);
  return packet(device, device.live, 'start');
}

/** An interim with so many more bytes; `stop` ends the session with them. */
export function grow(device: Device, at: Date, up: bigint, down: bigint, kind: 'update' | 'stop' = 'update'): Packet {
  const live = device.live!;
  tick(live, at);
  live.up += up;
  live.down += down;
  count(device, live.key, up + down);
  if (kind === 'stop') device.live = null;
  return packet(device, live, kind);
}

/** The gateway has lost its counters and begins again below what it told last; null where it told nothing yet. */
export function reset(device: Device, at: Date, up: bigint, down: bigint): Packet | null {
  const live = device.live!;
  if (up >= live.up || live.seconds < 2) return null;
  tick(live, at);
  Object.assign(live, { up, down, seconds: 1 });
  count(device, live.key, up + down);
  return packet(device, live, 'update');
}

/** A whole session of the past, told in one Stop: a gateway that was cut off sends what it kept. */
export function kept(device: Device, at: Date, up: bigint, down: bigint): Packet {
  device.sessions += 1;
  const live: Live = {
    key: `kept-${device.who.imsi}-${device.sessions}`,
    up,
    down,
    seconds: 60,
    eventTime: wholeSecond(at),
  };
  count(device, live.key, up + down);
  return packet(device, live, 'stop');
}

/** Counters that no network can mean. They move nothing. */
export function impossible(device: Device, at: Date): Packet {
  const live = device.live!;
  return { ...packet(device, live, 'update', false), up: live.up + 2n ** 44n, eventTime: new Date(wholeSecond(at)) };
}

function tick(live: Live, at: Date): void {
  const next = Math.max(live.eventTime + 1000, wholeSecond(at));
  live.seconds += Math.max(1, Math.round((next - live.eventTime) / 1000));
  live.eventTime = next;
}

function count(device: Device, key: string, bytes: bigint): void {
  device.counted.set(key, (device.counted.get(key) ?? 0n) + bytes);
}

function packet(device: Device, live: Live, kind: Packet['kind'], remember = true): Packet {
  const made: Packet = {
    ...{ kind, ...device.who, sessionKey: live.key, acctSessionId: live.key, chargingId: null },
    ...{ rat: null, apn: null, framedIp: null, imei: null, hasGigawords: !device.who.noGigawords },
    ...{ up: told(device, live.up), down: told(device, live.down) },
    ...{ sessionTime: live.seconds, eventTime: new Date(live.eventTime) },
    terminateCause: kind === 'stop' ? 1 : null,
  };
  if (remember) device.sent = [...device.sent, made].slice(-remembered);
  return made;
}

/** A network without gigawords tells the lower 32 bits (RFC 2869 section 5.1), and its counters wrap. */
function told({ who }: Device, total: bigint): bigint {
  return who.noGigawords ? BigInt.asUintN(32, total) : total;
}

/** Event-Timestamp has no milliseconds (RFC 2869 section 5.3). */
function wholeSecond(at: Date): number {
  return Math.floor(at.getTime() / 1000) * 1000;
}
