import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import chromium from '@sparticuz/chromium';
import { type CDPSession, chromium as playwright } from 'playwright-core';
import { boot } from '../apps/server/src/app/boot.ts';
import { createLog } from '../apps/server/src/kit/log.ts';
import { prepareInventory } from './inventory.ts';

/**
 * The console over a million SIMs, in a real browser: what the first page loads, when it can be used, and what a frame
 * costs in script and layout while the list scrolls, by Chromium's own counters. Drawing is left out, because a machine
 * without a graphics card draws in software. That drawing, the server and the database share the processors with the
 * page here, so the counters are read twice: in time that the page's thread ran, which is its cost, and by the clock,
 * which includes what it waited for the others.
 */
const { values } = parseArgs({
  options: { home: { type: 'string' }, sims: { type: 'string', default: '1000000' }, picture: { type: 'string' } },
});
const home = values.home ?? mkdtempSync(join(tmpdir(), 'simwright-console-'));
const { config, keys } = await prepareInventory(home, Number(values.sims), console.log);
const running = await boot(config, { log: createLog('error') });
const browser = await playwright.launch({
  executablePath: await chromium.executablePath(),
  args: chromium.args,
  headless: true,
});
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
  const page = await context.newPage();
  let script = 0;
  page.on('response', async (response) => {
    if (!response.url().includes('.js')) return;
    const body = await response.body().catch(() => null);
    if (body) script += gzipSync(body).length;
  });
  page.on('pageerror', (error) => console.log(`page error: ${error.message}`));
  await page.goto(running.url);
  await page.fill('input[type=email]', keys.email);
  await page.fill('input[type=password]', keys.password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav');

  console.log(
    `${cpus().length} × ${cpus()[0]?.model.trim() || 'CPU'}, Chromium ${browser.version()}; ${keys.sims} SIMs\n`,
  );
  console.log('| measured | value | target |\n| --- | --: | --: |');
  const line = (name: string, value: number, unit: string, most: number) =>
    console.log(`| ${name} | ${value.toFixed(1)} ${unit} | ${most} ${unit}${value > most ? ', missed' : ''} |`);

  // A fresh tab with an empty cache: what somebody sees who opens the address of the list.
  const usable: number[] = [];
  const cdp = await context.newCDPSession(page);
  for (let i = 0; i < 5; i++) {
    await cdp.send('Network.clearBrowserCache');
    script = 0;
    const from = performance.now();
    await page.goto(`${running.url}/sims`, { waitUntil: 'commit' });
    await page.waitForSelector('tr.row');
    usable.push(performance.now() - from);
  }
  usable.sort((a, b) => a - b);
  line('first usable paint of the list, median of 5', usable[2]!, 'ms', 2_000);
  await page.waitForLoadState('networkidle');
  line('first-load JavaScript, gzip', script / 1000, 'kB', 250);

  const frames = await scroll(cdp, await context.newCDPSession(page), 400);
  for (const [name, times] of Object.entries(frames)) {
    const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))]!;
    line(`script and layout per frame while scrolling, ${name}, p50 of ${times.length}`, at(0.5), 'ms', 8);
    line('the same, p95', at(0.95), 'ms', 8);
    line('the same, most', at(1), 'ms', 8);
  }
  const rows = await page.locator('tr.row').count();
  const offset = await page.evaluate<number>("document.querySelector('.list-scroll').scrollTop");
  console.log(`\n${rows} rows in the document, scrolled to ${Math.round(offset)} px`);

  if (values.picture) {
    await page.goto(`${running.url}/sims?registered=true&order=oldest`);
    await page.waitForSelector('tr.row');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('menuitem', { name: 'Status' }).click();
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: values.picture });
  }
} finally {
  await browser.close();
  await running.stop();
  if (!values.home && existsSync(home)) rmSync(home, { recursive: true, force: true });
}

/** Turns the wheel once a frame and reads what script and layout took in each, in ms, sorted. */
async function scroll(clock: CDPSession, thread: CDPSession, turns: number) {
  await clock.send('Performance.enable', { timeDomain: 'timeTicks' });
  await thread.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async (cdp: CDPSession) => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    const of = (name: string) => metrics.find((metric) => metric.name === name)!.value * 1000;
    return of('ScriptDuration') + of('LayoutDuration') + of('RecalcStyleDuration');
  };
  const frames: { "the page's own time": number[]; 'by the clock': number[] } = {
    "the page's own time": [],
    'by the clock': [],
  };
  let before = [await read(thread), await read(clock)] as const;
  for (let i = 0; i < turns; i++) {
    await clock.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x: 700, y: 500, deltaX: 0, deltaY: 180 });
    await clock.send('Runtime.evaluate', {
      expression: 'new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))',
      awaitPromise: true,
    });
    const now = [await read(thread), await read(clock)] as const;
    // Up to two frames went by; all of it is counted as one, which is never too little.
    frames["the page's own time"].push(now[0] - before[0]);
    frames['by the clock'].push(now[1] - before[1]);
    before = now;
  }
  for (const times of Object.values(frames)) times.sort((a, b) => a - b);
  return frames;
}
