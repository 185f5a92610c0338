import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { type Cell, maxSheetRows, xlsx } from './xlsx.ts';

async function* pieces(...all: Cell[][][]): AsyncGenerator<Cell[][]> {
  yield* all;
}

async function write(head: string[], ...all: Cell[][][]): Promise<Record<string, string>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of xlsx('SIMs', head, pieces(...all))) chunks.push(chunk);
  const files = unzipSync(Buffer.concat(chunks));
  return Object.fromEntries(Object.entries(files).map(([path, data]) => [path, strFromU8(data)]));
}

describe('a workbook', () => {
  test('has the parts that a spreadsheet looks for, and its rows in order', async () => {
    const files = await write(['ICCID', 'Bytes'], [['8944500102198304826', 5n]], [['8944500102198304834', null]]);
    expect(Object.keys(files).sort()).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      'xl/_rels/workbook.xml.rels',
      'xl/workbook.xml',
      'xl/worksheets/sheet1.xml',
    ]);
    expect(files['xl/workbook.xml']).toContain('<sheet name="SIMs" sheetId="1" r:id="r1"/>');
    expect(files['xl/worksheets/sheet1.xml']!.match(/<row>.*?<\/row>/g)).toEqual([
      '<row><c t="inlineStr"><is><t xml:space="preserve">ICCID</t></is></c><c t="inlineStr"><is><t xml:space="preserve">Bytes</t></is></c></row>',
      '<row><c t="inlineStr"><is><t xml:space="preserve">8944500102198304826</t></is></c><c><v>5</v></c></row>',
      '<row><c t="inlineStr"><is><t xml:space="preserve">8944500102198304834</t></is></c><c/></row>',
    ]);
  });

  test('keeps text as text: formulas, markup, what XML cannot hold, and numbers that a double cannot', async () => {
    const sheet = (await write(['A'], [['=1+1'], ['<a & "b">'], ['a\u0000\ud800b'], [2n ** 60n], [true]]))[
      'xl/worksheets/sheet1.xml'
    ]!;
    expect([...sheet.matchAll(/<t [^>]*>(.*?)<\/t>/g)].map((match) => match[1])).toEqual([
      'A',
      '=1+1',
      '&lt;a &amp; &quot;b&quot;&gt;',
      'a\ufffdb',
      '1152921504606846976',
    ]);
    expect(sheet).not.toContain('<f>');
    expect(sheet).toContain('<c t="b"><v>1</v></c>');
  });

  test('goes on to another sheet where one is full', async () => {
    const many = Array.from({ length: maxSheetRows + 10 }, (): Cell[] => [1]);
    const files = await write(['A'], many);
    expect(files['xl/worksheets/sheet1.xml']!.split('<row>').length - 1).toBe(maxSheetRows);
    // Its head, and one row more than the first sheet's head took the place of.
    expect(files['xl/worksheets/sheet2.xml']!.split('<row>').length - 1).toBe(12);
  });
});
