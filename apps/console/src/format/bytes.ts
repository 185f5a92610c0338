import { formatBytes } from '@simwright/measure';
import { measures } from './organization.ts';

const plain = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const aligned = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Bytes as a decimal string, for people: `1.5 GB`, in the organization's unit base and the viewer's locale. */
export function bytes(value: string | bigint): string {
  return write(value, plain);
}

/** The same with two decimals always, so that a column of them can be compared at a glance: `1.50 GB`. */
export function bytesInColumn(value: string | bigint): string {
  return write(value, aligned);
}

function write(value: string | bigint, format: Intl.NumberFormat): string {
  // Four digits at most are left after the choice of the unit: no precision is lost on the way to the locale.
  const [count = '0', unit = 'B'] = formatBytes(BigInt(value), measures().unitBase).split(' ');
  return `${(unit === 'B' ? plain : format).format(Number(count))}\u00a0${unit}`;
}

export function addBytes(...values: string[]): string {
  return values.reduce((sum, value) => sum + BigInt(value), 0n).toString();
}

/** How much of `whole` is `part`: 0 to 1 and beyond. Only for drawing. */
export function share(part: string, whole: string): number {
  return BigInt(whole) === 0n ? 0 : Number((BigInt(part) * 10_000n) / BigInt(whole)) / 10_000;
}

/** Megabytes typed by a person to bytes, or null when it is not a number of whole bytes. */
export function bytesOfMegabytes(text: string): string | null {
  const match = /^(\d{1,12})(?:[.,](\d{1,6}))?$/.exec(text.trim());
  if (!match) return null;
  const base = BigInt(measures().unitBase);
  const [, whole = '0', fraction = ''] = match;
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * base * base;
  return scaled % scale === 0n ? (scaled / scale).toString() : null;
}

/** Bytes as megabytes in plain digits, for a field: `500000000` is `500`. */
export function megabytesOf(value: string | null): string {
  if (value === null) return '';
  const mb = BigInt(measures().unitBase) ** 2n;
  const whole = BigInt(value) / mb;
  const rest = ((BigInt(value) % mb) * 1_000_000n) / mb;
  const fraction = rest.toString().padStart(6, '0').replace(/0+$/, '');
  return fraction === '' ? whole.toString() : `${whole}.${fraction}`;
}
