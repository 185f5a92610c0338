import { currencyExponent, type Decimal, type Micros, parseAmount, parseDecimal } from '@simwright/measure';
import * as catalog from '../../src/catalog/index.ts';
import type { Ctx } from '../../src/kit/ctx.ts';
import { atomically } from '../../src/kit/db.ts';
import type { Id } from '../../src/kit/ids.ts';
import * as periods from '../../src/periods/index.ts';
import * as pools from '../../src/pools/index.ts';

/** A plan of every type, some in two shapes. */
export type Plans = Record<(typeof ordinary)[number] | 'superSim' | 'member' | 'sharing', Id>;
/** Those that need no pool, beside the Super SIM's. */
export const ordinary = [
  ...(['bundle', 'prompt', 'prepaid', 'perMb', 'perMbOnAll', 'unlimited', 'paygo', 'paygoPrompt'] as const),
];
/** Those whose recurring fee is changed now and then. */
export const dearer = ['superSim', 'bundle', 'prompt', 'perMb', 'perMbOnAll', 'unlimited', 'paygo', 'sharing'] as const;

export type SharedPool = { id: Id; companyId: Id | null; plan: 'member' | 'sharing' };

/** What a refill of the prepaid plan adds, and for how many days. */
const refills = [5_000_000n, 20_000_000n];
const validityDays = 9;

/** Prices that do not divide evenly, so that a rounding in the wrong place shows. */
export async function createPlans(ctx: Ctx): Promise<Plans> {
  const { currency } = ctx.organization;
  const base = currency === 'EUR' ? 1000 : 1024;
  const amount = (text: string) => amountOf(text, currency);
  const zones = await createZones(ctx);
  const perUnit = (price: string, increment: bigint | null = null): catalog.Pricing => ({
    ...{ model: 'per_unit', price: priceOf(price), increment },
  });
  const everywhere: catalog.Rate[] = [
    { service: 'sms', zoneId: null, pricing: { model: 'package', size: 3n, priceMicros: amount('0.19') } },
    { service: 'voice', zoneId: null, pricing: perUnit('0.1234567', 7n) },
    { service: 'voice', zoneId: zones[0]!.id, pricing: { model: 'flat', amountMicros: amount('0.77') } },
  ];
  const empty = (type: catalog.PlanType): catalog.PlanTerms => ({
    ...{ ...catalog.emptyTerms(type, currency, base), rates: everywhere, zones },
  });
  const make = async (name: string, terms: catalog.PlanTerms, superSimDefault = false) =>
    (await catalog.createPlan(ctx, { name, terms, superSimDefault })).plan.id;

  const bundle: catalog.PlanTerms = {
    ...empty('monthly_bundle'),
    ...{ feeMicros: amount('9.99'), activationFeeMicros: amount('1.50'), allowanceBytes: 10_000_000n },
    ...{ overageSizeBytes: 3_000_000n, overagePriceMicros: amount('0.37'), dataLimitBytes: 25_000_000n },
    ...{ prorated: true, billingStart: 'first_usage' },
  };
  const byZone: catalog.Rate[] = [
    ...everywhere,
    {
      ...{ service: 'data', zoneId: zones[0]!.id },
      pricing: {
        ...{ model: 'graduated', increment: 777n },
        steps: [
          { upTo: 4_000_000n, price: priceOf('0.0777777') },
          { upTo: null, price: priceOf('0.0111111') },
        ],
      },
    },
  ];
  const perMb: catalog.PlanTerms = {
    ...empty('pay_per_mb'),
    ...{ feeMicros: amount('3.33'), activationFeeMicros: amount('0.50'), pricePerMb: priceOf('0.1234567') },
    ...{ rates: byZone, prorated: true, incrementBytes: 1_000n },
  };
  const paygo: catalog.PlanTerms = {
    ...empty('paygo'),
    ...{ feeMicros: amount('1.11'), pricePerMb: priceOf('0.0712345'), rates: byZone },
  };
  return {
    superSim: await make('Super SIM', { ...superSimTerms(currency, base), rates: everywhere, zones }, true),
    bundle: await make('Bundle', bundle),
    prompt: await make('Bundle from assignment', {
      ...{ ...bundle, prorated: false, billingStart: 'assignment', dataLimitBytes: null },
    }),
    prepaid: await make('Prepaid', {
      ...{ ...empty('prepaid'), validityDays },
      refills: refills.map((amountBytes, i) => ({
        ...{ id: `r${i}`, amountBytes, priceMicros: amount(i === 0 ? '2.00' : '6.50') },
      })),
    }),
    perMb: await make('Per MB', perMb),
    perMbOnAll: await make('Per MB, fee on all', { ...perMb, recurringScope: 'all' }),
    unlimited: await make('Unlimited', {
      ...{ ...empty('unlimited'), feeMicros: amount('19.99'), prorated: true, fairUseBytes: 12_000_000n },
    }),
    paygo: await make('PAYGO', paygo),
    paygoPrompt: await make('PAYGO from assignment', { ...paygo, billingStart: 'assignment' }),
    member: await make('Member', { ...empty('static_pool'), activationFeeMicros: amount('0.40') }),
    sharing: await make('Sharing', {
      ...{ ...empty('dynamic_pool'), feeMicros: amount('4.44'), activationFeeMicros: amount('0.40') },
      ...{ allowanceBytes: 4_000_000n, prorated: true, billingStart: 'assignment' },
    }),
  };
}

function superSimTerms(currency: string, base: 1000 | 1024): catalog.PlanTerms {
  return {
    ...catalog.defaultSuperSimTerms(currency, base),
    pricePerMb: null,
    tiers: [
      { upToBytes: 2_000_000n, pricePerMb: priceOf('0.1') },
      { upToBytes: 7_000_000n, pricePerMb: priceOf('0.0333333') },
      { upToBytes: null, pricePerMb: priceOf('0.0070007') },
    ],
    incrementBytes: 1_000n,
    dataLimitBytes: 20_000_000n,
  };
}

async function createZones(ctx: Ctx): Promise<catalog.RatedZone[]> {
  const zones = [
    { name: 'Europe', countries: ['DE', 'FR', 'ES', 'SE'], plmns: [] },
    { name: 'One network', countries: ['US'], plmns: ['26201'] },
  ];
  const made = [];
  for (const zone of zones) made.push(await catalog.createZone(ctx, zone));
  return made.map(({ id, name, countries, plmns }) => ({ id, name, countries, plmns }));
}

/** A static and a dynamic pool for each account, some with a limit. */
export async function createPools(ctx: Ctx, accounts: (Id | null)[]): Promise<SharedPool[]> {
  const all: SharedPool[] = [];
  for (const [i, companyId] of accounts.entries()) {
    for (const type of ['static', 'dynamic'] as const) {
      const fee = type === 'static' ? { allowanceMb: 9n, fee: written('25', ctx.organization.currency) } : {};
      const id = await atomically(ctx, async (ctx) => {
        const { pool } = await pools.createPool(ctx, {
          ...{ type, companyId, name: `${type} ${i}`, dataLimitBytes: i === 0 ? 15_000_000n : null },
          terms: { ...fee, overageSizeMb: 2n, overagePrice: written('1', ctx.organization.currency) },
        });
        await periods.openPools(ctx, [pool.id]);
        return pool.id;
      });
      all.push({ id, companyId, plan: type === 'static' ? 'member' : 'sharing' });
    }
  }
  return all;
}

function amountOf(text: string, currency: string): Micros {
  const read = parseAmount(written(text, currency), currency);
  if (!read.ok) throw new Error(`not an amount: ${text}`);
  return read.value;
}

/** An amount of a currency without cents is a hundred times as much. */
function written(text: string, currency: string): string {
  return currencyExponent(currency) === 0 ? String(Number(text.replace('.', ''))) : text;
}

function priceOf(text: string): Decimal {
  const read = parseDecimal(text);
  if (!read.ok) throw new Error(`not a price: ${text}`);
  return read.value;
}
