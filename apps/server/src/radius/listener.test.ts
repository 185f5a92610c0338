import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, test } from 'vitest';
import { accessAttributes, accountingAttributes, nasAttributes, openClient, type RadiusClient } from './client.ts';
import { codes, decode, encodeRequest, type Packet } from './codec.ts';
import type { Deps } from './contract.ts';
import { attributes as a, integer, readInteger, readText, readValues, text } from './dictionary.ts';
import { listenRadius } from './listener.ts';
import { memory, testNas, until } from './testing.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(deps: Deps, maxInFlight?: number) {
  const ports = await listenRadius(
    { host: '127.0.0.1', authPort: 0, acctPort: 0, ...(maxInFlight && { maxInFlight }) },
    deps,
  );
  open.push(ports.close);
  return ports;
}

async function clientOf(
  ports: { authPort: number; acctPort: number },
  options: Partial<Parameters<typeof openClient>[0]> = {},
): Promise<RadiusClient> {
  const client = await openClient({
    host: '127.0.0.1',
    ...ports,
    secret: testNas().secret,
    retries: 0,
    timeoutMs: 300,
    ...options,
  });
  open.push(client.close);
  return client;
}

/** A bare socket that keeps what it receives. */
async function rawSocket() {
  const socket = createSocket('udp4');
  const received: Buffer[] = [];
  socket.on('message', (bytes) => received.push(bytes));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  open.push(() => socket.close());
  return { received, send: (bytes: Buffer, port: number) => socket.send(bytes, port, '127.0.0.1') };
}

const who = { imsi: '901700000000001', plmn: '26201', rat: 'NB-IoT', apn: 'iot' };
const start1 = accountingAttributes(who, { status: 'start', acctSessionId: 's1' });
const { secret } = testNas();
const accounting = (id: number, attributes = start1, key = secret) =>
  encodeRequest({ code: codes.accountingRequest, id, secret: key, attributes });

describe('accounting', () => {
  test('is acknowledged only when it is durable', async () => {
    const { deps, counts } = memory();
    let commit = () => {};
    deps.account = () => new Promise((resolve) => (commit = resolve));
    const ports = await start(deps);
    const raw = await rawSocket();
    raw.send(accounting(1), ports.acctPort);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(raw.received).toHaveLength(0);
    commit();
    await until(() => raw.received.length === 1);
    expect(raw.received[0]?.subarray(0, 2)).toEqual(Buffer.from([codes.accountingResponse, 1]));
    expect(counts).toEqual({ 'accounting.accepted': 1 });
  });

  test('a failed commit is silence, and the repeat is tried afresh', async () => {
    const { deps, updates, counts } = memory();
    const keep = deps.account;
    let failures = 1;
    deps.account = (update) => (failures-- > 0 ? Promise.reject(new Error('disk full')) : keep(update));
    const client = await clientOf(await start(deps), { retries: 2, timeoutMs: 100 });
    expect((await client.account(start1))?.code).toBe(codes.accountingResponse);
    expect(updates).toHaveLength(1);
    expect(counts).toEqual({ 'accounting.failed': 1, 'accounting.accepted': 1 });
  });

  test('a repeat gets the same bytes and no second account; one in flight is answered once', async () => {
    const { deps, updates, counts } = memory();
    const keep = deps.account;
    let commit = () => {};
    deps.account = async (update) => {
      await new Promise<void>((resolve) => (commit = resolve));
      await keep(update);
    };
    const ports = await start(deps);
    const raw = await rawSocket();
    for (let i = 0; i < 3; i += 1) raw.send(accounting(1), ports.acctPort);
    await until(() => counts['accounting.duplicate'] === 2);
    commit();
    await until(() => raw.received.length === 1);
    raw.send(accounting(1), ports.acctPort);
    await until(() => raw.received.length === 2);
    expect(raw.received[0]).toEqual(raw.received[1]);
    expect(updates).toHaveLength(1);
    expect(counts).toEqual({ 'accounting.duplicate': 3, 'accounting.accepted': 1 });
  });

  test('Accounting-On reaches reset, not account', async () => {
    const { deps, resets, updates } = memory();
    const client = await clientOf(await start(deps));
    expect(await client.account(nasAttributes('on', new Date()))).not.toBeNull();
    expect(resets.map(({ kind }) => kind)).toEqual(['on']);
    expect(updates).toHaveLength(0);
  });

  test('Proxy-State goes back as it came, in order (RFC 2865 section 5.33)', async () => {
    const { deps } = memory();
    const client = await clientOf(await start(deps));
    const reply = await client.account([...start1, text(a.proxyState, 'one'), text(a.proxyState, 'two')]);
    expect(reply?.attributes).toEqual([text(a.proxyState, 'one'), text(a.proxyState, 'two')]);
  });

  test('many at once, each answered when its own promise resolves', async () => {
    const { deps, updates } = memory();
    const client = await clientOf(await start(deps), { sockets: 2, timeoutMs: 2_000 });
    const replies = await Promise.all(
      Array.from({ length: 400 }, (_, i) =>
        client.account(accountingAttributes(who, { status: 'interim', acctSessionId: `s${i}`, up: BigInt(i) })),
      ),
    );
    expect(replies.every((reply) => reply?.code === codes.accountingResponse)).toBe(true);
    expect(new Set(updates.map(({ sessionKey }) => sessionKey)).size).toBe(400);
  });
});

describe('silence, with a counter', () => {
  const forged = accounting(1, start1, Buffer.from('wrong'));
  const access = (options: { sign: boolean; secret?: Buffer }) =>
    encodeRequest({
      code: codes.accessRequest,
      id: 1,
      attributes: accessAttributes(who),
      authenticator: Buffer.alloc(16, 1),
      secret,
      ...options,
    });
  const badlySigned = [{ type: a.messageAuthenticator, value: Buffer.alloc(16) }];

  test.each([
    ['a wrong secret', 'acct', forged, 'drop.bad_authenticator'],
    ['cut short', 'acct', accounting(1).subarray(0, 40), 'drop.truncated'],
    ['too large', 'acct', Buffer.alloc(5_000, 4), 'drop.oversized'],
    ['broken attributes', 'acct', Buffer.concat([Buffer.from([4, 1, 0, 22]), Buffer.alloc(18)]), 'drop.malformed'],
    ['no session id', 'acct', accounting(1, [integer(a.acctStatusType, 3)]), 'drop.malformed'],
    ['access on the accounting port', 'acct', access({ sign: true }), 'drop.code'],
    [
      'a forged Message-Authenticator',
      'acct',
      accounting(1, [...start1, ...badlySigned]),
      'drop.message_authenticator',
    ],
    ['accounting on the access port', 'auth', accounting(1), 'drop.code'],
    ['access without Message-Authenticator', 'auth', access({ sign: false }), 'drop.message_authenticator'],
    [
      'access with a wrong secret',
      'auth',
      access({ sign: true, secret: Buffer.from('wrong') }),
      'drop.message_authenticator',
    ],
  ] as const)('%s', async (_name, port, bytes, event) => {
    const { deps, counts, updates, requests } = memory();
    const ports = await start(deps);
    const raw = await rawSocket();
    raw.send(bytes, port === 'acct' ? ports.acctPort : ports.authPort);
    await until(() => counts[event] === 1);
    expect(counts).toEqual({ [event]: 1 });
    expect([raw.received, updates, requests]).toEqual([[], [], []]);
  });

  test('an unknown NAS', async () => {
    const { deps, counts } = memory(null);
    const client = await clientOf(await start(deps));
    expect(await client.account(start1)).toBeNull();
    expect(counts).toEqual({ 'drop.unknown_nas': 1 });
  });

  test('a full house', async () => {
    const { deps, counts } = memory();
    const commits: (() => void)[] = [];
    deps.account = () => new Promise((resolve) => commits.push(resolve));
    const ports = await start(deps, 2);
    const raw = await rawSocket();
    for (const id of [1, 2, 3]) raw.send(accounting(id), ports.acctPort);
    await until(() => counts['drop.overload'] === 1);
    for (const commit of commits) commit();
    await until(() => raw.received.length === 2);
    raw.send(accounting(3), ports.acctPort);
    await until(() => commits.length === 3);
    commits[2]?.();
    await until(() => raw.received.length === 3);
  });

  test('a dependency that throws at once does not end the listener', async () => {
    const { deps, counts } = memory();
    const { findNas } = deps;
    let broken = true;
    deps.findNas = (address) => {
      if (broken) throw new Error('no NAS list yet');
      return findNas(address);
    };
    const client = await clientOf(await start(deps));
    expect(await client.account(start1)).toBeNull();
    broken = false;
    expect(await client.account(start1)).not.toBeNull();
    expect(counts).toEqual({ 'accounting.failed': 1, 'accounting.accepted': 1 });
  });
});

describe('access', () => {
  const firstType = (packet: Packet | null) => packet?.attributes[0]?.type;

  test('accept: Message-Authenticator first, Class, Acct-Interim-Interval', async () => {
    const { deps, requests } = memory();
    const client = await clientOf(await start(deps));
    const reply = await client.access(accessAttributes({ ...who, msisdn: '882285100000018' }));
    const { standard } = readValues(reply?.attributes ?? []);
    expect([reply?.code, firstType(reply)]).toEqual([codes.accessAccept, a.messageAuthenticator]);
    expect(standard.get(a.class)?.toString()).toBe('class-1');
    expect(readInteger(standard.get(a.acctInterimInterval))).toBe(600);
    expect(requests[0]).toMatchObject({
      imsi: who.imsi,
      msisdn: '882285100000018',
      plmn: '26201',
      rat: 'NB-IoT',
      apn: 'iot',
    });
  });

  test('reject: a message of at most 253 octets, cut between characters', async () => {
    const { deps, counts } = memory();
    deps.authorize = async () => ({ accept: false, message: `a${'é'.repeat(200)}` });
    const client = await clientOf(await start(deps));
    const reply = await client.access(accessAttributes(who));
    expect([reply?.code, firstType(reply)]).toEqual([codes.accessReject, a.messageAuthenticator]);
    expect(readText(readValues(reply?.attributes ?? []).standard.get(a.replyMessage))).toBe(`a${'é'.repeat(126)}`);
    expect(counts).toEqual({ 'access.rejected': 1 });
  });

  test('a NAS may opt out of the Message-Authenticator', async () => {
    const { deps } = memory(testNas({ requireMessageAuthenticator: false }));
    const client = await clientOf(await start(deps), { sign: false });
    expect((await client.access(accessAttributes(who)))?.code).toBe(codes.accessAccept);
  });
});

test('a taken port is the error of the system, and nothing stays open', async () => {
  const { deps } = memory();
  const { acctPort } = await start(deps);
  await expect(listenRadius({ host: '127.0.0.1', authPort: 0, acctPort }, deps)).rejects.toThrow('EADDRINUSE');
});

test('close waits for what is in flight and answers it', async () => {
  const { deps } = memory();
  deps.account = () => new Promise((resolve) => setTimeout(resolve, 150));
  const ports = await listenRadius({ host: '127.0.0.1', authPort: 0, acctPort: 0 }, deps);
  const raw = await rawSocket();
  raw.send(accounting(9), ports.acctPort);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await ports.close();
  await until(() => raw.received.length === 1);
  expect(decode(raw.received[0]!)).toMatchObject({ ok: true, packet: { code: codes.accountingResponse, id: 9 } });
});
