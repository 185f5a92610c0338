import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drift } from '../../test/world.ts';
import { mb, openBilling } from './testing.ts';

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

    const made = await seller.call('POST', 'pre-bills', { companies: [company.publicId] });
    expect(made.status).toBe(201);
    const [preBill] = made.body.items;
    // April's fees, those of May that were charged already, activation fees, and April's overage.
    expect(preBill).toMatchObject({ state: 'pending', kind: 'manual', currency: 'EUR', net: '39.38', items: 5 });
    const detail = await seller.call('GET', `pre-bills/${preBill.id}`);
    expect(detail.body.kinds).toEqual([
      { kind: 'recurring', items: 2, net: '36.00' },
      { kind: 'activation', items: 2, net: '3.00' },
      { kind: 'overage', items: 1, net: '0.38' },
    ]);
    expect(detail.body).toMatchObject({ vat: '8.27', gross: '47.65', tax: { category: 'S', percent: '21' } });
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
    const { body: ledger } = await world.get(`/api/v1/ledger/accounts?company=${company.publicId}`, seller.key);
    const balances = Object.fromEntries(
      ledger.items.map((a: { kind: string; balance: string }) => [a.kind, a.balance]),
    );
    expect(balances).toEqual({ unbilled: '0.00', receivable: '47.65' });
    const again = await seller.call('POST', 'pre-bills', { companies: [company.publicId] });
    expect(again.body.items).toEqual([]);
  });
});
