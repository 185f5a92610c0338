import { type DecimalProblem, parseDecimal } from './decimal.ts';
import type { Parsed } from './parsed.ts';
import { divideHalfEven } from './rounding.ts';

/** What one KB is: 1,000 bytes, or 1,024 where an organization chose so. MB, GB and TB are its powers. */
export type UnitBase = 1000 | 1024;

export type ByteUnit = 'B' | 'KB' | 'MB' | 'GB' | 'TB';

const units: readonly ByteUnit[] = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes in one unit: `bytesIn('MB', 1000)` is 1_000_000n. */
export function bytesIn(unit: ByteUnit, base: UnitBase): bigint {
  return BigInt(base) ** BigInt(units.indexOf(unit));
}

/** Kilobytes to bytes: the value of a payload field that ends in `_kb`. */
export function kilobytes(count: bigint, base: UnitBase): bigint {
  return count * bytesIn('KB', base);
}

/** Megabytes to bytes: the value of a payload field that ends in `_mb`. */
export function megabytes(count: bigint, base: UnitBase): bigint {
  return count * bytesIn('MB', base);
}

/** As a decimal's problems, and `whole`: the text means a broken number of bytes. */
export type BytesProblem = DecimalProblem | 'whole';

/** Reads `600 MB`, `1.5 GB` or `0` exactly; a number without a unit is bytes. Never negative. */
export function parseBytes(text: string, base: UnitBase): Parsed<bigint, BytesProblem> {
  if (text.length > 64) return { ok: false, problem: 'range' };
  const match = /^([0-9.]+)(?: ?(B|KB|MB|GB|TB))?$/.exec(text);
  if (!match?.[1]) return { ok: false, problem: 'format' };
  const count = parseDecimal(match[1]);
  if (!count.ok) return count;
  const scaled = count.value.digits * bytesIn((match[2] ?? 'B') as ByteUnit, base);
  const divisor = 10n ** BigInt(count.value.scale);
  if (scaled % divisor !== 0n) return { ok: false, problem: 'whole' };
  return { ok: true, value: scaled / divisor };
}

/**
 * Writes bytes for people, in the largest unit that leaves at least one, with at most two decimals: `1.5 GB`.
 *
 * Rounded, so only for reading; what is charged or compared stays in bytes. The names are KB and MB in both
 * bases: they mean what the organization chose.
 */
export function formatBytes(bytes: bigint, base: UnitBase): string {
  if (bytes < 0n) return `-${formatBytes(-bytes, base)}`;
  let index = 0;
  while (index < units.length - 1 && hundredths(bytes, index, base) >= BigInt(base) * 100n) index += 1;
  const rounded = hundredths(bytes, index, base);
  const fraction = (rounded % 100n).toString().padStart(2, '0').replace(/0+$/, '');
  return `${rounded / 100n}${fraction === '' ? '' : `.${fraction}`} ${units[index]}`;
}

/** The count of a unit in hundredths, already rounded: 999.999 KB must show as 1 MB, not as 1000 KB. */
function hundredths(bytes: bigint, index: number, base: UnitBase): bigint {
  return divideHalfEven(bytes * 100n, BigInt(base) ** BigInt(index));
}
