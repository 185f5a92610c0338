import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseScenarios, type Scenario } from './parse.ts';
import { workOut } from './pencil.ts';

const example = `
# The example of the head of parse.ts.
scenario  Overage in started blocks
plan  EU-1GB  Monthly bundle  fee 5.00  1 GB  overage 100 MB for 0.40
sim   A  on EU-1GB
 1 Mar 2026  assign A        → fee 5.00     left 1 GB
 2 Mar 2026  use A 1.25 GB   → charge 1.20  left 0      (250 MB over: 3 started blocks)
 2 Mar 2026  repeat A        → nothing
 1 Apr 2026  rolls           → fee 5.00     left 1 GB
`;

describe('a scenario', () => {
  it('is read as it stands', () => {
    const [scenario] = parseScenarios(example, 'example');
    expect(scenario).toMatchObject({
      title: 'Overage in started blocks',
      line: 3,
      zone: 'UTC',
      currency: 'EUR',
      base: 1000,
    });
    expect(scenario?.plans).toEqual([
      {
        name: 'EU-1GB',
        type: 'monthly_bundle',
        feeMicros: 500_000_000n,
        activationFeeMicros: 0n,
        tiers: [],
        incrementBytes: null,
        allowanceBytes: 1_000_000_000n,
        overageSizeBytes: 100_000_000n,
        overagePriceMicros: 40_000_000n,
        limitBytes: null,
        prorated: false,
        billingStart: 'assignment',
        readyExitBytes: null,
        readyMonths: null,
      },
    ]);
    expect(scenario?.sims).toEqual([{ name: 'A', plan: 'EU-1GB', fleet: null, limitBytes: null }]);
    expect(scenario?.steps[1]).toEqual({
      line: 7,
      text: expect.stringContaining('use A 1.25 GB'),
      at: new Date('2026-03-02T12:00:00Z'),
      action: { verb: 'use', sim: 'A', bytes: 1_250_000_000n },
      expected: [
        { sim: 'A', kind: 'charge', micros: 120_000_000n },
        { sim: 'A', kind: 'left', bytes: 0n },
      ],
      note: '250 MB over: 3 started blocks',
    });
  });

  it('has a Super SIM plan with prices in steps, fleets, and SIMs named before a colon', () => {
    const text = `scenario  Fleet
zone  Asia/Tokyo
base  1024
plan   S  Super SIM  fee 2.00  0.10 per MB to 1 MB  0.05 per MB  ready until 1 KB  ready for 6 months
fleet  F  on S  limit 5 MB
sim    A  in F
sim    B  in F  limit 1 MB
 1 Mar 2026 09:00  limit F none  → B: lift data_limit  A: no period`;
    const [scenario] = parseScenarios(text, 'fleet');
    expect(scenario?.plans[0]).toMatchObject({ readyExitBytes: 1024n, readyMonths: 6, allowanceBytes: null });
    expect(scenario?.plans[0]?.tiers).toEqual([
      { upToBytes: 1_048_576n, pricePerMb: { digits: 1n, scale: 1 } },
      { upToBytes: null, pricePerMb: { digits: 5n, scale: 2 } },
    ]);
    expect(scenario?.sims[1]).toEqual({ name: 'B', plan: 'S', fleet: 'F', limitBytes: 1_048_576n });
    expect(scenario?.steps[0]).toMatchObject({
      at: new Date('2026-03-01T00:00:00Z'),
      action: { verb: 'limit', of: 'F', bytes: null },
      expected: [
        { sim: 'B', kind: 'lift', reason: 'data_limit' },
        { sim: 'A', kind: 'no_period' },
      ],
    });
  });

  const head = 'scenario  X\nplan  P  Super SIM  fee 1  0.1 per MB\nsim  A  on P\n';
  it.each([
    ['plan  P  Super SIM', '1: the first line is `scenario <title>`'],
    ['scenario', '1: a scenario has a title'],
    ['scenario  X\nzone  Mars/Olympus', '2: not a time zone: Mars/Olympus'],
    ['scenario  X\nplan  P  Prepaid  fee 1', '2: not a plan type: Prepaid'],
    ['scenario  X\nplan  P  Super SIM  fee 1', '2: a price per MB is missing'],
    ['scenario  X\nplan  P  Super SIM  0.1 per MB to 1 GB', '2: a price per MB is missing'],
    ['scenario  X\nplan  P  Super SIM  0.1 per MB  1 GB', '2: not a term of this plan type: 1 GB'],
    ['scenario  X\nplan  P  Monthly bundle  fee 1', '2: an allowance is missing'],
    ['scenario  X\nplan  P  Monthly bundle  1 GB  cheap', '2: not a term of a plan: cheap'],
    ['scenario  X\nsim  A  on P', '2: no plan: on P'],
    [`${head}sim  A  on P`, '4: A is defined twice'],
    [`${head}currency  USD`, '4: settings come first'],
    [`${head}1 Mar 2026  use A 1 MB`, '4: a step is <action> → <expected>'],
    [`${head}1 Mar 2026 use A 1 MB  → charge 0`, '4: a step begins with its date, as 1 Mar 2026, and two spaces'],
    [`${head}30 Feb 2026  use A 1 MB  → charge 0`, '4: no such time: 30 Feb 2026 in UTC'],
    [`${head}1 Mai 2026  use A 1 MB  → charge 0`, '4: not a date: 1 Mai 2026'],
    [`${head}1 Mar 2026  use B 1 MB  → charge 0`, '4: no SIM B'],
    [`${head}1 Mar 2026  use A much  → charge 0`, '4: not a number of bytes: much'],
    [`${head}1 Mar 2026  repeat A  → nothing`, '4: A has sent no record yet'],
    [`${head}1 Mar 2026  dance A  → nothing`, '4: not an action: dance A'],
    [`${head}1 Mar 2026  late A 1 MB at 2 Mar 2026  → charge 0`, '4: a late record was made before its step'],
    [`${head}1 Mar 2026  ready A  → charge 0,01`, '4: not an amount of EUR: 0,01'],
    [`${head}1 Mar 2026  ready A  → joy`, '4: not an expectation: joy'],
    [`${head}1 Mar 2026  ready A  → block because`, '4: not an expectation: block because'],
    [`${head}1 Mar 2026  ready A  → nothing  charge 0`, '4: nothing stands alone'],
    [`${head}sim  B  on P\n1 Mar 2026  rolls  → fee 1`, '5: which SIM? write `A: fee 1`'],
    [`${head}2 Mar 2026  ready A  → charge 0\n1 Mar 2026  rolls  → nothing`, '5: steps stand in order of time'],
    [`${head}2 Mar 2026  ready A  → charge 0\nsim  B  on P`, '5: definitions come before the steps'],
    ['scenario  X\nzone  Europe/Berlin\n', null],
    [
      'scenario  X\nzone  Europe/Berlin\n29 Mar 2026 02:30  rolls  → A: fee 1',
      '3: no such time: 29 Mar 2026 02:30 in Europe/Berlin',
    ],
  ])('%j: %s', (text, message) => {
    const read = () => parseScenarios(text, 'file');
    if (message === null) expect(read).not.toThrow();
    else expect(read).toThrow(`file:${message}`);
  });
});

describe('the scenario files', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt'));
  const scenarios = files.flatMap((file) =>
    parseScenarios(readFileSync(`${import.meta.dirname}/${file}`, 'utf8'), file).map((scenario): [string, Scenario] => [
      `${file}: ${scenario.title}`,
      scenario,
    ]),
  );

  it('hold at least sixty expected lines for both plans', () => {
    const steps = (type: string) =>
      scenarios.filter(([, { plans }]) => plans[0]?.type === type).flatMap(([, scenario]) => scenario.steps).length;
    expect(steps('super_sim')).toBeGreaterThan(60);
    expect(steps('monthly_bundle')).toBeGreaterThan(60);
  });

  it.each(scenarios)('%s: the pencil agrees', (_title, scenario) => {
    expect(workOut(scenario)).toEqual([]);
  });

  it('the pencil finds a wrong expectation', () => {
    const wrong = (from: string, to: string) => workOut(parseScenarios(example.replace(from, to), 'wrong')[0]!);
    expect(wrong('', '')).toEqual([]);
    expect(wrong('charge 1.20', 'charge 1.19')).toHaveLength(1);
    expect(wrong('charge 1.20  left 0', 'left 0')).toHaveLength(1);
    expect(wrong('left 0', 'left 1 B')).toHaveLength(1);
    expect(wrong('→ nothing', '→ charge 0.40')).toHaveLength(1);
  });
});
