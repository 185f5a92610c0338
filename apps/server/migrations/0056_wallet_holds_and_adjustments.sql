-- Holds: money of a wallet that is set aside. What is held of a wallet stands on its account, so that the statement that debits
-- asks for it.
alter table ledger_accounts add column held_micros bigint not null default 0;

create table wallet_holds (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  wallet_id uuid not null,
  amount_micros bigint not null check (amount_micros > 0),
  captured_micros bigint not null default 0 check (captured_micros between 0 and amount_micros),
  reason text not null check (length(reason) between 1 and 1000),
  until timestamptz not null,                          -- then what is left of it is free again
  state text not null check (state in ('open', 'captured', 'released', 'expired')),
  made_by text not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (organization_id, id),
  check ((state = 'open') = (ended_at is null)),
  check (state <> 'captured' or captured_micros = amount_micros),
  check (state <> 'open' or captured_micros < amount_micros),
  foreign key (organization_id, wallet_id) references ledger_accounts (organization_id, id)
);
create index wallet_holds_wallet on wallet_holds (organization_id, wallet_id, id);
create index wallet_holds_due on wallet_holds (organization_id, until, id) where state = 'open';
call guard_table('wallet_holds', 'select, insert, update');

-- Adjustments by hand: above a limit somebody else must agree.
create table wallet_adjustments (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  wallet_id uuid not null,
  kind text not null check (kind in ('credit', 'debit', 'grant')),
  amount_micros bigint not null check (amount_micros > 0),
  reason text not null check (length(reason) between 1 and 800),
  expires_at timestamptz,                              -- of granted money: when it leaves
  priority int check (priority between 0 and 1000),    -- of granted money: its place in the order of spending
  state text not null check (state in ('pending', 'posted', 'rejected', 'withdrawn', 'expired')),
  asked_by text not null,
  asker text not null,                                 -- the person behind it: nobody agrees with himself
  asked_at timestamptz not null,
  until timestamptz,                                   -- asked for until then; null: it was posted at once
  decided_by text,
  decided_at timestamptz,
  note text not null default '' check (length(note) <= 1000),
  primary key (organization_id, id),
  check ((state = 'pending') = (decided_at is null)),
  check (kind = 'grant' or (expires_at is null and priority is null)),
  foreign key (organization_id, wallet_id) references ledger_accounts (organization_id, id)
);
create index wallet_adjustments_wallet on wallet_adjustments (organization_id, wallet_id, id);
create index wallet_adjustments_state on wallet_adjustments (organization_id, state, id);
create index wallet_adjustments_due on wallet_adjustments (organization_id, until, id) where state = 'pending';
call guard_table('wallet_adjustments', 'select, insert, update');

-- How much one person may move by hand. No rows: as much as there is. With rows, a currency without one has no room at all.
create table wallet_limits (
  organization_id uuid not null references organizations (id),
  currency char(3) not null,
  most_micros bigint not null check (most_micros >= 0),
  set_at timestamptz not null,
  set_by text not null,
  primary key (organization_id, currency)
);
call guard_table('wallet_limits', 'select, insert, update, delete');

-- The person behind a key: who made it, or who made the key that made it.
alter table api_keys add column maker text;
update api_keys k set maker = a.actor
  from audit_log a
 where a.organization_id = k.organization_id and a.action = 'api_key.created' and a.object_id = 'key_' || replace(k.id::text, '-', '');
