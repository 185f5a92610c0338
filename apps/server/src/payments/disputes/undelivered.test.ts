import { afterAll, beforeAll, expect, it } from 'vitest';
import { atomically } from '../../kit/db.ts';
import { refuse } from '../../kit/refusal.ts';
import { createCompany } from '../../tenancy/index.ts';
import { type TenancyWorld, tenancyWorld } from '../../tenancy/testing.ts';
import { connectProvider } from '../providers-service.ts';
import { applyFact, deliverAgain, getPayment, type Hands, type Purchase, startPayment } from '../service.ts';
import type { DisputeFact } from './model.ts';
import { applyDispute } from './service.ts';

let world: TenancyWorld;
beforeAll(async () => {
  world = await tenancyWorld();
});
afterAll(() => world.close());

it('what was paid and never given is not given while its payer wants it back by the bank', async () => {
  const { organization } = await world.organization('Disputed', true);
  const ctx = world.as(organization);
  await connectProvider(ctx, 'sandbox', 'Sandbox');
  const { id: ownerId } = await createCompany(ctx, { name: 'Payer' });
  let given = false;
  const hands: Hands = {
    purchaseOf: () => Promise.reject(new Error('nobody asks')),
    holding: (ctx, _payment, work) => work(ctx),
    deliver: async () => (given ? null : refuse.conflict('sim.gone', 'The SIM is on another plan.')),
  };
  const purchase: Purchase = {
    ...{ purpose: 'line_refill', subjectId: ownerId, detail: { refill: 'small' }, ownerId, currency: 'EUR' },
    ...{ priceMicros: 500_000_000n, gets: { amountMicros: null, bytes: 1n, validUntil: null } },
  };
  const { id, grossMicros } = await startPayment(ctx, hands, purchase, { method: 'card' });
  const amountMinor = grossMicros / 1_000_000n;
  await applyFact(ctx, hands, id, { kind: 'succeeded', reference: 'charge', amountMinor });
  expect((await getPayment(ctx, id)).undelivered).toBe('sim.gone');
  given = true;
  const told = async (state: DisputeFact['state'], funds: DisputeFact['funds']) => {
    const fact = { reference: 'dispute', amountMinor, feeMinor: null, reason: 'fraudulent', evidenceDueAt: null };
    await atomically(ctx, async (ctx) => applyDispute(ctx, await getPayment(ctx, id), { ...fact, state, funds }));
  };
  await told('open', 'withdrawn');
  await expect(deliverAgain(ctx, hands, id)).rejects.toMatchObject({ code: 'payment.disputed' });
  await told('won', 'reinstated');
  expect(await deliverAgain(ctx, hands, id)).toMatchObject({ undelivered: null, state: 'succeeded' });
});
