-- Usage records that were handed in over HTTP and refused: kept with what was wrong, for whoever sent them to fetch.
create table usage_rejections (
  organization_id uuid not null,
  id uuid not null,
  source_id uuid not null,
  record_id text not null default '' check (length(record_id) <= 200),  -- empty: the record named none
  body_hash bytea not null,
  code text not null,
  field text,
  message text not null,
  body text not null check (length(body) <= 4000),
  rejected_at timestamptz not null,
  primary key (organization_id, id),
  -- The same record sent again and refused again is one row.
  unique (organization_id, source_id, record_id, body_hash)
);
create index usage_rejections_source on usage_rejections (organization_id, source_id, id);
call guard_table('usage_rejections', 'select, insert');
