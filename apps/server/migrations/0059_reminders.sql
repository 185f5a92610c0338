-- Letters about money: bills as they are issued, receipts, reminders of what is overdue and of what lapses. Decision 0037.

-- What an account gets by mail; of the organization itself: what holds for those who have said nothing.
create table reminder_settings (
  organization_id uuid not null references organizations (id),
  owner_id uuid not null,                              -- the organization, or a company
  invoices boolean,                                    -- bills and credit notes as they are issued; null: as above
  receipts boolean,
  overdue boolean,
  prepaid boolean,
  steps jsonb check (jsonb_typeof(steps) = 'array' and jsonb_array_length(steps) <= 10),
  set_at timestamptz not null,
  set_by text not null,
  primary key (organization_id, owner_id)
);
call guard_table('reminder_settings', 'select, insert, update');

-- Nothing is sent about it meanwhile: a company, or one invoice.
create table reminder_pauses (
  organization_id uuid not null references organizations (id),
  subject_id uuid not null,
  subject_type text not null check (subject_type in ('company', 'invoice')),
  company_id uuid not null,
  disputed boolean not null,                           -- the company contests it
  reason text not null check (length(reason) between 1 and 500),
  until timestamptz,                                   -- null: until somebody lifts it
  set_at timestamptz not null,
  set_by text not null,
  primary key (organization_id, subject_id),
  foreign key (organization_id, company_id) references companies (organization_id, id)
);
create index reminder_pauses_company on reminder_pauses (organization_id, company_id, subject_id);
call guard_table('reminder_pauses', 'select, insert, update, delete');

-- When somebody looks at the open invoices of a company: its row is the lock under which its letter of a day is decided.
create table reminder_watches (
  organization_id uuid not null references organizations (id),
  company_id uuid not null,
  due_at timestamptz,                                  -- null: nothing comes by itself
  primary key (organization_id, company_id),
  foreign key (organization_id, company_id) references companies (organization_id, id)
);
create index reminder_watches_due on reminder_watches (organization_id, due_at) where due_at is not null;
call guard_table('reminder_watches', 'select, insert, update');

-- Up to where prepaid lines were looked at for each of the days before they lapse.
create table reminder_marks (
  organization_id uuid not null references organizations (id),
  days int not null check (days between 1 and 60),
  ends_at timestamptz not null,
  period_id uuid not null,
  primary key (organization_id, days)
);
call guard_table('reminder_marks', 'select, insert, update');

-- One letter each, to be written, written, or why not.
create table mailings (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  kind text not null check (kind in ('invoice', 'credit_note', 'receipt', 'overdue', 'prepaid', 'ended')),
  company_id uuid,                                     -- whose staff may see it; null: the organization's own
  owner_id uuid not null,                              -- who gets it: a company, an end user, the organization
  day date not null,                                   -- in the organization's time zone
  state text not null check (state in ('waiting', 'written', 'dropped', 'failed')),
  reason text check (length(reason) <= 500),           -- why it was dropped or has failed
  letter_id uuid,                                      -- in letters, which are forgotten after some months
  fee_id uuid,                                         -- the invoice of what the letter costs
  attempts int not null default 0 check (attempts between 0 and 100),
  next_attempt_at timestamptz,
  created_at timestamptz not null,
  settled_at timestamptz,
  made_by text not null,
  primary key (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id),
  check ((state = 'waiting') = (next_attempt_at is not null)),
  check ((state = 'waiting') = (settled_at is null)),
  check ((state in ('dropped', 'failed')) = (reason is not null))
);
-- One reminder a company and day.
create unique index mailings_daily on mailings (organization_id, company_id, day) where kind = 'overdue';
create index mailings_due on mailings (organization_id, next_attempt_at, id) where state = 'waiting';
create index mailings_company on mailings (organization_id, company_id, id);
create index mailings_kind on mailings (organization_id, kind, id);
create index mailings_state on mailings (organization_id, state, id);
create index mailings_fee on mailings (organization_id, fee_id) where fee_id is not null;
call guard_table('mailings', 'select, insert, update');

-- What a mailing is about. The key is what is never said twice.
create table mailing_items (
  organization_id uuid not null references organizations (id),
  subject_id uuid not null,                            -- an invoice, a payment, a line
  kind text not null,
  mark text not null check (length(mark) <= 60),       -- the step in days; the day on which a balance lapses, and days before it
  mailing_id uuid not null,
  step_days int,
  left_micros bigint,                                  -- what was left to pay when it was decided
  primary key (organization_id, subject_id, kind, mark),
  foreign key (organization_id, mailing_id) references mailings (organization_id, id)
);
create index mailing_items_mailing on mailing_items (organization_id, mailing_id);
call guard_table('mailing_items', 'select, insert');

-- Who owes something already is looked at as well.
insert into reminder_watches (organization_id, company_id, due_at)
select distinct i.organization_id, i.owner_id, now() from invoices i
  join companies c on c.organization_id = i.organization_id and c.id = i.owner_id
 where i.kind = 'invoice' and i.state = 'open';
