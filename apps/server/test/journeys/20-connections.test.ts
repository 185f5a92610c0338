import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as inventory from '../../src/inventory/index.ts';
import { publicId } from '../../src/kit/ids.ts';
import * as periods from '../../src/periods/index.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { openBrowser, sideways } from '../browser.ts';
import { openWorld, type World } from '../world.ts';
import { signIn, watch } from './console.steps.ts';

/** docs/journeys/20-follow-connections.md, by clicking, with a receiver on a socket. */
let world: World;
let browser: Browser;
let status = 204;
const bodies: { type: string }[][] = [];
const receiver = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  bodies.push(JSON.parse(body));
  response.writeHead(status).end();
});
let target: string;
const person = { email: 'dev@example.com', password: 'a good long password' };

beforeAll(async () => {
  world = await openWorld({ console: true });
  await tenancy.createStaff(world.ctx(), { ...person, name: 'Dev', role: 'Owner' });
  browser = await openBrowser();
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/sim-events`;
});

afterAll(async () => {
  receiver.close();
  await browser?.close();
  await world.close();
});

it('names an address, tries it, hears of a device, pauses, and is deleted after a question', async () => {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.setDefaultTimeout(60_000);
  const { problems } = watch(page);
  await signIn(page, world.url, { admin: person, sims: [] });
  await page.getByRole('link', { name: 'Event sinks', exact: true }).click();
  await page.getByRole('heading', { name: 'No event sinks yet' }).waitFor();
  await look(page, 'empty');

  await page.getByRole('button', { name: 'New event sink' }).first().click();
  const form = page.getByRole('dialog');
  await form.getByLabel('URL').fill('example.com/in');
  await form.getByRole('button', { name: 'Create' }).click();
  await form.getByText('Expected an absolute http or https URL').first().waitFor();
  await look(page, 'form');
  await form.getByLabel('URL').fill(target);
  await form.getByLabel('Description').fill('Watch desk');
  await form.getByRole('checkbox', { name: 'Session updated' }).check();
  await form.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'Watch desk', level: 1 }).waitFor();

  await page.getByRole('button', { name: 'Send a test event' }).click();
  await page.getByText('Delivered').first().waitFor();
  expect(bodies.flat().map(({ type }) => type)).toEqual(['com.twilio.eventstreams.test-event']);

  const sim = await attachAndUse();
  await world.until('its events', async () => bodies.flat().length >= 4);
  status = 500;
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await page.getByText('HTTP 500').first().waitFor();
  await look(page, 'sink');
  await page.getByRole('button', { name: 'Open' }).nth(1).click();
  await page.getByRole('dialog').getByText('com.twilio.iot.supersim.connection').first().waitFor();
  await look(page, 'delivery');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  status = 204;

  await page.goto(`${world.url}/sims/${publicId('sim', sim)}?show=sessions`);
  await page.getByText('Session updated').first().waitFor();
  await look(page, 'sim');

  await page.goto(`${world.url}/developers/event-sinks`);
  await page.getByText(target).first().waitFor();
  await look(page, 'list');
  await page.getByRole('link', { name: 'Open Watch desk' }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('It is paused').waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('It is paused').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByText(target).waitFor();
  await look(page, 'delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'No event sinks yet' }).waitFor();
  // The refused address, and no other.
  expect(problems.filter((problem) => !problem.includes('400'))).toEqual([]);
});

/** A SIM that attaches, and uses some data. */
async function attachAndUse(): Promise<string> {
  const [card] = await world.stock(1);
  const fleet = await inventory.createFleet(world.ctx(), { companyId: null, networkAccessProfileId: world.profile.id });
  await inventory.register(world.ctx(), [card!.id], null);
  await inventory.updateSim(world.ctx(), card!.id, { fleetId: fleet.id });
  await periods.activate(world.ctx(), [card!.id]);
  // The answer to an Access-Request knows of a new sink within a second.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const device = world.gateway.device({
    imsi: card!.imsi,
    plmn: '26201',
    rat: 'EUTRAN',
    apn: 'iot',
    framedIp: '10.0.0.1',
  });
  await device.attach();
  await device.start();
  await device.update(120_000n, 2_400_000n);
  return card!.id;
}

/** On a desk and on a phone nothing is wider than the window. */
async function look(page: Page, _name: string): Promise<void> {
  for (const size of [
    { width: 390, height: 844 },
    { width: 1440, height: 900 },
  ]) {
    await page.setViewportSize(size);
    expect(await sideways(page)).toBe(0);
  }
}
