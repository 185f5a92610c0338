import { assert } from './assert.ts';
import type { Ctx } from './ctx.ts';

/**
 * An id is a 128-bit, time-ordered value (UUID version 7, RFC 9562 section 5.7), kept as a lower-case UUID string.
 * Outside it wears a prefix: `sim_…` in our API, two letters and the same 32 hex digits (`HS…`) in Super SIM's.
 */
export type Id = string;

export const prefixes = {
  organization: 'org',
  company: 'com',
  end_user: 'usr',
  staff: 'stf',
  role: 'rol',
  api_key: 'key',
  plan: 'pln',
  plan_version: 'plv',
  plan_assignment: 'asg',
  telecom: 'tel',
  nas: 'nas',
  carrier_operation: 'cop',
  sim: 'sim',
  fleet: 'flt',
  network_access_profile: 'nap',
  operation: 'opr',
  block: 'blk',
  suspension: 'sus',
  period: 'per',
  fee: 'fee',
  session: 'ses',
  usage: 'usg',
  batch: 'bat',
  ledger_account: 'acc',
  transfer: 'trf',
  event: 'evt',
  audit: 'aud',
} as const;
export type IdKind = keyof typeof prefixes;

/** A new id: its first 48 bits are the context's time in milliseconds, the rest is the context's randomness. */
export function newId(ctx: Pick<Ctx, 'now' | 'random'>): Id {
  const bytes = ctx.random(16);
  bytes.writeUIntBE(ctx.now.getTime(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return fromHex(bytes.toString('hex'));
}

export function toHex(id: Id): string {
  return id.replaceAll('-', '');
}

export function fromHex(hex: string): Id {
  assert(/^[0-9a-f]{32}$/.test(hex), 'an id is 32 hex digits');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** `sim_0192…` */
export function publicId(kind: IdKind, id: Id): string {
  return `${prefixes[kind]}_${toHex(id)}`;
}

/** The id behind `sim_0192…`, or null when the text is not one of that kind. */
export function parsePublicId(kind: IdKind, text: string): Id | null {
  const match = /^([a-z]{3})_([0-9a-f]{32})$/.exec(text);
  return match && match[1] === prefixes[kind] ? fromHex(match[2]!) : null;
}
