-- A wallet pays an invoice with what was paid into it, VAT and all: which refills it used, with the VAT that was charged on them then.
alter table payments
  add column used_micros bigint not null default 0 check (used_micros >= 0),   -- of a refill: what invoices were paid with since, gross
  add check (refunded_micros + used_micros <= gross_micros);

create table prepaid_uses (
  organization_id uuid not null references organizations (id),
  payment_id uuid not null,                            -- of invoices, from the wallet
  refill_id uuid not null,                             -- the payment that refilled it
  position int not null check (position >= 0),         -- in which order they were used
  price_micros bigint not null check (price_micros >= 0),   -- what is still used of it: a refund gives back
  net_micros bigint not null check (net_micros >= 0),
  vat_micros bigint not null check (vat_micros >= 0),
  gross_micros bigint not null check (gross_micros = net_micros + vat_micros),
  primary key (organization_id, payment_id, refill_id),
  foreign key (organization_id, payment_id) references payments (organization_id, id),
  foreign key (organization_id, refill_id) references payments (organization_id, id)
);
create index prepaid_uses_refill on prepaid_uses (organization_id, refill_id);
call guard_table('prepaid_uses', 'select, insert, update (price_micros, net_micros, vat_micros, gross_micros)');
