import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { routesOn, type SuperSimDeps } from './call.ts';
import { answerTo, errorBody, notFound } from './errors.ts';
import { esimProfileRoutes } from './routes/esim-profiles.ts';
import { fleetRoutes } from './routes/fleets.ts';
import { ipCommandRoutes } from './routes/ip-commands.ts';
import { networkRoutes } from './routes/networks.ts';
import { profileRoutes } from './routes/profiles.ts';
import { settingsUpdateRoutes } from './routes/settings-updates.ts';
import { simRoutes } from './routes/sims.ts';
import { smsCommandRoutes } from './routes/sms-commands.ts';
import { usageRoutes } from './routes/usage.ts';

export type { Caller, SuperSimDeps } from './call.ts';
export { esimProfileSettled, ipTold, signDelivery, simSettled, smsTold } from './callbacks.ts';
export { eventWire } from './connection-events.ts';

/** Largest request body; a profile that names every network of the world fits. */
const bodyLimit = 256 * 1024;

/** The Super SIM compatible API: everything under `/v1`, with its own bodies, errors and paging. */
export function superSimRoutes(deps: SuperSimDeps): FastifyPluginAsync {
  return async (host) => {
    await host.register((scope) => edge(scope, deps), { prefix: '/v1' });
  };
}

async function edge(scope: FastifyInstance, deps: SuperSimDeps): Promise<void> {
  readBodies(scope);
  await scope.register(formbody, { bodyLimit });
  allowOtherOrigins(scope);
  scope.setErrorHandler((error, request, reply) => sendError(deps, error, request, reply));
  const routes = routesOn(scope, deps);
  simRoutes(routes);
  fleetRoutes(routes);
  profileRoutes(routes);
  networkRoutes(routes);
  usageRoutes(routes);
  smsCommandRoutes(routes);
  ipCommandRoutes(routes);
  esimProfileRoutes(routes);
  settingsUpdateRoutes(routes);
  scope.setNotFoundHandler((request, reply) =>
    sendError(deps, notFound(request.url.split('?', 1)[0]!), request, reply),
  );
}

/** Forms, and JSON written like a form. The server's other parsers are not this edge's. */
function readBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  const readJson = scope.getDefaultJsonParser('error', 'error');
  scope.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    readJson(request, body as string, done);
  });
}

/** Any site may call with a credential it holds; no cookie counts here. */
function allowOtherOrigins(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
      'access-control-allow-headers': 'Authorization, Content-Type',
      'access-control-expose-headers': 'X-Request-Id, Retry-After',
      'cache-control': 'no-store',
    });
  });
  scope.options('/*', async (_request, reply) => reply.code(204).send());
}

function sendError(deps: SuperSimDeps, thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { error, retryAfterSeconds, fault } = answerTo(thrown, request.routeOptions.config.faultCode);
  if (fault) deps.runtime.log.error({ err: thrown, requestId: request.id }, 'fault');
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  if (error.status === 401) reply.header('www-authenticate', 'Basic realm="Simwright"');
  return reply.code(error.status).send(errorBody(error));
}
