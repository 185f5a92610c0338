import { currencyExponent, type Decimal, divideHalfEven, type Micros, microsExponent } from '@simwright/measure';

/** One step of a graduated price: the bytes up to the bound, from the step before, cost this much per MB. */
export type Tier = { upToBytes: bigint | null; pricePerMb: Decimal };

/**
 * Price of a number of bytes where each slice has its own price per MB, in exact integers and rounded once, half-even.
 *
 * The slices are added up over one common denominator before the division: rounding each of them would make the
 * bill depend on where the steps are.
 */
export function graduatedPrice(tiers: readonly Tier[], mbBytes: bigint, currency: string): (bytes: bigint) => Micros {
  const scale = tiers.reduce((widest, tier) => Math.max(widest, tier.pricePerMb.scale), 0);
  const microsPerUnit = 10n ** BigInt(currencyExponent(currency) + microsExponent);
  const divisor = 10n ** BigInt(scale) * mbBytes;
  const steps = tiers.map(({ upToBytes, pricePerMb }) => ({
    upToBytes,
    perByte: pricePerMb.digits * 10n ** BigInt(scale - pricePerMb.scale) * microsPerUnit,
  }));
  return (bytes) => {
    let sum = 0n;
    let from = 0n;
    for (const { upToBytes, perByte } of steps) {
      const to = upToBytes === null || upToBytes > bytes ? bytes : upToBytes;
      if (to > from) {
        sum += perByte * (to - from);
        from = to;
      }
    }
    return divideHalfEven(sum, divisor);
  };
}
