import { isUtf8 } from 'node:buffer';
import type { Attribute } from './codec.ts';

/** Attribute numbers of RFC 2865, 2866, 2869, 3162 and 5176. */
export const attributes = {
  userName: 1,
  userPassword: 2,
  nasIpAddress: 4,
  serviceType: 6,
  framedProtocol: 7,
  framedIpAddress: 8,
  filterId: 11,
  replyMessage: 18,
  class: 25,
  vendorSpecific: 26,
  calledStationId: 30,
  callingStationId: 31,
  nasIdentifier: 32,
  proxyState: 33,
  acctStatusType: 40,
  acctDelayTime: 41,
  acctInputOctets: 42,
  acctOutputOctets: 43,
  acctSessionId: 44,
  acctSessionTime: 46,
  acctTerminateCause: 49,
  acctInputGigawords: 52,
  acctOutputGigawords: 53,
  eventTimestamp: 55,
  messageAuthenticator: 80,
  acctInterimInterval: 85,
  framedIpv6Prefix: 97,
  errorCause: 101,
} as const;

/** Acct-Status-Type (RFC 2866 section 5.1). */
export const statusTypes = { start: 1, stop: 2, interim: 3, on: 7, off: 8 } as const;

/** Acct-Terminate-Cause (RFC 2866 section 5.10), those that the simulated telecom gives. */
export const terminateCauses = { userRequest: 1, adminReset: 6, nasRequest: 10 } as const;

/** Error-Cause (RFC 5176 section 3.5), those we act on or send. */
export const errorCauses = { unsupportedExtension: 406, sessionNotFound: 503 } as const;

/** Name of the filter of a walled session at the gateway, and our mark in its Class. */
export const walledMark = 'simwright-walled';

export const VENDOR_3GPP = 10415;

/** 3GPP vendor attributes (TS 29.061 section 16.4.7). */
export const vsa = {
  imsi: 1,
  chargingId: 2,
  nsapi: 10,
  sgsnMccMnc: 18,
  teardownIndicator: 19,
  imeisv: 20,
  ratType: 21,
  userLocationInfo: 22,
} as const;

/**
 * 3GPP-RAT-Type (TS 29.061). 8 to 10 are the additions of TS 29.274 section 8.17 that the dictionaries
 * in the field lack, and the ones IoT is made of.
 */
const rats: Record<number, string> = {
  1: 'UTRAN',
  2: 'GERAN',
  3: 'WLAN',
  4: 'GAN',
  5: 'HSPA+',
  6: 'EUTRAN',
  7: 'Virtual',
  8: 'NB-IoT',
  9: 'LTE-M',
  10: 'NR',
  101: 'WiMAX',
  102: 'eHRPD',
  103: 'HRPD',
  104: '1xRTT',
};

/** The name of a radio access type; an unknown one keeps its number, so that it can still be rated. */
export function ratName(value: number): string {
  return rats[value] ?? String(value);
}

/** The number of a radio access type by its name, or null. */
export function ratNumber(name: string): number | null {
  for (const [value, known] of Object.entries(rats)) if (known === name) return Number(value);
  return null;
}

// Writing.

export function integer(type: number, value: number): Attribute {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return { type, value: bytes };
}

export function octet(type: number, value: number): Attribute {
  return { type, value: Buffer.from([value]) };
}

export function text(type: number, value: string): Attribute {
  return { type, value: Buffer.from(value) };
}

/** A dotted IPv4 address. */
export function address(type: number, value: string): Attribute {
  return { type, value: Buffer.from(value.split('.').map(Number)) };
}

/** One attribute 26 for a vendor; throws RangeError later, in the codec, if the parts exceed 249 octets. */
export function vendorSpecific(vendor: number, parts: readonly Attribute[]): Attribute {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(vendor);
  const list = parts.map((part) => Buffer.concat([Buffer.from([part.type, part.value.length + 2]), part.value]));
  return { type: attributes.vendorSpecific, value: Buffer.concat([head, ...list]) };
}

// Reading. A value of an impossible size reads as absent: one bad attribute does not spoil a bill.

/** Attributes by number, the first of each; those of 3GPP apart. */
export type Values = { standard: Map<number, Buffer>; vendor: Map<number, Buffer> };

export function readValues(list: readonly Attribute[]): Values {
  const standard = new Map<number, Buffer>();
  const vendor = new Map<number, Buffer>();
  for (const { type, value } of list) {
    if (type === attributes.vendorSpecific) readVendor(value, vendor);
    else if (!standard.has(type)) standard.set(type, value);
  }
  return { standard, vendor };
}

/** Several vendor attributes may share one attribute 26 (RFC 2865 section 5.26): read until the sizes stop making sense. */
function readVendor(value: Buffer, into: Map<number, Buffer>): void {
  if (value.length < 6 || value.readUInt32BE(0) !== VENDOR_3GPP) return;
  let at = 4;
  while (at + 2 <= value.length) {
    const size = value[at + 1]!;
    if (size < 2 || at + size > value.length) return;
    if (!into.has(value[at]!)) into.set(value[at]!, value.subarray(at + 2, at + size));
    at += size;
  }
}

export function readInteger(value: Buffer | undefined): number | null {
  return value?.length === 4 ? value.readUInt32BE(0) : null;
}

/** Printable text, without the trailing NUL some NASes add; null if it is empty or not text. */
export function readText(value: Buffer | undefined): string | null {
  if (!value) return null;
  let end = value.length;
  while (end > 0 && value[end - 1] === 0) end -= 1;
  return end === 0 ? null : printable(value.subarray(0, end));
}

/**
 * An identifier that must survive the round trip to a Disconnect-Request: text as it is, anything else as
 * `hex:…`. A text that starts with `hex:` is written that way too, so the two never meet.
 */
export function readOpaque(value: Buffer | undefined): string | null {
  if (!value || value.length === 0) return null;
  const plain = printable(value);
  return plain !== null && !plain.startsWith('hex:') ? plain : `hex:${value.toString('hex')}`;
}

/** The bytes behind `readOpaque`. */
export function opaque(type: number, value: string): Attribute {
  return { type, value: value.startsWith('hex:') ? Buffer.from(value.slice(4), 'hex') : Buffer.from(value) };
}

function printable(value: Buffer): string | null {
  if (!isUtf8(value)) return null;
  const plain = value.toString('utf8');
  return /\p{Cc}/u.test(plain) ? null : plain;
}

export function readAddress(value: Buffer | undefined): string | null {
  return value?.length === 4 ? value.join('.') : null;
}

/** Framed-IPv6-Prefix (RFC 3162 section 2.3) as `2001:db8:0:1:0:0:0:0/64`. */
export function readIpv6Prefix(value: Buffer | undefined): string | null {
  if (!value || value.length < 2 || value.length > 18 || value[1]! > 128) return null;
  const whole = Buffer.alloc(16);
  value.copy(whole, 0, 2);
  const groups = Array.from({ length: 8 }, (_, i) => whole.readUInt16BE(i * 2).toString(16));
  return `${groups.join(':')}/${value[1]}`;
}

/** The attribute behind `readIpv6Prefix`; the text is our own reading, all eight groups written out. */
export function ipv6Prefix(type: number, value: string): Attribute {
  const [prefix = '', length = '128'] = value.split('/');
  const bytes = Buffer.alloc(18);
  bytes[1] = Number(length);
  for (const [i, group] of prefix.split(':').slice(0, 8).entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16) || 0, 2 + i * 2);
  }
  return { type, value: bytes };
}
