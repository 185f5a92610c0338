import type { Ctx } from '../kit/ctx.ts';
import { join, nothing, rows, run, type Sql, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { Pool, PoolVersion } from './model.ts';

const poolColumns = sql`id, company_id, type, name, data_limit_bytes, labels, note, created_at, archived_at`;
const versionColumns = sql`id, pool_id, version, currency, mb_bytes, allowance_bytes, fee_micros, overage_size_bytes,
  overage_price_micros, payment_type, created_at`;

export async function insertPool(ctx: Ctx, pool: Pool): Promise<void> {
  await run(
    ctx,
    sql`/* pools.insert */ insert into pools (organization_id, id, company_id, type, name, data_limit_bytes, labels, note, created_at)
        values (${ctx.organization.id}, ${pool.id}, ${pool.companyId}, ${pool.type}, ${pool.name}, ${pool.dataLimitBytes},
                ${pool.labels}, ${pool.note}, ${pool.createdAt})`,
  );
}

export async function insertVersion(ctx: Ctx, v: PoolVersion): Promise<void> {
  await run(
    ctx,
    sql`/* pools.insert_version */ insert into pool_versions
          (organization_id, id, pool_id, version, currency, mb_bytes, allowance_bytes, fee_micros, overage_size_bytes,
           overage_price_micros, payment_type, created_at)
        values (${ctx.organization.id}, ${v.id}, ${v.poolId}, ${v.version}, ${v.currency}, ${v.mbBytes}, ${v.allowanceBytes},
                ${v.feeMicros}, ${v.overageSizeBytes}, ${v.overagePriceMicros}, ${v.paymentType}, ${v.createdAt})`,
  );
}

/** Oldest first. */
export async function listPools(
  ctx: Ctx,
  filter: { ids?: Id[]; companyId?: Id; search?: string; archived?: boolean; after?: Id; limit: number },
): Promise<Pool[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (ctx.actor.scope.kind === 'company') conditions.push(sql`company_id = ${ctx.actor.scope.companyId}`);
  if (filter.ids) conditions.push(sql`id = any(${filter.ids}::uuid[])`);
  if (filter.companyId) conditions.push(sql`company_id = ${filter.companyId}`);
  if (filter.search) conditions.push(sql`position(lower(${filter.search}) in lower(name)) > 0`);
  if (filter.archived !== undefined)
    conditions.push(filter.archived ? sql`archived_at is not null` : sql`archived_at is null`);
  if (filter.after) conditions.push(sql`id > ${filter.after}`);
  return rows<Pool>(
    ctx,
    sql`/* pools.list */ select ${poolColumns} from pools where ${join(conditions)} order by id limit ${filter.limit}`,
  );
}

/** Versions by id, or the latest of each pool. */
export async function listVersions(
  ctx: Ctx,
  wanted: { ids?: Id[]; poolIds?: Id[]; latest?: boolean },
): Promise<PoolVersion[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (wanted.ids) conditions.push(sql`id = any(${wanted.ids}::uuid[])`);
  if (wanted.poolIds) conditions.push(sql`pool_id = any(${wanted.poolIds}::uuid[])`);
  return rows<PoolVersion>(
    ctx,
    sql`/* pools.list_versions */ select ${wanted.latest ? sql`distinct on (pool_id)` : nothing} ${versionColumns} from pool_versions
         where ${join(conditions)} order by pool_id, version desc`,
  );
}
