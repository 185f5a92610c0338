import { uuids } from '../kit/arrays.ts';
import type { Ctx } from '../kit/ctx.ts';
import { join, nothing, row, rows, run, type Sql, sql } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
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

/** Name, data limit, labels, note, and whether it is archived. */
export async function updatePool(ctx: Ctx, pool: Pool): Promise<void> {
  await run(
    ctx,
    sql`/* pools.update */ update pools
           set name = ${pool.name}, data_limit_bytes = ${pool.dataLimitBytes}, labels = ${pool.labels}, note = ${pool.note},
               archived_at = ${pool.archivedAt}
         where organization_id = ${ctx.organization.id} and id = ${pool.id}`,
  );
}

/** Locks pools by id: to `change` one alone, or to `join` it beside others who do. */
export async function lockPools(ctx: Ctx, ids: Id[], to: 'change' | 'join'): Promise<Pool[]> {
  return rows<Pool>(
    ctx,
    sql`/* pools.lock */ select ${poolColumns} from pools
         where ${join([...own(ctx), sql`id = any(${ids}::uuid[])`])}
         order by id ${to === 'change' ? sql`for no key update` : sql`for share`}`,
  );
}

/** A company's staff see their company's. */
function own(ctx: Ctx): Sql[] {
  const { scope } = ctx.actor;
  return [
    sql`organization_id = ${ctx.organization.id}`,
    ...(scope.kind === 'company' ? [sql`company_id = ${scope.companyId}`] : []),
  ];
}

export type PoolFilter = {
  ids?: Id[];
  companyId?: Id;
  type?: Pool['type'];
  /** A part of the name, or a whole label. */
  search?: string;
  archived?: boolean;
  /** A condition of a room above, on columns of pools. */
  also?: Sql;
  before?: Id;
};

function conditionsOf(ctx: Ctx, filter: PoolFilter): Sql {
  const conditions = own(ctx);
  if (filter.ids) conditions.push(sql`id = any(${filter.ids}::uuid[])`);
  if (filter.companyId) conditions.push(sql`company_id = ${filter.companyId}`);
  if (filter.type) conditions.push(sql`type = ${filter.type}`);
  if (filter.search)
    conditions.push(sql`(position(lower(${filter.search}) in lower(name)) > 0 or ${filter.search} = any(labels))`);
  if (filter.archived !== undefined)
    conditions.push(filter.archived ? sql`archived_at is not null` : sql`archived_at is null`);
  if (filter.also) conditions.push(filter.also);
  if (filter.before) conditions.push(sql`id < ${filter.before}`);
  return join(conditions);
}

/** Newest first. */
export async function listPools(ctx: Ctx, filter: PoolFilter & { limit: number }): Promise<Pool[]> {
  return rows<Pool>(
    ctx,
    sql`/* pools.list */ select ${poolColumns} from pools where ${conditionsOf(ctx, filter)}
         order by id desc limit ${filter.limit}`,
  );
}

export async function countPools(ctx: Ctx, filter: PoolFilter): Promise<number> {
  const found = await row<{ pools: number }>(
    ctx,
    sql`/* pools.count */ select count(*)::int as pools from pools where ${conditionsOf(ctx, filter)}`,
  );
  return found!.pools;
}

/** Versions by id or of pools, newest first; `latest`: of each pool one. */
export async function listVersions(
  ctx: Ctx,
  wanted: { ids?: Id[]; poolIds?: Id[]; latest?: boolean; before?: number; limit?: number },
): Promise<PoolVersion[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (wanted.ids) conditions.push(sql`id = any(${wanted.ids}::uuid[])`);
  if (wanted.poolIds) conditions.push(sql`pool_id = any(${wanted.poolIds}::uuid[])`);
  if (wanted.before) conditions.push(sql`version < ${wanted.before}`);
  return rows<PoolVersion>(
    ctx,
    sql`/* pools.list_versions */ select ${wanted.latest ? sql`distinct on (pool_id)` : nothing} ${versionColumns} from pool_versions
         where ${join(conditions)} order by pool_id, version desc ${wanted.limit ? sql`limit ${wanted.limit}` : nothing}`,
  );
}

/** Asks that all members of these pools are looked at, from the first on, also where that is under way. */
export async function insertReviews(ctx: Ctx, poolIds: Id[]): Promise<void> {
  if (poolIds.length === 0) return;
  await run(
    ctx,
    sql`/* pools.ask_reviews */ insert into pool_reviews (organization_id, id, pool_id, asked_at)
        select ${ctx.organization.id}, u.id, u.pool_id, ${ctx.now}::timestamptz
          from unnest(${uuids(poolIds.map(() => newId(ctx)))}::uuid[], ${uuids(poolIds)}::uuid[]) as u(id, pool_id)`,
  );
}

export type Review = { id: Id; poolId: Id; after: Id | null };

/** A review that was asked for and has not begun. */
export async function findReview(ctx: Ctx): Promise<Review | null> {
  return row<Review>(
    ctx,
    sql`/* pools.find_review */ select id, pool_id, after from pool_reviews
         where organization_id = ${ctx.organization.id} and after is null order by id limit 1`,
  );
}

/** A review that has begun, ours until the commit. */
export async function lockReview(ctx: Ctx): Promise<(Review & { after: Id }) | null> {
  return row(
    ctx,
    sql`/* pools.lock_review */ select id, pool_id, after from pool_reviews
         where organization_id = ${ctx.organization.id} and after is not null
         order by id limit 1 for no key update skip locked`,
  );
}

/** Begins a review, unless somebody else has meanwhile. @param start no member's id is at it or below it */
export async function beginReview(ctx: Ctx, id: Id, start: Id): Promise<void> {
  await run(
    ctx,
    sql`/* pools.begin_review */ update pool_reviews set after = ${start}
         where organization_id = ${ctx.organization.id} and id = ${id} and after is null`,
  );
}

/** Notes the last member looked at; null: all were. */
export async function moveReview(ctx: Ctx, id: Id, after: Id | null): Promise<void> {
  await run(
    ctx,
    after === null
      ? sql`/* pools.end_review */ delete from pool_reviews where organization_id = ${ctx.organization.id} and id = ${id}`
      : sql`/* pools.move_review */ update pool_reviews set after = ${after}
             where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}
