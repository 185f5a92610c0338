-- Letters that leave by mail: kept in the database transaction of what they tell of, sent afterwards.
create table letters (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  company_id uuid,                                     -- whose affair it is; null: the organization's own
  kind text not null check (kind ~ '^[a-z][a-z_]{0,39}$'),
  key text check (length(key) between 1 and 200),      -- one letter of each, however often it is posted
  about_type text,                                     -- what it tells of
  about_id uuid,
  recipient text not null check (length(recipient) between 3 and 254),
  recipient_name text check (length(recipient_name) between 1 and 200),
  subject text not null check (length(subject) between 1 and 300),
  language text not null check (language in ('en', 'de')),
  text text check (octet_length(text) <= 200000),
  html text check (octet_length(html) <= 400000),
  sealed bytea check (octet_length(sealed) <= 700000), -- text and html of a letter that signs somebody in: erased once it is sent
  secret boolean not null,
  until timestamptz,                                   -- of no use afterwards: not sent any more
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed', 'held')),
  attempts int not null default 0 check (attempts between 0 and 100),
  next_attempt_at timestamptz not null,
  created_at timestamptz not null,
  settled_at timestamptz,
  last_answer text check (length(last_answer) <= 500),
  -- What people look for: to whom, and about what.
  words text not null generated always as (lower(recipient || ' ' || coalesce(recipient_name, '') || ' ' || subject)) stored,
  primary key (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id),
  check ((state = 'waiting') = (settled_at is null)),
  check ((about_type is null) = (about_id is null)),
  check (secret or (text is not null and sealed is null)),
  check (not secret or (text is null and html is null))
);
create unique index letters_key on letters (organization_id, key) where key is not null;
create index letters_due on letters (organization_id, next_attempt_at, id) where state = 'waiting';
create index letters_state on letters (organization_id, state, id);
create index letters_kind on letters (organization_id, kind, id);
create index letters_about on letters (organization_id, about_id, id) where about_id is not null;
create index letters_settled on letters (organization_id, settled_at) where settled_at is not null;
create index letters_sealed on letters (organization_id, until) where sealed is not null;
create index letters_words on letters using gin (words gin_trgm_ops);
call guard_table('letters', 'select, insert, update, delete', 'insert');

create table letter_attachments (
  organization_id uuid not null,
  letter_id uuid not null,
  position int not null check (position between 0 and 9),
  name text not null check (length(name) between 1 and 120),
  content_type text not null check (length(content_type) between 3 and 100),
  content bytea not null check (octet_length(content) <= 10000000),
  primary key (organization_id, letter_id, position),
  foreign key (organization_id, letter_id) references letters (organization_id, id) on delete cascade
);
call guard_table('letter_attachments', 'select, insert, delete', 'insert');
