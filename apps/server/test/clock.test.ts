import { afterAll, beforeAll, expect, it } from 'vitest';
import { publicId } from '../src/kit/ids.ts';
import { openWorld, type World } from './world.ts';

/** Lines of the month that is measured: some of every type of plan. */
const size = Number(process.env.SIZE ?? 1_000);
const types = 8;

let world: World;

beforeAll(async () => {
  world = await openWorld({ now: new Date('2026-03-01T00:00:00Z') });
});
afterAll(() => world.close());

// biome-ignore lint/suspicious/noExplicitAny: a test reads the body as it is on the wire.
type Body = any;

async function ok(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await world.api<Body>(method, path, body);
  expect([path, answer.status, answer.body?.error]).toEqual([path, expect.toSatisfy((s) => s < 300), undefined]);
  return answer.body;
}

const plan = async (type: string, form: Record<string, unknown>): Promise<string> =>
  (await ok('POST', '/api/v1/plans', { name: type, type, ...form })).id;

it(`takes ${size} lines of all plans over a month, and everything it set off is done when it answers`, async () => {
  const first = { billingStart: 'assignment' };
  const bundle = await plan('monthly_bundle', { fee: '9.00', allowanceMb: '3000', ...first, prorated: true });
  const next = await plan('monthly_bundle', { name: 'Larger', fee: '30.00', allowanceMb: '30000', ...first });
  const plans: { plan: string; pool?: string }[] = [
    { plan: bundle },
    { plan: await plan('pay_per_mb', { fee: '1.00', pricePerMb: '0.10', recurringScope: 'all' }) },
    { plan: await plan('unlimited', { fee: '20.00' }) },
    { plan: await plan('prepaid', { validityDays: 30, refills: [{ mb: '1000', price: '10.00' }] }) },
    { plan: await plan('paygo', { fee: '1.00', pricePerMb: '0.10', ...first }) },
    {
      plan: await plan('static_pool', { activationFee: '1.00' }),
      pool: (await ok('POST', '/api/v1/pools', { name: 'S', type: 'static', allowanceMb: '9000', fee: '50.00' })).id,
    },
    {
      plan: await plan('dynamic_pool', { fee: '5.00', allowanceMb: '100', ...first }),
      pool: (await ok('POST', '/api/v1/pools', { name: 'D', type: 'dynamic' })).id,
    },
    { plan: publicId('plan', world.plan.id) },
  ];
  const own = publicId('organization', world.organization.id);
  const wallet = await ok('POST', '/api/v1/wallets', { owner: own });
  // Enough for the first month's fees, and for half of the next one's: those take it to its floor.
  const paid = Math.floor((size / types) * 1.5);
  await ok('POST', `/api/v1/wallets/${wallet.id}/credits`, { amount: paid.toFixed(2), reason: 'paid in' });
  const sims = (await world.stock(size)).map((sim) => publicId('sim', sim.id));
  const of = (kind: number) => sims.filter((_, i) => i % types === kind);
  for (const [kind, on] of plans.entries()) {
    await ok('POST', '/api/v1/sims/bulk', { ids: of(kind), action: 'assign_plan', effective: 'now', ...on });
  }
  const refill = (await ok('GET', `/api/v1/sims/${of(3)[0]}`)).prepaid.refills[0].id;
  await ok('POST', '/api/v1/sims/bulk', { ids: of(3), action: 'refill', refill });
  for (const kind of [1, 2, 3, 5, 7]) await ok('POST', '/api/v1/sims/bulk', { ids: of(kind), action: 'activate' });
  await ok('POST', '/api/v1/sims/bulk', { ids: of(0), action: 'assign_plan', plan: next, effective: 'next_period' });

  const before = await ok('GET', '/api/v1/sandbox/clock');
  expect(before).toMatchObject({ sandbox: true, aheadMs: '0', timeZone: 'UTC', due: false });
  const from = performance.now();
  await world.advance({ months: 1, hours: 1 });
  const seconds = (performance.now() - from) / 1000;
  console.log(`a month of ${size} lines of all types of plans: ${seconds.toFixed(1)} s`);

  const after = await ok('GET', '/api/v1/sandbox/clock');
  expect(after).toMatchObject({ due: false, aheadMs: `${31 * 86_400_000 + 3_600_000}` });
  const quiet = await world.owner.pool.query(
    `select (select count(*) from events where position is null)::int as waiting, (select count(*) from event_sheets)::int as sheets,
            (select bool_and(reacted_position = last_position) from event_positions) as reacted`,
  );
  expect(quiet.rows).toEqual([{ waiting: 0, sheets: 0, reacted: true }]);
  const see = async (kind: number) => ok('GET', `/api/v1/sims/${of(kind)[0]}`);
  expect(await see(0)).toMatchObject({ plan: { id: next }, planChange: null, leftBytes: '30000000000' });
  expect(await see(1)).toMatchObject({ period: { total: '1.00' }, daysLeft: 30 });
  expect(await see(3)).toMatchObject({ status: 'Suspended', blocks: [{ reason: 'validity' }], leftBytes: '0' });
  const unpaid = await world.owner.pool.query(`select count(*)::int as n from blocks where reason = 'fee_unpaid'`);
  expect(unpaid.rows[0].n).toBe(Math.ceil(size / types / 2));
  // The wallet came to its floor by the fees: every line that draws on it is told, those whose fee was paid too.
  const stopped = await world.owner.pool.query(
    `select count(*)::int as n from blocks where reason = 'balance' and lifted_at is null`,
  );
  expect(stopped.rows[0].n).toBe(size / types);
  expect(await see(5)).toMatchObject({ pool: { leftBytes: '9000000000' } });
  expect(await see(6)).toMatchObject({ pool: { leftBytes: `${(size / types) * 100_000_000}` } });
  expect(await world.drift()).toEqual([]);
  expect(seconds).toBeLessThan(30);
});

it('answers a repeat with the same, and moves no further', async () => {
  const headers = { 'idempotency-key': 'one-day-once' };
  const move = () => world.api<Body>('POST', '/api/v1/sandbox/clock', { advance: { days: 1 } }, headers);
  const [one, two] = [await move(), await move()];
  expect([one.status, two.body]).toEqual([200, one.body]);
  expect(two.headers.get('idempotent-replay')).toBe('true');
  const { body } = await world.api<Body>('GET', '/api/v1/sandbox/clock');
  expect(new Date(body.now).getTime() - new Date(one.body.now).getTime()).toBeLessThan(60_000);
  const wrong = await world.api<Body>('POST', '/api/v1/sandbox/clock', { advance: {} });
  expect([wrong.status, wrong.body.error.code]).toEqual([400, 'clock.move_invalid']);
});
