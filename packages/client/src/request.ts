/** Where the instance is and who calls: an API key (`sw_…`) or a token of `POST /v2/token`. Without one, a browser's cookie counts. */
export type Client = {
  baseUrl: string;
  token?: string;
  /** Another `fetch`, for a proxy or a test. */
  fetch?: typeof fetch;
};

export type Options = {
  /** The same key with the same request has one effect, however often it is sent. */
  idempotencyKey?: string;
  signal?: AbortSignal;
};

/** What the server answers when it says no, or cannot: a stable code for programs, a message for people. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly code: string;
  /** Path of the offending field, e.g. `body.items[3].iccid`. */
  readonly field: string | undefined;
  /** The form that would have been accepted. */
  readonly expected: string | undefined;
  readonly details: Record<string, unknown>;
  readonly requestId: string | undefined;
  /** Seconds to wait before trying again (429, 503). */
  readonly retryAfter: number | undefined;

  constructor(status: number, error: Refused, retryAfter?: number) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.field = error.field;
    this.expected = error.expected;
    this.details = error.details ?? {};
    this.requestId = error.requestId;
    this.retryAfter = retryAfter;
  }
}

type Refused = {
  code: string;
  message: string;
  field?: string;
  expected?: string;
  details?: Record<string, unknown>;
  requestId?: string;
};

export type Call = {
  method: string;
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  /** Of a body that is sent as it is. */
  contentType?: string;
  stream?: boolean;
};

/** Sends one call. @throws ApiError for every answer that is no success; network faults are thrown as `fetch` throws them. */
export async function request<T>(client: Client, call: Call, options: Options = {}): Promise<T> {
  const response = await (client.fetch ?? fetch)(addressOf(client, call), {
    method: call.method,
    headers: headersOf(client, call, options),
    body: call.contentType ? (call.body as string) : call.body === undefined ? undefined : JSON.stringify(call.body),
    signal: options.signal,
  });
  if (!response.ok) throw await errorOf(response);
  if (call.stream) return response as T;
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

function addressOf(client: Client, call: Call): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) if (value !== undefined) given.set(name, String(value));
  const query = given.toString();
  return `${client.baseUrl.replace(/\/+$/, '')}${call.path}${query === '' ? '' : `?${query}`}`;
}

function headersOf(client: Client, call: Call, options: Options): Record<string, string> {
  const headers: Record<string, string> = {};
  if (client.token !== undefined) headers.authorization = `Bearer ${client.token}`;
  if (call.body !== undefined) headers['content-type'] = call.contentType ?? 'application/json';
  if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
  return headers;
}

/** A proxy may answer in a form of its own; that becomes an ApiError too. */
async function errorOf(response: Response): Promise<ApiError> {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  try {
    const body = (await response.json()) as { error?: Refused };
    if (body.error?.code) return new ApiError(response.status, body.error, retryAfter);
  } catch {
    // Not JSON: the status is all there is.
  }
  return new ApiError(
    response.status,
    { code: 'http', message: `The server answered ${response.status}.` },
    retryAfter,
  );
}
