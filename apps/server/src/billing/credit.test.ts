import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drift } from '../../test/world.ts';
import { atomically } from '../kit/db.ts';
import { parsePublicId } from '../kit/ids.ts';
import { documentOf, notePaid } from './index.ts';
import { mb, openBilling } from './testing.ts';

let world: Awaited<ReturnType<typeof openBilling>>;
beforeAll(async () => {
  world = await openBilling();
});
afterEach(async () => expect(await drift(world.owner)).toEqual([]));
afterAll(() => world.close());

async function invoiced(label: string, edits: object[] = []) {
  world.setNow('2026-04-01T00:00:00Z');
  const seller = await world.seller(label);
  const company = await seller.company('Harbour', 2);
  await world.use(seller, company.sims[0]!, { up: 3n * mb });
  await seller.to('2026-05-01T00:00:01Z');
  await seller.bill();
  const [preBill] = await seller.preBills();
  if (edits.length > 0) await seller.call('PATCH', `pre-bills/${preBill.id}`, { edits });
  const invoice = (await seller.call('POST', `pre-bills/${preBill.id}/approve`, {})).body;
  const credit = (body: unknown) => seller.call('POST', `invoices/${invoice.id}/credit-notes`, body);
  return { seller, company, preBill, invoice, credit, id: parsePublicId('invoice', invoice.id)! };
}

describe('a credit note', () => {
  it('takes an invoice back in parts, never more than it, and the last part takes exactly the rest', async () => {
    const { seller, company, invoice, credit } = await invoiced('Parts');
    expect(invoice).toMatchObject({ net: '21.25', vat: '4.46', gross: '25.71' });
    const half = await credit({ reason: 'Half a month without service', items: [{ position: 1, amount: '4.50' }] });
    expect(half).toMatchObject({
      status: 201,
      body: {
        kind: 'credit_note',
        number: 'CN-2026-00001',
        net: '4.50',
        vat: '0.94',
        gross: '5.44',
        credits: invoice.id,
      },
    });
    expect(await seller.balances(company)).toMatchObject({ receivable: '20.27' });
    const tooMuch = await credit({ reason: 'x', items: [{ position: 1, amount: '4.51' }] });
    expect([tooMuch.status, tooMuch.body.error.code]).toEqual([409, 'credit_note.too_much']);
    const unknown = await credit({ reason: 'x', items: [{ position: 9 }] });
    expect([unknown.status, unknown.body.error.code]).toEqual([400, 'credit_note.item_unknown']);
    const rest = await credit({ reason: 'All of it' });
    expect(rest.body).toMatchObject({ number: 'CN-2026-00002', net: '16.75', vat: '3.52', gross: '20.27', items: 5 });
    expect(await seller.balances(company)).toMatchObject({ receivable: '0.00', unbilled: '18.00' });
    expect((await seller.call('GET', `invoices/${invoice.id}`)).body).toMatchObject({
      state: 'credited',
      credited: '25.71',
    });
    expect((await credit({ reason: 'Again' })).body.error.code).toBe('credit_note.nothing_left');
    expect((await seller.call('POST', `invoices/${rest.body.id}/credit-notes`, { reason: 'x' })).body.error.code).toBe(
      'invoice.not_creditable',
    );
    expect((await seller.call('GET', `invoices?credits=${invoice.id}`)).body.items).toHaveLength(2);
  });

  it('of items that a discount lowers takes back no more than the invoice asks for', async () => {
    const discount = { kind: 'discount', name: 'Partner', amount: '10.00' };
    const { invoice, credit } = await invoiced('Lowered', [discount]);
    expect(invoice.net).toBe('11.25');
    const all = [1, 2, 3, 4].map((position) => ({ position }));
    const tooMuch = await credit({ reason: 'Item by item', items: all });
    expect(tooMuch).toMatchObject({
      status: 409,
      body: {
        error: { code: 'credit_note.too_much', field: 'body.items', message: expect.stringContaining('11.25 EUR') },
      },
    });
    expect((await credit({ reason: 'A part', items: [{ position: 1, amount: '9.00' }] })).status).toBe(201);
    expect((await credit({ reason: 'All that is left' })).body).toMatchObject({ net: '2.25' });
  });

  it('of two at once takes no more back than one could', async () => {
    const { credit, seller, invoice } = await invoiced('Two at once');
    const answers = await Promise.all([1, 2, 3].map(() => credit({ reason: 'Twice by mistake' })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
    expect((await seller.call('GET', `invoices/${invoice.id}`)).body.credited).toBe(invoice.gross);
  });
});

describe('an invoice', () => {
  it('has a document: what is frozen, and its items as they were', async () => {
    const { seller, company, id, invoice } = await invoiced('Document');
    const document = await documentOf(seller.ctx(), id);
    expect(document).toMatchObject({
      ...{
        kind: 'invoice',
        number: invoice.number,
        issuedOn: '2026-05-01',
        dueOn: '2026-05-15',
        currency: 'EUR',
        language: 'en',
      },
      ...{ netMicros: '2125000000', vatMicros: '446000000', grossMicros: '2571000000', payableMicros: '2571000000' },
      ...{
        seller: { name: 'Document' },
        buyer: { name: 'Harbour' },
        period: { from: '2026-04-01', until: '2026-04-30' },
      },
      taxes: [{ category: 'S', ratePpm: 210_000, reason: null }],
    });
    expect(document.items).toHaveLength(5);
    expect(document.items.find((item) => item.kind === 'overage')).toMatchObject({
      ...{ name: 'Usage beyond the allowance', description: 'Bundle', lineLabel: company.sims[0]!.iccid },
      ...{ quantity: '1', unitPrice: '0.25', netMicros: '25000000', taxCategory: 'S', taxRatePpm: 210_000 },
    });
    const sum = document.items.reduce((net, item) => net + BigInt(item.netMicros), 0n);
    expect(String(sum)).toBe(document.netMicros);
  });

  it('says what is left of it to be paid, and takes no more', async () => {
    const { seller, id } = await invoiced('Paid');
    const ctx = seller.ctx();
    await expect(atomically(ctx, (ctx) => notePaid(ctx, id, 2_572_000_000n))).rejects.toMatchObject({
      code: 'invoice.paid_too_much',
    });
    expect((await notePaid(ctx, id, 2_000_000_000n)).state).toBe('open');
    expect((await notePaid(ctx, id, 571_000_000n)).state).toBe('paid');
    expect((await notePaid(ctx, id, -571_000_000n)).state).toBe('open');
  });
});

describe('before a bill', () => {
  it('a preview says what it would be now, and what still runs; the usage behind a bill is there SIM by SIM', async () => {
    const { seller, company, preBill } = await invoiced('Preview');
    await world.use(seller, company.sims[1]!, { up: 2n * mb });
    const { body } = await seller.call('GET', `companies/${company.publicId}/bill-preview`);
    expect(body.bills).toEqual([
      {
        ...{ currency: 'EUR', net: '18.00', open: [{ kind: 'recurring', things: '2', amount: '18.00' }] },
        running: [{ kind: 'usage', things: '1', amount: '0.125' }],
      },
    ]);
    const usage = await seller.call('GET', `pre-bills/${preBill.id}/usage?limit=1`);
    const next = await seller.call('GET', `pre-bills/${preBill.id}/usage?cursor=${usage.body.nextCursor}`);
    const of = company.sims[0]!;
    expect([...usage.body.items, ...next.body.items].find((row) => row.label === of.iccid)).toMatchObject({
      ...{ sim: of.publicId, plan: 'Bundle', usedBytes: '3000000', includedBytes: '1000000', overageBytes: '2000000' },
      ...{ charge: '0.25', billed: '10.75', until: '2026-05-01T00:00:00.000Z' },
    });
    expect(next.body.items).toHaveLength(1);
    expect((await seller.call('GET', 'pre-bill-statistics')).body).toEqual({
      ...{ pending: 0, approved: 1, rejected: 0, companies: 1, months: 1 },
    });
  });
});
