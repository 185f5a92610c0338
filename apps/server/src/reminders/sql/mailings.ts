import type { Micros } from '@simwright/measure';
import { bigints, ints, texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { MailingKind, MailingState } from '../model.ts';

export type Mailing = {
  id: Id;
  kind: MailingKind;
  /** Whose staff may see it. */
  companyId: Id | null;
  /** Who gets it. */
  ownerId: Id;
  /** In the organization's time zone. */
  day: string;
  state: MailingState;
  /** Why it was dropped or has failed. */
  reason: string | null;
  letterId: Id | null;
  /** The invoice of what the letter costs. */
  feeId: Id | null;
  attempts: number;
  nextAttemptAt: Date | null;
  createdAt: Date;
  settledAt: Date | null;
  madeBy: string;
};

export type MailingItem = {
  mailingId: Id;
  /** An invoice, a payment, a line. */
  subjectId: Id;
  /** What tells it from others about the same: no two of a kind have it. */
  mark: string;
  stepDays: number | null;
  leftMicros: Micros | null;
};

const columns = sql`id, kind, company_id, owner_id, day, state, reason, letter_id, fee_id, attempts, next_attempt_at, created_at, settled_at, made_by`;

export async function insertMailing(ctx: Ctx, m: Mailing): Promise<void> {
  await run(
    ctx,
    sql`/* reminders.insert_mailing */ insert into mailings (organization_id, ${columns})
        values (${ctx.organization.id}, ${m.id}, ${m.kind}, ${m.companyId}, ${m.ownerId}, ${m.day}, ${m.state}, ${m.reason}, ${m.letterId},
                ${m.feeId}, ${m.attempts}, ${m.nextAttemptAt}, ${m.createdAt}, ${m.settledAt}, ${m.madeBy})`,
  );
}

/** What is new among these, as it is said once: of what was said before nothing is written. */
export async function insertItems(ctx: Ctx, kind: MailingKind, items: MailingItem[]): Promise<Set<Id>> {
  const written = await rows<{ subjectId: Id }>(
    ctx,
    sql`/* reminders.insert_items */ insert into mailing_items (organization_id, kind, mailing_id, subject_id, mark, step_days, left_micros)
        select ${ctx.organization.id}, ${kind}, u.* from unnest(${uuids(items.map((i) => i.mailingId))}::uuid[],
               ${uuids(items.map((i) => i.subjectId))}::uuid[], ${texts(items.map((i) => i.mark))}::text[],
               ${ints(items.map((i) => i.stepDays))}::int[], ${bigints(items.map((i) => i.leftMicros))}::bigint[]) as u
        on conflict do nothing returning subject_id`,
  );
  return new Set(written.map(({ subjectId }) => subjectId));
}

export type Said = { subjectId: Id; days: number; day: string };

/** The last step that each of these invoices has had, and its day. */
export async function lastSteps(ctx: Ctx, invoiceIds: Id[]): Promise<Map<Id, Said>> {
  const found = await rows<Said>(
    ctx,
    sql`/* reminders.last_steps */ select distinct on (i.subject_id) i.subject_id, i.step_days as days, m.day
          from mailing_items i join mailings m on m.organization_id = i.organization_id and m.id = i.mailing_id
         where i.organization_id = ${ctx.organization.id} and i.subject_id = any(${uuids(invoiceIds)}::uuid[]) and i.kind in ('overdue', 'ended')
         order by i.subject_id, i.step_days desc`,
  );
  return new Map(found.map((one) => [one.subjectId, one]));
}

/** Whether a company has had its letter of a day. */
export async function wasLettered(ctx: Ctx, companyId: Id, day: string): Promise<boolean> {
  const found = await rows(
    ctx,
    sql`/* reminders.was_lettered */ select id from mailings
         where organization_id = ${ctx.organization.id} and company_id = ${companyId} and day = ${day} and kind = 'overdue'`,
  );
  return found.length > 0;
}

/** Which of these invoices are fees of reminders; of those in a state, where it is named. */
export async function feesAmong(ctx: Ctx, invoiceIds: Id[], state?: MailingState): Promise<Set<Id>> {
  const found = await rows<{ feeId: Id }>(
    ctx,
    sql`/* reminders.fees_among */ select fee_id from mailings
         where organization_id = ${ctx.organization.id} and fee_id = any(${uuids(invoiceIds)}::uuid[])
           and (${state ?? null}::text is null or state = ${state ?? null})`,
  );
  return new Set(found.map(({ feeId }) => feeId));
}

/** Takes what is due to be written by pushing its next attempt to `until`, and counts the attempt. */
export async function claimMailings(ctx: Ctx, limit: number, until: Date): Promise<Mailing[]> {
  return rows<Mailing>(
    ctx,
    sql`/* reminders.claim */ with due as (
          select id as due_id from mailings
           where organization_id = ${ctx.organization.id} and state = 'waiting' and next_attempt_at <= ${ctx.now}
           order by next_attempt_at, id limit ${limit} for no key update skip locked)
        update mailings set attempts = least(attempts + 1, 100), next_attempt_at = ${until}::timestamptz
          from due where organization_id = ${ctx.organization.id} and id = due.due_id
        returning ${columns}`,
  );
}

/** Writes what came of a try, where the mailing still waits for this very one. */
export async function recordTry(
  ctx: Ctx,
  m: Pick<Mailing, 'id' | 'attempts' | 'state' | 'reason' | 'letterId' | 'nextAttemptAt'>,
): Promise<boolean> {
  const written = await run(
    ctx,
    sql`/* reminders.record */ update mailings
           set state = ${m.state}, reason = ${m.reason}, letter_id = ${m.letterId}, next_attempt_at = ${m.nextAttemptAt},
               settled_at = ${m.state === 'waiting' ? null : ctx.now}
         where organization_id = ${ctx.organization.id} and id = ${m.id} and state = 'waiting' and attempts = ${m.attempts}`,
  );
  return written === 1;
}

export type MailingFilter = {
  ids?: Id[];
  companyId?: Id;
  subjectId?: Id;
  kind?: MailingKind;
  state?: MailingState;
};

/** Those the caller may see, newest first. */
export async function listMailings(
  ctx: Ctx,
  filter: MailingFilter,
  page: { after?: Id; limit: number },
): Promise<Mailing[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  const { scope } = ctx.actor;
  if (scope.kind === 'company') conditions.push(sql`company_id = ${scope.companyId}`);
  if (filter.ids) conditions.push(sql`id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.companyId) conditions.push(sql`company_id = ${filter.companyId}`);
  if (filter.kind) conditions.push(sql`kind = ${filter.kind}`);
  if (filter.state) conditions.push(sql`state = ${filter.state}`);
  if (filter.subjectId) {
    conditions.push(sql`id in (select mailing_id from mailing_items
                                where organization_id = ${ctx.organization.id} and subject_id = ${filter.subjectId})`);
  }
  if (page.after) conditions.push(sql`id < ${page.after}`);
  return rows<Mailing>(
    ctx,
    sql`/* reminders.list_mailings */ select ${columns} from mailings where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
}

/** What these mailings are about: some hundreds of invoices each at most. */
export async function listItems(ctx: Ctx, mailingIds: Id[]): Promise<MailingItem[]> {
  return rows<MailingItem>(
    ctx,
    sql`/* reminders.list_items */ select mailing_id, subject_id, mark, step_days, left_micros from mailing_items
         where organization_id = ${ctx.organization.id} and mailing_id = any(${uuids(mailingIds)}::uuid[]) order by subject_id`,
  );
}

/** Whether this was said of a thing before. */
export async function wasSaid(ctx: Ctx, kind: MailingKind, subjectId: Id, mark: string): Promise<boolean> {
  const found = await rows(
    ctx,
    sql`/* reminders.was_said */ select mailing_id from mailing_items
         where organization_id = ${ctx.organization.id} and subject_id = ${subjectId} and kind = ${kind} and mark = ${mark}`,
  );
  return found.length > 0;
}
