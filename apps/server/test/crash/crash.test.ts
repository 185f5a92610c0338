import { describe, expect, it } from 'vitest';
import { crash, describeReport } from './harness.ts';

/**
 * R1 and R3 of the battery. `SEEDS=200` runs more seeds than every run of the tests does, `SEED=7` runs that one alone,
 * `LAYOUT=split` only the product in processes of its own. Seeds that once failed are run as well.
 */
const few = 3;
const { SEED, SEEDS, LAYOUT } = process.env;
/** Seeds that once showed something, to be kept. */
const kept: number[] = [];
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
/** Every run of the tests has one of each layout, and not the same. */
const seedsOf = (nth: number) =>
  SEED ? [Number(SEED)] : [...new Set([...kept, ...(SEEDS ? upTo(Number(SEEDS)) : [nth + 1])])];
const layouts = (['all', 'split'] as const).filter((layout) => LAYOUT === undefined || LAYOUT === layout);
const seedMs = 120_000;

describe('killed at any moment, each acknowledged packet is charged exactly once', () => {
  it.each(layouts.flatMap((layout, nth) => seedsOf(nth).map((seed) => [layout, seed] as const)))(
    '%s, seed %i',
    async (layout, seed) => {
      console.log(`crash seed ${seed}; run it again with LAYOUT=${layout} SEED=${seed}`);
      const report = await crash({ layout, seed });
      console.log(describeReport(report));
      expect(report.problems).toEqual([]);
    },
    seedMs,
  );
});

describe('the harness can fail', () => {
  it(
    'acknowledging before the commit is found out',
    async () => {
      const found: string[] = [];
      for (let seed = 1; seed <= few && found.length === 0; seed += 1) {
        const report = await crash({ seed, kills: 1, acknowledgeEarly: true, choices: ['group', 'server', 'all'] });
        console.log(`control, acknowledging early: ${describeReport(report)}`);
        found.push(...report.problems.filter((problem) => /acknowledged and/.test(problem)));
      }
      expect(found).not.toEqual([]);
    },
    few * seedMs,
  );

  it(
    'usage charged twice is found out',
    async () => {
      // The counters of a session and the unique key of usage records are what makes a repeat free. The process that is
      // killed has remembered the counters; the next one reads them.
      const report = await crash({
        seed: 1,
        kills: 1,
        choices: ['all'],
        sabotage: `
          alter table usage_records drop constraint usage_records_pkey;
          create function forget() returns trigger language plpgsql as $$
            begin new.up_total := old.up_total; new.down_total := old.down_total; return new; end $$;
          create trigger forget before update on sessions for each row execute function forget();`,
      });
      console.log(`control, counting twice: ${describeReport(report)}`);
      expect(report.problems.some((problem) => problem.includes('I4 repeat'))).toBe(true);
      expect(report.problems.some((problem) => / bytes were sent and \d+ are charged/.test(problem))).toBe(true);
    },
    seedMs,
  );
});
