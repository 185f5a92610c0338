import * as models from 'xero-node/dist/gen/model/accounting/models.js';
import { type Field, type Operation, operations, type SchemaName, schemas } from './description.ts';

type Asked = {
  method: string;
  /** Below the base of the API. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: unknown;
};

/** Which operation was asked for, and with what of the path. */
export function operationOf({
  method,
  path,
}: Pick<Asked, 'method' | 'path'>): { operation: Operation; ids: string[] } | null {
  for (const operation of operations) {
    if (operation.method !== method) continue;
    const form = new RegExp(`^${operation.path.replaceAll(/:[a-z]+/g, '([^/]+)')}$`);
    const found = form.exec(path);
    if (found) return { operation, ids: found.slice(1) };
  }
  return null;
}

/** Everything that is wrong with a request by the vendor's description, and by the SDK's own models of it. */
export function faultsOf(asked: Asked): string[] {
  const found = operationOf(asked);
  if (!found) return [`${asked.method} ${asked.path} is no operation`];
  const { operation } = found;
  const faults: string[] = [];
  for (const name of asked.query.keys()) {
    if (!operation.query.includes(name)) faults.push(`${asked.path} takes no ${name} in its query`);
  }
  if (!/^[0-9a-f-]{36}$/.test(String(asked.headers['xero-tenant-id'] ?? ''))) faults.push('xero-tenant-id is missing');
  const key = asked.headers['idempotency-key'];
  if (operation.keyed && (typeof key !== 'string' || key.length < 1 || key.length > 128)) {
    faults.push('an Idempotency-Key of 1 to 128 characters is missing');
  }
  if (operation.body) faults.push(...faultsIn(operation.body, asked.body, operation.body));
  // The SDK sends an empty object along with what has no body.
  else if (JSON.stringify(asked.body ?? {}) !== '{}') faults.push(`${asked.path} takes no body`);
  return faults;
}

/** @param at where it is, for whoever reads */
function faultsIn(name: SchemaName, value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no ${name}`];
  const { fields, required = [] } = schemas[name];
  const known = modelFields(name);
  const missing = required.filter((field) => !(field in value)).map((field) => `${at}.${field} is missing`);
  return [
    ...missing,
    ...Object.entries(value).flatMap(([field, inner]) => {
      const place = `${at}.${field}`;
      const form = fields[field];
      if (!form) return [`${place} is not to be sent`];
      if (!known.has(field)) return [`${place} is not in the SDK's model`];
      return faultsOfField(form, inner, place);
    }),
  ];
}

function faultsOfField(form: Field, value: unknown, at: string): string[] {
  if (form.is === 'number') return typeof value === 'number' && Number.isFinite(value) ? [] : [`${at} is no number`];
  if (form.is !== 'text') {
    if (form.is === 'object') return faultsIn(form.of, value, at);
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((one, i) => faultsIn(form.of, one, `${at}[${i}]`));
  }
  if (typeof value !== 'string') return [`${at} is no text`];
  if (form.most !== undefined && value.length > form.most) return [`${at} is longer than ${form.most}`];
  if (form.words && !form.words.includes(value)) return [`${at} is none of ${form.words.join(', ')}`];
  return form.form && !form.form.test(value) ? [`${at} is not of the form ${form.form}`] : [];
}

/** Names on the wire that the SDK's model of a schema has. */
function modelFields(name: SchemaName): Set<string> {
  const model = (models as unknown as Record<string, { getAttributeTypeMap(): { baseName: string }[] }>)[name]!;
  return new Set(model.getAttributeTypeMap().map(({ baseName }) => baseName));
}
