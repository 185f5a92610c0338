import type { Micros } from '@simwright/measure';
import type { Ctx } from '../../../kit/ctx.ts';
import { type Id, newId } from '../../../kit/ids.ts';
import { accountKey, openAccounts } from '../../service.ts';
import type { Wallet } from '../model.ts';
import { type Part, priorities, settle } from './model.ts';
import * as store from './sql.ts';

/**
 * Brings the parts of a locked wallet up to what it held, lets `work` change them, and keeps what is left of each now that it holds
 * `remainingAfter`. `wallet` is how it stood before that.
 */
export async function change(
  ctx: Ctx,
  wallet: Wallet,
  remainingAfter: Micros,
  work: (parts: Part[]) => Part[],
): Promise<void> {
  const { parts: stored } = await store.openParts(ctx, wallet.id);
  const paid = stored.find((part) => part.kind === 'paid') ?? paidPart(ctx, wallet.id);
  const open = stored.includes(paid) ? stored : [...stored, paid];
  const now = settle(work(settle(open, wallet.remainingMicros)), remainingAfter).map((part) => {
    const spent = part.kind !== 'paid' && part.unspentMicros === 0n && part.closedAt === null;
    return spent ? { ...part, closedAt: ctx.now, closedAs: 'spent' as const } : part;
  });
  // All that is left was paid: no part has to say so.
  const alone = now.every((part) => part.kind === 'paid' || part.closedAt !== null);
  if (alone && stored.includes(paid)) await store.deletePart(ctx, paid.id);
  await store.saveParts(ctx, alone ? now.filter((part) => part.kind !== 'paid') : now);
}

/** Paid money: all that a wallet holds in which nothing else is. */
export function paidPart(ctx: Ctx, walletId: Id): Part {
  return {
    ...{ id: newId(ctx), walletId, kind: 'paid', priority: priorities.paid, expiresAt: null, amountMicros: 0n },
    ...{ unspentMicros: 0n, leftMicros: 0n, reason: 'Paid in', source: null, madeBy: ctx.actor.name },
    ...{ createdAt: ctx.now, closedAt: null, closedAs: null },
  };
}

/** What money costs that is given away: it stands against what wallets got, without what of it left them unspent. */
export async function grantAccount(ctx: Ctx, currency: string): Promise<Id> {
  const account = { kind: 'grant' as const, ownerId: ctx.organization.id, currency };
  return (await openAccounts(ctx, [account])).get(accountKey(account))!;
}
