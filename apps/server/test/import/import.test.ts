import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationKinds } from '../../src/app/operations.ts';
import * as carriers from '../../src/carriers/index.ts';
import * as inventory from '../../src/inventory/index.ts';
import type { Organization } from '../../src/kit/ctx.ts';
import { type Id, publicId } from '../../src/kit/ids.ts';
import { operationRoutes } from '../../src/operations/index.ts';
import { call, type TenancyWorld, tenancyWorld } from '../../src/tenancy/testing.ts';
import { drift } from '../world.ts';
import { badRowOf, fileOf, iccidOf, isBad } from './file.ts';
import { databaseCpuMs, killAfterChunks, killWorkers, startWorker, until } from './harness.ts';

/** Rows of the large file: 100,000 with `SIZE=100000`, which is how the figures of the documentation were taken. */
const size = Number(process.env.SIZE ?? 5_000);

/** A busy machine takes some ms a row. */
const patienceMs = 60_000 + 5 * size;

let world: TenancyWorld;
let base: string;
let organization: Organization;
let key: string;
let telecom: Id;

beforeAll(async () => {
  world = await tenancyWorld();
  organization = (await world.organization('Ours')).organization;
  key = await world.key(organization);
  telecom = (await carriers.createTelecom(world.as(organization), { name: 'Core network', connector: 'radius' })).id;
  ({ base } = await world.serve((http) => {
    operationRoutes(http, operationKinds);
    inventory.inventoryRoutes(http, { reply: null as never, read: async () => null, leave: async () => {} });
  }));
});
afterAll(async () => {
  killWorkers();
  await world.close();
});

const get = async (path: string) => (await call(base, 'GET', `/api/v1${path}`, { key })).body;
const post = (path: string) => call(base, 'POST', `/api/v1${path}`, { key });
const stateOf = async (id: string) => (await get(`/operations/${id}`)).operation.state;

async function upload(chunks: Iterable<string>): Promise<string> {
  const response = await fetch(
    `${base}/api/v1/operations/sim-imports?telecom=${publicId('telecom', telecom)}&name=large.csv`,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv' },
      body: Readable.toWeb(Readable.from(chunks).map((text: string) => Buffer.from(text))) as ReadableStream,
      duplex: 'half',
    } as RequestInit,
  );
  expect(response.status).toBe(202);
  return ((await response.json()) as { id: string }).id;
}

/** Waits for a state, its workers killed when they have done so many chunks, and says what that cost. */
async function reach(state: string, id: string, killAfter: number[]): Promise<void> {
  const from = performance.now();
  const cpu = await databaseCpuMs(world);
  for (const chunks of killAfter) await killAfterChunks(world, chunks, patienceMs);
  const worker = startWorker(world);
  await until(`the state ${state}`, patienceMs, async () => (await stateOf(id)) === state);
  const seconds = (performance.now() - from) / 1000;
  const { rssMb, cpuMs } = worker.usage();
  await worker.kill();
  console.log(
    `${size} rows to ${state} with ${killAfter.length} kills: ${seconds.toFixed(1)} s, ${Math.round(size / seconds)} rows/s; ` +
      `the last worker: CPU ${cpuMs} ms, RSS ${rssMb} MB; its server processes: CPU ${(await databaseCpuMs(world)) - cpu} ms`,
  );
}

/** What the table holds, and what it must: a loaded row per good one, in its place, each with its SIM. */
async function mistakes(): Promise<unknown> {
  const { rows } =
    await world.owner.pool.query(`select line::int, label, outcome, code, subject_id, s.id, s.iccid, s.note
      from operation_rows r full join sims s on s.organization_id = r.organization_id and s.id = r.subject_id order by line`);
  expect(rows).toHaveLength(size);
  return rows.find((row, n) => {
    const expected = isBad(n)
      ? { outcome: 'failed', code: badRowOf(n).code, id: null }
      : { outcome: 'done', code: null, iccid: iccidOf(n), note: `row ${n}, of a file` };
    return row.line !== n + 2 || Object.entries(expected).some(([name, value]) => row[name] !== value);
  });
}

describe(`a file of ${size} rows, one in a hundred bad`, () => {
  it(
    'is checked and loaded exactly, although its workers are killed in the middle of chunks',
    async () => {
      const bad = size / 100;
      const id = await upload(fileOf(size));
      await reach('checked', id, [2]);
      const preview = (await get(`/operations/${id}`)).operation;
      expect(preview.progress).toMatchObject({
        rows: `${size}`,
        done: '0',
        failed: `${bad}`,
        waiting: `${size - bad}`,
      });
      expect(preview.found).toMatchObject({ encoding: 'UTF-8', separator: 'comma', ignored: [] });
      expect((await world.owner.pool.query('select count(*)::int as sims from sims')).rows[0].sims).toBe(0);

      expect((await post(`/operations/${id}/start`)).status).toBe(200);
      await reach('done', id, [2]);
      const result = await get(`/operations/${id}`);
      expect(result.operation.progress).toMatchObject({ done: `${size - bad}`, failed: `${bad}`, waiting: '0' });
      expect(result.failures.reduce((sum: number, { rows }: { rows: string }) => sum + Number(rows), 0)).toBe(bad);
      expect(await mistakes()).toBeUndefined();
      expect(await drift(world.owner)).toEqual([]);

      const report = await call(base, 'GET', `/api/v1/operations/${id}/rows.csv`, { key });
      const lines = String(report.body).trimEnd().split('\r\n');
      expect(lines[0]).toBe('iccid,imsi,msisdn,note,line,code,reason');
      expect(lines).toHaveLength(bad + 1);
      expect(lines[1]).toContain('not-a-number-99,,,,101,iccid.invalid,');
    },
    2 * patienceMs,
  );
});
