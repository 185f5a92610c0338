import type { Micros } from '@simwright/measure';
import { bigints, instants, texts, uuids } from '../kit/arrays.ts';
import type { Ctx } from '../kit/ctx.ts';
import { join, nothing, rows, run, type Sql, sql } from '../kit/db.ts';
import { firstIdAt, type Id } from '../kit/ids.ts';
import type { Destination, Method, Status, Told, Transaction, TransactionType } from './model.ts';

const columns = sql`t.id, t.key, t.type, t.status, t.destination_kind, t.destination_id, t.amount_micros, t.vat_micros, t.currency, t.method,
  t.payer_id, t.company_id, t.end_user_id, t.reference, t.note, t.undelivered, t.at, t.settled_at, t.labels`;

/** Writes what is new, and of what is known already what may change: how it stands. Labels are nobody's but people's. */
export async function save(ctx: Ctx, told: Told[]): Promise<void> {
  const of = <K extends keyof Told>(field: K) => told.map((one) => one[field]);
  await run(
    ctx,
    sql`/* transactions.save */ insert into transactions as t
          (organization_id, id, key, type, status, destination_kind, destination_id, amount_micros, vat_micros, currency, method,
           payer_id, company_id, end_user_id, reference, note, undelivered, at, settled_at)
        select ${ctx.organization.id}, u.* from unnest(
                 ${uuids(of('id'))}::uuid[], ${texts(of('key'))}::text[], ${texts(of('type'))}::text[], ${texts(of('status'))}::text[],
                 ${texts(told.map((one) => one.destination.kind))}::text[], ${uuids(told.map((one) => one.destination.id))}::uuid[],
                 ${bigints(of('amountMicros'))}::bigint[], ${bigints(of('vatMicros'))}::bigint[], ${texts(of('currency'))}::text[],
                 ${texts(of('method'))}::text[], ${uuids(of('payerId'))}::uuid[], ${uuids(of('companyId'))}::uuid[],
                 ${uuids(of('endUserId'))}::uuid[], ${texts(of('reference'))}::text[], ${texts(of('note'))}::text[],
                 ${of('undelivered')}::boolean[], ${instants(of('at'))}::timestamptz[], ${instants(of('settledAt'))}::timestamptz[]) as u
        on conflict (organization_id, key) do update
           set status = excluded.status, method = excluded.method, reference = excluded.reference, undelivered = excluded.undelivered,
               settled_at = excluded.settled_at, type = excluded.type, destination_kind = excluded.destination_kind,
               destination_id = excluded.destination_id, amount_micros = excluded.amount_micros, vat_micros = excluded.vat_micros`,
  );
}

export type Filter = {
  ids?: Id[];
  statuses?: Status[];
  types?: TransactionType[];
  methods?: Method[];
  currency?: string;
  payerId?: Id;
  companyId?: Id;
  endUserId?: Id;
  destinationId?: Id;
  label?: string;
  /** It began at this instant or later. */
  from?: Date;
  /** It began before this instant. */
  to?: Date;
};

/** What a text was found in: accounts that pay, what was paid for, and the text as a reference. */
export type Found = { payerIds: Id[]; destinationIds: Id[]; reference: string };

type Row = Omit<Transaction, 'destination'> & { destinationKind: Destination['kind']; destinationId: Id };

/** Newest first, of those the caller may see. A search reads the index of each thing that the text was found in, and merges. */
export async function list(
  ctx: Ctx,
  filter: Filter,
  found: Found | null,
  page: { after?: Id; limit: number },
): Promise<Transaction[]> {
  const matches = join([...conditionsOf(ctx, filter), ...(page.after ? [sql`t.id < ${page.after}`] : [])]);
  const end = sql`order by t.id desc limit ${page.limit}`;
  const { label } = filter;
  const isLabelled =
    label === undefined
      ? nothing
      : sql`and exists (select from transaction_labels l where l.organization_id = ${ctx.organization.id} and l.label = ${label} and l.transaction_id = t.id)`;
  const listed = await rows<Row>(
    ctx,
    found
      ? sql`/* transactions.search */ select ${columns} from transactions t
             where t.organization_id = ${ctx.organization.id} and t.id in (
               select b.id from unnest(${uuids(found.payerIds)}::uuid[]) as w(id), lateral (
                 select t.id from transactions t where ${matches} and t.payer_id = w.id ${isLabelled} ${end}) b
               union all
               select b.id from unnest(${uuids(found.destinationIds)}::uuid[]) as w(id), lateral (
                 select t.id from transactions t where ${matches} and t.destination_id = w.id ${isLabelled} ${end}) b
               union all
               (select t.id from transactions t where ${matches} and t.reference = ${found.reference} and t.reference <> '' ${isLabelled} ${end}))
             ${end}`
      : label !== undefined
        ? sql`/* transactions.list_labelled */ select ${columns} from transaction_labels l
               join transactions t on t.organization_id = l.organization_id and t.id = l.transaction_id
               where l.organization_id = ${ctx.organization.id} and l.label = ${label} and ${matches}
                 ${page.after ? sql`and l.transaction_id < ${page.after}` : nothing}
               order by l.transaction_id desc limit ${page.limit}`
        : sql`/* transactions.list */ select ${columns} from transactions t where ${matches} ${end}`,
  );
  return listed.map(({ destinationKind: kind, destinationId: id, ...rest }) => ({
    ...rest,
    destination: { kind, id },
  }));
}

function conditionsOf(ctx: Ctx, filter: Filter): Sql[] {
  const conditions: Sql[] = [sql`t.organization_id = ${ctx.organization.id}`];
  const { scope } = ctx.actor;
  if (scope.kind === 'company') conditions.push(sql`t.company_id = ${scope.companyId}`);
  if (filter.ids) conditions.push(sql`t.id = any(${uuids(filter.ids)}::uuid[])`);
  conditions.push(...oneOf(sql`t.status`, filter.statuses), ...oneOf(sql`t.type`, filter.types));
  conditions.push(...oneOf(sql`t.method`, filter.methods));
  // Those that are not completed are few and have an index; for the others the list itself is read.
  if (filter.statuses && !filter.statuses.includes('completed')) conditions.push(sql`t.status <> 'completed'`);
  if (filter.currency) conditions.push(sql`t.currency = ${filter.currency}`);
  if (filter.payerId) conditions.push(sql`t.payer_id = ${filter.payerId}`);
  if (filter.companyId) conditions.push(sql`t.company_id = ${filter.companyId}`);
  if (filter.endUserId) conditions.push(sql`t.end_user_id = ${filter.endUserId}`);
  if (filter.destinationId) conditions.push(sql`t.destination_id = ${filter.destinationId}`);
  // Ids begin with the instant at which they were made.
  if (filter.from) conditions.push(sql`t.id >= ${firstIdAt(filter.from)}`);
  if (filter.to) conditions.push(sql`t.id < ${firstIdAt(filter.to)}`);
  return conditions;
}

/** One value is an equality: only with that an index has the rows in the order of the list. */
function oneOf(column: Sql, values: string[] | undefined): Sql[] {
  if (!values) return [];
  return [values.length === 1 ? sql`${column} = ${values[0]}` : sql`${column} = any(${texts(values)}::text[])`];
}

/** Gives transactions exactly these labels. The caller has seen that they are there. */
export async function setLabels(ctx: Ctx, ids: Id[], labels: string[]): Promise<void> {
  await run(
    ctx,
    sql`/* transactions.set_labels */ update transactions set labels = ${texts(labels)}::text[]
         where organization_id = ${ctx.organization.id} and id = any(${uuids(ids)}::uuid[])`,
  );
  await run(
    ctx,
    sql`/* transactions.forget_labels */ delete from transaction_labels
         where organization_id = ${ctx.organization.id} and transaction_id = any(${uuids(ids)}::uuid[])
           and label <> all(${texts(labels)}::text[])`,
  );
  await run(
    ctx,
    sql`/* transactions.keep_labels */ insert into transaction_labels (organization_id, label, transaction_id)
        select ${ctx.organization.id}, l.label, i.id from unnest(${texts(labels)}::text[]) as l(label), unnest(${uuids(ids)}::uuid[]) as i(id)
        on conflict do nothing`,
  );
}

export type Paid = { accountId: Id; currency: string; lifetimeMicros: Micros; monthMicros: Micros };

/**
 * What came from outside from each of these accounts since ever and since an instant, less what went back. Wallets spend what was paid
 * before. @param column whether the account is who pays, or the company of who pays
 */
export async function sumPaid(
  ctx: Ctx,
  column: 'payer_id' | 'company_id',
  accountIds: Id[],
  since: Date,
): Promise<Paid[]> {
  const account = column === 'payer_id' ? sql`t.payer_id` : sql`t.company_id`;
  return rows<Paid>(
    ctx,
    sql`/* transactions.sum_paid */ select ${account} as account_id, t.currency, sum(t.amount_micros)::bigint as lifetime_micros,
               coalesce(sum(t.amount_micros) filter (where t.at >= ${since}), 0)::bigint as month_micros
          from transactions t
         where t.organization_id = ${ctx.organization.id} and ${account} = any(${uuids(accountIds)}::uuid[])
           and t.status = 'completed' and t.method not in ('wallet', 'company_wallet') and t.type not in ('fee', 'adjustment')
         group by 1, 2 order by 1, 2`,
  );
}
