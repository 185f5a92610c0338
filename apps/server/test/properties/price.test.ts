import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chargesEachUnit, componentOf, pricedParts, priceOf, type Terms } from '../../src/rating/index.ts';
import type { Plan } from '../scenarios/language/index.ts';
import { priceOf as byPencil, halfEven, type Totals } from '../scenarios/pencil/price.ts';
import { ratesOf, type Sold, shape, sold } from './plans.ts';

const units = fc.constantFrom(
  { currency: 'EUR', mb: 1_000_000n, major: 10n ** 8n },
  { currency: 'JPY', mb: 1_048_576n, major: 10n ** 6n },
  { currency: 'KWD', mb: 1_000_000n, major: 10n ** 9n },
);
const quantity = fc.bigInt({ min: 0n, max: 3n * 10n ** 9n });
/** What was used by each rate, in its order; the last is data that no rate is named for. */
const used = fc.array(quantity, { minLength: 10, maxLength: 10 });

function termsOf(plan: Sold, currency: string, mbBytes: bigint): Terms {
  return {
    ...{ type: plan.type, currency, mbBytes, pricePerMb: null, incrementBytes: null },
    ...{ allowanceBytes: plan.allowanceBytes, overageSizeBytes: plan.overageSizeBytes },
    overagePriceMicros: plan.overagePriceMicros,
    rates: ratesOf(plan),
  };
}

/** Both forms of the same totals: the pencil's by rate, the product's bytes and components. */
function totalsOf(plan: Sold, quantities: bigint[]) {
  const pencil: Totals = new Map();
  const components: Record<string, bigint> = {};
  let bytes = 0n;
  for (const [i, rate] of plan.rates.entries()) {
    pencil.set(componentOf(rate.service, rate.zone), { rate, quantity: quantities[i]! });
    if (rate.service === 'data') bytes += quantities[i]!;
    if (rate.service !== 'data' || rate.zone !== null) {
      components[componentOf(rate.service, rate.zone)] = quantities[i]!;
    }
  }
  if (!chargesEachUnit(plan.type)) {
    pencil.set('data', { rate: null, quantity: quantities[9]! });
    bytes += quantities[9]!;
  }
  return { pencil, bytes, components };
}

describe('the price of a period', () => {
  it('is the pencil’s, for every model, service and zone', () => {
    fc.assert(
      fc.property(sold(shape), units, used, (plan, { currency, mb, major }, quantities) => {
        const { pencil, bytes, components } = totalsOf(plan, quantities);
        const found = priceOf(termsOf(plan, currency, mb))(bytes, null, components);
        expect(found).toBe(byPencil(plan as Plan, pencil, plan.allowanceBytes ?? 0n, { mb, major }, false));
      }),
      { numRuns: 1000 },
    );
  });

  it('is the sum of its parts, rounded once', () => {
    fc.assert(
      fc.property(sold(shape), units, used, (plan, { currency, mb }, quantities) => {
        const terms = termsOf(plan, currency, mb);
        const { bytes, components } = totalsOf(plan, quantities);
        const parts = pricedParts(terms, bytes, null, components);
        const under = parts[0]?.divisor ?? 1n;
        const over = parts.reduce((sum, { numerator }) => sum + numerator, 0n);
        expect(priceOf(terms)(bytes, null, components)).toBe(halfEven({ over, under }));
      }),
    );
  });

  it('never falls with more usage, but where all of it changes its price', () => {
    const noVolume = shape.filter((rate) => rate.model !== 'steps' || !rate.whole);
    fc.assert(
      fc.property(sold(noVolume), units, used, used, (plan, { currency, mb }, before, more) => {
        const price = priceOf(termsOf(plan, currency, mb));
        const [less, all] = [
          totalsOf(plan, before),
          totalsOf(
            plan,
            before.map((each, i) => each + more[i]!),
          ),
        ];
        expect(price(all.bytes, null, all.components)).toBeGreaterThanOrEqual(price(less.bytes, null, less.components));
      }),
    );
  });
});
