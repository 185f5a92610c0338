import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The original's own OpenAPI description of the API, and what of an answer does not agree with it. */

type Schema = {
  $ref?: string;
  type?: string;
  format?: string;
  pattern?: string;
  enum?: unknown[];
  nullable?: boolean;
  properties?: Record<string, Schema>;
  items?: Schema;
};
type Body = { schema: Schema; examples?: Record<string, { value: unknown }> };
type Described = { operationId: string; responses: Record<string, { content?: Record<string, Body> }> };
type Description = {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
};

const file = join(import.meta.dirname, 'vendor/twilio_supersim_v1.json');
const description: Description = JSON.parse(readFileSync(file, 'utf8'));
const methods = new Set(['get', 'post', 'delete', 'put', 'patch']);

/** One answer that an operation may give: `CreateSim 201`. */
export type Answer = { name: string; method: string; path: string; status: number; body: Body | undefined };

export const answers: readonly Answer[] = Object.entries(description.paths).flatMap(([path, operations]) =>
  Object.entries(operations)
    .filter(([method]) => methods.has(method))
    .flatMap(([method, { operationId, responses }]) =>
      Object.entries(responses).map(([status, { content }]) => ({
        ...{ name: `${operationId} ${status}`, method: method.toUpperCase(), path, status: Number(status) },
        body: content?.['application/json'],
      })),
    ),
);

/** The named examples of all answers. */
export const examples = answers.flatMap((answer) =>
  Object.entries(answer.body?.examples ?? {}).map(([name, { value }]) => ({ answer, name, value })),
);

/** The described answer that this is; null: the description knows no such operation, or not this status of it. */
export function answerOf(method: string, url: string, status: number): Answer | null {
  const parts = new URL(url).pathname.split('/');
  return (
    answers.find((answer) => {
      const described = answer.path.split('/');
      const fits = described.length === parts.length && described.every((part, i) => isAny(part) || part === parts[i]);
      return fits && answer.method === method.toUpperCase() && answer.status === status;
    }) ?? null
  );
}

const isAny = (part: string) => part.startsWith('{');

/**
 * What is wrong with an answer, as sentences. A success has a described status and exactly the described fields; anything
 * else has the body of an error, which the description leaves open.
 */
export function faultsOf(method: string, url: string, status: number, body: unknown): string[] {
  const where = `${method.toUpperCase()} ${new URL(url).pathname} ${status}`;
  if (status >= 400) return errorFaults(status, body, where);
  const answer = answerOf(method, url, status);
  if (!answer) return [`${where}: no answer that the description knows`];
  if (!answer.body) return body === null || body === '' || body === undefined ? [] : [`${where}: a body`];
  return faults(answer.body.schema, body, where);
}

/** What of a value does not agree with an answer's schema. */
export function shapeFaults(answer: Answer, value: unknown): string[] {
  return faults(answer.body?.schema ?? {}, value, answer.name);
}

/** Stricter than JSON Schema: every field is there, and no other. */
function faults(schema: Schema, value: unknown, path: string): string[] {
  if (schema.$ref) {
    const target = description.components.schemas[schema.$ref.split('/').at(-1)!]!;
    return faults({ ...target, nullable: schema.nullable ?? target.nullable }, value, path);
  }
  if (value === null) return schema.nullable || !schema.type ? [] : [`${path} is null`];
  if (schema.enum && !schema.enum.includes(value))
    return [`${path} is ${String(value)}, not one of ${schema.enum.join(', ')}`];
  switch (schema.type) {
    case 'object':
      return schema.properties
        ? objectFaults(schema.properties, value, path)
        : isObject(value)
          ? []
          : [`${path} is no object`];
    case 'array':
      if (!Array.isArray(value)) return [`${path} is no array`];
      return value.flatMap((item, i) => faults(schema.items ?? {}, item, `${path}[${i}]`));
    case 'string':
      return stringFaults(schema, value, path);
    case 'integer':
      return Number.isSafeInteger(value) ? [] : [`${path} is no integer`];
    case 'number':
      // Its examples write amounts as text.
      return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? [] : [`${path} is no amount`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path} is no boolean`];
    default:
      return [];
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function objectFaults(properties: Record<string, Schema>, value: unknown, path: string): string[] {
  if (!isObject(value)) return [`${path} is no object`];
  return [
    ...Object.keys(value).flatMap((name) => (name in properties ? [] : [`${path}.${name} is unknown`])),
    ...Object.entries(properties).flatMap(([name, schema]) =>
      name in value ? faults(schema, value[name], `${path}.${name}`) : [`${path}.${name} is missing`],
    ),
  ];
}

function stringFaults({ pattern, format }: Schema, value: unknown, path: string): string[] {
  if (typeof value !== 'string') return [`${path} is no text`];
  if (pattern && !new RegExp(pattern).test(value)) return [`${path} is ${value}, not ${pattern}`];
  if (format === 'date-time' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value))
    return [`${path} is ${value}, no time`];
  // Its examples write the address of an SM-DP+ as a bare host.
  const isHost = path.endsWith('.smdp_plus_address') && /^[a-z0-9.-]+$/.test(value);
  if (format === 'uri' && !URL.canParse(value) && !isHost) return [`${path} is ${value}, no URL`];
  return [];
}

/** `type` beside `title` would make the SDK throw another exception, one without `moreInfo`. */
function errorFaults(status: number, body: unknown, path: string): string[] {
  if (!isObject(body)) return [`${path}: an error without a body`];
  const { code, message, more_info, status: told, detail, details, ...others } = body;
  return [
    ...(Number.isInteger(code) && more_info === `https://www.twilio.com/docs/errors/${code}`
      ? []
      : ['code, more_info']),
    ...(typeof message === 'string' && message !== '' ? [] : ['message']),
    ...(told === status ? [] : ['status']),
    ...(detail === undefined || typeof detail === 'string' ? [] : ['detail']),
    ...(details === undefined || isObject(details) ? [] : ['details']),
    ...Object.keys(others),
  ].map((fault) => `${path}: ${fault} of ${JSON.stringify(body)}`);
}
