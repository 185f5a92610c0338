import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { purposes } from '../../src/app/purposes.ts';
import { publicId } from '../../src/kit/ids.ts';
import * as ledger from '../../src/ledger/index.ts';
import { removeCard } from '../../src/payments/cards/service.ts';
import { listDisputes } from '../../src/payments/disputes/service.ts';
import { listNotices } from '../../src/payments/notices.ts';
import { askCheck, changeProvider, connectProvider } from '../../src/payments/providers-service.ts';
import { listRefunds, lookAgain, startRefund } from '../../src/payments/refunds/service.ts';
import { settleDifferent } from '../../src/payments/settle.ts';
import { keys, type StripeWorld, stripeWorld, webhookSecret } from './world.ts';

let w: StripeWorld;
beforeAll(async () => {
  w = await stripeWorld();
});
afterAll(() => w?.close());

const euros = (amount: number) => BigInt(amount) * 100_000_000n;
const lastIntent = () => [...w.stripe.books.intents.values()].at(-1)!;

describe('an account is connected', () => {
  it('with keys of one mode, which are looked at by the loop and never shown', async () => {
    await w.turn();
    expect(await w.provide()).toMatchObject({
      ...{ checkFailure: null, settings: { mode: 'test', account: 'acct_1Simwright' } },
    });
    expect((await w.provide()).checkedAt).not.toBeNull();
    const { organization } = await w.world.organization('Other', true);
    const other = w.world.as(organization);
    const refused = { code: 'payment_provider.keys_do_not_fit' };
    await expect(
      connectProvider(other, 'stripe', 'S', { ...keys, publishableKey: 'pk_live_51SimwrightSimwright' }),
    ).rejects.toMatchObject(refused);
    const live = { ...keys, publishableKey: 'pk_live_51Simwright', secretKey: 'sk_live_51Simwright' };
    await expect(connectProvider(other, 'stripe', 'S', live)).rejects.toMatchObject({
      code: 'payment_provider.live_in_sandbox',
    });
    await expect(changeProvider(w.ctx(), w.provider.id, { keys: live })).rejects.toMatchObject({
      code: 'payment_provider.live_in_sandbox',
    });
  });

  it('and keys that Stripe does not know are told', async () => {
    await changeProvider(w.ctx(), w.provider.id, { keys: { secretKey: 'sk_test_51Another' } });
    await w.turn();
    expect((await w.provide()).checkFailure).toBe('Stripe does not know this secret key.');
    await changeProvider(w.ctx(), w.provider.id, { keys });
    await askCheck(w.ctx(), w.provider.id);
    await w.turn();
    expect((await w.provide()).checkFailure).toBeNull();
  });
});

describe('a payer pays on our page', () => {
  it('which loads Stripe.js, and nothing of a card comes by us', async () => {
    const { id } = await w.begin('25.00');
    await w.turn();
    const { actionUrl, state, reference } = await w.payment(id);
    expect(state).toBe('action_needed');
    const response = await fetch(actionUrl!);
    const html = await response.text();
    const policy = response.headers.get('content-security-policy')!;
    expect([response.status, policy]).toEqual([200, expect.stringContaining('https://js.stripe.com')]);
    expect(html).toContain('<script src="https://js.stripe.com/v3/">');
    expect(html).toContain('25.00 EUR');
    expect(html).toContain(lastIntent().client_secret);
    expect(html).not.toContain(keys.secretKey);
    expect(html).not.toContain('<input');
    expect(lastIntent()).toMatchObject({
      amount: 2500,
      currency: 'eur',
      metadata: { payment: publicId('payment', id) },
    });
    expect(w.stripe.seen.at(-1)).toMatchObject({ key: `${publicId('payment', id)}:page` });

    const before = await w.remaining();
    const since = w.stripe.told.length;
    await w.sdk.paymentIntents.confirm(reference!, { payment_method: 'pm_card_visa' });
    await w.hear(since);
    expect(await w.payment(id)).toMatchObject({ state: 'succeeded', actionUrl: null });
    expect((await w.remaining()) - before).toBe(euros(25));
    // Told once more, it changes nothing.
    await w.hear(since);
    expect((await w.remaining()) - before).toBe(euros(25));
  });

  it('and tries another card after a decline, answers the bank, or is found where no webhook came', async () => {
    const { id } = await w.begin('10.00');
    await w.turn();
    const { reference } = await w.payment(id);
    const confirm = (payment_method: string) => w.sdk.paymentIntents.confirm(reference!, { payment_method });
    await expect(confirm('pm_card_chargeDeclined')).rejects.toMatchObject({ code: 'card_declined' });
    w.advance(1);
    await w.turn();
    expect((await w.payment(id)).state).toBe('action_needed');
    expect((await confirm('pm_card_authenticationRequired')).status).toBe('requires_action');
    w.stripe.books.authenticate(reference!, true);
    w.advance(1);
    await w.turn();
    expect((await w.payment(id)).state).toBe('succeeded');
  });

  it('or does not, and what waits for a day is canceled there', async () => {
    const { id } = await w.begin('11.00');
    await w.turn();
    w.advance(25);
    await w.turn();
    expect((await w.payment(id)).state).toBe('canceled');
    expect(lastIntent().status).toBe('canceled');
  });

  it('and goes on with one while another is asked for: one of the two at a time has an outcome that nobody knows', async () => {
    const [one, before] = [await w.begin('13.00'), await w.remaining()];
    await w.turn();
    const { reference } = await w.payment(one.id);
    const other = await w.begin('14.00');
    const since = w.stripe.told.length;
    const unplaced = async () => (await listNotices(w.ctx(), { state: 'unplaced' }, { limit: 50 })).length;
    const known = await unplaced();
    w.stripe.books.process(reference!);
    await w.hear(since);
    expect(await unplaced()).toBe(known);
    expect([(await w.payment(one.id)).state, (await w.payment(other.id)).state]).toEqual(['action_needed', 'created']);
    await w.turn();
    w.advance(1);
    await w.turn();
    expect([(await w.payment(one.id)).state, (await w.payment(other.id)).state]).toEqual(['pending', 'action_needed']);
    await expect(w.begin('15.00')).rejects.toMatchObject({ code: 'payment.unknown_outcome' });
    w.stripe.books.arrive(reference!);
    w.advance(1);
    await w.turn();
    expect([(await w.payment(one.id)).state, (await w.remaining()) - before]).toEqual(['succeeded', euros(13)]);
    w.advance(25);
    await w.turn();
    expect((await w.payment(other.id)).state).toBe('canceled');
  });

  it('or says to be done, which only makes us look', async () => {
    const { id } = await w.begin('12.00');
    await w.turn();
    const { actionUrl, reference } = await w.payment(id);
    await w.sdk.paymentIntents.confirm(reference!, { payment_method: 'pm_card_visa' });
    await w.turn();
    expect((await w.payment(id)).state).toBe('action_needed');
    expect((await fetch(actionUrl!, { method: 'POST' })).status).toBe(204);
    await w.turn();
    expect((await w.payment(id)).state).toBe('succeeded');
  });
});

describe('a card is stored', () => {
  it('for a customer that is opened once, with its face alone', async () => {
    const card = await w.stored('pm_card_visa');
    expect(card).toMatchObject({ state: 'active', brand: 'visa', last4: '4242', expiryMonth: 8, expiryYear: 2034 });
    expect(card.isDefault).toBe(true);
    const again = await w.stored('pm_card_visa');
    expect(again.customer).toBe(card.customer);
    expect(w.stripe.books.customers.size).toBe(1);
    expect([...w.stripe.books.customers.values()][0]).toMatchObject({ name: 'Payer' });
    await removeCard(w.ctx(), again.id);
    await w.turn();
    expect(w.stripe.books.methods.get(again.reference!)?.customer).toBeNull();
  });

  it('and charged while nobody is there', async () => {
    const before = await w.remaining();
    const { id } = await w.begin('5.00', (await w.stored('pm_card_visa')).id);
    await w.turn();
    expect((await w.payment(id)).state).toBe('succeeded');
    expect((await w.remaining()) - before).toBe(euros(5));
  });

  it('or declined: it has failed, and nobody can pay it later', async () => {
    const card = await w.stored('pm_card_chargeCustomerFail');
    const { id } = await w.begin('5.00', card.id);
    await w.turn();
    expect(await w.payment(id)).toMatchObject({ state: 'failed', failureCode: 'card_declined' });
    expect(lastIntent().status).toBe('canceled');
    expect((await w.card(card.id)).lastDeclinedAt).not.toBeNull();
  });

  it('or expired, as its bank says', async () => {
    const card = await w.stored('pm_card_chargeDeclinedExpiredCard');
    const { id } = await w.begin('5.00', card.id);
    await w.turn();
    expect(await w.payment(id)).toMatchObject({ state: 'failed', failureCode: 'expired_card' });
    expect((await w.card(card.id)).state).toBe('expired');
  });

  it('or its bank wants its holder: a link, on which that very card is confirmed', async () => {
    const card = await w.stored('pm_card_authenticationRequired');
    const { id } = await w.begin('5.00', card.id);
    await w.turn();
    const { state, actionUrl, reference } = await w.payment(id);
    expect(state).toBe('action_needed');
    expect(await (await fetch(actionUrl!)).text()).toContain('ends in 3184');
    await w.sdk.paymentIntents.confirm(reference!, { payment_method: card.reference! });
    const since = w.stripe.told.length;
    w.stripe.books.authenticate(reference!, true);
    await w.hear(since);
    expect((await w.payment(id)).state).toBe('succeeded');
  });
});

describe('when the network fails', () => {
  it('nobody knows, nobody is charged twice, and asking again under the same key tells', async () => {
    const card = await w.stored('pm_card_visa');
    const before = await w.remaining();
    const { id } = await w.begin('6.00', card.id);
    const count = w.stripe.books.intents.size;
    // The SDK tries once more by itself, under the same key.
    w.stripe.loseAnswers(2);
    await w.turn();
    expect((await w.payment(id)).state).toBe('pending');
    await expect(w.begin('6.00', card.id)).rejects.toMatchObject({ code: 'payment.unknown_outcome' });
    for (let i = 0; i < 3; i++) {
      w.advance(1);
      await w.turn();
    }
    expect((await w.payment(id)).state).toBe('succeeded');
    expect(w.stripe.books.intents.size).toBe(count + 1);
    expect((await w.remaining()) - before).toBe(euros(6));
  });

  it('for longer than a key holds: it is looked for, and never asked for anew', async () => {
    const { id } = await w.begin('6.00', (await w.stored('pm_card_visa')).id);
    const count = w.stripe.books.intents.size;
    w.stripe.loseAnswers(2);
    await w.turn();
    w.advance(30);
    await w.turn();
    expect((await w.payment(id)).state).toBe('succeeded');
    expect(w.stripe.books.intents.size).toBe(count + 1);
  });

  it('a key with other words is neither a yes nor a no', async () => {
    const { id } = await w.begin('7.00');
    const ours = publicId('payment', id);
    await w.sdk.paymentIntents.create({ amount: 9900, currency: 'eur' }, { idempotencyKey: `${ours}:page` });
    await w.turn();
    expect((await w.payment(id)).state).toBe('pending');
    w.advance(50);
    await w.turn();
    expect((await w.payment(id)).state).toBe('canceled');
  });
});

describe('a webhook', () => {
  it('that is forged, old, or of nobody changes nothing', async () => {
    const { id } = await w.begin('8.00');
    await w.turn();
    const { reference } = await w.payment(id);
    const since = w.stripe.told.length;
    await w.sdk.paymentIntents.confirm(reference!, { payment_method: 'pm_card_visa' });
    const event = w.stripe.told.slice(since).find(({ type }) => type === 'payment_intent.succeeded')!;
    const { deliver } = w.stripe;
    expect(await deliver(w.endpoint, event, { secret: 'whsec_another' })).toBe(400);
    expect(await deliver(w.endpoint, event, { secret: '', signature: 't=1,v1=00' })).toBe(400);
    const timestamp = Math.floor(Date.now() / 1000) - 3600;
    expect(await deliver(w.endpoint, event, { secret: webhookSecret, timestamp })).toBe(400);
    await w.drain();
    expect((await w.payment(id)).state).toBe('action_needed');

    const intent = { ...lastIntent(), id: 'pi_elsewhere', metadata: {} };
    const theirs = { ...event, id: 'evt_elsewhere', data: { object: intent } };
    expect(await deliver(w.endpoint, theirs, { secret: webhookSecret })).toBe(204);
    const unknown = { payment: publicId('payment', '01980000-0000-7000-8000-000000000000') };
    const lost = { ...event, id: 'evt_lost', data: { object: { ...intent, metadata: unknown } } };
    expect(await deliver(w.endpoint, lost, { secret: webhookSecret })).toBe(204);
    await w.hear(since);
    expect((await w.payment(id)).state).toBe('succeeded');
    const notices = await listNotices(w.ctx(), {}, { limit: 100 });
    const of = (key: string) => notices.find((notice) => notice.key === key);
    expect(of('evt_elsewhere')).toMatchObject({ state: 'ignored' });
    expect(of('evt_lost')).toMatchObject({ state: 'unplaced', reason: 'no such payment' });
  });

  it('that comes before the answer is believed, and the answer is stale then', async () => {
    const before = await w.remaining();
    const { id } = await w.begin('9.00', (await w.stored('pm_card_visa')).id);
    const since = w.stripe.told.length;
    w.stripe.loseAnswers(2);
    await w.turn();
    await w.hear(since);
    expect((await w.payment(id)).state).toBe('succeeded');
    w.advance(1);
    await w.turn();
    expect((await w.remaining()) - before).toBe(euros(9));
  });
});

describe('a refund', () => {
  it('goes back in parts; one that its bank sends back later, or that was made at Stripe, is for people to see', async () => {
    const { id } = await w.begin('20.00', (await w.stored('pm_card_visa')).id);
    await w.turn();
    const before = await w.remaining();
    await startRefund(w.ctx(), id, { amount: '5.00', reason: 'too much' });
    await w.turn();
    const [first] = await listRefunds(w.ctx(), { paymentId: id }, { limit: 1 });
    expect(first).toMatchObject({ state: 'succeeded', grossMicros: euros(5) });
    expect(before - (await w.remaining())).toBe(euros(5));

    let since = w.stripe.told.length;
    w.stripe.books.failRefund(first!.reference!);
    await w.hear(since);
    const [back] = await listNotices(w.ctx(), { state: 'unplaced' }, { limit: 1 });
    expect(back).toMatchObject({ paymentId: id, reason: 'a refund that had succeeded, and came back to the provider' });

    since = w.stripe.told.length;
    const { reference } = await w.payment(id);
    await w.sdk.refunds.create({ payment_intent: reference!, amount: 100 });
    await w.hear(since);
    const [notice] = await listNotices(w.ctx(), { state: 'unplaced' }, { limit: 1 });
    expect(notice).toMatchObject({ paymentId: id, reason: 'a refund that was made at the provider, and not here' });
  });
});

/** Turns until it is so: what one turn learns may have the next one ask. */
async function until(so: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 5; turn++) if (await so()) return;
  throw new Error('it did not come to that');
}

describe('a dispute', () => {
  const disputed = async () => {
    const { id } = await w.begin('30.00', (await w.stored('pm_card_createDispute')).id);
    const since = w.stripe.told.length;
    await w.turn();
    await w.hear(since);
    const [dispute] = await listDisputes(w.ctx(), { paymentId: id }, { limit: 2 });
    return { id, dispute: dispute! };
  };
  const moved = async (kind: 'dispute' | 'clearing') => {
    const accounts = await ledger.listAccounts(w.ctx(), { kind }, { limit: 10 });
    let sum = 0n;
    for (const { id } of accounts) {
      const { entries } = await ledger.listEntries(w.ctx(), id, { limit: 500 });
      for (const { amountMicros } of entries) sum += amountMicros;
    }
    return sum;
  };

  it('that is lost: the money is withdrawn and the fee taken, and nothing of the payment is undone', async () => {
    const [held, before] = [await moved('dispute'), await w.remaining()];
    const { id, dispute } = await disputed();
    expect(dispute).toMatchObject({ state: 'open', funds: 'withdrawn', reason: 'fraudulent', feeMicros: euros(20) });
    expect((await moved('dispute')) - held).toBe(euros(50));
    await expect(startRefund(w.ctx(), id, { reason: 'no' })).rejects.toMatchObject({ code: 'refund.disputed' });
    const since = w.stripe.told.length;
    w.stripe.books.settleDispute(dispute.reference, false);
    await w.hear(since);
    const [after] = await listDisputes(w.ctx(), { paymentId: id }, { limit: 2 });
    expect(after).toMatchObject({ state: 'lost', funds: 'withdrawn' });
    expect((await moved('dispute')) - held).toBe(euros(50));
    expect([(await w.payment(id)).state, (await w.remaining()) - before]).toEqual(['succeeded', euros(30)]);
  });

  it('that is won gives the money again, whatever order its notices come in and how often', async () => {
    const held = await moved('dispute');
    const since = w.stripe.told.length;
    const { id, dispute } = await disputed();
    w.stripe.books.settleDispute(dispute.reference, true);
    const theirs = w.stripe.told.slice(since).filter(({ type }) => type.startsWith('charge.dispute.'));
    for (const [i, event] of [...theirs].reverse().concat(theirs).entries()) {
      const again = { ...event, id: `${event.id}_${i}` };
      expect(await w.stripe.deliver(w.endpoint, again, { secret: webhookSecret })).toBe(204);
    }
    await w.drain();
    const found = await listDisputes(w.ctx(), { paymentId: id }, { limit: 2 });
    expect(found).toMatchObject([{ state: 'won', funds: 'reinstated' }]);
    // The fee is what it cost.
    expect((await moved('dispute')) - held).toBe(euros(20));
  });

  it('of which every notice is lost is found by a look, also before its payment is known as paid', async () => {
    const held = await moved('dispute');
    const { id } = await w.begin('30.00');
    await w.turn();
    await w.sdk.paymentIntents.confirm((await w.payment(id)).reference!, { payment_method: 'pm_card_createDispute' });
    w.advance(1);
    const disputes = () => listDisputes(w.ctx(), { paymentId: id }, { limit: 2 });
    await until(async () => {
      await w.turn();
      return (await disputes()).length === 1 && (await w.payment(id)).state === 'succeeded';
    });
    expect((await moved('dispute')) - held).toBe(euros(50));
    w.stripe.books.settleDispute((await disputes())[0]!.reference, true);
    w.advance(1);
    await until(async () => {
      await w.turn();
      return (await disputes())[0]!.state === 'won';
    });
    expect((await moved('dispute')) - held).toBe(euros(20));
  });
});

describe('a payment that came to another amount', () => {
  const half = async () => {
    const { id } = await w.begin('40.00');
    await w.turn();
    const { reference } = await w.payment(id);
    const since = w.stripe.told.length;
    await w.sdk.paymentIntents.confirm(reference!, { payment_method: 'pm_card_visa' });
    const intent = w.stripe.books.intents.get(reference!)!;
    intent.amount_received = 2000;
    const event = structuredClone(w.stripe.told.slice(since).find(({ type }) => type === 'payment_intent.succeeded')!);
    event.data = { object: { ...intent } };
    expect(await w.stripe.deliver(w.endpoint, event, { secret: webhookSecret })).toBe(204);
    await w.drain();
    expect(await w.payment(id)).toMatchObject({ state: 'differs', cameMicros: euros(20), nextAttemptAt: null });
    return id;
  };

  it('is settled by staff: as money in the wallet', async () => {
    const before = await w.remaining();
    const id = await half();
    const settled = await settleDifferent(w.ctx(), purposes, id, { as: 'wallet', reason: 'they paid a half' });
    expect(settled).toMatchObject({
      state: 'succeeded',
      grossMicros: euros(20),
      detail: { asked: { gross: '40.00' } },
    });
    expect((await w.remaining()) - before).toBe(euros(20));
    await expect(settleDifferent(w.ctx(), purposes, id, { as: 'wallet', reason: 'twice' })).rejects.toMatchObject({
      code: 'payment.as_asked',
    });
  });

  it('or goes back whole', async () => {
    const before = await w.remaining();
    const id = await half();
    await settleDifferent(w.ctx(), purposes, id, { as: 'refund', reason: 'not what we asked for' });
    await w.turn();
    expect(await w.payment(id)).toMatchObject({ undelivered: 'payment.another_amount', refundedMicros: euros(20) });
    expect(await listRefunds(w.ctx(), { paymentId: id }, { limit: 2 })).toMatchObject([
      { state: 'succeeded', posted: false },
    ]);
    expect(await w.remaining()).toBe(before);
  });
});

describe('a refund that stays without an outcome', () => {
  it('is looked up for two weeks and often enough, and then staff are told; a late word still counts', async () => {
    const { id } = await w.begin('3.00', (await w.stored('pm_card_visa')).id);
    await w.turn();
    w.stripe.books.slowRefunds(true);
    const made = await startRefund(w.ctx(), id, { reason: 'slow' });
    await w.turn();
    const refund = async () => (await listRefunds(w.ctx(), { ids: [made.id] }, { limit: 1 }))[0]!;
    expect(await refund()).toMatchObject({ state: 'pending', unansweredSince: null });
    // Time alone is no answer: whoever stood still for two weeks has hardly asked.
    w.advance(15 * 24);
    await w.turn();
    expect(await refund()).toMatchObject({ nextAttemptAt: expect.any(Date), unansweredSince: null });
    for (let looks = 0; looks < 24; looks++) {
      w.advance(2);
      await w.turn();
    }
    expect(await refund()).toMatchObject({ state: 'pending', nextAttemptAt: null });
    expect(await listRefunds(w.ctx(), { unanswered: true }, { limit: 5 })).toHaveLength(1);
    w.stripe.books.slowRefunds(false);
    w.stripe.books.refunds.get((await refund()).reference!)!.status = 'succeeded';
    await lookAgain(w.ctx(), made.id);
    await w.turn();
    expect(await refund()).toMatchObject({ state: 'succeeded', unansweredSince: null });
  });
});
