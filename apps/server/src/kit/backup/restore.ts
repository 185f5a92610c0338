import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../migrate.ts';
import { copyIn, hashFile } from './files.ts';
import { BackupFault, type Manifest, readManifest, type TableFile } from './manifest.ts';

export type Restored = { manifest: Manifest; rows: number; broken: Record<string, unknown>[] };

export type RestoreOptions = {
  /** The backup's folder. */
  path: string;
  /** An empty database of which this login is the owner. */
  ownerUrl: string;
  /** The laws, as one query that must return no rows. */
  laws: string;
  say?: (text: string) => void;
};

/** Broken laws that are told; one is enough to refuse. */
const mostBroken = 100;

/**
 * Loads a backup into an empty database: the schema of the backup's version, all rows in one database transaction, the
 * schema of this version, and then the laws. Files are checked before the database is touched. A process that dies on
 * the way leaves a schema without rows, which the next attempt takes again.
 *
 * Throws BackupFault when the backup is damaged or does not fit and when the target is not empty. `broken` holds the
 * rows of the laws: only an empty one is a success.
 */
export async function restoreBackup({ path, ownerUrl, laws, say = () => {} }: RestoreOptions): Promise<Restored> {
  const manifest = await readManifest(path);
  say(`Checking ${manifest.tables.length} files`);
  await checkFiles(path, manifest);
  const client = new pg.Client({ connectionString: ownerUrl });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(`set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set timezone = 'UTC'`);
    const [{ held }] = (await client.query(`select pg_try_advisory_lock(hashtext('simwright.upkeep')) as held`)).rows;
    if (!held) throw new BackupFault('Another process works on this database: a backup, or another restore.');
    await refuseRows(client, manifest);
    say('Making the schema of the backup');
    const wanted = new Map(manifest.migrations.map(({ name, checksum }) => [name, checksum]));
    const { unknown } = await migrate(ownerUrl, { only: wanted });
    if (unknown.length > 0) {
      throw new BackupFault(
        `The backup has ${unknown.join(', ')}, which this version does not: restore it with the version that made it (${manifest.product}) or a newer one.`,
      );
    }
    say('Loading the rows');
    const rows = await load(client, path, manifest);
    say('Bringing the schema to this version');
    await migrate(ownerUrl);
    await client.query('analyze');
    say('Checking the laws');
    const broken = (await client.query(`select * from (${laws.trim().replace(/;$/, '')}) broken limit ${mostBroken}`))
      .rows;
    return { manifest, rows, broken };
  } finally {
    await client.end();
  }
}

/** Every file is there, whole and unchanged. */
export async function checkFiles(path: string, manifest: Manifest): Promise<void> {
  for (const table of manifest.tables) {
    const found = await hashFile(join(path, table.file)).catch((error: Error) => {
      throw new BackupFault(`${table.file} of the backup cannot be read: ${error.message}.`);
    });
    if (found.sha256 !== table.sha256 || found.bytes !== table.bytes) {
      throw new BackupFault(`${table.file} of the backup is not the file that was written: it is damaged.`);
    }
  }
}

/** A database with anybody's rows in it is never loaded into, and neither is a newer schema. */
async function refuseRows(client: pg.Client, manifest: Manifest): Promise<void> {
  const used = await client.query(`/* restore.tables */
    select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname in ('public', 'auth')`);
  const has = (schema: string, name: string) => used.rows.some((row) => row.schema === schema && row.name === name);
  if (used.rows.length === 0) return;
  if (!has('public', 'schema_migrations')) {
    throw new BackupFault('The database holds tables of something else. Restore into an empty database.');
  }
  for (const name of ['public.organizations', 'auth."user"']) {
    const [{ there }] = (await client.query('select to_regclass($1) is not null as there', [name])).rows;
    if (there && ((await client.query(`select from ${name} limit 1`)).rowCount ?? 0) > 0) {
      throw new BackupFault('The database is not empty. A restore never overwrites: give it an empty database.');
    }
  }
  const known = new Set(manifest.migrations.map(({ name }) => name));
  const newer = (await client.query('select name from schema_migrations')).rows.filter((row) => !known.has(row.name));
  if (newer.length > 0) {
    throw new BackupFault('The database has the schema of a newer version than the backup. Give it an empty database.');
  }
}

async function load(client: pg.Client, path: string, manifest: Manifest): Promise<number> {
  const nameOf = (table: { schema: string; name: string }) =>
    `${client.escapeIdentifier(table.schema)}.${client.escapeIdentifier(table.name)}`;
  await client.query('begin');
  await makePartitions(client, manifest);
  // The owner is bound by row-level security as well, and a COPY FROM cannot be. Forced again before anybody looks.
  const forced = (
    await client.query(`/* restore.forced */ select n.nspname as schema, c.relname as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relforcerowsecurity and n.nspname in ('public', 'auth') order by 1, 2`)
  ).rows;
  for (const table of forced) await client.query(`alter table ${nameOf(table)} no force row level security`);
  // What triggers did when these rows were written is among them.
  const triggers = (
    await client.query(`/* restore.triggers */ select n.nspname as schema, c.relname as name, t.tgname as trigger
       from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
      where not t.tgisinternal and t.tgparentid = 0 and t.tgenabled = 'O' and n.nspname in ('public', 'auth') order by 1, 2, 3`)
  ).rows;
  const switchTriggers = async (to: 'disable' | 'enable') => {
    for (const row of triggers) {
      await client.query(`alter table ${nameOf(row)} ${to} trigger ${client.escapeIdentifier(row.trigger)}`);
    }
  };
  await switchTriggers('disable');
  // What migrations put there themselves is in the backup as well.
  await client.query(`truncate ${manifest.tables.map(nameOf).join(', ')}`);
  let rows = 0;
  for (const table of await inOrder(client, manifest.tables)) {
    const columns = table.columns.map((name) => client.escapeIdentifier(name)).join(', ');
    const loaded = await copyIn(
      client,
      `/* restore.copy */ copy ${nameOf(table)} (${columns}) from stdin`,
      join(path, table.file),
    );
    if (loaded.rows !== table.rows || loaded.sha256 !== table.sha256) {
      throw new BackupFault(`${table.file} brought ${loaded.rows} rows; the backup counted ${table.rows}.`);
    }
    rows += loaded.rows;
  }
  for (const sequence of manifest.sequences) {
    await client.query('select setval($1::regclass, $2)', [nameOf(sequence), sequence.value]);
  }
  await switchTriggers('enable');
  for (const table of forced) await client.query(`alter table ${nameOf(table)} force row level security`);
  await client.query('commit');
  return rows;
}

/** Partitions that migrations do not make; names and bounds are those of the backup, which its manifest's shape limits. */
async function makePartitions(client: pg.Client, manifest: Manifest): Promise<void> {
  for (const table of manifest.tables) {
    if (!table.parent || !table.bound) continue;
    const quote = (name: string) => `${client.escapeIdentifier(table.schema)}.${client.escapeIdentifier(name)}`;
    const there = await client.query('select to_regclass($1) is not null as there', [quote(table.name)]);
    if (there.rows[0].there) continue;
    await client.query(`create table ${quote(table.name)} partition of ${quote(table.parent)} ${table.bound}`);
  }
}

/** Tables that others refer to come first. */
async function inOrder(client: pg.Client, tables: TableFile[]): Promise<TableFile[]> {
  const references = (
    await client.query(`/* restore.references */
      select distinct n.nspname || '.' || c.relname as table, m.nspname || '.' || r.relname as needs
        from pg_constraint k
        join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
        join pg_class r on r.oid = k.confrelid join pg_namespace m on m.oid = r.relnamespace
       where k.contype = 'f' and k.conrelid <> k.confrelid`)
  ).rows as { table: string; needs: string }[];
  const waiting = new Map(tables.map((table) => [`${table.schema}.${table.name}`, table]));
  const ordered: TableFile[] = [];
  while (waiting.size > 0) {
    const free = [...waiting].filter(([name]) => !references.some((r) => r.table === name && waiting.has(r.needs)));
    if (free.length === 0) throw new BackupFault(`Tables refer to each other in a circle: ${[...waiting.keys()]}.`);
    for (const [name, table] of free) {
      waiting.delete(name);
      ordered.push(table);
    }
  }
  return ordered;
}
