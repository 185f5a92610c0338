import { z } from 'zod';
import { ApiError, codes } from './errors.ts';

/** Longest name, and longest URL, that a parameter may hold. */
const maxName = 255;
const maxUrl = 2048;

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it looks for.
const control = /[\u0000-\u001f\u007f]/;
const clean = (text: string) => !control.test(text);

/** Any text on one line. */
export const text = z
  .string('a text')
  .max(maxName, `at most ${maxName} characters`)
  .refine(clean, 'without control characters');

/** A name that a resource gets; empty removes it. */
export const uniqueName = text.transform((name) => (name === '' ? null : name));

/** An absolute http or https URL; empty removes it. */
export const url = z
  .string('a URL')
  .max(maxUrl, `at most ${maxUrl} characters`)
  .refine((value) => value === '' || isHttpUrl(value), 'an absolute http or https URL')
  .transform((value) => (value === '' ? null : value));

export const httpMethod = z
  .string('GET or POST')
  .transform((value) => value.toUpperCase())
  .pipe(z.enum(['GET', 'POST'], 'GET or POST'));

export const boolean = z
  .string('true or false')
  .transform((value) => value.toLowerCase())
  .pipe(z.enum(['true', 'false'], 'true or false'))
  .transform((value) => value === 'true');

/** A whole number within bounds. */
export function integer(min: bigint, max: bigint) {
  const form = `a whole number from ${min} to ${max}`;
  return z
    .string(form)
    .regex(/^\d{1,18}$/, form)
    .transform(BigInt)
    .refine((value) => value >= min && value <= max, form);
}

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, `one of ${values.join(', ')}`);
}

/** A parameter that is left out, or given as nothing: many programs write the ones they do not set as empty. */
export function optional<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
}

/** A repeated key. */
export function listOf<T extends z.ZodType>(item: T, max: number) {
  return z.preprocess(
    (value) => (value === undefined ? value : [value].flat().filter((one) => one !== '')),
    z.array(item).max(max, `at most ${max} values`),
  );
}

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  return ['http:', 'https:'].includes(new URL(value).protocol);
}

/** Reads the parameters a resource knows; others are ignored, as this API always did. Refuses with `code`, naming the first. */
export function parse<T extends z.ZodType>(
  schema: T,
  given: unknown,
  code: number = codes.invalidParameter,
): z.output<T> {
  const result = schema.safeParse(given ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const name = String(issue.path[0] ?? 'body');
  const isMissing = (given as Record<string, unknown> | null)?.[name] === undefined;
  const message = isMissing
    ? `Missing required parameter ${name}`
    : `Invalid parameter ${name}: expected ${issue.message}`;
  throw new ApiError(400, code, message, name);
}

/**
 * A form body as it is, or a JSON object written like one: numbers and booleans become their text, so that one schema
 * reads both.
 */
export function formOf(body: unknown): Record<string, unknown> {
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw new ApiError(400, codes.invalidParameter, 'The request body is not a form');
  }
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => (value === null ? [] : [[plainName(name), textOf(value)]])),
  );
}

/** Some languages write a repeated key as `Networks[]`. To ignore it would make a profile that allows every network. */
function plainName(name: string): string {
  return name.endsWith('[]') ? name.slice(0, -2) : name;
}

function textOf(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.map(textOf) : value;
}
