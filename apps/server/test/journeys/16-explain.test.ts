import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publicId } from '../../src/kit/ids.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { openBrowser, sideways } from '../browser.ts';
import { openWorld, type World } from '../world.ts';
import { signIn, watch } from './console.steps.ts';

/** docs/journeys/16-explain-a-charge.md, by clicking. */
let world: World;
let browser: Browser;
const person = { email: 'support@example.com', password: 'a good long password' };
const mb = 1_000_000n;

beforeAll(async () => {
  world = await openWorld({ console: true, timeZone: 'Europe/Berlin' });
  await tenancy.createStaff(world.ctx(), { ...person, name: 'Support', role: 'Support' });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  expect(await world.drift()).toEqual([]);
  await world.close();
});

it('opens from every amount and every stop of a SIM, and says where it comes from', async () => {
  const plan = await world.api<{ id: string }>('POST', '/api/v1/plans', {
    ...{ name: 'Meter 10', type: 'monthly_bundle', fee: '4.00', activationFee: '1.00', allowanceMb: '10' },
    ...{ overageSizeMb: '10', overagePrice: '1.50', dataLimitMb: '40', billingStart: 'assignment' },
  });
  expect(plan.status).toBe(201);
  const [card] = await world.stock(1);
  const sim = publicId('sim', card!.id);
  await world.api('POST', `/api/v1/sims/${sim}/registration`, {});
  const put = await world.api('PUT', `/api/v1/sims/${sim}/plan`, { plan: plan.body.id });
  expect(put.status).toBe(200);
  const device = world.gateway.device({
    ...{ imsi: card!.imsi, plmn: '26201', rat: 'EUTRAN', apn: 'meters', framedIp: '10.0.0.1' },
  });
  await device.start();
  await device.update(0n, 4n * mb);
  await device.update(0n, 25n * mb);

  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const { problems } = watch(page);
  await signIn(page, world.url, { admin: person, sims: [] });
  await page.goto(`${world.url}/sims/${sim}`);

  await theFee(page);
  await theUsage(page);
  await theBlock(page, async () => {
    await device.update(0n, 45n * mb);
    expect(await device.attach()).toBe(false);
  });
  await thePeriod(page);
  await onAPhone(page, `${world.url}/sims/${sim}`);
  expect(problems).toEqual([]);
  await context.close();
});

const drawer = (page: Page) => page.getByRole('dialog');

async function close(page: Page): Promise<void> {
  await drawer(page).getByRole('button', { name: 'Close' }).click();
  await drawer(page).waitFor({ state: 'detached' });
}

/** Beside the fee of the running period; the address names it, so that back closes it. */
async function theFee(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Explain monthly fee' }).click();
  const fee = page.getByRole('dialog', { name: 'Recurring fee' });
  await fee.getByText('EUR 4.00', { exact: true }).first().waitFor();
  await fee.getByText('Calculated again: the same amount').waitFor();
  await fee.getByText(/^The plan is not prorated/).waitFor();
  await fee.getByRole('heading', { name: 'In the ledger' }).waitFor();
  expect(new URL(page.url()).searchParams.get('explain')).toMatch(/^fee_/);
  await page.goBack();
  await drawer(page).waitFor({ state: 'detached' });
}

/** Record by record: what had been used before it, and what is beyond the allowance with it. */
async function theUsage(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Usage records' }).click();
  await page.getByRole('button', { name: 'Explain this charge' }).first().click();
  const charge = page.getByRole('dialog', { name: 'Charge of usage' });
  await charge.getByText('21 MB (21,000,000 bytes) cost EUR 3.00.').waitFor();
  await charge.getByText(/^Data goes by: EUR 1.50 for every started 10 MB beyond 10 MB/).waitFor();
  await charge.getByText(/4 MB .* had been used before it, and 25 MB .* with it/).waitFor();
  await charge.getByText('Calculated again: the same amount').waitFor();
  await charge.getByText('Exact values').nth(3).click();
  await charge.getByText('25000000', { exact: true }).waitFor();
  await close(page);
}

/** The limit stops the SIM; both say why. */
async function theBlock(page: Page, reach: () => Promise<void>): Promise<void> {
  await reach();
  await page.locator('.whys').getByRole('button', { name: 'Explain this block' }).click();
  const block = page.getByRole('dialog', { name: 'Block' });
  await block.getByText(/The limit is 40 MB .*, that of its plan; 45 MB .* were used\./).waitFor();
  await block.getByText(/^What lifts it: the next billing period/).waitFor();
  await close(page);
}

async function thePeriod(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Billing periods' }).click();
  await page.getByRole('tabpanel').getByRole('button', { name: 'Explain this period' }).first().click();
  const period = page.getByRole('dialog', { name: 'Billing period' });
  await period.getByText('Fees of EUR 5.00 and usage of EUR 6.00.').waitFor();
  await period.getByText('Calculated again: the same amount').waitFor();
  await close(page);
}

/** A link sent to a colleague, who reads it on a phone at night. */
async function onAPhone(page: Page, address: string): Promise<void> {
  const sim = address.split('/').at(-1);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(`${address}?explain=${sim}`);
  const refusal = page.getByRole('dialog', { name: 'Refused to attach' });
  await refusal.getByText('The device was not let in, because the SIM was blocked.').waitFor();
  expect(await sideways(page)).toBe(0);
  await close(page);
}
