import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isEffect, parseScenarios, type Scenario } from './language/index.ts';
import { workOut } from './pencil/index.ts';

const example = `
# The example of README.md.
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
        rates: [],
        allowanceBytes: 1_000_000_000n,
        overageSizeBytes: 100_000_000n,
        overagePriceMicros: 40_000_000n,
        limitBytes: null,
        prorated: false,
        billingStart: 'assignment',
        recurringScope: 'active',
        readyExitBytes: null,
        readyMonths: null,
        validityDays: null,
        refills: [],
        fairUseBytes: null,
        throttleKbps: null,
      },
    ]);
    expect(scenario?.sims).toEqual([{ name: 'A', plan: 'EU-1GB', fleet: null, company: null, limitBytes: null }]);
    expect(scenario?.steps[1]).toEqual({
      line: 7,
      text: expect.stringContaining('use A 1.25 GB'),
      at: new Date('2026-03-02T12:00:00Z'),
      action: { verb: 'use', sim: 'A', service: 'data', quantity: 1_250_000_000n, madeAt: null, network: null },
      expected: [
        { of: 'A', kind: 'charge', micros: 120_000_000n },
        { of: 'A', kind: 'left', bytes: 0n },
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
    expect(scenario?.plans[0]?.rates).toEqual([
      {
        ...{ service: 'data', zone: null, increment: null, model: 'steps', whole: false },
        steps: [
          { upTo: 1_048_576n, price: { digits: 1n, scale: 1 } },
          { upTo: null, price: { digits: 5n, scale: 2 } },
        ],
      },
    ]);
    expect(scenario?.sims[1]).toMatchObject({ name: 'B', plan: 'S', fleet: 'F', limitBytes: 1_048_576n });
    expect(scenario?.steps[0]).toMatchObject({
      at: new Date('2026-03-01T00:00:00Z'),
      action: { verb: 'limit', of: 'F', bytes: null },
      expected: [
        { of: 'B', kind: 'lift', reason: 'data_limit' },
        { of: 'A', kind: 'no_period' },
      ],
    });
  });

  it('has zones, companies with wallets, pools, and prices of every model', () => {
    const text = `scenario  All of it
covers  one rule  another rule
zone  Asia/Tokyo
carrier  Europe/Berlin
late  to current period
zone  EU = DE FR 26201
company  ACME  zone America/New_York
wallet   ACME  10.00  floor -5.00
plan  PAY  PAYGO  1.00 per MB  volume 0.20 per MB to 10 MB in EU  volume 0.10 per MB in EU  each 10 SMS for 0.50  0.20 per minute  increment 60 s
pool  P    static  10 GB  fee 20.00  overage 100 MB for 1.00  of ACME
sim   A    on PAY  of ACME
 1 Mar 2026  call A 90 s in 26201  → charge 0.40  ACME: wallet 9.60
 2 Mar 2026  restate A 1 Mar 2026 to 700 MB  → adjustment -1.00  unknown network`;
    const [scenario] = parseScenarios(text, 'all');
    expect(scenario).toMatchObject({
      covers: ['one rule', 'another rule'],
      ...{ zone: 'Asia/Tokyo', carrierZone: 'Europe/Berlin', lateUsage: 'current_period' },
      areas: [{ name: 'EU', countries: ['DE', 'FR'], networks: ['26201'] }],
      companies: [{ name: 'ACME', zone: 'America/New_York' }],
      wallets: [{ company: 'ACME', micros: 1_000_000_000n, floorMicros: -500_000_000n }],
      pools: [
        { name: 'P', type: 'static', company: 'ACME', allowanceBytes: 10_000_000_000n, feeMicros: 2_000_000_000n },
      ],
    });
    expect(scenario?.plans[0]?.rates).toMatchObject([
      { service: 'data', zone: null, model: 'steps' },
      { service: 'data', zone: 'EU', model: 'steps', whole: true, steps: [{ upTo: 10_000_000n }, { upTo: null }] },
      { service: 'sms', model: 'package', size: 10n, micros: 50_000_000n },
      { service: 'voice', model: 'steps', increment: 60n },
    ]);
    expect(scenario?.steps[0]?.action).toEqual({
      ...{ verb: 'use', sim: 'A', service: 'voice', quantity: 90n, madeAt: null, network: '26201' },
    });
    expect(scenario?.steps[1]?.action).toMatchObject({ verb: 'restate', day: '2026-03-01', bytes: 700_000_000n });
    expect(scenario?.steps[1]?.expected.map(({ kind }) => kind)).toEqual(['adjustment', 'unknown_network']);
  });

  const head = 'scenario  X\nplan  P  Super SIM  fee 1  0.1 per MB\nsim  A  on P\n';
  it.each([
    ['plan  P  Super SIM', '1: the first line is `scenario <title>`'],
    ['scenario', '1: a scenario has a title'],
    ['scenario  X\nzone  Mars/Olympus', '2: not a time zone: Mars/Olympus'],
    ['scenario  X\nplan  P  Gratis  fee 1', '2: not a plan type: Gratis'],
    ['scenario  X\nplan  P  Prepaid  fee 1', '2: not a term of this plan type: fee 1'],
    ['scenario  X\nplan  P  Prepaid  refill 1 GB for 1', '2: a validity is missing'],
    ['scenario  X\nplan  P  Unlimited  fee 1  0.1 per MB', '2: not a term of this plan type: 0.1 per MB'],
    ['scenario  X\nplan  P  PAYGO  0.1 per MB in EU', '2: no zone EU'],
    ['scenario  X\nzone  EU = DE Fr', '2: not a zone: EU = DE Fr'],
    ['scenario  X\nwallet  ACME  1.00', '2: no company: of ACME'],
    ['scenario  X\npool  P  dynamic  1 GB', '2: the members of a dynamic pool bring this: 1 GB'],
    ['scenario  X\nplan  P  Super SIM  fee 1', '2: a price per MB is missing'],
    ['scenario  X\nplan  P  Super SIM  0.1 per MB to 1 GB', '2: a price without `to` is missing'],
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
    [`${head}1 Mar 2026  join A P  → nothing`, '4: no pool P'],
    [`${head}1 Mar 2026  use A 1 MB at 28 Feb 2026  → nothing`, '4: use A and its time: 1 MB at 28 Feb 2026'],
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
  const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const read = (file: string) => readFileSync(`${import.meta.dirname}/${file}`, 'utf8');
  const rules = lines(read('covered.txt')).map((line) => line.split(/\s{2,}/) as [string, string]);
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt') && name !== 'covered.txt');
  const scenarios = files.flatMap((file) =>
    parseScenarios(read(file), file).map((scenario): [string, Scenario] => [`${file}: ${scenario.title}`, scenario]),
  );

  it('are a hundred and twenty and more', () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(120);
  });

  it('cover every rule, and name none that is not there', () => {
    const covered = new Set(scenarios.flatMap(([, { covers }]) => covers));
    const [elsewhere, here] = [rules.filter(([, words]) => words.startsWith('elsewhere')), rules.map(([id]) => id)];
    expect([...covered].filter((id) => !here.includes(id))).toEqual([]);
    expect(here.filter((id) => !covered.has(id))).toEqual(elsewhere.map(([id]) => id));
  });

  it.each(scenarios)('%s: the pencil agrees', (_title, scenario) => {
    expect(workOut(scenario)).toEqual([]);
  });

  it.each(files)('%s: no expectation may be left out, or be another', (file) => {
    for (const scenario of parseScenarios(read(file), file)) {
      for (const other of wrongOnes(scenario)) expect(workOut(other), other.title).not.toEqual([]);
    }
  });
});

/** The scenario once for each of its expectations, which is missing there if it is an effect, else is off by one. */
function* wrongOnes(scenario: Scenario): Generator<Scenario> {
  for (const [at, step] of scenario.steps.entries()) {
    for (const [i, each] of step.expected.entries()) {
      const changed = isEffect(each) ? [] : 'bytes' in each ? [{ ...each, bytes: each.bytes + 1n }] : null;
      if (changed === null || ('micros' in each && each.micros === 0n)) continue;
      const wrong = { ...step, expected: step.expected.toSpliced(i, 1, ...changed) };
      yield { ...scenario, title: `line ${step.line}: ${each.kind}`, steps: scenario.steps.with(at, wrong) };
    }
  }
}
