import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import { type Owner, ownersNamed, ownersOf } from '../../tenancy/index.ts';
import { findConnection, lockConnection, saveConnection } from '../connection/sql.ts';
import type { Push } from './model.ts';
import * as store from './sql.ts';

/** Accounts looked at for a text that many names have. */
const searchBound = 1_000;

export type OwnedPush = Push & { owner: Owner };

/** What is in line, was written and was not, newest first. `search` is a number of a document, or a part of a company's name. */
export async function listPushes(
  ctx: Ctx,
  { search, ...filter }: store.PushFilter & { search?: string },
  page: { after?: Id; limit: number },
): Promise<OwnedPush[]> {
  return reading(ctx, async (ctx) => {
    const isNumber = search !== undefined && /\d/.test(search) && !/\s/.test(search);
    const wanted = {
      ...filter,
      ...(search &&
        (isNumber ? { number: search.toUpperCase() } : { ownerIds: await ownersNamed(ctx, search, searchBound) })),
    };
    const found = await store.listPushes(ctx, wanted, page);
    const owners = await ownersOf(
      ctx,
      found.map(({ ownerId }) => ownerId),
    );
    return found.flatMap((push) => {
      const owner = owners.get(push.ownerId);
      return owner ? [{ ...push, owner }] : [];
    });
  });
}

/** Refuses `accounting_push.not_found`. */
export async function getPush(ctx: Ctx, id: Id): Promise<OwnedPush> {
  const [found] = await listPushes(ctx, { ids: [id] }, { limit: 1 });
  if (!found) throw refuse.notFound('accounting_push');
  return found;
}

/**
 * Has something written again, at once. Refuses `accounting_push.not_found`, `accounting.not_connected`, `accounting_push.done`, and
 * `accounting_push.of_before` where it was in line for books that are not connected any more.
 */
export async function retryPush(ctx: Ctx, id: Id): Promise<OwnedPush> {
  return atomically(ctx, async (ctx) => {
    const found = await getPush(ctx, id);
    const connection = await mustBeConnected(ctx);
    if (found.connectionId !== connection.id) {
      throw refuse.conflict('accounting_push.of_before', 'This was for books that are not connected any more.');
    }
    if (found.state === 'done') throw refuse.conflict('accounting_push.done', 'This is written.');
    await store.retryPushes(ctx, connection.id, { ids: [id] });
    await note(ctx, publicId('accounting_push', id));
    return getPush(ctx, id);
  });
}

/** Has all written again that failed. Returns how many. Refuses `accounting.not_connected`. */
export async function retryFailed(ctx: Ctx): Promise<number> {
  return atomically(ctx, async (ctx) => {
    const connection = await mustBeConnected(ctx);
    const retried = await store.retryPushes(ctx, connection.id, { states: ['failed'] });
    await note(ctx, publicId('accounting_connection', connection.id));
    return retried.length;
  });
}

async function mustBeConnected(ctx: Ctx) {
  const connection = await lockConnection(ctx);
  if (!connection) throw refuse.conflict('accounting.not_connected', 'No accounting system is connected.');
  // Whoever asks does not want to wait for the pause to end.
  if (connection.pausedUntil) await saveConnection(ctx, { ...connection, pausedUntil: null });
  return connection;
}

async function note(ctx: Ctx, objectId: string): Promise<void> {
  await audit(ctx, [{ action: 'accounting.retried', objectType: 'accounting', objectId }]);
}

/** Of each state: what is more says nothing more. */
const mostCounted = 1_000;

/** How many are in each state, of what is connected; a thousand at most. */
export async function countPushes(ctx: Ctx): Promise<Partial<Record<Push['state'], number>>> {
  return reading(ctx, async (ctx) => {
    const connection = await findConnection(ctx);
    if (!connection) return {};
    const counts = await store.countPushes(ctx, connection.id, mostCounted);
    return Object.fromEntries(counts.map(({ state, count }) => [state, count]));
  });
}
