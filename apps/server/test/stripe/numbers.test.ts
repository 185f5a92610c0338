import { afterAll, beforeAll, expect, it } from 'vitest';
import { purposes } from '../../src/app/purposes.ts';
import { query, raw, sql } from '../../src/kit/db.ts';
import { closeHttp, createHttp, type Http, listen } from '../../src/kit/http/app.ts';
import { publicId } from '../../src/kit/ids.ts';
import { createLog } from '../../src/kit/log.ts';
import { payPages } from '../../src/payments/pages.ts';
import { paymentRoutes } from '../../src/payments/routes.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { call } from '../../src/tenancy/testing.ts';
import { type StripeWorld, stripeWorld } from './world.ts';

/** A number that somebody writes where none belongs: into every request that has to do with money. */
const number = '4242424242424242';
const typed = { number, cvc: '123', exp_month: 12, exp_year: 2030 };

let w: StripeWorld;
let http: Http;
let base: string;
const lines: string[] = [];
beforeAll(async () => {
  w = await stripeWorld();
  const { runtime, authentication } = w.world;
  http = createHttp({
    ...{ runtime: { ...runtime, log: createLog('trace', (line) => lines.push(line)) }, publicUrl: w.base },
    ...{ version: '0.0.0', permissions: tenancy.permissionNames, authenticate: authentication.authenticate },
  });
  paymentRoutes(http, purposes, w.doors);
  const findOrganization = (id: string) => tenancy.getOrganization(runtime, id);
  http.fastify.register(payPages({ runtime, doors: w.doors, limiter: http.limiter, findOrganization }));
  base = await listen(http, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  if (http) await closeHttp(http);
  await w?.close();
});

it('a card number is refused by every schema, and is in no answer, no log and no table', async () => {
  const { organization } = w.ctx();
  const key = await w.world.key(organization);
  const owner = publicId('company', w.ownerId);
  const payment = { walletRefill: { wallet: publicId('wallet', w.wallet.id), amount: '5.00' }, method: 'card' };
  const stripe = { publishableKey: 'pk_test_51Simwright', secretKey: 'sk_test_51Simwright' };
  const asked: [path: string, body: object][] = [
    ['payment-methods', { owner, card: typed }],
    ['payment-methods', { owner, ...typed }],
    ['payments', { ...payment, card: typed }],
    ['payments', { ...payment, card: number }],
    ['payments', { ...payment, ...typed }],
    ['payments/quotes', { ...payment, ...typed }],
    ['payment-providers', { kind: 'stripe', name: 'Stripe', stripe, ...typed }],
    ['payment-providers', { kind: 'stripe', name: 'Stripe', stripe: { ...stripe, ...typed } }],
  ];
  for (const [path, body] of asked) {
    const answer = await call(base, 'POST', `/api/v1/${path}`, { key, body });
    expect([path, answer.status]).toEqual([path, 400]);
    expect(JSON.stringify(answer.body)).not.toContain(number);
  }
  // Pages and the door of webhooks take what they know, and keep nothing else.
  const { id } = await w.begin('5.00');
  await w.turn();
  const page = new URL((await w.payment(id)).actionUrl!).pathname;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const raw = new URLSearchParams({ number }).toString();
  expect((await call(base, 'POST', page, { raw, headers: form })).status).toBe(204);
  const elsewhere = `/pay/sandbox/${publicId('organization', organization.id)}/guessed`;
  expect((await call(base, 'POST', elsewhere, { raw, headers: form })).status).toBe(404);
  const hook = new URL(w.endpoint).pathname;
  expect((await call(base, 'POST', hook, { body: { id: 'evt_1', ...typed } })).status).toBe(400);

  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => line.includes(number) || line.includes('sk_test_'))).toEqual([]);
  expect(await tablesWith(number)).toEqual([]);
});

/** Tables with a row that says it anywhere. */
async function tablesWith(text: string): Promise<string[]> {
  const { pool } = w.world.owner;
  const tables = await query<{ name: string }>(
    pool,
    sql`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  expect(tables.length).toBeGreaterThan(50);
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await query<{ here: boolean }>(
      pool,
      sql`select exists (select from ${raw(`"${name}"`)} t where t::text like ${`%${text}%`}) as here`,
    );
    if (row!.here) found.push(name);
  }
  return found;
}
