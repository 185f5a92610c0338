import { randomBytes } from 'node:crypto';
import { type Config, readSecrets } from '../../kit/config.ts';
import type { Clock } from '../../kit/ctx.ts';
import type { Log } from '../../kit/log.ts';
import { loop } from '../loop.ts';
import { backUpIfDue } from './backups.ts';
import { placeUsage, retireUsage } from './retirement.ts';
import { forgetOldRuns, withUpkeep } from './runs.ts';

export { backUp, backUpIfDue } from './backups.ts';
export { placeUsage, retireUsage } from './retirement.ts';
export { recorded, withUpkeep } from './runs.ts';

export type UpkeepDeps = { config: Config; ownerUrl: string; clock: Clock; log: Log; version: string };

const everyMs = 60_000;
/** Partitions are looked after once an hour, backups once a minute. */
const hourly = 60;

/** What an instance does for itself: the daily backup, usage in its partition, and old usage retired. */
export function startUpkeep({ config, ownerUrl, clock, log, version }: UpkeepDeps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const tools = { now: () => clock.now(), random: randomBytes, signal: stopping.signal };
  let runs = 0;
  const running = loop('upkeep', everyMs, log, async () => {
    const { upkeep } = config;
    const full = runs++ % hourly === 0;
    if (!full && !upkeep?.backupDir) return;
    await withUpkeep(ownerUrl, tools, async (upkeeper) => {
      const failures: unknown[] = [];
      const each = async (work: () => Promise<unknown>) => {
        await work().catch((error) => failures.push(error));
      };
      if (upkeep?.backupDir) {
        const { backupDir } = upkeep;
        const { instanceKey } = readSecrets(config.home);
        await each(() => backUpIfDue(upkeeper, { ...upkeep, backupDir, ownerUrl, instanceKey, product: version }));
      }
      if (full) {
        await each(() => placeUsage(upkeeper));
        await each(() => forgetOldRuns(upkeeper));
        if (upkeep?.usageKeepMonths) {
          const { archiveDir, usageKeepMonths: keepMonths } = upkeep;
          await each(async () => {
            const { retired, waiting } = await retireUsage(upkeeper, { archiveDir, keepMonths });
            if (retired.length > 0) log.info({ retired }, 'months of usage were retired');
            if (waiting.length > 0) log.warn({ waiting }, 'months of usage stay: a billed period in them is open');
          });
        }
      }
      if (stopping.signal.aborted) return;
      for (const error of failures) log.error({ err: error }, 'upkeep failed and is tried again');
    });
  });
  return {
    async stop() {
      stopping.abort();
      await running.stop();
    },
  };
}
