import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { boot } from '../apps/server/src/app/boot.ts';
import { openDatabaseServer } from '../apps/server/src/app/database.ts';
import { type Config, readConfig, readSecrets } from '../apps/server/src/kit/config.ts';
import { contextFor, type Runtime, systemActor, systemClock } from '../apps/server/src/kit/ctx.ts';
import { openDatabase } from '../apps/server/src/kit/db.ts';
import { createLog } from '../apps/server/src/kit/log.ts';
import { setInstanceKey } from '../apps/server/src/kit/seal.ts';
import * as tenancy from '../apps/server/src/tenancy/index.ts';
import { fillInventory } from './inventory-world.ts';

/** What a bench of inventories needs to call the API and to sign in to the console. */
export type Keys = { apiKey: string; email: string; password: string; sims: number };

/**
 * An instance with one organization of so many SIMs, in `home`; made there unless it is there already. It is not
 * running afterwards: `boot` it with the same config.
 */
export async function prepareInventory(
  home: string,
  sims: number,
  say: (text: string) => void,
): Promise<{ config: Config; keys: Keys }> {
  mkdirSync(home, { recursive: true });
  const config: Config = {
    ...readConfig({
      SIMWRIGHT_HOME: home,
      PORT: '0',
      RADIUS_AUTH_PORT: '0',
      RADIUS_ACCT_PORT: '0',
      SIMWRIGHT_DEMO: 'off',
      LOG_LEVEL: 'error',
    }),
  };
  const file = join(home, 'bench.json');
  if (existsSync(file)) return { config, keys: JSON.parse(readFileSync(file, 'utf8')) as Keys };
  const log = createLog('error');
  const secrets = readSecrets(home);
  setInstanceKey(secrets.instanceKey);
  const server = await openDatabaseServer(config, secrets, log, () => {});
  const owner = openDatabase(server.urls.owner, 4);
  try {
    const runtime: Runtime = { database: owner, clock: systemClock, log };
    const { organization } = await tenancy.createOrganization(runtime, { name: 'A million SIMs', currency: 'EUR' });
    const ctx = contextFor(runtime, organization, systemActor('bench'));
    const password = randomBytes(12).toString('base64url');
    const email = 'owner@bench.example';
    await tenancy.createStaff(ctx, { email, name: 'Owner', password, role: 'Owner' });
    const { text: apiKey } = await tenancy.createApiKey(ctx, { name: 'bench', permissions: ['*'] });
    await fillInventory(ctx, owner, sims, say);
    const keys: Keys = { apiKey, email, password, sims };
    writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
    return { config, keys };
  } finally {
    await owner.pool.end();
    await server.stop();
  }
}

type Get = (path: string) => Promise<{
  ms: number;
  body: { items?: { id: string; iccid: string }[]; nextCursor?: string | null; total?: number };
}>;

async function measure(name: string, get: Get, paths: string[]): Promise<void> {
  const times: number[] = [];
  let size = 0;
  for (const path of paths) {
    const { ms, body } = await get(path);
    times.push(ms);
    size = Math.max(size, body.items?.length ?? body.total ?? 0);
  }
  times.sort((a, b) => a - b);
  const at = (part: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * part))]!.toFixed(1).padStart(8);
  const missed = times[Math.floor(times.length * 0.95)]! > 100 ? '  missed' : '';
  console.log(
    `| ${name.padEnd(46)} |${at(0.5)} |${at(0.95)} |${times.at(-1)!.toFixed(1).padStart(8)} | ${String(size).padStart(8)} |${missed}`,
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      home: { type: 'string' },
      sims: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '40' },
      only: { type: 'string' },
    },
  });
  const home = values.home ?? mkdtempSync(join(tmpdir(), 'simwright-inventory-'));
  const rounds = Number(values.rounds);
  const { config, keys } = await prepareInventory(home, Number(values.sims), console.log);
  const running = await boot(config, { console: false, log: createLog('error') });
  try {
    const get: Get = async (path) => {
      const from = performance.now();
      const response = await fetch(running.url + path, { headers: { authorization: `Bearer ${keys.apiKey}` } });
      const body = (await response.json()) as Awaited<ReturnType<Get>>['body'];
      const ms = performance.now() - from;
      if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
      return { ms, body };
    };
    console.log(
      `${cpus().length} × ${cpus()[0]?.model.trim() || 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}; ${keys.sims} SIMs, ${rounds} requests each, one after another, over HTTP\n`,
    );
    console.log('| request                                        |  p50 ms |  p95 ms |  max ms |  rows/n |');
    console.log('| ---                                            |     --: |     --: |     --: |     --: |');
    for (const [name, paths] of await requests(get, rounds)) {
      if (!values.only || name.includes(values.only)) await measure(name, get, paths);
    }
  } finally {
    await running.stop();
    if (!values.home) rmSync(home, { recursive: true, force: true });
  }
}

/** Each measurement and its requests: values differ from request to request where people's would. */
async function requests(get: Get, rounds: number): Promise<[string, string[]][]> {
  const list = '/api/v1/sims?limit=100';
  const ids = async (noun: string): Promise<Map<string, string>> => {
    const found = new Map<string, string>();
    let cursor = '';
    do {
      const { body } = await get(`/api/v1/${noun}?limit=200${cursor}`);
      for (const item of body.items as unknown as { id: string; name?: string; uniqueName?: string }[])
        found.set(item.name ?? item.uniqueName ?? item.id, item.id);
      cursor = body.nextCursor ? `&cursor=${encodeURIComponent(body.nextCursor)}` : '';
    } while (cursor);
    return found;
  };
  const telecoms = await ids('telecoms');
  const companies = [...(await ids('companies')).entries()].sort(([a], [b]) => a.localeCompare(b)).map(([, id]) => id);
  const plans = await ids('plans');
  const fleets = await ids('fleets');
  const again = (path: string, n = rounds) => Array.from({ length: n }, () => path);
  const each = (make: (i: number) => string, n = rounds) => Array.from({ length: n }, (_, i) => make(i));

  // SIMs from all ages, to search for; and a cursor deep in the list.
  const picked: Record<string, string | null>[] = [];
  for (let i = 0; i < 40; i++) {
    const company = companies[(i * 37) % companies.length]!;
    const { body } = await get(`/api/v1/sims?limit=50&company=${company}${i % 2 ? '&order=oldest' : ''}`);
    picked.push(...((body.items ?? []) as unknown as typeof picked).slice(i % 7, (i % 7) + 1));
  }
  const named = ((await get('/api/v1/sims?limit=100&search=meter-')).body.items ?? []) as unknown as {
    uniqueName: string;
  }[];
  const of = (field: string, cut: (text: string) => string) => {
    const texts = picked.flatMap((sim) => (sim[field] ? [cut(sim[field])] : []));
    return each((i) => `${list}&search=${texts[i % texts.length]}`);
  };
  let deep: string | null = null;
  for (let i = 0; i < 5; i++)
    deep = (await get(`${list}&company=${companies[0]}${deep ? `&cursor=${encodeURIComponent(deep)}` : ''}`)).body
      .nextCursor!;
  const last = (await get(`/api/v1/sims?limit=1&order=oldest`)).body.items![0]!;
  const edge = (await get('/api/v1/sims?limit=200&order=oldest')).body.items!.at(-1)!;
  const hex = edge.id.slice(4);
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  const cursor = encodeURIComponent(Buffer.from(JSON.stringify(['sims', uuid])).toString('base64url'));
  const t = (name: string) => telecoms.get(name)!;
  return [
    ['first page', again(list)],
    ['first page, oldest first', again(`${list}&order=oldest`)],
    ['deep page (200 from the end)', again(`${list}&cursor=${cursor}`)],
    ['status Active', again(`${list}&status=Active`)],
    ['status Invalid (rare)', again(`${list}&status=Invalid`)],
    ['status Pending (rare)', again(`${list}&status=Pending`)],
    ['status Blank, oldest first', again(`${list}&status=Blank&order=oldest`)],
    ['telecom, the oldest SIMs', again(`${list}&telecom=${t('Atlantic')}`)],
    ['telecom, the newest SIMs', again(`${list}&telecom=${t('Offline')}`)],
    ['company, any', each((i) => `${list}&company=${companies[(i * 29) % companies.length]}`)],
    ['company, the largest, page 6', again(`${list}&company=${companies[0]}&cursor=${encodeURIComponent(deep!)}`)],
    ['plan, common', again(`${list}&plan=${plans.get('Tariff 3')}`)],
    ['plan, rare and old', again(`${list}&plan=${plans.get('Rare pilot')}`)],
    ['fleet', each((i) => `${list}&fleet=${[...fleets.values()][(i * 31) % fleets.size]}`)],
    ['in stock', again(`${list}&registered=false`)],
    ['blocked', again(`${list}&blocked=true`)],
    ['label, common', again(`${list}&label=tracker`)],
    ['label, rare', again(`${list}&label=recall-7`)],
    ['online', again(`${list}&online=true`)],
    [
      'status + telecom + plan',
      again(`${list}&status=Suspended&telecom=${t('Meridian')}&plan=${plans.get('Tariff 5')}`),
    ],
    ['status + company', each((i) => `${list}&status=Active&company=${companies[(i * 41) % companies.length]}`)],
    [
      'blocked + company + telecom',
      each((i) => `${list}&blocked=true&telecom=${t('Atlantic')}&company=${companies[i]}`),
    ],
    ['nothing: Pending on the offline telecom', again(`${list}&status=Pending&telecom=${t('Offline')}`)],
    ['search: whole ICCID', of('iccid', (x) => x)],
    ['search: ICCID, last 6', of('iccid', (x) => x.slice(-6))],
    ['search: ICCID, 8 in the middle', of('iccid', (x) => x.slice(8, 16))],
    ['search: ICCID, 4 in the middle', of('iccid', (x) => x.slice(10, 14))],
    ['search: ICCID prefix of the newest SIMs', again(`${list}&search=8901260`)],
    ['search: ICCID prefix of the oldest SIMs', again(`${list}&search=8944501`)],
    ['search: "89"', again(`${list}&search=89`)],
    ['search: IMSI, last 7', of('imsi', (x) => x.slice(-7))],
    ['search: MSISDN, last 7', of('msisdn', (x) => x.slice(-7))],
    ['search: EID, last 10', again(`${list}&search=32452843`)],
    ['search: name', each((i) => `${list}&search=${named[i % Math.max(1, named.length)]?.uniqueName ?? 'meter-'}`)],
    ['search: no hit', each((i) => `${list}&search=77777${String(i * 7919).padStart(6, '7')}999`)],
    ['search: no hit, letters', again(`${list}&search=no-such-name`)],
    [
      'search within a company',
      each((i) => `${list}&company=${companies[i]}&search=${picked[i % picked.length]?.iccid?.slice(-4)}`),
    ],
    [
      'search within a status',
      each((i) => `${list}&status=Active&search=${picked[i % picked.length]?.iccid?.slice(-5)}`),
    ],
    ['counts, all', again('/api/v1/sims/counts')],
    ['counts, company', each((i) => `/api/v1/sims/counts?company=${companies[i]}`)],
    ['counts, status + plan', again(`/api/v1/sims/counts?status=Active&plan=${plans.get('Tariff 3')}`)],
    [
      'counts of a search, rare',
      of('iccid', (x) => x.slice(-6)).map((p) => p.replace('/sims?limit=100&', '/sims/counts?')),
    ],
    ['counts of a search, common', again('/api/v1/sims/counts?search=8944501')],
    ['counts of a label', again('/api/v1/sims/counts?label=tracker')],
    ['facets, all', again('/api/v1/sims/facets')],
    ['facets, company + status', each((i) => `/api/v1/sims/facets?status=Active&company=${companies[i]}`)],
    ['overview', again('/api/v1/overview')],
    ['one SIM', each((i) => `/api/v1/sims/${(picked[i % picked.length] as { id?: string }).id ?? last.id}`)],
  ];
}

if (import.meta.main) await main();
