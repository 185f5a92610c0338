import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressBits, formatRange, longestMatch, networkOf, parseRange } from './range.ts';

test.each([
  ['192.0.2.0/24', '192.0.2.0/24'],
  ['192.0.2.7', '192.0.2.7/32'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:DB8::/32', '2001:db8::/32'],
  ['2001:db8:0:0:0:0:0:1', '2001:db8::1/128'],
  ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
  ['::/16', '::/16'],
])('%s is the range %s', (text, canonical) => {
  expect(formatRange(networkOf(parseRange(text)!))).toBe(canonical);
});

test.each([
  '',
  'x',
  '192.0.2.0/33',
  '192.0.2.0/',
  '192.0.2/24',
  '192.0.2.0/24/1',
  '2001:db8::/129',
  'fe80::1%eth0',
  '1.2.3.4/-1',
  '1.2.3.4/08',
])('%j is no range', (text) => {
  expect(parseRange(text)).toBeNull();
});

test('an IPv4 address is the same written as IPv6, with or without a zone', () => {
  expect(addressBits('::ffff:127.0.0.2')).toBe(addressBits('127.0.0.2'));
  expect(addressBits('::ffff:7f00:2')).toBe(addressBits('127.0.0.2'));
  expect(addressBits('fe80::1%eth0')).toBe(addressBits('fe80::1'));
});

test('the longest prefix wins, in both families', () => {
  const ranges = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.3/32', '2001:db8::/32', '2001:db8:1::/48'];
  const find = longestMatch(ranges.map((text) => ({ range: parseRange(text)!, value: text })));
  const table = {
    '10.9.9.9': '10.0.0.0/8',
    '10.1.9.9': '10.1.0.0/16',
    '10.1.2.3': '10.1.2.3/32',
    '::ffff:10.1.2.3': '10.1.2.3/32',
    '2001:db8:2::1': '2001:db8::/32',
    '2001:db8:1::1': '2001:db8:1::/48',
    '11.0.0.1': null,
    '::10.1.2.3': null,
    nonsense: null,
  };
  for (const [address, expected] of Object.entries(table)) expect(find(address), address).toBe(expected);
});

test('it finds what comparing every range finds', () => {
  const range = fc
    .record({ bits: fc.bigInt({ min: 0n, max: 255n }), length: fc.integer({ min: 0, max: 8 }) })
    .map(({ bits, length }) =>
      networkOf({ bits: (0xffff_0a00_0000n | bits) & (2n ** 128n - 1n), length: 120 + length }),
    );
  fc.assert(
    fc.property(fc.array(range, { maxLength: 12 }), fc.integer({ min: 0, max: 255 }), (ranges, last) => {
      const address = `10.0.0.${last}`;
      const containing = ranges
        .filter((r) => networkOf({ bits: addressBits(address)!, length: r.length }).bits === r.bits)
        .map((r) => r.length);
      const found = longestMatch(ranges.map((r) => ({ range: r, value: r })))(address);
      expect(found?.length ?? -1).toBe(Math.max(-1, ...containing));
    }),
  );
});
