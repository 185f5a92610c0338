import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as carriers from '../src/carriers/index.ts';
import { publicId } from '../src/kit/ids.ts';
import { superSim } from './supersim/sdk.ts';
import { openWorld, type World } from './world.ts';

/** docs/journeys/19-text-to-a-sim.md, by the SDK, with every loop of the product running. */
let world: World;
const received: { url: string; signature: string; body: Record<string, string> }[] = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  received.push({
    url: `http://${request.headers.host}${request.url}`,
    signature: String(request.headers['x-twilio-signature']),
    body: Object.fromEntries(new URLSearchParams(body)),
  });
  response.writeHead(204).end();
});
let target: string;

beforeAll(async () => {
  world = await openWorld();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await carriers.updateTelecom(world.ctx(), world.telecom.id, { messages: 'loopback' });
});
afterAll(async () => {
  server.close();
  expect(await world.drift()).toEqual([]);
  await world.close();
});

function sdk() {
  return superSim(world.url, world);
}

const until = <T>(look: () => Promise<T | undefined | false>) => world.until('it to come about', look);

/** What a telecom hands in, at the door that its message centre knows. */
async function handIn(...messages: object[]) {
  const url = `/api/v1/telecoms/${publicId('telecom', world.telecom.id)}/messages`;
  const { status, body } = await world.api<{ results: { outcome: string; command: string | null }[] }>('POST', url, {
    messages,
  });
  expect(status).toBe(200);
  return body.results;
}
const simOf = (sid: string) => `sim_${sid.slice(2)}`;

async function readySim(fleet: { smsCommandsUrl?: string; smsCommandsEnabled?: boolean } = {}) {
  const [card] = await world.stock(1);
  const profile = await sdk().networkAccessProfiles.create({});
  const { sid } = await sdk().fleets.create({ networkAccessProfile: profile.sid, ...fleet });
  const sim = await sdk().sims.create({ iccid: card!.iccid, registrationCode: card!.registrationCode });
  return sdk().sims(sim.sid).update({ status: 'ready', fleet: sid });
}

it('sends text, tells what became of it, and the fifth makes a ready SIM active with its fee', async () => {
  const sim = await readySim();
  const sent = [];
  for (let i = 1; i <= 4; i++) {
    sent.push(await sdk().smsCommands.create({ sim: sim.sid, payload: `ping ${i}`, callbackUrl: `${target}/told` }));
  }
  expect(sent[0]).toMatchObject({ status: 'queued', direction: 'to_sim', payload: 'ping 1', simSid: sim.sid });
  await until(async () => received.length >= 4);
  const got = received.find(({ body }) => body.Payload === 'ping 1')!;
  expect(got.body).toMatchObject({ SmsCommandSid: sent[0]!.sid, Status: 'sent', Direction: 'to_sim', SimSid: sim.sid });
  expect(twilio.validateRequest(world.authToken, got.signature, got.url, got.body)).toBe(true);
  expect((await sdk().sims(sim.sid).fetch()).status).toBe('ready');

  // The fifth comes from the device; told twice it counts once.
  const incoming = { key: 'smsc 1', kind: 'text', sim: simOf(sim.sid), text: 'pong' };
  expect(await handIn(incoming)).toMatchObject([{ outcome: 'received' }]);
  expect(await handIn(incoming, incoming)).toMatchObject([{ outcome: 'repeated' }, { outcome: 'repeated' }]);
  expect((await sdk().sims(sim.sid).fetch()).status).toBe('active');
  const [period] = await sdk().sims(sim.sid).billingPeriods.list();
  expect(period!.periodType).toBe('active');

  const ofSim = await sdk().smsCommands.list({ sim: sim.sid });
  expect(ofSim).toHaveLength(5);
  expect(await sdk().smsCommands.list({ sim: sim.sid, direction: 'from_sim' })).toMatchObject([
    { status: 'received', payload: 'pong' },
  ]);
  expect(await sdk().smsCommands.list({ status: 'sent', pageSize: 2, limit: 10 })).toHaveLength(4);
  expect(await sdk().smsCommands(ofSim[0]!.sid).fetch()).toMatchObject({ payload: 'pong' });

  // What was used is usage, free by the rate of the default plan.
  const records = await until(async () => {
    const { body } = await world.api<{ items: { service: string; charge: string }[] }>(
      'GET',
      `/api/v1/sims/sim_${sim.sid.slice(2)}/usage-records`,
    );
    return body.items.length === 5 && body.items;
  });
  expect(new Set(records.map(({ service, charge }) => `${service} ${charge}`))).toEqual(new Set(['sms 0.00']));
});

it('tells a text from a device to the address of its fleet', async () => {
  received.length = 0;
  const sim = await readySim({ smsCommandsUrl: `${target}/fleet` });
  await handIn({ key: 'smsc 2', kind: 'text', sim: simOf(sim.sid), text: 'hello ü' });
  await until(async () => received.length > 0);
  expect(received[0]!.body).toMatchObject({ Payload: 'hello ü', Status: 'received', Direction: 'from_sim' });
  expect(twilio.validateRequest(world.authToken, received[0]!.signature, received[0]!.url, received[0]!.body)).toBe(
    true,
  );
});

it('refuses what cannot be sent, by the codes of the API', async () => {
  const sim = await readySim({ smsCommandsEnabled: false });
  const refused = (promise: Promise<unknown>) =>
    promise.then(
      () => null,
      (error) => [error.status, error.code],
    );
  expect(await refused(sdk().smsCommands.create({ sim: sim.sid, payload: 'x' }))).toEqual([400, 20001]);
  expect(await refused(sdk().smsCommands.create({ sim: 'nobody', payload: 'x' }))).toEqual([404, 83005]);
  expect(await refused(sdk().smsCommands.create({ sim: sim.sid, payload: 'x'.repeat(161) }))).toEqual([400, 20001]);
  expect(await refused(sdk().smsCommands.create({ sim: sim.sid, payload: '😀' }))).toEqual([400, 20001]);
  expect(
    await refused(
      sdk()
        .smsCommands(`HC${'0'.repeat(32)}`)
        .fetch(),
    ),
  ).toEqual([404, 20404]);
});

it('says of a telecom without a message centre that it carries none', async () => {
  await carriers.updateTelecom(world.ctx(), world.telecom.id, { messages: 'none' });
  const sim = await readySim();
  const { sid } = await sdk().smsCommands.create({ sim: sim.sid, payload: 'x' });
  await until(async () => (await sdk().smsCommands(sid).fetch()).status === 'failed');
});
