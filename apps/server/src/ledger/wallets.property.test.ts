import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drift } from '../../test/world.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import { createCompany } from '../tenancy/index.ts';
import { type TenancyWorld, tenancyWorld } from '../tenancy/testing.ts';
import {
  accountKey,
  captureHold,
  creditWallet,
  debitMany,
  openAccounts,
  openWallet,
  placeHold,
  postFresh,
  releaseHold,
  setFloor,
  type Wallet,
  walletsOf,
} from './index.ts';

let world: TenancyWorld;
let ctx: Ctx;
let clearing: Id;

beforeAll(async () => {
  world = await tenancyWorld();
  ctx = world.as((await world.organization()).organization);
  const account = { kind: 'clearing' as const, ownerId: ctx.organization.id, currency: 'EUR' };
  clearing = (await openAccounts(ctx, [account])).get(accountKey(account))!;
});
afterAll(async () => {
  // Usage here has no period behind it, and fees no line.
  expect((await drift(world.owner)).filter((row) => row.law !== 'I3 wallet')).toEqual([]);
  await world.close();
});

type Step =
  | { do: 'debit'; amounts: number[] }
  | { do: 'usage'; amount: number }
  | { do: 'credit'; amount: number }
  | { do: 'hold'; amount: number; next: 'capture' | 'release' | 'leave' }
  | { do: 'floor'; floor: number };

const amount = fc.integer({ min: 1, max: 40 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('debit' as const),
      amounts: fc.array(amount, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('usage' as const), amount }) },
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ do: fc.constant('hold' as const), amount },
      next: fc.constantFrom('capture' as const, 'release' as const, 'leave' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('credit' as const), amount }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('floor' as const), floor: fc.integer({ min: -50, max: 50 }) }) },
);

/** What one connection does, one database transaction after the other; each on a connection of its own. */
async function perform(wallet: Wallet, steps: Step[]): Promise<void> {
  const key = () => newId(ctx);
  for (const one of steps) {
    if (one.do === 'debit') {
      const debits = one.amounts.map((a) => ({
        ...{ walletId: wallet.id, amountMicros: BigInt(a), key: key(), kind: 'fee' as const, contra: clearing },
      }));
      await debitMany(ctx, debits);
    } else if (one.do === 'usage') {
      const transfer = { kind: 'usage' as const, key: key(), contra: clearing };
      await atomically(ctx, (ctx) => postFresh(ctx, transfer, [{ payer: wallet.id, amount: BigInt(one.amount) }]));
    } else if (one.do === 'credit') {
      const credit = { walletId: wallet.id, amountMicros: BigInt(one.amount), key: key() };
      await creditWallet(ctx, { ...credit, kind: 'refill', reason: 'paid in' });
    } else if (one.do === 'hold') await hold(wallet, one);
    else await setFloor(ctx, wallet.id, BigInt(one.floor));
  }
}

/** Sets money aside where there is enough, and takes it, frees it, or leaves it so. */
async function hold(wallet: Wallet, one: Step & { do: 'hold' }): Promise<void> {
  const walletId = wallet.id;
  const placed = await unlessRefused(placeHold(ctx, { walletId, amountMicros: BigInt(one.amount), reason: 'a test' }));
  if (!placed) return;
  held += 1;
  const debit = { key: newId(ctx), kind: 'fee' as const, contra: clearing };
  // Usage, and a higher floor, may have taken what was held.
  if (one.next === 'capture') await unlessRefused(captureHold(ctx, { walletId, holdId: placed.id, debit }));
  if (one.next === 'release') await releaseHold(ctx, walletId, placed.id);
}

async function unlessRefused<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    expect(error).toMatchObject({ code: 'wallet.insufficient_funds' });
    return null;
  }
}

let held = 0;

type Entry = { amount: bigint; after: bigint; floor: bigint | null; kind: string };

async function entriesOf(wallet: Wallet): Promise<Entry[]> {
  const found = await world.owner.pool.query(
    `select e.amount_micros as amount, e.balance_after as after, e.floor_micros as floor, t.kind
       from entries e join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
      where e.ledger_account_id = $1`,
    [wallet.id],
  );
  return found.rows;
}

it('takes no wallet below its floor by a debit that may be refused, whatever two connections do at once', async () => {
  let refusedNear = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 3, maxLength: 8 }),
      fc.array(step, { minLength: 3, maxLength: 8 }),
      fc.integer({ min: -50, max: 50 }),
      async (here, there, floor) => {
        const company = await createCompany(ctx, { name: newId(ctx) });
        const wallet = await openWallet(ctx, { ownerId: company.id, floorMicros: BigInt(floor) });
        await Promise.all([perform(wallet, here), perform(wallet, there)]);

        const entries = await entriesOf(wallet);
        // Each began where another ended: none was decided on a balance that was no longer so.
        const begun = entries.map((entry) => entry.after - entry.amount);
        const ended = [0n, ...entries.map((entry) => entry.after)];
        const [now] = await walletsOf(ctx, [company.id]);
        expect([...begun, -now!.remainingMicros].sort()).toEqual(ended.sort());
        for (const entry of entries) {
          expect(entry.floor !== null).toBe(entry.kind === 'fee');
          if (entry.floor !== null) expect(-entry.after).toBeGreaterThanOrEqual(entry.floor);
        }
        // What is set aside is more than it holds only where usage or a higher floor came after it.
        if (![...here, ...there].some((one) => one.do === 'usage' || one.do === 'floor')) {
          expect(now!.remainingMicros - now!.heldMicros).toBeGreaterThanOrEqual(BigInt(Math.min(floor, 0)));
        }
        // Without usage and with a floor that stays, nothing else could have taken it there either.
        if (![...here, ...there].some((one) => one.do === 'usage' || one.do === 'floor')) {
          const lowest = entries.reduce((low, entry) => (-entry.after < low ? -entry.after : low), 0n);
          expect(lowest).toBeGreaterThanOrEqual(BigInt(Math.min(floor, 0)));
        }
        const wanted = [...here, ...there].flatMap((one) => (one.do === 'debit' ? one.amounts : []));
        if (entries.filter((entry) => entry.kind === 'fee').length < wanted.length) refusedNear += 1;
      },
    ),
    { numRuns: 30 },
  );
  // The law is worth something only where debits were refused.
  expect(refusedNear).toBeGreaterThan(10);
  expect(held).toBeGreaterThan(3);
});
