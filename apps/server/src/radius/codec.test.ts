import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  codes,
  decode,
  encodeReply,
  encodeRequest,
  hidePassword,
  type Packet,
  verifyMessageAuthenticator,
  verifyReply,
  verifyRequest,
} from './codec.ts';
import { attributes as a, address, integer, readValues, text, vendorSpecific, vsa } from './dictionary.ts';
import { testNas } from './testing.ts';
import { readAccess, readAccounting } from './update.ts';

const secret = Buffer.from('xyzzy5461');

function packetOf(bytes: Buffer): Packet {
  const decoded = decode(bytes);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.packet;
}

describe('RFC 2865 section 7.1, the user nemo logs in', () => {
  const request = Buffer.from(
    '010000380f403f9473978057bd83d5cb98f4227a01066e656d6f02120dbe708d93d413ce3196e43f782a0aee0406c0a80110050600000003',
    'hex',
  );
  const accept = Buffer.from('0200002686fe220e7624ba2a1005f6bf9b55e0b20606000000010f06000000000e06c0a80103', 'hex');
  const authenticator = Buffer.from('0f403f9473978057bd83d5cb98f4227a', 'hex');

  test('the request is written octet for octet, password hidden', () => {
    const attributes = [
      text(a.userName, 'nemo'),
      { type: a.userPassword, value: hidePassword('arctangent', authenticator, secret) },
      address(a.nasIpAddress, '192.168.1.16'),
      integer(5, 3),
    ];
    expect(encodeRequest({ code: codes.accessRequest, id: 0, secret, attributes, authenticator })).toEqual(request);
    expect(packetOf(request).attributes).toEqual(attributes);
  });

  test('the reply is written octet for octet and proves the secret', () => {
    const attributes = [integer(6, 1), integer(15, 0), address(14, '192.168.1.3')];
    expect(encodeReply(packetOf(request), { code: codes.accessAccept, secret, attributes })).toEqual(accept);
    expect(verifyReply(packetOf(accept), authenticator, secret)).toBe(true);
    expect(verifyReply(packetOf(accept), authenticator, Buffer.from('other'))).toBe(false);
  });
});

describe('authenticators', () => {
  const attributes = [integer(a.acctStatusType, 1), text(a.acctSessionId, 's1')];
  const head = Buffer.from('0407001e', 'hex');
  const tail = Buffer.from('2806000000012c047331', 'hex');

  test('accounting: MD5 of code, id, length, 16 zeros, attributes, secret (RFC 2866 section 3)', () => {
    const byHand = createHash('md5').update(head).update(Buffer.alloc(16)).update(tail).update(secret).digest();
    const bytes = encodeRequest({ code: codes.accountingRequest, id: 7, secret, attributes });
    expect(bytes).toEqual(Buffer.concat([head, byHand, tail]));
    expect(verifyRequest(packetOf(bytes), secret)).toBe(true);
    expect(verifyRequest(packetOf(bytes), Buffer.from('wrong'))).toBe(false);
  });

  test('accounting reply: the authenticator of the request in the slot', () => {
    const request = packetOf(encodeRequest({ code: codes.accountingRequest, id: 7, secret, attributes }));
    const byHand = createHash('md5').update('05070014', 'hex').update(request.authenticator).update(secret).digest();
    const reply = encodeReply(request, { code: codes.accountingResponse, secret, attributes: [] });
    expect(reply.subarray(4)).toEqual(byHand);
  });

  test('Message-Authenticator is first, HMAC-MD5 with itself zero (RFC 2869 section 5.14)', () => {
    const authenticator = Buffer.alloc(16, 9);
    const bytes = encodeRequest({
      code: 1,
      id: 3,
      secret,
      attributes: [text(a.userName, 'x')],
      authenticator,
      sign: true,
    });
    expect(bytes.subarray(20, 22)).toEqual(Buffer.from([80, 18]));
    const zeroed = Buffer.from(bytes).fill(0, 22, 38);
    expect(bytes.subarray(22, 38)).toEqual(createHmac('md5', secret).update(zeroed).digest());
    expect(verifyMessageAuthenticator(packetOf(bytes), secret)).toBe('valid');
    expect(verifyMessageAuthenticator(packetOf(bytes), Buffer.from('wrong'))).toBe('invalid');
  });

  test.each([codes.accountingRequest, codes.disconnectRequest, codes.coaRequest])(
    'code %d may be signed too',
    (code) => {
      const packet = packetOf(encodeRequest({ code, id: 1, secret, attributes, sign: true }));
      expect(verifyRequest(packet, secret)).toBe(true);
      expect(verifyMessageAuthenticator(packet, secret)).toBe('valid');
    },
  );

  test('two Message-Authenticators are none', () => {
    const authenticator = Buffer.alloc(16, 9);
    const twice = [{ type: a.messageAuthenticator, value: Buffer.alloc(16) }];
    const bytes = encodeRequest({ code: 1, id: 3, secret, attributes: twice, authenticator, sign: true });
    expect(verifyMessageAuthenticator(packetOf(bytes), secret)).toBe('invalid');
  });

  test('one changed octet anywhere is noticed', () => {
    const bytes = encodeRequest({ code: codes.accountingRequest, id: 7, secret, attributes });
    for (let at = 4; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      const decoded = decode(changed);
      expect(decoded.ok && verifyRequest(decoded.packet, secret), `octet ${at}`).toBe(false);
    }
  });
});

describe('bytes that are no packet', () => {
  const good = encodeRequest({ code: 4, id: 1, secret, attributes: [text(a.acctSessionId, 'abc')] });
  const withLength = (length: number) => {
    const bytes = Buffer.from(good);
    bytes.writeUInt16BE(length, 2);
    return bytes;
  };
  test.each([
    ['nothing', Buffer.alloc(0), 'truncated'],
    ['19 octets', good.subarray(0, 19), 'truncated'],
    ['cut by one', good.subarray(0, good.length - 1), 'truncated'],
    ['length 19', withLength(19), 'malformed'],
    ['length 0', withLength(0), 'malformed'],
    ['length 21: half an attribute', withLength(21), 'malformed'],
    ['length that cuts an attribute', withLength(23), 'malformed'],
    ['length 4097', withLength(4097), 'oversized'],
    ['4097 octets', Buffer.alloc(4097), 'oversized'],
    ['an attribute of length 0', Buffer.concat([withLength(good.length + 2), Buffer.from([1, 0])]), 'malformed'],
    ['an attribute of length 1', Buffer.concat([withLength(good.length + 2), Buffer.from([1, 1])]), 'malformed'],
  ])('%s', (_name, bytes, reason) => {
    expect(decode(bytes)).toEqual({ ok: false, reason });
  });

  test('padding behind the length is not part of the packet', () => {
    const padded = packetOf(Buffer.concat([good, Buffer.alloc(9, 0xff)]));
    expect(padded).toEqual(packetOf(good));
    expect(verifyRequest(padded, secret)).toBe(true);
  });

  test('any bytes: a result, never an exception, and the readers survive it', () => {
    const nas = testNas();
    const loose = fc.uint8Array({ maxLength: 300 });
    // A right length field gets the generator past the first checks.
    const framed = fc.uint8Array({ minLength: 20, maxLength: 300 }).map((bytes) => {
      const buffer = Buffer.from(bytes);
      buffer.writeUInt16BE(buffer.length, 2);
      return buffer;
    });
    const tiled = fc
      .array(
        fc.record({
          type: fc.oneof(fc.nat(255), fc.constantFrom(26, 40, 42, 44)),
          value: fc.uint8Array({ maxLength: 40 }),
        }),
        {
          maxLength: 20,
        },
      )
      .map((list) =>
        encodeRequest({ code: 4, id: 0, secret, attributes: list.map((x) => ({ ...x, value: Buffer.from(x.value) })) }),
      );
    fc.assert(
      fc.property(fc.oneof(loose, framed, tiled), (bytes) => {
        const decoded = decode(Buffer.from(bytes));
        if (!decoded.ok) return;
        verifyRequest(decoded.packet, secret);
        verifyMessageAuthenticator(decoded.packet, secret);
        verifyReply(decoded.packet, Buffer.alloc(16), secret);
        readAccounting(decoded.packet, nas, new Date(0));
        readAccess(decoded.packet, nas);
      }),
      { numRuns: 3_000 },
    );
  });

  test('what is written is read back', () => {
    const attribute = fc.record({ type: fc.integer({ min: 1, max: 255 }), value: fc.uint8Array({ maxLength: 253 }) });
    fc.assert(
      fc.property(fc.array(attribute, { maxLength: 15 }), fc.nat(255), (list, id) => {
        const attributes = list.map(({ type, value }) => ({ type, value: Buffer.from(value) }));
        const packet = packetOf(encodeRequest({ code: 4, id, secret, attributes }));
        expect(packet.attributes).toEqual(attributes);
        expect(verifyRequest(packet, secret)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('the writer refuses what cannot be a packet', () => {
    const long = { type: 1, value: Buffer.alloc(254) };
    expect(() => encodeRequest({ code: 4, id: 1, secret, attributes: [long] })).toThrow(RangeError);
    const many = Array.from({ length: 17 }, () => ({ type: 1, value: Buffer.alloc(253) }));
    expect(() => encodeRequest({ code: 4, id: 1, secret, attributes: many })).toThrow(RangeError);
  });
});

test('vendor attributes share one attribute 26; a broken rest does not spoil what came before', () => {
  const whole = vendorSpecific(10415, [text(vsa.imsi, '901700000000001'), integer(vsa.chargingId, 5)]);
  const broken = { type: 26, value: Buffer.concat([whole.value, Buffer.from([21, 200, 6])]) };
  const { vendor } = readValues([broken, vendorSpecific(9, [text(vsa.imsi, 'other vendor')])]);
  expect([...vendor.keys()]).toEqual([vsa.imsi, vsa.chargingId]);
  expect(vendor.get(vsa.imsi)?.toString()).toBe('901700000000001');
});
