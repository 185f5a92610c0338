import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publicId } from '../../src/kit/ids.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { openBrowser } from '../browser.ts';
import { openWorld, type World } from '../world.ts';
import { signIn, watch } from './console.steps.ts';

/** docs/journeys/11-change-plans-of-many.md, by clicking, in the middle of a month. */
let world: World;
let browser: Browser;
const admin = { email: 'sales@example.com', password: 'a long enough one' };
const cards = 120;

beforeAll(async () => {
  world = await openWorld({ console: true, now: new Date('2027-04-16T15:00:00Z') });
  await tenancy.createStaff(world.ctx(), { ...admin, name: 'Sales', role: 'Owner' });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  expect(await world.drift()).toEqual([]);
  await world.close();
});

async function plan(name: string, form: Record<string, unknown>): Promise<string> {
  const made = await world.api<{ id: string }>('POST', '/api/v1/plans', { name, ...form });
  expect(made.status).toBe(201);
  return made.body.id;
}

const bundle = (fee: string, allowanceMb: string) => ({
  ...{ type: 'monthly_bundle', fee, allowanceMb, billingStart: 'assignment', prorated: true },
});

it('puts SIMs on a plan, changes all that match, looks before, and takes one back', async () => {
  const small = await plan('Small', bundle('9.00', '3000'));
  const large = await plan('Large', bundle('30.00', '30000'));
  const stock = await world.stock(cards);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const { problems } = watch(page);
  await signIn(page, world.url, { admin, sims: [] });

  // From the page of the plan: ICCIDs as they stand on a list, one of them nobody's.
  await page.goto(`${world.url}/plans/${small}`);
  await page.getByRole('button', { name: 'Put SIMs on it' }).click();
  const named = page.getByRole('dialog', { name: 'A plan for many SIMs' });
  const iccids = [...stock.map((card) => card.iccid), '8999999999999999999'];
  await named.getByLabel('ICCIDs').fill(iccids.join('\n'));
  await named.getByText(`${cards} SIMs become active at once`).waitFor();
  await named.getByText('1 SIM left out').waitFor();
  // 15 of 30 days of 9.00, for each.
  await named.getByText(`EUR ${(4.5 * cards).toFixed(2)} charged at once.`).waitFor();
  await named.getByRole('button', { name: `Assign to ${cards} SIMs` }).click();
  await page.waitForURL(/\/operations\/opr_/);
  await page.getByText(`${cards} SIMs changed, 1 row left out`).waitFor();
  await page.getByText('No SIM in stock has this name').waitFor();

  await changeAllThatMatch(page, small);
  await page.getByRole('link', { name: 'See the SIMs' }).waitFor();

  // One of them is not to change: its page says what waits, and takes it back.
  await page.goto(`${world.url}/sims/${publicId('sim', stock[7]!.id)}`);
  const card = page.locator('.panel', { has: page.getByRole('heading', { name: 'Plan', exact: true }) });
  await card.getByText('begins on').waitFor();
  await card.getByText('Large').waitFor();
  await card.getByRole('button', { name: 'Take it back' }).click();
  await card.getByText('begins on').waitFor({ state: 'detached' });
  await changeOne(page);

  await world.advance({ days: 15 });
  const on = async (id: string) =>
    (await world.api<{ total: number }>('GET', `/api/v1/sims/counts?plan=${id}`)).body.total;
  expect([await on(small), await on(large)]).toEqual([0, cards]);
  await page.goto(`${world.url}/sims/${publicId('sim', stock[3]!.id)}?show=plans`);
  await page.getByRole('table', { name: 'Plans' }).getByText('Came', { exact: true }).waitFor();

  await refill(page, publicId('sim', stock[0]!.id));
  await onPhone(page, [`/sims/${publicId('sim', stock[0]!.id)}`, '/operations', `/plans/${large}`]);
  expect(problems).toEqual([]);
  await context.close();
});

/** Some rows, then all that match the filter: the whole fleet changes when its months end. */
async function changeAllThatMatch(page: Page, small: string): Promise<void> {
  await page.goto(`${world.url}/sims?plan=${small}`);
  await page.locator('.row').first().waitFor();
  await page.locator('.row input[type=checkbox]').first().check();
  const bar = page.getByRole('region', { name: 'What to do with the selected rows' });
  await bar.getByRole('button', { name: `All ${cards} that match` }).click();
  await bar.getByText(`All ${cards} that match`).waitFor();
  await bar.getByRole('button', { name: 'Assign plan' }).click();
  const form = page.getByRole('dialog', { name: `A plan for all ${cards} SIMs that match` });
  await form.getByRole('combobox', { name: 'Plan' }).click();
  await page.getByRole('option', { name: 'Large' }).click();
  await form.getByText(`${cards} SIMs change when their periods end, on`).waitFor();
  await form.getByText(`EUR ${new Intl.NumberFormat('en-US').format(30 * cards)}.00 when the periods end.`).waitFor();
  await form.getByText('Each SIM').click();
  await form.getByText('With the next period').nth(2).waitFor();
  await form.getByRole('button', { name: `Assign to ${cards} SIMs` }).click();
  await page.waitForURL(/\/operations\/opr_/);
  await page.getByText(`${cards} SIMs changed`).waitFor();
}

/** The dialog of one SIM says what a change costs, to the cent and the day, before it happens. */
async function changeOne(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Change the plan' }).first().click();
  const form = page.getByRole('dialog', { name: 'Change the plan' });
  await form.getByRole('combobox', { name: 'Plan' }).click();
  await page.getByRole('option', { name: 'Large' }).click();
  await form.getByText('Large begins when the running period ends').waitFor();
  await form.getByText('Now', { exact: true }).click();
  await form.getByText('Large begins now').waitFor();
  await form.getByText('Monthly fee, 15 of 30 days').waitFor();
  await form.getByText('EUR 15.00', { exact: true }).waitFor();
  // The 16th is the new plan's: the old one had no whole day, and gives all back.
  await form.getByText('−EUR 4.50').waitFor();
  await form.getByRole('button', { name: 'Change now' }).click();
  await page.getByText('The plan is assigned.').waitFor();
  await page.getByText('of 15 GB allowance').waitFor();
}

/** Prepaid: what is left, and for how long; a refill says what there would be. */
async function refill(page: Page, sim: string): Promise<void> {
  const form = { type: 'prepaid', validityDays: 30, refills: [{ mb: '1000', price: '10.00' }] };
  const go = await plan('Traveller', form);
  await world.api('PUT', `/api/v1/sims/${sim}/plan`, { plan: go, effective: 'now' });
  await page.goto(`${world.url}/sims/${sim}`);
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Give a refill' }).click();
  const dialog = page.getByRole('dialog', { name: 'Give a refill' });
  await dialog.getByRole('radio', { name: '1 GB' }).waitFor();
  await dialog.getByText('1 GB to use then').waitFor();
  await dialog.getByLabel('Note').fill('To begin with');
  await dialog.getByRole('button', { name: 'Give the refill' }).click();
  await page.getByText('The refill is given.').waitFor();
  const card = page.locator('.panel', { has: page.getByRole('heading', { name: 'Plan', exact: true }) });
  await card.getByText('1 GB', { exact: true }).waitFor();
  await card.getByText(/^\((29 d 23|30 d 0) h left\)$/).waitFor();
  await page.getByRole('tab', { name: 'Refills' }).click();
  await page.getByRole('table', { name: 'Refills' }).getByText('To begin with').waitFor();
}

/** Nothing is cut off sideways. */
async function onPhone(page: Page, paths: string[]): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of paths) {
    await page.goto(`${world.url}${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect([path, wide]).toEqual([path, 0]);
  }
}
