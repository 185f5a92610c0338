import { Readable } from 'node:stream';
import { z } from 'zod';
import { byteOrderMark, csvLine } from '../kit/csv/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Http } from '../kit/http/app.ts';
import { cursorOf, idCursor, pageFrom, pageOf, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { Bytes, Count, idOf, idParams, listOf, reply, Timestamp } from '../kit/http/schemas.ts';
import { publicId } from '../kit/ids.ts';
import type { Kinds } from './kind.ts';
import { type Command, commandsOf, type Operation, type OperationRow, operationStates, rowOutcomes } from './model.ts';
import { command, getOperation } from './service.ts';
import { listOperations } from './sql/operations.ts';
import { countCodes, countEffects, listRows, type RowFilter } from './sql/rows.ts';

const anything = z.record(z.string(), z.unknown());

export const OperationReply = reply('Operation', {
  id: idOf('operation'),
  kind: z.string().meta({ example: 'sim_import' }),
  name: z.string().meta({ description: 'Name of the file, for people.' }),
  state: z.enum(operationStates).meta({
    description:
      'checking: reads and checks every row, without an effect; checked: waits for its start; running; done; cancelled; failed: see error.',
  }),
  parameters: anything,
  found: anything.meta({ description: 'What checking found of the file: encoding, separator, columns.' }),
  columns: z.array(z.string()),
  progress: z.object({
    bytes: Bytes.meta({ description: 'Of the file.' }),
    bytesRead: Bytes,
    rows: Count.meta({ description: 'Known so far; all of them once it is checked.' }),
    done: Count,
    failed: Count,
    waiting: Count,
    warned: Count.meta({ description: 'Rows that are good and have a warning.' }),
  }),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  can: z.array(z.enum(['start', 'cancel', 'resume', 'retry_failed'])),
  createdBy: z.string(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
  rowsKept: z.boolean().meta({ description: 'Rows are kept for 30 days after the last work on them.' }),
});
const OperationPage = pageOf(OperationReply, 'OperationPage');

const Detail = reply('OperationDetail', {
  operation: OperationReply,
  failures: z.array(z.object({ code: z.string(), field: z.string().nullable(), rows: Count })).meta({
    description: 'Why rows failed, the most frequent first; at most 20.',
  }),
  effects: z.array(z.object({ effect: z.string(), rows: Count })).meta({
    description: 'What rows do to their subjects, or did, in the words of the kind of operation.',
  }),
});

const RowReply = reply('OperationRow', {
  line: Count.meta({ description: 'The line of the file on which the row begins, from 1.' }),
  label: z.string().meta({ description: 'What the row is about: an ICCID.' }),
  outcome: z.enum(rowOutcomes),
  code: z.string().nullable(),
  field: z.string().nullable(),
  reason: z.string().nullable(),
  warning: z.string().nullable(),
  effect: z.string().nullable().meta({ description: 'What it does to the subject, or did, in a word of the kind.' }),
  subject: z.string().nullable().meta({ description: 'Id of what came of it: a SIM.' }),
});
const RowPage = pageOf(RowReply, 'OperationRowPage');

export function operationView(operation: Operation): z.output<typeof OperationReply> {
  const { rowsTotal, rowsDone, rowsFailed, rowsWarned } = operation;
  return {
    ...operation,
    name: operation.title,
    progress: {
      ...{ bytes: operation.sourceBytes, bytesRead: operation.readBytes },
      ...{ rows: rowsTotal, done: rowsDone, failed: rowsFailed, waiting: rowsTotal - rowsDone - rowsFailed },
      warned: rowsWarned,
    },
    error: operation.errorCode ? { code: operation.errorCode, message: operation.errorMessage ?? '' } : null,
    can: commandsOf(operation),
    createdBy: operation.createdByName,
    rowsKept: operation.sweptAt === null,
  };
}

/** Long work of an organization: what it does, row by row, and how it is steered. */
export function operationRoutes(http: Http, kinds: Kinds): void {
  const common = { tags: ['Operations'], scope: 'organization' as const };
  const sees = { ...common, permission: 'operations.operation.view' };
  const byId = idCursor('operations');
  route(http, {
    ...sees,
    method: 'GET',
    url: '/api/v1/operations',
    name: 'listOperations',
    summary: 'Operations, newest first',
    query: pageQuery({
      search: z.string().max(100).optional().meta({ description: 'Part of the name, or of who began it.' }),
      state: listOf(z.enum(operationStates)).optional(),
      kind: z.string().max(50).optional(),
    }),
    reply: { 200: OperationPage },
    handler: async (ctx, { query: { limit, cursor, ...filter } }) => {
      const after = byId.read(cursor);
      const found = await reading(ctx, (ctx) => listOperations(ctx, filter, { after, limit: limit + 1 }));
      return pageFrom(found.map(operationView), limit, ({ id }) => byId.write(id));
    },
  });
  route(http, {
    ...sees,
    method: 'GET',
    url: '/api/v1/operations/:id',
    name: 'getOperation',
    summary: 'An operation, how far it is, and why rows failed',
    params: idParams('operation'),
    reply: { 200: Detail },
    handler: (ctx, { params }) =>
      reading(ctx, async (ctx) => ({
        operation: operationView(await getOperation(ctx, params.id)),
        failures: await countCodes(ctx, params.id),
        effects: await countEffects(ctx, params.id),
      })),
  });
  const byLine = cursorOf('operation-rows', z.string().regex(/^\d{1,18}$/));
  const rowFilter = {
    outcome: z.enum(rowOutcomes).optional(),
    effect: z.string().max(50).optional(),
    warned: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
    search: z.string().max(100).optional().meta({ description: 'Part of the line number, ICCID, code or reason.' }),
  };
  route(http, {
    ...sees,
    method: 'GET',
    url: '/api/v1/operations/:id/rows',
    name: 'listOperationRows',
    summary: 'The rows of an operation with their outcome, in the order of the file',
    params: idParams('operation'),
    query: pageQuery(rowFilter),
    reply: { 200: RowPage },
    handler: async (ctx, { params, query: { limit, cursor, ...filter } }) => {
      const after = BigInt(byLine.read(cursor) ?? 0);
      const { kind, rows } = await reading(ctx, async (ctx) => ({
        kind: (await getOperation(ctx, params.id)).kind,
        rows: await listRows(ctx, params.id, filter, { after, limit: limit + 1 }),
      }));
      const view = (row: OperationRow) => ({
        ...row,
        subject: row.subjectId && publicId(kinds[kind]!.subject, row.subjectId),
      });
      return pageFrom(rows.map(view), limit, ({ line }) => byLine.write(line.toString()));
    },
  });
  route(http, {
    ...common,
    // Cells as they were sent may hold what opens something, such as a registration code.
    permission: 'operations.operation.run',
    method: 'GET',
    url: '/api/v1/operations/:id/rows.csv',
    name: 'downloadOperationRows',
    summary: 'Rows as they were sent, with line, code and reason: the failed ones unless told otherwise',
    params: idParams('operation'),
    query: z.strictObject({ ...rowFilter, outcome: z.enum([...rowOutcomes, 'all']).default('failed') }),
    reply: { 200: null },
    download: 'text/csv',
    handler: async (ctx, { params, query }, { reply }) => {
      const operation = await getOperation(ctx, params.id);
      const { outcome, ...filter } = query;
      const wanted = { ...filter, outcome: outcome === 'all' ? undefined : outcome };
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${outcome}-rows.csv"`)
        .send(Readable.from(csvOf(ctx, operation, wanted, kinds[operation.kind]?.effects !== undefined)));
    },
  });

  const commands: { what: Command; path: string; name: string; summary: string }[] = [
    { what: 'start', path: 'start', name: 'startOperation', summary: 'Do the good rows of a checked operation' },
    { what: 'cancel', path: 'cancel', name: 'cancelOperation', summary: 'Stop an operation; what is done stays done' },
    { what: 'resume', path: 'resume', name: 'resumeOperation', summary: 'Go on where it was stopped or has failed' },
    { what: 'retry_failed', path: 'retry-failed', name: 'retryFailedRows', summary: 'Try the failed rows again' },
  ];
  for (const { what, path, name, summary } of commands) {
    route(http, {
      ...common,
      ...{ name, summary, permission: 'operations.operation.run', method: 'POST' },
      url: `/api/v1/operations/:id/${path}`,
      params: idParams('operation'),
      reply: { 200: OperationReply },
      handler: async (ctx, { params }) => operationView(await command(ctx, kinds, params.id, what)),
    });
  }
}

/** Rows read in one piece of a download. */
const page = 1_000;

async function* csvOf(ctx: Ctx, operation: Operation, filter: RowFilter, withEffect: boolean): AsyncGenerator<string> {
  const width = operation.columns.length;
  yield byteOrderMark + csvLine([...operation.columns, 'line', ...(withEffect ? ['effect'] : []), 'code', 'reason']);
  for (let after = 0n; ; ) {
    const rows = await reading(ctx, (ctx) => listRows(ctx, operation.id, filter, { after, limit: page }));
    if (rows.length > 0) yield rows.map((row) => csvLine(cellsOf(row, width, withEffect))).join('');
    if (rows.length < page) return;
    after = rows.at(-1)!.line;
  }
}

/** The cells under the columns of the header; those beyond it come last. A row that is done has its label only. */
function cellsOf(row: OperationRow, width: number, withEffect: boolean): string[] {
  const cells = row.input.length > 0 ? row.input : [row.label];
  const under = Array.from({ length: width }, (_, i) => cells[i] ?? '');
  const said = [...(withEffect ? [row.effect ?? ''] : []), row.code ?? '', row.reason ?? row.warning ?? ''];
  return [...under, row.line.toString(), ...said, ...cells.slice(width)];
}
