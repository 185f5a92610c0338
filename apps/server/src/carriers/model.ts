import type { Id } from '../kit/ids.ts';
import type { Answer, CarrierSim } from './connectors/contract.ts';

export type ConnectorKind = 'none' | 'radius' | 'simulated';
/** How a telecom stops data: `reject` refuses the attach and ends the session, `walled` lets it start and carry nothing. */
export type LimitMode = 'reject' | 'walled';

export type Telecom = {
  id: Id;
  name: string;
  connector: ConnectorKind;
  limitMode: LimitMode;
  /** For text, where its connector carries none: `none` fails it, `loopback` counts text as sent, and nobody gets it (a lab without a message centre). */
  messages: 'none' | 'loopback';
  /**
   * Addresses (IPv4, CIDR) that it gives its devices and that this machine reaches: data goes to devices there by UDP, and
   * comes from them. Empty: it carries none. No address is of two telecoms of the instance.
   */
  deviceRanges: string[];
  /** The most requests we send to the carrier in a second, 1 to 1000. */
  operationsPerSecond: number;
  /** `error`: the carrier does not answer, or not to our credentials; `stateReason` says which. */
  state: 'ok' | 'error';
  stateReason: string | null;
  createdAt: Date;
  archivedAt: Date | null;
};

/** A NAS as staff see it: everything but its secret. */
export type NasSettings = {
  id: Id;
  telecomId: Id;
  name: string;
  /** CIDR: packets from here are this NAS's. Of several that contain an address the longest prefix wins. */
  sourceRange: string;
  coaHost: string;
  coaPort: number;
  requireMessageAuthenticator: boolean;
  noGigawords: boolean;
  createdAt: Date;
};

/** A NAS as the RADIUS edge needs it (the shape of `Nas` there). */
export type Nas = {
  id: Id;
  organizationId: Id;
  telecomId: Id;
  name: string;
  range: string;
  secret: Buffer;
  coaHost: string;
  coaPort: number;
  requireMessageAuthenticator: boolean;
  noGigawords: boolean;
};

export type LineState = 'active' | 'inactive';
/** `none`: no integration · `checking`: the carrier has not confirmed the SIM yet · `ok` · `error`: it knows no such SIM. */
export type Link = 'none' | 'checking' | 'ok' | 'error';
export type OperationKind = 'set_state' | 'disconnect';
/** Why an operation was asked. `drift`: the carrier reported another state than the one we want. */
export type Cause = 'lifecycle' | 'block' | 'drift';

/** A line as its carrier sees it. */
export type CarrierLine = {
  lineId: Id;
  telecomId: Id;
  iccid: string;
  imsi: string | null;
  link: Link;
  linkReason: string | null;
  desiredState: LineState;
  reportedState: LineState | 'unknown' | null;
};

export type LineLink = {
  telecomId: Id;
  connector: ConnectorKind;
  limitMode: LimitMode;
  link: Link;
  linkReason: string | null;
  desired: LineState;
  reported: LineState | 'unknown' | null;
  /** Its carrier is told nothing until it is released. */
  held: boolean;
  /** The state change that waits for the carrier, if there is one. */
  outstanding: { kind: OperationKind; want: LineState | null; cause: Cause; since: Date; attempts: number } | null;
};

/** One request outstanding at a carrier, or the record of one that ended. */
export type CarrierOperation = {
  id: Id;
  lineId: Id;
  telecomId: Id;
  kind: OperationKind;
  want: LineState | null;
  cause: Cause;
  state: 'outstanding' | 'done' | 'failed' | 'replaced';
  attempts: number;
  askedAt: Date | null;
  carrierReference: string | null;
  nextAttemptAt: Date;
  lastAnswer: string | null;
  requestedAt: Date;
  endedAt: Date | null;
};

/** A session that is open as far as we know; what a Disconnect-Request names. */
export type OpenSession = {
  id: Id;
  lineId: Id;
  nasId: Id;
  acctSessionId: string;
  imsi: string | null;
  framedIp: string | null;
};

/** After this many requests an operation is `failed`. With the back-off below that is about 17 minutes. */
export const maxAttempts = 10;
/** How long a process may take for what it claimed; after it, another one tries. */
export const leaseMs = 60_000;
/** How often a confirmed line is read again at its carrier. */
export const recheckMs = 600_000;
/** How soon an unconfirmed line is read again when the carrier did not answer. */
const retryCheckMs = 15_000;

/**
 * Milliseconds to wait after the `attempts`-th request: 1, 2, 4, 8, … seconds, spread by ±25 % with `fraction`
 * (0 ≤ fraction < 1), so that what failed together does not come back together.
 */
export function backOff(attempts: number, fraction: number): number {
  return Math.round(2 ** (Math.min(Math.max(attempts, 1), maxAttempts) - 1) * 1000 * (0.75 + fraction / 2));
}

/** What an attempt leaves of an operation. */
export type Attempted = {
  state: 'outstanding' | 'done' | 'failed';
  attempts: number;
  askedAt: Date | null;
  carrierReference: string | null;
  nextAttemptAt: Date;
  lastAnswer: string | null;
};

/**
 * What a carrier's answer makes of an operation. `attempts` already counts the request that was answered; one that
 * was never sent is not counted. A carrier that is still at work after the last attempt has failed: the next look at
 * the line finds out what became of it.
 */
export function decideAttempt(
  operation: Pick<CarrierOperation, 'attempts' | 'askedAt' | 'carrierReference' | 'lastAnswer'>,
  answer: Answer,
  now: Date,
  fraction: number,
): Attempted {
  const kept: Attempted = {
    state: 'outstanding',
    attempts: operation.attempts,
    askedAt: operation.askedAt ?? now,
    carrierReference: operation.carrierReference,
    nextAttemptAt: new Date(now.getTime() + backOff(operation.attempts, fraction)),
    lastAnswer: 'text' in answer ? answer.text.slice(0, 500) : operation.lastAnswer,
  };
  const exhausted = operation.attempts >= maxAttempts;
  switch (answer.kind) {
    case 'unasked':
      return { ...kept, attempts: operation.attempts - 1, askedAt: operation.askedAt, nextAttemptAt: now };
    case 'done':
      return { ...kept, state: 'done' };
    case 'refused':
      return { ...kept, state: 'failed' };
    case 'pending':
      return { ...kept, carrierReference: answer.reference, state: exhausted ? 'failed' : 'outstanding' };
    case 'forgotten':
      return { ...kept, carrierReference: null, state: exhausted ? 'failed' : 'outstanding' };
    case 'again':
      return { ...kept, state: exhausted ? 'failed' : 'outstanding' };
  }
}

/** What a look at the carrier makes of a line. */
export type Checked = {
  link: Link;
  linkReason: string | null;
  reportedState: CarrierLine['reportedState'];
  /** False: the carrier said nothing, so what it reported before still stands. */
  reported: boolean;
  checkAt: Date;
};

/**
 * The link of a line after its SIM was looked up. `found` is what the carrier has under the ICCID: null when it knows
 * none, `silent` when it did not answer, which proves nothing and changes nothing.
 */
export function decideCheck(line: CarrierLine, found: CarrierSim | null | 'silent', now: Date): Checked {
  if (found === 'silent') {
    const wait = line.link === 'checking' ? retryCheckMs : recheckMs;
    const { link, linkReason, reportedState } = line;
    return { link, linkReason, reportedState, reported: false, checkAt: new Date(now.getTime() + wait) };
  }
  const checkAt = new Date(now.getTime() + recheckMs);
  if (!found) {
    return { link: 'error', linkReason: unknownSim, reportedState: 'unknown', reported: true, checkAt };
  }
  if (line.imsi && found.imsi && line.imsi !== found.imsi) {
    const linkReason = `The carrier has IMSI ${found.imsi} for this ICCID, not ${line.imsi}.`;
    return { link: 'error', linkReason, reportedState: found.state, reported: true, checkAt };
  }
  return { link: 'ok', linkReason: null, reportedState: found.state, reported: true, checkAt };
}

export const unknownSim = 'The carrier knows no SIM with this ICCID.';

/**
 * How many requests a telecom may be sent now, and until when that speaks for its budget.
 *
 * Requests are spaced evenly (virtual scheduling, ITU-T I.371 annex A); what was not used is kept for one second, so a
 * burst is at most `perSecond`, and `atMost` in any case.
 */
export function budgetOf(pacedUntil: Date | null, perSecond: number, atMost: number, now: Date): number {
  const idleMs = Math.min(now.getTime() - (pacedUntil?.getTime() ?? 0), 1000);
  return Math.max(0, Math.min(Math.floor((idleMs * perSecond) / 1000), atMost));
}

/** The instant up to which the budget is spoken for once `sent` requests are taken from it. */
export function pacedAfter(pacedUntil: Date | null, perSecond: number, sent: number, now: Date): Date {
  const from = Math.max(pacedUntil?.getTime() ?? 0, now.getTime() - 1000);
  return new Date(from + Math.ceil((sent * 1000) / perSecond));
}
