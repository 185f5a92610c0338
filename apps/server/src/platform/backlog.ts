import type { Runtime } from '../kit/ctx.ts';
import { type Backlog, readBacklog } from './sql.ts';

/** What waits in the whole instance; each count stops at 10,001 per organization. */
export type BacklogSums = {
  arrivals: bigint;
  waiting: bigint;
  unrated: bigint;
  quarantined: bigint;
  unplacedEvents: bigint;
  unreactedEvents: bigint;
  /** What events should have set off, and failed: tried again, or waiting for somebody. */
  missedReactions: bigint;
  /** Seconds that the oldest has waited; 0 when nothing does. */
  oldest: { arrivals: number; waiting: number; unplacedEvents: number };
};

export async function backlogSums(runtime: Pick<Runtime, 'database'>): Promise<BacklogSums> {
  return sumsOf(await readBacklog(runtime));
}

export function sumsOf({ arrivals, inbox, relay }: Backlog): BacklogSums {
  const inState = (state: string) => inbox.filter((row) => row.state === state);
  return {
    arrivals: sum(arrivals.map((row) => row.waiting)),
    waiting: sum(inState('waiting').map((row) => row.waiting)),
    unrated: sum(inState('unrated').map((row) => row.waiting)),
    quarantined: sum(inState('quarantined').map((row) => row.waiting)),
    unplacedEvents: sum(relay.map((row) => row.unplaced)),
    unreactedEvents: sum(relay.map((row) => row.unreacted)),
    missedReactions: sum(relay.map((row) => row.missed)),
    oldest: {
      arrivals: oldest(arrivals),
      waiting: oldest(inState('waiting')),
      unplacedEvents: oldest(relay),
    },
  };
}

function sum(counts: bigint[]): bigint {
  return counts.reduce((all, count) => all + count, 0n);
}

/** A clock that was just moved may put what waits into the future. */
export function oldest(rows: { oldestSeconds: number | null }[]): number {
  return Math.max(0, ...rows.map((row) => row.oldestSeconds ?? 0));
}
