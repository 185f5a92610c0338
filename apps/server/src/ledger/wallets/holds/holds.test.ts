import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drift } from '../../../../test/world.ts';
import { type Api, openApi, type TestOrganization } from '../../../insight/testing.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { call } from '../../../tenancy/testing.ts';
import { endDue } from '../../index.ts';

let api: Api;
let ours: TestOrganization;
const ctx = (): Ctx => api.as(ours.organization);

beforeAll(async () => {
  api = await openApi();
  ours = await api.open('Ours');
});
afterAll(async () => {
  expect(await drift(api.owner)).toEqual([]);
  await api.close();
});

const send = (method: string, path: string, body?: unknown) => api.send(method, path, ours.key, body);
const get = async (path: string) => (await api.get(path, ours.key)).body;
const inDays = (days: number) => new Date(api.now().getTime() + days * 86_400_000).toISOString();

async function funded(name: string, amount: string, floor = '0') {
  api.pass(1);
  const company = await api.company(ours, { name });
  const { body } = await send('POST', '/api/v1/wallets', { owner: company.publicId, floor });
  const url = `/api/v1/wallets/${body.id}`;
  await send('POST', `${url}/credits`, { amount, reason: 'paid in', kind: 'refill' });
  return {
    url,
    company,
    hold: (amount: string, more = {}) => send('POST', `${url}/holds`, { amount, reason: 'order 7', ...more }),
  };
}

describe('money that is set aside', () => {
  it('is left by debits that may be refused, and captured in parts', async () => {
    const { url, hold } = await funded('Parts', '10.00', '2.00');
    const placed = await hold('5.00');
    expect([placed.status, placed.body]).toMatchObject([201, { state: 'open', held: '5.00', captured: '0.00' }]);
    expect(await get(url)).toMatchObject({ remaining: '10.00', held: '5.00', available: '5.00', floor: '2.00' });
    const tooMuch = await send('POST', `${url}/debits`, { amount: '3.01', reason: 'payout' });
    expect([tooMuch.status, tooMuch.body.error.details]).toMatchObject([409, { remaining: '10.00', floor: '7.00' }]);
    expect((await hold('3.01')).body.error.code).toBe('wallet.insufficient_funds');
    await send('POST', `${url}/debits`, { amount: '3.00', reason: 'payout' });
    const one = `${url}/holds/${placed.body.id}`;
    const part = await send('POST', `${one}/capture`, { amount: '2.00', reason: 'first half' });
    expect(part.body).toMatchObject({ state: 'open', captured: '2.00', held: '3.00' });
    expect((await send('POST', `${one}/capture`, { amount: '3.01' })).body.error.code).toBe('wallet_hold.too_much');
    expect((await send('POST', `${one}/capture`, {})).body).toMatchObject({
      state: 'captured',
      captured: '5.00',
      held: '0.00',
    });
    expect((await send('POST', `${one}/release`)).body.error.code).toBe('wallet_hold.ended');
    expect(await get(url)).toMatchObject({ remaining: '2.00', held: '0.00', atFloor: true });
    const { items } = await get(`${url}/history?kind=adjustment`);
    expect(items.map((one: { note: string; amount: string }) => `${one.note} ${one.amount}`).sort()).toEqual([
      ...['first half -2.00', 'order 7 -3.00', 'payout -3.00'],
    ]);
  });

  it('is placed once under one key, is free when it is released, and by itself when its time is over', async () => {
    const { url } = await funded('Ends', '10.00');
    const place = (key: string, until?: string) =>
      call(api.base, 'POST', `${url}/holds`, {
        ...{ key: ours.key, headers: { 'idempotency-key': key }, body: { amount: '4.00', reason: 'once', until } },
      });
    const answers = await Promise.all([place('once'), place('once'), place('once')]);
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(await get(url)).toMatchObject({ held: '4.00' });
    await send('POST', `${url}/holds/${answers[0]!.body.id}/release`);
    expect(await get(url)).toMatchObject({ held: '0.00', available: '10.00' });

    api.pass(1);
    await place('short', inDays(1));
    api.pass(86_400);
    expect(await endDue(ctx())).toBe(1);
    expect(await get(url)).toMatchObject({ held: '0.00' });
    const { items } = await get(`${url}/holds`);
    expect(items.map((hold: { state: string }) => hold.state)).toEqual(['expired', 'released']);
    expect((await get(`${url}/holds?state=open`)).items).toEqual([]);
  });

  it('outlives the money it was set aside from: granted money that expires waits for it', async () => {
    const { url, hold } = await funded('Granted', '1.00');
    await send('POST', `${url}/grants`, { amount: '5.00', reason: 'welcome', expiresAt: inDays(1) });
    const { body: placed } = await hold('4.00', { until: inDays(3) });
    api.pass(86_400);
    await endDue(ctx());
    expect(await get(`${url}/balances`)).toMatchObject({
      remaining: '4.00',
      balances: [{ remaining: '3.00' }, { remaining: '1.00' }],
    });
    await send('POST', `${url}/holds/${placed.id}/release`);
    await endDue(ctx());
    expect(await get(`${url}/balances`)).toMatchObject({ balances: [{ kind: 'paid', remaining: '1.00' }] });
    expect((await get(`${url}/parts`)).items).toMatchObject([{ left: '5.00', closedAs: 'expired' }]);
  });

  it('is never given away twice, whoever asks at the same time', async () => {
    const { url, hold } = await funded('Race', '10.00', '1.00');
    const debit = () => send('POST', `${url}/debits`, { amount: '2.00', reason: 'race' });
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => (i % 2 ? hold('2.00') : debit())));
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(4);
    const { available } = await get(url);
    expect(available).toBe('2.00');
  });

  it('has an end within a year, and is seen by its company alone', async () => {
    const { url, hold, company } = await funded('End', '1.00');
    for (const days of [-1, 400]) {
      const refused = await hold('1.00', { until: inDays(days) });
      expect([refused.status, refused.body.error.field]).toEqual([400, 'body.until']);
    }
    expect((await api.send('POST', `${url}/holds`, company.key, { amount: '1.00', reason: 'x' })).status).toBe(403);
    const other = await funded('Other', '1.00');
    expect((await api.get(`${other.url}/holds`, company.key)).status).toBe(404);
    expect((await hold('0.00')).body.error.code).toBe('wallet.amount_not_positive');
  });
});
