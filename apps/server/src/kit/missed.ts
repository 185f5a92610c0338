import { audit } from './audit.ts';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from './ctx.ts';
import { atomically, isConnectionLoss, isRetryable, join, reading, row, rows, run, sql } from './db.ts';
import { type Id, publicId } from './ids.ts';
import { refuse } from './refusal.ts';
import type { PlacedEvent, React } from './relay.ts';

/**
 * waiting: it is tried again by itself. failed: all tries are used up, and somebody has to look. done: it was made up for.
 * dismissed: put aside by somebody.
 */
export const missedStates = ['waiting', 'failed', 'done', 'dismissed'] as const;
export type MissedState = (typeof missedStates)[number];

/** What an event should have set off and did not. It has the event's id. */
export type Missed = PlacedEvent & {
  state: MissedState;
  problem: string;
  reason: string | null;
  attempts: number;
  nextAttemptAt: Date | null;
  missedAt: Date;
  settledAt: Date | null;
};

/** Minutes before the next try: some three days in all. */
const pauses = [1, 5, 15, 60, 240, 720, 1440, 1440] as const;

/** Tried in one turn, each in a database transaction of its own. */
const triedAtOnce = 20;

const columns = sql`event_id as id, position, name, subject_type, subject_id, sequence, data, at, depth, state, problem, reason, attempts,
  next_attempt_at, missed_at, settled_at`;

/** Keeps an event whose reaction failed, in the caller's database transaction. */
export async function keepMissed(ctx: Ctx, event: PlacedEvent, error: unknown): Promise<void> {
  await run(
    ctx,
    sql`/* relay.keep_missed */ insert into missed_reactions (organization_id, event_id, position, name, subject_type, subject_id, sequence,
               data, at, depth, state, problem, attempts, next_attempt_at, missed_at)
        values (${ctx.organization.id}, ${event.id}, ${event.position}, ${event.name}, ${event.subjectType}, ${event.subjectId},
                ${event.sequence}, ${JSON.stringify(event.data)}, ${event.at}, ${event.depth}, 'waiting', ${wordsOf(error)}, 0,
                ${inMinutes(ctx, pauses[0])}, ${ctx.now})
        on conflict (organization_id, event_id) do nothing`,
  );
}

/**
 * Tries again what is due, each in a database transaction of its own: its effects and the note that it happened commit together. A
 * reaction looks at how things are now, so it does no harm that others have happened since. Returns how many were tried.
 */
export async function makeUpForMissed(runtime: Runtime, organization: Organization, react: React): Promise<number> {
  const ctx = contextFor(runtime, organization, systemActor('relay'));
  const due = await reading(ctx, (ctx) =>
    rows<{ id: Id }>(
      ctx,
      sql`/* relay.due_missed */ select event_id as id from missed_reactions
           where organization_id = ${ctx.organization.id} and state = 'waiting' and next_attempt_at <= ${ctx.now}
           order by next_attempt_at limit ${triedAtOnce}`,
    ),
  );
  for (const { id } of due) await tryAgain(ctx, id, react);
  return due.length;
}

async function tryAgain(ctx: Ctx, id: Id, react: React): Promise<void> {
  try {
    await atomically(ctx, async (ctx) => {
      const missed = await find(ctx, id, 'take');
      if (missed?.state !== 'waiting') return;
      await react({ ...ctx, cause: { eventId: missed.id, depth: missed.depth } }, missed);
      await settle(ctx, id, 'done', null);
    });
  } catch (error) {
    if (isConnectionLoss(error) || isRetryable(error)) throw error;
    ctx.log.warn({ err: error, eventId: id }, 'a missed reaction failed again');
    await atomically(ctx, async (ctx) => {
      const missed = await find(ctx, id, 'take');
      if (missed?.state !== 'waiting') return;
      const pause = pauses[missed.attempts + 1];
      await run(
        ctx,
        sql`/* relay.missed_again */ update missed_reactions
               set attempts = attempts + 1, problem = ${wordsOf(error)}, state = ${pause === undefined ? 'failed' : 'waiting'},
                   next_attempt_at = ${pause === undefined ? null : inMinutes(ctx, pause)}
             where organization_id = ${ctx.organization.id} and event_id = ${id}`,
      );
    });
  }
}

export type MissedFilter = { states?: MissedState[]; name?: string; search?: string };

/** Newest first. */
export async function listMissed(
  ctx: Ctx,
  { states, name, search }: MissedFilter,
  page: { before: bigint | null; limit: number },
): Promise<Missed[]> {
  const conditions = [sql`organization_id = ${ctx.organization.id}`];
  if (states) conditions.push(sql`state = any(${states}::text[])`);
  if (name) conditions.push(sql`name = ${name}`);
  if (search) conditions.push(sql`(starts_with(name, ${search}) or position(lower(${search}) in lower(problem)) > 0)`);
  if (page.before) conditions.push(sql`position < ${page.before}`);
  return reading(ctx, (ctx) =>
    rows<Missed>(
      ctx,
      sql`/* relay.list_missed */ select ${columns} from missed_reactions where ${join(conditions)}
           order by position desc limit ${page.limit}`,
    ),
  );
}

/** How many are open: at most 1,000. */
export async function countMissed(ctx: Ctx): Promise<number> {
  const found = await row<{ missed: number }>(
    ctx,
    sql`/* relay.count_missed */ select count(*)::int as missed from (
          select from missed_reactions where organization_id = ${ctx.organization.id} and state in ('waiting', 'failed')
           limit 1000) as bounded`,
  );
  return found!.missed;
}

/** Has it tried again within seconds, with all its tries before it. Refuses `missed_reaction.not_found`, `missed_reaction.settled`. */
export async function retryMissed(ctx: Ctx, id: Id): Promise<Missed> {
  return decide(ctx, id, 'missed_reaction.retried', async (ctx) => {
    await run(
      ctx,
      sql`/* relay.retry_missed */ update missed_reactions set state = 'waiting', attempts = 0, next_attempt_at = ${ctx.now}
           where organization_id = ${ctx.organization.id} and event_id = ${id}`,
    );
  });
}

/** Puts aside what is no longer wanted, with the reason. Refuses `missed_reaction.not_found`, `missed_reaction.settled`. */
export async function dismissMissed(ctx: Ctx, id: Id, reason: string): Promise<Missed> {
  return decide(ctx, id, 'missed_reaction.dismissed', (ctx) => settle(ctx, id, 'dismissed', reason));
}

async function decide(ctx: Ctx, id: Id, action: string, work: (ctx: Ctx) => Promise<void>): Promise<Missed> {
  return atomically(ctx, async (ctx) => {
    const before = await find(ctx, id, 'lock');
    if (!before) throw refuse.notFound('missed_reaction');
    if (before.settledAt) {
      throw refuse.conflict('missed_reaction.settled', 'This has been made up for, or was put aside.');
    }
    await work(ctx);
    const after = (await find(ctx, id, 'lock'))!;
    const changes = [
      { field: 'state', old: before.state, new: after.state },
      { field: 'reason', old: before.reason, new: after.reason },
    ];
    await audit(ctx, [{ action, objectType: 'event', objectId: publicId('event', id), changes }]);
    return after;
  });
}

/** Take: nothing, where somebody else has it. */
function find(ctx: Ctx, id: Id, how: 'take' | 'lock'): Promise<Missed | null> {
  return row<Missed>(
    ctx,
    sql`/* relay.find_missed */ select ${columns} from missed_reactions
         where organization_id = ${ctx.organization.id} and event_id = ${id}
           for no key update ${how === 'take' ? sql`skip locked` : sql``}`,
  );
}

async function settle(ctx: Ctx, id: Id, state: 'done' | 'dismissed', reason: string | null): Promise<void> {
  await run(
    ctx,
    sql`/* relay.settle_missed */ update missed_reactions
           set state = ${state}, reason = ${reason}, next_attempt_at = null, settled_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and event_id = ${id}`,
  );
}

function inMinutes(ctx: Ctx, minutes: number): Date {
  return new Date(ctx.now.getTime() + minutes * 60_000);
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 1000);
}
