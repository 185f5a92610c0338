import type { Id } from '../../kit/ids.ts';
import type { Book, Chart, Client, Grant } from '../door.ts';

/**
 * `asked`: somebody is on the way there · `choosing`: there are several books · `broken`: what let us in is not good any more · `leaving`: it is
 * being given back.
 */
export const connectionStates = ['asked', 'choosing', 'connected', 'broken', 'leaving', 'gone'] as const;
export type ConnectionState = (typeof connectionStates)[number];

export type Connection = {
  id: Id;
  kind: 'xero';
  state: ConnectionState;
  client: Client;
  grant: Grant | null;
  /** What somebody brought back, to be exchanged. */
  code: string | null;
  stateHash: Buffer | null;
  askedUntil: Date | null;
  refreshedAt: Date | null;
  pausedUntil: Date | null;
  books: Book[];
  bookId: string | null;
  bookName: string | null;
  bookLink: string | null;
  chart: Chart | null;
  chartAt: Date | null;
  chartDue: boolean;
  /** `2026-03-01`: documents issued from that day on are written. */
  pushFrom: string | null;
  filledUntil: Id | null;
  problem: string | null;
  createdAt: Date;
  createdBy: string;
  connectedAt: Date | null;
};

/** How long somebody has to let us in. */
export const askedMs = 30 * 60_000;
/** A token is refreshed so long before its end: a call takes seconds. */
const earlyMs = 2 * 60_000;
/** A refresh token that is not used for 60 days is over: long before, one is taken though nobody needs it. */
const idleMs = 7 * 24 * 3_600_000;

/** Whether the token is to be refreshed now. @param now the machine's clock */
export function isRefreshDue(grant: Pick<Grant, 'until'>, refreshedAt: Date | null, now: Date): boolean {
  return grant.until.getTime() - earlyMs <= now.getTime() || isIdle(refreshedAt, now);
}

/** Whether the refresh token has not been used for so long that it should be. */
export function isIdle(refreshedAt: Date | null, now: Date): boolean {
  return refreshedAt !== null && refreshedAt.getTime() + idleMs <= now.getTime();
}

/**
 * What becomes of a connection that was let in: back into its own books where it had some, else into the only ones there are. Several are a
 * choice. Pure.
 */
export function decideBook(
  books: Book[],
  before: string | null,
): { state: 'connected'; book: Book } | { state: 'choosing' } | { state: 'broken'; problem: string } {
  if (before !== null) {
    const own = books.find(({ id }) => id === before);
    if (own) return { state: 'connected', book: own };
    return { state: 'broken', problem: 'Whoever let us in did not let us into the books that were connected before.' };
  }
  const [only] = books;
  if (!only) return { state: 'broken', problem: 'Whoever let us in has no books to let us into.' };
  return books.length === 1 ? { state: 'connected', book: only } : { state: 'choosing' };
}
