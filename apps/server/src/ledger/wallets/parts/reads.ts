import type { Ctx } from '../../../kit/ctx.ts';
import { reading } from '../../../kit/db.ts';
import type { Id } from '../../../kit/ids.ts';
import { getWallet, type OwnedWallet } from '../reads.ts';
import { paidPart } from './change.ts';
import { inOrder, type Part, settle } from './model.ts';
import * as store from './sql.ts';

/** What a wallet holds, part by part in the order of spending, as of one moment. Refuses `wallet.not_found`. */
export async function balancesOf(ctx: Ctx, walletId: Id): Promise<OwnedWallet & { parts: Part[] }> {
  return reading(ctx, async (ctx) => {
    const { wallet, owner } = await getWallet(ctx, walletId);
    const { parts, remainingMicros } = await store.openParts(ctx, walletId);
    const open = parts.length > 0 ? parts : [paidPart(ctx, walletId)];
    return { wallet: { ...wallet, remainingMicros }, owner, parts: inOrder(settle(open, remainingMicros)) };
  });
}

/** What was given to a wallet, newest first, and what is left of it. Refuses `wallet.not_found`. */
export async function partsOf(
  ctx: Ctx,
  filter: store.PartFilter,
  page: { before?: Id; limit: number },
): Promise<OwnedWallet & { parts: Part[] }> {
  return reading(ctx, async (ctx) => {
    const found = await getWallet(ctx, filter.walletId);
    const listed = await store.listGiven(ctx, filter, page);
    const { parts, remainingMicros } = await store.openParts(ctx, filter.walletId);
    const now = new Map(settle(parts, remainingMicros).map((part) => [part.id, part]));
    return { ...found, parts: listed.map((part) => now.get(part.id) ?? part) };
  });
}
