import { bigints, instants, ints, texts, uuids } from './arrays.ts';
import { assert } from './assert.ts';
import type { Ctx } from './ctx.ts';
import { rows, run, sql } from './db.ts';
import { type Id, newId } from './ids.ts';

export type NewEvent = {
  /** `noun.past`: `sim.blocked`. */
  name: string;
  subject: { type: string; id: Id };
  /** JSON of public forms only (prefixed ids, decimal strings): it leaves the house as it is. */
  data: Record<string, unknown>;
  at?: Date;
};

/** Longest chain of event → reaction → event. Deeper ones stop with a fault instead of running for ever. */
const maxDepth = 5;

type Waiting = NewEvent & { cause: Id | null; depth: number; at: Date };

/** Events of the open database transactions that are not written yet. */
const waiting = new WeakMap<object, Waiting[]>();

/**
 * Puts events into the outbox, in the caller's database transaction: an event exists if and only if its change
 * committed. They are written together as its last statements, so that numbering a subject's events locks its row
 * after everything else and for as short as can be.
 */
export async function emit(ctx: Ctx, events: NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  assert(ctx.beforeCommit, 'an event needs a database transaction');
  const depth = (ctx.cause?.depth ?? -1) + 1;
  assert(depth <= maxDepth, `a chain of events deeper than ${maxDepth} (${events[0]!.name})`);
  let list = waiting.get(ctx.beforeCommit);
  if (!list) {
    list = [];
    waiting.set(ctx.beforeCommit, list);
    ctx.beforeCommit.push(write);
  }
  for (const event of events) {
    list.push({ ...event, cause: ctx.cause?.eventId ?? null, depth, at: event.at ?? ctx.now });
  }
}

/** Each subject numbers its own events without a gap, so a receiver can put them in order. */
async function write(ctx: Ctx): Promise<void> {
  const events = waiting.get(ctx.beforeCommit!)!;
  const perSubject = Map.groupBy(events, (event) => event.subject.id);
  const subjects = [...perSubject.keys()].sort();
  const numbered = await rows<{ subjectId: Id; lastSequence: bigint }>(
    ctx,
    sql`/* outbox.number */ insert into event_sequences as s (organization_id, subject_id, last_sequence)
        select ${ctx.organization.id}, u.*
          from unnest(${uuids(subjects)}::uuid[], ${bigints(subjects.map((id) => BigInt(perSubject.get(id)!.length)))}::bigint[]) as u
        on conflict (organization_id, subject_id) do update set last_sequence = s.last_sequence + excluded.last_sequence
        returning subject_id, last_sequence`,
  );
  const next = new Map(
    numbered.map((n) => [n.subjectId, n.lastSequence - BigInt(perSubject.get(n.subjectId)!.length)]),
  );
  const sequences = events.map((event) => {
    const sequence = next.get(event.subject.id)! + 1n;
    next.set(event.subject.id, sequence);
    return sequence;
  });
  await run(
    ctx,
    sql`/* outbox.emit */ insert into events
          (organization_id, id, name, subject_type, subject_id, sequence, data, at, cause, depth)
        select ${ctx.organization.id}, u.id, u.name, u.subject_type, u.subject_id, u.sequence, u.data::jsonb, u.at, u.cause, u.depth
          from unnest(${uuids(events.map(() => newId(ctx)))}::uuid[], ${texts(events.map((e) => e.name))}::text[],
                      ${texts(events.map((e) => e.subject.type))}::text[], ${uuids(events.map((e) => e.subject.id))}::uuid[],
                      ${bigints(sequences)}::bigint[], ${texts(events.map((e) => JSON.stringify(e.data)))}::text[],
                      ${instants(events.map((e) => e.at))}::timestamptz[], ${uuids(events.map((e) => e.cause))}::uuid[],
                      ${ints(events.map((e) => e.depth))}::int[])
               as u(id, name, subject_type, subject_id, sequence, data, at, cause, depth)`,
  );
}
