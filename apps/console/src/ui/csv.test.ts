import { expect, test } from 'vitest';
import { csvCell, readAll, toCsv } from './csv.ts';

test('no cell starts a formula, and numbers stay numbers', () => {
  for (const text of ['=1+1', '+1', '-cmd', '@x', '\tx']) expect(csvCell(text)).toMatch(/^"?'/);
  expect(csvCell('-12.5')).toBe('-12.5');
  expect(csvCell('plain')).toBe('plain');
  expect(csvCell('a "quoted", b')).toBe('"a ""quoted"", b"');
  expect(csvCell('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`);
});

test('a file starts with a byte order mark and ends each row as RFC 4180 says', () => {
  expect(toCsv(['A', 'B'], [['1', '2']])).toBe('\uFEFFA,B\r\n1,2\r\n');
});

test('a list is read to its end or to the bound', async () => {
  const pages = [
    { items: [1, 2], nextCursor: 'a' },
    { items: [3], nextCursor: null },
  ];
  const list = async (cursor: string | undefined) => (cursor === undefined ? pages[0]! : pages[1]!);
  const seen: number[] = [];
  const signal = new AbortController().signal;
  expect(await readAll(list, (rows) => seen.push(rows), signal)).toEqual({ rows: [1, 2, 3], complete: true });
  expect(seen).toEqual([2, 3]);
  expect((await readAll(list, () => {}, signal, 2)).complete).toBe(false);
});
