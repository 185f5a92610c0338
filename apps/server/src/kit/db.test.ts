import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '../../test/database.ts';
import { type Ctx, contextFor, systemActor, systemClock } from './ctx.ts';
import { atomically, type Database, isConnectionLoss, openDatabase, retrying, rows, run, sql } from './db.ts';
import { createLog } from './log.ts';

let database: Database;
let ctx: Ctx;
let drop: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase();
  drop = fresh.drop;
  database = openDatabase(fresh.urls.owner, 4);
  await database.pool.query(
    `create table pairs (id int primary key, n int not null); insert into pairs values (1, 0), (2, 0)`,
  );
  ctx = contextFor(
    { database, clock: systemClock, log: createLog('silent'), random: randomBytes },
    {
      id: '00000000-0000-7000-8000-000000000001',
      name: 'Test',
      currency: 'EUR',
      timeZone: 'UTC',
      unitBase: 1000,
      sandbox: false,
      clockOffsetMs: 0n,
      lateUsage: 'own_period',
      connectionListeners: 0n,
    },
    systemActor('test'),
  );
});
afterAll(async () => {
  await database.pool.end();
  await drop();
});

/** Two units of work that take the same two rows in opposite order, and wait for each other in the middle. */
async function collide(take: (ctx: Ctx, id: number) => Promise<unknown>): Promise<void> {
  const met = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const both = [
    [1, 2],
    [2, 1],
  ].map(([first, second], i) =>
    atomically(ctx, async (ctx) => {
      await take(ctx, first!);
      met[i]!.resolve();
      await met[1 - i]!.promise;
      await take(ctx, second!);
    }),
  );
  await Promise.all(both);
}

const count = (ctx: Ctx, id: number) => run(ctx, sql`update pairs set n = n + 1 where id = ${id}`);

test('the victim of a deadlock begins again, and each does its work once', async () => {
  await collide(count);
  const { rows } = await database.pool.query('select n from pairs order by id');
  expect(rows).toEqual([{ n: 2 }, { n: 2 }]);
});

test('a unit of work that is part of a larger one leaves the beginning again to that one', async () => {
  await collide((ctx, id) => retrying(3, () => atomically(ctx, (ctx) => count(ctx, id))));
  const { rows } = await database.pool.query('select n from pairs order by id');
  expect(rows).toEqual([{ n: 4 }, { n: 4 }]);
});

test('what is no serialization failure is not tried again', async () => {
  let runs = 0;
  const work = atomically(ctx, async (ctx) => {
    runs += 1;
    await run(ctx, sql`insert into pairs values (1, 0)`);
  });
  await expect(work).rejects.toMatchObject({ code: '23505' });
  expect(runs).toBe(1);
});

test('a connection lost between two statements is an error of the next one, and no more', async () => {
  const work = atomically(ctx, async (ctx) => {
    const [own] = await rows<{ pid: number }>(ctx, sql`select pg_backend_pid() as pid`);
    await database.pool.query('select pg_terminate_backend($1)', [own!.pid]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await count(ctx, 1);
  });
  await expect(work).rejects.toSatisfy(isConnectionLoss);
  expect(await atomically(ctx, (ctx) => count(ctx, 1))).toBe(1);
});
