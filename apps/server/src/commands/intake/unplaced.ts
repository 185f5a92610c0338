import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { Refusal } from '../../kit/refusal.ts';
import { type Incoming, readMessage } from './model.ts';
import { place } from './place.ts';
import * as store from './sql.ts';

/** What telecoms handed in and nobody could place, the newest first. */
export async function listUnplaced(
  ctx: Ctx,
  filter: store.UnplacedFilter,
  page: { after?: Id; limit: number },
): Promise<store.Unplaced[]> {
  return reading(ctx, (ctx) => store.listUnplaced(ctx, filter, page));
}

/** At most so many are placed at one asking. */
export const replayBound = 1_000;

/** Tries again to place what is open: these, or the newest of a telecom or reason. Returns how many were placed and how many were not. */
export async function replayUnplaced(
  ctx: Ctx,
  filter: Pick<store.UnplacedFilter, 'ids' | 'telecomId' | 'reason'>,
): Promise<{ placed: number; kept: number }> {
  return atomically(ctx, async (ctx) => {
    const rows = await store.listUnplaced(ctx, { ...filter, states: ['open'] }, { limit: replayBound });
    const ended = await placeRows(ctx, rows);
    await audit(
      ctx,
      ended.map((id) => ({ action: 'message.placed', objectType: 'message', objectId: publicId('message', id) })),
    );
    return { placed: ended.length, kept: rows.length - ended.length };
  });
}

/** Ends what is open without placing it. The row stays, with who decided that. Returns how many. */
export async function dismissUnplaced(ctx: Ctx, ids: Id[]): Promise<number> {
  return atomically(ctx, async (ctx) => {
    const ended = await store.settleUnplaced(
      ctx,
      ids.map((id) => ({ id, smsId: null })),
      'dismissed',
    );
    await audit(
      ctx,
      [...ended].map((id) => ({
        action: 'message.dismissed',
        objectType: 'message',
        objectId: publicId('message', id),
      })),
    );
    return ended.size;
  });
}

/**
 * Places reports that came before we had written what the carrier calls the text: by these references, which are written now. In
 * the caller's database transaction.
 */
export async function placeReports(ctx: Ctx, references: string[]): Promise<void> {
  if (references.length === 0) return;
  const filter = { about: references, kind: 'report', states: ['open'] } satisfies store.UnplacedFilter;
  await placeRows(ctx, await store.listUnplaced(ctx, filter, { limit: replayBound }));
}

/** Places rows, telecom by telecom; returns the ids of those that fit now. */
async function placeRows(ctx: Ctx, rows: store.Unplaced[]): Promise<Id[]> {
  const ended: Id[] = [];
  for (const [telecomId, own] of [...Map.groupBy(rows, (row) => row.telecomId)].sort()) {
    const read = own.flatMap((row) => {
      const incoming = readKept(row);
      return incoming ? { id: row.id, incoming } : [];
    });
    const placed = await place(
      ctx,
      telecomId,
      read.map((one) => one.incoming),
    );
    const fit = read.flatMap(({ id, incoming }) => {
      const at = placed.get(incoming.key)!;
      return 'id' in at ? { id, smsId: at.id } : [];
    });
    ended.push(...(await store.settleUnplaced(ctx, fit, 'placed')));
  }
  return ended;
}

/** Under the key that it is kept by: its own may be another's. */
function readKept({ body, key }: store.Unplaced): Incoming | null {
  try {
    const incoming = readMessage(JSON.parse(body));
    return incoming instanceof Refusal ? null : { ...incoming, key };
  } catch {
    // What cannot be read was cut; it is no JSON any more.
    return null;
  }
}
