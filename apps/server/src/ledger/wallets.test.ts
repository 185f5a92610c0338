import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drift } from '../../test/world.ts';
import type { Ctx, Organization } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import { createCompany, createEndUser } from '../tenancy/index.ts';
import { type TenancyWorld, tenancyWorld } from '../tenancy/testing.ts';
import {
  accountKey,
  creditWallet,
  type Debit,
  debitMany,
  debitWallet,
  openAccounts,
  openWallet,
  setFloor,
  type Wallet,
  walletsAtFloor,
  walletsOf,
} from './index.ts';

let world: TenancyWorld;
let organization: Organization;
let ctx: Ctx;
let clearing: Id;
let serial = 0;
const eur = (cents: bigint) => cents * 1_000_000n;

beforeAll(async () => {
  world = await tenancyWorld();
  organization = (await world.organization()).organization;
  ctx = world.as(organization);
  const account = { kind: 'clearing' as const, ownerId: organization.id, currency: 'EUR' };
  clearing = (await openAccounts(ctx, [account])).get(accountKey(account))!;
});
afterAll(async () => {
  expect(await drift(world.owner)).toEqual([]);
  await world.close();
});

/** A company's wallet with money in it. */
async function wallet(cents: bigint, floor = 0n): Promise<Wallet> {
  serial += 1;
  const company = await createCompany(ctx, { name: `Company ${serial}` });
  const opened = await openWallet(ctx, { ownerId: company.id, floorMicros: eur(floor) });
  if (cents === 0n) return opened;
  return creditWallet(ctx, {
    ...{ walletId: opened.id, amountMicros: eur(cents), kind: 'refill' as const },
    ...{ reason: 'paid in', key: `first ${serial}` },
  });
}

const now = async (w: Wallet) => (await walletsOf(ctx, [w.ownerId]))[0]!;
const debit = (w: Wallet, cents: bigint, key: string): Debit => ({
  ...{ walletId: w.id, amountMicros: eur(cents), key, kind: 'adjustment', contra: clearing },
});

async function events(id: Id): Promise<string[]> {
  const found = await world.owner.pool.query('select name from events where subject_id = $1 order by sequence', [id]);
  return found.rows.map((event) => event.name);
}

describe('opening a wallet', () => {
  it('is for a company, an end user or the organization, once, in its own currency', async () => {
    const company = await createCompany(ctx, { name: 'Dollar', currency: 'USD' });
    const user = await createEndUser(ctx, { companyId: company.id, email: 'sam@example.com' });
    for (const ownerId of [company.id, user.id]) {
      expect(await openWallet(ctx, { ownerId, floorMicros: 0n })).toMatchObject({
        currency: 'USD',
        remainingMicros: 0n,
      });
    }
    const own = await openWallet(ctx, { ownerId: organization.id, floorMicros: -eur(500n) });
    expect(own).toMatchObject({ currency: 'EUR', floorMicros: -eur(500n) });
    expect(await events(own.id)).toEqual(['wallet.opened']);
    const again = openWallet(ctx, { ownerId: company.id, floorMicros: 0n });
    await expect(again).rejects.toMatchObject({ code: 'wallet.open_already' });
    const other = openWallet(ctx, { ownerId: company.id, currency: 'EUR', floorMicros: 0n });
    await expect(other).rejects.toMatchObject({ code: 'wallet.currency_differs' });
    const nobody = openWallet(ctx, { ownerId: own.id, floorMicros: 0n });
    await expect(nobody).rejects.toMatchObject({ code: 'account.not_found' });
  });

  it('takes over what came to it before', async () => {
    const company = await createCompany(ctx, { name: 'Early' });
    const account = { kind: 'wallet' as const, ownerId: company.id, currency: 'EUR' };
    await openAccounts(ctx, [account]);
    expect(await walletsOf(ctx, [company.id])).toEqual([]);
    await openWallet(ctx, { ownerId: company.id, floorMicros: eur(1n) });
    expect(await walletsOf(ctx, [company.id])).toMatchObject([{ floorMicros: eur(1n) }]);
  });
});

describe('a debit that may be refused', () => {
  it('leaves the floor, to the last micro', async () => {
    const w = await wallet(1000n, 200n);
    const [first, second, third] = await debitMany(ctx, [
      { ...debit(w, 800n, 'a micro more'), amountMicros: eur(800n) + 1n },
      debit(w, 800n, 'just that'),
      { ...debit(w, 1n, 'and one'), amountMicros: 1n },
    ]);
    expect(first).toEqual({ key: 'a micro more', posted: false, remainingMicros: eur(1000n), floorMicros: eur(200n) });
    expect(second).toEqual({ key: 'just that', posted: true, repeated: false });
    expect(third).toMatchObject({ posted: false, remainingMicros: eur(200n) });
    expect(await now(w)).toMatchObject({ remainingMicros: eur(200n) });
  });

  it('may go into credit where the floor is below zero', async () => {
    const w = await wallet(0n, -500n);
    const outcomes = await debitMany(ctx, [debit(w, 500n, 'credit 1'), debit(w, 1n, 'credit 2')]);
    expect(outcomes.map((outcome) => outcome.posted)).toEqual([true, false]);
    expect(await now(w)).toMatchObject({ remainingMicros: -eur(500n) });
  });

  it('is tried whole, in its order, each wallet for itself', async () => {
    const [a, b] = [await wallet(1000n), await wallet(300n)];
    const outcomes = await debitMany(ctx, [
      debit(a, 600n, 'o1'),
      debit(b, 400n, 'o2'),
      debit(a, 600n, 'o3'),
      debit(b, 300n, 'o4'),
      debit(a, 400n, 'o5'),
    ]);
    expect(outcomes.map((o) => [o.key, o.posted])).toEqual([
      ['o1', true],
      ['o2', false],
      ['o3', false],
      ['o4', true],
      ['o5', true],
    ]);
    expect([await now(a), await now(b)]).toMatchObject([{ remainingMicros: 0n }, { remainingMicros: 0n }]);
  });

  it('is posted once, however often it is asked for, also twice in one call', async () => {
    const w = await wallet(1000n);
    await debitMany(ctx, [debit(w, 400n, 'once'), debit(w, 400n, 'once')]);
    expect(await debitMany(ctx, [debit(w, 400n, 'once')])).toEqual([{ key: 'once', posted: true, repeated: true }]);
    expect(await now(w)).toMatchObject({ remainingMicros: eur(600n) });
  });

  it('is refused by the table itself, should the code forget to ask', async () => {
    const w = await wallet(100n, 50n);
    const forced = world.owner.pool.query(
      `insert into entries (organization_id, transfer_id, ledger_account_id, amount_micros, balance_after, floor_micros)
       values ($1, $2, $3, 60000000, -40000000, 50000000)`,
      [organization.id, w.ownerId, w.id],
    );
    await expect(forced).rejects.toMatchObject({ constraint: 'entries_floor' });
  });

  it('by hand is refused with what there is and what must stay', async () => {
    const w = await wallet(1000n, 200n);
    const input = { walletId: w.id, reason: 'paid out', key: 'hand 1' };
    await expect(debitWallet(ctx, { ...input, amountMicros: eur(900n) })).rejects.toMatchObject({
      code: 'wallet.insufficient_funds',
      details: { wanted: '9.00', remaining: '10.00', floor: '2.00', currency: 'EUR' },
    });
    expect(await debitWallet(ctx, { ...input, amountMicros: eur(700n) })).toMatchObject({ remainingMicros: eur(300n) });
    expect(await events(w.id)).toEqual(['wallet.opened', 'wallet.credited', 'wallet.debited']);
  });
});

describe('floor and credit', () => {
  it('tells that the floor is reached when it is raised to what is there', async () => {
    const w = await wallet(1000n);
    expect(await walletsAtFloor(ctx, [w.id])).toEqual(new Set());
    await setFloor(ctx, w.id, eur(1000n));
    expect(await walletsAtFloor(ctx, [w.id])).toEqual(new Set([w.id]));
    await setFloor(ctx, w.id, eur(1000n));
    await setFloor(ctx, w.id, eur(1200n));
    expect((await events(w.id)).slice(2)).toEqual([
      'wallet.floor_changed',
      'wallet.floor_reached',
      'wallet.floor_changed',
    ]);
  });

  it('credits once under a key', async () => {
    const w = await wallet(0n);
    const credit = {
      walletId: w.id,
      amountMicros: eur(500n),
      kind: 'adjustment' as const,
      reason: 'sorry',
      key: 'gift',
    };
    await creditWallet(ctx, credit);
    expect(await creditWallet(ctx, credit)).toMatchObject({ remainingMicros: eur(500n) });
    expect(await events(w.id)).toEqual(['wallet.opened', 'wallet.credited']);
  });
});
