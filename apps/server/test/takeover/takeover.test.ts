import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as carriers from '../../src/carriers/index.ts';
import * as inventory from '../../src/inventory/index.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { type Gateway, openGateway } from '../gateway.ts';
import { openWorld, type World } from '../world.ts';
import { type Card, type Furnished, furnish, type Group, newOnes } from './source.ts';
import { openTarget, type Target } from './target.ts';

/** The account that is left lives in one organization of a running product; where it goes is another. All of it by HTTP. */
let world: World;
let source: Furnished;
let target: Target;
let gateway: Gateway;
let key: string;

beforeAll(async () => {
  world = await openWorld();
  source = await furnish(world);
  target = await openTarget(world.running.runtime, world.owner, 'Target');
  const ctx = await target.ctx();
  gateway = await openGateway(() => world.running.radius, '127.0.0.2');
  await carriers.createNas(ctx, {
    ...{ telecomId: target.telecom.id, name: 'pgw', sourceRange: '127.0.0.2/32', secret: gateway.secret.toString() },
    ...{ coaHost: gateway.address, coaPort: gateway.coaPort, requireMessageAuthenticator: false, noGigawords: false },
  });
  await world.running.directory.refresh();
  ({ text: key } = await tenancy.createApiKey(ctx, { name: 'test', permissions: ['*'] }));
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await gateway.close();
  target.remove();
  await world.close();
});

const credentials = () => ({ SUPERSIM_ACCOUNT_SID: world.accountSid, SUPERSIM_AUTH_TOKEN: world.authToken });
const plan = (...args: string[]) => target.command(['--from', world.url, ...args], credentials());
const of = (group: Group) => source.of(group);

/** The report's rows, by the name or SID there. */
function report(): Map<string, Record<string, string>> {
  const [head, ...lines] = readFileSync(join(target.folder, 'report.csv'), 'utf8')
    .replace('\uFEFF', '')
    .trim()
    .split('\r\n');
  const fields = head!.split(',');
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [fields[i], cell])));
  return new Map(rows.map((row) => [row.name || row.source_sid!, row]));
}

function outcomes(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, outcome } of report().values())
    counts[`${kind} ${outcome}`] = (counts[`${kind} ${outcome}`] ?? 0) + 1;
  return counts;
}

/** One number of the target's tables. */
async function count(sql: string): Promise<number> {
  const { rows } = await world.owner.pool.query(`select count(*)::int as n from ${sql}`, [target.organization.id]);
  return rows[0].n;
}

async function supersim(path: string, who: { accountSid: string; authToken: string }) {
  const authorization = `Basic ${Buffer.from(`${who.accountSid}:${who.authToken}`).toString('base64')}`;
  const response = await fetch(`${world.url}/v1${path}`, { headers: { authorization } });
  return (await response.json()) as Record<string, unknown>;
}

async function sim(card: Card): Promise<Record<string, string>> {
  const page = await supersim(`/Sims?Iccid=${card.iccid}`, target);
  return (page.sims as Record<string, string>[])[0]!;
}

async function period(who: { accountSid: string; authToken: string }, card: Card) {
  const { sims } = await supersim(`/Sims?Iccid=${card.iccid}`, who);
  const { billing_periods } = await supersim(`/Sims/${(sims as { sid: string }[])[0]!.sid}/BillingPeriods`, who);
  return (billing_periods as Record<string, string>[]).map(({ period_type, start_time, end_time }) => {
    return { period_type, start_time, end_time };
  });
}

async function api(method: string, path: string, body?: unknown) {
  return (await world.api(method, path, body, { authorization: `Bearer ${key}` })).body as Record<string, unknown>;
}

const nativeId = async (card: Card) => `sim_${(await sim(card)).sid!.slice(2)}`;

/** Everything of the target that an import could change. */
async function everything(): Promise<string> {
  const parts: string[] = [];
  for (const table of [
    'sims',
    'fleets',
    'network_access_profiles',
    'billing_periods',
    'plan_assignments',
    'blocks',
    'fees',
    'suspensions',
  ]) {
    const { rows } = await world.owner.pool.query(
      `select md5(string_agg(t::text, '|' order by t::text)) as sum from ${table} t where organization_id = $1`,
      [target.organization.id],
    );
    parts.push(`${table} ${rows[0].sum}`);
  }
  return parts.join('\n');
}

describe('an account comes over', () => {
  let missing: Card;
  let elsewhere: Card;
  let inFile: Card[];

  beforeAll(async () => {
    const ctx = await target.ctx();
    [missing, elsewhere] = source.fresh as [Card, Card];
    inFile = source.fresh.slice(2, 5);
    const company = await tenancy.createCompany(ctx, { name: 'Another' });
    const apart = new Set([missing.iccid, elsewhere.iccid, ...inFile.map((card) => card.iccid)]);
    await target.stock([...source.named, ...source.fresh].filter((card) => !apart.has(card.iccid)));
    await target.stock([elsewhere], company.id);
    // The same name and the same settings is the same thing; the same name and others is in the way.
    const everywhere = await inventory.createProfile(ctx, { companyId: null, uniqueName: 'everywhere' });
    await inventory.createFleet(ctx, { companyId: null, uniqueName: 'clash', networkAccessProfileId: everywhere.id });
    const [holder] = await world.stock(1);
    await target.stock([holder!]);
    const [taken] = await inventory.findByName(ctx, [holder!.iccid]);
    await inventory.updateSim(ctx, taken!.id, { uniqueName: 'meter 9' });
    const rows = inFile.map(({ iccid, imsi }) => `${iccid},${imsi},x`);
    writeFileSync(join(target.folder, 'cards.csv'), `iccid,imsi,remark\n${rows.join('\n')}\n`);
  });

  it('shows first what would happen, and changes nothing', async () => {
    const before = await everything();
    const said = await plan('--sims', join(target.folder, 'cards.csv'));
    expect(outcomes()).toEqual({
      'profile made': 1,
      'profile already here': 1,
      'fleet made': 2,
      'fleet refused': 1,
      'sim imported': 110 + newOnes - 5,
      'sim missing IMSI': 1,
      'sim taken by another account': 1,
      'sim refused': 3,
    });
    expect(report().get(missing.iccid)).toMatchObject({ outcome: 'missing IMSI', code: 'sim.imsi_missing' });
    expect(report().get('clash')).toMatchObject({ outcome: 'refused', code: 'unique_name.taken' });
    expect(report().get(of('clashing')[0]!.iccid)).toMatchObject({ code: 'fleet.missing' });
    expect(report().get(of('metersUsed')[9]!.iccid)).toMatchObject({ code: 'unique_name.taken' });
    expect(report().get('two networks')!.note).toContain('99942');
    expect(said).toContain('Nothing has been changed');
    expect(said).not.toContain(world.authToken);
    expect(await everything()).toBe(before);
  });

  it('does what was shown', async () => {
    const said = await target.command(['--start']);
    expect(said).toContain('What happened (done)');
    expect(outcomes()).toMatchObject({ 'fleet made': 2, 'sim imported': 110 + newOnes - 5, 'sim refused': 3 });
    const meter = await sim(of('metersUsed')[0]!);
    expect(meter).toMatchObject({ status: 'active', unique_name: 'meter 0' });
    expect(report().get(meter.iccid!)).toMatchObject({ sid: meter.sid, status: 'active' });
    const statuses: [Group, string][] = [
      ['metersIdle', 'active'],
      ['tightOver', 'active'],
      ['readyUsed', 'ready'],
      ['inactivePaid', 'inactive'],
      ['inactiveReady', 'inactive'],
      ['inactiveLoose', 'inactive'],
    ];
    for (const [group, status] of statuses) expect(await sim(of(group).at(-1)!)).toMatchObject({ status });
    expect(await sim(inFile[0]!)).toMatchObject({ status: 'new', fleet_sid: null });
    const fleet = await supersim('/Fleets/meters', target);
    const settings = { data_limit: 5, sms_commands_url: 'https://example.com/sms', sms_commands_method: 'GET' };
    expect(fleet).toMatchObject({ ...settings, ip_commands_url: 'https://example.com/ip', ip_commands_method: 'POST' });
    const { networks } = await supersim('/NetworkAccessProfiles/two%20networks/Networks', target);
    expect((networks as unknown[]).length).toBe(3);
  });

  it('takes running periods over as they are, for no fee, and books nothing', async () => {
    for (const group of ['metersUsed', 'readyIdle', 'inactivePaid'] as const) {
      const there = await period(world, of(group)[0]!);
      expect(there).toHaveLength(1);
      expect(await period(target, of(group)[0]!)).toEqual(there);
    }
    expect(await period(target, of('inactiveReady')[0]!)).toEqual([]);
    expect(await count('fees where organization_id = $1')).toBe(0);
    expect(await count('transfers where organization_id = $1')).toBe(0);
    expect(await world.drift()).toEqual([]);
  });

  it('may be run again, and changes nothing', async () => {
    const before = await everything();
    await plan('--sims', join(target.folder, 'cards.csv'));
    expect(outcomes()).toMatchObject({
      'fleet already here': 2,
      'sim already here': 110 + newOnes - 5,
      'sim refused': 3,
    });
    await target.command(['--start']);
    expect(outcomes()).toMatchObject({ 'sim already here': 110 + newOnes - 5 });
    expect(await everything()).toBe(before);
  });

  it('goes on with its last plan only', async () => {
    const { items } = await api('GET', '/api/v1/operations?kind=account_takeover&state=checked,cancelled');
    expect(items).toEqual([]);
    await plan();
    await plan();
    const older = await api('GET', '/api/v1/operations?kind=account_takeover&state=cancelled');
    const [{ id }] = older.items as [{ id: string }];
    await api('POST', `/api/v1/operations/${id}/resume`);
    const isOver = async () => {
      const { operation } = (await api('GET', `/api/v1/operations/${id}`)) as { operation: Record<string, unknown> };
      // It had been looked at: it waits for its start again.
      if (operation.state === 'checked') await api('POST', `/api/v1/operations/${id}/start`);
      return operation.error;
    };
    expect(await world.until('an end', isOver)).toMatchObject({ code: 'takeover.replaced' });
    // The file of the SIMs is read with each plan.
    await plan('--sims', join(target.folder, 'cards.csv'));
    await target.command(['--start']);
  });

  it('counts what was used there against the same limit, and charges only what is used here', async () => {
    const card = of('metersUsed')[0]!;
    const id = await nativeId(card);
    expect(await api('GET', `/api/v1/sims/${id}/data-limit`)).toMatchObject({ usedBytes: '3000000' });
    const device = gateway.device({ imsi: card.imsi, plmn: '26201', rat: 'EUTRAN', apn: 'super' });
    expect(await device.attach()).toBe(true);
    await device.start();
    await device.update(1_000_000n, 500_000n);
    expect(await api('GET', `/api/v1/sims/${id}/data-limit`)).toMatchObject({ usedBytes: '4500000' });
    await device.update(1_200_000n, 900_000n);
    expect(await device.attach()).toBe(false);
    const { rows } = await world.owner.pool.query(
      'select used_bytes, charge_micros from billing_periods where organization_id = $1 and line_id = $2::uuid',
      [target.organization.id, id.slice(4)],
    );
    // 2.1 MB at 0.10 per MB.
    expect(rows).toEqual([{ used_bytes: 2_100_000n, charge_micros: 21_000_000n }]);
    expect(await count('fees where organization_id = $1')).toBe(0);
  });

  it('keeps a SIM blocked that had passed its limit there', async () => {
    for (const card of of('tightOver')) {
      expect(await gateway.device({ imsi: card.imsi, plmn: '26201', rat: 'EUTRAN', apn: 'super' }).attach()).toBe(
        false,
      );
    }
    const free = of('tightIdle')[0]!;
    expect(await gateway.device({ imsi: free.imsi, plmn: '26201', rat: 'EUTRAN', apn: 'super' }).attach()).toBe(true);
  });

  it('goes on with the 250 kB of a ready SIM', async () => {
    const card = of('readyUsed')[0]!;
    const device = gateway.device({ imsi: card.imsi, plmn: '26201', rat: 'EUTRAN', apn: 'super' });
    await device.start();
    await device.update(20_000n, 20_000n);
    expect(await sim(card)).toMatchObject({ status: 'ready' });
    await device.update(30_000n, 20_000n);
    expect(await sim(card)).toMatchObject({ status: 'active' });
    expect(await count('fees where organization_id = $1')).toBe(1);
  });

  it('lets an inactive SIM back into the period that it has paid for', async () => {
    const card = of('inactivePaid')[0]!;
    const [before] = await period(target, card);
    await api('POST', `/api/v1/sims/${await nativeId(card)}/status`, { status: 'active' });
    expect(await sim(card)).toMatchObject({ status: 'active' });
    expect(await period(target, card)).toEqual([before]);
    expect(await count('fees where organization_id = $1')).toBe(1);
  });

  it('tries again what was refused, once what stood in its way is gone', async () => {
    const ctx = await target.ctx();
    await target.stock([missing]);
    const clash = (await inventory.listFleets(ctx, { uniqueName: 'clash', companyId: null }, { limit: 1 }))[0]!;
    await inventory.updateFleet(ctx, clash.id, { uniqueName: 'ours' });
    await target.command(['--retry']);
    expect(outcomes()).toMatchObject({ 'fleet made': 1, 'sim imported': 3, 'sim refused': 1 });
    expect(await sim(of('clashing')[0]!)).toMatchObject({ status: 'active' });
  });

  it('rolls every running period over at its end, with one fee for each', async () => {
    const active = await count(`sims where organization_id = $1 and lifecycle = 'active'`);
    const feesBefore = await count('fees where organization_id = $1');
    const [before] = await period(target, of('metersIdle')[0]!);
    await api('POST', '/api/v1/sandbox/clock', { advance: { months: 1 } });
    const [after] = await period(target, of('metersIdle')[0]!);
    expect(after!.start_time).toBe(before!.end_time);
    expect(await count('fees where organization_id = $1')).toBe(feesBefore + active);
    expect(
      await count(
        `billing_periods where organization_id = $1 and taken_over_bytes is not null and state = 'open' and kind = 'active'`,
      ),
    ).toBe(0);
    const over = of('tightOver')[0]!;
    expect(await gateway.device({ imsi: over.imsi, plmn: '26201', rat: 'EUTRAN', apn: 'super' }).attach()).toBe(true);
  });
});

describe('an account comes into the account of a company, with SIMs of a carrier that holds their state', () => {
  let second: Target;
  const into = ['--company', 'Buyer'];
  const buyer = { accountSid: '', authToken: 'b'.repeat(32) };

  beforeAll(async () => {
    second = await openTarget(world.running.runtime, world.owner, 'Second', 'simulated');
    const { id } = await tenancy.createCompany(await second.ctx(), { name: 'Buyer', authToken: buyer.authToken });
    buyer.accountSid = tenancy.accountSid(id);
    await second.stock([...source.named, ...source.fresh]);
  });
  afterAll(() => second.remove());

  const asked = async () => {
    const { rows } = await world.owner.pool.query(
      `select count(*)::int as n from carrier_operations where organization_id = $1 and kind = 'set_state'`,
      [second.organization.id],
    );
    return rows[0].n;
  };

  it('is read with a bearer token', async () => {
    const client = { SUPERSIM_CLIENT_ID: world.accountSid, SUPERSIM_CLIENT_SECRET: world.authToken };
    await second.command(['--from', world.url, ...into], client);
    const said = await second.command([...into, '--start']);
    expect(said).toContain('What happened (done)');
    const { sims } = await supersim(`/Sims?Iccid=${of('metersIdle')[0]!.iccid}`, buyer);
    expect(sims).toMatchObject([{ status: 'active', account_sid: buyer.accountSid }]);
    expect(await period(buyer, of('metersIdle')[0]!)).toEqual(await period(world, of('metersIdle')[0]!));
  });

  it('tells the carrier nothing before the switch, whatever happens to SIMs meanwhile', async () => {
    const { sims } = await supersim(`/Sims?Iccid=${of('metersIdle')[1]!.iccid}`, buyer);
    const [{ sid }] = sims as [{ sid: string }];
    const authorization = `Basic ${Buffer.from(`${buyer.accountSid}:${buyer.authToken}`).toString('base64')}`;
    const form = { method: 'POST', headers: { authorization }, body: new URLSearchParams({ Status: 'inactive' }) };
    expect((await fetch(`${world.url}/v1/Sims/${sid}`, form)).status).toBe(200);
    expect(await asked()).toBe(0);
    await expect(second.command([...into, '--switch'])).rejects.toThrow('Nothing was told');
    expect(second.said.join()).toContain(`${(110 + newOnes).toLocaleString('en')} SIMs wait for the switch`);
    expect(await asked()).toBe(0);
    expect(await second.command([...into, '--switch', '--yes'])).toContain('are switched');
    expect(await second.command([...into, '--switch', '--yes'])).toContain('No SIM waits');
  });

  it('says which takeover is meant, and that there is none', async () => {
    await expect(second.command(['--start'])).rejects.toThrow('Nothing was planned for Second');
    await expect(second.command(['--start', '--company', 'Nobody'])).rejects.toThrow('Buyer');
    const own = { SUPERSIM_ACCOUNT_SID: buyer.accountSid, SUPERSIM_AUTH_TOKEN: buyer.authToken };
    await expect(second.command(['--from', world.url, ...into], own)).rejects.toThrow(
      'cannot be taken over into itself',
    );
    const wrong = { SUPERSIM_ACCOUNT_SID: world.accountSid, SUPERSIM_AUTH_TOKEN: 'wrong' };
    await expect(second.command(['--from', world.url], wrong)).rejects.toThrow('does not take these credentials');
  });
});
