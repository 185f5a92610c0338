-- A receipt is whatever gives a company credit: a payment for invoices, or a bill below zero, which became a credit note. Decision 0039.
alter table receipts rename column payment_id to id;
alter table receipts drop constraint receipts_organization_id_payment_id_fkey;
alter table receipts
  add column source text not null default 'payment' check (source in ('payment', 'credit_note')),
  add column payment_id uuid generated always as (case source when 'payment' then id end) stored,
  add column credit_note_id uuid generated always as (case source when 'credit_note' then id end) stored,
  add foreign key (organization_id, payment_id) references payments (organization_id, id),
  add foreign key (organization_id, credit_note_id) references invoices (organization_id, id);
alter table receipts alter column source drop default;

alter table allocations rename column payment_id to receipt_id;
-- What people took back does not come again by itself.
alter table allocations add column by_hand boolean not null default false;
update allocations set by_hand = true
 where undoes_id is not null and reason not in ('Money of this payment goes back.', 'A credit note took it back.');
create index allocations_taken_back on allocations (organization_id, receipt_id, invoice_id) where by_hand and undoes_id is not null;

-- Credit of a credit note that went back by bank. Rows are added and never changed.
create table payouts (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  receipt_id uuid not null,
  owner_id uuid not null,
  currency char(3) not null,
  amount_micros bigint not null check (amount_micros > 0),
  reason text not null check (length(reason) <= 1000),
  at timestamptz not null,
  made_by text not null,
  primary key (organization_id, id),
  foreign key (organization_id, receipt_id) references receipts (organization_id, id)
);
create index payouts_receipt on payouts (organization_id, receipt_id, id);
call guard_table('payouts', 'select, insert');

-- Bills below zero of before: their credit is on account, and pays what is issued next, or what people give it to.
insert into receipts (organization_id, id, source, owner_id, currency, gross_micros, at)
select organization_id, id, 'credit_note', owner_id, currency, gross_micros, issued_at
  from invoices where kind = 'credit_note' and credits_id is null and gross_micros > 0;
