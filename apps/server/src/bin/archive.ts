import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openOwnerDoor } from '../app/owner.ts';
import { loadArchive, readArchive, verifyArchive } from '../app/upkeep/archive.ts';
import { BackupFault } from '../kit/backup/index.ts';
import { readConfig, readSecrets } from '../kit/config.ts';
import { createLog } from '../kit/log.ts';

/**
 * Retired usage, for an auditor. `verify` proves a file against its manifest; `read` prints its records, of one
 * `--organization` or `--line` (UUIDs) if wanted, as CSV; `load` puts them into a table of the schema `archive`, beside the
 * product's own, which never looks there.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { organization: { type: 'string' }, line: { type: 'string' } },
});
const [what, file] = positionals;
try {
  if (!file || !['verify', 'read', 'load'].includes(what!)) {
    throw new BackupFault('Say what and which: npm run archive -- verify|read|load <file.csv.gz>');
  }
  const path = resolve(file);
  const said = await verifyArchive(path);
  if (what === 'verify')
    console.log(`${path} is good: ${said.rows} records of ${said.organizations.length} organizations.`);
  if (what === 'read') await print(path);
  if (what === 'load') {
    const config = readConfig(process.env);
    const door = await openOwnerDoor(config, readSecrets(config.home), createLog(config.logLevel));
    try {
      console.log(
        `Loaded into ${await loadArchive(door.ownerUrl, path, said)}. Drop that table when it is no longer needed.`,
      );
    } finally {
      await door.stop();
    }
  }
} catch (error) {
  console.error(error instanceof BackupFault ? error.message : error);
  process.exitCode = 1;
}

async function print(path: string): Promise<void> {
  process.stdout.on('error', () => process.exit(0));
  let headed = false;
  await readArchive(path, (record) => {
    if (values.organization && record.organization_id !== values.organization) return;
    if (values.line && record.line_id !== values.line) return;
    if (!headed) process.stdout.write(`${Object.keys(record).join(',')}\n`);
    headed = true;
    process.stdout.write(`${Object.values(record).join(',')}\n`);
  });
}
