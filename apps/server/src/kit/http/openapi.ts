import { z } from 'zod';
import type { Http } from './app.ts';
import { RefusalReply } from './errors.ts';
import type { DeclaredRoute } from './route.ts';
import { nameOf } from './schemas.ts';

type Json = { [key: string]: unknown };

/**
 * The OpenAPI 3.1 document, made from the declared routes. Every schema is written in its wire form (the input side of
 * a codec, whichever way it travels), so a name has one shape and there are no `…Input` twins.
 */
export function openapiDocument(http: Pick<Http, 'routes' | 'deps'>): Json {
  const paths: Record<string, Json> = {};
  for (const route of http.routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Simwright',
      version: http.deps.version,
      description:
        'Amounts, prices and bytes are decimal strings. Lists are read page by page: pass nextCursor as cursor. ' +
        'Every write takes an Idempotency-Key: the same key and request give the same answer and one effect.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: http.deps.publicUrl }],
    security: [{ bearer: [] }, { session: [] }],
    paths,
    components: {
      schemas: componentsOf(http.routes),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key (sw_…) or a token of POST /v2/token.' },
        session: { type: 'apiKey', in: 'cookie', name: 'simwright.session_token', description: 'Console sign-in.' },
      },
    },
  };
}

function operation(route: DeclaredRoute): Json {
  const [status, schema] = Object.entries(route.reply)[0]!;
  const write = route.method !== 'GET' && route.permission !== null;
  return {
    operationId: route.name,
    summary: route.summary,
    tags: route.tags,
    'x-permission': route.permission ?? 'public',
    ...(route.scope && { 'x-scope': route.scope }),
    ...(route.permission === null && { security: [] }),
    parameters: [
      ...parameters('path', route.params),
      ...parameters('query', route.query),
      ...(write ? [idempotencyKey] : []),
    ],
    ...(route.body && {
      requestBody: {
        required: !route.body.safeParse(undefined).success,
        content: { [route.consumes ?? 'application/json']: { schema: schemaOf(route.body) } },
      },
    }),
    responses: {
      [status]: {
        description: 'Done.',
        ...(schema && { content: { 'application/json': { schema: schemaOf(schema) } } }),
        ...(route.download && { content: { [route.download]: { schema: { type: 'string' } } } }),
        ...(route.stream && { content: { 'text/event-stream': { schema: schemaOf(route.stream) } } }),
      },
      ...refusals(route),
    },
  };
}

const idempotencyKey: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same request has one effect and gives the same answer for 48 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

function refusals(route: DeclaredRoute): Json {
  const statuses: Record<string, string> = { 400: 'The request is not of the expected form.' };
  if (route.permission !== null) {
    statuses[401] = 'No caller, or a credential that is not valid.';
    statuses[403] = 'The caller may not do this.';
    statuses[429] = 'Too many requests.';
  }
  if (route.params) statuses[404] = 'There is no such object in this organization.';
  if (route.method !== 'GET') {
    statuses[409] = 'The state of the world forbids it.';
    statuses[413] = 'The body is too large.';
    statuses[415] = 'The body is of another media type.';
  }
  statuses[500] = 'A fault on our side.';
  statuses[503] = 'Not now; try again.';
  const content = { 'application/json': { schema: schemaOf(RefusalReply) } };
  return Object.fromEntries(Object.entries(statuses).map(([code, description]) => [code, { description, content }]));
}

function parameters(where: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (!schema) return [];
  const shape = (schema as z.ZodObject).shape as Record<string, z.ZodType>;
  return Object.entries(shape).map(([name, field]) => {
    const description = z.globalRegistry.get(field)?.description;
    return {
      name,
      in: where,
      required: where === 'path' || !field.safeParse(undefined).success,
      ...(description && { description }),
      schema: schemaOf(field),
    };
  });
}

const refTo = (id: string) => `#/components/schemas/${id}`;

/** A reference to a named schema, or the schema itself with references inside. */
function schemaOf(schema: z.ZodType): Json {
  const name = nameOf(schema);
  if (name) return { $ref: refTo(name) };
  const { $defs: _defs, ...own } = z.toJSONSchema(schema, { io: 'input' }) as Json;
  return bare(JSON.parse(JSON.stringify(own).replaceAll('"#/$defs/', '"#/components/schemas/')));
}

/** All named schemas that the routes reach. */
function componentsOf(routes: readonly DeclaredRoute[]): Record<string, Json> {
  const all = z.toJSONSchema(z.globalRegistry, { io: 'input', uri: refTo, unrepresentable: 'any' }).schemas;
  const used = new Map<string, Json>();
  const visit = (value: unknown): void => {
    for (const id of referencesIn(value)) {
      if (used.has(id) || !all[id]) continue;
      used.set(id, bare(all[id] as Json));
      visit(all[id]);
    }
  };
  visit(routes.map(operation));
  return Object.fromEntries([...used].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function referencesIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1]!);
}

function bare({ $schema: _schema, $id: _id, id: _name, ...rest }: Json): Json {
  return rest;
}

/**
 * What is wrong with the document, as sentences; none when a client made from it can be trusted: every operation named,
 * described and guarded, bodies by name, no number that JavaScript cannot hold exactly, no amount as a float.
 */
export function lintOpenapi(document: Json): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const [path, item] of Object.entries(document.paths as Record<string, Record<string, Json>>)) {
    for (const [method, op] of Object.entries(item)) {
      const where = `${method.toUpperCase()} ${path}`;
      const name = String(op.operationId ?? '');
      if (!/^[a-z][A-Za-z]+$/.test(name)) problems.push(`${where}: operationId ${JSON.stringify(name)}`);
      if (seen.has(name)) problems.push(`${where}: operationId ${name} is taken`);
      seen.add(name);
      if (!op.summary) problems.push(`${where}: no summary`);
      if (!(op.tags as string[] | undefined)?.length) problems.push(`${where}: no tag`);
      if (!op['x-permission']) problems.push(`${where}: no permission`);
      for (const [place, content] of bodiesOf(op)) {
        for (const [type, media] of Object.entries(content)) {
          const isFile = /^(text\/csv|image\/.*|application\/(pdf|xml|.*spreadsheetml.*))$/.test(type);
          if (!isFile && !(media as { schema: Json }).schema.$ref) problems.push(`${where}: ${place} has no name`);
        }
      }
    }
  }
  const components = (document.components as { schemas: Record<string, Json> }).schemas;
  for (const id of new Set(referencesIn(document)))
    if (!components[id]) problems.push(`${id} is referenced and absent`);
  lintSchema(document, '', problems);
  return problems;
}

function bodiesOf(op: Json): [string, Json][] {
  const request = op.requestBody as { content: Json } | undefined;
  const responses = Object.entries(op.responses as Record<string, { content?: Json }>);
  return [
    ...(request ? [['request', request.content] as [string, Json]] : []),
    ...responses.filter(([, r]) => r.content).map(([status, r]): [string, Json] => [`response ${status}`, r.content!]),
  ];
}

const moneyOrBytes = /(amount|price|fee|balance|bytes|micros|limit_?mb)$/i;

function lintSchema(value: unknown, path: string, problems: string[]): void {
  if (Array.isArray(value)) {
    for (const [i, inner] of value.entries()) lintSchema(inner, `${path}[${i}]`, problems);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  const schema = value as Json;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) problems.push(`${path}: a whole number without a bound of its own`);
  if (typeof schema.pattern === 'string' && schema.pattern.length > 200) problems.push(`${path}: a very long pattern`);
  for (const [name, property] of Object.entries((schema.properties as Json | undefined) ?? {})) {
    const at = `${path}.${name}`;
    const type = (property as Json).type;
    if (moneyOrBytes.test(name) && (type === 'number' || type === 'integer'))
      problems.push(`${at}: an amount as a number`);
    if (Object.keys(property as Json).length === 0) problems.push(`${at}: a type that the document cannot say`);
  }
  for (const [key, inner] of Object.entries(schema)) lintSchema(inner, path ? `${path}.${key}` : key, problems);
}
