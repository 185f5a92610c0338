-- Revenue by month: counted by a loop from what was charged, so that nobody who looks adds up a million rows.
create table revenue_months (
  organization_id uuid not null references organizations (id),
  month date not null,                                 -- its first day, in the organization's zone
  type text not null check (type in ('recurring', 'activation', 'usage', 'adjustment', 'refill', 'other')),
  -- 00000000-…: of none; a company of none is the organization itself
  plan_id uuid not null,
  telecom_id uuid not null,
  company_id uuid not null,
  currency char(3) not null,
  net_micros bigint not null,
  bytes bigint not null,                               -- of usage
  lines int not null,                                  -- of usage: lines with a billing period that began in this month
  primary key (organization_id, month, type, plan_id, telecom_id, company_id, currency)
);
call guard_table('revenue_months', 'select, insert, update, delete');

-- Which months are counted, and when. What was asked for is counted next.
create table revenue_counts (
  organization_id uuid not null references organizations (id),
  month date not null,
  counted_at timestamptz,
  due_at timestamptz not null,
  primary key (organization_id, month)
);
create index revenue_counts_due on revenue_counts (organization_id, due_at);
call guard_table('revenue_counts', 'select, insert, update');

-- What telecoms cost, from a month on. Rows are added and never changed; the last one set for a month holds.
create table carrier_costs (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  telecom_id uuid not null,
  from_month date not null,
  per_mb numeric not null check (per_mb >= 0 and per_mb <= 1000000),   -- in the organization's currency, major units
  per_line_micros bigint not null check (per_line_micros >= 0),        -- of each active line and month
  set_at timestamptz not null,
  set_by text not null,
  primary key (organization_id, id)
);
create index carrier_costs_telecom on carrier_costs (organization_id, telecom_id, from_month desc, id desc);
call guard_table('carrier_costs', 'select, insert');

-- The billing periods of a month.
create index billing_periods_started on billing_periods (organization_id, starts_at) where kind = 'active';
create index pool_periods_started on pool_periods (organization_id, starts_at);

-- What an account has paid: money from outside, and what went back of it. Wallets spend what was paid before.
create index transactions_paid_payer on transactions (organization_id, payer_id, currency) include (amount_micros, at)
  where status = 'completed' and method not in ('wallet', 'company_wallet') and type not in ('fee', 'adjustment');
create index transactions_paid_company on transactions (organization_id, company_id, currency) include (amount_micros, at)
  where status = 'completed' and method not in ('wallet', 'company_wallet') and type not in ('fee', 'adjustment');
