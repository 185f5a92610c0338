import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { Timestamp } from '../kit/http/schemas.ts';
import { type Id, newId } from '../kit/ids.ts';
import { Refusal } from '../kit/refusal.ts';
import * as usage from '../usage/index.ts';
import { lineFields, lineOf, quantityFields, quantityOf } from './bodies.ts';
import type { RecordIntake } from './charger.ts';
import { notStored } from './intake.ts';
import { type LineName, lineName } from './memory.ts';
import { dayIn } from './model/restating.ts';
import type { Restatement, RestatementOutcome } from './restatements.ts';

/** Most totals of one call. */
export const restatementsBound = 1_000;

/** How old a day may be, in days: usage older than 93 is billed nowhere any more. */
const oldestDay = 92;
const dayMs = 86_400_000;

export const Day = z
  .string()
  .refine(isDay, { error: 'a date, like 2026-03-29' })
  .meta({ format: 'date', example: '2026-03-29' });

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch {
    return false;
  }
}

/** A day's total as a caller writes it. */
export const RestatementBody = z.strictObject({
  ...lineFields,
  day: Day,
  ...quantityFields,
  toldAt: Timestamp.optional().meta({ description: 'When the carrier made the total; now, unless told otherwise.' }),
});

export type RestatementResult = { index: number } & (
  | RestatementOutcome
  | { outcome: 'accepted'; lineId: Id }
  | { outcome: 'rejected'; code: string; field?: string; message: string; retry: boolean }
);

type Given = { sourceId: Id; zone: string };

/** Takes totals of days in and says of each what became of it. All of it may be sent again: equal totals book nothing. */
export async function takeInRestatements(
  ctx: Ctx,
  charger: RecordIntake,
  { source, zone }: { source: string; zone: string },
  bodies: unknown[],
): Promise<RestatementResult[]> {
  const sources = await atomically(ctx, (ctx) => usage.openSources(ctx, [{ id: newId(ctx), name: source }]));
  const given = { sourceId: sources.get(source)!, zone };
  const read = await findNamed(
    ctx,
    bodies.map((body) => readRestatement(ctx, given, body)),
  );
  return Promise.all(
    read.map(async (restatement, index): Promise<RestatementResult> => {
      if (restatement instanceof Refusal) return { index, ...rejectedAs(restatement) };
      try {
        const receipt = await charger.receiveRestatement(ctx.organization.id, restatement);
        if (receipt.outcome === 'accepted') return { index, outcome: 'accepted', lineId: restatement.lineId };
        return receipt.outcome === 'unknown_line' ? { index, ...rejectedAs(unknownLine()) } : { index, ...receipt };
      } catch (error) {
        return { index, outcome: 'rejected', ...notStored(error) };
      }
    }),
  );
}

function rejectedAs({ code, message, details }: Refusal) {
  return { outcome: 'rejected' as const, code, message, retry: false, ...(details.field && { field: details.field }) };
}

/** Reads one total; a refusal names the field and the form that would do. */
export function readRestatement(ctx: Ctx, { sourceId, zone }: Given, body: unknown): Restatement | Refusal {
  const read = RestatementBody.safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    const field = issue!.path.join('.') || (issue!.code === 'unrecognized_keys' ? issue!.keys[0] : undefined);
    return new Refusal('invalid', 'usage_restatement.invalid', issue!.message, { field });
  }
  const { day, toldAt = ctx.now, sim, iccid, imsi, telecom, ...said } = read.data;
  const line = lineOf('usage_restatement', { sim, iccid, imsi, telecom });
  if (line instanceof Refusal) return line;
  const quantity = quantityOf('usage_restatement', said);
  if (quantity instanceof Refusal) return quantity;
  const { endsAt } = dayIn(day, zone);
  if (endsAt > ctx.now) return refuseDay('day_not_over', `The day is not over yet in ${zone}.`);
  if (endsAt.getTime() < ctx.now.getTime() - oldestDay * dayMs) {
    return refuseDay('day_too_old', `A day that ended more than ${oldestDay} days ago is billed nowhere any more.`);
  }
  return { id: newId(ctx), sourceId, line, day, zone, ...quantity, toldAt, receivedAt: ctx.now };
}

function refuseDay(code: string, message: string): Refusal {
  return new Refusal('invalid', `usage_restatement.${code}`, message, { field: 'day' });
}

function unknownLine(): Refusal {
  return new Refusal('invalid', 'usage_restatement.unknown_line', 'No SIM in stock has this name.', { field: 'sim' });
}

type Named = Restatement & { lineId: Id };

/**
 * Finds the line of each, which is then called as its own usage calls it, so that the same writer has both. A day that
 * is there twice is refused the second time: nobody could say which total holds.
 */
export async function findNamed(ctx: Ctx, read: (Restatement | Refusal)[]): Promise<(Named | Refusal)[]> {
  const names = read.flatMap((one) => (one instanceof Refusal ? [] : one.line));
  const sims = await reading(ctx, (ctx) =>
    inventory.findChargedSims(ctx, {
      imsis: names.filter((name) => 'imsi' in name),
      iccids: names.flatMap((name) => ('iccid' in name ? name.iccid : [])),
      ids: names.flatMap((name) => ('simId' in name ? name.simId : [])),
    }),
  );
  const byName = new Map<string, { lineId: Id; line: LineName }>();
  for (const { id, iccid, telecomId, imsi } of sims) {
    const found = { lineId: id, line: imsi ? { telecomId, imsi } : { simId: id } };
    const all: LineName[] = [{ simId: id }, { iccid }, ...(imsi ? [{ telecomId, imsi }] : [])];
    for (const name of all) byName.set(lineName(ctx.organization.id, name), found);
  }
  const seen = new Set<string>();
  return read.map((one) => {
    if (one instanceof Refusal) return one;
    const found = byName.get(lineName(ctx.organization.id, one.line));
    if (!found) return unknownLine();
    const key = [found.lineId, one.day, one.service].join(' ');
    if (seen.has(key)) return refuseDay('twice', 'This day of the line and service is there twice.');
    seen.add(key);
    return { ...one, ...found };
  });
}
