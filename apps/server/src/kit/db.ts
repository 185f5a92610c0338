import { createHash } from 'node:crypto';
import pg from 'pg';
import { assert } from './assert.ts';
import { type Ctx, type LastStage, type LastWrites, lastStages } from './ctx.ts';

/** A statement and its values. Fragments compose; every value travels as a parameter, never as text. */
export type Sql = { readonly text: readonly string[]; readonly values: readonly unknown[] };

/** Tagged template: sql`select … where id = ${id} ${condition}`; a fragment may stand wherever a value may. */
export function sql(strings: TemplateStringsArray, ...holes: unknown[]): Sql {
  const text: string[] = [strings[0]!];
  const values: unknown[] = [];
  holes.forEach((hole, i) => {
    if (isSql(hole)) {
      text[text.length - 1] += hole.text[0]!;
      text.push(...hole.text.slice(1));
      values.push(...hole.values);
    } else {
      text.push('');
      values.push(hole);
    }
    text[text.length - 1] += strings[i + 1]!;
  });
  return { text, values };
}

/** The empty fragment, for a condition that does not apply. */
export const nothing: Sql = sql``;

/** Joins fragments, by ` and ` unless told otherwise. */
export function join(parts: Sql[], separator = ' and '): Sql {
  return parts.reduce((all, part, i) => (i === 0 ? part : sql`${all}${raw(separator)}${part}`), nothing);
}

/** Text of our own that cannot be a parameter (a column name, a direction). Never call it with anything from outside. */
export function raw(text: string): Sql {
  return { text: [text], values: [] };
}

function isSql(value: unknown): value is Sql {
  return (
    typeof value === 'object' && value !== null && 'text' in value && 'values' in value && Array.isArray(value.text)
  );
}

export type Tx = pg.ClientBase;

export type Database = { pool: pg.Pool };

// int8 is exact in JavaScript only as bigint; numeric stays text and goes through measure's Decimal;
// a timestamp without zone is a local time and must not be read as this machine's.
pg.types.setTypeParser(20, BigInt);
pg.types.setTypeParser(1700, (text) => text);
pg.types.setTypeParser(1114, (text) => text.replace(' ', 'T'));
pg.types.setTypeParser(1082, (text) => text);

export function openDatabase(connectionString: string, max: number): Database {
  const pool = new pg.Pool({ connectionString, max, idleTimeoutMillis: 30_000, connectionTimeoutMillis: 10_000 });
  surviveLosses(pool);
  return { pool };
}

/**
 * A connection may break at any moment, idle or at work. Whoever waits for a statement gets the error from it; the
 * event says nothing more, and would end the process if nobody listened: the pool itself listens to idle ones only.
 */
export function surviveLosses(pool: pg.Pool): void {
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
}

/** Times a database transaction is begun again after PostgreSQL chose it as the victim of a deadlock. */
const beginnings = 5;

/**
 * Runs `fn` in one database transaction of the context's organization, or joins the one already open. Row-level
 * security sees the organization through `set local`, which dies with the database transaction.
 *
 * A deadlock or another serialization failure begins it again, at most five times: `fn` may run more than once, and
 * whatever it does outside the database must bear that.
 */
export async function atomically<T>(ctx: Ctx, fn: (ctx: Ctx & { tx: Tx }) => Promise<T>): Promise<T> {
  if (ctx.tx) return fn(ctx as Ctx & { tx: Tx });
  return retrying(beginnings, () => withConnection(ctx, 'begin', fn));
}

/** The same for reads: one snapshot, nothing written. */
export async function reading<T>(ctx: Ctx, fn: (ctx: Ctx & { tx: Tx }) => Promise<T>): Promise<T> {
  if (ctx.tx) return fn(ctx as Ctx & { tx: Tx });
  return withConnection(ctx, 'begin isolation level repeatable read read only', fn);
}

async function withConnection<T>(ctx: Ctx, begin: string, fn: (ctx: Ctx & { tx: Tx }) => Promise<T>): Promise<T> {
  const client = await ctx.database.pool.connect();
  let broken: Error | undefined;
  try {
    return await inTransaction(client, ctx, begin, fn);
  } catch (error) {
    if (isConnectionLoss(error)) broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}

// A prepared statement may keep the plan it got while its tables were empty, until statistics are gathered: on a new
// instance that was a scan of all sessions per update, 470 ms instead of 3. Planning anew costs a batch some tenths of a ms.
const settings = 'set local plan_cache_mode = force_custom_plan;';

/** One database transaction on a connection the caller holds. */
export async function inTransaction<T>(
  client: Tx,
  ctx: Ctx,
  begin: string,
  fn: (ctx: Ctx & { tx: Tx }) => Promise<T>,
): Promise<T> {
  await client.query(`${begin}; ${settings} ${actingFor(ctx.organization.id)}`);
  return inOpened(client, ctx, fn);
}

/** What row-level security goes by, for the rest of a database transaction. */
export function actingFor(organizationId: string): string {
  assert(/^[0-9a-f-]{36}$/.test(organizationId), 'an organization id is a UUID');
  return `set local app.organization = '${organizationId}'`;
}

/** Runs `fn` in the database transaction that `client` has open, and ends it: by a commit, or by a rollback when it throws. */
export async function inOpened<T>(client: Tx, ctx: Ctx, fn: (ctx: Ctx & { tx: Tx }) => Promise<T>): Promise<T> {
  const beforeCommit: LastWrites = [];
  const inside = { ...ctx, tx: client, beforeCommit };
  try {
    const result = await fn(inside);
    while (beforeCommit.length > 0) await nextOf(beforeCommit).write(inside);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/** Leaves a write to the end of the open database transaction. Within a stage, who comes first writes first. */
export function lastly(ctx: Ctx, stage: LastStage, write: (ctx: Ctx) => Promise<void>): void {
  assert(ctx.beforeCommit, 'a last write needs a database transaction');
  ctx.beforeCommit.push({ stage, write });
}

function nextOf(writes: LastWrites): LastWrites[number] {
  for (const stage of lastStages) {
    const at = writes.findIndex((last) => last.stage === stage);
    if (at >= 0) return writes.splice(at, 1)[0]!;
  }
  throw new Error('there is nothing left to write');
}

/**
 * Statements sent one behind the other on one connection, without waiting in between; it needs a client that pipelines.
 * Like Promise.all, but it waits for every one of them also when one fails: whoever rolls back next must not be
 * overtaken by a statement of ours, which would then run outside the database transaction.
 */
export async function inOneFlight<T extends readonly unknown[]>(
  statements: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(statements);
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  if (failures.length > 0) throw failures.find((failure) => !isAborted(failure)) ?? failures[0];
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as never;
}

/** True when the failure is the connection's or the server's, not the statement's: the same work may be tried again. */
export function isConnectionLoss(error: unknown): boolean {
  const code = (error as { code?: string } | null)?.code ?? '';
  return (
    /^(08|57P0|53[123])/.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT'].includes(code) ||
    (error instanceof Error &&
      /Connection terminated|timeout exceeded when trying to connect|not queryable/.test(error.message))
  );
}

/** Serialization failure or deadlock: PostgreSQL chose a victim, and the whole database transaction may be tried again. */
export function isRetryable(error: unknown): boolean {
  return ['40001', '40P01'].includes((error as { code?: string } | null)?.code ?? '');
}

/**
 * Runs an optimistic or deadlock-prone unit of work again, a bounded number of times. Inside an open database
 * transaction a deadlock has ended that one as well: the deadlock is thrown, for whoever began it to begin again.
 */
export async function retrying<T>(attempts: number, fn: (attempt: number) => Promise<T>): Promise<T> {
  let last: unknown;
  for (let attempt = 1; ; attempt++) {
    try {
      return await fn(attempt);
    } catch (error) {
      if (attempt > 1 && isAborted(error)) throw last;
      if (attempt >= attempts || !isRetryable(error)) throw error;
      last = error;
    }
  }
}

/** in_failed_sql_transaction: a statement after the one that failed. */
function isAborted(error: unknown): boolean {
  return (error as { code?: string } | null)?.code === '25P02';
}

/**
 * Ends a sub-query over the arrays of a statement whose plan is kept. Such a plan knows nothing of their length: it takes ten
 * rows for granted, and beside a table without statistics yet it may read that table whole, looking each row up in the
 * arrays. Of a limit that it does not know it expects a tenth, one row, and so looks that up in the table.
 */
export function allOf(rows: readonly unknown[]): Sql {
  return sql`limit ${rows.length}::int`;
}

const names = new Map<string, string>();

/** Statements are prepared once per connection under a name made of their text; the number of texts is bounded. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known) return known;
  if (names.size >= 2000) return undefined;
  const name = createHash('sha1').update(text).digest('hex').slice(0, 16);
  names.set(text, name);
  return name;
}

export function compile(statement: Sql): { text: string; values: unknown[] } {
  let text = statement.text[0]!;
  for (let i = 1; i < statement.text.length; i++) text += `$${i}${statement.text[i]!}`;
  return { text, values: [...statement.values] };
}

type Inside = Pick<Ctx, 'tx'>;

/** All rows, their snake_case columns as camelCase fields. Asserts an open database transaction: no tenant, no rows. */
export async function rows<T>(ctx: Inside, statement: Sql): Promise<T[]> {
  assert(ctx.tx, 'a statement needs a database transaction (atomically or reading)');
  return query<T>(ctx.tx, statement);
}

export async function query<T>(client: Pick<Tx, 'query'>, statement: Sql): Promise<T[]> {
  const { text, values } = compile(statement);
  const { rows, fields } = await client.query({ name: nameOf(text), text, values });
  const names = fields.map(({ name }) => [name, camelName(name)] as const);
  return rows.map((row: Record<string, unknown>) => {
    const named: Record<string, unknown> = {};
    for (const [name, camel] of names) named[camel] = row[name];
    return named as T;
  });
}

export async function row<T>(ctx: Inside, statement: Sql): Promise<T | null> {
  const found = await rows<T>(ctx, statement);
  assert(found.length <= 1, 'at most one row was expected');
  return found[0] ?? null;
}

/** Runs a statement and returns how many rows it touched. */
export async function run(ctx: Inside, statement: Sql): Promise<number> {
  assert(ctx.tx, 'a statement needs a database transaction (atomically or reading)');
  const { text, values } = compile(statement);
  return (await ctx.tx.query({ name: nameOf(text), text, values })).rowCount ?? 0;
}

/**
 * Inserts many rows, and returns those that it says to. Under `force_custom_plan` PostgreSQL plans each check of a
 * foreign key anew, 15 µs a row and key; here they keep the plan of their first. For inserts from arrays only: a
 * statement with anything to choose keeps a plan that was made for empty tables.
 */
export async function rowsOfBulk<T>(ctx: Inside, statement: Sql): Promise<T[]> {
  assert(ctx.tx, 'a statement needs a database transaction (atomically or reading)');
  await ctx.tx.query('set local plan_cache_mode = auto');
  const found = await query<T>(ctx.tx, statement);
  await ctx.tx.query(settings);
  return found;
}

/** The same, for an insert that returns nothing. */
export async function runBulk(ctx: Inside, statement: Sql): Promise<void> {
  await rowsOfBulk(ctx, statement);
}

const camelNames = new Map<string, string>();

function camelName(name: string): string {
  const known = camelNames.get(name);
  if (known !== undefined) return known;
  const camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  if (camelNames.size < 5000) camelNames.set(name, camel);
  return camel;
}

export function camelCase<T>(row: Record<string, unknown>): T {
  const result: Record<string, unknown> = {};
  for (const key in row) result[camelName(key)] = row[key];
  return result as T;
}
