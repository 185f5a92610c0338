import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../src/kit/ids.ts';
import { openGateway } from './gateway.ts';
import { type Part, radiusPorts, startPart } from './parts.ts';
import { freePort, openWorld, type World } from './world.ts';

/** The product as separate processes: two of each role, on one database, each as an operator would start it. */
let world: World;
let env: Record<string, string>;
let stock: Awaited<ReturnType<World['stock']>>;
const started: Part[] = [];
let workers: Part[] = [];
let radii: Part[] = [];
let apis: Part[] = [];
let otherApi: string;

async function start(name: string, more: Record<string, string> = {}): Promise<Part> {
  const part = await startPart(name, { ...env, ...more });
  started.push(part);
  expect(part.child.exitCode, part.output()).toBeNull();
  return part;
}

beforeAll(async () => {
  world = await openWorld();
  stock = await world.stock(5);
  for (const sim of stock) {
    const { iccid, registrationCode } = sim;
    expect((await world.api('POST', '/api/v1/sims/registrations', { iccid, registrationCode })).status).toBe(201);
  }
  await world.running.stop();
  env = {
    DATABASE_URL: world.urls.owner,
    SIMWRIGHT_HOME: world.home,
    RADIUS_AUTH_PORT: '0',
    RADIUS_ACCT_PORT: '0',
    IP_COMMANDS_RANGES: '127.0.0.0/8',
    LOG_LEVEL: 'info',
  };
  const port = new URL(world.url).port;
  const second = await freePort();
  otherApi = `http://127.0.0.1:${second}`;
  workers = [await start('worker'), await start('worker')];
  const devices = String(await freePort());
  radii = [await start('radius', { METRICS_PORT: '0', IP_COMMANDS_PORT: devices }), await start('radius')];
  apis = [await start('api', { PORT: port }), await start('api', { PORT: String(second) })];
  pointAt(radii[0]!);
});

afterAll(async () => {
  for (const part of started) await part.kill();
  await world.close();
});

/** Where the gateway sends from now on. */
function pointAt(radius: Part): void {
  Object.assign(world.running.radius, radiusPorts(radius));
}

type Sim = { id: string; blocks: { reason: string }[]; period: { usedBytes: string } | null };
const read = async (id: string) => (await world.api<Sim>('GET', `/api/v1/sims/sim_${toHex(id)}`)).body;
const usedBytes = async (id: string) => BigInt((await read(id)).period?.usedBytes ?? '0');
const device = (i: number) =>
  world.gateway.device({
    imsi: stock[i]!.imsi,
    plmn: '26201',
    rat: 'EUTRAN',
    apn: 'internet',
    framedIp: `10.0.0.${i}`,
  });

async function activate(i: number, dataLimitMb: string): Promise<string> {
  const { id } = stock[i]!;
  const fleet = await world.api<{ id: string }>('POST', '/api/v1/fleets', {
    uniqueName: `fleet-${i}`,
    networkAccessProfile: `nap_${toHex(world.profile.id)}`,
    dataLimitMb,
  });
  expect(fleet.status).toBe(201);
  const path = `/api/v1/sims/sim_${toHex(id)}`;
  expect((await world.api('PATCH', path, { fleet: fleet.body.id })).status).toBe(200);
  expect((await world.api('POST', `${path}/status`, { status: 'active' })).status).toBe(200);
  return id;
}

/** Eight sessions of one SIM that send as fast as they are answered. `stop` returns the bytes that were acknowledged. */
async function openLoad(i: number): Promise<{ stop(): Promise<bigint> }> {
  let going = true;
  const sessions = Array.from({ length: 8 }, async () => {
    const phone = device(i);
    let acknowledged = 0n;
    await phone.start();
    for (let total = 1_000n; going; total += 1_000n) {
      if (await phone.update(0n, total)) acknowledged = total;
      await sleep(1);
    }
    return acknowledged;
  });
  return {
    async stop() {
      going = false;
      return (await Promise.all(sessions)).reduce((sum, bytes) => sum + bytes, 0n);
    },
  };
}

type Ready = { status: string; checks: Record<string, { state: string; reason: string }> };
const readyz = async (url: string) => {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, body: (await response.json()) as Ready };
};

describe('separate processes', () => {
  it('carry a packet from the radius process over the worker to the API, and a Disconnect-Request back', async () => {
    const id = await activate(0, '5');
    const phone = device(0);
    expect(await phone.attach()).toBe(true);
    const feed = new AbortController();
    const stream = await fetch(`${otherApi}/api/v1/events/stream`, {
      headers: { authorization: `Bearer ${world.apiKey}` },
      signal: feed.signal,
    });
    let heard = '';
    const hearing = (async () => {
      for await (const chunk of stream.body!) heard += Buffer.from(chunk).toString();
    })().catch(() => {});
    expect(await phone.start()).toBe(true);
    expect(await phone.update(1_000_000n, 2_000_000n)).toBe(true);
    expect(await world.until('the worker has charged it', async () => (await usedBytes(id)) === 3_000_000n)).toBe(true);
    expect(await phone.update(1_000_000n, 5_000_000n)).toBe(true);
    await world.until('it is blocked', async () => (await read(id)).blocks.some((b) => b.reason === 'data_limit'));
    await world.until('its session is ended', async () =>
      world.gateway.disconnects.some((d) => d.acctSessionId === phone.acctSessionId),
    );
    // The other API process heard of it from processes it does not know.
    await world.until(
      'the live feed tells',
      async () => heard.includes('event: usage') && heard.includes('sim.blocked'),
    );
    expect(await device(0).attach()).toBe(false);
    feed.abort();
    await hearing;
  });

  it('know of each other: roles, heartbeats, and who holds the shards', async () => {
    const { status, body } = await world.until('every check is fine', async () => {
      const answer = await readyz(otherApi);
      return answer.body.checks.worker?.reason.startsWith('2 workers run, charging shards') && answer;
    });
    expect([status, body.status]).toEqual([200, 'ready']);
    const { rows } = await world.owner.pool.query(
      `select role, count(*)::int from processes where state = 'running' group by 1 order by 1`,
    );
    expect(rows).toEqual([
      { role: 'api', count: 2 },
      { role: 'radius', count: 2 },
      { role: 'worker', count: 2 },
    ]);
    const report = await world.until('the radius process reports its NAS', async () => {
      const found = await world.owner.pool.query(`select report from processes where role = 'radius' and pid = $1`, [
        radii[0]!.child.pid,
      ]);
      const { nases, metricsPort } = found.rows[0].report;
      return nases[0]?.accepted > 0 && { nas: nases[0], metricsPort };
    });
    expect(report.nas).toMatchObject({ name: 'pgw', failed: 0, dropped: {} });
    const numbers = await (await fetch(`http://127.0.0.1:${report.metricsPort}/metrics`)).text();
    expect(numbers).toMatch(/simwright_radius_packets_total\{event="accounting.accepted",nas="pgw"\} \d/);
  });

  it('learn of a NAS that was added at the API', async () => {
    const second = await openGateway(() => world.running.radius, '127.0.0.2');
    try {
      const added = await world.api('POST', `/api/v1/telecoms/tel_${toHex(world.telecom.id)}/nases`, {
        name: 'second',
        sourceRange: '127.0.0.2/32',
        secret: second.secret.toString(),
        coaHost: '127.0.0.2',
        coaPort: second.coaPort,
      });
      expect(added.status, JSON.stringify(added.body)).toBe(201);
      const phone = second.device({
        imsi: stock[3]!.imsi,
        plmn: '26201',
        rat: 'EUTRAN',
        apn: 'internet',
        framedIp: '10.0.0.3',
      });
      await world.until('the radius process answers it', () => phone.start());
    } finally {
      await second.close();
    }
  });

  it('send data to a device from the worker, and hear it at the radius process', async () => {
    const id = await activate(4, '500');
    const ranges = await world.api('PATCH', `/api/v1/telecoms/tel_${toHex(world.telecom.id)}`, {
      deviceRanges: ['127.0.0.0/9'],
    });
    expect(ranges.status).toBe(200);
    const socket = createSocket('udp4');
    const heard: string[] = [];
    socket.on('message', (payload) => heard.push(payload.toString()));
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.44', resolve));
    try {
      const device = world.gateway.device({ imsi: stock[4]!.imsi, framedIp: '127.0.0.44' });
      await world.until('its session is acknowledged', () => device.start());
      const sim = `sim_${toHex(id)}`;
      // What is acknowledged is stored; the worker opens the session a moment later.
      await world.until('its session is open', async () => {
        const { body } = await world.api<{ session: unknown }>('GET', `/api/v1/sims/${sim}`);
        return body.session !== null;
      });
      await world.api('POST', '/api/v1/ip-commands', { sim, payload: 'ping', devicePort: socket.address().port });
      await world.until('the device hears it', async () => heard.includes('ping'));
      const port = Number(/IP commands +(\d+)/.exec(radii[0]!.output())![1]);
      // The radius process learns of the ranges within seconds.
      await world.until('the product hears the device', async () => {
        socket.send('pong', port, '127.0.0.1');
        const { body } = await world.api<{ items: { payload: string }[] }>(
          'GET',
          `/api/v1/ip-commands?sim=${sim}&direction=from_sim`,
        );
        return body.items[0]?.payload === Buffer.from('pong').toString('base64');
      });
    } finally {
      socket.close();
    }
  });

  it('go on when the process that held the shards is gone', async () => {
    const id = await activate(1, '500');
    const phone = device(1);
    expect(await phone.start()).toBe(true);
    expect(await phone.update(0n, 1_000n)).toBe(true);
    // The first worker took the shards as it started.
    await workers[0]!.kill();
    expect(await phone.update(0n, 2_000n)).toBe(true);
    await world.until('the other worker has taken over', async () => (await usedBytes(id)) === 2_000n);
    const worker = await start('worker');
    workers = [workers[1]!, worker];
  });

  it('drain under load, each role in turn: code 0, and nothing that was acknowledged is lost', async () => {
    const id = await activate(2, '5000');
    const load = await openLoad(2);
    await sleep(300);

    // The holder: the other one takes over, and nobody who asks notices.
    const worker = await workers[0]!.stop();
    expect([worker.code, worker.ms < 15_000]).toEqual([0, true]);
    await sleep(300);

    // RADIUS: what it took is answered, and then it is silent; the gateway goes to its neighbour.
    const first = radii[0]!.stop();
    pointAt(radii[1]!);
    const radius = await first;
    expect([radius.code, radius.ms < 15_000]).toEqual([0, true]);
    await sleep(300);
    const acknowledged = await load.stop();

    // HTTP: a request that runs is finished, its reader of the feed is let go, and it says that it drains.
    const stream = await fetch(`${otherApi}/api/v1/events/stream`, {
      headers: { authorization: `Bearer ${world.apiKey}` },
    });
    const ended = (async () => {
      for await (const _ of stream.body!);
    })();
    const api = await apis[1]!.stop();
    expect([api.code, api.ms < 15_000]).toEqual([0, true]);
    await ended;

    expect(acknowledged).toBeGreaterThan(100_000n);
    await world.until('all that was acknowledged is charged', async () => (await usedBytes(id)) >= acknowledged);
    expect(await world.drift()).toEqual([]);
    const { rows } = await world.owner.pool.query(`select role from processes where state = 'ended' order by role`);
    expect(rows.map((row) => row.role)).toEqual(expect.arrayContaining(['api', 'radius', 'worker']));
  });
});

describe('everything in one process', () => {
  it('drains under load as well', async () => {
    for (const part of started) await part.stop();
    const all = await start('all', { PORT: new URL(world.url).port });
    pointAt(all);
    const id = stock[2]!.id;
    const before = await usedBytes(id);
    const load = await openLoad(2);
    await sleep(1_000);
    const { code, ms } = await all.stop();
    const acknowledged = await load.stop();
    expect([code, ms < 15_000]).toEqual([0, true]);
    expect(acknowledged).toBeGreaterThan(20_000n);
    const { rows } = await world.owner.pool.query(
      'select sum(used_bytes)::bigint as used from billing_periods where line_id = $1',
      [id],
    );
    // Charged and not answered is possible, and repeated by the network; answered and not charged is not.
    expect(rows[0].used - before).toBeGreaterThanOrEqual(acknowledged);
    expect(await world.drift()).toEqual([]);
  });
});

describe('a process without a database', () => {
  it('says so in one sentence and ends with code 1', async () => {
    const home = mkdtempSync(join(tmpdir(), 'simwright-alone-'));
    try {
      const part = await startPart('worker', { SIMWRIGHT_HOME: home });
      expect(part.child.exitCode).toBe(1);
      expect(part.output()).toContain('start one with "npm run start:database", or set DATABASE_URL');
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  it('joins the embedded one of its home while "start:database" runs', async () => {
    const home = mkdtempSync(join(tmpdir(), 'simwright-joined-'));
    try {
      const database = await startPart('database', { SIMWRIGHT_HOME: home });
      started.push(database);
      const worker = await startPart('worker', { SIMWRIGHT_HOME: home });
      started.push(worker);
      expect(worker.output()).toContain('The Simwright worker is running');
      expect((await worker.stop()).code).toBe(0);
      expect((await database.stop()).code).toBe(0);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
