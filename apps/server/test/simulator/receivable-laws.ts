import { type Database, query, sql } from '../../src/kit/db.ts';
import { type Breach, breach } from './breach.ts';

/**
 * What holds of invoices and the money that came for them, once every event was heard: a receipt is a payment, or a bill below zero; each of its parts is
 * allocated once, to invoices of who owes them; an invoice is paid by allocations alone, and never by more than it asks for; what
 * goes back pays nothing; and what was told last of an invoice is what it is.
 */
export async function receivableLaws(owner: Database): Promise<Breach[]> {
  const found = await query<{ law: string; id: string; kept: string; found: string }>(
    owner.pool,
    sql`select 'R receipt' as law, coalesce(r.id, p.id)::text as id,
               concat_ws(' ', r.source, r.owner_id, r.currency, r.gross_micros, r.refunded_micros) as kept,
               concat_ws(' ', p.source, p.owner_id, p.currency, p.gross_micros, p.refunded_micros) as found
          from (select organization_id, id, source, owner_id::text, currency, gross_micros, refunded_micros from receipts) r
          full join (select organization_id, id, 'payment' as source, detail ->> 'debtor' as owner_id, currency, gross_micros, refunded_micros from payments
                      where purpose = 'invoice' and state = 'succeeded' and undelivered is null
                     union all
                     select organization_id, id, 'credit_note', owner_id::text, currency, gross_micros,
                            coalesce((select sum(o.amount_micros) from payouts o where o.organization_id = n.organization_id and o.receipt_id = n.id), 0)
                       from invoices n where kind = 'credit_note' and credits_id is null and gross_micros > 0) p
                 on p.organization_id = r.organization_id and p.id = r.id
         where (r.source, r.owner_id, r.currency, r.gross_micros, r.refunded_micros)
               is distinct from (p.source, p.owner_id, p.currency, p.gross_micros, p.refunded_micros)
        union all
        -- A bill below zero pays what is open, and what is issued next: while some of it is left, nothing is open that was not opened again since,
        -- unless people had it in their hands.
        select 'R credit unused', r.id::text, (r.gross_micros - r.refunded_micros - r.allocated_micros)::text, i.number || ' ' || i.paid_micros
          from receipts r
          join invoices i on i.organization_id = r.organization_id and i.owner_id = r.owner_id and i.currency = r.currency
                         and i.kind = 'invoice' and i.state = 'open'
         where r.source = 'credit_note' and r.refunded_micros + r.allocated_micros < r.gross_micros
           and not exists (select from allocations a where a.organization_id = r.organization_id and a.receipt_id = r.id
                              and (a.by_hand or a.undoes_id is not null))
           and not exists (select from events e where e.organization_id = i.organization_id and e.subject_id = i.id and e.name = 'invoice.reopened')
           and not exists (select from allocations a where a.organization_id = i.organization_id and a.invoice_id = i.id and a.undoes_id is not null)
        union all
        select 'R paid', i.id::text, i.paid_micros::text, coalesce(a.micros, 0)::text
          from invoices i
          left join (select organization_id, invoice_id, sum(amount_micros) as micros from allocations group by 1, 2) a
                 on a.organization_id = i.organization_id and a.invoice_id = i.id
         where i.paid_micros <> coalesce(a.micros, 0)
        union all
        select 'R paid too much', id::text, gross_micros::text, paid_micros || ' ' || credited_micros
          from invoices where kind = 'invoice' and paid_micros + credited_micros > gross_micros
        union all
        select 'R allocated', r.id::text, r.gross_micros || ' ' || r.refunded_micros, coalesce(a.micros, 0)::text
          from receipts r
          left join (select organization_id, receipt_id, sum(amount_micros) as micros from allocations group by 1, 2) a
                 on a.organization_id = r.organization_id and a.receipt_id = r.id
         where coalesce(a.micros, 0) <> r.allocated_micros or coalesce(a.micros, 0) not between 0 and r.gross_micros - r.refunded_micros
        union all
        select 'R of another', a.id::text, concat_ws(' ', r.owner_id, r.currency), concat_ws(' ', i.owner_id, i.currency, i.kind)
          from allocations a
          join receipts r on r.organization_id = a.organization_id and r.id = a.receipt_id
          join invoices i on i.organization_id = a.organization_id and i.id = a.invoice_id
         where i.kind <> 'invoice' or (r.owner_id, r.currency) <> (i.owner_id, i.currency) or (a.owner_id, a.currency) <> (i.owner_id, i.currency)
        union all
        select 'R taken back', u.id::text, concat_ws(' ', a.receipt_id, a.invoice_id, -a.amount_micros),
               concat_ws(' ', u.receipt_id, u.invoice_id, u.amount_micros)
          from allocations u join allocations a on a.organization_id = u.organization_id and a.id = u.undoes_id
         where a.undoes_id is not null or (a.receipt_id, a.invoice_id, -a.amount_micros) <> (u.receipt_id, u.invoice_id, u.amount_micros)
        union all
        select 'R told', i.id::text, i.state, e.name
          from invoices i
         cross join lateral (select coalesce((select e.name from events e
                                               where e.organization_id = i.organization_id and e.subject_id = i.id
                                                 and e.name in ('invoice.issued', 'invoice.paid', 'invoice.reopened', 'invoice.credited')
                                               order by e.sequence desc limit 1), 'nothing') as name) e
         where i.kind = 'invoice' and e.name <> case i.state when 'paid' then 'invoice.paid' when 'credited' then 'invoice.credited' else e.name end
            or i.kind = 'invoice' and i.state = 'open' and e.name not in ('invoice.issued', 'invoice.reopened')
        union all
        select '10 allocation events', c.name, c.n::text, (select count(*) from events e where e.name = c.name)::text
          from (select 'allocation.made' as name, count(*) as n from allocations where undoes_id is null
                union all select 'allocation.undone', count(*) from allocations where undoes_id is not null) c
         where c.n <> (select count(*) from events e where e.name = c.name)`,
  );
  return found.map((row) => breach(row.law, row.id, row.kept, row.found));
}
