/**
 * CSV as it comes: `,` `;` tab or `|` between cells, quotes as in RFC 4180, lines that end in LF, CRLF or CR, also
 * mixed. It works on bytes, in bounded memory, and can go on at any record: whoever reads keeps a `CsvPlace`.
 */

/** A record is at most this long, its line end not counted. */
export const maxRecordBytes = 32_768;
/** Cells of one record. */
export const maxCells = 200;

/** Where reading stands: always at the beginning of a record. */
export type CsvPlace = {
  /** Bytes before it. */
  offset: number;
  /** The line it begins on, from 1, as an editor counts: a line end inside quotes counts too. */
  line: number;
  /** Settled by the first record with a byte above 127: of UTF-8 if it is that, else of Windows-1252. */
  encoding: 'ASCII' | 'UTF-8' | 'Windows-1252';
};

export const csvStart: CsvPlace = { offset: 0, line: 1, encoding: 'ASCII' };

/** `cells` are trimmed. A record with a `problem` cannot be read by itself; those after it can. */
export type CsvRecord = { line: number; cells: string[]; problem: null | 'encoding' | 'too_many_cells' };

/** Why nothing can be read from here on. */
export type CsvProblem = { code: 'csv.line_too_long' | 'csv.not_text' | 'csv.quote_open'; line: number };

export type CsvRead = { records: CsvRecord[]; place: CsvPlace; problem: CsvProblem | null };

const quote = 0x22;
const lf = 0x0a;
const cr = 0x0d;

/**
 * Reads whole records from the front of `bytes`, which begin at `from`, at most `limit` of them; empty ones are passed
 * over. What follows `place` is to be given again, with more; at the end of the file (`last`) nothing is left.
 */
export function readRecords(
  bytes: Buffer,
  from: CsvPlace,
  delimiter: string,
  options: { last: boolean; limit: number },
): CsvRead {
  const records: CsvRecord[] = [];
  let { line, encoding } = from;
  let at = 0;
  const place = (): CsvPlace => ({ offset: from.offset + at, line, encoding });
  while (at < bytes.length && records.length < options.limit) {
    const found = findEnd(bytes, at, delimiter.charCodeAt(0), options.last);
    if (found === null) break;
    if ('problem' in found) return { records, place: place(), problem: { code: found.problem, line } };
    const raw = bytes.subarray(at, found.end);
    if (found.wide && encoding === 'ASCII') encoding = isUtf8(raw) ? 'UTF-8' : 'Windows-1252';
    const text = decode(raw, found.wide ? encoding : 'ASCII');
    const cells = text === null ? [] : found.quotes ? cellsOf(text, delimiter) : text.split(delimiter).map(trim);
    if (text === null || cells.length > maxCells) {
      records.push({ line, cells: cells.slice(0, maxCells), problem: text === null ? 'encoding' : 'too_many_cells' });
    } else if (cells.some((cell) => cell !== '')) {
      records.push({ line, cells, problem: null });
    }
    line += found.lines;
    at = found.next;
  }
  return { records, place: place(), problem: null };
}

type Found =
  | { end: number; next: number; lines: number; quotes: boolean; wide: boolean }
  | { problem: CsvProblem['code'] };

/** Where in a cell a byte stands. `closing` is after a quote that ends the cell, unless it is doubled. */
const fresh = 0;
const plain = 1;
const quoted = 2;
const closing = 3;

/** The end of the record that begins at `start`; null when it is not in these bytes yet. */
function findEnd(bytes: Buffer, start: number, delimiter: number, last: boolean): Found | null {
  const most = start + maxRecordBytes;
  let state = fresh;
  let quotes = false;
  let wide = false;
  let lines = 1;
  for (let i = start; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === lf || byte === cr) {
      if (state !== quoted) {
        // Whether LF follows a CR must be known before the next record may begin.
        if (byte === cr && i + 1 === bytes.length && !last) return null;
        return { end: i, next: byte === cr && bytes[i + 1] === lf ? i + 2 : i + 1, lines, quotes, wide };
      }
      if (byte === cr || bytes[i - 1] !== cr) lines += 1;
    } else if (byte < 0x20 && byte !== 0x09 && byte !== 0x0b && byte !== 0x0c) {
      return { problem: 'csv.not_text' };
    } else if (byte === quote) {
      if (state === fresh || state === closing) {
        state = quoted;
        quotes = true;
      } else if (state === quoted) state = closing;
    } else if (state !== quoted) {
      if (byte === delimiter) state = fresh;
      else if (state === closing || (byte !== 0x20 && byte !== 0x09)) state = plain;
      if (byte > 127) wide = true;
    } else if (byte > 127) wide = true;
    if (i >= most) return { problem: 'csv.line_too_long' };
  }
  if (!last) return null;
  if (state === quoted) return { problem: 'csv.quote_open' };
  return { end: bytes.length, next: bytes.length, lines, quotes, wide };
}

/** The cells of one record's text, which has quotes; the states are those of `findEnd`. */
function cellsOf(text: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let state = fresh;
  for (const char of text) {
    if (char === '"' && (state === fresh || state === closing)) {
      cell = state === fresh ? '' : `${cell}"`;
      state = quoted;
    } else if (char === '"' && state === quoted) {
      state = closing;
    } else if (state !== quoted && char === delimiter) {
      cells.push(cell.trim());
      cell = '';
      state = fresh;
    } else {
      if (state === closing || (state === fresh && char !== ' ' && char !== '\t')) state = plain;
      cell += char;
    }
  }
  cells.push(cell.trim());
  return cells;
}

function trim(cell: string): string {
  return cell.trim();
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const windows = new TextDecoder('windows-1252');

function isUtf8(raw: Buffer): boolean {
  return decode(raw, 'UTF-8') !== null;
}

/** Null when the bytes are not of that encoding. Windows-1252 leaves five bytes undefined. */
function decode(raw: Buffer, encoding: CsvPlace['encoding']): string | null {
  if (encoding === 'ASCII') return raw.toString('latin1');
  if (encoding === 'Windows-1252') {
    const text = windows.decode(raw);
    return /[\u0081\u008d\u008f\u0090\u009d]/.test(text) ? null : text;
  }
  try {
    return utf8.decode(raw);
  } catch {
    return null;
  }
}

/** What the first record that is not empty uses most, of the separators outside its quotes. */
export function separatorOf(record: string): string {
  const bare = record.replace(/"[^"]*"/g, '');
  const count = (separator: string) => bare.split(separator).length;
  return [',', ';', '\t', '|'].reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}

export type CsvHead = { delimiter: string; header: CsvRecord | null; place: CsvPlace; problem: CsvProblem | null };

/**
 * The header: the first record that is not empty, with the separator that it uses. A line `sep=;` before it, as
 * spreadsheets write it, says which. Null while `bytes` do not hold it whole.
 */
export function readHead(bytes: Buffer, last: boolean): CsvHead | null {
  // Read as one cell: `\v` separates nothing in any file.
  const first = readRecords(bytes, csvStart, '\v', { last, limit: 1 });
  const record = first.records[0];
  if (!record) {
    if (!first.problem && !last) return null;
    return { delimiter: ',', header: null, place: first.place, problem: first.problem };
  }
  const said =
    /^sep=([,;\t|])$/i.exec(record.cells[0] ?? '')?.[1] ?? (/^sep=$/i.test(record.cells[0] ?? '') ? '\t' : undefined);
  if (said) {
    const rest = bytes.subarray(first.place.offset);
    const next = readRecords(rest, first.place, said, { last, limit: 1 });
    if (!next.records[0] && !next.problem && !last) return null;
    return { delimiter: said, header: next.records[0] ?? null, place: next.place, problem: next.problem };
  }
  const delimiter = separatorOf(record.cells.join());
  const again = readRecords(bytes, csvStart, delimiter, { last, limit: 1 });
  return { delimiter, header: again.records[0] ?? null, place: again.place, problem: again.problem };
}
