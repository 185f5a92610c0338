import { Readable } from 'node:stream';
import { z } from 'zod';
import { byteOrderMark, csvCell } from '../csv/index.ts';
import type { Ctx } from '../ctx.ts';
import type { Http } from '../http/app.ts';
import { type RouteSpec, rateLimited, route } from '../http/route.ts';
import { listOf } from '../http/schemas.ts';
import { type Cell, type Decimal, isDecimal, xlsx } from './xlsx.ts';

export type { Cell } from './xlsx.ts';

/** An amount, or any other decimal number that is kept as text. */
export const decimal = (text: string): Decimal => ({ decimal: text });

export type ExportColumn<T> = {
  /** As the query parameter `columns` names it. */
  id: string;
  label: string;
  value: (row: T) => Cell;
};

type Page<T> = { items: T[]; nextCursor: string | null };

/** A list in two steps: which rows are on a page is found in order, and what they show can be gathered meanwhile. */
export type InSteps<T, F> = {
  // biome-ignore lint/suspicious/noExplicitAny: the query of the list, already checked.
  find(ctx: Ctx, query: any): Promise<Page<F>>;
  show(ctx: Ctx, found: F[]): Promise<T[]>;
};
// biome-ignore lint/suspicious/noExplicitAny: whatever a list asks for, an export asks for too.
type List = RouteSpec<any, any, any, any>;

/** Rows read at once. */
const pageRows = 1_000;
/** Pages in the making: while one is shown the next is found, so that this process and PostgreSQL work at the same time. */
const pagesAhead = 2;
/** Exports that one process writes at a time. */
const maxExports = 4;
let running = 0;

const types = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

/**
 * Declares a list and, beside it, the same list as a file: `GET <url>.csv` and `GET <url>.xlsx` with the same filters
 * and order, all rows that match, read page by page as the reader takes them. `columns` says which, and in which order.
 * A row that changes meanwhile is written as it was when its page was read.
 *
 * @param steps for long lists, how `list` does it; otherwise its handler is asked for whole pages
 */
export function exportedList<T, F = T>(
  http: Http,
  list: List,
  title: string,
  columns: readonly ExportColumn<T>[],
  steps?: InSteps<T, F>,
): void {
  route(http, list);
  const ids = columns.map(({ id }) => id) as [string, ...string[]];
  const { limit: _limit, cursor: _cursor, ...filters } = list.query.shape;
  const query = z.strictObject({
    ...filters,
    columns: listOf(z.enum(ids))
      .optional()
      .meta({ description: 'Which columns, in this order; all unless told otherwise.' }),
  });
  for (const form of ['csv', 'xlsx'] as const) {
    route(http, {
      method: 'GET',
      url: `${list.url}.${form}`,
      name: `${list.name}As${form === 'csv' ? 'Csv' : 'Xlsx'}`,
      summary: `${title} as ${form === 'csv' ? 'CSV' : 'a workbook'}: all that match`,
      tags: list.tags,
      permission: list.permission,
      scope: list.scope,
      query,
      reply: { 200: null },
      download: types[form],
      handler: async (ctx, { query }, wire) => {
        if (running >= maxExports) throw rateLimited(5);
        const { columns: asked, ...rest } = query as Record<string, unknown> & { columns?: string[] };
        const chosen = asked ? asked.map((id) => columns.find((column) => column.id === id)!) : columns;
        const find = async (cursor: string | undefined) => {
          const query = { ...rest, limit: pageRows, cursor };
          return steps ? steps.find(ctx, query) : ((await list.handler(ctx, { query } as never, wire)) as Page<F>);
        };
        const show = async (found: F[]) => (steps ? steps.show(ctx, found) : (found as unknown[] as T[]));
        // The first page is found before the answer begins, so that what can be refused is refused.
        const first = await find(undefined);
        const pieces = counted(cellsOf(first, find, show, chosen));
        const head = chosen.map(({ label }) => label);
        const name = `${list.url.split('/').at(-1)}-${ctx.now.toISOString().slice(0, 10)}.${form}`;
        wire.reply
          .type(form === 'csv' ? `${types.csv}; charset=utf-8` : types.xlsx)
          .header('content-disposition', `attachment; filename="${name}"`)
          .send(Readable.from(form === 'csv' ? csv(head, pieces) : xlsx(title, head, pieces), { objectMode: false }));
      },
    });
  }
}

async function* counted<T>(pieces: AsyncIterable<T>): AsyncGenerator<T> {
  running += 1;
  try {
    yield* pieces;
  } finally {
    running -= 1;
  }
}

async function* cellsOf<T, F>(
  first: Page<F>,
  find: (cursor: string) => Promise<Page<F>>,
  show: (found: F[]) => Promise<T[]>,
  columns: readonly ExportColumn<T>[],
): AsyncGenerator<Cell[][]> {
  const shown: Promise<T[]>[] = [];
  let next: Promise<Page<F>> | null = Promise.resolve(first);
  while (next !== null || shown.length > 0) {
    while (next !== null && shown.length < pagesAhead) {
      const { items, nextCursor }: Page<F> = await next;
      next = nextCursor === null ? null : unheard(find(nextCursor));
      shown.push(unheard(show(items)));
    }
    const rows = await shown.shift()!;
    yield rows.map((row) => columns.map((column) => column.value(row)));
  }
}

/** Whoever stops reading leaves work behind; if it fails then, nobody is left to be told. */
function unheard<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return work;
}

async function* csv(head: string[], pieces: AsyncIterable<Cell[][]>): AsyncGenerator<string> {
  yield `${byteOrderMark}${head.map(csvCell).join(',')}\r\n`;
  for await (const rows of pieces) yield rows.map((row) => `${row.map(csvText).join(',')}\r\n`).join('');
}

/** Numbers are numbers, also negative ones; everything else is text that starts no formula. */
function csvText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number' || typeof cell === 'bigint' || typeof cell === 'boolean') return String(cell);
  if (isDecimal(cell)) return csvCell(cell.decimal);
  return csvCell(cell instanceof Date ? cell.toISOString() : cell);
}
