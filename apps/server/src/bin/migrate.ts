import { openDatabaseServer } from '../app/database.ts';
import { readConfig, readSecrets } from '../kit/config.ts';
import { createLog } from '../kit/log.ts';

/** Brings the schema of the configured database to this version, and nothing else: `npm run migrate`. */
const config = readConfig(process.env);
const server = await openDatabaseServer(config, readSecrets(config.home), createLog(config.logLevel), () => {});
await server.stop();
console.log('The schema is up to date.');
