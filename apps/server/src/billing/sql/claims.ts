import type { Micros } from '@simwright/measure';
import { uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { PreBill, StaffItem } from '../model.ts';
import { openSources } from './sources.ts';

function these(ctx: Ctx, billIds: Id[]): Sql {
  return sql`select id, owner_id, payer_id, kind, cut_at, horizon_at, payment_type from pre_bills
              where organization_id = ${ctx.organization.id} and id = any(${uuids(billIds)}::uuid[])`;
}

/**
 * For the rest of the database transaction every row is found by a key. Statistics of claims and items are those of before the run, when
 * there were none of this month: a planner that believes a table empty reads it whole for each row that it joins, and 20,000 lines took
 * 80 seconds.
 */
async function keepToKeys(ctx: Ctx): Promise<void> {
  await run(
    ctx,
    sql`/* billing.keep_to_keys */ select set_config('enable_seqscan', 'off', true), set_config('enable_material', 'off', true),
          set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)`,
  );
}

/** One collector of a payer at a time, in the order of their ids: two would find the same things open. */
export async function lockPayers(ctx: Ctx, payerIds: Id[]): Promise<void> {
  await keepToKeys(ctx);
  await rows(
    ctx,
    sql`/* billing.lock_payers */ select pg_advisory_xact_lock(hashtextextended('billing ' || p.id, 0))
          from (select id from unnest(${uuids(payerIds)}::uuid[]) as u(id) order by id) as p`,
  );
}

/**
 * Claims for these pre-bills whatever they are to take and nobody has taken: the key of a claim says what is taken, and is asked without
 * a planner, which takes any index of a table that was empty. Returns how many things that were.
 */
export async function claimOpen(ctx: Ctx, billIds: Id[]): Promise<number> {
  return run(
    ctx,
    sql`/* billing.claim */ insert into billed_sources
          (organization_id, bill_id, source_kind, source_id, item_kind, line_id, pool_id, plan_version_id, at, micros)
        select ${ctx.organization.id}, s.* from (${openSources(ctx, these(ctx, billIds), 'claimed too')}) s
        on conflict (organization_id, source_kind, source_id) do nothing`,
  );
}

/** What claimed periods have come to since they were claimed. Returns how many differ. */
export async function refreshClaims(ctx: Ctx, billIds: Id[]): Promise<number> {
  const { id: org } = ctx.organization;
  const lines = await run(
    ctx,
    sql`/* billing.refresh_claims */ update billed_sources s set micros = p.charge_micros from billing_periods p
         where s.organization_id = ${org} and s.bill_id = any(${uuids(billIds)}::uuid[]) and s.source_kind = 'period'
           and p.organization_id = ${org} and p.id = s.source_id and s.micros <> p.charge_micros`,
  );
  const months = await run(
    ctx,
    sql`/* billing.refresh_pool_claims */ update billed_sources s set micros = p.charge_micros from pool_periods p
         where s.organization_id = ${org} and s.bill_id = any(${uuids(billIds)}::uuid[]) and s.source_kind = 'pool_period'
           and p.organization_id = ${org} and p.id = s.source_id and s.micros <> p.charge_micros`,
  );
  return lines + months;
}

/** Takes back what was to be billed ahead of a moment that is here: its fee is charged by now, or never. Returns how many that were. */
export async function dropOverdue(ctx: Ctx, billId: Id): Promise<number> {
  return run(
    ctx,
    sql`/* billing.drop_overdue */ delete from billed_sources
         where organization_id = ${ctx.organization.id} and bill_id = ${billId} and source_kind = 'coming' and at <= ${ctx.now}`,
  );
}

export async function dropClaims(ctx: Ctx, billIds: Id[]): Promise<void> {
  await run(
    ctx,
    sql`/* billing.drop_claims */ delete from billed_sources
         where organization_id = ${ctx.organization.id} and bill_id = any(${uuids(billIds)}::uuid[])`,
  );
}

/**
 * Closes what a bill bills: no usage goes into these periods any more. Charging guards its writes by their version, so what is under way is
 * decided again. They are locked by id, as everybody locks them. Periods that cost nothing are closed too; what another bill has claimed is
 * closed by that one. What has a charge by now and no claim yet gets one. Returns how many did.
 */
export async function invoicePeriods(ctx: Ctx, preBill: Closing): Promise<number> {
  // What is asked for in advance ends no period.
  if (preBill.kind === 'advance') return 0;
  await keepToKeys(ctx);
  // Months of pools come before periods in the one lock order.
  const months = await run(ctx, sql`/* billing.invoice_pool_periods */ ${closing(ctx, preBill, poolMonths)}`);
  return months + (await run(ctx, sql`/* billing.invoice_periods */ ${closing(ctx, preBill, linePeriods)}`));
}

type Closing = Pick<PreBill, 'id' | 'payerId' | 'kind' | 'cutAt' | 'paymentType'>;
type Closed = { table: Sql; versions: Sql; version: Sql; kind: Sql; item: Sql; line: Sql; pool: Sql };

const linePeriods: Closed = {
  ...{ table: sql`billing_periods`, versions: sql`plan_versions`, version: sql`plan_version_id`, kind: sql`'period'` },
  item: sql`case when v.overage_size_bytes is null then 'usage' else 'overage' end`,
  ...{ line: sql`t.line_id`, pool: sql`null::uuid` },
};
const poolMonths: Closed = {
  ...{
    table: sql`pool_periods`,
    versions: sql`pool_versions`,
    version: sql`pool_version_id`,
    kind: sql`'pool_period'`,
  },
  ...{ item: sql`'pool_overage'`, line: sql`null::uuid`, pool: sql`t.pool_id` },
};

function closing(ctx: Ctx, bill: Closing, { table, versions, version, kind, item, line, pool }: Closed): Sql {
  const org = sql`${ctx.organization.id}::uuid`;
  const billId = bill.id;
  // The ids are handed over as one array: joined to, the planner might look each period up in the list.
  return sql`with ours as (
      select p.id from ${table} p
        join ${versions} v on v.organization_id = ${org} and v.id = p.${version}
       where p.organization_id = ${org} and p.payer_id = ${bill.payerId} and p.state = 'closed' and p.invoiced_at is null
         and p.ends_at <= ${bill.cutAt}
         and (${bill.kind === 'manual'} or coalesce(${bill.paymentType}::text, v.payment_type) <> 'manual')
         and not exists (select from billed_sources x where x.organization_id = ${org} and x.source_kind = ${kind} and x.source_id = p.id
                            and x.bill_id <> ${billId} offset 0)
       order by p.id for no key update of p
    ), closed as (
      update ${table} t set invoiced_at = ${ctx.now}, version = t.version + 1, updated_at = ${ctx.now}
       where t.organization_id = ${org} and t.id = any(array(select id from ours))
      returning t.id, ${line} as line_id, ${pool} as pool_id, t.${version} as version_id, t.ends_at, t.charge_micros
    )
    insert into billed_sources (organization_id, source_kind, source_id, bill_id, item_kind, line_id, pool_id, plan_version_id, at, micros)
    select ${org}, ${kind}, c.id, ${billId}, ${item}, c.line_id, c.pool_id, c.version_id, c.ends_at, c.charge_micros
      from closed c join ${versions} v on v.organization_id = ${org} and v.id = c.version_id
     where c.charge_micros <> 0
    on conflict (organization_id, source_kind, source_id) do nothing`;
}

/**
 * Makes the collected items of these bills anew from their claims: one for each line and kind of charge, in the order of kinds, then of
 * ICCIDs. Amounts that are all the same are a quantity of them.
 */
export async function makeItems(ctx: Ctx, billIds: Id[]): Promise<void> {
  const org = sql`${ctx.organization.id}::uuid`;
  const ours = uuids(billIds);
  await run(
    ctx,
    sql`/* billing.drop_items */ delete from bill_items where organization_id = ${org} and bill_id = any(${ours}::uuid[])`,
  );
  await run(
    ctx,
    sql`/* billing.make_items */ insert into bill_items
          (organization_id, bill_id, position, origin, kind, line_id, pool_id, label, detail, quantity, unit_price_micros, exact_micros, net_micros)
        select ${org}, i.bill_id,
               row_number() over (partition by i.bill_id order by array_position(${kindOrder}::text[], i.item_kind), label, i.line_id, i.pool_id),
               'collected', i.item_kind, i.line_id, i.pool_id, label, detail,
               case when i.alike then i.things else 1 end * sign(i.micros),
               abs(case when i.alike then i.micros / i.things else i.micros end), i.micros, to_minor(i.micros)
          from (select bill_id, item_kind, line_id, pool_id, sum(micros)::bigint as micros, count(*) as things,
                       min(micros) = max(micros) as alike, max(plan_version_id::text)::uuid as version_id
                  from billed_sources where organization_id = ${org} and bill_id = any(${ours}::uuid[])
                 group by bill_id, item_kind, line_id, pool_id having sum(micros) <> 0) i
          left join sims s on s.organization_id = ${org} and s.id = i.line_id
          left join pools o on o.organization_id = ${org} and o.id = i.pool_id
          left join plan_versions v on v.organization_id = ${org} and v.id = i.version_id
          left join plans n on n.organization_id = ${org} and n.id = v.plan_id
         cross join lateral (select coalesce(s.iccid, o.name, '') as label, coalesce(n.name, '') as detail) named`,
  );
}

const kindOrder = [
  ...[
    'recurring',
    'activation',
    'usage',
    'overage',
    'sms',
    'voice',
    'pool_fee',
    'pool_overage',
    'adjustment',
    'credit',
  ],
];

/** Writes what staff's edits come to behind the collected items of a bill, in place of what stood there. */
export async function writeStaffItems(ctx: Ctx, billId: Id, items: StaffItem[]): Promise<void> {
  const { id: org } = ctx.organization;
  await run(
    ctx,
    sql`/* billing.drop_staff_items */ delete from bill_items where organization_id = ${org} and bill_id = ${billId} and origin = 'staff'`,
  );
  if (items.length === 0) return;
  await run(
    ctx,
    sql`/* billing.write_staff_items */ insert into bill_items
          (organization_id, bill_id, position, origin, kind, detail, quantity, unit_price_micros, exact_micros, net_micros)
        select ${org}, ${billId}, u.n + (select coalesce(max(position), 0) from bill_items where organization_id = ${org} and bill_id = ${billId}),
               'staff', u.kind, u.detail, u.quantity, u.price, u.exact, u.net
          from unnest(${items.map((i) => i.kind)}::text[], ${items.map((i) => i.detail)}::text[], ${items.map((i) => i.quantity)}::numeric[],
                      ${items.map((i) => i.unitPriceMicros)}::bigint[], ${items.map((i) => i.exactMicros)}::bigint[],
                      ${items.map((i) => i.netMicros)}::bigint[]) with ordinality as u(kind, detail, quantity, price, exact, net, n)`,
  );
}

export type BillSum = { billId: Id; items: number; collectedMicros: Micros; staffMicros: Micros };

/** What the items of these bills come to; a bill without items is not in the answer. */
export async function sumItems(ctx: Ctx, billIds: Id[]): Promise<BillSum[]> {
  return rows<BillSum>(
    ctx,
    sql`/* billing.sum_items */ select bill_id, count(*)::int as items,
               coalesce(sum(net_micros) filter (where origin = 'collected'), 0)::bigint as collected_micros,
               coalesce(sum(net_micros) filter (where origin = 'staff'), 0)::bigint as staff_micros
          from bill_items where organization_id = ${ctx.organization.id} and bill_id = any(${uuids(billIds)}::uuid[]) group by bill_id`,
  );
}

export type ClaimSum = { billId: Id; unbilledMicros: Micros; deferredMicros: Micros };

/** The exact sums of what bills claim: what was charged, and what is billed before it is charged. Without claims, no sums. */
export async function sumClaims(ctx: Ctx, billIds: Id[]): Promise<ClaimSum[]> {
  return rows<ClaimSum>(
    ctx,
    sql`/* billing.sum_claims */ select bill_id, coalesce(sum(micros) filter (where source_kind not in ('coming', 'ahead')), 0)::bigint as unbilled_micros,
               coalesce(sum(micros) filter (where source_kind in ('coming', 'ahead')), 0)::bigint as deferred_micros
          from billed_sources where organization_id = ${ctx.organization.id} and bill_id = any(${uuids(billIds)}::uuid[]) group by bill_id`,
  );
}
