import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Attribute, codes, decode, encodeRequest, type Packet, verifyReply } from './codec.ts';
import {
  attributes as a,
  address,
  errorCauses,
  ipv6Prefix,
  octet,
  opaque,
  readInteger,
  readValues,
  text,
  VENDOR_3GPP,
  vendorSpecific,
  vsa,
} from './dictionary.ts';

const MAX_WAIT_MS = 4_000;

/**
 * `ack`: the NAS will end the session (its Stop proves it). `gone`: it has no such session (Error-Cause 503), which is
 * what we wanted. `nak`: refused, see `errorCause` (506 is worth another try; 401, 402 and 404 mean a wrong setting).
 * `timeout`: no valid answer to any attempt.
 */
export type DisconnectOutcome = { outcome: 'ack' | 'gone' | 'nak' | 'timeout'; errorCause: number | null };

/**
 * Asks a NAS to end a session: Disconnect-Request (RFC 5176 section 2.1).
 *
 * UDP loses packets, so it is sent up to `attempts` times (default 3) with the same id and bytes, waiting `timeoutMs`
 * (default 1,000) after the first and twice as long after each, at most 4 s. The host may be a name; a name that does
 * not resolve, or a `localAddress` we do not have, rejects. Everything else is an outcome.
 */
export async function disconnect(
  target: { host: string; port: number; secret: Buffer; timeoutMs?: number; attempts?: number; localAddress?: string },
  session: { acctSessionId: string; imsi: string | null; framedIp: string | null; nasIdentifier?: string | null },
  id: number = randomInt(256),
): Promise<DisconnectOutcome> {
  const request = encodeRequest({
    code: codes.disconnectRequest,
    id,
    secret: target.secret,
    attributes: identify(session),
    sign: true,
  });
  const { socket, answer } = await connect(target, request);
  try {
    let wait = target.timeoutMs ?? 1_000;
    for (let attempt = 0; attempt < (target.attempts ?? 3); attempt += 1) {
      socket.send(request);
      const reply = await Promise.race([answer, pause(wait, null, { ref: false })]);
      if (reply) return readAnswer(reply);
      wait = Math.min(wait * 2, MAX_WAIT_MS);
    }
    return { outcome: 'timeout', errorCause: null };
  } finally {
    socket.close();
  }
}

function identify(session: Parameters<typeof disconnect>[1]): Attribute[] {
  const list: Attribute[] = [];
  if (session.nasIdentifier) list.push(text(a.nasIdentifier, session.nasIdentifier));
  list.push(opaque(a.acctSessionId, session.acctSessionId));
  if (session.framedIp) {
    list.push(
      session.framedIp.includes(':')
        ? ipv6Prefix(a.framedIpv6Prefix, session.framedIp)
        : address(a.framedIpAddress, session.framedIp),
    );
  }
  const parts = session.imsi ? [text(vsa.imsi, session.imsi)] : [];
  // Teardown: all bearers of the connection, not only the one named.
  list.push(vendorSpecific(VENDOR_3GPP, [...parts, octet(vsa.teardownIndicator, 1)]));
  return list;
}

/** A connected socket takes datagrams from the NAS's address and port only; the first one that proves the secret is the answer. */
async function connect(
  target: { host: string; port: number; secret: Buffer; localAddress?: string },
  request: Buffer,
): Promise<{ socket: Socket; answer: Promise<Packet> }> {
  const socket = createSocket(isIP(target.host) === 6 ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address: target.localAddress, port: 0, exclusive: true }, () => {
        socket.connect(target.port, target.host, (error?: Error) => (error ? reject(error) : resolve()));
      });
    });
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.removeAllListeners('error');
  // "Connection refused" is only a closed port for now: the next attempt may find it open.
  socket.on('error', () => {});
  const answer = new Promise<Packet>((resolve) => {
    socket.on('message', (datagram) => {
      const decoded = decode(datagram);
      if (!decoded.ok || decoded.packet.id !== request[1]) return;
      const { code } = decoded.packet;
      if (code !== codes.disconnectAck && code !== codes.disconnectNak) return;
      if (verifyReply(decoded.packet, request.subarray(4, 20), target.secret)) resolve(decoded.packet);
    });
  });
  return { socket, answer };
}

function readAnswer(reply: Packet): DisconnectOutcome {
  const errorCause = readInteger(readValues(reply.attributes).standard.get(a.errorCause));
  if (reply.code === codes.disconnectAck) return { outcome: 'ack', errorCause };
  return { outcome: errorCause === errorCauses.sessionNotFound ? 'gone' : 'nak', errorCause };
}
