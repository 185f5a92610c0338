import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { freshDatabase } from '../../test/database.ts';
import { type Actor, type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { openDatabase, query, sql } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import { createLog } from '../kit/log.ts';
import { setInstanceKey } from '../kit/seal.ts';

/** A database of its own with the real schema and roles, for the tests of this room. The clock stands until it is moved. */
export async function openWorld() {
  const { urls, drop } = await freshDatabase();
  setInstanceKey(Buffer.alloc(32, 7));
  const owner = new pg.Client({ connectionString: urls.owner });
  await owner.connect();
  const databases = {
    owner: openDatabase(urls.owner, 2),
    app: openDatabase(urls.app, 8),
    ingest: openDatabase(urls.ingest, 4),
  };
  let now = new Date('2026-03-01T12:00:00Z');
  const clock = { now: () => now };
  const log = createLog('silent');
  const runtime: Runtime = { database: databases.app, clock, log };

  async function organization(name: string): Promise<Organization> {
    const id = newId({ now, random: randomBytes });
    await owner.query(
      `insert into organizations (id, name, currency, auth_token_sealed, created_at) values ($1, $2, 'EUR', '\\x00', $3)`,
      [id, name, now],
    );
    return {
      id,
      name,
      currency: 'EUR',
      timeZone: 'UTC',
      unitBase: 1000,
      sandbox: false,
      clockOffsetMs: 0n,
      lateUsage: 'own_period',
      connectionListeners: 0n,
    };
  }

  return {
    urls,
    databases,
    runtime,
    organization,
    ctx: (of: Organization, actor: Actor = systemActor('test')): Ctx => contextFor(runtime, of, actor),
    /** The same unit of work under the role that charges. */
    ingest: (of: Organization): Ctx =>
      contextFor({ ...runtime, database: databases.ingest }, of, systemActor('charging')),
    pass(milliseconds: number) {
      now = new Date(now.getTime() + milliseconds);
    },
    newId: (): Id => newId({ now, random: randomBytes }),
    /** Names and data of the events of a subject, in their order. */
    async events(subject: Id) {
      return query<{ name: string; data: Record<string, unknown> }>(
        owner,
        sql`select name, data from events where subject_id = ${subject} order by sequence`,
      );
    },
    query: <T>(statement: ReturnType<typeof sql>) => query<T>(owner, statement),
    async close() {
      await owner.end();
      await Promise.all(Object.values(databases).map((database) => database.pool.end()));
      await drop();
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;
