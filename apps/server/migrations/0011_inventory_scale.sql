-- Lists, filters and counts over a million SIMs.

-- What a list filters a SIM by, gathered from the tables that know it. The one place where the shown status is said in SQL.
create view sims_as_shown with (security_invoker = true) as
select s.organization_id, s.id as line_id, s.telecom_id, s.company_id, s.fleet_id, a.plan_id, s.lifecycle,
       case
         when s.lifecycle = 'archived' then 'Archived'
         when c.link is null or c.link = 'none' then 'Not Available'
         when c.link = 'checking' or exists (
              select from carrier_operations o where o.organization_id = s.organization_id and o.line_id = s.id
                 and o.state = 'outstanding' and o.kind = 'set_state' and o.cause = 'lifecycle') then 'Pending'
         when c.link = 'error' then 'Invalid'
         when s.lifecycle = 'blank' then 'Blank'
         when s.lifecycle = 'suspended' or exists (
              select from blocks b where b.organization_id = s.organization_id and b.line_id = s.id and b.lifted_at is null
                 and b.reason <> 'data_limit') then 'Suspended'
         when s.lifecycle = 'ready' then 'Activation Ready'
         else 'Active'
       end as status,
       s.registered_at is not null as registered,
       exists (select from blocks b where b.organization_id = s.organization_id and b.line_id = s.id and b.lifted_at is null) as blocked
  from sims s
  left join carrier_lines c on c.organization_id = s.organization_id and c.line_id = s.id
  left join plan_assignments a on a.organization_id = s.organization_id and a.line_id = s.id and a.ends_at is null;
grant select on sims_as_shown to simwright_app, simwright_ingest;

-- The same, kept: a row per SIM, rewritten in the database transaction that changes any of it. SIMs that agree in all of
-- it stand on one shelf; a filter is a set of shelves, and each shelf is an index range in the order of the list. An aisle is
-- the shelves that differ in company and fleet alone: a filter that asks for neither has few aisles, and may have many shelves.
create table sim_listings (
  organization_id uuid not null,
  line_id uuid not null,
  telecom_id uuid not null,
  company_id uuid,
  fleet_id uuid,
  plan_id uuid,
  lifecycle text not null,
  status text not null,
  registered boolean not null,
  blocked boolean not null,
  shelf uuid not null generated always as (md5(
    telecom_id::text || coalesce(company_id::text, '') || '/' || coalesce(fleet_id::text, '') || '/' || coalesce(plan_id::text, '') || '/' ||
    lifecycle || '/' || status || case when registered then '/r' else '/' end || case when blocked then '/b' else '/' end)::uuid) stored,
  aisle uuid not null generated always as (md5(
    telecom_id::text || coalesce(plan_id::text, '') || '/' || lifecycle || '/' || status ||
    case when registered then '/r' else '/' end || case when blocked then '/b' else '/' end)::uuid) stored,
  primary key (organization_id, line_id)
) with (fillfactor = 80);
create index sim_listings_shelf on sim_listings (organization_id, shelf, line_id);
create index sim_listings_aisle on sim_listings (organization_id, aisle, line_id);
call guard_table('sim_listings', 'select, insert, update', 'select, insert, update');

-- How many SIMs stand on each shelf: the sum of its rows. A change appends rows and waits for nobody; the worker adds
-- the rows of a shelf together, so that there are few.
create table sim_counts (
  organization_id uuid not null,
  id bigint not null generated always as identity,
  shelf uuid not null,
  aisle uuid not null,
  telecom_id uuid not null,
  company_id uuid,
  fleet_id uuid,
  plan_id uuid,
  lifecycle text not null,
  status text not null,
  registered boolean not null,
  blocked boolean not null,
  sims bigint not null check (sims <> 0),
  primary key (organization_id, id)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);
create index sim_counts_shelf on sim_counts (organization_id, shelf);
call guard_table('sim_counts', 'select, insert, delete', 'select, insert');

-- Rewrites the listings of these lines from the truth, and counts the difference. To be called as one of the last
-- statements of whatever changed them. Listings are locked first and read after it: two changes of different tables that meet
-- on one line come one after the other, and the second sees the first (read committed).
create function relist_sims(asked_organization uuid, touched uuid[]) returns void
  language plpgsql set search_path = public as $$
begin
  perform 1 from sim_listings
    where organization_id = asked_organization and line_id = any(touched) order by line_id for no key update;
  with shown as materialized (
    select v.* from sims_as_shown v where v.organization_id = asked_organization and v.line_id = any(touched)
  ), was as materialized (
    select l.* from sim_listings l where l.organization_id = asked_organization and l.line_id = any(touched)
  ), changed as materialized (
    select s.* from shown s left join was w on w.line_id = s.line_id
     where w.line_id is null
        or (s.telecom_id, s.company_id, s.fleet_id, s.plan_id, s.lifecycle, s.status, s.registered, s.blocked) is distinct from
           (w.telecom_id, w.company_id, w.fleet_id, w.plan_id, w.lifecycle, w.status, w.registered, w.blocked)
  ), listed as (
    insert into sim_listings (organization_id, line_id, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked)
    select * from changed
    on conflict (organization_id, line_id) do update
       set telecom_id = excluded.telecom_id, company_id = excluded.company_id, fleet_id = excluded.fleet_id,
           plan_id = excluded.plan_id, lifecycle = excluded.lifecycle, status = excluded.status,
           registered = excluded.registered, blocked = excluded.blocked
    returning *
  ), moves as (
    select shelf, aisle, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked, 1 as sims from listed
    union all
    select w.shelf, w.aisle, w.telecom_id, w.company_id, w.fleet_id, w.plan_id, w.lifecycle, w.status, w.registered, w.blocked, -1
      from was w join changed c on c.line_id = w.line_id
  )
  insert into sim_counts (organization_id, shelf, aisle, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked, sims)
  select asked_organization, shelf, aisle, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked, sum(sims)
    from moves group by 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 having sum(sims) <> 0;
end $$;
revoke execute on function relist_sims from public;
grant execute on function relist_sims to simwright_app, simwright_ingest;

insert into sim_listings (organization_id, line_id, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked)
select * from sims_as_shown;
insert into sim_counts (organization_id, shelf, aisle, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked, sims)
select organization_id, shelf, aisle, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked, count(*)
  from sim_listings group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11;

-- What these found, the shelves find: an index less to keep at every change of a lifecycle.
drop index sims_lifecycle;

-- Doors (see 0005): what matches a needle, or bears a label, as ids. All that match, up to `at_most`; whoever asks puts them in order.
drop function search_sims;
create function search_sims(asked_organization uuid, needle text, at_most int) returns setof uuid
  language sql stable security definer rows 1000 set search_path = public set enable_seqscan = off set jit = off as
$$ select id from sims
    where organization_id = asked_organization and asked_organization = current_organization()
      and search_text like '%' || replace(replace(replace(lower(needle), '\', '\\'), '%', '\%'), '_', '\_') || '%'
    limit at_most $$;
create index sims_labels on sims using gin (labels);
create function labelled_sims(asked_organization uuid, label text, at_most int) returns setof uuid
  language sql stable security definer rows 1000 set search_path = public set enable_seqscan = off set jit = off as
$$ select id from sims
    where organization_id = asked_organization and asked_organization = current_organization() and labels @> array[label]
    limit at_most $$;
revoke execute on function search_sims, labelled_sims from public;
grant execute on function search_sims, labelled_sims to simwright_app;

-- The timeline of one subject is read by time, newest first.
create index events_timeline on events (organization_id, subject_id, at, sequence);
drop index events_subject;
