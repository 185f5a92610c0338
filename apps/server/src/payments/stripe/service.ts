import { formatAmount } from '@simwright/measure';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { listCards, lookNow } from '../cards/service.ts';
import { isOver, type Payment } from '../model.ts';
import { listProviders } from '../providers-sql.ts';
import * as payments from '../sql.ts';
import type { Shown } from './page.ts';
import * as store from './sql.ts';

/** What a page shows; null: there is none, or its provider is disconnected. */
export async function shownAt(ctx: Ctx, token: string): Promise<Shown | null> {
  return reading(ctx, async (ctx) => {
    const page = await store.findPage(ctx, { token });
    const provider = page && (await listProviders(ctx)).find(({ id }) => id === page.providerId);
    if (!page || !provider) return null;
    const { publishableKey = '', mode } = provider.settings;
    const shown = { kind: page.kind, secret: page.secret, publishableKey, test: mode === 'test' };
    const merchant = ctx.organization.name;
    if (page.kind === 'card') return { ...shown, merchant, total: null, stored: null };
    const [payment] = await payments.listPayments(ctx, { ids: [page.id] }, { limit: 1 });
    if (!payment) return null;
    const total = `${formatAmount(payment.grossMicros, payment.currency)} ${payment.currency}`;
    return { ...shown, merchant, total, stored: await storedFor(ctx, payment) };
  });
}

/** The card that was charged while nobody was there: its holder may confirm that very one. */
async function storedFor(ctx: Ctx, { cardId }: Payment): Promise<Shown['stored']> {
  if (!cardId) return null;
  const [card] = await listCards(ctx, { ids: [cardId] }, { limit: 1 });
  return card?.state === 'active' ? { reference: card.reference!, last4: card.last4! } : null;
}

/** Somebody says to be done at a page: Stripe is asked next. It proves nothing, so it changes nothing else. False: no such page. */
export async function doneAt(ctx: Ctx, token: string): Promise<boolean> {
  return atomically(ctx, async (ctx) => {
    const page = await store.findPage(ctx, { token });
    if (!page) return false;
    if (page.kind === 'card') {
      await lookNow(ctx, page.id);
      return true;
    }
    const payment = await payments.lockPayment(ctx, page.id);
    if (payment && !isOver(payment.state)) await payments.savePayment(ctx, { ...payment, nextAttemptAt: ctx.now });
    return true;
  });
}
