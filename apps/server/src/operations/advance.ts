import { assert } from '../kit/assert.ts';
import {
  type Actor,
  allPermissions,
  type Ctx,
  contextFor,
  type Organization,
  type Runtime,
  systemActor,
} from '../kit/ctx.ts';
import { atomically, isConnectionLoss, isRetryable } from '../kit/db.ts';
import { inOrder, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { Refusal } from '../kit/refusal.ts';
import { operationEvent } from './events.ts';
import type { Kind, Kinds } from './kind.ts';
import { chunkRows, fault, maxRows, type Operation, type Verdict } from './model.ts';
import { readPieces } from './sql/files.ts';
import * as store from './sql/operations.ts';
import * as rows from './sql/rows.ts';

/** Names deleted in one database transaction. */
const keysAtOnce = 20_000;

/**
 * Works on the operations of an organization, at most `chunks` chunks; returns how many it did. Each chunk is one
 * database transaction that does the work and records the result and the place: killed at any moment, it happened or
 * it did not. Whoever has the operation's row locked works on it; a second worker passes it over.
 */
export async function advance(
  runtime: Runtime,
  organization: Organization,
  kinds: Kinds,
  chunks: number,
): Promise<number> {
  for (let worked = 0; worked < chunks; worked++) {
    if (!(await advanceOnce(runtime, organization, kinds))) return worked;
  }
  return chunks;
}

async function advanceOnce(runtime: Runtime, organization: Organization, kinds: Kinds): Promise<boolean> {
  const given = contextFor(runtime, organization, systemActor('operations'));
  const ctx = { ...given, random: inOrder(given.random) };
  let claimed: Operation | null = null;
  try {
    return await atomically(ctx, async (ctx) => {
      claimed = await store.claimOperation(ctx);
      if (!claimed) return false;
      const kind = kinds[claimed.kind];
      assert(kind, `there is a kind of operation ${claimed.kind}`);
      const inside = { ...ctx, actor: whoBegan(claimed), requestId: publicId('operation', claimed.id) };
      await (claimed.state === 'checking' ? checkChunk(inside, claimed, kind) : runChunk(inside, claimed, kind));
      return true;
    });
  } catch (error) {
    // The database is away, or somebody was in the way: the same chunk comes again.
    if (!claimed || isConnectionLoss(error) || isRetryable(error)) throw error;
    await setBack(ctx, claimed, kinds, error);
    return true;
  }
}

/** What an operation does is done by who began it: the audit log names the person, and the operation as its request. */
function whoBegan(operation: Operation): Actor {
  const [kind, id] = operation.createdBy.split(/:(.*)/s) as [Actor['kind'], string];
  return { kind, id, name: operation.createdByName, permissions: allPermissions, scope: { kind: 'organization' } };
}

async function checkChunk(ctx: Ctx, operation: Operation, kind: Kind): Promise<void> {
  if (operation.readAll) return concludeChecking(ctx, operation);
  const { fileId } = operation;
  const checking = await kind.check(ctx, operation, {
    read: async (from) => (fileId ? readPieces(ctx, fileId, from) : Buffer.alloc(0)),
    bytes: Number(operation.sourceBytes),
    known: (keys) => rows.findKeys(ctx, operation.id, keys),
  });
  await rows.insertRows(ctx, operation.id, checking.rows);
  const counted: store.Progress = {
    place: checking.place,
    readBytes: BigInt(checking.readBytes),
    found: { ...operation.found, ...checking.found },
    readAll: checking.ended,
    rowsTotal: operation.rowsTotal + BigInt(checking.rows.length),
    rowsFailed: operation.rowsFailed + countOf(checking.rows, (row) => row.failure !== null),
    rowsWarned: operation.rowsWarned + countOf(checking.rows, (row) => row.warning !== null),
  };
  await store.saveProgress(ctx, operation.id, counted);
  const now = { ...operation, ...counted } as Operation;
  if (checking.refusal) return fail(ctx, now, checking.refusal);
  if (now.rowsTotal > maxRows) {
    const message = `An operation has at most ${maxRows} rows; split it.`;
    return fail(ctx, now, new Refusal('invalid', 'csv.too_many_rows', message));
  }
  if (now.readAll) await concludeChecking(ctx, now);
}

/** All rows are looked at: what was kept to compare them goes, in bounded steps, and the operation waits or runs. */
async function concludeChecking(ctx: Ctx, operation: Operation): Promise<void> {
  if ((await rows.deleteKeys(ctx, operation.id, keysAtOnce)) === keysAtOnce) return;
  const nothingToDo = operation.rowsTotal === operation.rowsFailed;
  if (operation.startsItself && !nothingToDo) {
    await store.saveProgress(ctx, operation.id, { state: 'running', startedAt: ctx.now });
    return emit(ctx, [operationEvent('operation.started', operation)]);
  }
  if (operation.startsItself) {
    await store.saveProgress(ctx, operation.id, { state: 'done', startedAt: ctx.now, endedAt: ctx.now });
    return emit(ctx, [operationEvent('operation.completed', operation)]);
  }
  await store.saveProgress(ctx, operation.id, { state: 'checked' });
  await emit(ctx, [operationEvent('operation.checked', operation)]);
}

async function runChunk(ctx: Ctx, operation: Operation, kind: Kind): Promise<void> {
  const { workedLine: after, retrying, chunkRows: limit } = operation;
  const chunk = await rows.listNext(ctx, operation.id, { after, retrying, limit });
  if (chunk.length === 0) {
    await store.saveProgress(ctx, operation.id, { state: 'done', retrying: false, endedAt: ctx.now });
    return emit(ctx, [operationEvent('operation.completed', operation)]);
  }
  const verdicts = await kind.run(ctx, operation, chunk);
  assert(verdicts.length === chunk.length, 'a verdict for each row');
  await record(ctx, operation, chunk, verdicts, Math.min(kind.chunkRows ?? chunkRows, limit * 2));
}

type Chunk = Awaited<ReturnType<typeof rows.listNext>>;

async function record(ctx: Ctx, operation: Operation, chunk: Chunk, verdicts: Verdict[], next: number): Promise<void> {
  await rows.saveVerdicts(
    ctx,
    operation.id,
    verdicts.map((verdict, i) => ({ ...verdict, line: chunk[i]!.line })),
  );
  const wereFailed = countOf(chunk, (row) => row.outcome === 'failed');
  const failed = countOf(verdicts, (verdict) => verdict.failure !== null);
  const wereWarned = countOf(chunk, (row) => row.warning !== null);
  await store.saveProgress(ctx, operation.id, {
    workedLine: chunk.at(-1)!.line,
    chunkRows: next,
    rowsDone: operation.rowsDone + BigInt(verdicts.length) - failed,
    rowsFailed: operation.rowsFailed + failed - wereFailed,
    rowsWarned: operation.rowsWarned + countOf(verdicts, (verdict) => verdict.warning !== null) - wereWarned,
  });
}

function countOf<T>(list: T[], is: (item: T) => boolean): bigint {
  return BigInt(list.filter(is).length);
}

async function fail(ctx: Ctx, operation: Operation, refusal: Pick<Refusal, 'code' | 'message'>): Promise<void> {
  await store.saveProgress(ctx, operation.id, {
    state: 'failed',
    stoppedIn: operation.state === 'running' ? 'running' : 'checking',
    errorCode: refusal.code,
    errorMessage: refusal.message,
    endedAt: ctx.now,
  });
  await emit(ctx, [operationEvent('operation.failed', operation)]);
}

/**
 * After a chunk that could not be done. A refusal is of the whole operation, unless its kind refuses rows. For that, and for a fault of ours in
 * the run, smaller chunks close in on the row that sets it off; alone, that row is marked and passed over, so that it stops no other.
 */
async function setBack(ctx: Ctx, claimed: Operation, kinds: Kinds, error: unknown): Promise<void> {
  const ofRow = claimed.state === 'running' && kinds[claimed.kind]?.refusesRows === true;
  const about = { err: error, operation: publicId('operation', claimed.id), rows: claimed.chunkRows };
  if (!(error instanceof Refusal)) ctx.log.error(about, 'a chunk of an operation failed');
  await atomically({ ...ctx, actor: whoBegan(claimed) }, async (ctx) => {
    const operation = await store.findOperation(ctx, claimed.id, true);
    // Cancelled, or worked on by somebody else meanwhile.
    if (!operation || operation.state !== claimed.state || operation.workedLine !== claimed.workedLine) return;
    if (error instanceof Refusal && !ofRow) return fail(ctx, operation, error);
    const ours = { code: fault, message: 'Something went wrong on our side.' };
    if (operation.state === 'checking') return fail(ctx, operation, ours);
    if (operation.chunkRows > 1) {
      return store.saveProgress(ctx, operation.id, { chunkRows: Math.max(1, Math.floor(operation.chunkRows / 8)) });
    }
    const { workedLine: after, retrying } = operation;
    const chunk = await rows.listNext(ctx, operation.id, { after, retrying, limit: 1 });
    const { code, message: reason } = error instanceof Refusal ? error : ours;
    const verdicts = chunk.map((row): Verdict => {
      return { label: row.label, warning: row.warning, subjectId: null, failure: { code, field: null, reason } };
    });
    if (chunk.length > 0) await record(ctx, operation, chunk, verdicts, 1);
  });
}
