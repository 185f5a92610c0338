import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { isCurrency } from '@simwright/measure';
import { openDatabaseServer } from '../app/database.ts';
import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import { readConfig, readSecrets } from '../kit/config.ts';
import { contextFor, type Runtime, systemActor, systemClock } from '../kit/ctx.ts';
import { openDatabase } from '../kit/db.ts';
import { createLog } from '../kit/log.ts';
import { setInstanceKey } from '../kit/seal.ts';
import * as tenancy from '../tenancy/index.ts';

/**
 * Makes an organization with its owner on an instance that started bare (`SIMWRIGHT_DEMO=off`):
 * `npm run organization -- --name "Acme Connectivity" --email owner@example.com --currency EUR --zone Europe/Paris`.
 * The password is made at random and printed once.
 */
const { values } = parseArgs({
  options: {
    name: { type: 'string' },
    email: { type: 'string' },
    currency: { type: 'string', default: 'EUR' },
    zone: { type: 'string', default: 'UTC' },
    sandbox: { type: 'boolean', default: false },
  },
});
if (!values.name || !values.email?.includes('@'))
  stop('Say --name and --email, and --currency, --zone or --sandbox if they differ.');
if (!isCurrency(values.currency)) stop(`${values.currency} is not a currency of ISO 4217.`);
if (!Intl.supportedValuesOf('timeZone').includes(values.zone) && values.zone !== 'UTC')
  stop(`${values.zone} is not a time zone, like Europe/Paris.`);

const config = readConfig(process.env);
const secrets = readSecrets(config.home);
setInstanceKey(secrets.instanceKey);
const log = createLog(config.logLevel);
const server = await openDatabaseServer(config, secrets, log, () => {}).catch((error: Error) =>
  stop(`${error.message} An embedded database belongs to one process: stop Simwright first.`),
);
const owner = openDatabase(server.urls.owner, 2);
try {
  const runtime: Runtime = { database: owner, clock: systemClock, log };
  const { organization, accountSid, authToken } = await tenancy.createOrganization(runtime, {
    name: values.name,
    currency: values.currency,
    timeZone: values.zone,
    sandbox: values.sandbox,
  });
  const ctx = contextFor(runtime, organization, systemActor('setup'));
  await catalog.createPlan(ctx, {
    name: 'Super SIM',
    superSimDefault: true,
    terms: catalog.defaultSuperSimTerms(organization.currency, organization.unitBase),
  });
  await inventory.createProfile(ctx, { companyId: null, uniqueName: 'all-networks' });
  const password = randomBytes(12).toString('base64url');
  await tenancy.createStaff(ctx, { email: values.email, name: values.email.split('@')[0]!, password, role: 'Owner' });
  console.log(`\n  ${values.name} is there.\n`);
  console.log(`    Sign in      ${values.email}  ${password}`);
  console.log(`    Super SIM    ${accountSid}  ${authToken}\n`);
} finally {
  await owner.pool.end();
  await server.stop();
}

function stop(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}
