import { randomBytes } from 'node:crypto';
import { audit, changesBetween } from '../../kit/audit.ts';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import { seal, unseal } from '../../kit/seal.ts';
import { accountSid } from '../model.ts';
import { readyMadeRoles } from '../permissions.ts';
import * as sql from '../sql/organizations.ts';
import { insertRoles } from '../sql/staff.ts';

export { findOrganizationIds, listOrganizations } from '../sql/organizations.ts';

/** What account tokens are sealed for; kept with the value, so that it cannot be opened for anything else. */
export const authTokenPurpose = 'account.auth_token';

/** The organization, or null. Reads it anew each time: its clock may have been moved by another process. */
export function getOrganization(runtime: Pick<Runtime, 'database'>, id: Id): Promise<Organization | null> {
  return sql.findOrganization(runtime, id);
}

export type NewOrganization = {
  name: string;
  currency: string;
  timeZone?: string;
  unitBase?: 1000 | 1024;
  sandbox?: boolean;
  /** 32 hex digits; made at random unless given. */
  authToken?: string;
};

/**
 * Makes an organization with its ready-made roles. Needs the owner's connection: the application may not make one.
 * The auth token is shown here once and kept sealed. Its usage has partitions when this returns.
 */
export async function createOrganization(
  runtime: Runtime,
  input: NewOrganization,
): Promise<{ organization: Organization; accountSid: string; authToken: string }> {
  const random = runtime.random ?? randomBytes;
  const now = runtime.clock.now();
  const organization: Organization = {
    id: newId({ now, random }),
    name: input.name,
    currency: input.currency,
    timeZone: input.timeZone ?? 'UTC',
    unitBase: input.unitBase ?? 1000,
    sandbox: input.sandbox ?? false,
    clockOffsetMs: 0n,
    lateUsage: 'own_period',
    connectionListeners: 0n,
  };
  const authToken = input.authToken ?? newAuthToken({ random });
  await atomically(contextFor(runtime, organization, systemActor('setup')), async (ctx) => {
    await sql.insertOrganization(ctx, { ...organization, authTokenSealed: seal(ctx, authTokenPurpose, authToken) });
    const roles = Object.entries(readyMadeRoles);
    await insertRoles(
      ctx,
      roles.map(([name, permissions]) => ({ id: newId(ctx), name, permissions: [...permissions], readyMade: true })),
    );
    await audit(ctx, [
      {
        action: 'organization.created',
        objectType: 'organization',
        objectId: publicId('organization', organization.id),
      },
    ]);
  });
  await ensureUsagePartitions(runtime, organization);
  return { organization, accountSid: accountSid(organization.id), authToken };
}

/** Months of usage with a partition of their own: two back, so that late usage finds its place, and two ahead. */
const monthsBack = 2;
const monthsAhead = 2;

/**
 * Makes the partitions of usage around the organization's own clock that are missing. One that something holds up is
 * left for the next time: usage lies in the default partition until then.
 */
export async function ensureUsagePartitions(runtime: Runtime, organization: Organization): Promise<void> {
  await atomically(contextFor(runtime, organization, systemActor('partitions')), async (ctx) => {
    for (let month = -monthsBack; month <= monthsAhead; month++) {
      const first = new Date(Date.UTC(ctx.now.getUTCFullYear(), ctx.now.getUTCMonth() + month, 1));
      await sql.ensureUsagePartition(ctx, first);
    }
  });
}

/** 32 hex digits, 128 bits. */
export function newAuthToken(ctx: Pick<Ctx, 'random'>): string {
  return ctx.random(16).toString('hex');
}

export async function getSettings(ctx: Ctx): Promise<sql.OrganizationRow> {
  const organization = await reading(ctx, (ctx) => sql.getOwnOrganization(ctx));
  if (!organization) throw refuse.notFound('organization');
  return organization;
}

/**
 * Changes the settings. The unit base counts for plan versions saved from now on, never for those that exist; where late
 * usage is billed, for what is charged from now on.
 */
export async function updateSettings(ctx: Ctx, changes: sql.OrganizationChanges): Promise<sql.OrganizationRow> {
  return atomically(ctx, async (ctx) => {
    const old = await sql.getOwnOrganization(ctx, true);
    if (!old) throw refuse.notFound('organization');
    const changed = changesBetween<Partial<sql.OrganizationRow>>(old, changes);
    if (changed.length > 0) {
      const id = publicId('organization', old.id);
      await sql.updateOrganization(ctx, changes);
      await audit(ctx, [
        { action: 'organization.updated', objectType: 'organization', objectId: id, changes: changed },
      ]);
      await emit(ctx, [
        {
          name: 'organization.updated',
          subject: { type: 'organization', id: old.id },
          data: { organizationId: id, fields: changed.map((change) => change.field) },
        },
      ]);
    }
    return (await sql.getOwnOrganization(ctx))!;
  });
}

/** Furthest one move may go: about ten years. */
const maxMoveMs = 10n * 366n * 86_400_000n;

/**
 * Moves the clock of a sandbox organization forward by `ms` milliseconds; every process sees it with its next unit of
 * work. Returns the organization with its new clock. Due work is the caller's to run.
 *
 * @throws `clock.not_sandbox` (409), `clock.move_invalid` (400) for no move, a move back or one beyond ten years.
 */
export async function moveClock(ctx: Ctx, ms: bigint): Promise<Organization> {
  if (ms <= 0n || ms > maxMoveMs) {
    throw refuse.invalid('clock.move_invalid', 'A clock moves forward, by at most ten years.', {
      field: 'body.ms',
      expected: `milliseconds from 1 to ${maxMoveMs}`,
    });
  }
  return atomically(ctx, async (ctx) => {
    const old = await sql.getOwnOrganization(ctx, true);
    if (!old?.sandbox) throw refuse.conflict('clock.not_sandbox', 'Only the clock of a sandbox can be moved.');
    await sql.moveClock(ctx, ms);
    const moved = { ...old, clockOffsetMs: old.clockOffsetMs + ms };
    await audit(ctx, [
      {
        action: 'clock.moved',
        objectType: 'organization',
        objectId: publicId('organization', old.id),
        changes: changesBetween({ clockOffsetMs: old.clockOffsetMs }, { clockOffsetMs: moved.clockOffsetMs }),
      },
    ]);
    return moved;
  });
}

/** The auth token of the organization, or of one of its companies in use, to sign with. Null: the company is gone. */
export async function authTokenOf(ctx: Ctx, companyId: Id | null): Promise<string | null> {
  const hex = accountSid(companyId ?? ctx.organization.id).slice(2);
  const found = await reading(ctx, (ctx) => sql.findAuthToken(ctx, hex));
  return found && unseal(authTokenPurpose, found.sealed).toString('utf8');
}

/** The account behind the Super SIM API: the caller's company when bound to one, else the organization. */
export async function getSuperSimCredentials(ctx: Ctx): Promise<{ accountSid: string; authToken: string }> {
  const id = ctx.actor.scope.kind === 'company' ? ctx.actor.scope.companyId : ctx.organization.id;
  const sid = accountSid(id);
  return atomically(ctx, async (ctx) => {
    const found = await sql.findAuthToken(ctx, sid.slice(2));
    if (!found) throw refuse.notFound('account');
    await audit(ctx, [{ action: 'credential.shown', objectType: 'account', objectId: sid }]);
    return { accountSid: sid, authToken: unseal(authTokenPurpose, found.sealed).toString('utf8') };
  });
}
