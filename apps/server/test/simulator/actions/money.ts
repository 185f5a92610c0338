import { query, sql } from '../../../src/kit/db.ts';
import type { Id } from '../../../src/kit/ids.ts';
import * as ledger from '../../../src/ledger/index.ts';
import * as periods from '../../../src/periods/index.ts';
import { below, chance, one } from '../draw.ts';
import { credit, debit, nextCredit } from '../wallets.ts';
import type { Action } from './index.ts';

/** What people do with wallets: money in, now and then twice under one key, money out, floors, and fees that are forgiven. */
export const money: Action[] = [
  {
    weight: 4,
    name: 'credit of a wallet',
    async act(world, tenant) {
      const { ids, credits } = tenant.wallets;
      const again = chance(world, 0.3) && credits.length > 0;
      const micros = BigInt(1 + below(world, 400_000_000));
      const given = again ? one(world, credits) : nextCredit(tenant, one(world, ids), micros);
      await Promise.all(chance(world, 0.3) ? [credit(tenant, given), credit(tenant, given)] : [credit(tenant, given)]);
      return [];
    },
  },
  {
    weight: 1,
    name: 'debit of a wallet',
    async act(world, tenant) {
      await debit(tenant, one(world, tenant.wallets.ids), BigInt(1 + below(world, 300_000_000)));
      return [];
    },
  },
  {
    weight: 1.5,
    name: 'money is given to a wallet',
    async act(world, tenant) {
      const hours = 1 + below(world, 24 * 40);
      const expiresAt = chance(world, 0.7) ? new Date(tenant.ctx().now.getTime() + hours * 3_600_000) : null;
      const amountMicros = BigInt(1 + below(world, 200_000_000));
      const given = { walletId: one(world, tenant.wallets.ids), amountMicros, expiresAt, reason: 'to try it out' };
      await ledger.givePart(tenant.ctx(), { ...given, kind: one(world, ['granted', 'bonus'] as const) });
      return [];
    },
  },
  {
    weight: 2,
    name: 'money is held',
    async act(world, tenant) {
      const ctx = tenant.ctx();
      const open = await query<{ id: Id; walletId: Id; amountMicros: bigint }>(
        world.owner.pool,
        sql`select id, wallet_id, amount_micros - captured_micros as amount_micros from wallet_holds
             where organization_id = ${ctx.organization.id} and state = 'open' order by id`,
      );
      if (open.length === 0 || chance(world, 0.4)) {
        const until = new Date(ctx.now.getTime() + (1 + below(world, 24 * 20)) * 3_600_000);
        const amountMicros = BigInt(1 + below(world, 150_000_000));
        await ledger.placeHold(ctx, {
          walletId: one(world, tenant.wallets.ids),
          amountMicros,
          reason: 'an order',
          until,
        });
        return [];
      }
      const { id: holdId, walletId, amountMicros } = one(world, open);
      if (chance(world, 0.3)) await ledger.releaseHold(ctx, walletId, holdId);
      else {
        const part = BigInt(1 + below(world, Number(amountMicros)));
        await ledger.captureHold(ctx, { walletId, holdId, ...(chance(world, 0.6) && { amountMicros: part }) });
      }
      return [];
    },
  },
  {
    weight: 0.7,
    name: 'floor of a wallet',
    async act(world, tenant) {
      const walletId = one(world, tenant.wallets.ids);
      const floor = BigInt(below(world, 600_000_000)) - 300_000_000n;
      await periods.freeing(tenant.ctx(), walletId, (ctx) => ledger.setFloor(ctx, walletId, floor));
      return [];
    },
  },
  {
    weight: 0.3,
    name: 'a due fee is waived',
    async act(world, tenant) {
      const due = await query<{ id: Id; payerId: Id }>(
        world.owner.pool,
        sql`select id, payer_id from due_fees
             where organization_id = ${tenant.ctx().organization.id} and settled_at is null order by id`,
      );
      if (due.length === 0) return [];
      const { id, payerId } = one(world, due);
      await periods.waiveDueFee(tenant.ctx(), payerId, id, 'as a courtesy');
      return [];
    },
  },
];
