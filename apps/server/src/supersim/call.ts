import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as inventory from '../inventory/index.ts';
import { type Actor, type Ctx, contextFor, type Organization, type Runtime } from '../kit/ctx.ts';
import type { Limiter } from '../kit/http/limits.ts';
import { may, rateLimited } from '../kit/http/route.ts';
import type { Id } from '../kit/ids.ts';
import type { Permission } from '../tenancy/index.ts';
import { ApiError, codes, unauthenticated } from './errors.ts';
import { formOf } from './params.ts';
import { parseSid, type SidKind, sidOf } from './sids.ts';

/** Who a credential proved to be. The account is the organization, or one of its companies. */
export type Caller = { organization: Organization; actor: Actor; accountId: Id };

export type SuperSimDeps = {
  runtime: Runtime;
  /** Base of the URLs in answers, without a slash at its end. */
  publicUrl: string;
  /** The caller of an `Authorization` header, or null when it proves nothing. */
  authenticate: (authorization: string) => Promise<Caller | null>;
  /** Requests per key. Absent: not limited. */
  limiter?: Limiter;
};

/** One request: its context, its account, and its parameters as they came. */
export type Call = {
  ctx: Ctx;
  /** The company whose account this is; null: the organization's own. */
  companyId: Id | null;
  accountSid: string;
  /** `https://host/v1` */
  base: string;
  path: string;
  params: Record<string, string>;
  query: Record<string, unknown>;
  form: Record<string, unknown>;
  may(permission: Permission): boolean;
  /** Refuses a caller without the permission. */
  need(permission: Permission): void;
};

export type Reply = { status: number; body?: unknown };
export type Handler = (call: Call) => Promise<Reply>;

/** `faultCode`: what a fault of ours is called here; 20500 unless the API has a code of its own for it. */
type Declare = (url: string, permission: Permission | null, handler: Handler, options?: { faultCode?: number }) => void;
export type Routes = { get: Declare; post: Declare; delete: Declare };

declare module 'fastify' {
  interface FastifyContextConfig {
    faultCode?: number;
  }
}

/**
 * Declares routes on the edge's own scope. Every one names the permission it needs; null is for what every caller
 * may see.
 */
export function routesOn(scope: FastifyInstance, deps: SuperSimDeps): Routes {
  const callers = new WeakMap<FastifyRequest, Caller>();

  // Before the body is read, and for addresses that do not exist too: a stranger learns nothing here.
  scope.addHook('onRequest', async (request) => {
    if (request.method === 'OPTIONS') return;
    const { authorization } = request.headers;
    const caller = authorization === undefined ? null : await deps.authenticate(authorization);
    if (!caller) throw unauthenticated();
    const wait = deps.limiter?.take(`${caller.organization.id} ${caller.actor.kind}:${caller.actor.id}`) ?? 0;
    if (wait > 0) throw rateLimited(wait);
    callers.set(request, caller);
  });

  const declare =
    (method: 'GET' | 'POST' | 'DELETE'): Declare =>
    (url, permission, handler, config = {}) => {
      scope.route({
        ...{ method, url, config },
        handler: async (request, reply) => {
          const call = callOf(deps, callers.get(request)!, request);
          if (permission) call.need(permission);
          const { status, body } = await handler(call);
          return reply.code(status).send(body);
        },
      });
    };
  return { get: declare('GET'), post: declare('POST'), delete: declare('DELETE') };
}

function callOf(deps: SuperSimDeps, caller: Caller, request: FastifyRequest): Call {
  const { organization, accountId } = caller;
  const actor = { ...caller.actor, address: request.ip };
  const call: Call = {
    ctx: { ...contextFor(deps.runtime, organization, actor), requestId: request.id },
    companyId: accountId === organization.id ? null : accountId,
    accountSid: sidOf('account', accountId),
    base: `${deps.publicUrl}/v1`,
    path: request.url.split('?', 1)[0]!,
    params: request.params as Record<string, string>,
    query: (request.query ?? {}) as Record<string, unknown>,
    form: formOf(request.body),
    may: (permission) => may(actor, permission),
    need: (permission) => {
      if (!call.may(permission)) throw new ApiError(403, codes.forbidden, `This needs the permission ${permission}`);
    },
  };
  return call;
}

/** What a SID or unique name stands for in the caller's account, as a filter of the inventory room's lists. */
function named(kind: SidKind, name: string): { ids: Id[] } | { uniqueName: string } {
  const id = parseSid(kind, name);
  // No name holds a NUL, and PostgreSQL cannot even be asked for one.
  return id ? { ids: [id] } : name.includes('\0') ? { ids: [] } : { uniqueName: name };
}

/** The account's SIM of this SID or unique name; null when there is none. SIMs in stock are in no account. */
export async function findSim(ctx: Ctx, companyId: Id | null, name: string): Promise<inventory.Sim | null> {
  const filter = { ...named('sim', name), companyId, registered: true };
  return (await inventory.listSims(ctx, filter, { limit: 1 }))[0] ?? null;
}

export async function findFleet(ctx: Ctx, companyId: Id | null, name: string): Promise<inventory.Fleet | null> {
  return (await inventory.listFleets(ctx, { ...named('fleet', name), companyId }, { limit: 1 }))[0] ?? null;
}

export async function findProfile(
  ctx: Ctx,
  companyId: Id | null,
  name: string,
): Promise<inventory.NetworkAccessProfile | null> {
  return (await inventory.listProfiles(ctx, { ...named('profile', name), companyId }, { limit: 1 }))[0] ?? null;
}
