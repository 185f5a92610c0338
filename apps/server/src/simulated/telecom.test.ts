import { fork } from 'node:child_process';
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
    radiusHost: '127.0.0.1',
    ...ports,
    secret: testNas().secret.toString(),
    address: '127.0.0.2',
    coaPort: 0,
    controlPort: 0,
    token,
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
  await until(() => updates.filter(({ kind }) => kind === 'update').length > 60, 10_000);
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
  const target = { host: '127.0.0.2', port: telecom.coaPort, secret: testNas().secret, timeoutMs: 200 };
  expect(await disconnect(target, { acctSessionId, imsi: '901700000999999', framedIp })).toMatchObject({
    outcome: 'gone',
  });
  expect(await disconnect(target, { acctSessionId, imsi, framedIp })).toMatchObject({ outcome: 'ack' });
  const stops = () => updates.filter((update) => update.acctSessionId === acctSessionId && update.kind === 'stop');
  await until(() => stops().length === 1);
  expect(stops()[0]?.terminateCause).toBe(6);
  expect(await disconnect(target, { acctSessionId, imsi, framedIp })).toEqual({ outcome: 'gone', errorCause: 503 });
  expect(
    await disconnect({ ...target, secret: Buffer.from('wrong'), attempts: 1 }, { acctSessionId, imsi, framedIp }),
  ).toMatchObject({ outcome: 'timeout' });
});

test('refused, a device has no session; it tries again and comes in when it may', async () => {
  const { start, deps, updates, counts } = await world();
  const { authorize } = deps;
  let allowed = false;
  deps.authorize = (request) =>
    allowed ? authorize(request) : Promise.resolve({ accept: false as const, message: 'data limit reached' });
  await start();
  await until(() => (counts['access.rejected'] ?? 0) > lively.length, 10_000);
  expect(updates).toHaveLength(0);
  allowed = true;
  await until(() => updates.length > 0, 10_000);
});

test('a Stop nobody acknowledged is told again', { timeout: 20_000 }, async () => {
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
  await until(() => updates.some((update) => update.acctSessionId === acctSessionId && update.kind === 'stop'), 15_000);
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
    for (let i = 0; i < 100 && (await api('/operations/op-1')).body.status !== 'done'; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
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
    await until(() => mine().length > told, 10_000);
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
  await until(() => updates.length > 0, 10_000);
  child.disconnect();
  expect(await exited).toBe(0);
});

test('a wrong configuration is named field by field', () => {
  expect(() => readConfig(undefined)).toThrow('SIMULATED_TELECOM is not set');
  expect(() => readConfig('{"count": -1, "extra": true}')).toThrow(/seed|extra/);
});
