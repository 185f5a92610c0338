import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mixedPlans, mixPlans } from './mix.ts';
import { startProduct } from './product.ts';
import { billingRows } from './rows/billing.ts';
import { type Counters, charge, debitOneRow } from './rows/charging.ts';
import { documentsRow } from './rows/documents.ts';
import { growthRows } from './rows/growth.ts';
import { poolRows } from './rows/pool.ts';
import { freeRadiusRow, radiusRows } from './rows/radius.ts';
import { rolloverRow } from './rows/rollover.ts';
import { soakRow } from './rows/soak.ts';
import { verdictRow } from './rows/verdict.ts';
import { whatIfRow } from './rows/what-if.ts';
import { machine, openStore, type Store } from './store.ts';
import { asText, type Row, writeMarkdown } from './table.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    sims: { type: 'string', default: '100000' },
    due: { type: 'string', default: '1000000' },
    stored: { type: 'string', default: '1000000,10000000,30000000' },
    records: { type: 'string', default: '10000000' },
    only: { type: 'string' },
    soak: { type: 'string' },
    rate: { type: 'string', default: '3000' },
    drift: { type: 'boolean', default: false },
    markdown: { type: 'string' },
    /** For a child of this program: the rows as JSON into this file, and no table. */
    rows: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const sims = Number(values.sims);
/** What a run without `--only` measures; growth and what-if fill tables for long, and are asked for by name. */
const usual = ['charging', 'mix', 'radius', 'freeradius', 'verdict', 'pool', 'rollover'];
const known = [...usual, 'billing', 'documents', 'growth', 'what-if', 'inventory', 'import', 'soak'];
const wanted = values.soak ? ['soak'] : (values.only?.split(',') ?? usual);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0 || !(seconds > 0) || !(sims >= 1000)) {
  console.error(
    `npm run bench -- [--seconds 60] [--sims 100000] [--only ${known.join(',')}] [--soak 30m] [--markdown file]`,
  );
  process.exit(2);
}

// A run that is broken off takes its database server with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const begun = performance.now();
const rows: Row[] = [];
/** What the stores of this run stood on. */
let stood = '';
const say = (text: string) => console.log(`${((performance.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${text}`);
const want = (name: string) => wanted.includes(name);
const add = (...more: Row[]) => {
  rows.push(...more);
  for (const row of more)
    say(`${row.name}: ${row.rate === undefined ? (row.notes?.join('; ') ?? '') : `${Math.round(row.rate)}/s`}`);
};

async function withStore(
  options: Parameters<typeof openStore>[0],
  work: (store: Store) => Promise<void>,
): Promise<void> {
  say(`making ${options.sims.toLocaleString('en')} SIMs`);
  const store = await openStore(options);
  try {
    await work(store);
    await noDrift(store);
  } finally {
    await store.close();
  }
}

/** Whatever was measured counts only if it was charged to the byte and to the millionth of a cent. */
async function noDrift(store: Store): Promise<void> {
  const drift = await store.drift();
  say(drift.length === 0 ? 'no drift' : `DRIFT: ${drift.slice(0, 5).join(' ')}`);
  if (drift.length > 0)
    add({ name: 'laws broken by the rows above', target: 'none', met: false, notes: drift.slice(0, 5) });
}

async function chargingRows(): Promise<void> {
  let baseline = 0;
  let spread = 0;
  await withStore({ sims, companies: Math.max(1, Math.round(sims / 100)) }, async (store) => {
    const counters = new BigUint64Array(sims);
    say('opening a session for every SIM');
    await charge(store, counters, 0.01, { window: 10_000 });
    const single = await charge(store, counters, seconds, { window: 64, batchBound: 1, shards: 8 });
    baseline = single.rate;
    add({ name: 'charged one by one, 8 writers (baseline)', ...single, ratio: { value: 1, of: 'one by one' } });
    const { window, tried } = await bestWindow(store, counters);
    const batched = await charge(store, counters, seconds, { window });
    spread = batched.rate;
    add({
      name: `charged in batches, ${sims.toLocaleString('en')} SIMs, window ${window.toLocaleString('en')}`,
      ...batched,
      notes: [`windows tried: ${tried}`],
      ratio: { value: spread / baseline, of: 'one by one' },
      target: '≥ 25,000/s and ≥ 6 ×',
      met: spread >= 25_000 && spread / baseline >= 6,
    });
    const debit = await debitOneRow(store, Math.min(10, seconds));
    add({ ...debit, ratio: { value: (debit.rate ?? 0) / baseline, of: 'one by one' } });
  });
  await withStore({ sims: 10_000, companies: 1 }, async (store) => {
    const counters = new BigUint64Array(10_000);
    const hot = await charge(store, counters, seconds, { window: 10_000 });
    add({
      name: 'charged in batches, one payer of 10,000 SIMs',
      ...hot,
      ratio: { value: hot.rate / spread, of: 'spread' },
      target: 'not slower than spread',
      met: hot.rate >= spread,
    });
  });
}

/** Every type of plan in equal shares, beside the same lines on one plan in the same run. */
async function mixRows(): Promise<void> {
  const window = 10_000;
  const companies = Math.max(1, Math.round(sims / 100));
  let single = 0;
  await withStore({ sims, companies }, async (store) => {
    const one = await charge(store, new BigUint64Array(sims), seconds, { window });
    single = one.rate;
    add({ name: `charged in batches, one plan, ${sims.toLocaleString('en')} SIMs`, ...one });
  });
  await withStore({ sims, companies }, async (store) => {
    await mixPlans(store);
    const mixed = await charge(store, new BigUint64Array(sims), seconds, { window });
    add({
      name: `charged in batches, ${mixedPlans.length} types of plans`,
      ...mixed,
      ratio: { value: mixed.rate / single, of: 'one plan' },
      target: '≥ 80 % of one plan',
      met: mixed.rate / single >= 0.8,
    });
  });
}

async function bestWindow(store: Store, counters: Counters): Promise<{ window: number; tried: string }> {
  const found: { window: number; rate: number }[] = [];
  for (const window of [5_000, 10_000, 20_000]) {
    found.push({ window, rate: (await charge(store, counters, Math.min(6, seconds), { window })).rate });
  }
  const best = found.reduce((a, b) => (b.rate > a.rate ? b : a));
  return { window: best.window, tried: found.map((f) => `${f.window}: ${Math.round(f.rate)}/s`).join(', ') };
}

async function radius(): Promise<void> {
  await withStore({ sims }, async (store) => {
    let ours: Row | undefined;
    if (want('radius')) {
      const product = await startProduct(store);
      const measured = await radiusRows(store, product, sims, seconds);
      await product.stop();
      ours = measured[0];
      add(...measured);
    }
    if (want('freeradius') || want('radius')) {
      const peer = await freeRadiusRow(store, sims, seconds);
      add(peer);
      if (ours?.rate && peer.rate) {
        const value = ours.rate / peer.rate;
        rows.push({
          name: 'RADIUS accounting by FreeRADIUS',
          ratio: { value, of: 'FreeRADIUS' },
          target: '≥ 2 ×',
          met: value >= 2,
        });
      }
    }
  });
}

async function verdict(): Promise<void> {
  await withStore({ sims, dataLimitMb: 1n }, async (store) => {
    const product = await startProduct(store);
    add(await verdictRow(store, product, sims, seconds));
    await product.stop();
  });
}

/** Members of the one pool that is measured. */
const poolMembers = 10_000;

async function pool(): Promise<void> {
  await withStore({ sims: poolMembers, companies: 1 }, async (store) => {
    const product = await startProduct(store);
    add(...(await poolRows(store, product, poolMembers, seconds)));
    await product.stop();
  });
}

/** Runs one group of rows in a process of its own, with the options of this one. */
async function inChild(only: string): Promise<void> {
  const file = join(mkdtempSync(join(tmpdir(), 'simwright-bench-')), 'rows.json');
  const sizes = ['--seconds', values.seconds, '--sims', values.sims, '--due', values.due];
  const options = ['--only', only === 'radius' && !want('radius') ? 'freeradius' : only, '--rows', file, ...sizes];
  const args = [...process.execArgv, import.meta.filename, ...options];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the bench of ${only} ended with ${status}`);
  const told = JSON.parse(readFileSync(file, 'utf8')) as { stood: string; rows: Row[] };
  stood = told.stood;
  rows.push(...told.rows);
}

/** Benches that live in files of their own, with a report of their own. */
function elsewhere(name: string): void {
  const file = join(import.meta.dirname, `${name}.ts`);
  if (!existsSync(file)) {
    add({ name, notes: ['skipped, there is no such bench here'] });
    return;
  }
  const { status } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', file], { stdio: 'inherit' });
  add({ name: `${name}, reported above`, met: status === 0 });
}

/** What is measured in one process. */
const groups: Record<string, () => Promise<void>> = {
  charging: chargingRows,
  mix: mixRows,
  radius,
  verdict,
  pool,
  rollover: async () => add(await rolloverRow(Number(values.due), say)),
};
const together = Object.keys(groups).filter((name) => want(name) || (name === 'radius' && want('freeradius')));
// A process holds one product, and nobody pays for what another left in its memory.
for (const name of together) {
  if (together.length === 1) await groups[name]!();
  else await inChild(name);
}
if (want('growth')) add(...(await growthRows(values.stored.split(',').map(Number), seconds, sims, say)));
if (want('billing')) add(...(await billingRows(sims, say)));
if (want('documents')) add(await documentsRow(say));
if (want('what-if')) add(await whatIfRow(Number(values.records), sims, say));
for (const name of ['inventory', 'import']) if (want(name)) elsewhere(name);
if (want('soak')) add(await soakRow(duration(values.soak ?? '30m'), Number(values.rate), sims, values.drift, say));

if (values.rows) {
  writeFileSync(values.rows, JSON.stringify({ stood: machine(), rows }));
  process.exit(0);
}

const limit = 600 * 2 ** 20;
const heaviest = Math.max(0, ...rows.map((row) => row.rssBytes ?? 0));
if (heaviest > 0)
  rows.push({
    name: 'Node processes together, at most',
    rssBytes: heaviest,
    target: '< 600 MB',
    met: heaviest < limit,
  });
stood ||= machine();
console.log(`\n${stood}\n\n${asText(rows)}`);
if (values.markdown) {
  writeMarkdown(values.markdown, stood, `Rows of ${seconds} s, load generator on the same cores`, rows);
}
process.exit(0);

/** `90s`, `30m`, `8h` in seconds. */
function duration(text: string): number {
  const match = /^(\d+)([smh])$/.exec(text);
  if (!match) throw new Error(`"${text}" is no duration: 90s, 30m or 8h`);
  return Number(match[1]) * { s: 1, m: 60, h: 3600 }[match[2] as 's' | 'm' | 'h'];
}
