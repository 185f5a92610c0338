import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  backOffMs,
  type Decision,
  decide,
  type Facts,
  failuresInARow,
  grossOf,
  mostADay,
  mostTimes,
  type Past,
  type PayerKind,
  type Purse,
  payerKinds,
  type Settings,
} from './model.ts';

const now = new Date('2026-11-20T12:00:00Z');
const minuteMs = 60_000;
const mb = 1_000_000n;
const euro = 100_000_000n;

const card: Purse = { kind: 'card', cardId: 'card', ratePpm: 190_000, leastMicros: 50_000_000n };
const wallet = (freeMicros: bigint): Purse => ({ kind: 'wallet', walletId: 'wallet', freeMicros, ratePpm: null });

const settings: Settings = {
  ...{ low: 100n * mb, size: { kind: 'times', gain: 100n * mb, priceMicros: 3n * euro } },
  ...{ payers: ['own_card'], cooldownMinutes: 10, dailyCapMicros: null, monthlyCapMicros: null },
};
const facts: Facts = {
  ...{ now, has: 40n * mb, pending: 0n, purses: new Map([['own_card', card]]), past: [] },
  ...{ spent: { dayMicros: 0n, monthMicros: 0n, today: 0 }, leastMicros: 0n, mostMicros: null },
  ...{ tomorrow: new Date('2026-11-21T00:00:00Z'), nextMonth: new Date('2026-12-01T00:00:00Z') },
};
const ago = (minutes: number) => new Date(now.getTime() - minutes * minuteMs);
const past = (state: Past['state'], minutes: number, payer: PayerKind = 'own_card'): Past => ({
  ...{ state, payer, createdAt: ago(minutes) },
  settledAt: state === 'open' || state === 'action_needed' ? null : ago(minutes),
});

describe('one charge sized to the gap', () => {
  it('is as many refills as bring the balance to the threshold, and no more than ten', () => {
    const times = (has: bigint, low: bigint) => decide({ ...settings, low }, { ...facts, has });
    expect(times(99n * mb, 100n * mb)).toMatchObject({ kind: 'charge', times: 1, grossMicros: 357_000_000n });
    expect(times(0n, 250n * mb)).toMatchObject({ times: 3, priceMicros: 9n * euro });
    expect(times(-500n * mb, 100n * mb)).toMatchObject({ times: 6 });
    expect(times(0n, 5_000n * mb)).toMatchObject({ times: 10 });
    expect(times(100n * mb, 100n * mb)).toMatchObject({ kind: 'wait', reason: 'enough' });
  });

  it('fills a wallet up to an amount in whole smallest units, within the bounds of a refill', () => {
    const upTo = (has: bigint, bounds: Partial<Facts> = {}) =>
      decide(
        { ...settings, low: 10n * euro, size: { kind: 'up_to', target: 50n * euro } },
        { ...facts, has, ...bounds },
      );
    expect(upTo(7n * euro + 1n)).toMatchObject({ kind: 'charge', times: 1, priceMicros: 43n * euro });
    expect(upTo(0n, { mostMicros: 20n * euro })).toMatchObject({ priceMicros: 20n * euro });
    expect(upTo(0n, { leastMicros: 60n * euro })).toMatchObject({ priceMicros: 60n * euro });
  });

  it('is fewer where the wallet or a cap allows no more', () => {
    const asked = { ...settings, low: 300n * mb, payers: ['own_wallet'] as PayerKind[] };
    const from = (free: bigint) => ({ ...facts, has: 0n, purses: new Map([['own_wallet' as const, wallet(free)]]) });
    expect(decide(asked, from(9n * euro))).toMatchObject({ times: 3 });
    expect(decide(asked, from(7n * euro))).toMatchObject({ times: 2 });
    expect(decide(asked, from(2n * euro))).toMatchObject({ kind: 'wait', reason: 'nobody_can', walletId: 'wallet' });
    const capped = { ...asked, dailyCapMicros: 8n * euro };
    expect(decide(capped, from(100n * euro))).toMatchObject({ times: 2 });
    const spent = { dayMicros: 7n * euro, monthMicros: 7n * euro, today: 2 };
    expect(decide(capped, { ...from(100n * euro), spent })).toEqual({
      ...{ kind: 'wait', reason: 'daily_cap', until: facts.tomorrow, walletId: null },
    });
  });
});

describe('never a second one meanwhile', () => {
  it('while one is open, while what is on its way is enough, while it rests', () => {
    expect(decide(settings, { ...facts, past: [past('open', 1)] })).toMatchObject({ reason: 'in_flight' });
    expect(decide(settings, { ...facts, past: [past('action_needed', 900)] })).toMatchObject({
      reason: 'action_needed',
    });
    expect(decide(settings, { ...facts, pending: 60n * mb })).toMatchObject({ reason: 'pending' });
    expect(decide(settings, { ...facts, past: [past('succeeded', 9)] })).toMatchObject({
      ...{ reason: 'cooldown', until: ago(-1) },
    });
    expect(decide(settings, { ...facts, past: [past('succeeded', 10)] })).toMatchObject({ kind: 'charge' });
  });
});

describe('who pays', () => {
  const two = { ...settings, payers: ['own_card', 'company_wallet'] as PayerKind[] };
  const purses = new Map<PayerKind, Purse>([
    ['own_card', card],
    ['company_wallet', wallet(100n * euro)],
  ]);

  it('is the first that can; who has refused is left alone for longer and longer, and the next one is asked', () => {
    expect(decide(two, { ...facts, purses })).toMatchObject({ payer: 'own_card' });
    const declined = { ...facts, purses, past: [past('failed', 1)] };
    expect(decide(two, declined)).toMatchObject({ kind: 'charge', payer: 'company_wallet' });
    const alone = (past: Past[]) => decide(settings, { ...facts, past });
    expect(alone([past('failed', 59)])).toMatchObject({ reason: 'backing_off', until: ago(-1) });
    expect(alone([past('failed', 60)])).toMatchObject({ kind: 'charge' });
    expect(alone([past('failed', 60), past('failed', 130)])).toMatchObject({ reason: 'backing_off', until: ago(-300) });
    // A success in between forgives.
    expect(alone([past('failed', 60), past('succeeded', 120), past('failed', 130)])).toMatchObject({ kind: 'charge' });
  });

  it('is nobody any more after five refusals in a row, unless another can', () => {
    const five = [100, 200, 300, 400, 500].map((minutes) => past('failed', minutes * 100));
    expect(decide(settings, { ...facts, past: five })).toEqual({ kind: 'suspend' });
    expect(decide(two, { ...facts, purses, past: five })).toMatchObject({ kind: 'charge', payer: 'company_wallet' });
    expect(decide(settings, { ...facts, purses: new Map() })).toMatchObject({ kind: 'wait', reason: 'nobody_can' });
  });
});

const arbitraryPast = fc
  .array(
    fc.record({
      state: fc.constantFrom<Past['state']>('none', 'succeeded', 'failed', 'failed', 'failed'),
      payer: fc.constantFrom(...payerKinds),
      minutes: fc.integer({ min: 1, max: 10_000 }),
    }),
    { maxLength: 12 },
  )
  .chain((settled) =>
    fc
      .constantFrom<Past['state'] | null>(null, null, null, null, 'open', 'action_needed')
      .map((open) => [
        ...(open ? [past(open, 0)] : []),
        ...settled
          .sort((a, b) => a.minutes - b.minutes)
          .map(({ state, minutes, payer }) => past(state, minutes, payer)),
      ]),
  );
const purse = fc.oneof(
  fc.record({
    ...{ kind: fc.constant('card' as const), cardId: fc.constant('card'), leastMicros: fc.constant(50_000_000n) },
    ratePpm: fc.integer({ min: 0, max: 270_000 }),
  }),
  fc.bigInt({ min: 0n, max: 60n * euro }).map(wallet),
  fc.constant<Purse>({ kind: 'none', reason: 'no_card' }),
);
const cap = fc.option(fc.bigInt({ min: 1n, max: 100n * euro }), { nil: null });
const arbitrary = fc.record({
  settings: fc.record<Settings>({
    low: fc.bigInt({ min: 1n, max: 2_000n * mb }),
    size: fc.oneof(
      fc.record({
        kind: fc.constant('times' as const),
        gain: fc.bigInt({ min: 1n * mb, max: 1_000n * mb }),
        priceMicros: fc.bigInt({ min: 1n, max: 20n * euro }),
      }),
      fc.bigInt({ min: 2_000n * mb, max: 9_000n * mb }).map((target) => ({ kind: 'up_to' as const, target })),
    ),
    payers: fc.uniqueArray(fc.constantFrom(...payerKinds), { minLength: 1 }),
    cooldownMinutes: fc.integer({ min: 0, max: 2_000 }),
    dailyCapMicros: cap,
    monthlyCapMicros: cap,
  }),
  facts: fc.record({
    has: fc.bigInt({ min: -100n * mb, max: 600n * mb }),
    pending: fc.bigInt({ min: 0n, max: 200n * mb }),
    purses: fc
      .array(purse, { minLength: 4, maxLength: 4 })
      .map((four) => new Map(payerKinds.map((k, i) => [k, four[i]!]))),
    past: arbitraryPast,
    spent: fc.record({
      dayMicros: fc.bigInt({ min: 0n, max: 50n * euro }),
      monthMicros: fc.bigInt({ min: 0n, max: 90n * euro }),
      today: fc.constantFrom(0, 0, 0, 1, mostADay - 1, mostADay),
    }),
  }),
});

/** What must hold of a charge, said without the way it was decided. */
function holds(settings: Settings, facts: Facts, decision: Decision): void {
  if (decision.kind === 'wait') {
    if (decision.until) expect(decision.until > facts.now).toBe(true);
    expect(decision.reason === 'enough').toBe(facts.has >= settings.low);
    return;
  }
  expect(facts.past.every(({ settledAt }) => settledAt !== null)).toBe(true);
  expect(facts.has + facts.pending < settings.low).toBe(true);
  if (decision.kind === 'suspend') {
    const refused = settings.payers.filter((kind) => failuresInARow(facts.past, kind).count > backOffMs.length);
    expect(refused.length).toBeGreaterThan(0);
    return;
  }
  const { payer, times, priceMicros, grossMicros } = decision;
  const purse = facts.purses.get(payer)! as Exclude<Purse, { kind: 'none' }>;
  expect(grossMicros).toBe(grossOf(priceMicros, purse));
  expect(facts.spent.today).toBeLessThan(mostADay);
  for (const [capMicros, spent] of [
    [settings.dailyCapMicros, facts.spent.dayMicros],
    [settings.monthlyCapMicros, facts.spent.monthMicros],
  ] as const) {
    if (capMicros !== null) expect(spent + grossMicros <= capMicros).toBe(true);
  }
  if (purse.kind === 'wallet') expect(grossMicros <= purse.freeMicros).toBe(true);
  const last = facts.past.find(({ state }) => state !== 'none');
  if (last?.state === 'succeeded') {
    expect(facts.now.getTime() - last.createdAt.getTime()).toBeGreaterThanOrEqual(settings.cooldownMinutes * minuteMs);
  }
  const { count, lastAt } = failuresInARow(facts.past, payer);
  expect(count).toBeLessThanOrEqual(backOffMs.length);
  if (lastAt) expect(facts.now.getTime() - lastAt.getTime()).toBeGreaterThanOrEqual(backOffMs[count - 1]!);
  expect(times).toBeGreaterThanOrEqual(1);
  expect(times).toBeLessThanOrEqual(mostTimes);
  if (settings.size.kind !== 'times') return;
  expect(priceMicros).toBe(settings.size.priceMicros * BigInt(times));
  // One less would not have reached the threshold.
  expect(facts.has + facts.pending + settings.size.gain * BigInt(times - 1) < settings.low).toBe(true);
}

it('whatever the balance, what is on its way, the caps, the purses and the past', () => {
  let charges = 0;
  fc.assert(
    fc.property(arbitrary, ({ settings, facts: drawn }) => {
      const all: Facts = { ...facts, ...drawn, leastMicros: 50_000_000n, mostMicros: 5_000n * euro };
      const decision = decide(settings, all);
      if (decision.kind === 'charge') charges += 1;
      holds(settings, all, decision);
      // The same again is decided the same.
      expect(decide(settings, all)).toEqual(decision);
    }),
    { numRuns: 3_000 },
  );
  expect(charges).toBeGreaterThan(100);
});
