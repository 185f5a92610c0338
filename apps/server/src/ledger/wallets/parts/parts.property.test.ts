import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drift } from '../../../../test/world.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { atomically } from '../../../kit/db.ts';
import { type Id, newId } from '../../../kit/ids.ts';
import { createCompany } from '../../../tenancy/index.ts';
import { type TenancyWorld, tenancyWorld } from '../../../tenancy/testing.ts';
import {
  accountKey,
  addBonus,
  balancesOf,
  creditWallet,
  debitMany,
  debitPaid,
  expirePart,
  givePart,
  openAccounts,
  openWallet,
  partsOf,
  postFresh,
} from '../../index.ts';

/**
 * The parts of a wallet against a bookkeeper who divides every single movement at once, whether anybody looks or not: any
 * interleaving of what comes, goes, expires and goes back leaves the same in each part.
 */
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

const floor = -30n;

type Step =
  | { do: 'grant' | 'bonus'; amount: bigint; priority: number; days: number | null }
  | { do: 'refill' | 'usage' | 'restated' | 'fee' | 'refund'; amount: bigint }
  | { do: 'expire'; which: number }
  | { do: 'look' };

const amount = fc.bigInt(1n, 40n);
const given = (what: 'grant' | 'bonus') =>
  fc.record({
    ...{ do: fc.constant(what), amount, priority: fc.constantFrom(100, 200, 200, 700) },
    days: fc.option(fc.integer({ min: 1, max: 3 })),
  });
const moved = (...kinds: ('refill' | 'usage' | 'restated' | 'fee' | 'refund')[]) =>
  fc.record({ do: fc.constantFrom(...kinds), amount });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: given('grant') },
  { weight: 2, arbitrary: given('bonus') },
  { weight: 3, arbitrary: moved('refill') },
  { weight: 8, arbitrary: moved('usage', 'usage', 'fee', 'restated') },
  { weight: 2, arbitrary: moved('refund') },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('expire' as const), which: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('look' as const) }) },
);

type Kept = { id: Id | null; priority: number; end: number; left: bigint };

/** Divides every movement as it comes, in the order of spending. */
class Bookkeeper {
  parts: Kept[] = [{ id: null, priority: 500, end: Number.POSITIVE_INFINITY, left: 0n }];
  debt = 0n;
  /** Came back beyond what was spent since then: spent first again, and paid money once a part comes or goes. */
  over = 0n;
  /** What was spent since a part came or went, the last on top: what comes back undoes it. */
  spent: { of: Kept | null; amount: bigint }[] = [];

  get paid(): Kept {
    return this.parts.find((part) => part.id === null)!;
  }
  get remaining(): bigint {
    return this.given + this.paid.left + this.over - this.debt;
  }
  get given(): bigint {
    return this.parts.reduce((sum, part) => (part.id === null ? sum : sum + part.left), 0n);
  }

  spend(amount: bigint): void {
    const again = amount < this.over ? amount : this.over;
    this.over -= again;
    let open = amount - again;
    const turn = [...this.parts].sort(
      (a, b) => a.priority - b.priority || (a.end === b.end ? (String(a.id) < String(b.id) ? -1 : 1) : a.end - b.end),
    );
    for (const of of turn) {
      const taken = open < of.left ? open : of.left;
      of.left -= taken;
      open -= taken;
      if (taken > 0n) this.spent.push({ of, amount: taken });
    }
    this.debt += open;
    if (open > 0n) this.spent.push({ of: null, amount: open });
  }

  comeBack(amount: bigint): void {
    let open = amount;
    while (open > 0n && this.spent.length > 0) {
      const last = this.spent.at(-1)!;
      const undone = open < last.amount ? open : last.amount;
      if (last.of) last.of.left += undone;
      else this.debt -= undone;
      last.amount -= undone;
      if (last.amount === 0n) this.spent.pop();
      open -= undone;
    }
    const repaid = open < this.debt ? open : this.debt;
    this.debt -= repaid;
    this.over += open - repaid;
  }

  /** Debt first. */
  into(part: Kept, amount: bigint): void {
    const repaid = amount < this.debt ? amount : this.debt;
    this.debt -= repaid;
    part.left += amount - repaid;
  }

  change(work: () => void): void {
    this.spent = [];
    this.paid.left += this.over;
    this.over = 0n;
    work();
  }
}

/** Does one thing to the wallet and tells the bookkeeper. Returns whether it was refused. */
async function perform(walletId: Id, books: Bookkeeper, one: Step): Promise<boolean> {
  const key = newId(ctx);
  const debit = (kind: 'fee' | 'refund', amountMicros: bigint) => ({
    walletId,
    amountMicros,
    key,
    kind,
    contra: clearing,
  });
  switch (one.do) {
    case 'grant':
    case 'bonus': {
      const expiresAt = one.days === null ? null : new Date(ctx.now.getTime() + one.days * 86_400_000);
      const { amount: amountMicros, priority } = one;
      const what = { walletId, amountMicros, priority, expiresAt, reason: 'a test', source: key };
      const part = await (one.do === 'bonus' ? addBonus(ctx, what) : givePart(ctx, { ...what, kind: 'granted' }));
      books.change(() => {
        const kept = { id: part.id, priority, end: expiresAt?.getTime() ?? Number.POSITIVE_INFINITY, left: 0n };
        books.parts.push(kept);
        books.into(kept, one.amount);
      });
      return false;
    }
    case 'refill':
      await creditWallet(ctx, { walletId, amountMicros: one.amount, kind: 'refill', reason: 'a test', key });
      books.change(() => books.into(books.paid, one.amount));
      return false;
    case 'usage':
    case 'restated': {
      const signed = one.do === 'usage' ? one.amount : -one.amount;
      const transfer = { kind: 'usage' as const, key, contra: clearing };
      await atomically(ctx, (ctx) => postFresh(ctx, transfer, [{ payer: walletId, amount: signed }]));
      if (signed > 0n) books.spend(signed);
      else books.comeBack(-signed);
      return false;
    }
    case 'fee': {
      const [outcome] = await debitMany(ctx, [debit('fee', one.amount)]);
      const fits = books.remaining - one.amount >= floor;
      expect(outcome!.posted).toBe(fits);
      if (fits) books.spend(one.amount);
      return !fits;
    }
    case 'refund': {
      const tooMuch = books.given > 0n && one.amount > books.paid.left + books.over;
      const fits = !tooMuch && books.remaining - one.amount >= floor;
      const outcome = debitPaid(ctx, debit('refund', one.amount));
      if (tooMuch) await expect(outcome).rejects.toMatchObject({ code: 'wallet.paid_money_spent' });
      else expect((await outcome).posted).toBe(fits);
      if (!fits) return true;
      if (books.given === 0n) books.spend(one.amount);
      else {
        books.change(() => {
          books.paid.left -= one.amount;
        });
      }
      return false;
    }
    case 'expire': {
      const open = books.parts.filter((part) => part.id !== null && part.left > 0n);
      const part = open[one.which % (open.length || 1)];
      if (!part) return true;
      await expirePart(ctx, walletId, part.id!, 'a test');
      books.change(() => {
        part.left = 0n;
      });
      return false;
    }
    case 'look':
      return false;
  }
}

it('divides as a bookkeeper would who writes down every movement', async () => {
  const did = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 25 }), async (steps) => {
      const company = await createCompany(ctx, { name: newId(ctx) });
      const { id } = await openWallet(ctx, { ownerId: company.id, floorMicros: floor });
      const books = new Bookkeeper();
      for (const one of steps) {
        const refused = await perform(id, books, one);
        if (!refused) did.set(one.do, (did.get(one.do) ?? 0) + 1);
        // Looked at in the middle or not, it is the same.
        if (one.do !== 'look' && one !== steps.at(-1)) continue;
        const { parts, wallet } = await balancesOf(ctx, id);
        expect(wallet.remainingMicros).toBe(books.remaining);
        const shown = (list: { id: Id | null; left: bigint }[]) =>
          list.filter((part) => part.left > 0n).map((part) => `${part.id} ${part.left}`);
        const found = parts.map((part) => ({ id: part.kind === 'paid' ? null : part.id, left: part.unspentMicros }));
        const kept = books.parts.map((part) => (part.id ? part : { id: null, left: part.left + books.over }));
        expect(shown(found).sort()).toEqual(shown(kept).sort());
        const together = parts.reduce((sum, part) => sum + part.unspentMicros, 0n);
        expect(together).toBe(books.remaining > 0n ? books.remaining : 0n);
      }
      const { parts } = await partsOf(ctx, { walletId: id }, { limit: 50 });
      for (const part of parts) {
        expect(part.amountMicros).toBeGreaterThanOrEqual(part.unspentMicros + part.leftMicros);
        expect(part.closedAt === null || part.unspentMicros === 0n).toBe(true);
      }
    }),
    { numRuns: 25 },
  );
  // The law is worth something only where everything happened.
  for (const what of ['grant', 'bonus', 'refill', 'usage', 'restated', 'fee', 'refund', 'expire', 'look']) {
    expect(did.get(what), what).toBeGreaterThan(3);
  }
});
