import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drift } from '../../test/world.ts';
import { type Api, openApi, type TestOrganization } from '../insight/testing.ts';
import { publicId } from '../kit/ids.ts';
import { archiveCompany } from '../tenancy/index.ts';
import { call } from '../tenancy/testing.ts';

let api: Api;
let ours: TestOrganization;
let theirs: TestOrganization;

beforeAll(async () => {
  api = await openApi();
  ours = await api.open('Ours');
  theirs = await api.open('Theirs');
});
afterAll(async () => {
  expect(await drift(api.owner)).toEqual([]);
  await api.close();
});

const send = (method: string, path: string, body?: unknown, key = ours.key) => api.send(method, path, key, body);

/** A company with a wallet and money in it. */
async function funded(name: string, amount: string | null, floor = '0') {
  api.pass(1);
  const company = await api.company(ours, { name });
  const opened = await send('POST', '/api/v1/wallets', { owner: company.publicId, floor });
  expect(opened.status).toBe(201);
  const url = `/api/v1/wallets/${opened.body.id}`;
  if (amount) await send('POST', `${url}/credits`, { amount, reason: 'paid in', kind: 'refill' });
  return { company, url, id: opened.body.id as string };
}

describe('a wallet over the API', () => {
  it('is opened, credited, debited down to its floor, and shows it', async () => {
    const { url, company } = await funded('Rail', '100.00', '10');
    const read = await api.get(url, ours.key);
    expect(read.body).toMatchObject({
      owner: { type: 'company', id: company.publicId, name: 'Rail' },
      ...{ currency: 'EUR', remaining: '100.00', floor: '10.00', atFloor: false, overshoot: '0.00' },
    });
    const tooMuch = await send('POST', `${url}/debits`, { amount: '90.01', reason: 'payout' });
    expect([tooMuch.status, tooMuch.body.error.code, tooMuch.body.error.details]).toEqual([
      409,
      'wallet.insufficient_funds',
      { wanted: '90.01', remaining: '100.00', floor: '10.00', currency: 'EUR' },
    ]);
    const taken = await send('POST', `${url}/debits`, { amount: '90.00', reason: 'payout' });
    expect([taken.status, taken.body.remaining, taken.body.atFloor]).toEqual([201, '10.00', true]);
    const lower = await send('PATCH', url, { floor: '-20.00' });
    expect([lower.status, lower.body.floor, lower.body.atFloor]).toEqual([200, '-20.00', false]);
  });

  it('has no movements before there were any, however long ago one asks for, and holds no more than can be counted', async () => {
    const { url } = await funded('Old', '1.00');
    for (const from of ['1969-12-31T23:59:59Z', '1900-01-01T00:00:00Z', '0001-01-01T00:00:00Z']) {
      const [history, overview] = [
        await api.get(`${url}/history?from=${from}`, ours.key),
        await api.get(`${url}/overview?from=${from}`, ours.key),
      ];
      expect([history.status, history.body.items.length, overview.body.ending]).toEqual([200, 1, '1.00']);
      expect((await api.get(`${url}/history?to=${from}`, ours.key)).body.items).toEqual([]);
    }
    const much = await send('POST', `${url}/credits`, { amount: '92233720368', reason: 'a slip of the finger' });
    expect([much.status, much.body.error.code]).toEqual([400, 'wallet.amount_too_large']);
  });

  it('of an archived account gives money out, and takes none in', async () => {
    const { url, company } = await funded('Gone', '5.00');
    await archiveCompany(api.as(ours.organization), company.id);
    const moved = async (how: string) => (await send('POST', `${url}/${how}`, { amount: '5.00', reason: 'x' })).status;
    expect(await moved('credits')).toBe(409);
    expect((await send('POST', `${url}/grants`, { amount: '5.00', reason: 'x' })).body.error.code).toBe(
      'account.archived',
    );
    expect(await moved('debits')).toBe(201);
  });

  it('moves nothing twice under one Idempotency-Key', async () => {
    const { url } = await funded('Twice', null);
    const options = { key: ours.key, headers: { 'idempotency-key': 'once' }, body: { amount: '5.00', reason: 'gift' } };
    const first = await call(api.base, 'POST', `${url}/credits`, options);
    const second = await call(api.base, 'POST', `${url}/credits`, options);
    expect([first.status, second.status, second.body.remaining]).toEqual([201, 201, '5.00']);
    expect(second.headers.get('idempotent-replay')).toBe('true');
  });

  it('refuses what is no amount, and an account that is not there', async () => {
    const { url } = await funded('Strict', null);
    for (const amount of ['0', '-1.00', '1.123456789']) {
      const answer = await send('POST', `${url}/credits`, { amount, reason: 'no' });
      expect([answer.status, answer.body.error.field]).toEqual([400, 'body.amount']);
    }
    const nobody = await send('POST', '/api/v1/wallets', { owner: publicId('company', theirs.organization.id) });
    expect([nobody.status, nobody.body.error.code]).toEqual([404, 'account.not_found']);
  });

  it('is listed by owner’s name and by its floor, and belongs to its organization and company', async () => {
    const low = await funded('Lowland Trucks', null);
    await funded('Lowland Buses', '1.00');
    const named = await api.get('/api/v1/wallets?search=lowland', ours.key);
    expect(named.body.items.map((w: { owner: { name: string } }) => w.owner.name)).toEqual([
      'Lowland Buses',
      'Lowland Trucks',
    ]);
    const below = await api.get('/api/v1/wallets?search=lowland&belowFloor=true', ours.key);
    expect(below.body.items.map((w: { id: string }) => w.id)).toEqual([low.id]);
    const first = await api.get('/api/v1/wallets?search=lowland&limit=1', ours.key);
    const second = await api.get(`/api/v1/wallets?search=lowland&limit=1&cursor=${first.body.nextCursor}`, ours.key);
    expect(second.body).toMatchObject({ items: [{ id: low.id }], nextCursor: null });

    const own = await api.get('/api/v1/wallets', low.company.key);
    expect(own.body.items.map((w: { id: string }) => w.id)).toEqual([low.id]);
    const other = (await funded('Elsewhere', null)).url;
    for (const [path, key] of [
      [other, low.company.key],
      [`${other}/history`, low.company.key],
      [`${other}/due-fees`, low.company.key],
      [`${other}/overview?from=2026-01-01T00:00:00Z`, low.company.key],
      [other, theirs.key],
    ] as const) {
      expect([path, (await api.get(path, key)).status]).toEqual([path, 404]);
    }
    const credit = await send('POST', `${low.url}/credits`, { amount: '1.00', reason: 'for me' }, low.company.key);
    expect([credit.status, credit.body.error.code]).toEqual([403, 'permission.denied']);
  });

  it('has a history with what was in it after each movement, and an overview that adds up', async () => {
    const { url } = await funded('Story', '50.00');
    const between = api.now();
    api.pass(60);
    await send('POST', `${url}/debits`, { amount: '20.00', reason: 'payout of June' });
    api.pass(60);
    await send('POST', `${url}/credits`, { amount: '1.50', reason: 'sorry for the outage' });
    const all = await api.get(`${url}/history`, ours.key);
    expect(all.body.items).toMatchObject([
      { kind: 'adjustment', description: 'Credited', note: 'sorry for the outage', amount: '1.50', remaining: '31.50' },
      { kind: 'adjustment', description: 'Debited', note: 'payout of June', amount: '-20.00', remaining: '30.00' },
      { kind: 'refill', description: 'Paid in', amount: '50.00', remaining: '50.00', madeBy: 'test', sim: null },
    ]);
    const page = await api.get(`${url}/history?limit=1`, ours.key);
    const next = await api.get(`${url}/history?limit=1&cursor=${page.body.nextCursor}`, ours.key);
    expect(next.body.items[0].note).toBe('payout of June');
    const refills = await api.get(`${url}/history?kind=refill,payment`, ours.key);
    expect(refills.body.items.map((m: { amount: string }) => m.amount)).toEqual(['50.00']);
    const later = await api.get(`${url}/overview?from=${new Date(between.getTime() + 1000).toISOString()}`, ours.key);
    expect(later.body).toMatchObject({
      ...{ starting: '50.00', credited: '1.50', spentOnUsage: '0.00', spentOnFees: '0.00', debited: '20.00' },
      ...{ ending: '31.50', lowest: '30.00', overshoot: '0.00' },
    });
    const to = new Date(between.getTime() + 90_000).toISOString();
    const middle = await api.get(`${url}/overview?from=${between.toISOString()}&to=${to}`, ours.key);
    expect(middle.body).toMatchObject({ starting: '0.00', credited: '50.00', debited: '20.00', ending: '30.00' });
  });
});
