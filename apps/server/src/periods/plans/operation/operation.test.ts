import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drift } from '../../../../test/world.ts';
import { type Api, openApi, type TestOrganization, type TestSim } from '../../../insight/testing.ts';
import { advance, operationRoutes } from '../../../operations/index.ts';
import { type Answer, call } from '../../../tenancy/testing.ts';
import { planAssignment } from '../../index.ts';

const kinds = { plan_assignment: planAssignment };
const url = '/api/v1/operations/plan-assignments';
let api: Api;
let base: string;
let ours: TestOrganization;
let theirs: TestOrganization;

beforeAll(async () => {
  api = await openApi();
  ours = await api.open('Ours');
  theirs = await api.open('Theirs');
  ({ base } = await api.serve((http) => operationRoutes(http, kinds)));
});
afterAll(async () => {
  for (const of of [ours, theirs]) while ((await api.place(of)) > 0);
  expect(await drift(api.owner)).toEqual([]);
  await api.close();
});

const work = (chunks = 1_000) => advance(api.runtime, ours.organization, kinds, chunks);
const get = (path: string, key = ours.key) => call(base, 'GET', `/api/v1/operations/${path}`, { key });
const steer = (id: string, what: string) => call(base, 'POST', `/api/v1/operations/${id}/${what}`, { key: ours.key });

async function begin(body: Record<string, unknown>): Promise<string> {
  const answer = await api.send('POST', url, ours.key, { effective: 'now', ...body });
  expect([answer.status, answer.body.error]).toEqual([202, null]);
  return answer.body.id;
}

async function plan(form: Record<string, unknown> = {}): Promise<string> {
  const terms = { type: 'monthly_bundle', fee: '9.00', allowanceMb: '3000', billingStart: 'assignment' };
  const made = await api.send('POST', '/api/v1/plans', ours.key, { name: `Plan ${Math.random()}`, ...terms, ...form });
  expect(made.status).toBe(201);
  return made.body.id;
}

const seen = async (id: string) => (await get(id)).body;
const rowsOf = async (id: string) =>
  (
    (await get(`${id}/rows?limit=200`)).body.items as { outcome: string; effect: string | null; code: string | null }[]
  ).map(({ outcome, effect, code }) => [outcome, effect ?? code]);
const planOf = async (sim: TestSim) => (await api.get(`/api/v1/sims/${sim.publicId}`, ours.key)).body.plan?.id ?? null;

describe('a plan for many lines', () => {
  it('is looked at line by line first, and then done, with an outcome for each', async () => {
    const [blank, ready, active, archived] = (await api.stock(ours, 4)) as [TestSim, TestSim, TestSim, TestSim];
    const [stranger] = await api.stock(theirs, 1);
    const [bundle, waits] = [await plan(), await plan({ billingStart: 'first_usage' })];
    await api.send('PUT', `/api/v1/sims/${ready.publicId}/plan`, ours.key, { plan: waits });
    await api.send('PUT', `/api/v1/sims/${active.publicId}/plan`, ours.key, { plan: await plan({ fee: '1.00' }) });
    await api.send('POST', `/api/v1/sims/${archived.publicId}/status`, ours.key, { status: 'archived' });
    api.pass(60);
    const names = [
      blank.iccid,
      ready.iccid.slice(0, -1),
      active.publicId,
      archived.iccid,
      stranger!.iccid,
      blank.publicId,
    ];
    const id = await begin({ plan: bundle, sims: names, name: 'Spring' });
    await work();
    const checked = await seen(id);
    expect(checked).toMatchObject({
      operation: {
        ...{ kind: 'plan_assignment', name: 'Spring', state: 'checked', can: ['start', 'cancel'] },
        parameters: { plan: bundle, pool: null, effective: 'now' },
        found: { costs: [{ currency: 'EUR', due: '27.00', returned: '0.00', later: '0.00' }] },
        progress: { rows: '6', failed: '3', waiting: '3' },
      },
      effects: [
        { effect: 'active', rows: '2' },
        { effect: 'changes_now', rows: '1' },
      ],
    });
    expect(await rowsOf(id)).toEqual([
      ...[
        ['pending', 'active'],
        ['pending', 'active'],
        ['pending', 'changes_now'],
        ['failed', 'sim.status_not_allowed'],
      ],
      ...[
        ['failed', 'sim.not_found'],
        ['failed', 'sim.repeated'],
      ],
    ]);
    expect(await planOf(blank)).toBeNull();
    await steer(id, 'start');
    await work();
    expect((await seen(id)).operation).toMatchObject({ state: 'done', progress: { done: '3', failed: '3' } });
    for (const sim of [blank, ready, active]) expect(await planOf(sim)).toBe(bundle);
    const report = String((await get(`${id}/rows.csv?outcome=all`)).body).split('\r\n');
    expect(report[0]).toBe('iccid,line,effect,code,reason');
    expect(report[1]).toBe(`${blank.iccid},2,active,,`);
    expect(report[4]).toMatch(new RegExp(`^${archived.iccid},5,,sim.status_not_allowed,`));
    const audit = await api.owner.pool.query(
      `select distinct request_id from audit_log where object_id = $1 and action = 'sim.plan_assigned'`,
      [blank.publicId],
    );
    expect(audit.rows).toEqual([{ request_id: id }]);
  });

  it('comes from a file, at once where it is told to, and ends plans as well', async () => {
    const sims = await api.stock(ours, 3);
    const bundle = await plan();
    const upload = (text: string, query: string) =>
      fetch(`${api.base}${url}/files?${query}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ours.key}`, 'content-type': 'text/csv' },
        body: text,
      }).then(async (answer) => ({ status: answer.status, body: (await answer.json()) as Answer['body'] }));
    const file = `place;ICCID\r\nroof;${sims.map((sim) => sim.iccid).join('\r\nyard;')}\r\n;\r\n`;
    const begun = await upload(file, `plan=${bundle}&effective=now&dryRun=false&name=yard.csv`);
    expect([begun.status, begun.body.name]).toEqual([202, 'yard.csv']);
    await work();
    expect((await seen(begun.body.id)).operation).toMatchObject({
      ...{ state: 'done', progress: { rows: '3', done: '3', failed: '0' } },
      found: { separator: 'semicolon', used: ['ICCID'], ignored: ['place'] },
    });
    const ended = await begin({
      plan: null,
      effective: 'next_period',
      sims: sims.map((sim) => sim.publicId),
      dryRun: false,
    });
    await work();
    expect(await rowsOf(ended)).toEqual(Array(3).fill(['done', 'waits']));
    expect((await seen(ended)).operation.name).toBe('End of plan, with the next period');
    for (const [text, query, code] of [
      ['imsi\n1\n', `plan=${bundle}&effective=now`, 'csv.header'],
      ['iccid\n1\n', 'plan=all&effective=now', 'request.invalid'],
      ['iccid\n1\n', `plan=${bundle}&effective=now&pool=pol_${'0'.repeat(32)}`, 'plan.shares_no_pool'],
    ]) {
      const answer = await upload(text!, query!);
      expect([answer.status, answer.body.error.code]).toEqual([400, code]);
    }
  });

  it('is for all that match a filter, those of other pages too', async () => {
    const fleet = await api.fleet(ours);
    const sims = await api.stock(ours, 7);
    const ids = sims.map((sim) => sim.publicId);
    await api.send('POST', '/api/v1/sims/bulk', ours.key, { ids, action: 'set_fleet', fleet });
    await api.send('POST', '/api/v1/sims/bulk', ours.key, {
      ids: ids.slice(0, 2),
      action: 'set_labels',
      labels: ['no'],
    });
    const bundle = await plan();
    const id = await begin({ plan: bundle, filter: { fleet, status: ['Blank', 'Active'], registered: true } });
    const preview = await api.send('POST', '/api/v1/plan-assignments/preview', ours.key, {
      ...{ plan: bundle, effective: 'now', filter: { fleet } },
    });
    expect(preview.body).toMatchObject({ matching: 7, looked: 7, effects: [{ effect: 'active', sims: 7 }] });
    // The filter of the list is looked at by the worker: status of a carrier link that has not answered yet is Pending.
    await work();
    const { operation } = await seen(id);
    expect(operation.parameters.filter).toEqual({ fleet, status: ['Blank', 'Active'], registered: true });
    const all = await begin({ plan: bundle, filter: { fleet }, dryRun: false });
    await work();
    expect((await seen(all)).operation).toMatchObject({ state: 'done', progress: { rows: '7', done: '7' } });
    for (const sim of sims) expect(await planOf(sim)).toBe(bundle);
    const none = await begin({ plan: bundle, filter: { label: 'nobody' }, dryRun: false });
    await work();
    expect((await seen(none)).operation).toMatchObject({ state: 'done', progress: { rows: '0' } });
  });

  it('is cancelled in the middle, goes on there, and tries what failed again when its cause is gone', async () => {
    const company = await api.company(ours, { name: 'Without a wallet' });
    const fleet = await api.fleet(ours, 1000n, company.id);
    const own = await api.stock(ours, 700);
    const others = await api.stock(ours, 3);
    for (const sim of others)
      await api.send('PATCH', `/api/v1/sims/${sim.publicId}`, ours.key, { company: company.publicId });
    expect(fleet).toBeTruthy();
    const wallet = await api.send('POST', '/api/v1/wallets', ours.key, {
      owner: `org_${ours.organization.id.replaceAll('-', '')}`,
    });
    expect(wallet.status).toBe(201);
    const paygo = await plan({
      ...{ type: 'paygo', fee: '0.00', allowanceMb: undefined, billingStart: undefined, pricePerMb: '0.10' },
    });
    const id = await begin({ plan: paygo, sims: [...own, ...others].map((sim) => sim.iccid) });
    await work();
    expect(await seen(id)).toMatchObject({ failures: [{ code: 'wallet.missing', rows: '3' }] });
    await steer(id, 'start');
    await work(1);
    const cancelled = await steer(id, 'cancel');
    expect(cancelled.body).toMatchObject({ state: 'cancelled', progress: { done: '500', waiting: '200' } });
    await work();
    expect((await seen(id)).operation.progress.done).toBe('500');
    await steer(id, 'resume');
    await work();
    expect((await seen(id)).operation).toMatchObject({ state: 'done', progress: { done: '700', failed: '3' } });
    expect((await steer(id, 'retry-failed')).status).toBe(200);
    await work();
    expect((await seen(id)).operation.progress).toMatchObject({ done: '700', failed: '3' });
    await api.send('POST', '/api/v1/wallets', ours.key, { owner: company.publicId });
    await steer(id, 'retry-failed');
    await work();
    expect((await seen(id)).operation).toMatchObject({ state: 'done', progress: { done: '703', failed: '0' } });
    for (const sim of others) expect(await planOf(sim)).toBe(paygo);
  });

  it('stops as a whole where nobody could be put on the plan any more, and goes on when they can', async () => {
    const sims = await api.stock(ours, 2);
    const bundle = await plan();
    const id = await begin({ plan: bundle, sims: sims.map((sim) => sim.iccid) });
    await work();
    await api.send('DELETE', `/api/v1/plans/${bundle}`, ours.key);
    await steer(id, 'start');
    await work();
    expect((await seen(id)).operation).toMatchObject({
      ...{ state: 'failed', error: { code: 'plan.archived' }, can: ['resume'] },
      progress: { done: '0', waiting: '2' },
    });
    const late = await api.send('POST', url, ours.key, { plan: bundle, effective: 'now', sims: [sims[0]!.iccid] });
    expect([late.status, late.body.error.code, late.body.error.field]).toEqual([409, 'plan.archived', 'body.plan']);
  });

  it('needs its own permission, one source, and an organization', async () => {
    const bundle = await plan();
    const [sim] = await api.stock(ours, 1);
    const clerk = await api.key(ours.organization, {
      permissions: ['operations.operation.run', 'inventory.sim.status'],
    });
    const asked = { plan: bundle, effective: 'now', sims: [sim!.iccid] };
    expect((await api.send('POST', url, clerk, asked)).status).toBe(403);
    const single = await api.send('PUT', `/api/v1/sims/${sim!.publicId}/plan`, clerk, { plan: bundle });
    expect([single.status, single.body.error.details.permission]).toEqual([403, 'periods.plan.assign']);
    const id = await begin(asked);
    await work();
    expect((await call(base, 'POST', `/api/v1/operations/${id}/start`, { key: clerk })).status).toBe(403);
    for (const body of [
      { plan: bundle, effective: 'now' },
      { ...asked, filter: {} },
      { ...asked, sims: [] },
      { ...asked, effective: undefined },
    ]) {
      expect((await api.send('POST', url, ours.key, body)).status).toBe(400);
    }
    const foreign = await api.send('POST', url, theirs.key, asked);
    expect([foreign.status, foreign.body.error.code]).toEqual([404, 'plan.not_found']);
  });
});
