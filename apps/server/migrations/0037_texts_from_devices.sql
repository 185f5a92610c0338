-- A text from a device names its SIM by IMSI or by the number it was sent from.
create index sims_msisdn on sims (organization_id, telecom_id, msisdn) where msisdn is not null;

-- A delivery report may name a text as its carrier calls it.
create index sms_commands_reference on sms_commands (organization_id, carrier_reference) where carrier_reference is not null;
-- Lists of what is rare: those that failed, those that wait.
create index sms_commands_status on sms_commands (organization_id, status, id);
create index sms_commands_words on sms_commands using gin (lower(payload) gin_trgm_ops);

-- Door (see 0005): a page of the texts that contain something, newest first. Planned for each needle anew: what is common is
-- found by going back in time, what is rare by the index of its parts.
create function search_sms(asked_organization uuid, needle text, asked_company uuid, asked_statuses text[], before uuid, at_most int)
  returns setof uuid language plpgsql stable security definer rows 100 set search_path = public set jit = off as $$
begin
  if asked_organization is distinct from current_organization() then return; end if;
  return query execute
    'select id from sms_commands
      where organization_id = $1 and lower(payload) like part_of($2) and ($3 is null or company_id = $3)
        and ($4 is null or status = any($4)) and ($5 is null or id < $5)
      order by id desc limit $6'
    using asked_organization, needle, asked_company, asked_statuses, before, at_most;
end $$;
revoke execute on function search_sms from public;
grant execute on function search_sms to simwright_app;

-- What a telecom handed in and nobody could place: texts of SIMs that are not here, reports of texts that are not, and what cannot be
-- read. Kept as it came, visible, and placed when its SIM is there.
create table unplaced_messages (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  telecom_id uuid not null,
  key text not null check (length(key) between 1 and 200),   -- the telecom's own name of it
  kind text not null check (kind in ('text', 'report', 'unreadable')),
  about text not null check (length(about) <= 200),           -- the SIM or the text that it names, as it names it
  body text not null check (length(body) between 1 and 16000),
  body_hash bytea not null,
  reason text not null check (reason in ('unknown_sim', 'unknown_text', 'not_one_message', 'key_used', 'unreadable')),
  detail text not null default '' check (length(detail) <= 1000),
  state text not null default 'open' check (state in ('open', 'placed', 'dismissed')),
  sms_id uuid,                                                -- the text that it became, or told of
  received_at timestamptz not null,
  settled_at timestamptz,
  settled_by text,
  primary key (organization_id, id),
  unique (organization_id, telecom_id, key),
  foreign key (organization_id, telecom_id) references telecoms (organization_id, id),
  check ((state = 'open') = (settled_at is null)),
  check ((settled_at is null) = (settled_by is null)),
  check (state <> 'placed' or sms_id is not null)
);
create index unplaced_messages_open on unplaced_messages (organization_id, id) where state = 'open';
create index unplaced_messages_about on unplaced_messages (organization_id, about) where state = 'open';
call guard_table('unplaced_messages', 'select, insert, update');
