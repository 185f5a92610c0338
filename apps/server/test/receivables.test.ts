import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noDetails, setDetails } from '../src/documents/index.ts';
import { readPdf } from '../src/documents/testing.ts';
import * as inventory from '../src/inventory/index.ts';
import { atomically, query, sql } from '../src/kit/db.ts';
import { parsePublicId, publicId } from '../src/kit/ids.ts';
import { connectProvider } from '../src/payments/index.ts';
import { setNumber, setRate, taxDay } from '../src/tax/index.ts';
import { createApiKey } from '../src/tenancy/index.ts';
import { asking } from './asking.ts';
import { type Json, press } from './paying.ts';
import { openWorld, type World } from './world.ts';

/** docs/journeys/31-pay-an-invoice.md, every loop running, the provider's pages over HTTP. */
let world: World;
let company: Json;
let planId: string;

const { api, done, code, until } = asking(() => world);

beforeAll(async () => {
  world = await openWorld();
  await connectProvider(world.ctx(), 'sandbox', 'Sandbox');
  await rate(190_000);
  company = await done('POST', 'companies', { name: 'Harbour', currency: 'EUR' });
  const plan = await done('POST', 'plans', {
    ...{ name: 'Bundle', type: 'monthly_bundle', fee: '10.00', allowanceMb: '1', billingStart: 'assignment' },
    ...{ overageSizeMb: '1', overagePrice: '0.10' },
  });
  planId = plan.id;
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

async function rate(ratePpm: number): Promise<void> {
  const category = ratePpm > 0 ? ('S' as const) : ('Z' as const);
  const validFrom = taxDay(world.ctx(), world.ctx().now);
  await setRate(world.ctx(), world.organization.id, { category, ratePpm, reason: 'Of the test', validFrom });
}

/** An invoice of 10.00 for each SIM, and VAT. */
async function invoice(sims = 1, of = company): Promise<Json> {
  const stock = await world.stock(sims);
  const companyId = parsePublicId('company', of.id)!;
  const ids = stock.map(({ id }) => id);
  await atomically(world.ctx(), (ctx) => inventory.register(ctx, ids, companyId));
  for (const { id } of stock) await done('PUT', `sims/${publicId('sim', id)}/plan`, { plan: planId, effective: 'now' });
  const { items } = await done('POST', 'pre-bills', { companies: [of.id] });
  expect(items).toHaveLength(1);
  return done('POST', `pre-bills/${items[0].id}/approve`, { version: items[0].version });
}

const now = async ({ id }: Json) => done('GET', `invoices/${id}`);
const pay = (invoices: Json[], more: object) =>
  done('POST', 'payments', { invoicePayment: { invoices: invoices.map(({ id }) => id), ...more }, method: 'manual' });
const credit = async () => (await done('GET', `companies/${company.id}/credit`)).items[0]?.credit ?? '0.00';
const receivable = async () => {
  const { items } = await done('GET', `ledger/accounts?company=${company.id}`);
  return items.find((one: Json) => one.kind === 'receivable').balance;
};
/** What VAT is owed to the tax office, in cents; below zero. */
const vat = async () => {
  const [sum] = await query<{ micros: string }>(
    world.owner.pool,
    sql`select sum(e.amount_micros)::text as micros from entries e
          join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id where a.kind = 'vat'`,
  );
  return Number(BigInt(sum!.micros) / 1_000_000n);
};
const standing = async (of: Json): Promise<Json[]> => {
  const { items } = await done('GET', `invoices/${of.id}/allocations`);
  const undone = new Set(items.map((one: Json) => one.undoes));
  return items.filter((one: Json) => !one.undoes && !undone.has(one.id));
};

describe('an invoice is paid', () => {
  it('by card, on the provider’s page, with no VAT upon its VAT', async () => {
    const one = await invoice();
    expect(one).toMatchObject({ net: '10.00', gross: '11.90', state: 'open' });
    const asked = { invoicePayment: { invoices: [one.id] }, method: 'card' };
    expect(await done('POST', 'payments/quotes', asked)).toMatchObject({ gross: '11.90', vat: '0.00' });
    const payment = await done('POST', 'payments', asked);
    expect(payment).toMatchObject({ purpose: 'invoice', subject: one.id, owner: company.id, gross: '11.90' });
    const { actionUrl } = await until('its page', async () => {
      const found = await done('GET', `payments/${payment.id}`);
      return found.state === 'action_needed' && found;
    });
    await press(actionUrl, { card: 'good' });
    await until('it to be paid', async () => (await now(one)).state === 'paid');
    expect([await receivable(), await credit()]).toEqual(['0.00', '0.00']);
    expect(await code('POST', 'payments', asked)).toBe('invoice.not_open');
    const { items } = await done('GET', `transactions?type=invoice_payment`);
    expect(items[0]).toMatchObject({ type: 'invoice_payment', amount: '11.90', status: 'completed' });
    const receipt = await fetch(`${world.url}/api/v1/payments/${payment.id}/receipt.pdf`, {
      headers: { authorization: `Bearer ${world.apiKey}` },
    });
    const [sheet] = (await readPdf(Buffer.from(await receipt.arrayBuffer()))).pages;
    expect(sheet).toContain(`Payment of invoices ${one.number} 1 11.90 11.90 Paid EUR 11.90`);
    expect(sheet).not.toContain('VAT');
    const { id, number } = await now(one);
    expect(items[0].destination).toEqual({ kind: 'invoice', id, name: number });
    expect((await done('GET', `transactions?search=${number}`)).items).toMatchObject([{ id: items[0].id }]);
  });

  it('by bank in parts; one payment for several, in their order; what is too much stays on account and pays the next', async () => {
    const [one, two] = [await invoice(), await invoice(2)];
    await pay([one], { amount: '5.00' });
    expect(await now(one)).toMatchObject({ state: 'open', paid: '5.00' });
    await pay([one, two], { amount: '20.00' });
    expect([(await now(one)).state, (await now(two)).paid]).toEqual(['paid', '13.10']);
    await pay([two], { amount: '30.00' });
    expect([(await now(two)).state, await credit(), await receivable()]).toEqual(['paid', '19.30', '-19.30']);
    const three = await invoice();
    await until('credit to pay it', async () => (await now(three)).state === 'paid');
    expect([await credit(), await receivable()]).toEqual(['7.40', '-7.40']);
  });

  it('what is allocated is taken back as a row of its own, and allocated anew by hand', async () => {
    const one = await invoice();
    await until('credit to pay some of it', async () => (await now(one)).paid === '7.40');
    const [first] = await standing(one);
    const receipt = await done('POST', `allocations/${first!.id}/undo`, { reason: 'Meant for another one' });
    expect(receipt).toMatchObject({ credit: '7.40' });
    expect(await now(one)).toMatchObject({ state: 'open', paid: '0.00' });
    expect(await code('POST', `allocations/${first!.id}/undo`, {})).toBe('allocation.undone');
    const by = `payments/${first!.payment}/allocations`;
    expect(await code('POST', by, { invoice: one.id, amount: '7.41' })).toBe('allocation.too_much');
    expect(await code('POST', by, { invoice: one.id, amount: '0.001' })).toBe('payment.amount_too_fine');
    expect(await done('POST', by, { invoice: one.id, amount: '7.00' })).toMatchObject({ credit: '0.40' });
    expect(await done('POST', by, { invoice: one.id })).toMatchObject({ credit: '0.00' });
    expect(await code('POST', by, { invoice: one.id })).toBe('allocation.nothing_left');
    await pay([one], {});
    expect([(await now(one)).state, await receivable()]).toEqual(['paid', '0.00']);
  });

  it('a refund reopens it: credit goes first, then the newest allocations', async () => {
    const [one, two] = [await invoice(), await invoice()];
    const payment = await pay([one, two], { amount: '25.00' });
    expect(await credit()).toBe('1.20');
    await done('POST', `payments/${payment.id}/refunds`, { amount: '6.20', reason: 'Paid too much' });
    await until('the newer to be open', async () => (await now(two)).paid === '6.90');
    expect([(await now(one)).state, (await now(two)).state, await credit()]).toEqual(['paid', 'open', '0.00']);
    expect(await receivable()).toBe('5.00');
    await done('POST', `payments/${payment.id}/refunds`, { reason: 'All of it' });
    await until('both to be open', async () => (await now(one)).paid === '0.00' && (await now(two)).paid === '0.00');
    expect(await receivable()).toBe('23.80');
    await pay([one, two], {});
    expect(await receivable()).toBe('0.00');
  });

  it('by a wallet only where there is no VAT: that of its money was paid before', async () => {
    const wallet = await done('POST', 'wallets', { owner: company.id, floor: '0.00' });
    await done('POST', `wallets/${wallet.id}/credits`, { amount: '50.00', reason: 'Paid in', kind: 'refill' });
    const taxed = await invoice();
    const by = (of: Json) => ({ invoicePayment: { invoices: [of.id] }, method: 'wallet', wallet: wallet.id });
    expect(await code('POST', 'payments', by(taxed))).toBe('payment.wallet_pays_no_vat');
    await pay([taxed], {});
    await rate(0);
    const untaxed = await invoice();
    const payment = await done('POST', 'payments', by(untaxed));
    expect(payment).toMatchObject({ state: 'succeeded', method: 'company_wallet', gross: '10.00' });
    expect((await now(untaxed)).state).toBe('paid');
    expect([(await done('GET', `wallets/${wallet.id}`)).remaining, await receivable()]).toEqual(['40.00', '0.00']);
    await done('POST', `payments/${payment.id}/refunds`, { reason: 'Back' });
    await until('it to be open', async () => (await now(untaxed)).state === 'open');
    expect([(await done('GET', `wallets/${wallet.id}`)).remaining, await receivable()]).toEqual(['50.00', '10.00']);
  });

  it('by a wallet with its VAT: what was paid in with VAT pays it, each refill by its own rate; a refund gives that back', async () => {
    const payer = await done('POST', 'companies', { name: 'Quay', currency: 'EUR' });
    const wallet = await done('POST', 'wallets', { owner: payer.id, floor: '0.00' });
    const remaining = async () => (await done('GET', `wallets/${wallet.id}`)).remaining;
    const refill = (amount: string) =>
      done('POST', 'payments', { walletRefill: { wallet: wallet.id, amount }, method: 'manual', note: 'By bank' });
    const by = (of: Json) => ({ invoicePayment: { invoices: [of.id] }, method: 'wallet', wallet: wallet.id });
    await rate(190_000);
    const older = await refill('100.00');
    await rate(70_000);
    const newer = await refill('50.00');
    const before = await vat();
    const one = await invoice(1, payer);
    expect([one.gross, before - (await vat())]).toEqual(['10.70', 70]);
    expect(await done('POST', 'payments/quotes', by(one))).toMatchObject({ net: '10.00', vat: '0.70', gross: '10.70' });
    await done('POST', 'payments', by(one));
    expect([(await now(one)).state, await remaining(), await vat()]).toEqual(['paid', '140.00', before]);
    await rate(190_000);
    const two = await invoice(5, payer);
    const payment = await done('POST', 'payments', by(two));
    // 42.80 are left of the newer, 40.00 and 2.80; of the older it takes 16.70, 14.03 and 2.67.
    expect(payment).toMatchObject({ net: '54.03', vat: '5.47', gross: '59.50' });
    expect([(await now(two)).state, await remaining()]).toEqual(['paid', '85.97']);
    expect(await done('GET', `payments/${newer.id}`)).toMatchObject({ used: '53.50' });
    expect(await done('GET', `payments/${older.id}`)).toMatchObject({ used: '16.70' });
    expect(await vat()).toBe(before - 950 + 547);
    expect(await code('POST', `payments/${newer.id}/refunds`, { reason: 'Back' })).toBe('refund.refunded_already');
    expect(await code('POST', `payments/${older.id}/refunds`, { amount: '102.31', reason: 'Back' })).toBe(
      'refund.too_much',
    );
    const refund = await done('POST', `payments/${payment.id}/refunds`, { amount: '20.00', reason: 'Too much' });
    // What was used last goes back first: 16.70 of the older, and 3.30 of the newer.
    expect(refund).toMatchObject({ net: '17.11', vat: '2.89', amount: '20.00' });
    await until('it to be open', async () => (await now(two)).paid === '39.50');
    expect([await remaining(), (await done('GET', `payments/${older.id}`)).used]).toEqual(['103.08', '0.00']);
    const three = await invoice(12, payer);
    expect(await code('POST', 'payments', by(three))).toBe('payment.wallet_pays_no_vat');
    await pay([two, three], {});
    await done('POST', `payments/${payment.id}/refunds`, { reason: 'All of it' });
    expect(await remaining()).toBe('140.00');
    expect(await done('GET', `payments/${newer.id}`)).toMatchObject({ used: '10.70' });

    // Two at once, of which the wallet can pay one: it pays one.
    const [four, five] = [await invoice(8, payer), await invoice(8, payer)];
    const both = await Promise.all([four, five].map((of) => api('POST', 'payments', by(of))));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const paid = await Promise.all([four, five].map(now));
    expect(paid.map(({ state }) => state).sort()).toEqual(['open', 'paid']);
  });

  it('with what was paid before it was issued: its documents say so', async () => {
    const payer = await done('POST', 'companies', { name: 'Slip', currency: 'EUR' });
    await rate(190_000);
    const country = (countryCode: string) => ({ ...noDetails, city: 'Hamburg', countryCode });
    await setDetails(world.ctx(), parsePublicId('company', payer.id)!, country('DE'));
    await setDetails(world.ctx(), world.organization.id, country('DE'));
    await setNumber(world.ctx(), world.organization.id, { country: 'DE', number: '136695976' });
    const wallet = await done('POST', 'wallets', { owner: payer.id, floor: '0.00' });
    await done('POST', 'payments', { walletRefill: { wallet: wallet.id, amount: '50.00' }, method: 'manual' });
    // What is given pays no invoice, and is there afterwards.
    const grant = { kind: 'grant', amount: '5.00', reason: 'Welcome' };
    await done('POST', `wallets/${wallet.id}/adjustments`, grant);
    const ahead = { invoicePayment: { company: payer.id, amount: '15.00', overpay: true } };
    const payment = await done('POST', 'payments', { ...ahead, method: 'company_wallet', wallet: wallet.id });
    expect(payment).toMatchObject({ net: '12.61', vat: '2.39', gross: '15.00' });
    const { balances } = await done('GET', `wallets/${wallet.id}/balances`);
    const held = Object.fromEntries(balances.map((part: Json) => [part.kind, part.remaining]));
    expect(held).toMatchObject({ granted: '5.00', paid: '37.39' });
    const [one, two] = [await invoice(1, payer), await invoice(1, payer)];
    expect(one).toMatchObject({ state: 'paid', paid: '11.90' });
    expect(two).toMatchObject({ state: 'open', paid: '3.10' });
    const document = await done('GET', `invoices/${two.id}/document.json`);
    expect(document).toMatchObject({ gross: '11.90', prepaid: '3.10', payable: '8.80' });
    const file = async (of: Json, form: string) =>
      fetch(`${world.url}/api/v1/invoices/${of.id}/document.${form}`, {
        headers: { authorization: `Bearer ${world.apiKey}` },
      });
    const [sheet] = (await readPdf(Buffer.from(await (await file(two, 'pdf')).arrayBuffer()))).pages;
    expect(sheet).toContain('Paid already, with its VAT −3.10 Amount due EUR 8.80');
    const xml = await (await file(two, 'xml')).text();
    expect(xml).toContain('<cbc:PrepaidAmount currencyID="EUR">3.10</cbc:PrepaidAmount>');
    expect(xml).toContain('<cbc:PayableAmount currencyID="EUR">8.80</cbc:PayableAmount>');
    const [paid] = (await readPdf(Buffer.from(await (await file(one, 'pdf')).arrayBuffer()))).pages;
    expect(paid).toContain('There is nothing left to pay.');
  });

  it('by staff of its company, and nobody else’s', async () => {
    const other = await done('POST', 'companies', { name: 'Buoy', currency: 'EUR' });
    const one = await invoice(1, other);
    const as = async (of: Json) => {
      const named = { name: of.name, permissions: ['*'], companyId: parsePublicId('company', of.id)! };
      const { text } = await createApiKey(world.ctx(), named);
      return async (method: string, path: string, body?: object) =>
        (await world.api<Json>(method, `/api/v1/${path}`, body, { authorization: `Bearer ${text}` })).body;
    };
    const [theirs, strangers] = [await as(other), await as(company)];
    const card = { invoicePayment: { invoices: [one.id] }, method: 'card' };
    expect((await strangers('POST', 'payments', card)).error.code).toBe('invoice.not_found');
    expect((await strangers('POST', `invoices/${one.id}/links`, {})).error.code).toBe('invoice.not_found');
    const all = { invoicePayment: { company: other.id }, method: 'card' };
    expect((await strangers('POST', 'payments', all)).error.code).toBe('company.not_found');
    expect((await theirs('POST', 'payments', { ...all, method: 'manual' })).error.code).toBe('payment.manual_is_ours');
    expect(await theirs('POST', `invoices/${one.id}/links`, {})).toMatchObject({ good: true });
    expect(await theirs('POST', 'payments', card)).toMatchObject({ owner: other.id, gross: one.gross });
  });

  it('of a company without naming one: the oldest first, among them what was issued since; more than is due only by hand, or if it is said', async () => {
    await rate(0);
    const other = await done('POST', 'companies', { name: 'Pier', currency: 'EUR' });
    const by = (more: object) => ({ invoicePayment: { company: other.id, ...more }, method: 'manual' });
    expect(await code('POST', 'payments', by({}))).toBe('payment.nothing_due');
    const ahead = await done('POST', 'payments', by({ amount: '5.00' }));
    expect(ahead).toMatchObject({ subject: other.id, state: 'succeeded' });
    const { items } = await done('GET', `transactions?company=${other.id}`);
    expect(items).toMatchObject([
      { type: 'invoice_payment', destination: { kind: 'company', name: 'Pier' }, amount: '5.00' },
    ]);
    const [one, two] = [await invoice(1, other), await invoice(2, other)];
    await until('what was paid ahead to be used', async () => (await now(one)).paid === '5.00');
    expect(await code('POST', 'payments', { ...by({ amount: '25.01' }), method: 'card' })).toBe(
      'payment.more_than_due',
    );
    const said = { ...by({ amount: '25.01', overpay: true }), method: 'card' };
    expect(await done('POST', 'payments/quotes', said)).toMatchObject({ gross: '25.01' });
    expect(await code('POST', 'payments', by({ amount: '1.005' }))).toBe('payment.amount_too_fine');
    expect(await code('POST', 'payments', by({ invoices: [one.id] }))).toBe('payment.invoices_or_company');
    await done('POST', 'payments', by({ amount: '7.00' }));
    expect([(await now(one)).state, (await now(two)).paid]).toEqual(['paid', '2.00']);
    await done('POST', 'payments', by({}));
    expect([(await now(two)).state, (await now(two)).paid]).toEqual(['paid', '20.00']);
  });

  it('not with what does not fit', async () => {
    const other = await done('POST', 'companies', { name: 'Other', currency: 'EUR' });
    expect(await code('POST', 'payments', { invoicePayment: { invoices: [] }, method: 'manual' })).toBe(
      'request.invalid',
    );
    const unknown = publicId('invoice', parsePublicId('company', other.id)!);
    expect(await code('POST', 'payments', { invoicePayment: { invoices: [unknown] }, method: 'manual' })).toBe(
      'invoice.not_found',
    );
  });
});

describe('a bill below zero', () => {
  const country = (countryCode: string) => ({ ...noDetails, city: 'Hamburg', countryCode });
  let payer: Json;
  beforeEach(async () => {
    await rate(190_000);
    payer = await done('POST', 'companies', { name: 'Delta', currency: 'EUR' });
  });

  /** A credit note of so much, and VAT: what was charged for a SIM is corrected, and nothing else is to be billed. */
  async function below(amount: string): Promise<Json> {
    const { items: sims } = await done('GET', `sims?company=${payer.id}&limit=1`);
    await done('POST', 'adjustments', { sim: sims[0].id, amount: `-${amount}`, reason: 'An outage' });
    const { items } = await done('POST', 'pre-bills', { companies: [payer.id] });
    const note = await done('POST', `pre-bills/${items[0].id}/approve`, { version: items[0].version });
    expect(note).toMatchObject({ kind: 'credit_note', net: amount });
    return note;
  }
  const owes = async () => {
    const { items } = await done('GET', `ledger/accounts?company=${payer.id}`);
    return items.find((one: Json) => one.kind === 'receivable').balance;
  };
  const onAccount = async () => (await done('GET', `companies/${payer.id}/credit`)).items[0]?.credit ?? '0.00';
  const receipt = (note: Json) => done('GET', `invoices/${note.id}/receipt`);

  it('pays what is open as it is issued, the oldest first; the rest pays what is issued next, whose documents name it', async () => {
    const [one, two] = [await invoice(1, payer), await invoice(1, payer)];
    const note = await below('15.00');
    // In the same database transaction: nobody was waited for.
    expect([(await now(one)).state, (await now(two)).paid]).toEqual(['paid', '5.95']);
    expect(await receipt(note)).toMatchObject({
      ...{ payment: null, creditNote: { id: note.id, number: note.number }, gross: '17.85', credit: '0.00' },
    });
    const { items: paid } = await done('GET', `invoices/${one.id}/allocations`);
    expect(paid).toMatchObject([{ payment: null, creditNote: { number: note.number }, amount: '11.90' }]);
    const { items: pays } = await done('GET', `invoices/${note.id}/allocations`);
    expect(pays.map((each: Json) => [each.invoiceNumber, each.amount])).toEqual([
      [two.number, '5.95'],
      [one.number, '11.90'],
    ]);
    const more = await below('10.00');
    expect([(await now(two)).state, await onAccount(), await owes()]).toEqual(['paid', '5.95', '-5.95']);
    const aged = (await done('GET', `receivables?company=${payer.id}`)).items;
    expect(aged).toMatchObject([{ invoices: 0, current: '0.00', credits: '5.95', total: '-5.95' }]);

    await setDetails(world.ctx(), parsePublicId('company', payer.id)!, country('DE'));
    await setDetails(world.ctx(), world.organization.id, country('DE'));
    await setNumber(world.ctx(), world.organization.id, { country: 'DE', number: '136695976' });
    const three = await invoice(1, payer);
    expect(three).toMatchObject({ state: 'open', gross: '11.90', paid: '5.95' });
    expect(await done('GET', `invoices/${three.id}/document.json`)).toMatchObject({
      ...{ gross: '11.90', prepaid: '5.95', payable: '5.95' },
      creditNotes: [{ number: more.number, amount: '5.95' }],
    });
    const file = async (form: string) =>
      fetch(`${world.url}/api/v1/invoices/${three.id}/document.${form}`, {
        headers: { authorization: `Bearer ${world.apiKey}` },
      });
    const [sheet] = (await readPdf(Buffer.from(await (await file('pdf')).arrayBuffer()))).pages;
    expect(sheet).toContain(`Credit note ${more.number} −5.95 Amount due EUR 5.95`);
    const xml = await (await file('xml')).text();
    expect(xml).toContain('<cbc:PrepaidAmount currencyID="EUR">5.95</cbc:PrepaidAmount>');
    expect(xml).toContain(`Of what is paid already, 5.95 EUR is that of credit note ${more.number}.`);
    await pay([three], {});
    expect(await owes()).toBe('0.00');
  });

  it('pays what people say: taken back it stays on account, and goes out by bank', async () => {
    const one = await invoice(1, payer);
    const note = await below('5.00');
    const [made] = await standing(one);
    expect(made).toMatchObject({ amount: '5.95', creditNote: { id: note.id } });
    expect(await code('POST', `invoices/${note.id}/payouts`, { reason: 'Asked for' })).toBe('payout.nothing_left');
    const kept = await done('POST', `allocations/${made!.id}/undo`, { reason: 'They want it back' });
    expect(kept).toMatchObject({ creditNote: { number: note.number }, credit: '5.95' });
    expect([(await now(one)).paid, await onAccount()]).toEqual(['0.00', '5.95']);
    const by = `invoices/${note.id}/allocations`;
    expect(await done('POST', by, { invoice: one.id, amount: '1.95' })).toMatchObject({ credit: '4.00' });
    const out = `invoices/${note.id}/payouts`;
    expect(await code('POST', out, { amount: '4.01' })).toBe('payout.too_much');
    expect(await code('POST', out, { amount: '0.001' })).toBe('payment.amount_too_fine');
    expect(await done('POST', out, { amount: '1.00', reason: 'To their bank' })).toMatchObject({ amount: '1.00' });
    await done('POST', out, {});
    expect(await receipt(note)).toMatchObject({ allocated: '1.95', refunded: '4.00', credit: '0.00' });
    expect((await done('GET', out)).items).toMatchObject([{ amount: '3.00' }, { amount: '1.00' }]);
    expect([(await now(one)).paid, await owes()]).toEqual(['1.95', '9.95']);
    const { items } = await done('GET', `transactions?company=${payer.id}&type=refund`);
    expect(items).toMatchObject([
      { amount: '-3.00', method: 'manual', destination: { kind: 'invoice', name: note.number } },
      { amount: '-1.00', note: 'To their bank' },
    ]);
    expect(await done('GET', `transactions/${items[0].id}`)).toMatchObject({ transfers: [{ kind: 'refund' }] });
    const { lines } = await done('GET', `companies/${payer.id}/statement`);
    expect(lines.at(-1)).toMatchObject({ kind: 'payment', amount: '3.00', subject: expect.stringMatching(/^pyo_/) });
    // A payment has refunds, and a credit note of an invoice no credit of its own.
    expect(await code('GET', `invoices/${one.id}/receipt`)).toBe('receipt.not_found');
    await pay([one], {});
  });

  it('credit that a credit note frees pays what is open at once; what people took back does not come again by itself', async () => {
    const [one, two, three] = [await invoice(1, payer), await invoice(1, payer), await invoice(1, payer)];
    await pay([one], {});
    const payment = (await standing(one))[0]!.payment;
    await pay([two], {});
    const [taken] = await standing(two);
    await done('POST', `allocations/${taken!.id}/undo`, { reason: 'Contested' });
    await done('POST', `invoices/${one.id}/credit-notes`, { reason: 'It was wrong' });
    await until('what was paid of it to pay another', async () => (await now(two)).state === 'paid');
    expect(await standing(two)).toMatchObject([{ payment, reason: 'Freed by a credit note.' }]);
    // What people took back lies where they left it.
    expect([(await now(three)).paid, await onAccount()]).toEqual(['0.00', '11.90']);
    await done('POST', `invoices/${two.id}/credit-notes`, { reason: 'It was wrong' });
    await until('it to pay the next', async () => (await now(three)).state === 'paid');
    expect([await onAccount(), await owes()]).toEqual(['11.90', '-11.90']);
  });

  it('is issued in the moment in which an invoice is: whoever is first, the credit pays it', async () => {
    await pay([await invoice(1, payer)], {});
    const { items: sims } = await done('GET', `sims?company=${payer.id}&limit=1`);
    await done('POST', 'adjustments', { sim: sims[0].id, amount: '-10.00', reason: 'An outage' });
    const { items } = await done('POST', 'pre-bills', { companies: [payer.id] });
    const [note, fresh] = await Promise.all([
      done('POST', `pre-bills/${items[0].id}/approve`, { version: items[0].version }),
      invoice(1, payer),
    ]);
    await until('the credit to have paid it', async () => (await now(fresh)).state === 'paid');
    expect(await receipt(note)).toMatchObject({ credit: '0.00', allocated: '11.90' });
  });
});

describe('a company that leaves', () => {
  it('has no SIM that can be used, and owes nothing', async () => {
    const leaving = await done('POST', 'companies', { name: 'Ebb', currency: 'EUR' });
    const one = await invoice(1, leaving);
    const refused = await api('DELETE', `companies/${leaving.id}`);
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'company.sims_active' } } });
    const { items } = await done('GET', `sims?company=${leaving.id}`);
    expect(refused.body.error.details).toMatchObject({ sim: items[0].id, iccid: items[0].iccid });
    await done('DELETE', `sims/${items[0].id}/plan`);
    expect(await code('DELETE', `companies/${leaving.id}`)).toBe('company.money_left');
    await pay([one], {});
    expect((await api('DELETE', `companies/${leaving.id}`)).status).toBe(204);
  });
});

describe('a link to an invoice', () => {
  const link = (of: Json, body: object = {}) => done('POST', `invoices/${of.id}/links`, body);
  const look = async (url: string) => {
    const response = await fetch(url, { redirect: 'manual' });
    return { status: response.status, headers: response.headers, html: await response.text() };
  };

  it('shows it, has it as files, and pays it by a card that asks for 3-D Secure, pressed twice', async () => {
    await rate(190_000);
    await done('PUT', 'document-settings', {
      iban: 'DE89370400440532013000',
      bic: null,
      bank: 'Harbour Bank',
      footer: null,
    });
    const one = await invoice();
    const { url } = await link(one);
    const { status, headers, html } = await look(url);
    expect([status, html]).toEqual([200, expect.stringContaining(`Invoice ${one.number}`)]);
    expect(html).toContain('Pay EUR\u00a011.90 by card');
    expect(html).toContain('DE89 3704 0044 0532 0130 00');
    expect([headers.get('referrer-policy'), headers.get('cache-control'), headers.get('x-robots-tag')]).toEqual([
      ...['no-referrer', 'no-store', 'noindex, nofollow'],
    ]);
    const pdf = await fetch(`${url}/document.pdf`);
    expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect((await pdf.text()).startsWith('%PDF-')).toBe(true);
    const begin = async () => (await fetch(url, { method: 'POST', redirect: 'manual' })).headers.get('location');
    const [first, second] = await Promise.all([begin(), begin()]);
    expect([first, second]).toEqual([`${new URL(url).pathname}?go=0`, `${new URL(url).pathname}?go=0`]);
    const provider = await until('its page', async () => (await look(`${world.url}${first}`)).headers.get('location'));
    expect(new URL(provider).searchParams.get('back')).toBe(new URL(url).pathname);
    expect((await look(url)).html).toContain('Go on with the payment');
    expect((await look(url)).headers.get('location')).toBeNull();
    const page = provider.split('?')[0]!;
    await press(page, { card: 'secure' });
    await press(page, { answer: 'confirm' });
    await until('it to be paid', async () => (await now(one)).state === 'paid');
    expect((await look(url)).html).toContain('It is paid. Thank you.');
    const { items } = await done('GET', `payments?owner=${company.id}&method=card&purpose=invoice`);
    expect(items.filter((payment: Json) => payment.subject === one.id)).toMatchObject([
      { state: 'succeeded', note: one.number, madeBy: 'link to an invoice' },
    ]);
  });

  it('is good until it is revoked; whatever is no good link looks like any other', async () => {
    const one = await invoice();
    const made = await link(one, { days: 1 });
    expect(made).toMatchObject({ good: true, seenAt: null, madeBy: 'test' });
    await look(made.url);
    const { items } = await done('GET', `invoices/${one.id}/links`);
    expect(items).toMatchObject([{ id: made.id, good: true, seenAt: expect.any(String) }]);
    expect(items[0].url).toBeUndefined();
    const [organization, secret] = new URL(made.url).pathname.split('/').slice(2) as [string, string];
    const strange = await look(`${world.url}/bill/${organization}/${'A'.repeat(secret.length)}`);
    expect(strange.status).toBe(404);
    for (const place of [
      `${publicId('organization', parsePublicId('company', company.id)!)}/${secret}`,
      `x/${secret}`,
    ]) {
      expect((await look(`${world.url}/bill/${place}`)).html).toBe(strange.html);
    }
    await done('POST', `invoice-links/${made.id}/revoke`);
    expect(await look(made.url)).toMatchObject({ status: 404, html: strange.html });
    expect((await fetch(`${made.url}/document.pdf`)).status).toBe(404);
    expect((await fetch(made.url, { method: 'POST', redirect: 'manual' })).status).toBe(404);
    await pay([one], {});
  });

  it('is good for its days, and one more than twenty ends the oldest', async () => {
    const one = await invoice();
    const made: Json[] = [];
    for (let i = 0; i < 21; i++) made.push(await link(one));
    expect([(await look(made[0]!.url)).status, (await look(made[1]!.url)).status]).toEqual([404, 200]);
    await done('POST', `invoices/${one.id}/credit-notes`, { reason: 'Never mind' });
    expect((await look(made[20]!.url)).html).toContain('It was credited');
    const { url } = await link(one, { days: 1 });
    world.run(25 * 3_600_000);
    expect((await look(url)).status).toBe(404);
    expect((await look(made[20]!.url)).status).toBe(200);
  });
});
