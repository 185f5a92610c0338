import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { boot, type Running } from '../../src/app/boot.ts';
import { type DemoFile, readDemo } from '../../src/app/demo/index.ts';
import { openDatabase } from '../../src/kit/db.ts';
import { createLog } from '../../src/kit/log.ts';
import { openBrowser } from '../browser.ts';
import { freshDatabase } from '../database.ts';
import { drift, freePort } from '../world.ts';
import { journeys, signIn, textADevice, watch } from './console.steps.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let running: Running;
let browser: Browser;
let demo: DemoFile;
const home = mkdtempSync(join(tmpdir(), 'simwright-console-'));

beforeAll(async () => {
  database = await freshDatabase();
  const port = await freePort();
  running = await boot(
    {
      home,
      host: '127.0.0.1',
      port,
      publicUrl: `http://127.0.0.1:${port}`,
      databaseUrl: database.urls.owner,
      radius: { host: '127.0.0.1', authPort: 0, acctPort: 0 },
      demo: true,
      logLevel: 'silent',
    },
    { log: createLog(process.env.TEST_LOG ?? 'silent') },
  );
  demo = readDemo(running.demoFile!)!;
  browser = await openBrowser();
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await running?.stop();
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

it('shows a living demo in a real browser, and brings a SIM into service by clicking', async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const { problems } = watch(page);
  const { readySim } = await journeys(page, running.url, demo);
  expect(problems).toEqual([]);
  const response = await fetch(`${running.url}/api/v1/sims?search=${readySim}`, {
    headers: { authorization: `Bearer ${demo.apiKey}` },
  });
  const { items } = (await response.json()) as { items: { iccid: string; status: string }[] };
  expect(items).toMatchObject([{ iccid: readySim, status: 'Activation Ready' }]);
  await context.close();
}, 180_000);

it('texts a device from the page of messages, and reads what it answers', async () => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const { problems } = watch(page);
  await signIn(page, running.url, demo);
  const response = await fetch(`${running.url}/api/v1/sims?status=Active&online=true&limit=1`, {
    headers: { authorization: `Bearer ${demo.apiKey}` },
  });
  const { items } = (await response.json()) as { items: { iccid: string }[] };
  await textADevice(page, running.url, items[0]!.iccid);
  expect(problems).toEqual([]);
  await page.close();
}, 120_000);

it('has played its past and its present without breaking a law', async () => {
  const owner = openDatabase(database.urls.owner, 1);
  expect(await drift(owner)).toEqual([]);
  await owner.pool.end();
});
