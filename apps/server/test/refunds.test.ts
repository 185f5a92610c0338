import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './demo.ts';
import { isEmpty, type Json, openPaying, type Paying, plus, press } from './paying.ts';

/** Money that goes back, and money that found nothing to be for: docs/journeys/24-refill-by-card.md, every loop running. */
let paying: Paying;
beforeAll(async () => {
  paying = await openPaying();
});
afterAll(() => paying?.close());

const api: Paying['api'] = (...request) => paying.api(...request);
const inState: Paying['inState'] = (id, state) => paying.inState(id, state);
const wallet = () => paying.wallet();

/** A refill of the wallet, paid with a card of the sandbox. */
async function paid(amount: string, card = 'good'): Promise<Json> {
  const { id } = await wallet();
  const { body } = await api('POST', 'payments', { walletRefill: { wallet: id, amount }, method: 'card' });
  const { actionUrl } = await inState(body.id, 'action_needed');
  await press(actionUrl, { card });
  if (card === 'silent') await api('POST', 'sandbox/clock', { advance: { hours: 1 } });
  return inState(body.id, 'succeeded');
}

const refund = (id: string, body: object, key?: string) => api('POST', `payments/${id}/refunds`, body, key);
const refundsOf = async (id: string): Promise<Json[]> => (await api('GET', `payments/${id}/refunds`)).body.items;
const refundIn = (id: string, state: string) =>
  until(`the refund of ${id} to be ${state}`, async () => (await refundsOf(id)).find((one) => one.state === state));
const code = ({ status, body }: { status: number; body: Json }) => `${status} ${body.error?.code}`;

/** What a refund moved on accounts of a kind, by the parts of its keys. */
async function moved(kind: string, refundId: string): Promise<string[]> {
  const like = `refund:${refundId.slice(4).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')}:%`;
  const { rows } = await paying.owner.pool.query(
    `select (e.amount_micros / 1000000)::text as cents from entries e
       join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
       join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id
      where t.idempotency_key like $1 and a.kind = $2 order by t.idempotency_key collate "C"`,
    [like, kind],
  );
  return rows.map((row) => row.cents);
}

describe('what a card paid goes back', () => {
  it('in parts with their VAT, the last taking the rest, and never more than was paid', async () => {
    const before = await wallet();
    const { id } = await paid('25.00');
    const first = await refund(id, { amount: '10.00', reason: 'Paid by mistake' });
    // 10.00 of 29.75, of which 4.75 is VAT.
    const share = { amount: '10.00', net: '8.40', vat: '1.60', currency: 'EUR', posted: true };
    expect([first.status, first.body]).toMatchObject([201, { ...share, payment: id, reason: 'Paid by mistake' }]);
    // The wallet has less before anybody was asked.
    expect((await wallet()).remaining).toBe(plus(before.remaining, 25 - 8.4));
    await refundIn(id, 'succeeded');
    expect(code(await refund(id, { amount: '19.76', reason: 'x' }))).toBe('409 refund.too_much');
    expect(code(await refund(id, { amount: '0.00', reason: 'x' }))).toBe('400 refund.amount_invalid');
    expect(code(await refund(id, { amount: '0.005', reason: 'x' }))).toBe('400 refund.amount_too_fine');
    const rest = await refund(id, { reason: 'The rest' });
    expect(rest.body).toMatchObject({ amount: '19.75', net: '16.60', vat: '3.15' });
    await until('both to be back', async () => (await refundsOf(id)).every(({ state }) => state === 'succeeded'));
    expect(code(await refund(id, { reason: 'x' }))).toBe('409 refund.refunded_already');
    expect((await wallet()).remaining).toBe(before.remaining);
    expect((await paying.payment(id)).refunded).toBe('29.75');
    expect(await moved('clearing', rest.body.id)).toEqual(['-1660', '-315']);
    expect(await moved('vat', rest.body.id)).toEqual(['315']);

    const { body: history } = await api('GET', `wallets/${before.id}/history?kind=refund`);
    expect(history.items[0]).toMatchObject({
      ...{ description: 'Refund to the card', amount: '-16.60', note: 'The rest', kind: 'refund' },
    });
    const { body: all } = await api('GET', `wallets/${before.id}/history?kind=refill`);
    expect(all.items[0].description).toBe('Refill by card');
    const { body: overview } = await api('GET', `wallets/${before.id}/overview`);
    expect(overview).toMatchObject({ credited: '25.00', debited: '25.00', spentOnUsage: '0.00' });
  });

  it('once for each key, and once of two at the same time', async () => {
    const { id } = await paid('4.00');
    const [one, other] = await Promise.all([
      refund(id, { amount: '1.00', reason: 'Twice' }, 'refund-of-the-test'),
      refund(id, { amount: '1.00', reason: 'Twice' }, 'refund-of-the-test'),
    ]);
    expect(other.body.id).toBe(one.body.id);
    const both = await Promise.all([
      refund(id, { amount: '3.00', reason: 'a' }),
      refund(id, { amount: '3.00', reason: 'b' }),
    ]);
    expect(both.map(code).sort()).toEqual(['201 undefined', '409 refund.too_much']);
    await until('both to be back', async () => (await refundsOf(id)).every(({ state }) => state === 'succeeded'));
    const beyond = `update payments set refunded_micros = gross_micros + 1 where id::text = $1`;
    const uuid = id.slice(4).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
    await expect(paying.owner.pool.query(beyond, [uuid])).rejects.toThrow(/payments_check/);
  });

  it('only as far as the wallet still has it', async () => {
    const { id } = await paid('6.00');
    const { remaining } = await wallet();
    await api('PATCH', `wallets/${(await wallet()).id}`, { floor: plus(remaining, -2) });
    expect(code(await refund(id, { reason: 'Spent' }))).toBe('409 wallet.insufficient_funds');
    expect(await refundsOf(id)).toEqual([]);
    expect((await refund(id, { amount: '2.38', reason: 'What is there' })).status).toBe(201);
    await refundIn(id, 'succeeded');
    await api('PATCH', `wallets/${(await wallet()).id}`, { floor: '0.00' });
  });

  it('or is in the wallet again when the bank refuses', async () => {
    const before = await wallet();
    const { id } = await paid('10.00', 'oneway');
    expect((await refund(id, { amount: '5.95', reason: 'Please' })).status).toBe(201);
    const failed = await refundIn(id, 'failed');
    expect(failed.failure).toEqual({ code: 'refund_refused', message: 'The bank of this card takes nothing back.' });
    expect((await wallet()).remaining).toBe(plus(before.remaining, 10));
    expect(await moved('wallet', failed.id)).toEqual(['500', '-500']);
    expect(await moved('vat', failed.id)).toEqual(['95', '-95']);
    expect((await paying.payment(id)).refunded).toBe('0.00');
    const { body: history } = await api('GET', `wallets/${before.id}/history?kind=refund`);
    expect(history.items[0]).toMatchObject({ description: 'Refund refused', amount: '5.00' });
  });

  it('once where the provider’s answer is lost', async () => {
    const { id } = await paid('3.00', 'silent');
    await refund(id, { reason: 'Silence' });
    await refundIn(id, 'pending');
    await api('POST', 'sandbox/clock', { advance: { hours: 1 } });
    expect(await refundIn(id, 'succeeded')).toMatchObject({
      amount: '3.57',
      reference: expect.stringContaining('sbx_'),
    });
    expect(await refundsOf(id)).toHaveLength(1);
  });

  it('but not before it is paid', async () => {
    const { body } = await api('POST', 'payments', {
      ...{ walletRefill: { wallet: (await wallet()).id, amount: '1.00' }, method: 'card' },
    });
    const { actionUrl } = await inState(body.id, 'action_needed');
    expect(code(await refund(body.id, { reason: 'Early' }))).toBe('409 refund.not_paid');
    await press(actionUrl, { answer: 'cancel' });
    await inState(body.id, 'canceled');
  });
});

describe('what came by hand or from a wallet goes back at once', () => {
  it('by hand: the wallet has less, the VAT is taken back', async () => {
    const before = await wallet();
    const noted = { walletRefill: { wallet: before.id, amount: '8.00' }, method: 'manual', note: 'Bank 4711' };
    const { body: made } = await api('POST', 'payments', noted);
    const { body } = await refund(made.id, { amount: '4.76', reason: 'Paid too much' });
    expect(body).toMatchObject({ state: 'succeeded', net: '4.00', vat: '0.76' });
    expect((await wallet()).remaining).toBe(plus(before.remaining, 4));
  });

  it('of a SIM’s refill: the wallet has it again, and the data stays', async () => {
    const { id } = await wallet();
    await api('POST', `wallets/${id}/credits`, { amount: '20.00', reason: 'For the test' });
    const sim = await paying.emptySim();
    const before = await wallet();
    const asked = { simRefill: { sim: sim.id, refill: 'small' }, method: 'wallet', wallet: id };
    const { body: made } = await api('POST', 'payments', asked);
    expect(made).toMatchObject({ state: 'succeeded', gross: '3.00' });
    expect((await wallet()).remaining).toBe(plus(before.remaining, -3));
    const { body } = await refund(made.id, { reason: 'Wrong SIM' });
    expect(body).toMatchObject({ state: 'succeeded', amount: '3.00', vat: '0.00' });
    expect((await wallet()).remaining).toBe(before.remaining);
    expect(isEmpty((await api('GET', `sims/${sim.id}`)).body)).toBe(false);
    const { body: history } = await api('GET', `wallets/${id}/history?kind=refund`);
    expect(history.items[0]).toMatchObject({ amount: '3.00', sim: { iccid: sim.iccid } });
  });
});

describe('what was paid and could not be given', () => {
  /** Paid by card while its SIM is on a plan without refills. */
  async function undelivered(): Promise<{ payment: Json; back: () => Promise<void> }> {
    const sim = await paying.emptySim();
    const { body: made } = await api('POST', 'payments', {
      ...{ simRefill: { sim: sim.id, refill: 'small' }, method: 'card' },
    });
    const { actionUrl } = await inState(made.id, 'action_needed');
    const { body: plans } = await api('GET', 'plans?limit=100');
    const planOf = (fits: (plan: Json) => boolean): string => plans.items.find(fits).id;
    const move = async (plan: string) => {
      const answer = await api('PUT', `sims/${sim.id}/plan`, { plan, effective: 'now' });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    };
    await move(planOf(({ type }) => type === 'paygo'));
    await press(actionUrl, { card: 'good' });
    const payment = await inState(made.id, 'succeeded');
    expect(payment.undelivered).toBe('refill.not_prepaid');
    return { payment, back: () => move(planOf(({ name }) => name.includes('Travel'))) };
  }
  const waiting = async () =>
    (await api('GET', 'payments?undelivered=true')).body.items.map(({ id }: Json) => id) as string[];

  it('is in a list of its own, and is given once it can be', async () => {
    const { payment, back } = await undelivered();
    expect(await waiting()).toContain(payment.id);
    expect(code(await api('POST', `payments/${payment.id}/deliver`))).toBe('409 refill.not_prepaid');
    await back();
    const given = await api('POST', `payments/${payment.id}/deliver`);
    expect([given.status, given.body]).toMatchObject([200, { undelivered: null, state: 'succeeded' }]);
    expect((await api('GET', `sims/${payment.subject}/refills`)).body.items[0]).toMatchObject({ option: 'small' });
    expect(isEmpty((await api('GET', `sims/${payment.subject}`)).body)).toBe(false);
    expect(await waiting()).not.toContain(payment.id);
    expect(code(await api('POST', `payments/${payment.id}/deliver`))).toBe('409 payment.delivered');
    // What is given for a card's money can go back too: revenue and VAT, not the data.
    const { body } = await refund(payment.id, { reason: 'Came too late' });
    await refundIn(payment.id, 'succeeded');
    expect(await moved('refill_revenue', body.id)).toEqual(['300']);
    expect(isEmpty((await api('GET', `sims/${payment.subject}`)).body)).toBe(false);
  });

  it('goes back without a word in the ledger, which never had it', async () => {
    const { payment, back } = await undelivered();
    const { body } = await refund(payment.id, { amount: '1.00', reason: 'Never given' });
    expect(body).toMatchObject({ posted: false, net: '0.84', vat: '0.16' });
    await refundIn(payment.id, 'succeeded');
    expect(await moved('clearing', body.id)).toEqual([]);
    await back();
    expect(code(await api('POST', `payments/${payment.id}/deliver`))).toBe('409 payment.refunded');
    expect(await waiting()).toContain(payment.id);
    await refund(payment.id, { reason: 'The rest' });
    await until('all to be back', async () =>
      (await refundsOf(payment.id)).every(({ state }) => state === 'succeeded'),
    );
    expect(await waiting()).not.toContain(payment.id);
  });
});

describe('what providers told', () => {
  it('is listed with what became of it; what fits nothing is applied again, or put aside', async () => {
    const { id } = await paid('2.00');
    const applied = await until('its notice', async () => {
      const { body } = await api('GET', 'payment-notices?state=applied&limit=5');
      return body.items.find((notice: Json) => notice.payment === id) as Json | undefined;
    });
    expect(JSON.parse(applied.payload)).toMatchObject({ state: 'succeeded' });
    expect(code(await api('POST', `payment-notices/${applied.id}/apply`))).toBe('409 payment_notice.applied');

    // A notice of a payment that is not ours: as the provider would tell it, kept and unplaced.
    const nobody = JSON.stringify({ ...JSON.parse(applied.payload), id: 'other', payment: `pay_${'0'.repeat(32)}` });
    await paying.owner.pool.query(
      `insert into payment_inbox (organization_id, id, provider_id, event_key, payload, received_at)
       select organization_id, gen_random_uuid(), provider_id, 'other', $1, received_at from payment_inbox limit 1`,
      [nobody],
    );
    const unplaced = await until('it to be unplaced', async () => {
      const { body } = await api('GET', 'payment-notices?state=unplaced');
      return body.items[0] as Json | undefined;
    });
    expect(unplaced).toMatchObject({ key: 'other', reason: 'no such payment', payment: null });
    const again = await api('POST', `payment-notices/${unplaced.id}/apply`);
    expect([again.status, again.body.state]).toEqual([200, 'unplaced']);
    const aside = await api('POST', `payment-notices/${unplaced.id}/dismiss`, { reason: 'Another shop of ours' });
    expect([aside.status, aside.body]).toMatchObject([200, { state: 'dismissed', reason: 'Another shop of ours' }]);
    expect((await api('GET', `payment-notices/${unplaced.id}`)).body).toMatchObject({
      state: 'dismissed',
      payload: nobody,
    });
    expect((await api('GET', 'payment-notices?state=unplaced')).body.items).toEqual([]);
  });
});
