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
