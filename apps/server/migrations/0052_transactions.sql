-- Transactions: the customer-facing money events, one row for each, written in the database transaction of their cause. Ids are
-- time-ordered and made when the event began, so that a list is in the order of its key and an interval is a range of it.
create table transactions (
  organization_id uuid not null references organizations (id),
  id uuid not null,                                    -- of its payment or refund; of others its own
  key text not null,                                   -- its cause: `payment:<id>`, `refund:<id>`, or the key of its transfer
  type text not null check (type in ('line_refill', 'wallet_refill', 'esim_purchase', 'fee', 'invoice_payment', 'refund', 'adjustment')),
  status text not null check (status in ('pending', 'failed', 'completed')),
  destination_kind text not null check (destination_kind in ('sim', 'pool', 'wallet', 'invoice', 'order')),
  destination_id uuid not null,
  amount_micros bigint not null,                       -- VAT within; what went back, and what a correction took, is below zero
  vat_micros bigint not null,
  currency char(3) not null,
  method text not null check (method in ('card', 'ideal', 'paypal', 'manual', 'wallet', 'company_wallet', 'sandbox')),
  payer_id uuid not null,                              -- a company, an end user, or the organization
  company_id uuid,                                     -- whose staff may see it
  end_user_id uuid,                                    -- who pays, or who holds the SIM
  reference text not null default '',                  -- what the provider calls it, or the bank
  note text not null default '',
  undelivered boolean not null default false,          -- paid, and what it was for could not be given
  at timestamptz not null,
  settled_at timestamptz,
  labels text[] not null default '{}' check (cardinality(labels) <= 50),
  primary key (organization_id, id),
  unique (organization_id, key)
);
-- An index for each filter, in the order of the list. Nearly all are completed, so that these need none.
create index transactions_status on transactions (organization_id, status, id) where status <> 'completed';
create index transactions_type on transactions (organization_id, type, id);
create index transactions_method on transactions (organization_id, method, id);
create index transactions_currency on transactions (organization_id, currency, id);
create index transactions_payer on transactions (organization_id, payer_id, id);
create index transactions_company on transactions (organization_id, company_id, id);
create index transactions_end_user on transactions (organization_id, end_user_id, id) where end_user_id is not null;
create index transactions_destination on transactions (organization_id, destination_id, id);
create index transactions_reference on transactions (organization_id, reference, id) where reference <> '';
-- Written where money moves, also by the charging writers: a wallet's fee when a line becomes active.
call guard_table('transactions', 'select, insert, update', 'select, insert, update');

-- Which transactions have a label, in the order of the list.
create table transaction_labels (
  organization_id uuid not null,
  label text not null check (length(label) between 1 and 100),
  transaction_id uuid not null,
  primary key (organization_id, label, transaction_id),
  foreign key (organization_id, transaction_id) references transactions (organization_id, id)
);
create index transaction_labels_of on transaction_labels (organization_id, transaction_id);
call guard_table('transaction_labels', 'select, insert, delete');

-- What there was before.
insert into transactions (organization_id, id, key, type, status, destination_kind, destination_id, amount_micros, vat_micros, currency, method,
                          payer_id, company_id, end_user_id, reference, note, undelivered, at, settled_at)
select p.organization_id, p.id, 'payment:' || p.id, p.purpose,
       case when p.state = 'succeeded' then 'completed' when p.state in ('failed', 'canceled') then 'failed' else 'pending' end,
       case when p.purpose = 'wallet_refill' then 'wallet' else 'sim' end, p.subject_id, p.gross_micros, p.vat_micros, p.currency,
       case when c.id is not null then 'company_wallet'
            when p.method = 'card' and v.kind = 'sandbox' then 'sandbox' else p.method end,
       coalesce(w.owner_id, p.owner_id), coalesce(c.id, p.company_id), case when p.owner_kind = 'end_user' then p.owner_id end,
       coalesce(p.reference, ''), p.note, p.undelivered is not null, p.created_at, p.settled_at
  from payments p
  left join ledger_accounts w on w.organization_id = p.organization_id and w.id = p.wallet_id
  left join companies c on c.organization_id = w.organization_id and c.id = w.owner_id
  left join payment_providers v on v.organization_id = p.organization_id and v.id = p.provider_id
 where p.purpose in ('wallet_refill', 'line_refill');
insert into transactions (organization_id, id, key, type, status, destination_kind, destination_id, amount_micros, vat_micros, currency, method,
                          payer_id, company_id, end_user_id, reference, note, at, settled_at)
select r.organization_id, r.id, 'refund:' || r.id, 'refund',
       case when r.state = 'succeeded' then 'completed' when r.state = 'failed' then 'failed' else 'pending' end,
       t.destination_kind, t.destination_id, -r.gross_micros, -r.vat_micros, r.currency, t.method, t.payer_id, t.company_id, t.end_user_id,
       coalesce(r.reference, ''), r.reason, r.created_at, r.settled_at
  from payment_refunds r
  join transactions t on t.organization_id = r.organization_id and t.key = 'payment:' || r.payment_id;
-- Movements of wallets but usage, and but what belongs to a payment or a refund. A fee's SIM is known by its period.
insert into transactions (organization_id, id, key, type, status, destination_kind, destination_id, amount_micros, vat_micros, currency, method,
                          payer_id, company_id, end_user_id, note, at, settled_at)
select t.organization_id, t.id, t.idempotency_key,
       case t.kind when 'fee' then 'fee' when 'refill' then 'wallet_refill' else 'adjustment' end, 'completed',
       case when p.line_id is not null or a.line_id is not null then 'sim' when a.pool_id is not null then 'pool' else 'wallet' end,
       coalesce(p.line_id, a.line_id, a.pool_id, w.id), case when t.kind = 'fee' then e.amount_micros else -e.amount_micros end, 0, w.currency,
       case when t.kind <> 'fee' and a.id is null then 'manual' when c.id is not null then 'company_wallet' else 'wallet' end,
       w.owner_id, coalesce(c.id, u.company_id), u.id, coalesce(t.note, ''), t.at, t.at
  from ledger_accounts w
  join entries e on e.organization_id = w.organization_id and e.ledger_account_id = w.id
  join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id and t.kind <> 'usage'
  left join billing_periods p on t.kind = 'fee' and p.organization_id = t.organization_id
       and p.id::text = split_part(t.idempotency_key, ':', 2)
  left join adjustments a on t.kind = 'adjustment' and a.organization_id = t.organization_id and a.transfer_key = t.idempotency_key
  left join companies c on c.organization_id = w.organization_id and c.id = w.owner_id
  left join end_users u on u.organization_id = w.organization_id and u.id = w.owner_id
 where w.kind = 'wallet' and split_part(t.idempotency_key, ':', 1) not in ('payment', 'refund')
on conflict do nothing;
