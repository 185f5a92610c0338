import type { Ctx } from '../../kit/ctx.ts';
import * as ledger from '../../ledger/index.ts';
import { accountOf } from '../accounts.ts';
import type { Payment } from '../model.ts';
import { type Dispute, movesBetween } from './model.ts';
import * as store from './sql.ts';

/** Whether the ledger knows of a payment's money: what is not given yet, or not known as paid, stands at the provider alone. */
export function isInLedger({ state, undelivered }: Payment): boolean {
  return state === 'succeeded' && undelivered === null;
}

/** A dispute of which the ledger knows nothing. */
export const unposted: Pick<Dispute, 'funds' | 'feeMicros'> = { funds: 'none', feeMicros: 0n };

/** Posts what of a dispute's money has moved from one step to another, and its fee. */
export async function postMoves(ctx: Ctx, before: Pick<Dispute, 'funds' | 'feeMicros'>, now: Dispute): Promise<void> {
  const [clearing, disputed] = [
    await accountOf(ctx, 'clearing', now.currency),
    await accountOf(ctx, 'dispute', now.currency),
  ];
  const transfers: ledger.NewTransfer[] = movesBetween(before.funds, now.funds).map((move) => ({
    ...{ key: keyOfDispute(now, move), kind: 'dispute', at: ctx.now, amountMicros: now.amountMicros },
    ...(move === 'withdrawn' ? { to: disputed, from: clearing } : { to: clearing, from: disputed }),
  }));
  // It is told once; what it becomes later is the provider's bill.
  if (before.feeMicros === 0n && now.feeMicros > 0n) {
    const key = keyOfDispute(now, 'fee');
    transfers.push({ key, kind: 'dispute', at: ctx.now, to: disputed, from: clearing, amountMicros: now.feeMicros });
  }
  await ledger.post(ctx, transfers);
}

/** The most disputes of one payment: a bank takes it back once, and now and then a part. */
const most = 100;

/**
 * Posts the disputes of a payment whose money has come to the ledger only now: a provider may tell of a dispute before we know that the
 * payment was made, or before what it was for could be given.
 *
 * @param payment locked
 */
export async function postWaiting(ctx: Ctx, payment: Payment): Promise<void> {
  if (!isInLedger(payment)) return;
  for (const dispute of await store.listDisputes(ctx, { paymentId: payment.id, posted: false }, { limit: most })) {
    const now = { ...dispute, posted: true };
    await store.saveDispute(ctx, now);
    await postMoves(ctx, unposted, now);
  }
}

/** The key of a transfer of a dispute: one of each part. */
export function keyOfDispute(dispute: Pick<Dispute, 'id'>, part: 'withdrawn' | 'reinstated' | 'fee'): string {
  return `dispute:${dispute.id}:${part}`;
}
