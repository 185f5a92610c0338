import { createSocket, type Socket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as carriers from '../src/carriers/index.ts';
import { metrics } from '../src/kit/http/metrics.ts';
import { parseSid } from '../src/supersim/sids.ts';
import { createApiKey } from '../src/tenancy/index.ts';
import { superSim } from './supersim/sdk.ts';
import { openWorld, type World } from './world.ts';

/**
 * docs/journeys/21-data-to-a-device.md, by the SDK, with every loop of the product running: real accounting packets give a device its
 * address, and the device is a socket on it.
 */
let world: World;
/** What the receiver answers; 204 unless a test says otherwise. */
let answer = 204;
const received: { method: string; url: string; signature: string; body: Record<string, string> }[] = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  received.push({
    method: request.method!,
    url: `http://${request.headers.host}${request.url}`,
    signature: String(request.headers['x-twilio-signature']),
    body: Object.fromEntries(new URLSearchParams(body)),
  });
  response.writeHead(answer).end();
});
let target: string;
const sockets: Socket[] = [];

beforeAll(async () => {
  world = await openWorld();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await carriers.updateTelecom(world.ctx(), world.telecom.id, { deviceRanges: ['127.0.0.0/9', '198.51.100.0/24'] });
});
afterAll(async () => {
  for (const socket of sockets) socket.close();
  server.close();
  expect(await world.drift()).toEqual([]);
  await world.close();
});

const sdk = () => superSim(world.url, { accountSid: world.accountSid, authToken: world.authToken });

/** Every address is given out once: tests do not hear each other. */
let lastAddress = 10;

/** A SIM in a fleet, ready, and what its device is in the network. */
async function readySim(
  fleet: { ipCommandsUrl?: string; ipCommandsMethod?: 'GET' | 'POST'; dataEnabled?: boolean } = {},
) {
  const [card] = await world.stock(1);
  const profile = await sdk().networkAccessProfiles.create({});
  const { sid } = await sdk().fleets.create({ networkAccessProfile: profile.sid, ...fleet });
  const { sid: simSid } = await sdk().sims.create({ iccid: card!.iccid, registrationCode: card!.registrationCode });
  await sdk().sims(simSid).update({ status: 'ready', fleet: sid });
  const attach = async (framedIp: string) => {
    const device = world.gateway.device({ imsi: card!.imsi, framedIp });
    expect(await device.attach()).toBe(true);
    expect(await device.start()).toBe(true);
    return device;
  };
  return { simSid, card: card!, attach };
}

/** A device: a socket on its own address, and what arrived there. */
async function openDevice() {
  const address = `127.0.0.${++lastAddress}`;
  const socket = createSocket('udp4');
  sockets.push(socket);
  const heard: { payload: Buffer; port: number }[] = [];
  socket.on('message', (payload, { port }) => heard.push({ payload, port }));
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  const port = socket.address().port;
  const say = (payload: string | Buffer) =>
    new Promise<void>((resolve, reject) =>
      socket.send(payload, world.running.ipCommandsPort!, '127.0.0.1', (error) => (error ? reject(error) : resolve())),
    );
  return { address, port, heard, say };
}

const told = (simSid: string) => received.filter(({ body }) => body.SimSid === simSid);
const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error) => [error.status, error.code],
  );
const outcomes = async (outcome: string) => {
  const counted = await metrics.getSingleMetric('simwright_ip_datagrams_total')!.get();
  return counted.values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
};

it('sends text and bytes to the address of the open session, and tells it signed', async () => {
  const { simSid, card, attach } = await readySim();
  const device = await openDevice();
  await attach(device.address);
  const made = await sdk().ipCommands.create({
    ...{ sim: simSid, payload: 'checkin: ü', devicePort: device.port, callbackUrl: `${target}/told` },
  });
  expect(made).toMatchObject({
    ...{ status: 'queued', direction: 'to_sim', simSid, simIccid: card.iccid, deviceIp: null },
    ...{ devicePort: device.port, payload: 'checkin: ü', payloadType: 'text' },
  });
  await world.until('a datagram', async () => device.heard.length > 0);
  expect(device.heard[0]!.payload.toString()).toBe('checkin: ü');
  const [callback] = await world.until('a callback', async () => told(simSid).length > 0 && told(simSid));
  expect(callback!.body).toMatchObject({
    ...{
      IpCommandSid: made.sid,
      AccountSid: world.accountSid,
      SimIccid: card.iccid,
      Status: 'sent',
      Direction: 'to_sim',
    },
    ...{ DeviceIp: device.address, DevicePort: String(device.port), PayloadType: 'text', Payload: 'checkin: ü' },
  });
  expect(callback!.body.ErrorCode).toBeUndefined();
  expect(twilio.validateRequest(world.authToken, callback!.signature, callback!.url, callback!.body)).toBe(true);
  expect(await sdk().ipCommands(made.sid).fetch()).toMatchObject({ status: 'sent', deviceIp: device.address });

  // The longest there is, as bytes, told by GET.
  const bytes = Buffer.alloc(1300, 0xfe);
  const longest = await sdk().ipCommands.create({
    ...{ sim: simSid, payload: bytes.toString('base64'), payloadType: 'binary', devicePort: device.port },
    ...{ callbackUrl: `${target}/get`, callbackMethod: 'GET' },
  });
  await world.until('the longest datagram', async () => device.heard.length > 1);
  expect(device.heard[1]!.payload.equals(bytes)).toBe(true);
  const got = await world.until('a GET', async () =>
    received.find(({ method, url }) => method === 'GET' && url.includes(longest.sid)),
  );
  expect(twilio.validateRequest(world.authToken, got.signature, got.url, {})).toBe(true);

  // It leaves from the port that hears devices: an answer to it arrives.
  expect(device.heard[0]!.port).toBe(world.running.ipCommandsPort);
});

it('takes what a device sends, stores it, and tells the address of its fleet', async () => {
  const { simSid, attach } = await readySim({ ipCommandsUrl: `${target}/fleet` });
  await sdk().sims(simSid).update({ uniqueName: 'meter 7' });
  const device = await openDevice();
  await attach(device.address);
  await world.running.devices!.refresh();
  const payload = Buffer.from([0, 1, 2, 254, 255]);
  await device.say(payload);
  const [callback] = await world.until('a callback', async () => told(simSid).length > 0 && told(simSid));
  expect(callback!.body).toMatchObject({
    ...{ SimUniqueName: 'meter 7', Payload: payload.toString('base64'), PayloadType: 'binary', Direction: 'from_sim' },
    ...{ Status: 'received', DeviceIp: device.address, DevicePort: String(device.port) },
  });
  expect(twilio.validateRequest(world.authToken, callback!.signature, callback!.url, callback!.body)).toBe(true);
  const fetched = await sdk().ipCommands(callback!.body.IpCommandSid!).fetch();
  expect(fetched).toMatchObject({
    ...{ simSid, status: 'received', direction: 'from_sim', payloadType: 'binary' },
    ...{ payload: payload.toString('base64'), deviceIp: device.address, devicePort: device.port },
  });
});

it('lists by SIM, ICCID, status and direction, and keeps every filter while paging', async () => {
  const { simSid, card, attach } = await readySim();
  const device = await openDevice();
  await attach(device.address);
  await world.running.devices!.refresh();
  for (const payload of ['1', '2', '3']) {
    await sdk().ipCommands.create({ sim: simSid, payload, devicePort: device.port });
  }
  await device.say('up');
  const ofSim = { sim: simSid };
  await world.until('all are there', async () => {
    const all = await sdk().ipCommands.list(ofSim);
    return all.length === 4 && all.every(({ status }) => status !== 'queued');
  });
  expect(await sdk().ipCommands.list({ simIccid: card.iccid, direction: 'from_sim' })).toMatchObject([
    { payload: 'dXA=' },
  ]);
  expect(await sdk().ipCommands.list({ ...ofSim, status: 'sent', pageSize: 1 })).toHaveLength(3);
  expect(await sdk().ipCommands.list({ ...ofSim, direction: 'to_sim', pageSize: 2 })).toHaveLength(3);
  expect(await sdk().ipCommands.list({ ...ofSim, status: 'failed' })).toEqual([]);
  expect(await sdk().ipCommands.list({ ...ofSim, simIccid: '8988300000000000000' })).toEqual([]);
  const other = await readySim();
  expect(await sdk().ipCommands.list({ sim: other.simSid, simIccid: card.iccid })).toEqual([]);
  expect(await sdk().ipCommands.list({ sim: other.simSid })).toEqual([]);
});

it('83401: a device that is not attached fails the command, and the callback says so', async () => {
  const { simSid } = await readySim();
  const { sid } = await sdk().ipCommands.create({
    sim: simSid,
    payload: 'x',
    devicePort: 9,
    callbackUrl: `${target}/failed`,
  });
  const [callback] = await world.until('a callback', async () => told(simSid).length > 0 && told(simSid));
  expect(callback!.body).toMatchObject({ Status: 'failed', ErrorCode: '83401', IpCommandSid: sid });
  expect(callback!.body.ErrorMessage).toContain('not attached');
  expect(await sdk().ipCommands(sid).fetch()).toMatchObject({ status: 'failed', deviceIp: null });
  const shown = await world.api('GET', `/api/v1/ip-commands/ipc_${sid.slice(2)}`);
  expect(shown.body).toMatchObject({ status: 'failed', errorCode: 83401, deviceAddress: null });
});

it('83401: an address that its network has given to another device since is not this one any more', async () => {
  const [first, second] = [await readySim(), await readySim()];
  const device = await openDevice();
  world.run(-5_000);
  await first.attach(device.address);
  world.run();
  await second.attach(device.address);
  const command = (sim: string) => sdk().ipCommands.create({ sim, payload: sim, devicePort: device.port });
  const lost = await command(first.simSid);
  await command(second.simSid);
  await world.until('a datagram', async () => device.heard.length > 0);
  await world.until('a failure', async () => (await sdk().ipCommands(lost.sid).fetch()).status === 'failed');
  expect(device.heard.map(({ payload }) => payload.toString())).toEqual([second.simSid]);
  // And what comes from it is of the one that has it now.
  await world.running.devices!.refresh();
  await device.say('mine');
  await world.until(
    'it is stored',
    async () => (await sdk().ipCommands.list({ sim: second.simSid, direction: 'from_sim' })).length,
  );
  expect(await sdk().ipCommands.list({ sim: first.simSid, direction: 'from_sim' })).toEqual([]);
});

it('83400: never to a port of our own, nor outside what the telecom and the instance name', async () => {
  const failure = async (framedIp: string, devicePort: number) => {
    const { simSid, attach } = await readySim();
    const device = await attach(framedIp);
    const { sid } = await sdk().ipCommands.create({ sim: simSid, payload: 'x', devicePort });
    const failed = await world.until('a failure', async () => {
      const { body } = await world.api('GET', `/api/v1/ip-commands/ipc_${sid.slice(2)}`);
      return body.status === 'failed' && body;
    });
    await device.stop(0n, 0n);
    expect([failed.errorCode, failed.deviceAddress]).toEqual([83400, null]);
    return failed.failure;
  };
  const { authPort, acctPort } = world.running.radius;
  for (const port of [authPort, acctPort, world.running.ipCommandsPort!]) {
    expect(await failure('127.0.0.1', port)).toContain('one of Simwright itself');
  }
  // The telecom names 127.0.0.0/9.
  expect(await failure('127.200.0.1', 4000)).toContain('none that its telecom gives its devices');
  // Both name it; no device is there, and this machine cannot send there from where it listens: tried again, then given up.
  world.stand(new Date());
  const { simSid, attach } = await readySim();
  await attach('198.51.100.7');
  const { sid } = await sdk().ipCommands.create({ sim: simSid, payload: 'x', devicePort: 4000 });
  const shown = async () => (await world.api('GET', `/api/v1/ip-commands/ipc_${sid.slice(2)}`)).body;
  const attempts = async () =>
    (await world.owner.pool.query('select attempts from ip_commands where id = $1', [parseSid('ip_command', sid)]))
      .rows[0].attempts;
  await world.until('the first try', async () => (await attempts()) === 1);
  expect((await shown()).status).toBe('queued');
  const failed = await world.until('it is given up', async () => {
    // Past the longest pause: the next try is due.
    world.stand(new Date(world.now().getTime() + 601_000));
    const now = await shown();
    return now.status === 'failed' && now;
  });
  expect(failed).toMatchObject({ errorCode: 83400, deviceAddress: null });
  expect(failed.failure).toContain('could not send');
  expect(await attempts()).toBe(6);
  world.run();

  await carriers.updateTelecom(world.ctx(), world.telecom.id, { deviceRanges: [] });
  expect(await failure(`127.0.0.${++lastAddress}`, 4000)).toContain('carries no data to devices');
  await carriers.updateTelecom(world.ctx(), world.telecom.id, { deviceRanges: ['127.0.0.0/9', '198.51.100.0/24'] });
});

it('83402: a callback that is not answered by 2xx is noted beside the status, which stays', async () => {
  const { simSid, attach } = await readySim();
  const device = await openDevice();
  await attach(device.address);
  answer = 410;
  const { sid } = await sdk().ipCommands.create({
    sim: simSid,
    payload: 'x',
    devicePort: device.port,
    callbackUrl: target,
  });
  const noted = await world.until('it is noted', async () => {
    const { body } = await world.api('GET', `/api/v1/ip-commands/ipc_${sid.slice(2)}`);
    return body.errorCode !== null && body;
  });
  answer = 204;
  expect(noted).toMatchObject({ status: 'sent', errorCode: 83402, failure: 'The callback was answered by 410.' });
  expect((await sdk().ipCommands(sid).fetch()).status).toBe('sent');
  const event = await world.until('its event', async () => {
    const { body } = await world.api<{ items: { data: Record<string, unknown> }[] }>(
      'GET',
      `/api/v1/events?subject=sim_${simSid.slice(2)}&name=ip_command.callback_unanswered`,
    );
    return body.items[0];
  });
  expect(event.data).toMatchObject({ command: `ipc_${sid.slice(2)}`, errorCode: 83402 });
  const deliveries = await world.api<{ items: { lastStatus: number; state: string }[] }>(
    'GET',
    `/api/v1/deliveries?about=ipc_${sid.slice(2)}`,
  );
  expect(deliveries.body.items).toMatchObject([{ lastStatus: 410, state: 'failed' }]);
});

it('refuses what cannot be sent, by the codes of the API', async () => {
  const { simSid } = await readySim({ dataEnabled: false });
  const send = (form: { sim?: string; payload?: string; devicePort?: number; payloadType?: 'text' | 'binary' } = {}) =>
    refused(sdk().ipCommands.create({ sim: simSid, payload: 'x', devicePort: 9, ...form }));
  expect(await send()).toEqual([400, 83400]);
  expect(await send({ sim: 'nobody' })).toEqual([404, 83005]);
  expect(await send({ devicePort: 0 })).toEqual([400, 20001]);
  expect(await send({ devicePort: 65_536 })).toEqual([400, 20001]);
  expect(await send({ payload: 'x'.repeat(1301) })).toEqual([400, 20001]);
  expect(await send({ payload: 'ü'.repeat(651) })).toEqual([400, 20001]);
  expect(await send({ payload: 'no base64!', payloadType: 'binary' })).toEqual([400, 20001]);
  expect(
    await refused(
      sdk()
        .ipCommands(`HG${'0'.repeat(32)}`)
        .fetch(),
    ),
  ).toEqual([404, 20404]);
  const [card] = await world.stock(1);
  const { sid: blank } = await sdk().sims.create({ iccid: card!.iccid, registrationCode: card!.registrationCode });
  expect(await send({ sim: blank })).toEqual([400, 83400]);
});

it('drops what is nobody’s, empty, too long or too much, and counts it', async () => {
  const stored = async () => Number((await world.owner.pool.query('select count(*) from ip_commands')).rows[0].count);
  const before = await stored();
  const counted = async (outcome: string, act: () => Promise<unknown>) => {
    const from = await outcomes(outcome);
    await act();
    await world.until(`${outcome} is counted`, async () => (await outcomes(outcome)) > from);
  };
  const device = await openDevice();
  await world.running.devices!.refresh();
  await counted('nobody', () => device.say('no session has this address'));
  await counted('unfit', () => device.say(''));
  await counted('unfit', () => device.say(Buffer.alloc(1301)));
  await counted('rate', async () => {
    for (let i = 0; i < 60; i++) await device.say('again and again');
  });
  // A session of an IMSI that we do not know.
  const unknown = await openDevice();
  await world.gateway.device({ imsi: '901700000000999', framedIp: unknown.address }).start();
  await counted('unknown_sim', () => unknown.say('who am I'));
  // Two sessions that began in the same second with one address: nobody can know whose it is.
  const twice = await openDevice();
  const [one, other] = [await readySim(), await readySim()];
  world.stand(new Date());
  await one.attach(twice.address);
  await other.attach(twice.address);
  world.run();
  await counted('ambiguous', () => twice.say('mine'));
  await carriers.updateTelecom(world.ctx(), world.telecom.id, { deviceRanges: ['198.51.100.0/24'] });
  await world.running.devices!.refresh();
  await counted('stranger', () => twice.say('no telecom’s address'));
  await carriers.updateTelecom(world.ctx(), world.telecom.id, { deviceRanges: ['127.0.0.0/9', '198.51.100.0/24'] });
  expect(await stored()).toBe(before);
});

it('lists the addresses of open sessions', async () => {
  const { simSid, card, attach } = await readySim();
  const addresses = async () =>
    (await sdk().sims(simSid).simIpAddresses.list()).map((found) => [found.ipAddress, found.ipAddressVersion]);
  expect(await addresses()).toEqual([]);
  const device = await attach('10.64.0.9');
  expect(await addresses()).toEqual([['10.64.0.9', 'IPv4']]);
  expect(await device.stop(0n, 0n)).toBe(true);
  expect(await addresses()).toEqual([]);
  expect(card.iccid).toBeTruthy();
  expect(await refused(sdk().sims('nobody').simIpAddresses.list())).toEqual([404, 20404]);
});

it('one address is of one telecom of the instance', async () => {
  const create = (deviceRanges: string[], name = 'Another') =>
    world.api<{ deviceRanges: string[]; error?: { code: string; field: string } }>('POST', '/api/v1/telecoms', {
      ...{ name, connector: 'radius', deviceRanges },
    });
  const taken = await create(['127.0.0.16/28']);
  expect([taken.status, taken.body.error?.code]).toEqual([409, 'telecom.device_range_taken']);
  for (const wrong of [['somewhere'], ['10.0.0.1/8'], ['10.0.0.0/4'], ['2001:db8::/48']]) {
    const { status, body } = await create(wrong);
    expect([status, body.error?.field]).toEqual([400, 'body.deviceRanges']);
  }
  const made = await create(['10.9.0.0/16', '10.9.0.0/16', '10.8.0.7']);
  expect(made.body.deviceRanges).toEqual(['10.9.0.0/16', '10.8.0.7/32']);
});

it('is there for people too: send, read, list, by permission', async () => {
  const { simSid, card, attach } = await readySim();
  const device = await openDevice();
  await attach(device.address);
  const sim = `sim_${simSid.slice(2)}`;
  const sent = await world.api('POST', '/api/v1/ip-commands', { sim, payload: 'hello', devicePort: device.port });
  expect([sent.status, sent.body.status, sent.body.payloadType]).toEqual([201, 'queued', 'text']);
  await world.until('a datagram', async () => device.heard.length > 0);
  const listed = await world.until('it is sent', async () => {
    const { body } = await world.api<{ items: unknown[] }>('GET', `/api/v1/ip-commands?sim=${sim}&status=sent`);
    return body.items.length > 0 && body.items;
  });
  expect(listed).toMatchObject([
    { id: sent.body.id, sim: { id: sim, iccid: card.iccid }, deviceAddress: device.address, errorCode: null },
  ]);
  const bad = await world.api<{ error: { code: string } }>('POST', '/api/v1/ip-commands', {
    ...{ sim, payload: '???', payloadType: 'binary', devicePort: 9 },
  });
  expect([bad.status, bad.body.error.code]).toEqual([400, 'ip_command.payload_invalid']);
  expect((await world.api('POST', '/api/v1/ip-commands', { sim, payload: 'x', devicePort: 0 })).status).toBe(400);

  const key = await createApiKey(world.ctx(), { name: 'looks', permissions: ['commands.ip.view'] });
  const headers = { authorization: `Bearer ${key.text}` };
  expect((await world.api('GET', '/api/v1/ip-commands', undefined, headers)).status).toBe(200);
  const forbidden = await world.api('POST', '/api/v1/ip-commands', { sim, payload: 'x', devicePort: 9 }, headers);
  expect(forbidden.status).toBe(403);
});
