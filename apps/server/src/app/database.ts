import { join } from 'node:path';
import type { Config, Secrets } from '../kit/config.ts';
import type { Log } from '../kit/log.ts';
import { migrate } from '../kit/migrate.ts';
import { type EmbeddedServer, startPostgres } from '../kit/postgres/index.ts';
import { type DatabaseUrls, externalUrls, prepareEmbedded } from '../kit/urls.ts';

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
