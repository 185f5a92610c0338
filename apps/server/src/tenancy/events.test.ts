import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Organization } from '../kit/ctx.ts';
import { atomically, run, sql } from '../kit/db.ts';
import { newId, publicId } from '../kit/ids.ts';
import { type LiveFeed, type LivePokes, openLiveFeed, openLivePokes } from '../kit/live.ts';
import { makeUpForMissed } from '../kit/missed.ts';
import { emit } from '../kit/outbox.ts';
import { openRelay, type PlacedEvent } from '../kit/relay.ts';
import { tenancyRoutes } from './routes/index.ts';
import { createCompany } from './service/companies.ts';
import { call, type TenancyWorld, tenancyWorld } from './testing.ts';

let world: TenancyWorld;
let base: string;
let live: LiveFeed;
let pokes: LivePokes;

beforeAll(async () => {
  world = await tenancyWorld();
  live = openLiveFeed({ databaseUrl: world.urls.app, log: world.runtime.log });
  pokes = openLivePokes(world.runtime);
  ({ base } = await world.serve((http) => tenancyRoutes(http, world.authentication, { live })));
});
afterAll(async () => {
  await pokes.close();
  await live.close();
  await world.close();
});

const nothing = async () => {};
const happen = (organization: Organization, name: string, subject = newId(world.as(organization)), data = {}) =>
  atomically(world.as(organization), (ctx) => emit(ctx, [{ name, subject: { type: 'sim', id: subject }, data }]));

describe('the relay', () => {
  it('places every event once and keeps the order of each subject', async () => {
    const { organization } = await world.organization();
    const ctx = world.as(organization);
    const subject = newId(ctx);
    await atomically(ctx, (ctx) =>
      emit(
        ctx,
        Array.from({ length: 30 }, (_, i) => ({
          name: 'sim.numbered',
          subject: { type: 'sim', id: subject },
          data: { i },
        })),
      ),
    );
    const relay = openRelay({ react: nothing, live: null });
    const counts = await Promise.all([relay(world.runtime, organization), relay(world.runtime, organization)]);
    expect(counts.sort((a, b) => a - b)).toEqual([0, 30]);
    expect(await relay(world.runtime, organization)).toBe(0);
    const key = await world.key(organization);
    const list = await call(base, 'GET', `/api/v1/events?order=oldest&subject=${publicId('sim', subject)}`, { key });
    expect(list.body.items.map((event: { data: { i: number } }) => event.data.i)).toEqual(
      Array.from({ length: 30 }, (_, i) => i),
    );
    expect(list.body.items.map((event: { position: string }) => event.position)).toEqual(
      Array.from({ length: 30 }, (_, i) => `${i + 1}`),
    );
  });

  it('turns a sheet into events, behind those of its subjects that came before and before those that came after', async () => {
    const { organization } = await world.organization();
    const ctx = world.as(organization);
    const [one, two] = [newId(ctx), newId(ctx)];
    const happened = (id: string, i: number) => ({ name: 'sim.numbered', subject: { type: 'sim', id }, data: { i } });
    const emitting = (events: Parameters<typeof emit>[1], inSheet: boolean) =>
      atomically(world.as(organization), (ctx) => emit(ctx, events, inSheet));
    await emitting([happened(one, 1)], false);
    await emitting([happened(one, 2), happened(two, 1), happened(one, 3)], true);
    await emitting([happened(two, 2)], true);
    await emitting([happened(two, 3), happened(one, 4)], false);
    // One unit of work that writes both ways, of the same subject.
    await atomically(world.as(organization), async (ctx) => {
      await emit(ctx, [happened(one, 5)], true);
      await emit(ctx, [happened(one, 6)]);
      await emit(ctx, [happened(one, 7)], true);
    });
    const relay = openRelay({ react: nothing, live: null });
    const counts = await Promise.all([relay(world.runtime, organization), relay(world.runtime, organization)]);
    for (let turn = 0; turn < 5; turn++) counts.push(await relay(world.runtime, organization));
    expect(counts.reduce((a, b) => a + b)).toBeGreaterThanOrEqual(10);
    const { rows } = await world.owner.pool.query(
      `select subject_id, sequence::int, position::int, data from events where organization_id = $1 order by position`,
      [organization.id],
    );
    const of = (id: string) => rows.filter((row) => row.subject_id === id);
    for (const [id, count] of [
      [one, 7],
      [two, 3],
    ] as const) {
      expect(of(id).map((row) => row.data.i)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
      expect(of(id).map((row) => row.sequence)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    }
    expect(rows.map((row) => row.position)).toEqual(rows.map((_, i) => i + 1));
    expect((await world.owner.pool.query('select from event_sheets')).rowCount).toBe(0);
  });

  it('hands each event to the reaction exactly once, with its effects in the same database transaction', async () => {
    const { organization } = await world.organization();
    const relay = openRelay({
      live: null,
      react: async (ctx, event) => {
        if (event.name === 'sim.began') {
          await emit(ctx, [{ name: 'sim.followed', subject: { type: 'sim', id: event.subjectId }, data: {} }]);
        }
      },
    });
    for (let i = 0; i < 60; i++) await happen(organization, 'sim.began');
    await Promise.all([relay(world.runtime, organization), relay(world.runtime, organization)]);
    await relay(world.runtime, organization);
    const key = await world.key(organization);
    const followed = await call(base, 'GET', '/api/v1/events?name=sim.followed&limit=200', { key });
    expect(followed.body.items).toHaveLength(60);
  });

  it('tries a failing reaction again, then leaves it behind and goes on', async () => {
    const { organization } = await world.organization();
    const seen: string[] = [];
    let tries = 0;
    const react = async (_ctx: unknown, event: PlacedEvent) => {
      if (event.name === 'sim.poison') {
        tries += 1;
        throw new Error('no');
      }
      seen.push(event.name);
    };
    const relay = openRelay({ react, live: null });
    await happen(organization, 'sim.one');
    await happen(organization, 'sim.poison');
    await new Promise((resolve) => setTimeout(resolve, 2));
    await happen(organization, 'sim.two');
    const deadline = performance.now() + 60_000;
    while (!seen.includes('sim.two') && performance.now() < deadline) {
      await relay(world.runtime, organization);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(tries).toBe(6);
    expect(seen.filter((name) => name === 'sim.two')).toHaveLength(1);
    await relay(world.runtime, organization);
    const failed = await call(base, 'GET', '/api/v1/events?name=reaction.failed', {
      key: await world.key(organization),
    });
    expect(failed.body.items).toMatchObject([{ data: { event: 'sim.poison' } }]);
  });

  it('keeps what it left behind: tried again later and by hand, and put aside with a reason', async () => {
    const { organization } = await world.organization();
    const key = await world.key(organization);
    let broken = true;
    const followed: string[] = [];
    const react = async (_ctx: unknown, event: PlacedEvent) => {
      if (event.name === 'sim.mended' && broken) throw new Error('a table is missing');
      if (event.name === 'sim.hopeless') throw new Error('never');
      if (event.name.startsWith('sim.')) followed.push(event.name);
    };
    const relay = openRelay({ react, live: null });
    await happen(organization, 'sim.mended');
    await happen(organization, 'sim.hopeless');
    const url = '/api/v1/missed-reactions';
    const missed = async (query = '') => (await call(base, 'GET', `${url}${query}`, { key })).body.items;
    while ((await missed()).length < 2) {
      await relay(world.runtime, organization);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await missed('?search=table')).toMatchObject([
      { name: 'sim.mended', state: 'waiting', problem: 'a table is missing', attempts: 0 },
    ]);
    expect(await missed('?state=failed,done')).toEqual([]);
    const [mended] = await missed('?name=sim.mended');
    const [hopeless] = await missed('?name=sim.hopeless');

    // Not before its time; and then with its effects, once.
    const turn = () => makeUpForMissed(world.runtime, organization, react);
    expect(await turn()).toBe(0);
    broken = false;
    const again = await call(base, 'POST', `${url}/${mended.event}/retry`, { key });
    expect([again.status, again.body.state]).toEqual([200, 'waiting']);
    expect([await turn(), await turn()]).toEqual([1, 0]);
    expect(followed).toEqual(['sim.mended']);
    expect(await missed('?name=sim.mended')).toMatchObject([{ state: 'done', attempts: 0, nextAttemptAt: null }]);

    // What fails again waits longer, and after three days for somebody.
    await world.owner.pool.query(
      `update missed_reactions set attempts = 7, next_attempt_at = at where name = 'sim.hopeless'`,
    );
    expect(await turn()).toBe(1);
    expect(await missed('?state=failed')).toMatchObject([{ name: 'sim.hopeless', attempts: 8 }]);
    const empty = await call(base, 'POST', `${url}/${hopeless.event}/dismiss`, { key, body: { reason: '' } });
    expect([empty.status, empty.body.error.field]).toEqual([400, 'body.reason']);
    const aside = await call(base, 'POST', `${url}/${hopeless.event}/dismiss`, {
      key,
      body: { reason: 'No such SIM' },
    });
    expect(aside.body).toMatchObject({ state: 'dismissed', reason: 'No such SIM' });
    const settled = await call(base, 'POST', `${url}/${hopeless.event}/retry`, { key });
    expect([settled.status, settled.body.error.code]).toEqual([409, 'missed_reaction.settled']);

    const { organization: other } = await world.organization('Other');
    const theirs = await call(base, 'POST', `${url}/${mended.event}/retry`, { key: await world.key(other) });
    expect([theirs.status, theirs.body.error.code]).toEqual([404, 'missed_reaction.not_found']);
  });

  it('stops a chain of causes that would go on for ever', async () => {
    const { organization } = await world.organization();
    const relay = openRelay({
      live: null,
      react: async (ctx, event) => {
        if (event.name === 'sim.echo')
          await emit(ctx, [{ name: 'sim.echo', subject: { type: 'sim', id: event.subjectId }, data: {} }]);
      },
    });
    await happen(organization, 'sim.echo');
    const deadline = performance.now() + 60_000;
    let failed = 0;
    while (failed === 0 && performance.now() < deadline) {
      await relay(world.runtime, organization);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const found = await world.owner.pool.query(
        `select 1 from events where organization_id = $1 and name = 'reaction.failed'`,
        [organization.id],
      );
      failed = found.rowCount ?? 0;
    }
    const echoes = await world.owner.pool.query(
      `select 1 from events where organization_id = $1 and name = 'sim.echo'`,
      [organization.id],
    );
    expect([failed, echoes.rowCount]).toEqual([1, 6]);
  });
});

describe('GET /api/v1/events', () => {
  it('is followed oldest first by its cursor, and shows a company only what is its own', async () => {
    const { organization } = await world.organization();
    const company = await createCompany(world.as(organization), { name: 'Watcher' });
    const companyId = publicId('company', company.id);
    await happen(organization, 'sim.theirs');
    // Events of one millisecond have no order among each other.
    await new Promise((resolve) => setTimeout(resolve, 2));
    await happen(organization, 'sim.ours', undefined, { companyId });
    await openRelay({ react: nothing, live: null })(world.runtime, organization);
    const key = await world.key(organization);
    const first = await call(base, 'GET', '/api/v1/events?order=oldest&limit=2', { key });
    const second = await call(base, 'GET', `/api/v1/events?order=oldest&limit=2&cursor=${first.body.nextCursor}`, {
      key,
    });
    expect([...first.body.items, ...second.body.items].map((event: PlacedEvent) => event.name)).toEqual([
      'company.created',
      'sim.theirs',
      'sim.ours',
    ]);
    const own = await world.key(organization, { companyId: company.id });
    await openRelay({ react: nothing, live: null })(world.runtime, organization);
    const seen = await call(base, 'GET', '/api/v1/events', { key: own });
    expect(seen.body.items.map((event: PlacedEvent) => event.name)).toEqual(['sim.ours', 'company.created']);
  });
});

/** Reads server-sent events until `done` holds, or a minute has passed. */
async function readStream(
  url: string,
  headers: Record<string, string>,
  done: (text: string) => boolean,
): Promise<string> {
  const stop = AbortSignal.timeout(60_000);
  const response = await fetch(url, { headers, signal: stop });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk, { stream: true });
    if (done(text)) break;
  }
  return text;
}

describe('GET /api/v1/events/stream', () => {
  it('sends new events of this organization and pokes of usage, and goes on after Last-Event-ID', async () => {
    const { organization } = await world.organization();
    const { organization: other } = await world.organization('Other');
    const authorization = `Bearer ${await world.key(organization)}`;
    const relay = openRelay({ react: nothing, live: pokes });
    await relay(world.runtime, organization);
    const line = newId(world.as(organization));
    let heard = '';
    const reading = readStream(`${base}/api/v1/events/stream`, { authorization }, (text) => {
      heard = text;
      return text.includes('sim.second') && text.includes('event: usage');
    });
    // Nothing tells when a reader has begun but what it reads.
    const hello = async () => {
      await happen(organization, 'sim.hello');
      await relay(world.runtime, organization);
      return heard;
    };
    await expect.poll(hello).toContain('sim.hello');
    await happen(other, 'sim.foreign');
    await happen(organization, 'sim.first');
    await Promise.all([relay(world.runtime, other), relay(world.runtime, organization)]);
    pokes.poke(organization.id, 'usage', [line]);
    await happen(organization, 'sim.second');
    await relay(world.runtime, organization);
    const text = await reading;
    expect(text).toContain(`data: {"lines":["${publicId('sim', line)}"]}`);
    expect(text).not.toContain('sim.foreign');
    expect(text.indexOf('sim.first')).toBeLessThan(text.indexOf('sim.second'));
    const firstId = /id: (\d+)\nevent: event\ndata: [^\n]*sim\.first/.exec(text)![1]!;
    const again = await readStream(`${base}/api/v1/events/stream`, { authorization, 'last-event-id': firstId }, (t) =>
      t.includes('sim.second'),
    );
    expect(again).not.toContain('sim.first');
  });

  it('ends when the key behind it is revoked', async () => {
    const { organization } = await world.organization();
    const authorization = `Bearer ${await world.key(organization)}`;
    const response = await fetch(`${base}/api/v1/events/stream`, {
      headers: { authorization },
      signal: AbortSignal.timeout(60_000),
    });
    await atomically(world.as(organization), (ctx) =>
      run(ctx, sql`update api_keys set revoked_at = ${ctx.now} where organization_id = ${organization.id}`),
    );
    const text = await response.text();
    expect(text).toContain('retry: 2000');
  });
});
