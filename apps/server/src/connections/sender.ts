import * as deliveries from '../deliveries/index.ts';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { batchSize, type ConnectionEvent, type LastBatch, largestBatch, nextOf, type Sink } from './model.ts';
import { getSink, pauseGone } from './sinks.ts';
import { forgetEvents, listQueued, removeQueued } from './sql/events.ts';
import * as store from './sql/sinks.ts';
import { anybodyListens } from './tell.ts';

/** How events look outside, and how they prove to be ours: somebody else's protocol. */
export type Wire = {
  /** One event as JSON. */
  write(ctx: Ctx, event: ConnectionEvent): string;
  /** A test event for a sink of this account, as JSON. */
  test(ctx: Ctx, companyId: Id | null): string;
  /** The address under which this body is sent. */
  address(url: string, body: string): string;
};

/**
 * Hands what waits for sinks to `deliveries`, one batch for each sink that may be sent one. Returns how many events it took. Where
 * nobody listens it does not ask.
 */
export async function sendBatches(runtime: Runtime, organization: Organization, wire: Wire): Promise<number> {
  if (!anybodyListens({ organization })) return 0;
  const fresh = () => contextFor(runtime, organization, systemActor('connections'));
  const waiting = await reading(fresh(), store.listWaiting);
  let taken = 0;
  for (const { id } of waiting) taken += await atomically(fresh(), (ctx) => sendBatch(ctx, id, wire));
  return taken;
}

/** The sink is ours until this commits, so that its batches are made one after the other. */
async function sendBatch(ctx: Ctx, id: Id, wire: Wire): Promise<number> {
  const sink = await store.findSink(ctx, id, 'skip');
  if (sink?.state !== 'active') return 0;
  const next = nextOf(await lastOf(ctx, sink), ctx.now);
  if (next === 'gone') await pauseGone(ctx, sink);
  if (next !== 'go') return 0;
  const events = await listQueued(ctx, id, largestBatch.events);
  if (events.length === 0) return 0;
  const pieces = events.map((event) => wire.write(ctx, event));
  const size = batchSize(pieces);
  const lastDeliveryId = await enqueue(ctx, sink, pieces.slice(0, size), wire);
  await removeQueued(
    ctx,
    id,
    events.slice(0, size).map((event) => event.id),
  );
  await store.saveSink(ctx, { ...sink, lastDeliveryId, lastSentAt: ctx.now });
  return size;
}

/** Sends a test event at once, to a paused sink as well. Returns its delivery. Refuses `event_sink.not_found`. */
export async function sendTest(ctx: Ctx, id: Id, wire: Wire): Promise<Id> {
  return atomically(ctx, async (ctx) => {
    const sink = await getSink(ctx, id);
    return enqueue(ctx, sink, [wire.test(ctx, sink.companyId)], wire);
  });
}

async function enqueue(ctx: Ctx, sink: Sink, pieces: string[], wire: Wire): Promise<Id> {
  const body = `[${pieces.join(',')}]`;
  const [id] = await deliveries.enqueue(ctx, [
    {
      ...{
        companyId: sink.companyId,
        kind: 'events',
        about: { type: 'event_sink', id: sink.id },
        signing: 'super_sim',
      },
      ...{ method: 'POST', url: wire.address(sink.url, body), contentType: 'application/json', body },
    },
  ]);
  return id!;
}

async function lastOf(ctx: Ctx, { lastDeliveryId, lastSentAt: sentAt }: Sink): Promise<LastBatch | null> {
  if (!lastDeliveryId || !sentAt) return null;
  const last = (await deliveries.standingsOf(ctx, [lastDeliveryId])).get(lastDeliveryId);
  // Forgotten after a month: it ended long ago.
  return last ? { state: last.state, tried: last.tried, sentAt, status: last.lastStatus } : null;
}

/** How long connection events are kept, and wait for a sink that cannot be reached. */
const keptDays = 7;
const forgottenAtOnce = 5_000;
const turns = 50;

/** Forgets what is a week old. Returns how much of a turn it took; a full one has more to do. */
export async function sweepEvents(fresh: () => Ctx): Promise<number> {
  let forgotten = 0;
  for (let turn = 0; turn < turns; turn++) {
    const ctx = fresh();
    const before = new Date(ctx.now.getTime() - keptDays * 86_400_000);
    const now = await atomically(ctx, (ctx) => forgetEvents(ctx, before, forgottenAtOnce));
    forgotten += now;
    if (now < forgottenAtOnce) break;
  }
  return forgotten;
}
