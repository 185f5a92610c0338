-- Payments: asked for once, believed when told. A row stands before anybody is called, and its amounts never change.

alter table ledger_accounts drop constraint ledger_accounts_kind_check;
alter table ledger_accounts add constraint ledger_accounts_kind_check check (kind in (
  'unbilled', 'usage_revenue', 'fee_revenue', 'refill_revenue', 'wallet', 'receivable', 'clearing', 'vat', 'rounding'));

create table payment_providers (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  kind text not null check (kind in ('sandbox')),
  name text not null check (length(name) between 1 and 100),
  settings jsonb not null default '{}',                -- what is no secret
  secrets_sealed bytea not null,
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (organization_id, id)
);
create unique index payment_providers_kind on payment_providers (organization_id, kind) where archived_at is null;
call guard_table('payment_providers', 'select, insert, update', 'select');

create table payments (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  owner_id uuid not null,                              -- who pays: a company, an end user, the organization
  owner_kind text not null check (owner_kind in ('organization', 'company', 'end_user')),
  company_id uuid,                                     -- whose staff may see it
  purpose text not null check (purpose in ('wallet_refill', 'line_refill')),
  subject_id uuid not null,                            -- what it is for: the wallet, the line
  detail jsonb not null default '{}',                  -- which refill
  method text not null check (method in ('card', 'wallet', 'manual')),
  provider_id uuid,
  wallet_id uuid,
  currency char(3) not null,
  price_micros bigint not null check (price_micros >= 0),   -- what the thing costs, before it is rounded to what can be paid
  net_micros bigint not null check (net_micros >= 0),
  vat_micros bigint not null check (vat_micros >= 0),
  gross_micros bigint not null check (gross_micros > 0),
  tax_category text not null check (tax_category in ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
  tax_rate_ppm int not null check (tax_rate_ppm between 0 and 1000000),
  tax_reason text not null default '',
  note text not null default '' check (length(note) <= 1000),
  state text not null check (state in ('created', 'pending', 'action_needed', 'succeeded', 'failed', 'canceled')),
  reference text,                                      -- what the provider calls it
  action_url text,
  failure_code text,
  failure_message text,
  undelivered text,                                    -- paid, and why what was paid for could not be given
  refunded_micros bigint not null default 0 check (refunded_micros >= 0),
  attempts int not null default 0 check (attempts between 0 and 1000),
  next_attempt_at timestamptz,                         -- when the provider is asked, or asked about it, next
  created_at timestamptz not null,
  settled_at timestamptz,
  made_by text not null,
  primary key (organization_id, id),
  check (gross_micros = net_micros + vat_micros),
  check (refunded_micros <= gross_micros),
  check ((method = 'card') = (provider_id is not null)),
  check ((method = 'wallet') = (wallet_id is not null)),
  check ((state in ('succeeded', 'failed', 'canceled')) = (settled_at is not null)),
  check ((state = 'failed') = (failure_code is not null)),
  check (undelivered is null or state = 'succeeded'),
  foreign key (organization_id, company_id) references companies (organization_id, id),
  foreign key (organization_id, provider_id) references payment_providers (organization_id, id)
);
-- While nobody knows whether a card was charged, the same wallet or line gets no second charge.
create unique index payments_unknown on payments (organization_id, subject_id) where state in ('created', 'pending') and method = 'card';
create index payments_due on payments (organization_id, next_attempt_at) where next_attempt_at is not null;
create index payments_owner on payments (organization_id, owner_id, id);
create index payments_subject on payments (organization_id, subject_id, id);
create index payments_undelivered on payments (organization_id, id) where undelivered is not null;
create index payments_reference on payments (organization_id, provider_id, reference) where reference is not null;
call guard_table('payments', 'select, insert, update', 'select');

-- What providers tell: stored, answered, then applied. What fits no payment stays, and somebody sees it.
create table payment_inbox (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  provider_id uuid not null,
  event_key text not null check (length(event_key) between 1 and 200),
  payload text not null check (octet_length(payload) <= 262144),
  state text not null default 'waiting' check (state in ('waiting', 'applied', 'ignored', 'unplaced')),
  reason text not null default '',
  payment_id uuid,
  received_at timestamptz not null,
  applied_at timestamptz,
  primary key (organization_id, id),
  unique (organization_id, provider_id, event_key),
  foreign key (organization_id, provider_id) references payment_providers (organization_id, id)
);
create index payment_inbox_waiting on payment_inbox (organization_id, id) where state = 'waiting';
call guard_table('payment_inbox', 'select, insert, update');

-- The built-in provider's own books: what a bank would hold. Nothing of ours reads them but through its door.
create table sandbox_charges (
  organization_id uuid not null references organizations (id),
  id uuid not null,                                    -- the payment: asking again is asking for the same
  amount_minor bigint not null check (amount_minor > 0),
  currency char(3) not null,
  token text not null,                                 -- in the address of its page
  description text not null default '',
  return_url text,
  state text not null check (state in ('open', 'authenticating', 'succeeded', 'failed', 'canceled')),
  card text,
  declines int not null default 0 check (declines between 0 and 100),
  failure_code text,
  refunded_minor bigint not null default 0 check (refunded_minor between 0 and amount_minor),
  created_at timestamptz not null,
  primary key (organization_id, id),
  unique (token)
);
call guard_table('sandbox_charges', 'select, insert, update');

create table sandbox_notices (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  provider_id uuid not null,
  payload text not null,
  due_at timestamptz not null,
  sent_at timestamptz,
  primary key (organization_id, id)
);
create index sandbox_notices_due on sandbox_notices (organization_id, due_at, id) where sent_at is null;
call guard_table('sandbox_notices', 'select, insert, update');
