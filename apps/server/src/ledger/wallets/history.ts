import type { Micros } from '@simwright/measure';
import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, row, rows, type Sql, sql } from '../../kit/db.ts';
import { firstIdAt, type Id } from '../../kit/ids.ts';
import type { TransferKind } from '../model.ts';

/** One movement as the owner of the wallet sees it: what came is above zero, what went is below. */
export type Movement = {
  transferId: Id;
  at: Date;
  kind: TransferKind;
  key: string;
  note: string | null;
  madeBy: string | null;
  amountMicros: Micros;
  remainingMicros: Micros;
};

export type MovementFilter = { kinds?: TransferKind[]; from?: Date; to?: Date };

/** What moved, newest first. Ids begin with the time of booking, so an interval is a range of them. */
export async function listMovements(
  ctx: Ctx,
  walletId: Id,
  { kinds, from, to }: MovementFilter,
  page: { after?: Id; limit: number },
): Promise<Movement[]> {
  const conditions = [within(ctx, walletId, from, to)];
  if (page.after) conditions.push(sql`e.transfer_id < ${page.after}`);
  if (kinds) conditions.push(sql`t.kind = any(${kinds}::text[])`);
  // Without usage they are few, and have an index.
  if (kinds && !kinds.includes('usage') && !kinds.includes('vat')) conditions.push(apartFromUsage);
  if (kinds?.length === 1 && kinds[0] === 'vat') conditions.push(ofVat(walletId));
  return rows<Movement>(
    ctx,
    sql`/* wallets.movements */ select e.transfer_id, t.at, t.kind, t.idempotency_key as key, t.note, t.made_by,
               -e.amount_micros as amount_micros, -e.balance_after as remaining_micros
          from entries e join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
         where ${join(conditions)} order by e.transfer_id desc limit ${page.limit}`,
  );
}

const beyondEveryId: Id = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** What an interval did to a wallet. `starting + credited - usage - fees - vat - debited = ending`. */
export type WalletOverview = {
  startingMicros: Micros;
  /** Paid in, given back, granted, and given by hand. */
  creditedMicros: Micros;
  /** With what was corrected of it later. */
  usageMicros: Micros;
  feesMicros: Micros;
  /** Of usage and fees, where the wallet bears it when it is spent. */
  vatMicros: Micros;
  /** Paid for refills, refunded, expired, and taken by hand. */
  debitedMicros: Micros;
  endingMicros: Micros;
  /** The least that was in it. */
  lowestMicros: Micros;
  /** The least that usage left, which is booked whatever there is; null: none was booked. */
  lowestByUsageMicros: Micros | null;
};

/**
 * Adds up an interval, which goes on where it has no end. The balances at its ends are counted back from the present one, so the interval that is now costs
 * its own entries and no more.
 */
export async function overviewOf(ctx: Ctx, walletId: Id, from: Date, to?: Date): Promise<WalletOverview> {
  const end = to ? firstIdAt(to) : beyondEveryId;
  const sums = await row<
    Record<'moved' | 'later', string> & { remaining: Micros } & Record<'lowest' | 'byUsage', Micros | null>
  >(
    ctx,
    sql`/* wallets.overview */ select -w.balance_micros as remaining, e.* from ledger_accounts w, lateral (
          select coalesce(sum(e.amount_micros) filter (where e.transfer_id < ${end}), 0)::text as moved,
                 coalesce(sum(e.amount_micros) filter (where e.transfer_id >= ${end}), 0)::text as later,
                 -max(e.balance_after) filter (where e.transfer_id < ${end}) as lowest,
                 -max(e.balance_after) filter (where e.transfer_id < ${end} and e.amount_micros > 0 and e.floor_micros is null) as by_usage
            from entries e where ${within(ctx, walletId, from)}) e
         where w.organization_id = ${ctx.organization.id} and w.id = ${walletId}`,
  );
  const apart = await row<{ credited: string; fees: string; debited: string }>(
    ctx,
    sql`/* wallets.overview_apart_from_usage */ select
          coalesce(-sum(e.amount_micros) filter (where e.amount_micros < 0 and (t.kind in ('refill', 'payment') or t.note is not null)), 0)::text as credited,
          coalesce(sum(e.amount_micros) filter (where t.kind = 'fee'), 0)::text as fees,
          coalesce(sum(e.amount_micros) filter (where t.kind in ('adjustment', 'refill', 'refund', 'expiry') and e.amount_micros > 0), 0)::text as debited
          from entries e join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
         where ${within(ctx, walletId, from, to)} and ${apartFromUsage}`,
  );
  const taxed = await row<{ vat: string }>(
    ctx,
    sql`/* wallets.overview_vat */ select coalesce(sum(e.amount_micros), 0)::text as vat
          from transfers t join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id and e.ledger_account_id = ${walletId}
         where t.organization_id = ${ctx.organization.id} and ${ofVat(walletId, from, to)}`,
  );
  const [moved, later, credited, fees, debited, vat] = [
    ...[sums!.moved, sums!.later, apart!.credited, apart!.fees, apart!.debited, taxed!.vat].map(BigInt),
  ] as [Micros, Micros, Micros, Micros, Micros, Micros];
  const endingMicros = sums!.remaining + later;
  const startingMicros = endingMicros + moved;
  const lowest = sums!.lowest;
  return {
    startingMicros,
    creditedMicros: credited,
    usageMicros: moved + credited - fees - debited - vat,
    feesMicros: fees,
    vatMicros: vat,
    debitedMicros: debited,
    endingMicros,
    lowestMicros: lowest !== null && lowest < startingMicros ? lowest : startingMicros,
    lowestByUsageMicros: sums!.byUsage,
  };
}

const apartFromUsage: Sql = sql`e.balance_after is not null and (e.amount_micros < 0 or e.floor_micros is not null)`;

/** Transfers of VAT of a wallet: the time is in their keys. */
function ofVat(walletId: Id, from?: Date, to?: Date): Sql {
  const begin = `vat:${walletId}:${from ? firstIdAt(from) : ''}`;
  const end = `vat:${walletId}:${to ? firstIdAt(to) : '\uffff'}`;
  return sql`t.idempotency_key >= ${begin} and t.idempotency_key < ${end}`;
}

function within(ctx: Ctx, walletId: Id, from?: Date, to?: Date): Sql {
  return sql`e.organization_id = ${ctx.organization.id} and e.ledger_account_id = ${walletId}
    ${from ? sql`and e.transfer_id >= ${firstIdAt(from)}` : nothing} ${to ? sql`and e.transfer_id < ${firstIdAt(to)}` : nothing}`;
}
