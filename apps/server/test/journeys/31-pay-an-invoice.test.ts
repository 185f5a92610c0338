import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as inventory from '../../src/inventory/index.ts';
import { atomically } from '../../src/kit/db.ts';
import { parsePublicId, publicId } from '../../src/kit/ids.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { asking } from '../asking.ts';
import { openBrowser, sideways } from '../browser.ts';
import type { Json } from '../paying.ts';
import { openWorld, type World } from '../world.ts';
import { signIn, watch } from './console.steps.ts';

/** docs/journeys/31-pay-an-invoice.md, by clicking: staff make a link, and who has it pays by card on a phone. */
let world: World;
let browser: Browser;
const admin = { email: 'finance@example.com', password: 'a long enough one' };
const { done } = asking(() => world);

beforeAll(async () => {
  world = await openWorld({ console: true });
  await tenancy.createStaff(world.ctx(), { ...admin, name: 'Finance', role: 'Owner' });
  await done('POST', 'payment-providers', { kind: 'sandbox', name: 'Sandbox payments' });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  expect(await world.drift()).toEqual([]);
  await world.close();
});

/** Where a folder is named, what is seen is kept there. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', fullPage: true });
}

/** Two invoices of a company: 10.00 and VAT each. */
async function invoices(): Promise<Json[]> {
  await done('PUT', 'document-settings', {
    ...{ iban: 'DE89370400440532013000', bic: 'COBADEFFXXX', bank: 'Harbour Bank', footer: null },
  });
  const company = await done('POST', 'companies', { name: 'Harbour Cranes', currency: 'EUR' });
  await done('POST', `tax/${company.id}/rates`, { category: 'S', percent: '19' });
  const plan = await done('POST', 'plans', {
    ...{ name: 'Bundle', type: 'monthly_bundle', fee: '10.00', allowanceMb: '1', billingStart: 'assignment' },
    ...{ overageSizeMb: '1', overagePrice: '0.10' },
  });
  const made: Json[] = [];
  for (const [card] of [await world.stock(1), await world.stock(1)]) {
    const companyId = parsePublicId('company', company.id)!;
    await atomically(world.ctx(), (ctx) => inventory.register(ctx, [card!.id], companyId));
    await done('PUT', `sims/${publicId('sim', card!.id)}/plan`, { plan: plan.id, effective: 'now' });
    const { items } = await done('POST', 'pre-bills', { companies: [company.id] });
    made.push(await done('POST', `pre-bills/${items[0].id}/approve`, { version: items[0].version }));
  }
  return made;
}

it('staff make a link; who has it sees the invoice on a phone, and pays it by a card that asks for 3-D Secure', async () => {
  const [one, two] = (await invoices()) as [Json, Json];
  const desk = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  const staff = await desk.newPage();
  staff.setDefaultTimeout(60_000);
  const seen = watch(staff);
  await signIn(staff, world.url, { admin, sims: [] });
  await staff.goto(`${world.url}/invoices/${one.id}`);
  await staff.getByRole('button', { name: 'Make a link' }).click();
  await staff.getByRole('button', { name: 'Make the link' }).click();
  const link = (await staff.getByRole('button', { name: /^Copy Shown this once/ }).innerText()).trim();
  await staff.getByRole('button', { name: 'Done' }).click();
  await staff.getByText('not opened yet').waitFor();
  await picture(staff, 'desk-invoice');

  const phone = await browser.newContext({
    ...{ viewport: { width: 390, height: 844 }, locale: 'en-US', hasTouch: true, deviceScaleFactor: 2 },
  });
  const page = await phone.newPage();
  page.setDefaultTimeout(60_000);
  const { problems } = watch(page);
  await page.goto(link);
  await page.getByText(`Invoice ${one.number}`).waitFor();
  await page.getByText('DE89 3704 0044 0532 0130 00').waitFor();
  expect(await sideways(page)).toBe(0);
  await picture(page, 'link-open');
  await page.getByRole('button', { name: /^Pay EUR.11\.90 by card$/ }).click();
  await page.waitForURL(/\/pay\/sandbox\//);
  await page.getByRole('button', { name: 'Asks for 3-D Secure first' }).click();
  await page.getByRole('button', { name: 'Yes, it is me' }).click();
  // Back where they came from, and it is paid as soon as the provider has told.
  await page.waitForURL(link);
  await world.until('it to be paid', async () => (await done('GET', `invoices/${one.id}`)).state === 'paid');
  await page.reload();
  await page.getByText('It is paid. Thank you.').waitFor();
  expect(await page.getByRole('button').count()).toBe(0);
  await picture(page, 'link-paid');
  expect(problems).toEqual([]);
  await phone.close();

  // The other came by bank: staff note it, more than was due, and the rest is on account.
  await staff.goto(`${world.url}/invoices/${two.id}`);
  await staff.getByRole('button', { name: 'Record a payment' }).click();
  const dialog = staff.getByRole('dialog');
  await dialog.getByLabel('Amount in EUR').fill('15.00');
  await dialog.getByLabel('What proves it').fill('Statement 12');
  await dialog.getByText('more than is due stays on account').waitFor();
  await picture(staff, 'desk-record');
  await dialog.getByRole('button', { name: 'Note EUR 15.00 as paid' }).click();
  await dialog.getByText('The money is on account, and pays what it is for.').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await staff.getByRole('button', { name: 'Take back' }).waitFor();
  await picture(staff, 'desk-paid');
  await staff.getByRole('link', { name: 'Statement' }).click();
  await staff.getByRole('heading', { name: 'On account' }).waitFor();
  await picture(staff, 'desk-statement');
  expect(seen.problems).toEqual([]);
  await desk.close();
});
