import { hashPassword } from 'better-auth/crypto';
import { audit } from '../../kit/audit.ts';
import { type Ctx, machineNow } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import type { Role, Staff } from '../model.ts';
import { heldBy, readyMadeRoles } from '../permissions.ts';
import { endInvitations } from '../sql/links.ts';
import { addToDirectory } from '../sql/organizations.ts';
import * as sql from '../sql/staff.ts';

export const minPasswordLength = 10;

export type NewStaff = { email: string; name: string; password: string; role: string; companyId?: Id };

/**
 * Makes a person staff of the organization, or of one of its companies. Somebody who already signs in with this email
 * for another organization keeps their identity and password.
 *
 * @throws `staff.password_too_short`, `role.not_found`, `staff.exists`
 */
export async function createStaff(ctx: Ctx, { password, ...input }: NewStaff): Promise<Staff> {
  mustBeLongEnough(password);
  // Hashing takes a tenth of a second on purpose: not while a database transaction is open.
  const passwordHash = await hashPassword(password);
  return addStaff(ctx, input, passwordHash);
}

export function mustBeLongEnough(password: string): void {
  if (password.length >= minPasswordLength) return;
  throw refuse.invalid('staff.password_too_short', `A password has at least ${minPasswordLength} characters.`, {
    field: 'body.password',
    expected: `at least ${minPasswordLength} characters`,
  });
}

/** The same with a password that is hashed already: of a new identity; one that exists keeps its own. */
export async function addStaff(ctx: Ctx, input: Omit<NewStaff, 'password'>, passwordHash: string): Promise<Staff> {
  return atomically(ctx, async (ctx) => {
    const role = await sql.findRoleByName(ctx, input.role);
    if (!role) throw refuse.notFound('role', input.role);
    const email = input.email.toLowerCase();
    const userId = await sql.findOrInsertUser(ctx, { id: newId(ctx), email, name: input.name, passwordHash });
    const fresh = {
      id: newId(ctx),
      userId,
      email,
      name: input.name,
      roleId: role.id,
      companyId: input.companyId ?? null,
      createdAt: ctx.now,
    };
    const staffId = await sql.insertStaff(ctx, fresh);
    if (!staffId) {
      throw refuse.conflict('staff.exists', 'Somebody with this email works here already.', { field: 'body.email' });
    }
    const staff = { ...fresh, id: staffId };
    await addToDirectory(ctx, 'user', userId);
    await sql.claimPlatform(ctx, userId);
    const id = publicId('staff', staff.id);
    const companyId = staff.companyId && publicId('company', staff.companyId);
    await emit(ctx, [
      {
        name: 'staff.created',
        subject: { type: 'staff', id: staff.id },
        data: { staffId: id, ...(companyId && { companyId }), role: role.name },
      },
    ]);
    await audit(ctx, [
      {
        action: 'staff.created',
        objectType: 'staff',
        objectId: id,
        changes: [
          { field: 'email', old: null, new: email },
          { field: 'role', old: null, new: role.name },
        ],
      },
    ]);
    return { ...staff, roleName: role.name, removedAt: null };
  });
}

export function listStaff(ctx: Ctx, filter: sql.StaffFilter, before: Id | null, limit: number): Promise<Staff[]> {
  return reading(ctx, (ctx) => sql.listStaff(ctx, filter, before, limit));
}

/**
 * Gives somebody another role. Nobody gives or takes what they do not have, and nobody changes themselves. Refuses
 * `staff.not_found`, `role.not_found`, `permission.beyond_own`, `staff.yourself`, `staff.last_of_all`.
 */
export async function changeRole(ctx: Ctx, id: Id, roleName: string): Promise<Staff> {
  return atomically(ctx, async (ctx) => {
    const staff = await staffToChange(ctx, id);
    const role = await sql.findRoleByName(ctx, roleName);
    if (!role) throw refuse.invalid('role.not_found', 'There is no such role.', { field: 'body.role' });
    if (role.id === staff.roleId) return staff;
    holdToOwn(ctx, role);
    if (!canChangeStaff(role)) await somebodyElseCan(ctx, staff);
    await sql.saveStaff(ctx, { ...staff, roleId: role.id });
    await tell(ctx, staff, 'staff.changed', [{ field: 'role', old: staff.roleName, new: role.name }]);
    return { ...staff, roleId: role.id, roleName: role.name };
  });
}

/** Somebody works here no more: their next request finds nobody. What they did stays theirs. Refuses as `changeRole` does. */
export async function removeStaff(ctx: Ctx, id: Id): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const staff = await staffToChange(ctx, id);
    await somebodyElseCan(ctx, staff);
    await sql.saveStaff(ctx, { ...staff, removedAt: ctx.now });
    // An invitation that lies about would let them in again.
    await endInvitations(ctx, staff.email, machineNow(ctx));
    await tell(ctx, staff, 'staff.removed', [{ field: 'email', old: staff.email, new: null }]);
  });
}

async function staffToChange(ctx: Ctx, id: Id): Promise<sql.RoledStaff> {
  const staff = await sql.lockStaff(ctx, id);
  if (!staff) throw refuse.notFound('staff', publicId('staff', id));
  if (ctx.actor.id === publicId('staff', id)) {
    throw refuse.conflict('staff.yourself', 'Nobody changes or removes themselves. Ask a colleague.');
  }
  holdToOwn(ctx, { ...staff, name: staff.roleName });
  return staff;
}

type Permits = Parameters<typeof permissionsOf>[0];
const canChangeStaff = (role: Permits): boolean =>
  permissionsOf(role).some((name) => name === '*' || name === 'tenancy.staff.edit');

/** The organization keeps somebody who can change its staff. */
async function somebodyElseCan(ctx: Ctx, leaving: Staff): Promise<void> {
  if (leaving.companyId) return;
  const others = (await sql.lockOwnStaff(ctx)).filter(({ id }) => id !== leaving.id);
  if (others.some((one) => canChangeStaff({ ...one, name: one.roleName }))) return;
  throw refuse.conflict(
    'staff.last_of_all',
    'Nobody else here could change roles of staff. Give somebody that role first.',
  );
}

/** Nobody gives, or takes from somebody, what they do not have themselves. Refuses `permission.beyond_own`. */
export function holdToOwn(ctx: Ctx, role: Permits): void {
  const { permissions } = ctx.actor;
  const beyond = heldBy(permissionsOf(role)).find((name) => !permissions.has('*') && !permissions.has(name));
  if (!beyond) return;
  const words = `This role has the permission ${beyond}, which you do not have.`;
  throw refuse.forbidden('permission.beyond_own', words, { field: 'body.role' });
}

async function tell(
  ctx: Ctx,
  staff: Staff,
  action: string,
  changes: { field: string; old: string | null; new: string | null }[],
): Promise<void> {
  const id = publicId('staff', staff.id);
  const companyId = staff.companyId && publicId('company', staff.companyId);
  const data = { staffId: id, ...(companyId && { companyId }) };
  await emit(ctx, [{ name: action, subject: { type: 'staff', id: staff.id }, data }]);
  await audit(ctx, [{ action, objectType: 'staff', objectId: id, changes }]);
}

export async function listRoles(ctx: Ctx): Promise<Role[]> {
  const roles = await reading(ctx, (ctx) => sql.listRoles(ctx));
  return roles.map((role) => ({ ...role, permissions: [...permissionsOf(role)] }));
}

/** A ready-made role follows the release; one that was edited is as it was saved. */
export function permissionsOf(role: { name: string; permissions: string[]; readyMade: boolean }): readonly string[] {
  return (role.readyMade && readyMadeRoles[role.name]) || role.permissions;
}
