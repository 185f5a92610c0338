import { readFileSync } from 'node:fs';
import { openBrowser } from './apps/server/test/browser.ts';
const demo = JSON.parse(readFileSync('/tmp/sw/h1/demo.json','utf8'));
const [variant, ...paths] = process.argv.slice(2);
const [width, scheme] = variant.split('-');
const browser = await openBrowser();
const page = await browser.newPage({ viewport: { width: Number(width), height: Number(width) < 500 ? 844 : 900 }, colorScheme: scheme as 'light'|'dark' });
await page.goto(demo.url + '/sign-in');
await page.getByLabel('Email').fill(demo.admin.email); await page.getByLabel('Password', { exact: true }).fill(demo.admin.password);
await page.keyboard.press('Enter'); await page.waitForTimeout(2500);
for (const p of paths) { const [path, name, click] = p.split('@'); await page.goto(demo.url + path); await page.waitForTimeout(2200); if (click) { await page.getByText(click).first().click(); await page.waitForTimeout(1500);} await page.screenshot({ path: `/tmp/sw/shots/${name}-${variant}.png` }); console.log(name); }
await browser.close();
