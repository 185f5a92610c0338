import { type Database, query, sql } from '../../src/kit/db.ts';
import { type Breach, breach } from './breach.ts';
import type { Tenant } from './tenant.ts';
import { comeToRest } from './till.ts';
import type { Simulation } from './world.ts';

/** What came of a charge of the built-in provider: half of it with one card. */
const captured = sql`(case when c.card = 'other' then (c.amount_minor + 1) / 2 else c.amount_minor end * 1000000)`;

type Found = { law: string; id: string; kept: string; found: string };

/**
 * What holds of payments at any moment, beside drift.sql: what succeeded is charged in the provider's books, once and to the cent; what
 * was paid for was given exactly once; two card payments of the same never wait for the provider together; taxes and revenue are those
 * of the payments.
 */
export async function tillLaws(owner: Database): Promise<Breach[]> {
  const found = await query<Found>(
    owner.pool,
    sql`select 'P charge' as law, p.id::text, p.state || ' ' || coalesce(p.came_micros, p.gross_micros) as kept, c.state || ' ' || ${captured} as found
          from payments p left join sandbox_charges c on c.organization_id = p.organization_id and c.id = p.id
         where p.method = 'card'
           and (p.state in ('succeeded', 'differs')
                  and (c.state is distinct from 'succeeded' or ${captured} <> coalesce(p.came_micros, p.gross_micros))
                or p.state in ('failed', 'canceled') and c.state = 'succeeded')
        union all
        select 'P charge of nothing', c.id::text, 'a payment by card', coalesce(p.method, 'none')
          from sandbox_charges c left join payments p on p.organization_id = c.organization_id and p.id = c.id
         where p.method is distinct from 'card'
        union all
        select 'P refund', r.id::text, r.state || ' ' || r.gross_micros, coalesce(s.refused, s.amount_minor::text)
          from payment_refunds r
          join payments p on p.organization_id = r.organization_id and p.id = r.payment_id and p.method = 'card'
          left join sandbox_refunds s on s.organization_id = r.organization_id and s.id = r.id
         where r.state = 'succeeded' and (s.id is null or s.refused is not null or s.amount_minor * 1000000 <> r.gross_micros)
        union all
        -- Notes are the model's own, a new one for each.
        select 'P delivered once', p.id::text, p.state || ' ' || coalesce(p.undelivered, ''), g.refills::text
          from payments p,
               lateral (select count(*) as refills from refills r
                         where r.organization_id = p.organization_id and r.line_id = p.subject_id and r.note = p.note) g
         where p.purpose = 'line_refill' and p.note like 'payment %'
           and g.refills <> case when p.state = 'succeeded' and p.undelivered is null then coalesce((p.detail ->> 'times')::int, 1) else 0 end
        union all
        select 'P credited once', p.id::text, p.state || ' ' || p.net_micros, coalesce(e.micros, 0)::text
          from payments p
          left join (select t.organization_id, t.idempotency_key, e.ledger_account_id, -sum(e.amount_micros) as micros
                       from transfers t join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id group by 1, 2, 3) e
               on e.organization_id = p.organization_id and e.idempotency_key = 'payment:' || p.id || ':price' and e.ledger_account_id = p.subject_id
         where p.purpose = 'wallet_refill'
           and coalesce(e.micros, 0) <> case when p.state = 'succeeded' and p.undelivered is null then p.net_micros else 0 end
        union all
        -- Whether a card was charged is not known until something is told of it. Both times are those at which work began: a payment that waited
        -- for the row of the one before began a moment before that was known. A unique index says the same to the instant.
        -- What came to another amount is settled into any wallet of who paid, and says no more what it was asked for.
        select 'P two unknown', b.id::text, a.id::text, b.created_at::text
          from payments a
          join payments b on b.organization_id = a.organization_id and b.subject_id = a.subject_id and b.method = 'card' and b.id > a.id
         where a.method = 'card'
           and not a.detail ? 'asked' and not b.detail ? 'asked'
           and b.created_at + interval '1 second' < coalesce((select min(e.at) from events e
                                         where e.organization_id = a.organization_id and e.subject_id = a.id
                                           and e.name in ('payment.action_needed', 'payment.succeeded', 'payment.failed', 'payment.canceled', 'payment.differs')),
                                       'infinity')
        union all
        select 'P accounts', concat_ws(' ', a.organization_id, a.kind), coalesce(w.micros, 0)::text, a.micros::text
          from (select a.organization_id, a.kind, a.currency, sum(e.amount_micros) as micros
                  from ledger_accounts a join entries e on e.organization_id = a.organization_id and e.ledger_account_id = a.id
                  join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
                 where a.kind in ('refill_revenue', 'vat', 'rounding') and (t.idempotency_key like 'payment:%' or t.idempotency_key like 'refund:%')
                 group by 1, 2, 3) a
          left join (select organization_id, kind, currency, sum(micros) as micros
                       from (select p.organization_id, p.currency, k.kind, k.micros
                               from payments p,
                                    lateral (values ('vat', case when p.wallet_id is null or p.detail ->> 'vatAt' is not null then -p.vat_micros else p.vat_micros end),
                                                    ('refill_revenue', case when p.purpose = 'line_refill' then -p.price_micros else 0 end),
                                                    ('rounding', case when p.purpose = 'line_refill' then p.price_micros - p.net_micros else 0 end)
                                    ) k (kind, micros)
                              where p.state = 'succeeded' and p.undelivered is null
                             union all
                             select r.organization_id, r.currency, k.kind, k.micros
                               from payment_refunds r join payments p on p.organization_id = r.organization_id and p.id = r.payment_id,
                                    lateral (values ('vat', case when p.wallet_id is null or p.detail ->> 'vatAt' is not null then r.vat_micros else -r.vat_micros end),
                                                    ('refill_revenue', case when p.purpose = 'line_refill' then r.price_micros else 0 end),
                                                    ('rounding', case when p.wallet_id is null or p.detail ->> 'vatAt' is not null then r.net_micros - r.price_micros else 0 end)
                                    ) k (kind, micros)
                              where r.posted and r.state <> 'failed') m group by 1, 2, 3) w using (organization_id, kind, currency)
         where a.micros <> coalesce(w.micros, 0)
        union all
        -- A bank took back what the ledger had, with a fee; when the dispute is won it gives that again.
        select 'P dispute', d.id::text, d.state || ' ' || d.funds || ' ' || d.amount_micros, coalesce(t.micros, 0)::text
          from payment_disputes d
          join payments p on p.organization_id = d.organization_id and p.id = d.payment_id
          left join (select t.organization_id, split_part(t.idempotency_key, ':', 2) as id, -sum(e.amount_micros) as micros
                       from transfers t join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id
                       join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id and a.kind = 'clearing'
                      where t.idempotency_key like 'dispute:%' group by 1, 2) t on t.organization_id = d.organization_id and t.id = d.id::text
         where coalesce(t.micros, 0) <> case when p.state = 'succeeded' and p.undelivered is null
                 then d.fee_micros + case d.funds when 'withdrawn' then d.amount_micros else 0 end else 0 end
        union all
        -- An attempt is what became of its payment, once the news of that was heard.
        select 'P attempt', t.id::text, t.state, p.state || ' ' || p.gross_micros
          from auto_refill_attempts t join payments p on p.organization_id = t.organization_id and p.id = t.payment_id
         where t.gross_micros <> p.gross_micros
            or t.state <> case p.state when 'succeeded' then 'succeeded' when 'failed' then 'failed' when 'canceled' then 'failed'
                                       when 'action_needed' then 'action_needed' else 'open' end
        union all
        select 'P one attempt at a time', t.id::text, t.settled_at::text, t.next::text
          from (select a.*, lead(created_at) over (partition by organization_id, auto_refill_id order by created_at, id) as next
                  from auto_refill_attempts a where state <> 'none') t
         where t.next < coalesce(t.settled_at, 'infinity')
        union all
        select '10 payment events', c.name, c.n::text, (select count(*) from events e where e.name = c.name)::text
          from (select 'payment.created' as name, count(*) as n from payments
                union all select 'payment.succeeded', count(*) from payments where state = 'succeeded'
                union all select 'payment.canceled', count(*) from payments where state = 'canceled'
                union all select 'refund.created', count(*) from payment_refunds
                union all select 'refund.succeeded', count(*) from payment_refunds where state = 'succeeded'
                union all select 'refund.failed', count(*) from payment_refunds where state = 'failed'
                union all select 'payment_method.created', count(*) from payment_methods) c
         where c.n <> (select count(*) from events e where e.name = c.name)`,
  );
  return found.map((row) => breach(row.law, row.id, row.kept, row.found));
}

/**
 * What the provider holds of a payer's money is what stands in our clearing account, and what could not be given: once everything is
 * known. Whatever was lost on the way, a day is enough for that.
 */
export async function restLaws(world: Simulation, tenants: Tenant[] = world.tenants): Promise<Breach[]> {
  const unknown = await comeToRest(world, tenants);
  const held = await query<Found>(
    world.owner.pool,
    sql`with held as (
          select organization_id, currency, sum(${captured} - refunded_minor * 1000000) as micros
            from sandbox_charges c where state = 'succeeded' group by 1, 2),
        cleared as (
          select t.organization_id, a.currency, split_part(t.idempotency_key, ':', 1) as of, split_part(t.idempotency_key, ':', 2) as id,
                 e.amount_micros as micros
            from transfers t
            join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id
            join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id and a.kind = 'clearing'),
        kept as (
          select organization_id, currency, sum(micros) as micros
            from (select c.organization_id, c.currency, c.micros
                    from cleared c
                    left join payment_refunds r on r.organization_id = c.organization_id and c.of = 'refund' and r.id::text = c.id
                    join payments p on p.organization_id = c.organization_id and p.method = 'card'
                                   and p.id::text = case c.of when 'payment' then c.id when 'refund' then r.payment_id::text end
                  union all
                  select organization_id, currency, gross_micros - refunded_micros from payments
                   where method = 'card' and undelivered is not null
                  union all
                  select organization_id, currency, came_micros from payments where state = 'differs') k group by 1, 2)
        select 'P clearing' as law, organization_id::text as id, coalesce(k.micros, 0)::text as kept, coalesce(h.micros, 0)::text as found
          from held h full join kept k using (organization_id, currency) where coalesce(h.micros, 0) <> coalesce(k.micros, 0)`,
  );
  return [
    ...unknown.map((id) => breach('P silence', id, 'known within a day', 'not known')),
    ...held.map((row) => breach(row.law, row.id, row.kept, row.found)),
  ];
}
