import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicId } from '../../src/kit/ids.ts';
import { openWorld, type World } from '../world.ts';

let world: World;
let iccid: string;
let imsi: string;
let simId: string;

type Result = {
  index: number;
  id: string;
  outcome: string;
  code: string | null;
  field: string | null;
  reason: string | null;
  simId: string | null;
};
type Taken = { counts: Record<string, number>; results: Result[] };

beforeAll(async () => {
  world = await openWorld();
  const [stock] = await world.stock(1);
  const fleet = await world.api<{ id: string }>('POST', '/api/v1/fleets', {
    uniqueName: 'http',
    networkAccessProfile: publicId('network_access_profile', world.profile.id),
    dataLimitMb: '5',
  });
  const sim = await world.api<{ id: string; iccid: string }>('POST', '/api/v1/sims/registrations', {
    iccid: stock!.iccid,
    registrationCode: stock!.registrationCode,
  });
  ({ iccid, imsi } = stock!);
  simId = sim.body.id;
  await world.api('PATCH', `/api/v1/sims/${simId}`, { fleet: fleet.body.id });
  expect((await world.api('POST', `/api/v1/sims/${simId}/status`, { status: 'active' })).status).toBeLessThan(300);
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
});

const record = (id: string, more: object = {}) => ({
  ...{ id, iccid, occurredAt: new Date().toISOString(), bytesUp: '1000', bytesDown: '2000', plmn: '26201' },
  ...more,
});
const hand = (records: unknown[], source = 'cdr') =>
  world.api<Taken>('POST', `/api/v1/usage-records?source=${source}`, { records });
const used = async () =>
  BigInt((await world.api<{ period: { usedBytes: string } }>('GET', `/api/v1/sims/${simId}`)).body.period.usedBytes);

describe('usage records over HTTP', () => {
  it('are charged once, whatever comes twice, and each is answered by itself', async () => {
    const one = record('r-1');
    const two = record('r-2', { iccid: undefined, sim: simId });
    const three = record('r-3', { iccid: undefined, imsi, telecom: publicId('telecom', world.telecom.id) });
    const first = await hand([one, two, three, one]);
    expect(first.status).toBe(200);
    expect(first.body.results.map((r) => r.outcome)).toEqual(['charged', 'charged', 'charged', 'repeated']);
    expect(first.body.results.map((r) => r.simId)).toEqual([simId, simId, simId, simId]);
    expect(await used()).toBe(9_000n);

    // The same again, also with a corrected timestamp or other bytes: nothing more is charged.
    const again = await hand([one, { ...two, bytesUp: '5000' }, { ...three, occurredAt: '2026-01-01T00:00:00Z' }]);
    expect(again.body.results).toMatchObject([
      { outcome: 'repeated' },
      { outcome: 'conflict', code: 'usage_record.id_used', field: 'id' },
      { outcome: 'conflict' },
    ]);
    expect(again.body.counts).toMatchObject({ repeated: 1, conflict: 2, charged: 0 });
    expect(await used()).toBe(9_000n);

    // An id belongs to its source.
    expect((await hand([one], 'other')).body.results[0]!.outcome).toBe('charged');
    expect(await used()).toBe(12_000n);
  });

  it('that are wrong do not stop the others; they are told, kept and listed', async () => {
    const answer = await hand([
      record('w-1', { bytesUp: '-1' }),
      record('w-2', { iccid: undefined }),
      record('w-3', { iccid: undefined, imsi }),
      record('w-4', { extra: 1 }),
      'no record',
      record('w-5', { iccid: '8988000000000000000' }),
      record('w-6', { occurredAt: '2020-01-01T00:00:00Z' }),
      record('w-7'),
    ]);
    expect(answer.body.results).toMatchObject([
      { outcome: 'rejected', code: 'usage_record.invalid', field: 'bytesUp' },
      { outcome: 'rejected', code: 'usage_record.line' },
      { outcome: 'rejected', code: 'usage_record.telecom', field: 'telecom' },
      { outcome: 'rejected', code: 'usage_record.invalid', field: 'extra' },
      { outcome: 'rejected', code: 'usage_record.invalid', id: '' },
      { outcome: 'unrated', reason: 'unknown_sim' },
      { outcome: 'unrated', reason: 'time_in_past' },
      { outcome: 'charged' },
    ]);
    type Rejected = { items: { recordId: string; code: string; body: string; source: string }[]; nextCursor: string };
    const listed = await world.api<Rejected>('GET', '/api/v1/usage-records/rejected?source=cdr&limit=3');
    expect(listed.body.items).toHaveLength(3);
    const rest = await world.api<Rejected>(
      'GET',
      `/api/v1/usage-records/rejected?source=cdr&cursor=${listed.body.nextCursor}`,
    );
    const all = [...listed.body.items, ...rest.body.items];
    expect(all.map((r) => r.recordId).sort()).toEqual(['', 'r-2', 'r-3', 'w-1', 'w-2', 'w-3', 'w-4']);
    expect(JSON.parse(all.find((r) => r.recordId === 'w-1')!.body)).toMatchObject({ bytesUp: '-1' });
    const unrated = await world.api<{ items: { source: { name: string; id: null } }[] }>(
      'GET',
      '/api/v1/unrated?reason=unknown_sim',
    );
    expect(unrated.body.items).toMatchObject([{ source: { name: 'cdr', id: null } }]);
  });

  it('come as lines of JSON as well, up to 10,000 of them', async () => {
    const before = await used();
    const lines = Array.from({ length: 10_000 }, (_, i) => JSON.stringify(record(`n-${i}`, { bytesDown: '0' })));
    lines[5_000] = '{"id": "n-5000", broken';
    const send = (body: string, type: string) =>
      fetch(`${world.url}/api/v1/usage-records?source=lines`, {
        method: 'POST',
        headers: { authorization: `Bearer ${world.apiKey}`, 'content-type': type },
        body,
      });
    const answer = await send(lines.join('\r\n'), 'application/x-ndjson');
    expect(answer.status).toBe(200);
    const { counts } = (await answer.json()) as Taken;
    expect(counts).toMatchObject({ charged: 9_999, rejected: 1 });
    expect((await used()) - before).toBe(9_999_000n);
    // The limit of 5 MB was passed on the way, once.
    const sim = await world.api<{ blocks: { reason: string }[] }>('GET', `/api/v1/sims/${simId}`);
    expect(sim.body.blocks).toMatchObject([{ reason: 'data_limit' }]);
    expect((await send(`${lines.join('\n')}\n{}`, 'application/x-ndjson')).status).toBe(400);
    expect((await send('x', 'text/plain')).status).toBe(415);
    expect((await send('id;iccid', 'text/csv')).status).toBe(415);
  });
});
