-- Paying invoices: links by which somebody sees one and pays it without signing in, and payments of a company that name no invoice.

create table invoice_links (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  invoice_id uuid not null,
  owner_id uuid not null,                              -- the company that it is to
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  created_at timestamptz not null,                     -- the machine's times: a sandbox may live in another year
  expires_at timestamptz not null check (expires_at > created_at),
  revoked_at timestamptz,
  seen_at timestamptz,                                 -- when it was opened first
  made_by text not null,
  primary key (organization_id, id),
  foreign key (organization_id, invoice_id) references invoices (organization_id, id)
);
create index invoice_links_invoice on invoice_links (organization_id, invoice_id, id);
create index invoice_links_secret on invoice_links (organization_id, secret_hash);
create index invoice_links_over on invoice_links (organization_id, expires_at);
call guard_table('invoice_links', 'select, insert, update (revoked_at, seen_at), delete');

-- What a company has open, the oldest first.
create index invoices_open on invoices (organization_id, owner_id, id) where kind = 'invoice' and state = 'open';

alter table transactions drop constraint transactions_destination_kind_check;
alter table transactions add constraint transactions_destination_kind_check
  check (destination_kind in ('sim', 'pool', 'wallet', 'invoice', 'company', 'order')) not valid;
