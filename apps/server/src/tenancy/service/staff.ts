import { hashPassword } from 'better-auth/crypto';
import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import type { Role, Staff } from '../model.ts';
import { readyMadeRoles } from '../permissions.ts';
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
    const staff = {
      id: newId(ctx),
      userId,
      email,
      name: input.name,
      roleId: role.id,
      companyId: input.companyId ?? null,
      createdAt: ctx.now,
    };
    if (!(await sql.insertStaff(ctx, staff))) {
      throw refuse.conflict('staff.exists', 'Somebody with this email works here already.', { field: 'body.email' });
    }
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

export function listStaff(ctx: Ctx, search: string | undefined, before: Id | null, limit: number): Promise<Staff[]> {
  return reading(ctx, (ctx) => sql.listStaff(ctx, search, before, limit));
}

export async function listRoles(ctx: Ctx): Promise<Role[]> {
  const roles = await reading(ctx, (ctx) => sql.listRoles(ctx));
  return roles.map((role) => ({ ...role, permissions: [...permissionsOf(role)] }));
}

/** A ready-made role follows the release; one that was edited is as it was saved. */
export function permissionsOf(role: { name: string; permissions: string[]; readyMade: boolean }): readonly string[] {
  return (role.readyMade && readyMadeRoles[role.name]) || role.permissions;
}
