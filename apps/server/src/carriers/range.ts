import { isIP } from 'node:net';
import { assert } from '../kit/assert.ts';

/** A block of addresses as 128 bits and a prefix length; IPv4 lies at ::ffff:0:0/96, so one match serves both. */
export type Range = { bits: bigint; length: number };

const ipv4Base = 0xffff_0000_0000n;

/** An IPv4 or IPv6 address as 128 bits, `::ffff:a.b.c.d` like the IPv4 address in it; null when it is neither. */
export function addressBits(text: string): bigint | null {
  const address = text.split('%', 1)[0]!;
  const family = isIP(address);
  if (family === 4) return ipv4Base | ipv4Bits(address);
  return family === 6 ? ipv6Bits(address) : null;
}

function ipv4Bits(address: string): bigint {
  return address.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function ipv6Bits(address: string): bigint {
  const dotted = address.lastIndexOf(':') + 1;
  const tail = address.slice(dotted);
  const whole = tail.includes('.')
    ? `${address.slice(0, dotted)}${(ipv4Bits(tail) >> 16n).toString(16)}:${(ipv4Bits(tail) & 0xffffn).toString(16)}`
    : address;
  const [head = '', rest] = whole.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = rest ? rest.split(':') : [];
  const middle = rest === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...middle, ...right].reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

/** The range a CIDR or a single address stands for; null when it is neither. Bits beyond the prefix are kept as given. */
export function parseRange(text: string): Range | null {
  const [address = '', prefix, more] = text.split('/');
  const bits = address.includes('%') ? null : addressBits(address);
  if (bits === null || more !== undefined) return null;
  const offset = isIP(address) === 4 ? 96 : 0;
  if (prefix === undefined) return { bits, length: 128 };
  if (!/^(0|[1-9][0-9]{0,2})$/.test(prefix) || Number(prefix) > 128 - offset) return null;
  return { bits, length: Number(prefix) + offset };
}

/** The range with every bit beyond its prefix cleared. */
export function networkOf(range: Range): Range {
  const host = BigInt(128 - range.length);
  return { bits: (range.bits >> host) << host, length: range.length };
}

/** CIDR text of a network, IPv4 where it is IPv4. */
export function formatRange({ bits, length }: Range): string {
  if (length >= 96 && bits >> 32n === ipv4Base >> 32n) {
    return `${[24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join('.')}/${length - 96}`;
  }
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  return `${new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1)}/${length}`;
}

/** Longest-prefix match over `entries`: which of them an address belongs to. Two of one range: the later one. */
export function longestMatch<T>(entries: { range: Range; value: T }[]): (address: string) => T | null {
  const byLength = new Map<number, Map<bigint, T>>();
  for (const { range, value } of entries) {
    assert(range.length >= 0 && range.length <= 128, 'a prefix is 0 to 128 bits long');
    const networks = byLength.get(range.length) ?? new Map<bigint, T>();
    networks.set(networkOf(range).bits, value);
    byLength.set(range.length, networks);
  }
  const lengths = [...byLength.keys()].sort((a, b) => b - a);
  return (address) => {
    const bits = addressBits(address);
    if (bits === null) return null;
    for (const length of lengths) {
      const value = byLength.get(length)!.get(networkOf({ bits, length }).bits);
      if (value !== undefined) return value;
    }
    return null;
  };
}

/** Whether an address lies in one of these CIDR ranges. */
export function contains(ranges: readonly string[], address: string): boolean {
  const bits = addressBits(address);
  if (bits === null) return false;
  return ranges.some((text) => {
    const range = parseRange(text);
    return range !== null && networkOf({ bits, length: range.length }).bits === networkOf(range).bits;
  });
}
