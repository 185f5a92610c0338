import { luhnDigit } from '@simwright/measure';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as carriers from '../../src/carriers/index.ts';
import * as catalog from '../../src/catalog/index.ts';
import * as inventory from '../../src/inventory/index.ts';
import type { Ctx, Organization } from '../../src/kit/ctx.ts';
import { type Id, publicId } from '../../src/kit/ids.ts';
import { openRelay } from '../../src/kit/relay.ts';
import { operationRoutes } from '../../src/operations/index.ts';
import { archive, assignPlan, periodRoutes, planAssignment } from '../../src/periods/index.ts';
import { call, type TenancyWorld, tenancyWorld } from '../../src/tenancy/testing.ts';
import { databaseCpuMs, killAfterChunks, killWorkers, startWorker, until } from '../import/harness.ts';
import { drift } from '../world.ts';

/** Lines that change their plan: 10,000 with `SIZE=10000`, which is how the figure of the documentation was taken. */
const size = Number(process.env.SIZE ?? 2_000);
const patienceMs = 60_000 + 20 * size;
/** One in so many is archived, and refuses. */
const badEvery = 50;

let world: TenancyWorld;
let base: string;
let organization: Organization;
let key: string;
let sims: { id: Id; iccid: string }[];
let plans: { from: Id; to: Id };

const ctx = (): Ctx => world.as(organization);
const isBad = (n: number) => n % badEvery === badEvery - 1;

beforeAll(async () => {
  world = await tenancyWorld();
  organization = (await world.organization('Ours')).organization;
  key = await world.key(organization);
  ({ base } = await world.serve((http) => {
    operationRoutes(http, { plan_assignment: planAssignment });
    periodRoutes(http, { reply: null as never, read: async () => null, leave: async () => {} });
  }));
  const telecom = await carriers.createTelecom(ctx(), { name: 'Core network', connector: 'radius' });
  plans = { from: await plan('Small', 9n), to: await plan('Large', 30n) };
  sims = await stock(telecom.id);
  for (let at = 0; at < size; at += 500) {
    const ids = sims.slice(at, at + 500).map((sim) => sim.id);
    await assignPlan(ctx(), ids, plans.from);
    await archive(
      ctx(),
      ids.filter((_, n) => isBad(at + n)),
    );
  }
}, patienceMs);
afterAll(async () => {
  killWorkers();
  await world.close();
});

async function plan(name: string, euros: bigint): Promise<Id> {
  const terms = {
    ...catalog.emptyTerms('monthly_bundle', 'EUR', 1000),
    ...{ feeMicros: euros * 100_000_000n, allowanceBytes: 1_000_000_000n, prorated: true },
    billingStart: 'assignment' as const,
  };
  return (await catalog.createPlan(ctx(), { name, terms })).plan.id;
}

async function stock(telecomId: Id): Promise<{ id: Id; iccid: string }[]> {
  const added: { id: Id; iccid: string }[] = [];
  for (let at = 0; at < size; at += 1_000) {
    const wanted = Array.from({ length: Math.min(1_000, size - at) }, (_, n) => {
      const body = `8988307${String(at + n).padStart(11, '0')}`;
      return {
        ...{ telecomId, iccid: body + luhnDigit(body), iccidCheckDigit: 'ok' as const, form: 'physical' as const },
        ...{ imsi: `90170${String(at + n).padStart(10, '0')}`, msisdn: null, eid: null },
      };
    });
    added.push(...(await inventory.addSims(ctx(), wanted)).map(({ id, iccid }) => ({ id: id!, iccid })));
  }
  return added;
}

const get = async (path: string) => (await call(base, 'GET', `/api/v1${path}`, { key })).body;

/** Waits for a state, workers killed on the way, and says what that cost. */
async function reach(state: string, id: string, killAfter: number[]): Promise<void> {
  const from = performance.now();
  const cpu = await databaseCpuMs(world);
  for (const chunks of killAfter) await killAfterChunks(world, chunks, patienceMs);
  const worker = startWorker(world);
  await until(`the state ${state}`, patienceMs, async () => (await get(`/operations/${id}`)).operation.state === state);
  const seconds = (performance.now() - from) / 1000;
  const { cpuMs } = worker.usage();
  await worker.kill();
  console.log(
    `${size} lines to ${state} with ${killAfter.length} kills: ${seconds.toFixed(1)} s, ${Math.round(size / seconds)} lines/s; ` +
      `the last worker: CPU ${cpuMs} ms; the server: CPU ${(await databaseCpuMs(world)) - cpu} ms`,
  );
}

describe(`${size} lines that change their plan now, one in ${badEvery} of them archived`, () => {
  it(
    'change exactly once, although their workers are killed in the middle of chunks',
    async () => {
      const bad = sims.filter((_, n) => isBad(n)).length;
      const begun = await call(base, 'POST', '/api/v1/operations/plan-assignments', {
        key,
        body: { plan: publicId('plan', plans.to), effective: 'now', sims: sims.map((sim) => sim.iccid) },
      });
      expect(begun.status).toBe(202);
      const { id } = begun.body;
      await reach('checked', id, size > 2_000 ? [] : [1]);
      const checked = await get(`/operations/${id}`);
      expect(checked).toMatchObject({
        operation: { progress: { rows: `${size}`, failed: `${bad}` } },
        effects: [{ effect: 'changes_now', rows: `${size - bad}` }],
      });
      const [costs] = checked.operation.found.costs;
      await call(base, 'POST', `/api/v1/operations/${id}/start`, { key });
      await reach('done', id, size > 2_000 ? [] : [2]);
      const { operation } = await get(`/operations/${id}`);
      expect(operation.progress).toMatchObject({ done: `${size - bad}`, failed: `${bad}`, waiting: '0' });

      // Each line was charged and given back once, and what was foretold.
      const { rows } = await world.owner.pool.query(
        `select s.lifecycle = 'archived' as bad, count(distinct s.id)::int as lines,
                count(distinct s.id) filter (where a.plan_id = $1)::int as moved, sum(f.fees)::int as fees, sum(j.adjusted)::int as adjusted
           from sims s
           left join plan_assignments a on a.line_id = s.id and a.ends_at is null
           left join lateral (select count(*) as fees from fees where line_id = s.id) f on true
           left join lateral (select count(*) as adjusted from adjustments where line_id = s.id) j on true
          group by 1 order by 1`,
        [plans.to],
      );
      const good = size - bad;
      expect(rows).toEqual([
        { bad: false, lines: good, moved: good, fees: 2 * good, adjusted: good },
        { bad: true, lines: bad, moved: 0, fees: bad, adjusted: 0 },
      ]);
      const sums = await world.owner.pool.query(
        `select (select sum(amount_micros) from fees f join plan_versions v on v.id = f.plan_version_id where v.plan_id = $1) / 1e8 as due,
                (select sum(amount_micros) from adjustments) / 1e8 as returned`,
        [plans.to],
      );
      expect([Number(costs.due), Number(costs.returned)]).toEqual([
        Number(sums.rows[0].due),
        Number(sums.rows[0].returned),
      ]);
      const relay = openRelay({ react: async () => {}, live: null });
      while ((await relay(world.runtime, organization)) > 0);
      expect(await drift(world.owner)).toEqual([]);
    },
    3 * patienceMs,
  );
});
