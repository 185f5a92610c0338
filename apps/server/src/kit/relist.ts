import { uuids } from './arrays.ts';
import { assert } from './assert.ts';
import type { Ctx } from './ctx.ts';
import { lastly, run, sql } from './db.ts';
import type { Id } from './ids.ts';

/** Lines touched by the open database transactions, by their list of last statements. */
const touched = new WeakMap<object, Set<Id>>();

/**
 * Says that what lists and counts know of these lines may be old: their account, fleet, plan, lifecycle, carrier link,
 * outstanding operation or blocks. Every statement that writes one of these says so. It costs one statement per
 * database transaction, before its events are numbered, however often and by however many rooms it is said: the
 * listings of all touched lines are rewritten from the truth (migration 0011).
 */
export function relist(ctx: Ctx, lineIds: Iterable<Id>): void {
  assert(ctx.beforeCommit, 'a change of lines needs a database transaction');
  let lines = touched.get(ctx.beforeCommit);
  if (!lines) {
    lines = new Set();
    touched.set(ctx.beforeCommit, lines);
    lastly(ctx, 'listings', write);
  }
  for (const id of lineIds) lines.add(id);
}

async function write(ctx: Ctx): Promise<void> {
  const lines = [...touched.get(ctx.beforeCommit!)!];
  touched.delete(ctx.beforeCommit!);
  if (lines.length === 0) return;
  await run(ctx, sql`/* inventory.relist */ select relist_sims(${ctx.organization.id}, ${uuids(lines)}::uuid[])`);
}
