import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../kit/db.ts';
import { networkSid } from './networks.ts';
import { openWorld, type TestAccount, type World } from './testing.ts';

let world: World;
let account: TestAccount;
let company: TestAccount;

beforeAll(async () => {
  world = await openWorld();
  account = await world.organization('Acme');
  company = await world.company(account, 'Branch');
});
afterAll(() => world?.close());

const refused = (status: number, code: number) => expect.objectContaining({ status, code });
const [telekom, att, orange] = ['26201', '310410', '20801'].map(networkSid) as [string, string, string];

describe('fleets', () => {
  test('have the defaults of the API, and keep what they are given', async () => {
    const client = world.client(account);
    const profile = await client.networkAccessProfiles.create({ uniqueName: 'everywhere' });
    expect(await client.fleets.create({ networkAccessProfile: 'everywhere' })).toMatchObject({
      accountSid: account.sid,
      uniqueName: null,
      dataEnabled: true,
      dataLimit: 1000,
      dataMetering: 'payg',
      smsCommandsEnabled: true,
      smsCommandsUrl: null,
      smsCommandsMethod: 'POST',
      ipCommandsUrl: null,
      ipCommandsMethod: 'POST',
      networkAccessProfileSid: profile.sid,
    });
    const given = {
      networkAccessProfile: profile.sid,
      uniqueName: 'Trackers',
      dataEnabled: false,
      dataLimit: 500,
      smsCommandsEnabled: false,
      smsCommandsUrl: 'https://example.com/sms',
      smsCommandsMethod: 'GET',
      ipCommandsUrl: 'https://example.com/ip',
      ipCommandsMethod: 'GET',
    };
    const fleet = await client.fleets.create(given);
    const { networkAccessProfile: _, ...kept } = given;
    expect(fleet).toMatchObject(kept);
    expect(fleet.url).toBe(`${world.base()}/v1/Fleets/${fleet.sid}`);
    expect(await client.fleets('Trackers').fetch()).toMatchObject({ sid: fleet.sid });
  });

  test('are updated but for what is fixed, and a new limit is told', async () => {
    const client = world.client(account);
    const other = await client.networkAccessProfiles.create();
    const fleet = await client.fleets.create({ networkAccessProfile: 'everywhere', uniqueName: 'Meters' });
    const updated = await client
      .fleets('Meters')
      .update({ uniqueName: 'Meters 5GB', dataLimit: 5000, networkAccessProfile: other.sid, smsCommandsUrl: '' });
    expect(updated).toMatchObject({
      sid: fleet.sid,
      uniqueName: 'Meters 5GB',
      dataLimit: 5000,
      networkAccessProfileSid: other.sid,
      smsCommandsUrl: null,
    });
    const { body } = await world.call(account, 'POST', `/v1/Fleets/${fleet.sid}`, 'DataEnabled=false');
    expect(body.data_enabled).toBe(true);
    const told = await world.query<{ data: unknown }>(sql`select data from events where name = 'fleet.limit_changed'`);
    expect(told).toEqual([{ data: expect.objectContaining({ dataLimitMb: '5000' }) }]);
  });

  test.each([
    ['', 20001, 'NetworkAccessProfile'],
    ['NetworkAccessProfile=nowhere', 20001, 'NetworkAccessProfile'],
    ['NetworkAccessProfile=everywhere&DataLimit=0', 20001, 'DataLimit'],
    ['NetworkAccessProfile=everywhere&DataLimit=2000001', 20001, 'DataLimit'],
    ['NetworkAccessProfile=everywhere&DataLimit=1.5', 20001, 'DataLimit'],
    ['NetworkAccessProfile=everywhere&DataEnabled=maybe', 20001, 'DataEnabled'],
    ['NetworkAccessProfile=everywhere&SmsCommandsUrl=ftp://example.com', 20001, 'SmsCommandsUrl'],
    ['NetworkAccessProfile=everywhere&IpCommandsMethod=PUT', 20001, 'IpCommandsMethod'],
    ['NetworkAccessProfile=everywhere&UniqueName=a%00b', 20001, 'UniqueName'],
    ['NetworkAccessProfile=everywhere&UniqueName=a&UniqueName=b', 20001, 'UniqueName'],
  ])('%j is refused with %i, naming %s', async (form, code, detail) => {
    const { status, body } = await world.call(account, 'POST', '/v1/Fleets', form);
    expect([status, body.code, body.detail]).toEqual([400, code, detail]);
  });

  test('a unique name is taken within an account only', async () => {
    const client = world.client(account);
    await client.fleets.create({ networkAccessProfile: 'everywhere', uniqueName: 'Once' });
    await expect(client.fleets.create({ networkAccessProfile: 'everywhere', uniqueName: 'Once' })).rejects.toEqual(
      refused(400, 83011),
    );
    await world.client(company).networkAccessProfiles.create({ uniqueName: 'everywhere' });
    const theirs = await world
      .client(company)
      .fleets.create({ networkAccessProfile: 'everywhere', uniqueName: 'Once' });
    expect(theirs.accountSid).toBe(company.sid);
    await expect(client.fleets(theirs.sid).fetch()).rejects.toEqual(refused(404, 20404));
    await expect(client.fleets(theirs.sid).update({ dataLimit: 1 })).rejects.toEqual(refused(404, 20404));
    // Nor may an account use another's profile.
    await expect(client.fleets.create({ networkAccessProfile: theirs.networkAccessProfileSid })).rejects.toEqual(
      refused(400, 20001),
    );
  });

  test('are listed by profile, with the filter on every page', async () => {
    const client = world.client(account);
    const profile = await client.networkAccessProfiles.create({ uniqueName: 'listed' });
    const sids: string[] = [];
    for (const _ of [1, 2, 3, 4, 5]) sids.unshift((await client.fleets.create({ networkAccessProfile: 'listed' })).sid);
    sids.sort().reverse();
    const found = await client.fleets.list({ networkAccessProfile: profile.sid, pageSize: 2 });
    expect(found.map((fleet) => fleet.sid)).toEqual(sids);
    expect(await client.fleets.list({ networkAccessProfile: 'nowhere' })).toEqual([]);
    expect((await client.fleets.list()).length).toBeGreaterThan(5);
  });
});

describe('network access profiles', () => {
  test('are made with networks, renamed and listed', async () => {
    const { networkAccessProfiles } = world.client(account);
    const profile = await networkAccessProfiles.create({ uniqueName: 'two', networks: [telekom, att] });
    expect(profile).toMatchObject({ accountSid: account.sid, uniqueName: 'two' });
    expect(profile.links.networks).toBe(`${world.base()}/v1/NetworkAccessProfiles/${profile.sid}/Networks`);
    expect(await networkAccessProfiles(profile.sid).update({ uniqueName: 'both' })).toMatchObject({
      uniqueName: 'both',
    });
    expect((await networkAccessProfiles('both').fetch()).sid).toBe(profile.sid);
    expect((await networkAccessProfiles.list({ pageSize: 1 })).map((each) => each.sid)).toContain(profile.sid);
    await expect(networkAccessProfiles.create({ networks: ['HW1'] })).rejects.toEqual(refused(400, 20001));
    await expect(networkAccessProfiles.create({ uniqueName: 'both' })).rejects.toEqual(refused(400, 83011));
    await expect(world.client(company).networkAccessProfiles(profile.sid).fetch()).rejects.toEqual(refused(404, 20404));
  });

  test('keep every network of requests that come together', async () => {
    const profile = await world.client(account).networkAccessProfiles.create({ networks: [telekom] });
    const { networks } = world.client(account).networkAccessProfiles(profile.sid);
    const more = ['22210', '21407', '24001', '26001', '72405', '40445'].map(networkSid);
    await Promise.all(more.map((network) => networks.create({ network })));
    expect(new Set((await networks.list()).map(({ sid }) => sid))).toEqual(new Set([telekom, ...more]));
  });

  test('take and lose networks; the last one stays, because none would mean all', async () => {
    const profile = await world.client(account).networkAccessProfiles.create({ networks: [telekom] });
    const { networks } = world.client(account).networkAccessProfiles(profile.sid);
    const list = async () => (await networks.list({ pageSize: 1 })).map((network) => network.friendlyName);
    expect(await networks.create({ network: orange })).toMatchObject({
      sid: orange,
      networkAccessProfileSid: profile.sid,
      friendlyName: 'Orange',
      isoCountry: 'fr',
      identifiers: [{ mcc: '208', mnc: '01' }],
      url: `${world.base()}/v1/NetworkAccessProfiles/${profile.sid}/Networks/${orange}`,
    });
    await networks.create({ network: orange });
    expect(await list()).toEqual(['Orange', 'Telekom']);
    expect((await networks(orange).fetch()).sid).toBe(orange);
    await expect(networks(att).fetch()).rejects.toEqual(refused(404, 20404));
    await expect(networks.create({ network: 'HW0' })).rejects.toEqual(refused(400, 20001));

    const gone = await world.call(account, 'DELETE', `/v1/NetworkAccessProfiles/${profile.sid}/Networks/${telekom}`);
    expect([gone.status, gone.body]).toEqual([204, null]);
    expect(await list()).toEqual(['Orange']);
    await expect(networks(telekom).remove()).rejects.toEqual(refused(404, 20404));
    await expect(networks(orange).remove()).rejects.toEqual(refused(400, 20001));
  });
});

test('networks are listed by country and codes', async () => {
  const { networks } = world.client(account);
  const french = await networks.list({ isoCountry: 'FR', pageSize: 20 });
  expect(new Set(french.map((network) => network.isoCountry))).toEqual(new Set(['FR']));
  expect(new Set(french.map((network) => network.sid)).size).toBe(french.length);
  const [found, ...others] = await networks.list({ isoCountry: 'US', mcc: '310', mnc: '410' });
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    sid: att,
    friendlyName: 'AT&T',
    isoCountry: 'US',
    identifiers: [{ mcc: '310', mnc: '410' }],
  });
  expect((await networks(att).fetch()).url).toBe(`${world.base()}/v1/Networks/${att}`);
  await expect(networks(`HW${'0'.repeat(32)}`).fetch()).rejects.toEqual(refused(404, 20404));
});
