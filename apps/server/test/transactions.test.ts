import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, openPaying, type Paying, press } from './paying.ts';

/** What the Transactions page lists, with the demo as it is tried. */
let paying: Paying;
let walletId: string;
let companyId: string;
const made: Record<string, Json> = {};
const api: Paying['api'] = (...request) => paying.api(...request);
const list = async (query = ''): Promise<Json[]> => (await api('GET', `transactions?${query}`)).body.items;
const ids = async (query: string) => (await list(query)).map(({ id }) => id);
const file = async (form: string, query: string) =>
  fetch(`${paying.running.url}/api/v1/transactions.${form}?${query}`, {
    headers: { authorization: `Bearer ${paying.demo.apiKey}` },
  });

beforeAll(async () => {
  paying = await openPaying();
  const wallet = await paying.wallet();
  walletId = wallet.id;
  companyId = wallet.owner.id;
  const refill = { walletRefill: { wallet: walletId, amount: '20.00' } };
  const card = await api('POST', 'payments', { ...refill, method: 'card' });
  const { actionUrl } = await paying.inState(card.body.id, 'action_needed');
  await press(actionUrl, { card: 'good' });
  made.card = await paying.inState(card.body.id, 'succeeded');
  const declined = await api('POST', 'payments', { ...refill, method: 'card' });
  await press((await paying.inState(declined.body.id, 'action_needed')).actionUrl, { answer: 'cancel' });
  made.canceled = await paying.inState(declined.body.id, 'canceled');
  made.manual = (await api('POST', 'payments', { ...refill, method: 'manual', note: '=BANK(42)' })).body;
  made.refund = (await api('POST', `payments/${made.manual.id}/refunds`, { amount: '1.19', reason: 'Too much' })).body;
  await api('POST', `wallets/${walletId}/credits`, { amount: '2.00', reason: 'For the trouble' });
  await api('POST', `wallets/${walletId}/debits`, { amount: '0.50', reason: 'A card that was lost' });
  made.sim = await paying.emptySim();
  made.small = (
    await api('POST', 'payments', {
      ...{ simRefill: { sim: made.sim.id, refill: 'small' }, method: 'wallet', wallet: walletId },
    })
  ).body;
});
afterAll(() => paying?.close());

describe('a transaction', () => {
  it('is every money event of a wallet but usage, newest first, with what it came to', async () => {
    const found = await list(`payer=${companyId}`);
    expect(found.map(({ type, status, amount, method }) => [type, status, amount, method])).toEqual([
      ['line_refill', 'completed', '3.00', 'company_wallet'],
      ['adjustment', 'completed', '-0.50', 'manual'],
      ['adjustment', 'completed', '2.00', 'manual'],
      ['refund', 'completed', '-1.19', 'manual'],
      ['wallet_refill', 'completed', '23.80', 'manual'],
      ['wallet_refill', 'failed', '23.80', 'sandbox'],
      ['wallet_refill', 'completed', '23.80', 'sandbox'],
    ]);
    expect(found[0]).toMatchObject({
      ...{
        destination: { kind: 'sim', id: made.sim!.id, name: made.sim!.iccid },
        payer: { id: companyId, name: 'Payer' },
      },
      ...{ billingCycle: found[0]!.at.slice(0, 7), vat: '0.00', labels: [] },
    });
    expect(found[4]).toMatchObject({
      destination: { kind: 'wallet', id: walletId, name: 'Payer' },
      net: '20.00',
      vat: '3.80',
    });
    const fees = await list('type=fee');
    expect(fees.length, 'wallets of the demo paid fees').toBeGreaterThan(0);
    expect(fees[0]).toMatchObject({ status: 'completed', destination: { kind: 'sim' } });
  });

  it('is found by each of its words', async () => {
    const all = await ids(`payer=${companyId}`);
    const [refill, debit, , refund, manual, canceled, card] = all;
    const found = async (query: string) => (await ids(`payer=${companyId}&${query}`)).join();
    expect(await found('status=failed')).toBe(canceled);
    expect(await found('status=pending,failed')).toBe(canceled);
    expect(await found('type=refund')).toBe(refund);
    expect(await found('type=refund,line_refill')).toBe(`${refill},${refund}`);
    expect(await found('method=company_wallet')).toBe(refill);
    expect(await found(`sim=${made.sim!.id}`)).toBe(refill);
    expect(await found('currency=USD')).toBe('');
    const { at } = (await list(`payer=${companyId}`))[0]!;
    expect(await found(`billingCycle=${at.slice(0, 7)}`)).toBe(all.join());
    expect(await found('billingCycle=2020-01')).toBe('');
    expect((await ids(`wallet=${walletId}`)).at(-1)).toBe(card);
    expect(await ids(`company=${companyId}`)).toEqual(all);
    expect(await ids('search=payer')).toEqual(all);
    expect(await ids(`search=${made.sim!.iccid}&payer=${companyId}`)).toEqual([refill]);
    expect(await ids(`search=${made.card!.reference}`)).toEqual([card]);
    expect(await ids('search=nobody%20at%20all')).toEqual([]);

    expect((await api('PUT', `transactions/${debit}/labels`, { labels: ['lost card', 'June'] })).body.labels).toEqual([
      'lost card',
      'June',
    ]);
    expect(await ids('label=June')).toEqual([debit]);
    expect(await ids('label=June&search=Payer')).toEqual([debit]);
    await api('PUT', `transactions/${debit}/labels`, { labels: ['lost card'] });
    expect(await ids('label=June')).toEqual([]);
    const two = (await api('GET', `transactions?payer=${companyId}&limit=2`)).body;
    const next = (await api('GET', `transactions?payer=${companyId}&limit=2&cursor=${two.nextCursor}`)).body;
    expect([...two.items, ...next.items].map(({ id }: Json) => id)).toEqual(all.slice(0, 4));
    expect(manual).toBeDefined();
  });

  it('opens to what it moved in the ledger, and to what became of it', async () => {
    const [refill, , , refund, manual, canceled] = await ids(`payer=${companyId}`);
    const open = async (id: string | undefined): Promise<Json> => (await api('GET', `transactions/${id}`)).body;
    const paid = await open(manual);
    expect(paid).toMatchObject({
      ...{ payment: made.manual!.id, note: '=BANK(42)', tax: { category: 'S', percent: '19' } },
      refunds: [{ id: made.refund!.id, amount: '1.19', state: 'succeeded', reason: 'Too much' }],
    });
    const moved = (one: Json) =>
      one.transfers.flatMap(({ entries }: Json) => entries.map(({ account, amount }: Json) => [account, amount]));
    expect(moved(paid)).toEqual([
      ['wallet', '-20.00'],
      ['clearing', '20.00'],
      ['clearing', '3.80'],
      ['vat', '-3.80'],
    ]);
    expect(await open(refund)).toMatchObject({ payment: made.manual!.id, refund: made.refund!.id });
    expect((await open(canceled)).transfers).toEqual([]);
    expect(moved(await open(refill))).toEqual([
      ['wallet', '3.00'],
      ['refill_revenue', '-3.00'],
    ]);
    const [fee] = await list('type=fee&limit=1');
    const { explanation, transfers } = await open(fee!.id);
    expect(transfers).toHaveLength(1);
    expect((await api('GET', `explanations/${explanation}`)).body).toMatchObject({ kind: 'fee', agrees: true });
    expect((await api('GET', 'transactions/txn_01980000000070008000000000000000')).status).toBe(404);
  });

  it('goes into a file as it is filtered, and starts no formula there', async () => {
    const text = await (
      await file('csv', `payer=${companyId}&type=wallet_refill,refund&columns=type,amount,note`)
    ).text();
    expect(text.trim().split('\r\n')).toEqual([
      'Type,Amount,Note',
      'refund,-1.19,Too much',
      "wallet_refill,23.80,'=BANK(42)",
      'wallet_refill,23.80,',
      'wallet_refill,23.80,',
    ]);
    const book = unzipSync(
      new Uint8Array(await (await file('xlsx', `payer=${companyId}&type=refund&columns=amount,note`)).arrayBuffer()),
    );
    const sheet = strFromU8(book['xl/worksheets/sheet1.xml']!);
    expect(sheet).toContain('<c><v>-1.19</v></c>');
    expect(sheet.split('<row>')).toHaveLength(3);
  });
});
