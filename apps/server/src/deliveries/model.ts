import type { Id } from '../kit/ids.ts';

/** Why somebody is called: what became of something they asked for, or a batch of events that they listen to. */
export type DeliveryKind = 'callback' | 'events';

/** How a request proves that it is ours; whoever wires the sender knows how that is done. */
export type Signing = 'super_sim';

/** A request to an address that a customer named. */
export type Outgoing = {
  method: 'GET' | 'POST';
  url: string;
  contentType: string | null;
  body: string | null;
};

export type NewDelivery = Outgoing & {
  /** Whose it is; null: the organization's own. */
  companyId: Id | null;
  kind: DeliveryKind;
  about: { type: string; id: Id } | null;
  signing: Signing;
};

export type Delivery = NewDelivery & {
  id: Id;
  state: 'waiting' | 'delivered' | 'failed';
  /** Tries since it was made, or since somebody asked for it again. */
  attempts: number;
  nextAttemptAt: Date;
  createdAt: Date;
  settledAt: Date | null;
  lastStatus: number | null;
  lastAnswer: string | null;
};

/** How a delivery stands. `tried`: somebody was called already, since it was made. */
export type Standing = Pick<Delivery, 'id' | 'state' | 'attempts' | 'lastStatus'> & { tried: boolean };

/** What came of one try. `final`: trying again is pointless. */
export type Try = { status: number | null; answer: string; tookMs: number; final: boolean };

/** From the first byte to the last, in milliseconds; a sink answers within 5 s (the Super SIM documentation). */
export const longestMs: Record<DeliveryKind, number> = { callback: 10_000, events: 5_000 };

/** Largest body of a request, in bytes; the database holds the same. */
export const maxBodyBytes = 1_048_576;

/** Pauses after the first try, the second, and so on, in seconds: together a little over three days. */
export const pauses = [5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

/** 2xx is an answer. Whoever says 410 Gone wants no more of this; anything else may be better later. */
export function isDelivered(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}

/**
 * What a delivery is after one more try.
 *
 * @param attempts tries until now, this one included
 * @param chance from 0 to 1: spreads those that failed together by a fifth in both directions
 */
export function afterTry(
  attempts: number,
  { status, final }: Pick<Try, 'status' | 'final'>,
  now: Date,
  chance: number,
): { state: Delivery['state']; nextAttemptAt: Date } {
  if (isDelivered(status)) return { state: 'delivered', nextAttemptAt: now };
  const pause = pauses[attempts - 1];
  if (final || status === 410 || pause === undefined) return { state: 'failed', nextAttemptAt: now };
  return { state: 'waiting', nextAttemptAt: new Date(now.getTime() + Math.round(pause * 1000 * (0.8 + 0.4 * chance))) };
}
