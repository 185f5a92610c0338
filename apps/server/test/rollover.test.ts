import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import * as carriers from '../src/carriers/index.ts';
import * as catalog from '../src/catalog/index.ts';
import { type Ctx, contextFor, type Organization, systemActor } from '../src/kit/ctx.ts';
import { type Database, openDatabase } from '../src/kit/db.ts';
import { createLog } from '../src/kit/log.ts';
import { openRelay } from '../src/kit/relay.ts';
import { setInstanceKey } from '../src/kit/seal.ts';
import * as periods from '../src/periods/index.ts';
import * as tenancy from '../src/tenancy/index.ts';
import { freshDatabase } from './database.ts';
import { fill, type Population } from './population.ts';
import { drift } from './world.ts';

const sims = 120;
const now = new Date('2026-05-20T12:00:00Z');
/** Due three times over: 40 minutes apart from line to line, and with two months missed. */
const startsAt = new Date('2026-02-15T00:00:00Z');

let database: Awaited<ReturnType<typeof freshDatabase>>;
let owner: Database;
let app: Database;
let organization: Organization;

const ctx = (over: Partial<Ctx> = {}): Ctx => ({
  ...contextFor(
    { database: app, clock: { now: () => now }, log: createLog('silent') },
    organization,
    systemActor('rollover'),
  ),
  ...over,
});

beforeAll(() => setInstanceKey(randomBytes(32)));

beforeEach(async () => {
  database = await freshDatabase();
  owner = openDatabase(database.urls.owner, 2);
  app = openDatabase(database.urls.app, 4);
  ({ organization } = await tenancy.createOrganization(
    { database: owner, clock: { now: () => startsAt }, log: createLog('silent') },
    { name: 'World', currency: 'EUR' },
  ));
  const telecom = await carriers.createTelecom(ctx(), { name: 'Core', connector: 'radius' });
  const { plan, version } = await catalog.createPlan(ctx(), {
    name: 'Super SIM',
    superSimDefault: true,
    terms: { ...catalog.defaultSuperSimTerms('EUR', 1000), feeMicros: 2_000_000n, activationFeeMicros: 500_000n },
  });
  await fill(owner, {
    organizationId: organization.id,
    telecomId: telecom.id,
    planId: plan.id,
    planVersionId: version.id,
    fleetId: null,
    currency: 'EUR',
    sims,
    companies: 7,
    together: false,
    startsAt,
    spreadSeconds: sims * 2400,
    madeAtMs: startsAt.getTime(),
  } satisfies Population);
  return async () => {
    await app.pool.end();
    await owner.pool.end();
    await database.drop();
  };
});

/** Periods of every line: February to May, and nothing twice; two of them due, so three months were rolled into. */
async function expectAllRolled(): Promise<void> {
  expect(await periods.isAnyDue(ctx())).toBe(false);
  const relay = openRelay({ react: async () => {}, live: null });
  const runtime = { database: app, clock: { now: () => now }, log: createLog('silent') };
  while ((await relay(runtime, organization)) > 0);
  expect(await drift(owner)).toEqual([]);
  const { rows } = await owner.pool.query(
    `select p.line_id, count(*)::int as periods, count(*) filter (where p.state = 'open')::int as open,
            (select count(*)::int from fees f where f.line_id = p.line_id and f.kind = 'recurring') as recurring,
            (select count(*)::int from fees f where f.line_id = p.line_id and f.kind = 'activation') as activation,
            (select count(*)::int from events e where e.subject_id = p.line_id and e.name = 'period.opened') as opened,
            (select count(*)::int from events e where e.subject_id = p.line_id and e.name = 'period.closed') as closed,
            (select count(*)::int from events e where e.subject_id = p.line_id and e.name = 'fee.charged') as charged
       from billing_periods p group by p.line_id`,
  );
  expect(rows).toHaveLength(sims);
  for (const row of rows) {
    // Began between 15 and 18 February: the months that end in March, April and May are over.
    expect(row).toMatchObject({ periods: 4, open: 1, recurring: 4, activation: 1, opened: 3, closed: 3, charged: 4 });
  }
}

it('catches up missed months of every line, in order, and a second run changes nothing', async () => {
  expect(await periods.rollAllDue(ctx(), 1000)).toBe(3 * sims);
  expect(await periods.rollAllDue(ctx(), 1000)).toBe(0);
  await expectAllRolled();
});

it('is bounded in one run, and the next goes on', async () => {
  let rolled = 0;
  for (let run = 0; run < 3 * sims && rolled < 3 * sims; run++) rolled += await periods.rollDue(ctx(), 50);
  expect(rolled).toBe(3 * sims);
  await expectAllRolled();
});

it('survives a lost connection at every border between two statements', async () => {
  // The connection is ended by the server before statement number `border` of a chunk, commit included.
  let border = 0;
  for (let survived = 0; survived === 0; border++) {
    const dying = await openDying(border);
    const outcome = await periods.rollDue(ctx({ database: dying.database }), 10).then(
      (rolled) => rolled,
      () => null,
    );
    // What ended before its commit left nothing; what never met the border rolled its chunk.
    if (!dying.hit()) survived = outcome ?? 0;
    await dying.database.pool.end().catch(() => {});
    expect(border).toBeLessThan(60);
    expect((await drift(owner)).filter((row) => row.law !== 'I6 no period')).toEqual([]);
  }
  expect(border).toBeGreaterThan(12);
  await periods.rollAllDue(ctx(), 1000);
  await expectAllRolled();
});

it('is done once by any number of schedulers at once, of which some are killed', async () => {
  const killer = setInterval(() => {
    void owner.pool
      .query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and query like '%fees%' limit 1`,
      )
      .catch(() => {});
  }, 15);
  const schedulers = Array.from({ length: 3 }, async () => {
    for (let run = 0; run < 400; run++) {
      if (!(await periods.isAnyDue(ctx()).catch(() => true))) return;
      await periods.rollDue(ctx(), 20).catch(() => 0);
    }
  });
  setTimeout(() => clearInterval(killer), 1500);
  await Promise.all(schedulers);
  clearInterval(killer);
  await periods.rollAllDue(ctx(), 1000);
  await expectAllRolled();
});

it('makes whoever needs one line wait for the worker that rolls it', async () => {
  const [line] = (await owner.pool.query('select line_id from billing_periods order by ends_at limit 1')).rows;
  const worker = await owner.pool.connect();
  await worker.query('begin');
  await worker.query('select from billing_periods where line_id = $1 for no key update', [line.line_id]);
  expect(await periods.rollDue(ctx(), 5)).toBe(5); // the rollover goes on with others
  const needs = periods.rollDue(ctx(), 1, [line.line_id]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await worker.query('rollback');
  worker.release();
  expect(await needs).toBe(1);
});

it('refuses a period that overlaps another one of its line, whoever inserts it', async () => {
  const { rows } = await owner.pool.query('select * from billing_periods limit 1');
  const again = { ...rows[0], id: '00000000-0000-7000-8000-000000000001', state: 'closed' };
  const shift = (ms: number) => ({
    ...again,
    starts_at: new Date(rows[0].starts_at.getTime() + ms),
    ends_at: new Date(rows[0].ends_at.getTime() + ms),
  });
  const insert = (row: Record<string, unknown>) =>
    owner.pool.query(
      `insert into billing_periods (${Object.keys(row).join(', ')}) values (${Object.keys(row).map((_, i) => `$${i + 1}`)})`,
      Object.values(row),
    );
  await expect(insert(shift(1000))).rejects.toMatchObject({ code: '23P01' });
  await expect(insert(shift(-1000))).rejects.toMatchObject({ code: '23P01' });
  await expect(insert(shift(rows[0].ends_at - rows[0].starts_at))).resolves.toBeTruthy();
});

/** A pool of one connection that the server ends just before its statement number `border`. */
async function openDying(border: number): Promise<{ database: Database; hit: () => boolean }> {
  const pool = new pg.Pool({ connectionString: database.urls.app, max: 1 });
  pool.on('error', () => {});
  let statements = 0;
  let hit = false;
  pool.on('connect', (client) => {
    client.on('error', () => {});
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    const pid = (client as unknown as { processID: number }).processID;
    client.query = (async (...args: unknown[]) => {
      if (statements++ === border) {
        hit = true;
        await owner.pool.query('select pg_terminate_backend($1)', [pid]);
      }
      return query(...args);
    }) as typeof client.query;
  });
  return { database: { pool }, hit: () => hit };
}
