import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../../src/kit/db.ts';
import { openRelay } from '../../src/kit/relay.ts';
import { freshDatabase } from '../database.ts';
import { drift, openWorld, type World } from '../world.ts';
import { type Furnished, furnish, newOnes } from './source.ts';
import { openTarget, type Target } from './target.ts';

/**
 * The command as people run it, a process of its own, killed in the middle of everything. It works on a database that no
 * product has open, so that nobody else goes on with what it began.
 */
let world: World;
let source: Furnished;
let bare: Awaited<ReturnType<typeof freshDatabase>>;
let owner: ReturnType<typeof openDatabase>;
let app: ReturnType<typeof openDatabase>;
let target: Target;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  world = await openWorld();
  source = await furnish(world);
  bare = await freshDatabase();
  owner = openDatabase(bare.urls.owner, 2);
  app = openDatabase(bare.urls.app, 2);
  target = await openTarget({ ...world.running.runtime, database: app }, owner, 'Bare');
  await target.stock([...source.named, ...source.fresh]);
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  target.remove();
  await Promise.all([owner.pool.end(), app.pool.end()]);
  await bare.drop();
  await world.close();
});

const repository = join(import.meta.dirname, '../../../..');

/** `simwright import supersim …`, without the launcher, whose child would outlive it; killed without a warning as soon as `until` holds. */
async function run(args: string[], until?: () => Promise<boolean>): Promise<{ code: number | null; said: string }> {
  const program = ['--disable-warning=ExperimentalWarning', join(repository, 'apps/server/src/bin/simwright.ts')];
  const child = spawn(process.execPath, [...program, 'import', 'supersim', ...args], {
    cwd: target.folder,
    env: {
      ...process.env,
      DATABASE_URL: bare.urls.owner,
      SIMWRIGHT_HOME: world.home,
      SUPERSIM_ACCOUNT_SID: world.accountSid,
      SUPERSIM_AUTH_TOKEN: world.authToken,
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let said = '';
  child.stdout.on('data', (bytes) => (said += bytes));
  child.stderr.on('data', (bytes) => (said += bytes));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  let over = false;
  void ended.then(() => (over = true));
  while (until && !over) {
    if (await until()) child.kill('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const code = await ended;
  running.delete(child);
  return { code, said };
}

async function number(sql: string): Promise<number> {
  return Number((await owner.pool.query(sql)).rows[0]?.n ?? 0);
}

const rowsDone = 'select count(*) as n from operations where rows_done';
const read = () => number('select count(*) as n from takeover_items where usage_read_at is not null');
const readAt = async () =>
  (await owner.pool.query('select sid, usage_read_at from takeover_items where usage_read_at is not null order by sid'))
    .rows;
const sims = `select count(*) as n from sims where fleet_id is not null or registered_at is not null`;

it('killed while it reads, it goes on: what was read of SIMs is not read again', async () => {
  const from = ['--from', world.url, '--lanes', '1'];
  const first = await run(from, async () => (await read()) > 0);
  expect(first.code).toBe(null);
  expect(await number('select count(*) as n from takeovers where read_at is not null')).toBe(0);
  const before = await readAt();
  expect(before.length).toBeLessThan(source.named.length);
  const second = await run(from);
  expect(second.said).toContain('Nothing has been changed');
  expect(second.code).toBe(0);
  // All but new ones were asked for, and those of before only then.
  expect(await read()).toBe(source.named.length);
  expect(await readAt()).toEqual(expect.arrayContaining(before));
  expect(await number(sims)).toBe(0);
});

it('killed while it works, and started again, it ends as if it had never been', async () => {
  let kills = 0;
  for (const done of [1, 501, 1_001]) {
    const { code } = await run(['--start'], async () => (await number(`${rowsDone} >= ${done}`)) > 0);
    if (code === null) kills += 1;
  }
  expect(kills).toBeGreaterThan(0);
  const { code, said } = await run(['--start']);
  expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('What happened (done)') });
  const total = source.named.length + newOnes;
  expect(await number(sims)).toBe(total);
  expect(await number('select count(*) as n from fleets')).toBe(3);
  expect(await number('select count(*) as n from network_access_profiles')).toBe(2);
  expect(await number(`select count(*) as n from sims where lifecycle = 'active'`)).toBe(62);
  expect(await number('select count(*) as n from billing_periods where taken_over_bytes is not null')).toBe(
    62 + 30 + 10,
  );
  expect(await number('select count(*) as n from fees')).toBe(0);
  const relay = openRelay({ react: async () => {}, live: null });
  while ((await relay({ ...world.running.runtime, database: app }, target.organization)) > 0);
  expect(await drift(owner)).toEqual([]);
});

it('called in a way that cannot be meant, it says what to say, and ends with 2', async () => {
  for (const args of [[], ['--start', '--cancel'], ['--lanes', '99', '--from', world.url], ['--no-such-thing']]) {
    expect((await run(args)).code).toBe(2);
  }
  const unknown = await run(['--from', world.url, '--telecom', 'Nobody']);
  expect(unknown).toMatchObject({ code: 2, said: expect.stringContaining('Core network') });
});
