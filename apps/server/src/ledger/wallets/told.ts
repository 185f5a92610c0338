import { formatAmount } from '@simwright/measure';
import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { emit, type NewEvent } from '../../kit/outbox.ts';
import { type Owner, ownersOf } from '../../tenancy/index.ts';
import { isAtFloor, type Wallet } from './model.ts';
import * as store from './sql.ts';

/**
 * Tells of wallets that usage took to their floor or below, in the database transaction that posted it. Who posted knows
 * that they were above it before.
 */
export async function tellFloorReached(ctx: Ctx, ids: Id[]): Promise<void> {
  if (ids.length === 0) return;
  const reached = (await store.findWallets(ctx, ids, 'look')).filter(isAtFloor);
  const owners = await ownersOf(
    ctx,
    reached.map((wallet) => wallet.ownerId),
  );
  await emit(
    ctx,
    reached.map((wallet) => floorReached(wallet, owners.get(wallet.ownerId) ?? { companyId: null })),
  );
}

/**
 * Tells of wallets that fell below what somebody wants to hear of (`fellLow`), in the database transaction that took it.
 *
 * @param wallets as they stand now
 */
export async function tellLowReached(ctx: Ctx, wallets: Wallet[]): Promise<void> {
  if (wallets.length === 0) return;
  const owners = await ownersOf(
    ctx,
    wallets.map((wallet) => wallet.ownerId),
  );
  await emit(
    ctx,
    wallets.map((wallet) =>
      walletEvent(wallet, owners.get(wallet.ownerId) ?? { companyId: null }, 'wallet.low_reached', {
        low: formatAmount(wallet.lowMicros!, wallet.currency),
      }),
    ),
  );
}

/** What happened to a wallet, for the audit log and for everybody who listens. */
export async function tell(
  ctx: Ctx,
  wallet: Wallet,
  owner: Pick<Owner, 'companyId'>,
  name: string,
  data: Record<string, unknown>,
  changes: { field: string; old: unknown; new: unknown }[],
): Promise<void> {
  const id = publicId('wallet', wallet.id);
  await audit(ctx, [{ action: name, objectType: 'wallet', objectId: id, changes }]);
  await emit(ctx, [walletEvent(wallet, owner, name, data)]);
}

export function floorReached(wallet: Wallet, owner: Pick<Owner, 'companyId'>): NewEvent {
  return walletEvent(wallet, owner, 'wallet.floor_reached', {
    floor: formatAmount(wallet.floorMicros, wallet.currency),
  });
}

/** An event of a wallet. The company that may hear it is named in it. */
export function walletEvent(
  wallet: Wallet,
  owner: Pick<Owner, 'companyId'>,
  name: string,
  data: Record<string, unknown>,
): NewEvent {
  return {
    name,
    subject: { type: 'wallet', id: wallet.id },
    data: {
      wallet: publicId('wallet', wallet.id),
      ...(owner.companyId && { companyId: publicId('company', owner.companyId) }),
      remaining: formatAmount(wallet.remainingMicros, wallet.currency),
      currency: wallet.currency,
      ...data,
    },
  };
}
