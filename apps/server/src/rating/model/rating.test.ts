import { type Decimal, formatAmount, type Micros, parseAmount, parseDecimal } from '@simwright/measure';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tier } from './price.ts';
import { chargeBetween, chargeOf, crossed, decideReadyExit, findTermsProblem, priceOf, type Terms } from './rating.ts';

const MB = 1_000_000n;

const superSim: Terms = {
  type: 'super_sim',
  currency: 'EUR',
  mbBytes: MB,
  pricePerMb: decimal('0.10'),
  allowanceBytes: null,
  overageSizeBytes: null,
  overagePriceMicros: null,
  incrementBytes: null,
};

const bundle: Terms = {
  ...superSim,
  type: 'monthly_bundle',
  pricePerMb: null,
  allowanceBytes: 1000n * MB,
  overageSizeBytes: 100n * MB,
  overagePriceMicros: amount('0.40'),
};

const tiers: Tier[] = [
  { upToBytes: 100n * MB, pricePerMb: decimal('0.10') },
  { upToBytes: 1000n * MB, pricePerMb: decimal('0.05') },
  { upToBytes: null, pricePerMb: decimal('0.01') },
];
const graduated: Terms = { ...superSim, type: 'pay_per_mb', pricePerMb: null, tiers };

/** The charge of each record in turn, as a batch is decided. */
function rateUsage(terms: Terms, allowance: bigint | null, before: bigint, deltas: readonly bigint[]) {
  const price = priceOf(terms);
  let total = before;
  return deltas.map((delta) => {
    const charge = chargeBetween(price, total, total + delta, allowance);
    total += delta;
    return { charge, after: total };
  });
}

describe('golden charges', () => {
  it('Super SIM: 300,000 bytes at 0.10 per MB', () => {
    expect(euros(chargeOf(superSim, 300_000n))).toBe('0.03');
  });

  it('EU-1GB: 650 MB after 600 MB start three blocks', () => {
    const rated = rateUsage(bundle, null, 0n, [600n * MB, 650n * MB]);
    expect(rated.map(({ charge }) => euros(charge))).toEqual(['0.00', '1.20']);
    expect(rated[1]?.after).toBe(1250n * MB);
  });

  it.each([
    [1000n * MB, '0.00'],
    [1000n * MB + 1n, '0.40'],
    [1100n * MB, '0.40'],
    [1100n * MB + 1n, '0.80'],
  ])('bundle: %s bytes cost %s', (total, charge) => {
    expect(euros(chargeOf(bundle, total))).toBe(charge);
  });

  it('bundle: the period brings its own, prorated allowance', () => {
    expect(euros(chargeOf(bundle, 600n * MB, 500n * MB))).toBe('0.40');
    expect(euros(chargeOf(bundle, 1n, 0n))).toBe('0.40');
    expect(rateUsage(bundle, 500n * MB, 500n * MB, [1n]).map(({ charge }) => euros(charge))).toEqual(['0.40']);
  });

  it('bundle without overage: usage beyond the allowance costs nothing', () => {
    expect(chargeOf({ ...bundle, overageSizeBytes: null, overagePriceMicros: null }, 5000n * MB)).toBe(0n);
  });

  it.each([
    [100n * MB, '10.00'],
    [150n * MB, '12.50'],
    [1000n * MB, '55.00'],
    [1500n * MB, '60.00'],
  ])('graduated: %s bytes cost %s', (total, charge) => {
    expect(euros(chargeOf(graduated, total))).toBe(charge);
  });

  it('the increment rounds the total of the period, not each record', () => {
    const terms = { ...superSim, incrementBytes: 100_000n };
    const rated = rateUsage(terms, null, 0n, [1n, 99_998n, 1n, 1n]);
    expect(rated.map(({ charge }) => euros(charge))).toEqual(['0.01', '0.00', '0.00', '0.01']);
  });

  it('1,024 is another MB', () => {
    expect(euros(chargeOf({ ...superSim, mbBytes: 1_048_576n }, 1_048_576n))).toBe('0.10');
  });

  it.each([
    ['JPY', '3'],
    ['EUR', '3.00'],
    ['KWD', '3.000'],
    ['CLF', '3.0000'],
  ])('prices are in major units: %s', (currency, text) => {
    expect(formatAmount(chargeOf({ ...superSim, currency }, 30n * MB), currency)).toBe(text);
  });

  // At 0.005 micro-minor units a byte, every second hundred bytes end on a tie.
  it.each([
    [100n, 0n],
    [200n, 1n],
    [300n, 2n],
    [500n, 2n],
    [700n, 4n],
  ])('ties go to the even micro-minor unit: %s bytes', (total, micros) => {
    expect(chargeOf({ ...superSim, pricePerMb: decimal('0.00005') }, total)).toBe(micros);
  });
});

describe('properties', () => {
  const price = fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 13n }), fc.integer({ min: 0, max: 12 }))
    .map(([digits, scale]) => ({ digits, scale }));
  const bound = fc.bigInt({ min: 1n, max: 10n ** 12n });
  const steps = fc
    .tuple(fc.uniqueArray(bound, { maxLength: 4 }), fc.array(price, { minLength: 5, maxLength: 5 }))
    .map(([bounds, prices]): Tier[] =>
      [...bounds.sort((a, b) => (a < b ? -1 : 1)), null].map((upToBytes, index) => ({
        upToBytes,
        pricePerMb: prices[index]!,
      })),
    );
  const terms: fc.Arbitrary<Terms> = fc.record({
    type: fc.constantFrom('super_sim', 'monthly_bundle', 'pay_per_mb'),
    currency: fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'),
    mbBytes: fc.constantFrom(1_000_000n, 1_048_576n),
    pricePerMb: price,
    tiers: fc.option(steps, { nil: undefined }) as fc.Arbitrary<Tier[]>,
    allowanceBytes: fc.bigInt({ min: 0n, max: 10n ** 12n }),
    overageSizeBytes: bound,
    overagePriceMicros: fc.bigInt({ min: 0n, max: 10n ** 12n }),
    incrementBytes: fc.option(fc.constantFrom(1n, 1024n, 100_000n)),
  });
  const usage = fc.array(fc.bigInt({ min: 0n, max: 10n ** 11n }), { maxLength: 40 });
  const corrected = fc.array(fc.bigInt({ min: -(10n ** 11n), max: 10n ** 11n }), { maxLength: 40 });
  const allowance = fc.option(fc.bigInt({ min: 0n, max: 10n ** 12n }));

  it('the charges of records add up to f(total), corrections included', () => {
    fc.assert(
      fc.property(terms, allowance, corrected, (terms, allowance, deltas) => {
        const rated = rateUsage(terms, allowance, 0n, deltas);
        expect(sum(rated.map(({ charge }) => charge))).toBe(chargeOf(terms, sum(deltas), allowance ?? undefined));
        expect(rated.at(-1)?.after ?? 0n).toBe(sum(deltas));
      }),
    );
  });

  it('order and cut into batches do not change the bill', () => {
    const cuts = fc.array(fc.nat(40), { maxLength: 6 });
    const shuffled = corrected.chain((deltas) =>
      fc.tuple(
        fc.constant(deltas),
        fc.shuffledSubarray(deltas, { minLength: deltas.length, maxLength: deltas.length }),
      ),
    );
    fc.assert(
      fc.property(terms, allowance, shuffled, cuts, (terms, allowance, [deltas, other], cuts) => {
        let total = 0n;
        let charged = 0n;
        for (const batch of cutAt(other, cuts)) {
          const rated = rateUsage(terms, allowance, total, batch);
          charged += sum(rated.map(({ charge }) => charge));
          total = rated.at(-1)?.after ?? total;
        }
        expect(charged).toBe(sum(rateUsage(terms, allowance, 0n, deltas).map(({ charge }) => charge)));
      }),
    );
  });

  it('more usage never costs less', () => {
    fc.assert(
      fc.property(terms, allowance, usage, (terms, allowance, deltas) => {
        expect(rateUsage(terms, allowance, 0n, deltas).every(({ charge }) => charge >= 0n)).toBe(true);
      }),
    );
  });

  it('one price is the same as that price in every step', () => {
    fc.assert(
      fc.property(terms, steps, bound, (terms, steps, total) => {
        const flat: Terms = { ...terms, type: 'super_sim', tiers: undefined };
        const stepped = { ...flat, tiers: steps.map((tier) => ({ ...tier, pricePerMb: terms.pricePerMb! })) };
        expect(chargeOf(stepped, total)).toBe(chargeOf(flat, total));
      }),
    );
  });

  it('a limit is crossed by one record at most, and by one exactly when it is reached', () => {
    fc.assert(
      fc.property(usage, bound, (deltas, limit) => {
        let before = 0n;
        let crossings = 0;
        for (const delta of deltas) {
          if (crossed(limit, before, before + delta)) crossings += 1;
          before += delta;
        }
        expect(crossings).toBe(before >= limit ? 1 : 0);
      }),
    );
  });
});

describe('crossing', () => {
  it('is at the limit itself', () => {
    expect(crossed(500n, 499n, 500n)).toBe(true);
    expect(crossed(500n, 500n, 600n)).toBe(false);
    expect(crossed(500n, 0n, 499n)).toBe(false);
    expect(crossed(null, 0n, 10n ** 18n)).toBe(false);
  });
});

describe('the end of a ready period', () => {
  it.each([
    ['Super SIM, below', 250_000n, 0n, 249_999n, false],
    ['Super SIM, at 250,000 bytes', 250_000n, 249_999n, 1n, true],
    ['Super SIM, in one record', 250_000n, 0n, 300_000n, true],
    ['Super SIM, zero bytes', 250_000n, 249_999n, 0n, false],
    ['first usage', null, 0n, 1n, true],
    ['zero bytes is not usage', null, 0n, 0n, false],
    ['a correction downwards is not usage', null, 0n, -1n, false],
  ])('%s', (_name, readyExitBytes, before, delta, exit) => {
    expect(decideReadyExit({ readyExitBytes }, before, delta)).toBe(exit);
  });
});

describe('terms that cannot be rated', () => {
  it.each<[string, Terms]>([
    ['currency', { ...superSim, currency: 'XXX' }],
    ['mb_bytes', { ...superSim, mbBytes: 0n }],
    ['price_missing', { ...superSim, pricePerMb: null }],
    ['increment', { ...superSim, incrementBytes: 0n }],
    ['tiers', { ...superSim, tiers: [] }],
    ['tiers', { ...superSim, tiers: [tiers[2]!, tiers[0]!] }],
    ['tiers', { ...superSim, tiers: [tiers[1]!, tiers[0]!, tiers[2]!] }],
    ['tiers', { ...superSim, tiers: [tiers[0]!] }],
    ['allowance', { ...bundle, allowanceBytes: null }],
    ['overage', { ...bundle, overageSizeBytes: 0n }],
    ['overage', { ...bundle, overagePriceMicros: null }],
  ])('%s', (problem, terms) => {
    expect(findTermsProblem(terms)).toBe(problem);
    expect(() => chargeOf(terms, 1n)).toThrow(RangeError);
    expect(() => rateUsage(terms, null, 0n, [1n])).toThrow(RangeError);
  });

  it('a price of zero can', () => {
    expect(findTermsProblem({ ...superSim, pricePerMb: decimal('0') })).toBeNull();
  });
});

function decimal(text: string): Decimal {
  const parsed = parseDecimal(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

function amount(text: string): Micros {
  const parsed = parseAmount(text, 'EUR');
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

function euros(micros: Micros): string {
  return formatAmount(micros, 'EUR');
}

function sum(values: bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

function cutAt(deltas: bigint[], cuts: number[]): bigint[][] {
  const bounds = [0, ...cuts.map((cut) => Math.min(cut, deltas.length)).sort((a, b) => a - b), deltas.length];
  return bounds.slice(1).map((bound, index) => deltas.slice(bounds[index], bound));
}
