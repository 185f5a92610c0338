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

/** How much wider the page is than the window, in pixels: a page of ours never scrolls sideways. */
export function sideways(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
