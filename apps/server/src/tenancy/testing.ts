import { freshDatabase } from '../../test/database.ts';
import { type Clock, type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { type Database, openDatabase } from '../kit/db.ts';
import { closeHttp, createHttp, type Http, listen } from '../kit/http/app.ts';
import { createLog } from '../kit/log.ts';
import { setInstanceKey } from '../kit/seal.ts';
import type { DatabaseUrls } from '../kit/urls.ts';
import { type Authentication, openAuthentication } from './authentication/index.ts';
import { permissionNames } from './permissions.ts';
import { createApiKey, type NewApiKey } from './service/api-keys.ts';
import { createOrganization } from './service/organizations.ts';

export type TenancyWorld = {
  urls: DatabaseUrls;
  runtime: Runtime;
  owner: Database;
  authentication: Authentication;
  organization(
    name?: string,
    sandbox?: boolean,
  ): Promise<{ organization: Organization; accountSid: string; authToken: string }>;
  /** The product itself at work for an organization. */
  as(organization: Organization): Ctx;
  /** A new key's text, for `Authorization: Bearer`. */
  key(organization: Organization, input?: Partial<NewApiKey>): Promise<string>;
  serve(mount: (http: Http) => void): Promise<{ http: Http; base: string }>;
  close(): Promise<void>;
};

export async function tenancyWorld(clock: Clock = { now: () => new Date() }): Promise<TenancyWorld> {
  const { urls, drop } = await freshDatabase();
  setInstanceKey(Buffer.alloc(32, 7));
  const log = createLog('silent');
  const owner = openDatabase(urls.owner, 2);
  const runtime: Runtime = { database: openDatabase(urls.app, 8), clock, log };
  const publicUrl = 'http://127.0.0.1';
  const authentication = openAuthentication(runtime, { databaseUrl: urls.app, publicUrl });
  const servers: Http[] = [];
  const as = (organization: Organization) => contextFor(runtime, organization, systemActor('test'));
  return {
    urls,
    runtime,
    owner,
    authentication,
    organization: (name = 'Acme', sandbox = false) =>
      createOrganization({ ...runtime, database: owner }, { name, currency: 'EUR', sandbox }),
    as,
    async key(organization, input = {}) {
      return (await createApiKey(as(organization), { name: 'test', permissions: ['*'], ...input })).text;
    },
    async serve(mount) {
      const http = createHttp({
        runtime,
        publicUrl,
        version: '0.0.0',
        permissions: permissionNames,
        authenticate: authentication.authenticate,
      });
      mount(http);
      servers.push(http);
      return { http, base: await listen(http, { host: '127.0.0.1', port: 0 }) };
    },
    async close() {
      for (const http of servers) await closeHttp(http);
      await authentication.close();
      await runtime.database.pool.end();
      await owner.pool.end();
      await drop();
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads the body as it is on the wire.
export type Answer = { status: number; headers: Headers; body: any };

/** One request over a real socket. */
export async function call(
  base: string,
  method: string,
  path: string,
  options: { key?: string; body?: unknown; raw?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(options.key && { authorization: `Bearer ${options.key}` }),
      ...options.headers,
    },
    body,
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: json && text ? JSON.parse(text) : text };
}
