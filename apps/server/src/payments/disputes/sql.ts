import type { Ctx } from '../../kit/ctx.ts';
import { join, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Dispute, DisputeState } from './model.ts';

const columns = sql`id, payment_id, company_id, provider_id, reference, currency, amount_micros, fee_micros, reason, posted, state, funds,
  evidence_due_at, opened_at, settled_at`;

export async function insertDispute(ctx: Ctx, d: Dispute): Promise<void> {
  await run(
    ctx,
    sql`/* disputes.insert */ insert into payment_disputes (organization_id, ${columns})
        values (${ctx.organization.id}, ${d.id}, ${d.paymentId}, ${d.companyId}, ${d.providerId}, ${d.reference}, ${d.currency},
                ${d.amountMicros}, ${d.feeMicros}, ${d.reason}, ${d.posted}, ${d.state}, ${d.funds}, ${d.evidenceDueAt}, ${d.openedAt},
                ${d.settledAt})`,
  );
}

/** Writes what a dispute has become: everything of it that changes. */
export async function saveDispute(ctx: Ctx, d: Dispute): Promise<void> {
  await run(
    ctx,
    sql`/* disputes.save */ update payment_disputes
           set posted = ${d.posted}, state = ${d.state}, funds = ${d.funds}, fee_micros = ${d.feeMicros}, evidence_due_at = ${d.evidenceDueAt}, settled_at = ${d.settledAt}
         where organization_id = ${ctx.organization.id} and id = ${d.id}`,
  );
}

/** The dispute that its provider calls so, ours until the database transaction ends. Its payment is locked before it. */
export async function lockDispute(ctx: Ctx, providerId: Id, reference: string): Promise<Dispute | null> {
  return row<Dispute>(
    ctx,
    sql`/* disputes.lock */ select ${columns} from payment_disputes
         where organization_id = ${ctx.organization.id} and provider_id = ${providerId} and reference = ${reference} for no key update`,
  );
}

export type DisputeFilter = { ids?: Id[]; paymentId?: Id; companyId?: Id; state?: DisputeState; posted?: boolean };

/** Disputes that the caller may see, newest first. */
export async function listDisputes(
  ctx: Ctx,
  filter: DisputeFilter,
  page: { after?: Id; limit: number },
): Promise<Dispute[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  const { scope } = ctx.actor;
  if (scope.kind === 'company') conditions.push(sql`company_id = ${scope.companyId}`);
  if (filter.ids) conditions.push(sql`id = any(${filter.ids}::uuid[])`);
  if (filter.paymentId) conditions.push(sql`payment_id = ${filter.paymentId}`);
  if (filter.companyId) conditions.push(sql`company_id = ${filter.companyId}`);
  if (filter.state) conditions.push(sql`state = ${filter.state}`);
  if (filter.posted !== undefined) conditions.push(sql`posted = ${filter.posted}`);
  if (page.after) conditions.push(sql`id < ${page.after}`);
  return rows<Dispute>(
    ctx,
    sql`/* disputes.list */ select ${columns} from payment_disputes where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
}

/** What happens when a payment is disputed: `tell` unless somebody has decided otherwise. */
export async function findOnDispute(ctx: Ctx): Promise<'tell' | 'block'> {
  const found = await row<{ onDispute: 'tell' | 'block' }>(
    ctx,
    sql`/* disputes.find_setting */ select on_dispute from payment_settings where organization_id = ${ctx.organization.id}`,
  );
  return found?.onDispute ?? 'tell';
}

export async function saveOnDispute(ctx: Ctx, onDispute: 'tell' | 'block'): Promise<void> {
  await run(
    ctx,
    sql`/* disputes.save_setting */ insert into payment_settings (organization_id, on_dispute, set_at, set_by)
        values (${ctx.organization.id}, ${onDispute}, ${ctx.now}, ${ctx.actor.name})
        on conflict (organization_id) do update
           set on_dispute = excluded.on_dispute, set_at = excluded.set_at, set_by = excluded.set_by`,
  );
}
