import { closeSync, copyFileSync, existsSync, openSync, readSync, renameSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

const MAXIMUM_BYTES = 16 * 1024 * 1024;
const TAIL_BYTES = 16 * 1024;
const CHECK_MILLISECONDS = 60_000;

/** Opens the server's own log for appending. It goes to a file, so that the server outlives us and our pipes. */
export function openLog(home: string): { fd: number; size: number } {
  const file = fileOf(home);
  if (sizeOf(file) > MAXIMUM_BYTES) renameSync(file, `${file}.1`);
  return { fd: openSync(file, 'a', 0o600), size: sizeOf(file) };
}

/** What the log gained since it was `offset` bytes long, its last 16 kB at most. */
export function readLogSince(home: string, offset: number): string {
  const file = fileOf(home);
  const size = sizeOf(file);
  const from = Math.max(offset <= size ? offset : 0, size - TAIL_BYTES);
  if (!existsSync(file) || size <= from) return '';
  const text = Buffer.alloc(size - from);
  const fd = openSync(file, 'r');
  const length = readSync(fd, text, 0, text.length, from);
  closeSync(fd);
  return text.toString('utf8', 0, length);
}

/** Keeps the log of a running server below a bound; `tail` is what it said since we began to watch. */
export function watchLog(home: string): { tail(): string; close(): void } {
  const file = fileOf(home);
  const begin = sizeOf(file);
  const timer = setInterval(() => {
    if (sizeOf(file) <= MAXIMUM_BYTES) return;
    // The server appends, so it goes on at the new end.
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
  }, CHECK_MILLISECONDS).unref();
  return { tail: () => readLogSince(home, begin), close: () => clearInterval(timer) };
}

function fileOf(home: string): string {
  return join(home, 'postgres.log');
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}
