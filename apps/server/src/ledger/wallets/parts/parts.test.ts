import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drift } from '../../../../test/world.ts';
import { type Api, openApi, type TestOrganization } from '../../../insight/testing.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { atomically } from '../../../kit/db.ts';
import { newId, parsePublicId } from '../../../kit/ids.ts';
import { accountKey, addBonus, bonusBack, debitPaid, endDue, openAccounts, post, takeBonus } from '../../index.ts';

let api: Api;
let ours: TestOrganization;
const ctx = (): Ctx => api.as(ours.organization);

beforeAll(async () => {
  api = await openApi();
  ours = await api.open('Ours');
});
afterAll(async () => {
  // Usage here has no period behind it.
  expect((await drift(api.owner)).filter((row) => row.law !== 'I3 wallet')).toEqual([]);
  await api.close();
});

const send = (method: string, path: string, body?: unknown) => api.send(method, path, ours.key, body);
const get = async (path: string) => (await api.get(path, ours.key)).body;
const inDays = (days: number) => new Date(api.now().getTime() + days * 86_400_000).toISOString();

async function funded(name: string, amount: string | null, floor = '0') {
  api.pass(1);
  const company = await api.company(ours, { name });
  const { body } = await send('POST', '/api/v1/wallets', { owner: company.publicId, floor });
  const url = `/api/v1/wallets/${body.id}`;
  if (amount) await send('POST', `${url}/credits`, { amount, reason: 'paid in', kind: 'refill' });
  const grant = async (amount: string, more: object = {}) => {
    api.pass(1);
    const answer = await send('POST', `${url}/grants`, { amount, reason: 'welcome', ...more });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body;
  };
  return {
    ...{ url, company, id: body.id as string, grant },
    /** Each balance as `kind amount`, in the order of spending. */
    async balances(): Promise<string[]> {
      const { balances } = await get(`${url}/balances`);
      return balances.map((b: { kind: string; remaining: string }) => `${b.kind} ${b.remaining}`);
    },
    async use(cents: bigint): Promise<void> {
      const account = { kind: 'usage_revenue' as const, ownerId: ours.organization.id, currency: 'EUR' };
      const contra = (await openAccounts(ctx(), [account])).get(accountKey(account))!;
      const amountMicros = cents * 1_000_000n;
      const key = `usage:${name}:${api.now().getTime()}:${cents}`;
      const transfer = {
        key,
        kind: 'usage' as const,
        at: api.now(),
        to: parsePublicId('wallet', body.id)!,
        from: contra,
      };
      await atomically(ctx(), (ctx) => post(ctx, [{ ...transfer, amountMicros }]));
    },
  };
}

describe('what is given to a wallet', () => {
  it('is spent before what was paid, what expires first before what stays', async () => {
    const { balances, grant, use } = await funded('Order', '10.00');
    expect(await balances()).toEqual(['paid 10.00']);
    await grant('5.00');
    await grant('3.00', { expiresAt: inDays(9) });
    await grant('2.00', { priority: 900 });
    expect(await balances()).toEqual(['granted 3.00', 'granted 5.00', 'paid 10.00', 'granted 2.00']);
    await use(400n);
    expect(await balances()).toEqual(['granted 4.00', 'paid 10.00', 'granted 2.00']);
    await use(1_500n);
    expect(await balances()).toEqual(['paid 0.00', 'granted 1.00']);
  });

  it('shows what became of it, and leaves when its time is over, with the history saying so', async () => {
    const { url, balances, grant, use } = await funded('Ends', '1.00');
    const part = await grant('5.00', { expiresAt: inDays(2) });
    expect(part).toMatchObject({ kind: 'granted', amount: '5.00', spent: '0.00', remaining: '5.00', closedAs: null });
    await use(200n);
    api.pass(2 * 86_400 + 1);
    expect(await endDue(ctx())).toBe(1);
    expect(await endDue(ctx())).toBe(0);
    expect(await balances()).toEqual(['paid 1.00']);
    const { items } = await get(`${url}/parts`);
    expect(items).toMatchObject([{ id: part.id, spent: '2.00', left: '3.00', remaining: '0.00', closedAs: 'expired' }]);
    const history = await get(`${url}/history?kind=grant,expiry`);
    expect(history.items).toMatchObject([
      { kind: 'expiry', description: 'Expired', amount: '-3.00', remaining: '1.00', note: 'Its time was over' },
      { kind: 'grant', description: 'Granted', amount: '5.00', remaining: '6.00', note: 'welcome' },
    ]);
    const overview = await get(`${url}/overview`);
    expect(overview).toMatchObject({ credited: '6.00', spentOnUsage: '2.00', debited: '3.00', ending: '1.00' });
  });

  it('expires by hand, once, and tells that the floor is reached', async () => {
    const { url, id, grant } = await funded('By hand', '5.00', '6.00');
    const part = await grant('4.00');
    const expire = (reason: string) => send('POST', `${url}/parts/${part.id}/expire`, { reason });
    expect((await expire('a mistake')).body).toMatchObject({ left: '4.00', closedAs: 'expired' });
    const again = await expire('again');
    expect([again.status, again.body.error.code]).toEqual([409, 'wallet_part.closed']);
    expect(await get(url)).toMatchObject({ remaining: '5.00', atFloor: true });
    const { rows } = await api.owner.pool.query('select name from events where subject_id = $1 order by sequence', [
      parsePublicId('wallet', id),
    ]);
    expect(rows.slice(-3).map((event) => event.name)).toEqual([
      'wallet.credited',
      'wallet.part_expired',
      'wallet.floor_reached',
    ]);
  });

  it('repays a debt first, and comes out of the cost of what was given', async () => {
    const { balances, grant, use, url } = await funded('Debt', '1.00');
    await use(300n);
    await grant('5.00', { expiresAt: inDays(1) });
    expect(await balances()).toEqual(['granted 3.00', 'paid 0.00']);
    expect((await get(`${url}/parts?open=true`)).items).toMatchObject([{ spent: '2.00', remaining: '3.00' }]);
  });

  it('is refused where it would have expired already, and to whoever may only look', async () => {
    const { url, company } = await funded('No', null);
    const late = await send('POST', `${url}/grants`, { amount: '1.00', reason: 'late', expiresAt: inDays(-1) });
    expect([late.status, late.body.error.code, late.body.error.field]).toEqual([
      ...[400, 'wallet_part.ends_in_the_past', 'body.expiresAt'],
    ]);
    const grant = await api.send('POST', `${url}/grants`, company.key, { amount: '1.00', reason: 'for me' });
    expect(grant.status).toBe(403);
    const other = await funded('Elsewhere', null);
    expect((await api.get(`${other.url}/balances`, company.key)).status).toBe(404);
    expect((await api.get(`${other.url}/parts`, company.key)).status).toBe(404);
  });
});

describe('a bonus and its refill', () => {
  const account = async (kind: 'clearing') => {
    const wanted = { kind, ownerId: ours.organization.id, currency: 'EUR' };
    return (await openAccounts(ctx(), [wanted])).get(accountKey(wanted))!;
  };
  const eur = (cents: bigint) => cents * 1_000_000n;

  /** A wallet with 10.00 paid and a bonus of 4.00 for it. */
  async function refilled(name: string) {
    const wallet = await funded(name, '10.00');
    const walletId = parsePublicId('wallet', wallet.id)!;
    const source = `payment:${newId(ctx())}`;
    const bonus = { walletId, amountMicros: eur(400n), expiresAt: new Date(inDays(30)), reason: 'bonus', source };
    await addBonus(ctx(), bonus);
    await addBonus(ctx(), bonus);
    const contra = await account('clearing');
    return {
      ...wallet,
      refund: async (cents: bigint, left: bigint) => {
        api.pass(1);
        const refundId = newId(ctx());
        const key = `refund:${refundId}:price`;
        const debit = { walletId, amountMicros: eur(cents), key, kind: 'refund' as const, contra };
        const taken = { source, refundId, leftMicros: eur(left), wholeMicros: eur(1_000n), reason: 'asked for' };
        await atomically(ctx(), async (ctx) => {
          expect((await debitPaid(ctx, debit)).posted).toBe(true);
          await takeBonus(ctx, taken);
        });
        return refundId;
      },
      async back(refundId: string) {
        api.pass(1);
        await bonusBack(ctx(), source, refundId, 'the bank refused');
      },
    };
  }

  it('is given once, and goes back with its refill by the same share, as far as it is unspent', async () => {
    const { balances, refund, use } = await refilled('Shares');
    expect(await balances()).toEqual(['bonus 4.00', 'paid 10.00']);
    await use(100n);
    await refund(500n, 500n);
    expect(await balances()).toEqual(['bonus 2.00', 'paid 5.00']);
    await refund(500n, 0n);
    expect(await balances()).toEqual(['paid 0.00']);
  });

  it('is there again when the refund comes to nothing', async () => {
    const { balances, refund, back, url } = await refilled('Refused');
    const refundId = await refund(1_000n, 0n);
    expect(await balances()).toEqual(['paid 0.00']);
    await back(refundId);
    await back(newId(ctx()));
    expect(await balances()).toEqual(['bonus 4.00', 'paid 0.00']);
    const { items } = await get(`${url}/history?kind=refund`);
    expect(items[0]).toMatchObject({ description: 'Bonus back', amount: '4.00' });
    const before = items
      .slice(1)
      .map((one: { description: string; amount: string }) => `${one.description} ${one.amount}`);
    expect(before.sort()).toEqual(['Bonus taken back -4.00', 'Refund -10.00']);
  });

  it('is paid out to nobody', async () => {
    const { refund, use, balances } = await refilled('Spent');
    await use(900n);
    expect(await balances()).toEqual(['paid 5.00']);
    const { refund: other, use: spend } = await refilled('Given');
    await spend(100n);
    await expect(other(1_001n, 0n)).rejects.toMatchObject({
      ...{ code: 'wallet.paid_money_spent', details: { wanted: '10.01', left: '10.00' } },
    });
    await refund(500n, 500n);
  });
});
