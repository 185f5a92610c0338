-- Refunds: rows and transfers of their own. What is asked back of a payment is never more than was paid: `payments.refunded_micros` says
-- how much that is, and the table holds it to the gross amount.

-- What is there fits the wider list, so it is not read again.
alter table transfers drop constraint transfers_kind_check;
alter table transfers add constraint transfers_kind_check
  check (kind in ('usage', 'fee', 'adjustment', 'refill', 'payment', 'refund')) not valid;

create table payment_refunds (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  payment_id uuid not null,
  company_id uuid,                                     -- whose staff may see it: of the payment
  currency char(3) not null,
  price_micros bigint not null check (price_micros >= 0),   -- its part of the price, of the net amount and of the VAT of the payment
  net_micros bigint not null check (net_micros >= 0),
  vat_micros bigint not null check (vat_micros >= 0),
  gross_micros bigint not null check (gross_micros > 0),    -- what goes back
  posted boolean not null,                             -- false: the payment was undelivered, so its money was in no account here
  reason text not null check (length(reason) between 1 and 1000),
  state text not null check (state in ('created', 'pending', 'succeeded', 'failed')),
  reference text,                                      -- what the provider calls it
  failure_code text,
  failure_message text,
  attempts int not null default 0 check (attempts between 0 and 1000),
  next_attempt_at timestamptz,                         -- when the provider is asked, or asked about it, next
  created_at timestamptz not null,
  settled_at timestamptz,
  made_by text not null,
  primary key (organization_id, id),
  check (gross_micros = net_micros + vat_micros),
  check ((state in ('succeeded', 'failed')) = (settled_at is not null)),
  check ((state = 'failed') = (failure_code is not null)),
  check (settled_at is null or next_attempt_at is null),
  foreign key (organization_id, payment_id) references payments (organization_id, id)
);
create index payment_refunds_payment on payment_refunds (organization_id, payment_id, id);
create index payment_refunds_due on payment_refunds (organization_id, next_attempt_at) where next_attempt_at is not null;
call guard_table('payment_refunds', 'select, insert, update', 'select');

-- Somebody has looked at a notice that fits no payment, and says what it is.
alter table payment_inbox drop constraint payment_inbox_state_check;
alter table payment_inbox add constraint payment_inbox_state_check
  check (state in ('waiting', 'applied', 'ignored', 'unplaced', 'dismissed'));
create index payment_inbox_state on payment_inbox (organization_id, state, id);

-- The built-in provider's books: what it gave back, and what it refused to.
create table sandbox_refunds (
  organization_id uuid not null references organizations (id),
  id uuid not null,                                    -- the refund: asking again is asking for the same
  charge_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  refused text,                                        -- why nothing was given back
  created_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, charge_id) references sandbox_charges (organization_id, id)
);
call guard_table('sandbox_refunds', 'select, insert, update');
