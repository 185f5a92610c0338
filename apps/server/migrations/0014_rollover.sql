-- Rollover of a million periods: decision 0022.

-- Periods of a line never overlap. The exclusion constraint that kept this law wrote its GiST index at every close and
-- every open, and cost more than all other indexes of the table together. Now whoever inserts is checked, once for each
-- statement: of the periods that begin before the new one ends, the last to begin is the last to end.
--
-- Nothing slips between two database transactions: a period is born open, a line has one open period at most (unique
-- index), so the second of two that insert for one line waits for the first and is refused. Ends are only brought
-- forward, never put off.
alter table billing_periods drop constraint billing_periods_organization_id_line_id_tstzrange_excl;

create function refuse_overlapping_periods() returns trigger language plpgsql as $$
declare
  overlapping uuid;
begin
  select a.id into overlapping
    from added a
   cross join lateral (
     select p.ends_at from billing_periods p
      where p.organization_id = a.organization_id and p.line_id = a.line_id and p.id <> a.id
        and p.starts_at < coalesce(a.ends_at, 'infinity') and p.ends_at is distinct from p.starts_at
      order by p.starts_at desc limit 1) before
   where a.ends_at is distinct from a.starts_at and coalesce(before.ends_at, 'infinity') > a.starts_at
   limit 1;
  if found then
    raise exclusion_violation using message = format('billing period %s overlaps another one of its line', overlapping);
  end if;
  return null;
end $$;
create trigger billing_periods_no_overlap after insert on billing_periods
  referencing new table as added for each statement execute function refuse_overlapping_periods();

-- Fees that were charged together were posted together, in one transfer for each payer: `fees:<batch>:<payer>`.
alter table fees add column batch_id uuid;

-- Both references are written beside the row they point at, by code that has just read or made it, and no role may
-- delete what they point at. Checking them row by row took a third of the time of a rollover; drift.sql looks instead.
alter table fees drop constraint fees_organization_id_period_id_fkey;
alter table billing_periods drop constraint billing_periods_organization_id_plan_version_id_fkey;
