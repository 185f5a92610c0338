import { createReadStream } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import type pg from 'pg';
import { z } from 'zod';
import { BackupFault, copyIn, copyOut, hashFile, syncFolder, writeDurably } from '../../kit/backup/index.ts';

import { connectOwner } from './runs.ts';

const whole = z.string().regex(/^\d{1,30}$/);
const organization = z.strictObject({
  id: z.uuid(),
  records: whole,
  bytes: whole,
  chargeMicros: z.string().regex(/^-?\d{1,30}$/),
});
const manifest = z.strictObject({
  format: z.literal(1),
  partition: z.string(),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  exportedAt: z.iso.datetime(),
  rows: whole,
  bytes: z.int(),
  sha256: z.string(),
  organizations: z.array(organization),
});
/** What an archive of usage says of itself; `bytes` and `sha256` are of the gzip file. */
export type ArchiveManifest = z.output<typeof manifest>;
export type ArchiveTotals = ArchiveManifest['organizations'];

export const manifestOf = (path: string) => path.replace(/\.csv\.gz$/, '.json');

/**
 * Exports a partition of usage as CSV with a heading, and proves the file by reading it back: its sums per organization
 * are those that the database gives in the same snapshot. Inside the caller's database transaction (repeatable read).
 */
export async function exportPartition(
  client: pg.Client,
  partition: { name: string; startsAt: Date; endsAt: Date },
  path: string,
  exportedAt: Date,
  signal?: AbortSignal,
): Promise<ArchiveManifest> {
  const table = client.escapeIdentifier(partition.name);
  const kept: ArchiveTotals = (
    await client.query(`/* upkeep.archive_totals */
      select organization_id as id, count(*)::text as records, sum(bytes_up + bytes_down)::text as bytes,
             sum(charge_micros)::text as "chargeMicros" from only ${table} group by 1 order by 1`)
  ).rows;
  // What an attempt that was cut short left; this archive is not retired, so nobody reads it.
  await rm(path, { force: true });
  await rm(`${path}.partial`, { force: true });
  await rm(manifestOf(path), { force: true });
  const written = await copyOut(
    client,
    `/* upkeep.export */ copy ${table} to stdout with (format csv, header)`,
    `${path}.partial`,
    signal,
  );
  const found = await sumArchive(`${path}.partial`);
  if (JSON.stringify(found) !== JSON.stringify(kept) || (await hashFile(`${path}.partial`)).sha256 !== written.sha256) {
    throw new BackupFault(
      `The archive of ${partition.name} does not read back as it was written. Nothing was retired.`,
    );
  }
  const said: ArchiveManifest = {
    format: 1,
    partition: partition.name,
    startsAt: partition.startsAt.toISOString(),
    endsAt: partition.endsAt.toISOString(),
    exportedAt: exportedAt.toISOString(),
    rows: `${written.rows}`,
    bytes: written.bytes,
    sha256: written.sha256,
    organizations: kept,
  };
  await writeDurably(manifestOf(path), `${JSON.stringify(said, null, 1)}\n`);
  await rename(`${path}.partial`, path);
  await syncFolder(dirname(path));
  return said;
}

/** The records of an archive, one after the other, columns by name. */
export async function readArchive(path: string, each: (record: Record<string, string>) => void): Promise<void> {
  await pipeline(
    createReadStream(path),
    createGunzip(),
    parse({ columns: true, max_record_size: 10_000 }),
    new Writable({
      objectMode: true,
      write(record, _, done) {
        each(record);
        done();
      },
    }),
  );
}

type Sums = Map<string, { records: bigint; bytes: bigint; charge: bigint }>;

function addTo(sums: Sums, id: string, up: string, down: string, charge: string): void {
  const sum = sums.get(id) ?? { records: 0n, bytes: 0n, charge: 0n };
  sum.records += 1n;
  sum.bytes += BigInt(up) + BigInt(down);
  sum.charge += BigInt(charge);
  sums.set(id, sum);
}

/** Records, bytes and charge of each organization, added up from the file. */
async function sumArchive(path: string): Promise<ArchiveTotals> {
  const sums = (await sumPlain(path)) ?? (await sumQuoted(path));
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { records, bytes, charge }]) => ({
      id,
      records: `${records}`,
      bytes: `${bytes}`,
      chargeMicros: `${charge}`,
    }));
}

async function sumQuoted(path: string): Promise<Sums> {
  const sums: Sums = new Map();
  await readArchive(path, (r) => addTo(sums, r.organization_id!, r.bytes_up!, r.bytes_down!, r.charge_micros!));
  return sums;
}

/** The same ten times as fast, for files in which nothing is quoted, as it is with all that networks send; else null. */
async function sumPlain(path: string): Promise<Sums | null> {
  const sums: Sums = new Map();
  const wanted = ['organization_id', 'bytes_up', 'bytes_down', 'charge_micros'];
  let at: number[] | null = null;
  let rest = '';
  let quoted = false;
  const take = (line: string) => {
    const cells = line.split(',');
    if (at) addTo(sums, cells[at[0]!]!, cells[at[1]!]!, cells[at[2]!]!, cells[at[3]!]!);
    else at = wanted.map((name) => cells.indexOf(name));
  };
  await pipeline(
    createReadStream(path),
    createGunzip(),
    new Writable({
      write(chunk: Buffer, _, done) {
        quoted ||= chunk.includes('"');
        if (quoted) return done();
        const lines = (rest + chunk.toString('latin1')).split('\n');
        rest = lines.pop()!;
        for (const line of lines) take(line);
        done();
      },
    }),
  );
  return quoted || rest !== '' ? null : sums;
}

/** Checks an archive against its manifest: the file as it was written, and the sums of what is in it. */
export async function verifyArchive(path: string): Promise<ArchiveManifest> {
  const said = manifest.parse(JSON.parse(await readFile(manifestOf(path), 'utf8')));
  const { sha256 } = await hashFile(path);
  if (sha256 !== said.sha256) throw new BackupFault(`${path} is not the file that was written: it is damaged.`);
  if (JSON.stringify(await sumArchive(path)) !== JSON.stringify(said.organizations)) {
    throw new BackupFault(`${path} does not hold what its manifest says.`);
  }
  return said;
}

/** Puts an archive's records into `archive.<partition>`, for the owner only. A table that is there already is refused. */
export async function loadArchive(ownerUrl: string, path: string, said: ArchiveManifest): Promise<string> {
  const client = await connectOwner(ownerUrl);
  try {
    const table = `archive.${client.escapeIdentifier(said.partition)}`;
    await client.query('begin');
    await client.query('create schema if not exists archive');
    await client.query(`create table ${table} (like usage_records)`);
    const { rows } = await copyIn(client, `copy ${table} from stdin with (format csv, header match)`, path);
    if (`${rows}` !== said.rows) throw new BackupFault(`${path} brought ${rows} records and should have ${said.rows}.`);
    await client.query('commit');
    return table;
  } finally {
    await client.end();
  }
}
