import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as inventory from '../src/inventory/index.ts';
import { atomically, reading } from '../src/kit/db.ts';
import { parsePublicId, publicId } from '../src/kit/ids.ts';
import { isRelayQuiet } from '../src/kit/relay.ts';
import { connectProvider } from '../src/payments/index.ts';
import { setRate, taxDay } from '../src/tax/index.ts';
import { asking } from './asking.ts';
import { isEmpty, type Json, press } from './paying.ts';
import { openWorld, type World } from './world.ts';

/** docs/journeys/26-auto-refill.md, every loop running, the provider's pages over HTTP. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
  await connectProvider(world.ctx(), 'sandbox', 'Sandbox');
  const standard = { category: 'S' as const, ratePpm: 190_000, reason: '' };
  const { id } = world.organization;
  await setRate(world.ctx(), id, { ...standard, validFrom: taxDay(world.ctx(), world.ctx().now) });
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

const { api, done, until } = asking(() => world);
const advance = (by: { hours: number }) => world.advance(by);
const attemptsOf = async (id: string): Promise<Json[]> => (await api('GET', `auto-refills/${id}/attempts`)).body.items;
const why = async (id: string): Promise<Json> => (await api('GET', `auto-refills/${id}/why`)).body;
const lastIn = (id: string, state: string, count = 1) =>
  until(`attempt ${count} of ${id} to be ${state}`, async () => {
    const found = await attemptsOf(id);
    return found.filter((one) => one.state === state).length >= count && found[0]!.state === state && found[0]!;
  });
const off = async (path: string) => (await api('DELETE', path)).status;

/** Stores a card of an account, as its holder does it, and makes it the default. */
async function store(owner: string, kind: string): Promise<string> {
  const { body: card } = await api('POST', 'payment-methods', { owner });
  const at = (state: string) =>
    until(`the card to be ${state}`, async () => {
      const { body } = await api('GET', `payment-methods/${card.id}`);
      return body.state === state && (body as Json);
    });
  await press((await at('action_needed')).actionUrl, { keep: kind });
  await at('active');
  await done('POST', `payment-methods/${card.id}/default`);
  // Whoever heard of another card has forgiven by then, and forgives no refusal of this one.
  await until('everybody to have heard of it', () => reading(world.ctx(), isRelayQuiet));
  return card.id;
}

describe('a SIM refills itself', () => {
  let sim: Json;
  let purse: Json;
  let refill: string;
  let id: string;
  const set = async (more: object = {}) =>
    api('PUT', `sims/${sim.id}/auto-refill`, {
      ...{ below: '100000000', refill, payers: ['own_card', 'own_wallet'], cooldownMinutes: 0 },
      ...more,
    });
  const now = async () => (await api('GET', `sims/${sim.id}`)).body;
  const use = async (bytes: string) => {
    const record = { id: randomUUID(), sim: sim.id, occurredAt: new Date().toISOString(), plmn: '26201' };
    const { results } = await done('POST', 'usage-records?source=test', {
      records: [{ ...record, bytesUp: '0', bytesDown: bytes }],
    });
    expect(results[0].outcome).toBe('charged');
  };

  it('from a wallet: its data is there and its telecom told, without anybody', async () => {
    const company = await done('POST', 'companies', { name: 'Trackers', currency: 'EUR' });
    const plan = await done('POST', 'plans', {
      ...{ name: 'Prepaid', type: 'prepaid', validityDays: 30, refills: [{ mb: '100', price: '3.00' }] },
    });
    const [card] = await world.stock(1);
    const path = `sims/${publicId('sim', card!.id)}`;
    await done('PATCH', path, { company: company.id });
    await done('PUT', `${path}/plan`, { plan: plan.id, effective: 'now' });
    sim = await done('GET', path);
    expect(isEmpty(sim)).toBe(true);
    refill = sim.prepaid.refills[0].id;
    purse = await done('POST', 'wallets', { owner: company.id, floor: '0.00' });
    await done('POST', `wallets/${purse.id}/credits`, { amount: '50.00', reason: 'To begin with', kind: 'adjustment' });
    const { status, body } = await set();
    expect([status, body]).toMatchObject([200, { state: 'on', sim: sim.id, belowBytes: '100000000', currency: 'EUR' }]);
    id = body.id;
    await until('it to be free, and its telecom told', async () => {
      const { blocks, carrier } = await now();
      return blocks.length === 0 && carrier.outstanding === null;
    });
    const [attempt] = await attemptsOf(id);
    expect(attempt).toMatchObject({ state: 'succeeded', payer: 'own_wallet', had: '0', gross: '3.00', times: 1 });
    expect((await done('GET', `wallets/${purse.id}`)).remaining).toBe('47.00');
    expect(await why(id)).toMatchObject({ reason: 'enough' });
    await until('the look after the charge', async () => {
      const { items } = await done('GET', 'auto-refills?reason=enough');
      return items.some((one: Json) => one.id === id);
    });
    // The list finds it by who holds it, and by its card.
    const ids = async (query: string) =>
      (await done('GET', `auto-refills?${query}`)).items.map((one: Json) => one.id as string);
    expect(await ids(`search=tracker&company=${company.id}`)).toEqual([id]);
    expect(await ids(`search=${card!.iccid}`)).toEqual([id]);
    expect(await ids('search=nobody')).toEqual([]);
    expect(await ids('reason=nobody_can,refused')).not.toContain(id);
  });

  it('when usage takes it below: charging says so once, and one charge fills the gap', async () => {
    const before = Number((await now()).prepaid.balanceBytes);
    await use('30000000');
    await until('the refill', async () => Number((await now()).prepaid.balanceBytes) > before);
    expect(Number((await now()).prepaid.balanceBytes)).toBe(before + 70_000_000);
    // Far below: three at once.
    const { body } = await set({ below: '400000000' });
    expect(body.id).toBe(id);
    const three = await lastIn(id, 'succeeded', 3);
    expect(three).toMatchObject({ times: 3, gross: '9.00' });
  });

  it('also where the news of it was lost: somebody looks once an hour', async () => {
    await set({ below: '100000000' });
    await until('it to be looked at', async () => (await why(id)).reason === 'enough');
    const lineId = parsePublicId('sim', sim.id)!;
    await atomically(world.ctx(), (ctx) => inventory.tellLowData(ctx, lineId, null));
    const had = Number((await now()).prepaid.balanceBytes);
    await use(String(had - 50_000_000));
    const count = (await attemptsOf(id)).length;
    await advance({ hours: 2 });
    await until('the sweep', async () => (await attemptsOf(id)).length > count);
    expect((await now()).prepaid.balanceBytes).toBe('150000000');
  });

  it('not beyond its caps, and it says why', async () => {
    const { body } = await set({ below: '200000000', dailyCap: '2.00' });
    const none = await lastIn(id, 'none');
    expect(none).toMatchObject({ reason: 'daily_cap', payment: null, message: expect.stringContaining('daily cap') });
    expect((await why(body.id)).text).toMatch(/150 MB.*200 MB.*of EUR 2\.00/);
    // Once for as long as it is so.
    await api('POST', `auto-refills/${id}/resume`);
    await until('it to be looked at', async () => (await why(id)).reason === 'daily_cap');
  });

  it('not when nobody can pay; money that comes sets it off', async () => {
    const left = (await api('GET', `wallets/${purse.id}`)).body.remaining;
    await api('PATCH', `wallets/${purse.id}`, { floor: left });
    const count = (await attemptsOf(id)).filter(({ state }) => state === 'succeeded').length;
    await set({ below: '200000000' });
    const none = await until('it to say so', async () => {
      const [last] = await attemptsOf(id);
      return last!.reason === 'nobody_can' && last;
    });
    expect(none.message).toMatch(/the holder’s card is not stored.*the holder’s wallet has EUR 0\.00 to spend/);
    await api('POST', `wallets/${purse.id}/credits`, { amount: '5.00', reason: 'More', kind: 'adjustment' });
    await lastIn(id, 'succeeded', count + 1);
  });

  it('no more when it is switched off, and what does not fit is refused', async () => {
    expect(await off(`sims/${sim.id}/auto-refill`)).toBe(204);
    expect((await api('GET', `sims/${sim.id}/auto-refill`)).body.error.code).toBe('auto_refill.not_found');
    expect((await set({ refill: 'huge' })).body.error).toMatchObject({ code: 'refill.unknown', field: 'body.refill' });
    expect((await set({ payers: [] })).status).toBe(400);
    expect((await set({ dailyCap: '0.00' })).body.error.code).toBe('auto_refill.amount_invalid');
    expect((await api('POST', `auto-refills/${id}/resume`)).body.error.code).toBe('auto_refill.off');
  });
});

describe('a wallet refills itself', () => {
  let own: Json;
  let id: string;
  const set = (more: object = {}) =>
    api('PUT', `wallets/${own.id}/auto-refill`, {
      ...{ below: '10.00', amount: '25.00', payers: ['own_card'], cooldownMinutes: 0 },
      ...more,
    });
  const debit = (amount: string) => api('POST', `wallets/${own.id}/debits`, { amount, reason: 'Spent' });
  const remaining = async () => (await done('GET', `wallets/${own.id}`)).remaining;

  it('by the stored card, VAT on top, when it falls below an amount', async () => {
    const company = await done('POST', 'companies', { name: 'Payer', currency: 'EUR' });
    own = await done('POST', 'wallets', { owner: company.id, floor: '0.00' });
    await store(own.owner.id, 'good');
    const { status, body } = await set();
    expect([status, body.state], JSON.stringify(body)).toEqual([200, 'on']);
    id = body.id;
    expect(await lastIn(id, 'succeeded')).toMatchObject({ payer: 'own_card', gross: '29.75', had: '0.00' });
    expect(await remaining()).toBe('25.00');
    await debit('20.00');
    await lastIn(id, 'succeeded', 2);
    expect(await remaining()).toBe('30.00');
  });

  it('up to an amount; asked from five sides at once, it is charged once', async () => {
    await set({ amount: undefined, below: '40.00', upTo: '50.00' });
    expect(await lastIn(id, 'succeeded', 3)).toMatchObject({ gross: '23.80' });
    expect(await remaining()).toBe('50.00');
    await debit('15.00');
    await Promise.all([1, 2, 3, 4, 5].map(() => api('POST', `auto-refills/${id}/resume`)));
    await lastIn(id, 'succeeded', 4);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await remaining()).toBe('50.00');
  });

  it('waits for the holder where the bank asks for them, with a link', async () => {
    await store(own.owner.id, 'secure');
    await debit('20.00');
    const asks = await lastIn(id, 'action_needed');
    expect(await why(id)).toMatchObject({ reason: 'action_needed' });
    const page = await fetch(asks.actionUrl);
    expect(page.status).toBe(200);
    await press(asks.actionUrl, { answer: 'confirm' });
    await lastIn(id, 'succeeded', 5);
    expect(await remaining()).toBe('50.00');
  });

  it('leaves a card that is declined alone for longer and longer, and is suspended in the end', async () => {
    await store(own.owner.id, 'declined');
    await debit('20.00');
    expect(await lastIn(id, 'failed')).toMatchObject({ reason: 'card_declined' });
    await until('it to rest', async () => (await why(id)).reason === 'backing_off');
    for (const [i, hours] of [1, 6, 24, 72].entries()) {
      await advance({ hours: hours + 1 });
      await lastIn(id, 'failed', i + 2);
    }
    await until('it to be in the list', async () => {
      const { items } = await done('GET', 'auto-refills?state=suspended');
      return items.length === 1 && items[0].id === id;
    });
    expect((await why(id)).reason).toBe('suspended');
    await until('the event to be told', async () => {
      const { items } = await done('GET', 'events?name=auto_refill.suspended');
      return items[0]?.data.autoRefill === id && items[0].data.wallet === own.id;
    });
    expect(await remaining()).toBe('30.00');
  });

  it('goes on by hand, or with another card', async () => {
    await api('POST', `auto-refills/${id}/resume`);
    await lastIn(id, 'failed', 6);
    await store(own.owner.id, 'good');
    await lastIn(id, 'succeeded', 6);
    expect(await remaining()).toBe('50.00');
    expect((await set({ payers: ['own_wallet'] })).body.error.code).toBe('auto_refill.not_from_a_wallet');
    expect((await set({ upTo: '60.00' })).body.error.code).toBe('auto_refill.one_size');
    expect((await set({ amount: undefined, upTo: '9.00' })).body.error.code).toBe('auto_refill.up_to_below');
    expect(await off(`wallets/${own.id}/auto-refill`)).toBe(204);
  });
});
