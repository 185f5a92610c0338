import { pruneBackups, takeBackup } from '../../kit/backup/index.ts';
import type { Upkeep } from '../../kit/config.ts';
import { recorded, type Upkeeper } from './runs.ts';

export type BackupSettings = Pick<Upkeep, 'backupAt' | 'backupKeep' | 'backupPassphrase'> & {
  backupDir: string;
  ownerUrl: string;
  instanceKey: Buffer;
  product: string;
};

/** After a failure, this long until the next attempt. */
const againMs = 3_600_000;

/** Takes a backup, writes down how it went, and removes those beyond `backupKeep` once the new one is whole. */
export async function backUp(upkeeper: Upkeeper, settings: BackupSettings) {
  return recorded(upkeeper, 'backup', async () => {
    const { path, tables, rows, bytes } = await takeBackup({
      ownerUrl: settings.ownerUrl,
      folder: settings.backupDir,
      now: upkeeper.now(),
      random: upkeeper.random,
      instanceKey: settings.instanceKey,
      passphrase: settings.backupPassphrase,
      product: settings.product,
      signal: upkeeper.signal,
    });
    const removed = await pruneBackups(settings.backupDir, settings.instanceKey, settings.backupKeep);
    return { file: path, tables, rows: `${rows}`, bytes: `${bytes}`, removed: removed.length };
  });
}

/** The daily backup: due when none succeeded since the last time of day it was wanted at. Returns whether it ran. */
export async function backUpIfDue(upkeeper: Upkeeper, settings: BackupSettings): Promise<boolean> {
  const now = upkeeper.now().getTime();
  const [last] = (
    await upkeeper.client.query(`/* upkeep.last_backup */
      select max(started_at) filter (where outcome = 'done') as done, max(started_at) as tried from platform_runs where name = 'backup'`)
  ).rows as [{ done: Date | null; tried: Date | null }];
  const wanted = lastTimeOfDay(now, settings.backupAt);
  if (last.done && last.done.getTime() >= wanted) return false;
  if (last.tried && now - last.tried.getTime() < againMs && last.tried.getTime() >= wanted) return false;
  await backUp(upkeeper, settings);
  return true;
}

/** The latest moment not after `now` (ms) that is `minutes` after a midnight in UTC. */
export function lastTimeOfDay(now: number, minutes: number): number {
  const day = 86_400_000;
  const today = Math.floor(now / day) * day + minutes * 60_000;
  return today <= now ? today : today - day;
}
