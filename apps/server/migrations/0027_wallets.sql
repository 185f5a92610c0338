-- Wallets: what people wrote beside a transfer, and the floor under which a debit was allowed.

alter table transfers
  add column note text check (length(note) between 1 and 1000),
  add column made_by text;                                  -- who asked for it; null: the product, for usage and fees

-- A debit that could have been refused says the floor it was held to, so that the table itself refuses to keep one that
-- went below. Usage that happened has none.
alter table entries
  add column floor_micros bigint,
  add constraint entries_floor check (floor_micros is null or -balance_after >= floor_micros);

-- What moves an account but usage: few, among millions.
create index entries_apart_from_usage on entries (organization_id, ledger_account_id, transfer_id)
  where balance_after is not null and (amount_micros < 0 or floor_micros is not null);

create index ledger_accounts_wallets on ledger_accounts (organization_id, id) where kind = 'wallet';

-- Wallets whose lines somebody has to look at: money came, or the floor is reached. A row is only added and taken away, so
-- that nobody waits for whoever works on it.
create table wallet_reviews (
  organization_id uuid not null,
  number bigint generated always as identity,
  wallet_id uuid not null,
  primary key (organization_id, number)
);
call guard_table('wallet_reviews', 'select, insert, delete');
