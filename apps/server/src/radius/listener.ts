import type { Socket } from 'node:dgram';
import {
  type Attribute,
  codes,
  decode,
  encodeReply,
  type Packet,
  verifyMessageAuthenticator,
  verifyRequest,
} from './codec.ts';
import type { AccessAnswer, Deps, Nas } from './contract.ts';
import { attributes as a, integer, text, walledMark } from './dictionary.ts';
import { keepReplies, replyKey } from './replies.ts';
import { bindSocket } from './socket.ts';
import { readAccess, readAccounting } from './update.ts';

const REPLY_TTL_MS = 30_000;
const MAX_REPLIES = 50_000;
/** A request whose promise never settles stops counting as in flight after this. */
const STUCK_MS = 60_000;
const CLOSE_WAIT_MS = 5_000;
/** A packet that tells of something older than this is a replay: a NAS empties the store it kept while we were away. */
const REPLAY_MS = 5 * 60_000;
/** The part of what may be in flight that replays may take, so that a storm of them leaves room for what happens now. */
const REPLAY_SHARE = 0.5;
const RECEIVE_BUFFER = 8 * 1024 * 1024;

type Reply = { code: number; attributes: Attribute[]; sign: boolean };
type Service = {
  name: 'access' | 'accounting';
  code: number;
  /** Why the packet does not prove the NAS's secret, or null. */
  distrust(packet: Packet, nas: Nas): 'bad_authenticator' | 'message_authenticator' | null;
  /** The work that must end before the reply may leave; null when the packet cannot be used. */
  begin(packet: Packet, nas: Nas, receivedAt: Date, roomForReplays: boolean): Begun;
};

type Work = Promise<{ reply: Reply; event: string }>;
/** `malformed`: cannot be used. `overload`: a replay, and there is no room for more of them. */
type Begun = { work: Work; replay: boolean } | 'malformed' | 'overload';

/**
 * Listens for Access-Requests and Accounting-Requests (RFC 2865, 2866) on two UDP ports; port 0 takes a free one.
 *
 * A reply leaves only after `deps` has resolved. An unknown NAS, a wrong secret, bytes that are no packet, a full
 * house and a failed write all look the same from outside, silence, and move a counter each. `maxInFlight` bounds
 * each port. Rejects with the system's error when a port is taken. `close` waits up to 5 s for what is in flight.
 */
export async function listenRadius(
  options: { host: string; authPort: number; acctPort: number; maxInFlight?: number },
  deps: Deps,
): Promise<{ authPort: number; acctPort: number; close(): Promise<void> }> {
  const maxInFlight = options.maxInFlight ?? 8_192;
  const auth = await bindSocket(options.host, options.authPort, RECEIVE_BUFFER);
  const acct = await bindSocket(options.host, options.acctPort, RECEIVE_BUFFER).catch((error: unknown) => {
    auth.close();
    throw error;
  });
  const served = [
    serve(auth, accessService(deps), deps, maxInFlight),
    serve(acct, accountingService(deps), deps, maxInFlight),
  ];
  deps.log('info', 'RADIUS listening', {
    authPort: auth.address().port,
    acctPort: acct.address().port,
    receiveBufferBytes: acct.getRecvBufferSize(),
  });
  return {
    authPort: auth.address().port,
    acctPort: acct.address().port,
    close: async () => {
      await Promise.all(served.map((one) => one.close()));
    },
  };
}

function serve(socket: Socket, service: Service, deps: Deps, maxInFlight: number): { close(): Promise<void> } {
  const replies = keepReplies({ ttlMs: REPLY_TTL_MS, max: MAX_REPLIES });
  const inFlight = new Map<string, number>();
  let replaysInFlight = 0;
  let closing = false;
  let drained = () => {};
  let quietUntil = 0;

  socket.on('error', (error) => deps.log('error', 'RADIUS socket', { service: service.name, error: error.message }));
  socket.on('message', (datagram, peer) => {
    if (closing) return;
    try {
      const nas = deps.findNas(peer.address.startsWith('::ffff:') ? peer.address.slice(7) : peer.address);
      const dropped = nas ? receive(datagram, nas, peer.address, peer.port) : 'unknown_nas';
      if (dropped) deps.count(`drop.${dropped}`, nas);
    } catch (error) {
      fail(error, null);
    }
  });

  /** Returns why the datagram is dropped, or null. */
  function receive(datagram: Buffer, nas: Nas, address: string, port: number): string | null {
    const decoded = decode(datagram);
    if (!decoded.ok) return decoded.reason;
    const { packet } = decoded;
    if (packet.code !== service.code) return 'code';
    const doubt = service.distrust(packet, nas);
    if (doubt) return doubt;

    const receivedAt = deps.now();
    const at = receivedAt.getTime();
    const key = replyKey(address, port, packet);
    const sent = replies.get(key, at);
    if (sent || inFlight.has(key)) {
      deps.count(`${service.name}.duplicate`, nas);
      if (sent) socket.send(sent, port, address);
      return null;
    }
    if (inFlight.size >= maxInFlight) forgetStuck(at);
    if (inFlight.size >= maxInFlight) return 'overload';

    const begun = service.begin(packet, nas, receivedAt, replaysInFlight < maxInFlight * REPLAY_SHARE);
    if (typeof begun === 'string') return begun;
    inFlight.set(key, at);
    if (begun.replay) replaysInFlight += 1;
    begun.work
      .then(({ reply, event }) => {
        const withProxyState = [...reply.attributes, ...packet.attributes.filter(({ type }) => type === a.proxyState)];
        const bytes = encodeReply(packet, { ...reply, attributes: withProxyState, secret: nas.secret });
        replies.put(key, bytes, deps.now().getTime());
        deps.count(event, nas);
        return sendTo(socket, bytes, port, address);
      })
      .catch((error: unknown) => fail(error, nas))
      .finally(() => {
        inFlight.delete(key);
        if (begun.replay) replaysInFlight -= 1;
        if (inFlight.size === 0) drained();
      });
    return null;
  }

  /** Silence towards the network: it repeats. One line of log a second, a counter for each. */
  function fail(error: unknown, nas: Nas | null): void {
    deps.count(`${service.name}.failed`, nas);
    const at = deps.now().getTime();
    if (at < quietUntil) return;
    quietUntil = at + 1_000;
    deps.log('warn', 'RADIUS request not answered', {
      service: service.name,
      nas: nas?.id,
      error: error instanceof Error ? error.message : String(error),
    });
  }

  function forgetStuck(now: number): void {
    for (const [key, since] of inFlight) {
      if (now - since < STUCK_MS) return;
      inFlight.delete(key);
    }
  }

  return {
    async close() {
      closing = true;
      if (inFlight.size > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, CLOSE_WAIT_MS);
          drained = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}

/** Resolves when the kernel has the datagram, so that `close` does not throw away a reply. */
function sendTo(socket: Socket, bytes: Buffer, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(bytes, port, address, (error) => (error ? reject(error) : resolve()));
  });
}

function accountingService(deps: Deps): Service {
  const done = { reply: { code: codes.accountingResponse, attributes: [], sign: false }, event: 'accounting.accepted' };
  return {
    name: 'accounting',
    code: codes.accountingRequest,
    distrust(packet, nas) {
      if (!verifyRequest(packet, nas.secret)) return 'bad_authenticator';
      return verifyMessageAuthenticator(packet, nas.secret) === 'invalid' ? 'message_authenticator' : null;
    },
    begin(packet, nas, receivedAt, roomForReplays) {
      const told = readAccounting(packet, nas, receivedAt);
      if (told.kind === 'unusable') return 'malformed';
      if (told.kind === 'reset') return { work: deps.reset(told.reset).then(() => done), replay: false };
      const replay = receivedAt.getTime() - told.update.eventTime.getTime() > REPLAY_MS;
      if (replay && !roomForReplays) return 'overload';
      return { work: deps.account(told.update).then(() => done), replay };
    },
  };
}

function accessService(deps: Deps): Service {
  return {
    name: 'access',
    code: codes.accessRequest,
    distrust(packet, nas) {
      const proof = verifyMessageAuthenticator(packet, nas.secret);
      if (proof === 'valid' || (proof === 'absent' && !nas.requireMessageAuthenticator)) return null;
      return 'message_authenticator';
    },
    begin: (packet, nas) => ({ work: deps.authorize(readAccess(packet, nas)).then(accessReply), replay: false }),
  };
}

function accessReply(answer: AccessAnswer): { reply: Reply; event: string } {
  if (!answer.accept) {
    const message = { type: a.replyMessage, value: clip(answer.message) };
    return { reply: { code: codes.accessReject, attributes: [message], sign: true }, event: 'access.rejected' };
  }
  const list = [integer(a.acctInterimInterval, answer.interimSeconds)];
  if (answer.walled) list.push(text(a.filterId, walledMark), text(a.class, walledMark));
  else if (answer.class) list.unshift({ type: a.class, value: answer.class });
  return { reply: { code: codes.accessAccept, attributes: list, sign: true }, event: 'access.accepted' };
}

/** At most 253 octets, cut between characters. */
function clip(message: string): Buffer {
  const bytes = Buffer.from(message);
  let end = Math.min(bytes.length, 253);
  while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
