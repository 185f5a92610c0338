import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayLaws } from '../simulator/replay.ts';
import type { Tenant } from '../simulator/tenant.ts';
import { issued, type Sums, sumsOf, unbilledSources, untied, untraced } from './audit.ts';
import { amount, type Customer, openSeller, planNames, type Seller } from './play.ts';

/**
 * A calendar quarter of an organization that sells all types of plans to companies of all payment types, in two currencies: played through
 * the outer doors and by the sandbox clock, with every loop of the product. Then an auditor comes, who believes no balance.
 */
let seller: Seller;
let customers: Customer[];

beforeAll(async () => {
  seller = await openSeller('2026-06-30T22:00:01Z', ['EUR', 'JPY']);
  customers = [
    await seller.customer('Ahead', 'EUR', 'pre_billing', 1),
    await seller.customer('Advanced', 'EUR', 'advanced_billing', 1),
    await seller.customer('Afterwards', 'JPY', 'post_billing', 1),
    await seller.customer('On demand', 'EUR', 'manual', 1),
  ];
  for (let days = 0, month = 0; days < 97; days += 4) {
    await live(days / 4);
    await seller.world.advance({ days: 4 });
    if (Math.floor((days + 4) / 31) > month) await onDemand(customers[3]!);
    month = Math.floor((days + 4) / 31);
    await approveAll(days / 4);
  }
});

afterAll(async () => {
  expect(await seller.world.drift()).toEqual([]);
  await seller.close();
});

/** Four days of it: usage of everybody, and what people do now and then. */
async function live(step: number): Promise<void> {
  const { ok, use, payByCard } = seller;
  const sims = customers.flatMap((customer) => planNames.flatMap((plan) => customer.sims[plan]));
  await use(sims);
  const customer = customers[step % customers.length]!;
  const { currency, wallet } = customer;
  const [prepaid, bundle, superSim, perMb] = [
    customer.sims.prepaid,
    customer.sims.bundle,
    customer.sims.superSim,
    customer.sims.perMb,
  ].map((of) => of[0]!);
  const [plan, refills] = [seller.plans.get(currency)!, seller.refills.get(currency)!];
  // Every customer comes to each of these in the quarter.
  switch (Math.floor(step / customers.length)) {
    case 0:
      await payByCard({ simRefill: { sim: prepaid, refill: refills.large }, note: `step ${step}` }, 'secure');
      return;
    case 1:
      await payByCard({ walletRefill: { wallet, amount: amount('25', currency) } }, step % 2 === 0 ? 'silent' : 'good');
      await ok('POST', 'payments', {
        simRefill: { sim: prepaid, refill: refills.small },
        method: 'company_wallet',
        note: `step ${step}`,
      });
      return;
    case 2:
      await ok('PUT', `sims/${bundle}/plan`, { plan: plan.perMb, effective: step % 2 === 0 ? 'now' : 'next_period' });
      await ok('POST', `sims/${superSim}/suspension`, { reason: 'A pause' });
      return;
    case 3:
      await ok('DELETE', `sims/${superSim}/suspension`);
      await ok('POST', 'payments', {
        simRefill: { sim: prepaid, refill: refills.large },
        method: 'manual',
        note: `step ${step}`,
      });
      return;
    case 4: {
      await ok('POST', `sims/${perMb}/suspension`, { reason: 'Until the end of the quarter' });
      const day = seller.day(-25);
      const restatements = [{ sim: bundle, day, bytesUp: '1000000', bytesDown: String(30_000_000 + step) }];
      await ok('POST', 'usage-restatements', { timeZone: 'Europe/Berlin', restatements });
      return;
    }
  }
}

/** Bills of who is billed on demand. */
async function onDemand(customer: Customer): Promise<void> {
  await seller.ok('POST', 'pre-bills', { companies: [customer.id] });
}

/** Staff at what waits for them: one is rejected, one gets lines of theirs, of one invoice a part is taken back. */
async function approveAll(step: number): Promise<void> {
  const { ok } = seller;
  const { items } = await ok('GET', 'pre-bills?state=pending&limit=50');
  for (const [i, preBill] of items.entries()) {
    const path = `pre-bills/${preBill.id}`;
    if (step === 9 && i === 0) await ok('POST', `${path}/reject`, { reason: 'Not before they have called' });
    else {
      if (i === 0 && step % 3 === 0) await ok('PATCH', path, { edits: editsIn(preBill.currency) });
      await ok('POST', `${path}/approve`, { late: 'accept' });
    }
  }
  if (step === 17) {
    const invoice = (await ok('GET', 'invoices?limit=50')).items.find(
      ({ kind }: { kind: string }) => kind === 'invoice',
    );
    await ok('POST', `invoices/${invoice.id}/credit-notes`, { reason: 'Goodwill', items: [{ position: 1 }] });
  }
}

const editsIn = (currency: string) => [
  { kind: 'line', name: 'Antenna', quantity: '2', unitPrice: amount('7.35', currency) },
  { kind: 'discount', name: 'Loyalty', percent: '2.5' },
];

/** What was charged, less what was asked for and what is not billed yet. */
function difference(sums: Sums): bigint {
  const charged = sums.usage + sums.fees + sums.adjustments + sums.staff + sums.refills;
  return charged - (sums.items + sums.fromWallets + sums.paidRefills + sums.unbilled - sums.deferred - sums.residue);
}

describe('a quarter of all types of plans and of payment', () => {
  it('charges + fees + adjustments are what bills, wallets and refills asked for, and what is not billed yet, to the last micro', async () => {
    const all = await sumsOf(seller.world.owner, seller.world.organization.id);
    expect([...all.keys()].sort()).toEqual(['EUR', 'JPY']);
    for (const [currency, sums] of all) {
      expect([currency, sums, difference(sums)]).toEqual([currency, sums, 0n]);
      // Nothing of it is trivially so.
      for (const what of [
        'usage',
        'fees',
        'adjustments',
        'refills',
        'items',
        'fromWallets',
        'paidRefills',
        'unbilled',
        'residue',
      ] as (keyof Sums)[]) {
        expect([currency, what, sums[what] !== 0n]).toEqual([currency, what, true]);
      }
    }
  });

  it('every item of every document is what its fees, usage and adjustments come to, and nothing that is over was forgotten', async () => {
    const { owner, organization } = seller.world;
    expect(await untraced(owner, organization.id)).toEqual([]);
    expect(await unbilledSources(owner, organization.id, new Date('2026-09-01T00:00:00Z'))).toEqual([]);
  });

  it('everybody was billed as their payment type has it, for all that there is to bill', async () => {
    const bills = await issued(seller.world.owner, seller.world.organization.id);
    expect(bills.map(({ name, documents }) => [name, documents])).toEqual([
      ['Advanced', ['invoice advance', 'invoice cycle']],
      ['Afterwards', ['invoice cycle']],
      ['Ahead', ['invoice advance', 'invoice cycle']],
      ['On demand', ['invoice manual']],
    ]);
    const all = ['activation', 'overage', 'pool_fee', 'pool_overage', 'recurring', 'usage'];
    for (const { name, items } of bills) expect([name, items]).toEqual([name, expect.arrayContaining(all)]);
    const some = new Set(bills.flatMap(({ items }) => items));
    expect([...some]).toEqual(expect.arrayContaining(['adjustment', 'credit', 'discount', 'line']));
  });

  it('usage costs what the engine makes of its records, period by period', async () => {
    expect(await replayLaws(seller.world.owner, { ctx: seller.world.ctx, sims: [] } as unknown as Tenant)).toEqual([]);
  });

  it('notices a millionth of a cent', async () => {
    const { owner, organization } = seller.world;
    const change = (by: number) =>
      owner.pool.query(
        `update fees set amount_micros = amount_micros + $1
        where id = (select source_id from billed_sources where source_kind = 'fee' order by source_id limit 1)`,
        [by],
      );
    expect((await change(1)).rowCount).toBe(1);
    expect(await untraced(owner, organization.id)).toHaveLength(1);
    expect(
      [...(await sumsOf(owner, organization.id)).values()].map(difference).filter((micros) => micros !== 0n),
    ).toEqual([1n]);
    await change(-1);
  });

  it('what is receivable, and VAT, are those of documents and payments', async () => {
    expect(await untied(seller.world.owner, seller.world.organization.id)).toEqual([]);
  });
});
