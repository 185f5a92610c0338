import pg from 'pg';
import { type Id, newId } from '../../kit/ids.ts';

/** What upkeep acts with: the owner's own connection, for it is about all organizations and about tables. */
export type Upkeeper = {
  client: pg.Client;
  ownerUrl: string;
  now: () => Date;
  random: (bytes: number) => Buffer;
  /** Aborted when the process is to stop: long copies end then, and are begun again another day. */
  signal?: AbortSignal;
};

/**
 * Runs work of the instance for itself, one process at a time: the advisory lock lives on the connection that works.
 * Returns null, and does nothing, while somebody else has it.
 */
export async function withUpkeep<T>(
  ownerUrl: string,
  tools: Pick<Upkeeper, 'now' | 'random' | 'signal'>,
  work: (upkeeper: Upkeeper) => Promise<T>,
): Promise<T | null> {
  const client = await connectOwner(ownerUrl);
  try {
    const [{ held }] = (await client.query(`select pg_try_advisory_lock(hashtext('simwright.upkeep')) as held`)).rows;
    if (!held) return null;
    // Whoever had the lock before and said no end is dead.
    await client.query(
      `/* upkeep.abandon */ update platform_runs set outcome = 'abandoned', ended_at = $1 where outcome = 'running'`,
      [tools.now()],
    );
    try {
      return await work({ client, ownerUrl, ...tools });
    } finally {
      // Given back now: the server notices the end of a connection a moment later than we do.
      await client.query(`select pg_advisory_unlock(hashtext('simwright.upkeep'))`).catch(() => {});
    }
  } finally {
    await client.end();
  }
}

/** A connection for work that takes as long as it takes; a server's own limits are for people. */
export async function connectOwner(ownerUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: ownerUrl });
  client.on('error', () => {});
  await client.connect();
  await client.query(`set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set timezone = 'UTC'`);
  return client;
}

export type RunName = 'backup' | 'retirement';

/** Writes down that something ran, and how it ended, for people to see. Its failure is thrown on. */
export async function recorded<T extends Record<string, unknown>>(
  { client, now, random }: Upkeeper,
  name: RunName,
  work: () => Promise<T>,
): Promise<T> {
  const id: Id = newId({ now: now(), random });
  await client.query('/* upkeep.begin */ insert into platform_runs (id, name, started_at) values ($1, $2, $3)', [
    id,
    name,
    now(),
  ]);
  const end = (outcome: 'done' | 'failed', detail: Record<string, unknown>) =>
    client.query('/* upkeep.end */ update platform_runs set outcome = $2, ended_at = $3, detail = $4 where id = $1', [
      id,
      outcome,
      now(),
      JSON.stringify(detail),
    ]);
  try {
    const result = await work();
    await end('done', result);
    return result;
  } catch (error) {
    // The database may be what failed; the next holder of the lock then marks the run as abandoned.
    await end('failed', { error: (error as Error).message }).catch(() => {});
    throw error;
  }
}

/** Runs that are kept to be shown; older ones are forgotten. */
export async function forgetOldRuns({ client, now }: Upkeeper): Promise<void> {
  await client.query(
    `/* upkeep.forget */ delete from platform_runs where started_at < $1::timestamptz - interval '400 days'`,
    [now()],
  );
}
