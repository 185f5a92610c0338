import { formatAmount } from '@simwright/measure';
import * as inventory from '../inventory/index.ts';
import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import { lastly } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit, type NewEvent } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import * as ledger from '../ledger/index.ts';
import { noChanges, type Period, type PeriodChanges } from './model/decide.ts';
import type { ChargedFee } from './sql.ts';
import * as store from './sql.ts';

/** Lines of which the events are written as a sheet: from here on a rollover, and not somebody who waits for one line. */
const sheetFrom = 100;

/** A period was changed between our reading and our writing. The unit of work is decided again from a fresh load. */
export class StalePeriod extends Error {
  override name = 'StalePeriod';
  readonly code = '40001';
}

/**
 * Saves what was decided for any number of lines in a fixed number of statements: periods closed and opened, fees
 * charged and posted, data-limit blocks lifted where a period ended, and the events of all that.
 *
 * @throws StalePeriod when a period to close was touched meanwhile.
 */
export async function savePeriodChanges(ctx: Ctx, changes: PeriodChanges): Promise<void> {
  const { close, open, fees } = changes;
  if (close.length > 0) {
    const closed = await store.closePeriods(ctx, close);
    if (closed !== close.length) throw new StalePeriod('a period to close was changed meanwhile');
  }
  if (open.length > 0) await store.insertPeriods(ctx, open).catch(refuseOverlap);
  const batchId = newId(ctx);
  const charged = fees.length > 0 ? await store.insertFees(ctx, batchId, fees) : [];
  // Of each line and period there are several events.
  const shown = { sim: remembering('sim'), period: remembering('period') };
  const events = [
    ...close.map(
      (c): NewEvent => ({
        name: 'period.closed',
        subject: { type: 'sim', id: c.lineId },
        data: {
          sim: shown.sim(c.lineId),
          period: shown.period(c.id),
          kind: c.kind,
          endsAt: c.at.toISOString(),
        },
      }),
    ),
    ...open.map((period) => periodOpened(period, shown)),
    ...charged.map((fee) => feeCharged(fee, shown)),
  ];
  await emit(ctx, events, close.length >= sheetFrom);
  if (charged.length > 0) lastly(ctx, 'ledger', (ctx) => postFees(ctx, batchId, charged));
  const limitsEnd = close.filter((c) => c.kind === 'active').map((c) => c.lineId);
  await inventory.unblock(ctx, await inventory.linesBlockedBy(ctx, limitsEnd, 'data_limit'), 'data_limit');
}

/** The database's own word on overlaps: the clock was moved past a period while this work still stood before it. */
function refuseOverlap(error: unknown): never {
  if ((error as { code?: string }).code !== '23P01') throw error;
  throw refuse.conflict('period.moved', 'The billing period of this SIM changed meanwhile. Try again.');
}

export function mergeChanges(all: PeriodChanges[]): PeriodChanges {
  return all.length === 0
    ? noChanges
    : {
        close: all.flatMap((c) => c.close),
        open: all.flatMap((c) => c.open),
        fees: all.flatMap((c) => c.fees),
      };
}

/**
 * Fees on account, one transfer for each currency with an entry for each payer: unbilled receivable grows, fee revenue is
 * earned. Each fee names its batch, so that every cent of the transfer is traceable.
 */
async function postFees(ctx: Ctx, batchId: Id, fees: ChargedFee[]): Promise<void> {
  if (fees.length === 0) return;
  const revenue = await ledger.openAccounts(
    ctx,
    fees.map((fee) => revenueOf(ctx, fee.currency)),
  );
  // A ledger account has one currency, so that no payer is in two of these.
  for (const [currency, ofCurrency] of Map.groupBy(fees, (fee) => fee.currency)) {
    const contra = revenue.get(ledger.accountKey(revenueOf(ctx, currency)));
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

function revenueOf(ctx: Ctx, currency: string) {
  return { kind: 'fee_revenue' as const, ownerId: ctx.organization.id, currency };
}

type Shown = Record<'sim' | 'period', (id: Id) => string>;

function remembering(kind: 'sim' | 'period'): (id: Id) => string {
  const known = new Map<Id, string>();
  return (id) => {
    let text = known.get(id);
    if (text === undefined) {
      text = publicId(kind, id);
      known.set(id, text);
    }
    return text;
  };
}

function periodOpened(period: Period, shown: Shown): NewEvent {
  return {
    name: 'period.opened',
    subject: { type: 'sim', id: period.lineId },
    data: {
      sim: shown.sim(period.lineId),
      period: shown.period(period.id),
      kind: period.kind,
      startsAt: period.startsAt.toISOString(),
      endsAt: period.endsAt?.toISOString() ?? null,
    },
  };
}

function feeCharged(fee: ChargedFee, shown: Shown): NewEvent {
  return {
    name: 'fee.charged',
    subject: { type: 'sim', id: fee.lineId },
    data: {
      sim: shown.sim(fee.lineId),
      fee: publicId('fee', fee.id),
      period: shown.period(fee.periodId),
      kind: fee.kind,
      amount: formatAmount(fee.amountMicros, fee.currency),
      currency: fee.currency,
    },
    at: fee.at,
  };
}
