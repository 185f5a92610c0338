import type { Micros } from '@simwright/measure';
import type { Ctx } from '../../../kit/ctx.ts';
import { join, nothing, row, rows, run, type Sql, sql } from '../../../kit/db.ts';
import type { Id } from '../../../kit/ids.ts';

export type AdjustmentKind = 'credit' | 'debit' | 'grant';
export type AdjustmentState = 'pending' | 'posted' | 'rejected' | 'withdrawn' | 'expired';

/** Money of a wallet that a person moves: at once, or when somebody else has agreed. */
export type WalletAdjustment = {
  id: Id;
  walletId: Id;
  currency: string;
  kind: AdjustmentKind;
  amountMicros: Micros;
  reason: string;
  /** Of granted money: when it leaves, and its place in the order of spending. */
  expiresAt: Date | null;
  priority: number | null;
  state: AdjustmentState;
  askedBy: string;
  /** The person behind it. */
  asker: string;
  askedAt: Date;
  until: Date | null;
  decidedBy: string | null;
  decidedAt: Date | null;
  note: string;
};

const columns = sql`a.id, a.wallet_id, w.currency, a.kind, a.amount_micros, a.reason, a.expires_at, a.priority, a.state, a.asked_by, a.asker, a.asked_at,
  a.until, a.decided_by, a.decided_at, a.note`;
const from = sql`wallet_adjustments a join ledger_accounts w on w.organization_id = a.organization_id and w.id = a.wallet_id`;

export async function insertAdjustment(ctx: Ctx, a: WalletAdjustment): Promise<void> {
  await run(
    ctx,
    sql`/* wallet_adjustments.insert */ insert into wallet_adjustments (organization_id, id, wallet_id, kind, amount_micros, reason, expires_at,
               priority, state, asked_by, asker, asked_at, until, decided_by, decided_at, note)
        values (${ctx.organization.id}, ${a.id}, ${a.walletId}, ${a.kind}, ${a.amountMicros}, ${a.reason}, ${a.expiresAt}, ${a.priority}, ${a.state},
                ${a.askedBy}, ${a.asker}, ${a.askedAt}, ${a.until}, ${a.decidedBy}, ${a.decidedAt}, ${a.note})`,
  );
}

export async function saveDecision(ctx: Ctx, a: WalletAdjustment): Promise<void> {
  await run(
    ctx,
    sql`/* wallet_adjustments.decide */ update wallet_adjustments
           set state = ${a.state}, decided_by = ${a.decidedBy}, decided_at = ${a.decidedAt}, note = ${a.note}
         where organization_id = ${ctx.organization.id} and id = ${a.id} and state = 'pending'`,
  );
}

export type AdjustmentFilter = { ids?: Id[]; walletId?: Id; states?: AdjustmentState[]; dueAt?: Date };

/** Adjustments that were asked for, newest first; locked where one is to be decided. */
export async function listAdjustments(
  ctx: Ctx,
  { ids, walletId, states, dueAt }: AdjustmentFilter,
  page: { before?: Id; limit: number },
  lock: 'lock' | 'look' = 'look',
): Promise<WalletAdjustment[]> {
  const conditions: Sql[] = [sql`a.organization_id = ${ctx.organization.id}`];
  if (ids) conditions.push(sql`a.id = any(${ids}::uuid[])`);
  if (walletId) conditions.push(sql`a.wallet_id = ${walletId}`);
  if (states) conditions.push(sql`a.state = any(${states}::text[])`);
  if (dueAt) conditions.push(sql`a.state = 'pending' and a.until <= ${dueAt}::timestamptz`);
  if (page.before) conditions.push(sql`a.id < ${page.before}`);
  return rows<WalletAdjustment>(
    ctx,
    sql`/* wallet_adjustments.list */ select ${columns} from ${from} where ${join(conditions)}
         order by a.id desc limit ${page.limit} ${lock === 'lock' ? sql`for update of a` : nothing}`,
  );
}

/** How many wait for somebody else to agree; counted to a bound. */
export async function countPending(ctx: Ctx, bound: number): Promise<number> {
  const found = await row<{ waiting: bigint }>(
    ctx,
    sql`/* wallet_adjustments.count_pending */ select count(*) as waiting from (
          select from wallet_adjustments where organization_id = ${ctx.organization.id} and state = 'pending' limit ${bound}) p`,
  );
  return Number(found!.waiting);
}

export type WalletLimit = { currency: string; mostMicros: Micros };

export async function listLimits(ctx: Ctx): Promise<WalletLimit[]> {
  return rows<WalletLimit>(
    ctx,
    sql`/* wallet_limits.list */ select currency, most_micros from wallet_limits
         where organization_id = ${ctx.organization.id} order by currency`,
  );
}

/** Null takes the limit of a currency away. */
export async function setLimit(ctx: Ctx, currency: string, mostMicros: Micros | null): Promise<void> {
  if (mostMicros === null) {
    await run(
      ctx,
      sql`/* wallet_limits.delete */ delete from wallet_limits where organization_id = ${ctx.organization.id} and currency = ${currency}`,
    );
    return;
  }
  await run(
    ctx,
    sql`/* wallet_limits.set */ insert into wallet_limits (organization_id, currency, most_micros, set_at, set_by)
        values (${ctx.organization.id}, ${currency}, ${mostMicros}, ${ctx.now}, ${ctx.actor.name})
        on conflict (organization_id, currency) do update
           set most_micros = excluded.most_micros, set_at = excluded.set_at, set_by = excluded.set_by`,
  );
}
