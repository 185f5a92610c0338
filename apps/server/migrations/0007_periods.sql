-- Periods: which span of a line is billed. Half-open UTC intervals cut from a local anchor.
create table billing_periods (
  organization_id uuid not null,
  id uuid not null,
  line_id uuid not null,
  kind text not null check (kind in ('ready', 'active')),
  starts_at timestamptz not null,
  ends_at timestamptz,                               -- null: a ready period that waits for first usage
  planned_ends_at timestamptz,
  anchor_local timestamp not null,
  anchor_zone text not null,
  state text not null default 'open' check (state in ('open', 'closed')),
  plan_version_id uuid not null,
  payer_id uuid,                                     -- ledger account charged; null: free (ready)
  allowance_bytes bigint check (allowance_bytes >= 0),
  used_bytes bigint not null default 0 check (used_bytes >= 0),
  limit_used_bytes bigint not null default 0,        -- what counts for the data limit: without late usage
  charge_micros bigint not null default 0,
  version bigint not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, line_id, starts_at, kind),
  foreign key (organization_id, plan_version_id) references plan_versions (organization_id, id),
  check (ends_at is null or ends_at >= starts_at),
  check ((kind = 'ready') = (payer_id is null)),
  check (kind = 'ready' or ends_at is not null),
  exclude using gist (organization_id with =, line_id with =, tstzrange(starts_at, ends_at) with &&)
) with (fillfactor = 60);
create unique index billing_periods_open on billing_periods (organization_id, line_id) where state = 'open';
create index billing_periods_due on billing_periods (organization_id, ends_at, id) where state = 'open';
call guard_table('billing_periods', 'select, insert, update', 'select, insert, update');

create table fees (
  organization_id uuid not null,
  id uuid not null,
  line_id uuid not null,
  period_id uuid not null,
  plan_version_id uuid not null,
  payer_id uuid not null,
  kind text not null check (kind in ('recurring', 'activation')),
  amount_micros bigint not null check (amount_micros >= 0),
  currency char(3) not null,
  prorated_days int,
  whole_days int,
  at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, period_id, kind),
  foreign key (organization_id, period_id) references billing_periods (organization_id, id)
);
create index fees_line on fees (organization_id, line_id, at);
create index fees_at on fees (organization_id, at);
call guard_table('fees', 'select, insert', 'select, insert');
-- The activation fee falls due once per line and account.
create unique index fees_activation on fees (organization_id, line_id, payer_id) where kind = 'activation';
