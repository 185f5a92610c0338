import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drift } from '../../../../test/world.ts';
import { type Api, openApi, type TestOrganization } from '../../../insight/testing.ts';
import type { Actor, Ctx } from '../../../kit/ctx.ts';
import { type Id, newId, parsePublicId, publicId } from '../../../kit/ids.ts';
import { createApiKey } from '../../../tenancy/index.ts';
import { endDue } from '../../index.ts';
import { approveAdjustment, askAdjustment } from './service.ts';

let api: Api;
let ours: TestOrganization;

beforeAll(async () => {
  api = await openApi();
  ours = await api.open('Ours');
  await send('PUT', '/api/v1/wallet-limits', { currency: 'EUR', limit: '50.00' });
});
afterAll(async () => {
  expect(await drift(api.owner)).toEqual([]);
  await api.close();
});

const send = (method: string, path: string, body?: unknown) => api.send(method, path, ours.key, body);
const get = async (path: string) => (await api.get(path, ours.key)).body;

/** What somebody does who is signed in. */
function staff(name: string, id = publicId('staff', newId(api.as(ours.organization)))): Ctx {
  const actor: Actor = { kind: 'staff', id, name, permissions: new Set(['*']), scope: { kind: 'organization' } };
  return { ...api.as(ours.organization), actor };
}

const freeing = async <T>(ctx: Ctx, _walletId: Id, work: (ctx: Ctx) => Promise<T>) => work(ctx);
const hands = { freeing, about: async () => new Map(), isUnderWay: async () => false };

async function opened(name: string) {
  api.pass(1);
  const company = await api.company(ours, { name });
  const { body } = await send('POST', '/api/v1/wallets', { owner: company.publicId });
  const url = `/api/v1/wallets/${body.id}`;
  const walletId = parsePublicId('wallet', body.id)!;
  const ask = (kind: string, amount: string, more = {}) =>
    send('POST', `${url}/adjustments`, { kind, amount, reason: 'agreed on the phone', ...more });
  return { url, walletId, id: body.id as string, ask, remaining: async () => (await get(url)).remaining };
}

describe('money that is moved by hand', () => {
  it('moves at once up to the limit, and above it not without somebody else', async () => {
    const { ask, remaining, url, walletId } = await opened('Limit');
    expect((await ask('credit', '50.00')).body).toMatchObject({ state: 'posted', own: true, until: null });
    expect(await remaining()).toBe('50.00');
    for (const [path, body] of [
      ['credits', { amount: '50.01', reason: 'x' }],
      ['debits', { amount: '50.01', reason: 'x' }],
      ['grants', { amount: '50.01', reason: 'x' }],
    ] as const) {
      const refused = await send('POST', `${url}/${path}`, body);
      expect([path, refused.status, refused.body.error.code]).toEqual([path, 409, 'wallet.approval_needed']);
    }
    const asked = await ask('credit', '60.00');
    expect(asked.body).toMatchObject({ state: 'pending', walletOf: 'Limit', decidedBy: null });
    expect(await remaining()).toBe('50.00');
    const one = `/api/v1/wallet-adjustments/${asked.body.id}`;
    expect((await get(one)).effect).toEqual({ remaining: '50.00', after: '110.00', kept: '0.00', fits: true });
    expect(await get('/api/v1/wallet-adjustments?state=pending')).toMatchObject({
      pending: 1,
      items: [{ id: asked.body.id }],
    });

    // A key is no person.
    const byKey = await send('POST', `${one}/approve`, {});
    expect([byKey.status, byKey.body.error.code]).toEqual([403, 'wallet_adjustment.not_a_person']);
    const id = parsePublicId('wallet_adjustment', asked.body.id)!;
    api.pass(1);
    const done = await approveAdjustment(staff('Robin'), hands, id, 'seen');
    expect(done).toMatchObject({ state: 'posted', askedBy: 'test', decidedBy: 'Robin', note: 'seen' });
    expect(await remaining()).toBe('110.00');
    await expect(approveAdjustment(staff('Kim'), hands, id, '')).rejects.toMatchObject({
      code: 'wallet_adjustment.decided',
    });
    const { items } = await get(`${url}/history`);
    expect(items[0]).toMatchObject({
      amount: '60.00',
      note: 'agreed on the phone (asked for by test)',
      madeBy: 'Robin',
    });
    expect(await get(`/api/v1/wallet-adjustments?wallet=${publicId('wallet', walletId)}`)).toMatchObject({
      pending: 0,
    });
  });

  it('is agreed to by nobody who asked for it, whether signed in or by a key of theirs', async () => {
    const { walletId, remaining } = await opened('Own');
    const robin = staff('Robin');
    const asked = { walletId, kind: 'credit' as const, amountMicros: 60_000_000_00n, reason: 'mine' };
    const own = await askAdjustment(robin, hands, asked);
    await expect(approveAdjustment(robin, hands, own.id, '')).rejects.toMatchObject({ code: 'wallet_adjustment.own' });
    const { key } = await createApiKey(robin, { name: 'Robin’s key', permissions: ['*'] });
    const byKey: Ctx = { ...robin, actor: { ...robin.actor, kind: 'api_key', id: publicId('api_key', key.id) } };
    const { key: next } = await createApiKey(byKey, { name: 'A key of the key', permissions: ['*'] });
    const byNext: Ctx = { ...robin, actor: { ...byKey.actor, id: publicId('api_key', next.id) } };
    for (const ctx of [byKey, byNext]) {
      const { id } = await askAdjustment(ctx, hands, asked);
      await expect(approveAdjustment(robin, hands, id, '')).rejects.toMatchObject({ code: 'wallet_adjustment.own' });
    }
    expect(await remaining()).toBe('0.00');
    // Two others at once: it moves once.
    const both = await Promise.allSettled([
      approveAdjustment(staff('Kim'), hands, own.id, ''),
      approveAdjustment(staff('Ada'), hands, own.id, ''),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await remaining()).toBe('60.00');
  });

  it('waits on when the wallet cannot pay it, is rejected, taken back, or over after a week', async () => {
    const { ask, remaining, walletId } = await opened('Debit');
    await ask('grant', '40.00', { expiresAt: new Date(api.now().getTime() + 86_400_000).toISOString() });
    const idOf = async (...asked: Parameters<typeof ask>) =>
      parsePublicId('wallet_adjustment', (await ask(...asked)).body.id)!;
    const debit = await idOf('debit', '60.00');
    const refused = approveAdjustment(staff('Robin'), hands, debit, '');
    await expect(refused).rejects.toMatchObject({ code: 'wallet.insufficient_funds' });
    const one = `/api/v1/wallet-adjustments/${publicId('wallet_adjustment', debit)}`;
    expect(await get(one)).toMatchObject({ state: 'pending', effect: { after: '-20.00', fits: false } });
    expect((await send('POST', `${one}/reject`, { note: 'too much' })).body).toMatchObject({ state: 'withdrawn' });

    const mine = await askAdjustment(staff('Kim'), hands, {
      ...{ walletId, kind: 'debit' as const, amountMicros: 60_000_000_00n, reason: 'no' },
    });
    const other = `/api/v1/wallet-adjustments/${publicId('wallet_adjustment', mine.id)}`;
    const taken = await send('POST', `${other}/withdraw`, {});
    expect([taken.status, taken.body.error.code]).toEqual([403, 'wallet_adjustment.not_own']);
    expect((await send('POST', `${other}/reject`, { note: 'no' })).body).toMatchObject({
      state: 'rejected',
      note: 'no',
    });

    const forgotten = await idOf('grant', '70.00', { priority: 3 });
    api.pass(7 * 86_400);
    await endDue(api.as(ours.organization));
    const late = await get(`/api/v1/wallet-adjustments/${publicId('wallet_adjustment', forgotten)}`);
    expect(late.state).toBe('expired');
    // The grant of the first line is over, too.
    expect(await remaining()).toBe('0.00');
  });

  it('has no room in a currency that was forgotten, and all of it where nobody set a limit', async () => {
    const company = await api.company(ours, { name: 'Dollar', currency: 'USD' });
    const { body } = await send('POST', '/api/v1/wallets', { owner: company.publicId });
    const credit = () => send('POST', `/api/v1/wallets/${body.id}/credits`, { amount: '0.01', reason: 'x' });
    expect((await credit()).body.error.code).toBe('wallet.approval_needed');
    await send('PUT', '/api/v1/wallet-limits', { currency: 'USD', limit: '1.00' });
    expect((await credit()).status).toBe(201);
    await send('PUT', '/api/v1/wallet-limits', { currency: 'USD', limit: null });
    expect(await get('/api/v1/wallet-limits')).toEqual({ items: [{ currency: 'EUR', limit: '50.00' }] });
    const theirs = await api.open('Theirs');
    expect((await api.get('/api/v1/wallet-limits', theirs.key)).body).toEqual({ items: [] });
  });
});
