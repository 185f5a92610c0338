import type { LineState } from '../model.ts';

/** What a connector can do, known without reaching the carrier. */
export type Caps = {
  /** Who holds a SIM's state: nobody; we, because the network asks us at every attach; or the carrier, whom we ask. */
  stateAt: 'nobody' | 'us' | 'carrier';
  /** Its network speaks RADIUS to us: it has NASes, and sessions that a Disconnect-Request ends. */
  network: boolean;
  /** It carries text to devices: its connector has `sendText` and `textStatus`. */
  text: boolean;
  /** Its network can keep a session that carries nothing: its gateway is told so when it asks whether a device may attach. */
  walls: boolean;
  /** It takes orders of eSIM profiles. */
  profiles: boolean;
  /** Settings that it puts onto its SIMs over the air; none where it cannot. */
  settings: readonly SettingsPackage[];
};

export type SettingsPackage = { name: string; version: string };

export type SimRef = { iccid: string; imsi: string | null };

/** A SIM as the carrier has it. A status we have no word for is `unknown`; `raw` keeps the carrier's own. */
export type CarrierSim = { iccid: string; imsi: string | null; state: LineState | 'unknown'; raw: string };

/**
 * What came of a request. `pending` carries the carrier's own reference, to ask with; `forgotten`: that reference is
 * of no use any more, it must be asked anew; `again`: not now, or not understood; `refused`: asking again is pointless;
 * `unasked`: it was never sent.
 */
export type Answer =
  | { kind: 'done'; text: string }
  | { kind: 'pending'; reference: string }
  | { kind: 'forgotten'; text: string }
  | { kind: 'again'; text: string; unreachable?: boolean }
  | { kind: 'refused'; text: string; unknownSim?: boolean }
  | { kind: 'unasked' };

/** What a carrier said of a text: taken, with a reference to ask with, or none and nothing more is told; with the device; not now; never. */
export type Carried =
  | { kind: 'sent'; reference: string | null }
  | { kind: 'delivered' }
  | { kind: 'later'; text: string }
  | { kind: 'failed'; text: string };

/** An eSIM profile that is wanted: for one eUICC, or with a matching id for whoever gets it, or both. */
export type ProfileOrder = { iccid: string; eid: string | null; withCode: boolean };

/**
 * What came of an order of an eSIM profile: it waits at this SM-DP+, under a matching id where one was asked for; not now; never, with
 * the SM-DP+'s own code of why.
 */
export type ProfileOrdered =
  | { kind: 'available'; smdpAddress: string; matchingId: string | null }
  | { kind: 'later'; text: string }
  | { kind: 'refused'; code: string; text: string };

/**
 * What a carrier said of a settings update: it waits for the SIM, or runs, with a reference to ask with; done; not now; it knows
 * nothing of that reference any more; never.
 */
export type SettingsAnswer =
  | { kind: 'waiting' | 'running'; reference: string }
  | { kind: 'done' }
  | { kind: 'later'; text: string }
  | { kind: 'forgotten' }
  | { kind: 'failed'; text: string };

/**
 * A carrier that holds the state of its SIMs and is told by an API. Every call has a time limit and a bounded reply
 * inside it; `verify` and `getSim` throw `CarrierUnreachable` when there was no usable answer.
 */
export type CarrierConnector = {
  readonly caps: Caps;
  /** Whether the carrier answers, and to our credentials. */
  verify(): Promise<void>;
  /** Null when the carrier knows no such SIM. */
  getSim(ref: SimRef): Promise<CarrierSim | null>;
  /** `operationKey` is ours and the same at every repeat, so that the carrier does it once. */
  setState(ref: SimRef, want: LineState, operationKey: string): Promise<Answer>;
  getOperation(reference: string): Promise<Answer>;
  /** Absent where the carrier carries no text. `key` is ours and the same at every repeat, so that it is carried once. */
  sendText?(ref: SimRef, text: string, key: string): Promise<Carried>;
  /** What became of a text that was taken with a reference. */
  textStatus?(reference: string): Promise<Carried>;
  /** Present where `caps.profiles`. A repeat of an order answers the same. */
  orderProfile?(order: ProfileOrder, key: string): Promise<ProfileOrdered>;
  /** Present where `caps.settings` names any. `key` is ours and the same at every repeat, so that it is done once. */
  updateSettings?(ref: SimRef, settings: SettingsPackage, key: string): Promise<SettingsAnswer>;
  settingsStatus?(reference: string): Promise<SettingsAnswer>;
};

/** The carrier did not answer, not in time, not to us, or nothing we understand. `message` is safe to show. */
export class CarrierUnreachable extends Error {
  override name = 'CarrierUnreachable';
}
