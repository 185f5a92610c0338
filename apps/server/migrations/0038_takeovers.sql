-- Accounts that come over from another vendor of the Super SIM API.

-- Not null: the period was begun at that vendor, who was paid for it; so many bytes were used in it there. They count for its data
-- limit and for the end of a ready period, are charged by nobody here, and are not in `used_bytes`.
alter table billing_periods add column taken_over_bytes bigint check (taken_over_bytes >= 0);

-- Not null: the carrier is told nothing of this line until it is released.
alter table carrier_lines add column held_at timestamptz;

create table takeovers (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  company_id uuid,                                     -- whose account it comes into; null: the organization's own
  telecom_id uuid not null,                            -- whose stock the SIMs are of
  source_url text not null check (length(source_url) between 1 and 500),
  source_account text not null check (length(source_account) between 1 and 100),
  reading_since timestamptz not null,                  -- when the reading under way, or the last one, began
  read_at timestamptz,                                 -- null: it is under way
  operation_id uuid,                                   -- the plan of the last reading, and what became of it
  created_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id),
  foreign key (organization_id, telecom_id) references telecoms (organization_id, id),
  foreign key (organization_id, operation_id) references operations (organization_id, id)
);
create unique index takeovers_account on takeovers (organization_id, coalesce(company_id, organization_id), source_account);
call guard_table('takeovers', 'select, insert, update');

-- What the vendor told, a row for each thing of the account, and what it became here.
create table takeover_items (
  organization_id uuid not null,
  takeover_id uuid not null,
  kind text not null check (kind in ('profile', 'fleet', 'sim')),
  sid text not null check (length(sid) between 1 and 64),
  line bigint,                                         -- its place in the plan: profiles, then fleets, then SIMs
  told jsonb not null,
  usage jsonb,                                         -- of a SIM: its billing period, and what was used in it
  seen_at timestamptz not null,                        -- which reading saw it last
  usage_read_at timestamptz,
  refused text,                                        -- why it was not taken over when it was looked at last
  target_id uuid,
  primary key (organization_id, takeover_id, kind, sid),
  foreign key (organization_id, takeover_id) references takeovers (organization_id, id)
);
create index takeover_items_line on takeover_items (organization_id, takeover_id, line) where line is not null;
call guard_table('takeover_items', 'select, insert, update');
