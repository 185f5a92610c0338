import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startAlone, startThrowaway } from '../app/owner.ts';
import {
  BackupFault,
  fingerprintOf,
  type Manifest,
  readManifest,
  restoreBackup,
  unsealKey,
} from '../kit/backup/index.ts';
import { type Config, ConfigFault, placeSecrets, readConfig, readSecrets } from '../kit/config.ts';
import { createLog } from '../kit/log.ts';
import { PostgresError } from '../kit/postgres/index.ts';

/**
 * `npm run restore -- <backup>` loads a backup into an empty instance: a fresh `SIMWRIGHT_HOME`, or the empty database of
 * `DATABASE_URL`. `--check` proves a backup in a server of its own that is thrown away, and touches nothing else.
 * Ends with code 0 only when every file is whole, every row is there, and no law of drift.sql is broken.
 */
const laws = readFileSync(join(import.meta.dirname, '../../drift.sql'), 'utf8');
const say = (text: string) => console.log(`  ${text} …`);

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { check: { type: 'boolean', default: false }, 'without-key': { type: 'boolean', default: false } },
  });
  if (positionals.length !== 1) throw new BackupFault('Say which backup: npm run restore -- [--check] <folder>');
  const path = resolve(positionals[0]!);
  const manifest = await readManifest(path);
  const config = readConfig(process.env);
  if (!values.check) settleKey(config, manifest, values['without-key']);
  const door = values.check
    ? await startThrowaway()
    : await startAlone(config, readSecrets(config.home), createLog(config.logLevel));
  try {
    const { rows, broken } = await restoreBackup({ path, ownerUrl: door.ownerUrl, laws, say });
    if (broken.length > 0) {
      console.error(broken.slice(0, 20));
      throw new BackupFault('Laws of drift.sql are broken in what was restored: do not work with it.');
    }
    const counted = `${manifest.tables.length} tables, ${rows} rows, taken ${manifest.takenAt}`;
    console.log(values.check ? `The backup is good: ${counted}.` : `Restored: ${counted}. Start Simwright now.`);
  } finally {
    await door.stop();
  }
} catch (error) {
  const known = error instanceof BackupFault || error instanceof ConfigFault || error instanceof PostgresError;
  console.error(known ? error.message : error);
  process.exitCode = 1;
}

/** What is sealed in the backup needs the key it was sealed with: from the home, or from the backup by its passphrase. */
function settleKey(config: Config, manifest: Manifest, without: boolean): void {
  if (without) return;
  const file = join(config.home, 'secrets.json');
  if (existsSync(file)) {
    if (fingerprintOf(readSecrets(config.home).instanceKey) === manifest.keyFingerprint) return;
    throw new BackupFault(
      `${file} holds another instance's key. Restore into a home with the secrets.json of the instance that was backed up.`,
    );
  }
  const passphrase = config.upkeep?.backupPassphrase;
  if (manifest.sealedKey && passphrase) {
    placeSecrets(config.home, unsealKey(manifest.sealedKey, passphrase));
    return;
  }
  throw new BackupFault(
    manifest.sealedKey
      ? 'The instance key is in the backup, sealed: set BACKUP_PASSPHRASE.'
      : `The instance key is not in the backup: copy secrets.json of the old instance to ${file} first. Without it (--without-key) tokens, RADIUS secrets and sign-ins are lost.`,
  );
}
