import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, row, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { ApiKey } from '../model.ts';
import { ownCompany } from './companies.ts';

const columns = sql`id, name, permissions, company_id, created_at, created_by, last_used_at, revoked_at`;

export function listApiKeys(
  ctx: Ctx,
  filter: { revoked?: boolean },
  before: Id | null,
  limit: number,
): Promise<ApiKey[]> {
  const conditions = [sql`organization_id = ${ctx.organization.id}`, ownCompany(ctx, sql`company_id`)];
  if (!filter.revoked) conditions.push(sql`revoked_at is null`);
  if (before) conditions.push(sql`id < ${before}`);
  return rows(
    ctx,
    sql`/* api_keys.list */ select ${columns} from api_keys where ${join(conditions)} order by id desc limit ${limit}`,
  );
}

export function findApiKey(ctx: Ctx, id: Id, lock = false): Promise<ApiKey | null> {
  return row(
    ctx,
    sql`/* api_keys.find */ select ${columns} from api_keys
         where organization_id = ${ctx.organization.id} and id = ${id} and ${ownCompany(ctx, sql`company_id`)}
         ${lock ? sql`for update` : nothing}`,
  );
}

/** The key with its hash, unless it was revoked or its company archived. */
export function findLiveApiKey(ctx: Ctx, id: Id): Promise<(ApiKey & { secretHash: Buffer }) | null> {
  return row(
    ctx,
    sql`/* api_keys.live */ select k.id, k.name, k.permissions, k.company_id, k.created_at, k.created_by,
               k.last_used_at, k.revoked_at, k.secret_hash
          from api_keys k
          left join companies c on c.organization_id = k.organization_id and c.id = k.company_id
         where k.organization_id = ${ctx.organization.id} and k.id = ${id} and k.revoked_at is null
           and c.archived_at is null`,
  );
}

export async function insertApiKey(
  ctx: Ctx,
  key: Pick<ApiKey, 'id' | 'name' | 'permissions' | 'companyId' | 'createdAt' | 'createdBy'> & {
    secretHash: Buffer;
    maker: string;
  },
): Promise<void> {
  await run(
    ctx,
    sql`/* api_keys.insert */ insert into api_keys
          (organization_id, id, name, secret_hash, permissions, company_id, created_at, created_by, maker)
        values (${ctx.organization.id}, ${key.id}, ${key.name}, ${key.secretHash}, ${key.permissions}, ${key.companyId},
                ${key.createdAt}, ${key.createdBy}, ${key.maker})`,
  );
}

export async function markUsed(ctx: Ctx, id: Id): Promise<void> {
  await run(
    ctx,
    sql`/* api_keys.used */ update api_keys set last_used_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

export async function markRevoked(ctx: Ctx, id: Id): Promise<void> {
  await run(
    ctx,
    sql`/* api_keys.revoke */ update api_keys set revoked_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and id = ${id} and revoked_at is null`,
  );
}

/** The person who made a key; null: it was made before that was kept. */
export async function makerOf(ctx: Ctx, id: Id): Promise<string | null> {
  const found = await row<{ maker: string | null }>(
    ctx,
    sql`/* api_keys.maker */ select maker from api_keys where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
  return found?.maker ?? null;
}
