import { lookup as resolve } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { readRange } from '../kit/ranges.ts';

/** What an address was refused for; nobody is told what lives there. */
export class AddressRefused extends Error {
  override name = 'AddressRefused';
}

/** Networks that are not the internet (RFC 6890 and the registries that it founded), and what only stands for others. */
const closedRanges = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
  ...['::/127', '::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32'],
  ...['2002::/16', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
];

/** Whom we may call. */
export type Guard = {
  /** Throws `AddressRefused` for a URL that cannot be called as it is written: its form, or an address in it. */
  check(url: URL): void;
  /** Resolves a name, and refuses it if any of its addresses is closed: a name may point anywhere, and elsewhere a second later. */
  lookup: LookupFunction;
};

/**
 * Guards outgoing requests against private addresses: what customers name must not reach what only we can reach.
 *
 * @param open CIDR ranges that may be called although they are private, as of a lab.
 * @throws RangeError for what is no range.
 */
export function openGuard(open: readonly string[]): Guard {
  const closed = listsOf(closedRanges);
  const opened = listsOf(open);
  const refuses = (address: string) => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    return closed[family].check(address, family) && !opened[family].check(address, family);
  };
  return {
    check(url) {
      if (url.protocol !== 'http:' && url.protocol !== 'https:')
        throw new AddressRefused('Only http and https are called.');
      const host = url.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) && refuses(host)) throw new AddressRefused(`The address ${host} is private.`);
    },
    lookup(hostname, options, callback) {
      resolve(hostname, { ...options, all: true }).then(
        (found) => {
          const bad = found.find(({ address }) => refuses(address));
          if (bad) return callback(new AddressRefused(`The name ${hostname} leads to a private address.`), '', 0);
          if (options.all) return callback(null, found as never);
          callback(null, found[0]!.address, found[0]!.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, '', 0),
      );
    },
  };
}

/** A list for each family: in one, the range of mapped addresses would be that of every IPv4 address. */
function listsOf(ranges: readonly string[]): { ipv4: BlockList; ipv6: BlockList } {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const text of ranges) {
    const range = readRange(text);
    if (!range) throw new RangeError(`${JSON.stringify(text)} is no range of addresses, like 192.0.2.0/24`);
    lists[range.family].addSubnet(range.address, range.length, range.family);
  }
  return lists;
}
