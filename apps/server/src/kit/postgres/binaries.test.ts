import { mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { copyPackage, withLibraries } from './binaries.ts';

const root = mkdtempSync(join(tmpdir(), 'simwright-binaries-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A package as npm unpacks it with install scripts off: the links are only a list. */
function unpack(name: string, target: string): string {
  const folder = join(root, name, 'native');
  mkdirSync(join(folder, 'lib'), { recursive: true });
  writeFileSync(join(root, name, 'package.json'), '{"version":"18.4.0"}');
  writeFileSync(join(folder, 'lib', 'libpq.so.5.18'), 'library');
  writeFileSync(
    join(folder, 'pg-symlinks.json'),
    JSON.stringify([{ source: 'native/lib/libpq.so.5.18', target: `native/${target}` }]),
  );
  return folder;
}

test('the links that the install script did not make are made, once', () => {
  const folder = unpack('open', 'lib/libpq.so.5');
  expect(withLibraries(folder, root)).toEqual({ folder });
  expect(withLibraries(folder, root)).toEqual({ folder });
  expect(readlinkSync(join(folder, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
});

test('where the package cannot be written the links are kept in our own folder', () => {
  const folder = unpack('closed', 'no-such-folder/libpq.so.5');
  const place = join(root, 'place');
  mkdirSync(place);
  expect(withLibraries(folder, place).libraryPath).toBe(`${join(place, 'lib')}:${join(folder, 'lib')}`);
  expect(readlinkSync(join(place, 'lib', 'libpq.so.5'))).toBe(join(folder, 'lib', 'libpq.so.5.18'));
});

test('a copy stands on its own', () => {
  const folder = unpack('original', 'lib/libpq.so.5');
  withLibraries(folder, root);
  const copy = copyPackage(folder, join(root, 'copy'));
  expect(withLibraries(copy, root)).toEqual({ folder: copy });
  expect(readlinkSync(join(copy, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
  expect(copyPackage(folder, join(root, 'copy'))).toBe(copy);
});
