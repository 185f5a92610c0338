import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as tenancy from '../../src/tenancy/index.ts';
import { openBrowser } from '../browser.ts';
import { openWorld, type World } from '../world.ts';
import { signIn, watch } from './console.steps.ts';

let world: World;
let browser: Browser;
const admin = { email: 'sales@example.com', password: 'a long enough one' };

beforeAll(async () => {
  world = await openWorld({ console: true });
  await tenancy.createStaff(world.ctx(), { ...admin, name: 'Sales', role: 'Owner' });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

it('sells a plan per MB with a zone: written in the browser, priced while it is written, there in the API', async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const { problems } = watch(page);
  await signIn(page, world.url, { admin, sims: [] });

  await makeZone(page);
  await writePlan(page);
  await page.waitForURL(/\/plans\/pln_/);
  const id = /pln_[0-9a-f]{32}/.exec(page.url())![0];
  await page.getByText('EUR 0.02 per MB').waitFor();
  expect(await stored(id)).toMatchObject({
    ...{ name: 'Pay per MB 0.10 EUR + 1.00 EUR a month', type: 'pay_per_mb', namedByUs: true, labels: ['trackers'] },
    version: {
      ...{ version: 1, fee: '1.00', pricePerMb: '0.10', smsPrice: '0.05' },
      rates: [{ service: 'data', model: 'per_unit', price: '0.02', increment: null }],
      zones: [{ name: 'Alps', countries: ['AT', 'CH'], networks: ['26202'], changed: false }],
    },
  });

  await changeZone(page);
  await page.goto(`${world.url}/plans/${id}`);
  await page.getByText('The zone Alps has changed since this version was saved.').waitFor();
  await page.getByRole('link', { name: 'Save a new version to take the change over' }).click();
  await page.getByLabel('Monthly fee', { exact: true }).fill('2.00');
  await page.getByRole('button', { name: 'Save as version 2' }).click();
  await page.getByRole('heading', { name: 'What version 2 says differently' }).waitFor();
  const changes = await page.locator('.plain-table tbody tr').allInnerTexts();
  expect(changes.map((row) => row.replaceAll('\u00a0', ' ').split('\t'))).toEqual([
    ['Monthly fee', 'EUR 1.00', 'EUR 2.00'],
    ['Zone Alps', '2 countries and 1 network', '3 countries and 1 network: with Liechtenstein'],
  ]);
  expect(await stored(id)).toMatchObject({
    name: 'Pay per MB 0.10 EUR + 2.00 EUR a month',
    version: { version: 2, zones: [{ countries: ['AT', 'CH', 'LI'], changed: false }] },
  });
  expect(problems).toEqual([]);
  await context.close();
});

/** Countries are found by their names, networks by their digits. */
async function makeZone(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Zones', exact: true }).click();
  await page.getByRole('button', { name: 'New zone' }).first().click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Alps');
  await pick(page, 'Countries', 'switz', 'Switzerland');
  await pick(page, 'Countries', 'austria', 'Austria');
  await pick(page, 'Networks', '26202', 'Vodafone 262 02, Germany');
  await page.getByRole('button', { name: 'Create zone' }).click();
  await page.getByRole('button', { name: 'Open Alps' }).waitFor();
}

async function changeZone(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Zones', exact: true }).click();
  await page.getByRole('button', { name: 'Open Alps' }).click();
  await page.getByText('One plan charges by this zone.').waitFor();
  await pick(page, 'Countries', 'liecht', 'Liechtenstein');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** Through the wizard; the example beside it is right at every turn. */
async function writePlan(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Plans', exact: true }).click();
  await page.getByRole('link', { name: 'New plan' }).click();
  await page.getByRole('link', { name: /^Pay per MB/ }).click();
  await page.getByLabel('Monthly fee', { exact: true }).fill('1.00');
  await page.getByLabel('Price of a message').fill('0.05');
  // A link on the way loses nothing.
  await page.getByRole('link', { name: 'Zones', exact: true }).click();
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Go on' }).click();
  await page.getByLabel('Data used, in MB').fill('1300');
  await paying(page, '1.3 GB and 20 messages', 'EUR 132.00');
  await page.getByRole('button', { name: 'Add a rate' }).click();
  await page.locator('.rate').getByLabel('Price per MB').fill('0.02');
  await page.getByRole('combobox', { name: 'Where' }).last().click();
  await page.getByRole('option', { name: 'Alps' }).click();
  await paying(page, '1.3 GB and 20 messages in Alps', 'EUR 28.00');
  await page.getByRole('combobox', { name: 'Labels' }).fill('trackers');
  await page.getByRole('combobox', { name: 'Labels' }).press('Enter');
  await page.getByRole('button', { name: 'Create plan' }).click();
}

async function paying(page: Page, uses: string, total: string): Promise<void> {
  await page.locator('.example-total', { hasText: `A customer who uses ${uses} pays` }).waitFor();
  const shown = await page.locator('.example-amount').innerText();
  expect(shown.replace(/\s/, ' ')).toBe(total);
}

async function pick(page: Page, label: string, search: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).fill(search);
  await page.getByRole('option', { name: option }).click();
  await page.getByRole('combobox', { name: label }).press('Escape');
}

async function stored(id: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${world.url}/api/v1/plans/${id}`, {
    headers: { authorization: `Bearer ${world.apiKey}` },
  });
  return (await response.json()) as Record<string, unknown>;
}
