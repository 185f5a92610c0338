import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Organization } from '../kit/ctx.ts';
import { forgetOldKeys } from '../kit/http/once.ts';
import { tenancyRoutes } from './routes/index.ts';
import { call, type TenancyWorld, tenancyWorld } from './testing.ts';

let now = new Date();
let world: TenancyWorld;
let base: string;
let organization: Organization;
let key: string;

beforeAll(async () => {
  world = await tenancyWorld({ now: () => now });
  ({ base } = await world.serve((http) => tenancyRoutes(http, world.authentication)));
  ({ organization } = await world.organization());
  key = await world.key(organization);
});
afterAll(() => world.close());

const create = (idempotencyKey: string, body: unknown, as = key) =>
  call(base, 'POST', '/api/v1/companies', { key: as, body, headers: { 'idempotency-key': idempotencyKey } });
const countOf = async (name: string) =>
  (await world.owner.pool.query('select 1 from companies where name = $1', [name])).rowCount;

describe('an Idempotency-Key', () => {
  it('sent twice has one effect and the same answer, to the byte and in any order of fields', async () => {
    const first = await create('one', { name: 'Once', email: 'a@example.com' });
    const second = await create('one', { email: 'a@example.com', name: 'Once' });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(JSON.stringify(second.body)).toBe(JSON.stringify(first.body));
    expect(first.headers.get('idempotent-replay')).toBeNull();
    expect(second.headers.get('idempotent-replay')).toBe('true');
    expect(await countOf('Once')).toBe(1);
  });

  it('sent with another body, or to another route, is refused', async () => {
    await create('two', { name: 'Two' });
    const other = await create('two', { name: 'Two and a half' });
    expect([other.status, other.body.error.code]).toEqual([409, 'idempotency.key_reused']);
    const elsewhere = await call(base, 'PATCH', '/api/v1/organization', {
      key,
      body: { name: 'Two' },
      headers: { 'idempotency-key': 'two' },
    });
    expect([elsewhere.status, elsewhere.body.error.code]).toEqual([409, 'idempotency.key_reused']);
    expect(await countOf('Two and a half')).toBe(0);
  });

  it('sent twenty times at once has one effect and one answer', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => create('crowd', { name: 'Crowd' })));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotent-replay') === null)).toHaveLength(1);
    expect(await countOf('Crowd')).toBe(1);
  });

  it('is free again after a refusal: nothing was done, so nothing is remembered', async () => {
    const refused = await create('three', { name: 'Three', currency: 'XXZ' });
    expect(refused.status).toBe(400);
    expect((await create('three', { name: 'Three' })).status).toBe(201);
  });

  it('is each caller’s own, and not another organization’s', async () => {
    await create('mine', { name: 'Mine' });
    const colleague = await world.key(organization);
    expect((await create('mine', { name: 'Colleague’s' }, colleague)).status).toBe(201);
    const stranger = await world.key((await world.organization('Other')).organization);
    expect((await create('mine', { name: 'Stranger’s' }, stranger)).status).toBe(201);
  });

  it('is a new request after two days, and then old keys are forgotten', async () => {
    await create('old', { name: 'Old' });
    now = new Date(now.getTime() + 49 * 3_600_000);
    expect((await create('old', { name: 'New' })).status).toBe(201);
    expect(await forgetOldKeys(world.as(organization))).toBeGreaterThan(0);
    expect((await create('old', { name: 'New' })).headers.get('idempotent-replay')).toBe('true');
  });

  it('keeps an answer without a body', async () => {
    const made = await create('parent', { name: 'Gone' });
    const remove = () =>
      call(base, 'DELETE', `/api/v1/companies/${made.body.id}`, { key, headers: { 'idempotency-key': 'remove' } });
    expect((await remove()).status).toBe(204);
    const again = await remove();
    expect([again.status, again.body, again.headers.get('idempotent-replay')]).toEqual([204, '', 'true']);
  });
});

it('text with a NUL is refused, not a fault', async () => {
  const answer = await call(base, 'GET', '/api/v1/companies?search=%00', { key });
  expect([answer.status, answer.body.error.code]).toEqual([400, 'request.invalid']);
});
