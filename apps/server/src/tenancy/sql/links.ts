import type { Ctx } from '../../kit/ctx.ts';
import { row, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { EndUser, Language } from '../model.ts';

export type LinkPurpose = 'sign_in' | 'invitation' | 'look' | 'staff';

export type Link = {
  id: Id;
  purpose: LinkPurpose;
  endUserId: Id | null;
  staffEmail: string | null;
  staffName: string | null;
  roleId: Id | null;
  companyId: Id | null;
  secretHash: Buffer;
  createdAt: Date;
  expiresAt: Date;
  usedAt: Date | null;
  madeBy: string;
};

const columns = sql`id, purpose, end_user_id, staff_email, staff_name, role_id, company_id, secret_hash, created_at, expires_at, used_at,
  made_by`;

export async function insertLink(ctx: Ctx, l: Omit<Link, 'usedAt'>): Promise<void> {
  await run(
    ctx,
    sql`/* links.insert */ insert into sign_in_links
          (organization_id, id, purpose, end_user_id, staff_email, staff_name, role_id, company_id, secret_hash, created_at, expires_at, made_by)
        values (${ctx.organization.id}, ${l.id}, ${l.purpose}, ${l.endUserId}, ${l.staffEmail}, ${l.staffName}, ${l.roleId},
                ${l.companyId}, ${l.secretHash}, ${l.createdAt}, ${l.expiresAt}, ${l.madeBy})`,
  );
}

export function findLink(ctx: Ctx, id: Id): Promise<Link | null> {
  return row(
    ctx,
    sql`/* links.find */ select ${columns} from sign_in_links where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

/** Marks a link as used. False when somebody else was faster, or it is over. */
export async function takeLink(ctx: Ctx, id: Id, machineNow: Date): Promise<boolean> {
  const taken = await run(
    ctx,
    sql`/* links.take */ update sign_in_links set used_at = ${machineNow}
         where organization_id = ${ctx.organization.id} and id = ${id} and used_at is null and expires_at > ${machineNow}`,
  );
  return taken === 1;
}

/** Links that an end user was sent since an instant. */
export async function countSent(ctx: Ctx, endUserId: Id, since: Date): Promise<number> {
  const found = await row<{ sent: number }>(
    ctx,
    sql`/* links.count_sent */ select count(*)::int as sent from sign_in_links
         where organization_id = ${ctx.organization.id} and end_user_id = ${endUserId} and purpose = 'sign_in' and created_at > ${since}`,
  );
  return found!.sent;
}

/** Those that could still be used are over: a newer one took their place, or their end user is gone. */
export async function endLinks(ctx: Ctx, endUserId: Id, machineNow: Date): Promise<void> {
  await run(
    ctx,
    sql`/* links.end */ update sign_in_links set used_at = ${machineNow}
         where organization_id = ${ctx.organization.id} and end_user_id = ${endUserId} and used_at is null and purpose <> 'look'`,
  );
}

/** The end user in use with this email. */
export function findEndUserByEmail(ctx: Ctx, email: string): Promise<EndUser | null> {
  return row(
    ctx,
    sql`/* end_users.by_email */ select u.id, u.company_id, u.email, u.name, u.language, u.created_at, u.archived_at
          from end_users u join companies c on c.organization_id = u.organization_id and c.id = u.company_id
         where u.organization_id = ${ctx.organization.id} and lower(u.email) = ${email.toLowerCase()} and u.archived_at is null
           and c.archived_at is null`,
  );
}

export async function insertSession(
  ctx: Ctx,
  s: { id: Id; endUserId: Id; secretHash: Buffer; lookedBy: string | null; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await run(
    ctx,
    sql`/* end_user_sessions.insert */ insert into end_user_sessions
          (organization_id, id, end_user_id, secret_hash, looked_by, created_at, expires_at)
        values (${ctx.organization.id}, ${s.id}, ${s.endUserId}, ${s.secretHash}, ${s.lookedBy}, ${s.createdAt}, ${s.expiresAt})`,
  );
}

export type LiveSession = {
  secretHash: Buffer;
  lookedBy: string | null;
  endUserId: Id;
  companyId: Id;
  email: string;
  name: string | null;
  language: Language | null;
};

/** A session that is good now: not ended, its end user and their company in use. */
export function findLiveSession(ctx: Ctx, id: Id, machineNow: Date): Promise<LiveSession | null> {
  return row(
    ctx,
    sql`/* end_user_sessions.find_live */ select s.secret_hash, s.looked_by, u.id as end_user_id, u.company_id, u.email, u.name, u.language
          from end_user_sessions s
          join end_users u on u.organization_id = s.organization_id and u.id = s.end_user_id
          join companies c on c.organization_id = u.organization_id and c.id = u.company_id
         where s.organization_id = ${ctx.organization.id} and s.id = ${id} and s.ended_at is null and s.expires_at > ${machineNow}
           and u.archived_at is null and c.archived_at is null`,
  );
}

export async function endSession(ctx: Ctx, id: Id, machineNow: Date): Promise<void> {
  await run(
    ctx,
    sql`/* end_user_sessions.end */ update end_user_sessions set ended_at = ${machineNow}
         where organization_id = ${ctx.organization.id} and id = ${id} and ended_at is null`,
  );
}

/** Forgets links and sessions that were over before an instant, some at a time. */
export async function forgetOver(ctx: Ctx, before: Date, limit: number): Promise<number> {
  let gone = 0;
  for (const table of [sql`sign_in_links`, sql`end_user_sessions`]) {
    const over = await rows(
      ctx,
      sql`/* links.forget */ delete from ${table} where organization_id = ${ctx.organization.id} and id in (
            select id from ${table} where organization_id = ${ctx.organization.id} and expires_at < ${before}
             order by expires_at limit ${limit}) returning id`,
    );
    gone += over.length;
  }
  return gone;
}

/** Invitations of staff with this email that nobody has used are good no more. */
export async function endInvitations(ctx: Ctx, email: string, machineNow: Date): Promise<void> {
  await run(
    ctx,
    sql`/* links.end_invitations */ update sign_in_links set used_at = ${machineNow}
         where organization_id = ${ctx.organization.id} and staff_email = ${email} and used_at is null`,
  );
}
