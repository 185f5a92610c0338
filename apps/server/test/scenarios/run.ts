import type { World } from '../world.ts';
import type { Action, Expectation, Scenario, Step } from './parse.ts';
import { type Line, noLimitMb, openProduct, type Product, type Seen, type Tenants } from './product.ts';

/**
 * Plays a scenario to the real product through its outer doors: usage as RADIUS packets, changes by the API, time by
 * the world's clock. After each line the API is asked what happened and what holds. Returns what differs, as
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
    const refused = (await act(product, step.action, step.at, scenario)) === 409;
    const { seen, found } = await settled(product, step, before, refused);
    problems.push(...found.map((problem) => `${file}:${step.line}: ${problem}`));
    before = seen;
  }
  return problems;
}

/** What follows a change of limit happens in the product's own loops: it is waited for, two seconds at most. */
async function settled(product: Product, step: Step, before: Map<string, Seen>, refused: boolean) {
  for (let attempt = 1; ; attempt++) {
    const seen = await seeAll(product);
    const found = compare(step, before, seen, refused);
    if (found.length === 0 || attempt === 40) return { seen, found };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function seeAll(product: Product): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>();
  for (const [name, line] of product.lines) seen.set(name, await product.see(line));
  return seen;
}

/** Does what the line says. Answers the API's status where it was asked, 200 where the network or the clock acted. */
async function act(product: Product, action: Action, at: Date, scenario: Scenario): Promise<number> {
  if (action.verb === 'rolls') return 200;
  if (action.verb === 'zone') return product.write('PATCH', '/api/v1/organization', { timeZone: action.zone });
  if (action.verb === 'limit') {
    const line = product.lines.get(action.of);
    if (line) return product.write('PATCH', line.path, { dataLimitBytes: action.bytes?.toString() ?? null });
    const dataLimitMb = action.bytes === null ? noLimitMb : String(action.bytes / 1_000_000n);
    return product.write('PATCH', product.fleetPath(action.of), { dataLimitMb });
  }
  const line = product.lines.get(action.sim)!;
  switch (action.verb) {
    case 'assign': {
      const { plan } = scenario.sims.find(({ name }) => name === action.sim)!;
      return product.write('PUT', `${line.path}/plan`, { plan: product.planId(plan) });
    }
    case 'ready':
    case 'activate':
    case 'archive': {
      const status = { ready: 'ready', activate: 'active', archive: 'archived' }[action.verb];
      return product.write('POST', `${line.path}/status`, { status });
    }
    case 'suspend':
      return product.write('POST', `${line.path}/suspension`, {});
    case 'resume':
      return product.write('DELETE', `${line.path}/suspension`);
    case 'use':
      return record(line, action.bytes, at);
    case 'late':
      return record(line, action.bytes, action.madeAt);
    case 'repeat':
      return send(line, line.last!);
  }
}

/** One record is one interim with so many bytes more than the last. */
async function record(line: Line, bytes: bigint, eventTime: Date): Promise<number> {
  if (line.last === null) await line.device.start({ eventTime });
  line.total += bytes;
  line.last = { total: line.total, eventTime };
  return send(line, line.last);
}

async function send(line: Line, { total, eventTime }: NonNullable<Line['last']>): Promise<number> {
  const up = total / 4n;
  const acknowledged = await line.device.update(up, total - up, { eventTime });
  if (!acknowledged) throw new Error('a usage record was not acknowledged');
  return 200;
}

/** What differs between the line and the product, a sentence each. */
function compare(step: Step, before: Map<string, Seen>, after: Map<string, Seen>, refused: boolean): string[] {
  const happened = [...after].flatMap(([sim, seen]) => effects(sim, before.get(sim)!, seen));
  if (refused && 'sim' in step.action) happened.push(`${step.action.sim}: refused`);
  const named = step.expected.filter(isEffect).filter((each) => !('micros' in each && each.micros === 0n));
  const expected = named.map((each) => {
    const text = tell(each);
    // A file may leave the reason of unrated usage open.
    return text.endsWith('unrated ') ? (happened.find((effect) => effect.startsWith(text)) ?? text) : text;
  });
  const problems: string[] = [];
  if (expected.sort().join(', ') !== happened.sort().join(', ')) {
    problems.push(`expected [${expected.join(', ')}], got [${happened.join(', ')}]`);
  }
  for (const each of step.expected.filter((expectation) => !isEffect(expectation))) {
    const seen = after.get(each.sim)!;
    const [want, found] = [tell(each), `${each.sim}: ${observe(each, seen, before.get(each.sim)!)}`];
    if (want !== found) problems.push(`expected ${want}, got ${found}`);
  }
  return problems;
}

/** What happened to a SIM between two looks at it. */
function effects(sim: string, before: Seen, after: Seen): string[] {
  const fees = [...after.fees].filter(([id]) => !before.fees.has(id)).map(([, fee]) => `${fee.kind} ${fee.micros}`);
  const charge = after.charged - before.charged;
  const opened = [...after.blocks].filter(([id]) => !before.blocks.has(id)).map(([, { reason }]) => `block ${reason}`);
  const lifted = [...after.blocks]
    .filter(([id, block]) => block.lifted && !before.blocks.get(id)?.lifted)
    .map(([, { reason }]) => `lift ${reason}`);
  const unrated = [...after.unrated].filter(([id]) => !before.unrated.has(id)).map(([, reason]) => `unrated ${reason}`);
  return [...fees, ...(charge === 0n ? [] : [`charge ${charge}`]), ...opened, ...lifted, ...unrated].map(
    (effect) => `${sim}: ${effect}`,
  );
}

const effectKinds = ['fee', 'activation', 'charge', 'block', 'lift', 'unrated', 'refused'];

function isEffect({ kind }: Expectation): boolean {
  return effectKinds.includes(kind);
}

/** The state that an expectation asks for, as the API shows it. */
function observe(asked: Expectation, seen: Seen, before: Seen): string {
  const [period] = seen.periods;
  switch (asked.kind) {
    case 'status':
      return `status ${seen.status}`;
    case 'used':
      return `used ${period?.usedBytes ?? 0n}`;
    case 'left':
      return `left ${period?.leftBytes ?? 'nothing to be left of'}`;
    case 'period':
      return period
        ? `period ${period.kind} ${period.startsAt.toISOString()} ${period.endsAt?.toISOString() ?? 'without end'}`
        : 'no_period';
    case 'nothing':
      return seen.records === before.records ? 'nothing' : `${seen.records - before.records} usage records`;
    default:
      return period?.state === 'open' ? 'an open period' : 'no_period';
  }
}

function tell({ sim, kind, ...rest }: Expectation): string {
  const values = Object.values(rest).map((value) => (value instanceof Date ? value.toISOString() : String(value)));
  return `${sim}: ${[kind, ...values].join(' ')}`;
}
