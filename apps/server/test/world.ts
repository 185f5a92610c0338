import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BootOptions, boot, type Running } from '../src/app/boot.ts';
import * as carriers from '../src/carriers/index.ts';
import * as catalog from '../src/catalog/index.ts';
import * as inventory from '../src/inventory/index.ts';
import type { Config } from '../src/kit/config.ts';
import { type Ctx, contextFor, type Organization, systemActor } from '../src/kit/ctx.ts';
import { type Database, openDatabase } from '../src/kit/db.ts';
import type { Id } from '../src/kit/ids.ts';
import { createLog } from '../src/kit/log.ts';
import { roster } from '../src/simulated/index.ts';
import * as tenancy from '../src/tenancy/index.ts';
import { shareConsole } from './console.ts';
import { freshDatabase } from './database.ts';
import { openGateway } from './gateway.ts';

/**
 * A whole running product for one test file: a fresh database, every process part in here, real sockets. Tests come in
 * through the outermost doors (UDP, HTTP, browser) and look at the laws of drift.sql when they are done.
 */
export async function openWorld(
  options: BootOptions & {
    now?: Date;
    currency?: string;
    timeZone?: string;
    mail?: Config['mail'];
    xeroApi?: URL;
  } = {},
) {
  const database = await freshDatabase();
  const home = mkdtempSync(join(tmpdir(), 'simwright-world-'));
  let shift = options.now ? options.now.getTime() - Date.now() : 0;
  let frozen: Date | null = null;
  const clock = { now: () => frozen ?? new Date(Date.now() + shift) };
  const port = await freePort();
  let running: Running | null = null;
  if (options.console) await shareConsole(home);
  const owner: Database = openDatabase(database.urls.owner, 2);

  const start = async () => {
    running = await boot(
      {
        home,
        host: '127.0.0.1',
        port,
        publicUrl: `http://127.0.0.1:${port}`,
        databaseUrl: database.urls.owner,
        radius: { host: '127.0.0.1', authPort: 0, acctPort: 0 },
        demo: false,
        logLevel: 'silent',
        outgoingPrivate: ['127.0.0.1'],
        ...(options.mail && { mail: options.mail }),
        ...(options.xeroApi && { xeroApi: options.xeroApi }),
        ipCommands: { host: '127.0.0.1', port: 0, ranges: ['127.0.0.0/8', '198.51.100.0/24'] },
      },
      { console: false, clock, log: createLog(process.env.TEST_LOG ?? 'silent'), ...options },
    );
    return running;
  };
  await start();
  const { runtime } = running!;
  const made = await tenancy.createOrganization(
    { ...runtime, database: owner },
    {
      name: 'World',
      currency: options.currency ?? 'EUR',
      timeZone: options.timeZone ?? 'UTC',
      sandbox: true,
    },
  );
  let organization: Organization = made.organization;
  const ctx = (): Ctx => contextFor(runtime, organization, systemActor('test'));
  const { text: apiKey } = await tenancy.createApiKey(ctx(), { name: 'test', permissions: ['*'] });
  const plan = await catalog.createPlan(ctx(), {
    name: 'Super SIM',
    superSimDefault: true,
    terms: catalog.defaultSuperSimTerms(organization.currency, 1000),
  });
  const telecom = await carriers.createTelecom(ctx(), { name: 'Core network', connector: 'radius' });
  const gateway = await openGateway(() => running!.radius);
  await carriers.createNas(ctx(), {
    telecomId: telecom.id,
    name: 'pgw',
    sourceRange: `${gateway.address}/32`,
    secret: gateway.secret.toString(),
    coaHost: gateway.address,
    coaPort: gateway.coaPort,
    requireMessageAuthenticator: false,
    noGigawords: false,
  });
  await running!.directory.refresh();
  const profile = await inventory.createProfile(ctx(), { companyId: null, uniqueName: 'everywhere' });

  const ownSeed = randomUUID();
  let stocked = 0;
  const world = {
    home,
    url: `http://127.0.0.1:${port}`,
    apiKey,
    accountSid: made.accountSid,
    authToken: made.authToken,
    owner,
    urls: database.urls,
    plan: plan.plan,
    profile,
    telecom,
    gateway,
    ctx,
    get running(): Running {
      return running!;
    },
    get organization(): Organization {
      return organization;
    },
    now(): Date {
      return clock.now();
    },
    /** Stands the clock at an instant; packets and periods follow it. */
    stand(at: Date): void {
      frozen = at;
    },
    /** Lets the clock run again, `ms` ahead of the machine's. */
    run(ms = 0): void {
      frozen = null;
      shift = ms;
    },

    /** SIMs in stock, at the core network unless another telecom is named. */
    async stock(
      count: number,
      seed: string | null = null,
      telecomId: Id = telecom.id,
    ): Promise<{ id: Id; iccid: string; imsi: string; registrationCode: string }[]> {
      // Of one roster, each its next: two seeds may stand for the same identifiers.
      if (seed === null) stocked += count;
      const devices = seed === null ? roster(ownSeed, stocked).slice(-count) : roster(seed, count);
      const added = await inventory.addSims(
        ctx(),
        devices.map(({ iccid, imsi, msisdn }) => ({
          telecomId,
          iccid,
          imsi,
          msisdn,
          iccidCheckDigit: 'ok' as const,
          eid: null,
          form: 'physical' as const,
        })),
      );
      return added.map((sim, i) => ({
        id: sim.id!,
        iccid: sim.iccid,
        imsi: devices[i]!.imsi,
        registrationCode: sim.registrationCode!,
      }));
    },

    /** A request as a developer makes it, with an idempotency key on every write. */
    async api<T = Record<string, unknown>>(
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ) {
      const response = await fetch(`${world.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : null) as T };
    },

    /** Takes the sandbox clock forward; everything due has run when it answers. */
    async advance(by: { months?: number; days?: number; hours?: number }): Promise<void> {
      const moved = await world.api('POST', '/api/v1/sandbox/clock', { advance: by });
      if (moved.status !== 200) throw new Error(`the clock did not move: ${JSON.stringify(moved.body)}`);
      organization = (await tenancy.getOrganization(runtime, organization.id))!;
    },

    /** Waits until a condition holds, a minute at most: a machine that does ten other things is slow, and not wrong. */
    async until<T>(what: string, look: () => Promise<T | null | undefined | false>, timeoutMs = 60_000): Promise<T> {
      const end = Date.now() + timeoutMs;
      for (;;) {
        const found = await look();
        if (found) return found;
        if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },

    /** The rows of drift.sql: what breaks a law. */
    drift: () => driftAtRest(owner),

    async close(): Promise<void> {
      await gateway.close();
      await running?.stop();
      await owner.pool.end();
      await database.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return world;
}

export type World = Awaited<ReturnType<typeof openWorld>>;

const driftSql = readFileSync(join(import.meta.dirname, '../drift.sql'), 'utf8');

export async function drift(owner: Database): Promise<Record<string, unknown>[]> {
  return (await owner.pool.query(driftSql)).rows;
}

/**
 * The rows of drift.sql that stay: what breaks a law. While the product works, a reaction may be a moment behind its event, so
 * what is broken is looked at again for half a minute.
 */
export async function driftAtRest(owner: Database): Promise<Record<string, unknown>[]> {
  for (let look = 1; ; look++) {
    const broken = await drift(owner);
    if (broken.length === 0 || look === 60) return broken;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

export const randomSecret = (): Buffer => Buffer.from(randomBytes(12).toString('base64url'));
