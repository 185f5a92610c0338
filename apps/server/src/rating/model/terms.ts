import type { PlanVersion } from '../../catalog/index.ts';
import type { PoolVersion } from '../../pools/index.ts';
import { type Price, priceOf, type Terms } from './rating.ts';
import { type Zoning, zoningOf } from './zoning.ts';

// Versions never change, so neither does what was worked out of one.
const prices = new WeakMap<object, Price>();
const zonings = new WeakMap<PlanVersion, Zoning>();

/** What rating needs of a plan version. */
export function termsOf(version: PlanVersion): Terms {
  return {
    type: version.type,
    currency: version.currency,
    mbBytes: version.mbBytes,
    pricePerMb: version.pricePerMb,
    tiers: version.tiers ?? undefined,
    allowanceBytes: version.allowanceBytes,
    overageSizeBytes: version.overageSizeBytes,
    overagePriceMicros: version.overagePriceMicros,
    incrementBytes: version.incrementBytes,
    rates: version.rates,
  };
}

/** A pool's month is priced like a bundle: blocks of overage over the sum of its members' data. */
export function poolTermsOf(version: PoolVersion): Terms {
  const { currency, mbBytes, allowanceBytes, overageSizeBytes, overagePriceMicros } = version;
  return {
    ...{ type: 'monthly_bundle', currency, mbBytes, allowanceBytes, overageSizeBytes, overagePriceMicros },
    ...{ pricePerMb: null, incrementBytes: null },
  };
}

/** The price of a period on this version, as a function of its totals; worked out once. */
export function priceFor(version: PlanVersion): Price {
  return remembered(version, () => termsOf(version));
}

/** The price of a pool's month. */
export function poolPriceFor(version: PoolVersion): Price {
  return remembered(version, () => poolTermsOf(version));
}

function remembered(version: object, terms: () => Terms): Price {
  let price = prices.get(version);
  if (!price) {
    price = priceOf(terms());
    prices.set(version, price);
  }
  return price;
}

/** Which rate of this version usage goes by. */
export function zoningFor(version: PlanVersion, countryOf: (plmn: string) => string | null): Zoning {
  let zoning = zonings.get(version);
  if (!zoning) {
    zoning = zoningOf(termsOf(version), version.zones, countryOf);
    zonings.set(version, zoning);
  }
  return zoning;
}
