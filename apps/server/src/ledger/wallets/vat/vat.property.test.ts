import { divideHalfEven } from '@simwright/measure';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drift } from '../../../../test/world.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { atomically } from '../../../kit/db.ts';
import { type Id, newId } from '../../../kit/ids.ts';
import { setNumber, setRate, taxDay } from '../../../tax/index.ts';
import { createCompany } from '../../../tenancy/index.ts';
import { type TenancyWorld, tenancyWorld } from '../../../tenancy/testing.ts';
import {
  accountKey,
  creditWallet,
  debitMany,
  debitWallet,
  endDue,
  getWallets,
  lockWallets,
  openAccounts,
  openWallet,
  postFresh,
  setVatAt,
  type Wallet,
} from '../../index.ts';
import { monthOf } from './model.ts';

let now = new Date('2026-03-02T08:00:00Z');
let world: TenancyWorld;
let ctx: () => Ctx;
let revenue: Id;

beforeAll(async () => {
  world = await tenancyWorld({ now: () => now });
  const { organization } = await world.organization();
  ctx = () => world.as(organization);
  const account = { kind: 'usage_revenue' as const, ownerId: organization.id, currency: 'EUR' };
  revenue = (await openAccounts(ctx(), [account])).get(accountKey(account))!;
  await setVatAt(ctx(), 'spending');
});
afterAll(async () => {
  // Usage here has no period behind it, and fees no line.
  expect((await drift(world.owner)).filter((row) => row.law !== 'I3 wallet')).toEqual([]);
  await world.close();
});

const micros = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 40_000_000 }));
const day = fc.record({
  /** What was used, in pieces; what was taken back is below zero. */
  usage: fc.array(fc.tuple(micros, fc.boolean()), { maxLength: 5 }),
  /** After which piece VAT is posted besides. */
  posted: fc.integer({ min: 0, max: 4 }),
  fees: fc.array(micros, { maxLength: 3 }),
  byHand: fc.option(micros, { nil: undefined }),
  /** A program that ends before it commits. */
  killed: fc.boolean(),
  rate: fc.option(fc.constantFrom(0, 77_000, 190_000, 210_000, 255_000), { nil: undefined, freq: 4 }),
  days: fc.integer({ min: 0, max: 20 }),
});

type Day = typeof day extends fc.Arbitrary<infer T> ? T : never;

/** What a month should come to at a category and rate. */
type Sums = Map<string, bigint>;

async function open(floorMicros: bigint): Promise<Wallet> {
  const { id: ownerId } = await createCompany(ctx(), { name: newId(ctx()) });
  const wallet = await openWallet(ctx(), { ownerId, floorMicros });
  expect(wallet.vatAt).toBe('spending');
  const credit = { walletId: wallet.id, amountMicros: 60_000_000n, kind: 'refill' as const, reason: 'paid in' };
  await creditWallet(ctx(), { ...credit, key: newId(ctx()) });
  return wallet;
}

async function used(wallet: Wallet, micros: bigint): Promise<void> {
  if (micros === 0n) return;
  const transfer = { kind: 'usage' as const, key: newId(ctx()), contra: revenue };
  await atomically(ctx(), (ctx) => postFresh(ctx, transfer, [{ payer: wallet.id, amount: micros }]));
}

async function remainingOf({ id }: Wallet): Promise<bigint> {
  return (await getWallets(ctx(), [id]))[0]!.remainingMicros;
}

/** Fees in turn, each whole with its VAT; returns which were posted. */
async function pay(wallet: Wallet, fees: number[], killed: boolean): Promise<boolean[]> {
  const debits = fees.map((fee) => ({
    ...{ walletId: wallet.id, amountMicros: BigInt(fee), key: newId(ctx()), kind: 'fee' as const, contra: revenue },
  }));
  const before = await remainingOf(wallet);
  if (killed) {
    const dies = atomically(ctx(), async (ctx) => {
      await debitMany(ctx, debits);
      throw new Error('killed');
    });
    await expect(dies).rejects.toThrow('killed');
    expect(await remainingOf(wallet)).toBe(before);
  }
  const outcomes = await debitMany(ctx(), debits);
  if (outcomes.some(({ posted }) => posted)) {
    expect(await remainingOf(wallet)).toBeGreaterThanOrEqual(wallet.floorMicros);
  }
  expect(
    (
      await debitMany(
        ctx(),
        debits.filter((_, i) => outcomes[i]!.posted),
      )
    ).every(({ posted }) => posted),
  ).toBe(true);
  return outcomes.map(({ posted }) => posted);
}

async function linesOf({ id }: Wallet) {
  const found = await world.owner.pool.query(
    `select month::text, category, rate_ppm as rate, net_micros as net, vat_micros as vat, rounding_micros as rounding, closed_at is not null as closed
       from wallet_vat where wallet_id = $1 and net_micros <> 0 order by month, rate_ppm`,
    [id],
  );
  return found.rows as {
    month: string;
    category: string;
    rate: number;
    net: bigint;
    vat: bigint;
    rounding: bigint;
    closed: boolean;
  }[];
}

/** A fee that fits, and one that would without its VAT; and what is spent in two months. */
const refusedOnce: [Day[], number] = [
  [
    {
      ...{ usage: [[20_000_000, false]], posted: 4, fees: [20_000_000, 11_000_000], byHand: undefined },
      ...{ killed: true, rate: 210_000, days: 20 },
    },
    { usage: [[5, false]], posted: 0, fees: [], byHand: 1, killed: false, rate: undefined, days: 20 },
  ],
  0,
];

let refused = 0;
let closed = 0;

it('VAT is that of the whole month, however what was spent was cut, and no debit that may be refused takes what is owed as VAT', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(day, { minLength: 2, maxLength: 6 }),
      fc.integer({ min: -50, max: 20 }),
      async (days, low) => {
        const floor = BigInt(low) * 1_000_000n;
        const [cut, whole] = [await open(floor), await open(floor)];
        const sums: Sums = new Map();
        // Nobody has set a rate yet: that is another category than a rate of zero.
        let tax = { category: 'O', rate: 0 };
        for (const one of days) {
          // Of two rates from one day the later holds, to the millisecond.
          now = new Date(now.getTime() + 1);
          if (one.rate !== undefined) {
            const { rate } = one;
            const category = rate === 0 ? ('Z' as const) : ('S' as const);
            tax = { category, rate };
            for (const { ownerId } of [cut, whole]) {
              await setRate(ctx(), ownerId, { validFrom: taxDay(ctx(), now), category, ratePpm: rate, reason: '' });
            }
          }
          let sum = 0n;
          for (const [i, [amount, back]] of one.usage.entries()) {
            const micros = back ? -BigInt(amount) : BigInt(amount);
            sum += micros;
            await used(cut, micros);
            if (i === one.posted) await atomically(ctx(), (ctx) => lockWallets(ctx, [cut.id]));
          }
          await used(whole, sum);
          const taken = await pay(cut, one.fees, one.killed);
          // Both hold the same to the last micro, so both are refused the same.
          expect(await pay(whole, one.fees, false)).toEqual(taken);
          await atomically(ctx(), (ctx) => lockWallets(ctx, [cut.id, whole.id]));
          expect(await remainingOf(whole)).toBe(await remainingOf(cut));
          refused += taken.filter((posted) => !posted).length;
          if (one.byHand !== undefined) {
            for (const wallet of [cut, whole]) {
              const debit = { walletId: wallet.id, amountMicros: BigInt(one.byHand), reason: 'out', key: newId(ctx()) };
              const left = (await remainingOf(wallet)) - debit.amountMicros;
              if (left >= floor) expect((await debitWallet(ctx(), debit)).remainingMicros).toBe(left);
              else await expect(debitWallet(ctx(), debit)).rejects.toMatchObject({ code: 'wallet.insufficient_funds' });
            }
          }
          const key = `${monthOf(taxDay(ctx(), now))} ${tax.category} ${tax.rate}`;
          const paid = one.fees.reduce((all, fee, i) => (taken[i] ? all + BigInt(fee) : all), 0n);
          sums.set(key, (sums.get(key) ?? 0n) + sum + paid);
          now = new Date(now.getTime() + one.days * 86_400_000);
          await endDue(ctx());
        }
        now = new Date(now.getTime() + 32 * 86_400_000);
        await endDue(ctx());
        for (const wallet of [cut, whole]) {
          const lines = await linesOf(wallet);
          const expected = [...sums].filter(([, net]) => net !== 0n).sort();
          expect(lines.map((line) => [`${line.month} ${line.category} ${line.rate}`, line.net]).sort()).toEqual(
            expected,
          );
          for (const line of lines) {
            expect(line.closed).toBe(true);
            expect(line.vat).toBe(divideHalfEven(line.net * BigInt(line.rate), 1_000_000_000_000n) * 1_000_000n);
            expect(line.vat + line.rounding).toBe(divideHalfEven(line.net * BigInt(line.rate), 1_000_000n));
            closed += 1;
          }
        }
      },
    ),
    { numRuns: 10, examples: [refusedOnce] },
  );
  // The law is worth something only where fees were refused, and months were closed.
  expect(refused).toBeGreaterThan(0);
  expect(closed).toBeGreaterThan(0);
}, 300_000);

it('follows usage within a minute, or at once where it may take the wallet to its floor, and tells so', async () => {
  await setRate(ctx(), ctx().organization.id, {
    validFrom: taxDay(ctx(), now),
    category: 'S',
    ratePpm: 200_000,
    reason: '',
  });
  const wallet = await open(0n);
  const untaxed = async () => (await getWallets(ctx(), [wallet.id]))[0]!.untaxedMicros;
  await used(wallet, 10_000_000n);
  await endDue(ctx());
  expect([await untaxed(), await remainingOf(wallet)]).toEqual([10_000_000n, 50_000_000n]);
  now = new Date(now.getTime() + 60_000);
  await endDue(ctx());
  expect([await untaxed(), await remainingOf(wallet)]).toEqual([0n, 48_000_000n]);
  // 40 of 48 are gone, and VAT of them is exactly what is left.
  await used(wallet, 40_000_000n);
  expect(await remainingOf(wallet)).toBe(8_000_000n);
  await endDue(ctx());
  expect([await untaxed(), await remainingOf(wallet)]).toEqual([0n, 0n]);
  const told = await world.owner.pool.query(
    `select name from events where subject_id = $1 and name = 'wallet.floor_reached'`,
    [wallet.id],
  );
  expect(told.rows).toHaveLength(1);
  // What is taken back brings its VAT back.
  await used(wallet, -50_000_000n);
  now = new Date(now.getTime() + 60_000);
  await endDue(ctx());
  expect(await remainingOf(wallet)).toBe(60_000_000n);
}, 180_000);

it('asks for nothing under reverse charge, and says how much that was', async () => {
  const wallet = await open(0n);
  await setNumber(ctx(), wallet.ownerId, { country: 'AT', number: 'U12345678' });
  await world.owner.pool.query(
    `update tax_numbers set valid = true, checked_at = now(), checked_how = 'manual', checked_by = 'test'`,
  );
  const reason = 'Reverse charge';
  await setRate(ctx(), wallet.ownerId, { validFrom: taxDay(ctx(), now), category: 'AE', ratePpm: 0, reason });
  await used(wallet, 7_000_000n);
  await atomically(ctx(), (ctx) => lockWallets(ctx, [wallet.id]));
  expect(await remainingOf(wallet)).toBe(53_000_000n);
  expect(await linesOf(wallet)).toMatchObject([{ rate: 0, net: 7_000_000n, vat: 0n }]);
}, 180_000);
