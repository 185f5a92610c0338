import {
  cellsOf,
  columnsFound,
  csvRefusal,
  csvStart,
  encodingFound,
  headerOf,
  type lookAtHead,
  readRecords,
  separatorNames,
  type Table,
  type TablePlace,
} from '../kit/csv/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { type Id, newId, parsePublicId, publicId } from '../kit/ids.ts';
import { Refusal } from '../kit/refusal.ts';
import * as operations from '../operations/index.ts';
import * as usage from '../usage/index.ts';
import { storeArrivals } from './arrivals.ts';
import { findNamed, readRestatement } from './restatement-intake.ts';
import type { Restatement } from './restatements.ts';

const columns = ['line', 'day', 'service', 'bytes_up', 'bytes_down', 'units'] as const;
type Column = (typeof columns)[number];

/** A file of carriers' totals: a day of a line and service a row. */
export const restatementTable: Table<Column> = { columns, needed: ['line', 'day'] };

type Parameters = { source: string; zone: string; telecom: string | null };
type Given = { sourceId: Id; zone: string; telecomId: Id | null };

/** Begins taking in a file that is stored. */
export async function beginRestatements(
  ctx: Ctx,
  input: {
    upload: operations.Upload;
    head: ReturnType<typeof lookAtHead>;
    name: string;
    dryRun: boolean;
    source: string;
    zone: string;
    telecomId: Id | null;
  },
): Promise<operations.Operation> {
  const { upload, head, source, zone, telecomId } = input;
  return operations.begin(ctx, usageRestatement, {
    title: input.name,
    startsItself: !input.dryRun,
    parameters: { source, zone, telecom: telecomId && publicId('telecom', telecomId) } satisfies Parameters,
    found: {
      encoding: upload.encoding,
      separator: separatorNames[head.place.delimiter],
      ...columnsFound(restatementTable, head.columns),
    },
    columns: head.columns,
    place: head.place,
    file: { id: upload.id, bytes: upload.bytes },
  });
}

/**
 * Totals of days from a file. A row that is done has been handed to the writers, who book it like one that came alone:
 * what came of it is in the list of totals.
 */
export const usageRestatement: operations.Kind = {
  name: 'usage_restatement',
  permission: 'usage.restatement.create',
  subject: 'sim',

  async check(ctx, operation, source) {
    const { delimiter, ...from } = { ...csvStart, ...operation.place } as TablePlace;
    const bytes = await source.read(from.offset);
    const last = from.offset + bytes.length >= source.bytes;
    const read = readRecords(bytes, from, delimiter, { last, limit: operations.chunkRows });
    const rows = read.records.map(({ line, cells, problem }) => ({ line: BigInt(line), input: cells, problem }));
    const found = await readRows(ctx, operation, rows);
    const keys = found.map((row) => (row instanceof Refusal ? [] : [keyOf(row)]));
    const known = await source.known(keys.flat());
    return {
      rows: rows.map(({ line, input }, i) => {
        const row = found[i]!;
        const before = known.get(keys[i]![0] ?? '');
        const refused = before === undefined ? row : refusedTwice(before);
        return { ...verdictOf(refused, input[0] ?? ''), line: Number(line), input, keys: keys[i]! };
      }),
      place: { ...read.place, delimiter },
      readBytes: read.place.offset,
      found: encodingFound(operation.found, read.place.encoding),
      ended: last && read.place.offset >= source.bytes,
      refusal: read.problem && csvRefusal(read.problem),
    };
  },

  async run(ctx, operation, rows) {
    const found = await readRows(ctx, operation, rows);
    const good = found.flatMap((row) => (row instanceof Refusal ? [] : { restatement: row }));
    // Whoever writes a shard is right for every line; it is only faster for its own.
    if (good.length > 0) await storeArrivals(ctx, 0, good);
    return found.map((row, i) => verdictOf(row, rows[i]!.label));
  },
};

type Named = Restatement & { lineId: Id };
type Row = Pick<operations.OperationRow, 'input'> & { problem?: 'encoding' | 'too_many_cells' | null };

async function readRows(ctx: Ctx, operation: operations.Operation, rows: Row[]): Promise<(Named | Refusal)[]> {
  const given = await openGiven(ctx, operation.parameters as Parameters);
  const header = headerOf(restatementTable, operation.columns);
  return findNamed(
    ctx,
    rows.map(({ input, problem = null }) => {
      const cells = cellsOf(header, { cells: input, problem });
      if (!(cells instanceof Map)) return new Refusal('invalid', 'csv.row', cells.problem);
      return readRestatement(ctx, given, bodyOf(cells, given.telecomId));
    }),
  );
}

async function openGiven(ctx: Ctx, { source, zone, telecom }: Parameters): Promise<Given> {
  const sources = await atomically(ctx, (ctx) => usage.openSources(ctx, [{ id: newId(ctx), name: source }]));
  return { sourceId: sources.get(source)!, zone, telecomId: telecom && parsePublicId('telecom', telecom) };
}

/** A row as the body that says the same. `line` is our id, an ICCID, or an IMSI of the telecom that the file is of. */
function bodyOf(cells: ReadonlyMap<Column | null, string>, telecomId: Id | null): Record<string, string | undefined> {
  const line = cells.get('line') ?? '';
  const service = cells.get('service')?.toLowerCase() || 'data';
  const name = line.startsWith('sim_') ? 'sim' : /^\d{1,15}$/.test(line) ? 'imsi' : 'iccid';
  const isData = service === 'data';
  // What a service does not have stands there empty or as nothing.
  const quantity = (column: Column, own: boolean) => {
    const cell = cells.get(column) || '0';
    return own || cell !== '0' ? cell : undefined;
  };
  const units = quantity('units', !isData);
  return {
    [name]: line,
    ...(name === 'imsi' && telecomId && { telecom: publicId('telecom', telecomId) }),
    day: cells.get('day') ?? '',
    service,
    bytesUp: quantity('bytes_up', isData),
    bytesDown: quantity('bytes_down', isData),
    ...(service === 'voice' ? { seconds: units } : { messages: units }),
  };
}

function keyOf({ lineId, day, service }: Named): string {
  return [lineId, day, service].join(' ');
}

function refusedTwice(line: number): Refusal {
  const message = `Line ${line} has this day of the line and service already.`;
  return new Refusal('invalid', 'usage_restatement.twice', message, { field: 'day' });
}

const columnOf: Record<string, Column> = {
  ...{ sim: 'line', iccid: 'line', imsi: 'line', telecom: 'line', day: 'day', service: 'service' },
  ...{ bytesUp: 'bytes_up', bytesDown: 'bytes_down', messages: 'units', seconds: 'units' },
};

function verdictOf(row: Named | Refusal, name: string): operations.Verdict {
  const failure =
    row instanceof Refusal
      ? { code: row.code, field: columnOf[row.details.field ?? ''] ?? null, reason: row.message }
      : null;
  const label = row instanceof Refusal ? name.slice(0, 40) : `${name.slice(0, 40)} ${row.day}`;
  return { label, warning: null, subjectId: row instanceof Refusal ? null : row.lineId, failure };
}
