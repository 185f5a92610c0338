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
  plan_change: 'pch',
  zone: 'zon',
  preset: 'pre',
  pool: 'pol',
  pool_version: 'pov',
  pool_period: 'pop',
  refill: 'ref',
  due_fee: 'due',
  adjustment: 'adj',
  rerating: 'rer',
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
  wallet: 'wal',
  wallet_part: 'wpt',
  wallet_hold: 'hld',
  wallet_adjustment: 'wad',
  transfer: 'trf',
  tax_rate: 'txr',
  payment: 'pay',
  payment_provider: 'psp',
  payment_notice: 'ntc',
  payment_method: 'pmt',
  refund: 'rfd',
  dispute: 'dsp',
  pre_bill: 'pbl',
  invoice: 'inv',
  transaction: 'txn',
  allocation: 'alc',
  invoice_link: 'lnk',
  payout: 'pyo',
  accounting_connection: 'acn',
  accounting_push: 'apu',
  auto_refill: 'arf',
  auto_refill_attempt: 'ara',
  event: 'evt',
  delivery: 'dlv',
  letter: 'ltr',
  mailing: 'mlg',
  sms_command: 'sms',
  message: 'msg',
  event_sink: 'snk',
  connection_event: 'cev',
  ip_command: 'ipc',
  esim_profile: 'esp',
  settings_update: 'set',
  audit: 'aud',
} as const;
export type IdKind = keyof typeof prefixes;

/** A new id: its first 48 bits are the context's time in milliseconds, the rest is the context's randomness. */
export function newId(ctx: Pick<Ctx, 'now' | 'random'>): Id {
  return spell(newBytes(ctx).toString('hex'));
}

/** Below every id made at this instant or later, above every one made before; before 1970 no id was made. */
export function firstIdAt(at: Date): Id {
  return spell(Math.max(at.getTime(), 0).toString(16).padStart(12, '0').padEnd(32, '0'));
}

/** New ids as bytes, 16 each: for rows that nobody names before they are written. */
export function newIds(ctx: Pick<Ctx, 'now' | 'random'>, count: number): Buffer {
  const all = Buffer.allocUnsafe(count * 16);
  for (let i = 0; i < count; i++) newBytes(ctx).copy(all, i * 16);
  return all;
}

function newBytes(ctx: Pick<Ctx, 'now' | 'random'>): Buffer {
  const bytes = ctx.random(16);
  bytes.writeUIntBE(ctx.now.getTime(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes;
}

/**
 * Randomness for the ids of one run: asked for in larger pieces, and counting up where an id is read first after its
 * time (RFC 9562 section 6.2, method 1). Ids of a million rows that share a millisecond would else fall anywhere among each
 * other, and every index would write a page for each.
 */
export function inOrder(random: Ctx['random']): Ctx['random'] {
  const size = 16 * 1024;
  let piece = random(size);
  let at = 0;
  // 30 bits that begin in the lower half: no run makes as many ids as are left.
  let count = random(4).readUInt32BE(0) >>> 3;
  return (bytes) => {
    if (bytes !== 16) return random(bytes);
    if (at + bytes > size) {
      piece = random(size);
      at = 0;
    }
    const id = piece.subarray(at, at + bytes);
    at += bytes;
    count = (count + 1) % 2 ** 30;
    id[6] = count >>> 26;
    id[7] = (count >>> 18) & 0xff;
    id[8] = (count >>> 12) & 0x3f;
    id[9] = (count >>> 4) & 0xff;
    id[10] = ((count & 0x0f) << 4) | (id[10]! & 0x0f);
    return id;
  };
}

/** When an id was made: its first 48 bits. */
export function timeOfId(id: Id): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}

export function toHex(id: Id): string {
  return id.replaceAll('-', '');
}

export function fromHex(hex: string): Id {
  assert(/^[0-9a-f]{32}$/.test(hex), 'an id is 32 hex digits');
  return spell(hex);
}

function spell(hex: string): Id {
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
