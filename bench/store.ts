import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabaseServer } from '../apps/server/src/app/database.ts';
import * as carriers from '../apps/server/src/carriers/index.ts';
import * as catalog from '../apps/server/src/catalog/index.ts';
import * as inventory from '../apps/server/src/inventory/index.ts';
import { type Config, readSecrets } from '../apps/server/src/kit/config.ts';
import { contextFor, type Organization, type Runtime, systemActor, systemClock } from '../apps/server/src/kit/ctx.ts';
import { type Database, openDatabase } from '../apps/server/src/kit/db.ts';
import { createLog } from '../apps/server/src/kit/log.ts';
import type { EmbeddedServer } from '../apps/server/src/kit/postgres/index.ts';
import { setInstanceKey } from '../apps/server/src/kit/seal.ts';
import * as tenancy from '../apps/server/src/tenancy/index.ts';
import { fill, type Population } from '../apps/server/test/population.ts';
import { describeMachine } from './machine.ts';

let described = '';

/** What the stores of this run stood on; empty before the first. */
export const machine = (): string => described;

export const secret = 'bench-secret';
const currency = 'EUR';
/** As many as `min_wal_size` keeps, of 16 MB each. */
const logFilesKept = 64;
const driftQuery = readFileSync(join(import.meta.dirname, '../apps/server/drift.sql'), 'utf8');
const companiesOf = (sims: number) => Math.max(1, Math.ceil(sims / 100));

export type StoreOptions = {
  sims: number;
  /** Who pays for them; one for each hundred SIMs unless given. */
  companies?: number;
  /** Each payer's SIMs one after the other, as they are bought and activated; else mixed as far as can be. */
  together?: boolean;
  startsAt?: Date;
  spreadSeconds?: number;
  dataLimitMb?: bigint;
  sandbox?: boolean;
};

/**
 * A store on an embedded PostgreSQL of its own, with every durability setting as delivered: the schema, and one
 * organization with its plan, network and SIMs, all active. Nothing runs on it yet.
 */
export async function openStore(options: StoreOptions) {
  const home = mkdtempSync(join(tmpdir(), 'simwright-bench-'));
  const config: Config = {
    home,
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'http://127.0.0.1',
    databaseUrl: null,
    radius: { host: '127.0.0.1', authPort: 0, acctPort: 0 },
    demo: false,
    logLevel: 'error',
  };
  const log = createLog('error');
  const secrets = readSecrets(home);
  setInstanceKey(secrets.instanceKey);
  const server = await openDatabaseServer(config, secrets, log, () => {});
  const owner = openDatabase(server.urls.owner, 2);
  const database = openDatabase(server.urls.app, 8);
  const runtime: Runtime = { database, clock: systemClock, log };
  described ||= await describeMachine(owner);
  const made = await populate(runtime, owner, options);
  await settle(server.embedded!);
  return {
    ...made,
    config: { ...config, databaseUrl: server.urls.owner } satisfies Config,
    embedded: server.embedded!,
    urls: server.urls,
    owner,
    runtime,
    /** Writes everything that PostgreSQL has in memory, now. */
    settle: () => settle(server.embedded!),
    /** The laws that are broken, each with what breaks it. */
    async drift(): Promise<string[]> {
      const found = await owner.pool.query(driftQuery);
      return found.rows.map((row) => JSON.stringify(row));
    },
    /** The size of the database, as PostgreSQL says it. */
    async size(): Promise<string> {
      return (await owner.pool.query('select pg_size_pretty(pg_database_size(current_database())) as size')).rows[0]
        .size;
    },
    async close() {
      await Promise.all([owner.pool.end(), database.pool.end()]);
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export type Store = Awaited<ReturnType<typeof openStore>>;

async function populate(runtime: Runtime, owner: Database, options: StoreOptions) {
  const { organization } = await tenancy.createOrganization(
    { ...runtime, database: owner },
    { name: 'Bench', currency, sandbox: options.sandbox ?? false },
  );
  const ctx = () => contextFor(runtime, organization, systemActor('bench'));
  const plan = await catalog.createPlan(ctx(), {
    name: 'Super SIM',
    superSimDefault: true,
    terms: catalog.defaultSuperSimTerms(currency, 1000),
  });
  const telecom = await carriers.createTelecom(ctx(), { name: 'Bench network', connector: 'radius' });
  const nas = await carriers.createNas(ctx(), {
    telecomId: telecom.id,
    name: 'bench-pgw',
    sourceRange: '127.0.0.1/32',
    secret,
    coaHost: '127.0.0.1',
    coaPort: 3799,
    requireMessageAuthenticator: false,
    noGigawords: false,
  });
  const profile = await inventory.createProfile(ctx(), { companyId: null });
  const fleet = await inventory.createFleet(ctx(), {
    companyId: null,
    networkAccessProfileId: profile.id,
    dataLimitMb: options.dataLimitMb ?? 2_000_000n,
  });
  const startsAt = options.startsAt ?? new Date(Date.now() - 3_600_000);
  const population: Population = {
    organizationId: organization.id,
    telecomId: telecom.id,
    planId: plan.plan.id,
    planVersionId: plan.version.id,
    fleetId: fleet.id,
    currency,
    sims: options.sims,
    companies: options.companies ?? companiesOf(options.sims),
    together: options.together ?? false,
    startsAt,
    spreadSeconds: options.spreadSeconds ?? 600,
    madeAtMs: startsAt.getTime() - 86_400_000,
  };
  await fill(owner, population);
  return { organization: organization satisfies Organization, telecomId: telecom.id, nasId: nas.id, population };
}

/**
 * Writes what PostgreSQL has in memory, and leaves it the log files of a server that has been up for a while: it uses
 * them again. A new one makes each of them while a commit waits.
 */
async function settle({ host, port, superuser }: EmbeddedServer): Promise<void> {
  const client = new pg.Client({ host, port, database: 'postgres', ...superuser });
  await client.connect();
  for (let file = 0; file < logFilesKept; file++) {
    await client.query(`select pg_logical_emit_message(false, 'bench', ''); select pg_switch_wal()`);
  }
  await client.query('checkpoint');
  await client.end();
}
