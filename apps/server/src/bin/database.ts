import { openDatabaseServer } from '../app/database.ts';
import { banner, runUntilStopped } from '../app/terminal.ts';
import { readConfig, readSecrets } from '../kit/config.ts';
import { createLog } from '../kit/log.ts';

/** The embedded database alone, for processes of the same home that run side by side. `npm run start:database` */
await runUntilStopped(async ({ say, fail }) => {
  const config = readConfig(process.env);
  say(config.databaseUrl ? 'Bringing the schema up to date' : 'Starting PostgreSQL');
  const server = await openDatabaseServer(config, readSecrets(config.home), createLog(config.logLevel), (error) =>
    fail(`The database server ended: ${error.message}`),
  );
  const { embedded } = server;
  const lines: [string, string][] = embedded ? [['Port', `${embedded.port} on ${embedded.host}`]] : [];
  return { stop: () => server.stop(), banner: banner('The database is running', lines) };
});
