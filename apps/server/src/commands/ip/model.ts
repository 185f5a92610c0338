import type { Id } from '../../kit/ids.ts';
import { type Direction, pauseAfter } from '../model.ts';

/** Data to a SIM, or from it: what one datagram carries. */
export type IpCommand = {
  id: Id;
  lineId: Id;
  /** The account that the SIM was in; null: the organization's own. */
  companyId: Id | null;
  direction: Direction;
  payload: Buffer;
  /** How the payload is written: `text` as UTF-8, `binary` as base64. What comes from a SIM is binary. */
  payloadType: 'text' | 'binary';
  /** Where it was sent to, or came from; null until it was sent. */
  deviceAddress: string | null;
  devicePort: number;
  status: 'queued' | 'sent' | 'received' | 'failed';
  errorCode: IpErrorCode | null;
  /** The same in words. */
  failure: string | null;
  callback: { method: 'GET' | 'POST'; url: string } | null;
  attempts: number;
  /** null: nothing is to be sent any more. */
  nextAttemptAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
};

/** The numbers under which programs look up what went wrong (the Super SIM documentation). */
export const ipErrors = { other: 83400, notAttached: 83401, callbackUnanswered: 83402 } as const;
export type IpErrorCode = (typeof ipErrors)[keyof typeof ipErrors];

/** Longest payload, in bytes (the same): it fits into one packet of every network. */
export const longestPayload = 1300;

/** Tries of a datagram that the machine could not send; with the pauses between them about two and a half minutes. */
const mostTries = 6;
/** What ended longer ago is forgotten. */
export const keptDays = 90;

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes that a payload stands for; null when it cannot be sent: not base64, half a character, empty, too long. */
export function bytesOf(payload: string, type: IpCommand['payloadType']): Buffer | null {
  if (type === 'binary' ? !base64.test(payload) : !payload.isWellFormed()) return null;
  const bytes = Buffer.from(payload, type === 'binary' ? 'base64' : 'utf8');
  return isCarried(bytes) ? bytes : null;
}

/** Whether a datagram is neither empty nor too long. */
export function isCarried({ length }: Uint8Array): boolean {
  return length >= 1 && length <= longestPayload;
}

/** The payload as it is written outside. */
export function writtenPayload({ payload, payloadType }: Pick<IpCommand, 'payload' | 'payloadType'>): string {
  return payload.toString(payloadType === 'binary' ? 'base64' : 'utf8');
}

/** What came of one try to send a datagram. `later`: the machine could not, and may soon. */
export type Sent =
  | { kind: 'sent'; address: string }
  | { kind: 'later'; text: string }
  | { kind: 'failed'; code: IpErrorCode; text: string };

/** What is known of a SIM when a datagram is to be sent to it. */
export type Reachable = {
  /** Ready or active. */
  inUse: boolean;
  /** Addresses that its telecom gives its devices and that we reach. */
  deviceRanges: readonly string[];
  /** The IPv4 addresses of its open sessions, the last first, and whether the network has given each to another device since. */
  addresses: readonly { address: string; inRange: boolean; isHeld: boolean }[];
};

/** The address that a datagram goes to, or why it goes nowhere: only to what an open session of this very SIM has. */
export function decideAddress({ inUse, deviceRanges, addresses }: Reachable): string | (Sent & { kind: 'failed' }) {
  const failed = (code: IpErrorCode, text: string) => ({ kind: 'failed', code, text }) as const;
  if (!inUse) return failed(ipErrors.other, 'The SIM is neither ready nor active any more.');
  if (deviceRanges.length === 0) return failed(ipErrors.other, 'The telecom of this SIM carries no data to devices.');
  const held = addresses.filter(({ isHeld }) => isHeld);
  if (held.length === 0)
    return failed(ipErrors.notAttached, 'The device is not attached: no open session has an address.');
  const reached = held.find(({ inRange }) => inRange);
  if (reached) return reached.address;
  return failed(ipErrors.other, `The address ${held[0]!.address} is none that its telecom gives its devices.`);
}

/** What a command is after one more try. */
export function afterSending(
  { attempts }: Pick<IpCommand, 'attempts'>,
  sent: Sent,
  now: Date,
): Pick<IpCommand, 'status' | 'deviceAddress' | 'errorCode' | 'failure' | 'nextAttemptAt'> {
  const ended = { deviceAddress: null, errorCode: null, failure: null, nextAttemptAt: null };
  switch (sent.kind) {
    case 'sent':
      return { ...ended, status: 'sent', deviceAddress: sent.address };
    case 'failed':
      return { ...ended, status: 'failed', errorCode: sent.code, failure: sent.text };
    case 'later':
      if (attempts >= mostTries) return { ...ended, status: 'failed', errorCode: ipErrors.other, failure: sent.text };
      return { ...ended, status: 'queued', nextAttemptAt: new Date(now.getTime() + pauseAfter(attempts)) };
  }
}
