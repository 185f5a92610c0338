-- Requests that we send to addresses which customers name: callbacks, batches of events. Stored before they are sent, with
-- the change that they tell of; sent afterwards, again and again, until somebody answers or three days are over.
create table deliveries (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  company_id uuid,                                     -- whose it is; null: the organization's own
  kind text not null check (kind in ('callback', 'events')),
  about_type text,                                     -- what it tells of
  about_id uuid,
  signing text not null check (signing in ('super_sim')),
  method text not null check (method in ('GET', 'POST')),
  url text not null check (length(url) between 1 and 8192),
  content_type text,
  body text check (octet_length(body) <= 1048576),
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  attempts int not null default 0 check (attempts between 0 and 100),
  next_attempt_at timestamptz not null,
  created_at timestamptz not null,
  settled_at timestamptz,
  last_status int,
  last_answer text,
  primary key (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id),
  check ((state = 'waiting') = (settled_at is null)),
  check ((about_type is null) = (about_id is null)),
  check (method = 'POST' or body is null)
);
create index deliveries_due on deliveries (organization_id, next_attempt_at, id) where state = 'waiting';
create index deliveries_about on deliveries (organization_id, about_id, id) where about_id is not null;
create index deliveries_settled on deliveries (organization_id, settled_at) where settled_at is not null;
call guard_table('deliveries', 'select, insert, update, delete', 'insert');

-- Every try, as it went: a customer's "we never got it" is answered from here.
create table delivery_attempts (
  organization_id uuid not null,
  id uuid not null,
  delivery_id uuid not null,
  at timestamptz not null,
  took_ms int not null check (took_ms >= 0),
  status int,                                          -- null: there was no answer
  answer text not null,
  primary key (organization_id, id),
  foreign key (organization_id, delivery_id) references deliveries (organization_id, id) on delete cascade
);
create index delivery_attempts_of on delivery_attempts (organization_id, delivery_id, id);
call guard_table('delivery_attempts', 'select, insert');

-- Whom to call once something that was asked for is done: it becomes a delivery then.
create table callbacks (
  organization_id uuid not null,
  id uuid not null,
  company_id uuid,
  awaits_type text not null,
  awaits_id uuid not null,
  method text not null check (method in ('GET', 'POST')),
  url text not null check (length(url) between 1 and 2048),
  created_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id)
);
create index callbacks_awaiting on callbacks (organization_id, awaits_type, awaits_id);
call guard_table('callbacks', 'select, insert, delete');
