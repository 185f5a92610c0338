import { hashPassword, verifyPassword } from 'better-auth/crypto';
import { audit } from '../../kit/audit.ts';
import { type Ctx, contextFor, machineNow, type Runtime, systemActor } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { fromHex, type Id, newId, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import { hashSecret, secretMatches } from '../../kit/seal.ts';
import * as mail from '../../mail/index.ts';
import { type EndUser, type Language, parseProof, proofText } from '../model.ts';
import { findCompany } from '../sql/companies.ts';
import { findEndUser } from '../sql/end-users.ts';
import * as sql from '../sql/links.ts';
import { findPasswordHash, findRoleByName, findRoleName } from '../sql/staff.ts';
import { invitationLetter, signInLetter } from './letters.ts';
import { findOrganizationIds, getOrganization } from './organizations.ts';
import { addStaff, holdToOwn, mustBeLongEnough } from './staff.ts';

/** How long a link is good, in milliseconds: one that was asked for, one that staff hand over, one to look. */
export const linkMs = { sign_in: 15 * 60_000, invitation: 7 * 86_400_000, look: 2 * 60_000, staff: 7 * 86_400_000 };
/** How long a session lasts: on a phone of one's own, and of staff who look. */
export const sessionMs = { own: 30 * 86_400_000, look: 30 * 60_000 };
/** Letters with a link that one end user gets in the time that a link is good. */
const mostSent = 3;
/** Organizations of which one email may be an end user, as far as letters go. */
const mostOrganizations = 5;

/** A link as it is handed over: the address, and until when it is good. */
export type HandedLink = { url: string; expiresAt: Date };

/**
 * Sends a link to whoever is an end user with this email, in each organization where they are one. It says nothing: who asks
 * must not learn whether somebody is a customer.
 */
export async function sendSignInLinks(
  runtime: Runtime,
  publicUrl: string,
  email: string,
  language: Language,
): Promise<void> {
  const ids = await findOrganizationIds(runtime, 'end_user', email.toLowerCase());
  for (const id of ids.slice(0, mostOrganizations)) {
    const organization = await getOrganization(runtime, id);
    if (!organization) continue;
    await atomically(contextFor(runtime, organization, systemActor('sign-in')), async (ctx) => {
      const user = await sql.findEndUserByEmail(ctx, email);
      if (!user) return;
      const since = new Date(machineNow(ctx).getTime() - linkMs.sign_in);
      if ((await sql.countSent(ctx, user.id, since)) >= mostSent) return;
      const { url } = await makeLink(ctx, publicUrl, 'sign_in', { endUserId: user.id });
      await mail.post(ctx, {
        ...signInLetter(ctx.organization.name, user, url, user.language ?? language),
        companyId: user.companyId,
        until: new Date(ctx.now.getTime() + linkMs.sign_in),
      });
    });
  }
}

/** A link to hand over to an end user; `send` has it go by mail as well. Refuses `end_user.not_found`, `end_user.archived`. */
export async function inviteEndUser(ctx: Ctx, publicUrl: string, id: Id, send: boolean): Promise<HandedLink> {
  return atomically(ctx, async (ctx) => {
    const user = await inUse(ctx, id);
    const link = await makeLink(ctx, publicUrl, 'invitation', { endUserId: user.id });
    if (send) {
      await mail.post(ctx, {
        ...invitationLetter(ctx.organization.name, user, link.url, user.language ?? 'en'),
        companyId: user.companyId,
        until: new Date(ctx.now.getTime() + linkMs.invitation),
      });
    }
    await tell(ctx, user.id, 'end_user.invited', [{ field: 'sent', old: null, new: send }]);
    return link;
  });
}

/** A link for staff, to see the pages of an end user as they do. Refuses as `inviteEndUser` does. */
export async function lookAs(ctx: Ctx, publicUrl: string, id: Id): Promise<HandedLink> {
  return atomically(ctx, async (ctx) => {
    const user = await inUse(ctx, id);
    await tell(ctx, user.id, 'end_user.looked_at', []);
    return makeLink(ctx, publicUrl, 'look', { endUserId: user.id });
  });
}

export type NewInvitation = { email: string; name: string; role: string; companyId?: Id | undefined };

/**
 * A link by which a person becomes staff of the organization or of one of its companies, with a password of their own. Whoever
 * is bound to a company invites into that one, and nobody gives a role with permissions that they do not have.
 */
export async function inviteStaff(ctx: Ctx, publicUrl: string, input: NewInvitation): Promise<HandedLink> {
  return atomically(ctx, async (ctx) => {
    const { scope } = ctx.actor;
    const companyId = scope.kind === 'company' ? scope.companyId : (input.companyId ?? null);
    const company = companyId ? await findCompany(ctx, companyId) : null;
    if (companyId && !company) throw refuse.notFound('company', publicId('company', companyId));
    if (company?.archivedAt) {
      throw refuse.conflict('company.archived', 'An archived company gets no new staff.', { field: 'body.companyId' });
    }
    const role = await findRoleByName(ctx, input.role);
    if (!role) throw refuse.invalid('role.not_found', 'There is no such role.', { field: 'body.role' });
    holdToOwn(ctx, role);
    const email = input.email.toLowerCase();
    const staff = { staffEmail: email, staffName: input.name, roleId: role.id, companyId };
    const link = await makeLink(ctx, publicUrl, 'staff', staff);
    await mail.post(ctx, {
      ...invitationLetter(ctx.organization.name, { email, name: input.name }, link.url, 'en', 'staff_invitation'),
      companyId,
      until: new Date(ctx.now.getTime() + linkMs.staff),
    });
    await audit(ctx, [
      {
        action: 'staff.invited',
        objectType: 'organization',
        objectId: publicId('organization', ctx.organization.id),
        changes: [
          { field: 'email', old: null, new: email },
          { field: 'role', old: null, new: role.name },
        ],
      },
    ]);
    return link;
  });
}

async function inUse(ctx: Ctx, id: Id): Promise<EndUser> {
  const user = await findEndUser(ctx, id);
  if (!user) throw refuse.notFound('end_user', publicId('end_user', id));
  if (user.archivedAt) throw refuse.conflict('end_user.archived', 'An archived end user does not sign in.');
  return user;
}

type Whom = { endUserId?: Id; staffEmail?: string; staffName?: string; roleId?: Id; companyId?: Id | null };

async function makeLink(ctx: Ctx, publicUrl: string, purpose: sql.LinkPurpose, whom: Whom): Promise<HandedLink> {
  const id = newId(ctx);
  const secret = ctx.random(24).toString('hex');
  const now = machineNow(ctx);
  const expiresAt = new Date(now.getTime() + linkMs[purpose]);
  const none = { endUserId: null, staffEmail: null, staffName: null, roleId: null, companyId: null };
  const { kind, id: actor, name } = ctx.actor;
  const madeBy = kind === 'system' ? name : `${name} (${actor})`;
  const secretHash = hashSecret(secret);
  await sql.insertLink(ctx, { ...none, ...whom, id, purpose, secretHash, createdAt: now, expiresAt, madeBy });
  // Behind the hash: it reaches no server's log and no other site's Referer.
  const page = purpose === 'staff' ? 'join' : 'my';
  return { url: `${publicUrl}/${page}#link=${proofText('link', ctx.organization.id, id, secret)}`, expiresAt };
}

/** A link that could be used now, with whom it is for. */
export type OpenLink = { ctx: Ctx; link: sql.Link; email: string; name: string | null };

/** What a token says, before anybody uses it. Refuses `link.over` for one that is unknown, used or too old: all alike. */
export async function readLink(runtime: Runtime, token: string): Promise<OpenLink> {
  const proof = parseProof('link', token);
  const organization = proof && (await getOrganization(runtime, fromHex(proof.organizationHex)));
  if (!proof || !organization) throw over();
  const ctx = contextFor(runtime, organization, systemActor('sign-in'));
  return reading(ctx, async (ctx) => {
    const link = await sql.findLink(ctx, fromHex(proof.keyHex));
    if (!link || !secretMatches(proof.secret, link.secretHash)) throw over();
    if (link.usedAt || link.expiresAt <= machineNow(ctx)) throw over();
    if (!link.endUserId) return { ctx: outside(ctx), link, email: link.staffEmail!, name: link.staffName };
    const user = await findEndUser(ctx, link.endUserId);
    if (!user || user.archivedAt) throw over();
    return { ctx: outside(ctx), link, email: user.email, name: user.name };
  });
}

function outside({ tx: _, beforeCommit: __, ...ctx }: Ctx): Ctx {
  return ctx;
}

/** Uses a link up. Returns the session's proof, for the cookie, and how long it lasts. Refuses `link.over`. */
export async function signInByLink(runtime: Runtime, token: string): Promise<{ proof: string; maxAgeMs: number }> {
  const { ctx, link } = await readLink(runtime, token);
  if (!link.endUserId) throw over();
  const endUserId = link.endUserId;
  const looks = link.purpose === 'look';
  const maxAgeMs = looks ? sessionMs.look : sessionMs.own;
  return atomically(ctx, async (ctx) => {
    const now = machineNow(ctx);
    if (!(await sql.takeLink(ctx, link.id, now))) throw over();
    // What was asked for twice is good once.
    if (!looks) await sql.endLinks(ctx, endUserId, now);
    const id = newId(ctx);
    const secret = ctx.random(24).toString('hex');
    const expiresAt = new Date(now.getTime() + maxAgeMs);
    const session = { id, endUserId, secretHash: hashSecret(secret), createdAt: now, expiresAt };
    await sql.insertSession(ctx, { ...session, lookedBy: looks ? link.madeBy : null });
    await tell(ctx, endUserId, 'end_user.signed_in', [{ field: 'by', old: null, new: link.purpose }]);
    return { proof: proofText('my', ctx.organization.id, id, secret), maxAgeMs };
  });
}

/**
 * Makes whoever was invited staff, with a password of their own. Who signs in with this email already, for another organization,
 * gives the password they have: else whoever makes an identity first could wait in it for the invitation of somebody else.
 * Refuses `link.over`, `staff.password_too_short`, `staff.password_other`, `staff.exists`.
 */
export async function joinByLink(runtime: Runtime, token: string, password: string): Promise<void> {
  mustBeLongEnough(password);
  const { ctx, link } = await readLink(runtime, token);
  if (link.purpose !== 'staff') throw over();
  const known = await reading(ctx, (ctx) => findPasswordHash(ctx, link.staffEmail!));
  // Hashing takes a tenth of a second on purpose: not while a database transaction is open.
  if (known && !(await verifyPassword({ hash: known, password }))) {
    throw refuse.forbidden('staff.password_other', 'Somebody signs in with this email already: give that password.', {
      field: 'body.password',
    });
  }
  const passwordHash = known ?? (await hashPassword(password));
  await atomically(ctx, async (ctx) => {
    if (!(await sql.takeLink(ctx, link.id, machineNow(ctx)))) throw over();
    const role = await findRoleName(ctx, link.roleId!);
    const { staffEmail: email, staffName: name, companyId } = link;
    await addStaff(ctx, { email: email!, name: name!, role, ...(companyId && { companyId }) }, passwordHash);
  });
}

function over() {
  return refuse.unauthenticated('link.over', 'This link was used already, or is too old. Ask for a new one.');
}

async function tell(ctx: Ctx, id: Id, action: string, changes: { field: string; old: unknown; new: unknown }[]) {
  await audit(ctx, [{ action, objectType: 'end_user', objectId: publicId('end_user', id), changes }]);
}

/** How long what is over is kept, for whoever asks who signed in. */
const keptDays = 30;

/** Forgets links and sessions that were over a month ago. Returns how many. */
export async function sweepLinks(ctx: Ctx): Promise<number> {
  const before = new Date(machineNow(ctx).getTime() - keptDays * 86_400_000);
  return atomically(ctx, (ctx) => sql.forgetOver(ctx, before, 5_000));
}
