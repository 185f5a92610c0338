import { pino } from 'pino';

export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
};

const hidden = '[hidden]';
/** Secrets are named here once, so that no caller can leak one by accident, however deep it lies. */
const secretName =
  /^(ki|opc?|pin|puk)$|secret|passw(or)?d|passphrase|token|authorization|cookie|credential|registrationcode|apikey|private_?key|sealed/i;
/** What looks like a secret wherever it stands: our API keys, those of a payment provider, credentials of a header, a password in an address. */
const secretForms: [RegExp, string][] = [
  [/\bsw_[A-Za-z0-9._-]{8,}/g, 'sw_[hidden]'],
  [/\b(sk|rk|whsec)_[A-Za-z0-9_*]{8,}/g, '$1_[hidden]'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, '$1 [hidden]'],
  [/(:\/\/[^\s:/@"]{1,100}:)[^\s@"]{1,200}@/g, '$1[hidden]@'],
];

/** The text without what looks like a secret. */
export function withoutSecrets(text: string): string {
  return secretForms.reduce((rest, [form, to]) => rest.replace(form, to), text);
}

/** Structured lines on standard error. `write` takes them elsewhere. */
export function createLog(level: string, write?: (line: string) => void): Log {
  const destination = write ? { write } : pino.destination({ fd: 2, sync: false });
  return pino(
    {
      level,
      base: null,
      formatters: { log: (fields) => hide(fields, 0) as Record<string, unknown> },
      serializers: { err: (error: unknown) => error },
      hooks: {
        streamWrite: (line: string) => keep(withoutSecrets(line)),
      },
    },
    destination,
  ) as unknown as Log;
}

const maxDepth = 6;

/** A copy without what its name says is secret. Errors keep what tells the cause; rows and values of statements stay out. */
function hide(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof Error) return errorFields(value, depth);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (depth >= maxDepth) return '…';
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => hide(item, depth + 1));
  if (value instanceof Map || value instanceof Set) return `${value.size} entries`;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, secretName.test(name) ? hidden : hide(field, depth + 1)]),
  );
}

/** Of PostgreSQL's errors `detail` and `where` show rows, and a failed statement its values: those do not get out. */
function errorFields(error: Error, depth: number): object {
  const { code, constraint, table, column, routine } = error as Error & Record<string, unknown>;
  const facts = Object.entries({ code, constraint, table, column, routine }).filter(([, fact]) => fact !== undefined);
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...Object.fromEntries(facts),
    ...(error.cause instanceof Error && depth < 3 && { cause: errorFields(error.cause, depth + 1) }),
  };
}

/** One of the last errors of this process, for the platform's page. */
export type RecentError = { at: string; message: string; error: string | null; requestId: string | null };
const kept = 20;
const errors: RecentError[] = [];
const errorLevel = 50;

function keep(line: string): string {
  if (!/"level":[56]0/.test(line)) return line;
  try {
    const { level, time, msg, err, requestId } = JSON.parse(line);
    if (level < errorLevel) return line;
    const error = err ? [err.code, err.message].filter(Boolean).join(' ').slice(0, 500) : null;
    errors.unshift({
      at: new Date(time).toISOString(),
      message: String(msg).slice(0, 200),
      error,
      requestId: requestId ?? null,
    });
    errors.length = Math.min(errors.length, kept);
  } catch {
    // A line that is no JSON is nobody's error.
  }
  return line;
}

/** The latest first, at most 20, as they were logged: without secrets. */
export function recentErrors(): readonly RecentError[] {
  return errors;
}
