import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { attributes as a } from './dictionary.ts';

/** Packet codes of RFC 2865 section 3, RFC 2866 section 4 and RFC 5176 section 2. */
export const codes = {
  accessRequest: 1,
  accessAccept: 2,
  accessReject: 3,
  accountingRequest: 4,
  accountingResponse: 5,
  disconnectRequest: 40,
  disconnectAck: 41,
  disconnectNak: 42,
  coaRequest: 43,
  coaAck: 44,
  coaNak: 45,
} as const;

export type Attribute = { type: number; value: Buffer };

/** A packet as received. `bytes` is exactly its own length: padding after it is cut off (RFC 2865 section 3). */
export type Packet = { code: number; id: number; authenticator: Buffer; attributes: Attribute[]; bytes: Buffer };

export type Decoded = { ok: true; packet: Packet } | { ok: false; reason: 'truncated' | 'oversized' | 'malformed' };

const HEADER = 20;
const MAX_PACKET = 4096;
const MAX_VALUE = 253;
const ZEROS = Buffer.alloc(16);

/**
 * Reads one datagram. Any bytes are allowed: it returns a reason, it never throws.
 *
 * `truncated`: shorter than a header, or than its own Length field. `oversized`: more than 4,096 octets.
 * `malformed`: a Length below 20, or attributes that do not tile the packet. Values are slices, not copies.
 */
export function decode(datagram: Buffer): Decoded {
  if (datagram.length > MAX_PACKET) return { ok: false, reason: 'oversized' };
  if (datagram.length < HEADER) return { ok: false, reason: 'truncated' };
  const length = datagram.readUInt16BE(2);
  if (length > MAX_PACKET) return { ok: false, reason: 'oversized' };
  if (length > datagram.length) return { ok: false, reason: 'truncated' };
  if (length < HEADER) return { ok: false, reason: 'malformed' };

  const bytes = datagram.subarray(0, length);
  const attributes: Attribute[] = [];
  let at = HEADER;
  while (at < length) {
    const size = at + 1 < length ? bytes[at + 1]! : 0;
    if (size < 2 || at + size > length) return { ok: false, reason: 'malformed' };
    attributes.push({ type: bytes[at]!, value: bytes.subarray(at + 2, at + size) });
    at += size;
  }
  return {
    ok: true,
    packet: { code: bytes[0]!, id: bytes[1]!, authenticator: bytes.subarray(4, 20), attributes, bytes },
  };
}

/**
 * Writes a request. An Access-Request needs a random 16-octet `authenticator` (RFC 2865 section 3); for every other
 * request it is computed (RFC 2866 section 3, RFC 5176 section 2.3). `sign` puts a Message-Authenticator first.
 * Throws RangeError on a value over 253 octets or a packet over 4,096: a mistake of the caller.
 */
export function encodeRequest(request: {
  code: number;
  id: number;
  secret: Buffer;
  attributes: readonly Attribute[];
  authenticator?: Buffer;
  sign?: boolean;
}): Buffer {
  const bytes = layOut(request.code, request.id, request.attributes, request.sign ?? false);
  if (request.authenticator) request.authenticator.copy(bytes, 4, 0, 16);
  if (request.sign)
    messageAuthenticator(bytes, HEADER + 2, bytes.subarray(4, 20), request.secret).copy(bytes, HEADER + 2);
  if (!request.authenticator) digest(bytes, ZEROS, request.secret).copy(bytes, 4);
  return bytes;
}

/** Writes the answer to `request`; `sign` puts a Message-Authenticator first, as the answer to BlastRADIUS asks. */
export function encodeReply(
  request: { id: number; authenticator: Buffer },
  reply: { code: number; secret: Buffer; attributes: readonly Attribute[]; sign?: boolean },
): Buffer {
  const bytes = layOut(reply.code, request.id, reply.attributes, reply.sign ?? false);
  if (reply.sign) messageAuthenticator(bytes, HEADER + 2, request.authenticator, reply.secret).copy(bytes, HEADER + 2);
  digest(bytes, request.authenticator, reply.secret).copy(bytes, 4);
  return bytes;
}

/**
 * Does the authenticator of a request prove the secret? Accounting, Disconnect and CoA only: that of an
 * Access-Request is a random number and proves nothing, its Message-Authenticator does.
 */
export function verifyRequest(packet: Packet, secret: Buffer): boolean {
  return timingSafeEqual(packet.authenticator, digest(packet.bytes, ZEROS, secret));
}

/** Is this reply, including a Message-Authenticator if there is one, the answer to the request with this authenticator? */
export function verifyReply(packet: Packet, requestAuthenticator: Buffer, secret: Buffer): boolean {
  if (!timingSafeEqual(packet.authenticator, digest(packet.bytes, requestAuthenticator, secret))) return false;
  // FreeRADIUS signs an Accounting-Response over zeros where it signs every other reply over the request's
  // authenticator; the Response Authenticator above already covers that packet whole.
  if (packet.code === codes.accountingResponse) return true;
  return checkSignature(packet, requestAuthenticator, secret) !== 'invalid';
}

/**
 * The Message-Authenticator of a request (RFC 2869 section 5.14; over a zero authenticator for accounting and
 * RFC 5176 requests). Two of them, or one of a wrong size, are `invalid`.
 */
export function verifyMessageAuthenticator(packet: Packet, secret: Buffer): 'absent' | 'valid' | 'invalid' {
  return checkSignature(packet, packet.code === codes.accessRequest ? packet.authenticator : ZEROS, secret);
}

/** Hides a User-Password (RFC 2865 section 5.2). At most 128 octets of password. */
export function hidePassword(password: string, authenticator: Buffer, secret: Buffer): Buffer {
  const plain = Buffer.from(password);
  if (plain.length > 128) throw new RangeError('A User-Password has at most 128 octets');
  const hidden = Buffer.alloc(Math.max(16, Math.ceil(plain.length / 16) * 16));
  plain.copy(hidden);
  let previous: Buffer = authenticator;
  for (let at = 0; at < hidden.length; at += 16) {
    const mask = md5(Buffer.concat([secret, previous]));
    for (let i = 0; i < 16; i += 1) hidden[at + i]! ^= mask[i]!;
    previous = hidden.subarray(at, at + 16);
  }
  return hidden;
}

function layOut(code: number, id: number, list: readonly Attribute[], sign: boolean): Buffer {
  let length = HEADER + (sign ? 18 : 0);
  for (const attribute of list) {
    if (attribute.value.length > MAX_VALUE) throw new RangeError(`RADIUS attribute ${attribute.type} is too long`);
    length += 2 + attribute.value.length;
  }
  if (length > MAX_PACKET) throw new RangeError('A RADIUS packet has at most 4,096 octets');
  const bytes = Buffer.alloc(length);
  bytes[0] = code;
  bytes[1] = id;
  bytes.writeUInt16BE(length, 2);
  let at = HEADER;
  if (sign) {
    bytes[at] = a.messageAuthenticator;
    bytes[at + 1] = 18;
    at += 18;
  }
  for (const attribute of list) {
    bytes[at] = attribute.type;
    bytes[at + 1] = 2 + attribute.value.length;
    attribute.value.copy(bytes, at + 2);
    at += 2 + attribute.value.length;
  }
  return bytes;
}

/** MD5 over the packet with `authenticator` in its slot, then the secret. */
function digest(bytes: Buffer, authenticator: Buffer, secret: Buffer): Buffer {
  const input = Buffer.allocUnsafe(bytes.length + secret.length);
  bytes.copy(input);
  authenticator.copy(input, 4, 0, 16);
  secret.copy(input, bytes.length);
  return md5(input);
}

function checkSignature(packet: Packet, authenticator: Buffer, secret: Buffer): 'absent' | 'valid' | 'invalid' {
  const found = packet.attributes.filter((attribute) => attribute.type === a.messageAuthenticator);
  const [only] = found;
  if (!only) return 'absent';
  if (found.length > 1 || only.value.length !== 16) return 'invalid';
  const at = only.value.byteOffset - packet.bytes.byteOffset;
  return timingSafeEqual(only.value, messageAuthenticator(packet.bytes, at, authenticator, secret))
    ? 'valid'
    : 'invalid';
}

/** HMAC-MD5 over the packet with `authenticator` in its slot and zeros in the attribute's value at `at`. */
function messageAuthenticator(bytes: Buffer, at: number, authenticator: Buffer, secret: Buffer): Buffer {
  const input = Buffer.from(bytes);
  authenticator.copy(input, 4, 0, 16);
  input.fill(0, at, at + 16);
  return createHmac('md5', secret).update(input).digest();
}

function md5(input: Buffer): Buffer {
  return hash('md5', input, 'buffer');
}
