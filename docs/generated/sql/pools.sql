-- Every statement of pools. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

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
select :poolColumns from pools where :{join(conditions)} order by id limit :filter.limit;

-- pools.list_versions
select [distinct on (pool_id)] :versionColumns from pool_versions
  where :{join(conditions)} order by pool_id, version desc;

-- Pieces that the statements above name.

-- :poolColumns (sql.ts)
id, company_id, type, name, data_limit_bytes, labels, note, created_at, archived_at

-- :versionColumns (sql.ts)
id, pool_id, version, currency, mb_bytes, allowance_bytes, fee_micros, overage_size_bytes,
  overage_price_micros, payment_type, created_at
