import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, openApi, type TestOrganization, type TestSim } from '../insight/testing.ts';

let api: Api;
let ours: TestOrganization;
let theirs: TestOrganization;
let fleet: string;

beforeAll(async () => {
  api = await openApi();
  ours = await api.open('Ours');
  theirs = await api.open('Theirs');
  fleet = await api.fleet(ours);
});
afterAll(() => api.close());

const path = (sim: TestSim | undefined, rest = '') => `/api/v1/sims/${sim!.publicId}${rest}`;

async function inFleet(count: number): Promise<TestSim[]> {
  const sims = await api.stock(ours, count);
  const ids = sims.map((sim) => sim.publicId);
  await api.send('POST', '/api/v1/sims/bulk', ours.key, { ids, action: 'set_fleet', fleet });
  return sims;
}

describe('the life of a SIM', () => {
  it('goes from ready to active with a period and its fee, to suspended and back, and ends archived', async () => {
    const [sim] = await inFleet(1);
    const ready = await api.send('POST', path(sim, '/status'), ours.key, { status: 'ready' });
    expect(ready.status).toBe(200);
    expect(ready.body).toMatchObject({
      status: 'Activation Ready',
      period: { kind: 'ready', fees: [], total: '0.00' },
    });
    api.pass(60);
    const active = await api.send('POST', path(sim, '/status'), ours.key, { status: 'active' });
    expect(active.body).toMatchObject({
      ...{ status: 'Active', daysLeft: 31, usedBytes: '0' },
      period: { kind: 'active', fees: [{ kind: 'recurring', amount: '2.00' }], total: '2.00', currency: 'EUR' },
    });
    const suspended = await api.send('POST', path(sim, '/suspension'), ours.key, { reason: 'unpaid' });
    expect([suspended.status, suspended.body.status, suspended.body.suspension.reason]).toEqual([
      201,
      'Suspended',
      'unpaid',
    ]);
    const resumed = await api.send('DELETE', path(sim, '/suspension'), ours.key);
    expect(resumed.body).toMatchObject({ status: 'Active', suspension: null });
    const twice = await api.send('DELETE', path(sim, '/suspension'), ours.key);
    expect([twice.status, twice.body.error.code]).toEqual([409, 'sim.not_suspended']);
    const back = await api.send('POST', path(sim, '/status'), ours.key, { status: 'ready' });
    expect([back.status, back.body.error.code, back.body.error.field]).toEqual([
      409,
      'sim.status_not_allowed',
      'body.status',
    ]);
    const archived = await api.send('POST', path(sim, '/status'), ours.key, { status: 'archived' });
    expect(archived.body.status).toBe('Archived');
    const history = await api.get(path(sim, '/periods?limit=1'), ours.key);
    expect(history.body.items).toMatchObject([{ kind: 'active', planName: 'Super SIM', planVersion: 1 }]);
    const before = await api.get(path(sim, `/periods?limit=1&cursor=${history.body.nextCursor}`), ours.key);
    expect(before.body).toMatchObject({ items: [{ kind: 'ready', state: 'closed' }], nextCursor: null });
  });

  it('does not let a line that waits as ready become active by ending a suspension it has not', async () => {
    const [sim] = await inFleet(1);
    await api.send('POST', path(sim, '/status'), ours.key, { status: 'ready' });
    const answer = await api.send('DELETE', path(sim, '/suspension'), ours.key);
    expect([answer.status, answer.body.error.code]).toEqual([409, 'sim.not_suspended']);
    expect((await api.get(path(sim), ours.key)).body.lifecycle).toBe('ready');
  });

  it('needs a plan', async () => {
    const [sim] = await api.stock(ours, 1);
    const answer = await api.send('POST', path(sim, '/status'), ours.key, { status: 'ready' });
    expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([
      409,
      'sim.plan_missing',
      'body.status',
    ]);
  });

  it('changes with its plan: a bundle from assignment is active at once, its end suspends', async () => {
    const [sim] = await api.stock(ours, 1);
    const plan = await api.send('POST', '/api/v1/plans', ours.key, {
      ...{ name: 'Bundle', type: 'monthly_bundle', fee: '5.00', allowanceMb: '1000', billingStart: 'assignment' },
    });
    const on = await api.send('PUT', path(sim, '/plan'), ours.key, { plan: plan.body.id });
    expect(on.body).toMatchObject({
      ...{ status: 'Active', plan: { name: 'Bundle', type: 'monthly_bundle' }, leftBytes: '1000000000' },
      period: { total: '5.00' },
    });
    const off = await api.send('DELETE', path(sim, '/plan'), ours.key);
    expect(off.body).toMatchObject({ status: 'Suspended', plan: null });
    await api.send('DELETE', `/api/v1/plans/${plan.body.id}`, ours.key);
    const archived = await api.send('PUT', path(sim, '/plan'), ours.key, { plan: plan.body.id });
    expect([archived.status, archived.body.error.code, archived.body.error.field]).toEqual([
      409,
      'plan.archived',
      'body.plan',
    ]);
  });

  it('is a company’s to change for its own lines, but not to archive or to put on a plan', async () => {
    const company = await api.company(ours, { name: 'Runs its own' });
    const other = await api.company(ours, { name: 'Other' });
    const [sim] = await inFleet(1);
    await api.send('PATCH', path(sim), ours.key, { company: company.publicId });
    const ready = await api.send('POST', path(sim, '/status'), company.key, { status: 'ready' });
    expect(ready.body.status).toBe('Activation Ready');
    expect((await api.send('POST', path(sim, '/status'), other.key, { status: 'active' })).status).toBe(404);
    expect((await api.send('POST', path(sim, '/status'), company.key, { status: 'archived' })).status).toBe(403);
    const plan = (await api.get('/api/v1/plans', company.key)).body.items[0];
    expect((await api.send('PUT', path(sim, '/plan'), company.key, { plan: plan.id })).status).toBe(403);
    expect((await api.get(path(sim, '/periods'), other.key)).status).toBe(404);
  });
});

describe('many SIMs at once', () => {
  it('gives an outcome for each and stops for none', async () => {
    const sims = await inFleet(3);
    const [stranger] = await api.stock(theirs, 1);
    const [stock] = await api.stock(ours, 1);
    const ids = [...sims, stranger!, stock!].map((sim) => sim.publicId);
    const answer = await api.send('POST', '/api/v1/sims/bulk', ours.key, { ids, action: 'ready' });
    expect(answer.status).toBe(200);
    const codes = answer.body.results.map((r: { outcome: string; code: string | null }) => r.code ?? r.outcome);
    expect(codes).toEqual(['done', 'done', 'done', 'sim.not_found', 'sim.plan_missing']);
  });

  it('labels, moves, plans, suspends and archives', async () => {
    const sims = await api.stock(ours, 3);
    const ids = sims.map((sim) => sim.publicId);
    const act = (body: Record<string, unknown>, key = ours.key) =>
      api.send('POST', '/api/v1/sims/bulk', key, { ids, ...body });
    await act({ action: 'set_labels', labels: ['x', 'y'] });
    await act({ action: 'set_fleet', fleet });
    const rows = await api.get(`/api/v1/sims?ids=${ids.join(',')}`, ours.key);
    for (const row of rows.body.items) {
      expect(row).toMatchObject({
        labels: ['x', 'y'],
        fleet: { id: fleet },
        plan: { name: 'Super SIM' },
        registered: true,
      });
    }
    const plan = (await api.get('/api/v1/plans', ours.key)).body.items[0].id;
    expect(
      (await act({ action: 'assign_plan', plan })).body.results.every((r: { outcome: string }) => r.outcome === 'done'),
    ).toBe(true);
    await act({ action: 'suspend', reason: 'audit' });
    await act({ action: 'archive' });
    const late = await act({ action: 'set_labels', labels: [] });
    expect(late.body.results.map((r: { code: string }) => r.code)).toEqual(Array(3).fill('sim.archived'));
  });

  it('is bounded, and names what is missing', async () => {
    const [sim] = await api.stock(ours, 1);
    const many = Array.from({ length: 501 }, () => sim!.publicId);
    const tooMany = await api.send('POST', '/api/v1/sims/bulk', ours.key, { ids: many, action: 'ready' });
    expect([tooMany.status, tooMany.body.error.field]).toEqual([400, 'body.ids']);
    const bare = await api.send('POST', '/api/v1/sims/bulk', ours.key, { ids: [sim!.publicId], action: 'set_fleet' });
    expect([bare.status, bare.body.error.field]).toEqual([400, 'body.fleet']);
    const foreign = await api.fleet(theirs);
    const moved = await api.send('POST', '/api/v1/sims/bulk', ours.key, {
      ids: [sim!.publicId],
      action: 'set_fleet',
      fleet: foreign,
    });
    expect(moved.status).toBe(404);
    const editor = await api.key(ours.organization, { permissions: ['inventory.sim.edit'] });
    const denied = await api.send('POST', '/api/v1/sims/bulk', editor, { ids: [sim!.publicId], action: 'activate' });
    expect([denied.status, denied.body.error.details.permission]).toEqual([403, 'inventory.sim.status']);
  });
});
