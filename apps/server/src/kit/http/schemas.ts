import { formatAmount } from '@simwright/measure';
import { z } from 'zod';
import type { IdKind } from '../ids.ts';
import { parsePublicId, publicId } from '../ids.ts';

/**
 * The schemas every room shares. The wire form of an id, a time or a count of bytes is a string; the handler gets and
 * gives the inner form (an `Id`, a `Date`, a `bigint`): a codec turns one into the other at the door, both ways.
 * Nothing with a `z.bigint()`, `z.date()` or float on the wire side: the document could not say it, or not exactly.
 */

const names = new Map<string, z.ZodType>();

/** Gives a schema its name in the OpenAPI document. A name belongs to one schema. */
export function named<T extends z.ZodType>(id: string, schema: T, meta: Record<string, unknown> = {}): T {
  if (names.has(id)) throw new Error(`two schemas are named ${id}`);
  const result = schema.meta({ ...meta, id }) as T;
  names.set(id, result);
  return result;
}

export function nameOf(schema: z.ZodType): string | undefined {
  return z.globalRegistry.get(schema)?.id;
}

/** A request: fields that are not declared are refused, so that a misspelt one is not silently ignored. */
export function request<S extends z.core.$ZodLooseShape>(id: string, shape: S) {
  return named(id, z.strictObject(shape));
}

/** A reply: only the declared fields leave the house. */
export function reply<S extends z.core.$ZodLooseShape>(id: string, shape: S) {
  return named(id, z.object(shape));
}

const idSchemas = new Map<IdKind, ReturnType<typeof makeIdSchema>>();

/** `sim_…` on the wire, an `Id` inside. `idOf('sim')` is named SimId, `idOf('end_user')` EndUserId. */
export function idOf(kind: IdKind): ReturnType<typeof makeIdSchema> {
  let schema = idSchemas.get(kind);
  if (!schema) {
    schema = makeIdSchema(kind);
    idSchemas.set(kind, schema);
  }
  return schema;
}

function makeIdSchema(kind: IdKind) {
  const example = publicId(kind, '01980000-0000-7000-8000-000000000000');
  const text = z.string().regex(new RegExp(`^${example.slice(0, 4)}[0-9a-f]{32}$`), {
    error: `an id like ${example}`,
  });
  return named(
    `${pascal(kind)}Id`,
    z.codec(text, z.string(), {
      decode: (value) => parsePublicId(kind, value)!,
      encode: (value) => publicId(kind, value),
    }),
    { description: `Id of the ${kind.replaceAll('_', ' ')}.`, example },
  );
}

function pascal(words: string): string {
  return words.replace(/(^|_)([a-z])/g, (_, _bar, letter: string) => letter.toUpperCase());
}

const timestampForm = /^\d{4}-(0[1-9]|1[0-2])-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** PostgreSQL has no year 0, and we write four digits: in UTC too, where a zone may have moved it. */
const [firstInstant, lastInstant] = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'].map((text) =>
  Date.parse(text),
) as [number, number];

function isInstant(text: string): boolean {
  const at = timestampForm.test(text) ? Date.parse(text) : Number.NaN;
  return at >= firstInstant && at <= lastInstant;
}

/** An instant: RFC 3339 on the wire (UTC when we write it), a `Date` inside. */
export const Timestamp = named(
  'Timestamp',
  z.codec(
    z.string().refine(isInstant, {
      error: 'a time with its zone, like 2026-01-31T12:00:00Z',
    }),
    z.date(),
    { decode: (text) => new Date(text), encode: (date) => date.toISOString() },
  ),
  { format: 'date-time', description: 'An instant, RFC 3339.', example: '2026-01-31T12:00:00.000Z' },
);

/** A count of bytes: decimal digits on the wire, a `bigint` inside. At most what a signed 64-bit integer holds. */
export const Bytes = named(
  'Bytes',
  z.codec(
    z.string().regex(/^(0|[1-9]\d{0,17})$/, { error: 'a whole number of bytes as a decimal string, like "1000000"' }),
    z.bigint(),
    { decode: (text) => BigInt(text), encode: (value) => value.toString() },
  ),
  { description: 'A whole number of bytes, as a decimal string.', example: '1000000' },
);

/** A sum of bytes: as `Bytes`, and below zero where a correction took back more than was used. */
export const NetBytes = named(
  'NetBytes',
  z.codec(
    z.string().regex(/^(0|-?[1-9]\d{0,17})$/, { error: 'a whole number of bytes as a decimal string, like "1000000"' }),
    z.bigint(),
    { decode: (text) => BigInt(text), encode: (value) => value.toString() },
  ),
  {
    description: 'A whole number of bytes, as a decimal string; below zero where a correction took back more.',
    example: '1000000',
  },
);

/** Any other exact whole number that may pass 2^53: decimal digits on the wire, a `bigint` inside. */
export const Count = named(
  'Count',
  z.codec(
    z.string().regex(/^(0|[1-9]\d{0,17})$/, { error: 'a whole number as a decimal string, like "42"' }),
    z.bigint(),
    { decode: (text) => BigInt(text), encode: (value) => value.toString() },
  ),
  { description: 'A whole number, as a decimal string.', example: '42' },
);

/** A sum of things counted: as `Count`, and below zero where a correction took back more. */
export const NetCount = named(
  'NetCount',
  z.codec(
    z.string().regex(/^(0|-?[1-9]\d{0,17})$/, { error: 'a whole number as a decimal string, like "42"' }),
    z.bigint(),
    { decode: (text) => BigInt(text), encode: (value) => value.toString() },
  ),
  { description: 'A whole number, as a decimal string; below zero where a correction took back more.', example: '42' },
);

/** Money in major units of a currency named beside it: a decimal string both ways; read it with measure's parseAmount. */
export const Amount = named(
  'Amount',
  z.string().regex(/^-?(0|[1-9]\d{0,15})(\.\d{1,9})?$/, { error: 'an amount as a decimal string, like "12.34"' }),
  { description: 'An amount in major units of the currency named beside it, as a decimal string.', example: '12.34' },
);

/** Writes micro-minor units as an `Amount`. */
export const amount = formatAmount;

/** An exact unit price, finer than any amount. */
export const Price = named(
  'Price',
  z.string().regex(/^(0|[1-9]\d{0,14})(\.\d{1,12})?$/, { error: 'a price as a decimal string, like "0.0125"' }),
  { description: 'A unit price in major units, as a decimal string.', example: '0.10' },
);

export const Currency = named(
  'Currency',
  z.string().regex(/^[A-Z]{3}$/, { error: 'an ISO 4217 currency code, like EUR' }),
  { description: 'ISO 4217 code.', example: 'EUR' },
);

export const TimeZone = named(
  'TimeZone',
  z.string().refine(isTimeZone, { error: 'an IANA time zone, like Europe/Berlin' }),
  { description: 'IANA time zone.', example: 'Europe/Berlin' },
);

function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** A name people give to a thing: no control characters, no blank ends. */
export function text(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .refine((value) => !hasControlCharacter(value) && value.trim() === value, {
      error: `text of 1 to ${max} characters without control characters or blank ends`,
    });
}

/** Text of some lines that people may leave empty: no control characters but the ends of lines. */
export function lines(max: number) {
  return z
    .string()
    .max(max)
    .refine((value) => !hasControlCharacter(value.replaceAll('\n', '')), {
      error: 'text without control characters; lines may break',
    });
}

function hasControlCharacter(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 32 || code === 127) return true;
  }
  return false;
}

export const Email = named(
  'Email',
  z
    .string()
    .max(254)
    .regex(/^[^\s@<>"(),;:\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z0-9-]{2,63}$/, {
      error: 'an email address, like sam@example.com',
    }),
  { format: 'email', example: 'sam@example.com' },
);

/** `?status=active,ready`: one of several values, or several separated by commas; at most 50. */
export function listOf<T extends z.ZodType<unknown, string>>(item: T) {
  return z
    .string()
    .max(4000)
    .transform((value) => value.split(',').slice(0, 51))
    .pipe(z.array(item).max(50));
}

/** `{id}` in a path. */
export function idParams<K extends IdKind>(kind: K) {
  return z.strictObject({ id: idOf(kind) });
}
