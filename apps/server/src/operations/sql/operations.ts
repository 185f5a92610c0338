import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, raw, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Operation, OperationState } from '../model.ts';

const columns = raw(
  `id, kind, title, state, stopped_in, starts_itself, parameters, found, columns, file_id, source_bytes, read_bytes,
   place, read_all, retrying, worked_line, chunk_rows, rows_total, rows_done, rows_failed, rows_warned, error_code, error_message,
   created_by, created_by_name, created_at, started_at, worked_at, ended_at, swept_at`,
);

export type NewOperation = Pick<
  Operation,
  | 'id'
  | 'kind'
  | 'title'
  | 'startsItself'
  | 'parameters'
  | 'found'
  | 'columns'
  | 'fileId'
  | 'sourceBytes'
  | 'place'
  | 'chunkRows'
>;

export async function insertOperation(ctx: Ctx, o: NewOperation): Promise<void> {
  await run(
    ctx,
    sql`/* operations.insert */ insert into operations (organization_id, id, kind, title, state, starts_itself, parameters,
            found, columns, file_id, source_bytes, place, chunk_rows, created_by, created_by_name, created_at, worked_at)
        values (${ctx.organization.id}, ${o.id}, ${o.kind}, ${o.title}, 'checking', ${o.startsItself},
            ${JSON.stringify(o.parameters)}::jsonb, ${JSON.stringify(o.found)}::jsonb, ${o.columns}::text[], ${o.fileId},
            ${o.sourceBytes}, ${JSON.stringify(o.place)}::jsonb, ${o.chunkRows}, ${`${ctx.actor.kind}:${ctx.actor.id}`},
            ${ctx.actor.name}, ${ctx.now}, ${ctx.now})`,
  );
}

export async function findOperation(ctx: Ctx, id: Id, lock = false): Promise<Operation | null> {
  return row<Operation>(
    ctx,
    sql`/* operations.find */ select ${columns} from operations
         where organization_id = ${ctx.organization.id} and id = ${id} ${lock ? raw('for update') : nothing}`,
  );
}

/** One operation that has work to do and that nobody else holds, the one that waited longest first. */
export async function claimOperation(ctx: Ctx): Promise<Operation | null> {
  return row<Operation>(
    ctx,
    sql`/* operations.claim */ select ${columns} from operations
         where organization_id = ${ctx.organization.id} and state in ('checking', 'running')
         order by worked_at limit 1 for update skip locked`,
  );
}

/** Serializes the beginnings of an organization's operations, so that their number stays bounded. */
export async function countOpen(ctx: Ctx): Promise<number> {
  await run(
    ctx,
    sql`/* operations.one_by_one */ select pg_advisory_xact_lock(hashtextextended(${`operations ${ctx.organization.id}`}, 0))`,
  );
  const found = await row<{ open: number }>(
    ctx,
    sql`/* operations.count_open */ select count(*)::int as open from operations
         where organization_id = ${ctx.organization.id} and state in ('checking', 'running')`,
  );
  return found!.open;
}

/** Whether an operation of that kind is at work. */
export async function isAtWork(ctx: Ctx, kind: string): Promise<boolean> {
  const found = await rows<{ id: Id }>(
    ctx,
    sql`/* operations.is_at_work */ select id from operations
         where organization_id = ${ctx.organization.id} and state in ('checking', 'running') and kind = ${kind} limit 1`,
  );
  return found.length > 0;
}

export type Progress = Partial<
  Pick<
    Operation,
    | 'state'
    | 'stoppedIn'
    | 'found'
    | 'readBytes'
    | 'place'
    | 'readAll'
    | 'retrying'
    | 'workedLine'
    | 'chunkRows'
    | 'rowsTotal'
    | 'rowsDone'
    | 'rowsFailed'
    | 'rowsWarned'
    | 'errorCode'
    | 'errorMessage'
    | 'startedAt'
    | 'endedAt'
    | 'sweptAt'
  >
>;

const settable: Record<keyof Progress, string> = {
  state: 'state',
  stoppedIn: 'stopped_in',
  found: 'found',
  readBytes: 'read_bytes',
  place: 'place',
  readAll: 'read_all',
  retrying: 'retrying',
  workedLine: 'worked_line',
  chunkRows: 'chunk_rows',
  rowsTotal: 'rows_total',
  rowsDone: 'rows_done',
  rowsFailed: 'rows_failed',
  rowsWarned: 'rows_warned',
  errorCode: 'error_code',
  errorMessage: 'error_message',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  sweptAt: 'swept_at',
};

/** Writes what changed of an operation that the caller has locked. */
export async function saveProgress(ctx: Ctx, id: Id, progress: Progress): Promise<void> {
  const fields = (Object.keys(progress) as (keyof Progress)[]).filter((field) => progress[field] !== undefined);
  const sets = fields.map((field): Sql => {
    const value = progress[field];
    return field === 'place' || field === 'found'
      ? sql`${raw(settable[field])} = ${JSON.stringify(value)}::jsonb`
      : sql`${raw(settable[field])} = ${value}`;
  });
  await run(
    ctx,
    sql`/* operations.save */ update operations
           set ${join([...sets, sql`worked_at = greatest(worked_at, ${ctx.now}::timestamptz)`, sql`version = version + 1`], ', ')}
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

export type OperationFilter = { kind?: string; state?: OperationState[]; search?: string };

/** Newest first. */
export async function listOperations(
  ctx: Ctx,
  filter: OperationFilter,
  page: { after: Id | null; limit: number },
): Promise<Operation[]> {
  const needle = filter.search?.trim().toLowerCase();
  const conditions = [
    sql`organization_id = ${ctx.organization.id}`,
    ...(filter.kind ? [sql`kind = ${filter.kind}`] : []),
    ...(filter.state ? [sql`state = any(${filter.state}::text[])`] : []),
    ...(needle ? [sql`strpos(lower(title || ' ' || created_by_name), ${needle}) > 0`] : []),
    ...(page.after ? [sql`id < ${page.after}`] : []),
  ];
  return rows(
    ctx,
    sql`/* operations.list */ select ${columns} from operations where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
}

/** Operations whose rows are kept no longer. Those that wait for a start count from when they were checked. */
export async function lockExpired(ctx: Ctx, before: Date, limit: number): Promise<Operation[]> {
  return rows(
    ctx,
    sql`/* operations.lock_expired */ select ${columns} from operations
         where organization_id = ${ctx.organization.id} and swept_at is null and state not in ('checking', 'running')
           and worked_at < ${before} order by id limit ${limit} for update skip locked`,
  );
}
