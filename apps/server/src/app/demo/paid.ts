import type { Ctx } from '../../kit/ctx.ts';
import { type Asked, startPayment } from '../../payments/index.ts';
import { purposes } from '../purposes.ts';

/** Somebody paid for it, not by card: it stands among the transactions like any other payment. */
export async function paid(ctx: Ctx, asked: Asked, note: string): Promise<void> {
  await startPayment(ctx, purposes, await purposes.purchaseOf(ctx, asked), { method: 'manual', note });
}
