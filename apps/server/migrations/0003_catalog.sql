-- Catalog: what is sold. A plan is the offer; a version is its immutable edition, which periods and charges point at.
create table plans (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 200),
  type text not null check (type in ('super_sim', 'monthly_bundle')),
  super_sim_default boolean not null default false,
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (organization_id, id)
);
create unique index plans_super_sim_default on plans (organization_id) where super_sim_default;
create unique index plans_name on plans (organization_id, lower(name)) where archived_at is null;
call guard_table('plans', 'select, insert, update', 'select');

create table plan_versions (
  organization_id uuid not null,
  id uuid not null,
  plan_id uuid not null,
  version int not null check (version > 0),
  type text not null,
  currency char(3) not null,
  mb_bytes bigint not null check (mb_bytes in (1000000, 1048576)),
  fee_micros bigint not null check (fee_micros >= 0),
  activation_fee_micros bigint not null default 0 check (activation_fee_micros >= 0),
  price_per_mb numeric(30, 12) check (price_per_mb >= 0),
  tiers jsonb,
  increment_bytes bigint check (increment_bytes > 0),
  allowance_bytes bigint check (allowance_bytes >= 0),
  overage_size_bytes bigint check (overage_size_bytes > 0),
  overage_price_micros bigint check (overage_price_micros >= 0),
  data_limit_bytes bigint check (data_limit_bytes > 0),
  prorated boolean not null default false,
  billing_start text not null default 'first_usage' check (billing_start in ('assignment', 'first_usage')),
  payment_type text not null default 'post_billing'
    check (payment_type in ('pre_billing', 'advanced_billing', 'post_billing', 'manual')),
  ready_exit_bytes bigint check (ready_exit_bytes > 0),
  ready_exit_commands int check (ready_exit_commands > 0),
  ready_exit_months int check (ready_exit_months > 0),
  created_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, plan_id, version),
  foreign key (organization_id, plan_id) references plans (organization_id, id),
  check (type <> 'super_sim' or price_per_mb is not null or tiers is not null),
  check (type <> 'monthly_bundle' or (allowance_bytes is not null and (overage_size_bytes is null) = (overage_price_micros is null)))
);
call guard_table('plan_versions', 'select, insert', 'select');
