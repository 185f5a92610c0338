import chromium from '@sparticuz/chromium';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publicId } from '../../src/kit/ids.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { openWorld, type World } from '../world.ts';
import { signIn, watch } from './console.steps.ts';

/** docs/journeys/14-share-data-in-a-pool.md, by clicking, while ten devices send packets. */
let world: World;
let browser: Browser;
// Made for a cloud function: here one process and a software GPU make it stall.
const fragile = [
  '--single-process',
  '--in-process-gpu',
  '--use-gl',
  '--use-angle',
  '--ignore-gpu-blocklist',
  '--no-zygote',
];
const person = { email: 'sales@example.com', password: 'a good long password' };
const mb = 1_000_000n;

beforeAll(async () => {
  world = await openWorld({ console: true });
  await tenancy.createStaff(world.ctx(), { ...person, name: 'Sales', role: 'Owner' });
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args.filter((arg) => !fragile.some((name) => arg.startsWith(name))), '--disable-gpu'],
    headless: true,
  });
});

afterAll(async () => {
  await browser?.close();
  expect(await world.drift()).toEqual([]);
  await world.close();
});

it('sells a pool, fills it, watches it, raises its limit and takes somebody out', async () => {
  const cards = await world.stock(10);
  const devices = cards.map((card, i) =>
    world.gateway.device({ imsi: card.imsi, plmn: '26201', rat: 'EUTRAN', apn: 'pool', framedIp: `10.0.0.${i + 1}` }),
  );
  for (const plan of [
    { name: 'Shared member', type: 'static_pool', activationFee: '1.00' },
    { name: 'Alone', type: 'monthly_bundle', allowanceMb: '10', fee: '2.00', billingStart: 'assignment' },
  ]) {
    expect((await world.api('POST', '/api/v1/plans', plan)).status).toBe(201);
  }
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const { problems } = watch(page);
  await signIn(page, world.url, { admin: person, sims: [] });

  await createPool(page);
  await addSims(
    page,
    cards.map((card) => card.iccid),
  );

  // Ten devices at work: the page follows while nobody touches it.
  for (const device of devices) {
    await device.start();
    expect(await device.update(0n, 2n * mb)).toBe(true);
  }
  const data = page.locator('.panel', { has: page.getByRole('heading', { name: 'Data', exact: true }) });
  await data.getByText('80 MB', { exact: true }).waitFor();
  await page.locator('.plot canvas').first().waitFor();
  await page.getByText(/^At .* a day, the pace of the last/).waitFor();
  await page.getByText('10.0%').first().waitFor();

  await limitIsReached(page, devices);
  await takeOneOut(page, cards[3]!.iccid);

  // A SIM says which pool it shares, and what is left of it.
  const sim = publicId('sim', cards[0]!.id);
  await page.goto(`${world.url}/sims/${sim}`);
  await page.getByRole('link', { name: 'Vans' }).first().waitFor();
  await page.getByText('68 MB left for').waitFor();

  // On a phone nothing is cut off sideways.
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ['/pools', (await poolPath()) ?? '']) {
    await page.goto(`${world.url}${path}`);
    await page.getByText('Vans').first().waitFor();
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect([path, wide]).toEqual([path, 0]);
  }
  expect(problems).toEqual([]);
  await context.close();
});

/** The empty state teaches; the wizard reviews while one writes, and keeps its terms as a preset. */
async function createPool(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Pools', exact: true }).click();
  await page.getByRole('heading', { name: 'No pools yet' }).waitFor();
  await page.getByRole('button', { name: 'New pool' }).first().click();
  await page.getByRole('menuitem', { name: /^Static pool/ }).click();
  const form = page.getByRole('dialog', { name: 'New static pool' });
  await form.getByLabel('Name', { exact: true }).fill('Vans');
  await form.getByLabel('Balance').fill('100');
  await form.getByLabel('Price', { exact: true }).fill('50.00');
  await form.getByLabel('Overage size').fill('10');
  await form.getByLabel('Overage price').fill('6.00');
  const review = form.getByRole('complementary', { name: 'Review' });
  await review.getByText('100 MB', { exact: true }).waitFor();
  await review.getByLabel('Data used in the example, in MB').fill('125');
  // 50.00, and three started blocks of 10 MB at 6.00.
  await review.getByText(/68\.00/).waitFor();
  await form.getByRole('button', { name: 'Keep as a preset' }).click();
  await page.getByLabel('Name of the preset').fill('Hundred');
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await page.getByText('These terms are kept as Hundred.').waitFor();
  await form.getByLabel('Balance').fill('7');
  await form.getByRole('button', { name: 'Use a preset' }).click();
  await page.getByRole('menuitem', { name: 'Hundred' }).click();
  expect(await form.getByLabel('Balance').inputValue()).toBe('100');
  await form.getByRole('button', { name: 'Create pool' }).click();
  await page.getByRole('heading', { name: 'Vans', level: 1 }).waitFor();
  await page.getByRole('heading', { name: 'No members yet' }).waitFor();
}

/** ICCIDs as they stand on a list. One that is not there is told, and stops no other. */
async function addSims(page: Page, iccids: string[]): Promise<void> {
  await page.getByRole('button', { name: 'Add SIMs' }).first().click();
  const form = page.getByRole('dialog', { name: 'Add SIMs to Vans' });
  await form.getByRole('textbox', { name: 'ICCIDs' }).fill([...iccids, '8988303000001234567'].join('\n'));
  await form.getByRole('button', { name: 'Add 11 SIMs' }).click();
  const outcome = page.getByRole('dialog', { name: 'Add SIMs', exact: true });
  await outcome.getByText('10 SIMs done').waitFor();
  await outcome.getByText('There is no sim here.').waitFor();
  await outcome.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('heading', { name: '10 members' }).waitFor();
}

/** A limit below what is used: everybody is stopped, and the page says so, until it is raised. */
async function limitIsReached(
  page: Page,
  devices: { update: (up: bigint, down: bigint) => Promise<boolean> }[],
): Promise<void> {
  await setLimit(page, 'Set a limit', '30');
  for (const device of devices) await device.update(0n, 3n * mb + 200_000n);
  await page.getByText('Limit reached').first().waitFor();
  const blocked = async () =>
    (await world.api<{ items: unknown[] }>('GET', '/api/v1/sims?blocked=true')).body.items.length;
  await world.until('all blocked', async () => (await blocked()) === 10);
  await setLimit(page, 'Raise the limit', '90');
  await world.until('all released', async () => (await blocked()) === 0);
  await page.getByText('Limit reached').first().waitFor({ state: 'detached' });
}

async function setLimit(page: Page, button: string, limit: string): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  const form = page.getByRole('dialog', { name: 'Vans' });
  await form.getByLabel('Data limit in a month').fill(limit);
  await form.getByRole('button', { name: 'Save' }).click();
  await form.waitFor({ state: 'detached' });
}

async function takeOneOut(page: Page, iccid: string): Promise<void> {
  await page.getByLabel('Search members by ICCID').fill(iccid);
  await page.getByLabel(`Select ${iccid}`).check();
  await page.getByRole('button', { name: 'Take it out' }).click();
  const form = page.getByRole('dialog', { name: 'Take 1 SIM out of Vans' });
  await form.getByRole('combobox', { name: 'Plan' }).click();
  await page.getByRole('option', { name: 'Alone' }).click();
  await form.getByRole('button', { name: 'Take out' }).click();
  await page.getByRole('heading', { name: '9 members' }).waitFor();
  await page.getByLabel('Which members').getByText('Left').click();
  await page.getByRole('link', { name: iccid }).waitFor();
}

async function poolPath(): Promise<string | undefined> {
  const { body } = await world.api<{ items: { id: string }[] }>('GET', '/api/v1/pools');
  return body.items[0] && `/pools/${body.items[0].id}`;
}
