import { hash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { accountingAttributes, attributes, codes, encodeRequest } from '../apps/server/src/radius/index.ts';
import { openHistogram } from './histogram.ts';

/**
 * RADIUS accounting as a large NAS sends it, in a process of its own: what it costs must not be the server's. Packets
 * are built once per session; of each request only id, counters, times and authenticator are written anew. Its one
 * argument is a file with a `Load` as JSON; it prints a `Report` as JSON each `reportSeconds`, and a last one.
 */
export type Load = {
  host: string;
  port: number;
  secret: string;
  /** One session per IMSI. All are opened before anything is counted. */
  imsis: string[];
  sockets: number;
  seconds: number;
  /** Unanswered at a time; null: sent at `rate`, whatever the answers do. */
  window: number | null;
  /** Packets a second in an open loop. */
  rate: number;
  /** Bytes that each interim adds to its session: at least and at most. */
  grow: [number, number];
  /** A session that grows past this is one whose crossing is timed apart. */
  limitBytes: number | null;
  reportSeconds: number | null;
  /** Tells the sessions of two runs apart. */
  tag: string;
};

export type Report = {
  last: boolean;
  seconds: number;
  offered: number;
  answered: number;
  lost: number;
  p50: number;
  p99: number;
  /** The packets that brought a session to its limit. */
  crossings: number;
  crossingP50: number;
  crossingP99: number;
  /** Sent later than it was due by more than 10 ms: the generator itself was too slow. */
  late: number;
  cpuUs: number;
};

const lostAfterMs = 3000;
const headerBytes = 20;

type Session = {
  /** The packet, and behind it the secret, which is what the authenticator is made of (RFC 2866 section 3). */
  bytes: Buffer;
  length: number;
  up: number;
  busy: boolean;
  beyond: boolean;
  places: Record<'octets' | 'gigawords' | 'sessionTime' | 'eventTime', number>;
  beganAt: number;
};
type Sent = { session: Session; at: number; crossing: boolean };
type Port = { socket: Socket; free: number[]; sent: (Sent | null)[] };

export async function generate(load: Load, report: (r: Report) => void): Promise<void> {
  const random = mulberry(load.imsis.length);
  const ports = await Promise.all(Array.from({ length: load.sockets }, () => openPort(load)));
  const latencies = openHistogram();
  const crossings = openHistogram();
  let turn = 0;
  let offered = 0;
  let answered = 0;
  let lost = 0;
  let late = 0;
  let underWay = 0;
  let freed: () => void = () => {};

  for (const port of ports) {
    port.socket.on('message', (reply) => {
      const sent = reply[0] === codes.accountingResponse ? port.sent[reply[1]!] : null;
      if (!sent) return;
      settle(port, reply[1]!, sent, true);
    });
    // Silence of a server that is not there yet, or is too busy to take it.
    port.socket.on('error', () => {});
  }
  const sweep = setInterval(() => {
    const now = performance.now();
    for (const port of ports) {
      port.sent.forEach((sent, id) => {
        if (sent && now - sent.at > lostAfterMs) settle(port, id, sent, false);
      });
    }
  }, 250);

  function settle(port: Port, id: number, sent: Sent, ok: boolean): void {
    port.sent[id] = null;
    // Behind all others: an answer that comes too late must not be taken for the next one's.
    port.free.push(id);
    sent.session.busy = false;
    underWay -= 1;
    if (ok) {
      answered += 1;
      const ms = performance.now() - sent.at;
      latencies.add(ms);
      if (sent.crossing) crossings.add(ms);
    } else {
      lost += 1;
    }
    freed();
  }

  /** Sends the next packet of a session; false when no id is free. `due`: from when its latency counts. */
  function send(session: Session, due: number, grow: number): boolean {
    for (let i = 0; i < ports.length; i++) {
      turn = (turn + 1) % ports.length;
      const port = ports[turn]!;
      const id = port.free.shift();
      if (id === undefined) continue;
      session.up += grow;
      const crossing = load.limitBytes !== null && !session.beyond && session.up >= load.limitBytes;
      if (crossing) session.beyond = true;
      write(session, id, due);
      session.busy = true;
      port.sent[id] = { session, at: due, crossing };
      offered += 1;
      underWay += 1;
      port.socket.send(session.bytes, 0, session.length);
      return true;
    }
    return false;
  }

  const sessions = load.imsis.map((imsi, i) => openSession(load, imsi, i));
  await open(sessions);
  latencies.clear();
  offered = answered = lost = 0;
  const beganAt = performance.now();
  const cpu = process.cpuUsage();
  let next = 0;

  const say = (last: boolean): void => {
    const used = process.cpuUsage(cpu);
    report({
      last,
      seconds: (performance.now() - beganAt) / 1000,
      offered,
      answered,
      lost,
      p50: latencies.at(0.5),
      p99: latencies.at(0.99),
      crossings: crossings.count(),
      crossingP50: crossings.at(0.5),
      crossingP99: crossings.at(0.99),
      late,
      cpuUs: used.user + used.system,
    });
  };
  const reporting =
    load.reportSeconds === null
      ? null
      : setInterval(() => {
          say(false);
          latencies.clear();
        }, load.reportSeconds * 1000);
  if (load.window === null) await openLoop();
  else await closedLoop(load.window);
  for (let i = 0; i < 400 && underWay > 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  if (reporting) clearInterval(reporting);
  say(true);
  clearInterval(sweep);
  for (const { socket } of ports) socket.close();

  /** The next session that has nothing under way; null when all have. */
  function idle(): Session | null {
    for (let i = 0; i < 64; i++) {
      const session = sessions[next++ % sessions.length]!;
      if (!session.busy) return session;
    }
    return null;
  }

  function growth(): number {
    return load.grow[0] + Math.floor(random() * (load.grow[1] - load.grow[0] + 1));
  }

  async function closedLoop(window: number): Promise<void> {
    const end = beganAt + load.seconds * 1000;
    await new Promise<void>((resolve) => {
      freed = () => {
        if (performance.now() >= end) {
          freed = () => {};
          resolve();
          return;
        }
        while (underWay < window) {
          const session = idle();
          if (!session || !send(session, performance.now(), growth())) return;
        }
      };
      freed();
      setTimeout(resolve, load.seconds * 1000 + lostAfterMs + 500);
    });
    freed = () => {};
  }

  async function openLoop(): Promise<void> {
    const total = Math.floor(load.rate * load.seconds);
    for (let n = 0; n < total; ) {
      const now = performance.now();
      const dueBy = Math.min(total, Math.floor(((now - beganAt) * load.rate) / 1000) + 1);
      for (; n < dueBy; n++) {
        const due = beganAt + (n * 1000) / load.rate;
        if (now - due > 10) late += 1;
        const session = idle();
        // Nothing free means more unanswered than a NAS could have: what it wants to say is lost.
        if (!session || !send(session, due, growth())) {
          offered += 1;
          lost += 1;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Sends every session its first packet, and repeats those that stayed unanswered. */
  async function open(all: Session[]): Promise<void> {
    let waiting = all;
    for (let round = 0; round < 5 && waiting.length > 0; round++) {
      const queue = [...waiting];
      const before = answered;
      await new Promise<void>((resolve) => {
        freed = () => {
          while (underWay < 200 && queue.length > 0 && send(queue[0]!, performance.now(), 0)) queue.shift();
          if (queue.length === 0 && underWay === 0) resolve();
        };
        freed();
      });
      freed = () => {};
      if (answered - before === waiting.length) return;
      waiting = all;
    }
    throw new Error('the server did not answer when sessions were opened');
  }

  function write(session: Session, id: number, now: number): void {
    const { bytes, places } = session;
    bytes[1] = id;
    bytes.writeUInt32BE(session.up % 2 ** 32, places.octets);
    bytes.writeUInt32BE(Math.floor(session.up / 2 ** 32), places.gigawords);
    bytes.writeUInt32BE(Math.max(0, Math.floor((now - session.beganAt) / 1000)), places.sessionTime);
    bytes.writeUInt32BE(Math.floor(Date.now() / 1000), places.eventTime);
    bytes.fill(0, 4, headerBytes);
    hash('md5', bytes, 'buffer').copy(bytes, 4);
  }
}

function openSession(load: Load, imsi: string, index: number): Session {
  const packet = encodeRequest({
    code: codes.accountingRequest,
    id: 0,
    secret: Buffer.from(load.secret),
    attributes: [
      { type: attributes.userName, value: Buffer.from(imsi) },
      { type: 4, value: Buffer.from([127, 0, 0, 1]) }, // NAS-IP-Address (RFC 2865 section 5.4), which FreeRADIUS keys by
      ...accountingAttributes(
        { imsi, plmn: '26201', rat: 'EUTRAN', apn: 'bench' },
        {
          status: 'interim',
          acctSessionId: `${load.tag}-${index}`,
          up: 0n,
          down: 0n,
          sessionTime: 0,
          eventTime: new Date(),
        },
      ),
    ],
  });
  const bytes = Buffer.concat([packet, Buffer.from(load.secret)]);
  const places = {
    octets: placeOf(packet, attributes.acctInputOctets),
    gigawords: placeOf(packet, attributes.acctInputGigawords),
    sessionTime: placeOf(packet, attributes.acctSessionTime),
    eventTime: placeOf(packet, attributes.eventTimestamp),
  };
  return { bytes, length: packet.length, up: 0, busy: false, beyond: false, places, beganAt: performance.now() };
}

/** Where the value of an attribute begins (RFC 2865 section 5: type, length, value). */
function placeOf(packet: Buffer, type: number): number {
  for (let at = headerBytes; at < packet.length; at += packet[at + 1]!) if (packet[at] === type) return at + 2;
  throw new Error(`the packet has no attribute ${type}`);
}

async function openPort(load: Load): Promise<Port> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20, sendBufferSize: 1 << 20 });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => socket.connect(load.port, load.host, () => resolve()));
  return { socket, free: Array.from({ length: 256 }, (_, id) => id), sent: new Array(256).fill(null) };
}

/** Small seeded randomness: every run sends the same. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

if (import.meta.main) {
  await generate(JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Load, (r) => console.log(JSON.stringify(r)));
  process.exit(0);
}
