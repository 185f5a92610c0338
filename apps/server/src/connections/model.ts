import type { Id } from '../kit/ids.ts';

/** What can be told of a device and its network, in the words of the Super SIM API without their common beginning. */
export const connectionTypes = [
  'attachment.accepted',
  'attachment.rejected',
  'attachment.failed',
  'data-session.started',
  'data-session.updated',
  'data-session.ended',
  'data-session.failed',
] as const;
export type ConnectionType = (typeof connectionTypes)[number];

/** What an event of a session says of it; bytes of the stretch since the event before, and of the whole session. */
export type ToldSession = {
  id: Id;
  startedAt: Date;
  endedAt: Date | null;
  /** The gateway lets it carry nothing. */
  walled: boolean;
  /** Null where the event is not about usage: at the start. */
  stretch: { from: Date; to: Date; up: bigint; down: bigint } | null;
  up: bigint;
  down: bigint;
};

/** Something a device did on the network, as whoever saw it tells it. */
export type NewConnection = {
  type: ConnectionType;
  at: Date;
  lineId: Id;
  /** The account that the SIM is in; null: the organization's own. */
  companyId: Id | null;
  fleetId: Id | null;
  /** Why it was rejected, or failed. */
  reason: string | null;
  imsi: string | null;
  imei: string | null;
  plmn: string | null;
  rat: string | null;
  apn: string | null;
  ipAddress: string | null;
  /** LAC or TAC, and cell, in hexadecimal. */
  area: string | null;
  cell: string | null;
  session: ToldSession | null;
};

/** A connection event as it is kept. */
export type ConnectionEvent = NewConnection & {
  id: Id;
  /** Data of the SIM was blocked, or the session walled. */
  blocked: boolean;
  iccid: string;
  uniqueName: string | null;
};

/** An address that hears of connections. */
export type Sink = {
  id: Id;
  /** Whose SIMs it hears of; null: all of the organization. */
  companyId: Id | null;
  url: string;
  description: string;
  types: ConnectionType[];
  state: 'active' | 'paused';
  /** `gone`: its receiver said that it wants no more (410). */
  pausedBecause: 'staff' | 'gone' | null;
  lastDeliveryId: Id | null;
  lastSentAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
};

export type Hearing = Pick<Sink, 'id' | 'companyId' | 'types'>;

/** Whether a sink wants to hear of this. */
export function hears(sink: Hearing, { companyId, type }: Pick<NewConnection, 'companyId' | 'type'>): boolean {
  return (sink.companyId === null || sink.companyId === companyId) && sink.types.includes(type);
}

/**
 * Events in one request, and its bytes: servers that read JSON take 100 KB unless told otherwise, and one that refuses a batch for its size
 * would refuse it for ever. One event alone is always smaller.
 */
export const largestBatch = { events: 100, bytes: 98_304 };

/** How many of these pieces of JSON make one batch, from the first on; at least one. Bytes are those of an array of them. */
export function batchSize(pieces: readonly string[], { events, bytes } = largestBatch): number {
  let size = 2;
  for (const [count, piece] of pieces.entries()) {
    size += Buffer.byteLength(piece) + 1;
    if (count > 0 && (count >= events || size > bytes)) return count;
  }
  return pieces.length;
}

/** While a batch is tried again, the next one goes no sooner. */
export const sickPauseMs = 60_000;

export type LastBatch = {
  state: 'waiting' | 'delivered' | 'failed';
  /** Whether somebody was called already and has not taken it. */
  tried: boolean;
  sentAt: Date;
  /** HTTP status of the last answer. */
  status: number | null;
};

/**
 * What a sink may be sent, by what became of its last batch. One at a time, so that batches come in order; where one was not
 * taken at first, what is new goes at most once a minute; a receiver that is gone is told nothing more.
 */
export function nextOf(last: LastBatch | null, now: Date): 'go' | 'wait' | 'gone' {
  if (!last || last.state === 'delivered') return 'go';
  if (last.state === 'failed' && last.status === 410) return 'gone';
  if (last.state === 'waiting' && !last.tried) return 'wait';
  return now.getTime() - last.sentAt.getTime() >= sickPauseMs ? 'go' : 'wait';
}
