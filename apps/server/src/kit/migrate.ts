import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

const folder = join(import.meta.dirname, '../../migrations');
const oldestServer = 150000;

/**
 * Brings the schema forward: numbered files, each once, each in a database transaction of its own, under an advisory
 * lock, so that several processes may start together. A file that was applied and has changed since is refused.
 *
 * `only` names files with their checksums, for a schema of an older version; `unknown` are those that are not here, or
 * not in that form, and then nothing is applied.
 */
export async function migrate(
  ownerUrl: string,
  { only }: { only?: ReadonlyMap<string, string> } = {},
): Promise<{ applied: string[]; unknown: string[] }> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const version = Number((await client.query('show server_version_num')).rows[0].server_version_num);
    if (version < oldestServer) {
      throw new Error(`Simwright needs PostgreSQL 15 or newer; this server is ${Math.floor(version / 10000)}.`);
    }
    await client.query(`select pg_advisory_lock(hashtext('simwright.migrate'))`);
    await client.query(`create table if not exists schema_migrations (
      name text primary key, checksum text not null, applied_at timestamptz not null)`);
    const known = new Map<string, string>(
      (await client.query('select name, checksum from schema_migrations')).rows.map((r) => [r.name, r.checksum]),
    );
    const applied: string[] = [];
    const files = await readMigrations();
    const checksums = new Map(files.map((file) => [file.name, file.checksum]));
    const unknown = [...(only ?? [])].filter(([name, checksum]) => checksums.get(name) !== checksum);
    if (unknown.length > 0) return { applied, unknown: unknown.map(([name]) => name) };
    for (const { name, text, checksum } of files) {
      if (only && !only.has(name)) continue;
      const before = known.get(name);
      if (before === checksum) continue;
      if (before) throw new Error(`Migration ${name} was applied in another form; migrations only go forward.`);
      await client.query('begin');
      try {
        await client.query(text);
        await client.query('insert into schema_migrations values ($1, $2, now())', [name, checksum]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback').catch(() => {});
        throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
      }
      applied.push(name);
    }
    return { applied, unknown: [] };
  } finally {
    await client.end();
  }
}

async function readMigrations(): Promise<{ name: string; text: string; checksum: string }[]> {
  const names = (await readdir(folder)).filter((file) => /^\d{4}_.*\.sql$/.test(file)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}
