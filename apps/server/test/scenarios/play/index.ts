import type { World } from '../../world.ts';
import type { Scenario, Step } from '../language/index.ts';
import { act } from './act.ts';
import { compare } from './compare.ts';
import { openProduct, type Product } from './product.ts';
import { type Seen, seeAll } from './seen.ts';
import type { Tenants } from './tenants.ts';

export { openTenants, type Tenants } from './tenants.ts';

/**
 * Plays a scenario to the real product through its outer doors: usage as RADIUS packets and records, changes by the API, time
 * by the world's clock. After each line it is looked at what happened and what holds. Returns what differs, as
 * `file:line: expected …, got …`; `number` tells it from the other scenarios that were played to this world.
 */
export async function playScenario(
  world: World,
  tenants: Tenants,
  scenario: Scenario,
  { file, number }: { file: string; number: number },
): Promise<string[]> {
  world.stand(scenario.steps[0]!.at);
  const product = await openProduct(world, await tenants.for(scenario), scenario, number);
  let before = await seeAll(product);
  const problems: string[] = [];
  for (const step of scenario.steps) {
    world.stand(step.at);
    await product.roll();
    const refused = (await act(product, step.action, step.at)) === 409;
    const { seen, found } = await settled(product, step, before, refused);
    problems.push(...found.map((problem) => `${file}:${step.line}: ${problem}`));
    before = seen;
  }
  return problems;
}

/** What follows a change happens in the product's own loops: here its work is done at once, until there is none. */
async function settled(product: Product, step: Step, before: Map<string, Seen>, refused: boolean) {
  await product.quiet();
  const seen = await seeAll(product);
  return { seen, found: compare(step, before, seen, refused) };
}
