import { bigints, uuids } from './arrays.ts';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from './ctx.ts';
import { atomically, isConnectionLoss, isRetryable, row, rows, run, sql } from './db.ts';
import type { Id } from './ids.ts';
import type { LivePokes } from './live.ts';
import { keepMissed } from './missed.ts';
import { emit } from './outbox.ts';

/** An event that has its place in the organization's order. */
export type PlacedEvent = {
  id: Id;
  name: string;
  subjectType: string;
  subjectId: Id;
  sequence: bigint;
  data: Record<string, unknown>;
  at: Date;
  depth: number;
  position: bigint;
};

/** What one event makes happen elsewhere, in the database transaction it is given; it must do no network call. */
export type React = (ctx: Ctx, event: PlacedEvent) => Promise<void>;

/** Places events, then hands each to `react` once, in order. Returns how many it placed. */
export type Relay = (runtime: Runtime, organization: Organization) => Promise<number>;

const maxPlaced = 1_000;
/** Units of work of placing in one turn; each is a thousand events, or a sheet. */
const maxPlacings = 8;
const maxReactions = 1_000;
/** Events in one database transaction while all goes well. */
const chunk = 50;
const maxAttempts = 5;
const firstPauseMs = 200;

/** Name of the event that says that a reaction was given up. It has no reactions itself. */
export const reactionFailed = 'reaction.failed';

type Trouble = { position: bigint; attempts: number; notBefore: number };

/**
 * The relay between the outbox and everybody who follows it. Run it often for each organization; several processes may,
 * because the row of the organization's positions is locked while one works.
 *
 * A reaction's effects and the note that it happened commit together, so it happens exactly once. One that fails is
 * tried five times over some seconds, keeping the events behind it waiting and in order; then it is kept (`missed.ts`), logged,
 * and reported as `reaction.failed`, and the others go on.
 */
export function openRelay(options: { react: React; live: LivePokes | null }): Relay {
  const troubles = new Map<Id, Trouble>();
  return async (runtime, organization) => {
    const ctx = contextFor(runtime, organization, systemActor('relay'));
    let placed = 0;
    for (let turn = 0; turn < maxPlacings; turn++) {
      const now = await atomically(ctx, place);
      placed += now;
      if (now < maxPlaced) break;
    }
    if (placed > 0) options.live?.poke(organization.id, 'events');
    await react(ctx, options.react, troubles);
    return placed;
  };
}

/** Gives positions to events that have none. Only committed events are seen, so a reader never steps over one. */
async function place(ctx: Ctx): Promise<number> {
  const last = await lockPositions(ctx);
  if (!last) return 0;
  // Sheets first: an event that has no place yet may belong behind one, and is looked at only when no sheet is left.
  const sheet = await firstSheet(ctx);
  if (sheet !== null) return placeSheet(ctx, last.lastPosition, sheet);
  // With the batch come the earlier events of its subjects, in case a slower unit of work gave them later ids.
  const events = await rows<{ id: Id; subjectId: Id; sequence: bigint }>(
    ctx,
    sql`/* relay.unplaced */ with picked as (
          select subject_id, sequence from events
           where organization_id = ${ctx.organization.id} and position is null
             and not exists (select from event_sheets where organization_id = ${ctx.organization.id})
           order by id limit ${maxPlaced}
        )
        select e.id, e.subject_id, e.sequence from events e
          join (select subject_id, max(sequence) as upto from picked group by subject_id) p
            on p.subject_id = e.subject_id and e.sequence <= p.upto
         where e.organization_id = ${ctx.organization.id} and e.position is null order by e.id`,
  );
  await placeRows(ctx, last.lastPosition, events);
  await moveOn(ctx, events.length);
  return events.length;
}

async function firstSheet(ctx: Ctx): Promise<bigint | null> {
  const found = await row<{ number: bigint }>(
    ctx,
    sql`/* relay.first_sheet */ select number from event_sheets where organization_id = ${ctx.organization.id} order by number limit 1`,
  );
  return found?.number ?? null;
}

/** Turns a sheet into placed events, after the earlier ones of its subjects that have no place yet. */
async function placeSheet(ctx: Ctx, last: bigint, sheet: bigint): Promise<number> {
  const earlier = await rows<{ id: Id; subjectId: Id; sequence: bigint }>(
    ctx,
    sql`/* relay.before_sheet */ select e.id, e.subject_id, e.sequence from events e
          join (select u.subject_id, min(u.sequence) as first
                  from event_sheets s cross join lateral unnest(s.subject_ids, s.sequences) as u(subject_id, sequence)
                 where s.organization_id = ${ctx.organization.id} and s.number = ${sheet} group by u.subject_id) f
            on f.subject_id = e.subject_id and e.sequence < f.first
         where e.organization_id = ${ctx.organization.id} and e.position is null order by e.id`,
  );
  await placeRows(ctx, last, earlier);
  const written = await run(
    ctx,
    sql`/* relay.place_sheet */ with taken as (
          delete from event_sheets where organization_id = ${ctx.organization.id} and number = ${sheet} returning *
        )
        insert into events (organization_id, id, name, subject_type, subject_id, sequence, data, at, cause, depth, position)
        select t.organization_id, u.id, u.name, u.subject_type, u.subject_id, u.sequence, u.data::jsonb, u.at, u.cause, u.depth,
               ${last + BigInt(earlier.length)}::bigint + u.place
          from taken t cross join lateral
               unnest(t.ids, t.names, t.subject_types, t.subject_ids, t.sequences, t.data, t.ats, t.causes, t.depths) with ordinality
               as u(id, name, subject_type, subject_id, sequence, data, at, cause, depth, place)`,
  );
  await moveOn(ctx, earlier.length + written);
  return earlier.length + written;
}

async function placeRows(ctx: Ctx, last: bigint, events: { id: Id; subjectId: Id; sequence: bigint }[]): Promise<void> {
  if (events.length === 0) return;
  const ordered = inOrderOfSubjects(events);
  await run(
    ctx,
    sql`/* relay.place */ update events e set position = u.position
          from unnest(${uuids(ordered.map((event) => event.id))}::uuid[],
                      ${bigints(ordered.map((_, i) => last + BigInt(i + 1)))}::bigint[]) as u (id, position)
         where e.organization_id = ${ctx.organization.id} and e.id = u.id`,
  );
}

async function moveOn(ctx: Ctx, placed: number): Promise<void> {
  if (placed === 0) return;
  await run(
    ctx,
    sql`/* relay.placed */ update event_positions set last_position = last_position + ${placed}
         where organization_id = ${ctx.organization.id}`,
  );
}

/** Ids are in order of time to the millisecond; events of one subject go by their own sequence. */
export function inOrderOfSubjects<T extends { subjectId: Id; sequence: bigint }>(events: T[]): T[] {
  const bySubject = new Map<Id, T[]>();
  for (const event of events) {
    const list = bySubject.get(event.subjectId);
    if (list) list.push(event);
    else bySubject.set(event.subjectId, [event]);
  }
  for (const list of bySubject.values()) list.sort((a, b) => (a.sequence > b.sequence ? -1 : 1));
  return events.map((event) => bySubject.get(event.subjectId)!.pop()!);
}

/** The organization's positions, ours until the database transaction ends; null while another relay has them. */
async function lockPositions(ctx: Ctx): Promise<{ lastPosition: bigint; reactedPosition: bigint } | null> {
  const lock = () =>
    row<{ lastPosition: bigint; reactedPosition: bigint }>(
      ctx,
      sql`/* relay.lock */ select last_position, reacted_position from event_positions
           where organization_id = ${ctx.organization.id} for update skip locked`,
    );
  const known = await lock();
  if (known) return known;
  const inserted = await run(
    ctx,
    sql`/* relay.begin */ insert into event_positions (organization_id) values (${ctx.organization.id})
        on conflict do nothing`,
  );
  return inserted === 1 ? lock() : null;
}

async function react(ctx: Ctx, reaction: React, troubles: Map<Id, Trouble>): Promise<void> {
  const { id } = ctx.organization;
  for (let done = 0; done < maxReactions; ) {
    const trouble = troubles.get(id);
    if (trouble && performance.now() < trouble.notBefore) return;
    // After a failure the events go one by one, so that only the guilty one is held against.
    const size = trouble ? 1 : chunk;
    const outcome = await reactTo(ctx, reaction, size);
    if (outcome.failed) {
      const attempts = size > 1 ? 0 : (trouble?.attempts ?? 0) + 1;
      if (attempts >= maxAttempts) {
        await giveUp(ctx, outcome.failed.event, outcome.failed.error);
        troubles.delete(id);
        done += 1;
      } else {
        const pause = attempts === 0 ? 0 : firstPauseMs * 2 ** (attempts - 1);
        const { position } = outcome.failed.event;
        troubles.set(id, { position, attempts, notBefore: performance.now() + pause });
        ctx.log.warn({ err: outcome.failed.error, event: outcome.failed.event.name, attempts }, 'a reaction failed');
      }
      continue;
    }
    if (outcome.reacted === 0) return;
    done += outcome.reacted;
    if (trouble && outcome.lastPosition >= trouble.position) troubles.delete(id);
    if (outcome.reacted < size) return;
  }
}

type ReactOutcome = {
  reacted: number;
  lastPosition: bigint;
  failed?: { event: PlacedEvent; error: unknown };
};

async function reactTo(ctx: Ctx, reaction: React, size: number): Promise<ReactOutcome> {
  let current: PlacedEvent | null = null;
  try {
    return await atomically(ctx, async (ctx) => {
      const positions = await lockPositions(ctx);
      if (!positions) return { reacted: 0, lastPosition: 0n };
      const events = await listPlaced(ctx, positions.reactedPosition, size);
      for (const event of events) {
        current = event;
        if (event.name === reactionFailed) continue;
        await reaction({ ...ctx, cause: { eventId: event.id, depth: event.depth } }, event);
      }
      const lastPosition = events.at(-1)?.position ?? positions.reactedPosition;
      if (events.length > 0) await markReacted(ctx, lastPosition);
      return { reacted: events.length, lastPosition };
    });
  } catch (error) {
    // The server's trouble, or nobody's: not the reaction's fault.
    if (!current || isConnectionLoss(error) || isRetryable(error)) throw error;
    return { reacted: 0, lastPosition: 0n, failed: { event: current, error } };
  }
}

async function giveUp(ctx: Ctx, event: PlacedEvent, error: unknown): Promise<void> {
  ctx.log.error({ err: error, event: event.name, eventId: event.id, position: event.position }, 'reaction given up');
  await atomically(ctx, async (ctx) => {
    const positions = await lockPositions(ctx);
    if (!positions || positions.reactedPosition >= event.position) return;
    await markReacted(ctx, event.position);
    await keepMissed(ctx, event, error);
    await emit(ctx, [
      {
        name: reactionFailed,
        subject: { type: event.subjectType, id: event.subjectId },
        data: { event: event.name, position: event.position.toString() },
      },
    ]);
  });
}

/** Whether every event of the organization has its place, and has set off what it does. */
export async function isRelayQuiet(ctx: Ctx): Promise<boolean> {
  const found = await row<{ quiet: boolean }>(
    ctx,
    sql`/* relay.is_quiet */ select not exists (select from event_sheets where organization_id = ${ctx.organization.id})
               and not exists (select from events where organization_id = ${ctx.organization.id} and position is null)
               and coalesce((select reacted_position = last_position from event_positions
                              where organization_id = ${ctx.organization.id}), true) as quiet`,
  );
  return found!.quiet;
}

async function markReacted(ctx: Ctx, position: bigint): Promise<void> {
  await run(
    ctx,
    sql`/* relay.reacted */ update event_positions set reacted_position = ${position}
         where organization_id = ${ctx.organization.id}`,
  );
}

/** Placed events after a position, in order. */
export function listPlaced(ctx: Ctx, after: bigint, limit: number): Promise<PlacedEvent[]> {
  return rows(
    ctx,
    sql`/* relay.list */ select id, name, subject_type, subject_id, sequence, data, at, depth, position from events
         where organization_id = ${ctx.organization.id} and position > ${after} order by position limit ${limit}`,
  );
}
