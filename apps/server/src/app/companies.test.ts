import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Ctx } from '../kit/ctx.ts';
import { publicId } from '../kit/ids.ts';
import * as ledger from '../ledger/index.ts';
import { connectProvider, startPayment } from '../payments/index.ts';
import { archiveCompany, createCompany, createEndUser, tenancyRoutes } from '../tenancy/index.ts';
import { call, type TenancyWorld, tenancyWorld } from '../tenancy/testing.ts';
import { mayArchive } from './companies.ts';
import { purposes } from './purposes.ts';

let world: TenancyWorld;
let base: string;
beforeAll(async () => {
  world = await tenancyWorld();
  ({ base } = await world.serve((http) => tenancyRoutes(http, world.authentication, { mayArchive })));
});
afterAll(() => world.close());

it('a company with money in its wallet is not archived, and says what is left', async () => {
  const { organization } = await world.organization('Ours');
  const ctx = world.as(organization);
  const key = await world.key(organization);
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

async function opened(name: string) {
  const { organization } = await world.organization(name, true);
  const ctx = world.as(organization);
  const key = await world.key(organization);
  const company = await createCompany(ctx, { name: 'Leaving' });
  const archive = async (kind: 'company' | 'end_user', id: string) => {
    const path = kind === 'company' ? 'companies' : 'end-users';
    const { status, body } = await call(base, 'DELETE', `/api/v1/${path}/${publicId(kind, id)}`, { key });
    return body?.error?.code ?? status;
  };
  return { ctx, company, archive };
}

const paid = (walletId: string) => ({ walletId, amountMicros: 500_000_000n, reason: 'Paid in' });

it('nor is an end user with money, nor the company of one', async () => {
  const { ctx, company, archive } = await opened('With people');
  const user = await createEndUser(ctx, { companyId: company.id, email: 'mia@example.com', name: 'Mia' });
  const { id } = await ledger.openWallet(ctx, { ownerId: user.id, floorMicros: 0n });
  await ledger.creditWallet(ctx, { ...paid(id), kind: 'refill', key: 'test:in' });
  expect(await archive('end_user', user.id)).toBe('end_user.money_left');
  expect(await archive('company', company.id)).toBe('company.end_users_money_left');
  await ledger.debitWallet(ctx, { ...paid(id), key: 'test:out' });
  expect([await archive('end_user', user.id), await archive('company', company.id)]).toEqual([204, 204]);
});

it('nor is one while a card is under way; what is paid nevertheless is not given, and waits to be refunded', async () => {
  const { ctx, company, archive } = await opened('With cards');
  await connectProvider(ctx, 'sandbox', 'Sandbox');
  const { id } = await ledger.openWallet(ctx, { ownerId: company.id, floorMicros: 0n });
  const refill = (ctx: Ctx) => purposes.purchaseOf(ctx, { purpose: 'wallet_refill', walletId: id, amount: '5.00' });
  const payment = await startPayment(ctx, purposes, await refill(ctx), { method: 'card' });
  expect(await archive('company', company.id)).toBe('company.payments_under_way');
  await archiveCompany(ctx, company.id);
  expect((await purposes.deliver(ctx, payment))?.code).toBe('account.archived');
  expect((await ledger.getWallet(ctx, id)).wallet.remainingMicros).toBe(0n);
  await expect(startPayment(ctx, purposes, await refill(ctx), { method: 'manual' })).rejects.toMatchObject({
    code: 'account.archived',
  });
});
