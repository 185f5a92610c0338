import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

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
