import type { Micros } from '@simwright/measure';
import { bigints, ints, uuids } from '../../kit/arrays.ts';
import { bigintAsText } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import { firstIdAt, type Id } from '../../kit/ids.ts';
import type { BillItem, Edit, PreBill, PreBillKind, PreBillState } from '../model.ts';

const columns = sql`id, number, owner_id, payer_id, kind, state, payment_type, currency, time_zone, period_from, period_until, cut_at, horizon_at, edits, note,
  buyer_reference, items, collected_micros, net_micros, version, operation_id, reason, created_at, collected_at, settled_at, settled_by`;

type StoredEdit = { [K in keyof Edit]: Edit[K] } & Record<string, unknown>;
type PreBillRow = Omit<PreBill, 'edits'> & { edits: StoredEdit[] };

/** JSON keeps a bigint as text. */
function fromRow({ edits, ...preBill }: PreBillRow): PreBill {
  const read = (edit: StoredEdit) =>
    Object.fromEntries(
      Object.entries(edit).map(([name, value]) => [
        name,
        name.endsWith('Micros') && value !== null ? BigInt(value as string) : value,
      ]),
    ) as Edit;
  return { ...preBill, edits: edits.map(read) };
}

export async function insertPreBills(ctx: Ctx, preBills: PreBill[]): Promise<void> {
  const of = <K extends keyof PreBill>(field: K) => preBills.map((one) => one[field]);
  await run(
    ctx,
    sql`/* billing.insert_pre_bills */ insert into pre_bills
          (organization_id, id, number, owner_id, payer_id, kind, state, payment_type, currency, time_zone, period_from, period_until, cut_at,
           horizon_at, buyer_reference, operation_id, created_at, collected_at)
        select ${ctx.organization.id}, u.*, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz
          from unnest(${uuids(of('id'))}::uuid[], ${of('number')}::text[], ${uuids(of('ownerId'))}::uuid[], ${uuids(of('payerId'))}::uuid[],
                      ${of('kind')}::text[], ${of('state')}::text[], ${of('paymentType')}::text[], ${of('currency')}::text[], ${of('timeZone')}::text[],
                      ${of('periodFrom')}::date[], ${of('periodUntil')}::date[], ${of('cutAt')}::timestamptz[], ${of('horizonAt')}::timestamptz[], ${of('buyerReference')}::text[],
                      ${uuids(of('operationId'))}::uuid[]) as u`,
  );
}

/** Takes away pre-bills that nothing was found for: nobody has seen them. */
export async function dropPreBills(ctx: Ctx, ids: Id[]): Promise<void> {
  await run(
    ctx,
    sql`/* billing.drop_pre_bills */ delete from pre_bills where organization_id = ${ctx.organization.id} and id = any(${uuids(ids)}::uuid[])
           and state = 'pending'`,
  );
}

export type PreBillFilter = {
  ids?: Id[];
  ownerIds?: Id[];
  states?: PreBillState[];
  kinds?: PreBillKind[];
  operationId?: Id;
  number?: string;
  from?: Date;
  to?: Date;
};

function conditionsOf(ctx: Ctx, filter: PreBillFilter): Sql[] {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id} and kind <> 'settlement'`];
  const { scope } = ctx.actor;
  if (scope.kind === 'company') conditions.push(sql`owner_id = ${scope.companyId}`);
  if (filter.ids) conditions.push(sql`id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.ownerIds) conditions.push(sql`owner_id = any(${uuids(filter.ownerIds)}::uuid[])`);
  if (filter.states) conditions.push(sql`state = any(${filter.states}::text[])`);
  if (filter.kinds) conditions.push(sql`kind = any(${filter.kinds}::text[])`);
  if (filter.operationId) conditions.push(sql`operation_id = ${filter.operationId}`);
  if (filter.number) conditions.push(sql`number = ${filter.number}`);
  // An id begins with the time at which its pre-bill was made.
  if (filter.from) conditions.push(sql`id >= ${firstIdAt(filter.from)}`);
  if (filter.to) conditions.push(sql`id < ${firstIdAt(filter.to)}`);
  return conditions;
}

/** Newest first. */
export async function listPreBills(
  ctx: Ctx,
  filter: PreBillFilter,
  page: { after?: Id | undefined; limit: number; oldestFirst?: boolean },
): Promise<PreBill[]> {
  const conditions = conditionsOf(ctx, filter);
  if (page.after) conditions.push(page.oldestFirst ? sql`id > ${page.after}` : sql`id < ${page.after}`);
  const found = await rows<PreBillRow>(
    ctx,
    sql`/* billing.list_pre_bills */ select ${columns} from pre_bills where ${join(conditions)}
         order by id ${page.oldestFirst ? nothing : sql`desc`} limit ${page.limit}`,
  );
  return found.map(fromRow);
}

/** A pre-bill that is ours until the database transaction ends; of another organization, or none: null. */
export async function lockPreBill(ctx: Ctx, id: Id): Promise<PreBill | null> {
  const found = await row<PreBillRow>(
    ctx,
    sql`/* billing.lock_pre_bill */ select ${columns} from pre_bills where organization_id = ${ctx.organization.id} and id = ${id} for no key update`,
  );
  return found && fromRow(found);
}

/** Writes what a pre-bill has become: everything of it that changes. */
export async function savePreBill(ctx: Ctx, p: PreBill): Promise<void> {
  await run(
    ctx,
    sql`/* billing.save_pre_bill */ update pre_bills
           set state = ${p.state}, edits = ${JSON.stringify(p.edits, bigintAsText)}::jsonb, note = ${p.note}, buyer_reference = ${p.buyerReference},
               items = ${p.items}, collected_micros = ${p.collectedMicros}, net_micros = ${p.netMicros}, version = ${p.version},
               reason = ${p.reason}, collected_at = ${p.collectedAt}, settled_at = ${p.settledAt}, settled_by = ${p.settledBy}
         where organization_id = ${ctx.organization.id} and id = ${p.id}`,
  );
}

/** Writes what new pre-bills have come to. */
export async function saveSums(
  ctx: Ctx,
  sums: { billId: Id; items: number; collectedMicros: Micros }[],
): Promise<void> {
  await run(
    ctx,
    sql`/* billing.save_sums */ update pre_bills p set items = u.items, collected_micros = u.micros, net_micros = u.micros
          from unnest(${uuids(sums.map((s) => s.billId))}::uuid[], ${ints(sums.map((s) => s.items))}::int[],
                      ${bigints(sums.map((s) => s.collectedMicros))}::bigint[]) as u(id, items, micros)
         where p.organization_id = ${ctx.organization.id} and p.id = u.id`,
  );
}

const itemColumns = sql`position, origin, kind, line_id, pool_id, label, detail, quantity, unit_price_micros, exact_micros, net_micros`;

/** The items of a bill in their order. */
export async function listItems(
  ctx: Ctx,
  billId: Id,
  page: { after?: number; search?: string; limit: number },
): Promise<BillItem[]> {
  return rows<BillItem>(
    ctx,
    sql`/* billing.list_items */ select ${itemColumns} from bill_items
         where organization_id = ${ctx.organization.id} and bill_id = ${billId} and position > ${page.after ?? 0}
           ${page.search ? sql`and (position(${page.search} in label) > 0 or detail ilike '%' || ${page.search} || '%')` : nothing}
         order by position limit ${page.limit}`,
  );
}

export type KindSum = { kind: BillItem['kind']; items: number; netMicros: Micros };

/** The same of many bills, each in the order of its items. */
export async function sumKindsOf(ctx: Ctx, billIds: Id[]): Promise<(KindSum & { billId: Id })[]> {
  return rows(
    ctx,
    sql`/* billing.sum_kinds_of */ select bill_id, kind, count(*)::int as items, sum(net_micros)::bigint as net_micros from bill_items
         where organization_id = ${ctx.organization.id} and bill_id = any(${uuids(billIds)}::uuid[]) group by bill_id, kind order by bill_id, min(position)`,
  );
}

/** What the items of a bill come to, by kind. */
export async function sumKinds(ctx: Ctx, billId: Id): Promise<KindSum[]> {
  return rows<KindSum>(
    ctx,
    sql`/* billing.sum_kinds */ select kind, count(*)::int as items, sum(net_micros)::bigint as net_micros from bill_items
         where organization_id = ${ctx.organization.id} and bill_id = ${billId} group by kind order by min(position)`,
  );
}

/** Gives new pre-bills their numbers: until here they went by their ids. */
export async function saveNumbers(ctx: Ctx, preBills: Pick<PreBill, 'id' | 'number'>[]): Promise<void> {
  await run(
    ctx,
    sql`/* billing.save_numbers */ update pre_bills p set number = u.number
          from unnest(${uuids(preBills.map((p) => p.id))}::uuid[], ${preBills.map((p) => p.number)}::text[]) as u(id, number)
         where p.organization_id = ${ctx.organization.id} and p.id = u.id`,
  );
}

/**
 * Makes a draft that asks for nothing a settlement: what was billed ahead has met what was charged. It keeps its claims, is no pre-bill any
 * more, and nobody sees it.
 */
export async function settle(ctx: Ctx, id: Id): Promise<void> {
  await run(
    ctx,
    sql`/* billing.settle */ update pre_bills set kind = 'settlement', state = 'approved', horizon_at = null, settled_at = ${ctx.now}, settled_by = ${ctx.actor.name}
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}
