import { texts, uuids } from '../kit/arrays.ts';
import type { Ctx } from '../kit/ctx.ts';
import { join, row, rows, run, type Sql, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { Delivery, NewDelivery, Standing, Try } from './model.ts';

/** A delivery without what was sent: a page of them would be megabytes. */
export type Listed = Omit<Delivery, 'body'>;

type About = { aboutType: string | null; aboutId: Id | null };

const columns = sql`id, company_id, kind, about_type, about_id, signing, method, url, content_type, state, attempts,
  next_attempt_at, created_at, settled_at, last_status, last_answer`;

function whole<T extends About>({ aboutType, aboutId, ...row }: T) {
  return { ...row, about: aboutType && aboutId ? { type: aboutType, id: aboutId } : null };
}

export async function insertDeliveries(ctx: Ctx, deliveries: (NewDelivery & { id: Id })[]): Promise<void> {
  const of = <T>(field: (delivery: NewDelivery & { id: Id }) => T) => deliveries.map(field);
  await run(
    ctx,
    sql`/* deliveries.insert */ insert into deliveries
          (organization_id, id, company_id, kind, about_type, about_id, signing, method, url, content_type, body, next_attempt_at, created_at)
        select ${ctx.organization.id}, u.*, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz
          from unnest(${uuids(of((d) => d.id))}::uuid[], ${uuids(of((d) => d.companyId))}::uuid[], ${texts(of((d) => d.kind))}::text[],
                      ${texts(of((d) => d.about?.type ?? null))}::text[], ${uuids(of((d) => d.about?.id ?? null))}::uuid[],
                      ${texts(of((d) => d.signing))}::text[], ${texts(of((d) => d.method))}::text[], ${texts(of((d) => d.url))}::text[],
                      ${texts(of((d) => d.contentType))}::text[], ${texts(of((d) => d.body))}::text[]) as u`,
  );
}

/** Takes due deliveries by pushing their next attempt to `until`, and counts the attempt: a sender that dies loses nothing. */
export async function claimDeliveries(ctx: Ctx, limit: number, until: Date): Promise<Delivery[]> {
  const claimed = await rows<Omit<Delivery, 'about'> & About>(
    ctx,
    sql`/* deliveries.claim */ with due as (
          select id from deliveries
           where organization_id = ${ctx.organization.id} and state = 'waiting' and next_attempt_at <= ${ctx.now}
           order by next_attempt_at, id limit ${limit} for no key update skip locked)
        update deliveries d set attempts = least(d.attempts + 1, 100), next_attempt_at = ${until}::timestamptz
          from due where d.organization_id = ${ctx.organization.id} and d.id = due.id
        returning d.id, d.company_id, d.kind, d.about_type, d.about_id, d.signing, d.method, d.url, d.content_type, d.body, d.state,
                  d.attempts, d.next_attempt_at, d.created_at, d.settled_at, d.last_status, d.last_answer`,
  );
  return claimed.map(whole);
}

export type Tried = Try & { id: Id; attemptId: Id; at: Date; attempts: number } & Pick<
    Delivery,
    'state' | 'nextAttemptAt'
  >;

/** Writes what came of a try: the log, and the delivery where it still waits for this very try. */
export async function recordTry(ctx: Ctx, t: Tried): Promise<void> {
  await run(
    ctx,
    sql`/* deliveries.log_try */ insert into delivery_attempts (organization_id, id, delivery_id, at, took_ms, status, answer)
        values (${ctx.organization.id}, ${t.attemptId}, ${t.id}, ${t.at}, ${t.tookMs}, ${t.status}, ${t.answer})`,
  );
  await run(
    ctx,
    sql`/* deliveries.record */ update deliveries
           set state = ${t.state}, next_attempt_at = ${t.nextAttemptAt}, last_status = ${t.status}, last_answer = ${t.answer},
               settled_at = ${t.state === 'waiting' ? null : ctx.now}
         where organization_id = ${ctx.organization.id} and id = ${t.id} and state = 'waiting' and attempts = ${t.attempts}`,
  );
}

export type DeliveryFilter = {
  ids?: Id[];
  companyId?: Id;
  state?: Delivery['state'];
  kind?: Delivery['kind'];
  aboutId?: Id;
  search?: string;
};

/** Newest first. */
export async function listDeliveries(
  ctx: Ctx,
  filter: DeliveryFilter,
  page: { after?: Id; limit: number },
): Promise<Listed[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (filter.ids) conditions.push(sql`id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.companyId) conditions.push(sql`company_id = ${filter.companyId}`);
  if (filter.state) conditions.push(sql`state = ${filter.state}`);
  if (filter.kind) conditions.push(sql`kind = ${filter.kind}`);
  if (filter.aboutId) conditions.push(sql`about_id = ${filter.aboutId}`);
  if (filter.search) conditions.push(sql`strpos(lower(url), lower(${filter.search})) > 0`);
  if (page.after) conditions.push(sql`id < ${page.after}`);
  const found = await rows<Omit<Listed, 'about'> & About>(
    ctx,
    sql`/* deliveries.list */ select ${columns} from deliveries where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
  return found.map(whole);
}

/** What was sent, or is to be. */
export async function findBody(ctx: Ctx, id: Id): Promise<string | null> {
  const found = await row<{ body: string | null }>(
    ctx,
    sql`/* deliveries.find_body */ select body from deliveries where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
  return found?.body ?? null;
}

/** How deliveries stand, without what was sent. */
export async function findStandings(ctx: Ctx, ids: Id[]): Promise<Standing[]> {
  return rows<Standing>(
    ctx,
    sql`/* deliveries.find_standings */ select id, state, attempts, last_status, last_answer is not null as tried from deliveries
         where organization_id = ${ctx.organization.id} and id = any(${uuids(ids)}::uuid[])`,
  );
}

export type LoggedTry = { id: Id; at: Date; tookMs: number; status: number | null; answer: string };

/** The last tries of a delivery, the newest first. */
export async function listTries(ctx: Ctx, deliveryId: Id, limit: number): Promise<LoggedTry[]> {
  return rows<LoggedTry>(
    ctx,
    sql`/* deliveries.list_tries */ select id, at, took_ms, status, answer from delivery_attempts
         where organization_id = ${ctx.organization.id} and delivery_id = ${deliveryId} order by id desc limit ${limit}`,
  );
}

/** Has these sent once more, from the first pause on. Says which: one that waits is under way already. */
export async function sendAgain(ctx: Ctx, ids: Id[]): Promise<Set<Id>> {
  const found = await rows<{ id: Id }>(
    ctx,
    sql`/* deliveries.again */ update deliveries
           set state = 'waiting', attempts = 0, next_attempt_at = ${ctx.now}, settled_at = null
         where organization_id = ${ctx.organization.id} and id = any(${uuids(ids)}::uuid[]) and state <> 'waiting' returning id`,
  );
  return new Set(found.map((row) => row.id));
}

/** Forgets what was settled before an instant, some at a time. Returns how many went. */
export async function forgetSettled(ctx: Ctx, before: Date, limit: number): Promise<number> {
  return run(
    ctx,
    sql`/* deliveries.forget */ delete from deliveries where organization_id = ${ctx.organization.id} and id in (
          select id from deliveries where organization_id = ${ctx.organization.id} and settled_at < ${before}
           order by settled_at limit ${limit})`,
  );
}
