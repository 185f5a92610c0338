import { createSocket } from 'node:dgram';
import { afterEach, expect, test } from 'vitest';
import { disconnect } from './coa.ts';
import { codes, decode, encodeReply, type Packet, verifyMessageAuthenticator, verifyRequest } from './codec.ts';
import { attributes as a, integer, readAddress, readText, readValues, vsa } from './dictionary.ts';

const secret = Buffer.from('coa-secret');
const session = { acctSessionId: 'A1', imsi: '901700000000001', framedIp: '10.0.0.9' };
const open: (() => unknown)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A NAS that answers the n-th request with what `answer` returns; null is silence. */
async function nasWith(answer: (packet: Packet, n: number) => Buffer | null) {
  const socket = createSocket('udp4');
  const seen: Buffer[] = [];
  socket.on('message', (bytes, peer) => {
    seen.push(bytes);
    const decoded = decode(bytes);
    if (!decoded.ok) return;
    const reply = answer(decoded.packet, seen.length);
    if (reply) socket.send(reply, peer.port, peer.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  open.push(() => socket.close());
  return { seen, target: { host: '127.0.0.1', port: socket.address().port, secret, timeoutMs: 50 } };
}

const reply = (packet: Packet, code: number, cause?: number, key = secret) =>
  encodeReply(packet, { code, secret: key, attributes: cause === undefined ? [] : [integer(a.errorCause, cause)] });

test('ACK; the request names the session and asks for the teardown of the whole connection', async () => {
  const nas = await nasWith((packet) => reply(packet, codes.disconnectAck));
  expect(await disconnect(nas.target, { ...session, nasIdentifier: 'pgw-1' }, 42)).toEqual({
    outcome: 'ack',
    errorCause: null,
  });
  const decoded = decode(nas.seen[0]!);
  if (!decoded.ok) throw new Error(decoded.reason);
  const { packet } = decoded;
  expect([packet.code, packet.id, packet.attributes[0]?.type]).toEqual([40, 42, a.messageAuthenticator]);
  expect([verifyRequest(packet, secret), verifyMessageAuthenticator(packet, secret)]).toEqual([true, 'valid']);
  const { standard, vendor } = readValues(packet.attributes);
  expect(readText(standard.get(a.acctSessionId))).toBe('A1');
  expect(readText(standard.get(a.nasIdentifier))).toBe('pgw-1');
  expect(readAddress(standard.get(a.framedIpAddress))).toBe('10.0.0.9');
  expect(readText(vendor.get(vsa.imsi))).toBe('901700000000001');
  expect(vendor.get(vsa.teardownIndicator)).toEqual(Buffer.from([1]));
});

test.each([
  [503, 'gone'],
  [506, 'nak'],
  [404, 'nak'],
] as const)('NAK with Error-Cause %d is %s', async (errorCause, outcome) => {
  const nas = await nasWith((packet) => reply(packet, codes.disconnectNak, errorCause));
  expect(await disconnect(nas.target, session)).toEqual({ outcome, errorCause });
});

test('a NAK without a cause', async () => {
  const nas = await nasWith((packet) => reply(packet, codes.disconnectNak));
  expect(await disconnect(nas.target, session)).toEqual({ outcome: 'nak', errorCause: null });
});

test('repeats are the same bytes, and the first answer ends them', async () => {
  const nas = await nasWith((packet, n) => (n < 3 ? null : reply(packet, codes.disconnectAck)));
  expect((await disconnect(nas.target, session)).outcome).toBe('ack');
  expect(nas.seen).toHaveLength(3);
  expect(nas.seen[1]).toEqual(nas.seen[0]);
  expect(nas.seen[2]).toEqual(nas.seen[0]);
});

test('the back-off doubles and the attempts end', async () => {
  const nas = await nasWith(() => null);
  const before = performance.now();
  expect(await disconnect(nas.target, session)).toEqual({ outcome: 'timeout', errorCause: null });
  expect(performance.now() - before).toBeGreaterThan(340);
  expect(nas.seen).toHaveLength(3);
});

test('an answer with another secret, another id or another code is no answer', async () => {
  const nas = await nasWith((packet, n) => {
    if (n === 1) return reply(packet, codes.disconnectAck, undefined, Buffer.from('forged'));
    if (n === 2) return reply({ ...packet, id: (packet.id + 1) % 256 }, codes.disconnectAck);
    return reply(packet, codes.coaAck);
  });
  expect((await disconnect(nas.target, session)).outcome).toBe('timeout');
});

test('a closed port is a timeout, not an error', async () => {
  const nas = await nasWith(() => null);
  open.splice(0).forEach((close) => {
    close();
  });
  expect((await disconnect({ ...nas.target, timeoutMs: 10 }, session)).outcome).toBe('timeout');
});

test('an IPv6 session and a source address of our own', async () => {
  const nas = await nasWith((packet) => reply(packet, codes.disconnectAck));
  const target = { ...nas.target, localAddress: '127.0.0.1' };
  const outcome = await disconnect(target, {
    acctSessionId: 'hex:00ff',
    imsi: null,
    framedIp: '2001:db8:0:1:0:0:0:0/64',
  });
  expect(outcome.outcome).toBe('ack');
  const decoded = decode(nas.seen[0]!);
  const { standard } = readValues(decoded.ok ? decoded.packet.attributes : []);
  expect(standard.get(a.acctSessionId)).toEqual(Buffer.from([0, 255]));
  expect(standard.get(a.framedIpv6Prefix)?.toString('hex')).toBe('004020010db8000000010000000000000000');
});
