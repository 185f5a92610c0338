-- ICCIDs apart from the other identifiers, so that a search for the beginning of many ICCIDs can take these in the order of
-- the list, and still finds the few SIMs that have the needle elsewhere.
alter table sims drop column search_text;
alter table sims
  -- Who issued it: major industry identifier, country and issuer are the first seven digits (ITU-T E.118).
  add column issuer text not null generated always as (left(iccid, 7)) stored,
  add column other_identifiers text not null generated always as (
    lower(coalesce(imsi, '') || ' ' || coalesce(msisdn, '') || ' ' || coalesce(eid, '') || ' ' ||
          coalesce(imei, '') || ' ' || coalesce(unique_name, ''))) stored;
create index sims_issuer on sims (organization_id, issuer, id);
create index sims_iccid_parts on sims using gin (iccid gin_trgm_ops);
create index sims_other_parts on sims using gin (other_identifiers gin_trgm_ops);
-- With the id, so that a range of ICCIDs is put in order without a look at its rows.
alter table sims drop constraint sims_organization_id_iccid_key;
alter table sims add constraint sims_organization_id_iccid_key unique (organization_id, iccid) include (id);

create function part_of(needle text) returns text language sql immutable parallel safe as
$$ select '%' || replace(replace(replace(lower(needle), '\', '\\'), '%', '\%'), '_', '\_') || '%' $$;

-- Doors (see 0005 and 0011).
create or replace function search_sims(asked_organization uuid, needle text, at_most int) returns setof uuid
  language sql stable security definer rows 1000 set search_path = public set enable_seqscan = off set jit = off as
$$ select id from sims
    where organization_id = asked_organization and asked_organization = current_organization()
      and (iccid like part_of(needle) or other_identifiers like part_of(needle))
    limit at_most $$;
create function search_others(asked_organization uuid, needle text, at_most int) returns setof uuid
  language sql stable security definer rows 1000 set search_path = public set enable_seqscan = off set jit = off as
$$ select id from sims
    where organization_id = asked_organization and asked_organization = current_organization()
      and other_identifiers like part_of(needle)
    limit at_most $$;
revoke execute on function search_others from public;
grant execute on function search_others to simwright_app;
