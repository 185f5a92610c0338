import { expect } from 'vitest';
import { openDatabase } from '../src/kit/db.ts';
import { openDemo, until } from './demo.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test reads it as it is on the wire.
export type Json = Record<string, any>;
type Reply = { status: number; body: Json };

/** The demo as it is tried: every loop running, the provider's pages over HTTP. */
export async function openPaying() {
  const running = await openDemo();
  const { demo } = running;
  const owner = openDatabase(running.database.urls.owner, 1);

  async function api(method: string, path: string, body?: object, key?: string): Promise<Reply> {
    const response = await fetch(`${running.url}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${demo.apiKey}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(key && { 'idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Json };
  }
  const payment = async (id: string) => (await api('GET', `payments/${id}`)).body;

  /** A company's wallet, from which nothing else pays. */
  let walletId = '';
  return {
    ...{ running, demo, owner, api, payment },
    inState: (id: string, state: string) =>
      until(`${id} to be ${state}`, async () => {
        const found = await payment(id);
        return found.state === state && found;
      }),
    async wallet(): Promise<Json> {
      if (!walletId) {
        const { body: company } = await api('POST', 'companies', { name: 'Payer', currency: 'EUR' });
        const { body } = await api('POST', 'wallets', { owner: company.id, floor: '0.00' });
        walletId = body.id;
      }
      return (await api('GET', `wallets/${walletId}`)).body;
    },
    /** A SIM of the prepaid plan that has nothing left. */
    async emptySim(): Promise<Json> {
      const { body: plans } = await api('GET', 'plans?search=Travel');
      const { body: sims } = await api('GET', `sims?plan=${plans.items[0].id}`);
      for (const { id } of sims.items) {
        const { body } = await api('GET', `sims/${id}`);
        if (isEmpty(body)) return body;
      }
      throw new Error('no SIM of the demo waits for a refill');
    },
    /** Ends it, after a look at the laws of drift.sql. */
    async close(): Promise<void> {
      await owner.pool.end();
      expect(await running.drift()).toEqual([]);
      await running.close();
    },
  };
}

export type Paying = Awaited<ReturnType<typeof openPaying>>;

/** Presses a button of the page, as a browser without scripts does. */
export async function press(url: string, fields: Record<string, string>): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([303, new URL(url).pathname]);
  return (await fetch(url)).text();
}

export const plus = (amount: string, more: number) => (Number(amount) + more).toFixed(2);

export const isEmpty = (sim: Json) =>
  sim.blocks.some((block: Json) => block.reason === 'balance' || block.reason === 'validity');
