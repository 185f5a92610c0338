import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../database.ts';
import { allLaws } from './laws.ts';
import { type Mutant, mutants } from './mutants.ts';
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
  it.each(['one', 'two', 'three'])('for five hundred steps of seed %s', { timeout }, async (seed) => {
    const { breaches, steps, last } = await run(seed, 500);
    expect({ breaches, last: breaches.length > 0 ? last : [] }).toEqual({ breaches: [], last: [] });
    expect(steps).toBe(500);
  });

  it.each(kept)('for seed %s, which once broke one, and its %s steps', { timeout }, async (seed, steps) => {
    expect((await run(seed, Number(steps))).breaches).toEqual([]);
  });
});

/** What must be noticed: what breaks one thing by hand, as the owner, after an orderly run; what mends it; which laws see it. */
type Control = { what: string; by: (sign: string) => string; mend?: string; laws: string[] };

/** Of the records that are judged one by one: no pool counted them, and their period was neither cut nor corrected. */
const dearest = `(select organization_id, period_id, source_key, occurred_at from usage_records
                   where period_id in (
                     select p.id from billing_periods p
                      where p.kind = 'active' and p.planned_ends_at is not distinct from p.ends_at
                        and not exists (select from adjustments a where a.period_id = p.id)
                        and not exists (select from usage_records u where u.period_id = p.id and u.pool_period_id is not null))
                   order by charge_micros desc, source_key limit 1)`;
const controls: Control[] = [
  {
    what: 'a record that costs a millionth of a cent more',
    by: (sign) => `update usage_records r set charge_micros = charge_micros ${sign} 1 from ${dearest} c
                    where (r.organization_id, r.source_key, r.occurred_at) = (c.organization_id, c.source_key, c.occurred_at)`,
    laws: ['I1 period charge', 'I2 record'],
  },
  {
    what: 'a period whose records agree with it, at a price that is not the plan’s',
    by: (sign) => `with chosen as ${dearest},
          dearer as (update usage_records r set charge_micros = charge_micros ${sign} 1 from chosen c
                      where (r.organization_id, r.source_key, r.occurred_at) = (c.organization_id, c.source_key, c.occurred_at))
     update billing_periods p set charge_micros = p.charge_micros ${sign} 1 from chosen c where p.id = c.period_id`,
    laws: ['I2 period', 'I2 record'],
  },
  {
    what: 'a block that nobody reached a limit for',
    by: () => `insert into blocks (organization_id, id, line_id, reason, opened_at, opened_by, lifted_at, lifted_by)
     select organization_id, gen_random_uuid(), id, 'data_limit', now(), 'control', now(), 'control'
       from sims order by iccid limit 1`,
    mend: `delete from blocks where opened_by = 'control'`,
    laws: ['10 events', 'I8 blocks'],
  },
  {
    what: 'a session that counted a byte too many',
    by: (sign) =>
      `update sessions set up_bytes = up_bytes ${sign} 1 where id = (select id from sessions order by id limit 1)`,
    laws: ['5 session', 'I4 session'],
  },
  {
    what: 'a line that was active a day before its period',
    by: (sign) => `update lifecycle_changes set at = at ${sign === '+' ? '-' : '+'} interval '1 day'
      where id = (select id from lifecycle_changes where to_lifecycle = 'active' order by id limit 1)`,
    laws: ['I6 active without a period'],
  },
];

describe('a broken law is noticed', () => {
  const noticed = new Map<Control, string[]>();
  beforeAll(async () => {
    const sabotage = async (world: Simulation) => {
      for (const tenant of world.tenants) await world.relay(tenant);
      const change = async (statement: string) => expect((await world.owner.pool.query(statement)).rowCount).toBe(1);
      for (const control of controls) {
        await change(control.by('+'));
        noticed.set(
          control,
          (await allLaws(world)).map(({ law }) => law),
        );
        await change(control.mend ?? control.by('-'));
      }
    };
    // Mended, it holds again: what a control broke is what its laws saw.
    expect((await run('control', 200, { sabotage })).breaches).toEqual([]);
  }, timeout);

  it.each(controls.map((control) => [control.what, control] as const))('%s', (_what, control) => {
    expect(noticed.get(control)).toEqual(expect.arrayContaining(control.laws));
  });
});

/**
 * The product itself, broken on its way in. Each must be noticed within so many steps of one of these seeds: what runs side by
 * side meets otherwise each time, so one seed alone may pass a mutant by.
 */
describe('a broken product is noticed', () => {
  const script = join(import.meta.dirname, 'main.ts');
  const lawsOf = async (seed: string, { name, more }: Mutant) => {
    const [steps, every] = more ? ['400', '25'] : ['800', '50'];
    const options = ['--child', '--seed', seed, '--steps', steps, '--every', every, '--mutant', name];
    const { stdout, stderr } = await execute(process.execPath, [script, ...options]).catch((error) => error);
    expect(stderr).not.toContain('does not apply');
    return [...String(stdout).matchAll(/^ {2}(\S.*?): .* \/ /gm)].map((match) => match[1]!);
  };

  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    '%s',
    { timeout: 3 * timeout },
    async (_, mutant) => {
      const broken: string[] = [];
      for (const seed of ['c2', 'c3', 'c4', 'c5']) {
        broken.push(...(await lawsOf(seed, mutant)));
        if (broken.some((law) => mutant.noticedBy.test(law))) return;
      }
      expect.fail(`None of the laws that know it has noticed. Broken: ${broken.join(', ') || 'none'}`);
    },
  );
});
