/** The console's one way to the API: typed answers, one error class, idempotent writes. */

export type Page<T> = { items: T[]; nextCursor: string | null };

export type Query = Record<string, string | number | boolean | null | undefined>;

/** An answer other than success. `code` is stable; `message` is for people; `field` is a path like `body.name`. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly field: string | null;
  readonly expected: string | null;
  readonly details: Record<string, unknown>;
  readonly requestId: string | null;

  constructor(status: number, body: Partial<ErrorBody>) {
    super(body.message ?? wordsFor(status));
    this.status = status;
    this.code = body.code ?? `http.${status}`;
    this.field = body.field ?? null;
    this.expected = body.expected ?? null;
    this.details = body.details ?? {};
    this.requestId = body.requestId ?? null;
  }
}

type ErrorBody = {
  code: string;
  message: string;
  field?: string;
  expected?: string;
  details?: Record<string, unknown>;
  requestId: string;
};

/** A write is sent again with the same key when no answer came: the server does it once all the same. */
const maxTries = 3;
const timeoutMs = 30_000;

export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return call<T>('GET', path + search(query), undefined, { signal });
}

/** @param key one for each action of a person, so that a repeat of the same action has one effect */
export function post<T>(path: string, body?: unknown, key: string = crypto.randomUUID()): Promise<T> {
  return call<T>('POST', path, body, { key });
}

export function patch<T>(path: string, body: unknown, key: string = crypto.randomUUID()): Promise<T> {
  return call<T>('PATCH', path, body, { key });
}

export function put<T>(path: string, body: unknown, key: string = crypto.randomUUID()): Promise<T> {
  return call<T>('PUT', path, body, { key });
}

export function del<T = void>(path: string, key: string = crypto.randomUUID()): Promise<T> {
  return call<T>('DELETE', path, undefined, { key });
}

/** Sends a file as it is. */
export function postText<T>(path: string, query: Query, text: string, type: string): Promise<T> {
  return call<T>('POST', path + search(query), text, { key: crypto.randomUUID(), type });
}

/** Told once whenever the server says that nobody is signed in any more. */
let onSignedOut: () => void = () => {};
export function whenSignedOut(fn: () => void): void {
  onSignedOut = fn;
}

type Options = { signal?: AbortSignal | undefined; key?: string; type?: string; timeoutMs?: number };

/** A question that is too long for an address: it changes nothing, and may take its time. */
export function ask<T>(path: string, body: unknown, timeoutMs: number, signal?: AbortSignal): Promise<T> {
  return call<T>('POST', path, body, { signal, timeoutMs });
}

async function call<T>(method: string, path: string, body: unknown, options: Options): Promise<T> {
  const response = await sendUntilAnswered(method, path, body, options);
  if (response.status === 204) return undefined as T;
  const answer = await read(response);
  if (response.ok) return answer as T;
  const error = new ApiError(response.status, (answer as { error?: ErrorBody } | null)?.error ?? {});
  if (response.status === 401 && !path.startsWith('/api/auth/')) onSignedOut();
  throw error;
}

async function sendUntilAnswered(method: string, path: string, body: unknown, options: Options): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.key) headers['idempotency-key'] = options.key;
  if (body !== undefined) headers['content-type'] = options.type ?? 'application/json';
  const patience = options.timeoutMs ?? timeoutMs;
  const timeout = AbortSignal.timeout(patience);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const init: RequestInit = { method, headers, signal, credentials: 'same-origin' };
  if (body !== undefined) init.body = options.type ? String(body) : JSON.stringify(body);
  for (let tries = 1; ; tries++) {
    try {
      return await fetch(path, init);
    } catch {
      if (options.signal?.aborted) throw new DOMException('Aborted', 'AbortError');
      if (timeout.aborted)
        throw new ApiError(0, { message: `The server did not answer within ${patience / 1000} seconds.` });
      if (tries >= maxTries) throw new ApiError(0, {});
      await new Promise((resolve) => setTimeout(resolve, 300 * tries));
    }
  }
}

async function read(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

function search(query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

function wordsFor(status: number): string {
  if (status === 0) return 'The server cannot be reached. Check the connection.';
  if (status === 403) return 'Your role does not allow this.';
  if (status === 404) return 'This is not here, or not yours to see.';
  if (status === 429) return 'Too many requests. Wait a moment.';
  if (status >= 500) return 'Something went wrong on the server.';
  return 'The server refused the request.';
}
