/**
 * The API client's source, from the OpenAPI document: an interface or type per named schema and a function per
 * operation. It knows the forms of JSON Schema that our own document uses, and stops at any other.
 */
type Schema = { [key: string]: unknown };
type Parameter = { name: string; in: string; required: boolean; description?: string; schema: Schema };
type Operation = {
  operationId: string;
  summary: string;
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
};

export function clientSource(document: { [key: string]: unknown }): string {
  const schemas = (document.components as { schemas: Record<string, Schema> }).schemas;
  const paths = document.paths as Record<string, Record<string, Operation>>;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  operations.sort((a, b) => (a.operation.operationId < b.operation.operationId ? -1 : 1));
  return [
    '// Written by "npm run docs" from docs/generated/openapi.json.',
    "import { type Client, type Options, request } from '../request.ts';",
    '',
    ...Object.entries(schemas).map(([name, schema]) => declaration(name, schema)),
    ...operations.map(({ path, method, operation }) => operationFunction(path, method, operation)),
  ].join('\n');
}

function declaration(name: string, schema: Schema): string {
  const fields = fieldsOf(schema);
  const above = typeof schema.description === 'string' ? `/** ${schema.description} */\n` : '';
  if (schema.type !== 'object' || fields.length === 0) return `${above}export type ${name} = ${typeOf(schema)};\n`;
  return [`${above}export interface ${name} {`, ...fields.map((field) => `  ${field};`), '}', ''].join('\n');
}

function operationFunction(path: string, method: string, operation: Operation): string {
  const [status, answer] = Object.entries(operation.responses).find(([code]) => code.startsWith('2'))!;
  const content = Object.entries(answer.content ?? {});
  const [mediaType, media] = content[0] ?? [null, null];
  const inputs = operation.parameters.filter((p) => p.in === 'path' || p.in === 'query');
  const body = operation.requestBody;
  const [bodyType, bodyMedia] = Object.entries(body?.content ?? {})[0] ?? [null, null];
  const fields = [
    ...inputs.map((p) => `${comment(p.description)}${p.name}${p.required ? '' : '?'}: ${typeOf(p.schema)}`),
    ...(bodyMedia ? [`body${body?.required ? '' : '?'}: ${typeOf(bodyMedia.schema)}`] : []),
  ];
  const needed = inputs.some((p) => p.required) || body?.required;
  const input = fields.length > 0 ? `, input: { ${fields.join('; ')} }${needed ? '' : ' = {}'}` : '';
  const isStream = mediaType === 'text/event-stream';
  const result = isStream ? 'Response' : media ? typeOf(media.schema) : 'void';
  const query = inputs.filter((p) => p.in === 'query').map((p) => p.name);
  const call = [
    `method: '${method.toUpperCase()}'`,
    `path: ${pathText(path)}`,
    ...(query.length > 0 ? [`query: { ${query.map((name) => `${name}: input.${name}`).join(', ')} }`] : []),
    ...(bodyMedia ? ['body: input.body'] : []),
    ...(bodyType && bodyType !== 'application/json' ? [`contentType: '${bodyType}'`] : []),
    ...(isStream ? ['stream: true'] : []),
  ];
  return [
    `/** ${operation.summary} \`${method.toUpperCase()} ${path}\` → ${status} */`,
    `export function ${operation.operationId}(client: Client${input}, options?: Options): Promise<${result}> {`,
    `  return request(client, { ${call.join(', ')} }, options);`,
    '}',
    '',
  ].join('\n');
}

function pathText(path: string): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => `\${encodeURIComponent(input.${name})}`);
  return filled === path ? `'${path}'` : `\`${filled}\``;
}

function comment(text: string | undefined): string {
  return text ? `/** ${text} */ ` : '';
}

function typeOf(schema: Schema): string {
  if (typeof schema.$ref === 'string') return schema.$ref.split('/').at(-1)!;
  if (Array.isArray(schema.anyOf ?? schema.oneOf)) return union((schema.anyOf ?? schema.oneOf) as Schema[]);
  if (Array.isArray(schema.allOf)) return (schema.allOf as Schema[]).map(typeOf).join(' & ');
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => ({ ...schema, type })));
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return `Array<${typeOf((schema.items as Schema | undefined) ?? {})}>`;
    case 'object':
      return objectType(schema);
    case undefined:
      return 'unknown';
    default:
      throw new Error(`The client generator does not know the JSON Schema type ${JSON.stringify(schema.type)}.`);
  }
}

function union(schemas: Schema[]): string {
  return [...new Set(schemas.map(typeOf))].join(' | ');
}

function objectType(schema: Schema): string {
  const fields = fieldsOf(schema);
  if (fields.length > 0) return `{ ${fields.join('; ')} }`;
  const values = schema.additionalProperties;
  return typeof values === 'object' && values !== null ? `Record<string, ${typeOf(values as Schema)}>` : '{}';
}

function fieldsOf(schema: Schema): string[] {
  const required = new Set((schema.required as string[] | undefined) ?? []);
  const fields = (schema.properties as Record<string, Schema> | undefined) ?? {};
  return Object.entries(fields).map(
    ([name, field]) =>
      `${comment(field.description as string | undefined)}${fieldName(name)}${required.has(name) ? '' : '?'}: ${typeOf(field)}`,
  );
}

function fieldName(name: string): string {
  return /^\w+$/.test(name) ? name : JSON.stringify(name);
}
