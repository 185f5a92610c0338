import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CsvProblem,
  type CsvRecord,
  csvLine,
  csvStart,
  maxCells,
  maxRecordBytes,
  readHead,
  readRecords,
  textBytes,
} from './index.ts';

type Outcome = { records: CsvRecord[]; problem: CsvProblem | null };

/** Reads a file that comes in these pieces as the worker does: what is not a whole record yet is given again. */
function readPieces(pieces: Buffer[], delimiter = ','): Outcome {
  let waiting = Buffer.alloc(0);
  let place = csvStart;
  const records: CsvRecord[] = [];
  for (const [i, piece] of [...pieces, Buffer.alloc(0)].entries()) {
    waiting = Buffer.concat([waiting, piece]);
    const read = readRecords(waiting, place, delimiter, { last: i === pieces.length, limit: 1_000_000 });
    records.push(...read.records);
    if (read.problem) return { records, problem: read.problem };
    waiting = waiting.subarray(read.place.offset - place.offset);
    place = read.place;
  }
  return { records, problem: null };
}

const readText = (text: string | Buffer, delimiter = ',') => readPieces([Buffer.from(text as string)], delimiter);
const cellsOf = (text: string | Buffer, delimiter?: string) =>
  readText(text, delimiter).records.map(({ line, cells }) => [line, ...cells]);

/** Bytes that a reader trips over, more often than chance would have them. */
const nasty = fc.constantFrom(
  ...[...'",;\n\r\t a1=é€'].map((char) => Buffer.from(char)),
  Buffer.of(0xe9),
  Buffer.of(0xff),
  Buffer.from('\r\n'),
);
const file = fc.array(nasty, { maxLength: 60 }).map((parts) => Buffer.concat(parts));
const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));

describe('any bytes', () => {
  it('give the same rows however they are split', () => {
    fc.assert(
      fc.property(fc.oneof(file, anyBytes), fc.array(fc.nat(200), { maxLength: 8 }), (bytes, cuts) => {
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
        const pieces = places.slice(1).map((to, i) => bytes.subarray(places[i], to));
        expect(readPieces(pieces)).toEqual(readPieces([bytes]));
      }),
      { numRuns: 1_000 },
    );
  });

  it('are read or refused with a name, and never throw', () => {
    fc.assert(
      fc.property(fc.oneof(file, anyBytes), (bytes) => {
        const { records, problem } = readPieces([bytes]);
        for (const { cells, line } of records) expect([cells.length <= maxCells, line > 0]).toEqual([true, true]);
        if (problem) expect(['csv.line_too_long', 'csv.not_text', 'csv.quote_open']).toContain(problem.code);
        expect(() => readHead(bytes, true)).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });

  it('go on from any record as if nothing had happened', () => {
    fc.assert(
      fc.property(file, fc.integer({ min: 1, max: 4 }), (bytes, limit) => {
        const records: CsvRecord[] = [];
        let place = csvStart;
        let problem: CsvProblem | null = null;
        while (place.offset < bytes.length && !problem) {
          const read = readRecords(bytes.subarray(place.offset), place, ',', { last: true, limit });
          records.push(...read.records);
          ({ place, problem } = read);
        }
        expect({ records, problem }).toEqual(readPieces([bytes]));
      }),
      { numRuns: 500 },
    );
  });

  it('come back as they were written', () => {
    // A cell of blanks is an empty one, and a guarded one has its apostrophe: neither is what this is about.
    const cell = fc.string({ unit: fc.constantFrom(...'ab1",;\n\'é'), maxLength: 8 }).map((text) => text.trim());
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), (rows) => {
        const text = rows.map((row) => csvLine(row)).join('');
        const full = rows.filter((row) => row.some((value) => value !== ''));
        expect(readText(text)).toEqual({
          records: full.map((cells) => expect.objectContaining({ cells, problem: null })),
          problem: null,
        });
      }),
    );
  });
});

describe('oddities', () => {
  it.each<[string, string | Buffer, unknown[][]]>([
    [
      'CRLF, LF and CR mixed',
      'a,b\r\nc,d\ne,f\rg,h',
      [
        [1, 'a', 'b'],
        [2, 'c', 'd'],
        [3, 'e', 'f'],
        [4, 'g', 'h'],
      ],
    ],
    [
      'empty lines and lines of commas',
      '\n\na\r\n,,\nb',
      [
        [3, 'a'],
        [5, 'b'],
      ],
    ],
    [
      'quotes, doubled and with a line end inside',
      '"a ""b""",c\n"d\r\ne",f\ng',
      [
        [1, 'a "b"', 'c'],
        [2, 'd\r\ne', 'f'],
        [4, 'g'],
      ],
    ],
    [
      'a quote inside a cell, and text after a quoted one',
      'a"b",c\n"d"e,f',
      [
        [1, 'a"b"', 'c'],
        [2, 'de', 'f'],
      ],
    ],
    ['blanks around', '  a , "b" ', [[1, 'a', 'b']]],
    ['what a spreadsheet needs to keep digits', '="8988",x', [[1, '="8988"', 'x']]],
    ['UTF-8', 'é,€', [[1, 'é', '€']]],
    ['Windows-1252', Buffer.from([0xe9, 0x2c, 0x80]), [[1, 'é', '€']]],
  ])('%s', (_what, text, rows) => {
    expect(cellsOf(text)).toEqual(rows);
  });

  it('a row of another encoding than those before is that row’s problem', () => {
    const { records } = readText(Buffer.concat([Buffer.from('é\n'), Buffer.from([0xe9, 0x0a]), Buffer.from('x\n')]));
    expect(records.map(({ line, problem }) => [line, problem])).toEqual([
      [1, null],
      [2, 'encoding'],
      [3, null],
    ]);
  });

  it.each<[string, string, string, string[]]>([
    ['comma', 'a,b;c\n', ',', ['a', 'b;c']],
    ['semicolon', 'a;"b,c,d";e\n', ';', ['a', 'b,c,d', 'e']],
    ['tab', 'a\tb\n', '\t', ['a', 'b']],
    ['bar', 'a|b\n', '|', ['a', 'b']],
    ['said by a spreadsheet', 'sep=;\na;b,c,d\n', ';', ['a', 'b,c,d']],
    ['one column', '\n\na\n', ',', ['a']],
  ])('the separator is found: %s', (_what, text, delimiter, cells) => {
    expect(readHead(Buffer.from(text), true)).toMatchObject({ delimiter, header: { cells } });
  });

  it.each<[string, Buffer, string]>([
    ['UTF-8 with a mark', Buffer.from('\uFEFFa,é'), 'UTF-8 with BOM'],
    ['UTF-16 LE with a mark', Buffer.from('\uFEFFa,é', 'utf16le'), 'UTF-16LE'],
    ['UTF-16 LE without one', Buffer.from('a,é', 'utf16le'), 'UTF-16LE'],
    ['UTF-16 BE with a mark', Buffer.from('\uFEFFa,é', 'utf16le').swap16(), 'UTF-16BE'],
    ['UTF-16 BE without one', Buffer.from('a,é', 'utf16le').swap16(), 'UTF-16BE'],
    ['UTF-8', Buffer.from('a,é'), 'UTF-8'],
  ])('%s, however it is split', (_what, bytes, encoding) => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const text = textBytes();
      const parts = [text.push(bytes.subarray(0, cut)), text.push(bytes.subarray(cut)), text.end()];
      expect([Buffer.concat(parts).toString(), text.encoding()]).toEqual(['a,é', encoding]);
    }
  });
});

describe('what is no CSV', () => {
  it.each<[string, Buffer, CsvProblem]>([
    [
      'a line without an end',
      Buffer.from(`a\n${'x'.repeat(maxRecordBytes + 1)}`),
      { code: 'csv.line_too_long', line: 2 },
    ],
    [
      'a quote that swallows the rest',
      Buffer.from(`a\n"${'x\n'.repeat(maxRecordBytes)}`),
      { code: 'csv.line_too_long', line: 2 },
    ],
    ['a quote open at the end', Buffer.from('a\nb\n"c\n'), { code: 'csv.quote_open', line: 3 }],
    ['zeros', Buffer.from('a\nb\0c\n'), { code: 'csv.not_text', line: 2 }],
  ])('%s is refused with its line', (_what, bytes, problem) => {
    expect(readPieces([bytes]).problem).toEqual(problem);
    expect(readPieces([bytes]).records[0]).toMatchObject({ line: 1, cells: ['a'] });
  });

  it('a record may be as long as it may be', () => {
    expect(readText(`${'x'.repeat(maxRecordBytes)}\r\ny`).records).toHaveLength(2);
  });

  it('too many cells are that row’s problem', () => {
    const { records } = readText(`${','.repeat(maxCells)}x\ny`);
    expect(records.map(({ problem }) => problem)).toEqual(['too_many_cells', null]);
  });
});

it.each([
  ['=1+1', "'=1+1"],
  ['-1+1', "'-1+1"],
  ['-', "'-"],
  // A number below zero is no formula.
  ['-12.50', '-12.50'],
  ['-7', '-7'],
  ['+49', "'+49"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['\rx', `"'\rx"`],
  ['a"b', '"a""b"'],
  ['a;b', '"a;b"'],
  ['plain', 'plain'],
])('%j is written as %j', (cell, written) => {
  expect(csvLine([cell])).toBe(`${written}\r\n`);
});
