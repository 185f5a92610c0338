-- Operations: long work of an organization, row by row, in chunks that each commit with their effects.
create table operation_files (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  name text not null default '' check (length(name) <= 255),
  bytes bigint not null default 0 check (bytes >= 0),   -- as stored: UTF-16 has become UTF-8
  encoding text not null default '',
  sha256 bytea,                                          -- null while it arrives
  created_at timestamptz not null,
  touched_at timestamptz not null,
  primary key (organization_id, id)
);
call guard_table('operation_files', 'select, insert, update, delete');

-- Every piece but the last has the same size, so a place in the file is a piece's number.
create table operation_file_pieces (
  organization_id uuid not null,
  file_id uuid not null,
  number int not null check (number >= 0),
  bytes bytea not null check (octet_length(bytes) between 1 and 262144),
  primary key (organization_id, file_id, number),
  foreign key (organization_id, file_id) references operation_files (organization_id, id) on delete cascade
);
-- Read once, soon, and deleted: compressing costs more than it saves.
alter table operation_file_pieces alter column bytes set storage external;
call guard_table('operation_file_pieces', 'select, insert, delete');

create table operations (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  kind text not null,
  title text not null default '' check (length(title) <= 255),
  state text not null check (state in ('checking', 'checked', 'running', 'done', 'cancelled', 'failed')),
  stopped_in text check (stopped_in in ('checking', 'checked', 'running')),   -- where resume goes on
  starts_itself boolean not null,                        -- no dry run: after checking it runs
  parameters jsonb not null default '{}',
  found jsonb not null default '{}',                     -- what checking learned of the source
  columns text[] not null default '{}',                  -- names of the cells of each row's input
  file_id uuid,
  source_bytes bigint not null default 0,
  read_bytes bigint not null default 0,
  place jsonb not null default '{}',                     -- where checking goes on, the kind's own
  read_all boolean not null default false,
  retrying boolean not null default false,               -- the run takes failed rows again
  worked_line bigint not null default 0,                 -- rows up to this line were looked at by the run
  chunk_rows int not null check (chunk_rows between 1 and 10000),
  rows_total bigint not null default 0,
  rows_done bigint not null default 0,
  rows_failed bigint not null default 0,
  rows_warned bigint not null default 0,
  error_code text,
  error_message text,
  created_by text not null,
  created_by_name text not null,
  created_at timestamptz not null,
  started_at timestamptz,
  worked_at timestamptz not null,
  ended_at timestamptz,
  swept_at timestamptz,                                  -- its rows and its file are gone
  version bigint not null default 0,
  primary key (organization_id, id),
  foreign key (organization_id, file_id) references operation_files (organization_id, id),
  check (rows_done + rows_failed <= rows_total),
  check ((state in ('cancelled', 'failed')) = (stopped_in is not null))
) with (fillfactor = 70);
create index operations_open on operations (organization_id, worked_at) where state in ('checking', 'running');
create index operations_unswept on operations (organization_id, id) where swept_at is null;
call guard_table('operations', 'select, insert, update');

create table operation_rows (
  organization_id uuid not null,
  operation_id uuid not null,
  line bigint not null check (line > 0),
  input text[] not null default '{}',                    -- emptied once the row is done
  label text not null default '',                        -- what a person knows it by: an ICCID
  outcome text not null check (outcome in ('pending', 'done', 'failed')),
  code text,
  field text,
  reason text,
  warning text,
  subject_id uuid,
  primary key (organization_id, operation_id, line),
  foreign key (organization_id, operation_id) references operations (organization_id, id),
  check ((outcome = 'failed') = (code is not null))
);
create index operation_rows_failed on operation_rows (organization_id, operation_id, line) where outcome = 'failed';
call guard_table('operation_rows', 'select, insert, update, delete');

-- Names that no two rows of one operation may share. They go when its checking ends.
create table operation_keys (
  organization_id uuid not null,
  operation_id uuid not null,
  key text not null,
  line bigint not null,
  primary key (organization_id, operation_id, key)
);
call guard_table('operation_keys', 'select, insert, delete');
