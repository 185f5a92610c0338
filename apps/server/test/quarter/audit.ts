import { type Database, query, sql } from '../../src/kit/db.ts';

/** One currency's money of an organization, in micro-minor units. Everything is added up from sources, nothing from balances. */
export type Sums = Record<
  | 'usage' // what usage records say that they cost, those of wallets too
  | 'fees'
  | 'adjustments'
  | 'staff' // lines and discounts that staff wrote onto bills
  | 'refills' // what refills of lines cost that somebody paid for
  | 'items' // of what was billed; a credit note that takes back an invoice takes revenue with it, and is not among them
  | 'fromWallets' // what wallets paid for usage, fees, corrections and refills
  | 'paidRefills' // net, by card and by hand
  | 'unbilled'
  | 'deferred' // billed ahead: what is owed to customers
  | 'residue', // what rounding items and payments made of it
  bigint
>;

/** The sums of each currency. The organization began with nothing, so its balances are the changes of the quarter. */
export async function sumsOf(owner: Database, organizationId: string): Promise<Map<string, Sums>> {
  const org = sql`${organizationId}::uuid`;
  const rows = await query<{ currency: string; what: keyof Sums; micros: bigint }>(
    owner.pool,
    sql`with accounts as (select id, kind, currency from ledger_accounts where organization_id = ${org}),
        moved as (
          select a.kind, a.currency, t.idempotency_key as key, t.kind as transfer, e.amount_micros as micros
            from entries e join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
            join accounts a on a.id = e.ledger_account_id where e.organization_id = ${org})
        select v.currency, 'usage' as what, sum(r.charge_micros)::bigint as micros
          from usage_records r join billing_periods p on p.organization_id = r.organization_id and p.id = r.period_id
          join plan_versions v on v.organization_id = p.organization_id and v.id = p.plan_version_id where r.organization_id = ${org} group by 1
        union all
        select a.currency, 'fees', sum(f.amount_micros)::bigint from fees f join accounts a on a.id = f.payer_id group by 1
        union all
        select a.currency, 'adjustments', sum(d.amount_micros)::bigint from adjustments d join accounts a on a.id = d.payer_id group by 1
        union all
        select r.currency, 'refills', sum(r.price_micros)::bigint
          from refills r where r.organization_id = ${org} and r.note <> '' group by 1
        union all
        select p.currency, 'staff', sum(i.net_micros)::bigint
          from bill_items i join pre_bills p on p.organization_id = i.organization_id and p.id = i.bill_id and p.state = 'approved'
         where i.organization_id = ${org} and i.origin = 'staff' group by 1
        union all
        select i.currency, 'items', sum(b.net_micros)::bigint
          from invoices i join bill_items b on b.organization_id = i.organization_id and b.bill_id = i.id
         where i.organization_id = ${org} and i.credits_id is null group by 1
        union all
        select currency, 'fromWallets', sum(micros)::bigint from moved
         where kind = 'wallet' and (transfer in ('usage', 'fee') or key in (select transfer_key from adjustments where organization_id = ${org})
                                    or transfer = 'refill' and key like 'payment:%' and micros > 0) group by 1
        union all
        select currency, 'paidRefills', sum(net_micros)::bigint from payments
         where organization_id = ${org} and purpose = 'line_refill' and wallet_id is null and state = 'succeeded' and undelivered is null group by 1
        union all
        select currency, 'unbilled', sum(micros)::bigint from moved where kind = 'unbilled' group by 1
        union all
        select currency, 'deferred', -sum(micros)::bigint from moved where kind = 'deferred' group by 1
        union all
        select currency, 'residue', -sum(micros)::bigint from moved where kind = 'rounding' group by 1`,
  );
  const all = new Map<string, Sums>();
  for (const { currency, what, micros } of rows) {
    const sums = all.get(currency) ?? ({ ...nothing } as Sums);
    all.set(currency, { ...sums, [what]: micros ?? 0n });
  }
  return all;
}

const names = [
  'usage',
  'fees',
  'adjustments',
  'staff',
  'refills',
  'items',
  'fromWallets',
  'paidRefills',
  'unbilled',
  'deferred',
  'residue',
];
const nothing = Object.fromEntries(names.map((name) => [name, 0n]));

type Traced = { number: string; position: number; said: string; found: string };

/**
 * Items of documents that are not what their sources come to: each is added up anew from the fees themselves, from the usage records of its
 * periods, from months of pools, adjustments, and what was billed ahead; once rounded, it is its net amount.
 */
export async function untraced(owner: Database, organizationId: string): Promise<Traced[]> {
  return query<Traced>(
    owner.pool,
    sql`with said as (
          select s.bill_id, s.item_kind, s.line_id, s.pool_id, s.source_kind, s.source_id, case s.source_kind
                   when 'fee' then (select f.amount_micros from fees f where f.organization_id = s.organization_id and f.id = s.source_id)
                   when 'adjustment' then (select d.amount_micros from adjustments d where d.organization_id = s.organization_id and d.id = s.source_id)
                   when 'coming' then (select coalesce(v.fee_micros, w.fee_micros) from (values (s.plan_version_id)) x (id)
                                         left join plan_versions v on v.organization_id = s.organization_id and v.id = x.id
                                         left join pool_versions w on w.organization_id = s.organization_id and w.id = x.id)
                   when 'ahead' then (select -c.micros from billed_sources c where c.organization_id = s.organization_id
                                         and c.source_kind = 'coming' and c.source_id = s.source_id)
                   when 'pool_period' then (select coalesce(sum(r.charge_micros), 0)::bigint from usage_records r
                                              where r.organization_id = s.organization_id and r.pool_period_id = s.source_id)
                   when 'period_sms' then (select coalesce(sum(r.charge_micros), 0)::bigint from usage_records r where r.organization_id = s.organization_id
                                             and r.period_id = s.source_id and r.pool_period_id is null and r.service = 'sms')
                   when 'period_voice' then (select coalesce(sum(r.charge_micros), 0)::bigint from usage_records r where r.organization_id = s.organization_id
                                             and r.period_id = s.source_id and r.pool_period_id is null and r.service = 'voice')
                   when 'period' then (select coalesce(sum(r.charge_micros), 0)::bigint from usage_records r where r.organization_id = s.organization_id
                                         and r.period_id = s.source_id and r.pool_period_id is null and not exists (
                                           select from billed_sources o where o.organization_id = s.organization_id and o.source_id = s.source_id
                                              and o.source_kind = 'period_' || r.service))
                 end as micros
            from billed_sources s where s.organization_id = ${organizationId}::uuid)
        select i.number, b.position, b.kind || ' ' || b.exact_micros || ' ' || b.net_micros as said, coalesce(s.micros::text, 'nothing') as found
          from invoices i
          join bill_items b on b.organization_id = i.organization_id and b.bill_id = i.id and b.origin = 'collected'
          left join (select bill_id, item_kind, line_id, pool_id, sum(micros) as micros from said group by 1, 2, 3, 4) s
               on s.bill_id = b.bill_id and s.item_kind = b.kind and s.line_id is not distinct from b.line_id and s.pool_id is not distinct from b.pool_id
         where i.organization_id = ${organizationId}::uuid and i.credits_id is null
           and (s.micros is distinct from b.exact_micros or b.net_micros <> round(b.exact_micros / 1000000.0) * 1000000
                and mod(abs(b.exact_micros), 1000000) <> 500000)`,
  );
}

/** What was charged to an account and is over, and stands on no bill although its bill run has passed. */
export async function unbilledSources(
  owner: Database,
  organizationId: string,
  before: Date,
): Promise<{ kind: string; id: string }[]> {
  const org = sql`${organizationId}::uuid`;
  const open = (
    kind: string,
  ) => sql`not exists (select from billed_sources b join pre_bills q on q.organization_id = b.organization_id and q.id = b.bill_id
    where b.organization_id = x.organization_id and b.source_kind = ${kind} and b.source_id = x.id and q.state = 'approved')`;
  return query(
    owner.pool,
    sql`with payers as (select id from ledger_accounts where organization_id = ${org} and kind = 'unbilled' and owner_id <> ${org})
        select 'fee' as kind, x.id::text from fees x where x.payer_id in (select id from payers) and x.at < ${before} and x.amount_micros <> 0 and ${open('fee')}
        union all
        select 'period', x.id::text from billing_periods x where x.payer_id in (select id from payers) and x.state = 'closed' and x.ends_at <= ${before}
           and x.charge_micros <> 0 and ${open('period')}
        union all
        select 'pool month', x.id::text from pool_periods x where x.payer_id in (select id from payers) and x.state = 'closed' and x.ends_at <= ${before}
           and x.charge_micros <> 0 and ${open('pool_period')}
        union all
        select 'adjustment', x.id::text from adjustments x where x.payer_id in (select id from payers) and x.at < ${before} and ${open('adjustment')}`,
  );
}

/** Accounts that do not stand where the documents and payments say: `account said found`, for whoever reads the failure. */
export async function untied(owner: Database, organizationId: string): Promise<string[]> {
  const org = sql`${organizationId}::uuid`;
  const rows = await query<{ said: string }>(
    owner.pool,
    sql`with stands as (
          select a.kind, a.currency, sum(e.amount_micros) as micros from entries e
            join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id where e.organization_id = ${org} group by 1, 2),
        way as (select *, case kind when 'invoice' then 1 else -1 end as sign from invoices where organization_id = ${org}),
        told as (
          select 'receivable' as kind, currency, sum(sign * (gross_micros - paid_micros)) as micros from way group by 2
          union all
          select 'vat', currency, -sum(micros) from (
            select currency, sign * vat_micros as micros from way
            union all select currency, case when wallet_id is null then vat_micros else -vat_micros end from payments where organization_id = ${org} and state = 'succeeded' and undelivered is null
            union all select r.currency, case when p.wallet_id is null then -r.vat_micros else r.vat_micros end
                        from payment_refunds r join payments p on p.organization_id = r.organization_id and p.id = r.payment_id
                       where r.organization_id = ${org} and r.posted and r.state <> 'failed') v group by 2)
        select kind || ' ' || currency || ' ' || coalesce(t.micros, 0) || ' ' || coalesce(s.micros, 0) as said
          from told t left join stands s using (kind, currency) where coalesce(t.micros, 0) <> coalesce(s.micros, 0)`,
  );
  return rows.map(({ said }) => said);
}

/** What was issued: for each customer the kinds of its documents and of their items. */
export async function issued(
  owner: Database,
  organizationId: string,
): Promise<{ name: string; documents: string[]; items: string[] }[]> {
  return query(
    owner.pool,
    sql`select c.name, array_agg(distinct i.kind || ' ' || p.kind order by i.kind || ' ' || p.kind) as documents, array_agg(distinct b.kind order by b.kind) as items
          from invoices i
          join pre_bills p on p.organization_id = i.organization_id and p.id = i.id
          join bill_items b on b.organization_id = i.organization_id and b.bill_id = i.id
          join companies c on c.organization_id = i.organization_id and c.id = i.owner_id
         where i.organization_id = ${organizationId}::uuid group by 1 order by 1`,
  );
}
