import { afterAll, beforeAll, expect, it } from 'vitest';
import { publicId } from '../kit/ids.ts';
import * as ledger from '../ledger/index.ts';
import { createCompany, tenancyRoutes } from '../tenancy/index.ts';
import { call, type TenancyWorld, tenancyWorld } from '../tenancy/testing.ts';
import { mayArchive } from './companies.ts';

let world: TenancyWorld;
beforeAll(async () => {
  world = await tenancyWorld();
});
afterAll(() => world.close());

it('a company with money in its wallet is not archived, and says what is left', async () => {
  const { organization } = await world.organization('Ours');
  const ctx = world.as(organization);
  const key = await world.key(organization);
  const { base } = await world.serve((http) => tenancyRoutes(http, world.authentication, { mayArchive }));
  const company = await createCompany(ctx, { name: 'Leaving' });
  const wallet = await ledger.openWallet(ctx, { ownerId: company.id, floorMicros: 0n });
  const paid = { walletId: wallet.id, amountMicros: 500_000_000n, reason: 'Paid in' };
  await ledger.creditWallet(ctx, { ...paid, kind: 'refill', key: 'test:in' });
  const url = `/api/v1/companies/${publicId('company', company.id)}`;
  const refused = await call(base, 'DELETE', url, { key });
  expect([refused.status, refused.body.error.code]).toEqual([409, 'company.money_left']);
  expect(refused.body.error.details.left).toEqual([{ account: 'wallet', amount: '5.00', currency: 'EUR' }]);
  await ledger.debitWallet(ctx, { ...paid, key: 'test:out' });
  expect((await call(base, 'DELETE', url, { key })).status).toBe(204);
});
