import { randomBytes } from 'node:crypto';
import Fastify from 'fastify';
import { expect } from 'vitest';
import { freshDatabase } from '../../test/database.ts';
import { faultsOf } from '../../test/supersim/description.ts';
import { superSim } from '../../test/supersim/sdk.ts';
import * as carriers from '../carriers/index.ts';
import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import {
  type Actor,
  allPermissions,
  type Ctx,
  contextFor,
  type Organization,
  type Runtime,
  systemActor,
} from '../kit/ctx.ts';
import { openDatabase, query, type Sql } from '../kit/db.ts';
import { addressing } from '../kit/http/address.ts';
import { type Id, newId } from '../kit/ids.ts';
import { createLog } from '../kit/log.ts';
import { setInstanceKey } from '../kit/seal.ts';
import { type Caller, type SuperSimDeps, superSimRoutes } from './index.ts';
import { sidOf } from './sids.ts';

/** An account with its credential, and the context of the product at work for it. */
export type TestAccount = { organization: Organization; id: Id; sid: string; token: string; ctx: Ctx };
export type TestSim = { id: Id; sid: string; iccid: string; code: string };

/** The edge on a socket of its own, over a database of its own. The clock stands until it is moved. */
export async function openWorld() {
  const { urls, drop } = await freshDatabase();
  setInstanceKey(Buffer.alloc(32, 7));

  const owner = openDatabase(urls.owner, 2);
  let now = new Date('2026-03-15T10:30:00Z');
  const runtime: Runtime = { database: openDatabase(urls.app, 6), clock: { now: () => now }, log: createLog('silent') };
  const callers = new Map<string, Caller>();
  let serial = 0;

  const deps: SuperSimDeps = {
    runtime,
    publicUrl: '',
    authenticate: async (authorization) => callers.get(authorization) ?? null,
  };
  const fastify = Fastify(addressing);
  await fastify.register(superSimRoutes(deps));
  deps.publicUrl = await fastify.listen({ host: '127.0.0.1', port: 0 });

  const freshId = () => newId({ now, random: randomBytes });
  const basic = (sid: string, token: string) => `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`;

  function login(organization: Organization, id: Id, permissions: ReadonlySet<string> = allPermissions): TestAccount {
    const token = randomBytes(16).toString('hex');
    const sid = sidOf('account', id);
    const isCompany = id !== organization.id;
    const scope = isCompany ? ({ kind: 'company', companyId: id } as const) : ({ kind: 'organization' } as const);
    const actor: Actor = { kind: 'account', id: sid, name: 'account', permissions, scope };
    callers.set(basic(sid, token), { organization, actor, accountId: id });
    return { organization, id, sid, token, ctx: contextFor(runtime, organization, systemActor('test')) };
  }

  return {
    deps,
    urls,
    owner,
    base: () => deps.publicUrl,
    now: () => now,
    setNow(at: string) {
      now = new Date(at);
    },

    async organization(label: string): Promise<TestAccount> {
      const id = freshId();
      await owner.pool.query(
        `insert into organizations (id, name, currency, auth_token_sealed, created_at) values ($1, $2, 'USD', '\\x00', $3)`,
        [id, label, now],
      );
      const organization: Organization = {
        id,
        name: label,
        currency: 'USD',
        timeZone: 'Europe/Berlin',
        unitBase: 1000,
        sandbox: false,
        clockOffsetMs: 0n,
        lateUsage: 'own_period',
        connectionListeners: 0n,
      };
      const account = login(organization, id);
      const terms = catalog.defaultSuperSimTerms('USD', 1000);
      await catalog.createPlan(account.ctx, { name: 'Super SIM', superSimDefault: true, terms });
      return account;
    },

    async company(of: TestAccount, label: string): Promise<TestAccount> {
      const id = freshId();
      await owner.pool.query(
        `insert into companies (organization_id, id, name, currency, auth_token_sealed, created_at)
         values ($1, $2, $3, 'USD', '\\x00', $4)`,
        [of.id, id, label, now],
      );
      return login(of.organization, id);
    },

    /** The same account with another credential, which may do less. */
    limited: (of: TestAccount, permissions: string[]) => login(of.organization, of.id, new Set(permissions)),

    /** SIMs in the organization's stock, at a telecom of this kind. */
    async stock(of: TestAccount, connector: 'radius' | 'simulated', count: number): Promise<TestSim[]> {
      serial += 1;
      const telecom = await carriers.createTelecom(of.ctx, { name: `telecom ${serial}`, connector });
      const wanted = Array.from({ length: count }, (_, i) => ({
        telecomId: telecom.id,
        iccid: `8988307${String(serial * 1000 + i).padStart(12, '0')}`,
        iccidCheckDigit: 'absent' as const,
        imsi: null,
        msisdn: null,
        eid: null,
        form: 'physical' as const,
      }));
      const added = await inventory.addSims(contextFor(runtime, of.organization, systemActor('test')), wanted);
      return added.map((sim) => ({
        id: sim.id!,
        sid: sidOf('sim', sim.id!),
        iccid: sim.iccid,
        code: sim.registrationCode!,
      }));
    },

    /** The official SDK, with nothing changed but where it calls; every answer is held against the vendor's description. */
    client: (account: TestAccount, options: Parameters<typeof superSim>[2] & { url?: string } = {}) =>
      superSim(options.url ?? deps.publicUrl, { accountSid: account.sid, authToken: account.token }, options),

    /** A request as anybody may write it; its answer, too, is held against the description. */
    async call(
      account: TestAccount | null,
      method: string,
      path: string,
      body?: string,
      type = 'application/x-www-form-urlencoded',
    ) {
      const headers: Record<string, string> = {};
      if (account) headers.authorization = basic(account.sid, account.token);
      if (body !== undefined) headers['content-type'] = type;
      const url = path.startsWith('http') ? path : `${deps.publicUrl}${path}`;
      const response = await fetch(url, { method, headers, body });
      const text = await response.text();
      if (new URL(url).pathname.startsWith('/v1/') && ['GET', 'POST', 'DELETE'].includes(method)) {
        expect(faultsOf(method, url, response.status, text ? JSON.parse(text) : null)).toEqual([]);
      }
      // biome-ignore lint/suspicious/noExplicitAny: a test reads the body as it is on the wire.
      return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : null) as any };
    },

    query: <T>(statement: Sql) => query<T>(owner.pool, statement),

    async close() {
      await fastify.close();
      await runtime.database.pool.end();
      await owner.pool.end();
      await drop();
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;
