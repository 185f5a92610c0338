import { parseArgs } from 'node:util';
import { openOwnerDoor } from '../app/owner.ts';
import { readConfig, readSecrets } from '../kit/config.ts';
import { openDatabase } from '../kit/db.ts';
import { createLog } from '../kit/log.ts';

/**
 * Makes a person an admin of the platform, or no longer one, whether the product runs or not:
 * `npm run platform-admin -- --email somebody@example.com [--remove]`. It takes effect at their next request.
 */
const { values } = parseArgs({ options: { email: { type: 'string' }, remove: { type: 'boolean', default: false } } });
if (!values.email) {
  console.error('Say --email, of somebody who can sign in, and --remove to take it back.');
  process.exit(2);
}
const config = readConfig(process.env);
const door = await openOwnerDoor(config, readSecrets(config.home), createLog(config.logLevel));
const owner = openDatabase(door.ownerUrl, 1);
try {
  const { rowCount } = await owner.pool.query(
    values.remove
      ? `delete from platform_admins where user_id = (select id from auth."user" where email = lower($1))`
      : `insert into platform_admins (user_id, granted_by) select id, 'command' from auth."user" where email = lower($1)
         on conflict (user_id) do update set granted_by = platform_admins.granted_by`,
    [values.email],
  );
  if (rowCount === 0) {
    console.error(values.remove ? `${values.email} is no admin.` : `Nobody signs in as ${values.email}.`);
    process.exitCode = 1;
  } else console.log(values.remove ? `${values.email} is no admin any more.` : `${values.email} is an admin.`);
} finally {
  await owner.pool.end();
  await door.stop();
}
