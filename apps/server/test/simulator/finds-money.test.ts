import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { purposes } from '../../src/app/purposes.ts';
import { lookAtDue, setOfWallet } from '../../src/autorefill/index.ts';
import { credit } from '../../src/billing/credit.ts';
import { edit } from '../../src/billing/edit.ts';
import * as billing from '../../src/billing/index.ts';
import { atomically, query, sql } from '../../src/kit/db.ts';
import type { Id } from '../../src/kit/ids.ts';
import * as ledger from '../../src/ledger/index.ts';
import * as payments from '../../src/payments/index.ts';
import { act } from '../../src/payments/sandbox/service.ts';
import * as periods from '../../src/periods/index.ts';
import { allocateByHand, undo } from '../../src/receivables/allocate.ts';
import { creditsOf, listAllocations, listReceipts } from '../../src/receivables/reads.ts';
import { insertReceipt } from '../../src/receivables/sql.ts';
import { freshDatabase } from '../database.ts';
import { allLaws } from './laws.ts';
import { receivableLaws } from './receivable-laws.ts';
import type { Tenant } from './tenant.ts';
import { arrive, carry, collectPost, drain } from './till.ts';
import { restLaws } from './till-laws.ts';
import { openSimulation, type Simulation } from './world.ts';

const day = 86_400_000;
const euro = 100_000_000n;

/** One world for all: each test has lines of its own, and the laws are looked at after every one. */
let world: Simulation;
let home: Tenant;
let drop: () => Promise<void>;
let fresh: Tenant['sims'];
beforeAll(async () => {
  const database = await freshDatabase();
  drop = database.drop;
  world = await openSimulation('finds of money', database.urls, 1);
  home = world.tenants[0]!;
  fresh = home.sims.filter((sim, i) => !sim.steady && i % 3 === 1);
}, 60_000);
afterEach(async () => expect(await allLaws(world)).toEqual([]));
afterAll(async () => {
  expect(await restLaws(world)).toEqual([]);
  await world.close();
  await drop();
});

/** An invoice of one company, of so many lines that were just put on a plan. */
async function invoice(lines = 1): Promise<{ id: Id; grossMicros: bigint }> {
  const ids = fresh.splice(0, lines).map(({ id }) => id);
  await periods.assignPlan(home.ctx(), ids, home.plans.prompt);
  const [preBill] = await billing.collectNow(home.ctx(), [home.companies[0]!]);
  const { id, grossMicros } = await billing.approve(home.ctx(), preBill!, { late: 'accept' });
  await world.relay(home);
  return { id, grossMicros };
}

/** Paid by hand: so much, or all that is left. */
async function paid(invoiceIds: Id[], amount?: string): Promise<Id> {
  await world.move(60_000);
  const bought = await purposes.purchaseOf(home.ctx(), { purpose: 'invoice', invoiceIds, ...(amount && { amount }) });
  return (await payments.startPayment(home.ctx(), purposes, bought, { method: 'manual' })).id;
}

const now = async (id: Id) => (await billing.listInvoices(home.ctx(), { ids: [id] }, { limit: 1 }))[0]!;
const onAccount = async () => (await creditsOf(home.ctx(), home.companies[0]!))[0]?.creditMicros ?? 0n;
const standing = (invoiceId: Id) => listAllocations(home.ctx(), { invoiceId, standing: true }, { limit: 10 });

describe('invoices, found by the simulator', () => {
  it('money of an invoice that a credit note takes back is on account, and pays the next', async () => {
    const one = await invoice();
    await paid([one.id], '6.00');
    const second = await paid([one.id]);
    expect((await now(one.id)).state).toBe('paid');
    const item = { position: 1, amount: '5.00' };
    const note = await credit(home.ctx(), one.id, { reason: 'too much', items: [item] });
    await world.relay(home);
    expect([await onAccount(), (await now(one.id)).state]).toEqual([note.grossMicros, 'paid']);
    expect((await standing(one.id)).map(({ receiptId, amountMicros }) => [receiptId === second, amountMicros])).toEqual(
      [
        [true, one.grossMicros - 6n * euro - note.grossMicros],
        [false, 6n * euro],
      ],
    );
    const next = await invoice();
    expect([await onAccount(), (await now(next.id)).paidMicros]).toEqual([0n, note.grossMicros]);
    await payments.startRefund(home.ctx(), second, { reason: 'all of it' });
  });

  it('a refund that is told before the credit note of the same invoice pays no more of it than it asks for', async () => {
    const one = await invoice();
    const id = await paid([one.id]);
    await payments.startRefund(home.ctx(), id, { amount: '1.00', reason: 'a part' });
    await world.move(1_000);
    await credit(home.ctx(), one.id, { reason: 'too much', items: [{ position: 1, amount: '5.00' }] });
    await world.relay(home);
    const [receipt] = await listReceipts(home.ctx(), { ids: [id] }, { limit: 1 });
    // Whichever is heard first: what goes back pays nothing, and no more is paid than is asked for.
    expect(receipt!.refundedMicros).toBe(euro);
    expect(billing.leftOf(await now(one.id))).toBeGreaterThanOrEqual(0n);
  });

  it('what was paid is taken back also of an invoice that was credited a moment ago', async () => {
    const one = await invoice();
    await paid([one.id], '3.00');
    await paid([one.id]);
    await credit(home.ctx(), one.id, { reason: 'all of it' });
    const [, first] = await standing(one.id);
    await undo(home.ctx(), first!.id, 'not for this one');
    await world.relay(home);
    expect([(await now(one.id)).paidMicros, (await now(one.id)).state]).toEqual([0n, 'credited']);
    const other = await invoice(2);
    await world.relay(home);
    expect(await onAccount()).toBe(0n);
    const [left] = await standing(other.id);
    await undo(home.ctx(), left!.id, 'for later');
    await allocateByHand(home.ctx(), left!.receiptId, { invoiceId: other.id, reason: 'now' });
  });
});

describe('a bill below zero', () => {
  it('pays what is open; a law notices one that is no credit, and one that pays nothing', async () => {
    const one = await invoice();
    await periods.assignPlan(home.ctx(), [fresh.splice(0, 1)[0]!.id], home.plans.prompt);
    const [preBill] = await billing.collectNow(home.ctx(), [home.companies[0]!]);
    const discount = { kind: 'discount' as const, name: 'Goodwill', percentPpm: null, amountMicros: 1_000n * euro };
    await edit(home.ctx(), preBill!, { note: '', edits: [discount] });
    const note = await billing.approve(home.ctx(), preBill!, { late: 'accept' });
    expect(note.kind).toBe('credit_note');
    const noticed = async () => (await receivableLaws(world.owner)).map(({ law }) => law);
    expect(await noticed()).toContain('R receipt');
    const { id, ownerId, currency, grossMicros } = note;
    const none = { refundedMicros: 0n, allocatedMicros: 0n, at: world.now() };
    const receipt = { id, source: 'credit_note' as const, ownerId, currency, grossMicros, ...none };
    await atomically(home.ctx(), (ctx) => insertReceipt(ctx, receipt));
    expect(await noticed()).toContain('R credit unused');
    await world.relay(home);
    expect((await now(one.id)).state).toBe('paid');
  });
});

describe('disputes, found by the simulator', () => {
  /** A refill of a wallet that is paid at the page; what is told of it is still on the wire. */
  async function disputed(card: 'disputed' | 'contested'): Promise<Id> {
    const walletId = home.wallets.ids[1]!;
    const bought = await purposes.purchaseOf(home.ctx(), { purpose: 'wallet_refill', walletId, amount: '10.00' });
    const { id } = await payments.startPayment(home.ctx(), purposes, bought, { method: 'card' });
    await carry(world, home);
    const [{ token }] = (await query<{ token: string }>(
      world.owner.pool,
      sql`select token from sandbox_charges where id = ${id}`,
    )) as [{ token: string }];
    await act(home.ctx(), token, { kind: 'card', card });
    return id;
  }
  const disputeOf = async (paymentId: Id) => (await payments.listDisputes(home.ctx(), { paymentId }, { limit: 2 }))[0];

  it.each([
    ['disputed', 'lost'],
    ['contested', 'won'],
  ] as const)(
    'one that is told before its payment is known as paid moves its money when that is: %s',
    async (card, outcome) => {
      const id = await disputed(card);
      await world.move(day + 60_000);
      await collectPost(world, home);
      // The news of the payment itself is lost.
      for (const letter of home.till.post.splice(0)) {
        if ('disputed' in JSON.parse(letter.payload)) await arrive(home, letter);
      }
      await drain(world, home);
      expect(await disputeOf(id)).toMatchObject({ state: outcome, posted: false });
      await carry(world, home);
      expect((await payments.getPayment(home.ctx(), id)).state).toBe('succeeded');
      expect(await disputeOf(id)).toMatchObject({ state: outcome, posted: true });
    },
  );

  it('one of which every notice is lost is found when the provider is asked', async () => {
    const id = await disputed('contested');
    await world.move(3_700_000);
    await collectPost(world, home);
    home.till.post.splice(0);
    await carry(world, home);
    expect(await disputeOf(id)).toMatchObject({ state: 'open', funds: 'withdrawn' });
    await carry(world, home);
    expect((await payments.getPayment(home.ctx(), id)).state).toBe('succeeded');
    await world.move(day);
    await carry(world, home);
    expect(await disputeOf(id)).toMatchObject({ state: 'won', funds: 'reinstated', posted: true });
  });
});

it('a wallet that refills itself is looked at when money in it expires', async () => {
  const walletId = home.wallets.ids[2]!;
  const expiresAt = new Date(world.now().getTime() + 600_000);
  const given = { walletId, amountMicros: 50n * euro, expiresAt, reason: 'to try it out' };
  await ledger.givePart(home.ctx(), { ...given, kind: 'granted' });
  const caps = { dailyCapMicros: null, monthlyCapMicros: null };
  await setOfWallet(home.ctx(), walletId, {
    ...{ payers: ['own_card'], cooldownMinutes: 0, read: () => caps },
    ...{ lowMicros: 20n * euro, amountMicros: 30n * euro, upToMicros: null },
  });
  const look = () => lookAtDue(world.runtime, home.ctx().organization, purposes);
  await world.relay(home);
  await look();
  expect(await look()).toBe(0);
  await world.move(600_000);
  await world.relay(home);
  expect(await look()).toBe(1);
});
