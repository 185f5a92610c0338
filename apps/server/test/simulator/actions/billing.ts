import { operationKinds } from '../../../src/app/operations.ts';
import { edit, refresh, reject } from '../../../src/billing/edit.ts';
import * as billing from '../../../src/billing/index.ts';
import type { Edit } from '../../../src/billing/model.ts';
import { query, sql } from '../../../src/kit/db.ts';
import type { Id } from '../../../src/kit/ids.ts';
import * as operations from '../../../src/operations/index.ts';
import { onAccount } from '../../../src/receivables/index.ts';
import { below, chance, one } from '../draw.ts';
import type { Tenant } from '../tenant.ts';
import type { Simulation } from '../world.ts';
import type { Action } from './index.ts';
import { settled } from './payments.ts';
import { creditNote } from './receivables.ts';

const types = ['pre_billing', 'advanced_billing', 'post_billing', 'manual', null] as const;

/** Bills: runs that may be left in the middle, pre-bills that are looked at, edited, approved twice and rejected, credit notes. */
export const bills: Action[] = [
  {
    weight: 1.5,
    name: 'terms of an account',
    async act(world, tenant) {
      await billing.changeSettings(tenant.ctx(), one(world, [tenant.ctx().organization.id, ...tenant.companies]), {
        ...{ paymentType: one(world, types), approval: one(world, ['manual', 'automatic', null] as const) },
        ...{ graceDays: below(world, 5), preDays: 1 + below(world, 20) },
      });
      return [];
    },
  },
  {
    weight: 4,
    name: 'a bill run',
    async act(world, tenant) {
      await billing.beginDueRuns(tenant.ctx());
      await advance(world, tenant, 1 + below(world, 4));
      return [];
    },
  },
  {
    weight: 1.2,
    name: 'a bill by hand',
    async act(world, tenant) {
      await billing.collectNow(tenant.ctx(), [one(world, tenant.companies)]);
      return [];
    },
  },
  { weight: 4, name: 'a pre-bill', act: settle },
  { weight: 0.8, name: 'a credit note', act: creditNote },
];

/** Some pieces of the work of operations: a worker that ends in the middle leaves the rest to the next. */
export function advance(world: Simulation, tenant: Tenant, chunks: number): Promise<number> {
  return operations.advance(world.runtime, tenant.ctx().organization, operationKinds, chunks);
}

/** Staff at a pre-bill that waits for them; two of them at once now and then. */
export async function settle(world: Simulation, tenant: Tenant): Promise<undefined> {
  const ctx = tenant.ctx();
  const waiting = await query<{ id: Id }>(
    world.owner.pool,
    sql`select id from pre_bills where organization_id = ${ctx.organization.id} and state = 'pending' order by id`,
  );
  if (waiting.length === 0) return;
  const { id } = one(world, waiting);
  const late = one(world, ['accept', 'refuse'] as const);
  const approve = () => billing.approve(tenant.ctx(), id, { late }, onAccount);
  const doings = [
    ...[approve, approve, approve, () => refresh(tenant.ctx(), id), () => reject(tenant.ctx(), id, 'not like this')],
    () => edit(tenant.ctx(), id, { note: 'with thanks', edits: anyEdits(world) }),
  ];
  const first = one(world, doings);
  const all = chance(world, 0.3) ? [first, one(world, doings), approve] : [first];
  await settled(await Promise.allSettled(all.map((doing) => doing())));
}

function anyEdits(world: Simulation): Edit[] {
  const amountMicros = BigInt(1 + below(world, 500)) * 1_000_000n;
  const line: Edit = { kind: 'line', name: 'Installation', quantity: '1', unitPriceMicros: amountMicros, amountMicros };
  // Now and then it is more than the bill, which becomes a credit note.
  const goodwill = chance(world, 0.5) ? amountMicros : amountMicros * 40n;
  const discount: Edit = chance(world, 0.5)
    ? { kind: 'discount', name: 'Loyalty', percentPpm: 1 + below(world, 400_000), amountMicros: null }
    : { kind: 'discount', name: 'Goodwill', percentPpm: null, amountMicros: goodwill };
  return one(world, [[line], [discount], [line, discount], []]);
}
