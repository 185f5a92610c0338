import { formatAmount } from '@simwright/measure';
import type * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import { bigints, instants, texts, uuids } from '../kit/arrays.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, nothing, reading, rows, run, sql } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { type Refusal, refuse } from '../kit/refusal.ts';
import { billedLines } from './lines.ts';
import { anchorAt, openPeriod } from './model/calendar.ts';
import { openActive } from './model/opening.ts';
import { anchorZone, mergeChanges, type Period, type PlannedLine, periodLength } from './model/period.ts';
import { savePeriodChanges } from './save.ts';
import { catchUp, type Outcome } from './service.ts';
import * as store from './sql.ts';

export type NewRefill = { lineId: Id; optionId: string; note?: string };

/** A refill of a prepaid line: data added, validity restarted. */
export type Refill = {
  id: Id;
  lineId: Id;
  periodId: Id;
  planVersionId: Id;
  optionId: string;
  amountBytes: bigint;
  priceMicros: bigint;
  currency: string;
  /** null: it counts from the first usage. */
  validUntil: Date | null;
  at: Date;
  grantedBy: string;
  note: string;
};

/**
 * Grants refills: each adds its data and restarts the validity of its line at so many days from now. A line that waits for its
 * first usage collects what it gets; one whose period has expired begins the next. What was used beyond the balance before is
 * taken from it. Blocks of the balance and of validity are lifted where there is something to use. No money moves here.
 *
 * An outcome for each, in the order given; several of one line are done one after the other.
 */
export async function grantRefills(ctx: Ctx, wanted: NewRefill[]): Promise<(Outcome & { refill: Refill | null })[]> {
  return atomically(ctx, async (ctx) => {
    const outcomes: (Outcome & { refill: Refill | null })[] = [];
    // One of each line at a time: the second counts on from the first.
    for (let rest = [...wanted.entries()]; rest.length > 0; ) {
      const seen = new Set<Id>();
      const turn = rest.filter(([, { lineId }]) => !seen.has(lineId) && seen.add(lineId));
      rest = rest.filter((one) => !turn.includes(one));
      const done = await grantOnce(
        ctx,
        turn.map(([, refill]) => refill),
      );
      for (const [n, [place]] of turn.entries()) outcomes[place] = done[n]!;
    }
    return outcomes;
  });
}

async function grantOnce(ctx: Ctx, wanted: NewRefill[]): Promise<(Outcome & { refill: Refill | null })[]> {
  const ids = wanted.map((refill) => refill.lineId);
  await catchUp(ctx, ids);
  const sims = new Map((await inventory.lockSims(ctx, ids)).map((sim) => [sim.id, sim]));
  const lines = await billedLines(ctx, [...sims.values()]);
  const open = new Map((await store.listOpenPeriods(ctx, ids, true)).map((period) => [period.lineId, period]));
  const last = new Map((await store.listLatestPeriods(ctx, ids)).map((period) => [period.lineId, period]));
  const decided = wanted.map(({ lineId, optionId, note = '' }) => {
    const sim = sims.get(lineId);
    const line = lines.get(lineId);
    const refusal = !sim || !line ? refuse.notFound('sim') : refuseRefill(sim, line.version, optionId);
    if (refusal) return { lineId, refusal, refill: null, grown: null, opened: null };
    const now = line as PlannedLine;
    const option = now.version.refills.find((refill) => refill.id === optionId)!;
    const current = open.get(lineId) ?? null;
    const span = current?.kind === 'ready' ? null : validityFrom(now, ctx.now);
    const opened = current ? null : openNext(ctx, now, last.get(lineId) ?? null, option.amountBytes);
    const refill: Refill = {
      ...{ id: newId(ctx), lineId, periodId: (current ?? opened!.open[0]).id, planVersionId: now.version.id, optionId },
      ...{ amountBytes: option.amountBytes, priceMicros: option.priceMicros, currency: now.version.currency },
      ...{ validUntil: span?.endsAt ?? null, at: ctx.now, grantedBy: ctx.actor.name, note },
    };
    const grown = current && { ...current, ...added(current, option.amountBytes, span) };
    return { lineId, refusal: null, refill, grown, opened };
  });
  await savePeriodChanges(ctx, mergeChanges(decided.flatMap((d) => d.opened ?? [])));
  await store.growPeriods(
    ctx,
    decided.flatMap((d) => d.grown ?? []),
  );
  const refills = decided.flatMap((d) => d.refill ?? []);
  await insertRefills(ctx, refills);
  await liftWhatIsRefilled(
    ctx,
    decided.flatMap((d) => d.grown ?? d.opened?.open ?? []),
  );
  await tell(ctx, refills);
  return decided.map(({ lineId, refusal, refill }) => ({ id: lineId, refusal, refill }));
}

function refuseRefill(sim: inventory.Sim, version: catalog.PlanVersion | null, optionId: string): Refusal | null {
  if (sim.lifecycle === 'archived') return refuse.conflict('sim.archived', 'An archived SIM cannot be refilled.');
  if (version?.type !== 'prepaid') {
    return refuse.conflict('refill.not_prepaid', 'Only a SIM on a prepaid plan can be refilled.');
  }
  if (version.refills.some((refill) => refill.id === optionId)) return null;
  return refuse.invalid('refill.unknown', 'The plan of this SIM has no such refill.', {
    field: 'refill',
    expected: `one of ${version.refills.map((refill) => refill.id).join(', ') || 'none: the plan has no refills'}`,
  });
}

/** So many days from now, at the same local time. */
function validityFrom(line: PlannedLine, at: Date): { startsAt: Date; endsAt: Date } {
  const anchor = anchorAt(at, anchorZone(line.version, line.zone));
  return openPeriod(periodLength(line.version), anchor, at);
}

/** Until when what a line has is valid if it is refilled now; null: its days count from the first usage on. */
export async function validAfterRefill(
  ctx: Ctx,
  sim: inventory.Sim,
  version: catalog.PlanVersion,
): Promise<Date | null> {
  return reading(ctx, async (ctx) => {
    const [current] = await store.listOpenPeriods(ctx, [sim.id], false);
    if (current?.kind === 'ready') return null;
    const line = (await billedLines(ctx, [sim], { look: true })).get(sim.id)!;
    return validityFrom({ ...line, version }, ctx.now).endsAt;
  });
}

function added(
  current: Period,
  bytes: bigint,
  span: { endsAt: Date } | null,
): Pick<Period, 'allowanceBytes' | 'endsAt'> {
  return { allowanceBytes: (current.allowanceBytes ?? 0n) + bytes, endsAt: span ? span.endsAt : current.endsAt };
}

/** The next period of a line whose last one has expired, less what was used beyond that one's balance. */
function openNext(ctx: Ctx, line: PlannedLine, last: Period | null, bytes: bigint) {
  const beyond = last?.kind === 'active' && last.allowanceBytes !== null ? last.usedBytes - last.allowanceBytes : 0n;
  const allowanceBytes = beyond > 0n ? bytes - beyond : bytes;
  const anchor = anchorAt(ctx.now, anchorZone(line.version, line.zone));
  return openActive(line, anchor, validityFrom(line, ctx.now), newId(ctx), { allowanceBytes });
}

async function liftWhatIsRefilled(ctx: Ctx, periods: Period[]): Promise<void> {
  const valid = periods.map((period) => period.lineId);
  const left = periods.filter((p) => (p.allowanceBytes ?? 0n) > p.usedBytes).map((p) => p.lineId);
  const empty = periods.filter((p) => (p.allowanceBytes ?? 0n) <= p.usedBytes);
  // A new period may begin in debt: then it is the balance that blocks, and not validity.
  await inventory.block(
    ctx,
    empty.map(({ lineId, allowanceBytes, usedBytes }) => ({
      lineId,
      reason: 'balance',
      detail: { allowanceBytes: String(allowanceBytes), usedBytes: String(usedBytes) },
    })),
  );
  await inventory.unblock(ctx, await inventory.linesBlockedBy(ctx, valid, 'validity'), 'validity');
  await inventory.unblock(ctx, await inventory.linesBlockedBy(ctx, left, 'balance'), 'balance');
}

async function insertRefills(ctx: Ctx, refills: Refill[]): Promise<void> {
  if (refills.length === 0) return;
  const of = <K extends keyof Refill>(field: K) => refills.map((refill) => refill[field]);
  await run(
    ctx,
    sql`/* periods.insert_refills */ insert into refills
          (organization_id, id, line_id, period_id, plan_version_id, option_id, amount_bytes, price_micros, currency, valid_until, at,
           granted_by, note)
        select ${ctx.organization.id}, u.*
          from unnest(${uuids(of('id'))}::uuid[], ${uuids(of('lineId'))}::uuid[], ${uuids(of('periodId'))}::uuid[],
                      ${uuids(of('planVersionId'))}::uuid[], ${texts(of('optionId'))}::text[], ${bigints(of('amountBytes'))}::bigint[],
                      ${bigints(of('priceMicros'))}::bigint[], ${texts(of('currency'))}::text[], ${instants(of('validUntil'))}::timestamptz[],
                      ${instants(of('at'))}::timestamptz[], ${texts(of('grantedBy'))}::text[], ${texts(of('note'))}::text[]) as u`,
  );
}

async function tell(ctx: Ctx, refills: Refill[]): Promise<void> {
  await emit(
    ctx,
    refills.map(({ id, lineId, optionId, amountBytes, priceMicros, currency, validUntil }) => ({
      name: 'sim.refilled',
      subject: { type: 'sim', id: lineId },
      data: {
        ...{ sim: publicId('sim', lineId), refill: publicId('refill', id), option: optionId },
        ...{ bytes: String(amountBytes), price: formatAmount(priceMicros, currency), currency },
        validUntil: validUntil?.toISOString() ?? null,
      },
    })),
  );
  await audit(
    ctx,
    refills.map(({ lineId, amountBytes }) => ({
      action: 'sim.refilled',
      objectType: 'sim',
      objectId: publicId('sim', lineId),
      changes: [{ field: 'balance', old: null, new: `+${amountBytes} bytes` }],
    })),
  );
}

/** Refills of a line, the newest first. */
export async function refillsOf(
  ctx: Ctx,
  filter: { lineId?: Id; ids?: Id[]; after?: Id; limit: number },
): Promise<Refill[]> {
  return reading(ctx, (ctx) =>
    rows<Refill>(
      ctx,
      sql`/* periods.list_refills */ select id, line_id, period_id, plan_version_id, option_id, amount_bytes, price_micros, currency,
                 valid_until, at, granted_by, note from refills
           where organization_id = ${ctx.organization.id}
             ${filter.lineId ? sql`and line_id = ${filter.lineId}` : nothing}
             ${filter.ids ? sql`and id = any(${uuids(filter.ids)}::uuid[])` : nothing}
             ${filter.after ? sql`and id < ${filter.after}::uuid` : nothing}
           order by id desc limit ${filter.limit}`,
    ),
  );
}
