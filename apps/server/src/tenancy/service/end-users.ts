import { audit, changesBetween } from '../../kit/audit.ts';
import { type Ctx, machineNow } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import type { EndUser, Language } from '../model.ts';
import { findCompany } from '../sql/companies.ts';
import * as sql from '../sql/end-users.ts';
import { endLinks } from '../sql/links.ts';
import { addToDirectory } from '../sql/organizations.ts';

export type NewEndUser = { companyId: Id; email: string; name?: string | undefined; language?: Language | undefined };

/** Makes an end user of a company. The email is theirs alone among the organization's end users in use. */
export async function createEndUser(ctx: Ctx, input: NewEndUser): Promise<EndUser> {
  return atomically(ctx, async (ctx) => {
    const company = await findCompany(ctx, input.companyId);
    if (!company) throw refuse.notFound('company', publicId('company', input.companyId));
    if (company.archivedAt) throw refuse.conflict('company.archived', 'An archived company gets no new end users.');
    const user: EndUser = {
      id: newId(ctx),
      companyId: input.companyId,
      email: input.email,
      name: input.name ?? null,
      language: input.language ?? null,
      createdAt: ctx.now,
      archivedAt: null,
    };
    if (!(await sql.insertEndUser(ctx, user))) throw emailTaken();
    await addToDirectory(ctx, 'end_user', user.email.toLowerCase());
    await tell(ctx, user, 'created', [{ field: 'email', old: null, new: user.email }]);
    return user;
  });
}

export function listEndUsers(
  ctx: Ctx,
  filter: sql.EndUserFilter,
  before: Id | null,
  limit: number,
): Promise<EndUser[]> {
  return reading(ctx, (ctx) => sql.listEndUsers(ctx, filter, before, limit));
}

export async function getEndUser(ctx: Ctx, id: Id): Promise<EndUser> {
  return found(await reading(ctx, (ctx) => sql.findEndUser(ctx, id)), id);
}

export async function updateEndUser(
  ctx: Ctx,
  id: Id,
  changes: { email?: string | undefined; name?: string | null | undefined; language?: Language | null | undefined },
): Promise<EndUser> {
  return atomically(ctx, async (ctx) => {
    const old = found(await sql.findEndUser(ctx, id, true), id);
    if (old.archivedAt) throw refuse.conflict('end_user.archived', 'An archived end user cannot be changed.');
    const changed = changesBetween<EndUser>(old, changes);
    if (changed.length === 0) return old;
    const user = { ...old, ...Object.fromEntries(changed.map((change) => [change.field, change.new])) };
    await sql.saveEndUser(ctx, user).catch((error) => {
      throw error.code === '23505' ? emailTaken() : error;
    });
    if (changes.email) {
      await addToDirectory(ctx, 'end_user', user.email.toLowerCase());
      // A link that went to the old address must not open what belongs to the new one.
      await endLinks(ctx, id, machineNow(ctx));
    }
    await tell(ctx, user, 'updated', changed);
    return user;
  });
}

/** Puts an end user out of use; the email is free again. Twice changes nothing. */
export async function archiveEndUser(ctx: Ctx, id: Id): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const old = found(await sql.findEndUser(ctx, id, true), id);
    if (old.archivedAt) return;
    const user = { ...old, archivedAt: ctx.now };
    await sql.saveEndUser(ctx, user);
    await tell(ctx, user, 'archived', [{ field: 'archivedAt', old: null, new: ctx.now }]);
  });
}

function found(user: EndUser | null, id: Id): EndUser {
  if (!user) throw refuse.notFound('end_user', publicId('end_user', id));
  return user;
}

function emailTaken() {
  return refuse.conflict('end_user.email_taken', 'Another end user has this email.', { field: 'body.email' });
}

async function tell(
  ctx: Ctx,
  user: EndUser,
  past: string,
  changes: { field: string; old: unknown; new: unknown }[],
): Promise<void> {
  const id = publicId('end_user', user.id);
  await audit(ctx, [{ action: `end_user.${past}`, objectType: 'end_user', objectId: id, changes }]);
  await emit(ctx, [
    {
      name: `end_user.${past}`,
      subject: { type: 'end_user', id: user.id },
      data: { endUserId: id, companyId: publicId('company', user.companyId), fields: changes.map((c) => c.field) },
    },
  ]);
}
