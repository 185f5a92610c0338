/**
 * Why the embedded server cannot run, one clear sentence each. `code` is stable:
 *
 * - `postgres.already_running`: another Simwright uses this home
 * - `postgres.home_unwritable`: the home folder cannot be created or written
 * - `postgres.disk_full`: no room for the cluster
 * - `postgres.port_busy`: the port that was asked for is taken
 * - `postgres.binaries_missing`: the optional dependency is not installed, or not for this platform
 * - `postgres.no_ordinary_user`: PostgreSQL refuses root and neither way around it is open
 * - `postgres.version_mismatch`: the data folder belongs to another major version
 * - `postgres.start_failed`, `postgres.start_timeout`: anything else, with what the server said
 */
export class PostgresError extends Error {
  readonly code: string;

  constructor(code: string, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = 'PostgresError';
    this.code = code;
  }
}

/** Turns a file system error under `home` into our sentence; anything else is passed on as it is. */
export function explainFileError(error: unknown, home: string): unknown {
  const { code = '', syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(home, error);
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR'].includes(code)) return homeUnwritable(home, error);
  // On a read-only disk Node's recursive mkdir says that the folder's parent does not exist.
  if (code === 'ENOENT' && syscall === 'mkdir') return homeUnwritable(home, error);
  return error;
}

/** Turns what initdb or postgres wrote before it gave up into our sentence. */
export function explainOutput(output: string, home: string, port: number): PostgresError {
  if (/No space left on device|Disk quota exceeded/i.test(output)) return diskFull(home, output);
  if (/Address already in use/i.test(output)) return portBusy(port, output);
  if (/Permission denied|Read-only file system/i.test(output)) return homeUnwritable(home, output);
  const said = output
    .split('\n')
    .filter((line) => /FATAL|PANIC|error/i.test(line))
    .slice(-3)
    .join(' ');
  return new PostgresError(
    'postgres.start_failed',
    `The embedded PostgreSQL under ${home} did not start: ${said || output.trim().slice(-300) || 'it said nothing'}.`,
    output,
  );
}

export function diskFull(home: string, cause?: unknown): PostgresError {
  return new PostgresError(
    'postgres.disk_full',
    `The disk that holds ${home} is full: free some space, or set SIMWRIGHT_HOME to a folder on a larger disk.`,
    cause,
  );
}

export function portBusy(port: number, cause?: unknown): PostgresError {
  return new PostgresError(
    'postgres.port_busy',
    `Port ${port} on 127.0.0.1 is used by another program: stop it, or choose another port for PostgreSQL.`,
    cause,
  );
}

function homeUnwritable(home: string, cause?: unknown): PostgresError {
  return new PostgresError(
    'postgres.home_unwritable',
    `${home} cannot be written by this user: change its owner, or set SIMWRIGHT_HOME to a folder of your own.`,
    cause,
  );
}
