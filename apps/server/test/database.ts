import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readSecrets } from '../src/kit/config.ts';
import { migrate } from '../src/kit/migrate.ts';
import { startPostgres } from '../src/kit/postgres/index.ts';
import { type DatabaseUrls, externalUrls, prepareEmbedded } from '../src/kit/urls.ts';

/** A server for tests. `url` logs in as the owner of the schema, who may create databases; `template` holds the schema. */
export type TestServer = { url: string; template: string; stop(): Promise<void> };

// Data that lives for one run need not survive a power cut; the tests of crashes start servers of their own.
const hasty = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

/**
 * Starts an embedded server in a temporary folder, with the migrated template that `freshDatabase` copies. A template
 * that is `open` can be looked into, and is not copied meanwhile.
 */
export async function startTestServer(
  options: { template: 'open' | 'closed' } = { template: 'closed' },
): Promise<TestServer> {
  const home = mkdtempSync(join(tmpdir(), 'simwright-test-'));
  const server = await startPostgres({ home: join(home, 'postgres'), settings: hasty });
  const stop = async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const { user, password } = server.superuser;
    const { owner } = await prepareEmbedded(server, readSecrets(join(home, 'secrets')));
    const root = `postgres://${user}:${encodeURIComponent(password)}@${server.host}:${server.port}/postgres`;
    await onServer(root, 'alter role simwright_owner createdb');
    const url = databaseOf(owner, 'postgres');
    return { url, template: await createTemplate(url, options.template), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A database with the schema of this version and no rows. A closed one takes no connections: it is only copied. */
export async function createTemplate(server: string, access: 'open' | 'closed' = 'closed'): Promise<string> {
  const name = `simwright_template_${randomBytes(4).toString('hex')}`;
  await onServer(server, `create database ${name}`);
  await migrate(databaseOf(server, name));
  if (access === 'closed') await onServer(server, `alter database ${name} allow_connections false`);
  return name;
}

/** The run's template with the demo in it (demo.ts). */
export function demoTemplate(template: string): string {
  return `${template}_demo`;
}

/** The server of this run, and the template that `createTemplate` made on it. */
export function testServer(): { server: string; template: string } {
  const { TEST_DATABASE_URL: server, TEST_DATABASE_TEMPLATE: template } = process.env;
  if (!server || !template)
    throw new Error('There is no test server: run tests with "npm test" or vitest in the root.');
  return { server, template };
}

/** A database of one's own with the schema, copied from the run's template (or another) in some tens of milliseconds. */
export async function freshDatabase(
  from?: string,
  name = `test_${randomBytes(6).toString('hex')}`,
): Promise<{ urls: DatabaseUrls; drop: () => Promise<void> }> {
  const { server, template } = testServer();
  await onServer(server, `create database ${name} template ${from ?? template}`);
  return {
    urls: externalUrls(databaseOf(server, name)),
    drop: () => onServer(server, `drop database if exists ${name} with (force)`),
  };
}

export async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await client.query(statement);
        return;
      } catch (error) {
        // An autovacuum worker is at it, and only a superuser may end that one: it is done in a moment.
        if ((error as { code?: string }).code !== '42501' || attempt >= 40) throw error;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
  } finally {
    await client.end();
  }
}

function databaseOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
