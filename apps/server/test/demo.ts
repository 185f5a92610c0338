import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot } from '../src/app/boot.ts';
import { readDemo, seedDemo } from '../src/app/demo/index.ts';
import { type Config, readSecrets } from '../src/kit/config.ts';
import { systemClock } from '../src/kit/ctx.ts';
import { openDatabase } from '../src/kit/db.ts';
import { createLog } from '../src/kit/log.ts';
import { setInstanceKey } from '../src/kit/seal.ts';
import { shareConsole } from './console.ts';
import { demoTemplate, freshDatabase, onServer, testServer } from './database.ts';
import { onceInRun } from './once.ts';
import { driftAtRest, freePort } from './world.ts';

/** The product as somebody tries it first: with its demo, the demo's telecom in a process of its own, every loop running. */
export async function openDemo({ console = false } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'simwright-demo-'));
  const made = await onceInRun('demo', makeDemo);
  cpSync(made.home, home, { recursive: true });
  const database = await freshDatabase(made.template);
  if (console) await shareConsole(home);
  const port = await freePort();
  const running = await boot(configOf(home, port, database.urls.owner), {
    ...(!console && { console: false }),
    log: createLog(process.env.TEST_LOG ?? 'silent'),
  });
  return {
    url: running.url,
    database,
    demo: readDemo(running.demoFile!)!,

    /** The laws that are broken. */
    async drift(): Promise<Record<string, unknown>[]> {
      const owner = openDatabase(database.urls.owner, 1);
      try {
        return await driftAtRest(owner);
      } finally {
        await owner.pool.end();
      }
    },

    async close() {
      await running.stop();
      await database.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The demo's past takes ten seconds to write: once in a run, and each copies the database and the secrets that open it. */
async function makeDemo(home: string): Promise<{ home: string; template: string }> {
  const { server, template } = testServer();
  const name = demoTemplate(template);
  const { urls } = await freshDatabase(template, name);
  setInstanceKey(readSecrets(home).instanceKey);
  const database = openDatabase(urls.app, 4);
  const runtime = { database, clock: systemClock, log: createLog('silent'), random: randomBytes };
  await seedDemo(configOf(home, 0, urls.owner), runtime, urls, () => {});
  await database.pool.end();
  await onServer(server, `alter database ${name} allow_connections false`);
  return { home, template: name };
}

function configOf(home: string, port: number, databaseUrl: string): Config {
  return {
    ...{ home, host: '127.0.0.1', port, publicUrl: `http://127.0.0.1:${port}`, databaseUrl },
    ...{ radius: { host: '127.0.0.1', authPort: 0, acctPort: 0 }, demo: true, logLevel: 'silent' },
  };
}

export type Demo = Awaited<ReturnType<typeof openDemo>>;

/** Looks until there is something, for a minute. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  for (let i = 0; i < 600; i++) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain for: ${what}`);
}
