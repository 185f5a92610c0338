import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Stream } from '../kit/http/sse.ts';
import { type Id, type IdKind, prefixes, publicId, toHex } from '../kit/ids.ts';
import type { LiveFeed } from '../kit/live.ts';
import type { PlacedEvent } from '../kit/relay.ts';
import { lastPosition, listEvents } from './sql/log.ts';

/** Which of these lines the caller may see; the composition gives it, because tenancy knows no lines. */
export type VisibleLines = (ctx: Ctx, lineIds: Id[]) => Promise<Id[]>;

const batch = 200;
/** Batches read for one poke; the next poke goes on. */
const maxBatches = 25;
/** The feed looks every few seconds; at most this often the caller's right to look is asked for again. */
const recheckMs = 1_500;

/** Follows the organization's events from a position on, until the reader leaves or loses the right to look. */
export async function followEvents(
  ctx: Ctx,
  stream: Stream,
  feed: LiveFeed,
  options: { after: bigint | null; allowed: () => Promise<boolean>; visibleLines: VisibleLines | null },
): Promise<void> {
  let position = options.after ?? (await reading(ctx, lastPosition));
  let busy = false;
  let again = false;
  let checkedAt = performance.now();

  async function sendNew(): Promise<void> {
    for (let i = 0; i < maxBatches && stream.open; i++) {
      // What a company may not see is passed over by the statement, so its position is that of the last it may.
      const events = await reading(ctx, (ctx) => listEvents(ctx, { after: position }, 'oldest', batch));
      for (const event of events) {
        stream.send({ event: 'event', id: event.position.toString(), data: eventOnTheWire(event) });
        position = event.position;
      }
      if (events.length < batch) return;
    }
  }
  async function look(): Promise<void> {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      do {
        again = false;
        if (performance.now() - checkedAt > recheckMs) {
          checkedAt = performance.now();
          if (!(await options.allowed())) return stream.close();
        }
        await sendNew();
      } while (again && stream.open);
    } catch (error) {
      ctx.log.warn({ err: error, requestId: ctx.requestId }, 'a live stream ended early; its reader comes back');
      stream.close();
    } finally {
      busy = false;
    }
  }
  async function tellUsage(lineIds: Id[] | null): Promise<void> {
    const seen = lineIds && (await visible(ctx, lineIds, options.visibleLines));
    if (seen?.length === 0) return;
    stream.send({ event: 'usage', data: { lines: seen === null ? null : seen.map((id) => publicId('sim', id)) } });
  }

  const stop = feed.subscribe(ctx.organization.id, (poke) => {
    if (poke.kind === 'events') void look();
    else tellUsage(poke.lineIds).catch(() => stream.close());
  });
  stream.onClose(stop);
  await look();
}

async function visible(ctx: Ctx, lineIds: Id[], visibleLines: VisibleLines | null): Promise<Id[]> {
  if (ctx.actor.scope.kind === 'organization') return lineIds;
  return visibleLines ? visibleLines(ctx, lineIds) : [];
}

/** An event as the outside sees it, in wire form. */
export function eventOnTheWire(event: PlacedEvent) {
  return {
    id: publicId('event', event.id),
    name: event.name,
    subject: { type: event.subjectType, id: subjectOnTheWire(event.subjectType, event.subjectId) },
    sequence: event.sequence.toString(),
    position: event.position.toString(),
    at: event.at.toISOString(),
    data: event.data,
  };
}

function subjectOnTheWire(type: string, id: Id): string {
  return type in prefixes ? publicId(type as IdKind, id) : toHex(id);
}
