import { assert } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { type Delivery, maxBodyBytes, type NewDelivery, type Standing } from './model.ts';
import * as store from './sql.ts';

/**
 * Keeps requests that are to be sent, in the caller's database transaction: they are sent if and only if what they tell of
 * has committed. Returns their ids, in the order given.
 */
export async function enqueue(ctx: Ctx, deliveries: NewDelivery[]): Promise<Id[]> {
  if (deliveries.length === 0) return [];
  for (const { body } of deliveries) {
    assert(body === null || Buffer.byteLength(body) <= maxBodyBytes, 'a request is no larger than its table takes');
  }
  const named = deliveries.map((delivery) => ({ ...delivery, id: newId(ctx) }));
  await store.insertDeliveries(ctx, named);
  return named.map((delivery) => delivery.id);
}

/** Newest first, without what was sent; a company's staff see those of their company. */
export async function listDeliveries(
  ctx: Ctx,
  filter: store.DeliveryFilter,
  page: { after?: Id; limit: number },
): Promise<store.Listed[]> {
  const { scope } = ctx.actor;
  const own = scope.kind === 'company' ? { ...filter, companyId: scope.companyId } : filter;
  return reading(ctx, (ctx) => store.listDeliveries(ctx, own, page));
}

/** How these deliveries stand; one that was forgotten is not in the answer. */
export async function standingsOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, Standing>> {
  if (ids.length === 0) return new Map();
  return reading(ctx, async (ctx) => new Map((await store.findStandings(ctx, ids)).map((found) => [found.id, found])));
}

/** Tries that are shown of one delivery: more than it has, unless it was sent again many times. */
const shownTries = 100;

/** One delivery with its tries. Refuses `delivery.not_found`. */
export async function getDelivery(ctx: Ctx, id: Id): Promise<Delivery & { tries: store.LoggedTry[] }> {
  return reading(ctx, async (ctx) => {
    const [found] = await listDeliveries(ctx, { ids: [id] }, { limit: 1 });
    if (!found) throw refuse.notFound('delivery', publicId('delivery', id));
    return { ...found, body: await store.findBody(ctx, id), tries: await store.listTries(ctx, id, shownTries) };
  });
}

/** Sends a delivery that has ended once more. Refuses `delivery.not_found`, `delivery.waiting`. */
export async function redeliver(ctx: Ctx, id: Id): Promise<Delivery & { tries: store.LoggedTry[] }> {
  return atomically(ctx, async (ctx) => {
    const found = await getDelivery(ctx, id);
    const again = await store.sendAgain(ctx, [id]);
    if (!again.has(id)) {
      throw refuse.conflict('delivery.waiting', 'This delivery is still being tried: it will be sent again by itself.');
    }
    await audit(ctx, [
      {
        action: 'delivery.sent_again',
        objectType: 'delivery',
        objectId: publicId('delivery', id),
        changes: [{ field: 'state', old: found.state, new: 'waiting' }],
      },
    ]);
    return getDelivery(ctx, id);
  });
}

/** How long what was settled is kept. */
const keptDays = 30;
const forgottenAtOnce = 5_000;

/** Forgets deliveries that ended a month ago. Returns how many. */
export async function sweep(ctx: Ctx): Promise<number> {
  const before = new Date(ctx.now.getTime() - keptDays * 86_400_000);
  return atomically(ctx, (ctx) => store.forgetSettled(ctx, before, forgottenAtOnce));
}
