-- Messages and calls beside data, and what carriers and staff correct: decision 0026.

-- Messages and seconds of an hour. Its charge is a part of the charge in usage_hourly, which is of all services.
create table usage_hourly_units (
  organization_id uuid not null,
  line_id uuid not null,
  hour timestamptz not null,
  plmn text not null default '',
  fleet_id uuid not null default '00000000-0000-0000-0000-000000000000',
  service text not null check (service in ('sms', 'voice')),
  units bigint not null,
  charge_micros bigint not null,
  records int not null,
  primary key (organization_id, line_id, hour, plmn, fleet_id, service)
) with (fillfactor = 60);
create index usage_hourly_units_hour on usage_hourly_units (organization_id, hour);
call guard_table('usage_hourly_units', 'select', 'select, insert, update');

alter table retired_usage add column units bigint not null default 0;

-- What waits to be charged is a part of what is booked of a day.
create index usage_inbox_line on usage_inbox (organization_id, line_id, occurred_at) where state in ('waiting', 'unrated') and line_id is not null;

-- Which revenue an adjustment corrects.
alter table adjustments add column revenue text not null default 'usage' check (revenue in ('usage', 'fee'));
create index adjustments_at on adjustments (organization_id, at);
-- Lines that were ever on a plan: what is rated again is found by its plan.
create index plan_assignments_plan_history on plan_assignments (organization_id, plan_id, line_id);

-- `told_id` names the telling that stands; the difference is what that one booked.
alter table usage_day_totals
  add column told_id uuid not null,
  add column difference_up bigint not null default 0,
  add column difference_down bigint not null default 0,
  add column difference_units bigint not null default 0;
create index usage_day_totals_day on usage_day_totals (organization_id, day desc, line_id, source_id, service);
