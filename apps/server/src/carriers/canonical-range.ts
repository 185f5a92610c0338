import { refuse } from '../kit/refusal.ts';
import { formatRange, networkOf, parseRange } from './range.ts';

/** Whose range it is, for what is said of it: `nas.range` gives the codes `nas.range_invalid` and `nas.range_too_wide`. */
export type RangeForm = { of: string; field: string; whose: string };

/** Shorter prefixes would take the addresses of everybody else's networks: bits of an IPv4 and of an IPv6 prefix. */
const shortest = { ipv4: 8, ipv6: 16 };

/** A range as the database writes it. Refuses `…_invalid` for what is none, and `…_too_wide`. */
export function canonicalRange(text: string, { of, field, whose }: RangeForm): string {
  const range = parseRange(text);
  if (!range) {
    throw refuse.invalid(`${of}_invalid`, `${text} is not a range of addresses.`, {
      field,
      expected: 'a CIDR range like 192.0.2.0/24 or 2001:db8::/48, or one address',
    });
  }
  const network = networkOf(range);
  const canonical = formatRange(network);
  if (network.bits !== range.bits) {
    throw refuse.invalid(`${of}_invalid`, `${text} has bits beyond its prefix.`, { field, expected: canonical });
  }
  const [bits, least] = canonical.includes(':') ? [range.length, shortest.ipv6] : [range.length - 96, shortest.ipv4];
  if (bits < least) {
    throw refuse.invalid(`${of}_too_wide`, `${canonical} is too wide for ${whose}.`, {
      field,
      expected: `a prefix of at least ${least} bits`,
    });
  }
  return canonical;
}
