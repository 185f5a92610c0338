import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCluster, readPassword, SUPERUSER } from './cluster.ts';
import { explainFileError, explainOutput, PostgresError } from './errors.ts';
import { type Lock, lockHome } from './lock.ts';
import { openLog, readLogSince, watchLog } from './logfile.ts';
import { chooseInstallation, type Installation, programOf } from './person.ts';
import { choosePort, rememberPort } from './port.ts';
import { answers, clearRemains, findOrphan, killPostmaster, stopPostmaster, waitUntilReady } from './postmaster.ts';
import { commandArguments, executable, isAlive, signal } from './processes.ts';
import { serverSettings } from './settings.ts';

export { PostgresError } from './errors.ts';

/** A running server on loopback. `adopted`: it was already running, left by a Simwright that was killed. */
export type EmbeddedServer = {
  host: string;
  port: number;
  superuser: { user: string; password: string };
  pid: number;
  adopted: boolean;
  /** Stops the server cleanly, within 25 seconds at most. Calling it again is harmless. */
  stop(): Promise<void>;
  /** Kills the whole server at once, as a power cut would. For crash tests. */
  crash(): void;
};

export type StartOptions = {
  /** Our folder: data, password, port, lock and log. Made if absent. */
  home: string;
  /** PostgreSQL settings on top of ours, e.g. `{ max_connections: '100' }`. */
  settings?: Record<string, string>;
  /** Exactly this port, or a refusal. Without it: the last one if it is free, else any free one. */
  port?: number;
  /** Told in sentences what happens: adoption, recovery, a lost server. */
  log?: (line: string) => void;
  /** Told once, with the reason, when the server ends without `stop()`. */
  onExit?: (reason: PostgresError) => void;
};

const READY_MILLISECONDS = 10 * 60_000; // Recovery after a crash replays up to max_wal_size and must not be cut short.
const RECOVERY_NOTICE_MILLISECONDS = 5_000;
const PORT_ATTEMPTS = 5;

/**
 * Starts the embedded PostgreSQL of `home`, or adopts the one that still runs there. Resolves
 * when it accepts connections. Throws `PostgresError`; errors.ts lists the codes.
 */
export async function startPostgres(options: StartOptions): Promise<EmbeddedServer> {
  let home = options.home;
  let lock: Lock | undefined;
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    home = realpathSync(home);
    lock = await lockHome(home);
    const installation = chooseInstallation(home);
    return (await adopt(options, home, installation, lock)) ?? (await start(options, home, installation, lock));
  } catch (error) {
    lock?.release();
    throw explainFileError(error, home);
  }
}

/**
 * Takes over an orphan that runs our present binaries with our present settings. Any other
 * orphan is stopped, so that what runs afterwards is always what was asked for.
 */
async function adopt(options: StartOptions, home: string, installation: Installation, lock: Lock) {
  const { data } = installation;
  const orphan = findOrphan(data);
  if (orphan === undefined) return undefined;
  const { pid } = orphan;
  const password = readPassword(home);
  const isWanted =
    orphan.status !== 'stopping' &&
    password !== undefined &&
    (options.port ?? orphan.port) === orphan.port &&
    executable(pid) === join(installation.binaries.folder, 'bin', 'postgres') &&
    commandArguments(pid).join('\0') === serverSettings(data, orphan.port, options.settings).join('\0');
  if (
    isWanted &&
    (await waitUntilReady(data, pid, READY_MILLISECONDS, () => isAlive(pid))) &&
    (await answers(orphan.port))
  ) {
    options.log?.(`PostgreSQL was still running (process ${pid}) and was adopted.`);
    return serve({ options, home, data, lock, pid, port: orphan.port, password, adopted: true });
  }
  options.log?.(`PostgreSQL was still running (process ${pid}) with other settings and is being restarted.`);
  await stopPostmaster(pid, data);
  return undefined;
}

async function start(options: StartOptions, home: string, installation: Installation, lock: Lock) {
  const { data } = installation;
  await clearRemains(data);
  const password = await ensureCluster(installation, home);
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(home, options.port);
    try {
      const child = await launch(options, home, installation, port);
      rememberPort(home, port);
      return serve({ options, home, data, lock, pid: child.pid ?? 0, port, password, adopted: false, child });
    } catch (error) {
      // Someone took the port between our look and the server's.
      const taken = error instanceof PostgresError && error.code === 'postgres.port_busy';
      if (!taken || options.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

/** Runs `postgres` in a session of its own, so that the terminal's Ctrl-C reaches it only through us. */
async function launch(options: StartOptions, home: string, installation: Installation, port: number) {
  const { data } = installation;
  const {
    file,
    args,
    options: how,
  } = programOf(installation, 'postgres', serverSettings(data, port, options.settings));
  const log = openLog(home);
  const child = spawn(file, args, { ...how, detached: true, stdio: ['ignore', log.fd, log.fd] });
  closeSync(log.fd);
  let hasEnded = false;
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => undefined);
  child.once('exit', () => {
    hasEnded = true;
  });
  const notice = setInterval(
    () => options.log?.('PostgreSQL is recovering from a crash; this can take some minutes.'),
    RECOVERY_NOTICE_MILLISECONDS,
  );
  try {
    const ready = waitUntilReady(data, child.pid ?? 0, READY_MILLISECONDS, () => !hasEnded);
    if (await Promise.race([ready, failed])) return child;
    if (hasEnded) throw explainOutput(readLogSince(home, log.size), home, port);
    await stopPostmaster(child.pid ?? 0, data);
    throw new PostgresError(
      'postgres.start_timeout',
      `PostgreSQL was not ready after ten minutes; see ${home}/postgres.log.`,
    );
  } finally {
    clearInterval(notice);
  }
}

type Running = {
  options: StartOptions;
  home: string;
  data: string;
  lock: Lock;
  pid: number;
  port: number;
  password: string;
  adopted: boolean;
  child?: ChildProcess;
};

function serve({ options, home, data, lock, pid, port, password, adopted, child }: Running): EmbeddedServer {
  const log = watchLog(home);
  let stopping: Promise<void> | undefined;
  let hasEnded = false;

  const ended = () => {
    if (hasEnded) return;
    hasEnded = true;
    clearInterval(watch);
    process.off('exit', stopWithUs);
    log.close();
    lock.release();
    if (stopping === undefined) options.onExit?.(reasonOf(log.tail(), home));
  };
  // A child tells when it ends; an adopted server is not ours to wait for, so we look.
  const watch = adopted ? setInterval(() => isAlive(pid) || ended(), 100) : undefined;
  child?.once('exit', ended);
  // The last thing a dying Node can do: ask for a fast stop. After `kill -9` adoption does the rest.
  const stopWithUs = () => {
    signal(pid, 'SIGINT');
    lock.release();
  };
  process.once('exit', stopWithUs);
  if (!isAlive(pid)) ended();

  return {
    host: '127.0.0.1',
    port,
    superuser: { user: SUPERUSER, password },
    pid,
    adopted,
    stop: () => {
      stopping ??= hasEnded ? Promise.resolve() : stopPostmaster(pid, data).then(ended);
      return stopping;
    },
    crash: () => {
      if (!hasEnded) killPostmaster(pid, data);
      lock.release();
    },
  };
}

function reasonOf(said: string, home: string): PostgresError {
  const reason = explainOutput(said, home, 0);
  if (reason.code === 'postgres.disk_full') return reason;
  return new PostgresError('postgres.exited', `PostgreSQL ended unexpectedly; see ${home}/postgres.log.`, said);
}
