-- Laws that must hold at every moment, as one query that must return no rows: after each test that writes, in the
-- simulator, and by hand on a running instance (as the owner). Each row names the law and the thing that breaks it.

-- What was retired counts as what is there. Sums of hours are compared whole where single records are gone.
with retired as (
  select r.*, a.starts_at from retired_usage r join usage_archives a on a.id = r.archive_id where a.retired_at is not null
), charged as (
  select organization_id, period_id, session_id, bytes_up + bytes_down as bytes, case when late then 0 else bytes_up + bytes_down end as limit_bytes,
         charge_micros as charge, pool_period_id
    from usage_records
  union all
  select organization_id, period_id, session_id, bytes_up + bytes_down, limit_bytes, charge_micros,
         nullif(pool_period_id, '00000000-0000-0000-0000-000000000000') from retired
), spans as (
  select distinct starts_at, ends_at from usage_archives where retired_at is not null
)
-- I1 periods and their records: bytes
select 'I1 period bytes' as law, organization_id, id, coalesce(p.used_bytes, 0)::text as kept, coalesce(r.bytes, 0)::text as found
  from billing_periods p
  full join (select organization_id, period_id as id, sum(bytes) as bytes from charged group by 1, 2) r
       using (organization_id, id)
 where coalesce(p.used_bytes, 0) <> coalesce(r.bytes, 0)
union all
-- I1 periods and their records: charges
select 'I1 period charge', organization_id, id, coalesce(p.charge_micros, 0)::text, coalesce(r.charge, 0)::text
  from billing_periods p
  full join (select organization_id, period_id as id, sum(charge) as charge from charged where pool_period_id is null group by 1, 2) r
       using (organization_id, id)
 where coalesce(p.charge_micros, 0) <> coalesce(r.charge, 0)
union all
-- I1 the month of a pool is what its members used in it, and costs what their records say
select 'I1 pool', organization_id, id, p.used_bytes || ' ' || p.limit_used_bytes || ' ' || p.charge_micros,
       coalesce(r.bytes, 0) || ' ' || coalesce(r.limit_bytes, 0) || ' ' || coalesce(r.charge, 0)
  from pool_periods p
  full join (select organization_id, pool_period_id as id, sum(bytes) as bytes, sum(limit_bytes) as limit_bytes, sum(charge) as charge
               from charged where pool_period_id is not null group by 1, 2) r using (organization_id, id)
 where (p.used_bytes, p.limit_used_bytes, p.charge_micros) is distinct from (coalesce(r.bytes, 0), coalesce(r.limit_bytes, 0), coalesce(r.charge, 0))
union all
-- I1 hours of a pool's month
select 'I1 pool hours', organization_id, id, coalesce(p.used_bytes, 0)::text, coalesce(h.bytes, 0)::text
  from pool_periods p
  full join (select organization_id, pool_period_id as id, sum(bytes) as bytes from usage_hourly_pools group by 1, 2) h using (organization_id, id)
 where coalesce(p.used_bytes, 0) <> coalesce(h.bytes, 0)
union all
-- I1 a dynamic pool has what its members brought, a static one what its terms say
select 'I1 pool allowance', p.organization_id, p.id, p.allowance_bytes::text, (v.allowance_bytes + coalesce(c.bytes, 0))::text
  from pool_periods p
  join pool_versions v on v.organization_id = p.organization_id and v.id = p.pool_version_id
  left join (select organization_id, pool_period_id, sum(allowance_bytes) as bytes from pool_contributions group by 1, 2) c
       on c.organization_id = p.organization_id and c.pool_period_id = p.id
 where p.allowance_bytes <> v.allowance_bytes + coalesce(c.bytes, 0)
union all
-- I1 what counts for the limit is what was not late, and what was used at another vendor before the line came from there
select 'I1 limit bytes', p.organization_id, p.id, p.limit_used_bytes::text, (coalesce(r.bytes, 0) + coalesce(p.taken_over_bytes, 0))::text
  from billing_periods p
  left join (select organization_id, period_id, sum(limit_bytes) as bytes from charged group by 1, 2) r
       on r.organization_id = p.organization_id and r.period_id = p.id
 where p.limit_used_bytes <> coalesce(r.bytes, 0) + coalesce(p.taken_over_bytes, 0)
union all
-- I1 hours of a line and network
select 'I1 hourly', organization_id, line_id, coalesce(h.bytes, 0)::text, coalesce(r.bytes, 0)::text
  from (select organization_id, line_id, coalesce(span, hour) as hour, plmn, sum(bytes_up + bytes_down) as bytes, sum(charge_micros) as charge,
               sum(records) as records
          from usage_hourly, lateral (select min(starts_at) as span from spans where hour >= starts_at and hour < ends_at) s group by 1, 2, 3, 4) h
  full join (select organization_id, line_id, coalesce(span, hour) as hour, plmn, sum(bytes) as bytes, sum(charge) as charge, sum(records) as records
               from (select organization_id, line_id, date_trunc('hour', occurred_at, 'UTC') as hour, plmn, sum(bytes_up + bytes_down) as bytes,
                            sum(charge_micros) as charge, count(*) as records from usage_records group by 1, 2, 3, 4
                     union all
                     select organization_id, line_id, starts_at, plmn, bytes_up + bytes_down, charge_micros, records from retired) u,
                    lateral (select min(starts_at) as span from spans where hour >= starts_at and hour < ends_at) s
              group by 1, 2, 3, 4) r
       using (organization_id, line_id, hour, plmn)
 where (coalesce(h.bytes, 0), coalesce(h.charge, 0), coalesce(h.records, 0)) <> (coalesce(r.bytes, 0), coalesce(r.charge, 0), coalesce(r.records, 0))
union all
-- I1 messages and seconds of the hours of a line and network; their charge is a part of that hour's charge
select 'I1 hourly units', organization_id, line_id, coalesce(h.units, 0)::text, coalesce(r.units, 0)::text
  from (select organization_id, line_id, coalesce(span, hour) as hour, plmn, service, sum(units) as units, sum(charge_micros) as charge,
               sum(records) as records
          from usage_hourly_units, lateral (select min(starts_at) as span from spans where hour >= starts_at and hour < ends_at) s
         group by 1, 2, 3, 4, 5) h
  full join (select organization_id, line_id, coalesce(span, hour) as hour, plmn, service, sum(units) as units, sum(charge) as charge,
                    sum(records) as records
               from (select organization_id, line_id, date_trunc('hour', occurred_at, 'UTC') as hour, plmn, service, sum(units) as units,
                            sum(charge_micros) as charge, count(*) as records
                       from usage_records where service <> 'data' group by 1, 2, 3, 4, 5
                     union all
                     select organization_id, line_id, starts_at, plmn, service, units, charge_micros, records
                       from retired where service <> 'data') u,
                    lateral (select min(starts_at) as span from spans where hour >= starts_at and hour < ends_at) s
              group by 1, 2, 3, 4, 5) r
       using (organization_id, line_id, hour, plmn, service)
 where (coalesce(h.units, 0), coalesce(h.charge, 0), coalesce(h.records, 0)) <> (coalesce(r.units, 0), coalesce(r.charge, 0), coalesce(r.records, 0))
union all
-- I1 hours of the organization
select 'I1 totals', organization_id, organization_id, coalesce(t.bytes, 0)::text, coalesce(h.bytes, 0)::text
  from (select organization_id, hour, plmn, sum(bytes_up + bytes_down) as bytes, sum(charge_micros) as charge
          from usage_hourly_totals group by 1, 2, 3) t
  full join (select organization_id, hour, plmn, sum(bytes_up + bytes_down) as bytes, sum(charge_micros) as charge
               from usage_hourly group by 1, 2, 3) h using (organization_id, hour, plmn)
 where (coalesce(t.bytes, 0), coalesce(t.charge, 0)) <> (coalesce(h.bytes, 0), coalesce(h.charge, 0))
union all
-- I4 a payment moved what it came to if it succeeded and what it was for was given, and nothing otherwise
select 'I4 payment', p.organization_id, p.id, p.state || ' ' || p.gross_micros || ' ' || p.net_micros, coalesce(case when p.wallet_id is not null then t.wallet else t.clearing end, 0)::text
  from payments p
  left join (select t.organization_id, split_part(t.idempotency_key, ':', 2)::uuid as id, sum(e.amount_micros) filter (where a.kind = 'clearing') as clearing,
                    sum(e.amount_micros) filter (where a.kind = 'wallet') as wallet
               from transfers t
               join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id
               join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id
              where t.idempotency_key like 'payment:%' group by 1, 2) t on t.organization_id = p.organization_id and t.id = p.id
 where coalesce(case when p.wallet_id is not null then t.wallet else t.clearing end, 0)
       <> case when p.state = 'succeeded' and p.undelivered is null then case when p.wallet_id is not null and p.detail ->> 'vatAt' is null then p.net_micros else p.gross_micros end else 0 end
union all
-- I9 an invoice to which money was allocated was paid by just that, and money is allocated once
select 'I9 allocated', i.organization_id, i.id, i.paid_micros::text, a.sum::text
  from invoices i
  join (select organization_id, invoice_id, sum(amount_micros) as sum from allocations group by 1, 2) a
    on a.organization_id = i.organization_id and a.invoice_id = i.id
 where i.paid_micros <> a.sum
union all
select 'I9 receipt', r.organization_id, r.id, r.allocated_micros::text, coalesce(a.sum, 0)::text
  from receipts r
  left join (select organization_id, receipt_id, sum(amount_micros) as sum from allocations group by 1, 2) a
       on a.organization_id = r.organization_id and a.receipt_id = r.id
 where r.allocated_micros <> coalesce(a.sum, 0)
union all
-- I9 a credit note that is credit on account gave back what stands in it, and what went out by bank moved so much, once
select 'I9 credit note', r.organization_id, r.id, concat_ws(' ', r.owner_id, r.currency, r.gross_micros, r.refunded_micros),
       concat_ws(' ', i.owner_id, i.currency, i.gross_micros, coalesce(o.sum, 0))
  from receipts r
  left join invoices i on i.organization_id = r.organization_id and i.id = r.id and i.kind = 'credit_note' and i.credits_id is null
  left join (select organization_id, receipt_id, sum(amount_micros) as sum from payouts group by 1, 2) o
       on o.organization_id = r.organization_id and o.receipt_id = r.id
 where r.source = 'credit_note'
   and (r.owner_id, r.currency, r.gross_micros, r.refunded_micros::numeric) is distinct from (i.owner_id, i.currency, i.gross_micros, coalesce(o.sum, 0))
union all
select 'I4 payout', o.organization_id, o.id, o.amount_micros::text, coalesce(t.micros, 0)::text
  from payouts o
  left join (select t.organization_id, t.idempotency_key, sum(e.amount_micros) as micros
               from transfers t join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id
               join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id and a.kind = 'receivable'
              where t.idempotency_key like 'payout:%' group by 1, 2) t
       on t.organization_id = o.organization_id and t.idempotency_key = 'payout:' || o.id
 where o.amount_micros <> coalesce(t.micros, 0)
union all
-- I4 a refund moved what goes back, and nothing once its provider refused, or when its payment was in no account
select 'I4 refund', r.organization_id, r.id, r.state || ' ' || r.gross_micros || ' ' || r.vat_micros,
       coalesce(case when p.wallet_id is not null then t.wallet else t.clearing end, 0) || ' ' || coalesce(t.vat, 0)
  from payment_refunds r
  join payments p on p.organization_id = r.organization_id and p.id = r.payment_id
  left join (select t.organization_id, split_part(t.idempotency_key, ':', 2)::uuid as id, sum(e.amount_micros) filter (where a.kind = 'clearing') as clearing,
                    sum(e.amount_micros) filter (where a.kind = 'wallet') as wallet, sum(e.amount_micros) filter (where a.kind = 'vat') as vat
               from transfers t
               join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id
               join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id
              where t.idempotency_key like 'refund:%' group by 1, 2) t on t.organization_id = r.organization_id and t.id = r.id
 where (coalesce(case when p.wallet_id is not null then t.wallet else t.clearing end, 0), coalesce(t.vat, 0))
       <> (case when r.posted and r.state <> 'failed' then -case when p.wallet_id is not null and p.detail ->> 'vatAt' is null then r.net_micros else r.gross_micros end else 0 end,
           case when r.posted and r.state <> 'failed' then case when p.wallet_id is not null and p.detail ->> 'vatAt' is null then -r.vat_micros else r.vat_micros end else 0 end)
union all
-- I4 what is asked back of a payment is the sum of its refunds; all of it back is its net amount, its VAT and its price
select 'I4 refunded', p.organization_id, p.id, p.refunded_micros || ' of ' || p.gross_micros, r.said
  from payments p
  left join (select organization_id, payment_id, sum(gross_micros) as gross, sum(vat_micros) as vat, sum(price_micros) as price,
                    concat_ws(' ', sum(gross_micros), sum(vat_micros), sum(price_micros)) as said
               from payment_refunds where state <> 'failed' group by 1, 2) r on r.organization_id = p.organization_id and r.payment_id = p.id
 where p.refunded_micros <> coalesce(r.gross, 0) or r.vat > p.vat_micros or r.price > p.price_micros
    or (p.refunded_micros = p.gross_micros and (r.vat, r.price) <> (p.vat_micros, p.price_micros))
union all
-- I4 what invoices were paid with of a refill is what was written down, with no more VAT than was charged; and a wallet's payment of invoices
-- released the VAT of what it used, less what was given back
select 'I4 used', p.organization_id, p.id, p.used_micros || ' ' || p.vat_micros, u.said
  from payments p
  left join (select organization_id, refill_id, sum(gross_micros) as gross, sum(vat_micros) as vat, concat_ws(' ', sum(gross_micros), sum(vat_micros)) as said
               from prepaid_uses group by 1, 2) u on u.organization_id = p.organization_id and u.refill_id = p.id
 where p.used_micros <> coalesce(u.gross, 0) or u.vat > p.vat_micros
union all
select 'I4 released', p.organization_id, p.id, (p.vat_micros - coalesce(r.vat, 0))::text, u.vat::text
  from payments p
  join (select organization_id, payment_id, sum(vat_micros) as vat from prepaid_uses group by 1, 2) u
    on u.organization_id = p.organization_id and u.payment_id = p.id
  left join (select organization_id, payment_id, sum(vat_micros) as vat from payment_refunds where state <> 'failed' group by 1, 2) r
    on r.organization_id = p.organization_id and r.payment_id = p.id
 where u.vat <> p.vat_micros - coalesce(r.vat, 0)
union all
-- I4 what the built-in provider gave back is what it booked of refunds, and no refund of ours that failed is among it
select 'I4 sandbox', c.organization_id, c.id, c.refunded_minor::text, coalesce(b.given, 0) || ' failed here: ' || coalesce(b.failed, 0)
  from sandbox_charges c
  left join (select s.organization_id, s.charge_id, sum(s.amount_minor) as given, count(*) filter (where r.state = 'failed') as failed
               from sandbox_refunds s
               left join payment_refunds r on r.organization_id = s.organization_id and r.id = s.id
              where s.refused is null group by 1, 2) b on b.organization_id = c.organization_id and b.charge_id = c.id
 where c.refunded_minor <> coalesce(b.given, 0) or b.failed > 0
union all
-- I3 balances are the sum of their entries
select 'I3 balance', a.organization_id, a.id, a.balance_micros::text, coalesce(sum(e.amount_micros), 0)::text
  from ledger_accounts a
  left join entries e on e.organization_id = a.organization_id and e.ledger_account_id = a.id
 where a.balance_micros is not null
 group by a.organization_id, a.id, a.balance_micros having a.balance_micros <> coalesce(sum(e.amount_micros), 0)
union all
-- I3 what payers have not been billed is what their periods, fees and adjustments cost, less what stands on invoices of it
select 'I3 owed', a.organization_id, a.id, a.balance_micros::text,
       (coalesce(u.charge, 0) + coalesce(o.charge, 0) + coalesce(f.fees, 0) + coalesce(d.adjusted, 0) - coalesce(b.billed, 0))::text
  from ledger_accounts a
  left join (select organization_id, payer_id, sum(charge_micros) as charge from pool_periods group by 1, 2) o
       on o.organization_id = a.organization_id and o.payer_id = a.id
  left join (select organization_id, payer_id, sum(amount_micros) as adjusted from adjustments group by 1, 2) d
       on d.organization_id = a.organization_id and d.payer_id = a.id
  left join (select organization_id, payer_id, sum(charge_micros) as charge from billing_periods where payer_id is not null group by 1, 2) u
       on u.organization_id = a.organization_id and u.payer_id = a.id
  left join (select organization_id, payer_id, sum(amount_micros) as fees from fees group by 1, 2) f
       on f.organization_id = a.organization_id and f.payer_id = a.id
  left join (select s.organization_id, p.payer_id, sum(s.micros) as billed
               from billed_sources s join pre_bills p on p.organization_id = s.organization_id and p.id = s.bill_id and p.state = 'approved'
              where s.source_kind not in ('coming', 'ahead') group by 1, 2) b
       on b.organization_id = a.organization_id and b.payer_id = a.id
 where a.kind = 'unbilled'
   and a.balance_micros <> coalesce(u.charge, 0) + coalesce(o.charge, 0) + coalesce(f.fees, 0) + coalesce(d.adjusted, 0) - coalesce(b.billed, 0)
union all
-- I3 what was billed ahead and is not settled stands deferred
select 'I3 deferred', a.organization_id, a.id, a.balance_micros::text, (-coalesce(b.ahead, 0))::text
  from ledger_accounts a
  left join (select p.organization_id, p.owner_id, p.currency, sum(s.micros) as ahead
               from billed_sources s join pre_bills p on p.organization_id = s.organization_id and p.id = s.bill_id and p.state = 'approved'
              where s.source_kind in ('coming', 'ahead') group by 1, 2, 3) b
       on b.organization_id = a.organization_id and b.owner_id = a.owner_id and b.currency = a.currency
 where a.kind = 'deferred' and a.balance_micros <> -coalesce(b.ahead, 0)
union all
-- I5 an invoice is what its items say, and moved exactly that
select 'I5 invoice', i.organization_id, i.id, i.kind || ' ' || i.net_micros || ' ' || i.vat_micros || ' ' || i.items,
       coalesce(n.net, 0) || ' ' || coalesce(t.receivable, 0) || ' ' || coalesce(t.vat, 0) || ' ' || coalesce(n.items, 0)
  from invoices i
 cross join lateral (select case i.kind when 'invoice' then 1 else -1 end as sign) way
  left join (select organization_id, bill_id, sum(net_micros) as net, count(*) as items from bill_items group by 1, 2) n
       on n.organization_id = i.organization_id and n.bill_id = i.id
  left join (select t.organization_id, split_part(t.idempotency_key, ':', 2)::uuid as id, sum(e.amount_micros) filter (where a.kind = 'receivable') as receivable,
                    -sum(e.amount_micros) filter (where a.kind = 'vat') as vat
               from transfers t
               join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id
               join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id
              where t.kind in ('invoice', 'credit_note') group by 1, 2) t on t.organization_id = i.organization_id and t.id = i.id
 where (coalesce(n.net, 0), coalesce(t.receivable, 0), coalesce(t.vat, 0), coalesce(n.items, 0))
       <> (sign * i.net_micros, sign * i.gross_micros, sign * i.vat_micros, i.items)
union all
-- I5 an item is what it claims, rounded once; a rejected bill claims nothing
select 'I5 item', i.organization_id, i.bill_id, i.position || ' ' || i.exact_micros || ' ' || i.net_micros, coalesce(s.micros, 0)::text
  from bill_items i
  join pre_bills p on p.organization_id = i.organization_id and p.id = i.bill_id and p.state = 'approved'
  left join (select organization_id, bill_id, item_kind, coalesce(line_id, pool_id, bill_id) as of, sum(micros) as micros
               from billed_sources group by 1, 2, 3, 4) s
       on s.organization_id = i.organization_id and s.bill_id = i.bill_id and s.item_kind = i.kind and s.of = coalesce(i.line_id, i.pool_id, i.bill_id)
 where i.origin = 'collected' and (i.exact_micros <> coalesce(s.micros, 0) or i.net_micros <> to_minor(i.exact_micros))
union all
select 'I5 claim of nobody', s.organization_id, s.bill_id, s.source_kind || ' ' || s.source_id, coalesce(p.state, 'no bill')
  from billed_sources s left join pre_bills p on p.organization_id = s.organization_id and p.id = s.bill_id
 where p.state is distinct from 'pending' and p.state is distinct from 'approved'
union all
-- I5 what an invoice bills is what was charged, to the last micro
select 'I5 source', s.organization_id, s.source_id, s.source_kind || ' ' || s.micros, coalesce(f.amount_micros, p.charge_micros, o.charge_micros, d.amount_micros)::text
  from billed_sources s
  join pre_bills b on b.organization_id = s.organization_id and b.id = s.bill_id and b.state = 'approved'
  left join fees f on s.source_kind = 'fee' and f.organization_id = s.organization_id and f.id = s.source_id
  left join billing_periods p on s.source_kind = 'period' and p.organization_id = s.organization_id and p.id = s.source_id
  left join pool_periods o on s.source_kind = 'pool_period' and o.organization_id = s.organization_id and o.id = s.source_id
  left join adjustments d on s.source_kind = 'adjustment' and d.organization_id = s.organization_id and d.id = s.source_id
 where s.source_kind in ('fee', 'period', 'pool_period', 'adjustment')
   and s.micros is distinct from coalesce(f.amount_micros, p.charge_micros, o.charge_micros, d.amount_micros)
union all
-- I5 numbers of a series have no gap
select 'I5 gap', organization_id, organization_id, kind || ' ' || max(sequence), count(*)::text
  from invoices group by organization_id, kind having max(sequence) <> count(*) or min(sequence) <> 1
union all
-- I3 what was taken from a wallet for usage and for fees is what its periods and fees cost
select 'I3 wallet', a.organization_id, a.id, coalesce(e.usage, 0) || ' ' || coalesce(e.fees, 0), coalesce(u.charge, 0) || ' ' || coalesce(f.fees, 0)
  from ledger_accounts a
  left join (select e.organization_id, e.ledger_account_id, sum(e.amount_micros) filter (where t.kind = 'usage') as usage,
                    sum(e.amount_micros) filter (where t.kind = 'fee') as fees
               from entries e join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id group by 1, 2) e
       on e.organization_id = a.organization_id and e.ledger_account_id = a.id
  left join (select organization_id, payer_id, sum(charge_micros) as charge from billing_periods where payer_id is not null group by 1, 2) u
       on u.organization_id = a.organization_id and u.payer_id = a.id
  left join (select organization_id, payer_id, sum(amount_micros) as fees from fees group by 1, 2) f
       on f.organization_id = a.organization_id and f.payer_id = a.id
 where a.kind = 'wallet' and (coalesce(e.usage, 0), coalesce(e.fees, 0)) <> (coalesce(u.charge, 0), coalesce(f.fees, 0))
union all
-- I3 what could have been refused was held to the floor of its moment, and left it. Usage, what is corrected of it (adjustments
-- of a line or pool) and VAT of both are booked whatever there is; that an entry with a floor left it, the table checks itself.
select 'I3 wallet floor', e.organization_id, e.transfer_id, coalesce(e.floor_micros::text, 'no floor'), (-e.balance_after)::text
  from entries e
  join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id and a.kind = 'wallet'
  join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
 where e.amount_micros > 0 and t.kind not in ('usage', 'vat')
   and (-e.balance_after < e.floor_micros
        or (e.floor_micros is null and not exists (select from adjustments d where d.organization_id = t.organization_id
                                                      and d.transfer_key = t.idempotency_key)))
union all
-- I3 a wallet bore the VAT that its months say, and what was rounded of them when they were over went to rounding
select 'I3 wallet VAT', a.organization_id, a.id, coalesce(v.vat, 0)::text, coalesce(e.vat, 0)::text
  from ledger_accounts a
  left join (select organization_id, wallet_id, sum(vat_micros + rounding_micros) as vat from wallet_vat group by 1, 2) v
       on v.organization_id = a.organization_id and v.wallet_id = a.id
  left join (select e.organization_id, e.ledger_account_id, sum(e.amount_micros) as vat
               from entries e join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
              where t.kind = 'vat' group by 1, 2) e on e.organization_id = a.organization_id and e.ledger_account_id = a.id
 where a.kind = 'wallet' and coalesce(v.vat, 0) <> coalesce(e.vat, 0)
union all
select 'I3 wallet VAT rounded', v.organization_id, v.id, v.rounding_micros::text, coalesce(e.vat, 0)::text
  from wallet_vat v
  left join transfers t on t.organization_id = v.organization_id and t.idempotency_key = 'wallet_vat:' || v.id || ':rounding'
  left join lateral (select sum(e.amount_micros) as vat from entries e join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id
                      where e.organization_id = t.organization_id and e.transfer_id = t.id and a.kind = 'vat') e on true
 where v.rounding_micros <> coalesce(e.vat, 0)
union all
-- I3 VAT of a wallet is that of all it spent on usage and fees, with what was corrected of it, less what waits for VAT; and as much as
-- its rate says, to a micro while the month is open, in whole units when it is over. (A wallet that bore it otherwise once is left out.)
select 'I3 wallet VAT net', a.organization_id, a.id, (coalesce(v.net, 0) + a.untaxed_micros)::text, coalesce(e.spent, 0)::text
  from ledger_accounts a
  left join (select organization_id, wallet_id, sum(net_micros) as net from wallet_vat group by 1, 2) v
       on v.organization_id = a.organization_id and v.wallet_id = a.id
  left join lateral (select sum(e.amount_micros) as spent
               from entries e join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
              where e.organization_id = a.organization_id and e.ledger_account_id = a.id and t.at >= a.enabled_at
                and (t.kind in ('usage', 'fee') or exists (select from adjustments d where d.organization_id = t.organization_id
                                                              and d.transfer_key = t.idempotency_key))) e on true
 where a.kind = 'wallet' and a.vat_at = 'spending' and coalesce(v.net, 0) + a.untaxed_micros <> coalesce(e.spent, 0)
   and not exists (select from audit_log l where l.organization_id = a.organization_id and l.action = 'wallet.vat_changed'
                      and l.object_id = 'wal_' || replace(a.id::text, '-', ''))
union all
select 'I3 wallet VAT rate', organization_id, id, (vat_micros + rounding_micros)::text, (net_micros::numeric * rate_ppm / 1000000)::text
  from wallet_vat where abs(vat_micros + rounding_micros - net_micros::numeric * rate_ppm / 1000000) > 0.5
                     or abs(rounding_micros) > 500001
union all
-- I3 what was given to a wallet, without what left it unspent, is what its transfers moved
select 'I3 wallet part', p.organization_id, p.id, (p.amount_micros - p.left_micros)::text, coalesce(t.given, 0)::text
  from wallet_parts p
  left join (select t.organization_id, split_part(t.idempotency_key, ':', 2)::uuid as id, e.ledger_account_id as wallet_id,
                    -sum(e.amount_micros) as given
               from transfers t join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id
              where t.idempotency_key like 'part:%' group by 1, 2, 3) t
       on t.organization_id = p.organization_id and t.id = p.id and t.wallet_id = p.wallet_id
 where p.kind <> 'paid' and p.amount_micros - p.left_micros <> coalesce(t.given, 0)
union all
-- I3 a wallet says what of it was paid while something in it was given, and only then
select 'I3 wallet paid part', w.organization_id, w.id, w.given::text, w.paid::text
  from (select organization_id, wallet_id as id, bool_or(kind <> 'paid') as given, bool_or(kind = 'paid') as paid
          from wallet_parts where closed_at is null group by 1, 2) w
 where w.given <> w.paid
union all
-- I3 what is held of a wallet is what its open holds have left
select 'I3 wallet holds', a.organization_id, a.id, a.held_micros::text, coalesce(h.held, 0)::text
  from ledger_accounts a
  left join (select organization_id, wallet_id, sum(amount_micros - captured_micros) as held
               from wallet_holds where state = 'open' group by 1, 2) h on h.organization_id = a.organization_id and h.wallet_id = a.id
 where a.held_micros <> coalesce(h.held, 0)
union all
-- I3 what people moved by hand moved once, and nothing that waits, was refused or is over
select 'I3 wallet adjustment', d.organization_id, d.id, d.state || ' ' || d.amount_micros, coalesce(t.moved, 0)::text
  from wallet_adjustments d
  left join wallet_parts p on p.organization_id = d.organization_id and p.source = 'wallet_adjustment:' || d.id
  left join lateral (select abs(sum(e.amount_micros)) as moved
               from transfers t join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id and e.ledger_account_id = d.wallet_id
              where t.organization_id = d.organization_id
                and t.idempotency_key = case d.kind when 'grant' then 'part:' || p.id || ':granted' else 'wallet_adjustment:' || d.id end) t on true
 where coalesce(t.moved, 0) <> case d.state when 'posted' then d.amount_micros else 0 end
union all
-- I3 no fee is due and charged, and a line with a fee due from its account of now is blocked for it
select 'I3 fee due', d.organization_id, d.id, d.settled_as, (f.id is not null)::text || ' ' || (b.line_id is not null)::text
  from due_fees d
  left join fees f on f.organization_id = d.organization_id and f.id = d.id
  left join blocks b on b.organization_id = d.organization_id and b.line_id = d.line_id and b.reason = 'fee_unpaid' and b.lifted_at is null
  join sims s on s.organization_id = d.organization_id and s.id = d.line_id
  join ledger_accounts w on w.organization_id = d.organization_id and w.id = d.payer_id
 where (f.id is not null) <> (d.settled_as is not distinct from 'paid')
    or (d.settled_at is null and b.line_id is null and w.owner_id = coalesce(s.company_id, s.organization_id))
union all
-- I4 one record, once, whatever time it claims
select 'I4 repeat', organization_id, line_id, '1', count(*)::text
  from usage_records group by organization_id, line_id, source_id, source_key having count(*) > 1
union all
-- I4 a session's deltas are its counters: what was charged, or waits in the inbox
select 'I4 session', s.organization_id, s.id, (s.up_bytes + s.down_bytes)::text, (coalesce(r.bytes, 0) + coalesce(i.bytes, 0))::text
  from sessions s
  left join (select organization_id, session_id, sum(bytes) as bytes from charged group by 1, 2) r
       on r.organization_id = s.organization_id and r.session_id = s.id
  left join (select organization_id, session_id, sum(bytes_up + bytes_down) as bytes from usage_inbox where state <> 'charged' group by 1, 2) i
       on i.organization_id = s.organization_id and i.session_id = s.id
 where s.up_bytes + s.down_bytes <> coalesce(r.bytes, 0) + coalesce(i.bytes, 0)
union all
-- I6 periods of a line never overlap
select 'I6 overlap', organization_id, id, previous_end::text, starts_at::text
  from (select organization_id, id, starts_at, max(coalesce(ends_at, 'infinity')) over (partition by organization_id, line_id
               order by starts_at, ends_at nulls last rows between unbounded preceding and 1 preceding) as previous_end
          from billing_periods) p
 where starts_at < previous_end
union all
-- I6 an active line has a period, as long as its clock has not passed the end that rollover is about to handle
select 'I6 no period', s.organization_id, s.id, 'active', 'no open period'
  from sims s
 where s.lifecycle in ('active', 'ready')
   and not exists (select from billing_periods p where p.organization_id = s.organization_id and p.line_id = s.id and p.state = 'open'
                      and p.kind = s.lifecycle)
   -- A prepaid line that has expired waits for its refill.
   and not exists (select from blocks b where b.organization_id = s.organization_id and b.line_id = s.id and b.reason = 'validity'
                      and b.lifted_at is null)
union all
-- I6 no gap while active: a period that follows a closed active one without the line having left active starts at its end
select 'I6 gap', organization_id, id, ends_at::text, next_start::text
  from (select p.*, lead(starts_at) over (partition by organization_id, line_id order by starts_at, ends_at nulls last) as next_start
          from billing_periods p) p
 where kind = 'active' and state = 'closed' and next_start > ends_at
   and not exists (select from plan_versions v where v.organization_id = p.organization_id and v.id = p.plan_version_id and v.type = 'prepaid')
   and not exists (select from lifecycle_changes c where c.organization_id = p.organization_id and c.line_id = p.line_id
                      and c.to_lifecycle <> 'active' and c.at <= p.next_start)
union all
-- I7 one recurring fee per period, on a period that bears one
select 'I7 fee', f.organization_id, f.period_id, '1', count(*)::text
  from fees f where f.kind = 'recurring' group by f.organization_id, f.period_id, coalesce(f.line_id, f.pool_id) having count(*) > 1
union all
select 'I7 fee missing', p.organization_id, p.id, v.fee_micros::text, '0'
  from billing_periods p join plan_versions v on v.organization_id = p.organization_id and v.id = p.plan_version_id
 where p.kind = 'active' and v.fee_micros > 0 and not v.prorated and v.type not in ('static_pool', 'dynamic_pool')
   and not exists (select from fees f where f.organization_id = p.organization_id and f.period_id = p.id and f.kind = 'recurring')
   and not exists (select from due_fees f where f.organization_id = p.organization_id and f.period_id = p.id and f.kind = 'recurring')
   -- Another vendor was paid for it.
   and p.taken_over_bytes is null
   -- The wait of that month has borne it already.
   and not exists (select from billing_periods r where r.organization_id = p.organization_id and r.line_id = p.line_id and r.kind = 'ready'
                      and r.ends_at = p.starts_at and r.recurring_micros is not null)
union all
-- I7 a fee belongs to a period of its line, and a period to a plan version: references that the tables no longer check
select 'I7 fee of nothing', f.organization_id, f.id, 'a period of its line', 'none'
  from fees f left join billing_periods p on p.organization_id = f.organization_id and p.id = f.period_id and p.line_id = f.line_id
 where p.id is null
   and not exists (select from pool_periods o where o.organization_id = f.organization_id and o.id = f.period_id and o.pool_id = f.pool_id)
union all
select 'I6 period on nothing', p.organization_id, p.id, 'a plan version', 'none'
  from billing_periods p left join plan_versions v on v.organization_id = p.organization_id and v.id = p.plan_version_id
 where v.id is null
union all
-- I3 fees that were charged together are what their transfer moved
select 'I3 fees posted', organization_id, coalesce(f.payer_id, t.payer_id), coalesce(f.amount, 0)::text, coalesce(t.amount, 0)::text
  from (select organization_id, batch_id::text as batch, payer_id, sum(amount_micros) as amount
          from fees where batch_id is not null group by 1, 2, 3) f
  full join (select t.organization_id, split_part(t.idempotency_key, ':', 2) as batch, e.ledger_account_id as payer_id, e.amount_micros as amount
               from transfers t join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id
               join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id and a.kind <> 'fee_revenue'
              where t.idempotency_key like 'fees:%') t using (organization_id, batch, payer_id)
 where f.amount is distinct from t.amount
union all
-- I9 a data_limit block is open if and only if its cause holds
select 'I9 data limit', s.organization_id, s.id, (l.reached)::text, (b.line_id is not null)::text
  from sims s
  join lateral (
    select coalesce(bool_or(p.limit_used_bytes >= least(s.data_limit_bytes, f.data_limit_mb * 1000000, v.data_limit_bytes)
                            or o.limit_used_bytes >= l.data_limit_bytes), false) as reached
      from billing_periods p
      left join pools l on l.organization_id = p.organization_id and l.id = p.pool_id
      left join pool_periods o on o.organization_id = p.organization_id and o.pool_id = p.pool_id and o.state = 'open'
      join plan_versions v on v.organization_id = p.organization_id and v.id = p.plan_version_id
      left join fleets f on f.organization_id = s.organization_id and f.id = s.fleet_id
     where p.organization_id = s.organization_id and p.line_id = s.id and p.state = 'open' and p.kind = 'active') l on true
  left join blocks b on b.organization_id = s.organization_id and b.line_id = s.id and b.reason = 'data_limit' and b.lifted_at is null
 where s.lifecycle <> 'archived' and l.reached <> (b.line_id is not null)
union all
-- I3 an entry belongs to a ledger account that is there
select 'I3 nobody''s entry', e.organization_id, e.transfer_id, e.ledger_account_id::text, 'none'
  from entries e
 where not exists (select from ledger_accounts a where a.organization_id = e.organization_id and a.id = e.ledger_account_id)
union all
-- I10 an entry belongs to a transfer
select 'I10 entry of nothing', e.organization_id, e.transfer_id, 'a transfer', 'none'
  from entries e left join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id where t.id is null
union all
-- I10 every transfer sums to zero per currency
select 'I10 transfer', e.organization_id, e.transfer_id, '0', sum(e.amount_micros)::text
  from entries e join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id
 group by e.organization_id, e.transfer_id, a.currency having sum(e.amount_micros) <> 0
union all
-- I13 what lists filter by is what is so
select 'I13 listing', organization_id, line_id, l.said, v.said
  from (select organization_id, line_id, concat_ws(' ', telecom_id, coalesce(company_id::text, '-'), coalesce(fleet_id::text, '-'),
               coalesce(plan_id::text, '-'), lifecycle, status, registered, blocked) as said from sim_listings) l
  full join (select organization_id, line_id, concat_ws(' ', telecom_id, coalesce(company_id::text, '-'), coalesce(fleet_id::text, '-'),
                    coalesce(plan_id::text, '-'), lifecycle, status, registered, blocked) as said from sims_as_shown) v
       using (organization_id, line_id)
 where l.said is distinct from v.said
union all
-- I13 counts are what counting would find
select 'I13 count', organization_id, shelf, coalesce(c.sims, 0)::text, coalesce(l.sims, 0)::text
  from (select organization_id, shelf, sum(sims) as sims from sim_counts group by 1, 2) c
  full join (select organization_id, shelf, count(*) as sims from sim_listings group by 1, 2) l using (organization_id, shelf)
 where coalesce(c.sims, 0) <> coalesce(l.sims, 0)
union all
-- I14 every payment, refund and payout, and every fee that a wallet paid, stands in the list of transactions as it is
select 'I14 listed', m.organization_id, m.id, m.said, coalesce(t.status || ' ' || t.amount_micros, 'not listed')
  from (select organization_id, id, 'payment:' || id as key, case when state = 'succeeded' then 'completed'
               when state in ('failed', 'canceled') then 'failed' else 'pending' end || ' ' || gross_micros as said from payments
         union all
        select organization_id, id, 'refund:' || id, case when state = 'succeeded' then 'completed' when state = 'failed' then 'failed'
               else 'pending' end || ' ' || -gross_micros from payment_refunds
         union all
        select organization_id, id, 'payout:' || id, 'completed ' || -amount_micros from payouts
         union all
        select f.organization_id, f.id, x.idempotency_key, 'completed ' || f.amount_micros
          from fees f join transfers x on x.organization_id = f.organization_id
           and x.idempotency_key = 'period:' || f.period_id || ':fee:' || f.kind) m
  left join transactions t on t.organization_id = m.organization_id and t.key = m.key
 where m.said is distinct from t.status || ' ' || t.amount_micros
union all
-- An event exists for every block, numbered without a gap per subject
select 'events numbered', organization_id, subject_id, max(sequence)::text, count(*)::text
  from (select organization_id, subject_id, sequence from events
        union all
        select s.organization_id, u.subject_id, u.sequence
          from event_sheets s cross join lateral unnest(s.subject_ids, s.sequences) as u(subject_id, sequence)) e
 group by organization_id, subject_id having max(sequence) <> count(*);
