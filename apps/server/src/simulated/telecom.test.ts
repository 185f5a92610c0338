import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { disconnect, listenRadius, type UsageUpdate } from '../radius/index.ts';
import { memory, testNas, until } from '../radius/testing.ts';
import { type Config, readConfig } from './config.ts';
import { roster } from './roster.ts';
import { openTelecom } from './telecom.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const token = 'a-token-of-the-test';

function configOf(ports: { authPort: number; acctPort: number }): Config {
  return {
    seed: 'test',
    count: 5,
    esims: 0,
    progress: null,
    radiusHost: '127.0.0.1',
    ...ports,
    secret: testNas().secret.toString(),
    address: '127.0.0.2',
    coaPort: 0,
    controlPort: 0,
    token,
    intake: null,
    interimSeconds: 5,
    speed: 100,
  };
}

/** Our listener, with deps in memory, and a telecom of five fast devices: an interim takes 50 ms. */
async function world() {
  const kept = memory();
  const addresses = new Set<string>();
  kept.deps.findNas = (address) => {
    addresses.add(address);
    return testNas();
  };
  const radius = await listenRadius({ host: '127.0.0.1', authPort: 0, acctPort: 0 }, kept.deps);
  open.push(radius.close);
  const start = async (changes: Partial<Config> = {}) => {
    const telecom = await openTelecom({ ...configOf(radius), ...changes }, () => new Date());
    open.push(telecom.close);
    const api = async (path: string, body?: unknown, bearer = token) => {
      const response = await fetch(`http://127.0.0.1:${telecom.controlPort}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${bearer}` },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    return { telecom, api };
  };
  return { ...kept, addresses, radius, start };
}

const lively = roster('test', 5).filter(({ profile }) => profile.interims > 0);

function bySession(updates: readonly UsageUpdate[]): Map<string, UsageUpdate[]> {
  return Map.groupBy(updates, ({ sessionKey }) => sessionKey);
}

test('sessions start after Accounting-On, from the address of the gateway, and counters never fall', async () => {
  const { start, updates, resets, requests, addresses, counts } = await world();
  await start();
  await until(() => updates.filter(({ kind }) => kind === 'update').length > 60);
  expect(resets.map(({ kind }) => kind)).toEqual(['on']);
  expect([...addresses]).toEqual(['127.0.0.2']);
  expect(counts).not.toHaveProperty('drop.message_authenticator');
  expect(new Set(requests.map(({ imsi }) => imsi))).toEqual(new Set(lively.map(({ imsi }) => imsi)));
  for (const session of bySession(updates).values()) {
    expect(session[0]).toMatchObject({ kind: 'start', up: 0n, down: 0n });
    for (const [i, update] of session.entries()) {
      const before = session[i - 1] ?? update;
      expect(update.up >= before.up && update.down >= before.down).toBe(true);
      expect(update.eventTime >= before.eventTime).toBe(true);
    }
  }
  const device = lively.find(({ imsi }) => imsi === updates[0]?.imsi)!;
  expect(updates[0]).toMatchObject({ msisdn: device.msisdn, imei: device.imei, rat: device.rat, apn: device.apn });
});

test('a Disconnect-Request is ACKed, the session stops with Admin-Reset, a repeat of it finds nothing', async () => {
  const { start, updates } = await world();
  const { telecom } = await start();
  await until(() => updates.some(({ kind }) => kind === 'update'));
  const { acctSessionId, imsi, framedIp } = updates.find(({ kind }) => kind === 'update')!;
  // Asked once: who asks again because the answer was slow is told that there is no session any more.
  const target = { host: '127.0.0.2', port: telecom.coaPort, secret: testNas().secret, timeoutMs: 60_000, attempts: 1 };
  expect(await disconnect(target, { acctSessionId, imsi: '901700000999999', framedIp })).toMatchObject({
    outcome: 'gone',
  });
  expect(await disconnect(target, { acctSessionId, imsi, framedIp })).toMatchObject({ outcome: 'ack' });
  const stops = () => updates.filter((update) => update.acctSessionId === acctSessionId && update.kind === 'stop');
  await until(() => stops().length === 1);
  expect(stops()[0]?.terminateCause).toBe(6);
  expect(await disconnect(target, { acctSessionId, imsi, framedIp })).toEqual({ outcome: 'gone', errorCause: 503 });
  expect(
    await disconnect({ ...target, secret: Buffer.from('wrong'), timeoutMs: 200 }, { acctSessionId, imsi, framedIp }),
  ).toMatchObject({ outcome: 'timeout' });
});

test('refused, a device has no session; it tries again and comes in when it may', async () => {
  const { start, deps, updates, counts } = await world();
  const { authorize } = deps;
  let allowed = false;
  deps.authorize = (request) =>
    allowed ? authorize(request) : Promise.resolve({ accept: false as const, message: 'data limit reached' });
  await start();
  await until(() => (counts['access.rejected'] ?? 0) > lively.length);
  expect(updates).toHaveLength(0);
  allowed = true;
  await until(() => updates.length > 0);
});

test('a Stop nobody acknowledged is told again', async () => {
  const { start, deps, updates } = await world();
  const { account } = deps;
  let refused = 0;
  deps.account = (update) => {
    if (update.kind === 'stop' && refused < 1) {
      refused += 1;
      return Promise.reject(new Error('not now'));
    }
    return account(update);
  };
  const { telecom } = await start();
  await until(() => updates.some(({ kind }) => kind === 'update'));
  const { acctSessionId, imsi } = updates.find(({ kind }) => kind === 'update')!;
  const sim = lively.find((device) => device.imsi === imsi)!;
  expect(telecom.device(sim.iccid)?.end(6)).toBe(true);
  await until(() => updates.some((update) => update.acctSessionId === acctSessionId && update.kind === 'stop'));
});

describe('the carrier API', () => {
  test('suspends a SIM: the operation completes, the session ends, no new one starts until it is active again', async () => {
    const { start, updates } = await world();
    const { api } = await start();
    await until(() => updates.some(({ kind }) => kind === 'update'));
    const { imsi } = updates.find(({ kind }) => kind === 'update')!;
    const { iccid } = lively.find((device) => device.imsi === imsi)!;

    const asked = await api(`/sims/${iccid}/state`, { state: 'suspended', operation: 'op-1' });
    expect(asked).toMatchObject({ status: 202, body: { operation: 'op-1', status: 'pending', iccid } });
    await until(async () => (await api('/operations/op-1')).body.status === 'done');
    const mine = () => updates.filter((update) => update.imsi === imsi);
    await until(() => mine().at(-1)?.kind === 'stop');
    expect(await api(`/sims/${iccid}`)).toMatchObject({ body: { iccid, imsi, state: 'suspended', inSession: false } });
    expect(await api(`/sims/${iccid}/state`, { state: 'suspended', operation: 'op-1' })).toMatchObject({
      status: 202,
      body: { status: 'done' },
    });
    const told = mine().length;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(mine()).toHaveLength(told);

    await api(`/sims/${iccid}/state`, { state: 'active', operation: 'op-2' });
    await until(() => mine().length > told);
    expect(mine()[told]?.kind).toBe('start');
  });

  test('lists page by page', async () => {
    const { start } = await world();
    const { api } = await start({ count: 230 });
    const seen: unknown[] = [];
    let cursor = '';
    for (let page = 0; page < 3; page += 1) {
      const { body } = await api(`/sims${cursor}`);
      seen.push(...(body.sims as { iccid: string }[]).map(({ iccid }) => iccid));
      cursor = `?cursor=${body.next}`;
    }
    expect(cursor).toBe('?cursor=null');
    expect(seen).toEqual(roster('test', 230).map(({ iccid }) => iccid));
  });

  test('says no clearly', async () => {
    const { start } = await world();
    const { api } = await start();
    const path = `/sims/${lively[0]!.iccid}/state`;
    await api(path, { state: 'suspended', operation: 'k' });
    const answers = [
      await api('/sims', undefined, 'not-the-token-at-all'),
      await api('/sims?cursor=1'),
      await api('/sims/8988000'),
      await api('/sims/8988000/state', { state: 'active', operation: 'x' }),
      await api('/operations/none'),
      await api('/elsewhere'),
      await api('/%zz'),
      await api(path),
      await api(path, 'not json'),
      await api(path, { state: 'exploded', operation: 'x' }),
      await api(path, { state: 'active', operation: 'x', more: 1 }),
      await api(path, { state: 'active', operation: 'k' }),
      await api(path, 'x'.repeat(5_000)),
    ];
    expect(answers.map(({ status }) => status)).toEqual([
      401, 400, 404, 404, 404, 404, 400, 405, 400, 400, 400, 409, 413,
    ]);
    expect(answers.every(({ body }) => typeof body.code === 'string' && typeof body.message === 'string')).toBe(true);
  });
});

describe('text', () => {
  const intakeToken = 'a-token-of-the-intake';
  type Told = { key: string; kind: string; imsi?: string; text?: string; command?: string; status?: string };

  /** Whoever runs the SIMs: answers each request with the next of `answers`, then 200, and keeps what it acknowledged. */
  async function intake(answers: number[] = []) {
    const told: Told[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      const status = request.headers.authorization === `Bearer ${intakeToken}` ? (answers.shift() ?? 200) : 401;
      if (status === 200) told.push(...JSON.parse(body).messages);
      response.writeHead(status).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(async () => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`;
    return { told, intake: { url, token: intakeToken } };
  }
  const [device] = lively;

  test('is taken once for its key, delivered, reported, and answered by the device', async () => {
    const { start } = await world();
    const { told, intake: to } = await intake([503]);
    const { api } = await start({ intake: to });
    const path = `/sims/${device!.iccid}/texts`;
    const taken = await api(path, { text: 'Ping ', key: 'sms_1' });
    expect(taken).toMatchObject({ status: 202, body: { key: 'sms_1', status: 'sent', failure: null } });
    expect(await api(path, { text: 'Ping ', key: 'sms_1' })).toMatchObject({ status: 202, body: { key: 'sms_1' } });
    expect(await api(path, { text: 'other', key: 'sms_1' })).toMatchObject({
      status: 409,
      body: { code: 'key_reused' },
    });
    // The first request of the two was not acknowledged: it came again.
    await until(() => told.length >= 2);
    expect(told).toMatchObject([
      { key: 'sms_1 delivered', kind: 'report', command: 'sms_1', status: 'delivered' },
      { kind: 'text', imsi: device!.imsi, text: 'pong' },
    ]);
    expect(await api('/texts/sms_1')).toMatchObject({ status: 200, body: { status: 'delivered' } });
    expect(await api('/texts/sms_2')).toMatchObject({ status: 404 });
  });

  test('fails for a suspended SIM at once, and for a device that is switched off after some tries', async () => {
    const { start } = await world();
    const { told, intake: to } = await intake();
    const { api } = await start({ intake: to, count: 60 });
    const off = roster('test', 60).find(({ profile }) => profile.interims === 0)!;
    await api(`/sims/${device!.iccid}/state`, { state: 'suspended', operation: 'op' });
    for (let i = 0; i < 100 && (await api('/operations/op')).body.status !== 'done'; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await api(`/sims/${device!.iccid}/texts`, { text: 'ping', key: 'barred' });
    await api(`/sims/${off.iccid}/texts`, { text: 'ping', key: 'off' });
    await until(() => told.length >= 2);
    expect(told.map(({ key, reason }: Told & { reason?: string }) => [key, reason])).toEqual([
      ['barred failed', 'The SIM is suspended at the carrier.'],
      ['off failed', 'The device is switched off or out of reach.'],
    ]);
    expect(await api(`/sims/${off.iccid}/say`, { text: 'hello' })).toMatchObject({ status: 409 });
  });

  test('comes from a device that is told to send it, each with a key of its own', async () => {
    const { start } = await world();
    const { told, intake: to } = await intake();
    const { api } = await start({ intake: to });
    const say = () => api(`/sims/${device!.iccid}/say`, { text: 'low battery' });
    const keys = [(await say()).body.key, (await say()).body.key];
    await until(() => told.length === 2);
    expect(told).toMatchObject(keys.map((key) => ({ key, kind: 'text', imsi: device!.imsi, text: 'low battery' })));
    expect(new Set(keys).size).toBe(2);
    expect(await api('/sims/8988000/say', { text: 'x' })).toMatchObject({ status: 404 });
    expect(await api(`/sims/${device!.iccid}/say`, { text: '' })).toMatchObject({ status: 400 });
  });

  test('makes a device restart its session, and tell about itself', async () => {
    const { start, updates } = await world();
    const { told, intake: to } = await intake();
    const { api } = await start({ intake: to });
    await until(() => updates.some(({ imsi, kind }) => imsi === device!.imsi && kind === 'update'));
    await api(`/sims/${device!.iccid}/texts`, { text: 'status', key: 'a' });
    await until(() => told.some(({ text }) => text?.startsWith(`${device!.profile.name}: `)));
    await api(`/sims/${device!.iccid}/texts`, { text: 'reboot', key: 'b' });
    await until(() => told.some(({ text }) => text === 'rebooting'));
    await until(() => updates.some(({ imsi, terminateCause }) => imsi === device!.imsi && terminateCause === 6));
  });
});

test('the process says that it is ready and ends with its parent', async () => {
  const { radius, updates } = await world();
  const config = { ...configOf(radius), address: '127.0.0.3' };
  const child = fork(new URL('./main.ts', import.meta.url), [], {
    env: { PATH: process.env.PATH, SIMULATED_TELECOM: JSON.stringify(config) },
    execArgv: [],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  open.push(async () => child.kill('SIGKILL'));
  const ready = await new Promise((resolve) => child.once('message', resolve));
  expect(ready).toEqual({ ready: true, coaPort: expect.any(Number), controlPort: expect.any(Number) });
  await until(() => updates.length > 0);
  child.disconnect();
  expect(await exited).toBe(0);
});

test('a wrong configuration is named field by field', () => {
  expect(() => readConfig(undefined)).toThrow('SIMULATED_TELECOM is not set');
  expect(() => readConfig('{"count": -1, "extra": true}')).toThrow(/seed|extra/);
});
