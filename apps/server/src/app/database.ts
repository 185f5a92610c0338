import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigFault, type Secrets } from '../kit/config.ts';
import type { Log } from '../kit/log.ts';
import { migrate } from '../kit/migrate.ts';
import { type EmbeddedServer, startPostgres } from '../kit/postgres/index.ts';
import { type DatabaseUrls, embeddedUrls, externalUrls, prepareEmbedded } from '../kit/urls.ts';

export type DatabaseServer = {
  urls: DatabaseUrls;
  /** Null when the server is somebody else's. */
  embedded: EmbeddedServer | null;
  stop(): Promise<void>;
};

/** Our own server, or the one that `DATABASE_URL` names; either way with the schema of this version. */
export async function openDatabaseServer(
  config: Config,
  secrets: Secrets,
  log: Log,
  onExit: (error: Error) => void,
  afresh = false,
): Promise<DatabaseServer> {
  if (config.databaseUrl) {
    const urls = externalUrls(config.databaseUrl);
    await migrate(urls.owner);
    return { urls, embedded: null, stop: async () => {} };
  }
  const embedded = await startPostgres({
    home: join(config.home, 'postgres'),
    log: (line) => log.debug({ line }, 'postgres'),
    onExit,
  });
  try {
    const urls = await prepareEmbedded(embedded, secrets, { afresh });
    await migrate(urls.owner);
    return { urls, embedded, stop: () => embedded.stop() };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

/**
 * The database of processes that run side by side: the one of `DATABASE_URL`, or the embedded one of this home that
 * another process (`npm run start:database`) has open. It is never started here, and its end is not ours.
 */
export async function joinDatabase(config: Config, secrets: Secrets): Promise<DatabaseUrls> {
  const urls = config.databaseUrl ? externalUrls(config.databaseUrl) : embeddedUrls(secrets, runningPort(config));
  try {
    await migrate(urls.owner);
  } catch (error) {
    if (config.databaseUrl || (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
    throw noDatabase(config);
  }
  return urls;
}

/** The port that the embedded server took last; whether it still runs shows when it is asked. */
function runningPort(config: Config): number {
  try {
    const port = Number(readFileSync(join(config.home, 'postgres', 'port'), 'utf8'));
    if (port > 0 && port < 65536) return port;
  } catch {}
  throw noDatabase(config);
}

function noDatabase(config: Config): ConfigFault {
  return new ConfigFault(
    `No database runs on ${config.home}: start one with "npm run start:database", or set DATABASE_URL.`,
  );
}
