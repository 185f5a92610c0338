import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { copyOut, explainFiles, syncFolder, writeDurably } from './files.ts';
import { fingerprintOf, sealKey } from './key.ts';
import { BackupFault, type Manifest, manifestFile, readManifest, type TableFile } from './manifest.ts';

export type TakeOptions = {
  ownerUrl: string;
  /** The folder that holds backups; made if absent. */
  folder: string;
  now: Date;
  random: (bytes: number) => Buffer;
  instanceKey: Buffer;
  /** Puts the instance key into the backup, sealed. */
  passphrase?: string | null;
  product: string;
  /** Connections that copy at a time. */
  copiers?: number;
  signal?: AbortSignal;
};

export type Taken = { path: string; tables: number; rows: number; bytes: number };

type Table = Omit<TableFile, 'rows' | 'bytes' | 'sha256'>;

/**
 * Copies every table as it is at one moment, while the product goes on: one snapshot, shared by the connections that
 * copy. Each table is a database transaction of its own in that snapshot, so that its lock is soon given back.
 *
 * It is written under a name that no reader takes for a backup and renamed when all of it is on the disk. A failure
 * removes what was written and throws BackupFault.
 */
export async function takeBackup(options: TakeOptions): Promise<Taken> {
  const { folder, now } = options;
  const stamp = now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
  const fingerprint = fingerprintOf(options.instanceKey);
  const path = join(folder, `simwright-${stamp}`);
  const draft = join(folder, `.partial-${fingerprint}-${stamp}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await removeDrafts(folder, fingerprint);
    if (existsSync(path)) throw new BackupFault(`${path} is there already.`);
    await mkdir(draft, { mode: 0o700 });
    const manifest = await copyAll(options, draft, fingerprint);
    await writeDurably(join(draft, manifestFile), `${JSON.stringify(manifest, null, 1)}\n`);
    await syncFolder(draft);
    await rename(draft, path);
    await syncFolder(folder);
    const sum = (of: (table: TableFile) => number) => manifest.tables.reduce((all, table) => all + of(table), 0);
    return { path, tables: manifest.tables.length, rows: sum((t) => t.rows), bytes: sum((t) => t.bytes) };
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => {});
    if (error instanceof BackupFault) throw error;
    throw new BackupFault(`The backup was not taken. ${explainFiles(error, folder)}`, { cause: error });
  }
}

/** What an earlier attempt of this instance left when it was killed. The caller's lock keeps a second one away. */
async function removeDrafts(folder: string, fingerprint: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(`.partial-${fingerprint}-`)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function copyAll(options: TakeOptions, draft: string, keyFingerprint: string): Promise<Manifest> {
  const holder = await connect(options.ownerUrl);
  try {
    await holder.query('begin isolation level repeatable read read only');
    const [{ snapshot }] = (await holder.query('select pg_export_snapshot() as snapshot')).rows;
    const tables = await listTables(holder);
    const migrations = await listMigrations(holder);
    const sequences = (
      await holder.query(`select schemaname as schema, sequencename as name, last_value::text as value from pg_sequences
                           where schemaname in ('public', 'auth') and last_value is not null order by 1, 2`)
    ).rows;
    const files: TableFile[] = [];
    const stop = new AbortController();
    const stopped = options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal;
    const queue = tables.values();
    const copier = async () => {
      const client = await connect(options.ownerUrl);
      try {
        for (const table of queue) {
          stopped.throwIfAborted();
          files.push(await copyTable(client, snapshot, table, draft, stopped));
        }
      } catch (error) {
        stop.abort(error);
        throw error;
      } finally {
        await client.end();
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: options.copiers ?? 2 }, copier));
    for (const end of ends) if (end.status === 'rejected') throw stop.signal.reason ?? end.reason;
    await holder.query('commit');
    if (JSON.stringify(await listMigrations(holder)) !== JSON.stringify(migrations)) {
      throw new BackupFault('The schema was migrated while the backup was taken. Take it again.');
    }
    const order = new Map(tables.map((table, i) => [table.file, i]));
    return {
      format: 1,
      product: options.product,
      postgres: (await holder.query('show server_version')).rows[0].server_version,
      takenAt: options.now.toISOString(),
      migrations,
      tables: files.sort((a, b) => order.get(a.file)! - order.get(b.file)!),
      sequences,
      keyFingerprint,
      sealedKey: options.passphrase ? sealKey(options.instanceKey, options.passphrase, options.random) : null,
    };
  } finally {
    await holder.end();
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  // A server's own limits are for people; a backup takes as long as it takes. Times in bounds are written in UTC.
  await client.query(`set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set timezone = 'UTC'`);
  return client;
}

async function copyTable(
  client: pg.Client,
  snapshot: string,
  table: Table,
  draft: string,
  signal: AbortSignal,
): Promise<TableFile> {
  const quote = (name: string) => client.escapeIdentifier(name);
  await client.query('begin isolation level repeatable read read only');
  await client.query(`set transaction snapshot ${client.escapeLiteral(snapshot)}`);
  // A partition is copied by itself, so that nobody waits behind a lock on all of them.
  const copied = await copyOut(
    client,
    `/* backup.copy */ copy ${quote(table.schema)}.${quote(table.name)} (${table.columns.map(quote).join(', ')}) to stdout`,
    join(draft, table.file),
    signal,
  );
  await client.query('commit');
  return { ...table, ...copied };
}

/** Every table of ours that holds rows, the largest first; what an extension brings is not ours. */
async function listTables(client: pg.Client): Promise<Table[]> {
  const found = await client.query(`/* backup.tables */
    select n.nspname as schema, c.relname as name, p.relname as parent, pg_get_expr(c.relpartbound, c.oid) as bound,
           (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      left join pg_inherits i on i.inhrelid = c.oid
      left join pg_class p on p.oid = i.inhparent
     where c.relkind = 'r' and n.nspname in ('public', 'auth') and c.relname <> 'schema_migrations'
       and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
     order by c.relpages desc, 1, 2`);
  return found.rows.map((row) => ({ ...row, file: `${row.schema}.${row.name}.gz` }));
}

async function listMigrations(client: pg.Client): Promise<{ name: string; checksum: string }[]> {
  return (await client.query('select name, checksum from schema_migrations order by name')).rows;
}

/** Whole backups of one instance in a folder, the newest first. Others' and unreadable ones are left out. */
export async function listBackups(
  folder: string,
  keyFingerprint: string,
): Promise<{ path: string; manifest: Manifest }[]> {
  const names = await readdir(folder).catch(() => []);
  const found: { path: string; manifest: Manifest }[] = [];
  for (const name of names.filter((name) => /^simwright-\d{8}T\d{6}Z$/.test(name))) {
    const path = join(folder, name);
    const manifest = await readManifest(path).catch(() => null);
    if (manifest?.keyFingerprint === keyFingerprint) found.push({ path, manifest });
  }
  return found.sort((a, b) => (a.manifest.takenAt < b.manifest.takenAt ? 1 : -1));
}

/** Removes all but the newest `keep` (at least 1) backups of this instance. Returns what it removed. */
export async function pruneBackups(folder: string, instanceKey: Buffer, keep: number): Promise<string[]> {
  const old = (await listBackups(folder, fingerprintOf(instanceKey))).slice(Math.max(1, keep));
  for (const { path } of old) {
    // The manifest goes first: what is half removed must not look whole.
    await rm(join(path, manifestFile), { force: true });
    await rm(path, { recursive: true, force: true });
  }
  return old.map(({ path }) => path);
}
