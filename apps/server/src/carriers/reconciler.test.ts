import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Organization } from '../kit/ctx.ts';
import { sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { disconnect, listenRadius } from '../radius/index.ts';
import { memory } from '../radius/testing.ts';
import { roster } from '../simulated/index.ts';
import {
  attachLines,
  countHeld,
  createNas,
  createTelecom,
  getTelecom,
  type Hands,
  hold,
  linkOf,
  listOperations,
  type OpenSession,
  recheck,
  reconcile,
  release,
  simulatedConnector,
  type Telecom,
  want,
} from './index.ts';
import { openWorld, type World } from './testing.ts';

let world: World;
let count = 0;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const secret = 'testing123';
const token = 'a-token-of-the-test';
const devices = roster('test', 20);

/** The simulated telecom, a process of its own, and our listener for its devices. */
async function startCarrier() {
  const kept = memory();
  const radius = await listenRadius({ host: '127.0.0.1', authPort: 0, acctPort: 0 }, kept.deps);
  open.push(radius.close);
  const config = {
    ...{ seed: 'test', count: 20, radiusHost: '127.0.0.1', authPort: radius.authPort, acctPort: radius.acctPort },
    ...{ secret, token, interimSeconds: 5, speed: 100 },
  };
  const child: ChildProcess = fork(join(import.meta.dirname, '../simulated/main.ts'), {
    env: { ...process.env, SIMULATED_TELECOM: JSON.stringify(config) },
  });
  open.push(() => stop(child));
  const ports = await new Promise<{ coaPort: number; controlPort: number }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { coaPort: number; controlPort: number }));
    child.once('exit', () => reject(new Error('The simulated telecom did not start')));
  });
  return { ...kept, ...ports, child, baseUrl: `http://127.0.0.1:${ports.controlPort}` };
}
type Carrier = Awaited<ReturnType<typeof startCarrier>>;

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

async function stateAtCarrier(carrier: Carrier, iccid: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}` };
  return ((await (await fetch(`${carrier.baseUrl}/sims/${iccid}`, { headers })).json()) as { state: unknown }).state;
}

/** An organization with one telecom and a line for each of `sims`. */
async function start(
  connector: Telecom['connector'],
  sims: { iccid: string; imsi: string | null }[],
  operationsPerSecond = 1000,
): Promise<{ organization: Organization; telecom: Telecom; lines: Id[] }> {
  count += 1;
  const organization = await world.organization(`Organization ${count}`);
  const ctx = world.ctx(organization);
  const telecom = await createTelecom(ctx, { name: 'Carrier', connector, operationsPerSecond });
  const lines = sims.map(() => world.newId());
  await attachLines(
    ctx,
    sims.map((sim, i) => ({ lineId: lines[i]!, telecomId: telecom.id, iccid: sim.iccid, imsi: sim.imsi })),
  );
  return { organization, telecom, lines };
}

const silent = { timeoutMs: 20, attempts: 1 };

function handsFor(options: { baseUrl?: string; sessions?: OpenSession[] }): Hands {
  return {
    openSessions: async (_ctx, lineIds) => (options.sessions ?? []).filter((s) => lineIds.includes(s.lineId)),
    disconnect: (nas, session) =>
      disconnect({ host: nas.coaHost, port: nas.coaPort, secret: nas.secret, ...silent }, session),
    connectorFor: () =>
      options.baseUrl ? simulatedConnector({ baseUrl: options.baseUrl, token, timeoutMs: 1_000 }) : null,
  };
}

/** Passes until nothing is due, half a second of the world's clock and some real time apart. */
async function settle(organization: Organization, hands: Hands, done: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 40; i += 1) {
    await reconcile(world.runtime, organization, hands);
    if (await done()) return;
    world.pass(500);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  throw new Error('It did not settle');
}

async function only(organization: Organization, lineId: Id) {
  return (await linkOf(world.ctx(organization), [lineId])).get(lineId)!;
}

describe('a carrier that holds the states', () => {
  test('confirms the SIMs it knows; a state we do not want is set right', async () => {
    const carrier = await startCarrier();
    const stranger = { iccid: '8949000000000000001', imsi: null };
    const wrong = { iccid: devices[1]!.iccid, imsi: '262999999999999' };
    const { organization, lines } = await start('simulated', [devices[0]!, wrong, stranger]);
    const hands = handsFor(carrier);
    await settle(organization, hands, async () => (await only(organization, lines[0]!)).reported === 'inactive');
    expect(await only(organization, lines[0]!)).toMatchObject({ link: 'ok', desired: 'inactive', outstanding: null });
    expect(await stateAtCarrier(carrier, devices[0]!.iccid)).toBe('suspended');
    expect(await only(organization, lines[1]!)).toMatchObject({
      link: 'error',
      linkReason: expect.stringContaining('IMSI'),
    });
    expect(await only(organization, lines[2]!)).toMatchObject({
      link: 'error',
      linkReason: expect.stringContaining('no SIM'),
    });
    expect((await world.events(lines[0]!)).map((event) => event.name)).toEqual([
      'sim.link_changed',
      'sim.carrier_synced',
    ]);
    expect((await world.events(lines[2]!))[0]).toMatchObject({
      name: 'sim.link_changed',
      data: { from: 'checking', to: 'error', reason: expect.stringContaining('no SIM') },
    });
    await recheck(world.ctx(organization), lines);
    expect((await only(organization, lines[2]!)).link).toBe('checking');
    await reconcile(world.runtime, organization, hands);
    expect((await only(organization, lines[2]!)).link).toBe('error');
  });

  test('answers pending, is asked again, and then has done it', async () => {
    const carrier = await startCarrier();
    const { organization, lines } = await start('simulated', [devices[0]!]);
    const hands = handsFor(carrier);
    const ctx = world.ctx(organization);
    await want(ctx, [{ lineId: lines[0]!, want: 'active', cause: 'lifecycle' }]);
    await want(ctx, [{ lineId: lines[0]!, want: 'inactive', cause: 'block' }]);
    await reconcile(world.runtime, organization, hands);
    const [operation] = (await listOperations(ctx, lines[0]!, { limit: 10 })).filter((o) => o.state === 'outstanding');
    expect(operation).toMatchObject({ kind: 'set_state', want: 'inactive', askedAt: ctx.now, attempts: 1 });
    expect(operation!.carrierReference).toBe(operation!.id);
    await settle(organization, hands, async () => (await only(organization, lines[0]!)).outstanding === null);
    expect(await only(organization, lines[0]!)).toMatchObject({ desired: 'inactive', reported: 'inactive' });
    expect(await stateAtCarrier(carrier, devices[0]!.iccid)).toBe('suspended');
    const synced = (await world.events(lines[0]!)).filter((event) => event.name === 'sim.carrier_synced');
    expect(synced.map((event) => event.data)).toMatchObject([{ state: 'inactive', cause: 'block' }]);
  });

  test('that leaves the state we want is found out within ten minutes and set right', async () => {
    const carrier = await startCarrier();
    const { organization, lines } = await start('simulated', [devices[2]!]);
    const hands = handsFor(carrier);
    const reported = async (state: string) => (await only(organization, lines[0]!)).reported === state;
    await settle(organization, hands, () => reported('inactive'));
    await fetch(`${carrier.baseUrl}/sims/${devices[2]!.iccid}/state`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ state: 'active', operation: 'by-somebody-else' }),
    });
    await expect.poll(() => stateAtCarrier(carrier, devices[2]!.iccid)).toBe('active');
    await reconcile(world.runtime, organization, hands);
    expect(await reported('inactive')).toBe(true);
    world.pass(600_000);
    await settle(organization, hands, async () => (await stateAtCarrier(carrier, devices[2]!.iccid)) === 'suspended');
    const names = (await world.events(lines[0]!)).map((event) => event.name);
    expect(names).toContain('sim.carrier_drifted');
    const operations = await listOperations(world.ctx(organization), lines[0]!, { limit: 10 });
    expect(operations[0]).toMatchObject({ kind: 'set_state', cause: 'drift' });
  });

  test('hears nothing of lines that are held; released, it is asked only for what differs', async () => {
    const carrier = await startCarrier();
    const { organization, lines } = await start('simulated', devices.slice(4, 7));
    const ctx = world.ctx(organization);
    const hands = handsFor(carrier);
    const [active, inactive, changed] = lines as [Id, Id, Id];
    const inField = () => Promise.all(devices.slice(4, 7).map(({ iccid }) => stateAtCarrier(carrier, iccid)));
    await hold(ctx, [
      { lineId: active, want: 'active' },
      { lineId: inactive, want: 'inactive' },
      { lineId: changed, want: 'active' },
    ]);
    // All three are active in the field, and somebody blocks one of them here.
    await want(ctx, [{ lineId: changed, want: 'inactive', cause: 'block' }]);
    await settle(organization, hands, async () => (await only(organization, changed)).reported !== null);
    world.pass(600_000);
    for (let i = 0; i < 5; i += 1) await reconcile(world.runtime, organization, hands);
    expect(await inField()).toEqual(['active', 'active', 'active']);
    for (const line of lines) {
      const asked = await listOperations(ctx, line, { limit: 10 });
      expect(asked.filter((operation) => operation.kind === 'set_state')).toEqual([]);
      expect(await only(organization, line)).toMatchObject({ link: 'ok', held: true });
    }
    expect(await countHeld(ctx, lines)).toEqual([
      { want: 'active', reported: 'active', lines: 1 },
      { want: 'inactive', reported: 'active', lines: 2 },
    ]);

    expect(await release(world.ctx(organization), lines)).toBe(3);
    expect(await release(world.ctx(organization), lines)).toBe(0);
    const isDone = async () => (await inField()).join() === 'active,suspended,suspended';
    await settle(organization, hands, isDone);
    expect(await listOperations(ctx, active, { limit: 10 })).toEqual([]);
    expect(await only(organization, active)).toMatchObject({ held: false, reported: 'active' });
  });

  test('that is down is the trouble of its telecom, not of its lines', async () => {
    const carrier = await startCarrier();
    const { organization, telecom, lines } = await start('simulated', devices.slice(0, 20));
    const ctx = world.ctx(organization);
    await want(
      ctx,
      lines.map((lineId) => ({ lineId, want: 'active' as const, cause: 'lifecycle' as const })),
    );
    const down = handsFor({ baseUrl: 'http://127.0.0.1:9' });
    for (let i = 0; i < 30; i += 1) {
      await reconcile(world.runtime, organization, down);
      world.pass(60_000);
    }
    expect(await getTelecom(ctx, telecom.id)).toMatchObject({
      state: 'error',
      stateReason: expect.stringContaining('reached'),
    });
    const links = await linkOf(ctx, lines);
    for (const link of links.values()) expect(link.outstanding!.attempts).toBeLessThanOrEqual(2);
    await settle(organization, handsFor(carrier), async () =>
      [...(await linkOf(ctx, lines)).values()].every((link) => link.reported === 'active' && link.link === 'ok'),
    );
    expect(await getTelecom(ctx, telecom.id)).toMatchObject({ state: 'ok', stateReason: null });
    expect((await world.events(telecom.id)).map((event) => [event.name, event.data.state])).toEqual([
      ['telecom.created', 'ok'],
      ['telecom.updated', 'error'],
      ['telecom.updated', 'ok'],
    ]);
  });

  test('that refuses our token says so on the telecom; without a connector it says that', async () => {
    const carrier = await startCarrier();
    const { organization, telecom } = await start('simulated', [devices[0]!]);
    const ctx = world.ctx(organization);
    const refused: Hands = {
      ...handsFor({}),
      connectorFor: () => simulatedConnector({ baseUrl: carrier.baseUrl, token: 'another-token-altogether' }),
    };
    await reconcile(world.runtime, organization, refused);
    expect((await getTelecom(ctx, telecom.id)).stateReason).toMatch(/credentials/);
    world.pass(60_000);
    await reconcile(world.runtime, organization, handsFor({}));
    expect((await getTelecom(ctx, telecom.id)).stateReason).toMatch(/no connection/);
  });
});

describe('the budget and the claims', () => {
  test('a telecom gets no more requests than its rate allows', async () => {
    const carrier = await startCarrier();
    const { organization } = await start('simulated', devices.slice(0, 12), 5);
    const hands = handsFor(carrier);
    const worked: number[] = [];
    for (const wait of [0, 0, 400, 1000, 5000]) {
      world.pass(wait);
      worked.push(await reconcile(world.runtime, organization, hands));
    }
    expect(worked).toEqual([5, 0, 2, 5, 5]);
  });

  test('three reconcilers at once do each thing once', async () => {
    const carrier = await startCarrier();
    const { organization, lines } = await start('simulated', devices);
    const ctx = world.ctx(organization);
    await want(
      ctx,
      lines.map((lineId) => ({ lineId, want: 'active', cause: 'lifecycle' })),
    );
    await Promise.all([1, 2, 3].map(() => reconcile(world.runtime, organization, handsFor(carrier))));
    for (const lineId of lines) {
      const operations = await listOperations(ctx, lineId, { limit: 10 });
      expect(operations.map((o) => `${o.kind} ${o.attempts}`)).toEqual(['set_state 1']);
      expect((await world.events(lineId)).map((event) => event.name)).toEqual(['sim.link_changed']);
    }
  });

  test('what a dead process claimed falls due again; a newer wish waits for it, and for its answer at most', async () => {
    const carrier = await startCarrier();
    const { organization, lines } = await start('simulated', [devices[0]!]);
    const ctx = world.ctx(organization);
    const lineId = lines[0]!;
    await want(ctx, [{ lineId, want: 'active', cause: 'lifecycle' }]);
    const until = new Date(ctx.now.getTime() + 60_000);
    await world.query(
      sql`update carrier_operations set attempts = 1, next_attempt_at = ${until}, claimed_until = ${until}
           where line_id = ${lineId}`,
    );
    await want(ctx, [{ lineId, want: 'inactive', cause: 'lifecycle' }]);
    const waiting = (await listOperations(ctx, lineId, { limit: 10 })).find(
      (o) => o.kind === 'set_state' && o.state === 'outstanding',
    );
    expect(waiting).toMatchObject({ want: 'inactive', nextAttemptAt: until });
    world.pass(60_000);
    await settle(
      organization,
      handsFor(carrier),
      async () => (await only(organization, lineId)).reported === 'inactive',
    );
  });
});

describe('disconnecting', () => {
  const session = (lineId: Id, nasId: Id, acctSessionId: string): OpenSession => ({
    ...{ id: world.newId(), lineId, nasId, acctSessionId, imsi: null, framedIp: null },
  });
  const nas = { name: 'Gateway', secret, coaHost: '127.0.0.2' };

  async function blocked(connector: 'radius' | 'simulated', sim: { iccid: string; imsi: string }, coaPort: number) {
    const made = await start(connector, [sim]);
    const ctx = world.ctx(made.organization);
    const gateway = await createNas(ctx, {
      ...nas,
      telecomId: made.telecom.id,
      sourceRange: `10.99.${count}.0/24`,
      coaPort,
    });
    const lineId = made.lines[0]!;
    await want(ctx, [{ lineId, want: 'active', cause: 'lifecycle' }]);
    await want(ctx, [{ lineId, want: 'inactive', cause: 'block' }]);
    const last = async () => (await listOperations(ctx, lineId, { limit: 10 })).find((o) => o.kind === 'disconnect')!;
    return { ...made, ctx, gateway, lineId, last };
  }

  test('a real gateway acknowledges it and sends the Stop', async () => {
    const carrier = await startCarrier();
    await expect.poll(() => carrier.updates.length).toBeGreaterThan(0);
    const { imsi, acctSessionId } = carrier.updates.at(-1)!;
    const device = devices.find((d) => d.imsi === imsi)!;
    const { organization, gateway, lineId, last } = await blocked('radius', device, carrier.coaPort);
    const sessions = [{ ...session(lineId, gateway.id, acctSessionId), imsi }];
    const hands: Hands = {
      ...handsFor({ sessions }),
      disconnect: (to, s) => disconnect({ host: to.coaHost, port: to.coaPort, secret: to.secret }, s),
    };
    expect(await reconcile(world.runtime, organization, hands)).toBe(1);
    // The session may have ended by itself in between: that is as good.
    expect(await last()).toMatchObject({
      state: 'done',
      attempts: 1,
      lastAnswer: expect.stringMatching(/disconnected|no such/),
    });
    const stopped = () => carrier.updates.some((u) => u.acctSessionId === acctSessionId && u.kind === 'stop');
    await expect.poll(stopped).toBe(true);
  });

  test('a session that the gateway does not know, and a line without one, are done', async () => {
    const carrier = await startCarrier();
    const unknown = await blocked('radius', devices[0]!, carrier.coaPort);
    const sessions = [session(unknown.lineId, unknown.gateway.id, 'never-there')];
    const hands: Hands = {
      ...handsFor({ sessions }),
      disconnect: (to, s) => disconnect({ host: to.coaHost, port: to.coaPort, secret: to.secret }, s),
    };
    await reconcile(world.runtime, unknown.organization, hands);
    expect(await unknown.last()).toMatchObject({
      state: 'done',
      lastAnswer: expect.stringContaining('no such session'),
    });
    const idle = await blocked('radius', devices[1]!, carrier.coaPort);
    await reconcile(world.runtime, idle.organization, handsFor({}));
    expect(await idle.last()).toMatchObject({ state: 'done', lastAnswer: 'no open session' });
  });

  test('a gateway that never answers is asked ten times, later and later, and then it has failed', async () => {
    const { organization, gateway, lineId, last } = await blocked('radius', devices[0]!, 9);
    const hands = handsFor({ sessions: [session(lineId, gateway.id, 's-1')] });
    const waits: number[] = [];
    for (let i = 0; i < 10; i += 1) {
      expect(await reconcile(world.runtime, organization, hands)).toBe(1);
      const operation = await last();
      const wait = operation.nextAttemptAt.getTime() - world.ctx(organization).now.getTime();
      waits.push(2 ** Math.round(Math.log2(wait / 1000)));
      if (operation.state === 'outstanding') {
        expect(await reconcile(world.runtime, organization, hands)).toBe(0);
        world.pass(wait);
      }
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
    expect(await last()).toMatchObject({
      state: 'failed',
      attempts: 10,
      lastAnswer: expect.stringContaining('no answer'),
    });
    expect(await reconcile(world.runtime, organization, hands)).toBe(0);
    expect((await world.events(lineId)).at(-1)).toMatchObject({
      name: 'sim.carrier_failed',
      data: { kind: 'disconnect', attempts: 10, cause: 'block' },
    });
  });

  test('a fault in reading the sessions counts as an attempt and leaves nothing claimed', async () => {
    const { organization, last } = await blocked('radius', devices[0]!, 9);
    const broken: Hands = {
      ...handsFor({}),
      openSessions: async () => {
        throw new Error('broken');
      },
    };
    expect(await reconcile(world.runtime, organization, broken)).toBe(1);
    expect(await last()).toMatchObject({
      state: 'outstanding',
      attempts: 1,
      lastAnswer: expect.stringContaining('sent'),
    });
    world.pass(2_000);
    await reconcile(world.runtime, organization, handsFor({}));
    expect(await last()).toMatchObject({ state: 'done', attempts: 2 });
  });

  test('active again takes the disconnect back', async () => {
    const { organization, ctx, gateway, lineId, last } = await blocked('radius', devices[0]!, 9);
    await reconcile(world.runtime, organization, handsFor({ sessions: [session(lineId, gateway.id, 's-1')] }));
    await want(ctx, [{ lineId, want: 'active', cause: 'block' }]);
    expect((await last()).state).toBe('replaced');
    world.pass(60_000);
    expect(await reconcile(world.runtime, organization, handsFor({}))).toBe(0);
  });
});
