import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './demo.ts';
import { type Json, openPaying, type Paying, plus, press } from './paying.ts';

/** docs/journeys/25-stored-cards.md with the demo as it is tried. */
let paying: Paying;
beforeAll(async () => {
  paying = await openPaying();
});
afterAll(() => paying?.close());

const api: Paying['api'] = (...request) => paying.api(...request);
const wallet = () => paying.wallet();
const cardIn = (id: string, state: string) =>
  until(`${id} to be ${state}`, async () => {
    const { body } = await api('GET', `payment-methods/${id}`);
    return body.state === state && (body as Json);
  });

/** Stores a card of the payer, as its holder does it. */
async function store(kind: string): Promise<Json> {
  const { owner } = await wallet();
  const { status, body } = await api('POST', 'payment-methods', { owner: owner.id });
  expect(status, JSON.stringify(body)).toBe(201);
  const { actionUrl } = await cardIn(body.id, 'action_needed');
  expect(await press(actionUrl, { keep: kind })).toContain(kind === 'refused' ? 'does not let' : 'Stored:');
  return cardIn(body.id, kind === 'refused' ? 'failed' : 'active');
}

async function charge(card: string, amount = '5.00'): Promise<Json> {
  const { id } = await wallet();
  const asked = { walletRefill: { wallet: id, amount }, method: 'card', card };
  const { status, body } = await api('POST', 'payments', asked);
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

const remove = (id: string) =>
  fetch(`${paying.running.url}/api/v1/payment-methods/${id}`, {
    ...{ method: 'DELETE', headers: { authorization: `Bearer ${paying.demo.apiKey}` } },
  });

describe('a card is stored', () => {
  it('on the page of its provider, and the first one is what its owner pays with', async () => {
    const first = await store('good');
    expect(first).toMatchObject({
      default: true,
      brand: 'sandbox',
      last4: '0001',
      actionUrl: null,
      ownerName: 'Payer',
    });
    const second = await store('declined');
    expect(second).toMatchObject({ default: false, last4: '0002' });
    const { body: chosen } = await api('POST', `payment-methods/${second.id}/default`);
    expect(chosen.default).toBe(true);
    const { owner } = await wallet();
    const { body: list } = await api('GET', `payment-methods?owner=${owner.id}&state=active`);
    expect(list.items.map(({ id, default: d }: Json) => [id, d])).toEqual([
      ...[
        [second.id, true],
        [first.id, false],
      ],
    ]);
  });

  it('or not: its bank refuses, or its holder stores none', async () => {
    expect(await store('refused')).toMatchObject({ failure: { code: 'card_declined' }, default: false });
    const { owner } = await wallet();
    const { body } = await api('POST', 'payment-methods', { owner: owner.id });
    const { actionUrl } = await cardIn(body.id, 'action_needed');
    expect(await press(actionUrl, { answer: 'cancel' })).toContain('No card is stored.');
    expect(await cardIn(body.id, 'failed')).toMatchObject({ failure: { code: 'canceled' } });
    const refused = await api('POST', `payment-methods/${body.id}/default`);
    expect([refused.status, refused.body.error.code]).toEqual([409, 'payment_method.not_active']);
  });

  it('and removed: it is the default no more, and is not charged', async () => {
    const card = await store('good');
    await api('POST', `payment-methods/${card.id}/default`);
    expect((await remove(card.id)).status).toBe(204);
    expect((await api('GET', `payment-methods/${card.id}`)).body).toMatchObject({ state: 'removed', default: false });
    const { id } = await wallet();
    const asked = { walletRefill: { wallet: id, amount: '5.00' }, method: 'card', card: card.id };
    const refused = await api('POST', 'payments', asked);
    expect([refused.status, refused.body.error]).toMatchObject([
      409,
      { code: 'payment_method.not_active', field: 'body.card' },
    ]);
  });
});

describe('a stored card is charged while nobody is there', () => {
  it('and pays', async () => {
    const before = await wallet();
    const made = await charge((await store('good')).id);
    expect(await paying.inState(made.id, 'succeeded')).toMatchObject({ gross: '5.95', actionUrl: null });
    expect((await wallet()).remaining).toBe(plus(before.remaining, 5));
  });

  it('or is declined, which is kept on the card and costs nothing', async () => {
    const before = await wallet();
    const card = await store('declined');
    const made = await charge(card.id);
    expect((await paying.inState(made.id, 'failed')).failure.code).toBe('card_declined');
    expect((await api('GET', `payment-methods/${card.id}`)).body).toMatchObject({ state: 'active' });
    expect((await api('GET', `payment-methods/${card.id}`)).body.lastDeclinedAt).not.toBeNull();
    expect((await wallet()).remaining).toBe(before.remaining);
  });

  it('or has expired, and is offered no more', async () => {
    const card = await store('expired');
    const made = await charge(card.id);
    expect((await paying.inState(made.id, 'failed')).failure.code).toBe('expired_card');
    expect((await api('GET', `payment-methods/${card.id}`)).body.state).toBe('expired');
    const { id } = await wallet();
    const asked = { walletRefill: { wallet: id, amount: '5.00' }, method: 'card', card: card.id };
    expect((await api('POST', 'payments', asked)).body.error.code).toBe('payment_method.expired');
  });

  it('or wants 3-D Secure: its holder gets a link, and the payment goes on there', async () => {
    const before = await wallet();
    const made = await charge((await store('secure')).id);
    const { actionUrl } = await paying.inState(made.id, 'action_needed');
    expect(await (await fetch(actionUrl)).text()).toContain('Your bank asks');
    await press(actionUrl, { answer: 'confirm' });
    await paying.inState(made.id, 'succeeded');
    expect((await wallet()).remaining).toBe(plus(before.remaining, 5));
  });

  it('or nobody knows: no second charge until the provider has been asked about it', async () => {
    const before = await wallet();
    const card = await store('silent');
    const made = await charge(card.id);
    await paying.inState(made.id, 'pending');
    const asked = { walletRefill: { wallet: before.id, amount: '5.00' }, method: 'card', card: card.id };
    expect((await api('POST', 'payments', asked)).body.error.code).toBe('payment.unknown_outcome');
    await api('POST', 'sandbox/clock', { advance: { hours: 1 } });
    await paying.inState(made.id, 'succeeded');
    expect((await wallet()).remaining).toBe(plus(before.remaining, 5));
  });

  it('for an account that has to do with it, and for no other', async () => {
    const card = await store('good');
    const { body: other } = await api('POST', 'companies', { name: 'Another', currency: 'EUR' });
    const { body: theirs } = await api('POST', 'wallets', { owner: other.id, floor: '0.00' });
    const asked = { walletRefill: { wallet: theirs.id, amount: '5.00' }, method: 'card', card: card.id };
    expect((await api('POST', 'payments', asked)).body.error.code).toBe('payment_method.of_another');
    const { owner } = await wallet();
    const { body: user } = await api('POST', 'end-users', { companyId: owner.id, email: 'holder@example.com' });
    const { body: own } = await api('POST', 'wallets', { owner: user.id, floor: '0.00' });
    const { body: made } = await api('POST', 'payments', {
      ...asked,
      walletRefill: { wallet: own.id, amount: '5.00' },
    });
    expect(made.owner).toBe(owner.id);
    await paying.inState(made.id, 'succeeded');
  });
});

describe('a dispute', () => {
  const disputeOf = (payment: string, state: string) =>
    until(`${payment} to be disputed and ${state}`, async () => {
      const { body } = await api('GET', `disputes?payment=${payment}`);
      return body.items[0]?.state === state && (body.items[0] as Json);
    });

  it('of a SIM’s refill blocks the SIM where the organization wants that, and only people lift it', async () => {
    expect((await api('GET', 'payment-settings')).body).toEqual({ onDispute: 'tell' });
    expect((await api('PUT', 'payment-settings', { onDispute: 'block' })).status).toBe(200);
    const sim = await paying.emptySim();
    const { body: made } = await api('POST', 'payments', {
      ...{ simRefill: { sim: sim.id, refill: 'small' }, method: 'card' },
    });
    const { actionUrl } = await paying.inState(made.id, 'action_needed');
    await press(actionUrl, { card: 'contested' });
    expect(await disputeOf(made.id, 'open')).toMatchObject({ funds: 'withdrawn', amount: '3.57', fee: '15.00' });
    const blocks = async () => (await api('GET', `sims/${sim.id}`)).body.blocks.map(({ reason }: Json) => reason);
    await until('the SIM to be blocked', async () => (await blocks()).includes('manual'));
    const refused = await api('POST', `payments/${made.id}/refunds`, { reason: 'no' });
    expect(refused.body.error.code).toBe('refund.disputed');
    await api('POST', 'sandbox/clock', { advance: { days: 2 } });
    expect(await disputeOf(made.id, 'won')).toMatchObject({ funds: 'reinstated' });
    expect(await blocks()).toContain('manual');
    await api('PUT', 'payment-settings', { onDispute: 'tell' });
  });

  it('of a stored card that is lost lifts nothing and takes nothing from the wallet', async () => {
    const before = await wallet();
    const made = await charge((await store('disputed')).id);
    await disputeOf(made.id, 'open');
    await api('POST', 'sandbox/clock', { advance: { days: 2 } });
    expect(await disputeOf(made.id, 'lost')).toMatchObject({ funds: 'withdrawn' });
    expect((await wallet()).remaining).toBe(plus(before.remaining, 5));
  });
});

describe('a payment that comes to another amount', () => {
  it('has a state of its own, and staff make money in the wallet of it', async () => {
    const before = await wallet();
    const asked = { walletRefill: { wallet: before.id, amount: '10.00' }, method: 'card' };
    // Promised for the whole, so half of it brings none.
    const { body: offered } = await api('GET', 'refill-amounts?currency=EUR');
    const bonuses = [{ from: '10.00', bonus: '2.00' }];
    await api('PUT', 'refill-amounts', { ...offered.items[0], bonuses, bonusDays: 90 });
    const { body: quoted } = await api('POST', 'payments/quotes', asked);
    expect(quoted.gets).toMatchObject({ amount: '10.00', bonus: { amount: '2.00' } });
    const { body: made } = await api('POST', 'payments', asked);
    const { actionUrl } = await paying.inState(made.id, 'action_needed');
    await press(actionUrl, { card: 'other' });
    expect(await paying.inState(made.id, 'differs')).toMatchObject({ gross: '11.90', came: '5.95' });
    expect((await wallet()).remaining).toBe(before.remaining);
    const settled = await api('POST', `payments/${made.id}/settle`, { as: 'wallet', reason: 'a half is welcome' });
    expect([settled.status, settled.body]).toMatchObject([
      200,
      { state: 'succeeded', net: '5.00', vat: '0.95', gross: '5.95', asked: { gross: '11.90' } },
    ]);
    expect((await wallet()).remaining).toBe(plus(before.remaining, 5));
  });
});
