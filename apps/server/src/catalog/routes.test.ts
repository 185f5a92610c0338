import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, openApi, type TestOrganization } from '../insight/testing.ts';

let api: Api;
let ours: TestOrganization;
let theirs: TestOrganization;

beforeAll(async () => {
  api = await openApi();
  ours = await api.open('Ours');
  theirs = await api.open('Theirs');
});
afterAll(() => api.close());

const url = '/api/v1/plans';

describe('plans', () => {
  it('are made, changed by a new version, and archived', async () => {
    const made = await api.send('POST', url, ours.key, {
      ...{ name: 'World', type: 'super_sim', fee: '1.50', pricePerMb: '0.0125' },
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...{ name: 'World', type: 'super_sim', superSimDefault: false, sims: 0, archivedAt: null },
      version: {
        ...{ version: 1, currency: 'EUR', fee: '1.50', activationFee: '0.00', pricePerMb: '0.0125', tiers: null },
        ...{ readyExitBytes: '250000', readyExitCommands: 5, readyExitMonths: 3, unitBase: 1000 },
      },
    });
    const plan = `${url}/${made.body.id}`;
    const tiers = [
      { upToMb: '100', pricePerMb: '0.10' },
      { upToMb: null, pricePerMb: '0.05' },
    ];
    const next = await api.send('POST', `${plan}/versions`, ours.key, { fee: '2.00', tiers, dataLimitMb: '500' });
    expect([next.status, next.body.version]).toMatchObject([
      201,
      { version: 2, fee: '2.00', pricePerMb: '0.0125', tiers, dataLimitMb: '500' },
    ]);
    const cleared = await api.send('POST', `${plan}/versions`, ours.key, { tiers: null, dataLimitMb: null });
    expect(cleared.body.version).toMatchObject({ version: 3, fee: '2.00', tiers: null, dataLimitMb: null });
    const first = await api.get(`${plan}/versions?limit=2`, ours.key);
    expect(first.body.items.map((v: { version: number }) => v.version)).toEqual([3, 2]);
    const rest = await api.get(`${plan}/versions?limit=2&cursor=${first.body.nextCursor}`, ours.key);
    expect(rest.body).toMatchObject({ items: [{ version: 1, fee: '1.50' }], nextCursor: null });
    expect((await api.send('DELETE', plan, ours.key)).status).toBe(204);
    expect((await api.send('DELETE', plan, ours.key)).status).toBe(204);
    expect((await api.get(url, ours.key)).body.items.map((p: { name: string }) => p.name)).toEqual(['Super SIM']);
    expect((await api.get(`${url}?archived=true`, ours.key)).body.items).toHaveLength(1);
    const late = await api.send('POST', `${plan}/versions`, ours.key, { fee: '3.00' });
    expect([late.status, late.body.error.code]).toEqual([409, 'plan.archived']);
  });

  it('say which field cannot be', async () => {
    for (const [body, field] of [
      [{ name: 'x', type: 'super_sim' }, 'body.pricePerMb'],
      [{ name: 'x', type: 'super_sim', pricePerMb: '1', fee: '-1.00' }, 'body.fee'],
      [{ name: 'x', type: 'super_sim', pricePerMb: 1 }, 'body.pricePerMb'],
      [{ name: 'x', type: 'monthly_bundle', allowanceMb: '1', overageSizeMb: '1' }, 'body.overagePrice'],
      [{ name: 'x', type: 'monthly_bundle', allowanceMb: '1', dataLimitMb: '0' }, 'body.dataLimitMb'],
      [{ name: 'x', type: 'prepaid' }, 'body.type'],
    ] as const) {
      const answer = await api.send('POST', url, ours.key, body);
      expect([answer.status, answer.body.error.field]).toEqual([400, field]);
    }
    const taken = await api.send('POST', url, ours.key, { name: 'super sim', type: 'super_sim', pricePerMb: '1' });
    expect([taken.status, taken.body.error.field]).toEqual([409, 'body.name']);
  });

  it('keep the default, belong to one organization, and are only looked at by companies', async () => {
    const standard = (await api.get(url, ours.key)).body.items.find(
      (p: { superSimDefault: boolean }) => p.superSimDefault,
    );
    const kept = await api.send('DELETE', `${url}/${standard.id}`, ours.key);
    expect([kept.status, kept.body.error.code]).toEqual([409, 'plan.is_default']);
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['DELETE', '', undefined],
      ['GET', '/versions', undefined],
      ['POST', '/versions', { fee: '1.00' }],
    ] as const) {
      const answer = await api.send(method, `${url}/${standard.id}${path}`, theirs.key, body);
      expect([answer.status, answer.body.error.code]).toEqual([404, 'plan.not_found']);
    }
    const company = await api.company(ours, { name: 'Looks' });
    expect((await api.get(url, company.key)).body.items).toHaveLength(1);
    expect((await api.send('POST', url, company.key, { name: 'x', type: 'super_sim', pricePerMb: '1' })).status).toBe(
      403,
    );
  });
});

describe('networks', () => {
  it('are listed with names and countries', async () => {
    const found = await api.get('/api/v1/networks?country=DE&search=vodafone&limit=1', ours.key);
    expect(found.body.items).toMatchObject([{ country: 'DE', name: expect.stringMatching(/vodafone/i) }]);
    expect(found.body.nextCursor).not.toBeNull();
    const wrong = await api.get('/api/v1/networks?country=Germany', ours.key);
    expect([wrong.status, wrong.body.error.field]).toEqual([400, 'query.country']);
  });
});
