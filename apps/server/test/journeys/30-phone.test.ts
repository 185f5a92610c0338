import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publicId } from '../../src/kit/ids.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { asking } from '../asking.ts';
import { openBrowser, sideways } from '../browser.ts';
import { openMailServer } from '../mail-server.ts';
import type { Json } from '../paying.ts';
import { openWorld, type World } from '../world.ts';
import { signIn, watch } from './console.steps.ts';

/** docs/journeys/30-an-end-user-refills.md, by tapping: on a phone, with a device on the network beside it. */
let world: World;
let browser: Browser;
let mail: Awaited<ReturnType<typeof openMailServer>>;
const admin = { email: 'sales@example.com', password: 'a long enough one' };
const phone = { width: 390, height: 844 };
const { done } = asking(() => world);

beforeAll(async () => {
  mail = await openMailServer();
  world = await openWorld({ console: true, mail: { url: mail.url, from: 'hello@sims.example' } });
  await tenancy.createStaff(world.ctx(), { ...admin, name: 'Sales', role: 'Owner' });
  await done('POST', 'payment-providers', { kind: 'sandbox', name: 'Sandbox payments' });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  expect(await world.drift()).toEqual([]);
  await world.close();
  await mail.close();
});

async function onPhone(options: { locale?: string; dark?: boolean } = {}) {
  const { locale = 'en-US', dark = false } = options;
  const context = await browser.newContext({
    ...{ viewport: phone, locale, hasTouch: true, deviceScaleFactor: 2 },
    colorScheme: dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  return { context, page, problems: watch(page).problems };
}

/** Where a folder is named, what the phone shows is kept there. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}

/** A SIM with 10 MB that its device has used up: a `balance` block, and the network lets it in no more. */
async function emptySim(endUser: string, company: string) {
  const plan = await done('POST', 'plans', {
    ...{ name: `Traveller ${endUser.slice(-4)}`, type: 'prepaid', validityDays: 30 },
    refills: [
      { mb: '10', price: '1.00' },
      { mb: '1000', price: '10.00' },
      { mb: '5000', price: '35.00' },
    ],
  });
  const [card] = await world.stock(1);
  const sim = publicId('sim', card!.id);
  await done('POST', `sims/${sim}/registration`, { company });
  await done('PATCH', `sims/${sim}`, { endUser, uniqueName: 'My phone' });
  await done('PUT', `sims/${sim}/plan`, { plan: plan.id, effective: 'now' });
  const [{ id: refill }] = (await done('GET', `plans/${plan.id}`)).version.refills;
  await done('POST', 'payments', { simRefill: { sim, refill }, method: 'manual', note: 'At the desk' });
  const device = world.gateway.device(card!);
  expect(await device.attach()).toBe(true);
  await device.start();
  await device.update(0n, 10_000_000n);
  await world.until('the block', async () => {
    const { blocks } = await done('GET', `sims/${sim}`);
    return blocks.some((block: Json) => block.reason === 'balance');
  });
  expect(await device.attach()).toBe(false);
  return { sim, device };
}

async function enterByMail(page: Page, email: string): Promise<void> {
  await page.goto(`${world.url}/my`);
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.getByRole('heading', { name: 'Look into your mail.' }).waitFor();
  const letter = await world.until('the letter', async () => mail.received.at(-1));
  const url = /Sign in:\r?\n(\S+)/.exec(letter.raw.replaceAll('=\r\n', '').replaceAll('=3D', '='))![1]!;
  await page.goto('about:blank');
  await page.goto(url);
  await page.getByText('as Holder').waitFor();
  expect(page.url()).toBe(`${world.url}/my`);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** There and back in one tab. */
async function payWith3ds(page: Page, button: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: button }).dblclick();
  await page.waitForURL(/\/pay\/sandbox\//);
  await page.getByRole('button', { name: 'Asks for 3-D Secure first' }).click();
  await page.getByRole('button', { name: 'Yes, it is me' }).click();
  await page.waitForURL(/\/my\/payment\/pay_/);
  await page.getByText('Your data is there.').waitFor();
}

it('signs in by mail, sees why the SIM stopped, refills it by a card that asks for 3-D Secure, and is back on the network', async () => {
  const company = await done('POST', 'companies', { name: 'Travel SIMs', currency: 'EUR' });
  await done('POST', `tax/${company.id}/rates`, { category: 'S', percent: '19' });
  const user = await done('POST', 'end-users', { companyId: company.id, email: 'holder@example.com', name: 'Holder' });
  const { sim, device } = await emptySim(user.id, company.id);
  const { context, page, problems } = await onPhone();
  // Who is not signed in is told so by a 401, which the browser writes down.
  await enterByMail(page, user.email);
  await page.getByText('Your data is used up.').waitFor();
  problems.length = 0;
  await page.getByText('Stopped', { exact: true }).waitFor();
  expect(await page.getByRole('img', { name: '0 B of 10 MB left' }).count()).toBe(1);
  await picture(page, 'phone-stopped');

  await page.getByRole('button', { name: 'Refill', exact: true }).click();
  await page.getByText('1 GB').click();
  await page.getByText('To pay').waitFor();
  expect(await sideways(page)).toBe(0);
  await picture(page, 'phone-refill');
  await payWith3ds(page, /^Pay €/);
  await picture(page, 'phone-paid');
  const { items } = await done('GET', `payments?sim=${sim}&method=card`);
  expect(items).toMatchObject([{ state: 'succeeded', owner: user.id, undelivered: null }]);
  expect((await done('GET', `sims/${sim}`)).blocks).toEqual([]);
  expect(await device.attach()).toBe(true);

  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByText('Working', { exact: true }).waitFor();
  await page.getByRole('img', { name: /^1 GB of/ }).waitFor();
  await picture(page, 'phone-home');
  await page.getByRole('link', { name: 'Receipts' }).click();
  await page.getByText('SIM refilled').first().waitFor();
  await picture(page, 'phone-receipts');
  await page.getByRole('link', { name: 'Account' }).click();
  await page.getByText('Deutsch').click();
  await page.getByRole('heading', { name: 'Konto' }).waitFor();
  expect(await page.evaluate('document.documentElement.lang')).toBe('de');
  await page.getByRole('link', { name: 'SIM', exact: true }).click();
  await page.getByText('In Betrieb', { exact: true }).waitFor();
  await picture(page, 'phone-german');
  expect(problems).toEqual([]);
  await context.close();
});

it('is invited from the console, stores a card, and pays from the wallet; staff see what they see', async () => {
  const company = await done('POST', 'companies', { name: 'Boat SIMs', currency: 'EUR' });
  const user = await done('POST', 'end-users', { companyId: company.id, email: 'boat@example.com', name: 'Skipper' });
  const wallet = await done('POST', 'wallets', { owner: user.id, floor: '0.00' });
  await done('POST', `wallets/${wallet.id}/credits`, { amount: '20.00', reason: 'Start' });
  const { sim } = await emptySim(user.id, company.id);
  const desk = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  const staff = await desk.newPage();
  staff.setDefaultTimeout(60_000);
  const seen = watch(staff);
  await signIn(staff, world.url, { admin, sims: [] });
  await staff.getByRole('link', { name: 'End users', exact: true }).click();
  await staff.getByRole('button', { name: 'Open Skipper' }).click();
  await picture(staff, 'desk-end-user');
  await staff.getByRole('button', { name: 'Make a link', exact: true }).click();
  const link = await staff.getByRole('button', { name: /^Copy Link for Skipper/ }).innerText();

  const { context, page, problems } = await onPhone({ dark: true });
  await page.goto(link.trim());
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Your data is used up.').waitFor();
  problems.length = 0;
  await picture(page, 'phone-dark');
  await page.getByRole('link', { name: 'Account' }).click();
  await page.getByRole('button', { name: 'Store a card' }).click();
  await page.waitForURL(/\/pay\/sandbox\//);
  await page.getByRole('button').first().click();
  await page.getByText(/ending in \d{4}/).waitFor();
  expect(page.url()).toBe(`${world.url}/my/account`);
  await picture(page, 'phone-cards');

  await page.getByRole('link', { name: 'SIM', exact: true }).click();
  await page.getByRole('button', { name: 'Refill', exact: true }).click();
  await page.getByText('1 GB').click();
  await page.getByText('Sandbox ending in').waitFor();
  await page.getByText('Wallet (€20.00)').click();
  await page.getByText('VAT was paid when the wallet was refilled.').waitFor();
  await picture(page, 'phone-by-wallet');
  await page.getByRole('button', { name: 'Pay €10.00' }).click();
  await page.getByText('Your data is there.').waitFor();
  expect((await done('GET', `sims/${sim}`)).blocks).toEqual([]);
  await page.getByRole('link', { name: 'Wallet' }).click();
  await page.getByText('€10.00', { exact: true }).first().waitFor();
  await picture(page, 'phone-wallet');
  expect(await sideways(page)).toBe(0);

  await page.getByRole('link', { name: 'SIM', exact: true }).click();
  await page.getByRole('button', { name: 'Auto-refill' }).click();
  await page.getByText('1 GB').click();
  await picture(page, 'phone-auto');
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByRole('button', { name: 'Switch off' }).waitFor();
  expect(await done('GET', `sims/${sim}/auto-refill`)).toMatchObject({
    state: 'on',
    payers: ['own_card', 'own_wallet'],
  });

  await page.getByRole('link', { name: 'Wallet' }).click();
  await page.getByRole('button', { name: 'Auto-refill' }).click();
  await page.getByRole('group', { name: 'When less than this is left' }).getByText('€25.00').click();
  await page.getByRole('group', { name: 'then take this' }).getByText('€50.00').click();
  await picture(page, 'phone-wallet-auto');
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByRole('button', { name: 'Switch off' }).waitFor();
  expect(await sideways(page)).toBe(0);
  await world.until('the wallet to be filled by the stored card', async () => {
    const { remaining } = await done('GET', `wallets/${wallet.id}`);
    return remaining === '60.00';
  });

  const looking = desk.waitForEvent('page');
  await staff.getByRole('button', { name: 'Open as this end user' }).click();
  const look = await looking;
  await look.getByRole('button', { name: 'Sign in' }).click();
  await look.getByText('You look at the pages of Skipper.').waitFor();
  await look.getByText('Working', { exact: true }).waitFor();
  // Beside it staff are who they were.
  await staff.reload();
  await staff.getByRole('heading', { name: 'End users', level: 1 }).waitFor();
  expect([problems, seen.problems]).toEqual([[], []]);
  await context.close();
  await desk.close();
});

it('staff of a company join by a link, see its money and its people, and nothing that is refused to them', async () => {
  const company = await done('POST', 'companies', { name: 'Harbour Cranes', currency: 'EUR' });
  const wallet = await done('POST', 'wallets', { owner: company.id, floor: '0.00' });
  await done('POST', `wallets/${wallet.id}/credits`, { amount: '80.00', reason: 'Start' });
  const user = await done('POST', 'end-users', { companyId: company.id, email: 'crane@example.com', name: 'Crane' });
  await emptySim(user.id, company.id);
  const invited = { email: 'eva@example.com', name: 'Eva', role: 'Owner', companyId: company.id };
  const { url } = await done('POST', 'staff/invitations', invited);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const { problems } = watch(page);
  await page.goto(url);
  await page.getByRole('heading', { name: 'Join World' }).waitFor();
  await page.getByLabel('Password', { exact: true }).fill('a password of my own');
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('heading', { name: 'Sign in to Simwright' }).waitFor();
  await signIn(page, world.url, { admin: { email: invited.email, password: 'a password of my own' }, sims: [] });
  const links = await page.locator('nav a[href^="/"]').all();
  const places = [...new Set(await Promise.all(links.map(async (one) => (await one.getAttribute('href')) ?? '/')))];
  expect(places).toEqual(expect.arrayContaining(['/sims', '/wallets', '/transactions', '/end-users', '/team']));
  expect(places).not.toContain('/letters');
  for (const place of places) {
    await page.goto(`${world.url}${place}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  }
  expect(problems).toEqual([]);
  await page.goto(`${world.url}/wallets/${wallet.id}`);
  await page.getByText('EUR 80.00').first().waitFor();
  await page.getByRole('button', { name: 'Refill' }).first().waitFor();
  await picture(page, 'desk-company-wallet');
  await page.goto(`${world.url}/end-users`);
  await page.getByRole('button', { name: 'Open Crane' }).click();
  await page.getByRole('button', { name: 'Make a link', exact: true }).waitFor();
  expect(problems).toEqual([]);
  await context.close();
});
