import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../database.ts';
import { mutants } from './mutants.ts';
import { type SimulateOptions, simulate } from './simulate.ts';
import type { Simulation } from './world.ts';

const timeout = 120_000;
const execute = promisify(execFile);

async function run(seed: string, steps: number, options: SimulateOptions = {}) {
  const database = await freshDatabase();
  try {
    return await simulate(seed, steps, database.urls, options);
  } finally {
    await database.drop();
  }
}

const kept = readFileSync(join(import.meta.dirname, 'seeds.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(' ') as [string, string]);

describe('every law holds', () => {
  it.each(['one', 'two', 'three'])('for a thousand steps of seed %s', { timeout }, async (seed) => {
    const { breaches, steps, last } = await run(seed, 1000);
    expect({ breaches, last: breaches.length > 0 ? last : [] }).toEqual({ breaches: [], last: [] });
    expect(steps).toBe(1000);
  });

  it.each(kept)('for seed %s, which once broke one, and its %s steps', { timeout }, async (seed, steps) => {
    expect((await run(seed, Number(steps))).breaches).toEqual([]);
  });
});

/** What must be noticed: each breaks one thing by hand, as the owner, after an orderly run. */
const controls: [string, string, string[]][] = [
  [
    'a record that costs a millionth of a cent more',
    `update usage_records set charge_micros = charge_micros + 1
      where ctid = (select ctid from usage_records order by charge_micros desc limit 1)
        and tableoid = (select tableoid from usage_records order by charge_micros desc limit 1)`,
    ['I1 period charge', 'I2 record'],
  ],
  [
    'a period whose records agree with it, at a price that is not the plan’s',
    `with chosen as (select period_id, source_key, occurred_at from usage_records order by charge_micros desc limit 1),
          dearer as (update usage_records r set charge_micros = r.charge_micros + 1 from chosen c
                      where r.source_key = c.source_key and r.occurred_at = c.occurred_at)
     update billing_periods p set charge_micros = p.charge_micros + 1 from chosen c where p.id = c.period_id`,
    ['I2 period', 'I2 record'],
  ],
  [
    'a block that nobody reached a limit for',
    `insert into blocks (organization_id, id, line_id, reason, opened_at, opened_by, lifted_at, lifted_by)
     select organization_id, gen_random_uuid(), id, 'data_limit', now(), 'control', now(), 'control'
       from sims order by iccid limit 1`,
    ['10 events', 'I8 blocks'],
  ],
  [
    'a session that counted a byte too many',
    'update sessions set up_bytes = up_bytes + 1 where id = (select id from sessions order by id limit 1)',
    ['5 session', 'I4 session'],
  ],
  [
    'a line that was active a day before its period',
    `update lifecycle_changes set at = at - interval '1 day'
      where id = (select id from lifecycle_changes where to_lifecycle = 'active' order by id limit 1)`,
    ['I6 active without a period'],
  ],
];

describe('a broken law is noticed', () => {
  it.each(controls)('%s', { timeout }, async (_what, statement, laws) => {
    const sabotage = async (world: Simulation) => {
      for (const tenant of world.tenants) await world.relay(tenant);
      expect((await world.owner.pool.query(statement)).rowCount).toBe(1);
    };
    const { breaches } = await run('control', 200, { sabotage });
    expect(breaches.map((breach) => breach.law)).toEqual(expect.arrayContaining(laws));
  });
});

/** The product itself, broken on its way in. Each must be noticed within so many steps of one of these seeds. */
describe('a broken product is noticed', () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s', { timeout }, async (name, mutant) => {
    const script = join(import.meta.dirname, 'main.ts');
    const options = ['--child', '--seed', 'control', '--steps', '800', '--every', '50', '--mutant', name];
    const { stdout, stderr } = await execute(process.execPath, [script, ...options]).catch((error) => error);
    expect(stderr).not.toContain('does not apply');
    const laws = [...String(stdout).matchAll(/^ {2}(\S.*?): .* \/ /gm)].map((match) => match[1]!);
    expect(
      laws.filter((law) => mutant.noticedBy.test(law)),
      stdout,
    ).not.toEqual([]);
  });
});
