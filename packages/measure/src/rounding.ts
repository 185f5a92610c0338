/**
 * n ÷ d rounded to the nearest integer, a tie to the even one. The only rounding that money knows: ties fall up
 * and down equally often, so many of them do not lean to one side.
 *
 * @throws RangeError when d is zero.
 */
export function divideHalfEven(n: bigint, d: bigint): bigint {
  const lower = floorDiv(n, d);
  const magnitude = d < 0n ? -d : d;
  const rest = n * (d < 0n ? -1n : 1n) - lower * magnitude;
  const twice = 2n * rest;
  if (twice < magnitude) return lower;
  if (twice > magnitude) return lower + 1n;
  return lower % 2n === 0n ? lower : lower + 1n;
}

/** n ÷ d rounded towards minus infinity. Allowances given in part round this way. */
export function floorDiv(n: bigint, d: bigint): bigint {
  const quotient = n / d;
  // BigInt division truncates, which is one too high where the exact quotient is negative and not whole.
  return n % d !== 0n && n < 0n !== d < 0n ? quotient - 1n : quotient;
}

/** n ÷ d rounded towards plus infinity. Every started block counts: this way. */
export function ceilDiv(n: bigint, d: bigint): bigint {
  return -floorDiv(-n, d);
}
