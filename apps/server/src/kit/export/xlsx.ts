import { strToU8, Zip, ZipDeflate } from 'fflate';

/** What a cell may hold. Text stays text, whatever it looks like; only numbers that are exact in a double are numbers. */
export type Cell = string | number | bigint | boolean | Date | Decimal | null;

/** A decimal number as text: exact, and a number to whatever opens the file as far as that can hold it. */
export type Decimal = { decimal: string };

/** Rows of one sheet, its head included (ECMA-376 part 1, 18.3.1.73). What is more goes on the next sheet. */
export const maxSheetRows = 1_048_576;
/** Characters of one cell (Excel's bound); a longer text is cut. */
const maxCellLength = 32_767;

/** A workbook of plain sheets (ECMA-376), written while its rows are read: in memory is one piece of them. */
export async function* xlsx(
  name: string,
  head: readonly string[],
  pieces: AsyncIterable<Cell[][]>,
): AsyncGenerator<Uint8Array> {
  const waiting: Uint8Array[] = [];
  const zip = new Zip((error, data) => {
    if (error) throw error;
    waiting.push(data);
  });
  const file = (path: string) => {
    const entry = new ZipDeflate(path, { level: 1 });
    zip.add(entry);
    return entry;
  };
  let sheets = 0;
  let rows = 0;
  let sheet: ZipDeflate | null = null;
  const begin = () => {
    sheets += 1;
    sheet = file(`xl/worksheets/sheet${sheets}.xml`);
    sheet.push(strToU8(`${xml}<worksheet ${main}><sheetData>${rowOf(head)}`));
    rows = 1;
  };
  const end = () => {
    sheet?.push(strToU8('</sheetData></worksheet>'), true);
    sheet = null;
  };

  begin();
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length; ) {
      if (rows === maxSheetRows) {
        end();
        begin();
      }
      const part = piece.slice(from, from + maxSheetRows - rows);
      sheet!.push(strToU8(part.map(rowOf).join('')));
      rows += part.length;
      from += part.length;
    }
    yield* waiting.splice(0);
  }
  end();
  const numbers = Array.from({ length: sheets }, (_, i) => i + 1);
  const around: Record<string, string> = {
    '[Content_Types].xml': `${xml}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>${numbers.map((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`).join('')}</Types>`,
    '_rels/.rels': `${xml}<Relationships xmlns="${packages}"><Relationship Id="r1" Type="${documents}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${xml}<workbook ${main} xmlns:r="${documents}"><sheets>${numbers.map((n) => `<sheet name="${text(n === 1 ? name : `${name} ${n}`)}" sheetId="${n}" r:id="r${n}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${xml}<Relationships xmlns="${packages}">${numbers.map((n) => `<Relationship Id="r${n}" Type="${documents}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}</Relationships>`,
  };
  for (const [path, content] of Object.entries(around)) file(path).push(strToU8(content), true);
  zip.end();
  yield* waiting;
}

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const documents = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006/relationships';

function rowOf(cells: readonly Cell[]): string {
  return `<row>${cells.map(cellOf).join('')}</row>`;
}

function cellOf(cell: Cell): string {
  if (cell === null || cell === '') return '<c/>';
  if (typeof cell === 'boolean') return `<c t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (isExact(cell)) return `<c><v>${cell}</v></c>`;
  if (isDecimal(cell)) return inDouble(cell) ? `<c><v>${cell.decimal}</v></c>` : cellOf(cell.decimal);
  const shown = cell instanceof Date ? cell.toISOString() : String(cell);
  return `<c t="inlineStr"><is><t xml:space="preserve">${text(shown.slice(0, maxCellLength))}</t></is></c>`;
}

function isExact(cell: Cell): boolean {
  return (typeof cell === 'number' || typeof cell === 'bigint') && Number.isSafeInteger(Number(cell));
}

export function isDecimal(cell: Cell): cell is Decimal {
  return typeof cell === 'object' && cell !== null && 'decimal' in cell;
}

/** Fifteen digits are what a double holds of any decimal number. */
function inDouble({ decimal }: Decimal): boolean {
  return /^-?\d+(\.\d+)?$/.test(decimal) && decimal.replaceAll(/\D/g, '').length <= 15;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text of XML 1.0: what it cannot hold (control characters, halves of surrogate pairs) is left out. */
function text(value: string): string {
  return (
    value
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be written.
      .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
      .replace(/[&<>"]/g, (char) => entities[char]!)
  );
}
