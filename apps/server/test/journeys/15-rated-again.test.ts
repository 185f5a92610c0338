import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicId } from '../../src/kit/ids.ts';
import { openWorld, type World } from '../world.ts';
import { data, now, openSteps, type Sim } from './corrections.steps.ts';

let world: World;
let serial = 0;
let steps: Awaited<ReturnType<typeof openSteps>>;

beforeAll(async () => {
  world = await openWorld({ now });
  world.stand(now);
  steps = await openSteps(world);
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

describe('usage rated again', () => {
  type Rerating = {
    id: string | null;
    periods: number;
    differing: number;
    linesDiffering: number;
    totals: { charged: string; wouldBe: string; difference: string; currency: string }[];
    lines: { sim: { iccid: string }; difference: string }[];
    refused: { code: string; periods: number }[];
  };
  type Adjustment = {
    id: string;
    kind: string;
    amount: string;
    reason: string;
    periodId: string;
    sim: { iccid: string };
    transferKey: string;
    detail: Record<string, string>;
  };
  const march = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };
  const rate = (body: object) =>
    world.api<Rerating & { error?: { code: string } }>('POST', '/api/v1/reratings', {
      ...march,
      reason: 'Wrong price',
      ...body,
    });
  const adjustmentsOf = async (sim: Sim) =>
    (await world.api<{ items: Adjustment[] }>('GET', `/api/v1/adjustments?sim=${sim.id}`)).body.items;
  const marchPeriod = async (sim: Sim) =>
    (await steps.periodsOf(sim)).find((one) => one.kind === 'active' && one.startsAt.startsWith('2026-03'))!;
  const newPlan = async (terms: object) => {
    serial += 1;
    const plan = await world.api<{ id: string }>('POST', '/api/v1/plans', {
      name: `Plan ${serial}`,
      ...terms,
    });
    expect(plan.status).toBe(201);
    return plan.body.id;
  };
  const newVersion = async (plan: string, terms: object) => {
    const made = await world.api<{ id: string; version?: { id: string } }>(
      'POST',
      `/api/v1/plans/${plan}/versions`,
      terms,
    );
    expect([made.status, made.body]).toMatchObject([201, {}]);
  };
  /** A SIM that has used so much in March on the plan. */
  async function marchOf(plan: string, bytes: number): Promise<Sim> {
    world.stand(new Date('2026-03-10T12:00:00Z'));
    const sim = await steps.activeSim(plan);
    await steps.hand(sim, data(bytes, 0));
    return sim;
  }

  it('is looked at first, and then posted beside the periods once, which keep what they were charged', async () => {
    const plan = await newPlan({ type: 'pay_per_mb', pricePerMb: '0.10' });
    const sims = [await marchOf(plan, 10_000_000), await marchOf(plan, 20_000_000)];
    world.stand(now);
    await newVersion(plan, { pricePerMb: '0.08' });
    const preview = await rate({ plans: [plan] });
    expect(preview.body).toMatchObject({
      ...{ id: null, periods: 2, differing: 2, linesDiffering: 2, refused: [] },
      totals: [{ charged: '3.00', wouldBe: '2.40', difference: '-0.60', currency: 'EUR' }],
      lines: [
        { sim: { iccid: sims[1]!.iccid }, difference: '-0.40' },
        { sim: { iccid: sims[0]!.iccid }, difference: '-0.20' },
      ],
    });
    expect(await adjustmentsOf(sims[0]!)).toEqual([]);
    const run = await rate({ plans: [plan], dryRun: false });
    expect(run.body).toMatchObject({ differing: 2, totals: [{ difference: '-0.60' }] });
    const [adjustment, ...others] = await adjustmentsOf(sims[0]!);
    expect(others).toEqual([]);
    const period = await marchPeriod(sims[0]!);
    expect(adjustment).toMatchObject({
      ...{ kind: 'rerating', amount: '-0.20', reason: 'Wrong price', periodId: period.id },
      detail: { charged: '1.00', wouldBe: '0.80', rerating: run.body.id },
    });
    expect(period).toMatchObject({ charge: '1.00', adjusted: '-0.20', total: '0.80' });
    const why = await world.api('GET', `/api/v1/explanations/${adjustment!.id}`);
    expect(why.body).toMatchObject({ amount: '-0.20', recomputed: '-0.20', agrees: true });
    // Again there is nothing to post; usage that is late is charged as ever, and the rest is posted when asked again.
    expect((await rate({ plans: [plan], dryRun: false })).body).toMatchObject({ periods: 2, differing: 0 });
    await steps.hand(sims[0]!, data(1_000_000, 0, { occurredAt: '2026-03-11T00:00:00Z' }));
    expect((await rate({ sims: [sims[0]!.id], dryRun: false })).body).toMatchObject({
      ...{ periods: 1, differing: 1 },
      totals: [{ charged: '0.90', wouldBe: '0.88', difference: '-0.02' }],
    });
  });

  it('counts an allowance in the same part of the month, and blocks of overage', async () => {
    const bundle = { type: 'monthly_bundle', fee: '5.00', overageSizeMb: '1', overagePrice: '1.00', prorated: true };
    const plan = await newPlan({ ...bundle, allowanceMb: '31' });
    // From 10 March: 22 of 31 days, 22 MB.
    const sim = await marchOf(plan, 25_000_000);
    world.stand(now);
    await newVersion(plan, { allowanceMb: '62' });
    expect((await rate({ sims: [sim.id], dryRun: false })).body).toMatchObject({
      totals: [{ charged: '3.00', wouldBe: '0.00', difference: '-3.00' }],
    });
  });

  it('is refused where it cannot be told: another currency’s, other zones, no rate', async () => {
    const zone = await world.api<{ id: string }>('POST', '/api/v1/zones', { name: 'Alps', countries: ['AT', 'CH'] });
    const plan = await newPlan({ type: 'pay_per_mb', pricePerMb: '0.10' });
    const sim = await marchOf(plan, 5_000_000);
    await steps.hand(sim, data(0, 5_000_000, { plmn: '23201' }));
    world.stand(now);
    const rates = [{ service: 'data', zone: zone.body.id, model: 'per_unit', price: '0.02', increment: null }];
    await newVersion(plan, { rates });
    expect((await rate({ sims: [sim.id] })).body).toMatchObject({
      ...{ periods: 1, differing: 0 },
      refused: [{ code: 'zones_differ', periods: 1 }],
    });
    const calls = await marchOf(steps.planId, 1_000_000);
    await steps.hand(calls, { service: 'sms', messages: '2' });
    world.stand(now);
    const versions = await world.api<{ items: { id: string }[] }>(
      'GET',
      `/api/v1/plans/${await newPlan({ type: 'pay_per_mb', pricePerMb: '0.05' })}/versions`,
    );
    const asked = { sims: [calls.id], planVersion: versions.body.items[0]!.id };
    expect((await rate(asked)).body).toMatchObject({ refused: [{ code: 'no_rate', periods: 1 }] });
    expect((await rate({})).body.error?.code).toBe('rerating.nothing_named');
  });

  it('has a hand’s credits beside it, which it does not take back', async () => {
    const plan = await newPlan({ type: 'pay_per_mb', pricePerMb: '0.10' });
    const sim = await marchOf(plan, 10_000_000);
    world.stand(now);
    const credit = { sim: sim.id, amount: '-0.25', reason: 'Sorry for the outage' };
    const period = await marchPeriod(sim);
    const made = await world.api<Adjustment>('POST', '/api/v1/adjustments', { ...credit, period: period.id });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      kind: 'manual',
      amount: '-0.25',
      sim: { iccid: sim.iccid },
      periodId: period.id,
    });
    await newVersion(plan, { pricePerMb: '0.20' });
    expect((await rate({ sims: [sim.id], dryRun: false })).body.totals).toMatchObject([{ difference: '1.00' }]);
    expect(await marchPeriod(sim)).toMatchObject({
      adjusted: '0.75',
      total: '1.75',
    });
    const bad = { ...credit, amount: '0.00' };
    expect((await world.api('POST', '/api/v1/adjustments', bad)).status).toBe(400);
    const [blank] = await world.stock(1);
    const nobody = await world.api('POST', '/api/v1/adjustments', { ...credit, sim: publicId('sim', blank!.id) });
    expect(nobody.body).toMatchObject({ error: { code: 'adjustment.nobody_pays' } });
    const log = await world.api<{ items: object[] }>(
      'GET',
      `/api/v1/audit-log?objectId=${sim.id}&action=adjustment.posted`,
    );
    expect(log.body.items).toHaveLength(1);
    const story = await world.api<{ items: { title: string }[] }>('GET', `${sim.path}/timeline?kind=charge`);
    const titles = story.body.items.map((one) => one.title);
    expect(titles).toContain('Credit of 0.25 EUR posted: Sorry for the outage');
    expect(titles).toContain('1.00 EUR charged beside the period: Wrong price');
  });
});
