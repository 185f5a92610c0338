import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as carriers from '../../src/carriers/index.ts';
import {
  type Attribute,
  attributes as a,
  accessAttributes,
  accountingAttributes,
  codes,
  encodeRequest,
  integer,
} from '../../src/radius/index.ts';
import { seeded } from '../../src/simulated/random.ts';
import { openWorld, type World } from '../world.ts';

/** R11 of the battery, through the outermost door: no crash, no answer, a counter each, and good packets go on. */
const strict = { address: '127.0.0.3', secret: Buffer.from('strict-secret') };
const stranger = '127.0.0.9';

let world: World;
/** One socket per source address; whatever comes back is kept. */
const sockets = new Map<string, Socket>();
let answers: Buffer[] = [];

beforeAll(async () => {
  world = await openWorld();
  await carriers.createNas(world.ctx(), {
    telecomId: world.telecom.id,
    name: 'strict',
    sourceRange: `${strict.address}/32`,
    secret: strict.secret.toString(),
    coaHost: strict.address,
    coaPort: 3799,
    requireMessageAuthenticator: true,
    noGigawords: false,
  });
  await world.running.directory.refresh();
  for (const address of [world.gateway.address, strict.address, stranger]) {
    const socket = createSocket('udp4');
    socket.on('message', (reply) => answers.push(reply));
    socket.bind(0, address);
    await once(socket, 'listening');
    sockets.set(address, socket);
  }
});
afterAll(async () => {
  for (const socket of sockets.values()) socket.close();
  expect(await world.drift()).toEqual([]);
  await world.close();
});
beforeEach(() => {
  answers = [];
});

type Port = 'acctPort' | 'authPort';

async function send(bytes: Buffer, port: Port, from = world.gateway.address): Promise<void> {
  const socket = sockets.get(from)!;
  await new Promise<void>((resolve, reject) =>
    socket.send(bytes, world.running.radius[port], '127.0.0.1', (error) => (error ? reject(error) : resolve())),
  );
}

/** How many packets met this end, of one NAS, as `/metrics` tells it. */
async function counted(event: string, nas = 'pgw'): Promise<number> {
  const text = await (await fetch(`${world.url}/metrics`)).text();
  const line = text
    .split('\n')
    .find((l) => l.startsWith(`simwright_radius_packets_total{event="${event}",nas="${nas}"}`));
  return line ? Number(line.split(' ').at(-1)) : 0;
}

/** Sends each datagram to both ports and expects silence, and this counter to have moved by as many. */
async function expectDropped(datagrams: Buffer[], reason: string, { nas = 'pgw', from = world.gateway.address } = {}) {
  const before = await counted(`drop.${reason}`, nas);
  for (const bytes of datagrams) for (const port of ['acctPort', 'authPort'] as const) await send(bytes, port, from);
  await world.until(
    `drop.${reason}`,
    async () => (await counted(`drop.${reason}`, nas)) === before + 2 * datagrams.length,
  );
  expect(answers).toEqual([]);
}

const someone = { imsi: '001019999999999', plmn: '26201' };
const record = accountingAttributes(someone, { status: 'interim', acctSessionId: 'hostile', up: 1n, down: 2n });
const accounting = (list: readonly Attribute[] = record, secret = world.gateway.secret) =>
  encodeRequest({ code: codes.accountingRequest, id: 7, secret, attributes: list });
const access = (secret: Buffer, sign: boolean) =>
  encodeRequest({
    code: codes.accessRequest,
    id: 8,
    secret,
    attributes: accessAttributes(someone),
    authenticator: Buffer.alloc(16, 5),
    sign,
  });

describe('hostile packets are met with silence', () => {
  it('truncated', async () => {
    const whole = accounting();
    const cut = [0, 1, 4, 19, 20, whole.length - 1].map((length) => whole.subarray(0, length));
    await expectDropped(cut, 'truncated');
  });

  it('oversized', async () => {
    const padded = Buffer.concat([accounting(), Buffer.alloc(5_000)]);
    const claimed = Buffer.alloc(5_000);
    claimed.writeUInt16BE(5_000, 2);
    await expectDropped([padded, claimed], 'oversized');
  });

  it('lengths that cannot be', async () => {
    const header = accounting();
    header.writeUInt16BE(19, 2);
    const broken = [0, 1, 255].map((size) => {
      const packet = accounting();
      packet[21] = size;
      return packet;
    });
    await expectDropped([header, ...broken], 'malformed');
  });

  it('a wrong authenticator or secret', async () => {
    const flipped = accounting();
    flipped[5]! ^= 1;
    const changed = accounting();
    changed[changed.length - 1]! ^= 1;
    const before = await counted('drop.bad_authenticator');
    for (const bytes of [flipped, changed, accounting(record, Buffer.from('guess'))]) await send(bytes, 'acctPort');
    await world.until('the counter', async () => (await counted('drop.bad_authenticator')) === before + 3);
    expect(answers).toEqual([]);
  });

  it('an unknown source, even with the right secret', async () => {
    await expectDropped([accounting(), access(world.gateway.secret, true)], 'unknown_nas', { nas: '', from: stranger });
  });

  it('no Message-Authenticator where the NAS must send one, or a wrong one where it need not', async () => {
    const wrong = access(world.gateway.secret, true);
    wrong[25]! ^= 1;
    const before = [await counted('drop.message_authenticator', 'strict'), await counted('drop.message_authenticator')];
    await send(access(strict.secret, false), 'authPort', strict.address);
    await send(wrong, 'authPort');
    await world.until('the counters', async () => {
      const now = [await counted('drop.message_authenticator', 'strict'), await counted('drop.message_authenticator')];
      return now[0] === before[0]! + 1 && now[1] === before[1]! + 1;
    });
    expect(answers).toEqual([]);
  });

  it('a code that does not belong to the port', async () => {
    const disconnect = encodeRequest({ code: 40, id: 1, secret: world.gateway.secret, attributes: record });
    await expectDropped([disconnect], 'code');
  });

  it('accounting of no session, or of no status we know', async () => {
    const nameless = record.filter(({ type }) => type !== a.acctSessionId);
    const strange = record.map((attribute) =>
      attribute.type === a.acctStatusType ? integer(a.acctStatusType, 99) : attribute,
    );
    const before = await counted('drop.malformed');
    for (const list of [nameless, strange]) await send(accounting(list), 'acctPort');
    await world.until('the counter', async () => (await counted('drop.malformed')) === before + 2);
    expect(answers).toEqual([]);
  });

  it('random bytes', async () => {
    const random = seeded('hostile');
    const drops = ['truncated', 'oversized', 'malformed', 'code', 'bad_authenticator', 'message_authenticator'];
    const total = async () => {
      const counts = await Promise.all(drops.map((reason) => counted(`drop.${reason}`, 'strict')));
      return counts.reduce((sum, count) => sum + count, 0);
    };
    const before = await total();
    const rounds = 400;
    for (let i = 0; i < rounds; i += 1) {
      const bytes = Buffer.from(Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256)));
      // Half of them look like a packet from the outside, so that they come further in.
      if (i % 2 === 0 && bytes.length >= 20) {
        bytes[0] = i % 4 === 0 ? codes.accountingRequest : codes.accessRequest;
        bytes.writeUInt16BE(bytes.length, 2);
      }
      // From the strict NAS: a bare header of an Access-Request would be a request elsewhere.
      await send(bytes, i % 3 === 0 ? 'authPort' : 'acctPort', strict.address);
    }
    await world.until('every one to be counted', async () => (await total()) === before + rounds);
    expect(answers).toEqual([]);
  });
});

describe('odd values from a NAS that proves its secret', () => {
  it('never stop the packets behind them', async () => {
    const [stock] = await world.stock(1);
    const odd = (list: Attribute[]): Attribute[] => [
      ...accountingAttributes(
        { imsi: stock!.imsi },
        { status: 'stop', acctSessionId: `odd-${list.length}`, up: 5n, down: 5n },
      ),
      ...list,
    ];
    const values: Attribute[][] = [
      [integer(a.acctSessionTime, 0xffff_ffff)],
      [integer(a.acctTerminateCause, 0xffff_ffff)],
      [integer(a.eventTimestamp, 0xffff_ffff)],
      [integer(a.acctDelayTime, 0xffff_ffff)],
      [{ type: a.calledStationId, value: Buffer.from([0x61, 0x00, 0xff]) }],
      [{ type: a.framedIpAddress, value: Buffer.alloc(3) }],
    ];
    for (const [i, list] of values.entries()) {
      const named = odd(list).map((attribute) =>
        attribute.type === a.acctSessionId ? { type: a.acctSessionId, value: Buffer.from([i, 0x00, 0xff]) } : attribute,
      );
      await send(
        encodeRequest({ code: codes.accountingRequest, id: 100 + i, secret: world.gateway.secret, attributes: named }),
        'acctPort',
      );
    }
    await world.until('an answer to each', async () => answers.length === values.length);
  });
});

it('afterwards a good packet is answered, and charged', async () => {
  const [stock] = await world.stock(1);
  const device = world.gateway.device({ imsi: stock!.imsi, plmn: '26201' });
  expect(await device.update(10n, 20n)).toBe(true);
  expect(await device.attach()).toBe(false);
  expect((await fetch(`${world.url}/readyz`)).status).toBe(200);
  const { rows } = await world.owner.pool.query(
    'select bytes_up + bytes_down as bytes from usage_inbox where imsi = $1',
    [stock!.imsi],
  );
  expect(rows).toEqual([{ bytes: 30n }]);
});
