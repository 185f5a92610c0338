import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { may } from '../../kit/http/route.ts';
import { type Id, newId, parsePublicId, publicId, toHex } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import { hashSecret } from '../../kit/seal.ts';
import { type ApiKey, keySid, proofText } from '../model.ts';
import { permissions as known } from '../permissions.ts';
import * as sql from '../sql/api-keys.ts';
import { findCompany } from '../sql/companies.ts';
import { addToDirectory } from '../sql/organizations.ts';

export type NewApiKey = { name: string; permissions: string[]; companyId?: Id };

/** The key as its holder keeps it, shown once, and its Super SIM spelling (`SK…` with a secret). */
export type ApiKeySecret = { key: ApiKey; text: string; sid: string; secret: string };

/**
 * Makes an API key. Nobody gives away more than they have: each permission must be one of the caller's own, and a
 * caller bound to a company makes keys of that company.
 *
 * @throws `api_key.permission_unknown`, `permission.denied`, `company.not_found`
 */
export async function createApiKey(ctx: Ctx, input: NewApiKey): Promise<ApiKeySecret> {
  const permissions = [...new Set(input.permissions)];
  for (const permission of permissions) {
    if (permission !== '*' && !Object.hasOwn(known, permission)) {
      throw refuse.invalid('api_key.permission_unknown', `There is no permission ${permission}.`, {
        field: 'body.permissions',
        expected: 'names from the list of permissions, or *',
      });
    }
    if (!may(ctx.actor, permission)) {
      throw refuse.forbidden('permission.denied', `You cannot give ${permission}, because you do not have it.`);
    }
  }
  const companyId = ctx.actor.scope.kind === 'company' ? ctx.actor.scope.companyId : (input.companyId ?? null);
  return atomically(ctx, async (ctx) => {
    if (companyId && !(await findCompany(ctx, companyId))) throw refuse.notFound('company');
    const secret = ctx.random(24).toString('hex');
    const key: ApiKey = {
      id: newId(ctx),
      name: input.name,
      permissions,
      companyId,
      createdAt: ctx.now,
      createdBy: ctx.actor.name,
      lastUsedAt: null,
      revokedAt: null,
    };
    await sql.insertApiKey(ctx, { ...key, secretHash: hashSecret(secret), maker: await personOf(ctx) });
    await addToDirectory(ctx, 'api_key', toHex(key.id));
    const id = publicId('api_key', key.id);
    await audit(ctx, [
      {
        action: 'api_key.created',
        objectType: 'api_key',
        objectId: id,
        changes: [
          { field: 'name', old: null, new: key.name },
          { field: 'permissions', old: null, new: permissions },
        ],
      },
    ]);
    await emit(ctx, [{ name: 'api_key.created', subject: { type: 'api_key', id: key.id }, data: { apiKeyId: id } }]);
    return { key, text: proofText('sw', ctx.organization.id, key.id, secret), sid: keySid(key.id), secret };
  });
}

export function listApiKeys(
  ctx: Ctx,
  filter: { revoked?: boolean },
  before: Id | null,
  limit: number,
): Promise<ApiKey[]> {
  return reading(ctx, (ctx) => sql.listApiKeys(ctx, filter, before, limit));
}

/** Revokes a key; it stops working within seconds, in every process. Revoking it again changes nothing. */
export async function revokeApiKey(ctx: Ctx, keyId: Id): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const key = await sql.findApiKey(ctx, keyId, true);
    const id = publicId('api_key', keyId);
    if (!key) throw refuse.notFound('api_key', id);
    if (key.revokedAt) return;
    await sql.markRevoked(ctx, keyId);
    await audit(ctx, [
      {
        action: 'api_key.revoked',
        objectType: 'api_key',
        objectId: id,
        changes: [{ field: 'revokedAt', old: null, new: ctx.now }],
      },
    ]);
    await emit(ctx, [{ name: 'api_key.revoked', subject: { type: 'api_key', id: keyId }, data: { apiKeyId: id } }]);
  });
}

/** Who stands behind the caller: a key counts as the person who made it, or who made the key that made it. */
export async function personOf(ctx: Ctx): Promise<string> {
  const { kind, id } = ctx.actor;
  const keyId = kind === 'api_key' ? parsePublicId('api_key', id) : null;
  const maker = keyId ? await reading(ctx, (ctx) => sql.makerOf(ctx, keyId)) : null;
  return maker ?? `${kind}:${id}`;
}
