import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Config, readSecrets, type Secrets } from '../kit/config.ts';
import type { Log } from '../kit/log.ts';
import { startPostgres } from '../kit/postgres/index.ts';
import { type DatabaseUrls, embeddedUrls, externalUrls, prepareEmbedded } from '../kit/urls.ts';

/** The owner's door to a database whose schema is left as it is. `stop` ends only what was started for it. */
export type OwnerDoor = {
  ownerUrl: string /** The application's, behind row-level security. */;
  appUrl: string;
  stop(): Promise<void>;
};

/**
 * The instance's own database for a command beside the product: an external one, the embedded one that the running
 * product has open, or else the embedded one, started for as long as this lasts.
 */
export async function openOwnerDoor(config: Config, secrets: Secrets, log: Log): Promise<OwnerDoor> {
  if (config.databaseUrl) return doorOf(externalUrls(config.databaseUrl), async () => {});
  const running = await findRunning(config, secrets);
  if (running) return doorOf(running, async () => {});
  return startAlone(config, secrets, log);
}

/** The same for a command that must have the database to itself: a running product is refused. */
export async function startAlone(config: Config, secrets: Secrets, log: Log): Promise<OwnerDoor> {
  if (config.databaseUrl) return openOwnerDoor(config, secrets, log);
  const server = await startPostgres({
    home: join(config.home, 'postgres'),
    log: (line) => log.debug({ line }, 'postgres'),
  });
  try {
    return doorOf(await prepareEmbedded(server, secrets), () => server.stop());
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function doorOf({ owner, app }: DatabaseUrls, stop: () => Promise<void>): OwnerDoor {
  return { ownerUrl: owner, appUrl: app, stop };
}

/** A server for one look: empty, in a temporary folder, and gone afterwards. Its data need not survive a power cut. */
export async function startThrowaway(): Promise<OwnerDoor> {
  const home = mkdtempSync(join(tmpdir(), 'simwright-check-'));
  const remove = () => rmSync(home, { recursive: true, force: true });
  try {
    const server = await startPostgres({
      home: join(home, 'postgres'),
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
    });
    const stop = async () => {
      await server.stop();
      remove();
    };
    try {
      return doorOf(await prepareEmbedded(server, readSecrets(join(home, 'secrets'))), stop);
    } catch (error) {
      await stop();
      throw error;
    }
  } catch (error) {
    remove();
    throw error;
  }
}

/** The port stands in the home folder; only our own server takes our owner's password. */
async function findRunning(config: Config, secrets: Secrets): Promise<DatabaseUrls | null> {
  let port: number;
  try {
    port = Number(readFileSync(join(config.home, 'postgres', 'port'), 'utf8'));
  } catch {
    return null;
  }
  const urls = embeddedUrls(secrets, port);
  const client = new pg.Client({ connectionString: urls.owner, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return urls;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => {});
  }
}
