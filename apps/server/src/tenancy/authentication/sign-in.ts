import { betterAuth } from 'better-auth';
import { fromNodeHeaders } from 'better-auth/node';
import type { FastifyRequest } from 'fastify';
import pg from 'pg';
import { surviveLosses } from '../../kit/db.ts';
import type { Log } from '../../kit/log.ts';
import { deriveKey } from '../../kit/seal.ts';
import { minPasswordLength } from '../service/staff.ts';

export type SignIn = {
  /** The person behind the session cookie, or null. */
  user(request: FastifyRequest): Promise<{ id: string; email: string; name: string } | null>;
  /** Checks email and password. The answer carries the cookie on success, and is not ok otherwise. */
  signIn(request: FastifyRequest, email: string, password: string): Promise<Response>;
  signOut(request: FastifyRequest): Promise<Response>;
  close(): Promise<void>;
};

/**
 * Who somebody is, by email and password: sign-in and sessions of the library, in a schema of its own, on a small pool
 * of its own. What they may do is ours (staff, roles). Identities are made by our code only (`createStaff`).
 */
export function openSignIn(options: { databaseUrl: string; publicUrl: string; log: Log }): SignIn {
  const pool = new pg.Pool({
    connectionString: inSchema(options.databaseUrl),
    max: 4,
    connectionTimeoutMillis: 10_000,
  });
  surviveLosses(pool);
  const auth = betterAuth({
    database: pool,
    secret: deriveKey('sign-in').toString('hex'),
    baseURL: options.publicUrl,
    basePath: '/api/auth',
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength, maxPasswordLength: 200 },
    session: { expiresIn: 7 * 86_400, updateAge: 86_400 },
    advanced: { cookiePrefix: 'simwright', useSecureCookies: options.publicUrl.startsWith('https:') },
    // Ours stands before it and counts by address and email together.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      log: (_level, message) => options.log.warn({ part: 'sign-in' }, message),
    },
  });
  return {
    async user(request) {
      if (!request.headers.cookie?.includes('simwright.session_token=')) return null;
      const session = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
      return session && { id: session.user.id, email: session.user.email, name: session.user.name };
    },
    signIn(request, email, password) {
      const headers = fromNodeHeaders(request.headers);
      return auth.api.signInEmail({ body: { email, password }, headers, asResponse: true });
    },
    signOut(request) {
      return auth.api.signOut({ headers: fromNodeHeaders(request.headers), asResponse: true });
    },
    async close() {
      await pool.end();
    },
  };
}

function inSchema(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options');
  url.searchParams.set('options', `${given ? `${given} ` : ''}-c search_path=auth`);
  return url.href;
}
