-- Stored cards: what a provider keeps for an account, so that it can be charged while nobody is there. Brand, last four digits and
-- expiry are here; the number never is.

alter table payment_providers drop constraint payment_providers_kind_check;
alter table payment_providers add constraint payment_providers_kind_check check (kind in ('sandbox', 'stripe'));
alter table payment_providers
  add column preferred boolean not null default false,  -- who takes payments and cards when nobody is named
  add column check_due_at timestamptz,                  -- somebody wants to know whether its keys are right
  add column checked_at timestamptz,
  add column check_failure text;                        -- null after a check: it answers
update payment_providers set preferred = true where archived_at is null;
create unique index payment_providers_preferred on payment_providers (organization_id) where preferred;

-- Who an account is at a provider: opened there once.
create table payment_customers (
  organization_id uuid not null references organizations (id),
  provider_id uuid not null,
  owner_id uuid not null,
  reference text not null,
  created_at timestamptz not null,
  primary key (organization_id, provider_id, owner_id),
  foreign key (organization_id, provider_id) references payment_providers (organization_id, id)
);
call guard_table('payment_customers', 'select, insert');

create table payment_methods (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  owner_id uuid not null,                              -- whose card it is: a company, an end user, the organization
  owner_kind text not null check (owner_kind in ('organization', 'company', 'end_user')),
  company_id uuid,                                     -- whose staff may see it
  provider_id uuid not null,
  state text not null check (state in ('created', 'action_needed', 'active', 'failed', 'expired', 'removed')),
  is_default boolean not null default false,           -- what its owner pays with when nobody is there to choose
  setup text,                                          -- what the provider calls the setting up
  reference text,                                      -- what it calls the card
  action_url text,
  brand text,
  last4 text check (last4 ~ '^\d{4}$'),
  expiry_month int check (expiry_month between 1 and 12),
  expiry_year int check (expiry_year between 2000 and 2200),
  failure_code text,
  failure_message text,
  last_declined_at timestamptz,
  attempts int not null default 0 check (attempts between 0 and 1000),
  next_attempt_at timestamptz,                         -- when the provider is asked, or asked about it, next
  created_at timestamptz not null,
  made_by text not null,
  primary key (organization_id, id),
  check (state <> 'active' or (reference is not null and last4 is not null)),
  check (not is_default or state in ('active', 'expired')),
  check ((state = 'failed') = (failure_code is not null)),
  foreign key (organization_id, company_id) references companies (organization_id, id),
  foreign key (organization_id, provider_id) references payment_providers (organization_id, id)
);
create index payment_methods_owner on payment_methods (organization_id, owner_id, id);
create index payment_methods_company on payment_methods (organization_id, company_id, id);
create unique index payment_methods_default on payment_methods (organization_id, owner_id) where is_default;
create index payment_methods_due on payment_methods (organization_id, provider_id, next_attempt_at) where next_attempt_at is not null;
call guard_table('payment_methods', 'select, insert, update');

alter table payments add column card_id uuid;
alter table payments add constraint payments_card_check check (card_id is null or method = 'card');
alter table payments add foreign key (organization_id, card_id) references payment_methods (organization_id, id);

-- The built-in provider's books: cards that it keeps. There is no number here either: a word says what the card does.
create table sandbox_cards (
  organization_id uuid not null references organizations (id),
  id uuid not null,                                    -- our card: asking again is asking for the same
  token text not null,                                 -- in the address of its page
  state text not null check (state in ('open', 'stored', 'failed', 'canceled')),
  card text,
  expiry_month int,
  expiry_year int,
  created_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, token)
);
call guard_table('sandbox_cards', 'select, insert, update');
