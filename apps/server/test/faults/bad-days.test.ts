import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { readSecrets } from '../../src/kit/config.ts';
import { type EmbeddedServer, startPostgres } from '../../src/kit/postgres/index.ts';
import { prepareEmbedded } from '../../src/kit/urls.ts';
import { openNetwork, replay, traffic } from '../crash/network.ts';
import { residentMb } from '../crash/process.ts';
import { openProduct, type Product, productOn } from './product.ts';
import { between } from './two.ts';

const timeout = 180_000;
const recoveryMs = 10_000;
/** Thirty seconds in the battery; what a run of the tests can wait for here. */
const pauseMs = 1000 * Number(process.env.PAUSE_SECONDS ?? 3);

let product: Product | null = null;
const undo: (() => unknown)[] = [];
afterEach(async () => {
  await product?.close();
  product = null;
  for (const step of undo.splice(0).reverse()) await step();
});

describe('a process that holds the shards', () => {
  it('is paused, and goes on: nothing acknowledged is lost', { timeout }, async () => {
    product = await openProduct('paused');
    const { subject, gateway, devices, feed } = product;
    await traffic(await openNetwork(subject.ready.radius, gateway), devices, feed, async (answered) => {
      await answered(60);
      subject.child.kill('SIGSTOP');
      await sleep(pauseMs);
      subject.child.kill('SIGCONT');
      await answered(100);
    });
    await expectExact(product);
  });

  it('is paused, loses its lock to another, and goes on: no usage twice, none lost', { timeout }, async () => {
    product = await openProduct('two holders');
    const { subject, gateway, devices, feed, owner } = product;
    const second = await product.another();
    const network = await between(subject.ready.radius, second.ready.radius, gateway);
    await traffic(network, devices, feed, async (answered) => {
      await answered(80);
      for (let round = 0; round < 3; round++) {
        const paused = round % 2 === 0 ? subject : second;
        paused.child.kill('SIGSTOP');
        // Whoever holds a shard loses the connection that the lock lives on, with a batch in flight.
        await owner.pool.query(
          `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
              and database = (select oid from pg_database where datname = current_database())`,
        );
        await sleep(pauseMs);
        paused.child.kill('SIGCONT');
        const back = performance.now();
        await answered(80);
        expect(performance.now() - back).toBeLessThan(recoveryMs);
      }
    });
    expect([subject.child.exitCode, second.child.exitCode]).toEqual([null, null]);
    await expectExact(product);
  });
});

const folder = mkdtempSync(join(tmpdir(), 'simwright-disk-'));
const mounted = process.getuid?.() === 0 && mount(folder).status === 0;
if (mounted) spawnSync('umount', [folder]);
rmSync(folder, { recursive: true, force: true });

it.skipIf(!mounted)(
  `a full disk under PostgreSQL: refused, never lost, and well again when there is room${mounted ? '' : ' (skipped: needs root, to mount a small disk)'}`,
  { timeout },
  async () => {
    const disk = mkdtempSync(join(tmpdir(), 'simwright-disk-'));
    undo.push(() => rmSync(disk, { recursive: true, force: true }));
    mount(disk);
    undo.push(() => spawnSync('umount', ['-l', disk]));
    let running: EmbeddedServer | null = null;
    const start = async () => {
      running = await startPostgres({
        home: join(disk, 'server'),
        settings: { max_wal_size: '64MB', min_wal_size: '32MB', shared_buffers: '16MB' },
        onExit: () => {
          running = null;
        },
      });
      return running;
    };
    const server = await start();
    undo.push(() => running?.stop());
    const { owner } = await prepareEmbedded(server, readSecrets(join(disk, 'secrets')));
    product = await productOn(
      owner,
      'full disk',
      (url) => url,
      async () => {},
    );
    const { subject, gateway, devices, feed } = product;
    await traffic(await openNetwork(subject.ready.radius, gateway), devices, feed, async (answered) => {
      await answered(60);
      const before = feed.filter((sent) => sent.acknowledged).length;
      fill(join(disk, 'ballast'));
      await sleep(5_000);
      const meanwhile = feed.filter((sent) => sent.acknowledged).length - before;
      const survived = running !== null;
      rmSync(join(disk, 'ballast'));
      if (!survived) await start();
      const back = performance.now();
      await answered(60);
      const recovered = performance.now() - back;
      console.log(
        `full disk: PostgreSQL ${survived ? 'lived' : 'ended and was started again'}, ${meanwhile} answers meanwhile, 60 more ` +
          `${recovered.toFixed(0)} ms after there was room, ${residentMb(subject).toFixed(0)} MB`,
      );
      expect(recovered).toBeLessThan(recoveryMs);
    });
    expect(subject.child.exitCode, subject.output()).toBeNull();
    await expectExact(product);
  },
);

async function expectExact({ lost, wrong, subject, gateway, feed }: Product): Promise<void> {
  expect(residentMb(subject)).toBeLessThan(600);
  expect(await lost()).toEqual([]);
  await replay(await openNetwork(subject.ready.radius, gateway), feed);
  expect(await wrong()).toEqual([]);
  expect(await lost()).toEqual([]);
}

function mount(at: string) {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=300m,mode=0755', 'tmpfs', at]);
}

/** Takes whatever room there is. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  const mb = Buffer.alloc(1_000_000, 1);
  try {
    // The last write is a short one; the next finds nothing left.
    for (;;) writeSync(file, mb);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}
