import type { FastifyRequest } from 'fastify';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import type { Caller } from '../../kit/http/route.ts';
import { parsePublicId, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import { heldBy, platformPermissions } from '../permissions.ts';
import { findOrganizationIds, getOrganization } from '../service/organizations.ts';
import { permissionsOf } from '../service/staff.ts';
import { findStaffOfUser, isPlatformAdmin } from '../sql/staff.ts';
import { type Account, openAccounts } from './accounts.ts';
import { endUserCaller, endUserPath } from './end-users.ts';
import { openSignIn, type SignIn } from './sign-in.ts';

export type Authentication = {
  /** The caller of a native request: bearer or basic credential, the console's session cookie, or an end user's. */
  authenticate(request: FastifyRequest): Promise<Caller | null>;
  /** The caller of the Super SIM edge, by its Authorization header; null when it proves nothing. */
  authenticateAccount(authorization: string): Promise<Account | null>;
  authenticateBasic(user: string, password: string): Promise<Account | null>;
  readonly signIn: SignIn;
  readonly runtime: Runtime;
  close(): Promise<void>;
};

/** @param options.databaseUrl the application's: sign-in keeps a small pool of its own on it. */
export function openAuthentication(
  runtime: Runtime,
  options: { databaseUrl: string; publicUrl: string },
): Authentication {
  const accounts = openAccounts(runtime);
  const signIn = openSignIn({ ...options, log: runtime.log });
  return {
    signIn,
    runtime,
    authenticateAccount: (authorization) => accounts.authenticate(authorization),
    authenticateBasic: (user, password) => accounts.authenticateBasic(user, password),
    async authenticate(request) {
      const { authorization } = request.headers;
      if (authorization !== undefined) {
        const account = await accounts.authenticate(authorization);
        if (!account) throw refuse.unauthenticated('credential.invalid', 'This credential is not valid.');
        return account;
      }
      const endUser = async () => {
        const caller = await endUserCaller(runtime, request);
        if (caller) refuseOtherSites(request);
        return caller;
      };
      // Both may be signed in, in one browser: at the end user's own addresses it is the end user who calls.
      const own = request.routeOptions.url?.startsWith(endUserPath) ? await endUser() : null;
      if (own) return own;
      const user = await signIn.user(request);
      if (!user) return endUser();
      refuseOtherSites(request);
      return staffCaller(runtime, request, user.id);
    },
    close: () => signIn.close(),
  };
}

/**
 * A browser sends the cookie with requests that another site made up; such a request may read nothing back, but must
 * not write either. SameSite=Lax stops most, this stops the rest.
 */
export function refuseOtherSites(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const foreign = origin !== undefined ? !sameHost(origin, host) : site !== undefined && site !== 'same-origin';
  if (foreign && site !== 'same-origin') {
    throw refuse.forbidden('request.other_site', 'This request came from another site.');
  }
}

function sameHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** The organizations a person works for, at most 100, in the order they came. */
export async function organizationsOfUser(runtime: Runtime, userId: string): Promise<Organization[]> {
  const ids = await findOrganizationIds(runtime, 'user', userId);
  const organizations = await Promise.all(ids.map((id) => getOrganization(runtime, id)));
  return organizations.filter((organization) => organization !== null);
}

/** `X-Organization` (a header, or a cookie that the console sets) chooses; else the first one they still work for. */
async function staffCaller(runtime: Runtime, request: FastifyRequest, userId: string): Promise<Caller | null> {
  const chosen = chosenOrganization(request);
  const organizations = await organizationsOfUser(runtime, userId);
  for (const organization of organizations) {
    if (chosen && organization.id !== chosen) continue;
    const caller = await callerIn(contextFor(runtime, organization, systemActor('authentication')), userId);
    if (caller) return caller;
  }
  throw refuse.forbidden('organization.denied', 'You do not work for this organization.');
}

function chosenOrganization(request: FastifyRequest): string | null {
  const header = request.headers['x-organization'];
  const cookie = /(?:^|; )X-Organization=(org_[0-9a-f]{32})/.exec(request.headers.cookie ?? '')?.[1];
  const text = typeof header === 'string' ? header : cookie;
  if (text === undefined) return null;
  const id = parsePublicId('organization', text);
  if (!id) {
    throw refuse.invalid('request.invalid', 'X-Organization is not the id of an organization.', {
      field: 'headers.x-organization',
      expected: 'an id like org_…',
    });
  }
  return id;
}

async function callerIn(ctx: Ctx, userId: string): Promise<Caller | null> {
  const [staff, admin] = await reading(ctx, async (ctx) => [
    await findStaffOfUser(ctx, userId),
    await isPlatformAdmin(ctx, userId),
  ]);
  if (!staff) return null;
  const ofRole = heldBy(permissionsOf({ ...staff, name: staff.roleName }));
  return {
    organization: ctx.organization,
    actor: {
      kind: 'staff',
      id: publicId('staff', staff.id),
      name: staff.name,
      permissions: new Set(admin ? [...ofRole, ...Object.keys(platformPermissions)] : ofRole),
      scope: staff.companyId ? { kind: 'company', companyId: staff.companyId } : { kind: 'organization' },
    },
  };
}
