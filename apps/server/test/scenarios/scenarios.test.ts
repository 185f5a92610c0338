import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from '../world.ts';
import { parseScenarios } from './language/index.ts';
import { openTenants, playScenario, type Tenants } from './play/index.ts';

let world: World;
let tenants: Tenants;
beforeAll(async () => {
  world = await openWorld();
  // The loops would look at every organization five times a second; each step has its work done at once instead.
  await world.running.worker.stop();
  tenants = openTenants(world);
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await tenants.close();
  await world.close();
});

let number = 0;

describe('by packets, the API and the clock', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt') && name !== 'covered.txt');
  const all = files.flatMap((file) =>
    parseScenarios(readFileSync(join(import.meta.dirname, file), 'utf8'), file).map(
      (scenario) => [`${file}: ${scenario.title}`, { file, scenario }] as const,
    ),
  );
  it.each(all)('%s', async (_title, { file, scenario }) => {
    expect(await playScenario(world, tenants, scenario, { file, number: ++number })).toEqual([]);
  });
});

describe('the runner', () => {
  const example = `scenario  Wrong on purpose
plan  EU-1GB  Monthly bundle  fee 5.00  1 GB  overage 100 MB for 0.40
sim   A  on EU-1GB
 1 Mar 2026  assign A        → fee 5.00     left 1 GB
 2 Mar 2026  use A 1.25 GB   → charge 1.20  left 0
 2 Mar 2026  repeat A        → nothing`;

  it.each([
    ['→ fee 5.00', '→ fee 5.01', 'wrong:4: expected [A: fee 501000000], got [A: fee 500000000]'],
    ['charge 1.20', 'charge 1.21', 'wrong:5: expected [A: charge 121000000], got [A: charge 120000000]'],
    ['left 0', 'left 1 B', 'wrong:5: expected A: left 1, got A: left 0'],
    ['→ nothing', '→ charge 0.40', 'wrong:6: expected [A: charge 40000000], got []'],
  ])('finds a wrong expectation: %s → %s', async (from, to, problem) => {
    const [scenario] = parseScenarios(example.replace(from, to), 'wrong');
    expect(await playScenario(world, tenants, scenario!, { file: 'wrong', number: ++number })).toEqual([problem]);
  });
});
