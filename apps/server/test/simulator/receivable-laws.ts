import { type Database, query, sql } from '../../src/kit/db.ts';
import { type Breach, breach } from './breach.ts';

/**
 * What holds of invoices and the money that came for them, once every event was heard: a receipt is a payment; each of its parts is
 * allocated once, to invoices of who owes them; an invoice is paid by allocations alone, and never by more than it asks for; what
 * goes back pays nothing; and what was told last of an invoice is what it is.
 */
export async function receivableLaws(owner: Database): Promise<Breach[]> {
  const found = await query<{ law: string; id: string; kept: string; found: string }>(
    owner.pool,
    sql`select 'R receipt' as law, coalesce(r.payment_id, p.id)::text as id,
               concat_ws(' ', r.owner_id, r.currency, r.gross_micros, r.refunded_micros) as kept,
               concat_ws(' ', p.owner_id, p.currency, p.gross_micros, p.refunded_micros) as found
          from (select organization_id, payment_id, owner_id::text, currency, gross_micros, refunded_micros from receipts) r
          full join (select organization_id, id, detail ->> 'debtor' as owner_id, currency, gross_micros, refunded_micros from payments
                      where purpose = 'invoice' and state = 'succeeded' and undelivered is null) p
                 on p.organization_id = r.organization_id and p.id = r.payment_id
         where (r.owner_id, r.currency, r.gross_micros, r.refunded_micros)
               is distinct from (p.owner_id, p.currency, p.gross_micros, p.refunded_micros)
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
        select 'R allocated', r.payment_id::text, r.gross_micros || ' ' || r.refunded_micros, coalesce(a.micros, 0)::text
          from receipts r
          left join (select organization_id, payment_id, sum(amount_micros) as micros from allocations group by 1, 2) a
                 on a.organization_id = r.organization_id and a.payment_id = r.payment_id
         where coalesce(a.micros, 0) <> r.allocated_micros or coalesce(a.micros, 0) not between 0 and r.gross_micros - r.refunded_micros
        union all
        select 'R of another', a.id::text, concat_ws(' ', r.owner_id, r.currency), concat_ws(' ', i.owner_id, i.currency, i.kind)
          from allocations a
          join receipts r on r.organization_id = a.organization_id and r.payment_id = a.payment_id
          join invoices i on i.organization_id = a.organization_id and i.id = a.invoice_id
         where i.kind <> 'invoice' or (r.owner_id, r.currency) <> (i.owner_id, i.currency) or (a.owner_id, a.currency) <> (i.owner_id, i.currency)
        union all
        select 'R taken back', u.id::text, concat_ws(' ', a.payment_id, a.invoice_id, -a.amount_micros),
               concat_ws(' ', u.payment_id, u.invoice_id, u.amount_micros)
          from allocations u join allocations a on a.organization_id = u.organization_id and a.id = u.undoes_id
         where a.undoes_id is not null or (a.payment_id, a.invoice_id, -a.amount_micros) <> (u.payment_id, u.invoice_id, u.amount_micros)
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
