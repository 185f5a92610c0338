import { jwtVerify, SignJWT } from 'jose';
import type { Ctx } from '../../kit/ctx.ts';
import { type Id, toHex } from '../../kit/ids.ts';
import { deriveKey } from '../../kit/seal.ts';

/** Life of a bearer token, in seconds. */
export const tokenSeconds = 3600;

const issuer = 'simwright';

/** A bearer token (JWT, RFC 7519, HS256) for a client who proved who they are. Times are the machine's, not a sandbox's. */
export function writeToken(
  ctx: Pick<Ctx, 'now' | 'random'>,
  claims: { subject: string; organizationId: Id; authTokenMark?: string },
): Promise<string> {
  const now = Math.floor(ctx.now.getTime() / 1000);
  return new SignJWT({ org: toHex(claims.organizationId), ...(claims.authTokenMark && { mark: claims.authTokenMark }) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(issuer)
    .setSubject(claims.subject)
    .setIssuedAt(now)
    .setExpirationTime(now + tokenSeconds)
    .setJti(ctx.random(12).toString('hex'))
    .sign(deriveKey('token'));
}

/** What a token of ours says, or null when it is not ours, was changed, or has expired. */
export async function readToken(
  now: Date,
  token: string,
): Promise<{ subject: string; organizationHex: string; authTokenMark?: string } | null> {
  try {
    const { payload } = await jwtVerify(token, deriveKey('token'), {
      algorithms: ['HS256'],
      issuer,
      currentDate: now,
      requiredClaims: ['exp', 'sub'],
    });
    const { sub, org, mark } = payload;
    if (typeof sub !== 'string' || !/^(AC|SK)[0-9a-f]{32}$/.test(sub)) return null;
    if (typeof org !== 'string' || !/^[0-9a-f]{32}$/.test(org)) return null;
    return { subject: sub, organizationHex: org, ...(typeof mark === 'string' && { authTokenMark: mark }) };
  } catch {
    return null;
  }
}
