-- Invoices are paid: money comes to the account of a company, and is allocated to invoices. What is left stays as credit on account.

alter table payments drop constraint payments_purpose_check;
alter table payments add constraint payments_purpose_check check (purpose in ('wallet_refill', 'line_refill', 'invoice')) not valid;

-- Money that came for invoices, one row for each payment: how much of it went back, and how much is allocated.
create table receipts (
  organization_id uuid not null references organizations (id),
  payment_id uuid not null,
  owner_id uuid not null,                              -- the company whose invoices are paid
  currency char(3) not null,
  gross_micros bigint not null check (gross_micros > 0),
  refunded_micros bigint not null default 0 check (refunded_micros >= 0),
  allocated_micros bigint not null default 0 check (allocated_micros >= 0),
  at timestamptz not null,
  primary key (organization_id, payment_id),
  check (refunded_micros + allocated_micros <= gross_micros),
  foreign key (organization_id, payment_id) references payments (organization_id, id),
  foreign key (organization_id, owner_id) references companies (organization_id, id)
);
create index receipts_owner on receipts (organization_id, owner_id, payment_id);
-- Credit on account.
create index receipts_left on receipts (organization_id, owner_id, currency, payment_id) where refunded_micros + allocated_micros < gross_micros;
call guard_table('receipts', 'select, insert, update (refunded_micros, allocated_micros)');

-- Which money paid which invoice. Rows are added and never changed: what is taken back is a row of its own, below zero.
create table allocations (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  payment_id uuid not null,
  invoice_id uuid not null,
  owner_id uuid not null,
  currency char(3) not null,
  amount_micros bigint not null check (amount_micros <> 0),
  undoes_id uuid,                                      -- which row this one takes back, whole
  reason text not null default '' check (length(reason) <= 1000),
  at timestamptz not null,
  made_by text not null,
  primary key (organization_id, id),
  check ((amount_micros < 0) = (undoes_id is not null)),
  foreign key (organization_id, payment_id) references receipts (organization_id, payment_id),
  foreign key (organization_id, invoice_id) references invoices (organization_id, id),
  foreign key (organization_id, undoes_id) references allocations (organization_id, id)
);
create unique index allocations_undone on allocations (organization_id, undoes_id) where undoes_id is not null;
create index allocations_payment on allocations (organization_id, payment_id, id);
create index allocations_invoice on allocations (organization_id, invoice_id, id);
call guard_table('allocations', 'select, insert');
