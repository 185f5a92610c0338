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
    update ledger_accounts t set balance_micros = t.balance_micros + u.amount
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
insert into transfers (organization_id, id, idempotency_key, kind, at)
  select :ctx.organization.id, u.*
    from unnest(:{transfers.map(() => newId(ctx))}::uuid[], :{transfers.map((t) => t.key)}::text[],
                :{transfers.map((t) => t.kind)}::text[], :{transfers.map((t) => t.at)}::timestamptz[]) as u
  on conflict (organization_id, idempotency_key) do nothing
  returning idempotency_key as key, id;

-- ledger.list_accounts
select id, kind, owner_id, currency, balance_micros, floor_micros from ledger_accounts
  where :{join(conditions)} order by id limit :page.limit;

-- ledger.list_entries
select e.transfer_id, t.at, t.kind, t.idempotency_key as key, e.amount_micros, e.balance_after
   from entries e join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
  where e.organization_id = :ctx.organization.id and e.ledger_account_id = :accountId
    [and e.transfer_id < :page.after]
  order by e.transfer_id desc limit :page.limit;
