import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { Pool, PoolVersion } from './model.ts';
import * as store from './sql.ts';

/** Pools by id, archived ones too, each with its latest terms. */
export async function poolsOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, { pool: Pool; version: PoolVersion }>> {
  if (ids.length === 0) return new Map();
  return reading(ctx, async (ctx) => {
    const pools = await store.listPools(ctx, { ids, limit: ids.length });
    const latest = new Map(
      (await store.listVersions(ctx, { poolIds: pools.map((pool) => pool.id), latest: true })).map((v) => [
        v.poolId,
        v,
      ]),
    );
    return new Map(pools.map((pool) => [pool.id, { pool, version: latest.get(pool.id)! }]));
  });
}

/** Versions by id; they never change, so a caller may keep them. */
export async function getPoolVersions(ctx: Ctx, ids: Id[]): Promise<Map<Id, PoolVersion>> {
  if (ids.length === 0) return new Map();
  return new Map((await store.listVersions(ctx, { ids })).map((version) => [version.id, version]));
}
