import type { Ctx } from '../kit/ctx.ts';
import { inOneFlight, lastly } from '../kit/db.ts';
import { type Id, inOrder, newId } from '../kit/ids.ts';
import { Recent } from '../kit/recent.ts';
import { type Hearing, hears, type NewConnection } from './model.ts';
import { insertEvents, queueEvents } from './sql/events.ts';
import { listHearing } from './sql/sinks.ts';

/** Whether anybody in the organization hears of connections: who would tell something asks this before making anything. */
export function anybodyListens({ organization }: Pick<Ctx, 'organization'>): boolean {
  return organization.connectionListeners !== 0n;
}

/**
 * Tells of connections, in the caller's database transaction. What no sink wants is not written. It is written late, after wallets
 * were looked at: whether data is blocked is asked in that statement.
 */
export function tell(ctx: Ctx, connections: NewConnection[]): void {
  if (!anybodyListens(ctx) || connections.length === 0) return;
  lastly(ctx, 'connections', (ctx) => keep(ctx, connections));
}

async function keep(ctx: Ctx, connections: NewConnection[]): Promise<void> {
  const sinks = await listening(ctx);
  const random = inOrder(ctx.random);
  const kept: (NewConnection & { id: Id })[] = [];
  const queued: { sinkId: Id; eventId: Id }[] = [];
  for (const connection of connections) {
    const wanted = sinks.filter((sink) => hears(sink, connection));
    if (wanted.length === 0) continue;
    // Ids that count up, so that events of one batch keep their order.
    const id = newId({ now: ctx.now, random });
    kept.push({ ...connection, id });
    for (const sink of wanted) queued.push({ sinkId: sink.id, eventId: id });
  }
  if (kept.length > 0) await inOneFlight([insertEvents(ctx, kept), queueEvents(ctx, queued)]);
}

type Known = { number: bigint; sinks: Hearing[] };

/** Who hears, by organization, under the number that said so. Only what has committed is read here. */
const known = new Recent<Id, Known>(2_000);

async function listening(ctx: Ctx): Promise<Hearing[]> {
  const { id, connectionListeners: number } = ctx.organization;
  const remembered = known.get(id);
  if (remembered?.number === number) return remembered.sinks;
  const sinks = await listHearing(ctx);
  known.set(id, { number, sinks });
  return sinks;
}
