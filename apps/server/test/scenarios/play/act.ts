import { randomUUID } from 'node:crypto';
import { formatAmount } from '@simwright/measure';
import { type Action, readPoolTerm, readTerm, type Use } from '../language/index.ts';
import { planForm, poolForm } from './plan-form.ts';
import { type Line, noLimitMb, type Product } from './product.ts';

/** Does what the line says. Answers the status of the API where it was asked, 200 where the network or the clock acted. */
export async function act(product: Product, action: Action, at: Date): Promise<number> {
  if ('sim' in action) return actOnLine(product, product.lines.get(action.sim)!, action, at);
  const { ids, scenario, ask } = product;
  const money = (micros: bigint) => formatAmount(micros, scenario.currency);
  switch (action.verb) {
    case 'rolls':
      return 200;
    case 'zone': {
      const of = action.company === null ? 'organization' : `companies/${ids.companies.get(action.company)}`;
      return (await ask('PATCH', `/api/v1/${of}`, { timeZone: action.zone })).status;
    }
    case 'credit': {
      const credit = { amount: money(action.micros), reason: 'paid in', kind: 'refill' };
      return (await ask('POST', `/api/v1/wallets/${ids.wallets.get(action.company)}/credits`, credit)).status;
    }
    case 'floor': {
      const floor = { floor: money(action.micros) };
      return (await ask('PATCH', `/api/v1/wallets/${ids.wallets.get(action.company)}`, floor)).status;
    }
    case 'create':
      return createPool(product, action.pool);
    case 'limit':
      return setLimit(product, action.of, action.bytes);
    case 'edit':
      return edit(product, action.of, action.term);
  }
}

type OnLine = Extract<Action, { sim: string }>;

async function actOnLine(product: Product, line: Line, action: OnLine, at: Date): Promise<number> {
  const { ids, scenario, ask } = product;
  const status = async (method: string, path: string, body?: unknown) => (await ask(method, path, body)).status;
  const own = scenario.sims.find(({ name }) => name === action.sim)!.plan;
  switch (action.verb) {
    case 'use':
      return use(product, line, action, at);
    case 'repeat':
      await line.repeat!();
      return 200;
    case 'ready':
    case 'activate':
    case 'archive': {
      const to = { ready: 'ready', activate: 'active', archive: 'archived' }[action.verb];
      return status('POST', `${line.path}/status`, { status: to });
    }
    case 'suspend':
      return status('POST', `${line.path}/suspension`, {});
    case 'resume':
      return status('DELETE', `${line.path}/suspension`);
    case 'move':
      return status('PATCH', line.path, { company: ids.companies.get(action.company) });
    case 'assign':
      return assign(product, line, own, null, 'now');
    case 'join':
      return assign(product, line, own, action.pool, action.when);
    case 'change':
      return assign(product, line, action.plan, null, action.when);
    case 'unassign':
    case 'leave':
      return status('DELETE', `${line.path}/plan?effective=${action.when === 'now' ? 'now' : 'next_period'}`);
    case 'refill':
      return status('POST', `${line.path}/refills`, { refill: await refillOf(product, action.bytes) });
    case 'restate': {
      const [up, down] = [action.bytes / 4n, action.bytes - action.bytes / 4n];
      const sim = line.path.split('/').at(-1);
      return status('POST', '/api/v1/usage-restatements', {
        timeZone: scenario.carrierZone,
        restatements: [{ sim, day: action.day, bytesUp: String(up), bytesDown: String(down) }],
      });
    }
    case 'place': {
      const sim = line.path.split('/').at(-1);
      const waiting = await ask<{ items: { id: string }[] }>('GET', `/api/v1/unrated?limit=200&sim=${sim}`);
      const placed = await status('POST', '/api/v1/unrated/place', { ids: waiting.body.items.map(({ id }) => id) });
      // What was placed is charged by the worker that holds the inbox.
      await product.world.running.worker.runToQuiet();
      return placed;
    }
  }
}

async function use(product: Product, line: Line, { service, quantity, madeAt, network }: Use, at: Date) {
  const occurredAt = madeAt ?? at;
  if (service === 'data') line.repeat = await line.device.use(quantity, occurredAt, network);
  else {
    const record = {
      ...{ id: randomUUID(), sim: line.path.split('/').at(-1), service, occurredAt: occurredAt.toISOString() },
      ...(service === 'sms' ? { messages: String(quantity) } : { seconds: String(quantity) }),
      ...(network !== 'nowhere' && { plmn: network ?? '23410' }),
    };
    line.repeat = async () => {
      await product.ask('POST', '/api/v1/usage-records', { records: [record] });
    };
  }
  await line.repeat();
  return 200;
}

async function assign(
  { ids, ask }: Product,
  line: Line,
  plan: string,
  pool: string | null,
  effective: 'now' | 'next_period',
): Promise<number> {
  const shared = pool === null ? {} : { pool: ids.pools.get(pool) };
  return (await ask('PUT', `${line.path}/plan`, { plan: ids.plans.get(plan), ...shared, effective })).status;
}

/** The id of a refill: of the plan that the scenario sells refills on. */
async function refillOf({ ids, ask, scenario }: Product, bytes: bigint): Promise<string> {
  type Shown = { version: { refills: { id: string; mb: string }[] } };
  const plan = scenario.plans.find(({ type }) => type === 'prepaid')!;
  const { body } = await ask<Shown>('GET', `/api/v1/plans/${ids.plans.get(plan.name)}`);
  const mb = String(bytes / BigInt(scenario.base) ** 2n);
  return body.version.refills.find((refill) => refill.mb === mb)!.id;
}

async function createPool({ scenario, ids, number, ask }: Product, name: string): Promise<number> {
  const pool = scenario.pools.find((pool) => pool.name === name)!;
  const { status, body } = await ask('POST', '/api/v1/pools', {
    ...{ name: `${name} ${number}`, type: pool.type, ...poolForm(pool, scenario) },
    company: pool.company === null ? null : ids.companies.get(pool.company),
    dataLimitBytes: pool.limitBytes === null ? null : String(pool.limitBytes),
  });
  ids.pools.set(name, body.id);
  return status;
}

async function setLimit({ lines, ids, ask }: Product, of: string, bytes: bigint | null): Promise<number> {
  const dataLimitBytes = bytes === null ? null : String(bytes);
  const line = lines.get(of);
  if (line) return (await ask('PATCH', line.path, { dataLimitBytes })).status;
  const pool = ids.pools.get(of);
  if (pool) return (await ask('PATCH', `/api/v1/pools/${pool}`, { dataLimitBytes })).status;
  const dataLimitMb = bytes === null ? noLimitMb : String(bytes / 1_000_000n);
  return (await ask('PATCH', `/api/v1/fleets/${ids.fleets.get(of)}`, { dataLimitMb })).status;
}

async function edit({ scenario, ids, ask }: Product, of: string, term: string): Promise<number> {
  const pool = scenario.pools.find(({ name }) => name === of);
  if (pool) {
    const after = poolForm({ ...pool, ...readPoolTerm(pool, term, scenario) }, scenario);
    return (await ask('POST', `/api/v1/pools/${ids.pools.get(of)}/terms`, changed(poolForm(pool, scenario), after)))
      .status;
  }
  const plan = scenario.plans.find(({ name }) => name === of)!;
  const edited = { ...plan, ...readTerm({ ...plan, rates: [] }, term, scenario) };
  const [before, after] = [plan, edited].map((one) => planForm(one, scenario, ids.zones));
  return (await ask('POST', `/api/v1/plans/${ids.plans.get(of)}/versions`, changed(before!, after!))).status;
}

/** Fields that are not written stay as they are. */
function changed(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const differs = ([field, value]: [string, unknown]) => JSON.stringify(before[field]) !== JSON.stringify(value);
  return Object.fromEntries(Object.entries(after).filter(differs));
}
