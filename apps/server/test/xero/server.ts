import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Json, openXeroBooks, Refused } from './books.ts';
import { faultsOf, operationOf } from './judge.ts';

type Answer = { status: number; body?: unknown; headers?: Record<string, string> };

/**
 * A server that speaks Xero's language, for tests: sign-in, tokens that rotate, books. Each request is judged by the vendor's description; what
 * is not as it says is refused, and kept in `faults`. It is ours, so it proves only that we do what we have read.
 */
export async function openXero(client: { id: string; secret: string }, now: () => Date) {
  const tenants = [
    { id: randomUUID(), tenantId: randomUUID(), tenantType: 'ORGANISATION', tenantName: 'Harbour Books' },
  ];
  const books = openXeroBooks();
  const faults: string[] = [];
  const seen: { operation: string; key: string | undefined; body: Json }[] = [];
  const codes = new Map<string, string>();
  const answers = new Map<string, { asked: string; answer: Answer }>();
  let grant: { access: string; refresh: string; until: number } | null = null;
  /** What goes wrong next, once each: an answer instead of the right one, or none though it was done. */
  const next: { on: string; answer?: Answer; lost?: true }[] = [];
  const counts = { tokens: 0, refreshes: 0, revoked: 0, disconnected: 0 };

  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    const url = new URL(request.url!, 'http://xero');
    const place = `${request.method} ${url.pathname}`;
    const wrong = next.findIndex(({ on }) => place.includes(on) || operationAt(request, url) === on);
    const [misfortune] = wrong < 0 ? [] : next.splice(wrong, 1);
    const answer = misfortune?.answer ?? answerTo(request, url, text);
    if (misfortune?.lost) return request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  });
  // A way that is closed just as it is taken is an answer that is lost: none but those that a test loses.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  function answerTo(request: IncomingMessage, url: URL, text: string): Answer {
    if (url.pathname === '/connect/token') return token(request, new URLSearchParams(text));
    if (url.pathname === '/connect/revocation') {
      if (!isClient(request)) return { status: 400, body: { error: 'invalid_client' } };
      if (grant && new URLSearchParams(text).get('token') === grant.refresh) {
        counts.revoked += 1;
        grant = null;
      }
      return { status: 200 };
    }
    const { authorization } = request.headers;
    if (!grant || authorization !== `Bearer ${grant.access}` || grant.until <= now().getTime()) {
      return { status: 401, body: { Title: 'Unauthorized', Status: 401, Detail: 'TokenExpired: token expired' } };
    }
    if (url.pathname === '/connections' && request.method === 'GET') return { status: 200, body: tenants };
    if (url.pathname.startsWith('/connections/') && request.method === 'DELETE') {
      counts.disconnected += 1;
      return { status: 204 };
    }
    return inBooks(request, url, text);
  }

  /** Both parts as in a form (RFC 6749, 2.3.1). */
  function isClient({ headers }: IncomingMessage): boolean {
    const told = Buffer.from((headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
    const [id = '', secret = ''] = told.split(':').map(decodeURIComponent);
    return id === client.id && secret === client.secret;
  }

  function token(request: IncomingMessage, form: URLSearchParams): Answer {
    if (!isClient(request)) return { status: 400, body: { error: 'invalid_client' } };
    if (form.get('grant_type') === 'authorization_code') {
      const code = form.get('code') ?? '';
      if (codes.get(code) !== form.get('redirect_uri')) return { status: 400, body: { error: 'invalid_grant' } };
      codes.delete(code);
    } else {
      // Each refresh token is good once.
      if (!grant || form.get('refresh_token') !== grant.refresh)
        return { status: 400, body: { error: 'invalid_grant' } };
      counts.refreshes += 1;
    }
    counts.tokens += 1;
    const access = `access-${counts.tokens}-${randomBytes(8).toString('hex')}`;
    const refresh = `refresh-${counts.tokens}-${randomBytes(8).toString('hex')}`;
    grant = { access, refresh, until: now().getTime() + 1_800_000 };
    const scope = 'offline_access accounting.invoices';
    const body = { access_token: access, refresh_token: refresh, expires_in: 1800, token_type: 'Bearer', scope };
    return { status: 200, body };
  }

  function inBooks(request: IncomingMessage, url: URL, text: string): Answer {
    const path = url.pathname.replace('/api.xro/2.0/', '');
    const body: Json = text === '' ? undefined : JSON.parse(text);
    const asked = { method: request.method!, path, query: url.searchParams, headers: request.headers, body };
    const wrong = faultsOf(asked);
    const found = operationOf(asked);
    if (wrong.length > 0 || !found) {
      faults.push(...wrong);
      return { status: 400, body: { ErrorNumber: 10, Type: 'ValidationException', Message: wrong.join('; ') } };
    }
    if (request.headers['xero-tenant-id'] !== tenants[0]!.tenantId)
      return { status: 403, body: { Title: 'Forbidden' } };
    const operation = `${found.operation.method} ${found.operation.path}`;
    const key = request.headers['idempotency-key'] as string | undefined;
    seen.push({ operation, key, body });
    const before = found.operation.keyed && answers.get(key!);
    if (before && before.asked !== `${request.url} ${text}`) {
      return { status: 400, body: { Message: 'The idempotency key was used for another request.' } };
    }
    if (before) return before.answer;
    const answer = attempt(operation, found.ids, url.searchParams, body);
    if (found.operation.keyed && answer.status < 500) answers.set(key!, { asked: `${request.url} ${text}`, answer });
    return answer;
  }

  function attempt(operation: string, ids: string[], query: URLSearchParams, body: Json): Answer {
    try {
      return { status: 200, body: structuredClone(books.act(operation, ids, query, body)) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const Elements = [{ ValidationErrors: [{ Message: error.message }] }];
      const message = 'A validation exception occurred';
      return {
        status: error.status,
        body: { ErrorNumber: 10, Type: 'ValidationException', Message: message, Elements },
      };
    }
  }

  function operationAt(request: IncomingMessage, url: URL): string | null {
    const found = operationOf({ method: request.method!, path: url.pathname.replace('/api.xro/2.0/', '') });
    return found && `${found.operation.method} ${found.operation.path}`;
  }

  return {
    ...{ books, tenants, faults, seen, next, counts },
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    /** Somebody signs in there and agrees: where they are sent back to, with what. */
    agree(consentUrl: string): URLSearchParams {
      const asked = new URL(consentUrl).searchParams;
      const code = randomBytes(16).toString('hex');
      codes.set(code, asked.get('redirect_uri')!);
      return new URLSearchParams({ code, state: asked.get('state')!, scope: asked.get('scope')! });
    },
    /** How often an operation was asked for. */
    count: (operation: string) => seen.filter((one) => one.operation === operation).length,
    /** Whoever let us in takes it back. */
    withdraw() {
      grant = null;
    },
    /** Forgets keys, as Xero does after a while. */
    forgetKeys: () => answers.clear(),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
