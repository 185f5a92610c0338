import { countMembers } from '../inventory/index.ts';
import { assert } from '../kit/assert.ts';
import { audit, changesBetween } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit, type NewEvent } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { getCompany } from '../tenancy/index.ts';
import { emptyForm, formOf, type PoolForm, readOver } from './form.ts';
import type { Pool, PoolTerms, PoolVersion } from './model.ts';
import * as store from './sql.ts';

export type PoolWithTerms = { pool: Pool; version: PoolVersion };

type Asked<T> = { [K in keyof T]?: T[K] | undefined };

export type NewPool = {
  type: Pool['type'];
  name: string;
  /** null: the organization's own. */
  companyId: Id | null;
  terms: Asked<PoolForm>;
} & Asked<Pick<Pool, 'dataLimitBytes' | 'labels' | 'note'>>;

/**
 * Makes a pool in its account's currency, with its first terms. It has no month yet: whoever makes one opens it in the
 * same database transaction (periods).
 */
export async function createPool(ctx: Ctx, input: NewPool): Promise<PoolWithTerms> {
  return atomically(ctx, async (ctx) => {
    const currency = await currencyOf(ctx, input.companyId);
    const terms = readOver(input.type, emptyForm, input.terms, { currency, unitBase: ctx.organization.unitBase });
    const pool: Pool = {
      id: newId(ctx),
      companyId: input.companyId,
      type: input.type,
      name: input.name,
      dataLimitBytes: input.dataLimitBytes ?? null,
      labels: input.labels ?? [],
      note: input.note ?? '',
      createdAt: ctx.now,
      archivedAt: null,
    };
    const version: PoolVersion = { ...terms, id: newId(ctx), poolId: pool.id, version: 1, createdAt: ctx.now };
    await store.insertPool(ctx, pool).catch(refuseTakenName);
    await store.insertVersion(ctx, version);
    await audit(ctx, [{ ...object('pool.created', pool.id), changes: [{ field: 'name', old: null, new: pool.name }] }]);
    await emit(ctx, [poolEvent('pool.created', pool, { name: pool.name, type: pool.type })]);
    return { pool, version };
  });
}

/** The money of an account: a company's own, or the organization's. */
async function currencyOf(ctx: Ctx, companyId: Id | null): Promise<string> {
  if (companyId === null) return ctx.organization.currency;
  const company = await getCompany(ctx, companyId);
  if (company.archivedAt) {
    throw refuse.conflict('company.archived', 'This company is archived.', { field: 'body.company' });
  }
  return company.currency;
}

export type PoolPatch = Asked<Pick<Pool, 'name' | 'dataLimitBytes' | 'labels' | 'note'>>;

/** A changed data limit reaches the members by a review, which the worker does. */
export async function updatePool(ctx: Ctx, id: Id, patch: PoolPatch): Promise<PoolWithTerms> {
  return atomically(ctx, async (ctx) => {
    const { pool } = await lockLiving(ctx, id);
    const changes = changesBetween<Pool>(pool, patch as Partial<Pool>);
    if (changes.length === 0) return getPool(ctx, id);
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const next: Pool = { ...pool, ...given };
    await store.updatePool(ctx, next).catch(refuseTakenName);
    if (next.dataLimitBytes !== pool.dataLimitBytes) await store.insertReviews(ctx, [id]);
    await audit(ctx, [{ ...object('pool.updated', id), changes }]);
    await emit(ctx, [
      poolEvent('pool.updated', pool, { fields: changes.map((change) => change.field) }),
      ...(next.dataLimitBytes === pool.dataLimitBytes
        ? []
        : [poolEvent('pool.limit_changed', pool, { dataLimitBytes: next.dataLimitBytes?.toString() ?? null })]),
    ]);
    return getPool(ctx, id);
  });
}

/** Saves edited terms as the next version, which the next month of the pool is on. Absent fields stay as they were. */
export async function changeTerms(ctx: Ctx, id: Id, asked: Asked<PoolForm>): Promise<PoolWithTerms> {
  return atomically(ctx, async (ctx) => {
    const { pool, version: latest } = await lockLiving(ctx, id);
    const account = { currency: latest.currency, unitBase: ctx.organization.unitBase };
    const terms = readOver(pool.type, formOf(pool.type, latest), asked, account);
    const changes = changesBetween<PoolTerms>(latest, terms);
    if (changes.length === 0) return { pool, version: latest };
    const version: PoolVersion = {
      ...terms,
      id: newId(ctx),
      poolId: id,
      version: latest.version + 1,
      createdAt: ctx.now,
    };
    await store.insertVersion(ctx, version);
    await audit(ctx, [{ ...object('pool.terms_changed', id), changes }]);
    await emit(ctx, [poolEvent('pool.updated', pool, { fields: ['terms'], version: version.version })]);
    return { pool, version };
  });
}

/** Takes an empty pool off the list; its month runs to its end, and no other follows. Twice changes nothing. */
export async function archivePool(ctx: Ctx, id: Id): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const pool = await lockPool(ctx, id);
    if (pool.archivedAt) return;
    const members = (await countMembers(ctx, [id])).get(id) ?? 0;
    if (members > 0) {
      throw refuse.conflict('pool.has_members', 'This pool has members: take them out first.', { members });
    }
    await store.updatePool(ctx, { ...pool, archivedAt: ctx.now });
    await audit(ctx, [object('pool.archived', id)]);
    await emit(ctx, [poolEvent('pool.archived', pool)]);
  });
}

async function lockPool(ctx: Ctx, id: Id): Promise<Pool> {
  const [pool] = await store.lockPools(ctx, [id], 'change');
  if (!pool) throw refuse.notFound('pool');
  return pool;
}

async function lockLiving(ctx: Ctx, id: Id): Promise<PoolWithTerms> {
  const pool = await lockPool(ctx, id);
  if (pool.archivedAt) throw refuse.conflict('pool.archived', `The pool ${pool.name} is archived.`);
  return getPool(ctx, id);
}

/**
 * Holds pools that lines are about to join, so that none is archived meanwhile: as many join at a time as want to. Refuses
 * what is not there and what is archived.
 */
export async function holdPools(ctx: Ctx, ids: Id[]): Promise<Map<Id, Pool>> {
  const pools = new Map((await store.lockPools(ctx, ids, 'join')).map((pool) => [pool.id, pool]));
  for (const id of ids) {
    const pool = pools.get(id);
    if (!pool) throw refuse.notFound('pool');
    if (pool.archivedAt)
      throw refuse.conflict('pool.archived', `The pool ${pool.name} is archived.`, { field: 'poolId' });
  }
  return pools;
}

/** A pool of the actor's scope with its latest terms. Another organization's, or another company's, is not found. */
export async function getPool(ctx: Ctx, id: Id): Promise<PoolWithTerms> {
  const found = (await poolsOf(ctx, [id])).get(id);
  if (!found) throw refuse.notFound('pool');
  return found;
}

/** Pools with their latest terms, newest first. */
export async function listPools(ctx: Ctx, filter: store.PoolFilter & { limit: number }): Promise<PoolWithTerms[]> {
  return reading(ctx, async (ctx) => withTerms(ctx, await store.listPools(ctx, filter)));
}

/** Pools by id, archived ones too, each with its latest terms. */
export async function poolsOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, PoolWithTerms>> {
  if (ids.length === 0) return new Map();
  return reading(ctx, async (ctx) => {
    const found = await withTerms(ctx, await store.listPools(ctx, { ids, limit: ids.length }));
    return new Map(found.map((one) => [one.pool.id, one]));
  });
}

async function withTerms(ctx: Ctx, pools: Pool[]): Promise<PoolWithTerms[]> {
  if (pools.length === 0) return [];
  const versions = await store.listVersions(ctx, { poolIds: pools.map((pool) => pool.id), latest: true });
  const latest = new Map(versions.map((version) => [version.poolId, version]));
  return pools.map((pool) => {
    const version = latest.get(pool.id);
    assert(version, 'a pool has terms');
    return { pool, version };
  });
}

/** Versions by id; they never change, so a caller may keep them. */
export async function getPoolVersions(ctx: Ctx, ids: Id[]): Promise<Map<Id, PoolVersion>> {
  if (ids.length === 0) return new Map();
  return new Map((await store.listVersions(ctx, { ids })).map((version) => [version.id, version]));
}

/** The terms of a pool, newest first, from below version `before` on. */
export async function listPoolVersions(
  ctx: Ctx,
  poolId: Id,
  page: { before?: number; limit: number },
): Promise<PoolVersion[]> {
  return reading(ctx, (ctx) => store.listVersions(ctx, { poolIds: [poolId], ...page }));
}

function object(action: string, id: Id) {
  return { action, objectType: 'pool', objectId: publicId('pool', id) };
}

/** Something that happened to a pool; its company's staff may read it. */
export function poolEvent(
  name: string,
  { id, companyId }: Pick<Pool, 'id' | 'companyId'>,
  data: Record<string, unknown> = {},
): NewEvent {
  const whose = companyId ? { companyId: publicId('company', companyId) } : {};
  return { name, subject: { type: 'pool', id }, data: { pool: publicId('pool', id), ...whose, ...data } };
}

function refuseTakenName(error: unknown): never {
  if ((error as { constraint?: string }).constraint === 'pools_name') {
    throw refuse.conflict('pool.name_taken', 'Another pool has this name.', { field: 'body.name' });
  }
  throw error;
}
