import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSecrets } from '../../src/kit/config.ts';
import { type Database, openDatabase } from '../../src/kit/db.ts';
import { type EmbeddedServer, startPostgres } from '../../src/kit/postgres/index.ts';
import { prepareEmbedded } from '../../src/kit/urls.ts';
import { seeded } from '../../src/simulated/random.ts';
import { openDevice, type Sent } from '../crash/feed.ts';
import { openNetwork, replay, traffic } from '../crash/network.ts';
import { residentMb, type Subject, startSubject, stopSubject } from '../crash/process.ts';
import { lostOf, readStored, wrongOf } from '../crash/verdict.ts';
import { type Gateway, openGateway } from '../gateway.ts';
import { drift } from '../world.ts';

/** R9 of the battery: somebody else's server goes away under load, and comes back. `AWAY_SECONDS=60` is the long one. */
const awayMs = 1000 * Number(process.env.AWAY_SECONDS ?? 5);
const recoveryMs = 10_000;

const home = mkdtempSync(join(tmpdir(), 'simwright-outage-'));
const server = () => startPostgres({ home: join(home, 'server') });
let postgres: EmbeddedServer;
let subject: Subject;
let gateway: Gateway;
const feed: Sent[] = [];

beforeAll(async () => {
  postgres = await server();
  gateway = await openGateway(() => ({ authPort: 0, acctPort: 0 }));
  const { owner } = await prepareEmbedded(postgres, readSecrets(join(home, 'secrets')));
  subject = await startSubject({
    config: {
      home: join(home, 'product'),
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'http://127.0.0.1',
      databaseUrl: owner,
      radius: { host: '127.0.0.1', authPort: 0, acctPort: 0 },
      demo: false,
      logLevel: 'silent',
    },
    nas: { address: gateway.address, secret: gateway.secret.toString(), coaPort: gateway.coaPort },
    seed: 'outage',
    acknowledgeEarly: false,
  });
});

afterAll(async () => {
  subject?.child.kill('SIGKILL');
  await gateway?.close();
  await postgres?.stop();
  rmSync(home, { recursive: true, force: true });
});

it(
  'PostgreSQL away under load: nothing acknowledged is lost, memory is bounded, and the same process goes on',
  async () => {
    const devices = subject.ready.imsis.map((imsi, i) =>
      openDevice({ imsi, plmn: '26201' }, `outage-${i}`, seeded(`outage ${i}`)),
    );
    for (const stop of ['clean', 'crash'] as const) {
      await traffic(await openNetwork(subject.ready.radius, gateway), devices, feed, async (answered) => {
        await answered(60);
        if (stop === 'clean') await postgres.stop();
        else postgres.crash();
        await sleep(awayMs);
        postgres = await server();
        const back = performance.now();
        await answered(100);
        expect(performance.now() - back).toBeLessThan(recoveryMs);
      });
      expect(subject.child.exitCode, subject.output()).toBeNull();
      expect(residentMb(subject)).toBeLessThan(600);
      await expectNothingLost();
    }
    await replay(await openNetwork(subject.ready.radius, gateway), feed);
    expect(await looking(async (owner) => wrongOf(feed, await readStored(owner)))).toEqual([]);
    expect((await fetch(`${subject.ready.url}/readyz`)).status).toBe(200);
    await stopSubject(subject);
  },
  60_000 + 2 * awayMs,
);

async function expectNothingLost(): Promise<void> {
  expect(await looking(async (owner) => lostOf(feed, await readStored(owner)))).toEqual([]);
  expect(await looking(drift)).toEqual([]);
}

async function looking<T>(look: (owner: Database) => Promise<T>): Promise<T> {
  const owner = openDatabase(subject.ready.owner, 1);
  try {
    return await look(owner);
  } finally {
    await owner.pool.end();
  }
}
