-- Addresses that a telecom gives its devices and that this machine reaches: data goes to devices in them by UDP, and comes from
-- them. Empty: the telecom carries no data to devices.
alter table telecoms add column device_ranges cidr[] not null default '{}' check (cardinality(device_ranges) <= 20);

-- A datagram names no organization: its source address does. So these ranges overlap nowhere in the instance.
create function list_device_ranges() returns table (organization_id uuid, telecom_id uuid, device_range cidr)
  language sql stable security definer set search_path = public as
$$ select t.organization_id, t.id, r from telecoms t, unnest(t.device_ranges) r where t.archived_at is null $$;
create function device_range_taken(asked cidr, except_telecom uuid) returns boolean
  language sql stable security definer set search_path = public as
$$ select exists (select from telecoms t, unnest(t.device_ranges) r
                   where t.archived_at is null and t.id <> except_telecom and r && asked) $$;
revoke execute on function list_device_ranges, device_range_taken from public;
grant execute on function list_device_ranges, device_range_taken to simwright_app, simwright_ingest;

-- Whose an address is: that of the session that began last with it.
create index sessions_open_address on sessions (organization_id, telecom_id, framed_ip)
  where state = 'open' and framed_ip is not null;

-- Data to and from a SIM, in one datagram each.
create table ip_commands (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  line_id uuid not null,
  account_id uuid not null,                            -- the account that the SIM was in: a company, or the organization itself
  direction text not null check (direction in ('to_sim', 'from_sim')),
  payload bytea not null check (length(payload) between 1 and 1300),
  payload_type text not null check (payload_type in ('text', 'binary')),
  device_address text,                                 -- null until it was sent
  device_port int not null check (device_port between 0 and 65535),
  status text not null check (status in ('queued', 'sent', 'received', 'failed')),
  error_code int check (error_code in (83400, 83401, 83402)),
  failure text,                                        -- the same in words
  callback_method text check (callback_method in ('GET', 'POST')),
  callback_url text check (length(callback_url) between 1 and 2048),
  attempts int not null default 0 check (attempts between 0 and 1000),
  next_attempt_at timestamptz,                         -- null: nothing is to be sent any more
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, line_id) references sims (organization_id, id),
  check ((direction = 'from_sim') = (status = 'received')),
  check ((status in ('sent', 'received')) = (device_address is not null)),
  check ((status = 'queued') = (next_attempt_at is not null)),
  check ((error_code is null) = (failure is null)),
  check (status <> 'failed' or error_code is not null),
  check (direction = 'to_sim' or payload_type = 'binary'),
  check ((callback_url is null) = (callback_method is null))
);
create index ip_commands_due on ip_commands (organization_id, next_attempt_at, id) where next_attempt_at is not null;
create index ip_commands_account on ip_commands (organization_id, account_id, id);
create index ip_commands_account_status on ip_commands (organization_id, account_id, status, id);
create index ip_commands_account_sent on ip_commands (organization_id, account_id, id) where direction = 'to_sim';
create index ip_commands_status on ip_commands (organization_id, status, id);
create index ip_commands_line on ip_commands (organization_id, line_id, id);
call guard_table('ip_commands', 'select, insert, update, delete');
