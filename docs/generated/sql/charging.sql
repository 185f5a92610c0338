-- Every statement of charging. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- charging.list_arrivals
select id, arrival from usage_arrivals
  where organization_id = :ctx.organization.id and shard = :shard::smallint order by id limit :limit;

-- charging.organization
select * from find_organization(:organizationId);

-- charging.organizations_with_arrivals
select id from organizations_with_arrivals(:shard::smallint) as id;

-- charging.remove_arrivals
delete from usage_arrivals
  where organization_id = :ctx.organization.id and shard = :shard::smallint and id = any(:ids::uuid[]);

-- charging.store_arrivals
insert into usage_arrivals (organization_id, shard, id, arrival, stored_at)
  select :ctx.organization.id, :shard::smallint, u.*, :ctx.now::timestamptz
    from unnest(:ids::uuid[], :{arrivals.map(toText)}::jsonb[]) as u;
