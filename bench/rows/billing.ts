import { beginDueRuns, billRun, changeSettings } from '../../apps/server/src/billing/index.ts';
import { contextFor, type Runtime, systemActor, systemClock } from '../../apps/server/src/kit/ctx.ts';
import { advance } from '../../apps/server/src/operations/index.ts';
import { rollAllDue } from '../../apps/server/src/periods/index.ts';
import { openMeter } from '../machine.ts';
import { openStore, type Store } from '../store.ts';
import type { Row } from '../table.ts';
import { charge } from './charging.ts';

const day = 86_400_000;

/**
 * A bill run over lines that all have a fee and usage, approved as it goes: claims, items, invoices, the ledger. Beside it, what the same
 * number of items costs PostgreSQL to copy, in the same store: nothing decided, nothing looked up.
 */
export async function billingRows(lines: number, say: (text: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  for (const companies of [Math.max(2, Math.round(lines / 1000)), 1]) {
    say(
      `making ${lines.toLocaleString('en')} lines of ${companies === 1 ? 'one company' : `${companies} companies`}, with a month of usage`,
    );
    const store = await openStore({
      ...{ sims: lines, companies, together: true, startsAt: new Date(Date.now() - 2 * day) },
    });
    try {
      rows.push(await billed(store, lines, companies, say));
    } finally {
      await store.close();
    }
  }
  return rows;
}

async function billed(store: Store, lines: number, companies: number, say: (text: string) => void): Promise<Row> {
  await charge(store, new BigUint64Array(lines), 0.01, { window: 10_000 });
  // The month passes: the product's clock is ahead of the machine's from here on.
  const clock = { now: () => new Date(systemClock.now().getTime() + 65 * day) };
  const runtime: Runtime = { ...store.runtime, clock };
  const ctx = () => contextFor(runtime, store.organization, systemActor('bench'));
  say('rolling over');
  while ((await rollAllDue(ctx(), 1_000)) > 0);
  await changeSettings(ctx(), store.organization.id, { approval: 'automatic' });
  await store.settle();

  say('billing');
  const meter = openMeter(store.embedded.pid);
  const begun = performance.now();
  let rssBytes = 0;
  let longest = 0;
  let pieces = 0;
  for (;;) {
    const piece = performance.now();
    const worked = await advance(runtime, store.organization, { [billRun.name]: billRun }, 1);
    longest = Math.max(longest, performance.now() - piece);
    rssBytes = Math.max(rssBytes, process.memoryUsage().rss);
    pieces += worked;
    if (worked === 0 && (await beginDueRuns(ctx())) === 0) break;
  }
  const seconds = (performance.now() - begun) / 1000;
  const used = meter.read();
  meter.stop();
  say('counting');
  // The analyst of the server comes by every minute; what counts all does not wait for it.
  await store.owner.pool.query('analyze');
  const found = await counts(store);
  const copied = await copyItems(store);
  const drift = await store.drift();
  const right = drift.length === 0 && found.unbilled === '0' && found.sources >= 3 * lines && found.lines === lines;
  return {
    name: `bill runs over ${lines.toLocaleString('en')} lines of ${companies === 1 ? 'one company' : `${companies} companies`}, approved`,
    ...{ offered: lines, answered: found.lines, lost: lines - found.lines, rate: lines / seconds, rssBytes },
    ...{ nodeUs: used.nodeUs / lines, postgresUs: used.postgresUs / lines },
    ratio: { value: seconds / copied, of: 'copying its items' },
    target: '100,000 < 120 s',
    met: right && lines >= 100_000 && seconds < 120,
    notes: [
      `${seconds.toFixed(1)} s, ${pieces} database transactions, the longest ${(longest / 1000).toFixed(1)} s; ${found.invoices} invoices with ${found.items.toLocaleString('en')} items of ${found.sources.toLocaleString('en')} fees and periods; copying the items ${copied.toFixed(1)} s`,
      right
        ? 'nothing is unbilled, every line is billed, no drift'
        : `not as it should be: ${JSON.stringify(found)}, ${drift.slice(0, 3).join(' ')}`,
    ],
  };
}

type Counts = { invoices: number; items: number; lines: number; sources: number; unbilled: string };

async function counts(store: Store): Promise<Counts> {
  const { rows } = await store.owner.pool.query(
    `select (select count(*) from invoices)::int as invoices, (select count(*) from bill_items)::int as items,
            (select count(distinct line_id) from bill_items)::int as lines, (select count(*) from billed_sources)::int as sources,
            (select coalesce(sum(micros), 0) from (
               select sum(amount_micros) as micros from fees f where f.at < (select max(cut_at) from pre_bills)
                  and not exists (select from billed_sources s where s.source_kind = 'fee' and s.source_id = f.id)
               union all select sum(charge_micros) from billing_periods p where state = 'closed' and ends_at < (select max(cut_at) from pre_bills)
                  and not exists (select from billed_sources s where s.source_kind = 'period' and s.source_id = p.id)) u)::text as unbilled`,
  );
  return rows[0];
}

/** Seconds that PostgreSQL takes to write the same items once more, into a table with the same keys. */
async function copyItems(store: Store): Promise<number> {
  await store.owner.pool.query('create table bill_items_copy (like bill_items including all)');
  await store.settle();
  const begun = performance.now();
  await store.owner.pool.query('insert into bill_items_copy select * from bill_items');
  return (performance.now() - begun) / 1000;
}
