import { texts, uuidBytes } from './arrays.ts';
import type { Ctx } from './ctx.ts';
import { run, sql } from './db.ts';
import { newIds } from './ids.ts';

export type Change = { field: string; old: unknown; new: unknown };
export type AuditEntry = {
  /** The permission-like name of what was done: `sim.updated`, `fleet.created`. */
  action: string;
  objectType: string;
  objectId: string;
  changes?: Change[];
};

/** Writes who did what, from where, with old and new values, in the same database transaction as the change itself. */
export async function audit(ctx: Ctx, entries: AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await run(
    ctx,
    sql`/* audit.write */ insert into audit_log
          (organization_id, id, action, object_type, object_id, changes, at, actor, actor_name, from_address, request_id)
        select ${ctx.organization.id}, u.id, u.action, u.object_type, u.object_id, u.changes::jsonb, ${ctx.now}::timestamptz, ${`${ctx.actor.kind}:${ctx.actor.id}`}, ${ctx.actor.name},
               ${ctx.actor.address ?? null}, ${ctx.requestId ?? null}
          from unnest(${uuidBytes(newIds(ctx, entries.length))}::uuid[], ${texts(entries.map((e) => e.action))}::text[],
                      ${texts(entries.map((e) => e.objectType))}::text[], ${texts(entries.map((e) => e.objectId))}::text[],
                      ${texts(entries.map((e) => JSON.stringify(e.changes ?? [], bigintAsText)))}::text[])
               as u(id, action, object_type, object_id, changes)`,
  );
}

/** The fields that differ between two versions of a row. */
export function changesBetween<T extends object>(old: T, now: Partial<T>): Change[] {
  return (Object.keys(now) as (keyof T & string)[])
    .filter((field) => now[field] !== undefined && !same(old[field], now[field]))
    .map((field) => ({ field, old: old[field], new: now[field] }));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, bigintAsText) === JSON.stringify(b, bigintAsText);
}

export function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
