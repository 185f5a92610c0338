import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:dgram';
import { type Attribute, codes, decode, encodeRequest, hidePassword, type Packet, verifyReply } from './codec.ts';
import {
  attributes as a,
  address,
  integer,
  octet,
  opaque,
  ratNumber,
  statusTypes,
  text,
  VENDOR_3GPP,
  vendorSpecific,
  vsa,
} from './dictionary.ts';
import { bindSocket } from './socket.ts';

/** The NAS's side of RADIUS: for the simulated telecom, tests and load. */
export type RadiusClient = {
  /** The reply that proves the secret, or null after the last repeat stayed unanswered. */
  access(attributes: readonly Attribute[]): Promise<Packet | null>;
  account(attributes: readonly Attribute[]): Promise<Packet | null>;
  close(): void;
};

type Pending = { request: Buffer; settle(reply: Packet | null): void };

/**
 * Opens `sockets` UDP sockets (default 1) on `localAddress`, each with 256 ids, so `sockets` × 256 requests may be
 * unanswered at once; one more rejects. An unanswered request is repeated, same bytes and id, every `timeoutMs`
 * (default 2,000), up to `retries` times (default 5). `close` settles what is pending with null.
 */
export async function openClient(options: {
  host: string;
  authPort: number;
  acctPort: number;
  secret: Buffer;
  localAddress?: string;
  sockets?: number;
  timeoutMs?: number;
  retries?: number;
  /** Message-Authenticator on Access-Requests; true unless a test wants the old way. */
  sign?: boolean;
}): Promise<RadiusClient> {
  const local = options.localAddress ?? (options.host.includes(':') ? '::' : '0.0.0.0');
  const pools: { socket: Socket; pending: Map<number, Pending>; next: number }[] = [];
  let turn = 0;
  let closed = false;

  for (let i = 0; i < (options.sockets ?? 1); i += 1) {
    const socket = await bindSocket(local, 0).catch((error: unknown) => {
      for (const open of pools) open.socket.close();
      throw error;
    });
    const pending = new Map<number, Pending>();
    // A port that nobody listens on yet is silence to us: the repeat may find it open.
    socket.on('error', () => {});
    socket.on('message', (datagram) => {
      const decoded = decode(datagram);
      const waiting = decoded.ok ? pending.get(decoded.packet.id) : undefined;
      if (!decoded.ok || !waiting) return;
      if (verifyReply(decoded.packet, waiting.request.subarray(4, 20), options.secret)) waiting.settle(decoded.packet);
    });
    pools.push({ socket, pending, next: 0 });
  }

  function send(port: number, write: (id: number) => Buffer): Promise<Packet | null> {
    if (closed) return Promise.resolve(null);
    const pool = freePool();
    if (!pool) return Promise.reject(new Error('RADIUS client: every id is waiting for a reply'));
    const { socket, pending } = pool;
    while (pending.has(pool.next)) pool.next = (pool.next + 1) % 256;
    const id = pool.next;
    pool.next = (id + 1) % 256;
    const request = write(id);
    return new Promise((resolve) => {
      let left = options.retries ?? 5;
      const timer = setInterval(() => {
        if (left === 0) {
          settle(null);
        } else {
          left -= 1;
          socket.send(request, port, options.host);
        }
      }, options.timeoutMs ?? 2_000);
      const settle = (reply: Packet | null) => {
        clearInterval(timer);
        pending.delete(id);
        resolve(reply);
      };
      pending.set(id, { request, settle });
      socket.send(request, port, options.host);
    });
  }

  function freePool() {
    for (let i = 0; i < pools.length; i += 1) {
      turn = (turn + 1) % pools.length;
      if (pools[turn]!.pending.size < 256) return pools[turn];
    }
    return undefined;
  }

  return {
    access(attributes) {
      const authenticator = randomBytes(16);
      const password = { type: a.userPassword, value: hidePassword('', authenticator, options.secret) };
      return send(options.authPort, (id) =>
        encodeRequest({
          code: codes.accessRequest,
          id,
          secret: options.secret,
          attributes: [...attributes, password],
          authenticator,
          sign: options.sign ?? true,
        }),
      );
    },
    account: (attributes) =>
      send(options.acctPort, (id) =>
        encodeRequest({ code: codes.accountingRequest, id, secret: options.secret, attributes }),
      ),
    close() {
      closed = true;
      for (const { socket, pending } of pools) {
        for (const { settle } of [...pending.values()]) settle(null);
        socket.close();
      }
    },
  };
}

/** A SIM on a network, as a gateway describes it. `rat` is a name of the dictionary, `imei` 15 digits. */
export type Subscriber = {
  imsi: string;
  msisdn?: string;
  imei?: string;
  plmn?: string;
  rat?: string;
  apn?: string;
  framedIp?: string;
  /** Tracking area (16 bits) and cell (28 bits) of LTE, told with `plmn`. */
  location?: { area: number; cell: number };
};

/** One accounting record; counters in octets, cumulative; `sessionTime` in seconds. */
export type AccountingRecord = {
  status: keyof typeof statusTypes;
  acctSessionId: string;
  chargingId?: number;
  nsapi?: string;
  up?: bigint;
  down?: bigint;
  sessionTime?: number;
  eventTime?: Date;
  delaySeconds?: number;
  terminateCause?: number;
  class?: Buffer | null;
};

/** Attributes of an Access-Request for `who`. */
export function accessAttributes(who: Subscriber): Attribute[] {
  const list = [text(a.userName, who.imsi), integer(a.serviceType, 2), integer(a.framedProtocol, 7)];
  return [...list, ...subscriberAttributes(who, [])];
}

/** Attributes of an Accounting-Request for `who` (a Start, Interim-Update or Stop), Gigawords always given. */
export function accountingAttributes(who: Subscriber, record: AccountingRecord): Attribute[] {
  const list = [integer(a.acctStatusType, statusTypes[record.status]), opaque(a.acctSessionId, record.acctSessionId)];
  if (record.eventTime) list.push(integer(a.eventTimestamp, Math.floor(record.eventTime.getTime() / 1000)));
  if (record.delaySeconds !== undefined) list.push(integer(a.acctDelayTime, record.delaySeconds));
  if (record.class) list.push({ type: a.class, value: record.class });
  if (record.status !== 'start') {
    list.push(...counter(record.up ?? 0n, a.acctInputOctets, a.acctInputGigawords));
    list.push(...counter(record.down ?? 0n, a.acctOutputOctets, a.acctOutputGigawords));
    if (record.sessionTime !== undefined) list.push(integer(a.acctSessionTime, record.sessionTime));
  }
  if (record.terminateCause !== undefined) list.push(integer(a.acctTerminateCause, record.terminateCause));
  const bearer: Attribute[] = [];
  if (record.chargingId !== undefined) bearer.push(integer(vsa.chargingId, record.chargingId));
  if (record.nsapi) bearer.push(text(vsa.nsapi, record.nsapi));
  return [...list, ...subscriberAttributes(who, bearer)];
}

/** Attributes of an Accounting-On or -Off. */
export function nasAttributes(status: 'on' | 'off', eventTime: Date): Attribute[] {
  return [
    integer(a.acctStatusType, statusTypes[status]),
    integer(a.eventTimestamp, Math.floor(eventTime.getTime() / 1000)),
  ];
}

function counter(octets: bigint, low: number, high: number): Attribute[] {
  return [integer(low, Number(octets & 0xffff_ffffn)), integer(high, Number(octets >> 32n))];
}

function subscriberAttributes(who: Subscriber, bearer: readonly Attribute[]): Attribute[] {
  const list: Attribute[] = [];
  if (who.msisdn) list.push(text(a.callingStationId, who.msisdn));
  if (who.apn) list.push(text(a.calledStationId, who.apn));
  if (who.framedIp) list.push(address(a.framedIpAddress, who.framedIp));
  const parts = [text(vsa.imsi, who.imsi), ...bearer];
  if (who.plmn) parts.push(text(vsa.sgsnMccMnc, who.plmn));
  // The IMEISV: 14 digits of the IMEI, then the software version in place of the check digit.
  if (who.imei) parts.push(text(vsa.imeisv, `${who.imei.slice(0, 14)}01`));
  if (who.plmn && who.location) parts.push({ type: vsa.userLocationInfo, value: userLocation(who.plmn, who.location) });
  const rat = who.rat ? ratNumber(who.rat) : null;
  if (rat !== null) parts.push(octet(vsa.ratType, rat));
  list.push(vendorSpecific(VENDOR_3GPP, parts));
  return list;
}

/** TAI and ECGI (TS 29.061 section 16.4.7.2: type 130). */
function userLocation(plmn: string, { area, cell }: { area: number; cell: number }): Buffer {
  const value = Buffer.alloc(13);
  value[0] = 130;
  const network = plmnOctets(plmn);
  network.copy(value, 1);
  value.writeUInt16BE(area, 4);
  network.copy(value, 6);
  value.writeUInt32BE(cell, 9);
  return value;
}

/** MCC and MNC in swapped half-octets, F for a third digit that the MNC does not have (TS 24.008 section 10.5.1.13). */
function plmnOctets(plmn: string): Buffer {
  const [a, b, c, d, e, f = 'f'] = plmn;
  return Buffer.from(`${b}${a}${f}${c}${e}${d}`, 'hex');
}
