-- Checks of VAT numbers at VIES: a row before anybody is asked, and what was answered. The last one with an answer is in tax_numbers too.
create table tax_checks (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  owner_id uuid not null,
  country char(2) not null,
  number text not null,
  state text not null check (state in ('waiting', 'answered', 'by_hand')),   -- by_hand: VIES could not tell
  attempts int not null default 0 check (attempts between 0 and 100),
  next_attempt_at timestamptz,
  problem text,                                        -- what VIES said last instead of an answer
  valid boolean,
  request_id text not null default '',                 -- the consultation number that proves the check
  name text not null default '' check (length(name) <= 500),
  address text not null default '' check (length(address) <= 1000),
  asked_at timestamptz not null,
  asked_by text not null,
  settled_at timestamptz,
  primary key (organization_id, id),
  check ((state = 'waiting') = (next_attempt_at is not null)),
  check ((state = 'waiting') = (settled_at is null)),
  check ((state = 'answered') = (valid is not null))
);
create unique index tax_checks_waiting on tax_checks (organization_id, owner_id) where state = 'waiting';
create index tax_checks_owner on tax_checks (organization_id, owner_id, id);
create index tax_checks_due on tax_checks (organization_id, next_attempt_at) where state = 'waiting';
call guard_table('tax_checks', 'select, insert, update');
