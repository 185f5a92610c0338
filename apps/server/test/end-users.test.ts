import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextFor, systemActor } from '../src/kit/ctx.ts';
import { parsePublicId, publicId } from '../src/kit/ids.ts';
import * as tenancy from '../src/tenancy/index.ts';
import { asking } from './asking.ts';
import { openMailServer } from './mail-server.ts';
import type { Json } from './paying.ts';
import { openWorld, type World } from './world.ts';

/** docs/journeys/30-an-end-user-refills.md, over HTTP: who gets in, by what, how far, and until when. */
let world: World;
let mail: Awaited<ReturnType<typeof openMailServer>>;
let plan: string;
const { done } = asking(() => world);

beforeAll(async () => {
  mail = await openMailServer();
  world = await openWorld({ mail: { url: mail.url, from: 'hello@sims.example' } });
  await done('POST', 'payment-providers', { kind: 'sandbox', name: 'Sandbox payments' });
  const terms = { type: 'prepaid', validityDays: 30, refills: [{ mb: '1000', price: '10.00' }] };
  plan = (await done('POST', 'plans', { name: 'Traveller', ...terms })).id;
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
  await mail.close();
});

type Answer = { status: number; body: Json; cookie: string | null };

/** A request without any credential of staff. */
async function send(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(world.url + path, {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json');
  return {
    status: response.status,
    body: json && text ? JSON.parse(text) : {},
    cookie: response.headers.get('set-cookie'),
  };
}

const tokenOf = (url: string) => url.slice(url.indexOf('#link=') + 6);
const use = (url: string) => send('POST', '/api/auth/links/use', { token: tokenOf(url) });
const ask = (email: string) => send('POST', '/api/auth/links', { email });
const cookieOf = (answer: Answer) => answer.cookie!.split(';')[0]!;

let made = 0;
/** An end user with a prepaid SIM, signed in by a link that staff handed over. */
async function holder(company?: string) {
  made += 1;
  const companyId = company ?? (await done('POST', 'companies', { name: `Company ${made}`, currency: 'EUR' })).id;
  const email = `holder-${made}@example.com`;
  const user = await done('POST', 'end-users', { companyId, email, name: `Holder ${made}` });
  const [card] = await world.stock(1);
  const sim = publicId('sim', card!.id);
  await done('POST', `sims/${sim}/registration`, { company: companyId });
  await done('PATCH', `sims/${sim}`, { endUser: user.id });
  await done('PUT', `sims/${sim}/plan`, { plan, effective: 'now' });
  const wallet = (await done('POST', 'wallets', { owner: user.id, floor: '0.00' })).id as string;
  const { url } = await done('POST', `end-users/${user.id}/invitation`, {});
  const cookie = cookieOf(await use(url));
  const my = (method: string, path = '', body?: object) => send(method, `/api/v1/my${path}`, body, { cookie });
  return { id: user.id as string, companyId: companyId as string, email, sim, wallet, cookie, my };
}

describe('a link', () => {
  it('that was asked for comes by mail, is good once, and signs in to a cookie that only our own addresses see', async () => {
    const { email, sim } = await holder();
    const before = mail.received.length;
    expect((await ask(email.toUpperCase())).status).toBe(202);
    await world.until('the letter', async () => mail.received.length > before);
    const { to, raw } = mail.received.at(-1)!;
    expect(to).toEqual([email]);
    const token = /#link=(?:3D)?(link_[0-9a-f_]+)/.exec(raw.replaceAll('=\r\n', '').replaceAll('=3D', '='))![1]!;
    expect((await send('POST', '/api/auth/links/read', { token })).body).toMatchObject({ for: 'end_user', email });
    const tries = await Promise.all(Array.from({ length: 5 }, () => use(`#link=${token}`)));
    expect(tries.map(({ status }) => status).sort()).toEqual([204, 401, 401, 401, 401]);
    const { cookie } = tries.find(({ status }) => status === 204)!;
    expect(cookie).toMatch(
      /^simwright\.my=my_[0-9a-f_]+; Path=\/api\/v1\/my; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
    );
    const { body } = await send('GET', '/api/v1/my/sims', undefined, { cookie: cookie!.split(';')[0]! });
    expect(body.items).toMatchObject([{ id: sim, leftBytes: '0', refills: [{ price: '10.00' }] }]);
    const kept = await world.owner.pool.query(
      'select t::text from sign_in_links t union all select t::text from letters t',
    );
    expect(JSON.stringify(kept.rows)).not.toContain(token.slice(-48));
  });

  it('is answered alike, and as fast, for whoever is nobody here; and one person is not flooded', async () => {
    const { email } = await holder();
    const timed = async (address: string) => {
      const from = performance.now();
      const { status, body, cookie } = await ask(address);
      return { ms: performance.now() - from, answer: { status, body, cookie } };
    };
    const known = await timed(email);
    const stranger = await timed('nobody@example.com');
    expect(stranger.answer).toEqual(known.answer);
    expect([known.ms, stranger.ms].every((ms) => ms >= 390)).toBe(true);
    const more = await Promise.all([ask(email), ask(email), ask(email)]);
    expect(more.map(({ status }) => status).sort()).toEqual([202, 202, 429]);
    await expect(letters(email)).resolves.toHaveLength(3);
  });

  it('is good for fifteen minutes when asked for, for seven days when handed over, for two minutes to look; then it is over', async () => {
    const { id } = await holder();
    await done('POST', `end-users/${id}/look`);
    const { url } = await done('POST', `end-users/${id}/invitation`, {});
    const { rows } = await world.owner.pool.query(
      'select distinct purpose, extract(epoch from expires_at - created_at)::int as seconds from sign_in_links order by purpose',
    );
    const seconds = { invitation: 7 * 86_400, look: 120, sign_in: 900 };
    expect(Object.fromEntries(rows.map((row) => [row.purpose, row.seconds]))).toEqual(seconds);
    await world.owner.pool.query(
      `update sign_in_links set created_at = created_at - interval '7 days', expires_at = expires_at - interval '7 days'
        where end_user_id = $1 and used_at is null`,
      [parsePublicId('end_user', id)],
    );
    expect(await use(url)).toMatchObject({ status: 401, body: { error: { code: 'link.over' } } });
  });

  it('that was made up, changed, or is of another kind opens nothing', async () => {
    const { id } = await holder();
    const { url } = await done('POST', `end-users/${id}/invitation`, {});
    const token = tokenOf(url);
    const other = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');
    for (const wrong of [
      other,
      token.replace('link_', 'my_'),
      'link_',
      `link_${'0'.repeat(32)}_${'0'.repeat(32)}_${'0'.repeat(48)}`,
    ]) {
      expect(await use(`#link=${wrong}`)).toMatchObject({ status: 401, body: { error: { code: 'link.over' } } });
    }
    expect((await use(url)).status).toBe(204);
    expect((await send('POST', '/api/auth/links/use', { token }, { origin: 'https://evil.example' })).status).toBe(403);
  });
});

describe('a session', () => {
  it('ends by signing out, and with the end user, and with the company, at once', async () => {
    const one = await holder();
    expect((await one.my('GET')).body).toMatchObject({ email: one.email, currency: 'EUR', lookedAt: false });
    expect((await one.my('POST', '/sign-out')).status).toBe(204);
    expect((await one.my('GET')).status).toBe(401);
    const two = await holder();
    await world.api('DELETE', `/api/v1/end-users/${two.id}`);
    expect((await two.my('GET')).status).toBe(401);
    const { url } = await done('POST', `end-users/${(await holder()).id}/invitation`, {});
    const three = await holder();
    await done('POST', `sims/${three.sim}/status`, { status: 'archived' });
    await done('DELETE', `companies/${three.companyId}`);
    expect((await three.my('GET')).status).toBe(401);
    expect((await use(url)).status).toBe(204);
  });

  it('writes nothing for another site', async () => {
    const { cookie } = await holder();
    const foreign = await send('PATCH', '/api/v1/my', { language: 'de' }, { cookie, origin: 'https://evil.example' });
    expect(foreign).toMatchObject({ status: 403, body: { error: { code: 'request.other_site' } } });
  });

  it('of staff who look is short, audited, and in an organization that is no sandbox it changes nothing', async () => {
    const { id, sim } = await holder();
    const { url } = await done('POST', `end-users/${id}/look`);
    const answer = await use(url);
    expect(answer.cookie).toContain('Max-Age=1800');
    const cookie = cookieOf(answer);
    const my = (method: string, path: string, body?: object) => send(method, `/api/v1/my${path}`, body, { cookie });
    expect((await my('GET', '')).body).toMatchObject({ lookedAt: true });
    const { body: log } = await world.api<Json>('GET', '/api/v1/audit-log?limit=20');
    expect(log.items.map((entry: Json) => entry.action)).toContain('end_user.looked_at');
    const refill = {
      simRefill: { sim, refill: (await my('GET', '/sims')).body.items[0].refills[0].id },
      method: 'card',
    };
    await world.owner.pool.query('update organizations set sandbox = false, clock_offset_ms = 0');
    expect(await my('POST', '/payments', refill)).toMatchObject({
      status: 403,
      body: { error: { code: 'permission.denied' } },
    });
    await world.owner.pool.query('update organizations set sandbox = true');
  });
});

describe('an end user', () => {
  it('may call what is named for them, and nothing else of all there is', async () => {
    const { cookie } = await holder();
    const other = await holder();
    const { body: document } = await send('GET', '/api/v1/openapi.json');
    const fill: Record<string, string> = { sim: other.sim, wallet: other.wallet, 'end-users': other.id };
    let asked = 0;
    for (const [path, methods] of Object.entries(document.paths as Record<string, Record<string, Json>>)) {
      for (const [method, route] of Object.entries(methods)) {
        if (route['x-scope'] === 'end_user' || route['x-scope'] === undefined) continue;
        const place = Object.entries(fill).find(([name]) => path.includes(`/${name}`))?.[1] ?? other.id;
        const url = path.replaceAll(/\{[^}]+\}/g, place);
        const { status } = await send(method.toUpperCase(), url, method === 'get' ? undefined : {}, { cookie });
        expect([method, path, status === 403 || status === 404]).toEqual([method, path, true]);
        asked += 1;
      }
    }
    expect(asked).toBeGreaterThan(150);
    const named = Object.entries(document.paths as Record<string, Record<string, Json>>).flatMap(([path, methods]) =>
      Object.values(methods).flatMap((route) => (route['x-scope'] === 'end_user' ? [path] : [])),
    );
    expect(named.every((path) => path.startsWith('/api/v1/my'))).toBe(true);
    expect((await send('GET', '/v1/Sims', undefined, { cookie })).status).toBe(401);
  });

  it('sees nothing of another of the same company: their SIM, wallet and payments are not found', async () => {
    const one = await holder();
    const two = await holder(one.companyId);
    await done('POST', `wallets/${two.wallet}/credits`, { amount: '50.00', reason: 'Start' });
    const [{ refills }] = (await two.my('GET', '/sims')).body.items;
    const order = { simRefill: { sim: two.sim, refill: refills[0].id }, method: 'wallet' };
    const paid = await two.my('POST', '/payments', order);
    expect([paid.status, paid.body.state]).toEqual([201, 'succeeded']);
    const tries: [string, string, object?][] = [
      ['GET', `/payments/${paid.body.id}`],
      ['GET', `/wallets/${two.wallet}`],
      ['GET', `/wallets/${two.wallet}/history`],
      ['GET', `/wallets/${two.wallet}/overview`],
      ['POST', '/payments', order],
      ['POST', '/payments', { ...order, method: 'card' }],
      ['POST', '/payments/quotes', { simRefill: order.simRefill }],
      ['POST', '/payments', { walletRefill: { wallet: two.wallet, amount: '10.00' }, method: 'card' }],
      [
        'POST',
        '/payments',
        { simRefill: { sim: one.sim, refill: refills[0].id }, method: 'wallet', wallet: two.wallet },
      ],
      ['POST', '/payments', { simRefill: { sim: one.sim, refill: refills[0].id }, method: 'company_wallet' }],
    ];
    await done('POST', 'wallets', { owner: one.companyId, floor: '-100.00' });
    for (const [method, path, body] of tries) {
      const { status } = await one.my(method, path, body);
      expect([method, path, status]).toEqual([method, path, 404]);
    }
    expect((await one.my('GET', `/payments/${paid.body.id}/receipt.pdf`)).status).toBe(404);
    expect((await two.my('GET', `/payments/${paid.body.id}/receipt.pdf`)).status).toBe(200);
    for (const path of [
      '/payments',
      `/payments?owner=${two.id}`,
      `/payments?sim=${two.sim}`,
      '/wallets?search=Holder',
    ]) {
      const { items } = (await one.my('GET', path)).body;
      expect(JSON.stringify(items)).not.toContain(two.id);
    }
    expect((await one.my('GET', '/sims')).body.items.map((sim: Json) => sim.id)).toEqual([one.sim]);
    const byHand = await one.my('POST', '/payments', {
      ...order,
      simRefill: { ...order.simRefill, sim: one.sim },
      method: 'manual',
    });
    expect(byHand).toMatchObject({ status: 403, body: { error: { code: 'payment.manual_is_ours' } } });
  });

  it('refills their SIM from their own wallet, and what stopped it is gone', async () => {
    const { my, sim, wallet } = await holder();
    await done('POST', `wallets/${wallet}/credits`, { amount: '25.00', reason: 'Start' });
    const { body: before } = await my('GET', '/sims');
    const [{ refills }] = before.items;
    const simRefill = { sim, refill: refills[0].id };
    const { body: quote } = await my('POST', '/payments/quotes', { simRefill, method: 'wallet' });
    expect(quote).toMatchObject({ gross: '10.00', vat: '0.00', gets: { bytes: '1000000000' } });
    expect((await my('POST', '/payments', { simRefill, method: 'wallet' })).body.state).toBe('succeeded');
    const { body: after } = await my('GET', '/sims');
    expect(after.items[0]).toMatchObject({ leftBytes: '1000000000', boughtBytes: '1000000000', stoppedBy: [] });
    expect((await my('GET', '/wallets')).body.items).toMatchObject([{ id: wallet, remaining: '15.00' }]);
    const moves = (await my('GET', `/wallets/${wallet}/history`)).body.items;
    expect(moves.map((move: Json) => move.amount)).toEqual(['-10.00', '25.00']);
  });

  it('sets what refills their SIM by itself, paid by themselves and by nobody else', async () => {
    const one = await holder();
    const two = await holder(one.companyId);
    const [{ refills }] = (await one.my('GET', '/sims')).body.items;
    const wanted = { below: '100000000', refill: refills[0].id, payers: ['own_wallet'] };
    const path = `/sims/${one.sim}/auto-refill`;
    expect((await one.my('GET', path)).status).toBe(404);
    const set = await one.my('PUT', path, wanted);
    expect([set.status, set.body.state, set.body.owner]).toEqual([200, 'on', one.id]);
    for (const payer of ['company_card', 'company_wallet']) {
      const theirs = await one.my('PUT', path, { ...wanted, payers: ['own_wallet', payer] });
      expect([theirs.status, theirs.body.error.code]).toEqual([403, 'auto_refill.payer_not_yours']);
    }
    for (const [method, body] of [['GET'], ['PUT', wanted], ['DELETE']] as [string, object?][]) {
      expect((await two.my(method, path, body)).status).toBe(404);
    }
    expect((await two.my('POST', `/auto-refills/${set.body.id}/resume`)).status).toBe(404);
    expect((await one.my('DELETE', path)).status).toBe(204);
  });

  it('is of the company of their SIM: another is refused, and a SIM that moves leaves its holder behind', async () => {
    const one = await holder();
    const two = await holder();
    const wrong = await world.api<Json>('PATCH', `/api/v1/sims/${one.sim}`, { endUser: two.id });
    expect([wrong.status, wrong.body.error.code, wrong.body.error.field]).toEqual([
      409,
      'sim.end_user_of_another',
      'body.endUser',
    ]);
    expect((await done('GET', `sims/${one.sim}`)).endUser).toMatchObject({ id: one.id });
    const [card] = await world.stock(1);
    const sim = publicId('sim', card!.id);
    await done('POST', `sims/${sim}/registration`, { company: one.companyId });
    await done('PATCH', `sims/${sim}`, { endUser: one.id });
    await done('PATCH', `sims/${sim}`, { company: two.companyId });
    expect((await done('GET', `sims/${sim}`)).endUser).toBeNull();
  });
});

describe('staff', () => {
  it('join by a link with a password of their own, never with more than who invited them has', async () => {
    const company = await done('POST', 'companies', { name: 'Harbour', currency: 'EUR' });
    const invite = { email: 'Eva@example.com', name: 'Eva', role: 'Finance', companyId: company.id };
    const { url } = await done('POST', 'staff/invitations', invite);
    expect(url).toContain('/join#link=');
    const token = tokenOf(url);
    expect((await use(url)).status).toBe(401);
    const join = (password: string, by = token) => send('POST', '/api/auth/links/join', { token: by, password });
    expect((await join('short')).body.error.code).toBe('staff.password_too_short');
    expect((await join('long enough for all')).status).toBe(204);
    expect((await join('long enough for all')).body.error.code).toBe('link.over');
    const signIn = { email: 'eva@example.com', password: 'long enough for all' };
    const session = await send('POST', '/api/auth/sign-in/email', signIn);
    const me = await send('GET', '/api/v1/me', undefined, { cookie: cookieOf(session) });
    expect(me.body.actor).toMatchObject({ kind: 'staff', companyId: company.id });

    const { body: key } = await world.api<Json>('POST', '/api/v1/api-keys', {
      ...{ name: 'inviter', permissions: ['tenancy.staff.add', 'inventory.sim.view'], companyId: company.id },
    });
    const asKey = { authorization: `Bearer ${key.apiKey}` };
    const beyond = await world.api<Json>('POST', '/api/v1/staff/invitations', { ...invite, role: 'Owner' }, asKey);
    expect([beyond.status, beyond.body.error.code]).toEqual([403, 'permission.beyond_own']);
  });

  it('get another role, and are out at once when they are removed; nobody does it to themselves, and somebody stays who can', async () => {
    const password = 'long enough for all';
    const join = async (more: object) => {
      const invite = { email: `${Math.random()}@example.com`, name: 'Joined', role: 'Owner', ...more };
      const { url } = await done('POST', 'staff/invitations', invite);
      expect((await send('POST', '/api/auth/links/join', { token: tokenOf(url), password })).status).toBe(204);
      const session = await send('POST', '/api/auth/sign-in/email', { email: invite.email, password });
      const headers = { cookie: cookieOf(session), origin: world.url };
      const { body } = await send('GET', '/api/v1/me', undefined, headers);
      return {
        id: body.actor.id as string,
        email: invite.email,
        call: (method: string, path: string, body?: object) => send(method, `/api/v1/${path}`, body, headers),
      };
    };
    const company = await done('POST', 'companies', { name: 'Quay', currency: 'EUR' });
    const [eva, ivo] = [await join({ companyId: company.id }), await join({ companyId: company.id })];
    const anna = await join({});
    const code = async (answer: Promise<Answer>) => (await answer).body.error?.code;
    expect((await done('GET', `staff?company=${company.id}`)).items.map(({ id }: Json) => id)).toEqual([
      ivo.id,
      eva.id,
    ]);

    expect(await code(eva.call('PATCH', `staff/${eva.id}`, { role: 'Support' }))).toBe('staff.yourself');
    expect(await code(eva.call('DELETE', `staff/${eva.id}`))).toBe('staff.yourself');
    expect(await code(eva.call('DELETE', `staff/${anna.id}`))).toBe('staff.not_found');
    expect(await code(eva.call('PATCH', `staff/${ivo.id}`, { role: 'Captain' }))).toBe('role.not_found');
    expect((await eva.call('PATCH', `staff/${ivo.id}`, { role: 'Read-only' })).body).toMatchObject({
      role: 'Read-only',
    });
    expect((await ivo.call('PATCH', `staff/${eva.id}`, { role: 'Read-only' })).status).toBe(403);

    const { url } = await done('POST', 'staff/invitations', {
      email: ivo.email,
      name: 'Ivo',
      role: 'Owner',
      companyId: company.id,
    });
    expect((await eva.call('DELETE', `staff/${ivo.id}`)).status).toBe(204);
    expect((await ivo.call('GET', 'me')).status).toBe(403);
    const lies = send('POST', '/api/auth/links/join', { token: tokenOf(url), password });
    expect(await code(lies)).toBe('link.over');
    expect((await done('GET', `staff?company=${company.id}`)).items).toMatchObject([{ id: eva.id }]);
    // Invited again, they are who they were.
    expect((await join({ email: ivo.email, companyId: company.id })).id).toBe(ivo.id);

    for (const { id } of (await done('GET', 'staff')).items.filter(
      (one: Json) => !one.companyId && one.id !== anna.id,
    )) {
      await done('DELETE', `staff/${id}`);
    }
    const last = await world.api<Json>('PATCH', `/api/v1/staff/${anna.id}`, { role: 'Support' });
    expect([last.status, last.body.error.code]).toEqual([409, 'staff.last_of_all']);
    expect((await world.api<Json>('DELETE', `/api/v1/staff/${anna.id}`)).body.error.code).toBe('staff.last_of_all');
  });

  it('who sign in here already give the password they have: nobody waits in a name for the invitation of another', async () => {
    const { organization } = await tenancy.createOrganization(
      { ...world.running.runtime, database: world.owner },
      { name: 'Other', currency: 'EUR' },
    );
    const other = contextFor(world.running.runtime, organization, systemActor('test'));
    const known = { email: 'max@example.com', name: 'Max', password: 'chosen by the other one' };
    await tenancy.createStaff(other, { ...known, role: 'Owner' });
    const { url } = await done('POST', 'staff/invitations', { email: known.email, name: 'Max', role: 'Support' });
    const join = (password: string) => send('POST', '/api/auth/links/join', { token: tokenOf(url), password });
    expect((await join('another long password')).body.error.code).toBe('staff.password_other');
    expect((await join(known.password)).status).toBe(204);
  });
});

async function letters(email: string): Promise<unknown[]> {
  const { body } = await world.api<Json>('GET', `/api/v1/letters?kind=sign_in&search=${encodeURIComponent(email)}`);
  return body.items;
}
