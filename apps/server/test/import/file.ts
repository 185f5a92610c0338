import { luhnDigit } from '@simwright/measure';

/** The ICCID of a test SIM: 19 digits with the right check digit. */
export function iccidOf(n: number): string {
  const body = `8931440${String(n).padStart(11, '0')}`;
  return body + luhnDigit(body);
}

/** What is wrong with a bad row, by turns, and the code it comes back with. */
export const badRows: { code: string; write: (n: number) => string }[] = [
  { code: 'iccid.invalid', write: (n) => `not-a-number-${n},,,` },
  { code: 'imsi.invalid', write: (n) => `${iccidOf(n)},12345678901234567890,,` },
  { code: 'sim.repeated', write: () => `${iccidOf(0)},,,` },
  { code: 'row.malformed', write: (n) => `${iccidOf(n)}` },
  { code: 'msisdn.invalid', write: (n) => `${iccidOf(n)},,call me,` },
];

/** A file of `rows` SIMs of which every hundredth is bad. Line `n + 2` is row `n`. */
export function* fileOf(rows: number): Generator<string> {
  yield 'iccid,imsi,msisdn,note\r\n';
  let part = '';
  for (let n = 0; n < rows; n++) {
    part += isBad(n)
      ? `${badRowOf(n).write(n)}\r\n`
      : `${iccidOf(n)},${901700000000000 + n},${882120000000 + n},"row ${n}, of a file"\r\n`;
    if (part.length < 65_536) continue;
    yield part;
    part = '';
  }
  yield part;
}

export function isBad(n: number): boolean {
  return n % 100 === 99;
}

export function badRowOf(n: number): (typeof badRows)[number] {
  return badRows[Math.floor(n / 100) % badRows.length]!;
}
