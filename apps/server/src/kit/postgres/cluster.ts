import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { diskFull, explainOutput, PostgresError } from './errors.ts';
import { type Installation, programOf } from './person.ts';

/** The cluster's only role until the migrations make ours. */
export const SUPERUSER = 'simwright';

const MEGABYTE = 1024 * 1024;
const ROOM_FOR_NEW = 200 * MEGABYTE;
const ROOM_FOR_EXISTING = 32 * MEGABYTE;
const INITDB_MILLISECONDS = 120_000;

/**
 * Makes sure that there is a cluster of our major version whose superuser password we know, and
 * returns that password. No server may be running on it. A half-made cluster of a
 * crashed first start is thrown away: the folder gets its name only when initdb is done.
 */
export async function ensureCluster(installation: Installation, home: string): Promise<string> {
  const { data, version } = installation;
  const isNew = !existsSync(join(data, 'PG_VERSION'));
  const { bavail, bsize } = statfsSync(installation.place);
  if (bavail * bsize < (isNew ? ROOM_FOR_NEW : ROOM_FOR_EXISTING)) throw diskFull(home);
  if (isNew) {
    const password = readPassword(home) ?? writePassword(home);
    await initialize(installation, home, password);
    return password;
  }
  const major = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (major !== version.split('.')[0]) {
    throw new PostgresError(
      'postgres.version_mismatch',
      `${data} was made by PostgreSQL ${major} and this Simwright brings ${version}: use the Simwright that made it, export the data, and import them here.`,
    );
  }
  takeOwnership(installation);
  const password = readPassword(home);
  if (password !== undefined) return password;
  const renewed = writePassword(home);
  await setPassword(installation, home, renewed);
  return renewed;
}

/** The superuser's password, undefined if its file was lost. */
export function readPassword(home: string): string | undefined {
  const file = join(home, 'password');
  const password = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  return password === '' ? undefined : password;
}

function writePassword(home: string): string {
  const password = randomBytes(24).toString('base64url');
  const file = join(home, 'password');
  writeFileSync(`${file}.partial`, `${password}\n`, { mode: 0o600 });
  renameSync(`${file}.partial`, file);
  return password;
}

async function initialize(installation: Installation, home: string, password: string): Promise<void> {
  const { data, place, person } = installation;
  if (existsSync(data) && readdirSync(data).length > 0) {
    throw new PostgresError(
      'postgres.start_failed',
      `${data} is not empty and not a PostgreSQL data folder: move it away.`,
    );
  }
  const draft = `${data}.partial`;
  const passwordFile = join(place, 'initdb.password');
  for (const path of [draft, passwordFile, data]) rmSync(path, { recursive: true, force: true });
  try {
    mkdirSync(draft, { mode: 0o700 });
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (person.kind === 'other') for (const path of [draft, passwordFile]) chownSync(path, person.uid, person.gid);
    const { code, output } = await runInitdb(installation, draft, passwordFile);
    if (code !== 0) throw explainOutput(output, home, 0);
    renameSync(draft, data);
  } finally {
    for (const path of [draft, passwordFile]) rmSync(path, { recursive: true, force: true });
  }
}

function runInitdb(installation: Installation, draft: string, passwordFile: string) {
  const { file, args, options } = programOf(installation, 'initdb', [
    ...['-D', draft, '-U', SUPERUSER, `--pwfile=${passwordFile}`],
    ...['--auth=scram-sha-256', '--data-checksums', '--encoding=UTF8', '--no-instructions'],
    // The builtin provider sorts the same on every machine, whatever its C library says.
    ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
  ]);
  return outcomeOf(spawn(file, args, { ...options, timeout: INITDB_MILLISECONDS }));
}

/** Gives the cluster to the person who will run it, after the way around root has changed. */
function takeOwnership({ person, data }: Installation): void {
  if (person.kind !== 'other' || statSync(data).uid === person.uid) return;
  for (const name of readdirSync(data, { recursive: true, encoding: 'utf8' }))
    lchownSync(join(data, name), person.uid, person.gid);
  chownSync(data, person.uid, person.gid);
}

/** Sets the superuser's password in single-user mode: whoever may read the data folder may also do this. */
async function setPassword(installation: Installation, home: string, password: string): Promise<void> {
  const { file, args, options } = programOf(installation, 'postgres', [
    '--single',
    '-D',
    installation.data,
    'postgres',
  ]);
  const child = spawn(file, args, { ...options, timeout: INITDB_MILLISECONDS });
  child.stdin.end(`ALTER ROLE ${SUPERUSER} PASSWORD '${password}';\n`);
  const { code, output } = await outcomeOf(child);
  if (code === 0 && !/ERROR|FATAL/.test(output)) return;
  rmSync(join(home, 'password'), { force: true });
  throw explainOutput(output, dirname(installation.data), 0);
}

function outcomeOf(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text) => {
        output = (output + text).slice(-20_000);
      });
    }
    child.stdin?.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
