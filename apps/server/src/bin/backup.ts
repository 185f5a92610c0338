import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { openOwnerDoor } from '../app/owner.ts';
import { backUp, withUpkeep } from '../app/upkeep/index.ts';
import { BackupFault } from '../kit/backup/index.ts';
import { ConfigFault, readConfig, readSecrets } from '../kit/config.ts';
import { systemClock } from '../kit/ctx.ts';
import { createLog } from '../kit/log.ts';
import { PostgresError } from '../kit/postgres/index.ts';
import { version } from '../kit/version.ts';

/**
 * Takes a backup, whether the product runs or not: `npm run backup` writes to `BACKUP_DIR`, else to
 * `$SIMWRIGHT_HOME/backups`; `npm run backup -- <folder>` to another.
 */
try {
  const config = readConfig(process.env);
  const { upkeep } = config;
  const backupDir = process.argv[2] ? resolve(process.argv[2]) : (upkeep?.backupDir ?? join(config.home, 'backups'));
  const secrets = readSecrets(config.home);
  const door = await openOwnerDoor(config, secrets, createLog(config.logLevel));
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  try {
    const { ownerUrl } = door;
    const tools = { now: () => systemClock.now(), random: randomBytes, signal: stopping.signal };
    const taken = await withUpkeep(ownerUrl, tools, (upkeeper) =>
      backUp(upkeeper, {
        ownerUrl,
        backupDir,
        backupAt: 0,
        backupKeep: upkeep?.backupKeep ?? 7,
        backupPassphrase: upkeep?.backupPassphrase ?? null,
        instanceKey: secrets.instanceKey,
        product: version,
      }),
    );
    if (!taken)
      throw new BackupFault('The product is busy with a backup or with retiring usage. Try again when it is done.');
    console.log(`${taken.file}\n${taken.tables} tables, ${taken.rows} rows, ${taken.bytes} bytes.`);
    if (!upkeep?.backupPassphrase) {
      console.log(`The instance key is not in it: keep a copy of ${join(config.home, 'secrets.json')} elsewhere.`);
    }
  } finally {
    await door.stop();
  }
} catch (error) {
  const known = error instanceof BackupFault || error instanceof ConfigFault || error instanceof PostgresError;
  console.error(known ? error.message : error);
  process.exitCode = 1;
}
