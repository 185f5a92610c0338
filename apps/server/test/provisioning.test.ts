import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eidOf } from '@simwright/measure';
import twilio from 'twilio';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as carriers from '../src/carriers/index.ts';
import * as inventory from '../src/inventory/index.ts';
import { contextFor, systemActor } from '../src/kit/ctx.ts';
import { publicId } from '../src/kit/ids.ts';
import * as tenancy from '../src/tenancy/index.ts';
import { playTelecom, type Reached } from './simulated.ts';
import { superSim } from './supersim/sdk.ts';
import { openWorld, type World } from './world.ts';

/** docs/journeys/22-esims-and-settings.md, by the SDK, with every loop of the product running and a telecom that is there. */
let world: World;
let reached: Reached | null = null;
let telecom: Awaited<ReturnType<typeof playTelecom>>;
const received: { method: string; url: string; signature: string; body: Record<string, string> }[] = [];
const receiver = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  received.push({
    method: request.method!,
    url: `http://${request.headers.host}${request.url}`,
    signature: String(request.headers['x-twilio-signature']),
    body: Object.fromEntries(new URLSearchParams(body)),
  });
  response.writeHead(204).end();
});
let target: string;

beforeAll(async () => {
  world = await openWorld({ simulated: () => reached });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  telecom = await playTelecom(world, { count: 8, esims: 30, address: '127.0.0.7' });
  reached = telecom.reached;
});
afterAll(async () => {
  receiver.close();
  await telecom?.reached.stop();
  expect(await world.drift()).toEqual([]);
  await world.close();
});
beforeEach(() => {
  received.length = 0;
});

const sdk = () => superSim(world.url, { accountSid: world.accountSid, authToken: world.authToken });
const profiles = () => sdk().esimProfiles;
let serial = 0;
/** The EID of another eUICC; one that is full takes no profile. */
const newEid = (isFull = false) => eidOf(`8904903200000000000000${String(++serial).padStart(7, '0')}${isFull ? 0 : 1}`);
const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error) => [error.status, error.code],
  );
const reaches = (sid: string, ...statuses: string[]) =>
  world.until(
    `${sid} is ${statuses.join(' or ')}`,
    async () => {
      const profile = await profiles()(sid).fetch();
      return statuses.includes(profile.status) && profile;
    },
    20_000,
  );

/** An organization whose stock is eSIMs that came with their codes: nobody has to be asked about them. */
async function anotherOrganization(stock: number) {
  const { runtime } = world.running;
  const owner = { ...runtime, database: world.owner };
  const made = await tenancy.createOrganization(owner, {
    ...{ name: `Other ${++serial}`, currency: 'EUR', timeZone: 'UTC', sandbox: false },
  });
  const ctx = contextFor(runtime, made.organization, systemActor('test'));
  const { text: apiKey } = await tenancy.createApiKey(ctx, { name: 'test', permissions: ['*'] });
  const api = <T>(method: string, path: string, body?: unknown) =>
    world.api<T>(method, path, body, { authorization: `Bearer ${apiKey}` });
  const { id: telecom } = await carriers.createTelecom(ctx, { name: 'Core', connector: 'radius' });
  const sims = Array.from({ length: stock }, (_, i) => ({
    iccid: `8988309${String(serial * 1000 + i).padStart(12, '0')}`,
    activationCode: `LPA:1$smdp.example.com$CODE-${i}`,
  }));
  const { body } = await api<{ added: number }>('POST', '/api/v1/sims', {
    telecom: publicId('telecom', telecom),
    sims,
  });
  expect(body.added).toBe(stock);
  const { accountSid, authToken } = made;
  return { ctx, api, apiKey, telecom, sims, sdk: superSim(world.url, { accountSid, authToken }) };
}

describe('eSIM profiles', () => {
  it('are ordered for an eUICC, told when they are available, and followed until they are installed', async () => {
    const eid = newEid();
    const made = await profiles().create({ eid, callbackUrl: `${target}/esim?x=1` });
    expect(made).toMatchObject({ status: 'new', eid, simSid: null, iccid: null, smdpPlusAddress: null });
    const done = await reaches(made.sid, 'installed');
    expect(done).toMatchObject({ eid, matchingId: null, activationCode: null, errorCode: null, errorMessage: null });
    expect(done.smdpPlusAddress).toBe('smdp.simulated.example');
    expect(telecom.esims).toContain(done.iccid);

    // Told once, when it could be downloaded, and signed.
    await world.until('the callback', async () => received.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const [got] = received;
    expect(received).toHaveLength(1);
    expect(got!.body).toMatchObject({ ESimProfileSid: made.sid, SimSid: done.simSid, Status: 'available', Eid: eid });
    expect(twilio.validateRequest(world.authToken, got!.signature, got!.url, got!.body)).toBe(true);

    // Its SIM is a SIM like any other, and its device attaches once it is in service.
    expect(await sdk().sims(done.simSid).fetch()).toMatchObject({ status: 'new', iccid: done.iccid });
    expect(await profiles().list({ simSid: done.simSid })).toMatchObject([{ sid: made.sid }]);
    const found = await world.api<{ items: { iccid: string }[] }>('GET', `/api/v1/sims?search=${eid}`);
    expect(found.body.items).toMatchObject([{ iccid: done.iccid }]);
    const fleet = await sdk().fleets.create({
      networkAccessProfile: (await sdk().networkAccessProfiles.create({})).sid,
    });
    await sdk().sims(done.simSid).update({ status: 'active', fleet: fleet.sid });
    await world.until(
      'a session of the eSIM',
      async () => {
        const path = `/api/v1/sims/sim_${done.simSid.slice(2)}/sessions`;
        return (await world.api<{ items: unknown[] }>('GET', path)).body.items.length > 0;
      },
      20_000,
    );
  });

  it('have an activation code where a matching id was asked for', async () => {
    const made = await profiles().create({
      generateMatchingId: true,
      callbackUrl: `${target}/code`,
      callbackMethod: 'GET',
    });
    const done = await reaches(made.sid, 'available', 'downloaded', 'installed');
    expect(done.matchingId).toMatch(/^[0-9A-F]{4}(-[0-9A-F]{4}){3}$/);
    expect(done.activationCode).toBe(`1$smdp.simulated.example$${done.matchingId}`);
    await world.until('the callback', async () => received.length > 0);
    expect(received[0]!.method).toBe('GET');
    expect(new URL(received[0]!.url).searchParams.get('ActivationCode')).toBe(done.activationCode);
    expect(twilio.validateRequest(world.authToken, received[0]!.signature, received[0]!.url, {})).toBe(true);
    // Whoever had the code is known afterwards.
    expect((await reaches(made.sid, 'installed')).eid).toMatch(/^[0-9]{32}$/);
  });

  it('say why they failed: on the device, or at the SM-DP+', async () => {
    const full = await profiles().create({ eid: newEid(true) });
    expect(await reaches(full.sid, 'failed')).toMatchObject({
      ...{ errorCode: '8.1/4.8', errorMessage: 'The eUICC has no memory left' },
      simSid: expect.stringMatching(/^HS/),
    });
    // An eSIM that our stock has and the SM-DP+ has not.
    const [unknown] = await inventory.addSims(world.ctx(), [
      {
        ...{ telecomId: telecom.telecom.id, iccid: '8988307999999999999', iccidCheckDigit: 'absent', imsi: null },
        ...{ msisdn: null, eid: newEid(), form: 'esim' },
      },
    ]);
    const eid = (await inventory.getSim(world.ctx(), unknown!.id!)).eid!;
    const lost = await profiles().create({ eid, callbackUrl: `${target}/lost` });
    expect(await reaches(lost.sid, 'failed')).toMatchObject({ errorCode: '8.2.1/3.9', simSid: null, iccid: null });
    // It is in nobody's account, and not given away again.
    expect(await inventory.getSim(world.ctx(), unknown!.id!)).toMatchObject({ registeredAt: null });
    expect((await profiles().create({ eid })).sid).not.toBe(lost.sid);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(received).toEqual([]);
  });

  it('wait for an SM-DP+ that is away', async () => {
    reached = null;
    const made = await profiles().create({ eid: newEid() });
    await reaches(made.sid, 'reserving');
    reached = telecom.reached;
    await reaches(made.sid, 'installed');
  });

  it('need an EID or a wish for a matching id', async () => {
    for (const wrong of [
      {},
      { generateMatchingId: false },
      { eid: '89049032123451234512345678901234' },
      { eid: 'x' },
    ]) {
      expect(await refused(profiles().create(wrong)), JSON.stringify(wrong)).toEqual([400, 20001]);
    }
    expect(await refused(profiles().create({ eid: newEid(), callbackUrl: 'ftp://x' }))).toEqual([400, 20001]);
    expect(await refused(profiles()(`HP${'0'.repeat(32)}`).fetch())).toEqual([404, 20404]);
  });

  it('are one for each, whoever asks at the same moment, until there are none', async () => {
    const stocked = await anotherOrganization(20);
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () =>
        stocked.sdk.esimProfiles.create({ generateMatchingId: true }).then(
          (made) => made.sid,
          (error) => `${error.status} ${error.code}`,
        ),
      ),
    );
    const sids = outcomes.filter((outcome) => outcome.startsWith('HP'));
    expect(new Set(sids).size).toBe(20);
    expect(outcomes.filter((outcome) => outcome === '400 83500')).toHaveLength(30);
    const all = await world.until('all are available', async () => {
      const listed = await stocked.sdk.esimProfiles.list({ status: 'available', pageSize: 7 });
      return listed.length === 20 && listed;
    });
    expect(new Set(all.map(({ iccid }) => iccid)).size).toBe(20);
    expect(new Set(all.map(({ activationCode }) => activationCode)).size).toBe(20);
    expect(all.map(({ sid }) => sid)).toEqual([...sids].sort().reverse());

    // Filters, and pages that keep them.
    const page = await stocked.sdk.esimProfiles.page({ status: 'available', pageSize: 8 });
    expect(page.instances).toHaveLength(8);
    const next = await page.nextPage();
    expect(next!.instances.map(({ sid }) => sid)).toEqual(all.slice(8, 16).map(({ sid }) => sid));
    expect((await next!.previousPage())!.instances.map(({ sid }) => sid)).toEqual(
      all.slice(0, 8).map(({ sid }) => sid),
    );
    expect(await stocked.sdk.esimProfiles.list({ status: 'failed' })).toEqual([]);
    expect(await stocked.sdk.esimProfiles.list({ eid: newEid() })).toEqual([]);
    expect(await stocked.sdk.esimProfiles.list({ simSid: 'HSnonsense' })).toEqual([]);
    expect(await stocked.sdk.esimProfiles.list({ simSid: all[3]!.simSid })).toMatchObject([{ sid: all[3]!.sid }]);
    // Another account sees none of them, and a SIM cannot be registered by its code beside its profile.
    expect(await profiles().list({ simSid: all[3]!.simSid })).toEqual([]);
    expect(await refused(profiles()(all[3]!.sid).fetch())).toEqual([404, 20404]);
  });
});

describe('an SM-DP+ that tells us of downloads (ES2+)', () => {
  /** A message as SGP.22 section 5.3.5 has it, with what differs. */
  const message = (iccid: string, point: number, at: string, status: object = { status: 'Executed-Success' }) => ({
    header: { functionRequesterIdentifier: 'smdp', functionCallIdentifier: `${iccid} ${point}` },
    ...{ iccid, profileType: 'iot', timestamp: at, notificationPointId: point, notificationPointStatus: status },
    eid: '89049032123451234512345678901235',
  });
  const url = '/api/v1/gsma/rsp2/es2plus/handleDownloadProgressInfo';

  it('is believed once, in any order, and only with a key for it', async () => {
    const stocked = await anotherOrganization(3);
    const made = await stocked.sdk.esimProfiles.create({ generateMatchingId: true });
    const profile = await world.until('it is available', async () => {
      const found = await stocked.sdk.esimProfiles(made.sid).fetch();
      return found.status === 'available' && found;
    });
    expect(profile.matchingId).toMatch(/^CODE-[0-2]$/);
    expect(profile.activationCode).toBe(`1$smdp.example.com$${profile.matchingId}`);
    const tell = (...args: Parameters<typeof message>) => stocked.api('POST', url, message(...args));
    const now = async () => (await stocked.sdk.esimProfiles(made.sid).fetch()).status;
    const failure = { status: 'Failed', statusCodeData: { subjectCode: '8.1', reasonCode: '4.8', message: 'full' } };

    expect((await tell(profile.iccid, 3, '2026-01-01T10:00:00Z')).status).toBe(204);
    expect(await now()).toBe('downloaded');
    await tell(profile.iccid, 4, '2026-01-01T10:00:05Z', failure);
    expect(await stocked.sdk.esimProfiles(made.sid).fetch()).toMatchObject({ status: 'failed', errorCode: '8.1/4.8' });
    // Told once more, it is old; then the device tries again.
    await tell(profile.iccid, 3, '2026-01-01T10:00:00Z');
    expect(await now()).toBe('failed');
    await tell(`${profile.iccid}F`, 4, '2026-01-01T10:01:05Z');
    expect(await stocked.sdk.esimProfiles(made.sid).fetch()).toMatchObject({ status: 'installed', errorCode: null });
    await tell(profile.iccid, 4, '2026-01-01T10:02:00Z', failure);
    await tell(profile.iccid, 99, '2026-01-01T10:03:00Z');
    expect(await now()).toBe('installed');

    expect(await tell('8988307000000000000', 3, '2026-01-01T10:00:00Z')).toMatchObject({
      ...{ status: 404, body: { error: { code: 'esim_profile.not_found' } } },
    });
    expect(await stocked.api('POST', url, { iccid: profile.iccid })).toMatchObject({ status: 400 });
    // The world's own key is of another organization.
    expect((await world.api('POST', url, message(profile.iccid, 4, '2026-01-01T11:00:00Z'))).status).toBe(404);
    const blind = await tenancy.createApiKey(stocked.ctx, { name: 'blind', permissions: ['inventory.sim.view'] });
    const authorization = `Bearer ${blind.text}`;
    expect(
      (await world.api('POST', url, message(profile.iccid, 4, '2026-01-01T11:00:00Z'), { authorization })).status,
    ).toBe(403);
  });
});

describe('the native API', () => {
  it('reserves for a company, which sees its own, and the SIM is in its account', async () => {
    const stocked = await anotherOrganization(2);
    const company = await tenancy.createCompany(stocked.ctx, { name: 'Acme', currency: 'EUR' });
    const asked = { generateMatchingId: true, company: publicId('company', company.id) };
    type Shown = { id: string; status: string; sim: string; iccid: string | null; company: string };
    const { status, body } = await stocked.api<Shown>('POST', '/api/v1/esim-profiles', asked);
    expect([status, body.status, body.iccid]).toEqual([201, 'new', null]);
    const done = await world.until('it is available', async () => {
      const found = (await stocked.api<Shown>('GET', `/api/v1/esim-profiles/${body.id}`)).body;
      return found.status === 'available' && found;
    });
    const sim = (await stocked.api<{ company: { id: string } }>('GET', `/api/v1/sims/${done.sim}`)).body;
    expect(sim).toMatchObject({ company: { id: asked.company } });
    const theirs = await tenancy.createApiKey(stocked.ctx, { name: 'c', permissions: ['*'], companyId: company.id });
    const authorization = `Bearer ${theirs.text}`;
    const list = () => world.api<{ items: Shown[] }>('GET', '/api/v1/esim-profiles', undefined, { authorization });
    await stocked.api('POST', '/api/v1/esim-profiles', { generateMatchingId: true });
    expect((await list()).body.items.map(({ id }) => id)).toEqual([done.id]);
    expect((await stocked.api<{ items: Shown[] }>('GET', '/api/v1/esim-profiles?limit=1')).body.items).toHaveLength(1);
    expect(await stocked.api('POST', '/api/v1/esim-profiles', asked)).toMatchObject({
      ...{ status: 409, body: { error: { code: 'esim.none_in_stock' } } },
    });
    expect(await stocked.api('POST', '/api/v1/esim-profiles', { eid: '1' })).toMatchObject({
      ...{ status: 400, body: { error: { code: 'esim_profile.eid_invalid', field: 'body.eid' } } },
    });
  });

  it('keeps a reserved eSIM from whoever has its registration code', async () => {
    reached = null;
    const eid = newEid();
    const [card] = await inventory.addSims(world.ctx(), [
      {
        ...{ telecomId: telecom.telecom.id, iccid: '8988307999999999991', iccidCheckDigit: 'absent', imsi: null },
        ...{ msisdn: null, eid, form: 'esim' },
      },
    ]);
    await profiles().create({ eid });
    const registering = sdk().sims.create({ iccid: card!.iccid, registrationCode: card!.registrationCode! });
    expect(await refused(registering)).toEqual([400, 83002]);
    reached = telecom.reached;
  });
});

describe('settings updates', () => {
  const sidOf = (id: string) => `HS${id.replaceAll('-', '')}`;
  const order = async (sims: string[], settings: { package: string; version: string }) => {
    type Answer = { results: { sim: string; settingsUpdate: string | null; code: string | null }[] };
    const answer = await world.api<Answer>('POST', '/api/v1/settings-updates', { sims, ...settings });
    expect(answer.status).toBe(200);
    return answer.body.results;
  };
  const base = { package: 'base-settings', version: '1.1.0' };

  it('reach SIMs when they come by, and are listed with their packages', async () => {
    const cards = telecom.cards.slice(0, 7).map(({ id }) => id!);
    const profile = await sdk().networkAccessProfiles.create({});
    const fleet = await sdk().fleets.create({ networkAccessProfile: profile.sid });
    await inventory.register(world.ctx(), cards, null);
    for (const id of cards) await sdk().sims(sidOf(id)).update({ status: 'active', fleet: fleet.sid });
    const ordered = await order(
      cards.map((id) => publicId('sim', id)),
      base,
    );
    expect(ordered.map(({ code }) => code)).toEqual(cards.map(() => null));
    const again = await order([publicId('sim', cards[0]!)], base);
    if (again[0]!.code !== null) expect(again[0]!.code).toBe('settings_update.outstanding');
    const done = await world.until(
      'some are done',
      async () => {
        const listed = await sdk().settingsUpdates.list({ status: 'successful', pageSize: 1, limit: 10 });
        return listed.length >= 2 && listed;
      },
      60_000,
    );
    expect(done[0]!.packages).toMatchObject([{ name: 'base-settings', version: '1.1.0' }]);
    expect(done[0]!.dateCompleted).toBeInstanceOf(Date);
    expect((await sdk().settingsUpdates.list({ sim: done[0]!.simSid })).map(({ sid }) => sid)).toContain(done[0]!.sid);
    expect(await sdk().settingsUpdates.list({ sim: 'nobody' })).toEqual([]);
    const info = (done[0]!.packages as { more_info: string }[])[0]!.more_info;
    const packages = await world.api<{ items: { name: string }[] }>('GET', info.slice(world.url.length));
    expect(packages.body.items.map(({ name }) => name)).toContain('base-settings');
  });

  it('say of each SIM why it takes none', async () => {
    const blank = publicId('sim', telecom.cards[7]!.id!);
    const [radius] = await world.stock(1);
    const elsewhere = publicId('sim', radius!.id);
    const nobody = `sim_${'0'.repeat(32)}`;
    const codes = (results: { code: string | null }[]) => results.map(({ code }) => code);
    expect(codes(await order([blank, elsewhere, nobody], base))).toEqual([
      'settings_update.sim_not_in_use',
      'settings_update.unsupported',
      'sim.not_found',
    ]);
    expect(codes(await order([blank], { package: 'nothing', version: '1' }))).toEqual([
      'settings_update.package_unknown',
    ]);
  });
});
