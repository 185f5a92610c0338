-- What happens to text that is sent to SIMs of a telecom: nothing takes it, or it counts as sent and goes nowhere (a lab without a
-- message centre). A telecom whose connector carries text goes by its connector.
alter table telecoms add column messages text not null default 'none' check (messages in ('none', 'loopback'));

-- Text to and from a SIM.
create table sms_commands (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  line_id uuid not null,
  company_id uuid,                                     -- the account that the SIM was in; null: the organization's own
  direction text not null check (direction in ('to_sim', 'from_sim')),
  payload text not null check (length(payload) between 1 and 160),
  status text not null check (status in ('queued', 'sent', 'delivered', 'received', 'failed')),
  failure text,
  callback_method text check (callback_method in ('GET', 'POST')),
  callback_url text check (length(callback_url) between 1 and 2048),
  attempts int not null default 0 check (attempts between 0 and 1000),
  next_attempt_at timestamptz,                         -- null: nothing is to be asked of the telecom any more
  expires_at timestamptz,
  carrier_reference text,
  source_key text,                                     -- of one that came from a SIM: the same key again is the same text
  counted_at timestamptz,                              -- when it was used: sent to the SIM, or received from it
  charged boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, line_id) references sims (organization_id, id),
  check ((direction = 'from_sim') = (status = 'received')),
  check ((callback_url is null) = (callback_method is null)),
  check ((direction = 'from_sim') = (source_key is not null)),
  check (not charged or counted_at is not null)
);
create index sms_commands_due on sms_commands (organization_id, next_attempt_at, id) where next_attempt_at is not null;
create index sms_commands_uncharged on sms_commands (organization_id, id) where counted_at is not null and not charged;
create index sms_commands_account on sms_commands (organization_id, company_id, id);
create index sms_commands_line on sms_commands (organization_id, line_id, id);
create unique index sms_commands_source on sms_commands (organization_id, source_key) where source_key is not null;
call guard_table('sms_commands', 'select, insert, update');
