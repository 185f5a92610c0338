import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { Timestamp } from '../kit/http/schemas.ts';
import { type Id, newId } from '../kit/ids.ts';
import { Refusal } from '../kit/refusal.ts';
import * as usage from '../usage/index.ts';
import { lineFields, lineOf, quantityFields, quantityOf } from './bodies.ts';
import type { RecordIntake } from './charger.ts';
import { Overloaded, type Receipt } from './queue.ts';
import type { ReceivedRecord } from './records.ts';

/** Most records of one call. */
export const recordsBound = 10_000;

/** A usage record as a caller writes it. Its line is named in one of three ways. */
export const RecordBody = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: "The record's own id at its source. The same id is charged once." }),
  ...lineFields,
  occurredAt: Timestamp,
  ...quantityFields,
  plmn: z
    .string()
    .regex(/^\d{5,6}$/, { error: 'MCC and MNC: 5 or 6 digits' })
    .optional(),
});

export type RecordResult = { index: number; id: string } & (
  | { outcome: 'charged' | 'repeated'; lineId: Id | null; periodId: Id | null; reason?: usage.UnratedReason }
  | { outcome: 'unrated'; reason: usage.UnratedReason }
  | { outcome: 'accepted' }
  | { outcome: 'conflict' | 'rejected'; code: string; field?: string; message: string; retry: boolean }
);

/** How long an answer waits for the process that charges, before it says `accepted`. */
const acceptedWaitMs = 5_000;
const acceptedLookMs = 50;

/**
 * Takes usage records in and says of each what became of it. One that is wrong does not stop the others: it is refused,
 * kept, and can be listed. All of it may be sent again at any time.
 */
export async function takeInRecords(
  ctx: Ctx,
  charger: RecordIntake,
  sourceName: string,
  bodies: unknown[],
): Promise<RecordResult[]> {
  const sources = await atomically(ctx, (ctx) => usage.openSources(ctx, [{ id: newId(ctx), name: sourceName }]));
  const sourceId = sources.get(sourceName)!;
  const results: (RecordResult | null)[] = bodies.map(() => null);
  const refused: usage.NewRejection[] = [];
  const refuse = (index: number, record: ReceivedRecord | null, refusal: Refusal) => {
    const { code, message, details } = refusal;
    const id = record?.claim.recordId ?? readId(bodies[index]);
    results[index] = {
      index,
      id,
      outcome: code === 'usage_record.id_used' ? 'conflict' : 'rejected',
      code,
      message,
      retry: false,
      ...(details.field && { field: details.field }),
    };
    const body = JSON.stringify(bodies[index]) ?? '';
    refused.push({
      sourceId,
      recordId: id,
      code,
      field: details.field ?? null,
      message,
      body: body.slice(0, usage.rejectedBodyBound),
      bodyHash: digestOf(body),
    });
  };

  const read: { index: number; record: ReceivedRecord }[] = [];
  for (const [index, body] of bodies.entries()) {
    const record = readRecord(ctx, sourceId, body);
    if (record instanceof Refusal) refuse(index, null, record);
    else read.push({ index, record });
  }
  // Another process will charge some: which of them it knows already must be seen before it sees these.
  const claims = read.map((one) => one.record.claim);
  const known = charger.holdsAll() ? [] : await reading(ctx, (ctx) => usage.findClaims(ctx, claims));
  const before = new Set(known.map((claim) => claim.recordId));
  const sent: { index: number; record: ReceivedRecord; receipt: Promise<Receipt> }[] = read.map((one) => ({
    ...one,
    receipt: charger.receiveRecord(ctx.organization.id, one.record),
  }));
  const settled = await Promise.allSettled(sent.map((one) => one.receipt));
  const waiting: typeof sent = [];
  for (const [i, one] of sent.entries()) {
    const result = settled[i]!;
    const { index, record } = one;
    if (result.status === 'rejected') {
      results[index] = { index, id: record.claim.recordId, outcome: 'rejected', ...notStored(result.reason) };
    } else if (result.value.outcome === 'conflict') refuse(index, record, idUsed());
    else if (result.value.outcome === 'accepted') waiting.push(one);
    else results[index] = tell(index, record, result.value);
  }
  const found = await awaitClaims(
    ctx,
    waiting.map((one) => one.record),
  );
  for (const { index, record } of waiting) {
    const claim = found.get(record.claim.recordId);
    if (!claim) results[index] = { index, id: record.claim.recordId, outcome: 'accepted' };
    else if (!claim.bodyHash.equals(record.claim.bodyHash)) refuse(index, record, idUsed());
    else results[index] = tell(index, record, { ...claim, repeat: before.has(record.claim.recordId) });
  }
  if (refused.length > 0) await atomically(ctx, (ctx) => usage.insertRejections(ctx, refused));
  return results.map((result) => result!);
}

/** What an answer could not wait for is looked up until the holder of its shard has taken it, or time is up. */
async function awaitClaims(ctx: Ctx, records: ReceivedRecord[]): Promise<Map<string, usage.KeptClaim>> {
  const found = new Map<string, usage.KeptClaim>();
  const until = performance.now() + acceptedWaitMs;
  let missing = records;
  while (missing.length > 0 && performance.now() < until) {
    const claims = missing.map((record) => record.claim);
    for (const claim of await reading(ctx, (ctx) => usage.findClaims(ctx, claims))) found.set(claim.recordId, claim);
    missing = missing.filter((record) => !found.has(record.claim.recordId));
    if (missing.length > 0) await new Promise((resolve) => setTimeout(resolve, acceptedLookMs));
  }
  return found;
}

function tell(index: number, record: ReceivedRecord, receipt: usage.ClaimOutcome & { repeat: boolean }): RecordResult {
  const id = record.claim.recordId;
  const charged = receipt.outcome === 'charged' ? receipt : null;
  const at = { lineId: charged?.lineId ?? null, periodId: charged?.periodId ?? null };
  if (receipt.outcome === 'unrated') {
    if (receipt.repeat) return { index, id, outcome: 'repeated', ...at, reason: receipt.reason };
    return { index, id, outcome: 'unrated', reason: receipt.reason };
  }
  return { index, id, outcome: receipt.repeat ? 'repeated' : 'charged', ...at };
}

/** Why something that was handed in is not stored, and that it may be sent again. */
export function notStored(error: unknown) {
  return error instanceof Overloaded
    ? { code: 'usage.busy', message: 'Too much usage waits already. Send this record again.', retry: true }
    : { code: 'usage.not_stored', message: 'The record was not stored. Send it again.', retry: true };
}

function idUsed(): Refusal {
  return new Refusal('conflict', 'usage_record.id_used', 'This id was sent before with another body.', { field: 'id' });
}

/** Reads one record; a refusal names the field and the form that would do. */
function readRecord(ctx: Ctx, sourceId: Id, body: unknown): ReceivedRecord | Refusal {
  const read = RecordBody.safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    const field = issue!.path.join('.') || (issue!.code === 'unrecognized_keys' ? issue!.keys[0] : undefined);
    return new Refusal('invalid', 'usage_record.invalid', issue!.message, { field });
  }
  const { id, occurredAt, plmn = '', ...said } = read.data;
  const line = lineOf('usage_record', said);
  if (line instanceof Refusal) return line;
  const { service, messages, seconds, bytesUp: up, bytesDown: down } = said;
  const quantity = quantityOf('usage_record', { service, bytesUp: up, bytesDown: down, messages, seconds });
  if (quantity instanceof Refusal) return quantity;
  const { bytesUp, bytesDown, units } = quantity;
  // What data is known by was settled before there were other services.
  const used = service === 'data' ? [bytesUp, bytesDown] : [service, units];
  const bodyHash = digestOf([JSON.stringify(line), occurredAt.getTime(), ...used, plmn].map(String).join('\n'));
  return {
    claim: { sourceId, recordId: id, bodyHash },
    line,
    ...quantity,
    plmn,
    occurredAt,
    receivedAt: ctx.now,
  };
}

function readId(body: unknown): string {
  const id = (body as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id.slice(0, 200) : '';
}

function digestOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
