import type { Ctx } from '../../kit/ctx.ts';
import { join, row, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Role, Staff } from '../model.ts';
import { likePattern, ownCompany } from './companies.ts';

const columns = sql`s.id, s.user_id, s.email, s.name, s.role_id, r.name as role_name, s.company_id, s.created_at, s.removed_at`;

export type StaffFilter = { search?: string | undefined; companyId?: Id | undefined; roleId?: Id | undefined };

export function listStaff(
  ctx: Ctx,
  { search, companyId, roleId }: StaffFilter,
  before: Id | null,
  limit: number,
): Promise<Staff[]> {
  const conditions = [
    sql`s.organization_id = ${ctx.organization.id} and s.removed_at is null`,
    ownCompany(ctx, sql`s.company_id`),
  ];
  if (companyId) conditions.push(sql`s.company_id = ${companyId}`);
  if (roleId) conditions.push(sql`s.role_id = ${roleId}`);
  if (before) conditions.push(sql`s.id < ${before}`);
  if (search) {
    const pattern = likePattern(search);
    conditions.push(sql`(s.name ilike ${pattern} or s.email ilike ${pattern})`);
  }
  return rows(
    ctx,
    sql`/* staff.list */ select ${columns} from staff s
          join roles r on r.organization_id = s.organization_id and r.id = s.role_id
         where ${join(conditions)} order by s.id desc limit ${limit}`,
  );
}

/** Somebody who works here and whom the caller may see, with what their role permits; ours until the database transaction ends. */
export function lockStaff(ctx: Ctx, id: Id): Promise<RoledStaff | null> {
  return row(
    ctx,
    sql`/* staff.lock */ select ${columns}, r.permissions, r.ready_made from staff s
          join roles r on r.organization_id = s.organization_id and r.id = s.role_id
         where s.organization_id = ${ctx.organization.id} and s.id = ${id} and s.removed_at is null
           and ${ownCompany(ctx, sql`s.company_id`)}
           for update of s`,
  );
}

export type RoledStaff = Staff & { permissions: string[]; readyMade: boolean };

/** Whoever works for the organization itself: so few that they are looked at one by one. Locked, so that two do not leave at once. */
export function lockOwnStaff(ctx: Ctx): Promise<RoledStaff[]> {
  return rows(
    ctx,
    sql`/* staff.lock_own */ select ${columns}, r.permissions, r.ready_made from staff s
          join roles r on r.organization_id = s.organization_id and r.id = s.role_id
         where s.organization_id = ${ctx.organization.id} and s.company_id is null and s.removed_at is null
         order by s.id limit 1000 for update of s`,
  );
}

export async function saveStaff(ctx: Ctx, staff: Pick<Staff, 'id' | 'roleId' | 'removedAt'>): Promise<void> {
  await run(
    ctx,
    sql`/* staff.save */ update staff set role_id = ${staff.roleId}, removed_at = ${staff.removedAt}
         where organization_id = ${ctx.organization.id} and id = ${staff.id}`,
  );
}

/** A person's place in this organization, with what the role permits. */
export function findStaffOfUser(
  ctx: Ctx,
  userId: string,
): Promise<(Staff & { permissions: string[]; readyMade: boolean; companyName: string | null }) | null> {
  return row(
    ctx,
    sql`/* staff.of_user */ select ${columns}, r.permissions, r.ready_made, c.name as company_name from staff s
          join roles r on r.organization_id = s.organization_id and r.id = s.role_id
          left join companies c on c.organization_id = s.organization_id and c.id = s.company_id
         where s.organization_id = ${ctx.organization.id} and s.user_id = ${userId} and s.removed_at is null
           and c.archived_at is null`,
  );
}

/** Whether the person looks after the instance itself. */
export async function isPlatformAdmin(ctx: Ctx, userId: string): Promise<boolean> {
  const found = await row<{ admin: boolean }>(
    ctx,
    sql`/* platform.is_admin */ select is_platform_admin(${userId}) as admin`,
  );
  return found!.admin;
}

/** Makes the person the platform's admin if theirs is the first account of the instance. */
export async function claimPlatform(ctx: Ctx, userId: string): Promise<boolean> {
  const claimed = await row<{ claimed: boolean }>(
    ctx,
    sql`/* platform.claim */ select claim_platform(${userId}) as claimed`,
  );
  return claimed!.claimed;
}

/** Their id; null when the person already works here. Who was removed comes back as they are now, under the id that they had. */
export async function insertStaff(
  ctx: Ctx,
  staff: Pick<Staff, 'id' | 'userId' | 'email' | 'name' | 'roleId' | 'companyId' | 'createdAt'>,
): Promise<Id | null> {
  const inserted = await row<{ id: Id }>(
    ctx,
    sql`/* staff.insert */ insert into staff
          (organization_id, id, user_id, email, name, role_id, company_id, created_at)
        values (${ctx.organization.id}, ${staff.id}, ${staff.userId}, ${staff.email}, ${staff.name}, ${staff.roleId},
                ${staff.companyId}, ${staff.createdAt})
        on conflict (organization_id, user_id) do update
           set email = excluded.email, name = excluded.name, role_id = excluded.role_id, company_id = excluded.company_id,
               created_at = excluded.created_at, removed_at = null
         where staff.removed_at is not null
        returning id`,
  );
  return inserted?.id ?? null;
}

/** The identity with this email, made with the password when there is none yet. */
export async function findOrInsertUser(
  ctx: Ctx,
  user: { id: string; email: string; name: string; passwordHash: string },
): Promise<string> {
  const inserted = await row<{ id: string }>(
    ctx,
    sql`/* users.insert */ insert into auth."user" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt")
        values (${user.id}, ${user.name}, ${user.email}, true, ${ctx.now}, ${ctx.now})
        on conflict ("email") do nothing returning "id"`,
  );
  if (!inserted) {
    const known = await row<{ id: string }>(
      ctx,
      sql`/* users.by_email */ select "id" from auth."user" where "email" = ${user.email}`,
    );
    return known!.id;
  }
  await run(
    ctx,
    sql`/* users.password */ insert into auth."account"
          ("id", "accountId", "providerId", "userId", "password", "createdAt", "updatedAt")
        values (${`${user.id}-password`}, ${user.id}, 'credential', ${user.id}, ${user.passwordHash}, ${ctx.now}, ${ctx.now})`,
  );
  return user.id;
}

export function listRoles(ctx: Ctx): Promise<Role[]> {
  return rows(
    ctx,
    sql`/* roles.list */ select id, name, permissions, ready_made from roles
         where organization_id = ${ctx.organization.id} order by id limit 200`,
  );
}

export function findRoleByName(ctx: Ctx, name: string): Promise<Role | null> {
  return row(
    ctx,
    sql`/* roles.by_name */ select id, name, permissions, ready_made from roles
         where organization_id = ${ctx.organization.id} and name = ${name}`,
  );
}

export async function findRoleName(ctx: Ctx, id: Id): Promise<string> {
  const found = await row<{ name: string }>(
    ctx,
    sql`/* roles.name */ select name from roles where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
  return found!.name;
}

/** The hash of the password that somebody with this email signs in with; null: nobody does. */
export async function findPasswordHash(ctx: Ctx, email: string): Promise<string | null> {
  const found = await row<{ password: string | null }>(
    ctx,
    sql`/* users.find_password */ select a."password" from auth."user" u
          join auth."account" a on a."userId" = u."id" and a."providerId" = 'credential' where u."email" = ${email}`,
  );
  return found?.password ?? null;
}

export async function insertRoles(ctx: Ctx, roles: Role[]): Promise<void> {
  for (const role of roles) {
    await run(
      ctx,
      sql`/* roles.insert */ insert into roles (organization_id, id, name, permissions, ready_made)
          values (${ctx.organization.id}, ${role.id}, ${role.name}, ${role.permissions}, ${role.readyMade})`,
    );
  }
}
