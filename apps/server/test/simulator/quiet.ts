import { type Database, query, sql } from '../../src/kit/db.ts';
import { type Breach, breach } from './breach.ts';

/** What must hold once every event was heard and every review is done: blocks stand for their reasons, shares are brought once. */
export async function quietLaws(owner: Database): Promise<Breach[]> {
  const found = await query<{ law: string; id: string; kept: string; found: string }>(
    owner.pool,
    sql`with lines as (
          select s.organization_id, s.id, s.lifecycle, v.type, v.id as version_id, p.id as period_id, p.kind, p.allowance_bytes,
                 p.used_bytes, p.payer_id, w.id as wallet_id, -w.balance_micros <= w.floor_micros as at_floor,
                 exists (select from blocks b where b.organization_id = s.organization_id and b.line_id = s.id and b.reason = 'balance'
                            and b.lifted_at is null) as out_of_balance,
                 exists (select from blocks b where b.organization_id = s.organization_id and b.line_id = s.id and b.reason = 'validity'
                            and b.lifted_at is null) as expired,
                 exists (select from blocks b where b.organization_id = s.organization_id and b.line_id = s.id and b.reason = 'fee_unpaid'
                            and b.lifted_at is null) as unpaid
            from sims s
            left join plan_assignments a on a.organization_id = s.organization_id and a.line_id = s.id and a.ends_at is null
            left join plan_versions v on v.organization_id = s.organization_id and v.id = a.plan_version_id
            left join billing_periods p on p.organization_id = s.organization_id and p.line_id = s.id and p.state = 'open'
            left join ledger_accounts w on w.organization_id = s.organization_id and w.kind = 'wallet'
                                       and w.owner_id = coalesce(s.company_id, s.organization_id)
           where s.lifecycle in ('ready', 'active', 'suspended'))
        -- A month that another account pays runs to its end.
        select 'Q wallet' as law, id::text, at_floor::text as kept, out_of_balance::text as found from lines
         where type = 'paygo' and (kind is distinct from 'active' or payer_id = wallet_id) and at_floor <> out_of_balance
        union all
        select 'Q prepaid balance', id::text, (used_bytes >= coalesce(allowance_bytes, 0))::text, out_of_balance::text from lines
         where type = 'prepaid' and period_id is not null and (used_bytes >= coalesce(allowance_bytes, 0)) <> out_of_balance
        union all
        select 'Q prepaid validity', id::text, (period_id is null)::text, expired::text from lines
         where type = 'prepaid' and (expired and period_id is not null or lifecycle = 'active' and period_id is null and not expired)
        union all
        select 'Q no balance to be out of', id::text, coalesce(type, 'none'), out_of_balance || ' ' || expired from lines
         where type not in ('paygo', 'prepaid') and (out_of_balance or expired)
        union all
        select 'Q missed reaction', event_id::text, name, problem from missed_reactions
        union all
        select 'Q due fees', l.id::text, count(d.id)::text, l.unpaid::text
          from lines l
          left join due_fees d on d.organization_id = l.organization_id and d.line_id = l.id and d.payer_id = l.wallet_id and d.settled_at is null
         group by l.id, l.unpaid having (count(d.id) > 0) <> l.unpaid
        union all
        -- The last refill of a running prepaid period says when it ends.
        select 'Q refill validity', p.id::text, p.ends_at::text, max(r.valid_until)::text
          from billing_periods p join refills r on r.organization_id = p.organization_id and r.period_id = p.id and r.valid_until is not null
         where p.kind = 'active' and p.state = 'open' group by p.id, p.ends_at having p.ends_at <> max(r.valid_until)
        union all
        -- What a prorated period holds is the part of its allowance that its fee is of the fee; a cut one is corrected beside it.
        select 'Q prorated allowance', p.id::text, p.allowance_bytes::text, trunc(v.allowance_bytes * f.prorated_days / f.whole_days)::text
          from billing_periods p
          join plan_versions v on v.organization_id = p.organization_id and v.id = p.plan_version_id and v.allowance_bytes is not null
          join fees f on f.organization_id = p.organization_id and f.period_id = p.id and f.kind = 'recurring' and f.prorated_days is not null
         where p.pool_id is null and p.planned_ends_at is not distinct from p.ends_at
           and p.allowance_bytes <> trunc(v.allowance_bytes * f.prorated_days / f.whole_days)
        union all
        select 'Q shares', c.pool_period_id || ' ' || c.line_id, c.fee_micros::text, coalesce(sum(f.amount_micros), 0)::text
          from pool_contributions c
          left join fees f on f.organization_id = c.organization_id and f.period_id = c.pool_period_id and f.line_id = c.line_id
                          and f.kind = 'recurring'
         group by c.organization_id, c.pool_period_id, c.line_id, c.fee_micros having c.fee_micros <> coalesce(sum(f.amount_micros), 0)
        union all
        -- Who uses the data of a dynamic pool has brought its share to the month.
        select 'Q share missing', l.id::text, 'a share of the open month', 'none'
          from lines l
          join billing_periods p on p.organization_id = l.organization_id and p.id = l.period_id and p.pool_id is not null and p.kind = 'active'
          join pool_periods o on o.organization_id = p.organization_id and o.pool_id = p.pool_id and o.state = 'open'
         where l.type = 'dynamic_pool'
           and not exists (select from pool_contributions c where c.organization_id = o.organization_id and c.pool_period_id = o.id
                              and c.line_id = l.id)
        union all
        select 'Q pool fee', p.id::text, v.fee_micros::text, coalesce(sum(f.amount_micros), 0)::text
          from pool_periods p
          join pool_versions v on v.organization_id = p.organization_id and v.id = p.pool_version_id
          left join fees f on f.organization_id = p.organization_id and f.period_id = p.id and f.line_id is null and f.kind = 'recurring'
         group by p.id, v.fee_micros having v.fee_micros <> coalesce(sum(f.amount_micros), 0)
        union all
        -- A pool has one open month, unless it is archived, and they tile.
        select 'Q pool months', id::text, ends_at::text, next::text
          from (select p.*, lead(starts_at) over (partition by organization_id, pool_id order by starts_at) as next from pool_periods p) p
         where next <> ends_at or (next is null) <> (state = 'open')`,
  );
  return found.map(({ law, id, kept, found }) => breach(law, id, kept, found));
}
