import { type Refusal, refuse } from '../refusal.ts';
import { type CsvPlace, type CsvProblem, type CsvRecord, maxCells, maxRecordBytes, readHead } from './records.ts';

/** For each cell of a row: the column of ours it belongs to, or null. */
export type Header<C extends string> = { names: string[]; columns: (C | null)[] };

/** The columns that a file may have, and those that it must. */
export type Table<C extends string> = { columns: readonly C[]; needed: readonly C[] };

/** A file's separator, and where its next record begins: what an operation keeps of a file between chunks. */
export type TablePlace = CsvPlace & { delimiter: string };

/**
 * The beginning of a file: where its rows begin and what its columns are. Refuses what is no such file, before any more
 * of it is stored.
 */
export function lookAtHead<C extends string>(
  table: Table<C>,
  bytes: Buffer,
  last: boolean,
): { place: TablePlace; columns: string[] } {
  const head = readHead(bytes, last);
  if (!head) throw csvRefusal({ code: 'csv.line_too_long', line: 1 });
  if (head.problem) throw csvRefusal(head.problem);
  if (head.header?.problem === 'too_many_cells') {
    throw refuse.invalid('csv.header', `The first row has more than ${head.header.cells.length} columns.`, {
      field: 'body',
      expected: `at most ${head.header.cells.length} columns`,
    });
  }
  const cells = head.header?.cells ?? [];
  const { names } = headerOf(table, cells);
  return { place: { ...head.place, delimiter: head.delimiter }, columns: cells.slice(0, names.length) };
}

/** What a preview says of a file's columns: used, passed over, not there. */
export function columnsFound<C extends string>(table: Table<C>, cells: string[]) {
  const { columns } = headerOf(table, cells);
  return {
    used: cells.filter((_, i) => columns[i] !== null),
    ignored: cells.filter((name, i) => columns[i] === null && name !== ''),
    missing: table.columns.filter((column) => !columns.includes(column)),
  };
}

/** What a preview calls a separator. */
export const separatorNames: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' };

/** Windows-1252 shows itself only where a row has letters beyond ASCII. */
export function encodingFound(found: Record<string, unknown>, encoding: CsvPlace['encoding']): Record<string, unknown> {
  return encoding === 'Windows-1252' && found.encoding === 'UTF-8' ? { encoding } : {};
}

/** Refuses a header that lacks a column that is needed, or names one of ours twice. */
export function headerOf<C extends string>(table: Table<C>, cells: string[]): Header<C> {
  // A separator at the end of a header makes no column.
  const width = cells.findLastIndex((cell) => cell !== '') + 1;
  const names = cells.slice(0, width).map((cell) => cell.toLowerCase().replace(/[\s-]+/g, '_'));
  const columns = names.map((name) => table.columns.find((column) => column === name) ?? null);
  const repeated = columns.find((column, i) => column !== null && columns.indexOf(column) !== i);
  const lacking = table.needed.find((column) => !columns.includes(column));
  if (lacking) throw headerRefusal(table, `The first row must name the columns, and one of them is ${lacking}.`);
  if (repeated) throw headerRefusal(table, `The column ${repeated} is there twice.`);
  return { names, columns };
}

export function headerRefusal<C extends string>({ columns, needed }: Table<C>, message: string): Refusal {
  const others = columns.filter((column) => !needed.includes(column));
  const expected = `a header row of ${needed.join(', ')}${others.length > 0 ? ` and any of ${others.join(', ')}` : ''}, each once`;
  return refuse.invalid('csv.header', message, { field: 'body', expected });
}

/** A record's cells by column, or why it does not fit the header. Empty cells beyond the header are nothing. */
export function cellsOf<C extends string>(
  header: Header<C>,
  { cells, problem }: Pick<CsvRecord, 'cells' | 'problem'>,
): Map<C | null, string> | { problem: string } {
  if (problem === 'encoding') return { problem: 'This row is not of the encoding of the rows before it.' };
  const width = cells.findLastIndex((cell) => cell !== '') + 1;
  if (problem || width > header.columns.length || cells.length < header.columns.length) {
    const has = problem ? `more than ${maxCells}` : cells.length;
    return { problem: `This row has ${has} cells, the header has ${header.columns.length}.` };
  }
  return new Map(header.columns.map((column, i) => [column, cells[i]!]));
}

/** Why a file cannot be read on, as a refusal of the whole file. */
export function csvRefusal({ code, line }: CsvProblem): Refusal {
  const details = { field: 'body', line };
  switch (code) {
    case 'csv.line_too_long':
      return refuse.invalid(code, `Line ${line} has no end within ${maxRecordBytes} bytes. Is a quote open there?`, {
        ...details,
        expected: `rows of at most ${maxRecordBytes} bytes`,
      });
    case 'csv.not_text':
      return refuse.invalid(code, `There are bytes on line ${line} that no text has.`, {
        ...details,
        expected: 'a text file: UTF-8, UTF-16 or Windows-1252',
      });
    case 'csv.quote_open':
      return refuse.invalid(code, `A quote is opened on line ${line} and never closed.`, {
        ...details,
        expected: 'CSV with a header row; a quote that is opened is closed',
      });
  }
}
