import {
  type AccountingRecord,
  attributes as a,
  accessAttributes,
  accountingAttributes,
  bindSocket,
  codes,
  decode,
  encodeReply,
  errorCauses,
  integer,
  keepReplies,
  nasAttributes,
  openClient,
  type Packet,
  readOpaque,
  readText,
  readValues,
  replyKey,
  type Subscriber,
  verifyRequest,
  vsa,
} from '../radius/index.ts';
import type { Config } from './config.ts';

export type Access = { answer: 'accept'; class: Buffer | null } | { answer: 'reject' } | { answer: 'silence' };

/** The packet gateway: the NAS of this telecom. */
export type Gateway = {
  coaPort: number;
  attach(who: Subscriber): Promise<Access>;
  /** False when nobody acknowledged. */
  account(who: Subscriber, record: AccountingRecord): Promise<boolean>;
  /** Accounting-On: every session before this is forgotten. False when nobody acknowledged. */
  announce(): Promise<boolean>;
  close(): void;
};

/**
 * Opens the gateway on `config.address`: four sockets for requests, one for Disconnect-Requests.
 *
 * First sends keep a distance of `1 / packetsPerSecond`; an unanswered one is repeated every 2 s, up to five times, with
 * the same id. `end` is asked to end a session and returns false when there is none: NAK 503.
 */
export async function openGateway(
  config: Config,
  packetsPerSecond: number,
  end: (session: { acctSessionId: string; imsi: string | null }) => boolean,
  now: () => Date,
): Promise<Gateway> {
  const coa = await bindSocket(config.address, config.coaPort);
  const secret = Buffer.from(config.secret);
  const client = await openClient({
    host: config.radiusHost,
    authPort: config.authPort,
    acctPort: config.acctPort,
    secret,
    localAddress: config.address,
    sockets: 4,
  }).catch((error: unknown) => {
    coa.close();
    throw error;
  });
  const pace = pacer(packetsPerSecond, now);
  const replies = keepReplies({ ttlMs: 30_000, max: 1_000 });

  coa.on('error', () => {});
  coa.on('message', (datagram, peer) => {
    const decoded = decode(datagram);
    if (!decoded.ok || !verifyRequest(decoded.packet, secret)) return;
    const { packet } = decoded;
    if (packet.code !== codes.disconnectRequest && packet.code !== codes.coaRequest) return;
    const key = replyKey(peer.address, peer.port, packet);
    const at = now().getTime();
    const reply = replies.get(key, at) ?? answer(packet);
    replies.put(key, reply, at);
    coa.send(reply, peer.port, peer.address);
  });

  function answer(packet: Packet): Buffer {
    const nak = (code: number, cause: number) =>
      encodeReply(packet, { code, secret, attributes: [integer(a.errorCause, cause)] });
    if (packet.code === codes.coaRequest) return nak(codes.coaNak, errorCauses.unsupportedExtension);
    const { standard, vendor } = readValues(packet.attributes);
    const acctSessionId = readOpaque(standard.get(a.acctSessionId));
    const ended = acctSessionId !== null && end({ acctSessionId, imsi: readText(vendor.get(vsa.imsi)) });
    if (!ended) return nak(codes.disconnectNak, errorCauses.sessionNotFound);
    return encodeReply(packet, { code: codes.disconnectAck, secret, attributes: [] });
  }

  return {
    coaPort: coa.address().port,
    async attach(who) {
      await pace();
      const reply = await client.access(accessAttributes(who));
      if (!reply) return { answer: 'silence' };
      if (reply.code !== codes.accessAccept) return { answer: 'reject' };
      return { answer: 'accept', class: readValues(reply.attributes).standard.get(a.class) ?? null };
    },
    async account(who, record) {
      await pace();
      return (await client.account(accountingAttributes(who, record))) !== null;
    },
    announce: async () => (await client.account(nasAttributes('on', now()))) !== null,
    close() {
      client.close();
      coa.close();
    },
  };
}

/** Each call resolves at least `1 / perSecond` after the one before. Bounded by its callers: a device waits for one packet. */
function pacer(perSecond: number, now: () => Date): () => Promise<void> {
  let free = 0;
  return async () => {
    const at = now().getTime();
    free = Math.max(free, at);
    const wait = free - at;
    free += 1000 / perSecond;
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  };
}
