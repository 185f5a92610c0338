import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DemoFile } from '../../src/app/demo/index.ts';
import { openBrowser } from '../browser.ts';
import { type Demo, openDemo } from '../demo.ts';
import { journeys, signIn, textADevice, watch } from './console.steps.ts';

let running: Demo;
let browser: Browser;
let demo: DemoFile;

beforeAll(async () => {
  running = await openDemo({ console: true });
  demo = running.demo;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await running?.close();
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
});

/** The ICCID of a SIM that is in session. */
async function oneOnline(): Promise<string | undefined> {
  const response = await fetch(`${running.url}/api/v1/sims?status=Active&online=true&limit=1`, {
    headers: { authorization: `Bearer ${demo.apiKey}` },
  });
  const { items } = (await response.json()) as { items: { iccid: string }[] };
  return items[0]?.iccid;
}

it('texts a device from the page of messages, and reads what it answers', async () => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const { problems } = watch(page);
  await signIn(page, running.url, demo);
  await expect.poll(oneOnline).toBeDefined();
  await textADevice(page, running.url, (await oneOnline())!);
  expect(problems).toEqual([]);
  await page.close();
});

it('has played its past and its present without breaking a law', async () => {
  expect(await running.drift()).toEqual([]);
});
