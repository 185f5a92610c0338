import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backUp, backUpIfDue, withUpkeep } from '../../src/app/upkeep/index.ts';
import { readManifest, restoreBackup } from '../../src/kit/backup/index.ts';
import { readSecrets } from '../../src/kit/config.ts';
import { openDatabase } from '../../src/kit/db.ts';
import { migrate } from '../../src/kit/migrate.ts';
import { accountingAttributes, openClient } from '../../src/radius/index.ts';
import { startSubject } from '../crash/process.ts';
import { drift, freePort, openWorld, type World } from '../world.ts';
import { activeLines, command, emptyDatabase, totals, waitsForLock } from './upkeep.steps.ts';

const laws = readFileSync(join(import.meta.dirname, '../../drift.sql'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'simwright-upkeep-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a backup of a product at work', () => {
  let world: World;
  let lines: Awaited<ReturnType<typeof activeLines>>;
  let home: string;
  let taken: string;
  const backups = join(folder, 'backups');
  const tools = { now: () => new Date(), random: randomBytes };
  type Packet = { line: number; up: bigint; down: bigint; eventTime: Date };
  const sent: Packet[] = [];
  const counters: { up: bigint; down: bigint }[] = [];

  beforeAll(async () => {
    world = await openWorld();
    lines = await activeLines(world, 8);
    home = mkdtempSync(join(folder, 'home-'));
    readSecrets(home);
    for (const [i, { device }] of lines.entries()) {
      counters[i] = { up: 0n, down: 0n };
      await device.start();
    }
  });
  afterAll(async () => {
    expect(await world.drift()).toEqual([]);
    await world.close();
  });

  /** Every device counts on until `signal`; each packet that was answered is kept, to be sent once more elsewhere. */
  async function traffic(signal: AbortSignal): Promise<void> {
    await Promise.all(
      lines.map(async ({ device }, i) => {
        const counter = counters[i]!;
        for (let n = 1; !signal.aborted && n < 100_000; n++) {
          counter.up += BigInt(100 + i);
          counter.down += BigInt(1_000 * n);
          const eventTime = new Date();
          if (await device.update(counter.up, counter.down, { eventTime }))
            sent.push({ line: i, ...counter, eventTime });
          await sleep(10);
        }
      }),
    );
  }

  const settings = () => ({
    ownerUrl: world.urls.owner,
    backupDir: backups,
    backupAt: 180,
    backupKeep: 2,
    backupPassphrase: 'correct horse',
    instanceKey: readSecrets(home).instanceKey,
    product: 'test',
  });

  it('restored elsewhere it holds every law, and what came after brings it to the same totals', async () => {
    const stop = new AbortController();
    const load = traffic(stop.signal);
    await world.until('traffic', async () => sent.length > 40);
    const done = await withUpkeep(world.urls.owner, tools, (upkeeper) => backUp(upkeeper, settings()));
    const during = sent.length;
    taken = done!.file;
    await world.until('more traffic', async () => sent.length > during + 60);
    stop.abort();
    await load;
    expect(statSync(taken).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(taken)) expect(statSync(join(taken, name)).mode & 0o777).toBe(0o600);
    expect(readdirSync(backups).filter((name) => name.startsWith('.partial'))).toEqual([]);

    const elsewhere = await emptyDatabase();
    const target = openDatabase(elsewhere.url, 2);
    try {
      const restored = await restoreBackup({ path: taken, ownerUrl: elsewhere.url, laws });
      expect(restored.broken).toEqual([]);
      const before = (await target.pool.query('select count(*)::int as n from usage_records')).rows[0].n;
      const now = (await world.owner.pool.query('select count(*)::int as n from usage_records')).rows[0].n;
      expect(before).toBeGreaterThan(0);
      expect(now).toBeGreaterThan(before);
      // Row-level security stands again, for the owner as well.
      const unguarded = `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                          where n.nspname = 'public' and c.relrowsecurity and not c.relforcerowsecurity`;
      expect((await target.pool.query(unguarded)).rows).toEqual([]);
      await expect(restoreBackup({ path: taken, ownerUrl: elsewhere.url, laws })).rejects.toThrow('is not empty');

      // The networks repeat everything they ever sent: what the backup has is not charged again, the rest is.
      const second = mkdtempSync(join(folder, 'home-'));
      copyFileSync(join(world.home, 'secrets.json'), join(second, 'secrets.json'));
      const port = await freePort();
      const product = await startSubject({
        config: {
          home: second,
          host: '127.0.0.1',
          port,
          publicUrl: `http://127.0.0.1:${port}`,
          databaseUrl: elsewhere.url,
          radius: { host: '127.0.0.1', authPort: 0, acctPort: 0 },
          demo: false,
          logLevel: 'error',
        },
        nas: {
          address: world.gateway.address,
          secret: world.gateway.secret.toString(),
          coaPort: world.gateway.coaPort,
        },
        seed: 'restored',
        acknowledgeEarly: false,
      });
      const client = await openClient({
        host: '127.0.0.1',
        ...product.ready.radius,
        secret: world.gateway.secret,
        localAddress: world.gateway.address,
        sockets: 4,
        timeoutMs: 500,
        retries: 5,
      });
      try {
        await Promise.all(
          lines.map(async ({ who, device: { acctSessionId } }, i) => {
            for (const { up, down, eventTime } of sent.filter((packet) => packet.line === i)) {
              const record = { status: 'interim' as const, acctSessionId, up, down, eventTime };
              expect(await client.account(accountingAttributes(who, record))).not.toBeNull();
            }
          }),
        );
      } finally {
        client.close();
        product.child.kill('SIGTERM');
        await once(product.child, 'exit');
      }
      expect((await target.pool.query(totals)).rows).toEqual((await world.owner.pool.query(totals)).rows);
      expect(await drift(target)).toEqual([]);
    } finally {
      await target.pool.end();
      await elsewhere.drop();
    }
  });

  it('is refused when a file of it changed or is missing, and when there is no manifest', async () => {
    const elsewhere = await emptyDatabase();
    const restore = () => restoreBackup({ path: taken, ownerUrl: elsewhere.url, laws });
    try {
      const file = join(taken, 'public.usage_hourly.gz');
      const whole = readFileSync(file);
      const changed = Buffer.from(whole);
      changed[changed.length >> 1]! ^= 1;
      writeFileSync(file, changed);
      await expect(restore()).rejects.toThrow('is damaged');
      rmSync(file);
      await expect(restore()).rejects.toThrow('cannot be read');
      writeFileSync(file, whole);
      await expect(restoreBackup({ path: backups, ownerUrl: elsewhere.url, laws })).rejects.toThrow('is no backup');
      const manifest = await readManifest(taken);
      expect(manifest.sealedKey).not.toContain(settings().instanceKey.toString('base64'));
    } finally {
      await elsewhere.drop();
    }
  });

  it('is due once a day, and only the newest are kept', async () => {
    const at = (text: string) => ({ now: () => new Date(text), random: randomBytes });
    const due = (text: string) =>
      withUpkeep(world.urls.owner, at(text), (upkeeper) =>
        backUpIfDue(upkeeper, { ...settings(), backupDir: join(folder, 'daily') }),
      );
    await world.owner.pool.query('delete from platform_runs');
    expect(await due('2026-03-01T02:59:00Z')).toBe(true); // None ever: yesterday's is due.
    expect(await due('2026-03-01T02:59:30Z')).toBe(false);
    expect(await due('2026-03-01T03:00:00Z')).toBe(true);
    expect(await due('2026-03-01T12:00:00Z')).toBe(false);
    expect(await due('2026-03-02T04:00:00Z')).toBe(true);
    expect(readdirSync(join(folder, 'daily')).sort()).toEqual([
      'simwright-20260301T030000Z',
      'simwright-20260302T040000Z',
    ]);
    const runs = await world.owner.pool.query(
      'select name, outcome, detail from platform_runs order by started_at desc limit 1',
    );
    expect(runs.rows[0]).toMatchObject({ name: 'backup', outcome: 'done', detail: { removed: 1 } });
  });

  const env = () => ({ SIMWRIGHT_HOME: home, DATABASE_URL: world.urls.owner, BACKUP_DIR: join(folder, 'by-hand') });

  it('a disk that is full is said, leaves nothing, and hurts nobody', async () => {
    const full = await command('backup', [], env(), 4).ended;
    expect(full).toMatchObject({ code: 1 });
    expect(full.said).toMatch(/The backup was not taken\. .*full/);
    expect(readdirSync(join(folder, 'by-hand'))).toEqual([]);
    const { rows } = await world.owner.pool.query(
      'select outcome, detail from platform_runs order by started_at desc limit 1',
    );
    expect(rows[0]).toMatchObject({ outcome: 'failed' });
    const counter = counters[0]!;
    counter.up += 5n;
    expect(await lines[0]!.device.update(counter.up, counter.down)).toBe(true);
  });

  it('killed in the middle it is no backup, and the next one clears it away', async () => {
    const holder = await world.owner.pool.connect();
    await holder.query('begin; lock table audit_log in access exclusive mode');
    const killed = command('backup', [], env());
    const name = new URL(world.urls.owner).pathname.slice(1);
    try {
      await waitsForLock(world, name, '%backup.copy%audit_log%');
      killed.child.kill('SIGKILL');
      await killed.ended;
    } finally {
      await holder.query('rollback');
      holder.release();
    }
    expect(readdirSync(join(folder, 'by-hand'))).toEqual([expect.stringMatching(/^\.partial-/)]);
    const again = await world.until('the lock of the dead', async () => {
      const next = await command('backup', [], env()).ended;
      return next.code === 0 && next;
    });
    expect(again.said).toContain('secrets.json');
    expect(readdirSync(join(folder, 'by-hand'))).toEqual([expect.stringMatching(/^simwright-/)]);
    const { rows } = await world.owner.pool.query('select outcome from platform_runs order by started_at desc limit 2');
    expect(rows.map((row) => row.outcome)).toEqual(['done', 'abandoned']);
  });

  it('a restore that is killed leaves a database that takes the next one', async () => {
    const elsewhere = await emptyDatabase();
    const [made] = readdirSync(join(folder, 'by-hand'));
    const path = join(folder, 'by-hand', made!);
    const { migrations } = await readManifest(path);
    await migrate(elsewhere.url, { only: new Map(migrations.map(({ name, checksum }) => [name, checksum])) });
    const client = new pg.Client({ connectionString: elsewhere.url });
    await client.connect();
    const target = { SIMWRIGHT_HOME: home, DATABASE_URL: elsewhere.url };
    try {
      await client.query('begin; lock table entries in share mode');
      const killed = command('restore', [path], target);
      await waitsForLock(world, new URL(elsewhere.url).pathname.slice(1), '%entries%');
      killed.child.kill('SIGKILL');
      await killed.ended;
      await client.query('rollback');
      expect((await client.query('select from organizations')).rowCount).toBe(0);
      const next = await world.until('the lock of the dead', async () => {
        const result = await command('restore', [path], target).ended;
        return result.code === 0 && result;
      });
      expect(next.said).toContain('Restored');
      const stranger = await command('restore', [path], {
        ...target,
        SIMWRIGHT_HOME: mkdtempSync(join(folder, 'home-')),
      }).ended;
      expect(stranger).toMatchObject({ code: 1, said: expect.stringContaining('instance key') });
    } finally {
      await client.end();
      await elsewhere.drop();
    }
  });
});
