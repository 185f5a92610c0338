import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { assert } from '../../kit/assert.ts';
import { BackupFault, explainFiles } from '../../kit/backup/index.ts';
import { fewestMonths } from '../../kit/config.ts';
import { type Id, newId } from '../../kit/ids.ts';
import { exportPartition } from './archive.ts';
import { connectOwner, recorded, type Upkeeper } from './runs.ts';

type Partition = { name: string; startsAt: Date; endsAt: Date };
type Archive = { id: Id; exportedAt: Date | null; retiredAt: Date | null };

/** Partitions that leave in one run; what is left comes in the next. */
const mostAtOnce = 24;
/** Times a lock is tried for, a quarter of a second apart, before it is left for the next run. */
const attempts = 40;

/**
 * Retires usage that is older than `keepMonths` whole months: exported, read back, and only then detached and dropped.
 * A month stays while a billed period that touches it is open. Each step is written down, so that a process that dies
 * on the way is followed by one that goes on.
 *
 * The cutoff is on the machine's clock, which no organization's is behind of. Usage that comes for a retired month is
 * older than what is believed (usage/model.ts), so a repeat of a retired record is never charged.
 */
export async function retireUsage(
  upkeeper: Upkeeper,
  { archiveDir, keepMonths }: { archiveDir: string; keepMonths: number },
): Promise<{ retired: string[]; waiting: string[] }> {
  assert(keepMonths >= fewestMonths, `at least ${fewestMonths} months of usage are kept`);
  await dropRetired(upkeeper);
  const now = upkeeper.now();
  const cutoff = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - keepMonths, 1));
  const { rows } = await upkeeper.client.query(
    `/* upkeep.old_partitions */ select name, starts_at as "startsAt", ends_at as "endsAt" from usage_partitions()
      where ends_at <= $1 order by starts_at limit ${mostAtOnce}`,
    [cutoff],
  );
  const retired: string[] = [];
  const waiting: string[] = [];
  for (const partition of rows as Partition[]) {
    if (await hasOpenPeriod(upkeeper, partition)) {
      waiting.push(partition.name);
      continue;
    }
    await recorded(upkeeper, 'retirement', () => retire(upkeeper, partition, archiveDir));
    retired.push(partition.name);
  }
  return { retired, waiting };
}

/** Only a billed period holds its months: a ready one is free, and waits for its first usage for years. */
async function hasOpenPeriod({ client }: Upkeeper, { endsAt }: Partition): Promise<boolean> {
  const { rows } = await client.query(
    `/* upkeep.open_periods */ select exists (
       select from billing_periods where state = 'open' and kind = 'active' and starts_at < $1) as open`,
    [endsAt],
  );
  return rows[0].open;
}

async function retire(upkeeper: Upkeeper, partition: Partition, archiveDir: string) {
  try {
    await mkdir(archiveDir, { recursive: true, mode: 0o700 });
    for (let round = 1; round <= 3; round++) {
      const archive = await prepare(upkeeper, partition);
      const path = join(archiveDir, `${partition.name}-${archive.id.slice(-8)}.csv.gz`);
      if (!archive.exportedAt || !existsSync(path)) await exportAndSum(upkeeper, partition, archive.id, path);
      if (await detach(upkeeper, partition, archive.id)) {
        await dropRetired(upkeeper);
        const [{ rows, bytes }] = (
          await upkeeper.client.query('select rows, bytes from usage_archives where id = $1', [archive.id])
        ).rows;
        return { partition: partition.name, file: path, rows: `${rows}`, bytes: `${bytes}` };
      }
    }
    throw new BackupFault(`Records came to ${partition.name} again and again while it was exported. It stays for now.`);
  } catch (error) {
    await upkeeper.client.query('rollback').catch(() => {});
    if (error instanceof BackupFault) throw error;
    throw new BackupFault(`${partition.name} was not retired. ${explainFiles(error, archiveDir)}`, { cause: error });
  }
}

/**
 * Runs work in one short database transaction that waits 100 ms at most for any lock, so that those behind it wait no longer.
 * Somebody in the way, a vacuum too, is met by coming again.
 */
async function patiently<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(`begin; set local lock_timeout = '100ms'`);
      const result = await work();
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => {});
      const waited = ['55P03', '40P01'].includes((error as { code?: string }).code ?? '');
      if (!waited || attempt === attempts) throw error;
      await sleep(250);
    }
  }
}

/** From here on a record that reaches the partition leaves a mark. Nobody waits for this: the trigger is on an old month. */
async function prepare(upkeeper: Upkeeper, partition: Partition): Promise<Archive> {
  return patiently(upkeeper.client, () => mark(upkeeper, partition));
}

async function mark({ client, now, random }: Upkeeper, { name, startsAt, endsAt }: Partition): Promise<Archive> {
  const known = await client.query(
    `/* upkeep.archive */ select id, exported_at as "exportedAt", retired_at as "retiredAt" from usage_archives
      where partition = $1 and dropped_at is null`,
    [name],
  );
  const archive: Archive = known.rows[0] ?? { id: newId({ now: now(), random }), exportedAt: null, retiredAt: null };
  assert(!archive.retiredAt, 'a retired partition is dropped before another look');
  if (known.rowCount === 0) {
    await client.query(
      '/* upkeep.prepare */ insert into usage_archives (id, partition, starts_at, ends_at) values ($1, $2, $3, $4)',
      [archive.id, name, startsAt, endsAt],
    );
  }
  const marked = await client.query(
    `/* upkeep.marked */ select from pg_trigger where tgrelid = to_regclass($1) and tgname = 'retiring'`,
    [client.escapeIdentifier(name)],
  );
  if (marked.rowCount === 0) {
    // Not marked until now, so what was exported may have been followed by anything: an instance that was restored.
    archive.exportedAt = null;
    await client.query(`create trigger retiring after insert or update or delete on ${client.escapeIdentifier(name)}
                          for each row execute function touch_usage_archive()`);
  }
  return archive;
}

/** File and sums of one snapshot. A record that comes meanwhile fails this by its mark, or the detaching after it. */
async function exportAndSum(upkeeper: Upkeeper, partition: Partition, archiveId: Id, path: string): Promise<void> {
  // A connection of its own: one that failed in the middle of a COPY can only be ended.
  const client = await connectOwner(upkeeper.ownerUrl);
  try {
    await exportOn(client, upkeeper, partition, archiveId, path);
  } finally {
    await client.end();
  }
}

async function exportOn(client: pg.Client, upkeeper: Upkeeper, partition: Partition, archiveId: Id, path: string) {
  const { now, signal } = upkeeper;
  await client.query('begin isolation level repeatable read');
  await client.query('/* upkeep.clear_sums */ delete from retired_usage where archive_id = $1', [archiveId]);
  await client.query('/* upkeep.clear_mark */ update usage_archives set touched = false where id = $1 and touched', [
    archiveId,
  ]);
  await client.query(
    `/* upkeep.sum */ insert into retired_usage
       (organization_id, archive_id, line_id, period_id, session_id, plmn, service, pool_period_id, bytes_up, bytes_down, units,
        limit_bytes, charge_micros, records)
     select organization_id, $1, line_id, period_id, coalesce(session_id, '00000000-0000-0000-0000-000000000000'), plmn, service,
            coalesce(pool_period_id, '00000000-0000-0000-0000-000000000000'), sum(bytes_up), sum(bytes_down), sum(units),
            coalesce(sum(bytes_up + bytes_down) filter (where not late), 0), sum(charge_micros), count(*)
       from only ${client.escapeIdentifier(partition.name)} group by 1, 3, 4, 5, 6, 7, 8`,
    [archiveId],
  );
  const said = await exportPartition(client, partition, path, now(), signal);
  await client.query(
    `/* upkeep.exported */ update usage_archives set file = $2, rows = $3, bytes = $4, sha256 = $5, exported_at = $6 where id = $1`,
    [archiveId, path, said.rows, said.bytes, said.sha256, now()],
  );
  await client.query('commit');
}

/**
 * Takes the partition off, and lets its sums count. False: a record came since the export, which is then made again.
 * Detaching needs all of usage for itself for a moment, which is why it must not wait.
 */
async function detach({ client, now }: Upkeeper, { name }: Partition, archiveId: Id): Promise<boolean> {
  return patiently(client, async () => {
    const { rows } = await client.query(
      `/* upkeep.touched */ select touched from usage_archives where id = $1 and touched`,
      [archiveId],
    );
    if (rows.length > 0) return again(client, archiveId);
    // The old month first: whoever reads it for long is waited for before anything that charging needs is taken.
    await client.query(`lock table only ${client.escapeIdentifier(name)} in access exclusive mode`);
    await client.query(`alter table usage_records detach partition ${client.escapeIdentifier(name)}`);
    const done = await client.query(
      `/* upkeep.retired */ update usage_archives set retired_at = $2 where id = $1 and not touched`,
      [archiveId, now()],
    );
    // A record that was under way while we waited: it is there now, and the month with it.
    if (done.rowCount === 0) throw Object.assign(new Error('a record came'), { code: '40P01' });
    return true;
  });
}

async function again(client: pg.Client, archiveId: Id): Promise<false> {
  await client.query('/* upkeep.again */ update usage_archives set exported_at = null where id = $1', [archiveId]);
  return false;
}

/** Tables that left already and are still on the disk: their archive is proven, and their sums count. */
async function dropRetired({ client, now }: Upkeeper): Promise<void> {
  const { rows } = await client.query(
    '/* upkeep.to_drop */ select id, partition from usage_archives where retired_at is not null and dropped_at is null',
  );
  for (const { id, partition } of rows) {
    await client.query('begin');
    await client.query(`drop table if exists ${client.escapeIdentifier(partition)}`);
    await client.query('/* upkeep.dropped */ update usage_archives set dropped_at = $2 where id = $1', [id, now()]);
    await client.query('commit');
  }
}

/** Rows that went to the default partition get one of their own, oldest first, a bounded number at a time. */
export async function placeUsage({ client }: Upkeeper, most = 20_000, rounds = 200): Promise<bigint> {
  let moved = 0n;
  for (let round = 0; round < rounds; round++) {
    try {
      const [{ rows }] = (await client.query('/* upkeep.place */ select move_usage_rest($1) as rows', [most])).rows;
      if (BigInt(rows) === 0n) break;
      moved += BigInt(rows);
    } catch (error) {
      // Somebody reads or writes there right now; the next run comes again.
      if (['55P03', '40P01', '23514'].includes((error as { code?: string }).code ?? '')) break;
      throw error;
    }
  }
  return moved;
}
