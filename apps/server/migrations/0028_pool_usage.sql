-- What each month of a pool used in which hour: burn-down and forecast read some hundred rows, however many members there are.
-- Each writer has rows of its own, like the totals of the organization.
create table usage_hourly_pools (
  organization_id uuid not null,
  pool_period_id uuid not null,
  hour timestamptz not null,
  shard smallint not null check (shard >= 0),
  bytes bigint not null,                                   -- below zero where a carrier took more back than it told in that hour
  records bigint not null,
  primary key (organization_id, pool_period_id, hour, shard)
) with (fillfactor = 50);
call guard_table('usage_hourly_pools', 'select', 'select, insert, update');

-- Members of pools to be looked at again, because a limit was reached or changed, and how far that has come: they are blocked and
-- released in pieces, each in a database transaction of its own, so that charging waits for none of them long. A row for each
-- time it is asked for: who asks waits for nobody.
create table pool_reviews (
  organization_id uuid not null,
  id uuid not null,
  pool_id uuid not null,
  after uuid,                                              -- the last member looked at; null: it has not begun
  asked_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, pool_id) references pools (organization_id, id)
);
call guard_table('pool_reviews', 'select, insert, update, delete', 'insert');
