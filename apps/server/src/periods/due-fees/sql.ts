import { uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { ChargedFee } from '../sql.ts';

/** A fee that a wallet could not pay. Its id is that of the fee it becomes. */
export type DueFee = {
  id: Id;
  lineId: Id;
  periodId: Id;
  payerId: Id;
  kind: 'recurring' | 'activation';
  amountMicros: bigint;
  currency: string;
  at: Date;
  settledAt: Date | null;
  settledAs: 'paid' | 'waived' | null;
};

const columns = sql`id, line_id, period_id, payer_id, kind, amount_micros, currency, at, settled_at, settled_as`;

export type DueFilter = { ids?: Id[]; settled?: boolean; after?: { at: Date; id: Id }; limit: number };

/** Fees due of a payer, oldest first. */
export async function listDueFees(ctx: Ctx, payerId: Id, filter: DueFilter): Promise<DueFee[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id} and payer_id = ${payerId}`];
  if (!filter.settled) conditions.push(sql`settled_at is null`);
  if (filter.ids) conditions.push(sql`id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.after) conditions.push(sql`(at, id) > (${filter.after.at}::timestamptz, ${filter.after.id}::uuid)`);
  return rows<DueFee>(
    ctx,
    sql`/* due_fees.list */ select ${columns} from due_fees where ${join(conditions)} order by at, id limit ${filter.limit}`,
  );
}

/** What is due of a payer, and since when. */
export async function sumDueFees(ctx: Ctx, payerId: Id): Promise<{ amountMicros: bigint; fees: bigint }> {
  const found = await row<{ amountMicros: string; fees: bigint }>(
    ctx,
    sql`/* due_fees.sum */ select coalesce(sum(amount_micros), 0)::text as amount_micros, count(*) as fees from due_fees
         where organization_id = ${ctx.organization.id} and payer_id = ${payerId} and settled_at is null`,
  );
  return { amountMicros: BigInt(found!.amountMicros), fees: found!.fees };
}

/** The oldest fee that is due of each of these lines from these payers; lines with none are missing. */
export async function oldestDueOf(ctx: Ctx, lines: { lineId: Id; payerId: Id }[]): Promise<DueFee[]> {
  return rows<DueFee>(
    ctx,
    sql`/* due_fees.oldest_of */ select distinct on (line_id) ${columns} from due_fees
         where organization_id = ${ctx.organization.id} and settled_at is null
           and (line_id, payer_id) in (select * from unnest(${uuids(lines.map((line) => line.lineId))}::uuid[],
                                                            ${uuids(lines.map((line) => line.payerId))}::uuid[]))
         order by line_id, at, id`,
  );
}

/** Makes fees of what was paid, charged now: each has a transfer of its own. */
export async function chargeDueFees(ctx: Ctx, ids: Id[]): Promise<ChargedFee[]> {
  return rows<ChargedFee>(
    ctx,
    sql`/* due_fees.charge */ with paid as (
          update due_fees set settled_at = ${ctx.now}::timestamptz, settled_as = 'paid'
           where organization_id = ${ctx.organization.id} and id = any(${uuids(ids)}::uuid[]) and settled_at is null
          returning *
        )
        insert into fees (organization_id, id, line_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency,
                          prorated_days, whole_days, at)
        select organization_id, id, line_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency, prorated_days,
               whole_days, ${ctx.now}::timestamptz from paid
        returning id, line_id, pool_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency, prorated_days, whole_days, at`,
  );
}

/** False: it was settled before. */
export async function waive(ctx: Ctx, id: Id): Promise<boolean> {
  const waived = await run(
    ctx,
    sql`/* due_fees.waive */ update due_fees set settled_at = ${ctx.now}, settled_as = 'waived'
         where organization_id = ${ctx.organization.id} and id = ${id} and settled_at is null`,
  );
  return waived === 1;
}

export async function insertReviews(ctx: Ctx, walletIds: Id[]): Promise<void> {
  await run(
    ctx,
    sql`/* wallet_reviews.ask */ insert into wallet_reviews (organization_id, wallet_id)
        select ${ctx.organization.id}, u.* from unnest(${uuids(walletIds)}::uuid[]) as u`,
  );
}

/** Wallets that are to be looked at, those that wait longest first, each with what asked for it. */
export async function listReviews(ctx: Ctx, limit: number): Promise<{ walletId: Id; numbers: bigint[] }[]> {
  const found = await rows<{ walletId: Id; numbers: string[] }>(
    ctx,
    sql`/* wallet_reviews.list */ select wallet_id, array_agg(number::text) as numbers from wallet_reviews
         where organization_id = ${ctx.organization.id} group by wallet_id order by min(number) limit ${limit}`,
  );
  return found.map(({ walletId, numbers }) => ({ walletId, numbers: numbers.map(BigInt) }));
}

export async function deleteReviews(ctx: Ctx, numbers: bigint[]): Promise<void> {
  await run(
    ctx,
    sql`/* wallet_reviews.done */ delete from wallet_reviews
         where organization_id = ${ctx.organization.id} and number = any(${numbers.map(String)}::bigint[])`,
  );
}
