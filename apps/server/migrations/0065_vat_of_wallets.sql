-- VAT of wallets: when they are refilled, or when they are spent.

-- What a wallet spent on usage since VAT of it was last posted stands beside its balance, so that the statement that posts usage
-- counts it and knows no rate. `untaxed_since` moves once for each posting of VAT, and stays null in every other wallet, whose
-- updates touch no index.
alter table ledger_accounts
  add column vat_at text not null default 'refill' check (vat_at in ('refill', 'spending')),
  add column untaxed_micros bigint not null default 0,
  add column untaxed_since timestamptz,
  add constraint ledger_accounts_untaxed check (vat_at = 'spending' or (untaxed_micros = 0 and untaxed_since is null));
create index ledger_accounts_untaxed on ledger_accounts (organization_id, untaxed_since) where untaxed_since is not null;

-- When new wallets bear VAT. No row: when they are refilled.
create table wallet_settings (
  organization_id uuid not null references organizations (id),
  vat_at text not null check (vat_at in ('refill', 'spending')),
  set_at timestamptz not null,
  set_by text not null,
  primary key (organization_id)
);
call guard_table('wallet_settings', 'select, insert, update');

-- VAT of what a wallet spent, of a month, a category and a rate. While the month is open `vat_micros` is what was posted; when it is
-- over, whole smallest units, and the residue went to rounding.
create table wallet_vat (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  wallet_id uuid not null,
  month date not null check (extract(day from month) = 1),
  category text not null check (category in ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
  rate_ppm int not null check (rate_ppm between 0 and 1000000),
  reason text not null,                                -- why nothing is asked for, of the last posting
  net_micros bigint not null,
  vat_micros bigint not null,
  rounding_micros bigint not null default 0,           -- posted, and more than VAT in whole units
  closed_at timestamptz,
  primary key (organization_id, id),
  unique (organization_id, wallet_id, month, category, rate_ppm),
  check (closed_at is null or vat_micros % 1000000 = 0),
  check (closed_at is not null or rounding_micros = 0),
  foreign key (organization_id, wallet_id) references ledger_accounts (organization_id, id)
);
create index wallet_vat_open on wallet_vat (organization_id, month, wallet_id) where closed_at is null;
call guard_table('wallet_vat', 'select, insert, update', 'select, insert, update');

-- Whoever charges activation fees posts VAT of them.
grant select on tax_rates to simwright_ingest;

-- What is there fits the wider list, so it is not read again.
alter table transfers drop constraint transfers_kind_check;
alter table transfers add constraint transfers_kind_check check (kind in (
  'usage', 'fee', 'adjustment', 'refill', 'payment', 'refund', 'grant', 'expiry', 'dispute', 'invoice', 'credit_note', 'vat')) not valid;
