import { formatAmount } from '@simwright/measure';
import { Temporal } from 'temporal-polyfill';
import { assert } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import * as ledger from '../ledger/index.ts';
import { itemsOfEdits, type PreBill, type PreBillKind } from './model.ts';
import { type Terms, takeNumbers, termsOf } from './settings.ts';
import * as claims from './sql/claims.ts';
import type { Payer } from './sql/payers.ts';
import * as store from './sql/pre-bills.ts';

/** What to bill whom for. */
export type Wanted = {
  payer: Payer;
  kind: PreBillKind;
  /** Days of the payer's zone that it is for. */
  periodFrom: string | null;
  periodUntil: string;
  /** Fees charged and periods ended before it. */
  cutAt: Date;
  /** Of `advance`: fees before it are billed ahead. */
  horizonAt?: Date;
};

/**
 * Collects what is unbilled of any number of payers into pre-bills, in a fixed number of statements. Who has nothing to bill
 * gets none: the answer has those that were made, with the terms of their accounts.
 *
 * @param operationId the run that does it
 */
export async function collect(
  ctx: Ctx,
  wanted: Wanted[],
  operationId: Id | null = null,
): Promise<{ preBill: PreBill; terms: Terms }[]> {
  if (wanted.length === 0) return [];
  return atomically(ctx, async (ctx) => {
    await claims.lockPayers(
      ctx,
      wanted.map(({ payer }) => payer.id),
    );
    const terms = await termsOf(
      ctx,
      wanted.map(({ payer }) => payer.ownerId),
    );
    const drafts = wanted.map((one): PreBill => draftOf(ctx, one, terms.get(one.payer.ownerId)!, operationId));
    const ids = drafts.map(({ id }) => id);
    await store.insertPreBills(ctx, drafts);
    await claims.claimOpen(ctx, ids);
    await claims.makeItems(ctx, ids);
    const sums = new Map((await claims.sumItems(ctx, ids)).map((sum) => [sum.billId, sum]));
    const empty = drafts.filter(({ id }) => !sums.has(id));
    await settleEmpty(ctx, empty);
    if (sums.size === 0) return [];
    await store.saveSums(ctx, [...sums.values()]);
    const numbered = await number(
      ctx,
      drafts.filter(({ id }) => sums.has(id)),
    );
    const made = numbered.map((draft): PreBill => {
      const { items, collectedMicros } = sums.get(draft.id)!;
      return { ...draft, items, collectedMicros, netMicros: collectedMicros };
    });
    await tell(ctx, made, 'created');
    return made.map((preBill) => ({ preBill, terms: terms.get(preBill.ownerId)! }));
  });
}

/**
 * Of those with nothing to ask for: what was billed ahead and is charged now is closed against each other in the ledger, for good. Other
 * claims that add up to nothing are let go: they wait for something to stand beside.
 */
async function settleEmpty(ctx: Ctx, empty: PreBill[]): Promise<void> {
  if (empty.length === 0) return;
  const sums = await claims.sumClaims(
    ctx,
    empty.map(({ id }) => id),
  );
  const ahead = new Map(sums.filter((sum) => sum.deferredMicros !== 0n).map((sum) => [sum.billId, sum]));
  const rest = empty.filter(({ id }) => !ahead.has(id)).map(({ id }) => id);
  await claims.dropClaims(ctx, rest);
  await store.dropPreBills(ctx, rest);
  for (const preBill of empty) {
    const sum = ahead.get(preBill.id);
    if (!sum) continue;
    assert(sum.unbilledMicros + sum.deferredMicros === 0n, 'what has no item comes to nothing');
    await store.settle(ctx, preBill.id);
    const deferred = { kind: 'deferred' as const, ownerId: preBill.ownerId, currency: preBill.currency };
    const accounts = await ledger.openAccounts(ctx, [deferred]);
    await ledger.post(ctx, [
      {
        ...{ key: `settlement:${preBill.id}`, kind: 'invoice', at: ctx.now, from: preBill.payerId },
        ...{ to: accounts.get(ledger.accountKey(deferred))!, amountMicros: sum.unbilledMicros },
      },
    ]);
  }
}

function draftOf(ctx: Ctx, { payer, horizonAt, ...rest }: Wanted, terms: Terms, operationId: Id | null): PreBill {
  const id = newId(ctx);
  return {
    ...{
      id,
      number: id,
      ownerId: payer.ownerId,
      payerId: payer.id,
      ...rest,
      horizonAt: horizonAt ?? null,
      state: 'pending',
    },
    ...{ paymentType: terms.paymentType, currency: payer.currency, timeZone: payer.timeZone, edits: [], note: '' },
    ...{ buyerReference: '', items: 0, collectedMicros: 0n, netMicros: 0n, version: 1, operationId },
    ...{ reason: '', createdAt: ctx.now, collectedAt: ctx.now, settledAt: null, settledBy: null },
  };
}

/** Numbers are for those that stay: who has nothing to bill uses none up. */
async function number(ctx: Ctx, drafts: PreBill[]): Promise<PreBill[]> {
  const numbers = await takeNumbers(ctx, 'pre_bill', drafts.length);
  const numbered = drafts.map((draft, i) => ({ ...draft, number: numbers[i]!.number }));
  await store.saveNumbers(ctx, numbered);
  return numbered;
}

/**
 * Collects a locked pre-bill anew: what came since, and what its periods have come to. What staff wrote stays; a percentage is of the
 * new sum. Returns it as it is now; its version is another one if anything of it is.
 *
 * @param claimed what was claimed for it already, without an item yet
 */
export async function collectAgain(ctx: Ctx, preBill: PreBill, claimed = 0): Promise<PreBill> {
  await claims.lockPayers(ctx, [preBill.payerId]);
  const gone = await claims.dropOverdue(ctx, preBill.id);
  const came = await claims.claimOpen(ctx, [preBill.id]);
  const moved = await claims.refreshClaims(ctx, [preBill.id]);
  if (claimed + gone + came + moved === 0) return { ...preBill, collectedAt: ctx.now };
  await claims.makeItems(ctx, [preBill.id]);
  return writeEdits(ctx, { ...preBill, collectedAt: ctx.now });
}

/** Writes what staff's edits come to onto a pre-bill, and adds it up. */
export async function writeEdits(ctx: Ctx, preBill: PreBill): Promise<PreBill> {
  await claims.writeStaffItems(ctx, preBill.id, []);
  const collected = (await claims.sumItems(ctx, [preBill.id]))[0]?.collectedMicros ?? 0n;
  await claims.writeStaffItems(ctx, preBill.id, itemsOfEdits(preBill.edits, collected));
  const [sum] = await claims.sumItems(ctx, [preBill.id]);
  const { items = 0, staffMicros = 0n } = sum ?? {};
  return {
    ...preBill,
    items,
    collectedMicros: collected,
    netMicros: collected + staffMicros,
    version: preBill.version + 1,
  };
}

/** Tells what became of pre-bills, to the log of changes and to whoever listens. */
export async function tell(
  ctx: Ctx,
  preBills: PreBill[],
  past: 'created' | 'changed' | 'approved' | 'rejected',
): Promise<void> {
  await audit(
    ctx,
    preBills.map((p) => ({
      action: `pre_bill.${past}`,
      objectType: 'pre_bill',
      objectId: publicId('pre_bill', p.id),
      changes: [
        { field: 'net', old: null, new: formatAmount(p.netMicros, p.currency) },
        ...(past === 'rejected' ? [{ field: 'reason', old: null, new: p.reason }] : []),
      ],
    })),
  );
  await emit(
    ctx,
    preBills.map((p) => ({
      name: `pre_bill.${past}`,
      subject: { type: 'pre_bill', id: p.id },
      data: {
        preBill: publicId('pre_bill', p.id),
        number: p.number,
        companyId: publicId('company', p.ownerId),
        kind: p.kind,
        net: formatAmount(p.netMicros, p.currency),
        currency: p.currency,
        ...(past === 'rejected' && { reason: p.reason }),
      },
    })),
  );
}

/** The day of an instant in a zone. */
export function dayIn(zone: string, at: Date): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toPlainDate().toString();
}
