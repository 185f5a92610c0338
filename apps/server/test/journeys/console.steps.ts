import type { Page, Response } from 'playwright-core';

/** What `demo.json` says, as far as a person at the console needs it. */
export type Demo = { admin: { email: string; password: string }; sims: { iccid: string }[] };

const waitMs = 60_000;

/**
 * Everything in the browser that a person would call broken: errors in the console, uncaught ones, failed answers.
 * Start it before the first page; `problems` is what came since.
 */
export function watch(page: Page): { problems: string[] } {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('response', (response: Response) => {
    if (response.status() >= 400)
      problems.push(`${response.status()} ${response.request().method()} ${response.url()}`);
  });
  return { problems };
}

/**
 * A person's first half hour: sign in → the overview moves by itself → find a SIM → read it → take one from stock, put
 * it in a fleet and make it ready, by clicking alone.
 *
 * @param base address of the console, without a slash at the end
 * @returns what was seen, for the record
 */
export async function journeys(page: Page, base: string, demo: Demo): Promise<{ readySim: string }> {
  page.setDefaultTimeout(waitMs);
  await signIn(page, base, demo);
  await overviewMoves(page);
  await findAndReadOne(page);
  return { readySim: await bringIntoService(page, base, demo) };
}

/** Any page leads to the sign-in and back to where it was going. A wrong password says so and stays. */
export async function signIn(page: Page, base: string, demo: Demo): Promise<void> {
  await page.goto(`${base}/sign-in?to=${encodeURIComponent('/')}`);
  await page.getByLabel('Email').fill(demo.admin.email);
  await page.getByLabel('Password', { exact: true }).fill(demo.admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
}

/** Devices are at work: what was used today grows while nobody touches the page. */
export async function overviewMoves(page: Page): Promise<void> {
  const today = page.locator('.figure', { hasText: 'Data today' }).locator('.figure-value');
  await today.waitFor();
  const before = await today.innerText();
  await today.filter({ hasNotText: before }).waitFor();
  await page.getByText('Live', { exact: true }).first().waitFor();
}

/** A filter and a search narrow the list; one SIM shows its diagnosis, its period and its story. */
export async function findAndReadOne(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'SIMs', exact: true }).first().click();
  await page.getByRole('heading', { name: 'SIMs', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByRole('menuitem', { name: 'Status' }).click();
  // Until the answer is here the rows of before stay, dimmed: the first of them may be any SIM.
  const filtered = page.waitForResponse((response) => /\/api\/v1\/sims\?.*status=Active/.test(response.url()));
  await page.getByRole('checkbox', { name: 'Active', exact: true }).check();
  await page.waitForURL(/status=Active/);
  await filtered;
  await page.locator('.list-scroll:not([data-busy])').waitFor();
  await page.locator('.row', { hasNotText: 'Active' }).first().waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');

  const first = page.locator('.row .mono').first();
  await first.waitFor();
  const iccid = (await first.innerText()).trim();
  await page.getByRole('searchbox').fill(iccid);
  await page.waitForURL(new RegExp(`search=${iccid}`));
  await page.locator('.row').nth(1).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: /^Open / }).click();

  await page.getByRole('heading', { level: 1, name: new RegExp(iccid.slice(-4)) }).waitFor();
  await page.locator('.diagnosis h2').waitFor();
  await page.getByRole('heading', { name: 'Billing period' }).waitFor();
  await page.locator('.plot canvas').first().waitFor();
  await page.locator('.entry').first().waitFor();
}

/** From stock to ready: register, put in the first fleet there is, make ready. Returns the ICCID. */
export async function bringIntoService(page: Page, base: string, demo: Demo): Promise<string> {
  const iccid = await findInStock(page, base, demo);
  await page
    .getByRole('link', { name: /^Open / })
    .first()
    .click();
  await page.getByRole('button', { name: 'Register' }).first().click();
  await dialog(page).getByRole('button', { name: 'Register' }).click();

  await page.getByRole('button', { name: 'Put in a fleet' }).first().click();
  await dialog(page).getByRole('combobox', { name: 'Fleet' }).click();
  await page.getByRole('option').first().click();
  await dialog(page).getByRole('button', { name: 'Set fleet' }).click();

  await page.getByRole('button', { name: 'Make ready' }).first().click();
  await dialog(page).getByRole('button', { name: 'Make ready' }).click();
  await page
    .locator('.head')
    .getByText(/^(Activation Ready|Pending)$/)
    .waitFor();
  await page.locator('.head').getByText('Activation Ready', { exact: true }).waitFor();
  return iccid;
}

/** A text to a device that is there: what cannot be sent is said before, and its answer shows up by itself. */
export async function textADevice(page: Page, base: string, iccid: string): Promise<void> {
  await page.goto(`${base}/messages`);
  await page.getByRole('button', { name: 'Send text' }).first().click();
  await dialog(page).getByRole('combobox', { name: 'SIM' }).fill(iccid);
  await page.getByRole('option', { name: iccid }).click();
  const text = dialog(page).getByRole('textbox', { name: 'Text' });
  await text.fill('5 €');
  await dialog(page).getByText('A text message cannot hold €.').waitFor();
  await text.fill('ping');
  await text.press('Control+Enter');
  await page.getByText('The text is on its way.').waitFor();
  await page.locator('.row', { hasText: 'ping' }).getByText('Delivered').waitFor();
  const answer = page.locator('.row', { hasText: 'pong' });
  await answer.getByText('Received').waitFor();
  await answer.getByRole('button', { name: /^Open / }).click();
  await dialog(page).getByText('The device sent it.').waitFor();
  await dialog(page).getByRole('link', { name: iccid }).click();
  await page.getByRole('tab', { name: 'Messages', selected: true }).waitFor();
  await page.getByRole('table', { name: 'Messages' }).getByRole('button', { name: 'pong' }).waitFor();
}

/** The first of the demo's SIMs that is still in stock: a journey may have been here before. */
async function findInStock(page: Page, base: string, demo: Demo): Promise<string> {
  for (const { iccid } of demo.sims) {
    await page.goto(`${base}/sims?registered=false&search=${iccid}`);
    const row = page.getByRole('link', { name: /^Open / }).first();
    await row.or(page.getByRole('heading', { name: 'Nothing matches' })).waitFor();
    if (await row.isVisible()) return iccid;
  }
  throw new Error('None of the SIMs of demo.json is in stock any more.');
}

function dialog(page: Page) {
  return page.getByRole('dialog');
}
