import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../src/kit/db.ts';
import { seeded } from '../../src/simulated/random.ts';
import { type Device, openDevice, type Sent } from '../crash/feed.ts';
import { type Subject, startSubject } from '../crash/process.ts';
import { lostOf, readStored, wrongOf } from '../crash/verdict.ts';
import { freshDatabase } from '../database.ts';
import { type Gateway, openGateway } from '../gateway.ts';
import { drift } from '../world.ts';

/** A product in a process of its own on somebody else's database, the network that speaks to it, and its log. */
export type Product = {
  subject: Subject;
  gateway: Gateway;
  devices: Device[];
  feed: Sent[];
  /** Another process of the same product on the same database. */
  another(): Promise<Subject>;
  owner: Database;
  /** What was acknowledged and is not stored, and every law that is broken. */
  lost(): Promise<unknown[]>;
  /** After the whole feed was sent again: what differs from its sums. */
  wrong(): Promise<string[]>;
  close(): Promise<void>;
};

/** @param through changes the address that the product is given, so that something stands between the two */
export async function openProduct(
  seed: string,
  through: (url: URL) => URL | Promise<URL> = (url) => url,
): Promise<Product> {
  const database = await freshDatabase();
  return productOn(database.urls.owner, seed, through, database.drop);
}

/** The same on a server that the test runs itself. */
export async function productOn(
  ownerUrl: string,
  seed: string,
  through: (url: URL) => URL | Promise<URL>,
  drop: () => Promise<void>,
): Promise<Product> {
  const home = mkdtempSync(join(tmpdir(), 'simwright-faults-'));
  const gateway = await openGateway(() => ({ authPort: 0, acctPort: 0 }));
  const owner = openDatabase(ownerUrl, 2);
  const databaseUrl = (await through(new URL(ownerUrl))).href;
  const started: Subject[] = [];
  const start = async () => {
    const subject = await startSubject({
      config: {
        home,
        ...{ host: '127.0.0.1', port: 0, publicUrl: 'http://127.0.0.1', databaseUrl },
        ...{ radius: { host: '127.0.0.1', authPort: 0, acctPort: 0 }, demo: false, logLevel: 'silent' },
      },
      nas: { address: gateway.address, secret: gateway.secret.toString(), coaPort: gateway.coaPort },
      seed,
      acknowledgeEarly: false,
    });
    started.push(subject);
    return subject;
  };
  const subject = await start();
  const feed: Sent[] = [];
  return {
    subject,
    gateway,
    devices: subject.ready.imsis.map((imsi, i) =>
      openDevice({ imsi, plmn: '26201' }, `${randomBytes(3).toString('hex')}-${i}`, seeded(`${seed} ${i}`)),
    ),
    feed,
    another: start,
    owner,
    lost: async () => [...lostOf(feed, await readStored(owner)), ...(await drift(owner))],
    wrong: async () => wrongOf(feed, await readStored(owner)),
    async close() {
      for (const { child } of started) child.kill('SIGKILL');
      await gateway.close();
      await owner.pool.end();
      await drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
