import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseDecimal } from '@simwright/measure';
import * as catalog from '../../apps/server/src/catalog/index.ts';
import { contextFor, systemActor } from '../../apps/server/src/kit/ctx.ts';
import { publicId } from '../../apps/server/src/kit/ids.ts';
import * as tenancy from '../../apps/server/src/tenancy/index.ts';
import { nodeRss, openMeter } from '../machine.ts';
import { startProduct } from '../product.ts';
import { openStore, type Store } from '../store.ts';
import type { Row } from '../table.ts';

const days = 30;
const target = 60_000;
const longestStall = 50;

/**
 * What a whole organization's last 30 days would have cost on five plans, of different kinds and one with zones, over so many
 * usage records: asked for over HTTP, as a person does.
 */
export async function whatIfRow(records: number, sims: number, say: (text: string) => void): Promise<Row> {
  // Active for nearly the whole window, and no period is due meanwhile.
  const store = await openStore({ sims, startsAt: new Date(Date.now() - (days - 2) * 86_400_000) });
  try {
    say(`storing ${records.toLocaleString('en')} usage records and their hourly sums`);
    await fillHours(store, records, sims);
    await store.settle();
    const { key, plans } = await offers(store);
    const product = await startProduct(store);
    try {
      say(`asking about ${plans.length} plans`);
      const ask = (span: number) => whatIf(product.url, key, span, plans);
      // The first answer is somebody else's warm-up.
      await ask(1);
      const meter = openMeter(store.embedded.pid);
      const loop = monitorEventLoopDelay({ resolution: 5 });
      loop.enable();
      const rssBefore = nodeRss();
      const began = performance.now();
      const answer = await ask(days);
      const ms = performance.now() - began;
      loop.disable();
      const used = meter.read();
      meter.stop();
      const stall = loop.max / 1e6;
      const lines = answer.candidates.map((one) => one.lines);
      const right = answer.lines === sims && BigInt(answer.bytes) > 0n && lines.every((n) => n === sims);
      return {
        name: `what-if: ${days} days of ${sims.toLocaleString('en')} SIMs under ${plans.length} plans`,
        offered: records,
        answered: records,
        rate: records / (ms / 1000),
        rssBytes: used.rssBytes,
        nodeUs: used.nodeUs / records,
        postgresUs: used.postgresUs / records,
        target: `≤ ${target / 1000} s, loop never held for ${longestStall} ms`,
        met: right && ms <= target && stall <= longestStall,
        notes: [
          `${(ms / 1000).toFixed(1)} s for ${records.toLocaleString('en')} usage records; the event loop was held for ${stall.toFixed(0)} ms at most`,
          `resident memory ${mb(rssBefore)} MB before, ${mb(used.rssBytes)} MB at most; database ${await store.size()}`,
          ...(right ? [] : [`rated ${lines.join(', ')} of ${answer.lines} SIMs`]),
        ],
      };
    } finally {
      await product.stop();
    }
  } finally {
    await store.close();
  }
}

type Answer = { lines: number; bytes: string; candidates: { lines: number }[] };

async function whatIf(url: string, key: string, days: number, plans: string[]): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/what-if`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ days, candidates: plans.map((plan) => ({ plan })) }),
    signal: AbortSignal.timeout(2 * target),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`what-if answered ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as Answer;
}

const perStatement = 1_000_000;

/** Records in the order of time, as the network tells them, in four networks; and the hours that charging adds them up in. */
async function fillHours({ owner, population: p, nasId }: Store, records: number, sims: number): Promise<void> {
  for (let from = 0; from < records; from += perStatement) {
    const to = Math.min(records, from + perStatement);
    await owner.pool.query(
      `insert into usage_records (organization_id, occurred_at, line_id, source_id, source_key, received_at, bytes_up, bytes_down, plmn,
                                  fleet_id, charge_micros, period_id, batch_id, position)
       select $1, at, bench_id('sim', $2, n * 7919 % $3), $4, md5('usage' || n)::uuid, at, 1000, n % 900000,
              (array['26201', '26202', '20801', '310410'])[1 + (n % 7)::int % 4], $5, 100, bench_id('period', $2, n * 7919 % $3),
              bench_id('batch', $2, n / 1000), (n % 1000)::int
         from generate_series($6::bigint, $7::bigint - 1) n,
              lateral (select now() - interval '${days} days' + interval '${days} days' * (n::float8 / $8::float8)) as a(at)`,
      [p.organizationId, p.madeAtMs, sims, nasId, p.fleetId, from, to, records],
    );
  }
  await owner.pool.query(
    `insert into usage_hourly (organization_id, line_id, hour, plmn, fleet_id, bytes_up, bytes_down, charge_micros, records)
     select organization_id, line_id, date_trunc('hour', occurred_at), plmn, fleet_id, sum(bytes_up), sum(bytes_down), sum(charge_micros), count(*)
       from usage_records where organization_id = $1 group by 1, 2, 3, 4, 5 order by 3`,
    [p.organizationId],
  );
  await owner.pool.query('analyze');
}

/** Plans of different kinds, one of them by zone, and the key of somebody who asks. */
async function offers({ runtime, organization }: Store): Promise<{ key: string; plans: string[] }> {
  const ctx = contextFor(runtime, organization, systemActor('bench'));
  const { text: key } = await tenancy.createApiKey(ctx, { name: 'bench', permissions: ['*'] });
  const price = (text: string) => {
    const read = parseDecimal(text);
    return read.ok ? read.value : { digits: 0n, scale: 0 };
  };
  const zone = { id: '00000000-0000-7000-8000-0000000000aa', name: 'Germany', countries: ['DE'], plmns: [] };
  const kinds: [catalog.PlanType, Partial<catalog.PlanTerms>][] = [
    ['pay_per_mb', { feeMicros: 100_000_000n, pricePerMb: price('0.05') }],
    [
      'pay_per_mb',
      {
        ...{ pricePerMb: price('0.09'), zones: [zone] },
        rates: [
          { service: 'data', zoneId: zone.id, pricing: { model: 'per_unit', price: price('0.02'), increment: null } },
        ],
      },
    ],
    [
      'monthly_bundle',
      {
        ...{ feeMicros: 500_000_000n, allowanceBytes: 30_000_000n, prorated: true },
        ...{ overageSizeBytes: 10_000_000n, overagePriceMicros: 100_000_000n },
      },
    ],
    ['unlimited', { feeMicros: 2_000_000_000n }],
    [
      'prepaid',
      {
        validityDays: 30,
        refills: [
          { id: 'small', amountBytes: 25_000_000n, priceMicros: 300_000_000n },
          { id: 'large', amountBytes: 60_000_000n, priceMicros: 600_000_000n },
        ],
      },
    ],
  ];
  const plans: string[] = [];
  for (const [i, [type, terms]] of kinds.entries()) {
    const whole = { ...catalog.emptyTerms(type, organization.currency, 1000), ...terms };
    plans.push(publicId('plan', (await catalog.createPlan(ctx, { name: `Candidate ${i + 1}`, terms: whole })).plan.id));
  }
  return { key, plans };
}

function mb(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
