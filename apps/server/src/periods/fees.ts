import { formatAmount } from '@simwright/measure';
import * as inventory from '../inventory/index.ts';
import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import { lastly } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit, type NewEvent } from '../kit/outbox.ts';
import * as ledger from '../ledger/index.ts';
import { unpaid } from './due-fees/block.ts';
import { listPaidByWallets, type Moved } from './listing.ts';
import type { Fee } from './model/period.ts';
import * as store from './sql.ts';

/**
 * Charges fees in the caller's database transaction: those on account together, one transfer for each currency with an entry
 * for each payer; those from wallets one by one, as far as each wallet holds them. A wallet's fee that it cannot pay stays
 * due, and blocks the line.
 */
export async function chargeFees(ctx: Ctx, fees: Fee[], inSheet = false): Promise<void> {
  if (fees.length === 0) return;
  const onAccount = fees.filter((fee) => !fee.fromWallet);
  const batchId = newId(ctx);
  const charged =
    onAccount.length > 0
      ? await store.insertFees(
          ctx,
          batchId,
          onAccount.map((fee) => store.withId(ctx, fee)),
        )
      : [];
  if (charged.length > 0) lastly(ctx, 'ledger', (ctx) => postFees(ctx, batchId, charged));
  await emit(ctx, charged.map(feeCharged), inSheet);
  const fromWallets = fees.filter((fee) => fee.fromWallet).map((fee) => store.withId(ctx, fee));
  if (fromWallets.length > 0) lastly(ctx, 'ledger', (ctx) => debitFees(ctx, fromWallets));
}

/** Fees of wallets, the oldest first. What is refused stays due. */
async function debitFees(ctx: Ctx, fees: store.ChargedFee[]): Promise<void> {
  const revenue = await revenueOf(ctx, fees);
  const inOrder = fees.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const outcomes = await ledger.debitMany(
    ctx,
    inOrder.map((fee) => ({
      walletId: fee.payerId,
      amountMicros: fee.amountMicros,
      key: feeKey(fee),
      kind: 'fee',
      contra: revenue.get(fee.currency)!,
    })),
  );
  const paid = inOrder.filter((_, i) => outcomes[i]!.posted);
  const due = inOrder.filter((_, i) => !outcomes[i]!.posted);
  await store.insertFees(ctx, null, paid);
  await emit(ctx, paid.map(feeCharged));
  await listPaidByWallets(ctx, paid.map(asPaid));
  if (due.length === 0) return;
  await store.insertDueFees(ctx, due);
  await emit(
    ctx,
    due.map((fee) => ({ ...feeCharged(fee), name: 'fee.refused' })),
  );
  await inventory.block(
    ctx,
    due.map((fee) => unpaid({ ...fee, lineId: fee.lineId! })),
  );
}

/** A wallet's fee as the list of transactions has it. */
export function asPaid(fee: store.ChargedFee): Moved {
  const { payerId, lineId, poolId, amountMicros, currency } = fee;
  const note = fee.kind === 'recurring' ? 'Recurring fee' : 'Activation fee';
  return { key: feeKey(fee), type: 'fee', payerId, lineId, poolId, amountMicros, currency, note };
}

/** The key of the transfer of a wallet's fee: one of a kind for each period. */
export function feeKey(fee: Pick<store.ChargedFee, 'periodId' | 'kind'>): string {
  return `period:${fee.periodId}:fee:${fee.kind}`;
}

/** Fee revenue of each currency of these fees. */
export async function revenueOf(ctx: Ctx, fees: { currency: string }[]): Promise<Map<string, Id>> {
  const currencies = [...new Set(fees.map((fee) => fee.currency))];
  const wanted = currencies.map((currency) => ({
    kind: 'fee_revenue' as const,
    ownerId: ctx.organization.id,
    currency,
  }));
  const accounts = await ledger.openAccounts(ctx, wanted);
  return new Map(wanted.map((account) => [account.currency, accounts.get(ledger.accountKey(account))!]));
}

/**
 * Fees on account: unbilled receivable grows, fee revenue is earned. Each fee names its batch, so that every cent of the
 * transfer is traceable.
 */
async function postFees(ctx: Ctx, batchId: Id, fees: store.ChargedFee[]): Promise<void> {
  const revenue = await revenueOf(ctx, fees);
  // A ledger account has one currency, so that no payer is in two of these.
  for (const [currency, ofCurrency] of Map.groupBy(fees, (fee) => fee.currency)) {
    const contra = revenue.get(currency);
    assert(contra, 'fee revenue has a ledger account');
    const sums = new Map<Id, bigint>();
    for (const fee of ofCurrency) sums.set(fee.payerId, (sums.get(fee.payerId) ?? 0n) + fee.amountMicros);
    await ledger.postFresh(
      ctx,
      { kind: 'fee', key: `fees:${batchId}:${currency}`, contra },
      [...sums].map(([payer, amount]) => ({ payer, amount })),
    );
  }
}

/** Told of the line that it is for, or of the pool. */
export function feeCharged(fee: store.ChargedFee): NewEvent {
  return {
    name: 'fee.charged',
    subject: fee.lineId ? { type: 'sim', id: fee.lineId } : { type: 'pool', id: fee.poolId! },
    data: {
      ...(fee.lineId && { sim: publicId('sim', fee.lineId) }),
      ...(fee.poolId && { pool: publicId('pool', fee.poolId) }),
      fee: publicId('fee', fee.id),
      period: publicId(fee.poolId ? 'pool_period' : 'period', fee.periodId),
      kind: fee.kind,
      amount: formatAmount(fee.amountMicros, fee.currency),
      currency: fee.currency,
    },
    at: fee.at,
  };
}
