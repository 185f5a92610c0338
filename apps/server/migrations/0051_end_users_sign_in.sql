-- End users sign in by a link that is good once. Their sessions are ours, apart from those of staff: an end user belongs to one
-- organization, and the same email may be one of another.
alter table directory drop constraint directory_kind_check;
alter table directory add constraint directory_kind_check check (kind in ('api_key', 'company', 'user', 'end_user'));
insert into directory (kind, identifier, organization_id)
  select distinct 'end_user', lower(email), organization_id from end_users where archived_at is null
  on conflict do nothing;

alter table end_users add column language text check (language in ('en', 'de'));   -- null: that of their device

-- Whose SIM it is, asked for by its holder.
create index sims_end_user on sims (organization_id, end_user_id, id) where end_user_id is not null;

-- A token of one use. Times are the machine's: a sandbox may live in another year.
create table sign_in_links (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  purpose text not null check (purpose in ('sign_in', 'invitation', 'look', 'staff')),
  end_user_id uuid,                                    -- whom it signs in
  staff_email text check (length(staff_email) between 3 and 254),   -- or whom it makes staff
  staff_name text check (length(staff_name) between 1 and 200),
  role_id uuid,
  company_id uuid,
  secret_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  made_by text not null,                               -- who made it, as the audit log names them
  primary key (organization_id, id),
  foreign key (organization_id, end_user_id) references end_users (organization_id, id),
  foreign key (organization_id, role_id) references roles (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id),
  check ((purpose = 'staff') = (end_user_id is null)),
  check ((purpose = 'staff') = (staff_email is not null and staff_name is not null and role_id is not null)),
  check (expires_at > created_at)
);
create index sign_in_links_of on sign_in_links (organization_id, end_user_id, created_at);
create index sign_in_links_over on sign_in_links (organization_id, expires_at);
call guard_table('sign_in_links', 'select, insert, update, delete');

create table end_user_sessions (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  end_user_id uuid not null,
  secret_hash bytea not null,
  looked_by text,                                      -- staff who look at the pages of the end user
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, end_user_id) references end_users (organization_id, id)
);
create index end_user_sessions_over on end_user_sessions (organization_id, expires_at);
call guard_table('end_user_sessions', 'select, insert, update, delete');
