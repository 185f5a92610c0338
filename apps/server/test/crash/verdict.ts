import type { Database } from '../../src/kit/db.ts';
import { type Counters, countersOf, type Sent } from './feed.ts';

type Stored = Counters & { bytes: bigint };

/** Longest wait for usage that was stored for a writer and not charged yet. */
const arrivalsWaitMs = 15_000;

/** Usage stored for its writer is charged within moments of its start: what is left after them is looked at as it is. */
async function arrivalsCharged(owner: Database): Promise<void> {
  const until = performance.now() + arrivalsWaitMs;
  while (performance.now() < until) {
    const { rows } = await owner.pool.query<{ left: bigint }>('select count(*) as left from usage_arrivals');
    if (rows[0]!.left === 0n) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Sessions as they are stored: their counters, and the bytes of their usage records and of what waits in the inbox. */
export async function readStored(owner: Database): Promise<Map<string, Stored>> {
  await arrivalsCharged(owner);
  const { rows } = await owner.pool.query<{
    session: string;
    up: bigint;
    down: bigint;
    closed: boolean;
    bytes: string;
  }>(
    `select s.acct_session_id as session, s.up_bytes as up, s.down_bytes as down, s.state = 'closed' as closed,
            (select coalesce(sum(bytes_up + bytes_down), 0) from usage_records r
              where r.organization_id = s.organization_id and r.session_id = s.id)
          + (select coalesce(sum(bytes_up + bytes_down), 0) from usage_inbox i
              where i.organization_id = s.organization_id and i.session_id = s.id and i.state <> 'charged') as bytes
       from sessions s`,
  );
  return new Map(rows.map(({ session, bytes, ...row }) => [session, { ...row, bytes: BigInt(bytes) }]));
}

/** I5: what was acknowledged and is not stored. */
export function lostOf(feed: readonly Sent[], stored: Map<string, Stored>): string[] {
  return [...countersOf(feed, (sent) => sent.acknowledged)].flatMap(([session, told]) => {
    const kept = stored.get(session);
    if (!kept) return [`session ${session} was acknowledged and is not there`];
    const missing = kept.up < told.up || kept.down < told.down || kept.bytes < told.up + told.down;
    return [
      ...(missing
        ? [`session ${session}: ${told.up + told.down} bytes were acknowledged and ${kept.bytes} are stored`]
        : []),
      ...(told.closed && !kept.closed ? [`session ${session}: its end was acknowledged and is not stored`] : []),
    ];
  });
}

/** After the whole feed: what differs from the sums of the feed alone. */
export function wrongOf(feed: readonly Sent[], stored: Map<string, Stored>): string[] {
  const wanted = countersOf(feed, () => true);
  const strange = [...stored.keys()].filter((session) => !wanted.has(session));
  return [
    ...strange.map((session) => `session ${session} is stored and was never sent`),
    ...[...wanted].flatMap(([session, { up, down }]) => {
      const bytes = stored.get(session)?.bytes ?? 0n;
      return bytes === up + down ? [] : [`session ${session}: ${up + down} bytes were sent and ${bytes} are charged`];
    }),
  ];
}
