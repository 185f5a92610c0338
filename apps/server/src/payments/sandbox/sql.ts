import type { Ctx } from '../../kit/ctx.ts';
import { row, rows, run, sql } from '../../kit/db.ts';
import { type Id, newId } from '../../kit/ids.ts';
import type { KeptCard } from './cards.ts';
import type { Charge, ChargeRefund } from './model.ts';

const columns = sql`id, amount_minor, currency, token, description, state, card, declines, failure_code, refunded_minor`;

/** Opens a charge, once. */
export async function openCharge(
  ctx: Ctx,
  charge: Pick<Charge, 'id' | 'amountMinor' | 'currency' | 'token' | 'description'>,
): Promise<void> {
  await run(
    ctx,
    sql`/* sandbox.open_charge */ insert into sandbox_charges (organization_id, id, amount_minor, currency, token, description, state, created_at)
        values (${ctx.organization.id}, ${charge.id}, ${charge.amountMinor}, ${charge.currency}, ${charge.token}, ${charge.description}, 'open',
                ${ctx.now})
        on conflict (organization_id, id) do nothing`,
  );
}

export async function findCharge(ctx: Ctx, id: Id): Promise<Charge | null> {
  return row<Charge>(
    ctx,
    sql`/* sandbox.find_charge */ select ${columns} from sandbox_charges where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

/** The charge of a page, locked. */
export async function lockByToken(ctx: Ctx, token: string): Promise<Charge | null> {
  return row<Charge>(
    ctx,
    sql`/* sandbox.lock_charge */ select ${columns} from sandbox_charges
         where organization_id = ${ctx.organization.id} and token = ${token} for no key update`,
  );
}

/** The charge of a payment, locked. */
export async function lockCharge(ctx: Ctx, id: Id): Promise<Charge | null> {
  return row<Charge>(
    ctx,
    sql`/* sandbox.lock_charge_of */ select ${columns} from sandbox_charges
         where organization_id = ${ctx.organization.id} and id = ${id} for no key update`,
  );
}

export async function findRefund(ctx: Ctx, id: Id): Promise<ChargeRefund | null> {
  return row<ChargeRefund>(
    ctx,
    sql`/* sandbox.find_refund */ select id, charge_id, amount_minor, refused from sandbox_refunds
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

/** Books a refund; what is not refused is taken from its charge, which refuses to give back more than it took. */
export async function insertRefund(ctx: Ctx, r: ChargeRefund): Promise<void> {
  await run(
    ctx,
    sql`/* sandbox.insert_refund */ insert into sandbox_refunds (organization_id, id, charge_id, amount_minor, refused, created_at)
        values (${ctx.organization.id}, ${r.id}, ${r.chargeId}, ${r.amountMinor}, ${r.refused}, ${ctx.now})`,
  );
  if (r.refused) return;
  await run(
    ctx,
    sql`/* sandbox.give_back */ update sandbox_charges set refunded_minor = refunded_minor + ${r.amountMinor}
         where organization_id = ${ctx.organization.id} and id = ${r.chargeId}`,
  );
}

export async function saveCharge(ctx: Ctx, c: Charge): Promise<void> {
  await run(
    ctx,
    sql`/* sandbox.save_charge */ update sandbox_charges
           set state = ${c.state}, card = ${c.card}, declines = ${c.declines}, failure_code = ${c.failureCode}
         where organization_id = ${ctx.organization.id} and id = ${c.id}`,
  );
}

const cardColumns = sql`id, token, state, card, expiry_month, expiry_year`;

/** Opens the storing of a card, once. */
export async function openCard(ctx: Ctx, { id, token }: Pick<KeptCard, 'id' | 'token'>): Promise<void> {
  await run(
    ctx,
    sql`/* sandbox.open_card */ insert into sandbox_cards (organization_id, id, token, state, created_at)
        values (${ctx.organization.id}, ${id}, ${token}, 'open', ${ctx.now}) on conflict (organization_id, id) do nothing`,
  );
}

/** A card by our id, or by the token of its page; ours until the database transaction ends. */
export async function lockCard(ctx: Ctx, by: { id: Id } | { token: string }): Promise<KeptCard | null> {
  const which = 'id' in by ? sql`id = ${by.id}` : sql`token = ${by.token}`;
  return row<KeptCard>(
    ctx,
    sql`/* sandbox.lock_card */ select ${cardColumns} from sandbox_cards
         where organization_id = ${ctx.organization.id} and ${which} for no key update`,
  );
}

export async function saveCard(ctx: Ctx, c: KeptCard): Promise<void> {
  await run(
    ctx,
    sql`/* sandbox.save_card */ update sandbox_cards
           set state = ${c.state}, card = ${c.card}, expiry_month = ${c.expiryMonth}, expiry_year = ${c.expiryYear}
         where organization_id = ${ctx.organization.id} and id = ${c.id}`,
  );
}

/** Has the webhook told of it, at these instants. */
export async function addNotices(ctx: Ctx, payload: string, dueAt: Date[]): Promise<void> {
  for (const at of dueAt) {
    await run(
      ctx,
      sql`/* sandbox.add_notice */ insert into sandbox_notices (organization_id, id, provider_id, payload, due_at)
          select ${ctx.organization.id}, ${newId(ctx)}, id, ${payload}, ${at}::timestamptz from payment_providers
           where organization_id = ${ctx.organization.id} and kind = 'sandbox' and archived_at is null`,
    );
  }
}

/** What was to be told of disputes by now, the newest first. */
export async function listDisputed(ctx: Ctx, limit: number): Promise<string[]> {
  const told = await rows<{ payload: string }>(
    ctx,
    sql`/* sandbox.list_disputed */ select payload from sandbox_notices
         where organization_id = ${ctx.organization.id} and due_at <= ${ctx.now} and payload like '%"disputed":"pay\_%'
         order by due_at desc, id desc limit ${limit}`,
  );
  return told.map(({ payload }) => payload);
}

/** Notices that are due, marked as sent: a process that dies right then has lost them, as networks do. */
export async function takeNotices(ctx: Ctx, limit: number): Promise<{ providerId: Id; payload: string }[]> {
  return rows(
    ctx,
    sql`/* sandbox.take_notices */ with due as (
          select id as due_id from sandbox_notices where organization_id = ${ctx.organization.id} and sent_at is null and due_at <= ${ctx.now}
           order by due_at, id limit ${limit} for no key update skip locked)
        update sandbox_notices set sent_at = ${ctx.now}::timestamptz from due
         where organization_id = ${ctx.organization.id} and id = due.due_id returning provider_id, payload`,
  );
}
