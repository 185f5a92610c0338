import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as carriers from '../src/carriers/index.ts';
import * as inventory from '../src/inventory/index.ts';
import { parsePublicId, publicId } from '../src/kit/ids.ts';
import { roster } from '../src/simulated/index.ts';
import * as tenancy from '../src/tenancy/index.ts';
import { openWorld, type World } from './world.ts';

/** docs/journeys/19-text-to-a-sim.md: what telecoms hand in over HTTP. */
let world: World;
let fleet: string;
let sim: { id: string; iccid: string; imsi: string; msisdn: string };

type Result = { outcome: string; command: string | null; reason: string | null; code: string | null; field: string };
type Taken = { counts: Record<string, number>; results: Result[] };
type Unplaced = { id: string; key: string; kind: string; about: string; reason: string; state: string; detail: string };
type Sms = { id: string; payload: string; status: string; direction: string; failure: string | null; sim: object };
type List<T> = { items: T[]; nextCursor: string | null };

const path = () => `/api/v1/telecoms/${publicId('telecom', world.telecom.id)}/messages`;
const handIn = async (...messages: unknown[]) => (await world.api<Taken>('POST', path(), { messages })).body;
const outcomes = ({ results }: Taken) => results.map(({ outcome }) => outcome);
const unplaced = async (query = '') =>
  (await world.api<List<Unplaced>>('GET', `/api/v1/unplaced-messages${query}`)).body.items;
const texts = async (query = '') => (await world.api<List<Sms>>('GET', `/api/v1/sms-commands${query}`)).body;
const text = (key: string, more: object = {}) => ({ key, kind: 'text', imsi: sim.imsi, text: `text ${key}`, ...more });

beforeAll(async () => {
  world = await openWorld();
  await carriers.updateTelecom(world.ctx(), world.telecom.id, { messages: 'loopback' });
  const made = await world.api<{ id: string }>('POST', '/api/v1/fleets', {
    uniqueName: 'texting',
    networkAccessProfile: publicId('network_access_profile', world.profile.id),
    dataLimitMb: '5',
  });
  fleet = made.body.id;
  sim = await inService();
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

async function inService() {
  const [card] = await world.stock(1);
  const registered = await world.api<{ id: string }>('POST', '/api/v1/sims/registrations', {
    iccid: card!.iccid,
    registrationCode: card!.registrationCode,
  });
  const { id } = registered.body;
  await world.api('PATCH', `/api/v1/sims/${id}`, { fleet });
  await world.api('POST', `/api/v1/sims/${id}/status`, { status: 'active' });
  const { body } = await world.api<{ msisdn: string }>('GET', `/api/v1/sims/${id}`);
  return { id, iccid: card!.iccid, imsi: card!.imsi, msisdn: body.msisdn };
}

describe('texts from devices', () => {
  it('are placed by any name of their SIM, once for each key, and charged as usage', async () => {
    const messages = [
      text('a'),
      { ...text('b'), imsi: undefined, msisdn: `+${sim.msisdn}` },
      { ...text('c'), imsi: undefined, iccid: sim.iccid },
      { ...text('d'), imsi: undefined, sim: sim.id, text: 'Grüße\nzwei Zeilen' },
      text('a'),
    ];
    const first = await handIn(...messages);
    expect(outcomes(first)).toEqual(['received', 'received', 'received', 'received', 'repeated']);
    expect(first.counts).toMatchObject({ received: 4, repeated: 1, kept: 0 });
    expect(first.results[4]!.command).toBe(first.results[0]!.command);
    const again = await handIn(...messages);
    expect(outcomes(again)).toEqual(Array(5).fill('repeated'));
    expect(again.results.map(({ command }) => command)).toEqual(first.results.map(({ command }) => command));
    const { items } = await texts(`?sim=${sim.id}`);
    expect(items.map(({ payload }) => payload).sort()).toEqual(['Grüße\nzwei Zeilen', 'text a', 'text b', 'text c']);
    expect(items[0]).toMatchObject({ direction: 'from_sim', status: 'received', sim: { iccid: sim.iccid } });
    await world.until('four messages charged', async () => {
      const { body } = await world.api<List<{ service: string }>>('GET', `/api/v1/sims/${sim.id}/usage-records`);
      return body.items.filter(({ service }) => service === 'sms').length === 4;
    });
  });

  it('that come at once from two sides are there once', async () => {
    const messages = Array.from({ length: 50 }, (_, i) => text(`twice ${i}`));
    const both = await Promise.all([handIn(...messages), handIn(...[...messages].reverse())]);
    const counted = both.flatMap(outcomes);
    expect(counted.filter((outcome) => outcome === 'received')).toHaveLength(50);
    expect(counted.filter((outcome) => outcome === 'repeated')).toHaveLength(50);
  });

  it('count when the device sent them, and never later than now', async () => {
    const other = await inService();
    const at = new Date(Date.now() - 3_600_000).toISOString();
    const ahead = new Date(Date.now() + 86_400_000).toISOString();
    await handIn(
      text('early', { imsi: other.imsi, occurredAt: at }),
      text('ahead', { imsi: other.imsi, occurredAt: ahead }),
    );
    const records = await world.until('both told to charging', async () => {
      const url = `/api/v1/unrated?sim=${other.id}`;
      const waiting = (await world.api<List<{ occurredAt: string }>>('GET', url)).body.items;
      const charged = await world.api<List<{ occurredAt: string }>>('GET', `/api/v1/sims/${other.id}/usage-records`);
      const all = [...waiting, ...charged.body.items];
      return all.length === 2 && all;
    });
    const times = records.map(({ occurredAt }) => Date.parse(occurredAt)).sort();
    expect(times[0]).toBe(Date.parse(at));
    expect(times[1]! <= Date.now()).toBe(true);
  });

  it('of an unknown SIM are kept, and placed when it is there: by hand, or told again', async () => {
    const [card] = roster('not in stock yet', 1);
    const [one, two, three] = ['k1', 'k2', 'k3'].map((key) => text(key, { imsi: card!.imsi, text: `late ${key}` }));
    const kept = await handIn(one, two, three);
    expect(kept.results).toMatchObject(Array(3).fill({ outcome: 'kept', reason: 'unknown_sim', command: null }));
    expect(outcomes(await handIn(one))).toEqual(['kept']);
    const rows = await unplaced(`?search=${card!.imsi.slice(3)}`);
    expect(rows.map(({ key }) => key).sort()).toEqual(['k1', 'k2', 'k3']);
    expect(rows[0]).toMatchObject({ kind: 'text', about: card!.imsi, reason: 'unknown_sim', state: 'open' });
    const idOf = (key: string) => rows.find((row) => row.key === key)!.id;
    const replay = (body: object) =>
      world.api<{ placed: number; kept: number }>('POST', '/api/v1/unplaced-messages/replay', body);
    expect((await replay({ ids: rows.map(({ id }) => id) })).body).toEqual({ placed: 0, kept: 3 });

    const dismissed = await world.api('POST', '/api/v1/unplaced-messages/dismiss', { ids: [idOf('k3')] });
    expect(dismissed.body).toEqual({ dismissed: 1 });
    const { iccid, imsi, msisdn } = card!;
    await inventory.addSims(world.ctx(), [
      {
        ...{ telecomId: world.telecom.id, iccid, imsi, msisdn },
        ...{ iccidCheckDigit: 'ok', eid: null, form: 'physical' },
      },
    ]);
    expect((await replay({ ids: [idOf('k1'), idOf('k3')] })).body).toEqual({ placed: 1, kept: 0 });
    // The telecom tells all three again: one is placed already, one now, and one is a person's decision.
    const again = await handIn(one, two, three);
    expect(outcomes(again)).toEqual(['repeated', 'received', 'repeated']);
    expect(again.results.map(({ command }) => command !== null)).toEqual([true, true, false]);
    const ended = await unplaced(`?search=${card!.imsi}&state=placed,dismissed`);
    expect(ended.map(({ key, state }) => [key, state]).sort()).toEqual([
      ['k1', 'placed'],
      ['k2', 'placed'],
      ['k3', 'dismissed'],
    ]);
    expect((await texts('?search=late k')).items.map(({ payload }) => payload).sort()).toEqual(['late k1', 'late k2']);
  });

  it('that are wrong do not stop the others, and are kept with what was wrong', async () => {
    const taken = await handIn(
      text('w1', { text: 'x'.repeat(161) }),
      text('w2', { text: 'price 5 €' }),
      text('w3', { msisdn: '491234' }),
      text('w4', { extra: 1 }),
      { ...text('w5'), 'odd\u0000name': 1 },
      'no message',
      { kind: 'photo', key: 'w6' },
      text('w7', { key: '' }),
      text('w8'),
      text('w8', { text: 'another' }),
      text('a', { text: 'not the text of before' }),
    );
    expect(taken.results).toMatchObject([
      { outcome: 'kept', reason: 'not_one_message' },
      { outcome: 'kept', reason: 'not_one_message' },
      { outcome: 'rejected', code: 'message.sim', field: 'sim' },
      { outcome: 'rejected', code: 'message.invalid', field: 'extra' },
      { outcome: 'rejected', code: 'message.invalid' },
      { outcome: 'rejected', key: '' },
      { outcome: 'rejected', field: 'kind' },
      { outcome: 'rejected', field: 'key' },
      { outcome: 'received' },
      { outcome: 'conflict', code: 'message.key_used', field: 'key' },
      { outcome: 'conflict', reason: 'key_used' },
    ]);
    const rows = await unplaced('?limit=200');
    expect(rows.filter(({ reason }) => reason === 'unreadable')).toHaveLength(6);
    expect(rows.filter(({ reason }) => reason === 'key_used')).toHaveLength(2);
    // A text under another's key is a text all the same: whoever looks at it may place it.
    const ids = rows.filter(({ reason }) => reason === 'key_used').map(({ id }) => id);
    const placed = await world.api('POST', '/api/v1/unplaced-messages/replay', { ids });
    expect(placed.body).toEqual({ placed: 2, kept: 0 });
    expect((await texts('?search=not the text of')).items).toHaveLength(1);
    const unread = await world.api('POST', '/api/v1/unplaced-messages/replay', { reason: 'unreadable' });
    expect(unread.body).toEqual({ placed: 0, kept: 6 });
  });

  it('come only from who may hand them in, to a telecom that is there, in bounded batches', async () => {
    const url = `${world.url}${path()}`;
    const body = JSON.stringify({ messages: [text('z')] });
    const as = async (authorization: string | null, sent = body) => {
      const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
      return (await fetch(url, { method: 'POST', headers, body: sent })).status;
    };
    const key = async (permissions: string[], companyId?: string) =>
      `Bearer ${(await tenancy.createApiKey(world.ctx(), { name: 'k', permissions, ...(companyId && { companyId }) })).text}`;
    const company = await tenancy.createCompany(world.ctx(), { name: 'C', email: 'c@c.example', currency: 'EUR' });
    expect(await as(null)).toBe(401);
    expect(await as(await key(['commands.sms.send', 'commands.sms.view']))).toBe(403);
    expect(await as(await key(['commands.sms.receive'], company.id))).toBe(403);
    const right = await key(['commands.sms.receive']);
    expect(await as(right)).toBe(200);
    expect(await as(right, JSON.stringify({ messages: [] }))).toBe(400);
    expect(await as(right, JSON.stringify({ messages: Array(1001).fill(text('z')) }))).toBe(400);
    const nowhere = `/api/v1/telecoms/tel_${'0'.repeat(32)}/messages`;
    expect((await world.api('POST', nowhere, { messages: [text('z')] })).status).toBe(404);
  });

  it('of a SIM of another telecom are unknown here', async () => {
    const { body } = await world.api<{ id: string }>('POST', '/api/v1/telecoms', {
      name: 'Elsewhere',
      connector: 'none',
    });
    const elsewhere = `/api/v1/telecoms/${body.id}/messages`;
    const messages = [
      text('e1'),
      text('e2', { imsi: undefined, sim: sim.id }),
      text('e3', { imsi: undefined, iccid: sim.iccid }),
    ];
    const taken = (await world.api<Taken>('POST', elsewhere, { messages })).body;
    expect(taken.results).toMatchObject(Array(3).fill({ outcome: 'kept', reason: 'unknown_sim' }));
    const here = await unplaced(`?telecom=${body.id}`);
    expect(here).toHaveLength(3);
  });
});

describe('delivery reports', () => {
  const send = async (payload: string, to = sim.id) => {
    const { status, body } = await world.api<Sms>('POST', '/api/v1/sms-commands', { sim: to, payload });
    expect(status).toBe(201);
    await world.until('it is sent', async () => (await one(body.id)).status === 'sent');
    return body.id;
  };
  const one = async (id: string) => (await world.api<Sms>('GET', `/api/v1/sms-commands/${id}`)).body;
  const report = (key: string, more: object) => ({ key, kind: 'report', status: 'delivered', ...more });

  it('end the text that they tell of, once', async () => {
    const [good, bad] = [await send('good'), await send('bad')];
    const messages = [
      report('r1', { command: good }),
      report('r2', { command: bad, status: 'failed', reason: 'switched off' }),
      report('r3', { command: bad }),
    ];
    expect(outcomes(await handIn(...messages))).toEqual(['reported', 'reported', 'repeated']);
    expect(outcomes(await handIn(...messages))).toEqual(['repeated', 'repeated', 'repeated']);
    expect(await one(good)).toMatchObject({ status: 'delivered', failure: null });
    expect(await one(bad)).toMatchObject({ status: 'failed', failure: 'switched off' });
    expect((await texts('?status=failed')).items.map(({ id }) => id)).toContain(bad);
  });

  it('of a text that nobody sent are kept; one that comes before its reference is placed by it', async () => {
    const nobody = `sms_${'0'.repeat(32)}`;
    const [from] = (await texts(`?sim=${sim.id}&direction=from_sim`)).items;
    const taken = await handIn(
      report('u1', { command: nobody }),
      report('u2', { reference: 'smsc-77' }),
      report('u3', { command: from!.id }),
      report('u4', { command: nobody, reference: 'smsc-77' }),
    );
    expect(taken.results).toMatchObject([
      { outcome: 'kept', reason: 'unknown_text' },
      { outcome: 'kept', reason: 'unknown_text' },
      { outcome: 'kept', reason: 'unknown_text' },
      { outcome: 'rejected', code: 'message.command' },
    ]);
    const [row] = await unplaced('?search=smsc-77');
    expect(row).toMatchObject({ kind: 'report', about: 'smsc-77', state: 'open' });
    const id = await send('with a reference');
    await world.owner.pool.query('update sms_commands set carrier_reference = $1 where id = $2', [
      'smsc-77',
      parsePublicId('sms_command', id),
    ]);
    expect(outcomes(await handIn(report('u2', { reference: 'smsc-77' })))).toEqual(['reported']);
    expect(await one(id)).toMatchObject({ status: 'delivered' });
    expect(await unplaced('?search=smsc-77')).toEqual([]);
  });
});

describe('the list', () => {
  it('is filtered, searched and paged by key, and exported as it is', async () => {
    const other = await inService();
    for (const n of [1, 2, 3]) {
      await world.api('POST', '/api/v1/sms-commands', { sim: other.id, payload: `Reading ${n} of 50%_` });
    }
    await handIn(text('l1', { imsi: other.imsi, text: 'READING 4' }));
    const found = await texts('?search=reading&limit=3');
    expect(found.items.map(({ payload }) => payload)).toEqual(['READING 4', 'Reading 3 of 50%_', 'Reading 2 of 50%_']);
    const rest = await texts(`?search=reading&limit=3&cursor=${found.nextCursor}`);
    expect(rest).toMatchObject({ items: [{ payload: 'Reading 1 of 50%_' }], nextCursor: null });
    expect((await texts('?search=0%25_')).items).toHaveLength(3);
    expect((await texts(`?search=${other.iccid.slice(4)}`)).items).toHaveLength(4);
    expect((await texts(`?search=reading&direction=from_sim`)).items).toHaveLength(1);
    expect((await texts(`?sim=${other.id}&direction=to_sim`)).items).toHaveLength(3);
    expect((await texts(`?search=reading&status=received&direction=to_sim`)).items).toHaveLength(0);
    const file = await fetch(`${world.url}/api/v1/sms-commands.csv?sim=${other.id}&columns=iccid,text,status`, {
      headers: { authorization: `Bearer ${world.apiKey}` },
    });
    const lines = (await file.text()).trim().split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[1]).toBe(`${other.iccid},READING 4,received`);
  });

  it('refuses what cannot be sent, naming the field', async () => {
    const send = (body: object) => world.api<{ error: object }>('POST', '/api/v1/sms-commands', body);
    const refused = async (body: object) => {
      const answer = await send(body);
      return [answer.status, answer.body.error];
    };
    expect(await refused({ sim: sim.id, payload: '5 €' })).toMatchObject([
      400,
      { code: 'sms_command.payload_invalid', field: 'body.payload' },
    ]);
    expect(await refused({ sim: sim.id, payload: 'x'.repeat(161) })).toMatchObject([400, { field: 'body.payload' }]);
    expect(await refused({ sim: sim.id, payload: 'x', callbackUrl: 'ftp://x' })).toMatchObject([
      400,
      { field: 'body.callbackUrl' },
    ]);
    expect(await refused({ sim: `sim_${'0'.repeat(32)}`, payload: 'x' })).toMatchObject([
      404,
      { code: 'sim.not_found' },
    ]);
    const [blank] = await world.stock(1);
    expect(await refused({ sim: publicId('sim', blank!.id), payload: 'x' })).toMatchObject([
      409,
      { code: 'sms_command.sim_not_in_use' },
    ]);
  });

  it('shows a company its own alone', async () => {
    const company = await tenancy.createCompany(world.ctx(), { name: 'Own', email: 'o@o.example', currency: 'EUR' });
    const key = await tenancy.createApiKey(world.ctx(), { name: 'o', permissions: ['*'], companyId: company.id });
    const as = { authorization: `Bearer ${key.text}` };
    const own = await world.api<List<Sms>>('GET', '/api/v1/sms-commands?search=reading', undefined, as);
    expect(own.body.items).toEqual([]);
    const { items } = await texts('?limit=1');
    expect((await world.api('GET', `/api/v1/sms-commands/${items[0]!.id}`, undefined, as)).status).toBe(404);
    expect((await world.api('GET', '/api/v1/unplaced-messages', undefined, as)).status).toBe(403);
  });
});
