import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networkSid } from './networks.ts';
import { openWorld, type TestAccount, type TestSim, type World } from './testing.ts';

/** Habits of programs, of their libraries and of the people who name things: what is taken as it was meant. */
let world: World;
let account: TestAccount;
let sim: TestSim;

beforeAll(async () => {
  world = await openWorld();
  account = await world.organization('Acme');
  [sim] = (await world.stock(account, 'radius', 1)) as [TestSim];
  const v1 = world.client(account);
  await v1.sims.create({ iccid: sim.iccid, registrationCode: sim.code });
  await v1.networkAccessProfiles.create({ uniqueName: 'p' });
});
afterAll(() => world?.close());

const ask = (method: string, path: string, form?: string, type?: string) =>
  world.call(account, method, path, form, type);

describe('names', () => {
  it.each([
    '100%',
    '50%25',
    'a+b',
    'ü ß',
    'Лодка 7',
    '漁船',
    '100%ff',
    'a;b,c',
    "d'Or",
    'x'.repeat(255),
    'ü'.repeat(255),
    '__proto__',
  ])('the SIM named %s is found by it, as the SDK writes it', async (name) => {
    const sims = world.client(account).sims;
    expect((await sims(sim.sid).update({ uniqueName: name })).uniqueName).toBe(name);
    // What is an escape by chance is one to whoever reads it.
    const found = await sims(name === '50%25' ? '50%2525' : name).fetch();
    expect(found.sid).toBe(sim.sid);
    expect((await sims(encodeURIComponent(name)).fetch()).sid).toBe(sim.sid);
  });

  it.each([
    '/v1/Sims/%',
    '/v1/Sims/%zz',
    '/v1/Sims/%ff/BillingPeriods',
    '/v1/%',
    '/v1/Sims/%00',
    `/v1/Sims/${'x'.repeat(3000)}`,
  ])('nobody is at %s: 404, in this API’s words', async (path) => {
    const { status, body } = await ask('GET', path);
    expect([status, body.code]).toEqual([404, 20404]);
  });
});

describe('parameters that are given as nothing', () => {
  it.each([
    ['GET', '/v1/Sims?Status=&Fleet=&Iccid=&PageSize=&Page=&PageToken=', undefined],
    ['GET', '/v1/Networks?IsoCountry=&Mcc=&Mnc=&PageSize=1', undefined],
    ['GET', '/v1/SmsCommands?Sim=&Status=&Direction=', undefined],
    ['GET', '/v1/IpCommands?Sim=&SimIccid=&Status=&Direction=', undefined],
    ['GET', '/v1/ESimProfiles?Eid=&SimSid=&Status=', undefined],
    ['GET', '/v1/SettingsUpdates?Sim=&Status=', undefined],
    ['GET', '/v1/UsageRecords?Sim=&Fleet=&Network=&IsoCountry=&Group=&Granularity=&StartTime=&EndTime=', undefined],
    ['POST', '/v1/Sims/SID', 'Status=&AccountSid=&CallbackUrl=&CallbackMethod='],
    ['POST', '/v1/NetworkAccessProfiles', 'UniqueName=&Networks='],
    [
      'POST',
      '/v1/Fleets',
      'NetworkAccessProfile=p&UniqueName=&DataEnabled=&DataLimit=&IpCommandsUrl=&IpCommandsMethod=&SmsCommandsEnabled=&SmsCommandsUrl=&SmsCommandsMethod=',
    ],
  ] as const)('%s %s %s', async (method, path, form) => {
    const { status, body } = await ask(method, path.replace('SID', sim.sid), form);
    expect([status, body.code]).toEqual([path.startsWith('/v1/Sims/') || method === 'GET' ? 200 : 201, undefined]);
  });

  it('leave the defaults', async () => {
    const form = 'NetworkAccessProfile=p&DataLimit=&DataEnabled=&SmsCommandsMethod=';
    const { body } = await ask('POST', '/v1/Fleets', form);
    expect(body).toMatchObject({
      data_limit: 1000,
      data_enabled: true,
      sms_commands_method: 'POST',
      unique_name: null,
    });
  });
});

describe('forms', () => {
  it('a repeated key may have brackets: it must not make a profile that allows every network', async () => {
    const [att, orange] = ['310410', '20801'].map(networkSid);
    const { body } = await ask('POST', '/v1/NetworkAccessProfiles', `Networks[]=${att}&Networks[]=${orange}`);
    expect(await world.client(account).networkAccessProfiles(body.sid).networks.list()).toHaveLength(2);
    const indexed = await ask('POST', '/v1/NetworkAccessProfiles', `Networks%5B%5D=${att}`);
    expect(await world.client(account).networkAccessProfiles(indexed.body.sid).networks.list()).toHaveLength(1);
  });

  it.each([
    ['DataEnabled=TRUE', { data_enabled: true }],
    ['DataEnabled=False', { data_enabled: false }],
    ['SmsCommandsMethod=get', { sms_commands_method: 'GET' }],
    ['UniqueName=a%20b+c%2Bd', { unique_name: 'a b c+d' }],
    ['uniquename=lower&Unknown=1&__proto__=1&constructor=2', { unique_name: null }],
    [
      'SmsCommandsUrl=https%3A%2F%2Fexample.com%2Fx%3Fa%3Db%26c%3Dd',
      { sms_commands_url: 'https://example.com/x?a=b&c=d' },
    ],
  ])('%s', async (form, expected) => {
    const { status, body } = await ask('POST', '/v1/Fleets', `NetworkAccessProfile=p&${form}`);
    expect([status, body]).toEqual([201, expect.objectContaining(expected)]);
  });

  it.each([
    ['DataEnabled=1', 'DataEnabled'],
    ['DataLimit=1e3', 'DataLimit'],
    ['DataLimit=-1', 'DataLimit'],
    ['UniqueName=a&UniqueName=b', 'UniqueName'],
    ['SmsCommandsUrl=example.com', 'SmsCommandsUrl'],
    [`SmsCommandsUrl=https://example.com/${'x'.repeat(2048)}`, 'SmsCommandsUrl'],
    ['UniqueName=a%0Ab', 'UniqueName'],
  ])('%s is refused and named', async (form, detail) => {
    const { status, body } = await ask('POST', '/v1/Fleets', `NetworkAccessProfile=p&${form}`);
    expect([status, body.code, body.detail]).toEqual([400, 20001, detail]);
  });

  it.each([
    ['application/x-www-form-urlencoded; charset=UTF-8', 'UniqueName=with charset', 201],
    ['Application/X-WWW-Form-Urlencoded', 'UniqueName=in capitals', 201],
    ['application/json; charset=utf-8', '{"UniqueName":"as JSON"}', 201],
    ['application/json', '', 201],
    ['multipart/form-data; boundary=x', '--x--', 400],
    ['text/plain', 'UniqueName=x', 400],
    ['application/json', '{"UniqueName":{"$ne":1}}', 400],
  ])('%s with %s is %i', async (type, form, status) => {
    const answer = await ask('POST', '/v1/NetworkAccessProfiles', form, type);
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body.code).toBe(20001);
  });

  it('what a room refuses names the parameter of this API', async () => {
    const { body } = await ask('POST', '/v1/SmsCommands', `Sim=${sim.sid}&Payload=%F0%9F%98%80`);
    expect(body).toMatchObject({ code: 20001, detail: 'Payload' });
  });
});

describe('addresses and verbs', () => {
  it('HEAD answers as GET without a body; what is not served is 404', async () => {
    const [list, one] = [await ask('HEAD', '/v1/Sims'), await ask('HEAD', `/v1/Sims/${sim.sid}`)];
    expect([list.status, list.body, one.status, one.body]).toEqual([200, null, 200, null]);
    for (const [method, path] of [
      ['PUT', `/v1/Sims/${sim.sid}`],
      ['PATCH', `/v1/Sims/${sim.sid}`],
      ['DELETE', `/v1/Sims/${sim.sid}`],
      ['GET', '/v1/sims'],
      ['GET', '/v1/Sims/'],
      ['GET', '/v1/ESIMProfiles'],
    ] as const) {
      const { status, body } = await ask(method, path);
      expect([method, path, status, body.code]).toEqual([method, path, 404, 20404]);
    }
  });

  it('a SID is one in either case of its digits', async () => {
    const { body } = await ask('GET', `/v1/Sims/HS${sim.sid.slice(2).toUpperCase()}`);
    expect(body.sid).toBe(sim.sid);
  });

  it('an ICCID may have spaces around it and in it, a registration code be in small letters', async () => {
    const [other] = await world.stock(account, 'radius', 1);
    const spaced = ` ${other!.iccid.slice(0, 6)} ${other!.iccid.slice(6)} `;
    const made = await world
      .client(account)
      .sims.create({ iccid: spaced, registrationCode: other!.code.toLowerCase() });
    expect(made.sid).toBe(other!.sid);
    expect(await world.client(account).sims.list({ iccid: spaced })).toHaveLength(1);
  });
});

describe('pages', () => {
  it('a limit of any size, and an index without a token', async () => {
    const { networks } = world.client(account);
    expect(await networks.list({ limit: 5_000_000_000 })).not.toEqual([]);
    // `Page` is the program's own count: without a token every page is the first.
    const [first, third] = [await networks.page({ pageSize: 2 }), await networks.page({ pageSize: 2, pageNumber: 2 })];
    expect(third.instances.map(({ sid }) => sid)).toEqual(first.instances.map(({ sid }) => sid));
  });

  it.each(['PageSize=1.5', 'PageSize=x', 'Page=x', 'PageToken=x', 'PageSize=1&PageSize=2', 'PageToken=PAMDAxMDE'])(
    '%s is refused',
    async (query) => {
      const { status, body } = await ask('GET', `/v1/Sims?${query}`);
      expect([status, body.code]).toEqual([400, 20001]);
    },
  );
});

describe('times of usage', () => {
  it.each([
    ['2026-03-01', '2026-03-01T00:00:00Z'],
    ['2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00Z'],
    ['2026-03-01T02:00:00%2B02:00', '2026-03-01T00:00:00Z'],
    ['2026-03-01T00:00:00', '2026-03-01T00:00:00Z'],
  ])('%s is %s', async (given, meant) => {
    const { body } = await ask('GET', `/v1/UsageRecords?StartTime=${given}`);
    expect(body.usage_records[0].period.start_time).toBe(meant);
  });

  it.each(['1700000000', '2026-02-30', '2026-03-01T00:00:00+02:00', 'yesterday', '2026-03-01 00:00:00'])(
    '%s is 83600',
    async (given) => {
      const { status, body } = await ask('GET', `/v1/UsageRecords?StartTime=${given}`);
      expect([status, body.code, body.detail]).toEqual([400, 83600, 'StartTime']);
    },
  );
});
