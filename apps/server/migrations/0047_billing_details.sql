-- Who bills whom: what documents name beside the VAT number, which is of tax.
create table billing_details (
  organization_id uuid not null references organizations (id),
  owner_id uuid not null,                              -- the organization itself, a company, or an end user
  legal_name text check (length(legal_name) between 1 and 200),
  street text check (length(street) between 1 and 200),
  street2 text check (length(street2) between 1 and 200),
  city text check (length(city) between 1 and 100),
  postal_code text check (length(postal_code) between 1 and 20),
  region text check (length(region) between 1 and 100),
  country_code text check (country_code ~ '^[A-Z]{2}$'),
  registration text check (length(registration) between 1 and 100),
  email text check (length(email) between 3 and 254),
  endpoint_scheme text check (endpoint_scheme ~ '^[0-9A-Z]{2,4}$'), -- Peppol's list of Electronic Address Schemes
  endpoint_id text check (length(endpoint_id) between 1 and 100),
  buyer_reference text check (length(buyer_reference) between 1 and 100),
  language text check (language in ('en', 'de')),      -- null: that of the account above
  updated_at timestamptz not null,
  primary key (organization_id, owner_id),
  check ((endpoint_scheme is null) = (endpoint_id is null))
);
call guard_table('billing_details', 'select, insert, update');

-- Logos by what they are: a document names the one it was approved with, so none is ever taken away.
create table document_logos (
  organization_id uuid not null references organizations (id),
  sha256 bytea not null check (octet_length(sha256) = 32),
  type text not null check (type in ('image/png', 'image/jpeg')),
  width int not null check (width between 1 and 2000),
  height int not null check (height between 1 and 2000),
  bytes bytea not null check (octet_length(bytes) between 1 and 262144),
  primary key (organization_id, sha256)
);
call guard_table('document_logos', 'select, insert');

-- What every document of an organization has: where it is paid to, and how it looks.
create table document_settings (
  organization_id uuid primary key references organizations (id),
  iban text check (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$'),
  bic text check (bic ~ '^[A-Z0-9]{8}([A-Z0-9]{3})?$'),
  bank text check (length(bank) between 1 and 100),
  footer text check (length(footer) between 1 and 500),
  logo bytea,
  updated_at timestamptz not null,
  foreign key (organization_id, logo) references document_logos (organization_id, sha256)
);
call guard_table('document_settings', 'select, insert, update');
