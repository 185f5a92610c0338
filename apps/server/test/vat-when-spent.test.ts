import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPdf } from '../src/documents/testing.ts';
import { publicId } from '../src/kit/ids.ts';
import { setRate, taxDay } from '../src/tax/index.ts';
import type { Json } from './paying.ts';
import { openWorld, type World } from './world.ts';

/** docs/journeys/35-vat-when-it-is-spent.md, over HTTP, every loop running. */
let world: World;
let company: Json;
let wallet: string;
let refilled: Json;
let prepaid: Json;

const api = (method: string, path: string, body?: object) => world.api<Json>(method, `/api/v1/${path}`, body);
const done = async (method: string, path: string, body?: object): Promise<Json> => {
  const answer = await api(method, path, body);
  expect([path, answer.status < 300 ? 'done' : answer.body]).toEqual([path, 'done']);
  return answer.body;
};
const code = async (method: string, path: string, body?: object) => (await api(method, path, body)).body?.error?.code;
const remaining = async (id = wallet) => (await done('GET', `wallets/${id}`)).remaining;
/** VAT is posted within a minute; the clock of the sandbox goes an hour ahead. */
const taxed = () => world.advance({ hours: 1 });

beforeAll(async () => {
  // In mid-month, so that an hour more is the same month.
  world = await openWorld({ now: new Date('2026-03-10T12:00:00Z') });
  const validFrom = taxDay(world.ctx(), world.ctx().now);
  await setRate(world.ctx(), world.organization.id, { category: 'S', ratePpm: 200_000, reason: '', validFrom });
  company = await done('POST', 'companies', { name: 'Harbour', currency: 'EUR' });
}, 120_000);
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

async function sim(plan: object, of = company): Promise<Json> {
  const { id } = await done('POST', 'plans', plan);
  const [card] = await world.stock(1);
  const path = `sims/${publicId('sim', card!.id)}`;
  await done('PATCH', path, { company: of.id });
  await done('PUT', `${path}/plan`, { plan: id, effective: 'now' });
  return done('GET', path);
}

async function use(of: Json, bytes: string): Promise<void> {
  const record = { id: randomUUID(), sim: of.id, occurredAt: world.ctx().now.toISOString(), plmn: '26201' };
  const told = { records: [{ ...record, bytesUp: '0', bytesDown: bytes }] };
  expect((await done('POST', 'usage-records?source=test', told)).results[0].outcome).toBe('charged');
}

describe('VAT when it is spent', { timeout: 180_000 }, () => {
  let paygo: Json;

  it('is a choice for wallets that are opened from then on, and their refills bear none', async () => {
    const other = await done('POST', 'companies', { name: 'Before', currency: 'EUR' });
    const before = await done('POST', 'wallets', { owner: other.id, floor: '0' });
    expect(await done('GET', 'wallet-settings')).toEqual({ vatAt: 'refill' });
    await done('PUT', 'wallet-settings', { vatAt: 'spending' });
    const opened = await done('POST', 'wallets', { owner: company.id, floor: '0' });
    wallet = opened.id;
    expect([before.vatAt, opened.vatAt]).toEqual(['refill', 'spending']);

    const asked = (id: string) => ({ walletRefill: { wallet: id, amount: '100.00' }, method: 'manual' });
    const none = { net: '100.00', vat: '0.00', gross: '100.00' };
    const { tax, ...quoted } = await done('POST', 'payments/quotes', asked(wallet));
    expect(quoted).toMatchObject(none);
    expect(tax).toMatchObject({ category: 'O', reason: 'VAT is charged when it is spent' });
    expect(await done('POST', 'payments/quotes', asked(before.id))).toMatchObject({ vat: '20.00', gross: '120.00' });
    refilled = await done('POST', 'payments', asked(wallet));
    expect(refilled).toMatchObject({ ...none, state: 'succeeded' });
    expect(await remaining()).toBe('100.00');
  });

  it('follows usage and fees, and the month adds it up', async () => {
    paygo = await sim({ name: 'PAYGO', type: 'paygo', fee: '2.00', pricePerMb: '0.10', billingStart: 'first_usage' });
    await use(paygo, '10000000');
    await taxed();
    expect(await done('GET', `wallets/${wallet}`)).toMatchObject({ remaining: '96.40', untaxed: '0.00' });
    const { items } = await done('GET', `wallets/${wallet}/history?kind=vat`);
    const shown = items.map((one: Json) => [one.description, one.amount, one.sim?.id ?? null]).sort();
    expect(shown).toEqual([
      ['VAT of recurring fee', '-0.40', paygo.id],
      ['VAT of usage', '-0.20', null],
    ]);
    const from = new Date(world.ctx().now.getTime() - 86_400_000).toISOString();
    const overview = await done('GET', `wallets/${wallet}/overview?from=${from}`);
    const spent = { spentOnUsage: '1.00', spentOnFees: '2.00', vat: '0.60', debited: '0.00' };
    expect(overview).toMatchObject({ starting: '0.00', credited: '100.00', ...spent, ending: '96.40' });
    const months = await done('GET', `wallets/${wallet}/vat`);
    expect(months.items).toEqual([
      {
        ...{ month: '2026-03', net: '3.00', vat: '0.60', gross: '3.60', closedAt: null },
        lines: [{ category: 'S', percent: '20', reason: '', net: '3.00', vat: '0.60' }],
      },
    ]);
  });

  it('is on a refill of a SIM that the wallet pays, as by card, and comes back with it', async () => {
    prepaid = await sim({
      ...{ name: 'Prepaid', type: 'prepaid', validityDays: 300, refills: [{ mb: '100', price: '3.003' }] },
    });
    const bought = {
      ...{ simRefill: { sim: prepaid.id, refill: prepaid.prepaid.refills[0].id }, method: 'company_wallet', wallet },
    };
    const sums = { price: '3.003', net: '3.00', vat: '0.60', gross: '3.60' };
    expect(await done('POST', 'payments/quotes', bought)).toMatchObject(sums);
    const { id } = await done('POST', 'payments', bought);
    expect(await remaining()).toBe('92.80');
    await done('POST', `payments/${id}/refunds`, { amount: '1.80', reason: 'Half of it' });
    expect(await remaining()).toBe('94.60');
    await done('POST', `payments/${id}/refunds`, { reason: 'The rest' });
    expect(await remaining()).toBe('96.40');
  });

  it('pays an invoice at its gross', async () => {
    const bundle = await sim({
      ...{ name: 'Bundle', type: 'monthly_bundle', fee: '10.00', allowanceMb: '1', billingStart: 'assignment' },
      ...{ overageSizeMb: '1', overagePrice: '0.10' },
    });
    const { items } = await done('POST', 'pre-bills', { companies: [company.id] });
    const invoice = await done('POST', `pre-bills/${items[0].id}/approve`, { version: items[0].version });
    expect(invoice).toMatchObject({ gross: '12.00', state: 'open' });
    const asked = { invoicePayment: { invoices: [invoice.id] }, method: 'company_wallet', wallet };
    expect(await done('POST', 'payments/quotes', asked)).toMatchObject({ gross: '12.00' });
    await done('POST', 'payments', asked);
    expect(await done('GET', `invoices/${invoice.id}`)).toMatchObject({ state: 'paid' });
    expect(await remaining()).toBe('84.40');
    const billed = { sim: bundle.id, amount: '-1.00', reason: 'no part of the wallet', revenue: 'fee' };
    await done('POST', 'adjustments', billed);
    expect(await remaining()).toBe('84.40');
  });

  it('comes back with what is credited of usage, and takes its place before what staff take', async () => {
    await done('POST', 'adjustments', { sim: paygo.id, amount: '-1.00', reason: 'an outage', revenue: 'usage' });
    await taxed();
    expect(await remaining()).toBe('85.60');
    // 70.00 of usage, with VAT of it 84.00: 1.60 is left, and not the 15.60 that the balance says.
    await use(paygo, '700000000');
    const taken = await api('POST', `wallets/${wallet}/debits`, { amount: '1.61', reason: 'more than there is' });
    expect(taken.body.error).toMatchObject({ code: 'wallet.insufficient_funds', details: { remaining: '1.60' } });
    await taxed();
    expect(await remaining()).toBe('1.60');
  });

  it('a fee is taken with its VAT, both or none; the month that is over has a receipt', async () => {
    await world.advance({ months: 1, hours: 2 });
    // 2.00 of the next month, and 0.40: it holds 1.60.
    expect(await done('GET', `wallets/${wallet}/due-fees`)).toMatchObject({ total: { fees: 1, amount: '2.00' } });
    await done('POST', `wallets/${wallet}/credits`, { amount: '0.79', reason: 'a cent short' });
    expect(await remaining()).toBe('2.39');
    await done('POST', `wallets/${wallet}/credits`, { amount: '0.01', reason: 'enough' });
    expect(await remaining()).toBe('0.00');

    const { items } = await done('GET', `wallets/${wallet}/vat`);
    expect(items).toMatchObject([
      { month: '2026-04', net: '2.00', vat: '0.40', closedAt: null },
      { month: '2026-03', net: '72.00', vat: '14.40', gross: '86.40' },
    ]);
    expect(items[1].closedAt).not.toBeNull();
    expect(await code('GET', `wallets/${wallet}/vat/2026-04/receipt.pdf`)).toBe('wallet_vat.month_open');
    const answer = await fetch(`${world.url}/api/v1/wallets/${wallet}/vat/2026-03/receipt.pdf`, {
      headers: { authorization: `Bearer ${world.apiKey}` },
    });
    const said = (await readPdf(Buffer.from(await answer.arrayBuffer()))).pages[0];
    for (const part of ['Harbour', 'paid from the wallet', '72.00', '14.40', '86.40', '20'])
      expect(said).toContain(part);
  });

  it('changes only while the wallet is empty; what was paid before it neither comes in nor leaves then', async () => {
    await done('POST', `wallets/${wallet}/credits`, { amount: '1.00', reason: 'something' });
    expect(await code('PATCH', `wallets/${wallet}`, { vatAt: 'refill' })).toBe('wallet.not_empty');
    await done('POST', `wallets/${wallet}/debits`, { amount: '1.00', reason: 'nothing' });
    expect(await done('PATCH', `wallets/${wallet}`, { vatAt: 'refill' })).toMatchObject({ vatAt: 'refill' });
    await done('POST', `wallets/${wallet}/credits`, { amount: '100.00', reason: 'something else' });
    const back = { reason: 'It bore no VAT, and this money did' };
    expect(await code('POST', `payments/${refilled.id}/refunds`, back)).toBe('payment.wallet_taxed_otherwise');
  });

  it('is on what a SIM refills itself with', async () => {
    const other = await done('POST', 'companies', { name: 'Beacon', currency: 'EUR' });
    const { id } = await done('POST', 'wallets', { owner: other.id, floor: '0' });
    await done('POST', `wallets/${id}/credits`, { amount: '10.00', reason: 'To begin with' });
    const plan = { name: 'Itself', type: 'prepaid', validityDays: 300, refills: [{ mb: '100', price: '3.00' }] };
    const one = await sim(plan, other);
    const refill = one.prepaid.refills[0].id;
    const set = await done('PUT', `sims/${one.id}/auto-refill`, {
      ...{ below: '1000000', refill, payers: ['own_wallet'], cooldownMinutes: 0 },
    });
    const attempt = await world.until(
      'it to be refilled',
      async () => {
        const { items } = await done('GET', `auto-refills/${set.id}/attempts`);
        return items.find(({ state }: Json) => state === 'succeeded');
      },
      60_000,
    );
    expect([attempt.payer, attempt.gross, await remaining(id)]).toEqual(['own_wallet', '3.60', '6.40']);
  });
});
