import { luhnDigit } from '@simwright/measure';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, openApi, type TestOrganization } from '../insight/testing.ts';
import { publicId } from '../kit/ids.ts';
import { call } from '../tenancy/testing.ts';

let api: Api;
let ours: TestOrganization;
let theirs: TestOrganization;
let telecom: string;

beforeAll(async () => {
  api = await openApi();
  ours = await api.open('Ours');
  theirs = await api.open('Theirs');
  telecom = publicId('telecom', ours.telecomId);
});
afterAll(() => api.close());

const iccidOf = (n: number) => {
  const body = `8931440${String(n).padStart(11, '0')}`;
  return body + luhnDigit(body);
};
const csv = (path: string, key: string, text: string) =>
  call(api.base, 'POST', path, { key, raw: text, headers: { 'content-type': 'text/csv' } });
const outcomes = (results: { line: number; outcome: string; code: string | null }[]) =>
  results.map(({ line, outcome, code }) => [line, outcome, code]);

describe('bringing SIMs into stock', () => {
  it('takes the good ones and tells of each other one why not', async () => {
    const labels = ['a', 'say "b", c\\d', '{}', 'NULL', 'two words'];
    const sims = [
      { iccid: iccidOf(1), imsi: '901700000000001', labels, note: '=1+1' },
      { iccid: 'nonsense' },
      { iccid: iccidOf(1) },
      { iccid: iccidOf(2), imsi: '901700000000001' },
      { iccid: iccidOf(3), registrationCode: 'CARD-12345' },
    ];
    const answer = await api.send('POST', '/api/v1/sims', ours.key, { telecom, sims });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ added: 2, refused: 3, dryRun: false });
    expect(outcomes(answer.body.results)).toEqual([
      [1, 'added', null],
      [2, 'refused', 'iccid.invalid'],
      [3, 'refused', 'sim.repeated'],
      [4, 'refused', 'sim.repeated'],
      [5, 'added', null],
    ]);
    expect(answer.body.results[0].registrationCode).toMatch(/^[B-Z2-9]{10}$/);
    const code = await api.get(`/api/v1/sims/${answer.body.results[4].id}/registration-code`, ours.key);
    expect(code.body).toEqual({ registrationCode: 'CARD-12345' });
    const sim = await api.get(`/api/v1/sims/${answer.body.results[0].id}`, ours.key);
    expect(sim.body).toMatchObject({
      iccid: iccidOf(1),
      labels,
      note: '=1+1',
      status: 'Blank',
      registered: false,
    });
  });

  it('refuses what is taken, in either form of the ICCID, and an IMSI that lives at the telecom', async () => {
    const answer = await api.send('POST', '/api/v1/sims', ours.key, {
      telecom,
      sims: [{ iccid: iccidOf(1).slice(0, -1) }, { iccid: iccidOf(4), imsi: '901700000000001' }],
    });
    expect(outcomes(answer.body.results)).toEqual([
      [1, 'refused', 'iccid.taken'],
      [2, 'refused', 'imsi.taken'],
    ]);
    const elsewhere = publicId('telecom', theirs.telecomId);
    const free = await api.send('POST', '/api/v1/sims', theirs.key, {
      telecom: elsewhere,
      sims: [{ iccid: iccidOf(1), imsi: '901700000000001' }],
    });
    expect(free.body).toMatchObject({ added: 1 });
    const foreign = await api.send('POST', '/api/v1/sims', ours.key, {
      telecom: elsewhere,
      sims: [{ iccid: iccidOf(9) }],
    });
    expect([foreign.status, foreign.body.error.code]).toEqual([404, 'telecom.not_found']);
  });

  it('reads a file; a dry run says the same and writes nothing', async () => {
    const text = [
      'ICCID;IMSI;Labels;Note;Registration code',
      `${iccidOf(10)};901700000000010;x|y;"quoted; ""text""";`,
      `${iccidOf(11)};12;;;`,
      `${iccidOf(1)};;;;`,
      `${iccidOf(12).slice(0, -1)}${(Number(iccidOf(12).at(-1)) + 1) % 10};901700000000012;;;CODE-9`,
    ].join('\r\n');
    const path = `/api/v1/sims/import?telecom=${telecom}`;
    const before = (await api.get('/api/v1/sims/counts', ours.key)).body.total;
    const dry = await csv(`${path}&dryRun=true`, ours.key, text);
    expect(dry.body).toMatchObject({ added: 2, refused: 2, dryRun: true });
    expect(dry.body.results.every((row: { id: unknown }) => row.id === null)).toBe(true);
    expect((await api.get('/api/v1/sims/counts', ours.key)).body.total).toBe(before);
    const wet = await csv(path, ours.key, text);
    expect(outcomes(wet.body.results)).toEqual(outcomes(dry.body.results));
    expect(outcomes(wet.body.results)).toEqual([
      [2, 'added', null],
      [3, 'refused', 'imsi.invalid'],
      [4, 'refused', 'iccid.taken'],
      [5, 'added', null],
    ]);
    expect(wet.body.results[3].warnings).toHaveLength(1);
    const again = await csv(path, ours.key, text);
    expect(again.body).toMatchObject({ added: 0, refused: 4 });
  });

  it('takes 3,000 rows in one go and is bounded beyond', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => `${iccidOf(100_000 + i)}`);
    const many = await csv(`/api/v1/sims/import?telecom=${telecom}`, ours.key, ['iccid', ...rows].join('\n'));
    expect(many.body).toMatchObject({ added: 3000, refused: 0 });
    const large = await csv(`/api/v1/sims/import?telecom=${telecom}`, ours.key, `iccid\n${'x'.repeat(5_000_000)}`);
    expect(large.status).toBe(413);
    const wrong = await csv(`/api/v1/sims/import?telecom=${telecom}`, ours.key, 'imsi\n1');
    expect([wrong.status, wrong.body.error.code, wrong.body.error.field]).toEqual([400, 'csv.header', 'body']);
    const json = await api.send('POST', `/api/v1/sims/import?telecom=${telecom}`, ours.key, { iccid: 1 });
    expect(json.status).toBe(415);
  });

  it('is for the organization', async () => {
    const company = await api.company(ours, { name: 'No stock' });
    const answer = await api.send('POST', '/api/v1/sims', company.key, { telecom, sims: [{ iccid: iccidOf(50) }] });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'permission.denied']);
  });
});

describe('registering', () => {
  it('moves a SIM into the account of who has its code, once', async () => {
    const [sim] = await api.stock(ours, 1);
    const company = await api.company(ours, { name: 'Registers' });
    const other = await api.company(ours, { name: 'Comes late' });
    const body = { iccid: sim!.iccid, registrationCode: 'WRONG' };
    const wrong = await api.send('POST', '/api/v1/sims/registrations', company.key, body);
    expect([wrong.status, wrong.body.error.code]).toEqual([409, 'sim.not_registrable']);
    const right = { ...body, registrationCode: sim!.code };
    const done = await api.send('POST', '/api/v1/sims/registrations', company.key, right);
    expect(done.status).toBe(201);
    expect(done.body).toMatchObject({ registered: true, company: { id: company.publicId, name: 'Registers' } });
    const late = await api.send('POST', '/api/v1/sims/registrations', other.key, right);
    expect([late.status, late.body.error.code]).toEqual([409, 'sim.not_registrable']);
    expect((await api.get(`/api/v1/sims/${sim!.publicId}`, other.key)).status).toBe(404);
    const twice = await api.send('POST', `/api/v1/sims/${sim!.publicId}/registration`, ours.key, {});
    expect([twice.status, twice.body.error.code]).toEqual([409, 'sim.already_registered']);
  });

  it('needs no code from the organization, and only an account of its own', async () => {
    const [sim] = await api.stock(ours, 1);
    const foreign = await api.company(theirs, { name: 'Foreign' });
    const path = `/api/v1/sims/${sim!.publicId}/registration`;
    const refused = await api.send('POST', path, ours.key, { company: foreign.publicId });
    expect([refused.status, refused.body.error.code]).toEqual([404, 'company.not_found']);
    const done = await api.send('POST', path, ours.key, {});
    expect(done.body).toMatchObject({ registered: true, company: null });
  });
});

describe('changing a SIM', () => {
  it('changes what is given and says which field it refuses', async () => {
    const [sim, second] = await api.stock(ours, 2);
    const fleet = await api.fleet(ours);
    const path = `/api/v1/sims/${sim!.publicId}`;
    const change = { uniqueName: 'pump', labels: ['a', 'b'], note: 'in the cellar', fleet, dataLimitBytes: '5000000' };
    const changed = await api.send('PATCH', path, ours.key, change);
    expect(changed.body).toMatchObject({
      ...{ uniqueName: 'pump', labels: ['a', 'b'], note: 'in the cellar', limitBytes: '5000000' },
      ...{ fleet: { id: fleet }, plan: { name: 'Super SIM' }, registered: true },
    });
    const taken = await api.send('PATCH', `/api/v1/sims/${second!.publicId}`, ours.key, { fleet, uniqueName: 'pump' });
    expect([taken.status, taken.body.error.code, taken.body.error.field]).toEqual([
      409,
      'sim.unique_name_taken',
      'body.uniqueName',
    ]);
    for (const [wrong, field] of [
      [{ dataLimitBytes: '0' }, 'body.dataLimitBytes'],
      [{ dataLimitBytes: 5 }, 'body.dataLimitBytes'],
      [{ labels: [''] }, 'body.labels[0]'],
      [{ imsi: '1' }, 'body.imsi'],
    ] as const) {
      const answer = await api.send('PATCH', path, ours.key, wrong);
      expect([answer.status, answer.body.error.field]).toEqual([400, field]);
    }
    const foreignFleet = await api.fleet(theirs);
    const foreign = await api.send('PATCH', path, ours.key, { fleet: foreignFleet });
    expect([foreign.status, foreign.body.error.code]).toEqual([404, 'fleet.not_found']);
  });

  it('keeps a company from giving its SIM away', async () => {
    const [sim] = await api.stock(ours, 1);
    const company = await api.company(ours, { name: 'Keeps' });
    await api.send('POST', `/api/v1/sims/${sim!.publicId}/registration`, ours.key, { company: company.publicId });
    const own = await api.send('PATCH', `/api/v1/sims/${sim!.publicId}`, company.key, { note: 'mine' });
    expect(own.body.note).toBe('mine');
    const away = await api.send('PATCH', `/api/v1/sims/${sim!.publicId}`, company.key, { company: null });
    expect([away.status, away.body.error.field]).toEqual([403, 'body.company']);
  });

  it('blocks and releases by hand, with a history', async () => {
    const [sim] = await api.stock(ours, 1);
    const path = `/api/v1/sims/${sim!.publicId}/blocks`;
    const blocked = await api.send('POST', path, ours.key, { reason: 'manual', note: 'lost' });
    expect(blocked.status).toBe(201);
    expect(blocked.body.blocksDetail).toMatchObject([
      { reason: 'manual', detail: { note: 'lost' }, liftedBy: 'Staff.' },
    ]);
    await api.send('POST', path, ours.key, { reason: 'manual' });
    const limit = await api.send('POST', path, ours.key, { reason: 'data_limit' });
    expect([limit.status, limit.body.error.field]).toEqual([400, 'body.reason']);
    const released = await api.send('DELETE', `${path}/manual`, ours.key);
    expect(released.body.blocks).toEqual([]);
    api.pass(1);
    await api.send('POST', path, ours.key, { reason: 'manual' });
    const first = await api.get(`${path}?limit=1`, ours.key);
    expect(first.body.items).toMatchObject([{ reason: 'manual', liftedAt: null }]);
    const rest = await api.get(`${path}?limit=1&cursor=${first.body.nextCursor}`, ours.key);
    expect(rest.body).toMatchObject({ items: [{ liftedBy: 'test' }], nextCursor: null });
  });
});

describe('fleets and network access profiles', () => {
  it('are created, changed and listed with the names of what they point at', async () => {
    const profile = await api.send('POST', '/api/v1/network-access-profiles', ours.key, {
      uniqueName: 'Germany',
      networks: ['26202', '26201', '26202'],
    });
    expect([profile.status, profile.body.networks]).toEqual([201, ['26201', '26202']]);
    const wider = await api.send('PATCH', `/api/v1/network-access-profiles/${profile.body.id}`, ours.key, {
      networks: [],
    });
    expect(wider.body).toMatchObject({ uniqueName: 'Germany', networks: [] });
    const made = await api.send('POST', '/api/v1/fleets', ours.key, {
      uniqueName: 'Pumps',
      networkAccessProfile: profile.body.id,
      dataLimitMb: '500',
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...{ uniqueName: 'Pumps', company: null, sims: 0, dataLimitMb: '500' },
      ...{ networkAccessProfile: { name: 'Germany' }, plan: { name: 'Super SIM' } },
    });
    expect(made.body.superSimSid).toBe(`HF${made.body.id.slice(4)}`);
    const [sim] = await api.stock(ours, 1);
    await api.send('PATCH', `/api/v1/sims/${sim!.publicId}`, ours.key, { fleet: made.body.id });
    const changed = await api.send('PATCH', `/api/v1/fleets/${made.body.id}`, ours.key, { dataLimitMb: '700' });
    expect(changed.body).toMatchObject({ dataLimitMb: '700', sims: 1 });
    const found = await api.get('/api/v1/fleets?search=PUMP', ours.key);
    expect(found.body.items).toEqual([changed.body]);
    const again = await api.send('POST', '/api/v1/fleets', ours.key, {
      uniqueName: 'Pumps',
      networkAccessProfile: profile.body.id,
    });
    expect([again.status, again.body.error.field]).toEqual([409, 'body.uniqueName']);
    for (const [wrong, field] of [
      [{ dataLimitMb: '2000001' }, 'body.dataLimitMb'],
      [{ networks: ['1'] }, 'body.networks'],
    ] as const) {
      const answer = await api.send('PATCH', `/api/v1/fleets/${made.body.id}`, ours.key, wrong);
      expect([answer.status, answer.body.error.field]).toEqual([400, field]);
    }
  });

  it('of a company are its own', async () => {
    const company = await api.company(ours, { name: 'Fleet owner' });
    const stranger = await api.company(ours, { name: 'Stranger' });
    const profile = await api.send('POST', '/api/v1/network-access-profiles', company.key, {});
    expect(profile.body.company).toEqual({ id: company.publicId, name: 'Fleet owner' });
    const fleet = await api.send('POST', '/api/v1/fleets', company.key, { networkAccessProfile: profile.body.id });
    expect(fleet.body.company).toEqual({ id: company.publicId, name: 'Fleet owner' });
    expect((await api.get('/api/v1/fleets', company.key)).body.items).toHaveLength(1);
    expect((await api.get('/api/v1/fleets', stranger.key)).body.items).toEqual([]);
    expect((await api.get(`/api/v1/fleets/${fleet.body.id}`, stranger.key)).status).toBe(404);
    const foreign = await api.send('POST', '/api/v1/fleets', stranger.key, { networkAccessProfile: profile.body.id });
    expect(foreign.status).toBe(404);
    const posing = await api.send('POST', '/api/v1/network-access-profiles', stranger.key, {
      company: company.publicId,
    });
    expect(posing.status).toBe(404);
  });
});
