import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A name as PostgreSQL writes it unquoted, or with the capitals of the sign-in library. */
const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/);
const bound = z
  .string()
  .regex(/^(DEFAULT|FOR VALUES FROM \('[0-9 :+.-]{4,40}'\) TO \('[0-9 :+.-]{4,40}'\))$/, 'a partition by range');

const table = z.strictObject({
  schema: identifier,
  name: identifier,
  /** What is copied: all columns but generated ones. */
  columns: z.array(identifier).min(1).max(1000),
  /** Of a partition: its parent, and its bounds as PostgreSQL writes them. */
  parent: identifier.nullable(),
  bound: bound.nullable(),
  file: z.string().regex(/^[A-Za-z0-9_.]{1,140}\.gz$/),
  rows: z.int().min(0),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type TableFile = z.output<typeof table>;

const manifest = z.strictObject({
  format: z.literal(1),
  product: z.string(),
  postgres: z.string(),
  takenAt: z.iso.datetime(),
  migrations: z.array(z.strictObject({ name: z.string(), checksum: z.string() })).min(1),
  tables: z.array(table).min(1).max(100_000),
  sequences: z.array(z.strictObject({ schema: identifier, name: identifier, value: z.string().regex(/^-?\d+$/) })),
  /** Which instance key unseals the sealed values of these rows. */
  keyFingerprint: z.string(),
  /** The key itself, sealed by a passphrase; null: it is not in the backup and must be kept elsewhere. */
  sealedKey: z.string().nullable(),
});
export type Manifest = z.output<typeof manifest>;

export const manifestFile = 'manifest.json';

/** A backup that is damaged, foreign or does not fit: one sentence that says which. */
export class BackupFault extends Error {
  override name = 'BackupFault';
}

/** Reads what a backup says of itself. A folder without it is no backup: it is written last. */
export async function readManifest(folder: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(join(folder, manifestFile), 'utf8');
  } catch (error) {
    const gone = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    throw new BackupFault(
      gone
        ? `${folder} is no backup: it has no ${manifestFile}.`
        : `${folder} cannot be read: ${(error as Error).message}.`,
    );
  }
  try {
    return manifest.parse(JSON.parse(text));
  } catch (error) {
    throw new BackupFault(`${join(folder, manifestFile)} is damaged, or of another version.`, { cause: error });
  }
}
