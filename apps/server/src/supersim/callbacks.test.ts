import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as deliveries from '../deliveries/index.ts';
import { atomically, sql } from '../kit/db.ts';
import { seal } from '../kit/seal.ts';
import { signDelivery, simSettled, smsTold } from './index.ts';
import { parseSid } from './sids.ts';
import { callbackTo, signatureOf, urlForBody } from './signature.ts';
import { openWorld, type TestAccount, type World } from './testing.ts';

let world: World;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
beforeAll(async () => {
  world = await openWorld();
  receiver = await openReceiver();
});
afterAll(async () => {
  await receiver.close();
  await world.close();
});
beforeEach(() => receiver.reset());

type Received = { method: string; url: string; signature: string; body: string };

/** Somebody's server: keeps what it is sent, and answers as it is told. */
async function openReceiver() {
  const received: Received[] = [];
  let answer: number[] = [];
  const server: Server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { method = '', headers } = request;
    const url = `http://${headers.host}${request.url}`;
    received.push({ method, url, signature: String(headers['x-twilio-signature']), body: `${Buffer.concat(parts)}` });
    response.writeHead(answer.shift() ?? 204, { 'content-type': 'text/plain' }).end('noted');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    received,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reset(...statuses: number[]) {
      received.length = 0;
      answer = statuses;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const lab = deliveries.openGuard(['127.0.0.1']);
const sending = async (account: TestAccount, guard = lab) => {
  const sender = deliveries.openSender({ guard, sign: signDelivery });
  const taken = await sender.sendDue(world.deps.runtime, account.organization);
  await sender.settle();
  return taken;
};

/** An account whose auth token the product has, as it has every real one. */
async function account(label: string): Promise<TestAccount> {
  const made = await world.organization(label);
  const sealed = seal(made.ctx, 'account.auth_token', made.token);
  await world.query(sql`update organizations set auth_token_sealed = ${sealed} where id = ${made.id}`);
  return made;
}

/** A SIM whose carrier has not done yet what an update asked for. */
async function scheduled(of: TestAccount, callback: string, name = 'meter 1') {
  const [sim] = await world.stock(of, 'simulated', 1);
  const client = world.client(of);
  await client.sims.create({ iccid: sim!.iccid, registrationCode: sim!.code });
  const profile = await client.networkAccessProfiles.create({});
  const fleet = await client.fleets.create({ networkAccessProfile: profile.sid });
  const body = `Status=active&UniqueName=${encodeURIComponent(name)}&Fleet=${fleet.sid}&${callback}`;
  const { status } = await world.call(of, 'POST', `/v1/Sims/${sim!.sid}`, body);
  expect(status).toBe(202);
  return { ...sim!, fleet: fleet.sid };
}

const settle = (of: TestAccount, id: string, failed = false) =>
  atomically({ ...of.ctx, now: world.now() }, async (ctx) => {
    await world.query(
      sql`update carrier_operations set state = ${failed ? 'failed' : 'done'}, ended_at = ${world.now()} where line_id = ${id}`,
    );
    await simSettled(ctx, id, failed);
  });

describe('the callback of an update', () => {
  it('comes when the carrier is done, as a form that the SDK accepts as ours', async () => {
    const of = await account('form');
    const sim = await scheduled(of, `CallbackUrl=${encodeURIComponent(`${receiver.url}/in?for=sims`)}`);
    expect(await sending(of)).toBe(0);
    await settle(of, sim.id);
    expect(await sending(of)).toBe(1);
    const [got] = receiver.received;
    expect([receiver.received.length, got!.method, got!.url]).toEqual([1, 'POST', `${receiver.url}/in?for=sims`]);
    const told = Object.fromEntries(new URLSearchParams(got!.body));
    expect(told).toEqual({
      ...{ AccountSid: of.sid, ApiVersion: 'v1', SimSid: sim.sid, SimIccid: sim.iccid, SimUniqueName: 'meter 1' },
      ...{ Status: 'active', FleetSid: sim.fleet },
    });
    expect(twilio.validateRequest(of.token, got!.signature, got!.url, told)).toBe(true);
    expect(twilio.validateRequest('0'.repeat(32), got!.signature, got!.url, told)).toBe(false);
    // Once, whatever else happens to the SIM.
    await settle(of, sim.id);
    expect(await sending(of)).toBe(0);
  });

  it('comes in the query by GET, and says why an update failed', async () => {
    const of = await account('query');
    const sim = await scheduled(of, `CallbackUrl=${encodeURIComponent(receiver.url)}&CallbackMethod=GET`);
    await settle(of, sim.id, true);
    await sending(of);
    const [got] = receiver.received;
    expect([got!.method, got!.body]).toEqual(['GET', '']);
    expect(new URL(got!.url).searchParams.get('ErrorCode')).toBe('83004');
    expect(twilio.validateRequest(of.token, got!.signature, got!.url, {})).toBe(true);
  });

  it('does not wait behind one whose receiver does not answer', async () => {
    const of = await account('slow');
    const held: (() => void)[] = [];
    const silent = createServer((_request, response) => held.push(() => response.writeHead(204).end()));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const sender = deliveries.openSender({ guard: lab, sign: signDelivery });
    const send = () => sender.sendDue(world.deps.runtime, of.organization);
    try {
      const first = await scheduled(of, `CallbackUrl=http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
      await settle(of, first.id);
      expect(await send()).toBe(1);
      await expect.poll(() => held.length).toBe(1);
      const second = await scheduled(of, `CallbackUrl=${encodeURIComponent(receiver.url)}`, 'meter 2');
      await settle(of, second.id);
      expect(await send()).toBe(1);
      await expect.poll(() => receiver.received.length).toBe(1);
      expect(held).toHaveLength(1);
    } finally {
      for (const answer of held) answer();
      await sender.settle();
      silent.close();
    }
  });

  it('is sent again until somebody answers, and logged', async () => {
    const of = await account('again');
    const sim = await scheduled(of, `CallbackUrl=${encodeURIComponent(receiver.url)}`);
    await settle(of, sim.id);
    receiver.reset(500, 302);
    await sending(of);
    expect(await sending(of)).toBe(0);
    world.setNow(new Date(world.now().getTime() + 10_000).toISOString());
    await sending(of);
    world.setNow(new Date(world.now().getTime() + 60_000).toISOString());
    await sending(of);
    expect(receiver.received).toHaveLength(3);
    const [delivery] = await deliveries.listDeliveries(of.ctx, { aboutId: sim.id }, { limit: 2 });
    expect(delivery).toMatchObject({
      state: 'delivered',
      attempts: 3,
      lastStatus: 204,
      about: { type: 'sim', id: sim.id },
    });
    const { tries } = await deliveries.getDelivery(of.ctx, delivery!.id);
    expect(tries.map(({ status }) => status)).toEqual([204, 302, 500]);
    // Asked for once more, it comes once more.
    await deliveries.redeliver(of.ctx, delivery!.id);
    await expect(deliveries.redeliver(of.ctx, delivery!.id)).rejects.toMatchObject({ code: 'delivery.waiting' });
    await sending(of);
    expect(receiver.received).toHaveLength(4);
  });

  it('calls nobody inside', async () => {
    const of = await account('inside');
    const sim = await scheduled(of, `CallbackUrl=${encodeURIComponent(receiver.url)}`);
    await settle(of, sim.id);
    await sending(of, deliveries.openGuard([]));
    expect(receiver.received).toEqual([]);
    const [delivery] = await deliveries.listDeliveries(of.ctx, {}, { limit: 1 });
    expect(delivery).toMatchObject({ state: 'failed', attempts: 1, lastAnswer: 'The address 127.0.0.1 is private.' });
  });

  it('does not come for what is done at once', async () => {
    const of = await account('at once');
    const [sim] = await world.stock(of, 'radius', 1);
    await world.client(of).sims.create({ iccid: sim!.iccid, registrationCode: sim!.code });
    const body = `UniqueName=x&CallbackUrl=${encodeURIComponent(receiver.url)}`;
    expect((await world.call(of, 'POST', `/v1/Sims/${sim!.sid}`, body)).status).toBe(200);
    await settle(of, sim!.id);
    expect(await sending(of)).toBe(0);
  });
});

describe('signatures', () => {
  it('are those of the SDK for a body of JSON', () => {
    const body = JSON.stringify([{ a: 'ü' }]);
    const url = urlForBody('https://example.com/sink?x=1', body);
    const signature = signatureOf('12345', { url, contentType: 'application/json', body });
    expect(twilio.validateRequestWithBody('12345', signature, url, body)).toBe(true);
    expect(twilio.validateRequestWithBody('12345', signature, url, `${body} `)).toBe(false);
  });

  it('are those of the SDK for repeated and empty parameters', () => {
    const target = { method: 'POST', url: 'https://example.com/in' } as const;
    const { url, contentType } = callbackTo(target, {});
    const body = 'B=2&A=&B=1&B=2&%C3%BC=%20';
    const params = { B: ['2', '1', '2'], A: '', ü: ' ' };
    expect(twilio.validateRequest('12345', signatureOf('12345', { url, contentType, body }), url, params)).toBe(true);
  });
});

describe('the callback of a text', () => {
  it('tells each step, also when the text is further by the time of the telling', async () => {
    const of = await account('steps');
    const [card] = await world.stock(of, 'radius', 1);
    const client = world.client(of);
    await client.sims.create({ iccid: card!.iccid, registrationCode: card!.code });
    const profile = await client.networkAccessProfiles.create({});
    const fleet = await client.fleets.create({ networkAccessProfile: profile.sid });
    await client.sims(card!.sid).update({ fleet: fleet.sid, status: 'ready' });
    const { sid } = await client.smsCommands.create({ sim: card!.sid, payload: 'hi', callbackUrl: receiver.url });
    const id = parseSid('sms_command', sid)!;
    await world.query(sql`update sms_commands set status = 'delivered', next_attempt_at = null where id = ${id}`);
    for (const status of ['sent', 'delivered'] as const) {
      await atomically({ ...of.ctx, now: world.now() }, (ctx) => smsTold(ctx, id, status));
    }
    expect(await sending(of)).toBe(2);
    const told = receiver.received.map(({ body }) => new URLSearchParams(body).get('Status'));
    expect(told.sort()).toEqual(['delivered', 'sent']);
  });
});
