import { type CsvProblem, type CsvRecord, maxCells, maxRecordBytes, readHead, readRecords } from '../kit/csv/index.ts';
import { type Refusal, refuse } from '../kit/refusal.ts';
import type { RawRow, RawSim } from './intake.ts';

export const maxCsvBytes = 5_000_000;
export const maxCsvRows = 10_000;

export const simColumns = ['iccid', 'imsi', 'msisdn', 'eid', 'form', 'note', 'labels', 'registration_code'] as const;
type Column = (typeof simColumns)[number];

/** For each cell of a row: the column of ours it belongs to, or null. */
export type Header = { names: string[]; columns: (Column | null)[] };

/**
 * Reads a small file of SIMs: a header row, then a SIM a row (see kit/csv). Cells are text and stay text, whatever a
 * spreadsheet would make of `=…`. Refuses what is no such file; a row that does not fit the header is that row's
 * problem. A column we do not know is refused here, where nobody sees a preview.
 */
export function readCsv(text: string): RawRow[] {
  const bytes = Buffer.from(text.replace(/^\uFEFF/, ''));
  const head = readHead(bytes, true)!;
  if (head.problem) throw csvRefusal(head.problem);
  const header = headerOf(head.header?.cells ?? []);
  const unknown = header.names.find((_, i) => header.columns[i] === null);
  if (unknown !== undefined) throw headerRefusal(`There is no column ${JSON.stringify(unknown.slice(0, 50))}.`);
  const limit = maxCsvRows + 1;
  const read = readRecords(bytes.subarray(head.place.offset), head.place, head.delimiter, { last: true, limit });
  if (read.problem) throw csvRefusal(read.problem);
  if (read.records.length > maxCsvRows) {
    throw refuse.invalid('csv.too_many_rows', `A file has at most ${maxCsvRows} SIMs; split it.`, {
      field: 'body',
      expected: `at most ${maxCsvRows} rows after the header`,
    });
  }
  return read.records.map((record) => rowOf(header, record));
}

/** Refuses a header that names no ICCID, or one of our columns twice. */
export function headerOf(cells: string[]): Header {
  // A separator at the end of a header makes no column.
  const width = cells.findLastIndex((cell) => cell !== '') + 1;
  const names = cells.slice(0, width).map((cell) => cell.toLowerCase().replace(/[\s-]+/g, '_'));
  const columns = names.map((name) => simColumns.find((column) => column === name) ?? null);
  const repeated = columns.find((column, i) => column !== null && columns.indexOf(column) !== i);
  if (!columns.includes('iccid')) {
    throw headerRefusal('The first row must name the columns, and one of them is iccid.');
  }
  if (repeated) throw headerRefusal(`The column ${repeated} is there twice.`);
  return { names, columns };
}

function headerRefusal(message: string): Refusal {
  const expected = `a header row of iccid and any of ${simColumns.slice(1).join(', ')}, each once`;
  return refuse.invalid('csv.header', message, { field: 'body', expected });
}

/** A record as a row of the intake. Empty cells beyond the header are nothing; others are a problem. */
export function rowOf(header: Header, { line, cells, problem }: CsvRecord): RawRow {
  if (problem === 'encoding') return { line, problem: 'This row is not of the encoding of the rows before it.' };
  const width = cells.findLastIndex((cell) => cell !== '') + 1;
  if (problem || width > header.columns.length || cells.length < header.columns.length) {
    const has = problem ? `more than ${maxCells}` : cells.length;
    return { line, problem: `This row has ${has} cells, the header has ${header.columns.length}.` };
  }
  return { line, sim: simOf(new Map(header.columns.map((column, i) => [column, cells[i]!]))) };
}

function simOf(cells: Map<Column | null, string>): RawSim {
  return {
    iccid: cells.get('iccid') ?? '',
    imsi: cells.get('imsi'),
    msisdn: cells.get('msisdn'),
    eid: cells.get('eid'),
    form: cells.get('form'),
    note: cells.get('note'),
    labels: cells.get('labels')?.split(/[|,]/),
    registrationCode: cells.get('registration_code'),
  };
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
