import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publicId } from '../../src/kit/ids.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { openBrowser, sideways } from '../browser.ts';
import { openWorld, type World } from '../world.ts';
import { signIn, watch } from './console.steps.ts';

/** docs/journeys/17-what-if.md, by clicking. */
let world: World;
let browser: Browser;
const person = { email: 'sales@example.com', password: 'a good long password' };

beforeAll(async () => {
  world = await openWorld({ console: true });
  await tenancy.createStaff(world.ctx(), { ...person, name: 'Sales', role: 'Owner' });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  expect(await world.drift()).toEqual([]);
  await world.close();
});

/** Two SIMs of a company used 30 and 300 MB of its plan, one of them abroad. */
async function aCompanyWithUsage(): Promise<{ company: string; sim: string }> {
  const make = async <T>(path: string, body: object) => {
    const made = await world.api<T>('POST', path, body);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return made.body;
  };
  const company = await make<{ id: string }>('/api/v1/companies', { name: 'Meters Ltd' });
  const flat = await make<{ id: string }>('/api/v1/plans', {
    name: 'By the megabyte',
    type: 'pay_per_mb',
    pricePerMb: '0.10',
  });
  await make('/api/v1/plans', {
    ...{ name: 'Bundle 100', type: 'monthly_bundle', fee: '5.00', allowanceMb: '100' },
    ...{ overageSizeMb: '100', overagePrice: '4.00', activationFee: '2.00' },
  });
  await make('/api/v1/plans', { name: 'Everything', type: 'unlimited', fee: '30.00' });
  const zone = await make<{ id: string }>('/api/v1/zones', { name: 'Germany', countries: ['DE'] });
  await make('/api/v1/plans', {
    ...{ name: 'Germany only', type: 'pay_per_mb' },
    rates: [{ service: 'data', zone: zone.id, model: 'per_unit', price: '0.01', increment: null }],
  });
  const shared = await make<{ id: string }>('/api/v1/plans', { name: 'Shared', type: 'static_pool' });
  await make('/api/v1/pools', {
    ...{ name: 'Pool 500', type: 'static', company: company.id, allowanceMb: '500', fee: '12.00' },
  });
  expect(shared.id).toMatch(/^pln_/);
  const cards = await world.stock(2);
  for (const [i, card] of cards.entries()) {
    const sim = publicId('sim', card.id);
    await world.api('POST', `/api/v1/sims/${sim}/registration`, { company: company.id });
    expect((await world.api('PUT', `/api/v1/sims/${sim}/plan`, { plan: flat.id })).status).toBe(200);
    const records = [
      {
        id: sim,
        sim,
        occurredAt: new Date().toISOString(),
        bytesUp: '0',
        bytesDown: ['30000000', '300000000'][i],
        plmn: ['26201', '310410'][i],
      },
    ];
    const taken = await world.api<{ counts: { charged: number } }>('POST', '/api/v1/usage-records', { records });
    expect(taken.body.counts.charged).toBe(1);
  }
  return { company: company.id, sim: publicId('sim', cards[1]!.id) };
}

it('compares what a company pays with other plans and a pool', async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const { problems } = watch(page);
  await signIn(page, world.url, { admin: person, sims: [] });

  // Before there is anything: the page teaches, and an empty scope says so.
  await page.getByRole('link', { name: 'What if', exact: true }).click();
  await page.getByRole('heading', { name: 'Choose what to compare with' }).waitFor();
  const { company, sim } = await aCompanyWithUsage();

  await page.goto(`${world.url}/companies`);
  await page.getByRole('button', { name: 'Open Meters Ltd' }).click();
  await page.getByRole('dialog').getByRole('link', { name: 'Try other plans' }).click();
  await page.waitForURL(/what-if\?company=com_/);
  expect(new URL(page.url()).searchParams.get('company')).toBe(company);
  await choose(page, ['By the megabyte', 'Bundle 100', 'Everything', 'Germany only', 'Pool 500, on Shared']);
  await page.getByRole('button', { name: 'Compare' }).click();

  const table = page.getByRole('table', { name: 'Cost by plan' });
  const row = (name: string) => table.getByRole('row', { name: new RegExp(`^${name}`) });
  await row('Was charged').getByText('EUR 33.00', { exact: true }).first().waitFor();
  await row('By the megabyte').getByText('the same').waitFor();
  // 2 × 5.00, and two started blocks for the 300 MB; activation beside it.
  await row('Bundle 100').getByText('EUR 18.00', { exact: true }).waitFor();
  await row('Bundle 100').getByText('EUR 15.00 less').waitFor();
  await row('Everything').getByText('EUR 27.00 more').waitFor();
  await row('Germany only')
    .getByText(/1 SIM left out: They used something that the plan has no rate for/)
    .waitFor();
  await row('Germany only').getByText('EUR 2.70 less').waitFor();
  await row('Pool 500, Shared').getByText('EUR 21.00 less').waitFor();
  await page.locator('.plot canvas').waitFor();
  await page.getByRole('button', { name: 'Show as a table' }).click();
  await page.getByRole('columnheader', { name: 'Was charged (EUR)' }).waitFor();

  // One SIM, from its own page.
  await page.goto(`${world.url}/sims/${sim}`);
  await page.getByRole('link', { name: 'Try other plans' }).click();
  await choose(page, ['Bundle 100']);
  await page.getByRole('button', { name: 'Compare' }).click();
  await row('Bundle 100').getByText('EUR 17.00 less').waitFor();

  // A link is the whole view, on a phone as well.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await row('Bundle 100').waitFor();
  expect(await sideways(page)).toBe(0);
  expect(problems).toEqual([]);
  await context.close();
});

async function choose(page: Page, names: string[]): Promise<void> {
  const field = page.getByRole('combobox', { name: 'Compare with' }).or(page.getByLabel('Compare with')).first();
  await field.click();
  for (const name of names) await page.getByRole('option', { name, exact: true }).click();
  await page.keyboard.press('Escape');
}
