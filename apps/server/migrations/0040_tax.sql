-- VAT: what each account pays, from which day on. Rows are added and never changed: a document of last year keeps its rate.
create table tax_rates (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  owner_id uuid not null,                              -- the organization (for everybody), a company, or an end user
  valid_from date not null,                            -- in the organization's time zone
  -- UNCL5305, as EN 16931 uses it; null: what applies to the account above
  category text check (category in ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
  rate_ppm int check (rate_ppm between 0 and 1000000), -- parts of a million: 21 % is 210000
  reason text not null default '' check (length(reason) <= 500),
  set_at timestamptz not null,
  set_by text not null,
  primary key (organization_id, id),
  check ((category is null) = (rate_ppm is null)),
  check (category is null or (category = 'S') = (rate_ppm > 0))
);
create index tax_rates_owner on tax_rates (organization_id, owner_id, valid_from desc, id desc);
call guard_table('tax_rates', 'select, insert');

-- VAT numbers, each with its last check: reverse charge stands on it.
create table tax_numbers (
  organization_id uuid not null references organizations (id),
  owner_id uuid not null,
  country char(2) not null,                            -- EL for Greece, XI for Northern Ireland, as VIES has them
  number text not null check (length(number) between 2 and 20),
  valid boolean,                                       -- null: not checked
  checked_at timestamptz,
  checked_how text check (checked_how in ('vies', 'manual')),
  checked_by text,
  reference text not null default '' check (length(reference) <= 200),
  primary key (organization_id, owner_id),
  check ((valid is null) = (checked_at is null) and (valid is null) = (checked_how is null))
);
call guard_table('tax_numbers', 'select, insert, update, delete');
