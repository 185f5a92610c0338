import { afterAll, beforeAll, expect, it } from 'vitest';
import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import { type Id, publicId } from '../kit/ids.ts';
import * as periods from '../periods/index.ts';
import { type Api, openApi, type TestOrganization, type TestSim } from './testing.ts';

const mb = 1_000_000n;
const eur = 100_000_000n;
let api: Api;
let org: TestOrganization;
let company: { id: Id; publicId: string; key: string };
let sim: TestSim;

type Explained = {
  kind: string;
  title: string;
  summary: string;
  amount: string | null;
  recomputed: string | null;
  agrees: boolean | null;
  sim: { iccid: string } | null;
  steps: { kind: string; text: string; values: Record<string, string | null> }[];
  entries: { key: string; account: string; amount: string }[];
};

beforeAll(async () => {
  api = await openApi();
  org = await api.open('Explanations');
  const ctx = api.as(org.organization);
  company = await api.company(org, { name: 'Customer', timeZone: 'Europe/Berlin' });
  const { plan } = await catalog.createPlan(ctx, {
    name: 'Meter 300',
    terms: {
      ...catalog.emptyTerms('monthly_bundle', 'EUR', 1000),
      ...{ feeMicros: 5n * eur, prorated: true, allowanceBytes: 310n * mb },
      ...{ overageSizeBytes: 100n * mb, overagePriceMicros: 2n * eur, dataLimitBytes: 400n * mb },
    },
  });
  [sim] = (await api.stock(org, 1)) as [TestSim];
  await inventory.register(ctx, [sim.id], company.id);
  await periods.assignPlan(ctx, [sim.id], plan.id);
  api.setNow('2026-03-17T10:00:00Z');
  await api.use(org, sim, { down: 100n * mb });
  api.setNow('2026-03-18T10:00:00Z');
  await api.use(org, sim, { down: 190n * mb });
});
afterAll(() => api.close());

async function explain(id: string, key = company.key): Promise<Explained> {
  const { status, body } = await api.get(`/api/v1/explanations/${id}`, key);
  expect(body).not.toHaveProperty('error');
  expect(status).toBe(200);
  return body as unknown as Explained;
}

it('tells in plain words why usage costs what it does', async () => {
  const { body } = await api.get(`/api/v1/sims/${sim.publicId}/usage-records`, company.key);
  const [last] = body.items as unknown as { id: string; charge: string }[];
  expect(last!.charge).toBe('2.00');
  const explained = await explain(last!.id);
  expect(explained).toMatchObject({
    ...{ kind: 'usage', title: 'Charge of usage', summary: '90 MB (90,000,000 bytes) cost EUR 2.00.' },
    ...{ amount: '2.00', recomputed: '2.00', agrees: true, sim: { iccid: sim.iccid } },
  });
  expect(explained.steps.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
    'fact: On 18 March 2026 at 11:00:00 (Europe/Berlin) the SIM used 90 MB (90,000,000 bytes) in O2 (26202), Germany.'.replace(
      /in .* \(26202\)/,
      `in ${catalog.networkOf('26202').name} (26202)`,
    ),
    'place: It belongs to the billing period from 17 March 2026 at 11:00:00 (Europe/Berlin) to 1 April 2026 at 00:00:00 (Europe/Berlin), on Meter 300, version 1.',
    'rate: Data goes by: EUR 2.00 for every started 100 MB beyond 150 MB.',
    'totals: In this period 100 MB (100,000,000 bytes) of data had been used before it, and 190 MB (190,000,000 bytes) of data with it.',
    'price: Price before: nothing to pay for. Together EUR 0.00.',
    'price: Price after: 1 block of overage: EUR 2.00. Together EUR 2.00.',
    'amount: The difference is what this record costs: EUR 2.00.',
    expect.stringMatching(
      /^ledger: It was posted to the ledger account "unbilled, .*" by the transfer usage:.*:EUR, whose entry there is EUR 2.00/,
    ),
  ]);
  expect(explained.steps[3]!.values).toMatchObject({ beforeBytes: '100000000', afterBytes: '190000000' });
  expect(explained.entries).toMatchObject([{ account: 'unbilled', amount: '2.00' }]);
  const ours = await explain(last!.id, org.key);
  expect(ours.entries).toMatchObject([{ account: 'unbilled' }, { account: 'usage_revenue', amount: '-2.00' }]);
});

it('shows how a fee was prorated', async () => {
  const { body } = await api.get(`/api/v1/sims/${sim.publicId}/periods`, company.key);
  const [period] = body.items as unknown as { id: string; fees: { id: string; amount: string }[]; total: string }[];
  const explained = await explain(period!.fees[0]!.id);
  expect(explained).toMatchObject({ title: 'Recurring fee', amount: '2.41935484', agrees: true });
  expect(explained.steps.find(({ kind }) => kind === 'proration')).toMatchObject({
    text: 'The plan is prorated. 15 of 31 days count, in the days of Europe/Berlin; a started day counts once. EUR 5.00 × 15 ÷ 31 = EUR 2.41935484, rounded half to even at the millionth of the smallest coin.',
    values: { days: '15', wholeDays: '31' },
  });
  const whole = await explain(period!.id);
  expect(whole).toMatchObject({ kind: 'period', amount: period!.total, agrees: true });
});

it('says why a SIM is blocked, and why its device was not let in', async () => {
  api.setNow('2026-03-19T10:00:00Z');
  await api.use(org, sim, { down: 450n * mb });
  const { body } = await api.get(`/api/v1/sims/${sim.publicId}/blocks`, company.key);
  const [block] = body.items as unknown as { id: string }[];
  const explained = await explain(block!.id);
  expect(explained).toMatchObject({ kind: 'block', amount: null, agrees: null });
  expect(explained.steps[1]!.text).toBe(
    'The data limit of this billing period is reached. The limit is 400 MB (400,000,000 bytes), that of its plan; 450 MB (450,000,000 bytes) were used.',
  );
  expect(explained.steps[2]!.text).toBe('What lifts it: the next billing period, or a higher data limit.');
  const none = await api.get(`/api/v1/explanations/${sim.publicId}`, company.key);
  expect(none.body.error).toMatchObject({ code: 'refusal.not_found' });
  await api.owner.pool.query(
    `insert into attachments (organization_id, line_id, rejected_at, rejected_reason, plmn) values ($1, $2, $3, 'blocked', '26202')`,
    [org.organization.id, sim.id, api.now()],
  );
  const refused = await explain(sim.publicId);
  expect(refused).toMatchObject({
    kind: 'refusal',
    summary: 'The device was not let in, because the SIM was blocked.',
  });
  expect(refused.steps[2]!.text).toContain('The SIM is blocked');
});

it('keeps to itself what is another company’s, and refuses what is nothing to explain', async () => {
  const other = await api.company(org, { name: 'Other' });
  const { body } = await api.get(`/api/v1/sims/${sim.publicId}/periods`, company.key);
  const [period] = body.items as unknown as { id: string; fees: { id: string }[] }[];
  const records = (await api.get(`/api/v1/sims/${sim.publicId}/usage-records`, company.key)).body.items;
  const [record] = records as unknown as { id: string }[];
  for (const id of [period!.id, period!.fees[0]!.id, record!.id, sim.publicId]) {
    expect((await api.get(`/api/v1/explanations/${id}`, other.key)).status, id).toBe(404);
  }
  const unknown = await api.get(`/api/v1/explanations/${publicId('company', other.id)}`, org.key);
  expect(unknown).toMatchObject({ status: 400, body: { error: { code: 'explanation.unknown', field: 'params.id' } } });
  const nobody = await api.get(`/api/v1/explanations/${publicId('fee', other.id)}`, org.key);
  expect(nobody).toMatchObject({ status: 404, body: { error: { code: 'fee.not_found' } } });
});
