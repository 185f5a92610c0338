import { Readable } from 'node:stream';
import { luhnDigit } from '@simwright/measure';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, openApi, type TestOrganization } from '../insight/testing.ts';
import { publicId } from '../kit/ids.ts';
import { abandonedMs, advance, operationRoutes, sweep } from '../operations/index.ts';
import { createCompany } from '../tenancy/index.ts';
import { type Answer, call } from '../tenancy/testing.ts';
import { simImport } from './index.ts';

const kinds = { sim_import: simImport };
let api: Api;
let base: string;
let ours: TestOrganization;
let theirs: TestOrganization;

beforeAll(async () => {
  api = await openApi();
  ours = await api.open('Ours');
  theirs = await api.open('Theirs');
  api.http.deps.largestFile = 3_000_000_000;
  ({ base } = await api.serve((http) => operationRoutes(http, kinds)));
});
afterAll(() => api.close());

let serial = 0;
/** A new ICCID of 19 digits. */
function iccid(): string {
  serial += 1;
  const body = `8988307${String(serial).padStart(11, '0')}`;
  return body + luhnDigit(body);
}

type Upload = { key?: string; headers?: Record<string, string>; query?: string };

async function upload(body: string | Buffer | Readable, options: Upload = {}): Promise<Answer> {
  const query = `telecom=${publicId('telecom', ours.telecomId)}&${options.query ?? ''}`;
  const response = await fetch(`${api.base}/api/v1/operations/sim-imports?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${options.key ?? ours.key}`, 'content-type': 'text/csv', ...options.headers },
    body: body instanceof Readable ? (Readable.toWeb(body) as ReadableStream) : (body as string),
    duplex: 'half',
  } as RequestInit);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const get = (path: string, key = ours.key) => call(base, 'GET', `/api/v1/operations${path}`, { key });
const post = (path: string, key = ours.key) => call(base, 'POST', `/api/v1/operations${path}`, { key });
const work = (chunks = 1_000) => advance(api.runtime, ours.organization, kinds, chunks);
const outcomesOf = async (id: string) =>
  (await get(`/${id}/rows`)).body.items.map((row: Record<string, unknown>) => [
    row.line,
    row.outcome,
    row.code,
    row.field,
  ]);

/** Uploads, checks, loads; answers with the id. */
async function load(body: string | Buffer, query = 'dryRun=false'): Promise<string> {
  const { body: operation, status } = await upload(body, { query });
  expect([status, operation.error]).toEqual([202, null]);
  await work();
  return operation.id;
}

describe('an import', () => {
  it('is checked without an effect, then loads what is good and reports each row', async () => {
    const [a, b, c] = [iccid(), iccid(), iccid()];
    await load(`iccid\n${b}\n`);
    const text = `\uFEFFICCID;Imsi;PIN;Note\r\n${a};901700000000101;1;x\r\n\r\n${b};;2;\n${a};;3;\rnonsense;;4;\n${c};12;5;\n${iccid()};;6;=1+1;;\n`;
    const { body: operation } = await upload(text, { query: 'name=a.csv' });
    expect(operation).toMatchObject({ state: 'checking', name: 'a.csv', can: ['cancel'] });
    await work();
    const { body: preview } = await get(`/${operation.id}`);
    expect(preview.operation).toMatchObject({
      state: 'checked',
      found: { encoding: 'UTF-8 with BOM', separator: 'semicolon', used: ['ICCID', 'Imsi', 'Note'], ignored: ['PIN'] },
      progress: { rows: '6', waiting: '2', failed: '4', done: '0' },
    });
    expect(await outcomesOf(operation.id)).toEqual([
      ['2', 'pending', null, null],
      ['4', 'failed', 'iccid.taken', 'iccid'],
      ['5', 'failed', 'sim.repeated', null],
      ['6', 'failed', 'iccid.invalid', 'iccid'],
      ['7', 'failed', 'imsi.invalid', 'imsi'],
      ['8', 'pending', null, null],
    ]);
    expect((await post(`/${operation.id}/start`)).status).toBe(200);
    await work();
    const { body: result } = await get(`/${operation.id}`);
    expect(result.operation).toMatchObject({ state: 'done', progress: { done: '2', failed: '4', waiting: '0' } });
    const report = String((await get(`/${operation.id}/rows.csv`)).body).split('\r\n');
    expect(report[0]).toBe('ICCID,Imsi,PIN,Note,line,code,reason');
    expect(report[4]).toMatch(/^\d{19},12,5,,7,imsi\.invalid,/);
    const [sim] = (await get(`/${operation.id}/rows?outcome=done`)).body.items;
    expect((await api.get(`/api/v1/sims/${sim.subject}`, ours.key)).body).toMatchObject({ iccid: a, note: 'x' });
  });

  it('neutralizes formulas in its report', async () => {
    const id = await load('iccid,note\n=HYPERLINK("http://x"),+1\n');
    const [, row] = String((await get(`/${id}/rows.csv`)).body).split('\r\n');
    expect(row).toMatch(/^"'=HYPERLINK\(""http:\/\/x""\)",'\+1,2,iccid\.invalid,/);
  });

  it('knows a SIM with its check digit and without, across chunks and against stock', async () => {
    const one = iccid();
    const many = Array.from({ length: 1_500 }, iccid);
    const twenty = `${iccid()}0`;
    const id = await load(['iccid', one, ...many, one.slice(0, -1), twenty, ''].join('\r'));
    expect((await get(`/${id}`)).body).toMatchObject({
      operation: { progress: { done: '1502', failed: '1' } },
      failures: [{ code: 'sim.repeated', rows: '1' }],
    });
    const again = await load(`iccid\n${one.slice(0, -1)}\n`);
    expect(await outcomesOf(again)).toEqual([['2', 'failed', 'iccid.taken', 'iccid']]);
  });

  it('reads UTF-16 and Windows-1252', async () => {
    const rows = () => `iccid,note\n${iccid()},Müller\n`;
    for (const bytes of [Buffer.from(`\uFEFF${rows()}`, 'utf16le'), Buffer.from(rows(), 'latin1')]) {
      const id = await load(bytes);
      const [row] = (await get(`/${id}/rows`)).body.items;
      expect((await api.get(`/api/v1/sims/${row.subject}`, ours.key)).body).toMatchObject({ note: 'Müller' });
    }
  });

  it('puts SIMs into the account of a company when it is told to', async () => {
    const company = await createCompany(api.as(ours.organization), { name: 'Buyer', currency: 'EUR' });
    const id = await load(`iccid\n${iccid()}\n`, `dryRun=false&company=${publicId('company', company.id)}`);
    const [row] = (await get(`/${id}/rows`)).body.items;
    const { body: sim } = await api.get(`/api/v1/sims/${row.subject}`, ours.key);
    expect(sim).toMatchObject({ registered: true, company: { id: publicId('company', company.id) } });
  });

  it('is cancelled between chunks, goes on where it was, and tries failed rows again', async () => {
    const [taken, ...rest] = Array.from({ length: 2_500 }, iccid);
    const lines = ['iccid,imsi,', ...rest.map((one) => `${one},`), `${taken},901700000000900`];
    const { body: operation } = await upload(lines.join('\n'));
    await work();
    const holder = await load(`iccid,imsi\n${iccid()},901700000000900\n`);
    await post(`/${operation.id}/start`);
    await work(1);
    expect((await post(`/${operation.id}/cancel`)).body).toMatchObject({
      state: 'cancelled',
      progress: { done: '1000' },
    });
    await work();
    expect((await get(`/${operation.id}`)).body.operation.progress.done).toBe('1000');
    expect((await post(`/${operation.id}/start`)).body.error.code).toBe('operation.cancelled');
    expect((await post(`/${operation.id}/resume`)).status).toBe(200);
    await work();
    const { body } = await get(`/${operation.id}`);
    expect(body).toMatchObject({ operation: { state: 'done', progress: { done: '2499', failed: '1' } } });

    const [row] = (await get(`/${holder}/rows`)).body.items;
    const archived = await api.send('POST', `/api/v1/sims/${row.subject}/status`, ours.key, { status: 'archived' });
    expect((await post(`/${operation.id}/retry-failed`)).status).toBe(200);
    await work();
    const expected = archived.status === 200 ? { done: '2500', failed: '0' } : { done: '2499', failed: '1' };
    expect((await get(`/${operation.id}`)).body.operation).toMatchObject({ state: 'done', progress: expected });
  });

  it('has one effect for one Idempotency-Key, and belongs to one organization', async () => {
    const text = `iccid\n${iccid()}\n`;
    const headers = { 'idempotency-key': 'once-and-for-all' };
    const first = await upload(text, { headers });
    expect((await upload(text, { headers })).body.id).toBe(first.body.id);
    expect((await upload(`${text}1\n`, { headers })).body.error.code).toBe('idempotency.key_reused');
    const path = `/${first.body.id}`;
    for (const answer of [
      await get(path, theirs.key),
      await get(`${path}/rows`, theirs.key),
      await post(`${path}/start`, theirs.key),
    ])
      expect(answer.status).toBe(404);
    expect((await upload(text, { key: theirs.key })).body.error.code).toBe('telecom.not_found');
    await work();
    api.pass(abandonedMs / 1000 + 1);
    await sweep(api.as(ours.organization), abandonedMs);
    const { rows } = await api.owner.pool.query('select count(*)::int as pieces from operation_file_pieces');
    expect(rows).toEqual([{ pieces: 0 }]);
  });
});

describe('a file that is none', () => {
  it.each<[string, string | Buffer, string]>([
    ['nothing', '', 'file.empty'],
    ['no header', `${iccid()},1\n`, 'csv.header'],
    ['a column twice', 'iccid,note,note\n', 'csv.header'],
    ['a million columns', `iccid,${'x,'.repeat(1_000_000)}\n`, 'csv.line_too_long'],
    ['500 columns', `iccid,${'x,'.repeat(500)}\n`, 'csv.header'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]), 'csv.header'],
    ['half a UTF-16 character', Buffer.from([0xff, 0xfe, 0x69, 0x00, 0x00, 0xd8, 0x69, 0x00]), 'csv.not_text'],
  ])('is refused with %s', async (_what, body, code) => {
    const answer = await upload(body);
    expect([answer.status, answer.body.error.code]).toEqual([400, code]);
  });

  it('is refused by its type, and without permission', async () => {
    expect((await upload('iccid\n', { headers: { 'content-type': 'application/json' } })).status).toBe(415);
    const key = await api.key(ours.organization, { permissions: ['operations.operation.view'] });
    expect((await upload('iccid\n', { key })).status).toBe(403);
  });

  it('ends the operation where it cannot be read on, with the rows before it reported', async () => {
    const { body } = await upload(`iccid,note\n${iccid()},x\n${iccid()},"${'y\n'.repeat(200_000)}`);
    await work();
    expect((await get(`/${body.id}`)).body.operation).toMatchObject({
      state: 'failed',
      error: { code: 'csv.line_too_long' },
      progress: { rows: '1' },
      can: [],
    });
  });

  const megabytes = Number(process.env.GARBAGE_MB ?? 64);
  it.each<[string, () => Buffer, string]>([
    ['one endless line', () => Buffer.alloc(65_536, 'x'), 'csv.line_too_long'],
    ['random bytes', () => Buffer.from(Array.from({ length: 65_536 }, (_, i) => (i * 7919) % 256)), 'csv.not_text'],
    ['a million columns', () => Buffer.alloc(65_536, 'x,'), 'csv.line_too_long'],
  ])(`takes ${megabytes} MB of %s in bounded memory`, async (_what, make, code) => {
    const part = make();
    let most = 0;
    const before = process.memoryUsage.rss();
    const parts = function* () {
      for (let i = 0; i < megabytes * 16; i++) {
        if (i % 64 === 0) most = Math.max(most, process.memoryUsage.rss() - before);
        yield part;
      }
    };
    const from = performance.now();
    const { body } = await upload(Readable.from(parts()));
    console.log(`${_what}: ${Math.round(performance.now() - from)} ms, RSS at most ${Math.round(most / 1e6)} MB more`);
    expect(body.error.code).toBe(code);
    expect(most).toBeLessThan(256_000_000);
  });
});
