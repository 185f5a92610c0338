-- How often what charging knows of an organization's SIMs and fleets has changed. A writer that remembers lines need not look
-- at each of them again while this stands still. Kept in a few rows, so that people who change SIMs at the same time rarely
-- wait for each other; each database transaction raises one of them, as its last statement.
create table inventory_changes (
  organization_id uuid not null references organizations (id),
  slot smallint not null,
  changes bigint not null,
  primary key (organization_id, slot)
) with (fillfactor = 20);
call guard_table('inventory_changes', 'select, insert, update', 'select, insert, update');
