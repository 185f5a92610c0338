-- All types of plans, zones, pools and wallets: decisions 0023 (price), 0024 (wallets), 0025 (pools), 0026 (adjustments).

-- Zones: named sets of countries and networks. A plan version keeps the zones as they were when it was saved.
create table zones (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  countries text[] not null default '{}',              -- ISO 3166-1 alpha-2
  plmns text[] not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (organization_id, id),
  check (cardinality(countries) + cardinality(plmns) > 0)
);
create unique index zones_name on zones (organization_id, lower(name)) where archived_at is null;
call guard_table('zones', 'select, insert, update', 'select');

alter table plans drop constraint plans_type_check;
alter table plans
  add constraint plans_type_check check (type in
    ('prepaid', 'monthly_bundle', 'pay_per_mb', 'unlimited', 'static_pool', 'dynamic_pool', 'paygo', 'super_sim')),
  add column description text not null default '' check (length(description) <= 4000),
  add column labels text[] not null default '{}' check (cardinality(labels) <= 50),
  add column named_by_us boolean not null default false,   -- the name follows the terms until somebody writes one
  add column designated boolean not null default false,    -- for chosen companies only
  add column telecom_id uuid;                              -- null: any telecom

-- The companies that a designated plan is for.
create table plan_companies (
  organization_id uuid not null,
  plan_id uuid not null,
  company_id uuid not null,
  primary key (organization_id, plan_id, company_id),
  foreign key (organization_id, plan_id) references plans (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id)
);
call guard_table('plan_companies', 'select, insert, delete', 'select');

-- Saved configurations of the wizards, as their forms.
create table presets (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  kind text not null check (kind in ('plan', 'pool')),
  name text not null check (length(name) between 1 and 100),
  form jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  primary key (organization_id, id)
);
create unique index presets_name on presets (organization_id, kind, lower(name));
call guard_table('presets', 'select, insert, update, delete');

alter table plan_versions
  add column rates jsonb not null default '[]',            -- further rates: by zone, of messages and calls, other price models
  add column zones jsonb not null default '[]',            -- the zones of those rates, as they were
  add column refills jsonb not null default '[]',
  add column validity_days int check (validity_days between 1 and 3660),
  add column recurring_scope text not null default 'active' check (recurring_scope in ('all', 'active')),
  add column fair_use_bytes bigint check (fair_use_bytes > 0),
  add column throttle_kbps int check (throttle_kbps > 0),
  add check ((type = 'prepaid') = (validity_days is not null)),
  add check (type <> 'unlimited' or overage_size_bytes is null),
  add check (type = 'super_sim' or type not in ('pay_per_mb', 'paygo') or price_per_mb is not null or tiers is not null or rates <> '[]');
do $$ declare named text; begin
  -- The check of 0003 knows two types.
  select conname into named from pg_constraint
   where conrelid = 'plan_versions'::regclass and pg_get_constraintdef(oid) like '%super_sim%price_per_mb IS NOT NULL%tiers%'
     and pg_get_constraintdef(oid) not like '%paygo%';
  execute format('alter table plan_versions drop constraint %I', named);
  alter table plan_versions add check (type <> 'super_sim' or price_per_mb is not null or tiers is not null or rates <> '[]');
end $$;

-- Pools: data shared by many lines of one account. Their months are charged as one.
create table pools (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  company_id uuid,                                         -- null: the organization's own
  type text not null check (type in ('static', 'dynamic')),
  name text not null check (length(name) between 1 and 200),
  data_limit_bytes bigint check (data_limit_bytes > 0),
  labels text[] not null default '{}' check (cardinality(labels) <= 50),
  note text not null default '' check (length(note) <= 4000),
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id)
);
create unique index pools_name on pools (organization_id, lower(name)) where archived_at is null;
create index pools_company on pools (organization_id, company_id, id);
call guard_table('pools', 'select, insert, update', 'select');

-- Immutable editions of a pool's terms; an edit is for the next month.
create table pool_versions (
  organization_id uuid not null,
  id uuid not null,
  pool_id uuid not null,
  version int not null check (version > 0),
  currency char(3) not null,
  mb_bytes bigint not null check (mb_bytes in (1000000, 1048576)),
  allowance_bytes bigint not null default 0 check (allowance_bytes >= 0),   -- static; the members of a dynamic one bring theirs
  fee_micros bigint not null default 0 check (fee_micros >= 0),
  overage_size_bytes bigint check (overage_size_bytes > 0),
  overage_price_micros bigint check (overage_price_micros >= 0),
  payment_type text not null default 'post_billing'
    check (payment_type in ('pre_billing', 'advanced_billing', 'post_billing', 'manual')),
  created_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, pool_id, version),
  foreign key (organization_id, pool_id) references pools (organization_id, id),
  check ((overage_size_bytes is null) = (overage_price_micros is null))
);
call guard_table('pool_versions', 'select, insert', 'select');

create table pool_periods (
  organization_id uuid not null,
  id uuid not null,
  pool_id uuid not null,
  pool_version_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  anchor_local timestamp not null,
  anchor_zone text not null,
  state text not null default 'open' check (state in ('open', 'closed')),
  payer_id uuid not null,
  allowance_bytes bigint not null check (allowance_bytes >= 0),
  used_bytes bigint not null default 0,
  limit_used_bytes bigint not null default 0,
  charge_micros bigint not null default 0,
  invoiced_at timestamptz,
  version bigint not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, pool_id, starts_at),
  foreign key (organization_id, pool_version_id) references pool_versions (organization_id, id),
  check (ends_at >= starts_at)
) with (fillfactor = 60);
create unique index pool_periods_open on pool_periods (organization_id, pool_id) where state = 'open';
create index pool_periods_due on pool_periods (organization_id, ends_at, id) where state = 'open';
call guard_table('pool_periods', 'select, insert, update', 'select, insert, update');

-- What each member of a dynamic pool brought to a month, once, also if it left and came back.
create table pool_contributions (
  organization_id uuid not null,
  pool_period_id uuid not null,
  line_id uuid not null,
  plan_version_id uuid not null,
  allowance_bytes bigint not null check (allowance_bytes >= 0),
  fee_micros bigint not null check (fee_micros >= 0),
  at timestamptz not null,
  primary key (organization_id, pool_period_id, line_id),
  foreign key (organization_id, pool_period_id) references pool_periods (organization_id, id)
);
call guard_table('pool_contributions', 'select, insert', 'select, insert');

-- Membership is the plan assignment: a line is in at most one pool, because it is on at most one plan.
alter table plan_assignments add column pool_id uuid;
create index plan_assignments_pool on plan_assignments (organization_id, pool_id, line_id) where pool_id is not null and ends_at is null;
create index plan_assignments_pool_history on plan_assignments (organization_id, pool_id, starts_at) where pool_id is not null;

-- Changes that wait for the end of the running period.
create table plan_changes (
  organization_id uuid not null,
  id uuid not null,
  line_id uuid not null,
  plan_id uuid,                                            -- null: the plan ends
  plan_version_id uuid,
  pool_id uuid,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'cancelled', 'refused')),
  reason text not null default '',
  asked_at timestamptz not null,
  asked_by text not null,
  settled_at timestamptz,
  primary key (organization_id, id),
  check ((plan_id is null) = (plan_version_id is null)),
  check ((state = 'waiting') = (settled_at is null))
);
create unique index plan_changes_waiting on plan_changes (organization_id, line_id) where state = 'waiting';
create index plan_changes_line on plan_changes (organization_id, line_id, id);
call guard_table('plan_changes', 'select, insert, update', 'select, insert, update');

alter table billing_periods
  add column totals jsonb,                                 -- quantities of components with a price of their own; null: data alone
  add column pool_id uuid,                                 -- data of this period is the pool's
  add column recurring_micros bigint,                      -- what the recurring fee of the month came to when the line was not active yet
  add column invoiced_at timestamptz;
alter table billing_periods drop constraint billing_periods_used_bytes_check;   -- a correction may take it below zero
do $$ declare named text; begin
  -- A ready period may bear a recurring fee now, and prepaid periods are free: both have a payer or none.
  select conname into named from pg_constraint
   where conrelid = 'billing_periods'::regclass and pg_get_constraintdef(oid) like '%payer_id IS NULL%';
  execute format('alter table billing_periods drop constraint %I', named);
  alter table billing_periods add check (kind = 'ready' or payer_id is not null);
end $$;

alter table fees alter column line_id drop not null;
alter table fees
  add column pool_id uuid,
  add check (line_id is not null or pool_id is not null);
alter table fees drop constraint fees_organization_id_period_id_kind_key;
-- One recurring fee of a line in a period; in the month of a pool, one of each member or of the pool itself.
create unique index fees_recurring on fees (organization_id, period_id, coalesce(line_id, pool_id)) where kind = 'recurring';
create index fees_period on fees (organization_id, period_id);
create index fees_pool on fees (organization_id, pool_id, at) where pool_id is not null;
drop index fees_activation;
-- The activation fee falls due once per line and account; for pools at each joining.
create unique index fees_activation on fees (organization_id, line_id, payer_id) where kind = 'activation' and pool_id is null;

-- Recurring fees that a wallet could not pay. They stay due, the oldest is collected first; once it is paid it becomes a fee.
create table due_fees (
  organization_id uuid not null,
  id uuid not null,
  line_id uuid not null,
  period_id uuid not null,
  plan_version_id uuid not null,
  payer_id uuid not null,
  kind text not null check (kind in ('recurring', 'activation')),
  amount_micros bigint not null check (amount_micros > 0),
  currency char(3) not null,
  prorated_days int,
  whole_days int,
  at timestamptz not null,
  settled_at timestamptz,
  settled_as text check (settled_as in ('paid', 'waived')),
  primary key (organization_id, id),
  unique (organization_id, period_id, kind),
  check ((settled_at is null) = (settled_as is null))
);
create index due_fees_payer on due_fees (organization_id, payer_id, at, id) where settled_at is null;
create index due_fees_line on due_fees (organization_id, line_id) where settled_at is null;
call guard_table('due_fees', 'select, insert, update', 'select, insert, update');

-- Refills of prepaid lines: each adds its data and restarts validity.
create table refills (
  organization_id uuid not null,
  id uuid not null,
  line_id uuid not null,
  period_id uuid not null,                                 -- the period it was added to
  plan_version_id uuid not null,
  option_id text not null,                                 -- of the version's refills
  amount_bytes bigint not null check (amount_bytes > 0),
  price_micros bigint not null check (price_micros >= 0),
  currency char(3) not null,
  valid_until timestamptz,                                 -- null: from the first usage on
  at timestamptz not null,
  granted_by text not null,
  note text not null default '' check (length(note) <= 1000),
  primary key (organization_id, id)
);
create index refills_line on refills (organization_id, line_id, id);
call guard_table('refills', 'select, insert', 'select, insert');

-- Wallets: a ledger account with a floor, in the ledger's sense of debit and credit: what the owner has is below zero here.
alter table ledger_accounts
  add column enabled_at timestamptz,
  add column closed_at timestamptz,
  add constraint ledger_accounts_floor check (kind = 'wallet' or floor_micros is null);
create index ledger_accounts_owner on ledger_accounts (organization_id, owner_id);

-- Messages, calls, pools, and what was rated without knowing the network.
alter table usage_records
  add column service text not null default 'data' check (service in ('data', 'sms', 'voice')),
  add column units bigint not null default 0,              -- messages, or seconds of calls
  add column pool_period_id uuid,                          -- the month of the pool that the charge belongs to
  add column unknown_network boolean not null default false;
alter table usage_records drop constraint usage_records_bytes_up_check, drop constraint usage_records_bytes_down_check;   -- corrections
alter table usage_inbox
  add column placed boolean not null default false,        -- staff want it in the running period of its line
  add column service text not null default 'data' check (service in ('data', 'sms', 'voice')),
  add column units bigint not null default 0;

-- Money corrected beside a period: re-rating, credits. The period keeps what was charged.
create table adjustments (
  organization_id uuid not null,
  id uuid not null,
  line_id uuid,
  pool_id uuid,
  period_id uuid,
  payer_id uuid not null,
  kind text not null check (kind in ('rerating', 'plan_change', 'contribution', 'manual')),
  amount_micros bigint not null check (amount_micros <> 0),
  currency char(3) not null,
  reason text not null check (length(reason) between 1 and 1000),
  detail jsonb not null default '{}',
  transfer_key text not null,
  at timestamptz not null,
  by text not null,
  primary key (organization_id, id),
  unique (organization_id, transfer_key)
);
create index adjustments_line on adjustments (organization_id, line_id, at);
create index adjustments_period on adjustments (organization_id, period_id);
call guard_table('adjustments', 'select, insert', 'select, insert');

-- Carriers' totals of a day as they were last told; what is booked is the difference.
create table usage_day_totals (
  organization_id uuid not null,
  line_id uuid not null,
  source_id uuid not null,
  day date not null,
  service text not null check (service in ('data', 'sms', 'voice')),
  zone text not null,                                      -- of the carrier's days
  bytes_up bigint not null default 0 check (bytes_up >= 0),
  bytes_down bigint not null default 0 check (bytes_down >= 0),
  units bigint not null default 0 check (units >= 0),
  revision int not null default 1,
  told_at timestamptz not null,
  primary key (organization_id, line_id, source_id, day, service)
);
call guard_table('usage_day_totals', 'select, insert, update', 'select, insert, update');

alter table organizations
  add column late_usage text not null default 'own_period' check (late_usage in ('own_period', 'current_period'));

-- What was retired is told apart by the same things.
alter table retired_usage
  add column service text not null default 'data',
  add column pool_period_id uuid not null default '00000000-0000-0000-0000-000000000000',
  drop constraint retired_usage_pkey,
  add primary key (organization_id, archive_id, line_id, period_id, session_id, plmn, service, pool_period_id);

drop function list_organizations, find_organization;
create function list_organizations() returns table (
    id uuid, name text, currency char(3), time_zone text, unit_base int, sandbox boolean, clock_offset_ms bigint, late_usage text)
  language sql stable security definer set search_path = public as
$$ select id, name, currency, time_zone, unit_base, sandbox, clock_offset_ms, late_usage from organizations order by id $$;
create function find_organization(asked uuid) returns table (
    id uuid, name text, currency char(3), time_zone text, unit_base int, sandbox boolean, clock_offset_ms bigint, late_usage text)
  language sql stable security definer set search_path = public as
$$ select id, name, currency, time_zone, unit_base, sandbox, clock_offset_ms, late_usage from organizations where id = asked $$;
revoke execute on function list_organizations, find_organization from public;
grant execute on function list_organizations, find_organization to simwright_app, simwright_ingest;

-- Usage that crosses the end of a period may take a change of plan that waited for it.
grant insert, update on plan_assignments, suspensions to simwright_ingest;
alter table billing_periods drop constraint billing_periods_allowance_bytes_check;   -- prepaid: used before it was bought
