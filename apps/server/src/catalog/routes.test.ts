import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, openApi, type TestOrganization } from '../insight/testing.ts';
import { reading, rows, sql } from '../kit/db.ts';
import { publicId } from '../kit/ids.ts';

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

/** What the audit log says was done to a thing; the clock stands, so in the order of names. */
async function told(objectId: string): Promise<string[]> {
  const statement = sql`select action from audit_log where object_id = ${objectId} order by action`;
  const entries = await reading(api.as(ours.organization), (ctx) => rows<{ action: string }>(ctx, statement));
  return entries.map((entry) => entry.action);
}

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
      [{ name: 'x', type: 'prepaid' }, 'body.validityDays'],
      [{ name: 'x', type: 'yearly' }, 'body.type'],
      [{ name: 'x', type: 'paygo', rates: [{ service: 'data', zone: null, model: 'flat' }] }, 'body.rates[0].amount'],
      [{ name: 'x', type: 'paygo', rates: [{ service: 'data', zone: null, model: 'free' }] }, 'body.rates[0].model'],
      [{ name: 'x', type: 'prepaid', validityDays: 1, refills: [{ mb: '0', price: '1' }] }, 'body.refills[0].mb'],
      [{ name: 'x', type: 'unlimited', telecom: `tel_${'0'.repeat(32)}` }, 'body.telecom'],
      [{ name: 'x', type: 'unlimited', companies: [`com_${'0'.repeat(32)}`] }, 'body.companies[0]'],
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

describe('plans of all types', () => {
  it('keep what was written, refills by their ids, from version to version', async () => {
    const made = await api.send('POST', url, ours.key, {
      ...{ type: 'prepaid', validityDays: 30, smsPrice: '0.05', voicePrice: '0.10', voiceIncrementSeconds: 6 },
      refills: [
        { mb: '500', price: '5.00' },
        { mb: '1000', price: '9.00' },
      ],
    });
    expect(made.body).toMatchObject({
      ...{ name: 'Prepaid 30 days', namedByUs: true },
      version: { validityDays: 30, smsPrice: '0.05', voicePrice: '0.10', voiceIncrementSeconds: 6, rates: [] },
    });
    const [small, large] = made.body.version.refills;
    const next = await api.send('POST', `${url}/${made.body.id}/versions`, ours.key, {
      ...{ validityDays: 60, voicePrice: null, voiceIncrementSeconds: null },
      refills: [
        { ...large, price: '8.50' },
        { mb: '2000', price: '15.00' },
      ],
    });
    expect(next.body).toMatchObject({
      name: 'Prepaid 60 days',
      version: {
        version: 2,
        smsPrice: '0.05',
        voicePrice: null,
        refills: [{ id: large.id, mb: '1000', price: '8.50' }, {}],
      },
    });
    const added = next.body.version.refills[1].id;
    expect([small.id, large.id]).not.toContain(added);
    const unknown = await api.send('POST', `${url}/${made.body.id}/versions`, ours.key, { refills: [small] });
    expect([unknown.status, unknown.body.error.field]).toEqual([400, 'body.refills[0].id']);
  });

  it('are named after their terms until somebody writes a name', async () => {
    const body = { type: 'monthly_bundle', fee: '5.00', allowanceMb: '1000' };
    const first = await api.send('POST', url, ours.key, body);
    const second = await api.send('POST', url, ours.key, body);
    expect([first.body.name, second.body.name]).toEqual([
      'Monthly bundle 1 GB 5.00 EUR',
      'Monthly bundle 1 GB 5.00 EUR (2)',
    ]);
    const plan = `${url}/${second.body.id}`;
    const dearer = await api.send('POST', `${plan}/versions`, ours.key, { fee: '6.00' });
    expect(dearer.body.name).toBe('Monthly bundle 1 GB 6.00 EUR');
    const named = await api.send('PATCH', plan, ours.key, {
      name: 'Start',
      description: 'For a start.',
      labels: ['iot'],
    });
    expect(named.body).toMatchObject({ name: 'Start', namedByUs: false, description: 'For a start.', labels: ['iot'] });
    expect((await api.send('POST', `${plan}/versions`, ours.key, { fee: '7.00' })).body.name).toBe('Start');
    const again = await api.send('PATCH', plan, ours.key, { name: null });
    expect(again.body).toMatchObject({ name: 'Monthly bundle 1 GB 7.00 EUR', namedByUs: true, labels: ['iot'] });
    const taken = await api.send('PATCH', plan, ours.key, { name: first.body.name });
    expect([taken.status, taken.body.error.code]).toEqual([409, 'plan.name_taken']);
    expect(await told(second.body.id)).toEqual([
      ...['plan.created', 'plan.updated', 'plan.updated', 'plan.version_created', 'plan.version_created'],
    ]);
  });

  it('are for chosen companies and a telecom, in their currency', async () => {
    const euros = await api.company(ours, { name: 'Euros' });
    const dollars = await api.company(ours, { name: 'Dollars', currency: 'USD' });
    const foreign = await api.company(theirs, { name: 'Theirs' });
    const body = { name: 'For Euros', type: 'unlimited', fee: '1.00' };
    for (const companies of [[dollars], [euros, foreign]]) {
      const refused = await api.send('POST', url, ours.key, { ...body, companies: companies.map((c) => c.publicId) });
      expect([refused.status, refused.body.error.field]).toEqual([400, `body.companies[${companies.length - 1}]`]);
    }
    const telecom = publicId('telecom', ours.telecomId);
    const made = await api.send('POST', url, ours.key, { ...body, telecom, companies: [euros.publicId] });
    expect(made.body).toMatchObject({
      ...{ designated: true, companies: [{ id: euros.publicId, name: 'Euros' }] },
      telecom: { id: telecom, name: 'Core network' },
    });
    const plan = `${url}/${made.body.id}`;
    const moved = await api.send('POST', `${plan}/versions`, ours.key, { currency: 'USD' });
    expect([moved.body.error.code, moved.body.error.field]).toEqual(['plan.wrong_currency', 'body.currency']);

    const names = async (key: string, query = '') =>
      (await api.get(`${url}?type=unlimited${query}`, key)).body.items.map((p: { name: string }) => p.name);
    expect(await names(euros.key)).toEqual(['For Euros']);
    expect(await names(dollars.key)).toEqual([]);
    expect((await api.get(plan, dollars.key)).status).toBe(404);
    expect(await names(dollars.key, `&company=${euros.publicId}`)).toEqual([]);
    expect(await names(ours.key, `&company=${dollars.publicId}`)).toEqual([]);
    expect(await names(ours.key, `&company=${euros.publicId}&telecom=${telecom}&designated=true&search=euro`)).toEqual([
      'For Euros',
    ]);
    expect(await names(ours.key, `&telecom=tel_${'0'.repeat(32)}`)).toEqual([]);
    expect((await names(ours.key, '&label=iot')).length).toBe(0);

    const copy = await api.send('POST', `${plan}/duplicate`, ours.key, {});
    expect(copy.body).toMatchObject({
      name: 'For Euros (2)',
      companies: [{ name: 'Euros' }],
      telecom: { id: telecom },
    });
    const general = await api.send('PATCH', plan, ours.key, { companies: [], telecom: null });
    expect(general.body).toMatchObject({ designated: false, companies: [], telecom: null });
    expect(await names(dollars.key)).toEqual(['For Euros']);
    const standard = (await api.get(`${url}?search=super sim`, ours.key)).body.items[0];
    const kept = await api.send('PATCH', `${url}/${standard.id}`, ours.key, { companies: [euros.publicId] });
    expect([kept.status, kept.body.error.code]).toEqual([409, 'plan.is_default']);
  });
});

describe('zones', () => {
  const zones = '/api/v1/zones';
  it('are made, changed and archived; a version keeps them as they were', async () => {
    const made = await api.send('POST', zones, ours.key, {
      name: 'DACH',
      countries: ['DE', 'CH', 'DE'],
      networks: ['23201'],
    });
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        name: 'DACH',
        countries: ['CH', 'DE'],
        networks: [{ plmn: '23201', country: 'AT' }],
        plans: 0,
        archivedAt: null,
      },
    ]);
    const zone = made.body.id;
    const rates = [{ service: 'data', zone, model: 'per_unit', price: '0.02', increment: null }];
    const plan = await api.send('POST', url, ours.key, {
      name: 'Zoned',
      type: 'pay_per_mb',
      pricePerMb: '0.10',
      rates,
    });
    expect(plan.body.version).toMatchObject({
      rates,
      zones: [{ id: zone, name: 'DACH', countries: ['CH', 'DE'], networks: ['23201'], changed: false }],
    });
    const changed = await api.send('PATCH', `${zones}/${zone}`, ours.key, {
      countries: ['DE', 'CH', 'AT'],
      networks: [],
    });
    expect(changed.body).toMatchObject({ countries: ['AT', 'CH', 'DE'], networks: [], plans: 1 });
    const old = await api.get(`${url}/${plan.body.id}`, ours.key);
    expect(old.body.version.zones).toMatchObject([{ countries: ['CH', 'DE'], networks: ['23201'], changed: true }]);
    const saved = await api.send('POST', `${url}/${plan.body.id}/versions`, ours.key, { fee: '1.00' });
    expect(saved.body.version.zones).toMatchObject([{ countries: ['AT', 'CH', 'DE'], networks: [], changed: false }]);

    expect((await api.send('DELETE', `${zones}/${zone}`, ours.key)).status).toBe(204);
    expect((await api.send('DELETE', `${zones}/${zone}`, ours.key)).status).toBe(204);
    expect((await api.get(zones, ours.key)).body.items).toEqual([]);
    expect((await api.get(`${zones}?archived=true&search=da&country=AT`, ours.key)).body.items).toHaveLength(1);
    const late = await api.send('PATCH', `${zones}/${zone}`, ours.key, { name: 'x' });
    expect([late.status, late.body.error.code]).toEqual([409, 'zone.archived']);
    const again = await api.send('POST', `${url}/${plan.body.id}/versions`, ours.key, { fee: '2.00' });
    expect([again.status, again.body.error.field]).toEqual([400, 'body.rates[0].zone']);
    expect(await told(zone)).toEqual(['zone.archived', 'zone.created', 'zone.updated']);
  });

  it('say what they cannot be, and belong to one organization', async () => {
    for (const [body, field] of [
      [{ name: 'x' }, 'body.countries'],
      [{ name: 'x', countries: ['XX'] }, 'body.countries[0]'],
      [{ name: 'x', countries: ['Germany'] }, 'body.countries[0]'],
      [{ name: 'x', networks: ['262'] }, 'body.networks[0]'],
      [{ countries: ['DE'] }, 'body.name'],
    ] as const) {
      const answer = await api.send('POST', zones, ours.key, body);
      expect([answer.status, answer.body.error.field]).toEqual([400, field]);
    }
    const theirZone = await api.send('POST', zones, theirs.key, { name: 'Theirs', countries: ['US'] });
    const twice = await api.send('POST', zones, theirs.key, { name: 'theirs', countries: ['DE'] });
    expect([twice.status, twice.body.error.field]).toEqual([409, 'body.name']);
    expect((await api.get(`${zones}/${theirZone.body.id}`, ours.key)).body.error.code).toBe('zone.not_found');
    const rates = [{ service: 'sms', zone: theirZone.body.id, model: 'flat', amount: '1' }];
    const stolen = await api.send('POST', url, ours.key, { type: 'unlimited', rates });
    expect([stolen.status, stolen.body.error.field]).toEqual([400, 'body.rates[0].zone']);
    const company = await api.company(theirs, { name: 'Reads' });
    expect((await api.get(zones, company.key)).body.items).toHaveLength(1);
    expect((await api.send('POST', zones, company.key, { name: 'y', countries: ['DE'] })).status).toBe(403);
  });
});

describe('presets', () => {
  it('keep the form of a wizard under a name, per kind', async () => {
    const presets = '/api/v1/presets';
    const form = { type: 'prepaid', validityDays: 30, refills: [{ mb: '500', price: '5.00' }] };
    const made = await api.send('POST', presets, ours.key, { kind: 'plan', name: 'Tourist', form });
    expect([made.status, made.body]).toMatchObject([201, { kind: 'plan', name: 'Tourist', form }]);
    const twice = await api.send('POST', presets, ours.key, { kind: 'plan', name: 'tourist', form: {} });
    expect([twice.status, twice.body.error.code]).toEqual([409, 'preset.name_taken']);
    expect((await api.send('POST', presets, ours.key, { kind: 'pool', name: 'Tourist', form: {} })).status).toBe(201);
    expect((await api.get(`${presets}?kind=plan`, ours.key)).body.items).toMatchObject([{ name: 'Tourist', form }]);
    expect((await api.get(presets, ours.key)).body.items).toHaveLength(2);
    expect((await api.get(presets, theirs.key)).body.items).toEqual([]);
    const large = { kind: 'plan', name: 'Large', form: { text: 'x'.repeat(60_000) } };
    expect((await api.send('POST', presets, ours.key, large)).body.error.field).toBe('body.form');
    const zero = { kind: 'plan', name: 'Zero', form: { text: '\u0000' } };
    expect((await api.send('POST', presets, ours.key, zero)).body.error.field).toBe('body.form');
    expect((await api.send('DELETE', `${presets}/${made.body.id}`, theirs.key)).status).toBe(404);
    expect((await api.send('DELETE', `${presets}/${made.body.id}`, ours.key)).status).toBe(204);
    expect((await api.get(`${presets}?kind=plan`, ours.key)).body.items).toEqual([]);
  });
});

describe('networks', () => {
  it('are listed with names and countries', async () => {
    const found = await api.get('/api/v1/networks?country=DE&search=vodafone&limit=1', ours.key);
    expect(found.body.items).toMatchObject([{ country: 'DE', name: expect.stringMatching(/vodafone/i) }]);
    expect(found.body.nextCursor).not.toBeNull();
    const wrong = await api.get('/api/v1/networks?country=Germany', ours.key);
    expect([wrong.status, wrong.body.error.field]).toEqual([400, 'query.country']);
    const country = await api.get('/api/v1/countries?search=germany', ours.key);
    expect(country.body.items).toMatchObject([{ code: 'DE', name: 'Germany', mccs: ['262'] }]);
    expect((await api.get('/api/v1/countries', ours.key)).body.items.length).toBeGreaterThan(200);
  });
});
