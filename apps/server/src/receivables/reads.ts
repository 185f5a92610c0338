import type { Micros } from '@simwright/measure';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import type { Receipt } from './model.ts';
import * as store from './sql.ts';

/** What a company has on account, by currency. */
export async function creditsOf(ctx: Ctx, ownerId: Id): Promise<{ currency: string; creditMicros: Micros }[]> {
  return reading(ctx, (ctx) => store.creditsOf(ctx, ownerId));
}

/** What gave credit to companies, of those that the caller may see, newest first. */
export async function listReceipts(
  ctx: Ctx,
  filter: Parameters<typeof store.listReceipts>[1],
  page: { after?: Id; limit: number },
): Promise<Receipt[]> {
  return reading(ctx, (ctx) => store.listReceipts(ctx, filter, page));
}

/** One that the caller may see. Refuses `receipt.not_found`. */
export async function getReceipt(ctx: Ctx, id: Id): Promise<Receipt> {
  const [receipt] = await listReceipts(ctx, { ids: [id] }, { limit: 1 });
  if (!receipt) throw refuse.notFound('receipt');
  return receipt;
}

/** Which money paid which invoice, of those that the caller may see, newest first. */
export async function listAllocations(
  ctx: Ctx,
  filter: Parameters<typeof store.listAllocations>[1],
  page: { after?: Id; limit: number },
): Promise<store.Allocation[]> {
  return reading(ctx, (ctx) => store.listAllocations(ctx, filter, page));
}
