import { isIP } from 'node:net';

/** A range of addresses as it is written: `192.0.2.0/24`, `fd00::/8`, or one address. */
export type AddressRange = { address: string; length: number; family: 'ipv4' | 'ipv6' };

/** The range that a text stands for; null when it is none: no address, or more bits than its family has. */
export function readRange(text: string): AddressRange | null {
  const [address = '', bits, ...rest] = text.trim().split('/');
  const version = address.includes('%') ? 0 : isIP(address);
  const longest = version === 6 ? 128 : 32;
  const length = bits === undefined ? longest : Number(bits);
  if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits ?? '0') || length > longest) return null;
  return { address, length, family: version === 6 ? 'ipv6' : 'ipv4' };
}
