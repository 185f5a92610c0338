import { type Database, query, sql } from '../../src/kit/db.ts';
import { type Breach, breach } from './breach.ts';

/**
 * What holds of bills at any moment, beside drift.sql (claims, items, numbers, what is unbilled and deferred): what is receivable is what
 * documents ask for without what was paid, VAT of documents is once on the sum at one rate, and every document was told once.
 */
export async function billLaws(owner: Database): Promise<Breach[]> {
  const found = await query<{ law: string; id: string; kept: string; found: string }>(
    owner.pool,
    sql`select 'B receivable' as law, owner_id::text as id, coalesce(a.micros, 0)::text as kept, coalesce(d.micros, 0)::text as found
          from (select organization_id, owner_id, currency, sum(balance_micros) as micros from ledger_accounts where kind = 'receivable' group by 1, 2, 3) a
          full join (select organization_id, owner_id, currency,
                            sum(micros) as micros
                       from (select organization_id, owner_id, currency, case kind when 'invoice' then gross_micros else -gross_micros end as micros
                               from invoices
                             union all
                             select organization_id, (detail ->> 'debtor')::uuid, currency, refunded_micros - gross_micros
                               from payments where purpose = 'invoice' and state = 'succeeded' and undelivered is null
                             union all
                             select organization_id, owner_id, currency, amount_micros from payouts) m
                      group by 1, 2, 3) d using (organization_id, owner_id, currency)
         where coalesce(a.micros, 0) <> coalesce(d.micros, 0)
        union all
        select 'B state', i.id::text, i.state, i.gross_micros || ' ' || i.paid_micros || ' ' || i.credited_micros
          from invoices i
         where i.kind = 'invoice'
           and i.state <> case when i.credited_micros = i.gross_micros and i.credited_micros > 0 then 'credited'
                               when i.paid_micros + i.credited_micros >= i.gross_micros then 'paid' else 'open' end
        union all
        select 'B credited', i.id::text, i.credited_micros::text, coalesce(c.micros, 0)::text
          from invoices i
          left join (select organization_id, credits_id, sum(gross_micros) as micros from invoices where credits_id is not null group by 1, 2) c
               on c.organization_id = i.organization_id and c.credits_id = i.id
         where i.kind = 'invoice' and i.credited_micros <> coalesce(c.micros, 0)
        union all
        -- The model sets one rate: of an invoice VAT is that of the sum, and credit notes of it never take back more.
        select 'B vat', i.id::text, i.vat_micros::text, to_minor((i.net_micros * 0.19)::bigint)::text
          from invoices i where i.credits_id is null and i.vat_micros <> to_minor((i.net_micros * 0.19)::bigint)
        union all
        select 'B vat given back', i.id::text, i.net_micros || ' ' || i.vat_micros, sum(c.net_micros) || ' ' || sum(c.vat_micros)
          from invoices i join invoices c on c.organization_id = i.organization_id and c.credits_id = i.id
         group by i.organization_id, i.id, i.net_micros, i.vat_micros
        having sum(c.net_micros) > i.net_micros or sum(c.vat_micros) > i.vat_micros
            or (sum(c.net_micros) = i.net_micros) <> (sum(c.gross_micros) = i.net_micros + i.vat_micros)
        union all
        select '10 bill events', c.name, c.n::text, (select count(*) from events e where e.name = c.name)::text
          from (select 'invoice.issued' as name, count(*) as n from invoices where kind = 'invoice'
                union all select 'credit_note.issued', count(*) from invoices where kind = 'credit_note'
                union all select 'pre_bill.approved', count(*) from invoices where credits_id is null
                union all select 'pre_bill.rejected', count(*) from pre_bills where state = 'rejected') c
         where c.n <> (select count(*) from events e where e.name = c.name)`,
  );
  return found.map((row) => breach(row.law, row.id, row.kept, row.found));
}
