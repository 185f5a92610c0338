import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { drift } from '../../test/world.ts';
import { mb, openBilling } from './testing.ts';

// Many accounts are made and billed one after the other.
vi.setConfig({ testTimeout: 120_000 });

let world: Awaited<ReturnType<typeof openBilling>>;
beforeAll(async () => {
  world = await openBilling();
});
afterEach(async () => expect(await drift(world.owner)).toEqual([]));
afterAll(() => world.close());

describe('a company on account', () => {
  it('has one pre-bill of all that is charged and over; approved, it is an invoice with a number and moves the ledger once', async () => {
    world.setNow('2026-04-01T00:00:00Z');
    const seller = await world.seller('First');
    const company = await seller.company('Harbour', 2);
    // 3 blocks of 0.125 on one of them: half a cent to be rounded.
    await world.use(seller, company.sims[0]!, { up: 3n * mb + 500_000n });
    await seller.to('2026-05-01T06:00:00Z');

    const preBill = await seller.collect(company.publicId);
    // April's fees, those of May that were charged already, activation fees, and April's overage.
    expect(preBill).toMatchObject({ state: 'pending', kind: 'manual', currency: 'EUR', net: '39.38', items: 5 });
    const detail = await seller.call('GET', `pre-bills/${preBill.id}`);
    expect(detail.body.kinds).toEqual([
      { kind: 'recurring', items: 2, net: '36.00' },
      { kind: 'activation', items: 2, net: '3.00' },
      { kind: 'overage', items: 1, net: '0.38' },
    ]);
    expect(detail.body).toMatchObject({ vat: '8.27', gross: '47.65', tax: { category: 'S', percent: '21' } });
    expect(detail.body.lacking).toContain('the country of the buyer (BR-11)');
    const { body: items } = await seller.call('GET', `pre-bills/${preBill.id}/items`);
    expect(items.items[0]).toMatchObject({
      kind: 'recurring',
      detail: 'Bundle',
      quantity: '2',
      unitPrice: '9.00',
      net: '18.00',
    });
    expect(items.items[4]).toMatchObject({ label: company.sims[0]!.iccid, exact: '0.375', net: '0.38' });

    const approved = await seller.call('POST', `pre-bills/${preBill.id}/approve`, { version: preBill.version });
    expect(approved).toMatchObject({
      status: 200,
      body: {
        kind: 'invoice',
        number: 'INV-2026-00001',
        state: 'open',
        net: '39.38',
        vat: '8.27',
        gross: '47.65',
        dueOn: '2026-05-15',
      },
    });
    expect(await seller.balances(company)).toEqual({ unbilled: '0.00', receivable: '47.65' });
    expect(await seller.nothingToBill(company.publicId)).toBe(true);
  });

  it('sees late usage on the bill until it is approved, and whoever approves is told', async () => {
    world.setNow('2026-04-02T00:00:00Z');
    const seller = await world.seller('Late');
    const company = await seller.company('Harbour', 1);
    await world.use(seller, company.sims[0]!, { up: 1n * mb });
    await seller.to('2026-05-01T06:00:00Z');
    const preBill = await seller.collect(company.publicId);
    expect(preBill.net).toBe('19.50');

    await seller.usedAt('2026-04-20T10:00:00Z', company.sims[0]!, 1_500_000n);
    const refused = await seller.call('POST', `pre-bills/${preBill.id}/approve`, { version: preBill.version });
    expect(refused).toMatchObject({
      status: 409,
      body: { error: { code: 'pre_bill.changed', details: { before: '19.50', net: '19.75' } } },
    });
    const seen = await seller.call('POST', `pre-bills/${preBill.id}/refresh`);
    expect(seen.body).toMatchObject({ net: '19.75', version: 2 });
    expect((await seller.call('POST', `pre-bills/${preBill.id}/approve`, { version: 1 })).body.error.code).toBe(
      'pre_bill.changed',
    );
    await seller.usedAt('2026-04-21T10:00:00Z', company.sims[0]!, 1_000_000n);
    const invoice = await seller.call('POST', `pre-bills/${preBill.id}/approve`, { late: 'accept' });
    expect(invoice.body.net).toBe('19.88');

    // From now on April is closed: what comes late is May's, and on its bill.
    await seller.usedAt('2026-04-22T10:00:00Z', company.sims[0]!, 5n * mb);
    await seller.to('2026-06-01T06:00:00Z');
    const next = await seller.collect(company.publicId);
    expect((await seller.call('GET', `pre-bills/${next.id}`)).body.kinds).toEqual([
      { kind: 'recurring', items: 1, net: '9.00' },
      { kind: 'overage', items: 1, net: '0.50' },
    ]);
  });

  it('has a rejected bill on the next, and what staff wrote on this one alone', async () => {
    world.setNow('2026-04-02T00:00:00Z');
    const seller = await world.seller('Edited');
    const company = await seller.company('Harbour', 1);
    await seller.to('2026-04-20T00:00:00Z');
    const preBill = await seller.collect(company.publicId);
    const path = `pre-bills/${preBill.id}`;
    const edits = [
      { kind: 'line', name: 'Antennas', quantity: '2.5', unitPrice: '7.99' },
      { kind: 'discount', name: 'Partner', percent: '10' },
    ];
    const edited = await seller.call('PATCH', path, { edits, note: 'As agreed by phone.' });
    // 10.50 collected, 19.98 of antennas (19.975, to the even cent), 1.05 off.
    expect(edited.body).toMatchObject({ collected: '10.50', net: '29.43', version: 2, edits });
    const bad = await seller.call('PATCH', path, {
      edits: [{ kind: 'discount', name: 'Both', percent: '1', amount: '2' }],
    });
    expect([bad.status, bad.body.error.code]).toEqual([400, 'pre_bill.discount_unclear']);
    const older = await seller.call('PATCH', path, { edits: [], version: 1 });
    expect([older.status, older.body.error.code]).toEqual([409, 'pre_bill.changed']);
    expect((await seller.call('PATCH', path, { note: 'A bell \u0007' })).status).toBe(400);
    expect((await seller.call('POST', `${path}/reject`, { reason: 'Wrong antennas' })).body).toMatchObject({
      state: 'rejected',
      net: '29.43',
    });
    expect((await seller.call('POST', `${path}/approve`, {})).body.error.code).toBe('pre_bill.rejected');

    const next = await seller.collect(company.publicId);
    expect(next.net).toBe('10.50');
    await seller.call('PATCH', `pre-bills/${next.id}`, { edits });
    const invoice = await seller.call('POST', `pre-bills/${next.id}/approve`, {});
    expect(invoice.body).toMatchObject({ net: '29.43', items: 4 });

    // Credit notes may not come to the number of an invoice, now or of before.
    const prefix = (kind: string, prefix: string) => seller.call('PUT', `bill-series/${kind}`, { prefix, digits: 5 });
    for (const taken of ['INV-{year}-', 'INV-{year}-0'])
      expect((await prefix('credit_note', taken)).body.error.code).toBe('bill_series.prefix_taken');
    expect((await prefix('invoice', 'R{year}.')).status).toBe(200);
    expect((await prefix('credit_note', 'INV-{year}-')).body.error.code).toBe('bill_series.prefix_taken');
    expect((await prefix('credit_note', 'C{year}.')).body.items[2]).toMatchObject({ next: 'C2026.00001' });
    expect(await seller.balances(company)).toEqual({ unbilled: '0.00', receivable: '35.61' });
  });

  it('has a credit note where the bill is below zero', async () => {
    world.setNow('2026-04-02T00:00:00Z');
    const seller = await world.seller('Below');
    const company = await seller.company('Harbour', 1);
    const credit = { sim: company.sims[0]!.publicId, amount: '-25.00', reason: 'Outage' };
    const adjusted = await world.send('POST', '/api/v1/adjustments', seller.key, credit);
    expect([adjusted.status, adjusted.body]).toEqual([201, adjusted.body]);
    const preBill = await seller.collect(company.publicId);
    expect(preBill.net).toBe('-14.50');
    const issued = await seller.call('POST', `pre-bills/${preBill.id}/approve`, {});
    expect(issued.body).toMatchObject({
      kind: 'credit_note',
      number: 'CN-2026-00001',
      net: '14.50',
      vat: '3.04',
      gross: '17.54',
    });
    expect(await seller.balances(company)).toEqual({ unbilled: '0.00', receivable: '-17.54' });
  });

  it('is told apart from who pays by wallet, and from the organization itself', async () => {
    world.setNow('2026-04-02T00:00:00Z');
    const seller = await world.seller('Wallets');
    const company = await seller.company('Nobody', 0);
    expect(await seller.nothingToBill(company.publicId)).toBe(true);
    const theirs = await world.seller('Theirs');
    const refused = await theirs.call('POST', 'pre-bills', { companies: [company.publicId] });
    expect([refused.status, refused.body.error.code]).toEqual([404, 'company.not_found']);
  });
});

describe('numbers', () => {
  it('have no gap when fifty are approved at once and some of them fail, and of two who approve one hears that it is done', async () => {
    world.setNow('2026-04-02T00:00:00Z');
    const seller = await world.seller('Race');
    const bills: string[] = [];
    for (let i = 0; i < 50; i++) {
      const company = await seller.company(`Company ${i}`, 1);
      bills.push((await seller.collect(company.publicId)).id);
    }
    await seller.call('POST', `pre-bills/${bills[0]}/reject`, { reason: 'Not this one' });
    // Each twice, and three with a version that nobody has seen.
    const asked = [...bills, ...bills].map((id, i) =>
      seller.call('POST', `pre-bills/${id}/approve`, i % 30 === 7 ? { version: 9 } : {}),
    );
    const answers = await Promise.all(asked);
    const issued = answers
      .filter((answer) => answer.status === 200)
      .map((answer) => answer.body.number)
      .sort();
    expect(issued).toEqual(Array.from({ length: 49 }, (_, i) => `INV-2026-${String(i + 1).padStart(5, '0')}`));
    const refused = answers.filter((answer) => answer.status !== 200).map((answer) => answer.body.error.code);
    expect(new Set(refused)).toEqual(new Set(['pre_bill.approved', 'pre_bill.rejected', 'pre_bill.changed']));
  });

  it('stay as they are: nobody changes an invoice, its items or what it claims', async () => {
    world.setNow('2026-04-02T00:00:00Z');
    const seller = await world.seller('Frozen');
    const company = await seller.company('Harbour', 1);
    const preBill = await seller.collect(company.publicId);
    await seller.call('POST', `pre-bills/${preBill.id}/approve`, {});
    expect((await seller.call('PATCH', `pre-bills/${preBill.id}`, { note: 'x' })).body.error.code).toBe(
      'pre_bill.approved',
    );
    for (const [text, says] of [
      ['update invoices set net_micros = 0', 'permission denied'],
      ['delete from invoices', 'permission denied'],
      ['update bill_items set net_micros = 0', 0],
      ['delete from billed_sources', 0],
      [
        'insert into bill_items select organization_id, bill_id, 99, origin, kind, line_id, pool_id, label, detail, 1, 1, 1, 1 from bill_items limit 1',
        'row-level security',
      ],
    ] as const) {
      expect([text, await seller.tries(text)]).toEqual([
        text,
        typeof says === 'number' ? says : expect.stringContaining(says),
      ]);
    }
  });
});
