import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Ctx } from '../kit/ctx.ts';
import { newId } from '../kit/ids.ts';
import { tenancyWorld } from '../tenancy/testing.ts';
import { listTransactions } from '../transactions/index.ts';
import { openDoors } from './kinds.ts';
import { connectProvider } from './providers-service.ts';
import { openCarrier } from './sender.ts';
import { applyFact, getPayment, type Hands, startPayment } from './service.ts';

let world: Awaited<ReturnType<typeof tenancyWorld>>;
beforeAll(async () => {
  world = await tenancyWorld();
});
afterAll(() => world.close());

/** Nothing is bought here, and nothing succeeds. */
const hands: Hands = {
  purchaseOf: () => Promise.reject(new Error('nobody asks')),
  holding: (ctx, _payment, work) => work(ctx),
  deliver: () => Promise.reject(new Error('nothing was paid')),
};

const nothing = { amountMicros: null, bytes: null, validUntil: null };

async function paying(ctx: Ctx) {
  const { currency, id: ownerId } = ctx.organization;
  const thing = { purpose: 'wallet_refill' as const, subjectId: newId(ctx), detail: {} };
  return startPayment(
    ctx,
    hands,
    { ...thing, ownerId, currency, priceMicros: 500_000_000n, gets: nothing },
    { method: 'card' },
  );
}

it('a provider that does not answer holds up its own payments, a bounded number, and nobody else', async () => {
  const [slow, quick] = [await world.organization('Slow'), await world.organization('Quick')];
  const as = ({ organization }: typeof slow) => world.as({ ...organization, sandbox: true });
  for (const one of [slow, quick]) await connectProvider(as(one), 'sandbox', 'Sandbox');

  const doors = openDoors('http://127.0.0.1');
  const { sandbox } = doors;
  let answer: () => void = () => {};
  const silence = new Promise<void>((resolve) => {
    answer = resolve;
  });
  let asked = 0;
  const pay: typeof sandbox.pay = async (fresh, provider, payment) => {
    if (fresh().organization.id === slow.organization.id) {
      asked += 1;
      await silence;
    }
    return sandbox.pay(fresh, provider, payment, null);
  };
  const carrier = openCarrier({ hands, doors: { ...doors, sandbox: { ...sandbox, pay } } });
  const turn = ({ organization }: typeof slow) => carrier.carryDue(world.runtime, organization);

  const waiting = [];
  for (let i = 0; i < 25; i++) waiting.push(await paying(as(slow)));
  expect(await turn(slow)).toBe(20);
  // What is begun is never more than may wait at once, however often the loop comes round.
  expect(await turn(slow)).toBe(0);

  const other = await paying(as(quick));
  expect(await turn(quick)).toBe(1);
  await expect.poll(async () => (await getPayment(as(quick), other.id)).state).toBe('action_needed');
  expect([asked, (await getPayment(as(slow), waiting[0]!.id)).state]).toEqual([20, 'created']);

  answer();
  await carrier.settle();
  expect(await turn(slow)).toBe(5);
  await carrier.settle();
  for (const { id } of waiting) expect((await getPayment(as(slow), id)).state).toBe('action_needed');
});

it('a payment that was made by other means than a card is listed as that, whenever it is told', async () => {
  const { organization } = await world.organization('Otherwise');
  const ctx = world.as({ ...organization, sandbox: true });
  await connectProvider(ctx, 'sandbox', 'Sandbox');
  const { id } = await paying(ctx);
  const method = async () => (await listTransactions(ctx, {}, { limit: 1 }))[0]?.method;
  expect(await method()).toBe('sandbox');
  const told = { kind: 'means', means: 'ideal' } as const;
  expect(await applyFact(ctx, hands, id, told)).toBe('applied');
  expect(await applyFact(ctx, hands, id, told)).toBe('stale');
  expect(await method()).toBe('ideal');
  await applyFact(ctx, hands, id, { kind: 'canceled', reference: null });
  expect([await method(), (await getPayment(ctx, id)).state]).toEqual(['ideal', 'canceled']);
});

it('is asked about once where nobody said by what it was paid', async () => {
  const one = await world.organization('Unsaid');
  const ctx = world.as({ ...one.organization, sandbox: true });
  await connectProvider(ctx, 'sandbox', 'Sandbox');
  const { id, grossMicros } = await paying(ctx);
  const paid = { kind: 'succeeded', reference: 'pi_1', amountMinor: grossMicros / 1_000_000n } as const;
  const giving: Hands = { ...hands, deliver: () => Promise.resolve(null) };
  expect(await applyFact(ctx, giving, id, { ...paid, means: 'unsaid' })).toBe('applied');

  const doors = openDoors('http://127.0.0.1');
  let asked = 0;
  const look: typeof doors.sandbox.look = () => {
    asked += 1;
    return Promise.resolve({ ...paid, means: 'ideal' });
  };
  const carrier = openCarrier({ hands: giving, doors: { ...doors, sandbox: { ...doors.sandbox, look } } });
  const turn = async () => {
    const taken = await carrier.carryDue(world.runtime, ctx.organization);
    await carrier.settle();
    return taken;
  };
  expect([await turn(), await turn(), asked]).toEqual([1, 0, 1]);
  expect((await listTransactions(ctx, {}, { limit: 1 }))[0]?.method).toBe('ideal');
  expect(await getPayment(ctx, id)).toMatchObject({ state: 'succeeded', nextAttemptAt: null });
});
