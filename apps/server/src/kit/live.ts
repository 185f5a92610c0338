import pg from 'pg';
import type { Runtime } from './ctx.ts';
import { query, sql } from './db.ts';
import type { Id } from './ids.ts';

/**
 * "Something is new, look": pokes from whoever writes to whoever shows. A poke carries no news, only where to look, so
 * a lost one costs a moment and nothing else: readers poll as well.
 */
const channel = 'simwright_live';

export type Poke = {
  organizationId: Id;
  kind: 'events' | 'usage';
  /** Whose usage; null: of too many lines to name. */
  lineIds: Id[] | null;
};

/** NOTIFY takes a lock of the whole server at commit, so pokes are gathered this long and sent on their own. */
const gatherMs = 100;
/** A notification holds 8,000 bytes. */
const maxLines = 180;

export type LivePokes = {
  /** Returns at once; the poke leaves within 100 ms, merged with others of its organization. Never throws. */
  poke(organizationId: Id, kind: Poke['kind'], lineIds?: Id[]): void;
  close(): Promise<void>;
};

export function openLivePokes(runtime: Pick<Runtime, 'database' | 'log'>): LivePokes {
  const waiting = new Map<string, { o: Id; k: Poke['kind']; lines: Set<Id> }>();
  let timer: NodeJS.Timeout | null = null;
  let sending = Promise.resolve();

  async function send(): Promise<void> {
    timer = null;
    const payloads = [...waiting.values()].map(({ o, k, lines }) =>
      JSON.stringify({ o, k, ...(k === 'usage' && lines.size <= maxLines && { l: [...lines] }) }),
    );
    waiting.clear();
    if (payloads.length === 0) return;
    try {
      await query(
        runtime.database.pool,
        sql`/* live.poke */ select pg_notify(${channel}, payload) from unnest(${payloads}::text[]) as payload`,
      );
    } catch (error) {
      runtime.log.debug({ err: error }, 'pokes were lost; readers poll');
    }
  }

  return {
    poke(organizationId, kind, lineIds = []) {
      const name = `${organizationId} ${kind}`;
      const entry = waiting.get(name) ?? { o: organizationId, k: kind, lines: new Set<Id>() };
      for (const id of lineIds) if (entry.lines.size <= maxLines) entry.lines.add(id);
      waiting.set(name, entry);
      timer ??= setTimeout(() => {
        sending = send();
      }, gatherMs);
    },
    async close() {
      if (timer) clearTimeout(timer);
      await sending;
      await send();
    },
  };
}

export type LiveFeed = {
  /** Calls back on each poke of the organization, and every few seconds in any case; returns how to stop. */
  subscribe(organizationId: Id, fn: (poke: Poke) => void): () => void;
  close(): Promise<void>;
};

/** Readers look again this often, poked or not. */
const pollMs = 2_500;

/** One connection of this process that listens, and everybody here who wants to know. It reconnects by itself. */
export function openLiveFeed(options: { databaseUrl: string; log: Runtime['log'] }): LiveFeed {
  const subscribers = new Map<Id, Set<(poke: Poke) => void>>();
  let client: pg.Client | null = null;
  let closed = false;
  let retry: NodeJS.Timeout | null = null;

  function tell(poke: Poke): void {
    for (const fn of subscribers.get(poke.organizationId) ?? []) fn(poke);
  }
  function tellAll(): void {
    for (const organizationId of subscribers.keys()) tell({ organizationId, kind: 'events', lineIds: null });
  }

  async function connect(): Promise<void> {
    const own = new pg.Client({ connectionString: options.databaseUrl, connectionTimeoutMillis: 10_000 });
    const lost = (error?: Error) => {
      if (client !== own || closed) return;
      client = null;
      options.log.warn({ err: error }, 'the live feed lost its connection');
      retry = setTimeout(connect, 1_000);
    };
    client = own;
    own.on('error', lost);
    own.on('end', () => lost());
    own.on('notification', ({ payload }) => {
      const poke = readPoke(payload ?? '');
      if (poke) tell(poke);
    });
    try {
      await own.connect();
      if (closed) return void own.end();
      await own.query(`listen ${channel}`);
      tellAll();
    } catch (error) {
      lost(error as Error);
      own.end().catch(() => {});
    }
  }

  const poll = setInterval(tellAll, pollMs);
  poll.unref();
  void connect();
  return {
    subscribe(organizationId, fn) {
      const set = subscribers.get(organizationId) ?? new Set();
      subscribers.set(organizationId, set.add(fn));
      return () => {
        set.delete(fn);
        if (set.size === 0 && subscribers.get(organizationId) === set) subscribers.delete(organizationId);
      };
    },
    async close() {
      closed = true;
      clearInterval(poll);
      if (retry) clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
}

function readPoke(payload: string): Poke | null {
  try {
    const { o, k, l } = JSON.parse(payload);
    if (typeof o !== 'string' || (k !== 'events' && k !== 'usage')) return null;
    return { organizationId: o, kind: k, lineIds: Array.isArray(l) ? l : null };
  } catch {
    return null;
  }
}
