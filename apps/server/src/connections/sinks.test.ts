import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ctx, contextFor, type Organization } from '../kit/ctx.ts';
import { publicId } from '../kit/ids.ts';
import { createCompany, getOrganization } from '../tenancy/index.ts';
import { type TenancyWorld, tenancyWorld } from '../tenancy/testing.ts';
import { connectionTypes, createSink, deleteSink, getSink, listSinks, updateSink } from './index.ts';
import { mostSinks } from './sinks.ts';

let world: TenancyWorld;
beforeAll(async () => {
  world = await tenancyWorld();
});
afterAll(() => world.close());

const types = [...connectionTypes];
const url = 'https://example.com/in';
const made = async () => (await world.organization()).organization;
const listeners = async ({ id }: Organization) => (await getOrganization(world.runtime, id))!.connectionListeners;

/** A context bound to a company. */
function asCompany(organization: Organization, companyId: string): Ctx {
  const ctx = world.as(organization);
  return contextFor(world.runtime, organization, { ...ctx.actor, scope: { kind: 'company', companyId } });
}

describe('event sinks', () => {
  it('are made, changed, paused, resumed and deleted, each with an event and in the audit log', async () => {
    const organization = await made();
    const ctx = world.as(organization);
    const sink = await createSink(ctx, {
      url,
      types: ['data-session.ended', 'attachment.accepted'],
      description: 'ops',
    });
    // In the one order, whatever the order they were named in.
    expect(sink).toMatchObject({
      types: ['attachment.accepted', 'data-session.ended'],
      state: 'active',
      companyId: null,
    });
    const changed = await updateSink(ctx, sink.id, { url: 'https://example.com/other', types });
    expect(await getSink(ctx, sink.id)).toEqual(changed);
    expect(await updateSink(ctx, sink.id, { types })).toEqual(changed);
    expect(await updateSink(ctx, sink.id, { paused: true })).toMatchObject({ state: 'paused', pausedBecause: 'staff' });
    expect(await updateSink(ctx, sink.id, { paused: false })).toMatchObject({ state: 'active', pausedBecause: null });
    await deleteSink(ctx, sink.id);
    await expect(getSink(ctx, sink.id)).rejects.toMatchObject({ code: 'event_sink.not_found' });
    const { rows: events } = await world.owner.pool.query(
      'select name from events where subject_id = $1 order by sequence',
      [sink.id],
    );
    const names = ['created', 'updated', 'updated', 'updated', 'deleted'].map((what) => `event_sink.${what}`);
    expect(events.map(({ name }) => name)).toEqual(names);
    const objectId = publicId('event_sink', sink.id);
    const { rows: entries } = await world.owner.pool.query(
      'select action, changes from audit_log where object_id = $1 order by id',
      [objectId],
    );
    expect(entries.map(({ action }) => action).sort()).toEqual([...names].sort());
  });

  it('say by a number of the organization whether anybody listens, another one after every change', async () => {
    const organization = await made();
    const ctx = world.as(organization);
    const seen = [await listeners(organization)];
    const note = async () => seen.push(await listeners(organization));
    const sink = await createSink(ctx, { url, types });
    await note();
    await updateSink(ctx, sink.id, { types: ['attachment.failed'] });
    await note();
    await updateSink(ctx, sink.id, { paused: true });
    await note();
    await updateSink(ctx, sink.id, { paused: false });
    await note();
    await deleteSink(ctx, sink.id);
    await note();
    expect(seen.map((number) => number === 0n)).toEqual([true, false, false, true, false, true]);
    expect(new Set(seen.filter((number) => number !== 0n)).size).toBe(3);
    // One goes while another comes: whoever is last knows of the other.
    for (let round = 0; round < 10; round++) {
      const old = await createSink(ctx, { url, types });
      const [fresh] = await Promise.all([createSink(ctx, { url, types }), deleteSink(ctx, old.id)]);
      expect(await listeners(organization)).not.toBe(0n);
      await deleteSink(ctx, fresh.id);
      expect(await listeners(organization)).toBe(0n);
    }
  });

  it.each([
    ...[
      'example.com/in',
      'ftp://example.com/in',
      'javascript:alert(1)',
      'https://',
      '/in',
      'https://user:secret@example.com/',
    ],
    `https://example.com/${'x'.repeat(2_048)}`,
  ])('do not take %s for an address', async (bad) => {
    const ctx = world.as(await made());
    const refused = { code: 'event_sink.url_invalid', details: { field: 'body.url' } };
    await expect(createSink(ctx, { url: bad, types })).rejects.toMatchObject(refused);
    const sink = await createSink(ctx, { url, types });
    await expect(updateSink(ctx, sink.id, { url: bad })).rejects.toMatchObject(refused);
  });

  it('are few for each account, and a company has its own', async () => {
    const organization = await made();
    const ctx = world.as(organization);
    const company = await createCompany(ctx, { name: 'One', currency: 'EUR' });
    const other = await createCompany(ctx, { name: 'Two', currency: 'EUR' });
    const one = asCompany(organization, company.id);
    for (let i = 0; i < mostSinks; i++) await createSink(ctx, { url, types });
    await expect(createSink(ctx, { url, types })).rejects.toMatchObject({ code: 'event_sink.too_many' });
    // Whatever it asks for, a company's staff make it for their company.
    const own = await createSink(one, { url, types, companyId: other.id });
    expect(own.companyId).toBe(company.id);
    expect(await listSinks(one, {}, { limit: 20 })).toEqual([own]);
    const [first] = await listSinks(ctx, { search: 'EXAMPLE.com' }, { limit: 1, after: own.id });
    await expect(getSink(one, first!.id)).rejects.toMatchObject({ code: 'event_sink.not_found' });
    await expect(updateSink(one, first!.id, { paused: true })).rejects.toMatchObject({ code: 'event_sink.not_found' });
    await expect(deleteSink(asCompany(organization, other.id), own.id)).rejects.toMatchObject({
      code: 'event_sink.not_found',
    });
    expect(await listSinks(ctx, {}, { limit: 20 })).toHaveLength(mostSinks + 1);
  });

  it('are not those of another organization', async () => {
    const sink = await createSink(world.as(await made()), { url, types });
    const stranger = world.as(await made());
    await expect(getSink(stranger, sink.id)).rejects.toMatchObject({ code: 'event_sink.not_found' });
    await expect(deleteSink(stranger, sink.id)).rejects.toMatchObject({ code: 'event_sink.not_found' });
  });
});
