import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { networkSid } from './networks.ts';
import { openWorld, type TestAccount, type World } from './testing.ts';

/** The original API's own OpenAPI description. It lies beside the repository, not in it. */
const file = join(import.meta.dirname, '../../../../../shared/data/twilio_supersim_v1.json');
const isHere = existsSync(file);
if (!isHere) console.warn('The OpenAPI description of the Super SIM API is not here: answers are not held against it.');

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
type Operation = { responses: Record<string, { content?: Record<string, { schema: Schema }> }> };
type Description = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

let description: Description;
let world: World;
let account: TestAccount;

beforeAll(async () => {
  if (!isHere) return;
  description = JSON.parse(readFileSync(file, 'utf8'));
  world = await openWorld();
  account = await world.organization('Acme');
}, 60_000);
afterAll(() => world?.close());

/** What is wrong with a value, as paths and sentences. Stricter than JSON Schema: every field is there, and no other. */
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

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

function objectFaults(properties: Record<string, Schema>, value: unknown, path: string): string[] {
  if (!isObject(value)) return [`${path} is no object`];
  const given = value as Record<string, unknown>;
  return [
    ...Object.keys(given).flatMap((name) => (name in properties ? [] : [`${path}.${name} is unknown`])),
    ...Object.entries(properties).flatMap(([name, schema]) =>
      name in given ? faults(schema, given[name], `${path}.${name}`) : [`${path}.${name} is missing`],
    ),
  ];
}

function stringFaults({ pattern, format }: Schema, value: unknown, path: string): string[] {
  if (typeof value !== 'string') return [`${path} is no text`];
  if (pattern && !new RegExp(pattern).test(value)) return [`${path} is ${value}, not ${pattern}`];
  if (format === 'date-time' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value))
    return [`${path} is ${value}, no time`];
  if (format === 'uri' && !URL.canParse(value)) return [`${path} is ${value}, no URL`];
  return [];
}

/** Calls an operation of the description and holds status and body against it. */
async function ask(method: string, template: string, path: string, form?: string) {
  const { status, body } = await world.call(account, method.toUpperCase(), path, form);
  const operation = description.paths[template]![method]!;
  expect(Object.keys(operation.responses), `${method} ${path}: ${JSON.stringify(body)}`).toContain(String(status));
  const schema = operation.responses[status]!.content?.['application/json']?.schema;
  expect(schema ? faults(schema, body, template) : body === null ? [] : ['a body']).toEqual([]);
  return body;
}

test.skipIf(!isHere)('every answer has the status and the form that the original describes', async () => {
  const [sim] = await world.stock(account, 'radius', 1);
  const [telekom, att] = ['26201', '310410'].map(networkSid);

  const profile = await ask(
    'post',
    '/v1/NetworkAccessProfiles',
    '/v1/NetworkAccessProfiles',
    `UniqueName=p&Networks=${att}`,
  );
  const profiles = '/v1/NetworkAccessProfiles';
  await ask('get', profiles, profiles);
  await ask('get', `${profiles}/{Sid}`, `${profiles}/${profile.sid}`);
  await ask('post', `${profiles}/{Sid}`, `${profiles}/p`, 'UniqueName=q');
  const inside = `${profiles}/{NetworkAccessProfileSid}/Networks`;
  await ask('post', inside, `${profiles}/q/Networks`, `Network=${telekom}`);
  await ask('get', inside, `${profiles}/q/Networks?PageSize=1`);
  await ask('get', `${inside}/{Sid}`, `${profiles}/q/Networks/${telekom}`);
  await ask('delete', `${inside}/{Sid}`, `${profiles}/q/Networks/${telekom}`);

  const networks = await ask('get', '/v1/Networks', '/v1/Networks?IsoCountry=DE&PageSize=1000');
  expect(networks.networks.length).toBeGreaterThan(10);
  await ask('get', '/v1/Networks/{Sid}', `/v1/Networks/${att}`);

  const fleet = await ask('post', '/v1/Fleets', '/v1/Fleets', 'NetworkAccessProfile=q&UniqueName=f&DataLimit=500');
  await ask('get', '/v1/Fleets', '/v1/Fleets?NetworkAccessProfile=q');
  await ask('get', '/v1/Fleets/{Sid}', `/v1/Fleets/${fleet.sid}`);
  await ask('post', '/v1/Fleets/{Sid}', '/v1/Fleets/f', 'SmsCommandsUrl=https://example.com/sms');

  await ask('post', '/v1/Sims', '/v1/Sims', `Iccid=${sim!.iccid}&RegistrationCode=${sim!.code}`);
  await ask('get', '/v1/Sims', '/v1/Sims?Status=new');
  await ask('get', '/v1/Sims/{Sid}', `/v1/Sims/${sim!.sid}`);
  const periods = '/v1/Sims/{SimSid}/BillingPeriods';
  await ask('get', periods, `/v1/Sims/${sim!.sid}/BillingPeriods`);
  for (const status of ['ready', 'active', 'inactive']) {
    await ask(
      'post',
      '/v1/Sims/{Sid}',
      `/v1/Sims/${sim!.sid}`,
      `Fleet=f&Status=${status}&CallbackUrl=https://example.com/`,
    );
    await ask('get', periods, `/v1/Sims/${sim!.sid}/BillingPeriods`);
  }

  for (const query of ['', '?Granularity=day', '?Group=sim', `?Sim=${sim!.sid}&Fleet=f&Network=${att}&IsoCountry=US`]) {
    await ask('get', '/v1/UsageRecords', `/v1/UsageRecords${query}`);
  }
});
