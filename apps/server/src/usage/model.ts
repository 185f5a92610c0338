import type { Id } from '../kit/ids.ts';

/** What is used: data in bytes, messages, calls in seconds. */
export const services = ['data', 'sms', 'voice'] as const;
export type Service = (typeof services)[number];

/** A network connection of a line, with its cumulative counters. An epoch ends when the network's counters start again. */
export type Session = {
  id: Id;
  nasId: Id;
  telecomId: Id;
  sessionKey: string;
  acctSessionId: string;
  lineId: Id | null;
  imsi: string | null;
  state: 'open' | 'closed' | 'stale';
  epoch: number;
  /** Counters of the current epoch, as the network sent them. */
  upTotal: bigint;
  downTotal: bigint;
  /** All epochs together. */
  upBytes: bigint;
  downBytes: bigint;
  sessionTime: number | null;
  chargingId: string | null;
  plmn: string | null;
  rat: string | null;
  apn: string | null;
  framedIp: string | null;
  imei: string | null;
  walled: boolean;
  terminateCause: number | null;
  startedAt: Date;
  lastEventAt: Date;
  lastReceivedAt: Date;
  endedAt: Date | null;
  version: bigint;
};

/** What the carrier told, normalised; times are on the organization's clock. */
export type SessionUpdate = {
  kind: 'start' | 'update' | 'stop';
  nasId: Id;
  telecomId: Id;
  sessionKey: string;
  acctSessionId: string;
  chargingId: string | null;
  imsi: string | null;
  plmn: string | null;
  rat: string | null;
  apn: string | null;
  framedIp: string | null;
  imei: string | null;
  up: bigint;
  down: bigint;
  hasGigawords: boolean;
  /** This NAS counts in 32 bits only: a smaller total may be a wrap. */
  noGigawords: boolean;
  sessionTime: number | null;
  terminateCause: number | null;
  /** LAC or TAC, and cell, in hexadecimal: where the device is now. Not kept with the session. */
  area?: string | null;
  cell?: string | null;
  /** The gateway lets the session carry nothing, as it was told when it asked. */
  walled?: boolean;
  eventTime: Date;
  receivedAt: Date;
};

export type Advance =
  /** The counters cannot be true. Nothing moves; the update is kept in quarantine. */
  | { kind: 'impossible' }
  | {
      kind: 'advanced';
      session: Session;
      up: bigint;
      down: bigint;
      /** The session is new, or runs again. */
      started: boolean;
      ended: boolean;
      /** Nothing new in it: a repeat, or older than what we have. */
      stale: boolean;
    };

/** More than this in one update is a broken counter, not traffic: 8.8 TB, two hours at 10 Gbit/s. */
export const largestDelta = 2n ** 43n;
const largestTotal = 2n ** 62n;
const wrap = 2n ** 32n;

/**
 * Turns cumulative counters into what is new since the last update of the session.
 *
 * A repeat brings zero. A smaller total is an update that arrived late, unless the session time is smaller as well
 * and the event newer: then the counters started again, and the whole new total counts. After a Stop later packets
 * may only raise the total. A 2^32 wrap is assumed only for a NAS that is flagged as sending no gigawords (RFC 2869
 * section 5.1: Acct-Input-Gigawords).
 */
export function advanceSession(current: Session | null, update: SessionUpdate, newSessionId: () => Id): Advance {
  if (update.up > largestTotal || update.down > largestTotal) return { kind: 'impossible' };
  const before = current ?? openSession(update, newSessionId());
  if (isOfEarlierEpoch(before, update)) {
    const unmoved = { up: 0n, down: 0n, started: false, ended: false, stale: true };
    return { kind: 'advanced', session: { ...before, lastReceivedAt: later(before, update) }, ...unmoved };
  }
  const newer = update.eventTime > before.lastEventAt;
  const smaller = update.up < before.upTotal || update.down < before.downTotal;
  const shorter = (update.sessionTime ?? 0) < (before.sessionTime ?? 0) || update.kind === 'start';
  const wrapped = current !== null && smaller && update.noGigawords && !update.hasGigawords && newer && !shorter;
  const restarted =
    current !== null &&
    !wrapped &&
    newer &&
    shorter &&
    (smaller || before.state === 'closed') &&
    update.kind !== 'stop';

  const from = restarted ? { up: 0n, down: 0n } : { up: before.upTotal, down: before.downTotal };
  const total = wrapped
    ? { up: unwrap(before.upTotal, update.up), down: unwrap(before.downTotal, update.down) }
    : { up: update.up, down: update.down };
  const up = positive(total.up - from.up);
  const down = positive(total.down - from.down);
  if (up > largestDelta || down > largestDelta) return { kind: 'impossible' };

  const stale = current !== null && !restarted && up === 0n && down === 0n && !newer;
  const reopened = current === null || restarted;
  const stopping = update.kind === 'stop';
  const closed = stopping || (before.state === 'closed' && !restarted);
  // Every field by name: one shape for all sessions, and half the memory of a spread.
  const session: Session = {
    id: before.id,
    nasId: before.nasId,
    telecomId: before.telecomId,
    sessionKey: before.sessionKey,
    acctSessionId: before.acctSessionId,
    lineId: before.lineId,
    imsi: before.imsi,
    state: closed ? 'closed' : 'open',
    epoch: restarted ? before.epoch + 1 : before.epoch,
    upTotal: from.up + up,
    downTotal: from.down + down,
    upBytes: before.upBytes + up,
    downBytes: before.downBytes + down,
    sessionTime: restarted ? update.sessionTime : largest(before.sessionTime, update.sessionTime),
    chargingId: update.chargingId ?? before.chargingId,
    plmn: (newer || current === null ? update.plmn : null) ?? before.plmn,
    rat: (newer || current === null ? update.rat : null) ?? before.rat,
    apn: update.apn ?? before.apn,
    framedIp: (newer || current === null ? update.framedIp : null) ?? before.framedIp,
    imei: (newer || current === null ? update.imei : null) ?? before.imei,
    walled: update.walled ?? before.walled,
    terminateCause: stopping ? update.terminateCause : closed ? before.terminateCause : null,
    startedAt: before.startedAt,
    lastEventAt: newer ? update.eventTime : before.lastEventAt,
    lastReceivedAt: later(before, update),
    endedAt: stopping ? update.eventTime : closed ? before.endedAt : null,
    version: before.version,
  };
  return {
    kind: 'advanced',
    session,
    up,
    down,
    started: reopened && !closed,
    ended: stopping && before.state !== 'closed',
    stale,
  };
}

function openSession(update: SessionUpdate, id: Id): Session {
  return {
    id,
    nasId: update.nasId,
    telecomId: update.telecomId,
    sessionKey: update.sessionKey,
    acctSessionId: update.acctSessionId,
    lineId: null,
    imsi: update.imsi,
    state: 'open',
    epoch: 0,
    upTotal: 0n,
    downTotal: 0n,
    upBytes: 0n,
    downBytes: 0n,
    sessionTime: null,
    chargingId: update.chargingId,
    plmn: update.plmn,
    rat: update.rat,
    apn: update.apn,
    framedIp: update.framedIp,
    imei: update.imei,
    walled: update.walled ?? false,
    terminateCause: null,
    startedAt: new Date(update.eventTime.getTime() - (update.sessionTime ?? 0) * 1000),
    lastEventAt: update.eventTime,
    lastReceivedAt: update.receivedAt,
    endedAt: null,
    version: 0n,
  };
}

/**
 * Whether the update was made before the counters started again: its totals are those of an epoch that is closed, and
 * would be counted twice against the new one. Where the network tells no session time nobody can know.
 */
function isOfEarlierEpoch(current: Session, update: SessionUpdate): boolean {
  if (current.epoch === 0 || current.sessionTime === null) return false;
  return update.eventTime.getTime() <= current.lastEventAt.getTime() - current.sessionTime * 1000;
}

function later(current: Session, update: SessionUpdate): Date {
  return update.receivedAt > current.lastReceivedAt ? update.receivedAt : current.lastReceivedAt;
}

/** The smallest total above `last` whose lower 32 bits are `now`. */
function unwrap(last: bigint, now: bigint): bigint {
  const base = (last / wrap) * wrap + (now % wrap);
  return base < last ? base + wrap : base;
}

function positive(value: bigint): bigint {
  return value > 0n ? value : 0n;
}

function largest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

/** A packet's time is in whole seconds; the usage it tells of may have happened until that second's end. */
const secondOfAnEvent = 999;
/** A clock that runs ahead by more than this is wrong. */
const furthestAhead = 15 * 60_000;
/** Older than any open invoice: nobody can say what it would have cost. */
const furthestBack = 93 * 86_400_000;

/** When usage counts: its own time, never after it was received; or why that time cannot be believed. */
export function occurrence(
  eventTime: Date,
  receivedAt: Date,
): { at: Date; problem: null | 'time_in_future' | 'time_in_past' } {
  const ahead = eventTime.getTime() - receivedAt.getTime();
  if (ahead > furthestAhead) return { at: receivedAt, problem: 'time_in_future' };
  if (-ahead > furthestBack) return { at: receivedAt, problem: 'time_in_past' };
  const wholeSecond = eventTime.getMilliseconds() === 0 ? secondOfAnEvent : 0;
  return { at: new Date(Math.min(eventTime.getTime() + wholeSecond, receivedAt.getTime())), problem: null };
}
