import fc from 'fast-check';
import type { Pricing, Rate as ProductRate } from '../../src/catalog/index.ts';
import { chargesEachUnit } from '../../src/rating/index.ts';
import type { Plan, Rate, Service } from '../scenarios/language/index.ts';

const services: readonly Service[] = ['data', 'sms', 'voice'];
const zones = [null, 'EU', 'US'];

const price = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 8n }), fc.integer({ min: 0, max: 12 }))
  .map(([digits, scale]) => ({ digits, scale }));
const amount = fc.bigInt({ min: 0n, max: 10n ** 10n });
const size = fc.bigInt({ min: 1n, max: 10n ** 9n });
const increment = fc.option(size);
const steps = fc
  .tuple(fc.uniqueArray(size, { maxLength: 3 }), fc.array(price, { minLength: 4, maxLength: 4 }))
  .map(([bounds, prices]) =>
    [...bounds.sort((a, b) => (a < b ? -1 : 1)), null].map((upTo, i) => ({ upTo, price: prices[i]! })),
  );

export type Shape = Rate extends infer Each ? (Each extends Rate ? Omit<Each, 'service' | 'zone'> : never) : never;
export const shape: fc.Arbitrary<Shape> = fc.oneof(
  fc.record({ model: fc.constant('steps' as const), steps, whole: fc.boolean(), increment }),
  fc.record({ model: fc.constant('package' as const), size, micros: amount, increment: fc.constant(null) }),
  fc.record({ model: fc.constant('flat' as const), micros: amount, increment: fc.constant(null) }),
);

/** A rate for each service and zone, or none. */
const rates = (shapes: fc.Arbitrary<Shape>): fc.Arbitrary<Rate[]> =>
  fc
    .array(fc.option(shapes), { minLength: services.length * zones.length, maxLength: services.length * zones.length })
    .map((all) =>
      all.flatMap((one, i): Rate[] =>
        one ? [{ ...one, service: services[i % 3]!, zone: zones[Math.floor(i / 3)]! } as Rate] : [],
      ),
    );

/** What a plan sells, in the words of the scenarios. */
export type Sold = Pick<Plan, 'type' | 'rates' | 'allowanceBytes' | 'overageSizeBytes' | 'overagePriceMicros'>;
export const sold = (shapes: fc.Arbitrary<Shape>): fc.Arbitrary<Sold> =>
  fc
    .record({
      type: fc.constantFrom('pay_per_mb', 'paygo', 'super_sim', 'monthly_bundle', 'prepaid', 'unlimited'),
      rates: rates(shapes),
      allowanceBytes: fc.bigInt({ min: 0n, max: 10n ** 9n }),
      overageSizeBytes: size,
      overagePriceMicros: amount,
    } satisfies { [K in keyof Sold]: fc.Arbitrary<Sold[K]> })
    .map((plan) => {
      const each = chargesEachUnit(plan.type);
      const bundle = plan.type === 'monthly_bundle';
      return {
        ...plan,
        rates: plan.rates.filter(({ service }) => each || service !== 'data'),
        ...(!bundle && { allowanceBytes: null, overageSizeBytes: null, overagePriceMicros: null }),
      };
    })
    .filter((plan) => !chargesEachUnit(plan.type) || plan.rates.some(({ service }) => service === 'data'));

/** The same rates in the product's words. */
export function ratesOf({ rates }: Sold): ProductRate[] {
  return rates.map((rate) => ({ service: rate.service, zoneId: rate.zone, pricing: pricingOf(rate) }));
}

function pricingOf(rate: Rate): Pricing {
  if (rate.model === 'flat') return { model: 'flat', amountMicros: rate.micros };
  if (rate.model === 'package') return { model: 'package', size: rate.size, priceMicros: rate.micros };
  const { steps, increment } = rate;
  if (steps.length === 1 && !rate.whole) return { model: 'per_unit', price: steps[0]!.price, increment };
  return { model: rate.whole ? 'volume' : 'graduated', steps, increment };
}
