import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { within } from '../../kit/under-way.ts';
import { ownersOf } from '../../tenancy/index.ts';
import type { Doors } from '../kinds.ts';
import { givesUpAfterMs } from '../model.ts';
import { callMs, type PaymentProvider, type ProviderDoor } from '../providers.ts';
import type { Card, CardFact } from './model.ts';
import { applyCardFact } from './service.ts';
import * as store from './sql.ts';

/** Takes cards of a provider that wait to be stored, asked about, or forgotten. */
export async function cardsDue(ctx: Ctx, providerId: Id, limit: number, until: Date): Promise<Card[]> {
  return store.claimDue(ctx, providerId, limit, until);
}

/** Asks a provider to store a card, about one whose holder has not finished, or to forget it, and writes what came of it. */
export async function carryCard(fresh: () => Ctx, doors: Doors, provider: PaymentProvider, card: Card): Promise<void> {
  const fact = await ask(doors[provider.kind], fresh, provider, card);
  if (fact === null) return atomically(fresh(), (ctx) => store.rest(ctx, card.id));
  const outcome = await applyCardFact(fresh(), card.id, fact);
  if (outcome === 'applied') return;
  const waits = card.state === 'created' || card.state === 'action_needed' || fact.kind === 'unknown';
  await atomically(fresh(), (ctx) => (waits ? store.lookLater(ctx, card) : store.rest(ctx, card.id)));
}

/** One question to a provider; null: nothing is left to ask. What waits for its holder for a day is given up. */
async function ask(
  door: ProviderDoor,
  fresh: () => Ctx,
  provider: PaymentProvider,
  card: Card,
): Promise<CardFact | null> {
  try {
    if (card.state === 'removed') {
      await within(callMs, door.forget(fresh, provider, card));
      return null;
    }
    if (card.state === 'created') return await within(callMs, setUp(door, fresh, provider, card));
    const fact = await within(callMs, door.lookCard(fresh, provider, card));
    const tooOld = fresh().now.getTime() - card.createdAt.getTime() > givesUpAfterMs;
    if (fact.kind !== 'action' || !tooOld) return fact;
    await within(callMs, door.forget(fresh, provider, card));
    return { kind: 'failed', setup: fact.setup, code: 'abandoned', message: 'Nobody finished storing this card.' };
  } catch (error) {
    return { kind: 'unknown', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Its owner is a customer there first, once. */
async function setUp(door: ProviderDoor, fresh: () => Ctx, provider: PaymentProvider, card: Card): Promise<CardFact> {
  if (card.customer) return door.setUp(fresh, provider, card);
  const { ownerId } = card;
  const owner = await reading(fresh(), async (ctx) => (await ownersOf(ctx, [ownerId])).get(ownerId));
  const reference = await door.enroll(fresh, provider, { id: ownerId, type: card.ownerKind, name: owner?.name ?? '' });
  await atomically(fresh(), (ctx) => store.keepCustomer(ctx, { providerId: provider.id, ownerId, reference }));
  return door.setUp(fresh, provider, { ...card, customer: reference });
}
