import chromium from '@sparticuz/chromium';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';

// Made for a cloud function: here one process and a software GPU make it stall.
const fragile = [
  '--single-process',
  '--in-process-gpu',
  '--use-gl',
  '--use-angle',
  '--ignore-gpu-blocklist',
  '--no-zygote',
];

/** The browser that came with the install, without a window. Close it. */
export async function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args.filter((arg) => !fragile.some((name) => arg.startsWith(name))), '--disable-gpu'],
    headless: true,
  });
}

/**
 * How much wider the page is than the window, in pixels: a page of ours never scrolls sideways. After a change of the window's size
 * a page may still be laid out for the size before, so it has a few seconds to fit.
 */
export async function sideways(page: Page): Promise<number> {
  for (let look = 1; ; look++) {
    const wider = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    if (wider === 0 || look === 50) return wider;
    await page.waitForTimeout(100);
  }
}
