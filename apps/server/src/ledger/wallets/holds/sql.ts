import type { Micros } from '@simwright/measure';
import { assert } from '../../../kit/assert.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { join, row, rows, run, type Sql, sql } from '../../../kit/db.ts';
import type { Id } from '../../../kit/ids.ts';

export type HoldState = 'open' | 'captured' | 'released' | 'expired';

/** Money of a wallet that is set aside for something. */
export type Hold = {
  id: Id;
  walletId: Id;
  amountMicros: Micros;
  /** What was taken of it for what it was meant. */
  capturedMicros: Micros;
  reason: string;
  until: Date;
  state: HoldState;
  madeBy: string;
  createdAt: Date;
  endedAt: Date | null;
};

const columns = sql`id, wallet_id, amount_micros, captured_micros, reason, until, state, made_by, created_at, ended_at`;

export async function insertHold(ctx: Ctx, h: Hold): Promise<void> {
  await run(
    ctx,
    sql`/* wallet_holds.insert */ insert into wallet_holds (organization_id, ${columns})
        values (${ctx.organization.id}, ${h.id}, ${h.walletId}, ${h.amountMicros}, ${h.capturedMicros}, ${h.reason}, ${h.until}, ${h.state},
                ${h.madeBy}, ${h.createdAt}, ${h.endedAt})`,
  );
}

export async function saveHold(ctx: Ctx, h: Hold): Promise<void> {
  await run(
    ctx,
    sql`/* wallet_holds.save */ update wallet_holds set captured_micros = ${h.capturedMicros}, state = ${h.state}, ended_at = ${h.endedAt}
         where organization_id = ${ctx.organization.id} and id = ${h.id}`,
  );
}

/** Holds come before ledger accounts in the one lock order. */
export async function lockHold(ctx: Ctx, walletId: Id, id: Id): Promise<Hold | null> {
  return row<Hold>(
    ctx,
    sql`/* wallet_holds.lock */ select ${columns} from wallet_holds
         where organization_id = ${ctx.organization.id} and id = ${id} and wallet_id = ${walletId} for update`,
  );
}

/** Sets money of a wallet aside if it leaves its floor, and what is held already. False: it does not hold that much. */
export async function setAside(ctx: Ctx, walletId: Id, micros: Micros): Promise<boolean> {
  const set = await run(
    ctx,
    sql`/* wallet_holds.set_aside */ update ledger_accounts t set held_micros = t.held_micros + ${micros}::bigint
         where t.organization_id = ${ctx.organization.id} and t.id = ${walletId} and t.kind = 'wallet'
           and -t.balance_micros - ${micros}::bigint >= coalesce(t.floor_micros, 0) + t.held_micros`,
  );
  return set === 1;
}

/** Money that was set aside is as free as the rest. */
export async function setFree(ctx: Ctx, walletId: Id, micros: Micros): Promise<void> {
  const set = await run(
    ctx,
    sql`/* wallet_holds.set_free */ update ledger_accounts t set held_micros = t.held_micros - ${micros}::bigint
         where t.organization_id = ${ctx.organization.id} and t.id = ${walletId} and t.kind = 'wallet' and t.held_micros >= ${micros}::bigint`,
  );
  assert(set === 1, 'what is set free was held');
}

export type HoldFilter = { walletId: Id; ids?: Id[]; states?: HoldState[] };

/** Holds of a wallet, newest first. */
export async function listHolds(
  ctx: Ctx,
  { walletId, ids, states }: HoldFilter,
  page: { before?: Id; limit: number },
): Promise<Hold[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id} and wallet_id = ${walletId}`];
  if (ids) conditions.push(sql`id = any(${ids}::uuid[])`);
  if (states) conditions.push(sql`state = any(${states}::text[])`);
  if (page.before) conditions.push(sql`id < ${page.before}`);
  return rows<Hold>(
    ctx,
    sql`/* wallet_holds.list */ select ${columns} from wallet_holds where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
}

/** Holds whose time is over, those that wait longest first. */
export async function dueHolds(ctx: Ctx, limit: number): Promise<{ id: Id; walletId: Id }[]> {
  return rows(
    ctx,
    sql`/* wallet_holds.due */ select id, wallet_id from wallet_holds
         where organization_id = ${ctx.organization.id} and state = 'open' and until <= ${ctx.now}::timestamptz order by until, id limit ${limit}`,
  );
}
