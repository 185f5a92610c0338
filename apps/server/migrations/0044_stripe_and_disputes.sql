-- What the door to Stripe keeps of its own, and what payers take back by their banks.

-- Where a payer pays or a holder stores a card: our page, and the secret with which Stripe.js goes on there.
create table stripe_pages (
  organization_id uuid not null references organizations (id),
  id uuid not null,                                    -- the payment, or the card
  kind text not null check (kind in ('payment', 'card')),
  provider_id uuid not null,
  token text not null,                                 -- in the address of the page
  secret_sealed bytea not null,
  created_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, token),
  foreign key (organization_id, provider_id) references payment_providers (organization_id, id)
);
call guard_table('stripe_pages', 'select, insert');

-- A payment that came to another amount than asked for: nobody settles it but staff.
alter table payments add column came_micros bigint check (came_micros > 0);
alter table payments drop constraint payments_state_check;
alter table payments add constraint payments_state_check
  check (state in ('created', 'pending', 'action_needed', 'succeeded', 'failed', 'canceled', 'differs')) not valid;
alter table payments add constraint payments_came check (state <> 'differs' or came_micros is not null) not valid;
create index payments_differs on payments (organization_id, id) where state = 'differs';

-- A refund that nobody can tell about is looked up no more, and staff see it.
alter table payment_refunds add column unanswered_since timestamptz;
create index payment_refunds_unanswered on payment_refunds (organization_id, id) where unanswered_since is not null;

-- The bank of a payer takes money back, and may give it again. (Kinds `dispute` of accounts and transfers came with billing.)
create table payment_disputes (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  payment_id uuid not null,
  company_id uuid,                                     -- whose staff may see it: of the payment
  provider_id uuid not null,
  reference text not null,                             -- what the provider calls it
  currency char(3) not null,
  amount_micros bigint not null check (amount_micros > 0),
  fee_micros bigint not null default 0 check (fee_micros >= 0),
  reason text not null default '',
  posted boolean not null,                             -- false: the payment was in no account here, and so is this
  state text not null check (state in ('open', 'won', 'lost')),
  funds text not null check (funds in ('none', 'withdrawn', 'reinstated')),
  evidence_due_at timestamptz,
  opened_at timestamptz not null,
  settled_at timestamptz,
  primary key (organization_id, id),
  unique (organization_id, provider_id, reference),
  check ((state = 'open') = (settled_at is null)),
  foreign key (organization_id, payment_id) references payments (organization_id, id),
  foreign key (organization_id, provider_id) references payment_providers (organization_id, id)
);
create index payment_disputes_payment on payment_disputes (organization_id, payment_id, id);
create index payment_disputes_state on payment_disputes (organization_id, state, id);
create index payment_disputes_company on payment_disputes (organization_id, company_id, id);
call guard_table('payment_disputes', 'select, insert, update');

-- What an organization decides about its payments. No row: what the product has for it.
create table payment_settings (
  organization_id uuid primary key references organizations (id),
  on_dispute text not null check (on_dispute in ('tell', 'block')),
  set_at timestamptz not null,
  set_by text not null
);
call guard_table('payment_settings', 'select, insert, update');
