import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drift } from '../../test/world.ts';
import { type Api, openApi, type TestOrganization, type TestSim } from '../insight/testing.ts';
import * as inventory from '../inventory/index.ts';
import { atomically } from '../kit/db.ts';
import { type Id, parsePublicId } from '../kit/ids.ts';
import { creditWallet } from '../ledger/index.ts';
import { askReview, collectDueFees, reviewWallets } from './index.ts';

let api: Api;
let ours: TestOrganization;

beforeAll(async () => {
  api = await openApi();
  ours = await api.open('Ours');
});
afterAll(async () => {
  expect(await drift(api.owner)).toEqual([]);
  await api.close();
});

const send = async (method: string, path: string, body?: unknown) => {
  const answer = await api.send(method, path, ours.key, body);
  expect([path, answer.status < 300 ? 'done' : answer.body]).toEqual([path, 'done']);
  return answer.body;
};
const get = async (path: string) => (await api.get(path, ours.key)).body;

let serial = 0;

/** A company with a wallet of so much, and PAYGO lines of it: 0.10 for each MB, and a fee from assignment on. */
async function account(money: string, floor = '0') {
  serial += 1;
  const company = await api.company(ours, { name: `Account ${serial}` });
  const { id } = await send('POST', '/api/v1/wallets', { owner: company.publicId, floor });
  const url = `/api/v1/wallets/${id}`;
  const credit = (amount: string) => send('POST', `${url}/credits`, { amount, reason: 'paid in', kind: 'refill' });
  if (money !== '0') await credit(money);
  const account = { company, url, credit, walletId: parsePublicId('wallet', id)! };
  return {
    ...account,
    lines: async (count: number, fee: string): Promise<TestSim[]> => {
      serial += 1;
      const terms = { type: 'paygo', fee, pricePerMb: '0.10', billingStart: 'assignment' };
      const plan = await send('POST', '/api/v1/plans', { name: `PAYGO ${serial}`, ...terms });
      const sims = await api.stock(ours, count);
      const ids = sims.map((sim) => sim.id);
      await atomically(api.as(ours.organization), (ctx) => inventory.register(ctx, ids, company.id));
      for (const sim of sims) {
        await send('PUT', `/api/v1/sims/${sim.publicId}/plan`, { plan: plan.id });
        api.pass(1);
      }
      return sims;
    },
  };
}

/** What a reaction asks for, and the worker does. */
async function review(walletId: Id): Promise<void> {
  const ctx = api.as(ours.organization);
  await atomically(ctx, (ctx) => askReview(ctx, walletId));
  await reviewWallets(api.as(ours.organization));
}

const blocksOf = async (sim: TestSim) => (await get(`/api/v1/sims/${sim.publicId}`)).blocks.map(reason).sort();
const reason = (block: { reason: string }) => block.reason;
const dueOf = async (url: string) => (await get(`${url}/due-fees`)).items.map((fee: { amount: string }) => fee.amount);

describe('a recurring fee that the wallet cannot pay', () => {
  it('stays due and blocks its SIM, until a credit pays it, within the request', async () => {
    const { url, credit, lines } = await account('4.99');
    const [sim] = await lines(1, '5.00');
    expect(await blocksOf(sim!)).toEqual(['fee_unpaid']);
    const due = await get(`${url}/due-fees`);
    expect(due).toMatchObject({
      items: [{ kind: 'recurring', amount: '5.00', sim: { iccid: sim!.iccid }, settledAt: null }],
      total: { fees: 1, amount: '5.00', currency: 'EUR' },
    });
    // A cent more than is missing: the floor is reached by nothing but the fee, and the line may go on.
    expect(await credit('0.02')).toMatchObject({ remaining: '0.01' });
    expect(await blocksOf(sim!)).toEqual([]);
    expect(await get(`${url}/due-fees`)).toMatchObject({ items: [], total: { fees: 0, amount: '0.00' } });
    const settled = (await get(`${url}/due-fees?settled=true`)).items;
    expect(settled).toMatchObject([{ settledAs: 'paid' }]);
    const history = (await get(`${url}/history?kind=fee`)).items;
    expect(history).toMatchObject([
      { description: 'Recurring fee', amount: '-5.00', remaining: '0.01', sim: { iccid: sim!.iccid } },
    ]);
    expect(await get(`${url}/overview`)).toMatchObject({ credited: '5.01', spentOnFees: '5.00', ending: '0.01' });
  });

  it('is collected oldest first, and no younger one overtakes it', async () => {
    const { url, credit, lines } = await account('0', '-1.00');
    const [old] = await lines(1, '30.00');
    const young = await lines(2, '2.00');
    expect(await dueOf(url)).toEqual(['30.00', '2.00', '2.00']);
    await credit('20.00');
    expect(await dueOf(url)).toEqual(['30.00', '2.00', '2.00']);
    await credit('11.50');
    expect(await dueOf(url)).toEqual(['2.00']);
    expect(await get(url)).toMatchObject({ remaining: '-0.50' });
    const all = [old!, ...young];
    expect(await Promise.all(all.map(blocksOf))).toEqual([[], [], ['fee_unpaid']]);
    // What the floor allows is money too.
    await send('PATCH', url, { floor: '-2.60' });
    expect(await dueOf(url)).toEqual([]);
    expect(await blocksOf(young[1]!)).toEqual([]);
  });

  it('may be waived, once, and is charged to nobody', async () => {
    const { url, lines } = await account('0');
    const [sim] = await lines(1, '3.00');
    const [{ id }] = (await get(`${url}/due-fees`)).items;
    const waived = await send('POST', `${url}/due-fees/${id}/waive`, { reason: 'our mistake' });
    expect(waived).toMatchObject({ settledAs: 'waived', amount: '3.00' });
    // It stands at its floor still, and that has a block of its own.
    expect(await blocksOf(sim!)).toEqual(['balance']);
    const again = await api.send('POST', `${url}/due-fees/${id}/waive`, ours.key, { reason: 'again' });
    expect([again.status, again.body.error.code]).toEqual([409, 'due_fee.settled']);
    expect((await get(`${url}/history`)).items).toEqual([]);
  });

  it('is collected once by two who come at the same moment', async () => {
    const { url, walletId, lines } = await account('0', '0');
    await lines(3, '1.00');
    // Money that nobody has told of yet.
    const ctx = api.as(ours.organization);
    await creditWallet(ctx, { walletId, amountMicros: 500_000_000n, kind: 'refill', reason: 'paid in', key: 'both' });
    await Promise.all([collectDueFees(ctx, walletId), collectDueFees(ctx, walletId), collectDueFees(ctx, walletId)]);
    expect(await dueOf(url)).toEqual([]);
    expect(await get(url)).toMatchObject({ remaining: '2.00' });
  });
});

describe('a wallet at its floor', () => {
  it('has all its lines blocked: the one that used at once, the others by review; a credit frees them', async () => {
    const { url, walletId, credit, lines } = await account('1.00');
    const [first, second, third] = await lines(3, '0');
    await api.use(ours, first!, { kind: 'start' });
    await api.use(ours, first!, { down: 9_000_000n });
    expect(await get(url)).toMatchObject({ remaining: '0.10', atFloor: false });
    api.pass(1);
    await api.use(ours, first!, { down: 12_000_000n });
    expect(await get(url)).toMatchObject({ remaining: '-0.20', atFloor: true, overshoot: '0.20' });
    expect(await Promise.all([first!, second!].map(blocksOf))).toEqual([['balance'], []]);
    await review(walletId);
    expect(await Promise.all([first!, second!, third!].map(blocksOf))).toEqual([['balance'], ['balance'], ['balance']]);
    await credit('0.20');
    expect(await blocksOf(second!)).toEqual(['balance']);
    await credit('0.01');
    expect(await Promise.all([first!, second!, third!].map(blocksOf))).toEqual([[], [], []]);
    const usage = (await get(`${url}/history?kind=usage`)).items;
    expect(usage.map((one: { amount: string }) => one.amount)).toEqual(['-0.30', '-0.90']);
    expect(await get(`${url}/overview`)).toMatchObject({
      ...{ starting: '0.00', credited: '1.21', spentOnUsage: '1.20', ending: '0.01' },
      ...{ lowest: '-0.20', overshoot: '0.20' },
    });
  });

  it('is at it also when the floor is raised to what is there, and no longer when it is lowered', async () => {
    const { url, walletId, lines } = await account('5.00');
    const [sim] = await lines(1, '0');
    await send('PATCH', url, { floor: '5.00' });
    await review(walletId);
    expect(await blocksOf(sim!)).toEqual(['balance']);
    await send('PATCH', url, { floor: '4.99' });
    expect(await blocksOf(sim!)).toEqual([]);
  });

  it('leaves alone who pays otherwise, and what is blocked for another reason', async () => {
    const { company, walletId, credit, lines } = await account('0');
    const [sim] = await lines(1, '0');
    await send('POST', `/api/v1/sims/${sim!.publicId}/blocks`, { reason: 'manual' });
    const prepaid = await send('POST', '/api/v1/plans', {
      ...{ name: 'Prepaid beside', type: 'prepaid', validityDays: 30, refills: [{ mb: '100', price: '5.00' }] },
    });
    const [other] = await api.stock(ours, 1);
    await atomically(api.as(ours.organization), (ctx) => inventory.register(ctx, [other!.id], company.id));
    await send('PUT', `/api/v1/sims/${other!.publicId}/plan`, { plan: prepaid.id });
    expect(await blocksOf(other!)).toEqual(['balance']);
    expect(await blocksOf(sim!)).toEqual(['balance', 'manual']);
    await credit('1.00');
    await review(walletId);
    expect(await blocksOf(sim!)).toEqual(['manual']);
    expect(await blocksOf(other!)).toEqual(['balance']);
  });

  it('frees a hundred at once and the rest by review, however many they are', async () => {
    const { walletId, credit, lines } = await account('0');
    const sims = await lines(1, '0');
    const company = (await get(`/api/v1/sims/${sims[0]!.publicId}`)).company.id;
    const plan = (await get(`/api/v1/sims/${sims[0]!.publicId}`)).plan.id;
    const many = await api.stock(ours, 130);
    const ids = many.map((sim) => sim.id);
    await atomically(api.as(ours.organization), (ctx) =>
      inventory.register(ctx, ids, parsePublicId('company', company)!),
    );
    await send('POST', '/api/v1/sims/bulk', { ids: many.map((s) => s.publicId), action: 'assign_plan', plan });
    const blocked = async () => {
      const found = await api.owner.pool.query(
        "select count(*)::int as n from blocks where reason = 'balance' and lifted_at is null and line_id = any($1)",
        [[...ids, sims[0]!.id]],
      );
      return found.rows[0].n as number;
    };
    expect(await blocked()).toBe(131);
    await credit('1.00');
    expect(await blocked()).toBe(31);
    await review(walletId);
    expect(await blocked()).toBe(0);
  });
});
