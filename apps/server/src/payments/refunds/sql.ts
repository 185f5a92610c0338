import type { Micros } from '@simwright/measure';
import type { Ctx } from '../../kit/ctx.ts';
import { join, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { nextLook } from '../model.ts';
import type { Refund } from './model.ts';

const columns = sql`id, payment_id, company_id, currency, price_micros, net_micros, vat_micros, gross_micros, posted, reason, state, reference,
  failure_code, failure_message, attempts, next_attempt_at, unanswered_since, created_at, settled_at, made_by`;

export async function insertRefund(ctx: Ctx, r: Refund): Promise<void> {
  await run(
    ctx,
    sql`/* refunds.insert */ insert into payment_refunds (organization_id, ${columns})
        values (${ctx.organization.id}, ${r.id}, ${r.paymentId}, ${r.companyId}, ${r.currency}, ${r.priceMicros}, ${r.netMicros}, ${r.vatMicros},
                ${r.grossMicros}, ${r.posted}, ${r.reason}, ${r.state}, ${r.reference}, ${r.failureCode}, ${r.failureMessage}, ${r.attempts},
                ${r.nextAttemptAt}, ${r.unansweredSince}, ${r.createdAt}, ${r.settledAt}, ${r.madeBy})`,
  );
}

/** Writes what a refund has become: everything of it that changes. */
export async function saveRefund(ctx: Ctx, r: Refund): Promise<void> {
  await run(
    ctx,
    sql`/* refunds.save */ update payment_refunds
           set state = ${r.state}, reference = ${r.reference}, failure_code = ${r.failureCode}, failure_message = ${r.failureMessage},
               next_attempt_at = ${r.nextAttemptAt}, unanswered_since = ${r.unansweredSince}, settled_at = ${r.settledAt}
         where organization_id = ${ctx.organization.id} and id = ${r.id}`,
  );
}

/** Counts what is asked back of a payment; below zero when it comes to nothing. The table refuses more than was paid. */
export async function addRefunded(ctx: Ctx, paymentId: Id, grossMicros: Micros): Promise<void> {
  await run(
    ctx,
    sql`/* refunds.add_to_payment */ update payments set refunded_micros = refunded_micros + ${grossMicros}
         where organization_id = ${ctx.organization.id} and id = ${paymentId}`,
  );
}

export type RefundFilter = { ids?: Id[]; paymentId?: Id; unanswered?: true };

/** Refunds that the caller may see, newest first. */
export async function listRefunds(
  ctx: Ctx,
  filter: RefundFilter,
  page: { after?: Id; limit: number },
): Promise<Refund[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  const { scope } = ctx.actor;
  if (scope.kind === 'company') conditions.push(sql`company_id = ${scope.companyId}`);
  if (filter.ids) conditions.push(sql`id = any(${filter.ids}::uuid[])`);
  if (filter.paymentId) conditions.push(sql`payment_id = ${filter.paymentId}`);
  if (filter.unanswered) conditions.push(sql`unanswered_since is not null`);
  if (page.after) conditions.push(sql`id < ${page.after}`);
  return rows<Refund>(
    ctx,
    sql`/* refunds.list */ select ${columns} from payment_refunds where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
}

/** A refund, ours until the database transaction ends. Its payment is locked before it. */
export async function lockRefund(ctx: Ctx, id: Id): Promise<Refund | null> {
  return row<Refund>(
    ctx,
    sql`/* refunds.lock */ select ${columns} from payment_refunds where organization_id = ${ctx.organization.id} and id = ${id} for no key update`,
  );
}

/** Takes refunds of a provider's payments that are due by pushing their next attempt to `until`, and counts the attempt. */
export async function claimDue(ctx: Ctx, providerId: Id, limit: number, until: Date): Promise<Refund[]> {
  return rows<Refund>(
    ctx,
    sql`/* refunds.claim */ with due as (
          select r.id as due_id from payment_refunds r
            join payments p on p.organization_id = r.organization_id and p.id = r.payment_id
           where r.organization_id = ${ctx.organization.id} and p.provider_id = ${providerId} and r.next_attempt_at <= ${ctx.now}
           order by r.next_attempt_at, r.id limit ${limit} for no key update of r skip locked)
        update payment_refunds set attempts = least(attempts + 1, 1000), next_attempt_at = ${until}::timestamptz
          from due where organization_id = ${ctx.organization.id} and id = due.due_id
        returning ${columns}`,
  );
}

/** Nothing new: the next look comes when it is time, and not when the lease ends. */
export async function lookLater(ctx: Ctx, { id, attempts }: Refund): Promise<void> {
  await run(
    ctx,
    sql`/* refunds.look_later */ update payment_refunds set next_attempt_at = ${nextLook(attempts, ctx.now)}
         where organization_id = ${ctx.organization.id} and id = ${id} and next_attempt_at is not null`,
  );
}
