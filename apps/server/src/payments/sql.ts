import type { Ctx } from '../kit/ctx.ts';
import { join, nothing, row, rows, run, type Sql, sql } from '../kit/db.ts';
import { firstIdAt, type Id } from '../kit/ids.ts';
import { type Method, nextLook, type Payment, type Purpose, type State } from './model.ts';

const columns = sql`id, owner_id, owner_kind, company_id, purpose, subject_id, detail, method, provider_id, card_id, wallet_id, currency, price_micros, net_micros,
  vat_micros, gross_micros, tax_category, tax_rate_ppm, tax_reason, note, state, reference, action_url, failure_code, failure_message,
  undelivered, refunded_micros, used_micros, came_micros, attempts, next_attempt_at, created_at, settled_at, made_by`;

/** Writes a new payment. False: of this wallet or line there is a card payment whose outcome nobody knows yet. */
export async function insertPayment(ctx: Ctx, p: Payment): Promise<boolean> {
  const inserted = await run(
    ctx,
    sql`/* payments.insert */ insert into payments (organization_id, ${columns})
        values (${ctx.organization.id}, ${p.id}, ${p.ownerId}, ${p.ownerKind}, ${p.companyId}, ${p.purpose}, ${p.subjectId}, ${JSON.stringify(p.detail)},
                ${p.method}, ${p.providerId}, ${p.cardId}, ${p.walletId}, ${p.currency}, ${p.priceMicros}, ${p.netMicros}, ${p.vatMicros}, ${p.grossMicros},
                ${p.taxCategory}, ${p.taxRatePpm}, ${p.taxReason}, ${p.note}, ${p.state}, ${p.reference}, ${p.actionUrl}, ${p.failureCode},
                ${p.failureMessage}, ${p.undelivered}, ${p.refundedMicros}, ${p.usedMicros}, ${p.cameMicros}, ${p.attempts}, ${p.nextAttemptAt}, ${p.createdAt}, ${p.settledAt},
                ${p.madeBy})
        on conflict (organization_id, subject_id) where state in ('created', 'pending') and method = 'card' do nothing`,
  );
  return inserted === 1;
}

/** Whether nobody knows what became of another card payment for the same. */
export async function isOtherUnknown(ctx: Ctx, { id, subjectId }: Pick<Payment, 'id' | 'subjectId'>): Promise<boolean> {
  const found = await row(
    ctx,
    sql`/* payments.is_other_unknown */ select id from payments
         where organization_id = ${ctx.organization.id} and subject_id = ${subjectId} and id <> ${id}
           and state in ('created', 'pending') and method = 'card' limit 1`,
  );
  return found !== null;
}

/** Writes what a payment has become: everything of it that changes. */
export async function savePayment(ctx: Ctx, p: Payment): Promise<void> {
  await run(
    ctx,
    sql`/* payments.save */ update payments
           set state = ${p.state}, reference = ${p.reference}, action_url = ${p.actionUrl}, failure_code = ${p.failureCode},
               failure_message = ${p.failureMessage}, undelivered = ${p.undelivered}, came_micros = ${p.cameMicros}, next_attempt_at = ${p.nextAttemptAt},
               settled_at = ${p.settledAt}
         where organization_id = ${ctx.organization.id} and id = ${p.id}`,
  );
}

/** Writes what has become known of a payment beside its state. */
export async function saveDetail(ctx: Ctx, { id, detail }: Pick<Payment, 'id' | 'detail'>): Promise<void> {
  await run(
    ctx,
    sql`/* payments.save_detail */ update payments set detail = ${JSON.stringify(detail)}
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

/** Writes what staff have made of a payment that came to another amount: what it is for, and what it comes to. */
export async function saveSettled(ctx: Ctx, p: Payment): Promise<void> {
  await run(
    ctx,
    sql`/* payments.save_settled */ update payments
           set purpose = ${p.purpose}, subject_id = ${p.subjectId}, detail = ${JSON.stringify(p.detail)}, price_micros = ${p.priceMicros},
               net_micros = ${p.netMicros}, vat_micros = ${p.vatMicros}, gross_micros = ${p.grossMicros}
         where organization_id = ${ctx.organization.id} and id = ${p.id}`,
  );
}

export type PaymentFilter = {
  ids?: Id[];
  ownerId?: Id;
  subjectId?: Id;
  companyId?: Id;
  states?: State[];
  method?: Method;
  purpose?: Purpose;
  undelivered?: true;
  from?: Date;
  to?: Date;
};

/** Newest first. */
export async function listPayments(
  ctx: Ctx,
  filter: PaymentFilter,
  page: { after?: Id; limit: number },
): Promise<Payment[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  const { scope } = ctx.actor;
  if (scope.kind === 'company') conditions.push(sql`company_id = ${scope.companyId}`);
  if (scope.kind === 'company' && scope.endUserId) conditions.push(sql`owner_id = ${scope.endUserId}`);
  if (filter.ids) conditions.push(sql`id = any(${filter.ids}::uuid[])`);
  if (filter.ownerId) conditions.push(sql`owner_id = ${filter.ownerId}`);
  if (filter.subjectId) conditions.push(sql`subject_id = ${filter.subjectId}`);
  if (filter.companyId) conditions.push(sql`company_id = ${filter.companyId}`);
  if (filter.states) conditions.push(sql`state = any(${filter.states}::text[])`);
  if (filter.method) conditions.push(sql`method = ${filter.method}`);
  if (filter.purpose) conditions.push(sql`purpose = ${filter.purpose}`);
  // What went back whole needs nobody any more.
  if (filter.undelivered) conditions.push(sql`undelivered is not null and refunded_micros < gross_micros`);
  // An id begins with the time of its payment, so an interval is a range of them, in their order.
  if (filter.from) conditions.push(sql`id >= ${firstIdAt(filter.from)}`);
  if (filter.to) conditions.push(sql`id < ${firstIdAt(filter.to)}`);
  if (page.after) conditions.push(sql`id < ${page.after}`);
  return rows<Payment>(
    ctx,
    sql`/* payments.list */ select ${columns} from payments where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
}

/** A payment, ours until the database transaction ends. */
export async function lockPayment(ctx: Ctx, id: Id): Promise<Payment | null> {
  return row<Payment>(
    ctx,
    sql`/* payments.lock */ select ${columns} from payments where organization_id = ${ctx.organization.id} and id = ${id} for no key update`,
  );
}

/** The payment that its provider calls so, ours until the database transaction ends. */
export async function findByReference(ctx: Ctx, providerId: Id, reference: string): Promise<Payment | null> {
  return row<Payment>(
    ctx,
    sql`/* payments.find_by_reference */ select ${columns} from payments
         where organization_id = ${ctx.organization.id} and provider_id = ${providerId} and reference = ${reference}
         order by id limit 1 for no key update`,
  );
}

/** Takes payments of a provider that are due by pushing their next attempt to `until`, and counts the attempt. */
export async function claimDue(ctx: Ctx, providerId: Id, limit: number, until: Date): Promise<Payment[]> {
  return rows<Payment>(
    ctx,
    sql`/* payments.claim */ with due as (
          select id as due_id from payments
           where organization_id = ${ctx.organization.id} and provider_id = ${providerId} and next_attempt_at <= ${ctx.now}
           order by next_attempt_at, id limit ${limit} for no key update skip locked)
        update payments set attempts = least(attempts + 1, 1000), next_attempt_at = ${until}::timestamptz
          from due where organization_id = ${ctx.organization.id} and id = due.due_id
        returning ${columns}`,
  );
}

/** Nothing new: the next look comes when it is time, and not when the lease ends. */
export async function lookLater(ctx: Ctx, { id, attempts }: Payment): Promise<void> {
  await run(
    ctx,
    sql`/* payments.look_later */ update payments set next_attempt_at = ${nextLook(attempts, ctx.now)}
         where organization_id = ${ctx.organization.id} and id = ${id} and next_attempt_at is not null`,
  );
}

export type InboxRow = { id: Id; providerId: Id; payload: string };

/** Keeps what a provider told. False: it has told that before. */
export async function keepNotice(
  ctx: Ctx,
  notice: { id: Id; providerId: Id; key: string; payload: string },
): Promise<boolean> {
  const inserted = await run(
    ctx,
    sql`/* payments.keep_notice */ insert into payment_inbox (organization_id, id, provider_id, event_key, payload, received_at)
        values (${ctx.organization.id}, ${notice.id}, ${notice.providerId}, ${notice.key}, ${notice.payload}, ${ctx.now})
        on conflict (organization_id, provider_id, event_key) do nothing`,
  );
  return inserted === 1;
}

/** What waits in the inbox, the oldest first, ours until the database transaction ends. */
export async function takeNotice(ctx: Ctx): Promise<InboxRow | null> {
  return row<InboxRow>(
    ctx,
    sql`/* payments.take_notice */ select id, provider_id, payload from payment_inbox
         where organization_id = ${ctx.organization.id} and state = 'waiting' order by id limit 1 for no key update skip locked`,
  );
}

export const noticeStates = ['waiting', 'applied', 'ignored', 'unplaced', 'dismissed'] as const;
export type NoticeState = (typeof noticeStates)[number];
export type NoticeOutcome = { state: Exclude<NoticeState, 'waiting'>; reason: string; paymentId: Id | null };
export type StoredNotice = InboxRow & {
  key: string;
  state: NoticeState;
  reason: string;
  paymentId: Id | null;
  receivedAt: Date;
  appliedAt: Date | null;
};

/** Characters of a payload in a list: a page of whole ones could be fifty megabytes. */
export const payloadInList = 1000;
const noticeColumns = sql`id, provider_id, event_key as key, state, reason, payment_id, received_at, applied_at`;

/** Newest first, with the beginnings of their payloads. */
export async function listNotices(
  ctx: Ctx,
  filter: { state?: NoticeState },
  page: { after?: Id; limit: number },
): Promise<StoredNotice[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (filter.state) conditions.push(sql`state = ${filter.state}`);
  if (page.after) conditions.push(sql`id < ${page.after}`);
  return rows<StoredNotice>(
    ctx,
    sql`/* payments.list_notices */ select ${noticeColumns}, left(payload, ${payloadInList}) as payload from payment_inbox
         where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
}

/** A notice; locked, it is ours until the database transaction ends. */
export async function findNotice(ctx: Ctx, id: Id, lock: 'lock' | 'look'): Promise<StoredNotice | null> {
  return row<StoredNotice>(
    ctx,
    sql`/* payments.find_notice */ select ${noticeColumns}, payload from payment_inbox
         where organization_id = ${ctx.organization.id} and id = ${id} ${lock === 'lock' ? sql`for no key update` : nothing}`,
  );
}

export async function settleNotice(ctx: Ctx, id: Id, outcome: NoticeOutcome): Promise<void> {
  await run(
    ctx,
    sql`/* payments.settle_notice */ update payment_inbox
           set state = ${outcome.state}, reason = ${outcome.reason}, payment_id = ${outcome.paymentId}, applied_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}
