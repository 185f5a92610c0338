import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Ctx, contextFor, machineNow, type Runtime, systemActor } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import type { Caller } from '../../kit/http/route.ts';
import { fromHex, publicId } from '../../kit/ids.ts';
import { secretMatches } from '../../kit/seal.ts';
import { parseProof } from '../model.ts';
import { endUserPermissions } from '../permissions.ts';
import { getOrganization } from '../service/organizations.ts';
import { endSession, findLiveSession } from '../sql/links.ts';

/** Every route that an end user may call begins so, and the browser sends their cookie nowhere else. */
export const endUserPath = '/api/v1/my';
const cookieName = 'simwright.my';

/** The end user whose cookie this is, or null. Asked anew each time: what has ended stops at once. */
export async function endUserCaller(runtime: Runtime, request: FastifyRequest): Promise<Caller | null> {
  const found = await sessionOf(runtime, request);
  if (!found) return null;
  const { ctx, session } = found;
  const { endUserId, companyId, email, name, lookedBy } = session;
  const own = name ?? email;
  const may = lookedBy && !ctx.organization.sandbox ? endUserPermissions.look : endUserPermissions.own;
  return {
    organization: ctx.organization,
    actor: {
      kind: 'end_user',
      id: publicId('end_user', endUserId),
      name: lookedBy ? `${own}, opened by ${lookedBy}` : own,
      permissions: new Set(may),
      scope: { kind: 'company', companyId, endUserId },
      ...(lookedBy && { lookedBy }),
    },
  };
}

async function sessionOf(runtime: Runtime, request: FastifyRequest) {
  const text = new RegExp(`(?:^|; )${cookieName.replace('.', '\\.')}=([^;]{1,200})`).exec(
    request.headers.cookie ?? '',
  )?.[1];
  const proof = text === undefined ? null : parseProof('my', text);
  const organization = proof && (await getOrganization(runtime, fromHex(proof.organizationHex)));
  if (!proof || !organization) return null;
  const ctx = contextFor(runtime, organization, systemActor('authentication'));
  const id = fromHex(proof.keyHex);
  const session = await reading(ctx, (ctx) => findLiveSession(ctx, id, machineNow(ctx)));
  return session && secretMatches(proof.secret, session.secretHash) ? { ctx, id, session } : null;
}

/** Gives the browser a session. @param secure whether people come by https */
export function giveSession(
  reply: FastifyReply,
  { proof, maxAgeMs }: { proof: string; maxAgeMs: number },
  secure: boolean,
): void {
  const attributes = `Path=${endUserPath}; Max-Age=${Math.floor(maxAgeMs / 1000)}; HttpOnly; SameSite=Strict`;
  reply.header('set-cookie', `${cookieName}=${proof}; ${attributes}${secure ? '; Secure' : ''}`);
}

/** Ends the session of this request, and takes the cookie back. */
export async function endUserSignOut(
  runtime: Runtime,
  ctx: Ctx,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const found = await sessionOf(runtime, request);
  if (found) await atomically(ctx, (ctx) => endSession(ctx, found.id, machineNow(ctx)));
  reply.header('set-cookie', `${cookieName}=; Path=${endUserPath}; Max-Age=0; HttpOnly; SameSite=Strict`);
}
