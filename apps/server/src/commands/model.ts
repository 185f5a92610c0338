import type { Carried } from '../carriers/index.ts';
import type { Id } from '../kit/ids.ts';

export type Direction = 'to_sim' | 'from_sim';
export type SmsStatus = 'queued' | 'sent' | 'delivered' | 'received' | 'failed';

/** Text to a SIM, or from it. */
export type SmsCommand = {
  id: Id;
  lineId: Id;
  /** The account that the SIM was in; null: the organization's own. */
  companyId: Id | null;
  direction: Direction;
  payload: string;
  status: SmsStatus;
  /** Why it failed, in words. */
  failure: string | null;
  callback: { method: 'GET' | 'POST'; url: string } | null;
  attempts: number;
  /** null: nothing is to be asked of the telecom any more. */
  nextAttemptAt: Date | null;
  expiresAt: Date | null;
  carrierReference: string | null;
  createdAt: Date;
  updatedAt: Date;
};

/** Longest text, in characters of one byte (the Super SIM documentation). */
export const longestPayload = 160;
/** A text that no device takes is given up after this (the same). */
export const keptTryingMs = 86_400_000;

/** Characters that a message of single bytes can hold: Latin-1 without control characters, and line breaks. */
export function isSendable(payload: string): boolean {
  return /^[\n\r\u0020-\u007e\u00a0-\u00ff]{1,160}$/.test(payload);
}

const firstPauseMs = 5_000;
const longestPauseMs = 600_000;

/** Milliseconds after the `attempts`-th try, until the next: 5, 10, 20 s … 10 minutes. */
export function pauseAfter(attempts: number, firstMs = firstPauseMs): number {
  return Math.min(firstMs * 2 ** Math.min(Math.max(attempts - 1, 0), 10), longestPauseMs);
}

/** How often a telecom is asked what became of a text that it took. */
const askAgainMs = 2_000;

/** What a text to a SIM is after its telecom was asked. `counts`: it is used now, and was not before. */
export function afterAsking(
  command: Pick<SmsCommand, 'status' | 'attempts' | 'expiresAt' | 'carrierReference'>,
  carried: Carried,
  now: Date,
): Pick<SmsCommand, 'status' | 'failure' | 'nextAttemptAt' | 'carrierReference'> & { counts: boolean } {
  const was = {
    status: command.status,
    failure: null,
    nextAttemptAt: null,
    carrierReference: command.carrierReference,
  };
  const isLate = command.expiresAt !== null && command.expiresAt <= now;
  const inMs = (ms: number) => new Date(now.getTime() + ms);
  switch (carried.kind) {
    case 'delivered':
      return { ...was, status: 'delivered', counts: command.status === 'queued' };
    case 'failed':
      return { ...was, status: 'failed', failure: carried.text, counts: false };
    case 'sent': {
      const asked = carried.reference !== null && !isLate;
      const pause = pauseAfter(command.attempts, askAgainMs);
      return {
        ...{ ...was, status: 'sent', carrierReference: carried.reference },
        ...{ nextAttemptAt: asked ? inMs(pause) : null, counts: command.status === 'queued' },
      };
    }
    case 'later': {
      // Taken, and a day later nobody can be asked any more: that is all we know of it.
      if (isLate && command.status === 'sent') return { ...was, counts: false };
      if (isLate) return { ...was, status: 'failed', failure: 'No device took it within a day.', counts: false };
      return { ...was, nextAttemptAt: inMs(pauseAfter(command.attempts)), counts: false };
    }
  }
}

/** What a carrier told of a text by itself. */
export type Report = { status: 'delivered' | 'failed'; reason: string | null };

/** What a text to a SIM is after its carrier reported; null: what became of it is known, and stays. */
export function afterReport(
  command: Pick<SmsCommand, 'status' | 'carrierReference'>,
  { status, reason }: Report,
): ReturnType<typeof afterAsking> | null {
  if (command.status !== 'queued' && command.status !== 'sent') return null;
  const failure = status === 'failed' ? (reason ?? 'The carrier gave it up.') : null;
  return {
    ...{ status, failure, nextAttemptAt: null, carrierReference: command.carrierReference },
    counts: status === 'delivered' && command.status === 'queued',
  };
}
