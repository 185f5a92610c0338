import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { billingRoutes } from '../billing/index.ts';
import { openBilling } from '../billing/testing.ts';
import { readPdf } from '../documents/testing.ts';
import { atomically } from '../kit/db.ts';
import { publicId } from '../kit/ids.ts';
import { accountKey, openAccounts, post } from '../ledger/index.ts';
import { statementRoutes } from './index.ts';
import { linesOf } from './model.ts';

vi.setConfig({ testTimeout: 120_000 });

let world: Awaited<ReturnType<typeof openBilling>>;
let base: string;
beforeAll(async () => {
  world = await openBilling();
  ({ base } = await world.serve((http) => {
    billingRoutes(http);
    statementRoutes(http);
  }));
});
afterAll(() => world.close());

const id = '01980000-0000-7000-8000-000000000001';

describe('lines of a statement', () => {
  it('are one for each bill, and come to what the entries come to', () => {
    const at = new Date('2026-05-01T06:00:00Z');
    const lines = linesOf(5n, [
      { at, key: `invoice:${id}:unbilled`, amountMicros: 100n },
      { at, key: `invoice:${id}:vat`, amountMicros: 21n },
      { at, key: `payment:${id}:invoice`, amountMicros: -60n },
      { at, key: `refund:${id}:invoice`, amountMicros: 10n },
      { at, key: 'write-off:1', amountMicros: -1n },
      { at, key: 'write-off:2', amountMicros: -2n },
    ]);
    expect(lines.map(({ kind, amountMicros, balanceMicros }) => [kind, amountMicros, balanceMicros])).toEqual([
      ...[
        ['invoice', 121n, 126n],
        ['payment', -60n, 66n],
        ['payment', 10n, 76n],
      ],
      ...[
        ['other', -1n, 75n],
        ['other', -2n, 73n],
      ],
    ]);
  });
});

describe('a statement of account', () => {
  it('has what was owed, billed and paid, to the balance of the ledger, as JSON, CSV and PDF', async () => {
    world.setNow('2026-04-01T00:00:00Z');
    const seller = await world.seller('Statements');
    const company = await seller.company('Harbour', 2);
    await seller.to('2026-05-01T06:00:00Z');
    const bill = async () => {
      const { id, version } = await seller.collect(company.publicId);
      return (await seller.call('POST', `pre-bills/${id}/approve`, { version })).body;
    };
    const invoice = await bill();
    await seller.to('2026-05-20T10:00:00Z');
    const payment = await paid(seller.ctx(), company.id, 1_000_000_000n);
    await seller.to('2026-06-01T06:00:00Z');
    const second = await bill();

    const ask = (form: string, days: string, key = seller.key) =>
      fetch(`${base}/api/v1/companies/${company.publicId}/statement${form}?${days}`, {
        headers: { authorization: `Bearer ${key}` },
      });
    const may = await (await ask('', 'from=2026-05-01&until=2026-05-31')).json();
    expect(may).toMatchObject({
      ...{ company: company.publicId, name: 'Harbour', currency: 'EUR', opening: '0.00' },
      lines: [
        {
          kind: 'invoice',
          reference: invoice.number,
          subject: invoice.id,
          amount: invoice.gross,
          balance: invoice.gross,
        },
        { kind: 'payment', reference: payment, subject: payment, amount: '-10.00' },
      ],
    });
    const june = (await (await ask('', 'from=2026-06-01&until=2026-06-30')).json()) as Record<string, unknown>;
    expect([june.opening, (june.lines as object[])[0]]).toMatchObject([
      (may as { closing: string }).closing,
      { reference: second.number },
    ]);
    expect((june as { closing: string }).closing).toBe((await seller.balances(company)).receivable);

    const csv = await (await ask('.csv', 'from=2026-05-01&until=2026-06-30')).text();
    expect(csv.trim().split('\r\n').at(-1)).toBe(`2026-06-30,closing,,,${june.closing},EUR`);
    expect(csv).toContain(`,payment,${payment},-10.00,`);
    const [text] = (
      await readPdf(Buffer.from(await (await ask('.pdf', 'from=2026-05-01&until=2026-06-30')).arrayBuffer()))
    ).pages;
    expect(text).toContain(`Invoice ${invoice.number} ${invoice.gross} ${invoice.gross}`);
    expect(text).toContain(`Closing balance EUR ${june.closing}`);

    expect(await (await ask('', '')).json()).toMatchObject({
      from: '2026-04-01',
      until: '2026-06-01',
      opening: '0.00',
    });
    expect((await ask('', 'from=2026-06-02&until=2026-06-01')).status).toBe(400);
    const other = await world.seller('Others');
    expect((await ask('', 'from=2026-05-01&until=2026-05-31', other.key)).status).toBe(404);
  });
});

/** Money that came for what is owed. */
async function paid(ctx: Parameters<typeof post>[0], ownerId: string, amountMicros: bigint): Promise<string> {
  await atomically(ctx, async (ctx) => {
    const [receivable, clearing] = [
      { kind: 'receivable' as const, ownerId, currency: 'EUR' },
      { kind: 'clearing' as const, ownerId: ctx.organization.id, currency: 'EUR' },
    ];
    const accounts = await openAccounts(ctx, [receivable, clearing]);
    const [to, from] = [accounts.get(accountKey(clearing))!, accounts.get(accountKey(receivable))!];
    await post(ctx, [{ key: `payment:${id}:invoice`, kind: 'payment', at: ctx.now, to, from, amountMicros }]);
  });
  return publicId('payment', id);
}
