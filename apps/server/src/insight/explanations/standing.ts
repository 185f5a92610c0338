import type { Micros } from '@simwright/measure';
import type { Ctx } from '../../kit/ctx.ts';
import { timeOfId } from '../../kit/ids.ts';
import * as usage from '../../usage/index.ts';

/** Totals of a period: all of its bytes, and the quantities of components with a price of their own. */
export type Standing = { bytes: bigint; components: Readonly<Record<string, bigint>> | null };

/** How usage counts in a period, and what totals of it cost. */
export type Counting = {
  /** The component of usage; null: it adds to the bytes alone. */
  place: (service: usage.UsedBy['service'], plmn: string) => string | null;
  price: (standing: Standing) => Micros;
};

/** Records of one instant: a batch of the largest size, some times over. */
const mostTied = 50_000;

/**
 * The totals of a period, or of a pool's month, right before a record and right after it, in the order in which records were
 * booked: by batch, and by place in it. Worked out backwards from the totals that are stored, so that records which have been
 * archived meanwhile are not missed.
 *
 * Batches of one and the same millisecond have no order of their own; they are put into one in which their charges are what
 * was booked.
 */
export async function standingAround(
  ctx: Ctx,
  record: usage.StoredRecord,
  of: usage.RecordsOf,
  stored: Standing,
  counting: Counting,
): Promise<{ before: Standing; after: Standing }> {
  const at = timeOfId(record.batchId);
  let end = stored;
  for (const later of await usage.sumBookedAfter(ctx, of, at)) end = plus(end, counting, later, -1n);
  const tied = (await usage.listBookedAt(ctx, of, at, mostTied)).map((one) => ({
    ...one,
    bytes: one.bytesUp + one.bytesDown,
  }));
  let start = end;
  for (const one of tied) start = plus(start, counting, one, -1n);
  const waiting = [...Map.groupBy(tied, (one) => one.batchId).values()];
  let before = start;
  while (waiting.length > 0) {
    const next = Math.max(
      0,
      waiting.findIndex((batch) => isBookedFrom(before, batch, counting)),
    );
    for (const one of waiting.splice(next, 1)[0]!) {
      const after = plus(before, counting, one, 1n);
      if (isSame(one, record)) return { before, after };
      before = after;
    }
  }
  throw new Error('the record was found, so it is among those of its instant');
}

type Booked = Pick<usage.StoredRecord, 'service' | 'plmn' | 'units' | 'chargeMicros'> & { bytes: bigint };

function isBookedFrom(start: Standing, batch: readonly Booked[], counting: Counting): boolean {
  let before = start;
  for (const one of batch) {
    const after = plus(before, counting, one, 1n);
    if (counting.price(after) - counting.price(before) !== one.chargeMicros) return false;
    before = after;
  }
  return true;
}

function isSame(one: usage.StoredRecord, other: usage.StoredRecord): boolean {
  return one.batchId === other.batchId && one.position === other.position;
}

function plus(
  standing: Standing,
  { place }: Counting,
  used: Pick<usage.UsedBy, 'service' | 'plmn' | 'bytes' | 'units'>,
  sign: bigint,
): Standing {
  const component = place(used.service, used.plmn);
  const bytes = standing.bytes + sign * used.bytes;
  if (component === null || component === 'data') return { bytes, components: standing.components };
  const quantity = sign * (used.service === 'data' ? used.bytes : used.units);
  return {
    bytes,
    components: { ...standing.components, [component]: (standing.components?.[component] ?? 0n) + quantity },
  };
}
