import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { assert } from '../assert.ts';
import { type Actor, type Ctx, callingEndUser, contextFor, type Organization } from '../ctx.ts';
import { Refusal, refuse } from '../refusal.ts';
import type { Http } from './app.ts';
import { invalidRequest } from './errors.ts';
import { type Answer, isKey, once, requestHash } from './once.ts';
import { nameOf } from './schemas.ts';

/** Who calls, and for which organization. */
export type Caller = { organization: Organization; actor: Actor };

/** Needs a caller, but no permission: what everybody may see of themselves. */
export const signedIn = 'signed_in';

/**
 * How far a caller who is bound to one company reaches:
 * `organization`: not at all · `company`: its own company's rows, by `ctx.actor.scope` · `own`: its own person.
 * `end_user`: an end user's own rows, for end users alone; they reach nothing else.
 * `platform`: the instance itself, for its admins only, whatever they are in an organization.
 */
export type RouteScope = 'organization' | 'company' | 'own' | 'end_user' | 'platform';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Replies = { [status: number]: z.ZodType | null };
type Body<R extends Replies> = { [S in keyof R]: R[S] extends z.ZodType ? z.output<R[S]> : unknown }[keyof R];
type Input<Q extends z.ZodType, P extends z.ZodType, B extends z.ZodType> = {
  query: z.output<Q>;
  params: z.output<P>;
  body: z.output<B>;
};
type Wire = { request: FastifyRequest; reply: FastifyReply };

type Shape<Q extends z.ZodType, P extends z.ZodType, B extends z.ZodType, R extends Replies> = {
  method: Method;
  /** `/api/v1/sims/:id` */
  url: string;
  /** The operation's name in generated clients: `listSims`. */
  name: string;
  summary: string;
  tags: string[];
  query?: Q;
  params?: P;
  /** Strict all the way down, and named. */
  body?: B;
  /** The one success status and its named schema, or null for an empty answer. */
  reply: R;
  /** The largest body in bytes, when 1 MB is not right. */
  bodyLimit?: number;
  /** Instead of JSON: the body is handed over as text. */
  consumes?: 'text/csv';
  /** The body may come as lines of JSON as well (application/x-ndjson); each is an element of its `records`. */
  lines?: boolean;
  /** What it writes brings ids of its own: a repeat is harmless by itself, and no answer is kept for its key. */
  repeatable?: boolean;
  /** The answer is a file of this type, which the handler sends itself. */
  download?:
    | 'text/csv'
    | 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
    | 'application/pdf'
    | 'application/xml'
    | 'image/*';
  /** The answer holds a secret shown once. */
  secret?: boolean;
  /** The named schema of what a stream sends; the handler keeps the connection itself (see sse.ts). */
  stream?: z.ZodType;
};

export type RouteSpec<Q extends z.ZodType, P extends z.ZodType, B extends z.ZodType, R extends Replies> = Shape<
  Q,
  P,
  B,
  R
> & {
  permission: string;
  scope: RouteScope;
  /** Open to end users as well, under `/api/v1/my` and with the same permission: what they see is narrowed to their own rows. */
  endUsers?: true;
  /**
   * Takes the body as a stream, before the handler runs and outside of its database transaction, and returns what
   * identifies it: the same Idempotency-Key with another body is refused. `body` only describes it.
   *
   * @param fresh a context of the moment it is called: a large body takes minutes.
   */
  receive?: (fresh: () => Ctx, input: { query: z.output<Q> }, request: FastifyRequest) => Promise<string>;
  handler: (ctx: Ctx, input: Input<Q, P, B>, wire: Wire) => Promise<Body<R>>;
  /**
   * What has happened before the answer goes out, though not in the handler's database transaction: it comes after it, and
   * again with the answer to a repeat.
   */
  after?: (fresh: () => Ctx) => Promise<void>;
};

export type PublicRouteSpec<Q extends z.ZodType, P extends z.ZodType, B extends z.ZodType, R extends Replies> = Shape<
  Q,
  P,
  B,
  R
> & { handler: (input: Input<Q, P, B>, wire: Wire) => Promise<Body<R>> };

/** A declared route, as tests and the OpenAPI document read it. `permission` null means public. */
export type DeclaredRoute = Omit<Shape<z.ZodType, z.ZodType, z.ZodType, Replies>, 'method'> & {
  method: Method;
  permission: string | null;
  scope: RouteScope | null;
};

/**
 * The one way to declare a native route: caller, permission, scope, strict input, context, idempotency and reply.
 * Deny by default: a permission that the list of permissions does not know stops the start.
 */
export function route<
  R extends Replies,
  Q extends z.ZodType = z.ZodUndefined,
  P extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(http: Http, spec: RouteSpec<Q, P, B, R>): void {
  mount(http, spec);
  if (!spec.endUsers) return;
  const own = {
    url: spec.url.replace(/^\/api\/v1/, '/api/v1/my'),
    // `listPayments` → `listMyPayments`
    name: spec.name.replace(/^[a-z]+/, (verb) => `${verb}My`),
  };
  mount(http, { ...spec, ...own, tags: ['End users’ own'], scope: 'end_user' });
}

function mount<R extends Replies, Q extends z.ZodType, P extends z.ZodType, B extends z.ZodType>(
  http: Http,
  spec: RouteSpec<Q, P, B, R>,
): void {
  const { permission, scope } = spec;
  assert(
    permission === signedIn || http.deps.permissions.has(permission),
    `${spec.method} ${spec.url} needs a permission from the list of permissions, not ${JSON.stringify(permission)}`,
  );
  assert(scope, `${spec.method} ${spec.url} needs a scope`);
  assert(
    (scope === 'platform') === isOfPlatform(permission),
    `${spec.method} ${spec.url}: a permission of the platform and its scope belong together`,
  );
  declare(http, spec, permission, scope);
  const status = statusOf(spec);
  const schema = spec.reply[status] ?? null;
  const callers = new WeakMap<FastifyRequest, Caller>();

  http.fastify.route({
    method: spec.method,
    url: spec.url,
    bodyLimit: spec.bodyLimit,
    config: { declared: true, streams: spec.receive !== undefined, lines: spec.lines === true },
    // Before the body is read: a stranger's megabyte is not our concern.
    onRequest: async (request) => {
      const caller = await http.deps.authenticate(request);
      if (!caller) throw refuse.unauthenticated('sign_in.required', 'Sign in, or send an API key or a bearer token.');
      mayCall(caller.actor, permission, scope);
      const wait = http.limiter.take(`${caller.organization.id} ${caller.actor.kind}:${caller.actor.id}`);
      if (wait > 0) throw rateLimited(wait);
      callers.set(request, caller);
      if (spec.receive) asStream(request);
    },
    handler: async (request, reply) => {
      const caller = callers.get(request);
      assert(caller, 'a caller was found before the handler');
      const input = parse(spec, request, spec.receive !== undefined);
      const log = http.deps.runtime.log.child({ requestId: request.id });
      const fresh = (): Ctx => ({
        ...contextFor(http.deps.runtime, caller.organization, { ...caller.actor, address: request.ip }),
        ...{ log, requestId: request.id },
      });
      const identity = spec.receive ? await spec.receive(fresh, input, request) : request.body;
      const ctx = fresh();
      const work = async (ctx: Ctx): Promise<Answer> => {
        const result = await spec.handler(ctx, input, { request, reply });
        return { status, text: schema ? write(schema, result) : null };
      };
      const key = request.headers['idempotency-key'];
      if (spec.stream || spec.download) return spec.handler(ctx, input, { request, reply }).then(() => reply);
      if (spec.method === 'GET' || key === undefined || spec.repeatable) {
        const answer = await work(ctx);
        await spec.after?.(fresh);
        return send(reply, answer);
      }
      if (typeof key !== 'string' || !isKey(key)) {
        throw refuse.invalid('idempotency.key_invalid', 'The Idempotency-Key cannot be used.', {
          field: 'headers.idempotency-key',
          expected: '1 to 255 visible ASCII characters',
        });
      }
      const hash = requestHash(spec.method, request.url, identity);
      const answer = await once(ctx, key, hash, spec.secret ?? false, work);
      await spec.after?.(fresh);
      if (answer.replayed) reply.header('idempotent-replay', 'true');
      return send(reply, answer);
    },
  });
}

/** A route for anybody: the document, health. It has no context, because no organization is known. */
export function publicRoute<
  R extends Replies,
  Q extends z.ZodType = z.ZodUndefined,
  P extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(http: Http, spec: PublicRouteSpec<Q, P, B, R>): void {
  declare(http, spec, null, null);
  const status = statusOf(spec);
  const schema = spec.reply[status] ?? null;
  http.fastify.route({
    method: spec.method,
    url: spec.url,
    bodyLimit: spec.bodyLimit,
    config: { declared: true },
    handler: async (request, reply) => {
      const result = await spec.handler(parse(spec, request), { request, reply });
      return send(reply, { status, text: schema ? write(schema, result) : null });
    },
  });
}

function declare(
  http: Http,
  spec: Shape<z.ZodType, z.ZodType, z.ZodType, Replies>,
  permission: string | null,
  scope: RouteScope | null,
): void {
  const where = `${spec.method} ${spec.url}`;
  assert(!http.routes.some((known) => known.name === spec.name), `${where}: another route is named ${spec.name}`);
  for (const part of ['query', 'params', 'body'] as const) {
    const loose = spec[part] ? findLoose(spec[part], part) : null;
    assert(!loose, `${where}: ${loose} takes unknown fields; declare it with z.strictObject`);
  }
  assert(!spec.body || spec.consumes || nameOf(spec.body), `${where}: the body's schema needs a name`);
  const {
    method,
    url,
    name,
    summary,
    tags,
    query,
    params,
    body,
    reply,
    bodyLimit,
    consumes,
    secret,
    stream,
    download,
  } = spec;
  http.routes.push({
    ...{ method, url, name, summary, tags, permission, scope },
    ...{ query, params, body, reply, bodyLimit, consumes, secret, stream, download },
  });
}

function statusOf(spec: { method: string; url: string; reply: Replies }): number {
  const statuses = Object.keys(spec.reply).map(Number);
  assert(statuses.length === 1 && statuses[0]! < 300, `${spec.method} ${spec.url} has one success status`);
  return statuses[0]!;
}

/** The path of the first object in a request schema that would let unknown fields pass. */
function findLoose(schema: z.core.$ZodType, path: string, depth = 0): string | null {
  assert(depth < 20, `${path} is nested too deeply`);
  const def = (schema as z.ZodType).def as unknown as {
    type: string;
    catchall?: z.ZodType;
    shape?: Record<string, z.ZodType>;
    options?: z.ZodType[];
    element?: z.ZodType;
    innerType?: z.ZodType;
    valueType?: z.ZodType;
    in?: z.ZodType;
  };
  if (def.type === 'object' && def.catchall?.def.type !== 'never') return path;
  const inner: [string, z.core.$ZodType | undefined][] = [
    ...Object.entries(def.shape ?? {}).map(([name, field]): [string, z.ZodType] => [`${path}.${name}`, field]),
    ...(def.options ?? []).map((option): [string, z.ZodType] => [path, option]),
    [`${path}[]`, def.element],
    [path, def.innerType],
    [`${path}.*`, def.valueType],
    [path, def.in],
  ];
  for (const [name, part] of inner) {
    const loose = part && findLoose(part, name, depth + 1);
    if (loose) return loose;
  }
  return null;
}

function mayCall(actor: Actor, permission: string, scope: RouteScope): void {
  if (scope !== 'end_user' && callingEndUser(actor)) {
    throw refuse.forbidden('permission.denied', 'This is not for end users.');
  }
  if (scope === 'end_user' && !callingEndUser(actor)) {
    throw refuse.forbidden('permission.denied', 'This is for end users themselves.');
  }
  if (permission !== signedIn && !may(actor, permission)) {
    throw refuse.forbidden('permission.denied', `This needs the permission ${permission}.`, { permission });
  }
  if (scope === 'organization' && actor.scope.kind === 'company') {
    throw refuse.forbidden('permission.denied', 'This is for the organization, not for one of its companies.');
  }
}

/** Whether the actor holds a permission. `*` is everything of an organization, and nothing of the platform. */
export function may(actor: Pick<Actor, 'permissions'>, permission: string): boolean {
  return (actor.permissions.has('*') && !isOfPlatform(permission)) || actor.permissions.has(permission);
}

function isOfPlatform(permission: string): boolean {
  return permission.startsWith('platform.');
}

export function rateLimited(seconds: number): Refusal {
  return new Refusal('rate_limited', 'rate_limited', `Too many requests. Try again in ${seconds} s.`, {
    retryAfterSeconds: seconds,
  });
}

function parse<Q extends z.ZodType, P extends z.ZodType, B extends z.ZodType>(
  spec: Shape<Q, P, B, Replies>,
  request: FastifyRequest,
  received = false,
): Input<Q, P, B> {
  if (received) {
    return {
      params: part('params', spec.params, request.params),
      query: part('query', spec.query ?? noFields, request.query),
      body: undefined,
    } as Input<Q, P, B>;
  }
  const sentText = typeof request.body === 'string' && request.headers['content-type']?.startsWith('text/csv');
  if (request.body !== undefined && Boolean(spec.consumes) !== Boolean(sentText)) {
    throw Object.assign(new Error('media type'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' });
  }
  return {
    params: part('params', spec.params, request.params),
    query: part('query', spec.query ?? noFields, request.query),
    body: part('body', spec.body ?? noBody, request.body),
  } as Input<Q, P, B>;
}

/** A body that is taken as a stream comes as CSV or as plain bytes; Fastify knows it by the latter. */
function asStream(request: FastifyRequest): void {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'text/csv' && type !== 'application/octet-stream') {
    throw Object.assign(new Error('media type'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' });
  }
  request.raw.headers['content-type'] = 'application/octet-stream';
}

const noFields = z.strictObject({});
/** A write without a body may still be sent with `{}`. */
const noBody = z.strictObject({}).optional();

function part(name: string, schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) throw invalidRequest(name, result.error);
  return result.data;
}

/** Our own answer, checked against its schema: a field that the document does not promise does not leave the house. */
function write(schema: z.ZodType, value: unknown): string {
  return JSON.stringify(z.encode(schema, value));
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status);
  if (answer.text === null) return reply.send();
  return reply.type('application/json; charset=utf-8').send(answer.text);
}
