import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyTerms, type PlanType, type PlanVersion, planTypes } from '../../src/catalog/index.ts';
import { type Candidate, type Charged, decideCharges, type World } from '../../src/charging/model/decide.ts';
import type { ChargedSim } from '../../src/inventory/index.ts';
import { type Period, type PoolPeriod, sharesPool } from '../../src/periods/index.ts';
import { chargesEachUnit } from '../../src/rating/index.ts';
import { ratesOf, type Sold, shape, sold } from './plans.ts';

const [march, april, may] = ['2026-03-01', '2026-04-01', '2026-05-01'].map((day) => new Date(`${day}T00:00:00Z`));
/** Low enough to be reached by some of what is drawn, and by some not. */
const limit = 2n * 10n ** 8n;
const countries: Record<string, string> = { '26201': 'DE', '310260': 'US', '21407': 'ES' };

/** One line of each type, each in a closed month and an open one; two share the data of a pool. */
function worldOf(sellings: Map<PlanType, Sold>, lateUsage: World['lateUsage']): World {
  const versions = new Map<string, PlanVersion>();
  const lines = new Map<string, ChargedSim>();
  const [periods, pools]: [Period[], PoolPeriod[]] = [[], []];
  for (const type of planTypes) {
    const version = versionOf(type, sellings.get(type)!);
    versions.set(version.id, version);
    lines.set(type, lineOf(type));
    const poolId = sharesPool(version) ? type : null;
    periods.push(periodOf(version, 'closed', march!, april!, poolId), periodOf(version, 'open', april!, may!, poolId));
    if (poolId) pools.push(monthOf(poolId, 'closed', march!, april!), monthOf(poolId, 'open', april!, may!));
  }
  const countryOf = (plmn: string) => countries[plmn] ?? null;
  return { lines, billed: new Map(), periods, pools, versions, lateUsage, countryOf, newId: () => 'new' };
}

function versionOf(type: PlanType, plan: Sold): PlanVersion {
  return {
    ...emptyTerms(type, 'EUR', 1000),
    ...{ id: `version of ${type}`, planId: type, version: 1, createdAt: march!, dataLimitBytes: limit },
    rates: ratesOf(plan),
    zones: [
      { id: 'EU', name: 'EU', countries: ['DE'], plmns: [] },
      { id: 'US', name: 'US', countries: [], plmns: ['310260'] },
    ],
    ...(type === 'monthly_bundle' && {
      ...{ allowanceBytes: plan.allowanceBytes ?? 10n ** 8n, overageSizeBytes: plan.overageSizeBytes },
      overagePriceMicros: plan.overagePriceMicros,
    }),
    ...(type === 'unlimited' && { fairUseBytes: limit }),
  };
}

function lineOf(id: string): ChargedSim {
  return {
    ...{ id, telecomId: 'telecom', iccid: '', imsi: null, imei: null, companyId: null, fleetId: null },
    ...{
      dataLimitBytes: null,
      fleetDataLimitMb: null,
      lowDataBytes: null,
      lifecycle: 'active',
      registeredAt: march!,
      version: 0n,
    },
  };
}

function periodOf(version: PlanVersion, state: Period['state'], from: Date, to: Date, poolId: string | null): Period {
  return {
    ...{ id: `${version.type} ${state}`, lineId: version.type, kind: 'active', startsAt: from, endsAt: to, state },
    ...{ anchor: { local: '2026-03-01T00:00:00.000', zone: 'UTC' }, planVersionId: version.id, payerId: version.type },
    ...{ allowanceBytes: version.type === 'prepaid' ? limit : version.allowanceBytes, poolId, totals: null },
    ...{ usedBytes: 0n, limitUsedBytes: 0n, takenOverBytes: null, chargeMicros: 0n, recurringMicros: null },
    ...{ invoicedAt: null, version: 0n },
  };
}

function monthOf(poolId: string, state: PoolPeriod['state'], from: Date, to: Date): PoolPeriod {
  return {
    ...{ id: `pool ${poolId} ${state}`, poolId, startsAt: from, endsAt: to, state, payerId: `pool ${poolId}` },
    terms: {
      ...{ id: poolId, poolId, version: 1, createdAt: from, currency: 'EUR', mbBytes: 1_000_000n, feeMicros: 0n },
      ...{ allowanceBytes: limit, overageSizeBytes: 10n ** 7n, overagePriceMicros: 12_345n },
      paymentType: 'post_billing',
    },
    ...{ anchor: { local: '2026-03-01T00:00:00.000', zone: 'UTC' }, dataLimitBytes: null, allowanceBytes: limit },
    ...{ usedBytes: 0n, limitUsedBytes: 0n, chargeMicros: 0n, invoicedAt: null, version: 0n },
  };
}

const quantity = fc.oneof(fc.bigInt({ min: 1n, max: 10n }), fc.bigInt({ min: 1n, max: 5n * 10n ** 8n }));
const candidates = fc
  .array(
    fc.record({
      lineId: fc.constantFrom(...planTypes),
      service: fc.constantFrom('data', 'data', 'data', 'sms', 'voice'),
      quantity,
      plmn: fc.constantFrom('26201', '310260', '21407', ''),
      occurredAt: fc.date({ min: march!, max: new Date(may!.getTime() - 1), noInvalidDate: true }),
    }),
    { maxLength: 40 },
  )
  .map((all) =>
    all.map(
      ({ lineId, service, quantity, plmn, occurredAt }, i): Candidate => ({
        ...{
          inboxId: null,
          lineId,
          imsi: null,
          problem: null,
          sourceId: 'source',
          sourceKey: String(i),
          sessionId: null,
        },
        ...{ bytesUp: service === 'data' ? quantity / 3n : 0n, units: service === 'data' ? 0n : quantity },
        bytesDown: service === 'data' ? quantity - quantity / 3n : 0n,
        ...{ service, plmn, occurredAt, receivedAt: occurredAt, raw: null, claim: null },
      }),
    ),
  );
/** Rates of each type: a type that charges by the megabyte sells data, the others only messages and calls. */
const sellings = fc
  .array(sold(shape), { minLength: planTypes.length, maxLength: planTypes.length })
  .map((all) => {
    const dataRates = all.find(({ rates }) => rates.some(({ service }) => service === 'data'))?.rates ?? [];
    return new Map(
      planTypes.map((type, i): [PlanType, Sold] => {
        const { rates, ...rest } = all[i]!;
        const others = rates.filter(({ service }) => service !== 'data');
        const data = [...rates, ...dataRates].filter(({ service }) => service === 'data');
        const once = data.filter((rate, at) => data.findIndex((other) => other.zone === rate.zone) === at);
        return [type, { ...rest, type, rates: chargesEachUnit(type) ? [...others, ...once] : others }];
      }),
    );
  })
  .filter((all) => all.get('paygo')!.rates.some(({ service }) => service === 'data'));
const lateUsage = fc.constantFrom('own_period' as const, 'current_period' as const);

/** Decides batch after batch; each begins where the one before has left the periods. */
function decideAll(world: World, batches: Candidate[][]): { world: World; all: Charged[] } {
  const all: Charged[] = [];
  let now = world;
  for (const batch of batches) {
    const decided = decideCharges(batch, now);
    const periods = new Map(decided.touched.map((period) => [period.id, period]));
    const pools = new Map(decided.touchedPools.map((pool) => [pool.id, pool]));
    now = {
      ...now,
      periods: now.periods.map((period) => periods.get(period.id) ?? period),
      pools: now.pools.map((pool) => pools.get(pool.id) ?? pool),
    };
    all.push(decided);
  }
  return { world: now, all };
}

/** What is billed and told, whatever came first. */
function outcomeOf({ world, all }: ReturnType<typeof decideAll>) {
  const sums = new Map<string, bigint>();
  for (const { sums: owed } of all) {
    for (const [payer, { amountMicros }] of owed) sums.set(payer, (sums.get(payer) ?? 0n) + amountMicros);
  }
  const nonzero = (totals: Period['totals']) => Object.entries(totals ?? {}).sort();
  return {
    periods: world.periods.map(({ id, usedBytes, limitUsedBytes, chargeMicros, totals }) => ({
      ...{ id, usedBytes, limitUsedBytes, chargeMicros, totals: nonzero(totals) },
    })),
    pools: world.pools.map(({ id, usedBytes, limitUsedBytes, chargeMicros }) => ({
      ...{ id, usedBytes, limitUsedBytes, chargeMicros },
    })),
    sums: [...sums].filter(([, micros]) => micros !== 0n).sort(),
    crossed: all.flatMap(({ crossings }) => crossings.map(({ lineId, limitFrom }) => `${lineId} ${limitFrom}`)).sort(),
    fair: all.flatMap(({ fairUses }) => fairUses.map(({ periodId }) => periodId)).sort(),
    exhausted: [...new Set(all.flatMap(({ exhaustions }) => exhaustions.map(({ periodId }) => periodId)))].sort(),
    unrated: all.flatMap(({ unrated }) => unrated.map((u) => `${u.candidate.sourceKey} ${u.reason}`)).sort(),
  };
}

describe('usage of all plan types, in a closed and an open month', () => {
  it('costs the same in any order, cut into any batches', () => {
    const shuffled = candidates.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    const cuts = fc.array(fc.nat(40), { maxLength: 5 });
    fc.assert(
      fc.property(sellings, lateUsage, shuffled, cuts, (sellings, lateUsage, [ordered, other], cuts) => {
        const world = worldOf(sellings, lateUsage);
        const whole = outcomeOf(decideAll(world, [ordered]));
        expect(outcomeOf(decideAll(world, cutAt(other, cuts)))).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it('is booked once: the records of a period, and of a pool, are its totals and its charge', () => {
    fc.assert(
      fc.property(sellings, lateUsage, candidates, (sellings, lateUsage, candidates) => {
        const { world, all } = decideAll(worldOf(sellings, lateUsage), [candidates]);
        const records = all.flatMap((each) => each.records);
        const unrated = all.flatMap((each) => each.unrated);
        expect(records.length + unrated.length).toBe(candidates.length);
        for (const { id, usedBytes } of world.periods) {
          expect(sum(records.filter((r) => r.periodId === id).map((r) => r.bytesUp + r.bytesDown))).toBe(usedBytes);
        }
        for (const { id, usedBytes } of world.pools) {
          expect(sum(records.filter((r) => r.poolPeriodId === id).map((r) => r.bytesUp + r.bytesDown))).toBe(usedBytes);
        }
        const charged = sum([...world.periods, ...world.pools].map(({ chargeMicros }) => chargeMicros));
        expect(sum(records.map(({ chargeMicros }) => chargeMicros))).toBe(charged);
      }),
    );
  });

  it('is about something: it is charged, unrated, over limits and out of balance', () => {
    const sampled = fc.sample(fc.tuple(sellings, lateUsage, candidates), { numRuns: 200, seed: 1 });
    const seen = sampled.map(([sellings, late, candidates]) =>
      outcomeOf(decideAll(worldOf(sellings, late), [candidates])),
    );
    for (const field of ['sums', 'crossed', 'fair', 'exhausted', 'unrated'] as const) {
      expect(seen.filter((outcome) => outcome[field].length > 0).length, field).toBeGreaterThan(5);
    }
    expect(seen.some(({ pools }) => pools.some(({ chargeMicros }) => chargeMicros > 0n))).toBe(true);
  });
});

function cutAt<T>(list: T[], cuts: number[]): T[][] {
  const bounds = [0, ...cuts.map((cut) => Math.min(cut, list.length)).sort((a, b) => a - b), list.length];
  return bounds.slice(1).map((bound, i) => list.slice(bounds[i], bound));
}

function sum(values: bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
