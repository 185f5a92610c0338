import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import * as ledger from '../ledger/index.ts';
import { tellWalletEvents, type WalletEvent } from '../transactions/index.ts';

/** Money that a period moved, as far as it concerns who is listed: a fee, or an adjustment, below zero for who paid less. */
export type Moved = {
  key: string;
  type: 'fee' | 'adjustment';
  payerId: Id;
  lineId: Id | null;
  poolId: Id | null;
  amountMicros: bigint;
  currency: string;
  note: string;
};

/**
 * Lists what wallets paid, in the database transaction that took it. What is on account is no transaction yet: an invoice
 * will ask for it. A wallet that pays for lines is of the company that has them, or of the organization.
 */
export async function listPaidByWallets(ctx: Ctx, moved: Moved[]): Promise<void> {
  if (moved.length === 0) return;
  const wallets = await ledger.getWallets(ctx, [...new Set(moved.map((one) => one.payerId))]);
  if (wallets.length === 0) return;
  const ownerOf = new Map(wallets.map((wallet) => [wallet.id, wallet.ownerId]));
  const holders = await inventory.holdersOf(
    ctx,
    moved.flatMap(({ lineId, payerId }) => (lineId && ownerOf.has(payerId) ? [lineId] : [])),
  );
  await tellWalletEvents(
    ctx,
    moved.flatMap(({ payerId, lineId, poolId, ...rest }): WalletEvent[] => {
      const walletOwnerId = ownerOf.get(payerId);
      if (!walletOwnerId) return [];
      const endUserId = (lineId && holders.get(lineId)) ?? null;
      return [
        {
          ...{ ...rest, walletOwnerId, method: null, endUserId },
          companyId: walletOwnerId === ctx.organization.id ? null : walletOwnerId,
          destination: lineId ? { kind: 'sim', id: lineId } : { kind: 'pool', id: poolId! },
        },
      ];
    }),
  );
}
