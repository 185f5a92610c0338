import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isEmpty, type Json, openPaying, type Paying, plus, press } from './paying.ts';

/** docs/journeys/24-refill-by-card.md with the demo as it is tried. */
let paying: Paying;
beforeAll(async () => {
  paying = await openPaying();
});
afterAll(() => paying?.close());

const api: Paying['api'] = (...request) => paying.api(...request);
const payment: Paying['payment'] = (id) => paying.payment(id);
const inState: Paying['inState'] = (id, state) => paying.inState(id, state);
const wallet = () => paying.wallet();
const prepaidSim = async (): Promise<Json> => {
  const { body: plans } = await api('GET', 'plans?search=Travel');
  return (await api('GET', `sims?plan=${plans.items[0].id}`)).body.items[0];
};
const simsOfDemo = async (): Promise<Json[]> => (await api('GET', 'sims?limit=100')).body.items;

describe('a wallet is refilled by card', () => {
  const pay = async (amount: string, key?: string) => {
    const { id } = await wallet();
    const answer = await api('POST', 'payments', { walletRefill: { wallet: id, amount }, method: 'card' }, key);
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body as Json;
  };

  it('says before what it comes to, and gives it once it is paid, the VAT apart', async () => {
    const before = await wallet();
    const asked = { walletRefill: { wallet: before.id, amount: '25.00' }, method: 'card' };
    const quoted = await api('POST', 'payments/quotes', asked);
    const sums = { net: '25.00', vat: '4.75', gross: '29.75', currency: 'EUR' };
    expect([quoted.status, quoted.body]).toMatchObject([200, { ...sums, tax: { category: 'S', percent: '19' } }]);

    const made = await pay('25.00');
    expect(made).toMatchObject({ ...sums, state: 'created', subject: before.id, owner: before.owner.id });
    const { actionUrl } = await inState(made.id, 'action_needed');
    const ids = async (query: string) => (await api('GET', `payments?${query}`)).body.items.map(({ id }: Json) => id);
    expect(await ids(`wallet=${before.id}&state=created,pending,action_needed`)).toEqual([made.id]);
    expect(await ids(`wallet=${before.id}&state=succeeded,failed`)).toEqual([]);
    expect((await payment(made.id)).ownerName).toBe('Payer');
    const page = await (await fetch(actionUrl)).text();
    expect(page).toContain('29.75 EUR');
    const address = `${paying.running.url}/api/v1/payments/${made.id}/receipt.pdf`;
    const receipt = () => fetch(address, { headers: { authorization: `Bearer ${paying.demo.apiKey}` } });
    expect((await receipt()).status).toBe(409);
    expect(await press(actionUrl, { card: 'good' })).toContain('Paid.');
    expect(await inState(made.id, 'succeeded')).toMatchObject({ undelivered: null, actionUrl: null });
    expect((await receipt()).headers.get('content-type')).toBe('application/pdf');
    expect((await wallet()).remaining).toBe(plus(before.remaining, 25));

    const { body: accounts } = await api('GET', 'ledger/accounts?kind=vat');
    const { body: vat } = await api('GET', `ledger/accounts/${accounts.items[0].id}/entries`);
    expect(vat.items.map((entry: Json) => entry.amount)).toContain('-4.75');
  });

  it('is the same payment when it is asked for again with the same key', async () => {
    const [one, other] = await Promise.all([pay('5.00', 'refill-of-the-test'), pay('5.00', 'refill-of-the-test')]);
    expect(other.id).toBe(one.id);
    const { actionUrl } = await inState(one.id, 'action_needed');
    await press(actionUrl, { answer: 'cancel' });
    expect(await inState(one.id, 'canceled')).toMatchObject({ failure: null });
  });

  it('costs nothing when the card is declined, and another card may be tried', async () => {
    const before = await wallet();
    const made = await pay('7.00');
    const { actionUrl } = await inState(made.id, 'action_needed');
    expect(await press(actionUrl, { card: 'declined' })).toContain('The card was declined.');
    expect(await press(actionUrl, { card: 'empty' })).toContain('There is not enough money on this card.');
    expect((await payment(made.id)).state).toBe('action_needed');
    expect((await wallet()).remaining).toBe(before.remaining);
    await press(actionUrl, { card: 'twice' });
    await inState(made.id, 'succeeded');
    // Both notices are in by then, or come now: the second changes nothing.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await wallet()).remaining).toBe(plus(before.remaining, 7));
  });

  it('fails after five declines, with what the payer can read', async () => {
    const made = await pay('8.00');
    const { actionUrl } = await inState(made.id, 'action_needed');
    for (let i = 0; i < 5; i++) await press(actionUrl, { card: 'declined' });
    expect((await inState(made.id, 'failed')).failure).toEqual({
      ...{ code: 'card_declined', message: 'The card was declined.' },
    });
    expect(await press(actionUrl, { card: 'good' })).toContain('Nothing was charged.');
  });

  it('is found where the provider says nothing', async () => {
    const before = await wallet();
    const made = await pay('9.00');
    const { actionUrl } = await inState(made.id, 'action_needed');
    await press(actionUrl, { card: 'silent' });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await payment(made.id)).state).toBe('action_needed');
    await api('POST', 'sandbox/clock', { advance: { hours: 1 } });
    await inState(made.id, 'succeeded');
    expect((await wallet()).remaining).toBe(plus(before.remaining, 9));
  });
});

describe('a SIM is refilled', () => {
  it('by a card that asks for 3-D Secure: data is there, and the SIM is free', async () => {
    const sim = await paying.emptySim();
    const made = await api('POST', 'payments', { simRefill: { sim: sim.id, refill: 'small' }, method: 'card' });
    expect([made.status, made.body]).toMatchObject([201, { net: '3.00', vat: '0.57', gross: '3.57', subject: sim.id }]);
    const { actionUrl } = await inState(made.body.id, 'action_needed');
    expect(await press(actionUrl, { card: 'secure' })).toContain('Your bank asks');
    expect(await press(actionUrl, { answer: 'refuse' })).toContain('could not confirm');
    await press(actionUrl, { card: 'secure' });
    await press(actionUrl, { answer: 'confirm' });
    await inState(made.body.id, 'succeeded');
    const { body: refills } = await api('GET', `sims/${sim.id}/refills`);
    expect(refills.items[0]).toMatchObject({ option: 'small', amountBytes: '100000000', grantedBy: 'payments' });
    expect(isEmpty((await api('GET', `sims/${sim.id}`)).body)).toBe(false);
  });

  it('from a wallet at once and without VAT, and not when it holds too little', async () => {
    const before = await wallet();
    const refill = async (sim: string, option: string) =>
      api('POST', 'payments', { simRefill: { sim, refill: option }, method: 'wallet', wallet: before.id });
    let prepaid: Json | undefined;
    for (const sim of await simsOfDemo()) {
      const answer = await refill(sim.id, 'medium');
      if (answer.status !== 201) continue;
      prepaid = { sim, answer };
      break;
    }
    expect(prepaid!.answer.body).toMatchObject({
      ...{ state: 'succeeded', price: '9.00', vat: '0.00', gross: '9.00', tax: { category: 'O' }, wallet: before.id },
    });
    expect((await wallet()).remaining).toBe(plus(before.remaining, -9));

    const { body: opened } = await api('GET', `wallets/${before.id}`);
    const floor = opened.remaining;
    await api('PATCH', `wallets/${before.id}`, { floor });
    const refused = await refill(prepaid!.sim.id, 'large');
    expect([refused.status, refused.body.error.code]).toEqual([409, 'wallet.insufficient_funds']);
    const { body: list } = await api('GET', `payments?sim=${prepaid!.sim.id}`);
    expect(list.items.filter((item: Json) => item.wallet === before.id)).toHaveLength(1);
    await api('PATCH', `wallets/${before.id}`, { floor: '0.00' });
  });
});

describe('who pays for a SIM', () => {
  it('is its company by the company’s wallet, and the quote says what one gets and until when', async () => {
    const { body: company } = await api('POST', 'companies', { name: 'Pays for its people', currency: 'EUR' });
    const simRefill = { refill: 'small', sim: '', times: 2 };
    simRefill.sim = (await prepaidSim()).id;
    const asked = (method: string, wallet?: string) => ({ simRefill, method, ...(wallet && { wallet }) });
    const { body: own } = await api('POST', 'wallets', { owner: company.id, floor: '0.00' });
    const quoted = await api('POST', 'payments/quotes', asked('wallet', own.id));
    expect([quoted.status, quoted.body]).toMatchObject([
      200,
      { net: '6.00', vat: '0.00', method: 'company_wallet', gets: { amount: null, bytes: '200000000' } },
    ]);
    expect((await api('POST', 'payments', asked('wallet', own.id))).body.error.code).toBe('wallet.insufficient_funds');
    await api('POST', `wallets/${own.id}/credits`, { amount: '10.00', reason: 'To begin with', kind: 'adjustment' });
    const before = (await api('GET', `sims/${simRefill.sim}`)).body.prepaid.balanceBytes;
    const paid = await api('POST', 'payments', asked('wallet', own.id));
    expect([paid.status, paid.body]).toMatchObject([
      201,
      { state: 'succeeded', method: 'company_wallet', owner: company.id, gross: '6.00', times: 2 },
    ]);
    expect((await api('GET', `wallets/${own.id}`)).body.remaining).toBe('4.00');
    const after = (await api('GET', `sims/${simRefill.sim}`)).body.prepaid;
    expect(Number(after.balanceBytes) - Number(before)).toBe(200_000_000);
    expect(quoted.body.gets.validUntil?.slice(0, 16) ?? null).toBe(after.validUntil?.slice(0, 16) ?? null);
  });
});

describe('what does not fit', () => {
  it('is refused with the field', async () => {
    const { id } = await wallet();
    const refused = async (body: object) => {
      const answer = await api('POST', 'payments', body);
      return `${answer.status} ${answer.body.error?.code}`;
    };
    const walletRefill = (amount: string) => ({ walletRefill: { wallet: id, amount }, method: 'card' });
    expect(await refused({ method: 'card' })).toBe('400 payment.one_purpose');
    expect(await refused(walletRefill('0.00'))).toBe('400 payment.amount_invalid');
    expect(await refused(walletRefill('1.005'))).toBe('400 payment.amount_too_fine');
    expect(await refused({ ...walletRefill('1.00'), method: 'wallet', wallet: id })).toBe(
      '400 payment.wallet_does_not_fit',
    );
    expect(await refused({ ...walletRefill('1.00'), wallet: id })).toBe('400 payment.wallet_does_not_fit');
  });

  it('amounts that may not be, keys that were used, wallets of another currency, prices below what a card takes', async () => {
    const { id } = await wallet();
    const card = (amount: string) => ({ walletRefill: { wallet: id, amount }, method: 'card' });
    const said = ({ status, body }: { status: number; body: Json }) => `${status} ${body.error?.code}`;
    const amounts = { currency: 'EUR', presets: ['10.00', '50.00'], minimum: '5.00', maximum: '200.00' };
    expect((await api('GET', 'refill-amounts')).body.items[0]).toMatchObject({ minimum: '0.50', maximum: '10000.00' });
    expect(said(await api('PUT', 'refill-amounts', { ...amounts, maximum: '4.00' }))).toBe(
      '400 refill_amounts.bounds_reversed',
    );
    expect(said(await api('PUT', 'refill-amounts', { ...amounts, maximum: '90000000000' }))).toBe(
      '400 refill_amounts.maximum_too_large',
    );
    expect(said(await api('PUT', 'refill-amounts', { ...amounts, presets: ['500.00'] }))).toBe(
      '400 refill_amounts.preset_outside',
    );
    expect((await api('PUT', 'refill-amounts', amounts)).body).toMatchObject(amounts);
    expect((await api('POST', 'payments', card('4.99'))).body.error).toMatchObject({
      ...{ code: 'payment.amount_too_small', field: 'body.walletRefill.amount' },
    });
    expect(said(await api('POST', 'payments', card('200.01')))).toBe('400 payment.amount_too_large');
    await api('PUT', 'refill-amounts', { ...amounts, minimum: '0.01' });
    // A card is charged 0.50 at least, VAT within.
    expect(said(await api('POST', 'payments', card('0.41')))).toBe('409 payment.below_provider_minimum');
    const made = await api('POST', 'payments', card('6.00'), 'key-with-an-amount');
    expect(said(made)).toBe('201 undefined');
    expect(said(await api('POST', 'payments', card('7.00'), 'key-with-an-amount'))).toBe('409 idempotency.key_reused');
    // Its outcome is known before the next test pays for the same.
    await inState(made.body.id, 'action_needed');

    const simRefill = { sim: (await prepaidSim()).id, refill: 'small' };
    const { body: dollars } = await api('POST', 'companies', { name: 'Dollars', currency: 'USD' });
    const { body: other } = await api('POST', 'wallets', { owner: dollars.id, floor: '-100.00' });
    const from = (wallet?: string, method = 'wallet') => api('POST', 'payments', { simRefill, method, wallet });
    expect(said(await from(other.id))).toBe('409 payment.wallet_cannot_pay');
    expect(said(await api('POST', 'payments', { simRefill, method: 'card', wallet: id }))).toBe(
      '400 payment.wallet_does_not_fit',
    );
  });

  it('a second card payment while nobody knows of the first; two presses are one', async () => {
    const { id } = await wallet();
    const body = { walletRefill: { wallet: id, amount: '11.00' }, method: 'card' };
    const answers = await Promise.all([1, 2].map(() => api('POST', 'payments', body)));
    expect(answers.map(({ status, body }) => body.error?.code ?? status).sort()).toEqual([
      ...[201, 'payment.unknown_outcome'],
    ]);
  });

  it('a page that nobody was given, and a notice that proves nothing', async () => {
    const page = await fetch(`${paying.running.url}/pay/sandbox/${paying.demo.organization.id}/guessed`);
    expect([page.status, page.headers.get('content-security-policy')]).toMatchObject([
      404,
      expect.stringContaining("default-src 'none'"),
    ]);
    const { body } = await api('GET', 'payment-providers');
    const hook = `${paying.running.url}/pay/hooks/${paying.demo.organization.id}/${body.items[0].id}`;
    const payload = JSON.stringify({ id: 'x', payment: 'pay_1', state: 'succeeded', amountMinor: '1' });
    for (const headers of [{}, { 'sandbox-signature': '0'.repeat(64) }]) {
      const answer = await fetch(hook, {
        method: 'POST',
        body: payload,
        headers: { 'content-type': 'application/json', ...headers },
      });
      expect(answer.status).toBe(400);
    }
  });
});
