import { uuids } from '../kit/arrays.ts';
import type { Ctx } from '../kit/ctx.ts';
import { join, row, rows, run, type Sql, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { Attachment, Letter, LetterState } from './model.ts';

type About = { aboutType: string | null; aboutId: Id | null };
export type Kept = { text: string | null; html: string | null; sealed: Buffer | null };

const columns = sql`id, company_id, kind, about_type, about_id, recipient, recipient_name, subject, language, secret, until, state,
  attempts, next_attempt_at, created_at, settled_at, last_answer`;

function whole<T extends About>({ aboutType, aboutId, ...row }: T) {
  return { ...row, about: aboutType && aboutId ? { type: aboutType, id: aboutId } : null };
}

/** False when there is a letter with this key already. */
export async function insertLetter(
  ctx: Ctx,
  letter: Omit<Letter, 'state' | 'attempts' | 'settledAt' | 'lastAnswer'> & Kept & { key: string | null },
): Promise<boolean> {
  const l = letter;
  const inserted = await run(
    ctx,
    sql`/* mail.insert */ insert into letters
          (organization_id, id, company_id, kind, key, about_type, about_id, recipient, recipient_name, subject, language, text, html,
           sealed, secret, until, next_attempt_at, created_at)
        values (${ctx.organization.id}, ${l.id}, ${l.companyId}, ${l.kind}, ${l.key}, ${l.about?.type ?? null},
                ${l.about?.id ?? null}, ${l.recipient}, ${l.recipientName}, ${l.subject}, ${l.language}, ${l.text}, ${l.html},
                ${l.sealed}, ${l.secret}, ${l.until}, ${l.nextAttemptAt}, ${l.createdAt})
        on conflict (organization_id, key) where key is not null do nothing`,
  );
  return inserted === 1;
}

export async function insertAttachment(ctx: Ctx, letterId: Id, position: number, a: Attachment): Promise<void> {
  await run(
    ctx,
    sql`/* mail.attach */ insert into letter_attachments (organization_id, letter_id, position, name, content_type, content)
        values (${ctx.organization.id}, ${letterId}, ${position}, ${a.name}, ${a.contentType}, ${a.content})`,
  );
}

export async function findIdOfKey(ctx: Ctx, key: string): Promise<Id | null> {
  const found = await row<{ id: Id }>(
    ctx,
    sql`/* mail.by_key */ select id from letters where organization_id = ${ctx.organization.id} and key = ${key}`,
  );
  return found?.id ?? null;
}

/** Takes due letters by pushing their next attempt to `until`, and counts the attempt: a sender that dies loses nothing. */
export async function claimLetters(ctx: Ctx, limit: number, until: Date): Promise<(Letter & Kept)[]> {
  const claimed = await rows<Omit<Letter, 'about'> & About & Kept>(
    ctx,
    sql`/* mail.claim */ with due as (
          select id from letters
           where organization_id = ${ctx.organization.id} and state = 'waiting' and next_attempt_at <= ${ctx.now}
           order by next_attempt_at, id limit ${limit} for no key update skip locked)
        update letters l set attempts = least(l.attempts + 1, 100), next_attempt_at = ${until}::timestamptz
          from due where l.organization_id = ${ctx.organization.id} and l.id = due.id
        returning l.id, l.company_id, l.kind, l.about_type, l.about_id, l.recipient, l.recipient_name, l.subject, l.language, l.secret,
                  l.until, l.state, l.attempts, l.next_attempt_at, l.created_at, l.settled_at, l.last_answer, l.text, l.html, l.sealed`,
  );
  return claimed.map(whole);
}

/** Puts due letters aside, because there is no server to send them by. Returns how many. */
export async function holdDue(ctx: Ctx, answer: string, limit: number): Promise<number> {
  return run(
    ctx,
    sql`/* mail.hold */ update letters set state = 'held', settled_at = ${ctx.now}, last_answer = ${answer}
         where organization_id = ${ctx.organization.id} and id in (
           select id from letters
            where organization_id = ${ctx.organization.id} and state = 'waiting' and next_attempt_at <= ${ctx.now}
            order by next_attempt_at, id limit ${limit} for no key update skip locked)`,
  );
}

/** Writes what came of a try, where the letter still waits for this very one. What a secret letter said goes once it is sent. */
export async function recordTry(
  ctx: Ctx,
  t: Pick<Letter, 'id' | 'attempts' | 'state' | 'nextAttemptAt'> & { answer: string },
): Promise<boolean> {
  const written = await run(
    ctx,
    sql`/* mail.record */ update letters
           set state = ${t.state}, next_attempt_at = ${t.nextAttemptAt}, last_answer = ${t.answer},
               settled_at = ${t.state === 'waiting' ? null : ctx.now},
               sealed = case when ${t.state === 'sent'} then null else sealed end
         where organization_id = ${ctx.organization.id} and id = ${t.id} and state = 'waiting' and attempts = ${t.attempts}`,
  );
  return written === 1;
}

export type LetterFilter = {
  ids?: Id[];
  state?: LetterState;
  kind?: string;
  aboutId?: Id;
  search?: string;
};

/** Newest first. */
export async function listLetters(
  ctx: Ctx,
  filter: LetterFilter,
  page: { after?: Id; limit: number },
): Promise<Letter[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (filter.ids) conditions.push(sql`id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.state) conditions.push(sql`state = ${filter.state}`);
  if (filter.kind) conditions.push(sql`kind = ${filter.kind}`);
  if (filter.aboutId) conditions.push(sql`about_id = ${filter.aboutId}`);
  if (filter.search) conditions.push(sql`words like part_of(${filter.search})`);
  if (page.after) conditions.push(sql`id < ${page.after}`);
  const found = await rows<Omit<Letter, 'about'> & About>(
    ctx,
    sql`/* mail.list */ select ${columns} from letters where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
  return found.map(whole);
}

export async function findText(ctx: Ctx, id: Id): Promise<Kept> {
  const found = await row<Kept>(
    ctx,
    sql`/* mail.find_text */ select text, html, sealed from letters where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
  return found ?? { text: null, html: null, sealed: null };
}

export async function listAttachments(ctx: Ctx, letterId: Id): Promise<Attachment[]> {
  return rows<Attachment>(
    ctx,
    sql`/* mail.attachments */ select name, content_type, content from letter_attachments
         where organization_id = ${ctx.organization.id} and letter_id = ${letterId} order by position limit 10`,
  );
}

export type Enclosed = { name: string; contentType: string; bytes: bigint };

/** What goes with a letter, without its bytes. */
export async function listEnclosed(ctx: Ctx, letterId: Id): Promise<Enclosed[]> {
  return rows<Enclosed>(
    ctx,
    sql`/* mail.enclosed */ select name, content_type, octet_length(content)::bigint as bytes from letter_attachments
         where organization_id = ${ctx.organization.id} and letter_id = ${letterId} order by position limit 10`,
  );
}

/** Has these sent, from the first pause on. Says which: one that waits is under way, and an erased text is gone. */
export async function sendAgain(ctx: Ctx, ids: Id[]): Promise<Set<Id>> {
  const found = await rows<{ id: Id }>(
    ctx,
    sql`/* mail.again */ update letters
           set state = 'waiting', attempts = 0, next_attempt_at = ${ctx.now}, settled_at = null
         where organization_id = ${ctx.organization.id} and id = any(${uuids(ids)}::uuid[]) and state <> 'waiting'
           and (not secret or sealed is not null) and (until is null or until > ${ctx.now}) returning id`,
  );
  return new Set(found.map((row) => row.id));
}

/** Erases what letters said that are of no use any more and could sign somebody in. */
export async function eraseStale(ctx: Ctx, limit: number): Promise<number> {
  return run(
    ctx,
    sql`/* mail.erase */ update letters set sealed = null where organization_id = ${ctx.organization.id} and id in (
          select id from letters where organization_id = ${ctx.organization.id} and sealed is not null and until < ${ctx.now}
           order by until limit ${limit})`,
  );
}

/** Forgets what was settled before an instant, some at a time. Returns how many went. */
export async function forgetSettled(ctx: Ctx, before: Date, limit: number): Promise<number> {
  return run(
    ctx,
    sql`/* mail.forget */ delete from letters where organization_id = ${ctx.organization.id} and id in (
          select id from letters where organization_id = ${ctx.organization.id} and settled_at < ${before}
           order by settled_at limit ${limit})`,
  );
}
