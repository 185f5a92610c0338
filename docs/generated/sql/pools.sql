-- Every statement of pools. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- pools.ask_reviews
insert into pool_reviews (organization_id, id, pool_id, asked_at)
  select :ctx.organization.id, u.id, u.pool_id, :ctx.now::timestamptz
    from unnest(:{uuids(poolIds.map(() => newId(ctx)))}::uuid[], :{uuids(poolIds)}::uuid[]) as u(id, pool_id);

-- pools.begin_review
update pool_reviews set after = :start
  where organization_id = :ctx.organization.id and id = :id and after is null;

-- pools.count
select count(*)::int as pools from pools where :{conditionsOf(ctx, filter)};

-- pools.end_review
delete from pool_reviews where organization_id = :ctx.organization.id and id = :id;

-- pools.find_review
select id, pool_id, after from pool_reviews
  where organization_id = :ctx.organization.id and after is null order by id limit 1;

-- pools.insert
insert into pools (organization_id, id, company_id, type, name, data_limit_bytes, labels, note, created_at)
  values (:ctx.organization.id, :pool.id, :pool.companyId, :pool.type, :pool.name, :pool.dataLimitBytes,
          :pool.labels, :pool.note, :pool.createdAt);

-- pools.insert_version
insert into pool_versions
    (organization_id, id, pool_id, version, currency, mb_bytes, allowance_bytes, fee_micros, overage_size_bytes,
     overage_price_micros, payment_type, created_at)
  values (:ctx.organization.id, :v.id, :v.poolId, :v.version, :v.currency, :v.mbBytes, :v.allowanceBytes,
          :v.feeMicros, :v.overageSizeBytes, :v.overagePriceMicros, :v.paymentType, :v.createdAt);

-- pools.list
select :poolColumns from pools where :{conditionsOf(ctx, filter)}
  order by id desc limit :filter.limit;

-- pools.list_versions
select [distinct on (pool_id)] :versionColumns from pool_versions
  where :{join(conditions)} order by pool_id, version desc [limit :wanted.limit];

-- pools.lock
select :poolColumns from pools
  where [id = any(:ids::uuid[])]
  order by id [for no key update | for share];

-- pools.lock_review
select id, pool_id, after from pool_reviews
  where organization_id = :ctx.organization.id and after is not null
  order by id limit 1 for no key update skip locked;

-- pools.move_review
update pool_reviews set after = :after
  where organization_id = :ctx.organization.id and id = :id;

-- pools.update
update pools
    set name = :pool.name, data_limit_bytes = :pool.dataLimitBytes, labels = :pool.labels, note = :pool.note,
        archived_at = :pool.archivedAt
  where organization_id = :ctx.organization.id and id = :pool.id;

-- Pieces that the statements above name.

-- :poolColumns (sql.ts)
id, company_id, type, name, data_limit_bytes, labels, note, created_at, archived_at

-- :versionColumns (sql.ts)
id, pool_id, version, currency, mb_bytes, allowance_bytes, fee_micros, overage_size_bytes,
  overage_price_micros, payment_type, created_at
