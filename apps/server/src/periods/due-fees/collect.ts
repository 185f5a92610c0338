import { formatAmount } from '@simwright/measure';
import * as inventory from '../../inventory/index.ts';
import { assert } from '../../kit/assert.ts';
import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import * as ledger from '../../ledger/index.ts';
import { asPaid, feeCharged, feeKey, revenueOf } from '../fees.ts';
import { listPaidByWallets } from '../listing.ts';
import { listOpenPeriods } from '../sql.ts';
import { unpaid } from './block.ts';
import * as store from './sql.ts';

export type { DueFee } from './sql.ts';

/** Fees collected in one database transaction: their lines are locked meanwhile. */
export const collectedAtOnce = 200;

/**
 * Collects what is due of a wallet, oldest first, up to the first fee that it cannot pay: a younger one does not overtake.
 * One chunk in one database transaction; `goOn` says that there may be more to collect.
 */
export async function collectDueFees(ctx: Ctx, walletId: Id): Promise<{ goOn: boolean }> {
  return atomically(ctx, async (ctx) => {
    const due = await store.listDueFees(ctx, walletId, { limit: collectedAtOnce });
    if (due.length === 0) return { goOn: false };
    await lockLines(
      ctx,
      due.map((fee) => fee.lineId),
    );
    return { goOn: (await collectHeld(ctx, walletId, due)) === collectedAtOnce };
  });
}

/** Lines before their periods before ledger accounts: the one lock order. */
export async function lockLines(ctx: Ctx, lineIds: Id[]): Promise<void> {
  const ids = [...new Set(lineIds)];
  if (ids.length === 0) return;
  await inventory.lockSims(ctx, ids);
  await listOpenPeriods(ctx, ids, true);
}

/** The same for fees of lines that are locked already. Returns how many were paid. */
export async function collectHeld(ctx: Ctx, walletId: Id, seen: store.DueFee[]): Promise<number> {
  if (seen.length === 0) return 0;
  // Somebody else may have settled some while we waited for their lines.
  const due = await store.listDueFees(ctx, walletId, { ids: seen.map((fee) => fee.id), limit: seen.length });
  const contra = await revenueOf(ctx, due);
  const outcomes = await ledger.debitMany(
    ctx,
    due.map((fee) => ({
      walletId,
      amountMicros: fee.amountMicros,
      key: feeKey(fee),
      kind: 'fee' as const,
      contra: contra.get(fee.currency)!,
    })),
    { stopAtRefusal: true },
  );
  const paid = due.filter((_, i) => outcomes[i]!.posted);
  if (paid.length === 0) return 0;
  const charged = await store.chargeDueFees(
    ctx,
    paid.map((fee) => fee.id),
  );
  assert(charged.length === paid.length, 'nobody else settles the fees of lines that we hold');
  await emit(ctx, charged.map(feeCharged));
  await listPaidByWallets(ctx, charged.map(asPaid));
  await release(
    ctx,
    paid.map((fee) => fee.lineId),
  );
  return paid.length;
}

/**
 * Holds back each of these locked lines as long as a fee of it is due from the account that has it now, and no longer. What an
 * account before owes is that account's own.
 */
export async function holdForFees(ctx: Ctx, sims: { id: Id; companyId: Id | null }[]): Promise<void> {
  const ownerOf = (sim: { companyId: Id | null }) => sim.companyId ?? ctx.organization.id;
  const wallets = new Map((await ledger.walletsOf(ctx, sims.map(ownerOf))).map(({ ownerId, id }) => [ownerId, id]));
  const paying = sims.flatMap((sim) => {
    const payerId = wallets.get(ownerOf(sim));
    return payerId ? { lineId: sim.id, payerId } : [];
  });
  const due = await store.oldestDueOf(ctx, paying);
  const held = new Set(due.map((fee) => fee.lineId));
  const free = sims.map((sim) => sim.id).filter((id) => !held.has(id));
  await inventory.unblock(ctx, await inventory.linesBlockedBy(ctx, free, 'fee_unpaid'), 'fee_unpaid');
  await inventory.block(ctx, due.map(unpaid));
}

/** Frees the lines of fees that were settled, where nothing else holds them. */
async function release(ctx: Ctx, lineIds: Id[]): Promise<void> {
  await holdForFees(ctx, await inventory.lockSims(ctx, [...new Set(lineIds)]));
}

/** What is due of a wallet, oldest first, and what it comes to. Refuses `wallet.not_found`. */
export async function dueFeesOf(
  ctx: Ctx,
  walletId: Id,
  filter: { settled?: boolean; after?: { at: Date; id: Id }; limit: number },
): Promise<{ fees: store.DueFee[]; total: { amountMicros: bigint; fees: bigint }; currency: string }> {
  return reading(ctx, async (ctx) => {
    const { wallet } = await ledger.getWallet(ctx, walletId);
    const fees = await store.listDueFees(ctx, walletId, filter);
    return { fees, total: await store.sumDueFees(ctx, walletId), currency: wallet.currency };
  });
}

/**
 * Forgives a fee that is due: it is charged to nobody. Its line is free again when nothing else of it is due. Refuses
 * `wallet.not_found`, `due_fee.not_found`, `due_fee.settled`.
 */
export async function waiveDueFee(ctx: Ctx, walletId: Id, id: Id, reason: string): Promise<store.DueFee> {
  return atomically(ctx, async (ctx) => {
    await ledger.getWallet(ctx, walletId);
    const [fee] = await store.listDueFees(ctx, walletId, { ids: [id], settled: true, limit: 1 });
    if (!fee) throw refuse.notFound('due_fee', publicId('due_fee', id));
    await lockLines(ctx, [fee.lineId]);
    if (!(await store.waive(ctx, id))) {
      throw refuse.conflict('due_fee.settled', `This fee is ${fee.settledAs ?? 'settled'} already.`);
    }
    const amount = formatAmount(fee.amountMicros, fee.currency);
    await audit(ctx, [
      {
        action: 'fee.waived',
        objectType: 'sim',
        objectId: publicId('sim', fee.lineId),
        changes: [
          { field: 'fee', old: `${amount} ${fee.currency} due`, new: 'waived' },
          { field: 'reason', old: null, new: reason },
        ],
      },
    ]);
    await emit(ctx, [
      {
        name: 'fee.waived',
        subject: { type: 'sim', id: fee.lineId },
        data: {
          ...{ sim: publicId('sim', fee.lineId), fee: publicId('due_fee', fee.id), kind: fee.kind },
          ...{ period: publicId('period', fee.periodId), amount, currency: fee.currency, reason },
        },
      },
    ]);
    await release(ctx, [fee.lineId]);
    return { ...fee, settledAt: ctx.now, settledAs: 'waived' };
  });
}
