-- An entry is written in the statement, or the database transaction, that writes its transfer, and nobody may delete either.
-- The check of that reference was planned and run once for every entry: 35 µs each, twice for every payer of a batch.
-- drift.sql looks instead.
alter table entries drop constraint entries_organization_id_transfer_id_fkey;
