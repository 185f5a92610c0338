import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { type Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** A file we wrote: its length and SHA-256 are of the compressed bytes, so `sha256sum` can check it. */
export type WrittenFile = { bytes: number; sha256: string };

/** Counts and hashes what flows through. */
function meter(): { through: Transform; read(): WrittenFile } {
  const hash = createHash('sha256');
  let bytes = 0;
  const through = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { through, read: () => ({ bytes, sha256: hash.digest('hex') }) };
}

/** Writes what comes to a new gzip file of mode 0600, on the disk when this resolves; a file of that name is refused. */
export async function writeGzip(source: Readable, path: string, signal?: AbortSignal): Promise<WrittenFile> {
  const { through, read } = meter();
  await pipeline(
    source,
    createGzip({ level: 1 }),
    through,
    createWriteStream(path, { mode: 0o600, flags: 'wx', flush: true }),
    { signal },
  );
  return read();
}

/** Reads a gzip file into `target`, and tells what the file was. */
export async function readGzip(path: string, target: Writable): Promise<WrittenFile> {
  const { through, read } = meter();
  await pipeline(createReadStream(path), through, createGunzip(), target);
  return read();
}

/** Length and SHA-256 of a file as it lies there. */
export async function hashFile(path: string): Promise<WrittenFile> {
  const { through, read } = meter();
  through.resume();
  await pipeline(createReadStream(path), through);
  return read();
}

/** What a COPY TO statement gives, as a gzip file. The connection is lost when this fails: end it. */
export async function copyOut(
  client: pg.Client,
  statement: string,
  path: string,
  signal?: AbortSignal,
): Promise<WrittenFile & { rows: number }> {
  const stream = client.query(copyTo(statement));
  const written = await writeGzip(stream, path, signal);
  // The number of rows comes after the last of them: with the answer before the next statement.
  await client.query('select 1');
  return { ...written, rows: stream.rowCount };
}

/** A gzip file into a COPY FROM statement. The connection is lost when this fails: end it. */
export async function copyIn(
  client: pg.Client,
  statement: string,
  path: string,
): Promise<WrittenFile & { rows: number }> {
  const stream = client.query(copyFrom(statement));
  const read = await readGzip(path, stream);
  return { ...read, rows: stream.rowCount };
}

/** Makes a name in a folder survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Writes a small file of mode 0600, on the disk when this resolves. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A failure of a disk or a folder, as one sentence. */
export function explainFiles(error: unknown, folder: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return `The disk that holds ${folder} is full.`;
  if (code === 'EDQUOT' || code === 'EFBIG') return `The quota of this user for ${folder} is full.`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return `${folder} cannot be written by this user.`;
  return message ?? String(error);
}
