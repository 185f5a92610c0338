-- Events of a large unit of work, as one row: the arrays they would be inserted from. The relay turns a sheet into rows of
-- `events` as it places them, so that each is written and indexed once instead of twice, and not while lines are locked.
-- Sheets that share a subject have numbers in the order of its sequence: a number is given while the subject is locked.
create table event_sheets (
  organization_id uuid not null references organizations (id),
  number bigint not null generated always as identity,
  ids uuid[] not null,
  names text[] not null,
  subject_types text[] not null,
  subject_ids uuid[] not null,
  sequences bigint[] not null,
  data text[] not null,                              -- JSON
  ats timestamptz[] not null,
  causes uuid[] not null,
  depths int[] not null,
  primary key (organization_id, number)
);
-- They live for a moment; to compress them would cost more than writing them.
alter table event_sheets alter column ids set storage external, alter column names set storage external,
  alter column subject_types set storage external, alter column subject_ids set storage external,
  alter column sequences set storage external, alter column data set storage external,
  alter column ats set storage external, alter column causes set storage external, alter column depths set storage external;
call guard_table('event_sheets', 'select, insert, delete', 'insert');

-- A fee is found by its line, its time or its period, never by its id alone; and a period has one of each kind.
alter table fees drop constraint fees_pkey;
