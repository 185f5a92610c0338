import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as inventory from '../inventory/index.ts';
import { lintOpenapi } from '../kit/http/openapi.ts';
import { publicId } from '../kit/ids.ts';
import { type Api, openApi, type TestOrganization, type TestSim } from './testing.ts';

let api: Api;
let ours: TestOrganization;
let theirs: TestOrganization;
let fleet: string;

beforeAll(async () => {
  api = await openApi();
  ours = await api.open('Ours');
  theirs = await api.open('Theirs');
  fleet = await api.fleet(ours, 10n);
});
afterAll(() => api.close());

const path = (sim: TestSim | undefined, rest = '') => `/api/v1/sims/${sim!.publicId}${rest}`;

async function activated(count: number): Promise<TestSim[]> {
  const sims = await api.stock(ours, count);
  const ids = sims.map((sim) => sim.publicId);
  await api.send('POST', '/api/v1/sims/bulk', ours.key, { ids, action: 'set_fleet', fleet });
  api.pass(1);
  await api.send('POST', '/api/v1/sims/bulk', ours.key, { ids, action: 'activate' });
  api.pass(1);
  return sims;
}

describe('a SIM in use', () => {
  it('shows its session, usage, charge, limit, block and story', async () => {
    const [sim] = await activated(1);
    await api.use(ours, sim!, { kind: 'start' });
    api.pass(60);
    await api.use(ours, sim!, { up: 1_000_000n, down: 3_170_000n });

    const seen = (await api.get(path(sim), ours.key)).body;
    expect(seen).toMatchObject({
      ...{ status: 'Active', statusReason: null, online: true, usedBytes: '4170000', monthBytes: '4170000' },
      ...{ limitBytes: '10000000', leftBytes: null, lastSeenAt: api.now().toISOString(), blocks: [] },
      telecom: { name: 'Core network' },
      carrier: { connector: 'radius', link: 'ok', desired: 'active', reported: 'active', outstanding: null },
      session: { state: 'open', plmn: '26202', networkName: 'Vodafone', country: 'DE', bytesUp: '1000000', epoch: 0 },
      period: { kind: 'active', charge: '0.417', fees: [{ amount: '2.00' }], total: '2.417', currency: 'EUR' },
    });
    expect(seen.superSimSid).toBe(`HS${seen.id.slice(4)}`);
    expect((await api.get(path(sim, '/data-limit'), ours.key)).body).toMatchObject({
      ...{ usedBytes: '4170000', limitBytes: '10000000', percentage: '41.7', limitFrom: 'fleet', reached: false },
    });
    expect((await api.get(path(sim, '/diagnosis'), ours.key)).body).toMatchObject({ verdict: 'working' });

    api.pass(60);
    await api.use(ours, sim!, { up: 1_000_000n, down: 9_000_000n });
    const limited = (await api.get(path(sim), ours.key)).body;
    expect(limited).toMatchObject({
      ...{ status: 'Active', statusReason: 'The data limit of this billing period is reached.' },
      blocks: [{ reason: 'data_limit' }],
    });
    const why = (await api.get(path(sim, '/diagnosis'), ours.key)).body;
    expect(why).toMatchObject({ verdict: 'blocked', action: { kind: 'raise_limit' } });

    const records = await api.get(path(sim, '/usage-records?limit=1'), ours.key);
    expect(records.body.items).toMatchObject([
      { bytesDown: '5830000', charge: '0.583', currency: 'EUR', networkName: 'Vodafone', late: false },
    ]);
    const older = await api.get(path(sim, `/usage-records?limit=1&cursor=${records.body.nextCursor}`), ours.key);
    expect(older.body).toMatchObject({ items: [{ bytesUp: '1000000', charge: '0.417' }], nextCursor: null });
    const period = records.body.items[0].periodId;
    expect((await api.get(path(sim, `/usage-records?period=${period}`), ours.key)).body.items).toHaveLength(2);

    const usage = (await api.get(path(sim, '/usage?unit=hour'), ours.key)).body;
    expect(usage).toMatchObject({ unit: 'hour', currency: 'EUR', totalBytes: '10000000', totalCharge: '1.00' });
    expect(usage.points).toMatchObject([{ plmn: '26202', networkName: 'Vodafone', country: 'DE', charge: '1.00' }]);
    const sessions = (await api.get(path(sim, '/sessions'), ours.key)).body.items;
    expect(sessions).toMatchObject([{ state: 'open', bytesDown: '9000000', terminateText: null }]);
  });

  it('tells its story once each, newest first, page by page, with who did it', async () => {
    const [sim] = await activated(1);
    await api.send('PATCH', path(sim), ours.key, { note: 'in the cellar', fleet });
    api.pass(5);
    await api.use(ours, sim!, { kind: 'start' });
    api.pass(5);
    await api.use(ours, sim!, { kind: 'stop', down: 1_500n });
    api.pass(5);
    await api.send('POST', path(sim, '/blocks'), ours.key, { reason: 'manual' });

    const whole = (await api.get(path(sim, '/timeline?limit=200'), ours.key)).body.items;
    const titles = whole.map((entry: { title: string }) => entry.title);
    expect(titles.slice(0, 9)).toEqual([
      'The telecom confirmed: switched off',
      'Blocked: set by staff',
      'Session ended after 1.5 KB, ended by the device',
      'Session started in Vodafone DE (26202)',
      'Note changed',
      'The telecom confirmed: switched on',
      'Fee 2.00 EUR charged',
      'Active period opened',
      'Became active',
    ]);
    expect(titles.slice(9).toSorted()).toEqual(['Came into stock', 'Fleet changed', 'Plan assigned: Super SIM']);
    expect(new Set(titles).size).toBe(titles.length);
    expect(whole.find((entry: { title: string }) => entry.title === 'Note changed')).toMatchObject({
      ...{ kind: 'change', name: 'sim.updated', actor: 'test' },
      detail: { changes: [{ field: 'note', old: '', new: 'in the cellar' }] },
    });

    const walked: string[] = [];
    for (let cursor = ''; ; ) {
      const page = (await api.get(path(sim, `/timeline?limit=2${cursor}`), ours.key)).body;
      walked.push(...page.items.map((entry: { id: string }) => entry.id));
      if (!page.nextCursor) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(walked).toEqual(whole.map((entry: { id: string }) => entry.id));
    const some = (await api.get(path(sim, '/timeline?kind=session,block'), ours.key)).body.items;
    expect(some.map((entry: { kind: string }) => entry.kind)).toEqual(['block', 'session', 'session']);
  });

  it('shows to a company what happened since it is theirs, and not who did it', async () => {
    const [sim] = await api.stock(ours, 1);
    await api.send('PATCH', path(sim), ours.key, { note: 'before' });
    api.pass(60);
    const company = await api.company(ours, { name: 'New owner' });
    await api.send('POST', path(sim, '/registration'), ours.key, { company: company.publicId });
    api.pass(60);
    await api.send('PATCH', path(sim), company.key, { note: 'after' });
    const story = (await api.get(path(sim, '/timeline'), company.key)).body.items;
    expect(story.map((entry: { title: string; actor: null }) => [entry.title, entry.actor])).toEqual([
      ['Note changed', null],
      ['Registered', null],
    ]);
  });
});

describe('lists of SIMs', () => {
  it('filter on the server, and count what they filter', async () => {
    const org = await api.open('Filters');
    const sims = await api.stock(org, 6);
    const ids = sims.map((sim) => sim.publicId);
    const own = await api.fleet(org);
    const act = (some: string[], body: Record<string, unknown>) =>
      api.send('POST', '/api/v1/sims/bulk', org.key, { ids: some, ...body });
    await act(ids.slice(0, 4), { action: 'set_fleet', fleet: own });
    await act(ids.slice(0, 3), { action: 'ready' });
    await act(ids.slice(0, 2), { action: 'activate' });
    await act(ids.slice(0, 1), { action: 'suspend' });
    await act(ids.slice(1, 2), { action: 'set_labels', labels: ['x'] });
    await api.send('POST', `/api/v1/sims/${ids[1]}/blocks`, org.key, { reason: 'manual' });
    await api.use(org, sims[2]!, { kind: 'start' });
    const company = await api.company(org, { name: 'Owner' });
    await api.send('PATCH', `/api/v1/sims/${ids[3]}`, org.key, { company: company.publicId });
    const plan = (await api.get('/api/v1/plans', org.key)).body.items[0].id;
    const telecom = publicId('telecom', org.telecomId);

    const found = async (query: string, key = org.key) => {
      const rows = (await api.get(`/api/v1/sims?${query}`, key)).body.items.map((row: { id: string }) => row.id);
      const count = (await api.get(`/api/v1/sims/counts?${query}`, key)).body.total;
      expect(count).toBe(rows.length);
      return rows.map((id: string) => ids.indexOf(id)).sort();
    };
    expect(await found('')).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await found('status=Suspended')).toEqual([0, 1]);
    expect(await found('status=Blank,Activation Ready')).toEqual([2, 3, 4, 5]);
    expect(await found(`fleet=${own}`)).toEqual([0, 1, 2, 3]);
    expect(await found(`plan=${plan}`)).toEqual([0, 1, 2, 3]);
    expect(await found(`telecom=${telecom}&registered=false`)).toEqual([4, 5]);
    expect(await found('label=x')).toEqual([1]);
    expect(await found('blocked=true')).toEqual([1]);
    expect(await found('online=true')).toEqual([2]);
    expect(await found('online=false&registered=true')).toEqual([0, 1, 3]);
    expect(await found(`company=${company.publicId}`)).toEqual([3]);
    expect(await found(`search=${sims[4]!.imsi.slice(3)}`)).toEqual([4]);
    expect(await found('search=%25')).toEqual([]);
    expect(await found('', company.key)).toEqual([3]);
    expect(await found(`ids=${ids[0]},${ids[5]}`)).toEqual([0, 5]);
    const wrong = await api.get('/api/v1/sims?status=Gone', org.key);
    expect([wrong.status, wrong.body.error.field]).toEqual([400, 'query.status[0]']);
  });

  it('are walked whole, each SIM once, while others come in', async () => {
    const org = await api.open('Walks');
    const wanted = (await api.stock(org, 25)).map((sim) => sim.publicId);
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const page = (await api.get(`/api/v1/sims?limit=4${cursor}`, org.key)).body;
      seen.push(...page.items.map((row: { id: string }) => row.id));
      api.pass(1);
      await api.stock(org, 2);
      if (!page.nextCursor) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(seen.toSorted()).toEqual(wanted.toSorted());
  });

  it('ask the database the same number of times for one row as for forty', async () => {
    const org = await api.open('Counts');
    const own = await api.fleet(org);
    const sims = await api.stock(org, 40);
    await api.send('POST', '/api/v1/sims/bulk', org.key, {
      ids: sims.map((sim) => sim.publicId),
      action: 'set_fleet',
      fleet: own,
    });
    await api.send('POST', '/api/v1/sims/bulk', org.key, { ids: sims.map((s) => s.publicId), action: 'activate' });
    for (const sim of sims) await api.use(org, sim, { down: 5_000_000n });
    // The least of three: now and then a request also notes when its key was used.
    const statements = async (url: string, expected: number) => {
      const counts: number[] = [];
      for (let i = 0; i < 3; i++) {
        const before = await countStatements();
        expect((await api.get(url, org.key)).body.items).toHaveLength(expected);
        counts.push((await countStatements()) - before);
      }
      return Math.min(...counts);
    };
    for (const url of ['/api/v1/sims', '/api/v1/sessions']) {
      const one = await statements(`${url}?limit=1`, 1);
      expect(one).toBeGreaterThan(3);
      expect([url, await statements(`${url}?limit=40`, 40)]).toEqual([url, one]);
    }
  });
});

/** Statements that the application's connections have sent since the first look. */
let sent = 0;
let watched = false;
async function countStatements(): Promise<number> {
  if (!watched) {
    watched = true;
    const seen = new WeakSet<object>();
    api.runtime.database.pool.on('acquire', (client) => {
      if (seen.has(client)) return;
      seen.add(client);
      const query = client.query.bind(client) as (...args: unknown[]) => unknown;
      client.query = ((...args: unknown[]) => {
        sent += 1;
        return query(...args);
      }) as typeof client.query;
    });
  }
  return sent;
}

describe('the overview', () => {
  it('adds up SIMs, usage by day, hour and country, and the money of the month', async () => {
    const org = await api.open('Overview');
    const own = await api.fleet(org);
    const [sim, second] = await api.stock(org, 2);
    const ids = [sim!.publicId, second!.publicId];
    await api.send('POST', '/api/v1/sims/bulk', org.key, { ids, action: 'set_fleet', fleet: own });
    await api.send('POST', '/api/v1/sims/bulk', org.key, { ids, action: 'activate' });
    api.pass(10);
    await api.use(org, sim!, { up: 1_000_000n, down: 2_000_000n });
    await api.use(org, second!, { down: 4_000_000n, plmn: '20801' });
    await api.use(org, { imsi: '999990000000001' }, { down: 7_000n });
    await api.place(org);

    const { body } = await api.get('/api/v1/overview', org.key);
    expect(body).toMatchObject({
      ...{ now: api.now().toISOString(), timeZone: 'UTC', currency: 'EUR', online: 2 },
      sims: { total: 2 },
      today: { bytesUp: '1000000', bytesDown: '6000000' },
      period: { fees: '4.00', usage: '0.70', total: '4.70' },
      byCountry: [
        { country: 'FR', name: 'France', bytes: '4000000' },
        { country: 'DE', name: 'Germany', bytes: '3000000' },
      ],
      attention: [{ kind: 'unrated', count: 1, title: '1 usage update is not charged', link: '/unrated' }],
    });
    expect(body.sims.byStatus.find((s: { status: string }) => s.status === 'Active').sims).toBe(2);
    expect(body.last30Days).toHaveLength(30);
    expect(body.last30Days.at(-1).bytes).toBe('7000000');
    expect(body.last24Hours).toHaveLength(24);
    expect(body.last24Hours.at(-1).bytes).toBe('7000000');
    expect(body.recentEvents[0]).toMatchObject({ title: expect.any(String), kind: expect.any(String) });

    const company = await api.company(org, { name: 'Small' });
    const theirs = (await api.get('/api/v1/overview', company.key)).body;
    expect(theirs).toMatchObject({
      ...{ sims: { total: 0 }, online: 0, today: { bytesUp: '0', bytesDown: '0' }, attention: [] },
      ...{ period: { fees: '0.00', usage: '0.00' }, byCountry: [], recentEvents: [] },
    });
  });
});

describe('unrated usage and the ledger', () => {
  it('shows why usage is not charged, and charges it when asked again', async () => {
    const org = await api.open('Unrated');
    const [sim] = await api.stock(org, 1);
    await api.use(org, sim!, { down: 500_000n });
    const list = await api.get('/api/v1/unrated', org.key);
    expect(list.body.items).toMatchObject([
      {
        ...{ state: 'unrated', reason: 'not_registered', imsi: sim!.imsi, bytesDown: '500000', attempts: 0 },
        ...{ sim: { id: sim!.publicId, iccid: sim!.iccid }, source: { name: 'pgw' } },
      },
    ]);
    expect(list.body.items[0].reasonText).toMatch(/Register it/);
    expect((await api.get('/api/v1/unrated/counts', org.key)).body).toMatchObject({ total: 1 });
    expect((await api.get(path(sim, '/diagnosis'), org.key)).body.verdict).toBe('not_registered');

    const own = await api.fleet(org);
    await api.send('PATCH', path(sim), org.key, { fleet: own });
    await api.send('POST', path(sim, '/status'), org.key, { status: 'ready' });
    const bare = await api.send('POST', '/api/v1/unrated/replay', org.key, {});
    expect([bare.status, bare.body.error.field]).toEqual([400, 'body.ids']);
    const replay = await api.send('POST', '/api/v1/unrated/replay', org.key, { reason: 'not_registered' });
    expect([replay.status, replay.body]).toEqual([202, { waiting: 1 }]);
    await api.charger.drainInbox(org.organization.id);
    const after = (await api.get(`/api/v1/unrated?state=unrated,charged&sim=${sim!.publicId}`, org.key)).body.items;
    expect(after).toHaveLength(1);
    const ids = [after[0].id];
    const foreign = await api.send('POST', '/api/v1/unrated/dismiss', ours.key, { ids });
    expect(foreign.body).toEqual({ dismissed: 0 });
    const company = await api.company(org, { name: 'Curious' });
    expect((await api.get('/api/v1/unrated', company.key)).status).toBe(403);
  });

  it('dismisses what will not be charged, with who decided it', async () => {
    const org = await api.open('Dismissed');
    await api.use(org, { imsi: '999990000000002' }, { down: 500_000n });
    const [row] = (await api.get('/api/v1/unrated?search=99999', org.key)).body.items;
    expect(row).toMatchObject({ reason: 'unknown_sim', sim: null });
    const done = await api.send('POST', '/api/v1/unrated/dismiss', org.key, { ids: [row.id] });
    expect(done.body).toEqual({ dismissed: 1 });
    const [kept] = (await api.get('/api/v1/unrated?state=dismissed', org.key)).body.items;
    expect(kept).toMatchObject({ id: row.id, state: 'dismissed', resolvedBy: 'test' });
  });

  it('lists what each account owes, entry by entry, and to a company only its own', async () => {
    const org = await api.open('Ledger');
    const company = await api.company(org, { name: 'Payer' });
    const own = await api.fleet(org);
    const [sim, second] = await api.stock(org, 2);
    await api.send('PATCH', path(second), org.key, { company: company.publicId });
    const ids = [sim!.publicId, second!.publicId];
    await api.send('POST', '/api/v1/sims/bulk', org.key, { ids, action: 'set_fleet', fleet: own });
    await api.send('POST', '/api/v1/sims/bulk', org.key, { ids, action: 'activate' });
    api.pass(1);
    await api.use(org, second!, { down: 1_000_000n });

    const all = (await api.get('/api/v1/ledger/accounts', org.key)).body.items;
    const kinds = all.map((a: { kind: string; owner: { type: string } }) => `${a.owner.type} ${a.kind}`).sort();
    expect(kinds).toEqual([
      'company unbilled',
      'organization fee_revenue',
      'organization unbilled',
      'organization usage_revenue',
    ]);
    const [account, ...more] = (await api.get('/api/v1/ledger/accounts', company.key)).body.items;
    expect(more).toEqual([]);
    expect(account).toMatchObject({ owner: { name: 'Payer' }, balance: '2.10', floor: null, currency: 'EUR' });
    const entries = `/api/v1/ledger/accounts/${account.id}/entries`;
    const first = (await api.get(`${entries}?limit=1`, company.key)).body;
    expect(first.items).toMatchObject([{ kind: 'usage', amount: '0.10', balanceAfter: '2.10', currency: 'EUR' }]);
    const rest = (await api.get(`${entries}?limit=1&cursor=${first.nextCursor}`, company.key)).body;
    expect(rest).toMatchObject({ items: [{ kind: 'fee', amount: '2.00', balanceAfter: '2.00' }], nextCursor: null });
    const hidden = all.find((a: { kind: string }) => a.kind === 'fee_revenue');
    const peek = await api.get(`/api/v1/ledger/accounts/${hidden.id}/entries`, company.key);
    expect([peek.status, peek.body.error.code]).toEqual([404, 'ledger_account.not_found']);
    expect((await api.get(entries, ours.key)).status).toBe(404);
  });
});

describe('every route', () => {
  it('knows nothing of another organization’s things, nor of another company’s', async () => {
    const [sim] = await activated(1);
    const ctx = api.as(ours.organization);
    const profile = await inventory.createProfile(ctx, { companyId: null });
    const plan = (await api.get('/api/v1/plans', ours.key)).body.items[0].id;
    const account = (await api.get('/api/v1/ledger/accounts', ours.key)).body.items[0].id;
    const idOfTag: Record<string, string> = {
      sims: sim!.publicId,
      fleets: fleet,
      plans: plan,
      accounts: account,
      'network-access-profiles': publicId('network_access_profile', profile.id),
      zones: (await api.send('POST', '/api/v1/zones', ours.key, { name: 'Home', countries: ['DE'] })).body.id,
      wallets: (
        await api.send('POST', '/api/v1/wallets', ours.key, { owner: publicId('organization', ours.organization.id) })
      ).body.id,
      presets: (await api.send('POST', '/api/v1/presets', ours.key, { kind: 'plan', name: 'A', form: {} })).body.id,
      pools: (await api.send('POST', '/api/v1/pools', ours.key, { name: 'Shared', type: 'dynamic' })).body.id,
      'wallet-adjustments': publicId('wallet_adjustment', ours.organization.id),
      explanations: (await api.get(path(sim, '/periods'), ours.key)).body.items[0].id,
    };
    const theirPlan = (await api.get('/api/v1/plans', theirs.key)).body.items[0].id;
    const bodies: Record<string, unknown> = {
      ...{ setSimStatus: { status: 'suspended' }, suspendSim: {}, blockSim: { reason: 'manual' } },
      ...{
        assignPlan: { plan: theirPlan },
        addPoolMembers: { plan: theirPlan, sims: [sim!.publicId] },
        removePoolMembers: { sims: [sim!.publicId] },
        ...{ updateSim: { note: 'x' }, grantRefill: { refill: 'x' } },
      },
      ...{ takeSimFromStock: {}, updateFleet: { dataLimitMb: '5' }, updateNetworkAccessProfile: { networks: [] } },
      ...{ createPlanVersion: { fee: '1.00' }, updatePlan: {}, duplicatePlan: {}, updateZone: {} },
      ...{ updatePool: {}, changePoolTerms: {} },
      ...{ changeWallet: { floor: '0' }, waiveDueFee: { reason: 'x' } },
      ...{ creditWallet: { amount: '1.00', reason: 'x' }, debitWallet: { amount: '1.00', reason: 'x' } },
      ...{ grantMoney: { amount: '1.00', reason: 'x' }, expireWalletPart: { reason: 'x' } },
      ...{ placeWalletHold: { amount: '1.00', reason: 'x' }, captureWalletHold: { reason: 'x' } },
      ...{ askWalletAdjustment: { kind: 'credit', amount: '1.00', reason: 'x' } },
      ...{ approveWalletAdjustment: {}, rejectWalletAdjustment: {}, withdrawWalletAdjustment: {} },
    };
    const company = await api.company(ours, { name: 'Next door' });
    // Routes of end users are asked as one in end-users.test.ts: nobody else gets as far as an id.
    const routes = api.http.routes.filter((route) => route.url.includes(':id') && route.scope !== 'end_user');
    expect(routes.length).toBeGreaterThan(25);
    for (const route of routes) {
      const noun = route.url.split('/:id')[0]!.split('/').at(-1)!;
      const url = route.url
        .replace(':id', idOfTag[noun]!)
        .replace(':fee', publicId('due_fee', ours.organization.id))
        .replace(':part', publicId('wallet_part', ours.organization.id))
        .replace(':hold', publicId('wallet_hold', ours.organization.id));
      const foreign = await api.send(route.method, url, theirs.key, bodies[route.name]);
      expect([route.name, foreign.status]).toEqual([route.name, 404]);
      // What is sold is the organization's own, and shown to its companies.
      if (['plans', 'zones', 'presets'].includes(noun)) continue;
      const nextDoor = await api.send(route.method, url, company.key, bodies[route.name]);
      expect([route.name, nextDoor.status]).toEqual([route.name, route.scope === 'organization' ? 403 : 404]);
    }
    expect((await api.get(path(sim), ours.key)).body).toMatchObject({ lifecycle: 'active', note: '', blocks: [] });
  });

  it('refuses an id of another kind and an unknown field by name', async () => {
    const wrong = await api.get(`/api/v1/sims/${fleet}`, ours.key);
    expect([wrong.status, wrong.body.error.field]).toEqual([400, 'params.id']);
    const unknown = await api.get('/api/v1/sims?colour=red', ours.key);
    expect([unknown.status, unknown.body.error.field]).toEqual([400, 'query.colour']);
    const [sim] = await activated(1);
    for (const [query, field] of [
      ['unit=week', 'query.unit'],
      ['unit=hour&from=2025-01-01T00:00:00Z', 'query.from'],
      ['from=2030-01-01T00:00:00Z', 'query.from'],
    ]) {
      const answer = await api.get(path(sim, `/usage?${query}`), ours.key);
      expect([answer.status, answer.body.error.field]).toEqual([400, field]);
    }
  });

  it('is in an OpenAPI document without faults', async () => {
    const { status, body } = await api.get('/api/v1/openapi.json', ours.key);
    expect(status).toBe(200);
    expect(lintOpenapi(body)).toEqual([]);
  });

  it('answers a repeated write with an idempotency key as the first time, and does it once', async () => {
    const [sim] = await activated(1);
    const headers = {
      'idempotency-key': 'twice',
      authorization: `Bearer ${ours.key}`,
      'content-type': 'application/json',
    };
    const send = () =>
      fetch(api.base + path(sim, '/blocks'), { method: 'POST', headers, body: JSON.stringify({ reason: 'manual' }) });
    const first = await (await send()).json();
    api.pass(60);
    expect(await (await send()).json()).toEqual(first);
    expect((await api.get(path(sim, '/blocks'), ours.key)).body.items).toHaveLength(1);
  });
});
