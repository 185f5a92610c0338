-- What is billed and paid is written into an accounting system as well: who is connected, how things are called there, and what is to be written.

-- How our items, taxes and ledger accounts are called in the books. Good for files too, where nothing is connected.
create table accounting_settings (
  organization_id uuid not null references organizations (id),
  mapping jsonb not null,
  documents text not null default 'authorised' check (documents in ('draft', 'authorised')),
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (organization_id)
);
call guard_table('accounting_settings', 'select, insert, update');

-- An accounting system that an organization has let us into, one at a time. What it gave us to come in is sealed.
create table accounting_connections (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  kind text not null check (kind in ('xero')),
  state text not null check (state in ('asked', 'choosing', 'connected', 'broken', 'leaving', 'gone')),
  client_id text not null check (length(client_id) between 1 and 200),
  secret_sealed bytea not null,                        -- of our client there
  grant_sealed bytea,                                  -- the tokens, rotated at each refresh
  code_sealed bytea,                                   -- what somebody brought back from there, to be exchanged
  state_hash bytea,                                    -- of the word that the way there and back begins and ends with
  asked_until timestamptz,                             -- on the machine's clock, as the next three
  token_until timestamptz,
  refreshed_at timestamptz,
  paused_until timestamptz,                            -- it asked for patience
  busy_until timestamptz,                              -- somebody is at work with it
  books jsonb not null default '[]',                   -- the books that may be chosen
  book_id text,                                        -- the chosen ones
  book_name text,
  book_link text,                                      -- what their connection is called there
  chart jsonb,                                         -- accounts and taxes, as read last
  chart_at timestamptz,
  chart_due boolean not null default false,
  push_from date,                                      -- documents issued from that day on are written
  filled_until uuid,                                   -- up to which invoice those from before have been put in line; null: nothing is left
  problem text,
  created_at timestamptz not null,
  created_by text not null,
  connected_at timestamptz,
  primary key (organization_id, id)
);
create unique index accounting_connections_one on accounting_connections (organization_id) where state <> 'gone';
call guard_table('accounting_connections', 'select, insert, update');

-- What a company is called there.
create table accounting_contacts (
  organization_id uuid not null references organizations (id),
  connection_id uuid not null,
  owner_id uuid not null,
  remote_id text not null check (length(remote_id) between 1 and 100),
  chosen boolean not null,                             -- by staff: what it says there is theirs, and we leave it alone
  written text not null default '',                    -- a hash of what we wrote of it last
  changed_at timestamptz not null,
  primary key (organization_id, connection_id, owner_id),
  foreign key (organization_id, connection_id) references accounting_connections (organization_id, id),
  foreign key (organization_id, owner_id) references companies (organization_id, id)
);
call guard_table('accounting_contacts', 'select, insert, update, delete');

-- What is to be written there, each thing once.
create table accounting_pushes (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  connection_id uuid not null,
  kind text not null check (kind in ('invoice', 'credit_note', 'application', 'payment', 'removal')),
  subject_id uuid not null,                            -- the document; of payment and removal, the allocation
  document_id uuid not null,                           -- the invoice, or of a credit note itself
  owner_id uuid not null,
  number text not null,
  currency char(3) not null,
  amount_micros bigint not null,
  state text not null check (state in ('waiting', 'done', 'failed', 'skipped')),
  attempts int not null default 0 check (attempts between 0 and 100),
  round int not null default 0,                        -- how often somebody has had it written again: a refusal is kept under its key there
  tried boolean not null default false,                -- it may be there already: looked for before it is written
  next_attempt_at timestamptz,
  code text,
  problem text,
  remote_id text,
  remote_state text,
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (organization_id, id),
  check ((state = 'waiting') = (next_attempt_at is not null)),
  check ((state = 'waiting') = (settled_at is null)),
  foreign key (organization_id, connection_id) references accounting_connections (organization_id, id),
  foreign key (organization_id, document_id) references invoices (organization_id, id)
);
create unique index accounting_pushes_once on accounting_pushes (organization_id, connection_id, kind, subject_id);
create index accounting_pushes_due on accounting_pushes (organization_id, connection_id, next_attempt_at, id) where state = 'waiting';
create index accounting_pushes_state on accounting_pushes (organization_id, state, id);
create index accounting_pushes_document on accounting_pushes (organization_id, document_id, id);
create index accounting_pushes_owner on accounting_pushes (organization_id, owner_id, id);
create index accounting_pushes_number on accounting_pushes (organization_id, number);
call guard_table('accounting_pushes', 'select, insert, update');
