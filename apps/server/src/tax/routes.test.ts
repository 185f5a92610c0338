import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Organization } from '../kit/ctx.ts';
import { publicId } from '../kit/ids.ts';
import { createCompany, ownersOf } from '../tenancy/index.ts';
import { type Answer, call, tenancyWorld } from '../tenancy/testing.ts';
import { taxFor, taxRoutes } from './index.ts';

let world: Awaited<ReturnType<typeof tenancyWorld>>;
let base: string;
let now = new Date('2026-03-15T10:30:00Z');
let ours: Organization;
let key: string;
let theirKey: string;

beforeAll(async () => {
  world = await tenancyWorld({ now: () => now });
  ({ base } = await world.serve((http) => taxRoutes(http)));
  ({ organization: ours } = await world.organization('Ours'));
  const { organization: theirs } = await world.organization('Theirs');
  [key, theirKey] = [await world.key(ours), await world.key(theirs)];
});
afterAll(() => world.close());

const send = (method: string, path: string, body?: unknown, as = key): Promise<Answer> =>
  call(base, method, `/api/v1/tax/${path}`, { key: as, body });
const company = async (name: string) => (await createCompany(world.as(ours), { name, currency: 'EUR' })).id;
const codeOf = ({ status, body: { error } }: Answer) => [status, error?.code, error?.field].filter(Boolean).join(' ');

describe('the VAT of an account', () => {
  it('is that of the organization unless it has one of its own, from a day on', async () => {
    const [org, id] = [publicId('organization', ours.id), await company('Aurora')];
    const account = publicId('company', id);
    expect((await send('GET', account)).body).toMatchObject({ category: 'O', percent: '0', from: null, rates: [] });

    const set = await send('POST', `${org}/rates`, { category: 'S', percent: '21' });
    expect([set.status, set.body]).toMatchObject([200, { account: org, category: 'S', percent: '21', from: org }]);
    expect((await send('GET', account)).body).toMatchObject({ category: 'S', percent: '21', from: org });

    await send('POST', `${account}/rates`, { category: 'S', percent: '7.7', validFrom: '2026-04-01' });
    expect((await send('GET', account)).body).toMatchObject({ percent: '21', from: org });
    now = new Date('2026-04-01T00:00:00Z');
    expect((await send('GET', account)).body).toMatchObject({ percent: '7.7', from: account });
    const [owner] = (await ownersOf(world.as(ours), [id])).values();
    expect(await taxFor(world.as(ours), owner!, new Date('2026-03-20T12:00:00Z'))).toMatchObject({ ratePpm: 210_000 });

    await send('POST', `${account}/rates`, { category: null });
    expect((await send('GET', account)).body).toMatchObject({ percent: '21', from: org });
  });

  it('keeps the past, and refuses what does not fit', async () => {
    const [org, account] = [publicId('organization', ours.id), publicId('company', await company('Borealis'))];
    const refused = async (path: string, body: unknown) => codeOf(await send('POST', `${path}/rates`, body));
    expect(await refused(account, { category: 'S', percent: '19', validFrom: '2026-01-01' })).toEqual(
      '400 tax.day_over body.validFrom',
    );
    expect(await refused(account, { category: 'S' })).toEqual('400 tax.percent_does_not_fit body.percent');
    expect(await refused(account, { category: 'E', percent: '5' })).toEqual(
      '400 tax.percent_does_not_fit body.percent',
    );
    expect(await refused(org, { category: null })).toEqual('400 tax.nobody_above body.category');
    expect((await send('POST', `${account}/rates`, { category: 'S', percent: '101' })).status).toBe(400);
  });

  it('is of nobody else', async () => {
    const account = publicId('company', await company('Cumulus'));
    expect(codeOf(await send('GET', account, undefined, theirKey))).toBe('404 account.not_found');
    expect(codeOf(await send('POST', `${account}/rates`, { category: 'E' }, theirKey))).toBe('404 account.not_found');
  });
});

describe('reverse charge', () => {
  it('needs a number that was found valid, and holds on to it', async () => {
    const account = publicId('company', await company('Delta'));
    const reverse = () => send('POST', `${account}/rates`, { category: 'AE', reason: 'Reverse charge' });
    const check = (valid: boolean) => send('POST', `${account}/number/checks`, { valid, reference: 'WAPI-1' });
    expect(codeOf(await check(true))).toContain('409 tax.number_missing');
    expect(codeOf(await reverse())).toContain('409 tax.number_not_valid');

    await send('PUT', `${account}/number`, { country: 'NL', number: '123456789B01' });
    expect(codeOf(await reverse())).toContain('409 tax.number_not_valid');
    const checked = await check(true);
    expect(checked.body.number).toMatchObject({ valid: true, checkedHow: 'manual', reference: 'WAPI-1' });
    expect(checked.body.number.checkedAt).toBe(now.toISOString());
    expect((await reverse()).body).toMatchObject({ category: 'AE', percent: '0', reason: 'Reverse charge' });

    const other = await send('PUT', `${account}/number`, { country: 'NL', number: '999999999B01' });
    expect(codeOf(other)).toContain('409 tax.reverse_charge_stands');
    expect(codeOf(await check(false))).toContain('409 tax.reverse_charge_stands');
    // The rate that was set last holds, and the clock of this test stands.
    now = new Date(now.getTime() + 1000);
    await send('POST', `${account}/rates`, { category: null });
    expect(
      (await send('PUT', `${account}/number`, { country: 'NL', number: '999999999B01' })).body.number,
    ).toMatchObject({
      valid: null,
      checkedAt: null,
    });
  });
});
