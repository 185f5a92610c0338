import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Attribute,
  accountingAttributes,
  codes,
  decode,
  encodeRequest,
  listenRadius,
  type Packet,
  readValues,
  verifyRequest,
} from '../../src/radius/index.ts';
import { memory, testNas, until } from '../../src/radius/testing.ts';
import { readAccess, readAccounting } from '../../src/radius/update.ts';

/** R11 of the battery with arbitrary bytes. `FUZZ_RUNS=100000` goes deeper; a failure prints its seed and its shortest case. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 2_000);
const nas = testNas();
const now = new Date('2026-03-01T12:00:00Z');

const bytes = (maxLength: number, minLength = 0) =>
  fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array));
const attribute: fc.Arbitrary<Attribute> = fc.record({ type: fc.integer({ min: 1, max: 255 }), value: bytes(253) });
const attributes = fc.array(attribute, { maxLength: 60 }).map((list) => {
  // As many as a packet holds.
  let room = 4096 - 20;
  return list.filter(({ value }) => {
    room -= value.length + 2;
    return room >= 0;
  });
});

/** A packet that a gateway could send. */
const honest: fc.Arbitrary<Buffer> = fc
  .record({
    status: fc.constantFrom('start', 'interim', 'stop'),
    acctSessionId: fc.string({ minLength: 1, maxLength: 40 }),
    up: fc.bigInt(0n, 2n ** 64n - 1n),
    down: fc.bigInt(0n, 2n ** 64n - 1n),
    sessionTime: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    id: fc.integer({ min: 0, max: 255 }),
    more: fc.array(attribute, { maxLength: 4 }),
  })
  .map(({ id, more, ...record }) =>
    encodeRequest({
      code: codes.accountingRequest,
      id,
      secret: nas.secret,
      attributes: [...accountingAttributes({ imsi: '001010000000001', plmn: '26201' }, record as never), ...more],
    }),
  );

/** What goes wrong on the way: bytes change, are cut off, doubled, or claim another length. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('flip'), at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant('cut'), at: fc.nat(), by: fc.nat() }),
  fc.record({ kind: fc.constant('length'), at: fc.nat(), by: fc.integer({ min: 0, max: 65_535 }) }),
  fc.record({ kind: fc.constant('splice'), at: fc.nat(), by: fc.nat({ max: 300 }) }),
);
const mutated = fc.tuple(honest, fc.array(mutation, { minLength: 1, maxLength: 5 })).map(([packet, mutations]) =>
  mutations.reduce<Buffer>((before, { kind, at, by }) => {
    if (before.length < 4) return before;
    const after = Buffer.from(before);
    const place = at % before.length;
    switch (kind) {
      case 'flip':
        after[place]! ^= by;
        return after;
      case 'cut':
        return after.subarray(0, place);
      case 'length':
        after.writeUInt16BE(by, 2);
        return after;
      default:
        return Buffer.concat([after.subarray(0, place), after.subarray(Math.max(0, place - by))]);
    }
  }, packet),
);

/** The vendor's attributes inside an attribute, nested and with lengths that lie. */
const nested = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), bytes(60)), { maxLength: 8 })
  .map((inner) => {
    const parts = inner.map(([type, length, value]) => Buffer.concat([Buffer.from([type, length]), value]));
    return { type: 26, value: Buffer.concat([Buffer.from([0, 0, 0x28, 0xaf]), ...parts]).subarray(0, 253) };
  });

function readsAll(packet: Packet): void {
  readValues(packet.attributes);
  readAccess(packet, nas);
  const told = readAccounting(packet, nas, now);
  expect(['usage', 'reset', 'unusable']).toContain(told.kind);
  if (told.kind === 'usage') expect(told.update.up >= 0n && told.update.down >= 0n).toBe(true);
}

describe('whatever comes over the wire', () => {
  it.each([
    ['arbitrary bytes', bytes(4_200)],
    ['packets that were changed on the way', mutated],
  ] as const)('%s: read, or refused with a name; nothing is thrown', (_name, datagrams) => {
    fc.assert(
      fc.property(datagrams, (datagram) => {
        const decoded = decode(datagram);
        if (decoded.ok) readsAll(decoded.packet);
        else expect(['truncated', 'oversized', 'malformed']).toContain(decoded.reason);
      }),
      { numRuns },
    );
  });

  it('a packet that was changed within its length proves no secret', () => {
    fc.assert(
      fc.property(honest, fc.nat(), fc.integer({ min: 1, max: 255 }), (packet, at, by) => {
        const changed = Buffer.from(packet);
        changed[at % packet.length]! ^= by;
        const decoded = decode(changed);
        if (decoded.ok) expect(verifyRequest(decoded.packet, nas.secret)).toBe(false);
      }),
      { numRuns },
    );
  });

  it('floods and nests of attributes: read, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(nested, attribute), { maxLength: 15 }), (list) => {
        const decoded = decode(encodeRequest({ code: 4, id: 1, secret: nas.secret, attributes: list }));
        expect(decoded.ok).toBe(true);
        if (decoded.ok) readsAll(decoded.packet);
      }),
      { numRuns },
    );
    const flood = Array.from({ length: 2_038 }, (_, i) => ({ type: 1 + (i % 255), value: Buffer.alloc(0) }));
    const decoded = decode(encodeRequest({ code: 4, id: 1, secret: nas.secret, attributes: flood }));
    if (!decoded.ok) throw new Error(decoded.reason);
    expect(decoded.packet.attributes).toHaveLength(flood.length);
    readsAll(decoded.packet);
  });

  it('what is written is what is read, and written again it is the same to the byte', () => {
    fc.assert(
      fc.property(attributes, fc.nat({ max: 255 }), bytes(16, 16), (list, id, authenticator) => {
        const request = { code: codes.accessRequest, id, secret: nas.secret, authenticator };
        const written = encodeRequest({ ...request, attributes: list });
        const decoded = decode(written);
        if (!decoded.ok) throw new Error(decoded.reason);
        const { packet } = decoded;
        expect({ id: packet.id, code: packet.code }).toEqual({ id, code: codes.accessRequest });
        expect(packet.attributes).toEqual(list);
        expect(encodeRequest({ ...request, attributes: packet.attributes }).equals(written)).toBe(true);
      }),
      { numRuns },
    );
  });
});

it('nobody who does not prove the secret gets an answer, and each datagram moves a counter', async () => {
  const { deps, counts, updates, requests } = memory(nas);
  const listening = await listenRadius({ host: '127.0.0.1', authPort: 0, acctPort: 0 }, deps);
  const socket = createSocket('udp4');
  const answers: Buffer[] = [];
  socket.on('message', (answer) => answers.push(answer));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const unproven = (datagram: Buffer) => {
    const decoded = decode(datagram);
    return !decoded.ok || !verifyRequest(decoded.packet, nas.secret);
  };
  const seed = Number(process.env.FUZZ_SEED ?? 1);
  const hostile = fc.sample(fc.oneof(bytes(1_400), mutated), { seed, numRuns: 600 }).filter(unproven);
  const told = () => Object.values(counts).reduce((sum, count) => sum + count, 0);
  for (const [i, datagram] of hostile.entries()) {
    socket.send(datagram, i % 2 === 0 ? listening.acctPort : listening.authPort, '127.0.0.1');
    // Loopback loses what nobody reads in time.
    if (i % 20 === 19) await until(() => told() === i + 1);
  }
  await until(() => told() === hostile.length);
  expect({ answers, updates, requests }).toEqual({ answers: [], updates: [], requests: [] });
  expect(Object.keys(counts).every((name) => name.startsWith('drop.'))).toBe(true);
  socket.close();
  await listening.close();
});
