import { bigints, instants, ints, texts, uuidBytes, uuids } from './arrays.ts';
import { assert } from './assert.ts';
import type { Ctx } from './ctx.ts';
import { lastly, rows, run, type Sql, sql } from './db.ts';
import { type Id, newIds } from './ids.ts';

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

type Waiting = NewEvent & { cause: Id | null; depth: number; at: Date; inSheet: boolean; sequence: bigint };

/** Events of the open database transactions that are not written yet. */
const waiting = new WeakMap<object, Waiting[]>();

/**
 * Puts events into the outbox, in the caller's database transaction: an event exists if and only if its change
 * committed. They are written together as its last statements, so that numbering a subject's events locks its row
 * after everything else and for as short as can be.
 *
 * `inSheet`: as one row, which the relay turns into events; for a thousand at a time that nobody has to find before they
 * have their place. Their data must be text that jsonb takes: nothing that came from outside.
 */
export async function emit(ctx: Ctx, events: NewEvent[], inSheet = false): Promise<void> {
  if (events.length === 0) return;
  assert(ctx.beforeCommit, 'an event needs a database transaction');
  const depth = (ctx.cause?.depth ?? -1) + 1;
  assert(depth <= maxDepth, `a chain of events deeper than ${maxDepth} (${events[0]!.name})`);
  let list = waiting.get(ctx.beforeCommit);
  if (!list) {
    list = [];
    waiting.set(ctx.beforeCommit, list);
    lastly(ctx, 'events', write);
  }
  for (const event of events) {
    const { name, subject, data, at = ctx.now } = event;
    list.push({ name, subject, data, at, cause: ctx.cause?.eventId ?? null, depth, inSheet, sequence: 0n });
  }
}

/** Each subject numbers its own events without a gap, so a receiver can put them in order. */
async function write(ctx: Ctx): Promise<void> {
  const events = waiting.get(ctx.beforeCommit!)!;
  // Whoever has something to tell after this tells it in another round.
  waiting.delete(ctx.beforeCommit!);
  const counts = new Map<Id, number>();
  for (const { subject } of events) counts.set(subject.id, (counts.get(subject.id) ?? 0) + 1);
  const subjects = [...counts.keys()].sort();
  const numbered = await rows<{ subjectId: Id; lastSequence: bigint }>(
    ctx,
    sql`/* outbox.number */ insert into event_sequences as s (organization_id, subject_id, last_sequence)
        select ${ctx.organization.id}, u.*
          from unnest(${uuids(subjects)}::uuid[], ${bigints(subjects.map((id) => BigInt(counts.get(id)!)))}::bigint[]) as u
        on conflict (organization_id, subject_id) do update set last_sequence = s.last_sequence + excluded.last_sequence
        returning subject_id, last_sequence`,
  );
  const last = new Map(numbered.map((n) => [n.subjectId, n.lastSequence - BigInt(counts.get(n.subjectId)!)]));
  for (const event of events) {
    event.sequence = last.get(event.subject.id)! + 1n;
    last.set(event.subject.id, event.sequence);
  }
  // All events of a subject stand in the one or the other, in their order.
  const sheet = new Set(events.flatMap((event) => (event.inSheet ? event.subject.id : [])));
  const inSheet = events.filter((event) => sheet.has(event.subject.id));
  const inRows = events.filter((event) => !sheet.has(event.subject.id));
  if (inSheet.length > 0) {
    await run(
      ctx,
      sql`/* outbox.sheet */ insert into event_sheets
            (organization_id, ids, names, subject_types, subject_ids, sequences, data, ats, causes, depths)
          values (${ctx.organization.id}, ${columns(ctx, inSheet)})`,
    );
  }
  if (inRows.length > 0) {
    await run(
      ctx,
      sql`/* outbox.emit */ insert into events
            (organization_id, id, name, subject_type, subject_id, sequence, data, at, cause, depth)
          select ${ctx.organization.id}, u.id, u.name, u.subject_type, u.subject_id, u.sequence, u.data::jsonb, u.at, u.cause, u.depth
            from unnest(${columns(ctx, inRows)})
                 as u(id, name, subject_type, subject_id, sequence, data, at, cause, depth)`,
    );
  }
}

function columns(ctx: Ctx, events: Waiting[]): Sql {
  return sql`${uuidBytes(newIds(ctx, events.length))}::uuid[], ${texts(events.map((e) => e.name))}::text[],
             ${texts(events.map((e) => e.subject.type))}::text[], ${uuids(events.map((e) => e.subject.id))}::uuid[],
             ${bigints(events.map((e) => e.sequence))}::bigint[], ${texts(events.map((e) => JSON.stringify(e.data)))}::text[],
             ${instants(events.map((e) => e.at))}::timestamptz[], ${uuids(events.map((e) => e.cause))}::uuid[],
             ${ints(events.map((e) => e.depth))}::int[]`;
}
