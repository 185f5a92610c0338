import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Organization } from '../kit/ctx.ts';
import { atomically, reading, rows, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { publicId } from '../kit/ids.ts';
import {
  archiveTelecom,
  attachLines,
  createNas,
  createTelecom,
  getTelecom,
  linkOf,
  linkSql,
  listNases,
  listOperations,
  listTelecoms,
  nasDirectory,
  recheck,
  removeNas,
  updateNas,
  updateTelecom,
  want,
} from './index.ts';
import { openWorld, type World } from './testing.ts';

let world: World;
let one: Organization;
let two: Organization;

beforeAll(async () => {
  world = await openWorld();
  one = await world.organization('One');
  two = await world.organization('Two');
});
afterAll(() => world?.close());

const nas = {
  name: 'Gateway',
  secret: 'testing123',
  coaHost: '127.0.0.1',
  coaPort: 3799,
  requireMessageAuthenticator: true,
  noGigawords: false,
};

async function lineAt(telecomId: Id, organization = one): Promise<Id> {
  const lineId = world.newId();
  await attachLines(world.ctx(organization), [
    { lineId, telecomId, iccid: '8949000000000000001', imsi: '262010000000001' },
  ]);
  return lineId;
}

describe('telecoms', () => {
  test('are made, changed and archived, each with an event and an audit entry', async () => {
    const ctx = world.ctx(one);
    const made = await createTelecom(ctx, { name: 'Northern', connector: 'radius' });
    expect(made).toMatchObject({ limitMode: 'reject', operationsPerSecond: 20, state: 'ok', archivedAt: null });
    world.pass(1);
    const changed = await updateTelecom(world.ctx(one), made.id, { name: 'Northern two', operationsPerSecond: 5 });
    expect(await getTelecom(ctx, made.id)).toEqual(changed);
    await updateTelecom(ctx, made.id, { operationsPerSecond: 5 });
    world.pass(1);
    await archiveTelecom(world.ctx(one), made.id, async () => 0);
    const names = ['telecom.created', 'telecom.updated', 'telecom.archived'];
    expect((await world.events(made.id)).map((event) => event.name)).toEqual(names);
    const entries = await world.query<{ action: string; changes: unknown }>(
      sql`select action, changes from audit_log where object_id = ${publicId('telecom', made.id)} order by id`,
    );
    expect(entries.map((entry) => entry.action)).toEqual(names);
    expect(entries[1]!.changes).toEqual([
      { field: 'name', old: 'Northern', new: 'Northern two' },
      { field: 'operationsPerSecond', old: 20, new: 5 },
    ]);
    expect((await listTelecoms(ctx, { limit: 10 })).map((t) => t.id)).not.toContain(made.id);
    expect((await listTelecoms(ctx, { limit: 10, archived: true })).map((t) => t.id)).toContain(made.id);
  });

  test('keep one name each, free again after archiving', async () => {
    const ctx = world.ctx(one);
    const first = await createTelecom(ctx, { name: 'Twice', connector: 'none' });
    await expect(createTelecom(ctx, { name: 'TWICE', connector: 'none' })).rejects.toMatchObject({
      code: 'telecom.name_taken',
    });
    await archiveTelecom(ctx, first.id, async () => 0);
    await createTelecom(ctx, { name: 'Twice', connector: 'none' });
  });

  test('are not archived while lines use them, and take no line afterwards', async () => {
    const ctx = world.ctx(one);
    const telecom = await createTelecom(ctx, { name: 'Busy', connector: 'radius' });
    const refused = archiveTelecom(ctx, telecom.id, async () => 3);
    await expect(refused).rejects.toMatchObject({ code: 'telecom.in_use', details: { lines: 3 } });
    await archiveTelecom(ctx, telecom.id, async () => 0);
    await expect(lineAt(telecom.id)).rejects.toMatchObject({ code: 'telecom.not_found' });
  });

  test("another organization's is not found", async () => {
    const telecom = await createTelecom(world.ctx(one), { name: 'Ours', connector: 'radius' });
    const ctx = world.ctx(two);
    const attempts = [
      () => getTelecom(ctx, telecom.id),
      () => updateTelecom(ctx, telecom.id, { name: 'Theirs' }),
      () => archiveTelecom(ctx, telecom.id, async () => 0),
      () => createNas(ctx, { ...nas, telecomId: telecom.id, sourceRange: '198.51.100.0/24' }),
      () => lineAt(telecom.id, two),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'telecom.not_found' });
    // The second wall: a statement without its condition still sees nothing of the other organization.
    const seen = await reading(ctx, (ctx) => rows(ctx, sql`select id from telecoms`));
    expect(seen).toEqual([]);
  });
});

describe('NASes', () => {
  test('are found by the longest range that contains the address, IPv4, IPv6 and mapped', async () => {
    const ctx = world.ctx(one);
    const telecom = await createTelecom(ctx, { name: 'Nested', connector: 'radius' });
    const make = (sourceRange: string) => createNas(ctx, { ...nas, telecomId: telecom.id, sourceRange });
    const [wide, narrow, six] = [
      await make('10.20.0.0/16'),
      await make('10.20.30.0/24'),
      await make('2001:db8:20::/48'),
    ];
    const directory = nasDirectory(world.runtime);
    try {
      expect(directory.find('10.20.1.1')).toBeNull();
      await directory.refresh();
      expect(directory.find('10.20.1.1')).toMatchObject({ id: wide.id, organizationId: one.id, range: '10.20.0.0/16' });
      expect(directory.find('10.20.30.7')?.id).toBe(narrow.id);
      expect(directory.find('::ffff:10.20.30.7')?.id).toBe(narrow.id);
      expect(directory.find('2001:db8:20::99')?.id).toBe(six.id);
      expect(directory.find('10.21.0.1')).toBeNull();
      expect(directory.find('10.20.30.7')?.secret.toString()).toBe('testing123');

      await updateNas(ctx, narrow.id, { secret: 'another-secret' });
      await removeNas(ctx, wide.id);
      await directory.refresh();
      expect(directory.find('10.20.30.7')?.secret.toString()).toBe('another-secret');
      expect(directory.find('10.20.1.1')).toBeNull();
    } finally {
      directory.close();
    }
  });

  test('the directory reads again by itself', async () => {
    const ctx = world.ctx(one);
    const telecom = await createTelecom(ctx, { name: 'Late', connector: 'radius' });
    const directory = nasDirectory(world.runtime, { everyMs: 50 });
    try {
      await directory.refresh();
      const made = await createNas(ctx, { ...nas, telecomId: telecom.id, sourceRange: '10.66.0.0/16' });
      await expect.poll(() => directory.find('10.66.0.1')?.id).toBe(made.id);
    } finally {
      directory.close();
    }
  });

  test('a range of another organization, whole or in part, is refused; in one organization only the same one', async () => {
    const ours = await createTelecom(world.ctx(one), { name: 'Ranges', connector: 'radius' });
    const theirs = await createTelecom(world.ctx(two), { name: 'Ranges', connector: 'simulated' });
    const first = await createNas(world.ctx(one), { ...nas, telecomId: ours.id, sourceRange: '10.40.0.0/16' });
    for (const sourceRange of ['10.40.0.0/16', '10.40.1.0/24', '10.40.0.1', '10.0.0.0/8', '::ffff:10.40.1.1']) {
      const attempt = createNas(world.ctx(two), { ...nas, telecomId: theirs.id, sourceRange });
      await expect(attempt, sourceRange).rejects.toMatchObject({ code: 'nas.range_taken' });
    }
    const again = createNas(world.ctx(one), { ...nas, telecomId: ours.id, sourceRange: '10.40.0.0/16' });
    await expect(again).rejects.toMatchObject({ code: 'nas.range_taken' });
    await updateNas(world.ctx(one), first.id, { name: 'Renamed' });
    const free = await createNas(world.ctx(two), { ...nas, telecomId: theirs.id, sourceRange: '10.41.0.0/16' });
    const grown = updateNas(world.ctx(two), free.id, { sourceRange: '10.40.0.0/15' });
    await expect(grown).rejects.toMatchObject({ code: 'nas.range_taken' });
  });

  test('two organizations asking for one range at once: one gets it', async () => {
    const telecoms = await Promise.all(
      [one, two].map((of) => createTelecom(world.ctx(of), { name: 'Race', connector: 'radius' })),
    );
    const results = await Promise.allSettled(
      [one, two].map((of, i) =>
        createNas(world.ctx(of), {
          ...nas,
          telecomId: telecoms[i]!.id,
          sourceRange: ['10.50.0.0/16', '10.50.7.0/24'][i]!,
        }),
      ),
    );
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test.each([
    [{ sourceRange: '10.0.0.1/24' }, 'nas.range_invalid'],
    [{ sourceRange: 'gateway.example' }, 'nas.range_invalid'],
    [{ sourceRange: '0.0.0.0/0' }, 'nas.range_too_wide'],
    [{ sourceRange: '::/0' }, 'nas.range_too_wide'],
    [{ coaHost: 'gateway.example' }, 'nas.coa_host_invalid'],
    [{ secret: 'short' }, 'nas.secret_invalid'],
  ])('%o is refused with %s', async (changes, code) => {
    const ctx = world.ctx(one);
    const telecom = await createTelecom(ctx, { name: `Bad ${world.newId()}`, connector: 'radius' });
    const attempt = createNas(ctx, { ...nas, telecomId: telecom.id, sourceRange: '10.60.0.0/16', ...changes });
    await expect(attempt).rejects.toMatchObject({ code });
  });

  test('a telecom that is records only has none', async () => {
    const ctx = world.ctx(one);
    const telecom = await createTelecom(ctx, { name: 'Paper', connector: 'none' });
    const attempt = createNas(ctx, { ...nas, telecomId: telecom.id, sourceRange: '10.61.0.0/16' });
    await expect(attempt).rejects.toMatchObject({ code: 'nas.telecom_without_network' });
  });

  test('the secret is sealed in the table and nowhere else', async () => {
    const ctx = world.ctx(one);
    const telecom = await createTelecom(ctx, { name: 'Sealed', connector: 'radius' });
    const made = await createNas(ctx, {
      ...nas,
      secret: 'a-very-secret-word',
      telecomId: telecom.id,
      sourceRange: '10.62.0.0/16',
    });
    await updateNas(ctx, made.id, { secret: 'another-secret-word' });
    expect(JSON.stringify(await listNases(ctx, telecom.id))).not.toMatch(/secret-word/);
    const written = await world.query(sql`
      select encode(n.secret_sealed, 'escape') as sealed, (select json_agg(a) from audit_log a) as audit,
             (select json_agg(e) from events e) as events
        from nases n where id = ${made.id}`);
    expect(JSON.stringify(written)).not.toMatch(/secret-word/);
  });
});

describe('what we want of lines', () => {
  test('nothing is asked of a telecom that is records only', async () => {
    const ctx = world.ctx(one);
    const telecom = await createTelecom(ctx, { name: 'None', connector: 'none' });
    const lineId = await lineAt(telecom.id);
    await want(ctx, [{ lineId, want: 'active', cause: 'lifecycle' }]);
    await want(ctx, [{ lineId, want: 'inactive', cause: 'lifecycle' }]);
    const link = (await linkOf(ctx, [lineId])).get(lineId);
    expect(link).toMatchObject({
      connector: 'none',
      link: 'none',
      desired: 'inactive',
      reported: null,
      outstanding: null,
    });
    expect(await listOperations(ctx, lineId, { limit: 10 })).toEqual([]);
    expect(await world.events(lineId)).toEqual([]);
  });

  test('over RADIUS it holds at once, and inactive asks for a disconnect', async () => {
    const ctx = world.ctx(one);
    const telecom = await createTelecom(ctx, { name: 'Radius', connector: 'radius' });
    const lineId = await lineAt(telecom.id);
    expect((await linkOf(ctx, [lineId])).get(lineId)).toMatchObject({
      link: 'ok',
      reported: null,
      limitMode: 'reject',
    });
    await want(ctx, [{ lineId, want: 'active', cause: 'lifecycle' }]);
    expect((await linkOf(ctx, [lineId])).get(lineId)).toMatchObject({
      desired: 'active',
      reported: 'active',
      outstanding: null,
    });
    await want(ctx, [{ lineId, want: 'inactive', cause: 'block' }]);
    expect((await linkOf(ctx, [lineId])).get(lineId)).toMatchObject({
      desired: 'inactive',
      reported: 'inactive',
      outstanding: { kind: 'disconnect', cause: 'block', since: ctx.now, attempts: 0 },
    });
    await want(ctx, [{ lineId, want: 'inactive', cause: 'block' }]);
    await want(ctx, [{ lineId, want: 'active', cause: 'block' }]);
    expect((await listOperations(ctx, lineId, { limit: 10 })).map((o) => `${o.kind} ${o.state}`)).toEqual([
      'disconnect replaced',
    ]);
    const events = await world.events(lineId);
    expect(events.map((event) => [event.name, event.data.state])).toEqual([
      ['sim.carrier_synced', 'active'],
      ['sim.carrier_synced', 'inactive'],
      ['sim.carrier_synced', 'active'],
    ]);
    expect(events[0]!.data).toMatchObject({
      simId: publicId('sim', lineId),
      telecomId: publicId('telecom', telecom.id),
    });
  });

  test('a carrier is asked once per line; the latest wish replaces an older one', async () => {
    const ctx = world.ctx(one);
    const telecom = await createTelecom(ctx, { name: 'Wishes', connector: 'simulated' });
    const lineId = await lineAt(telecom.id);
    expect((await linkOf(ctx, [lineId])).get(lineId)).toMatchObject({ link: 'checking', reported: null });
    for (const state of ['active', 'active', 'inactive', 'active'] as const) {
      world.pass(1);
      await want(world.ctx(one), [{ lineId, want: state, cause: 'lifecycle' }]);
    }
    const operations = await listOperations(ctx, lineId, { limit: 10 });
    expect(operations.map((o) => `${o.kind} ${o.want} ${o.state}`).sort()).toEqual([
      'disconnect null replaced',
      'set_state active outstanding',
      'set_state active replaced',
      'set_state inactive replaced',
    ]);
    expect(await world.events(lineId)).toEqual([]);
    expect((await linkOf(ctx, [lineId])).get(lineId)?.outstanding).toMatchObject({ kind: 'set_state', want: 'active' });
  });

  test('a list over lines reads the link and what is pending by a fragment', async () => {
    const ctx = world.ctx(one);
    const telecom = await createTelecom(ctx, { name: 'Fragment', connector: 'simulated' });
    const [waiting, blocked] = [await lineAt(telecom.id), await lineAt(telecom.id)];
    await want(ctx, [
      { lineId: waiting, want: 'active', cause: 'lifecycle' },
      { lineId: blocked, want: 'active', cause: 'block' },
    ]);
    const unknown = world.newId();
    const { join, link, pending } = linkSql('s');
    const found = await reading(ctx, (ctx) =>
      rows(
        ctx,
        sql`select s.id, ${link} as link, ${pending} as pending
              from (select ${one.id}::uuid as organization_id, id from unnest(${[waiting, blocked, unknown]}::uuid[]) as id) s
              ${join} order by array_position(${[waiting, blocked, unknown]}::uuid[], s.id)`,
      ),
    );
    expect(found).toEqual([
      { id: waiting, link: 'checking', pending: true },
      { id: blocked, link: 'checking', pending: false },
      { id: unknown, link: 'none', pending: false },
    ]);
  });

  test('the role that charges may do it, inside its own database transaction, and all or nothing happens', async () => {
    const telecom = await createTelecom(world.ctx(one), { name: 'Charged', connector: 'simulated' });
    const lines = await Promise.all([lineAt(telecom.id), lineAt(telecom.id)]);
    const wishes = lines.map((lineId) => ({ lineId, want: 'active' as const, cause: 'block' as const }));
    const abandoned = atomically(world.ingest(one), async (ctx) => {
      await want(ctx, wishes);
      throw new Error('abandoned');
    });
    await expect(abandoned).rejects.toThrow('abandoned');
    const untouched = await linkOf(world.ctx(one), lines);
    expect([...untouched.values()].map((link) => link.desired)).toEqual(['inactive', 'inactive']);
    await atomically(world.ingest(one), (ctx) => want(ctx, wishes));
    const links = await linkOf(world.ctx(one), lines);
    expect([...links.values()].map((link) => link.outstanding?.cause)).toEqual(['block', 'block']);
  });

  test('an attached line that comes again with another IMSI is checked anew and keeps what we want of it', async () => {
    const ctx = world.ctx(one);
    const telecom = await createTelecom(ctx, { name: 'Again', connector: 'radius' });
    const lineId = await lineAt(telecom.id);
    await want(ctx, [{ lineId, want: 'active', cause: 'lifecycle' }]);
    await attachLines(ctx, [{ lineId, telecomId: telecom.id, iccid: '8949000000000000001', imsi: '262010000000009' }]);
    expect((await linkOf(ctx, [lineId])).get(lineId)).toMatchObject({ link: 'ok', desired: 'active' });
    await recheck(ctx, [lineId]);
    expect((await linkOf(ctx, [lineId])).get(lineId)?.link).toBe('ok');
  });

  test('ten thousand lines take a fixed number of statements', async () => {
    const ctx = world.ctx(two);
    const telecom = await createTelecom(ctx, { name: 'Many', connector: 'simulated' });
    const ids = Array.from({ length: 10_000 }, () => world.newId());
    await attachLines(
      ctx,
      ids.map((lineId, i) => ({ lineId, telecomId: telecom.id, iccid: `89490000000000${10_000 + i}`, imsi: null })),
    );
    await want(
      ctx,
      ids.map((lineId) => ({ lineId, want: 'active', cause: 'lifecycle' })),
    );
    const [count] = await world.query<{ count: bigint }>(
      sql`select count(*) from carrier_operations where telecom_id = ${telecom.id} and state = 'outstanding'`,
    );
    expect(count!.count).toBe(10_000n);
  });
});
