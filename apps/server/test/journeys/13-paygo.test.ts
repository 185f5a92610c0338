import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as inventory from '../../src/inventory/index.ts';
import { atomically } from '../../src/kit/db.ts';
import { type Id, parsePublicId, publicId } from '../../src/kit/ids.ts';
import { openWorld, type World } from '../world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

const mb = 1_000_000n;
type Sim = { lifecycle: string; status: string; blocks: { reason: string }[] };
type Wallet = { id: string; remaining: string; floor: string; atFloor: boolean; overshoot: string };
type Page<T> = { items: T[] };

const done = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
  const answer = await world.api<T>(method, path, body);
  expect([path, answer.status < 300 ? 'done' : answer.body]).toEqual([path, 'done']);
  return answer.body;
};
const simPath = (id: Id) => `/api/v1/sims/${publicId('sim', id)}`;
const blocks = async (id: Id) =>
  (await done<Sim>('GET', simPath(id))).blocks.map(({ reason }: { reason: string }) => reason).sort();

/** SIMs of a company on a plan that takes 0.10 for each MB, and a fee from the first usage on, from its wallet. */
async function sold(count: number, fee: string) {
  const company = await done<{ id: string }>('POST', '/api/v1/companies', { name: `Rail ${fee}` });
  const wallet = await done<Wallet>('POST', '/api/v1/wallets', { owner: company.id, floor: '-1.00' });
  const plan = await done<{ id: string }>('POST', '/api/v1/plans', {
    ...{ name: `PAYGO ${fee}`, type: 'paygo', fee, pricePerMb: '0.10', billingStart: 'first_usage' },
  });
  const sims = await world.stock(count);
  const companyId = parsePublicId('company', company.id)!;
  await atomically(world.ctx(), (ctx) =>
    inventory.register(
      ctx,
      sims.map((sim) => sim.id),
      companyId,
    ),
  );
  for (const sim of sims) await done('PUT', `${simPath(sim.id)}/plan`, { plan: plan.id });
  return { sims, wallet: `/api/v1/wallets/${wallet.id}` };
}

describe('a wallet pays for usage as it happens', () => {
  it('stops all its SIMs at its floor, and lets them on by the time a credit is answered', async () => {
    const { sims, wallet } = await sold(2, '2.00');
    const [one, two] = sims as [(typeof sims)[0], (typeof sims)[0]];
    await done('POST', `${wallet}/credits`, { amount: '3.00', reason: 'bank transfer', kind: 'refill' });
    const device = world.gateway.device({ imsi: one.imsi, plmn: '26201', apn: 'internet' });
    const other = world.gateway.device({ imsi: two.imsi, plmn: '26201', apn: 'internet' });

    // The first usage makes it active: the fee and the usage leave the wallet at once.
    expect(await device.attach()).toBe(true);
    expect(await device.start()).toBe(true);
    expect(await device.update(2n * mb, 3n * mb)).toBe(true);
    expect(await done<Wallet>('GET', wallet)).toMatchObject({ remaining: '0.50', atFloor: false });
    expect(await done<Sim>('GET', simPath(one.id))).toMatchObject({ lifecycle: 'active', blocks: [] });

    // 16 MB more: the floor of -1.00 is passed by 0.10, booked all the same, and both SIMs are stopped.
    expect(await device.update(8n * mb, 13n * mb)).toBe(true);
    expect(await done<Wallet>('GET', wallet)).toMatchObject({ remaining: '-1.10', atFloor: true, overshoot: '0.10' });
    expect(await blocks(one.id)).toEqual(['balance']);
    await world.until('the Disconnect-Request', async () =>
      world.gateway.disconnects.some((d) => d.acctSessionId === device.acctSessionId),
    );
    expect(await device.stop(8n * mb, 13n * mb, { terminateCause: 6 })).toBe(true);
    await world.until('the block of the other SIM', async () => (await blocks(two.id)).includes('balance'));
    expect([await device.attach(), await other.attach()]).toEqual([false, false]);

    // Too little, then enough: what had to wait for money is free when the credit answers.
    await done('POST', `${wallet}/credits`, { amount: '0.10', reason: 'a cent short', kind: 'refill' });
    expect(await blocks(two.id)).toEqual(['balance']);
    await done('POST', `${wallet}/credits`, { amount: '5.00', reason: 'bank transfer', kind: 'refill' });
    expect([await blocks(one.id), await blocks(two.id)]).toEqual([[], []]);
    expect([await device.attach(), await other.attach()]).toEqual([true, true]);

    const { items } = await done<Page<{ kind: string; amount: string }>>('GET', `${wallet}/history`);
    expect(items.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['refill', '5.00'],
      ['refill', '0.10'],
      ['usage', '-1.60'],
      // Both of the record that made it active, in the order of the ledger's ids.
      ...[...items.slice(3, 5)].map(({ kind, amount }) => [kind, amount]),
      ['refill', '3.00'],
    ]);
    expect(
      items
        .slice(3, 5)
        .map(({ amount }) => amount)
        .sort(),
    ).toEqual(['-0.50', '-2.00']);
  });

  it('collects the fee of the next month when money comes, and blocks its SIM until then', async () => {
    const { sims, wallet } = await sold(1, '4.00');
    const [sim] = sims as [(typeof sims)[0]];
    await done('POST', `${wallet}/credits`, { amount: '4.00', reason: 'bank transfer', kind: 'refill' });
    const device = world.gateway.device({ imsi: sim.imsi, plmn: '26201', apn: 'internet' });
    expect(await device.attach()).toBe(true);
    expect(await device.update(1n * mb, 1n * mb)).toBe(true);
    expect(await done<Wallet>('GET', wallet)).toMatchObject({ remaining: '-0.20' });

    await world.advance({ months: 1, hours: 1 });
    expect(await blocks(sim.id)).toEqual(['fee_unpaid']);
    const due = await done<Page<{ amount: string }> & { total: unknown }>('GET', `${wallet}/due-fees`);
    expect(due).toMatchObject({ items: [{ amount: '4.00' }], total: { fees: 1, amount: '4.00' } });
    await world.advance({ months: 1 });
    expect(await done('GET', `${wallet}/due-fees`)).toMatchObject({ total: { fees: 2, amount: '8.00' } });

    // Enough for the older one alone: the SIM waits for both.
    await done('POST', `${wallet}/credits`, { amount: '4.00', reason: 'bank transfer', kind: 'refill' });
    expect(await done('GET', `${wallet}/due-fees`)).toMatchObject({ total: { fees: 1, amount: '4.00' } });
    expect(await blocks(sim.id)).toEqual(['fee_unpaid']);
    await done('POST', `${wallet}/credits`, { amount: '4.00', reason: 'bank transfer', kind: 'refill' });
    expect(await blocks(sim.id)).toEqual([]);
    expect(await done<Wallet>('GET', wallet)).toMatchObject({ remaining: '-0.20', atFloor: false });
  });
});
