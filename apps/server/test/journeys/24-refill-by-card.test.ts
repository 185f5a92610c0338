import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publicId } from '../../src/kit/ids.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { asking } from '../asking.ts';
import { openBrowser, sideways } from '../browser.ts';
import { openWorld, type World } from '../world.ts';
import { signIn, watch } from './console.steps.ts';

/** docs/journeys/24-refill-by-card.md, by clicking: in the console, and on the provider's page in a tab of its own. */
let world: World;
let browser: Browser;
const admin = { email: 'sales@example.com', password: 'a long enough one' };
const { done } = asking(() => world);

beforeAll(async () => {
  world = await openWorld({ console: true });
  await tenancy.createStaff(world.ctx(), { ...admin, name: 'Sales', role: 'Owner' });
  await done('POST', 'payment-providers', { kind: 'sandbox', name: 'Sandbox payments' });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  expect(await world.drift()).toEqual([]);
  await world.close();
});

type Made = { id: string };

async function opened(size: { width: number; height: number }) {
  const context = await browser.newContext({ viewport: size, locale: 'en-US' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const { problems } = watch(page);
  await signIn(page, world.url, { admin, sims: [] });
  return { context, page, problems };
}

/** Presses what pays; the provider's page comes up in another tab. */
async function payByCard(context: BrowserContext, page: Page, button: string): Promise<Page> {
  const coming = context.waitForEvent('page');
  const pay = page.getByRole('button', { name: button });
  // Twice is once.
  await pay.dblclick();
  const provider = await coming;
  await provider.waitForURL(/\/pay\/sandbox\//);
  return provider;
}

async function confirmWithBank(provider: Page): Promise<void> {
  await provider.getByRole('button', { name: 'Asks for 3-D Secure first' }).click();
  await provider.getByText('Your bank asks').waitFor();
  await provider.getByRole('button', { name: 'Yes, it is me' }).click();
  await provider.getByText('Paid.').waitFor();
}

it('sets the VAT of a company, refills its wallet by a card that asks for 3-D Secure, and finds it under Transactions', async () => {
  const company = await done<Made>('POST', 'companies', { name: 'Harbour Cranes', currency: 'EUR' });
  const wallet = await done<Made>('POST', 'wallets', { owner: company.id, floor: '0.00' });
  const { context, page, problems } = await opened({ width: 1440, height: 900 });

  await page.goto(`${world.url}/companies`);
  await page.getByRole('button', { name: 'Open Harbour Cranes' }).click();
  await page.getByText('none: nobody has set a rate').waitFor();
  await page.getByRole('button', { name: 'Set a rate' }).click();
  const rate = page.getByRole('dialog', { name: 'Set the VAT rate' });
  await rate.getByRole('combobox', { name: 'Kind' }).click();
  await page.getByRole('option', { name: 'Reverse charge (AE)' }).click();
  await rate.getByText('there is none yet').waitFor();
  expect(await rate.getByRole('button', { name: 'Set the rate' }).isDisabled()).toBe(true);
  await rate.getByRole('combobox', { name: 'Kind' }).click();
  await page.getByRole('option', { name: 'Standard rate (S)' }).click();
  await rate.getByLabel('Percentage').fill('21');
  await rate.getByRole('button', { name: 'Set the rate' }).click();
  await page.getByText('21 %', { exact: true }).first().waitFor();

  await page.goto(`${world.url}/wallets/${wallet.id}`);
  await page.getByRole('button', { name: 'Refill' }).first().click();
  await page.getByLabel('Amount in EUR').fill('25');
  await page.getByText('EUR 5.25', { exact: true }).waitFor();
  const provider = await payByCard(context, page, 'Pay EUR 30.25 by card');
  await page.getByText('It waits for its payer').waitFor();

  // Closed and opened again: it goes on with the same payment.
  const dialog = page.getByRole('dialog', { name: 'Refill the wallet of Harbour Cranes' });
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('button', { name: 'Refill' }).first().click();
  await page.getByRole('button', { name: 'Go on with it' }).click();
  await confirmWithBank(provider);
  await dialog.getByText('The wallet holds EUR 25.00 now.').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  expect(await done<{ remaining: string }>('GET', `wallets/${wallet.id}`)).toMatchObject({ remaining: '25.00' });

  await page.getByRole('link', { name: 'Transactions', exact: true }).click();
  const row = page.locator('.row');
  await row.getByText('Wallet of Harbour Cranes').waitFor();
  expect(await row.count()).toBe(1);
  expect((await row.innerText()).replaceAll(/\s+/g, ' ')).toMatch(/Wallet refill .*EUR 30\.25 .*Sandbox .*Completed/);
  await row.getByRole('button', { name: /^Open / }).click();
  const panel = page.getByRole('dialog', { name: 'Transaction' });
  await panel.getByText('VAT 21 %').waitFor();
  await panel.getByText('The card was charged.').waitFor();
  await page.goto(`${world.url}/transactions?status=failed`);
  await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
  expect(problems).toEqual([]);
  await context.close();
});

it('refills a SIM on a phone: what it gets and until when, another card after a decline, and its data', async () => {
  const plan = await done<Made>('POST', 'plans', {
    ...{ name: 'Traveller', type: 'prepaid', validityDays: 30, refills: [{ mb: '1000', price: '10.00' }] },
  });
  const [card] = await world.stock(1);
  const sim = publicId('sim', card!.id);
  await done('PUT', `sims/${sim}/plan`, { plan: plan.id, effective: 'now' });
  const { context, page, problems } = await opened({ width: 390, height: 844 });

  await page.goto(`${world.url}/sims/${sim}`);
  await page.getByRole('button', { name: 'Refill' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Refill this SIM' });
  await dialog.getByText('1 GB to use then').waitFor();
  expect(await sideways(page)).toBe(0);
  const provider = await payByCard(context, page, 'Pay EUR 10.00 by card');
  await provider.getByRole('button', { name: 'Is declined' }).click();
  await provider.getByText('The card was declined.').waitFor();
  await confirmWithBank(provider);
  await dialog.getByText('Data is there at once.').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  const left = page.locator('.panel', { has: page.getByRole('heading', { name: 'Plan', exact: true }) });
  await left.getByText('1 GB', { exact: true }).waitFor();

  await left.getByRole('link', { name: 'What was paid for it' }).click();
  await page.locator('.row').getByText('(e)SIM refill').waitFor();
  expect(await sideways(page)).toBe(0);
  const { items } = await done<{ items: unknown[] }>('GET', `payments?sim=${sim}`);
  expect(items).toMatchObject([{ state: 'succeeded', undelivered: null }]);
  expect(problems).toEqual([]);
  await context.close();
});
