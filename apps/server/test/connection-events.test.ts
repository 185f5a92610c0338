import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import * as carriers from '../src/carriers/index.ts';
import { attachesPerMinute } from '../src/charging/attach-rate.ts';
import * as connections from '../src/connections/index.ts';
import * as inventory from '../src/inventory/index.ts';
import type { Id } from '../src/kit/ids.ts';
import { publicId, toHex } from '../src/kit/ids.ts';
import * as periods from '../src/periods/index.ts';
import * as tenancy from '../src/tenancy/index.ts';
import { openWorld, type World } from './world.ts';

/** docs/journeys/20-follow-connections.md, with every loop of the product running, a gateway on UDP and a receiver on a socket. */
let world: World;

type Told = {
  specversion: string;
  type: string;
  source: string;
  id: string;
  dataschema: string;
  time: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads it as it is on the wire.
  data: Record<string, any>;
};

/** Somebody's server: keeps what it is sent, and answers as it is told. */
async function openReceiver() {
  const requests: { url: string; signature: string; body: string }[] = [];
  let answers: number[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const url = `http://${request.headers.host}${request.url}`;
    requests.push({ url, signature: String(request.headers['x-twilio-signature']), body });
    response.writeHead(answers.shift() ?? 204).end('noted');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    requests,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events?of=us`,
    answer: (...statuses: number[]) => {
      answers = statuses;
    },
    events: () => requests.flatMap(({ body }) => JSON.parse(body) as Told[]),
    reset() {
      requests.length = 0;
      answers = [];
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

let receiver: Awaited<ReturnType<typeof openReceiver>>;
beforeAll(async () => {
  world = await openWorld();
  receiver = await openReceiver();
});
afterAll(async () => {
  await receiver.close();
  expect(await world.drift()).toEqual([]);
  await world.close();
});
beforeEach(async () => {
  for (const { id } of (await world.api<{ items: { id: string }[] }>('GET', '/api/v1/event-sinks')).body.items) {
    await world.api('DELETE', `/api/v1/event-sinks/${id}`);
  }
  // The answer to an Access-Request knows the organization for a second.
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  receiver.reset();
});

const every = [
  ...['attachment.accepted', 'attachment.rejected', 'attachment.failed'],
  ...['data-session.started', 'data-session.updated', 'data-session.ended', 'data-session.failed'],
];
const full = (type: string) => `com.twilio.iot.supersim.connection.${type}`;

async function sink(types: string[] = every, more: Record<string, unknown> = {}) {
  const { status, body } = await world.api<{ id: string }>('POST', '/api/v1/event-sinks', {
    ...{ url: receiver.url, types, description: 'tests' },
    ...more,
  });
  expect(status).toBe(201);
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  return body.id;
}

/** A SIM that is active in a fleet, and its device. */
async function device(options: { companyId?: Id; dataLimitMb?: bigint; networks?: string[]; active?: boolean } = {}) {
  const ctx = world.ctx();
  const [card] = await world.stock(1);
  const { companyId = null } = options;
  const profile = await inventory.createProfile(ctx, { companyId, networks: options.networks });
  const fleet = await inventory.createFleet(ctx, {
    ...{ companyId, networkAccessProfileId: profile.id },
    ...(options.dataLimitMb !== undefined && { dataLimitMb: options.dataLimitMb }),
  });
  await inventory.register(ctx, [card!.id], companyId);
  await inventory.updateSim(ctx, card!.id, { fleetId: fleet.id, uniqueName: `meter ${card!.id}` });
  if (options.active !== false) await periods.activate(ctx, [card!.id]);
  const location = { area: 15_170, cell: 47_322_374 };
  const who = { imsi: card!.imsi, imei: '358600842867678', plmn: '310260', rat: 'EUTRAN', apn: 'super', location };
  return { ...card!, fleet, ...world.gateway.device({ ...who, framedIp: '100.68.56.159' }) };
}

const count = (n: number) => world.until(`${n} events`, async () => receiver.events().length >= n && receiver.events());

it('tells an attach and a session, whole and signed', async () => {
  await sink();
  const sim = await device();
  expect(await sim.attach()).toBe(true);
  const start = new Date(Math.floor(Date.now() / 1000) * 1000 - 720_000);
  const at = (seconds: number) => ({ eventTime: new Date(start.getTime() + seconds * 1000), sessionTime: seconds });
  await sim.start(at(0));
  await sim.update(1_000n, 20_000n, at(360));
  await sim.update(1_000n, 20_000n, at(360));
  await sim.stop(1_500n, 50_000n, at(720));
  const [accepted, started, updated, ended, ...more] = await count(4);
  expect(more).toEqual([]);
  expect([accepted, started, updated, ended].map((event) => event!.type)).toEqual(
    ['attachment.accepted', 'data-session.started', 'data-session.updated', 'data-session.ended'].map(full),
  );
  const whole = (time: Date) => `${time.toISOString().slice(0, 19)}Z`;
  const sid = updated!.id;
  expect(updated).toEqual({
    specversion: '1.0',
    type: full('data-session.updated'),
    source: `/v1/SuperSim/ConnectionEvents/${sid}`,
    id: expect.stringMatching(/^EZ[0-9a-f]{32}$/),
    dataschema: 'https://events-schemas.twilio.com/SuperSim.ConnectionEvent/2',
    datacontenttype: 'application/json',
    time: at(360).eventTime.toISOString(),
    data: {
      event_sid: sid,
      event_type: full('data-session.updated'),
      account_sid: world.accountSid,
      sim_sid: `HS${toHex(sim.id)}`,
      fleet_sid: `HF${toHex(sim.fleet.id)}`,
      sim_iccid: sim.iccid,
      sim_unique_name: `meter ${sim.id}`,
      timestamp: whole(at(360).eventTime),
      network: {
        ...{ mcc: '310', mnc: '260', sid: expect.stringMatching(/^HW/), friendly_name: 'T-Mobile', iso_country: 'US' },
      },
      location: { cell_id: '47322374', lac: '15170', lat: null, lon: null },
      imsi: sim.imsi,
      imei: '358600842867678',
      rat_type: '4G LTE',
      apn: 'super',
      ip_address: '100.68.56.159',
      data_modifier: null,
      data_session_sid: expect.stringMatching(/^PI[0-9a-f]{32}$/),
      data_session_start_time: whole(start),
      data_session_end_time: null,
      data_session_update_start_time: whole(start),
      data_session_update_end_time: whole(at(360).eventTime),
      ...{ data_upload: 1_000, data_download: 20_000, data_total: 21_000 },
      ...{ data_session_data_upload: 1_000, data_session_data_download: 20_000, data_session_data_total: 21_000 },
      error: null,
    },
  });
  expect(accepted!.data).toMatchObject({ apn: 'super', imsi: sim.imsi, data_session_sid: null, data_total: null });
  expect(accepted!.data.location).toMatchObject({ cell_id: '47322374' });
  expect(started!.data).toMatchObject({
    data_total: null,
    data_session_data_total: 0,
    data_session_sid: updated!.data.data_session_sid,
  });
  expect(ended!.data).toMatchObject({
    ...{ data_upload: 500, data_download: 30_000, data_total: 30_500, data_session_data_total: 51_500 },
    ...{ data_session_update_start_time: whole(at(360).eventTime), data_session_end_time: whole(at(720).eventTime) },
  });
  for (const { url, signature, body } of receiver.requests) {
    expect(new URL(url).searchParams.get('of')).toBe('us');
    expect(twilio.validateRequestWithBody(world.authToken, signature, url, body)).toBe(true);
    expect(twilio.validateRequestWithBody(world.authToken, signature, url, body.replace('super', 'other'))).toBe(false);
  }
  const { body } = await world.api<{ items: { type: string; session: { bytesUp: string } | null }[] }>(
    'GET',
    `/api/v1/connection-events?sim=${publicId('sim', sim.id)}&type=data-session.ended`,
  );
  expect(body.items).toMatchObject([{ type: 'data-session.ended', session: { bytesUp: '1500' }, blocked: false }]);
});

it('says why an attach was rejected', async () => {
  await sink(['attachment.rejected']);
  const elsewhere = await device({ networks: ['26201'] });
  expect(await elsewhere.attach()).toBe(false);
  const blank = await device({ active: false });
  expect(await blank.attach()).toBe(false);
  const inactive = await device();
  await periods.suspend(world.ctx(), [inactive.id]);
  expect(await inactive.attach()).toBe(false);
  const events = await count(3);
  const errorOf = (sim: { iccid: string }) => events.find(({ data }) => data.sim_iccid === sim.iccid)!.data.error.code;
  expect([elsewhere, blank, inactive].map(errorOf)).toEqual([83702, 83704, 83705]);
  expect(events[0]!.data.error.message).toMatch(/Network Access Profile/);
});

it('rejects a device that asks without end, and tells it once', async () => {
  await sink(['attachment.rejected']);
  const mad = await device();
  const answers = [];
  for (let i = 0; i < attachesPerMinute + 3; i++) answers.push(await mad.attach());
  expect(answers.filter((answer) => answer === true)).toHaveLength(attachesPerMinute);
  const events = await count(1);
  expect(events).toMatchObject([{ data: { sim_iccid: mad.iccid, error: { code: 83703 } } }]);
});

it('tells what failed on our side', async () => {
  await sink(['attachment.failed', 'data-session.failed']);
  const sim = await device();
  // A broken counter: more than any network carries between two records.
  await sim.start();
  await sim.update(2n ** 50n, 0n);
  await world.owner.pool.query('alter table attachments rename to attachments_away');
  try {
    expect(await sim.attach()).toBeNull();
  } finally {
    await world.owner.pool.query('alter table attachments_away rename to attachments');
  }
  const events = await world.until(
    'both',
    async () => new Set(receiver.events().map((e) => e.type)).size === 2 && receiver.events(),
  );
  const codes = new Map(events.map(({ type, data }) => [type, data.error.code]));
  expect(codes).toEqual(
    new Map([
      [full('data-session.failed'), 83701],
      [full('attachment.failed'), 83700],
    ]),
  );
});

it('shows the block in the update that causes it, and refuses what comes after', async () => {
  await sink();
  const sim = await device({ dataLimitMb: 1n });
  await sim.attach();
  await sim.start();
  await sim.update(400_000n, 0n);
  await sim.update(1_200_000n, 0n);
  await world.until('the disconnect', async () =>
    world.gateway.disconnects.some((d) => d.acctSessionId === sim.acctSessionId),
  );
  await sim.stop(1_300_000n, 0n);
  expect(await sim.attach()).toBe(false);
  const events = await count(6);
  const modifiers = events.map(({ type, data }) => [type.split('.').slice(-2).join('.'), data.data_modifier]);
  expect(modifiers).toEqual([
    ['attachment.accepted', null],
    ['data-session.started', null],
    ['data-session.updated', null],
    ['data-session.updated', 'blocked'],
    ['data-session.ended', 'blocked'],
    ['attachment.rejected', null],
  ]);
  expect(events.at(-1)!.data.error).toEqual({ code: 83705, message: 'Data of the Super SIM is blocked' });
});

it('starts walled sessions where the telecom keeps them, and ends them when the limit is raised', async () => {
  await carriers.updateTelecom(world.ctx(), world.telecom.id, { limitMode: 'walled' });
  try {
    await sink(['data-session.started', 'data-session.ended']);
    const sim = await device({ dataLimitMb: 1n });
    await sim.attach();
    await sim.start();
    await sim.stop(1_200_000n, 0n);
    const back = { ...sim, ...world.gateway.device({ imsi: sim.imsi, plmn: '310260' }) };
    expect(await back.attach()).toBe(true);
    await back.start();
    const events = await count(3);
    expect(events.map(({ data }) => data.data_modifier)).toEqual([null, 'blocked', 'blocked']);
    const [session] = (
      await world.owner.pool.query('select walled from sessions where line_id = $1 order by id desc', [sim.id])
    ).rows;
    expect(session).toEqual({ walled: true });
    // It says so also when the block is gone before it is.
    await inventory.updateFleet(world.ctx(), sim.fleet.id, { dataLimitMb: 5n });
    await world.until('the disconnect', async () =>
      world.gateway.disconnects.some((d) => d.acctSessionId === back.acctSessionId),
    );
    await back.stop(0n, 0n);
    expect(await back.attach()).toBe(true);
    expect((await count(4)).at(-1)!.data.data_modifier).toBe('blocked');
  } finally {
    await carriers.updateTelecom(world.ctx(), world.telecom.id, { limitMode: 'reject' });
  }
});

it('tells of sessions that a gateway has forgotten', async () => {
  await sink(['data-session.ended']);
  const sim = await device();
  await sim.start();
  await sim.update(5n, 7n);
  expect(await world.gateway.on(new Date(Date.now() + 2_000))).toBe(true);
  const events = await count(1);
  expect(events.find(({ data }) => data.sim_iccid === sim.iccid)!.data).toMatchObject({
    data_total: 0,
    data_session_data_total: 12,
  });
});

it('writes nothing while nobody listens, or nobody to this SIM', async () => {
  const rows = async (line: Id) =>
    (await world.owner.pool.query('select count(*)::int as n from connection_events where line_id = $1', [line]))
      .rows[0].n;
  const silent = await device();
  await silent.attach();
  await silent.start();
  await silent.update(10n, 10n);
  expect(await rows(silent.id)).toBe(0);
  const company = await tenancy.createCompany(world.ctx(), { name: 'Somebody else', currency: 'EUR' });
  await sink(every, { company: publicId('company', company.id) });
  await silent.update(20n, 20n);
  await silent.attach();
  const theirs = await device({ companyId: company.id });
  await theirs.start();
  expect(await rows(silent.id)).toBe(0);
  expect(await rows(theirs.id)).toBe(1);
  const [event] = await count(1);
  expect(event!.data).toMatchObject({ sim_iccid: theirs.iccid, account_sid: `AC${toHex(company.id)}` });
});

it('sends again what a receiver did not take, and pauses for one that is gone', async () => {
  receiver.answer(500);
  const id = await sink(['data-session.started']);
  const sim = await device();
  await sim.start();
  const requests = await world.until(
    'the second try',
    async () => receiver.requests.length >= 2 && receiver.requests,
    20_000,
  );
  expect(requests[1]!.body).toBe(requests[0]!.body);
  type Log = { items: { state: string; attempts: number; lastStatus: number }[] };
  const log = async () => (await world.api<Log>('GET', `/api/v1/deliveries?about=${id}`)).body.items;
  await world.until('delivered', async () => (await log())[0]?.state === 'delivered');
  expect(await log()).toMatchObject([{ state: 'delivered', attempts: 2, lastStatus: 204 }]);

  receiver.answer(410);
  const other = await device();
  await other.start();
  await world.until('failed', async () => (await log())[0]?.state === 'failed');
  const third = await device();
  await third.start();
  const state = async () =>
    (await world.api<{ state: string; pausedBecause: string }>('GET', `/api/v1/event-sinks/${id}`)).body;
  await world.until('paused', async () => (await state()).state === 'paused');
  expect(await state()).toMatchObject({ pausedBecause: 'gone' });
  // What waited comes when somebody resumes it.
  await world.api('PATCH', `/api/v1/event-sinks/${id}`, { paused: false });
  await world.until('the third', async () => receiver.events().some(({ data }) => data.sim_iccid === third.iccid));
});

it('gathers what comes together, in its order, in bounded batches', async () => {
  await sink(['data-session.updated']);
  const sim = await device();
  await sim.start();
  const from = Date.now();
  for (let i = 1; i <= 450; i += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, j) =>
        sim.update(BigInt(i + j) * 10n, 0n, { eventTime: new Date(from + (i + j) * 1000) }),
      ),
    );
  }
  const total = () => receiver.events().reduce((sum, { data }) => sum + data.data_total, 0);
  await world.until('all bytes', async () => total() === 4_500);
  const sizes = receiver.requests.map(({ body }) => (JSON.parse(body) as Told[]).length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  expect(sizes.length).toBeLessThan(30);
  for (const { body } of receiver.requests) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(98_304);
  const totals = receiver.events().map(({ data }) => data.data_session_data_total);
  expect(totals).toEqual([...totals].sort((a, b) => a - b));
  expect(new Set(receiver.events().map(({ id }) => id)).size).toBe(totals.length);
});

it('keeps the sinks of a company to its SIMs and its staff', async () => {
  const company = await tenancy.createCompany(world.ctx(), { name: 'Ours', currency: 'EUR' });
  const { text: key } = await tenancy.createApiKey(world.ctx(), {
    name: 'c',
    permissions: ['*'],
    companyId: company.id,
  });
  const asCompany = { authorization: `Bearer ${key}` };
  const token = await tenancy.authTokenOf(world.ctx(), company.id);
  const made = await world.api<{ id: string; company: string }>(
    'POST',
    '/api/v1/event-sinks',
    { url: receiver.url, types: every },
    asCompany,
  );
  expect(made).toMatchObject({ status: 201, body: { company: publicId('company', company.id) } });
  const organization = await sink();
  const hidden = await world.api('GET', `/api/v1/event-sinks/${organization}`, undefined, asCompany);
  expect(hidden.status).toBe(404);
  const own = await world.api<{ items: unknown[] }>('GET', '/api/v1/event-sinks', undefined, asCompany);
  expect(own.body.items).toHaveLength(1);
  await (await device()).start();
  const theirs = await device({ companyId: company.id });
  await theirs.start();
  // The organization hears of both, the company of its own; each by its own token.
  await count(3);
  const of = (signedBy: string) =>
    receiver.requests
      .filter(({ url, signature, body }) => twilio.validateRequestWithBody(signedBy, signature, url, body))
      .flatMap(({ body }) => JSON.parse(body) as Told[]);
  expect(of(token!).map(({ data }) => data.sim_iccid)).toEqual([theirs.iccid]);
  expect(of(world.authToken)).toHaveLength(2);
  const seen = await world.api<{ items: { iccid: string }[] }>(
    'GET',
    '/api/v1/connection-events',
    undefined,
    asCompany,
  );
  expect(seen.body.items.map(({ iccid }) => iccid)).toEqual([theirs.iccid]);
});

it('sends a test event', async () => {
  const id = await sink(['attachment.accepted']);
  const { status, body } = await world.api<{ delivery: string }>('POST', `/api/v1/event-sinks/${id}/test`);
  expect(status).toBe(200);
  const [event] = await count(1);
  expect(event).toMatchObject({ type: 'com.twilio.eventstreams.test-event', data: { test_id: expect.any(String) } });
  const [{ url, signature, body: sent }] = receiver.requests as [(typeof receiver.requests)[number]];
  expect(twilio.validateRequestWithBody(world.authToken, signature, url, sent)).toBe(true);
  await world.until(
    'logged',
    async () =>
      (await world.api<{ state: string }>('GET', `/api/v1/deliveries/${body.delivery}`)).body.state === 'delivered',
  );
});

it('keeps a week of events, and waits as long for a sink that cannot be reached', async () => {
  const id = await sink();
  const rows = async (table: string) =>
    (await world.owner.pool.query(`select count(*)::int as n from ${table}`)).rows[0].n as number;
  const sim = await device();
  await sim.start();
  await count(1);
  expect(await connections.sweepEvents(world.ctx)).toBe(0);
  await world.api('PATCH', `/api/v1/event-sinks/${id}`, { url: 'http://127.0.0.1:9/' });
  await sim.update(1n, 1n);
  await sim.attach();
  await world.advance({ days: 8 });
  // A receiver that is away gets no more than its first batch at once; what is left is forgotten with its event.
  expect(await connections.sweepEvents(world.ctx)).toBeGreaterThan(0);
  expect([await rows('connection_events'), await rows('event_sink_queue')]).toEqual([0, 0]);
});
