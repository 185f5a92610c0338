import { afterAll, beforeAll, expect, it } from 'vitest';
import { drift } from '../../test/world.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import * as ledger from '../ledger/index.ts';
import * as payments from '../payments/index.ts';
import { createCompany } from '../tenancy/index.ts';
import { type TenancyWorld, tenancyWorld } from '../tenancy/testing.ts';
import { purposes } from './purposes.ts';

let world: TenancyWorld;
let ctx: Ctx;
let walletId: Id;
let theirs: Ctx;

beforeAll(async () => {
  world = await tenancyWorld();
  ctx = world.as((await world.organization()).organization);
  const company = await createCompany(ctx, { name: 'Payer' });
  walletId = (await ledger.openWallet(ctx, { ownerId: company.id, floorMicros: 0n })).id;
  theirs = { ...ctx, actor: { ...ctx.actor, scope: { kind: 'company', companyId: company.id } } };
});
afterAll(async () => {
  expect(await drift(world.owner)).toEqual([]);
  await world.close();
});

const asked = (bonus: string, expiresAt: Date | null = null) => ({
  ...{ purpose: 'wallet_refill' as const, walletId, amount: '10.00' },
  bonus: { amount: bonus, expiresAt },
});

it('gives a bonus with a refill, and takes the same share of it back with the refill', async () => {
  const balances = async () =>
    (await ledger.balancesOf(ctx, walletId)).parts.map((part) => `${part.kind} ${part.unspentMicros / 1_000_000n}`);
  const purchase = await purposes.purchaseOf(ctx, asked('5.00', new Date(ctx.now.getTime() + 86_400_000)));
  const { id } = await payments.startPayment(ctx, purposes, purchase, { method: 'manual' });
  expect(await balances()).toEqual(['bonus 500', 'paid 1000']);
  await payments.startRefund(ctx, id, { amount: '5.00', reason: 'Half of it' });
  expect(await balances()).toEqual(['bonus 250', 'paid 500']);
  await payments.startRefund(ctx, id, { reason: 'The rest' });
  expect(await balances()).toEqual(['paid 0']);
});

it('gives what refills offer by themselves, to whoever pays, and takes it back with the refill', async () => {
  const amounts = await payments.amountsOf(ctx, 'EUR');
  const bonuses = [{ fromMicros: 10_000_000_00n, micros: 2_000_000_00n }];
  await payments.setAmounts(ctx, { ...amounts, bonuses, bonusDays: 30 });
  const plain = (amount: string) =>
    purposes.purchaseOf(theirs, { purpose: 'wallet_refill' as const, walletId, amount });
  expect((await plain('9.99')).gets.bonus).toBeUndefined();
  const purchase = await plain('10.00');
  expect(purchase.gets.bonus).toMatchObject({ micros: '200000000' });
  const { id } = await payments.startPayment(ctx, purposes, purchase, { method: 'manual' });
  const given = async () =>
    (await ledger.balancesOf(ctx, walletId)).parts
      .filter(({ kind }) => kind === 'bonus')
      .map((one) => one.unspentMicros);
  expect(await given()).toEqual([200_000_000n]);
  await payments.startRefund(ctx, id, { reason: 'All of it' });
  expect(await given()).toEqual([]);

  const refused = (change: Partial<typeof amounts>) => payments.setAmounts(ctx, { ...amounts, bonuses, ...change });
  const large = [{ fromMicros: 1_000_000_00n, micros: 1_000_000_01n }];
  await expect(refused({ bonuses: large })).rejects.toMatchObject({ code: 'refill_amounts.bonus_too_large' });
  await expect(refused({ bonuses: [...bonuses, ...bonuses] })).rejects.toMatchObject({
    code: 'refill_amounts.bonus_twice',
  });
  await payments.setAmounts(ctx, amounts);
});

it('lets the organization alone give one, within what one person may give, and not when it is over already', async () => {
  await expect(purposes.purchaseOf(theirs, asked('5.00'))).rejects.toMatchObject({ code: 'payment.bonus_is_ours' });
  const over = purposes.purchaseOf(ctx, asked('5.00', new Date(ctx.now.getTime() - 1)));
  await expect(over).rejects.toMatchObject({ code: 'wallet_part.ends_in_the_past' });
  await ledger.setLimit(ctx, 'EUR', 4_000_000_00n);
  const much = purposes.purchaseOf(ctx, asked('4.01'));
  await expect(much).rejects.toMatchObject({ code: 'wallet.approval_needed' });
  // What comes by itself is no way round it.
  const amounts = await payments.amountsOf(ctx, 'EUR');
  const steps = [{ fromMicros: 50_000_000_00n, micros: 4_010_000_00n }];
  await expect(payments.setAmounts(ctx, { ...amounts, bonuses: steps })).rejects.toMatchObject({
    code: 'wallet.approval_needed',
  });
  await purposes.purchaseOf(ctx, asked('4.00'));
});
