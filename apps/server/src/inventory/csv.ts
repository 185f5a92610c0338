import { type CsvError, parse } from 'csv-parse/sync';
import { refuse } from '../kit/refusal.ts';
import type { RawRow, RawSim } from './intake.ts';

export const maxCsvBytes = 5_000_000;
export const maxCsvRows = 10_000;

const columns = ['iccid', 'imsi', 'msisdn', 'eid', 'form', 'note', 'labels', 'registration_code'] as const;
type Column = (typeof columns)[number];

/**
 * Reads a file of SIMs: a header row, `,` `;` or tab between cells, quotes as in RFC 4180, a byte order mark is
 * skipped. Cells are text and stay text, whatever a spreadsheet would make of `=…`. Refuses what is no such file; a
 * row that does not fit the header is that row's problem.
 */
export function readCsv(text: string): RawRow[] {
  const body = text.replace(/^\uFEFF/, '');
  const records = recordsOf(body, separatorOf(body));
  const header = headerOf(records[0]?.record ?? []);
  if (records.length - 1 > maxCsvRows) {
    throw refuse.invalid('csv.too_many_rows', `A file has at most ${maxCsvRows} SIMs; split it.`, {
      field: 'body',
      expected: `at most ${maxCsvRows} rows after the header`,
    });
  }
  return records.slice(1).map(({ record, info }) => {
    const line = info.lines;
    if (record.length !== header.length) {
      return { line, problem: `This row has ${record.length} cells, the header has ${header.length}.` };
    }
    return { line, sim: simOf(new Map(header.map((column, i) => [column, record[i]!]))) };
  });
}

type Parsed = { record: string[]; info: { lines: number } };

function recordsOf(body: string, delimiter: string): Parsed[] {
  try {
    return parse(body, {
      delimiter,
      info: true,
      // One more than allowed, so that a longer file is noticed and no more of it is read.
      to: maxCsvRows + 2,
      trim: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: 100_000,
    }) as unknown as Parsed[];
  } catch (error) {
    const { lines } = error as CsvError & { lines?: number };
    throw refuse.invalid('csv.malformed', `The file cannot be read as CSV${lines ? ` from line ${lines} on` : ''}.`, {
      field: 'body',
      expected: 'CSV with a header row; a quote that is opened is closed',
      ...(lines ? { line: lines } : {}),
    });
  }
}

/** What the header uses most. */
function separatorOf(body: string): string {
  const header = body.slice(0, 10_000).split(/\r?\n/, 1)[0] ?? '';
  const count = (separator: string) => header.split(separator).length;
  return [',', ';', '\t'].reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}

function headerOf(cells: string[]): Column[] {
  const header = cells.map((cell) => cell.toLowerCase().replace(/[\s-]+/g, '_'));
  const unknown = header.find((name) => !columns.includes(name as Column));
  const repeated = header.find((name, i) => header.indexOf(name) !== i);
  const expected = `a header row of iccid and any of ${columns.slice(1).join(', ')}, each once`;
  const no = (message: string) => refuse.invalid('csv.header', message, { field: 'body', expected });
  if (!header.includes('iccid')) throw no('The first row must name the columns, and one of them is iccid.');
  if (unknown !== undefined) throw no(`There is no column ${JSON.stringify(unknown.slice(0, 50))}.`);
  if (repeated !== undefined) throw no(`The column ${repeated} is there twice.`);
  return header as Column[];
}

function simOf(cells: Map<Column, string>): RawSim {
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
