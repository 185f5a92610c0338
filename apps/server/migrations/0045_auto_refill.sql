-- Refills that happen by themselves: below a threshold one charge is made, sized to the gap, and never a second one meanwhile.
-- And who pays, and how much may be asked for.

-- `wallet`: the payer's own wallet; `company_wallet`: that of the company.
alter table payments drop constraint payments_method_check;
alter table payments add constraint payments_method_check
  check (method in ('card', 'wallet', 'company_wallet', 'manual')) not valid;
-- The check that a wallet is named when one pays, and only then, has the name that PostgreSQL gave it.
do $$
declare
  name text;
begin
  select conname into name from pg_constraint
   where conrelid = 'payments'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%wallet_id IS NOT NULL%';
  execute format('alter table payments drop constraint %I', name);
end $$;
alter table payments add constraint payments_wallet
  check ((method in ('wallet', 'company_wallet')) = (wallet_id is not null)) not valid;

-- What a refill of a wallet offers, and between which bounds, of each currency. No row: what the product has for it.
create table refill_amounts (
  organization_id uuid not null references organizations (id),
  currency char(3) not null,
  presets_micros bigint[] not null check (cardinality(presets_micros) between 0 and 8),
  least_micros bigint not null check (least_micros > 0),
  most_micros bigint not null,
  set_at timestamptz not null,
  set_by text not null,
  primary key (organization_id, currency),
  check (most_micros >= least_micros)
);
call guard_table('refill_amounts', 'select, insert, update', 'select');

-- Below it, charging tells once; null: nobody listens, and nothing is compared.
alter table sims add column low_data_bytes bigint check (low_data_bytes > 0);
-- The same of a wallet.
alter table ledger_accounts add column low_micros bigint;

create table auto_refills (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  line_id uuid,                                        -- what it refills: a line or a wallet
  wallet_id uuid,
  owner_id uuid not null,                              -- whose that was when it was set: in other hands it is over
  company_id uuid,                                     -- whose staff may see it
  state text not null check (state in ('on', 'suspended', 'off')),
  low_bytes bigint check (low_bytes > 0),              -- a line: below so much data …
  option_id text,                                      -- … this refill of its plan
  low_micros bigint,                                   -- a wallet: below so much money …
  amount_micros bigint check (amount_micros > 0),      -- … this amount, or as much as …
  up_to_micros bigint,                                 -- … fills it up to this
  currency char(3) not null,
  payers text[] not null check (cardinality(payers) between 1 and 4
    and payers <@ array['own_card', 'company_card', 'own_wallet', 'company_wallet']),
  cooldown_minutes int not null check (cooldown_minutes between 0 and 10080),
  daily_cap_micros bigint check (daily_cap_micros > 0),       -- of what payers are charged, VAT within
  monthly_cap_micros bigint check (monthly_cap_micros > 0),
  counts_from timestamptz not null,                    -- failures before this are forgiven: it was set, or resumed
  reason text,                                         -- why the last look charged nothing; null: it did, or nobody has looked
  reason_until timestamptz,                            -- when that may have changed by itself
  waits_wallet_id uuid,                                -- the wallet that held too little
  looked_at timestamptz,
  due_at timestamptz,                                  -- when somebody looks next; null: it is not on
  set_at timestamptz not null,
  set_by text not null,
  primary key (organization_id, id),
  check ((line_id is null) <> (wallet_id is null)),
  check ((line_id is null) = (low_bytes is null) and (line_id is null) = (option_id is null)),
  check ((wallet_id is null) = (low_micros is null)),
  check ((wallet_id is not null)::int = num_nonnulls(amount_micros, up_to_micros)),
  check (up_to_micros > low_micros),
  check ((state = 'on') = (due_at is not null)),
  foreign key (organization_id, company_id) references companies (organization_id, id)
);
create unique index auto_refills_line on auto_refills (organization_id, line_id) where line_id is not null;
create unique index auto_refills_wallet on auto_refills (organization_id, wallet_id) where wallet_id is not null;
create index auto_refills_due on auto_refills (organization_id, due_at) where due_at is not null;
create index auto_refills_waiting on auto_refills (organization_id, waits_wallet_id) where waits_wallet_id is not null;
create index auto_refills_state on auto_refills (organization_id, state, id);
create index auto_refills_owner on auto_refills (organization_id, owner_id, id);
call guard_table('auto_refills', 'select, insert, update', 'select');

-- What came of the looks: a charge, or why there was none where there should have been one.
create table auto_refill_attempts (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  auto_refill_id uuid not null,
  state text not null check (state in ('none', 'open', 'action_needed', 'succeeded', 'failed')),
  had bigint not null,                                 -- what was there: bytes of a line, micro-minor units of a wallet
  pending bigint not null,                             -- what was on its way already
  payer text,
  payment_id uuid,
  times int,                                           -- so many refills of a line at once
  currency char(3) not null,
  gross_micros bigint not null check (gross_micros >= 0),
  reason text,                                         -- why nothing was charged, or why it failed
  message text,
  day date not null,                                   -- in the organization's time zone: caps count by it
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (organization_id, id),
  check ((state in ('open', 'action_needed')) = (settled_at is null)),
  check (state = 'none' or (payer is not null and gross_micros > 0)),
  check ((state in ('none', 'failed')) = (reason is not null)),
  foreign key (organization_id, auto_refill_id) references auto_refills (organization_id, id)
);
-- One charge at a time.
create unique index auto_refill_attempts_open on auto_refill_attempts (organization_id, auto_refill_id) where settled_at is null;
create unique index auto_refill_attempts_payment on auto_refill_attempts (organization_id, payment_id) where payment_id is not null;
create index auto_refill_attempts_of on auto_refill_attempts (organization_id, auto_refill_id, id);
call guard_table('auto_refill_attempts', 'select, insert, update', 'select');
