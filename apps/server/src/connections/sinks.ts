import { audit, changesBetween } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { getCompany, noteListeners } from '../tenancy/index.ts';
import { sinkEvent } from './events.ts';
import { type ConnectionType, connectionTypes, type Sink } from './model.ts';
import { forgetQueue } from './sql/events.ts';
import * as store from './sql/sinks.ts';

/** Sinks that one account may have. */
export const mostSinks = 10;

export type NewSink = { url: string; types: ConnectionType[]; description?: string; companyId?: Id };
export type SinkPatch = { url?: string; types?: ConnectionType[]; description?: string; paused?: boolean };

/**
 * Makes a sink; it hears of what happens from now on. A company's staff make it for their company.
 *
 * @throws `event_sink.url_invalid`, `event_sink.too_many`, `company.not_found`, `company.archived`
 */
export async function createSink(ctx: Ctx, input: NewSink): Promise<Sink> {
  const { scope } = ctx.actor;
  const companyId = scope.kind === 'company' ? scope.companyId : (input.companyId ?? null);
  const url = mustBeCallable(input.url);
  return atomically(ctx, async (ctx) => {
    if (companyId && (await getCompany(ctx, companyId)).archivedAt) {
      throw refuse.conflict('company.archived', 'An archived company gets no event sink.', { field: 'body.company' });
    }
    if ((await store.countSinks(ctx, companyId)) >= mostSinks) {
      throw refuse.conflict('event_sink.too_many', `An account has at most ${mostSinks} event sinks.`);
    }
    const sink: Sink = {
      ...{ id: newId(ctx), companyId, url, description: input.description ?? '', types: inOrder(input.types) },
      ...{ state: 'active', pausedBecause: null, lastDeliveryId: null, lastSentAt: null },
      ...{ createdAt: ctx.now, updatedAt: ctx.now },
    };
    await store.insertSink(ctx, sink);
    const { types, description } = sink;
    await record(ctx, 'event_sink.created', sink, changesBetween<Partial<Sink>>({}, { url, types, description }));
    return sink;
  });
}

/** Newest first; a company's staff see those of their company. */
export function listSinks(ctx: Ctx, filter: store.SinkFilter, page: { after?: Id; limit: number }): Promise<Sink[]> {
  return reading(ctx, (ctx) => store.listSinks(ctx, filter, page));
}

/** Refuses `event_sink.not_found`. */
export async function getSink(ctx: Ctx, id: Id): Promise<Sink> {
  const sink = await reading(ctx, (ctx) => store.findSink(ctx, id));
  if (!sink) throw refuse.notFound('event_sink', publicId('event_sink', id));
  return sink;
}

/**
 * Changes a sink, pauses or resumes it. What already waits for it is sent to the new address, or when it is resumed; of
 * what happens while it is paused it never hears. Refuses `event_sink.not_found`, `event_sink.url_invalid`.
 */
export async function updateSink(ctx: Ctx, id: Id, { paused, url, ...patch }: SinkPatch): Promise<Sink> {
  const callable = url === undefined ? undefined : mustBeCallable(url);
  return atomically(ctx, async (ctx) => {
    const old = await lockSink(ctx, id);
    const wanted: Partial<Sink> = {
      ...patch,
      ...(callable !== undefined && { url: callable }),
      ...(patch.types && { types: inOrder(patch.types) }),
      ...(paused === true && old.state === 'active' && { state: 'paused', pausedBecause: 'staff' }),
      // Whoever resumes it takes its receiver for well.
      ...(paused === false && old.state === 'paused' && { state: 'active', pausedBecause: null, lastDeliveryId: null }),
    };
    const changes = changesBetween<Sink>(old, wanted).filter(({ field }) => field !== 'lastDeliveryId');
    if (changes.length === 0) return old;
    const sink = { ...old, ...wanted, updatedAt: ctx.now };
    await store.saveSink(ctx, sink);
    await record(ctx, 'event_sink.updated', sink, changes);
    return sink;
  });
}

/** Removes a sink and what waits for it; requests that are under way go on. Refuses `event_sink.not_found`. */
export async function deleteSink(ctx: Ctx, id: Id): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const sink = await lockSink(ctx, id);
    await forgetQueue(ctx, id);
    await store.removeSink(ctx, id);
    await record(ctx, 'event_sink.deleted', sink, [{ field: 'url', old: sink.url, new: null }]);
  });
}

/** Its receiver wants no more: the sink pauses, until somebody resumes it. */
export async function pauseGone(ctx: Ctx, sink: Sink): Promise<void> {
  const paused: Sink = { ...sink, state: 'paused', pausedBecause: 'gone', updatedAt: ctx.now };
  await store.saveSink(ctx, paused);
  await record(ctx, 'event_sink.updated', paused, [{ field: 'state', old: sink.state, new: paused.state }]);
}

async function lockSink(ctx: Ctx, id: Id): Promise<Sink> {
  const sink = await store.findSink(ctx, id, 'lock');
  if (!sink) throw refuse.notFound('event_sink', publicId('event_sink', id));
  return sink;
}

async function record(
  ctx: Ctx,
  name: Parameters<typeof sinkEvent>[0],
  sink: Sink,
  changes: Parameters<typeof audit>[1][number]['changes'],
): Promise<void> {
  await noteListeners(ctx, store.anyHears);
  const objectId = publicId('event_sink', sink.id);
  await audit(ctx, [{ action: name, objectType: 'event_sink', objectId, changes }]);
  await emit(ctx, [sinkEvent(name, sink)]);
}

const longestUrl = 2_048;

/** The same form as of a callback; whether the address may be called is judged at every try. */
function mustBeCallable(text: string): string {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  const good = parsed && ['http:', 'https:'].includes(parsed.protocol) && !parsed.username && !parsed.password;
  if (good && parsed.href.length <= longestUrl) return parsed.href;
  throw refuse.invalid('event_sink.url_invalid', 'Events cannot be sent to this address.', {
    field: 'body.url',
    expected: `an absolute http or https URL without a password, at most ${longestUrl} characters`,
  });
}

function inOrder(types: readonly ConnectionType[]): ConnectionType[] {
  return connectionTypes.filter((type) => types.includes(type));
}
