import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import * as ledger from '../../ledger/index.ts';
import * as payments from '../../payments/index.ts';
import * as periods from '../../periods/index.ts';
import * as pools from '../../pools/index.ts';
import * as tax from '../../tax/index.ts';
import * as tenancy from '../../tenancy/index.ts';
import { decimal, demoTerms, money } from './amounts.ts';
import { paid } from './paid.ts';

/** Lines of the demo by what they are and whose: the plans that are sold to them. */
export type Groups = {
  /** Without a company: sold to whoever travels. */
  trackers: Id[];
  payments: Id[];
  cameras: Id[];
  /** Of one company each: they share data. */
  shared: { companyId: Id; trackers: Id[]; routers: Id[] };
};

/** The other types of plans, each with a few lines on it: an account that shows them all has something to show. */
export async function makeOffers(ctx: Ctx, groups: Groups): Promise<void> {
  const { currency, unitBase } = ctx.organization;
  const mb = BigInt(unitBase) ** 2n;
  const terms = (type: catalog.PlanType) => demoTerms(type, ctx.organization);
  const europe = await catalog.createZone(ctx, {
    name: 'Europe',
    countries: ['AT', 'BE', 'CH', 'CZ', 'DE', 'DK', 'ES', 'FI', 'FR', 'GB', 'IE', 'IT', 'NL', 'NO', 'PL', 'PT', 'SE'],
    plmns: [],
  });
  const zones = [{ id: europe.id, name: europe.name, countries: europe.countries, plmns: europe.plmns }];

  const travel = await catalog.createPlan(ctx, {
    name: 'Travel prepaid 30 days',
    terms: {
      ...terms('prepaid'),
      validityDays: 30,
      refills: [
        { id: 'small', amountBytes: 100n * mb, priceMicros: money('3.00', currency) },
        { id: 'medium', amountBytes: 500n * mb, priceMicros: money('9.00', currency) },
        { id: 'large', amountBytes: 2000n * mb, priceMicros: money('24.00', currency) },
      ],
    },
  });
  await giveToTraveller(ctx, groups.trackers[travellersTracker]!);
  await periods.assignPlan(ctx, groups.trackers, travel.plan.id);
  await payments.connectProvider(ctx, 'sandbox', 'Sandbox payments');
  const standard = { category: 'S' as const, ratePpm: 190_000, reason: '' };
  await tax.setRate(ctx, ctx.organization.id, { ...standard, validFrom: tax.taxDay(ctx, ctx.now) });
  // The last one waits for its first refill.
  for (const [i, simId] of groups.trackers.slice(0, -1).entries()) {
    await paid(ctx, { purpose: 'line_refill', simId, refill: i % 3 === 0 ? 'small' : 'medium' }, 'Paid at the counter');
  }
  const wallet = await ledger.openWallet(ctx, { ownerId: ctx.organization.id, floorMicros: 0n });
  await paid(
    ctx,
    { purpose: 'wallet_refill', walletId: wallet.id, amount: '60.00' },
    'Bank transfer of the first month',
  );

  const paygo = await catalog.createPlan(ctx, {
    name: 'Card terminals, pay as you go',
    terms: {
      ...terms('paygo'),
      feeMicros: money('0.50', currency),
      pricePerMb: decimal('0.35'),
      billingStart: 'assignment',
      zones,
      rates: [
        {
          service: 'data',
          zoneId: europe.id,
          pricing: { model: 'per_unit', price: decimal('0.12'), increment: 1000n },
        },
        { service: 'sms', zoneId: null, pricing: { model: 'per_unit', price: decimal('0.07'), increment: null } },
      ],
    },
  });
  await periods.assignPlan(ctx, groups.payments, paygo.plan.id);

  const unlimited = await catalog.createPlan(ctx, {
    name: 'Camera unlimited',
    terms: {
      ...terms('unlimited'),
      feeMicros: money('39.00', currency),
      fairUseBytes: 1500n * mb,
      throttleKbps: 512,
      prorated: true,
    },
  });
  const half = Math.ceil(groups.cameras.length / 2);
  await periods.assignPlan(ctx, groups.cameras.slice(0, half), unlimited.plan.id);
  const perMb = await catalog.createPlan(ctx, {
    name: 'Camera per MB by zone',
    terms: {
      ...terms('pay_per_mb'),
      feeMicros: money('1.00', currency),
      recurringScope: 'all',
      pricePerMb: decimal('0.04'),
      zones,
      rates: [
        ...terms('pay_per_mb').rates,
        {
          service: 'data',
          zoneId: europe.id,
          pricing: {
            model: 'volume',
            steps: [
              { upTo: 500n * mb, price: decimal('0.02') },
              { upTo: null, price: decimal('0.012') },
            ],
            increment: null,
          },
        },
      ],
    },
  });
  await periods.assignPlan(ctx, groups.cameras.slice(half), perMb.plan.id);
  await makePools(ctx, groups.shared);
}

/** Which of the trackers an end user holds: one with a refill, that its device uses up after a while. */
const travellersTracker = 1;

/** Somebody who holds a SIM, with a wallet: whose pages on a phone can be opened from the console. */
async function giveToTraveller(ctx: Ctx, simId: Id): Promise<void> {
  const { currency } = ctx.organization;
  const company = await tenancy.createCompany(ctx, { name: 'Travel SIMs', currency });
  const user = await tenancy.createEndUser(ctx, {
    ...{ companyId: company.id, email: 'traveller@demo.example', name: 'Demo traveller' },
  });
  await inventory.updateSim(ctx, simId, { companyId: company.id, endUserId: user.id, uniqueName: 'travel-phone' });
  const wallet = await ledger.openWallet(ctx, { ownerId: user.id, floorMicros: 0n });
  await ledger.creditWallet(ctx, {
    ...{ walletId: wallet.id, amountMicros: money('12.00', currency), kind: 'refill' },
    ...{ reason: 'A gift to begin with', key: 'demo:traveller' },
  });
}

/** A static pool that does with what it has, and a dynamic one that grows with its routers. */
async function makePools(ctx: Ctx, { companyId, trackers, routers }: Groups['shared']): Promise<void> {
  const { currency, unitBase } = ctx.organization;
  const mb = BigInt(unitBase) ** 2n;
  const fixed = await pools.createPool(ctx, {
    ...{ type: 'static', name: 'Trailers together', companyId },
    terms: { allowanceMb: 600n, fee: '45.00', overageSizeMb: 100n, overagePrice: '6.00' },
  });
  const growing = await pools.createPool(ctx, {
    ...{ type: 'dynamic', name: 'Depot routers', companyId },
    terms: { overageSizeMb: 1000n, overagePrice: '2.50' },
  });
  await periods.openPools(ctx, [fixed.pool.id, growing.pool.id]);
  const trailer = await catalog.createPlan(ctx, {
    name: 'Trailer in a pool',
    terms: { ...demoTerms('static_pool', ctx.organization), activationFeeMicros: money('1.00', currency) },
  });
  const depot = await catalog.createPlan(ctx, {
    name: 'Depot 5 GB, shared',
    terms: {
      ...demoTerms('dynamic_pool', ctx.organization),
      feeMicros: money('9.00', currency),
      allowanceBytes: 5000n * mb,
      prorated: true,
      billingStart: 'assignment',
    },
  });
  await periods.assignPlan(ctx, trackers, trailer.plan.id, { poolId: fixed.pool.id });
  await periods.assignPlan(ctx, routers, depot.plan.id, { poolId: growing.pool.id });
}
