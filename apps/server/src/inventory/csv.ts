import {
  type CsvRecord,
  cellsOf,
  csvRefusal,
  type Header,
  headerOf,
  headerRefusal,
  readHead,
  readRecords,
  type Table,
} from '../kit/csv/index.ts';
import { refuse } from '../kit/refusal.ts';
import type { RawRow, RawSim } from './intake.ts';

export const maxCsvBytes = 5_000_000;
export const maxCsvRows = 10_000;

export const simColumns = [
  'iccid',
  'imsi',
  'msisdn',
  'eid',
  'activation_code',
  'form',
  'note',
  'labels',
  'registration_code',
] as const;
type Column = (typeof simColumns)[number];

/** A file of SIMs. */
export const simTable: Table<Column> = { columns: simColumns, needed: ['iccid'] };

/**
 * Reads a small file of SIMs: a header row, then a SIM a row (see kit/csv). Cells are text and stay text, whatever a
 * spreadsheet would make of `=…`. Refuses what is no such file; a row that does not fit the header is that row's
 * problem. A column we do not know is refused here, where nobody sees a preview.
 */
export function readCsv(text: string): RawRow[] {
  const bytes = Buffer.from(text.replace(/^\uFEFF/, ''));
  const head = readHead(bytes, true)!;
  if (head.problem) throw csvRefusal(head.problem);
  const header = headerOf(simTable, head.header?.cells ?? []);
  const unknown = header.names.find((_, i) => header.columns[i] === null);
  if (unknown !== undefined) {
    throw headerRefusal(simTable, `There is no column ${JSON.stringify(unknown.slice(0, 50))}.`);
  }
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

/** A record as a row of the intake. */
export function rowOf(header: Header<Column>, record: CsvRecord): RawRow {
  const { line } = record;
  const cells = cellsOf(header, record);
  return cells instanceof Map ? { line, sim: simOf(cells) } : { line, problem: cells.problem };
}

function simOf(cells: Map<Column | null, string>): RawSim {
  return {
    iccid: cells.get('iccid') ?? '',
    imsi: cells.get('imsi'),
    msisdn: cells.get('msisdn'),
    eid: cells.get('eid'),
    activationCode: cells.get('activation_code'),
    form: cells.get('form'),
    note: cells.get('note'),
    labels: cells.get('labels')?.split(/[|,]/),
    registrationCode: cells.get('registration_code'),
  };
}
