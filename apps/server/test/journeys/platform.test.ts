import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog, type Log } from '../../src/kit/log.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { openWorld, type World } from '../world.ts';

const lines: string[] = [];
const log: Log = createLog('debug', (line) => lines.push(line));
let world: World;
let admin: string;
let owner: string;

const password = 'canary-password-5f1e';

beforeAll(async () => {
  world = await openWorld({ log });
  const person = (email: string) =>
    tenancy.createStaff(world.ctx(), { email, name: email.split('@')[0]!, password, role: 'Owner' });
  await person('first@example.com');
  await person('second@example.com');
  admin = await signIn('first@example.com');
  owner = await signIn('second@example.com');
});
afterAll(async () => {
  await world.close();
});

async function signIn(email: string, given = password): Promise<string> {
  const response = await fetch(`${world.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: given }),
  });
  return response.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ');
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads the body as it is on the wire.
async function ask(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<any> {
  const response = await fetch(`${world.url}${path}`, {
    method,
    headers: {
      ...headers,
      ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
}

const routes = () => world.running.http.routes.filter((route) => route.scope === 'platform');

describe('the platform', () => {
  it('is for its admins only: not for another owner, not for any key, whatever it lists', async () => {
    expect(routes().length).toBeGreaterThanOrEqual(4);
    const company = await tenancy.createCompany(world.ctx(), { name: 'Ours', currency: 'EUR' });
    const { text: bound } = await tenancy.createApiKey(world.ctx(), {
      ...{ name: 'bound', permissions: ['*'], companyId: company.id },
    });
    const { text: forged } = await tenancy.createApiKey(world.ctx(), { name: 'forged', permissions: ['*'] });
    // What our own code refuses to write is not believed either.
    await world.owner.pool.query(
      `update api_keys set permissions = '{*,platform.instance.view,platform.instance.run}' where name = 'forged'`,
    );
    await world.owner.pool.query(
      `update roles set permissions = '{*,platform.instance.view,platform.instance.run}', ready_made = false where name = 'Support'`,
    );
    await tenancy.createStaff(world.ctx(), { email: 'third@example.com', name: 'third', password, role: 'Support' });
    const callers = {
      owner: { cookie: owner },
      role: { cookie: await signIn('third@example.com') },
      key: { authorization: `Bearer ${world.apiKey}` },
      company: { authorization: `Bearer ${bound}` },
      forged: { authorization: `Bearer ${forged}` },
      account: { authorization: `Basic ${btoa(`${world.accountSid}:${world.authToken}`)}` },
    };
    for (const route of routes()) {
      for (const [name, headers] of Object.entries(callers)) {
        const { status } = await ask(
          route.method,
          route.url,
          headers,
          route.method === 'GET' ? undefined : { work: 'relay' },
        );
        expect([route.name, name, status]).toEqual([route.name, name, 403]);
      }
    }
    await expect(
      tenancy.createApiKey(world.ctx(), { name: 'no', permissions: ['platform.instance.view'] }),
    ).rejects.toThrow('There is no permission');
  });

  it('has work done that is asked for, once, and says who asked', async () => {
    const before = await rolled();
    const asked = await ask('POST', '/api/v1/platform/work', { cookie: admin }, { work: 'partitions' });
    expect([asked.status, asked.body]).toEqual([202, { work: 'partitions' }]);
    await world.until('the loop ran', async () => (await rolled()) > before);
    const unknown = await ask('POST', '/api/v1/platform/work', { cookie: admin }, { work: 'nothing' });
    expect([unknown.status, unknown.body.error.code]).toEqual([400, 'platform.work_unknown']);
    const { items } = (await ask('GET', '/api/v1/audit-log', { cookie: admin })).body;
    expect(items[0]).toMatchObject({ action: 'platform.work_asked', actor: { name: 'first' } });
    expect(JSON.stringify(items[0])).toContain('"partitions"');
  });

  it('shows its admin the processes, their loops and NASes, health with reasons, and what waits', async () => {
    const stock = (await world.stock(1))[0]!;
    const device = world.gateway.device({
      imsi: stock.imsi,
      plmn: '26201',
      rat: 'EUTRAN',
      apn: 'x',
      framedIp: '10.0.0.1',
    });
    expect(await device.start()).toBe(true);
    const { body } = await world.until('the heartbeat tells of the packet', async () => {
      const answer = await ask('GET', '/api/v1/platform', { cookie: admin });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer.body.processes[0]?.nases.length > 0 && answer;
    });
    expect(body.ready).toBe(true);
    const states = Object.fromEntries(body.checks.map((c: { name: string; state: string }) => [c.name, c.state]));
    expect(states).toMatchObject({ database: 'ok', worker: 'ok', charging: 'ok', relay: 'ok', partitions: 'ok' });
    for (const check of body.checks) expect(check.reason, check.name).not.toBe('');
    const [own] = body.processes;
    expect(own).toMatchObject({ role: 'all', state: 'running', pid: process.pid, shards: [0, 1] });
    expect(own.loops.map((l: { name: string }) => l.name)).toEqual(
      expect.arrayContaining(['relay', 'rollover', 'inbox']),
    );
    expect(own.nases[0]).toMatchObject({ name: 'pgw', accepted: 1, failed: 0 });

    const storage = (await ask('GET', '/api/v1/platform/storage', { cookie: admin })).body;
    expect(storage.tables.map((t: { partitionOf: string }) => t.partitionOf)).toContain('usage_records');
    expect(storage.migrations.map((m: { name: string }) => m.name)).toContain('0013_platform.sql');
    const { items } = (await ask('GET', '/api/v1/platform/organizations', { cookie: admin })).body;
    expect(items).toMatchObject([{ name: 'World', sims: '1' }]);
  });

  async function rolled(): Promise<number> {
    const { rows } = await world.owner.pool.query(
      `select (l ->> 'runs')::int as runs from processes, jsonb_array_elements(report -> 'loops') l
        where l ->> 'name' = 'partitions' order by seen_at desc limit 1`,
    );
    return rows[0]?.runs ?? 0;
  }
});

describe('the log', () => {
  it('has no secret that went through a request, however it went', async () => {
    const canaries = {
      password,
      wrong: 'canary-wrong-8a2b77',
      apiKey: world.apiKey,
      radius: 'canary-radius-77c0d1',
      authToken: world.authToken,
      cookie: /session_token=([^;]+)/.exec(admin)![1]!,
      registration: (await world.stock(1))[0]!.registrationCode,
      query: 'canary-query-19ef02',
    };
    const bearer = { authorization: `Bearer ${world.apiKey}`, 'x-request-id': 'canary-request-1234' };
    await signIn('first@example.com', canaries.wrong);
    await ask('GET', `/api/v1/sims?q=${canaries.query}&token=${canaries.query}`, bearer);
    const telecoms = (await ask('GET', '/api/v1/telecoms', bearer)).body.items;
    const radius = telecoms.find((t: { connector: string }) => t.connector === 'radius');
    for (const sourceRange of ['127.0.0.9/32', 'no range']) {
      await ask('POST', `/api/v1/telecoms/${radius.id}/nases`, bearer, {
        ...{ name: 'canary', sourceRange, secret: canaries.radius, coaHost: '127.0.0.9', coaPort: 3799 },
      });
    }
    await ask('POST', '/api/v1/sims/registrations', bearer, {
      ...{ iccid: '8900000000000000000', registrationCode: canaries.registration },
    });
    await fetch(`${world.url}/v1/Sims`, {
      headers: { authorization: `Basic ${btoa(`${world.accountSid}:${world.authToken}`)}` },
    });
    await fetch(`${world.url}/v2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        ...{ grant_type: 'client_credentials', client_id: world.accountSid, client_secret: world.authToken },
      }),
    });
    // And what a careless line would say.
    const failure = Object.assign(
      new Error(`postgres://someone:${canaries.radius}@host refused Bearer ${world.apiKey}`),
      {
        code: '23505',
        detail: `Key (secret)=(${canaries.radius}) already exists.`,
        parameters: [canaries.password],
      },
    );
    log.error(
      {
        err: failure,
        nas: { deep: { radiusSecret: canaries.radius } },
        headers: { Authorization: 'Bearer x', Cookie: admin },
      },
      `careless with ${world.apiKey}`,
    );
    const text = lines.join('');
    expect(text).toContain('canary-request-1234');
    expect(text).toContain('"code":"23505"');
    for (const [name, canary] of Object.entries(canaries)) {
      for (const form of [canary, encodeURIComponent(canary), btoa(canary)]) {
        expect(text.includes(form), `${name} is in the log`).toBe(false);
      }
    }
  });
});
