import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesIn, formatBytes, kilobytes, megabytes, parseBytes } from './index.ts';

describe('bytes', () => {
  it('convert by the unit base', () => {
    expect(kilobytes(250n, 1000)).toBe(250_000n);
    expect(kilobytes(250n, 1024)).toBe(256_000n);
    expect(megabytes(1000n, 1000)).toBe(bytesIn('GB', 1000));
    expect(megabytes(1n, 1024)).toBe(1_048_576n);
  });

  it.each([
    ['600 MB', 1000, 600_000_000n],
    ['1.5 GB', 1000, 1_500_000_000n],
    ['1.5GB', 1024, 1_610_612_736n],
    ['0', 1000, 0n],
    ['17', 1000, 17n],
    ['0.001 KB', 1000, 1n],
  ] as const)('reads %s in base %i', (text, base, value) => {
    expect(parseBytes(text, base)).toEqual({ ok: true, value });
  });

  it.each([
    ['0.5 B', 'whole'],
    ['0.0001 KB', 'whole'],
    ['-1 MB', 'format'],
    ['1 mb', 'format'],
    ['MB', 'format'],
    ['1.2.3 MB', 'format'],
  ] as const)('refuses %s: %s', (text, problem) => {
    expect(parseBytes(text, 1000)).toEqual({ ok: false, problem });
  });

  it.each([
    [0n, 1000, '0 B'],
    [999n, 1000, '999 B'],
    [1000n, 1000, '1 KB'],
    [1000n, 1024, '1000 B'],
    [1024n, 1024, '1 KB'],
    [999_999n, 1000, '1 MB'],
    [999_994n, 1000, '999.99 KB'],
    [1_500_000_000n, 1000, '1.5 GB'],
    [-400_000_000n, 1000, '-400 MB'],
    [5_000_000_000_000_000n, 1000, '5000 TB'],
  ] as const)('writes %s in base %i as %s', (bytes, base, text) => {
    expect(formatBytes(bytes, base)).toBe(text);
  });

  it('are written within one part in two hundred', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n }), fc.constantFrom(1000, 1024), (bytes, base) => {
        const read = parseWritten(formatBytes(bytes, base), base);
        const error = read > bytes ? read - bytes : bytes - read;
        expect(error * 200n <= bytes).toBe(true);
      }),
    );
  });
});

/** What was written may be a broken number of bytes in base 1024: read it in whole ones. */
function parseWritten(text: string, base: 1000 | 1024): bigint {
  const [count = '', unit = 'B'] = text.split(' ');
  const [whole = '', fraction = ''] = count.split('.');
  return (BigInt(whole + fraction.padEnd(2, '0')) * bytesIn(unit as 'B', base)) / 100n;
}
