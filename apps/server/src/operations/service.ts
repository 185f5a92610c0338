import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { may } from '../kit/http/route.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit, type NewEvent } from '../kit/outbox.ts';
import { Refusal, refuse } from '../kit/refusal.ts';
import { operationEvent } from './events.ts';
import type { Kind, Kinds } from './kind.ts';
import { type Command, chunkRows, decideCommand, keptDays, maxOpen, type Operation } from './model.ts';
import * as files from './sql/files.ts';
import * as store from './sql/operations.ts';
import * as rows from './sql/rows.ts';

export type Beginning = Pick<Operation, 'title' | 'startsItself' | 'parameters' | 'found' | 'columns' | 'place'> & {
  /** null: the kind finds by itself what to work on. */
  file: { id: Id; bytes: bigint } | null;
};

/** Begins an operation, on a file that is stored or on what its kind finds. It is checked by whichever worker comes first. */
export async function begin(ctx: Ctx, kind: Kind, input: Beginning): Promise<Operation> {
  return atomically(ctx, async (ctx) => {
    await refuseTooMany(ctx);
    const id = newId(ctx);
    const { file, ...rest } = input;
    const kept = { ...rest, id, kind: kind.name, fileId: file?.id ?? null, sourceBytes: file?.bytes ?? 0n };
    await store.insertOperation(ctx, { ...kept, chunkRows: kind.chunkRows ?? chunkRows });
    await note(ctx, id, 'operation.created');
    const operation = await store.findOperation(ctx, id);
    await emit(ctx, [operationEvent('operation.created', operation!)]);
    return operation!;
  });
}

async function refuseTooMany(ctx: Ctx): Promise<void> {
  if ((await store.countOpen(ctx)) < maxOpen) return;
  throw refuse.conflict('operations.too_many', `At most ${maxOpen} operations run at the same time; wait for one.`);
}

/** Steers an operation. It waits for the chunk under way, so that what is answered holds. */
export async function command(ctx: Ctx, kinds: Kinds, id: Id, what: Command): Promise<Operation> {
  return atomically(ctx, async (ctx) => {
    const operation = await store.findOperation(ctx, id, true);
    if (!operation) throw refuse.notFound('operation');
    const permission = kinds[operation.kind]?.permission;
    if (permission && !may(ctx.actor, permission)) {
      throw refuse.forbidden('permission.denied', `This needs the permission ${permission}.`, { permission });
    }
    const state = decideCommand(operation, what);
    if (state instanceof Refusal) throw state;
    if (state === 'checking' || state === 'running') await refuseTooMany(ctx);
    await store.saveProgress(ctx, id, {
      state,
      stoppedIn: state === 'cancelled' ? (operation.state as 'checking' | 'checked' | 'running') : null,
      endedAt: state === 'cancelled' ? ctx.now : null,
      errorCode: null,
      errorMessage: null,
      ...(what === 'start' && { startedAt: ctx.now }),
      ...(what === 'retry_failed' && { retrying: true, workedLine: 0n }),
    });
    const now = (await store.findOperation(ctx, id))!;
    const event = happening(what, now);
    await note(ctx, id, event.name);
    await emit(ctx, [event]);
    return now;
  });
}

function happening(what: Command, operation: Operation): NewEvent {
  switch (what) {
    case 'start':
      return operationEvent('operation.started', operation);
    case 'cancel':
      return operationEvent('operation.cancelled', operation);
    case 'resume':
      return operationEvent('operation.resumed', operation);
    case 'retry_failed':
      return operationEvent('operation.retried', operation);
  }
}

async function note(ctx: Ctx, id: Id, action: string): Promise<void> {
  await audit(ctx, [{ action, objectType: 'operation', objectId: publicId('operation', id) }]);
}

/** Refuses `operation.not_found` for another organization's. */
export async function getOperation(ctx: Ctx, id: Id): Promise<Operation> {
  return reading(ctx, async (ctx) => {
    const operation = await store.findOperation(ctx, id);
    if (!operation) throw refuse.notFound('operation');
    return operation;
  });
}

const day = 86_400_000;

/** Deletes what is kept no longer: files past checking, abandoned uploads, rows of old operations. Bounded. */
export async function sweep(ctx: Ctx, abandonedMs: number): Promise<void> {
  const before = new Date(ctx.now.getTime() - abandonedMs);
  for (const id of await reading(ctx, (ctx) => files.findUnneededFiles(ctx, before))) {
    // 400 pieces are 100 MB; the next sweep goes on.
    await atomically(ctx, async (ctx) => {
      if ((await files.deletePieces(ctx, id, 400)) < 400) await files.emptyFile(ctx, id);
    });
  }
  await atomically(ctx, async (ctx) => {
    for (const operation of await store.lockExpired(ctx, new Date(ctx.now.getTime() - keptDays * day), 5)) {
      if ((await rows.deleteRows(ctx, operation.id, 10_000)) === 10_000) continue;
      await store.saveProgress(ctx, operation.id, {
        sweptAt: ctx.now,
        ...(operation.state === 'checked' && { state: 'cancelled', stoppedIn: 'checked', endedAt: ctx.now }),
      });
    }
  });
}
