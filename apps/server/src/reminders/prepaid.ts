import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import * as periods from '../periods/index.ts';
import { taxDay } from '../tax/index.ts';
import { ownersOf } from '../tenancy/index.ts';
import { prepaidDays } from './model.ts';
import { termsOf } from './settings.ts';
import * as store from './sql/mailings.ts';
import * as marks from './sql/marks.ts';

/** Periods looked at in one database transaction. */
const atOnce = 2_000;
const day = 86_400_000;

/**
 * Tells holders of prepaid SIMs ten and five days before what they have lapses: those whose end has come so near since the last look. A plan that
 * is not longer than that tells nobody at its beginning. Several SIMs of one holder are one letter. Returns how many periods it looked at.
 */
export async function lookAtPrepaid(ctx: Ctx): Promise<number> {
  let looked = 0;
  // The nearer first: who is told of five days is not told of ten as well.
  for (const days of [...prepaidDays].sort((a, b) => a - b)) {
    looked += await atomically(ctx, (ctx) => lookAhead(ctx, days));
  }
  return looked;
}

async function lookAhead(ctx: Ctx, days: number): Promise<number> {
  const until = new Date(ctx.now.getTime() + days * day);
  const mark = await marks.lockMark(ctx, days, ctx.now);
  if (mark.endsAt >= until) return 0;
  const nearer = Math.max(0, ...prepaidDays.filter((other) => other < days));
  const { seen, last } = await periods.listLapsing(ctx, mark, until, atOnce);
  // At the end of what is so near: whatever comes later has not been seen.
  await marks.saveMark(ctx, days, seen < atOnce || !last ? { endsAt: until, id: last?.id ?? mark.id } : last);
  const near = new Date(ctx.now.getTime() + nearer * day);
  const told = last
    ? last.lapsing.filter((one) => one.endsAt > near && one.validityDays > days && one.endUserId !== null)
    : [];
  await tell(ctx, days, told);
  return seen;
}

async function tell(ctx: Ctx, days: number, lapsing: periods.Lapsing[]): Promise<void> {
  if (lapsing.length === 0) return;
  const companies = await ownersOf(ctx, [...new Set(lapsing.map(({ companyId }) => companyId!))]);
  const terms = await termsOf(ctx, [...companies.values()]);
  const wanted = lapsing.filter(({ companyId }) => terms.get(companyId!)?.prepaid);
  for (const [endUserId, own] of Map.groupBy(wanted, (one) => one.endUserId!)) {
    await write(ctx, days, endUserId, own);
  }
}

async function write(ctx: Ctx, days: number, ownerId: Id, lines: periods.Lapsing[]): Promise<void> {
  const id = newId(ctx);
  const items = lines.map(({ lineId, endsAt }) => ({
    ...{ mailingId: id, subjectId: lineId, mark: markOf(endsAt, days), stepDays: -days, leftMicros: null },
  }));
  const fresh = [];
  for (const item of items) if (!(await store.wasSaid(ctx, 'prepaid', item.subjectId, item.mark))) fresh.push(item);
  if (fresh.length === 0) return;
  await store.insertMailing(ctx, {
    ...{ id, kind: 'prepaid', companyId: lines[0]!.companyId, ownerId, day: taxDay(ctx, ctx.now), state: 'waiting' },
    ...{ reason: null, letterId: null, feeId: null, attempts: 0, nextAttemptAt: ctx.now, createdAt: ctx.now },
    ...{ settledAt: null, madeBy: ctx.actor.name },
  });
  await store.insertItems(ctx, 'prepaid', fresh);
}

/** A refill moves the end, and so it is told of anew. */
export function markOf(endsAt: Date, days: number): string {
  return `${endsAt.toISOString()} ${days}`;
}
