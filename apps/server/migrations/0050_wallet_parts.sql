-- Parts of a wallet: money that nobody paid in (granted by staff, given with a refill) beside what was paid, in an order of
-- spending, perhaps with an end. The ledger account stays the one balance: what was spent is told by it, and divided among the
-- parts when one of them comes or goes.
create table wallet_parts (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  wallet_id uuid not null,
  kind text not null check (kind in ('granted', 'bonus', 'paid')),
  priority int not null check (priority between 0 and 1000),  -- the lowest is spent first
  expires_at timestamptz,                                     -- null: never, as paid money
  look_at timestamptz,                                        -- when it leaves, or is looked at again because it is held
  amount_micros bigint not null check (amount_micros >= 0),
  unspent_micros bigint not null check (unspent_micros >= 0), -- when a part of the wallet last came or went
  left_micros bigint not null default 0 check (left_micros >= 0),  -- what left the wallet unspent: expired, or taken back
  reason text not null check (length(reason) between 1 and 1000),
  source text check (length(source) between 1 and 200),       -- what it was given for: once
  made_by text not null,
  created_at timestamptz not null,
  closed_at timestamptz,
  closed_as text check (closed_as in ('spent', 'expired', 'taken')),
  primary key (organization_id, id),
  check (unspent_micros + left_micros <= amount_micros),
  check ((closed_at is null) = (closed_as is null)),
  check (closed_at is null or (unspent_micros = 0 and kind <> 'paid')),
  check (kind <> 'paid' or (expires_at is null and left_micros = 0)),
  foreign key (organization_id, wallet_id) references ledger_accounts (organization_id, id)
);
create unique index wallet_parts_source on wallet_parts (organization_id, source) where source is not null;
-- A row for paid money stands only while there is other money beside it.
create unique index wallet_parts_paid on wallet_parts (organization_id, wallet_id) where kind = 'paid';
create index wallet_parts_wallet on wallet_parts (organization_id, wallet_id, id);
create index wallet_parts_open on wallet_parts (organization_id, wallet_id) where closed_at is null;
create index wallet_parts_due on wallet_parts (organization_id, look_at, id) where closed_at is null and look_at is not null;
call guard_table('wallet_parts', 'select, insert, update, delete');

-- What money costs that was given away; what is there fits the wider lists, so it is not read again.
alter table ledger_accounts drop constraint ledger_accounts_kind_check;
alter table ledger_accounts add constraint ledger_accounts_kind_check check (kind in (
  'unbilled', 'usage_revenue', 'fee_revenue', 'refill_revenue', 'other_revenue', 'wallet', 'grant', 'receivable', 'deferred', 'dispute',
  'clearing', 'vat', 'rounding')) not valid;
alter table transfers drop constraint transfers_kind_check;
alter table transfers add constraint transfers_kind_check check (kind in (
  'usage', 'fee', 'adjustment', 'refill', 'payment', 'refund', 'grant', 'expiry', 'dispute', 'invoice', 'credit_note')) not valid;
