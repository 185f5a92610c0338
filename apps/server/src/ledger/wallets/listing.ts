import type { Micros } from '@simwright/measure';
import type { Ctx } from '../../kit/ctx.ts';
import type { Owner } from '../../tenancy/index.ts';
import { isPartOfPayment, tellWalletEvents } from '../../transactions/index.ts';
import type { Wallet } from './model.ts';

/**
 * Lists what came into a wallet (above zero) or left it as a transaction of its own, in the database transaction that moved it. What
 * belongs to a payment or a refund is listed as that.
 */
export async function listMoved(
  ctx: Ctx,
  { id, ownerId, currency }: Wallet,
  owner: Owner,
  moved: { key: string; type: 'wallet_refill' | 'adjustment' | 'refund'; amountMicros: Micros; reason: string },
): Promise<void> {
  const { key, type, amountMicros, reason } = moved;
  if (isPartOfPayment(key)) return;
  const { companyId } = owner;
  const endUserId = owner.type === 'end_user' ? ownerId : null;
  await tellWalletEvents(ctx, [
    {
      ...{ key, type, amountMicros, currency, note: reason, walletOwnerId: ownerId, companyId, endUserId },
      ...{ method: 'manual', destination: { kind: 'wallet', id } },
    },
  ]);
}
