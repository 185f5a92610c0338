import pg from 'pg';
import type { Secrets } from './config.ts';

/** One connection string per role: the owner migrates, the application serves, the ingest role charges. */
export type DatabaseUrls = { owner: string; app: string; ingest: string };

/** An external server: its login takes the narrower roles by `set role`, sent with the connection. */
export function externalUrls(databaseUrl: string): DatabaseUrls {
  return {
    owner: databaseUrl,
    app: withRole(databaseUrl, 'simwright_app'),
    ingest: withRole(databaseUrl, 'simwright_ingest'),
  };
}

function withRole(databaseUrl: string, role: string): string {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options');
  url.searchParams.set('options', `${given ? `${given} ` : ''}-c role=${role}`);
  return url.href;
}

/**
 * Prepares our own embedded server: an owner who is no superuser, the database, and a login for each role, so that
 * a process holds no more than its role. Safe to repeat; `afresh` begins with an empty database.
 */
export async function prepareEmbedded(
  server: { host: string; port: number; superuser: { user: string; password: string } },
  secrets: Secrets,
  options: { database?: string; afresh?: boolean } = {},
): Promise<DatabaseUrls> {
  const database = options.database ?? 'simwright';
  const { user, password } = server.superuser;
  const client = new pg.Client({ connectionString: urlOf(server, user, password, 'postgres') });
  await client.connect();
  try {
    const logins: [string, string, string][] = [
      ['simwright_owner', secrets.ownerPassword, 'createrole'],
      ['simwright_app', secrets.appPassword, ''],
      ['simwright_ingest', secrets.ingestPassword, ''],
    ];
    for (const [role, password, rights] of logins) {
      const exists = (await client.query('select from pg_roles where rolname = $1', [role])).rowCount;
      const verb = exists ? 'alter' : 'create';
      await client.query(`${verb} role ${role} login ${rights} password ${client.escapeLiteral(password)}`);
    }
    // The first migration grants them once more, which since PostgreSQL 16 takes the ADMIN option.
    await client.query('grant simwright_app, simwright_ingest to simwright_owner with admin option');
    if (options.afresh) await client.query(`drop database if exists ${client.escapeIdentifier(database)} with (force)`);
    if (!(await client.query('select from pg_database where datname = $1', [database])).rowCount) {
      await client.query(`create database ${client.escapeIdentifier(database)} owner simwright_owner`);
    }
  } finally {
    await client.end();
  }
  return embeddedUrls(secrets, server.port, database);
}

/** How the embedded server of this machine is reached on its port, once it was prepared. */
export function embeddedUrls(secrets: Secrets, port: number, database = 'simwright'): DatabaseUrls {
  const server = { host: '127.0.0.1', port };
  return {
    owner: urlOf(server, 'simwright_owner', secrets.ownerPassword, database),
    app: urlOf(server, 'simwright_app', secrets.appPassword, database),
    ingest: urlOf(server, 'simwright_ingest', secrets.ingestPassword, database),
  };
}

/** The same addresses under a name that the server shows beside each connection. */
export function namedUrls(urls: DatabaseUrls, applicationName: string): DatabaseUrls {
  const named = (text: string) => {
    const url = new URL(text);
    url.searchParams.set('application_name', applicationName);
    return url.href;
  };
  return { owner: named(urls.owner), app: named(urls.app), ingest: named(urls.ingest) };
}

function urlOf(
  { host, port }: { host: string; port: number },
  user: string,
  password: string,
  database: string,
): string {
  return `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
}
