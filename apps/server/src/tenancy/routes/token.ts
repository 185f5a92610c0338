import { randomBytes } from 'node:crypto';
import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Http } from '../../kit/http/app.ts';
import { createLimiter } from '../../kit/http/limits.ts';
import { clientClaims } from '../authentication/accounts.ts';
import { tokenSeconds, writeToken } from '../authentication/tokens.ts';
import { parseAuthorization, parseBasic } from '../model.ts';

/** The official SDK buys one token per call, so buying is as cheap to the limit as calling. Wrong guesses are not. */
const bought = { burst: 4_000, perSecond: 2_000 };
const wrong = { burst: 30, perSecond: 0.5 };

/**
 * `POST /v2/token`: OAuth 2.0 client credentials (RFC 6749 section 4.4), with the errors of section 5.2. The client is
 * an API key (`SK…` and its secret) or an account (`AC…` and its auth token), in the form, in JSON or by HTTP Basic.
 */
export function tokenRoute(http: Http): void {
  const buyers = createLimiter(bought);
  const guessers = createLimiter(wrong);
  const { runtime } = http.deps;

  http.fastify.register(async (edge: FastifyInstance) => {
    await edge.register(formbody, { bodyLimit: 16 * 1024 });
    edge.setErrorHandler((error: { statusCode?: number }, request, reply) => {
      if (error.statusCode && error.statusCode < 500) return refuseToken(reply, 400, 'invalid_request');
      runtime.log.error({ err: error, requestId: request.id }, 'fault');
      return refuseToken(reply, 503, 'temporarily_unavailable');
    });
    edge.post('/v2/token', { bodyLimit: 16 * 1024 }, async (request, reply) => {
      reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' });
      const asked = readRequest(request);
      if (!asked) return refuseToken(reply, 400, 'invalid_request');
      if (asked.grantType !== 'client_credentials') return refuseToken(reply, 400, 'unsupported_grant_type');
      const wait = buyers.take(asked.clientId);
      if (wait > 0) return tooMany(reply, wait);
      const claims = await clientClaims(runtime, asked.clientId, asked.clientSecret);
      if (!claims) {
        const wait = guessers.take(request.ip);
        return wait > 0 ? tooMany(reply, wait) : refuseToken(reply, 401, 'invalid_client');
      }
      const ctx = { now: runtime.clock.now(), random: runtime.random ?? randomBytes };
      const token = await writeToken(ctx, claims);
      return reply.send({ access_token: token, token_type: 'Bearer', expires_in: tokenSeconds });
    });
  });
}

function readRequest(request: FastifyRequest): { grantType: string; clientId: string; clientSecret: string } | null {
  const body = (request.body ?? {}) as Record<string, unknown>;
  if (typeof body !== 'object' || Array.isArray(body)) return null;
  const header = parseAuthorization(request.headers.authorization ?? '');
  const basic = header?.scheme === 'basic' ? parseBasic(header.credentials) : null;
  const { grant_type: grantType } = body;
  const clientId = basic ? basic.user : body.client_id;
  const clientSecret = basic ? basic.password : body.client_secret;
  const texts = [grantType, clientId, clientSecret].every((value) => typeof value === 'string' && value.length <= 500);
  if (!texts) return null;
  return { grantType: grantType as string, clientId: clientId as string, clientSecret: clientSecret as string };
}

function refuseToken(reply: FastifyReply, status: number, error: string): FastifyReply {
  if (status === 401) reply.header('www-authenticate', 'Basic realm="simwright"');
  return reply.code(status).send({ error });
}

function tooMany(reply: FastifyReply, seconds: number): FastifyReply {
  return reply.header('retry-after', String(seconds)).code(429).send({ error: 'temporarily_unavailable' });
}
