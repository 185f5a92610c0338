import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot } from '../src/app/boot.ts';
import { readDemo } from '../src/app/demo/index.ts';
import { openDatabase } from '../src/kit/db.ts';
import { createLog } from '../src/kit/log.ts';
import { freshDatabase } from './database.ts';
import { drift, freePort } from './world.ts';

/** The product as somebody tries it first: with its demo, the demo's telecom in a process of its own, every loop running. */
export async function openDemo({ console = false } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'simwright-demo-'));
  const database = await freshDatabase();
  const port = await freePort();
  const running = await boot(
    {
      ...{ home, host: '127.0.0.1', port, publicUrl: `http://127.0.0.1:${port}`, databaseUrl: database.urls.owner },
      ...{ radius: { host: '127.0.0.1', authPort: 0, acctPort: 0 }, demo: true, logLevel: 'silent' },
    },
    { ...(!console && { console: false }), log: createLog(process.env.TEST_LOG ?? 'silent') },
  );
  return {
    url: running.url,
    database,
    demo: readDemo(running.demoFile!)!,

    /** The laws that are broken. */
    async drift(): Promise<Record<string, unknown>[]> {
      const owner = openDatabase(database.urls.owner, 1);
      try {
        return await drift(owner);
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
