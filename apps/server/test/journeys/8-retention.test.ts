import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArchive, verifyArchive } from '../../src/app/upkeep/archive.ts';
import { placeUsage, retireUsage, withUpkeep } from '../../src/app/upkeep/index.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { openWorld, type World } from '../world.ts';
import { activeLines, command, nodeArgs } from './upkeep.steps.ts';

const folder = mkdtempSync(join(tmpdir(), 'simwright-upkeep-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('old months of usage', () => {
  let world: World;
  let lines: Awaited<ReturnType<typeof activeLines>>;
  const archiveDir = join(folder, 'archive');
  const keepMonths = 4;
  let up = 0n;

  const now = new Date('2026-07-15T12:00:00Z');
  const upkeep = <T>(work: Parameters<typeof withUpkeep<T>>[2]) =>
    withUpkeep(world.urls.owner, { now: () => now, random: randomBytes }, work);
  const retire = () => upkeep((upkeeper) => retireUsage(upkeeper, { archiveDir, keepMonths }));
  const rows = async (statement: string) => (await world.owner.pool.query(statement)).rows;
  const partitions = async () =>
    (await rows('select name from usage_partitions() where ends_at is not null order by 1')).map((row) => row.name);
  const charged = async () => rows('select id, used_bytes, charge_micros from billing_periods order by id');

  /** The clock goes to a day, periods follow it, and every device sends what it used. */
  async function live(day: string): Promise<void> {
    const at = new Date(day);
    world.stand(at);
    await world.until(`periods of ${day}`, async () => {
      const { rows } = await world.owner.pool.query(
        `select count(*)::int as n from billing_periods where state = 'open' and starts_at <= $1 and ends_at > $1`,
        [at],
      );
      return rows[0].n === lines.length;
    });
    await tenancy.ensureUsagePartitions(world.running.runtime, world.organization);
    up += 40_000n;
    for (const { device } of lines) expect(await device.update(up, up * 2n, { eventTime: at })).toBe(true);
  }

  beforeAll(async () => {
    world = await openWorld({ now: new Date('2026-01-10T12:00:00Z') });
    world.stand(new Date('2026-01-10T12:00:00Z'));
    lines = await activeLines(world, 3);
    for (const { device } of lines) await device.start({ eventTime: new Date('2026-01-10T12:00:00Z') });
  });
  afterAll(async () => {
    expect(await world.drift()).toEqual([]);
    await world.close();
  });

  it('stay while a billed period that touches them is open', async () => {
    await live('2026-01-12T10:00:00Z');
    await live('2026-01-28T23:59:59Z');
    const result = await retire();
    expect(result!.waiting).toEqual(['usage_records_2026_01', 'usage_records_2026_02']);
    expect(await partitions()).toContain('usage_records_2026_01');
    expect(await world.drift()).toEqual([]);
  });

  it('are exported when the process is killed before it could take them off, and leave with the next one', async () => {
    for (const day of ['2026-02-14T10:00:00Z', '2026-03-01T00:00:00Z', '2026-06-30T10:00:00Z', now.toISOString()])
      await live(day);
    await rows(`create table kept_january as select * from usage_records where occurred_at < '2026-02-01Z'`);
    const closed = () =>
      rows(`select id, used_bytes, charge_micros from billing_periods where state = 'closed' order by id`);
    const before = await closed();
    const script = `import { retireUsage, withUpkeep } from ${JSON.stringify(join(import.meta.dirname, '../../src/app/upkeep/index.ts'))};
      await withUpkeep(${JSON.stringify(world.urls.owner)}, { now: () => new Date(${now.getTime()}), random: (n) => crypto.getRandomValues(Buffer.alloc(n)) },
        (upkeeper) => retireUsage(upkeeper, { archiveDir: ${JSON.stringify(archiveDir)}, keepMonths: ${keepMonths} }));`;
    // Somebody's long report over all of usage, which the detaching cannot get past.
    const reader = await world.owner.pool.connect();
    await reader.query('begin; select count(*) from usage_records');
    const killed = spawn(process.execPath, [...nodeArgs, '--input-type=module-typescript', '-e', script]);
    const answers: number[] = [];
    const charge = async () => {
      const started = performance.now();
      up += 1_000n;
      expect(await lines[0]!.device.update(up, up * 2n, { eventTime: now })).toBe(true);
      answers.push(performance.now() - started);
    };
    try {
      // While it tries again and again, usage goes on being charged.
      await world.until('the export', async () => {
        await charge();
        return (
          (await rows('select from usage_archives where exported_at is not null and retired_at is null')).length > 0
        );
      });
      for (const end = performance.now() + 1_200; performance.now() < end; await sleep(5)) await charge();
    } finally {
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      await reader.query('rollback');
      reader.release();
    }
    answers.sort((a, b) => a - b);
    console.log(
      `${answers.length} answers while a month could not be taken off: half within ${answers[answers.length >> 1]!.toFixed(0)} ms, the slowest ${answers.at(-1)!.toFixed(0)} ms`,
    );
    // Who waited for the reader would not have been answered at all.
    expect(answers.length).toBeGreaterThan(1);
    expect(await partitions()).toContain('usage_records_2026_01');
    expect(await world.drift()).toEqual([]);

    const result = await world.until('the lock of the dead', retire);
    expect(result.retired).toEqual(expect.arrayContaining(['usage_records_2026_01', 'usage_records_2026_02']));
    expect(await partitions()).not.toContain('usage_records_2026_01');
    expect(await partitions()).toContain('usage_records_2026_03');
    expect(await rows(`select from usage_records where occurred_at < '2026-03-01Z'`)).toEqual([]);
    expect(await world.drift()).toEqual([]);
    expect(await closed()).toEqual(before);
    expect((await retire())!.retired).toEqual([]);
  });

  it('are in the archive, exactly', async () => {
    const [{ file, rows: count }] = await rows(
      `select file, rows from usage_archives where partition = 'usage_records_2026_01'`,
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await verifyArchive(file)).toMatchObject({
      rows: `${count}`,
      organizations: [{ id: world.organization.id }],
    });
    let read = 0n;
    await readArchive(file, (record) => {
      read += BigInt(record.bytes_up!) + BigInt(record.bytes_down!);
    });
    expect([{ sum: `${read}` }]).toEqual(await rows('select sum(bytes_up + bytes_down) as sum from kept_january'));
    const env = { SIMWRIGHT_HOME: world.home, DATABASE_URL: world.urls.owner };
    expect(await command('archive', ['load', file], env).ended).toMatchObject({ code: 0 });
    const [{ different }] = await rows(`select count(*)::int as different from (
      (table kept_january except table archive.usage_records_2026_01) union all (table archive.usage_records_2026_01 except table kept_january)) d`);
    expect(different).toBe(0);
    const changed = readFileSync(file);
    changed[changed.length >> 1]! ^= 1;
    writeFileSync(`${file}.csv.gz`, changed);
    copyFileSync(file.replace('.csv.gz', '.json'), `${file}.json`);
    await expect(verifyArchive(`${file}.csv.gz`)).rejects.toThrow('damaged');
  });

  it('repeats of what was retired are kept, and never charged again', async () => {
    const before = await charged();
    const [line] = lines;
    // The session is known: its counters say that there is nothing new.
    expect(await line!.device.update(40_000n, 80_000n, { eventTime: new Date('2026-01-12T10:00:00Z') })).toBe(true);
    // Under another name the network could send it as if it were new.
    const renamed = world.gateway.device(line!.who, 'renamed');
    expect(await renamed.update(40_000n, 80_000n, { eventTime: new Date('2026-01-12T10:00:00Z') })).toBe(true);
    expect(await charged()).toEqual(before);
    expect(await rows(`select reason, state from usage_inbox`)).toEqual([{ reason: 'time_in_past', state: 'unrated' }]);
    await world.api('POST', '/api/v1/unrated/replay', { reason: 'time_in_past' });
    await world.until('the replay', async () => (await rows('select attempts from usage_inbox'))[0].attempts > 0);
    expect(await charged()).toEqual(before);
    expect(await rows(`select reason, state from usage_inbox`)).toEqual([{ reason: 'time_in_past', state: 'unrated' }]);
  });

  it('usage without a partition waits in the default one, is charged, and gets its own', async () => {
    await rows('drop table if exists archive.usage_records_2026_01');
    await world.owner.pool.query(
      'alter table usage_records detach partition usage_records_2026_09; drop table usage_records_2026_09',
    );
    const at = new Date('2026-09-03T10:00:00Z');
    world.stand(at);
    up += 40_000n;
    for (const { device } of lines) await device.update(up, up * 2n, { eventTime: at });
    expect(await rows('select usage_rest_rows() as n')).toEqual([{ n: 3n }]);
    expect(await upkeep((upkeeper) => placeUsage(upkeeper, 2))).toBe(3n);
    expect(await rows('select usage_rest_rows() as n')).toEqual([{ n: 0n }]);
    expect(await partitions()).toContain('usage_records_2026_09_03');
    for (const { device } of lines) expect(await device.update(up, up * 2n, { eventTime: at })).toBe(true);
    expect(await rows(`select count(*)::int as n from usage_records where occurred_at >= '2026-09-01Z'`)).toEqual([
      { n: 3 },
    ]);
  });
});
