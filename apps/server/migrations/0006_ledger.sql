-- Ledger: money moves; it is never set. Entries have no update or delete right for anyone but the owner.
create table ledger_accounts (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  kind text not null check (kind in ('unbilled', 'usage_revenue', 'fee_revenue', 'wallet', 'receivable', 'clearing', 'vat', 'rounding')),
  owner_id uuid not null,            -- the company, or the organization itself
  currency char(3) not null,
  floor_micros bigint,
  balance_micros bigint,             -- null: no running balance (contra accounts, so that none is a hot row)
  primary key (organization_id, id),
  unique (organization_id, kind, owner_id, currency)
) with (fillfactor = 50);
call guard_table('ledger_accounts', 'select, insert, update', 'select, insert, update');

create table transfers (
  organization_id uuid not null,
  id uuid not null,
  idempotency_key text not null,
  kind text not null check (kind in ('usage', 'fee', 'adjustment', 'refill', 'payment')),
  at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, idempotency_key)
);
call guard_table('transfers', 'select, insert', 'select, insert');

create table entries (
  organization_id uuid not null,
  transfer_id uuid not null,
  ledger_account_id uuid not null,
  amount_micros bigint not null check (amount_micros <> 0),
  balance_after bigint,
  primary key (organization_id, transfer_id, ledger_account_id),
  foreign key (organization_id, transfer_id) references transfers (organization_id, id)
);
create index entries_account on entries (organization_id, ledger_account_id, transfer_id);
call guard_table('entries', 'select, insert', 'select, insert');
