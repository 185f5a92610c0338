-- Every statement of ledger. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- ledger.add_to_balances
with locked as (
    select a.id, d.amount
      from unnest(:{sums.map((s) => s.account)}::uuid[], :{sums.map((s) => s.amount)}::bigint[]) as d(id, amount)
      join ledger_accounts a on a.organization_id = :ctx.organization.id and a.id = d.id and a.balance_micros is not null
     order by a.id for no key update of a)
  update ledger_accounts t set balance_micros = t.balance_micros + locked.amount
    from locked where t.organization_id = :ctx.organization.id and t.id = locked.id
  returning t.id, t.balance_micros, t.floor_micros;

-- ledger.find_accounts
select a.id, a.kind, a.owner_id, a.currency
  from unnest(:{wanted.map((w) => w.kind)}::text[], :{wanted.map((w) => w.ownerId)}::uuid[],
              :{wanted.map((w) => w.currency)}::text[]) as w(kind, owner_id, currency)
  join ledger_accounts a on a.organization_id = :ctx.organization.id
   and a.kind = w.kind and a.owner_id = w.owner_id and a.currency = w.currency::char(3);

-- ledger.find_balance_before
select (a.balance_micros - coalesce((
     select sum(e.amount_micros) from entries e
      where e.organization_id = a.organization_id and e.ledger_account_id = a.id and e.transfer_id >= :transferId), 0))::bigint as balance
  from ledger_accounts a where a.organization_id = :ctx.organization.id and a.id = :accountId;

-- ledger.insert_accounts
insert into ledger_accounts (organization_id, id, kind, owner_id, currency, balance_micros)
  select :ctx.organization.id, u.id, u.kind, u.owner_id, u.currency, case when u.kept then 0 end
    from unnest(:{wanted.map(() => newId(ctx))}::uuid[], :{wanted.map((w) => w.kind)}::text[],
                :{wanted.map((w) => w.ownerId)}::uuid[], :{wanted.map((w) => w.currency)}::text[],
                :{wanted.map((w) => keepsBalance(w.kind))}::boolean[]) as u(id, kind, owner_id, currency, kept)
  on conflict (organization_id, kind, owner_id, currency) do nothing;

-- ledger.insert_entries
insert into entries (organization_id, transfer_id, ledger_account_id, amount_micros, balance_after)
  select :ctx.organization.id, u.*
    from unnest(:{entries.map((e) => e.transferId)}::uuid[], :{entries.map((e) => e.account)}::uuid[],
                :{entries.map((e) => e.amount)}::bigint[], :{entries.map((e) => e.balanceAfter)}::bigint[]) as u;

-- ledger.insert_fresh
with moved as (
    update ledger_accounts t set balance_micros = t.balance_micros + u.amount,
           untaxed_micros = case when t.vat_at = 'spending' then t.untaxed_micros + u.amount else 0 end,
           untaxed_since = case when t.vat_at = 'spending' then coalesce(t.untaxed_since, :ctx.now::timestamptz) end
      from (select * from unnest(:payers::uuid[], :amounts::bigint[]) as o(id, amount)
              order by o.id :{allOf(owed)}) as u
     where t.organization_id = :ctx.organization.id and t.id = u.id and t.balance_micros is not null
    returning t.id, t.balance_micros, u.amount
  ), posted as (
    insert into transfers (organization_id, id, idempotency_key, kind, at)
    values (:ctx.organization.id, :id, :key, :kind, :ctx.now::timestamptz)
  )
  insert into entries (organization_id, transfer_id, ledger_account_id, amount_micros, balance_after)
  select :ctx.organization.id::uuid, :id::uuid, id, amount, balance_micros from moved
  union all
  select :ctx.organization.id::uuid, :id::uuid, :contra::uuid, -sum(amount)::bigint, null from moved having sum(amount) <> 0;

-- ledger.insert_transfers
insert into transfers (organization_id, id, idempotency_key, kind, at, note, made_by)
  select :ctx.organization.id, u.*, case when u.note is not null then :ctx.actor.name::text end
    from unnest(:{transfers.map(() => newId(ctx))}::uuid[], :{transfers.map((t) => t.key)}::text[],
                :{transfers.map((t) => t.kind)}::text[], :{transfers.map((t) => t.at)}::timestamptz[],
                :{transfers.map((t) => t.note ?? null)}::text[]) as u(id, key, kind, at, note)
  on conflict (organization_id, idempotency_key) do nothing
  returning idempotency_key as key, id;

-- ledger.journal
with moved as materialized (
    select date_trunc(:range.by, :at at time zone :zone) as day, t.kind, debited.ledger_account_id as debited, credited.ledger_account_id as credited,
           count(*) as transfers, sum(debited.amount_micros) as amount_micros
      from transfers t
      join entries debited on debited.organization_id = :ctx.organization.id and debited.transfer_id = t.id and debited.amount_micros > 0
       and debited.transfer_id >= :from::uuid and debited.transfer_id < :until::uuid
      join entries credited on credited.organization_id = :ctx.organization.id and credited.transfer_id = t.id and credited.amount_micros < 0
       and credited.transfer_id >= :from::uuid and credited.transfer_id < :until::uuid
     where t.organization_id = :ctx.organization.id and t.id >= :from::uuid and t.id < :until::uuid
     group by 1, 2, 3, 4)
  select to_char(m.day, 'YYYY-MM-DD') as day, m.kind, d.kind as debit, c.kind as credit, d.currency, sum(m.transfers)::int as transfers,
         sum(m.amount_micros)::bigint as amount_micros
    from moved m
    join ledger_accounts d on d.organization_id = :ctx.organization.id and d.id = m.debited
    join ledger_accounts c on c.organization_id = :ctx.organization.id and c.id = m.credited
   group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5 limit :limit;

-- ledger.list_accounts
select id, kind, owner_id, currency, balance_micros, floor_micros from ledger_accounts
  where :{join(conditions)} order by id limit :page.limit;

-- ledger.list_entries
select e.transfer_id, t.at, t.kind, t.idempotency_key as key, e.amount_micros, e.balance_after
   from entries e join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
  where e.organization_id = :ctx.organization.id and e.ledger_account_id = :accountId
    [and e.transfer_id < :page.after]
  order by e.transfer_id desc limit :page.limit;

-- ledger.list_entries_of
select e.transfer_id, t.at, t.kind, t.idempotency_key as key, e.amount_micros, e.balance_after,
        a.id as account_id, a.kind as account_kind, a.owner_id, a.currency
   from transfers t
   join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id
   join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id
  where t.organization_id = :ctx.organization.id and t.idempotency_key = :key
    and (a.id = :payerId or a.balance_micros is null) :own
  order by a.balance_micros is null, e.amount_micros desc, a.id;

-- ledger.list_transfers_of
select e.transfer_id, t.at, t.kind, t.idempotency_key as key, t.note, t.made_by, e.amount_micros,
        e.balance_after, a.id as account_id, a.kind as account_kind, a.owner_id, a.currency
   from transfers t
   join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id
   join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id
  where t.organization_id = :ctx.organization.id and t.idempotency_key >= :key and t.idempotency_key < :{`${key}\uffff`}
    and (t.idempotency_key = :key or starts_with(t.idempotency_key, :{`${key}:`})) :own
  order by t.at, t.idempotency_key, a.balance_micros is null, e.amount_micros desc, a.id limit :mostEntries;

-- wallet_adjustments.count_pending
select count(*) as waiting from (
  select from wallet_adjustments where organization_id = :ctx.organization.id and state = 'pending' limit :bound) p;

-- wallet_adjustments.decide
update wallet_adjustments
    set state = :a.state, decided_by = :a.decidedBy, decided_at = :a.decidedAt, note = :a.note
  where organization_id = :ctx.organization.id and id = :a.id and state = 'pending';

-- wallet_adjustments.insert
insert into wallet_adjustments (organization_id, id, wallet_id, kind, amount_micros, reason, expires_at,
         priority, state, asked_by, asker, asked_at, until, decided_by, decided_at, note)
  values (:ctx.organization.id, :a.id, :a.walletId, :a.kind, :a.amountMicros, :a.reason, :a.expiresAt, :a.priority, :a.state,
          :a.askedBy, :a.asker, :a.askedAt, :a.until, :a.decidedBy, :a.decidedAt, :a.note);

-- wallet_adjustments.list
select :columns from :from where :{join(conditions)}
  order by a.id desc limit :page.limit [for update of a];

-- wallet_holds.due
select id, wallet_id from wallet_holds
  where organization_id = :ctx.organization.id and state = 'open' and until <= :ctx.now::timestamptz order by until, id limit :limit;

-- wallet_holds.insert
insert into wallet_holds (organization_id, :columns)
  values (:ctx.organization.id, :h.id, :h.walletId, :h.amountMicros, :h.capturedMicros, :h.reason, :h.until, :h.state,
          :h.madeBy, :h.createdAt, :h.endedAt);

-- wallet_holds.list
select :columns from wallet_holds where :{join(conditions)} order by id desc limit :page.limit;

-- wallet_holds.lock
select :columns from wallet_holds
  where organization_id = :ctx.organization.id and id = :id and wallet_id = :walletId for update;

-- wallet_holds.save
update wallet_holds set captured_micros = :h.capturedMicros, state = :h.state, ended_at = :h.endedAt
  where organization_id = :ctx.organization.id and id = :h.id;

-- wallet_holds.set_aside
update ledger_accounts t set held_micros = t.held_micros + :micros::bigint
  where t.organization_id = :ctx.organization.id and t.id = :walletId and t.kind = 'wallet'
    and -t.balance_micros - :micros::bigint >= coalesce(t.floor_micros, 0) + t.held_micros;

-- wallet_holds.set_free
update ledger_accounts t set held_micros = t.held_micros - :micros::bigint
  where t.organization_id = :ctx.organization.id and t.id = :walletId and t.kind = 'wallet' and t.held_micros >= :micros::bigint;

-- wallet_limits.delete
delete from wallet_limits where organization_id = :ctx.organization.id and currency = :currency;

-- wallet_limits.list
select currency, most_micros from wallet_limits
  where organization_id = :ctx.organization.id order by currency;

-- wallet_limits.set
insert into wallet_limits (organization_id, currency, most_micros, set_at, set_by)
  values (:ctx.organization.id, :currency, :mostMicros, :ctx.now, :ctx.actor.name)
  on conflict (organization_id, currency) do update
     set most_micros = excluded.most_micros, set_at = excluded.set_at, set_by = excluded.set_by;

-- wallet_parts.delete
delete from wallet_parts where organization_id = :ctx.organization.id and id = :id;

-- wallet_parts.due
select id, wallet_id from wallet_parts
  where organization_id = :ctx.organization.id and closed_at is null and look_at <= :ctx.now::timestamptz
  order by look_at, id limit :limit;

-- wallet_parts.for
select :columns from wallet_parts p where p.organization_id = :ctx.organization.id and p.source = :source;

-- wallet_parts.given
select :columns from wallet_parts p where :{join(conditions)} order by p.id desc limit :page.limit;

-- wallet_parts.look_again
update wallet_parts set look_at = :at
  where organization_id = :ctx.organization.id and id = :id and closed_at is null;

-- wallet_parts.look_now
update wallet_parts set look_at = expires_at
  where organization_id = :ctx.organization.id and wallet_id = :walletId and closed_at is null
    and expires_at <= :ctx.now::timestamptz and look_at > expires_at;

-- wallet_parts.open
select :columns, -w.balance_micros as remaining_micros
   from ledger_accounts w
   left join wallet_parts p on p.organization_id = w.organization_id and p.wallet_id = w.id and p.closed_at is null
  where w.organization_id = :ctx.organization.id and w.id = :walletId and w.kind = 'wallet' order by p.id;

-- wallet_parts.save
insert into wallet_parts (organization_id, id, wallet_id, kind, priority, expires_at, look_at, amount_micros,
         unspent_micros, left_micros, reason, source, made_by, created_at, closed_at, closed_as)
  select :ctx.organization.id, u.id, u.wallet, u.kind, u.priority, u.expires, u.expires, u.amount, u.unspent, u.gone, u.reason, u.source,
         u.made_by, u.created, u.closed, u.closed_as
    from unnest(:{uuids(of((p) => p.id))}::uuid[], :{uuids(of((p) => p.walletId))}::uuid[], :{texts(of((p) => p.kind))}::text[],
                :{ints(of((p) => p.priority))}::int[], :{instants(of((p) => p.expiresAt))}::timestamptz[],
                :{bigints(of((p) => p.amountMicros))}::bigint[], :{bigints(of((p) => p.unspentMicros))}::bigint[],
                :{bigints(of((p) => p.leftMicros))}::bigint[], :{texts(of((p) => p.reason))}::text[],
                :{texts(of((p) => p.source))}::text[], :{texts(of((p) => p.madeBy))}::text[],
                :{instants(of((p) => p.createdAt))}::timestamptz[], :{instants(of((p) => p.closedAt))}::timestamptz[],
                :{texts(of((p) => p.closedAs))}::text[])
         as u(id, wallet, kind, priority, expires, amount, unspent, gone, reason, source, made_by, created, closed, closed_as)
  on conflict (organization_id, id) do update
     set expires_at = excluded.expires_at, amount_micros = excluded.amount_micros, unspent_micros = excluded.unspent_micros, left_micros = excluded.left_micros,
         closed_at = excluded.closed_at, closed_as = excluded.closed_as;

-- wallet_parts.taken_by
select e.amount_micros from transfers t
   join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id and e.ledger_account_id = :walletId
  where t.organization_id = :ctx.organization.id and t.idempotency_key = :key;

-- wallet_vat.add_untaxed
update ledger_accounts t
    set untaxed_micros = t.untaxed_micros + u.amount, untaxed_since = coalesce(t.untaxed_since, :ctx.now::timestamptz)
   from unnest(:{uuids(sums.map((s) => s.account))}::uuid[], :{bigints(sums.map((s) => s.amount))}::bigint[]) as u(id, amount)
  where t.organization_id = :ctx.organization.id and t.id = u.id and t.kind = 'wallet' and t.vat_at = 'spending';

-- wallet_vat.clear_untaxed
update ledger_accounts set untaxed_micros = 0, untaxed_since = null
  where organization_id = :ctx.organization.id and id = any(:{uuids(walletIds)}::uuid[]);

-- wallet_vat.close_lines
update wallet_vat v set vat_micros = u.vat, rounding_micros = u.rounding, closed_at = :ctx.now
   from unnest(:{uuids(lines.map((l) => l.id))}::uuid[], :{bigints(lines.map((l) => l.vatMicros))}::bigint[],
               :{bigints(lines.map((l) => l.roundingMicros))}::bigint[]) as u(id, vat, rounding)
  where v.organization_id = :ctx.organization.id and v.id = u.id and v.closed_at is null;

-- wallet_vat.due_wallets
select w.id from ledger_accounts w
  where w.organization_id = :ctx.organization.id and w.untaxed_since is not null
    and (w.untaxed_since <= :before::timestamptz
         or (w.untaxed_micros > 0 and -w.balance_micros > coalesce(w.floor_micros, 0)
             and -w.balance_micros - coalesce(w.floor_micros, 0) <= w.untaxed_micros))
  order by w.untaxed_since limit :limit;

-- wallet_vat.find_setting
select vat_at from wallet_settings where organization_id = :ctx.organization.id;

-- wallet_vat.list
select :columns from wallet_vat v
   join ledger_accounts a on a.organization_id = v.organization_id and a.id = v.wallet_id
  where v.organization_id = :ctx.organization.id and v.wallet_id = :walletId [and a.owner_id = :own]
    [and v.month = :filter.month::date]
  order by v.month desc, v.category, v.rate_ppm limit :limit;

-- wallet_vat.open_before
select :columns from wallet_vat v
  where v.organization_id = :ctx.organization.id and v.wallet_id = :walletId and v.month < :month::date and v.closed_at is null
  order by v.month, v.category, v.rate_ppm;

-- wallet_vat.open_lines
insert into wallet_vat as v (organization_id, id, wallet_id, month, category, rate_ppm, reason, net_micros, vat_micros)
  select :ctx.organization.id, u.id, u.wallet,
         greatest(:month::date, (select (max(c.month) + interval '1 month')::date from wallet_vat c
                                    where c.organization_id = :ctx.organization.id and c.wallet_id = u.wallet and c.closed_at is not null)),
         u.category, u.rate::int, u.reason, 0, 0
    from unnest(:{uuids(wanted.map(() => newId(ctx)))}::uuid[], :{uuids(wanted.map((w) => w.walletId))}::uuid[],
                :{texts(wanted.map((w) => w.tax.category))}::text[], :{bigints(wanted.map((w) => BigInt(w.tax.ratePpm)))}::bigint[],
                :{texts(wanted.map((w) => w.tax.reason))}::text[]) as u(id, wallet, category, rate, reason)
  on conflict (organization_id, wallet_id, month, category, rate_ppm) do update set reason = excluded.reason
  returning :columns;

-- wallet_vat.save_lines
update wallet_vat v set net_micros = u.net, vat_micros = u.vat
   from unnest(:{uuids(lines.map((l) => l.id))}::uuid[], :{bigints(lines.map((l) => l.netMicros))}::bigint[],
               :{bigints(lines.map((l) => l.vatMicros))}::bigint[]) as u(id, net, vat)
  where v.organization_id = :ctx.organization.id and v.id = u.id and v.closed_at is null;

-- wallet_vat.save_setting
insert into wallet_settings (organization_id, vat_at, set_at, set_by)
  values (:ctx.organization.id, :vatAt, :ctx.now, :ctx.actor.name)
  on conflict (organization_id) do update set vat_at = excluded.vat_at, set_at = excluded.set_at, set_by = excluded.set_by;

-- wallet_vat.set
update ledger_accounts set vat_at = :vatAt where organization_id = :ctx.organization.id and id = :walletId;

-- wallet_vat.wallets_to_close
select distinct v.wallet_id from wallet_vat v
  where v.organization_id = :ctx.organization.id and v.month < :month::date and v.closed_at is null limit :limit;

-- wallets.debit
with moved as (
    update ledger_accounts t set balance_micros = t.balance_micros + u.amount
      from (select * from unnest(:{uuids(wallets.map(([id]) => id))}::uuid[], :{bigints(wallets.map(([, sum]) => sum))}::bigint[])
                   as o(id, amount) order by o.id :{allOf(wallets)}) as u
     where t.organization_id = :ctx.organization.id and t.id = u.id and t.kind = 'wallet'
       and -(t.balance_micros + u.amount) >= :floor
    returning t.id, :floor as floor
  ), wanted as (
    select u.*, moved.floor
      from unnest(:{uuids(ids)}::uuid[], :{uuids(debits.map((d) => d.walletId))}::uuid[], :{uuids(debits.map((d) => d.contra))}::uuid[],
                  :{bigints(debits.map((d) => d.amountMicros))}::bigint[], :{bigints(debits.map((d) => d.remainingAfter))}::bigint[],
                  :{texts(debits.map((d) => d.key))}::text[], :{texts(debits.map((d) => d.kind))}::text[],
                  :{texts(debits.map((d) => d.note ?? null))}::text[])
           as u(id, wallet, contra, amount, remaining, key, kind, note)
      join moved on moved.id = u.wallet
  ), posted as (
    insert into transfers (organization_id, id, idempotency_key, kind, at, note, made_by)
    select :ctx.organization.id::uuid, id, key, kind, :ctx.now::timestamptz, note, :ctx.actor.name from wanted
  )
  insert into entries (organization_id, transfer_id, ledger_account_id, amount_micros, balance_after, floor_micros)
  select :ctx.organization.id::uuid, id, wallet, amount, -remaining, floor from wanted
  union all
  select :ctx.organization.id::uuid, id, contra, -amount, null, null from wanted;

-- wallets.find
select :columns from ledger_accounts w
  where w.organization_id = :ctx.organization.id and w.id = any(:{uuids(ids)}::uuid[]) and w.kind = 'wallet'
  order by w.id [for no key update];

-- wallets.known_keys
select idempotency_key as key from transfers
  where organization_id = :ctx.organization.id and idempotency_key = any(:{texts(keys)}::text[]);

-- wallets.list
select :columns from ledger_accounts w where :{join(conditions)} order by w.id desc limit :page.limit;

-- wallets.movements
select e.transfer_id, t.at, t.kind, t.idempotency_key as key, t.note, t.made_by,
        -e.amount_micros as amount_micros, -e.balance_after as remaining_micros
   from entries e join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
  where :{join(conditions)} order by e.transfer_id desc limit :page.limit;

-- wallets.of_owners
select :columns from ledger_accounts w
  where w.organization_id = :ctx.organization.id and w.owner_id = any(:{uuids(ownerIds)}::uuid[]) and w.kind = 'wallet'
    and w.enabled_at is not null order by w.id;

-- wallets.open
insert into ledger_accounts as w
    (organization_id, id, kind, owner_id, currency, balance_micros, floor_micros, enabled_at, vat_at)
  values (:ctx.organization.id, :{newId(ctx)}, 'wallet', :wallet.ownerId, :wallet.currency, 0, :wallet.floorMicros, :ctx.now, :wallet.vatAt)
  on conflict (organization_id, kind, owner_id, currency) do update
     set floor_micros = excluded.floor_micros, enabled_at = excluded.enabled_at,
         vat_at = case when w.balance_micros = 0 then excluded.vat_at else w.vat_at end where w.enabled_at is null
  returning :columns;

-- wallets.overview
select -w.balance_micros as remaining, e.* from ledger_accounts w, lateral (
   select coalesce(sum(e.amount_micros) filter (where e.transfer_id < :end), 0)::text as moved,
          coalesce(sum(e.amount_micros) filter (where e.transfer_id >= :end), 0)::text as later,
          -max(e.balance_after) filter (where e.transfer_id < :end) as lowest,
          -max(e.balance_after) filter (where e.transfer_id < :end and e.amount_micros > 0 and e.floor_micros is null) as by_usage
     from entries e where :{within(ctx, walletId, from)}) e
  where w.organization_id = :ctx.organization.id and w.id = :walletId;

-- wallets.overview_apart_from_usage
select
   coalesce(-sum(e.amount_micros) filter (where e.amount_micros < 0 and (t.kind in ('refill', 'payment') or t.note is not null)), 0)::text as credited,
   coalesce(sum(e.amount_micros) filter (where t.kind = 'fee'), 0)::text as fees,
   coalesce(sum(e.amount_micros) filter (where t.kind in ('adjustment', 'refill', 'refund', 'expiry') and e.amount_micros > 0), 0)::text as debited
   from entries e join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
  where :{within(ctx, walletId, from, to)} and :apartFromUsage;

-- wallets.overview_vat
select coalesce(sum(e.amount_micros), 0)::text as vat
   from transfers t join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id and e.ledger_account_id = :walletId
  where t.organization_id = :ctx.organization.id and :{ofVat(walletId, from, to)};

-- wallets.set_floor
update ledger_accounts set floor_micros = :floorMicros
  where organization_id = :ctx.organization.id and id = :id;

-- wallets.set_low
update ledger_accounts set low_micros = :lowMicros
  where organization_id = :ctx.organization.id and id = :id and kind = 'wallet';

-- Pieces that the statements above name.

-- :apartFromUsage (wallets/history.ts)
e.balance_after is not null and (e.amount_micros < 0 or e.floor_micros is not null)

-- :columns (wallets/adjustments/sql.ts)
a.id, a.wallet_id, w.currency, a.kind, a.amount_micros, a.reason, a.expires_at, a.priority, a.state, a.asked_by, a.asker, a.asked_at,
  a.until, a.decided_by, a.decided_at, a.note

-- :columns (wallets/holds/sql.ts)
id, wallet_id, amount_micros, captured_micros, reason, until, state, made_by, created_at, ended_at

-- :columns (wallets/parts/sql.ts)
p.id, p.wallet_id, p.kind, p.priority, p.expires_at, p.amount_micros, p.unspent_micros, p.left_micros, p.reason, p.source,
  p.made_by, p.created_at, p.closed_at, p.closed_as

-- :columns (wallets/sql.ts)
w.id, w.owner_id, w.currency, -w.balance_micros as remaining_micros, coalesce(w.floor_micros, 0) as floor_micros,
  w.held_micros, w.low_micros, w.enabled_at as opened_at, w.vat_at, w.untaxed_micros, w.untaxed_since

-- :columns (wallets/vat/sql.ts)
v.id, v.wallet_id, v.month::text as month, v.category, v.rate_ppm, v.reason, v.net_micros, v.vat_micros, v.rounding_micros, v.closed_at

-- :from (wallets/adjustments/sql.ts)
wallet_adjustments a join ledger_accounts w on w.organization_id = a.organization_id and w.id = a.wallet_id
