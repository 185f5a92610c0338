import { parseAmount, parseDecimal } from '@simwright/measure';
import * as catalog from '../apps/server/src/catalog/index.ts';
import { contextFor, systemActor } from '../apps/server/src/kit/ctx.ts';
import type { Store } from './store.ts';

/** Types of plans in the mix: line number n is on the (n mod 8)th. */
export const mixedPlans = [
  'super_sim',
  'monthly_bundle',
  'pay_per_mb',
  'unlimited',
  'prepaid',
  'paygo',
  'static_pool',
  'dynamic_pool',
] as const;

/** What is left in prepaid balances and wallets at the end of any run: nobody is to be blocked here. */
const plenty = 10n ** 15n;
const pools = 20;

/**
 * Puts the lines of a fresh store, on which nothing was charged yet, on all types of plans in equal shares: a bundle in overage,
 * rates by zone and by steps, wallets and pools. Set-based, because a bench has a hundred thousand of them.
 */
export async function mixPlans(store: Store): Promise<void> {
  const versions = await makeVersions(store);
  const { owner, organization, population } = store;
  const run = (text: string, values: unknown[]) => owner.pool.query(text, [organization.id, ...values]);
  for (const [share, type] of mixedPlans.entries()) {
    const version = versions.get(type)!;
    const allowance = type === 'prepaid' ? plenty : version.allowanceBytes;
    const member = type === 'static_pool' || type === 'dynamic_pool';
    await run(
      `update billing_periods p
          set plan_version_id = $2, allowance_bytes = $3, pool_id = case when $4 then bench_id('pool', $5, n / 8 % $6) end
         from generate_series($7::bigint, $8::bigint - 1, 8) n
        where p.organization_id = $1 and p.id = bench_id('period', $5, n)`,
      [version.id, member ? null : allowance, member, population.madeAtMs, pools, share, population.sims],
    );
    await run(
      `update plan_assignments a
          set plan_id = $2, plan_version_id = $3, pool_id = case when $4 then bench_id('pool', $5, n / 8 % $6) end
         from generate_series($7::bigint, $8::bigint - 1, 8) n
        where a.organization_id = $1 and a.line_id = bench_id('sim', $5, n)`,
      [version.planId, version.id, member, population.madeAtMs, pools, share, population.sims],
    );
  }
  await makePools(store);
  await makeWallets(store);
  await run(
    `select relist_sims($1, ids)
       from (select array_agg(id) as ids
               from (select id, row_number() over (order by id) / 5000 as part from sims where organization_id = $1) s group by part) p`,
    [],
  );
  await owner.pool.query('analyze');
}

async function makeVersions(store: Store): Promise<Map<string, catalog.PlanVersion>> {
  const ctx = () => contextFor(store.runtime, store.organization, systemActor('bench'));
  const { currency } = store.organization;
  const mb = 1_000_000n;
  const zone = await catalog.createZone(ctx(), { name: 'Centre', countries: ['DE', 'FR'], plmns: [] });
  const zones = [{ id: zone.id, name: zone.name, countries: zone.countries, plmns: zone.plmns }];
  const step = (upTo: bigint | null, price: string) => ({ upTo, price: decimal(price) });
  const own: Record<string, Partial<catalog.PlanTerms>> = {
    super_sim: { ...catalog.superSimReadyExit, pricePerMb: decimal('0.10') },
    monthly_bundle: { allowanceBytes: mb, overageSizeBytes: mb / 10n, overagePriceMicros: money('0.40', currency) },
    pay_per_mb: {
      pricePerMb: decimal('0.10'),
      zones,
      rates: [
        {
          service: 'data',
          zoneId: zone.id,
          pricing: { model: 'graduated', steps: [step(mb, '0.08'), step(null, '0.05')], increment: 1000n },
        },
      ],
    },
    unlimited: { fairUseBytes: plenty },
    prepaid: { validityDays: 30 },
    paygo: {
      pricePerMb: decimal('0.10'),
      zones,
      rates: [
        { service: 'data', zoneId: zone.id, pricing: { model: 'per_unit', price: decimal('0.05'), increment: null } },
      ],
    },
    static_pool: {},
    dynamic_pool: { allowanceBytes: mb },
  };
  const versions = new Map<string, catalog.PlanVersion>();
  for (const type of mixedPlans) {
    const terms = { ...catalog.emptyTerms(type, currency, 1000), ...own[type] };
    const { version } = await catalog.createPlan(ctx(), { name: `Mix ${type}`, terms });
    versions.set(type, version);
  }
  return versions;
}

/** Pools in overage, so that every record of a member is priced. */
async function makePools({ owner, organization, population }: Store): Promise<void> {
  const values = [organization.id, population.madeAtMs, pools];
  await owner.pool.query(
    `insert into pools (organization_id, id, type, name, created_at)
     select $1, bench_id('pool', $2, n), 'static', 'Pool ' || n, now() from generate_series(0, $3::bigint - 1) n`,
    values,
  );
  await owner.pool.query(
    `insert into pool_versions (organization_id, id, pool_id, version, currency, mb_bytes, allowance_bytes, overage_size_bytes,
                                overage_price_micros, created_at)
     select $1, bench_id('pool version', $2, n), bench_id('pool', $2, n), 1, $4, 1000000, 1000000, 1000000, 1000000, now()
       from generate_series(0, $3::bigint - 1) n`,
    [...values, population.currency],
  );
  await owner.pool.query(
    `insert into pool_periods (organization_id, id, pool_id, pool_version_id, starts_at, ends_at, anchor_local, anchor_zone, payer_id,
                               allowance_bytes, created_at, updated_at)
     select $1, bench_id('pool period', $2, n), bench_id('pool', $2, n), bench_id('pool version', $2, n), now() - interval '1 day',
            now() + interval '20 days', now() at time zone 'UTC', 'UTC', bench_id('account', $2, n % $4), 1000000, now(), now()
       from generate_series(0, $3::bigint - 1) n`,
    [...values, population.companies],
  );
}

/** A wallet for each company with a PAYGO line, filled in one transfer each, and the payer of those lines. */
async function makeWallets({ owner, organization, population }: Store): Promise<void> {
  const values = [organization.id, population.madeAtMs];
  await owner.pool.query(
    `insert into ledger_accounts (organization_id, id, kind, owner_id, currency, balance_micros, floor_micros, enabled_at)
     select $1, bench_id('wallet', $2, n), 'wallet', bench_id('company', $2, n), $3, -$4::bigint, 0, now()
       from generate_series(0, $5::bigint - 1) n`,
    [...values, population.currency, plenty, population.companies],
  );
  await owner.pool.query(
    `insert into ledger_accounts (organization_id, id, kind, owner_id, currency) values ($1, bench_id('clearing', $2, 0), 'clearing', $1, $3)
     on conflict do nothing`,
    [...values, population.currency],
  );
  await owner.pool.query(
    `insert into transfers (organization_id, id, idempotency_key, kind, at)
     select $1, bench_id('wallet', $2, n), 'bench wallet:' || n, 'refill', now() from generate_series(0, $3::bigint - 1) n`,
    [...values, population.companies],
  );
  await owner.pool.query(
    `insert into entries (organization_id, transfer_id, ledger_account_id, amount_micros, balance_after)
     select $1::uuid, bench_id('wallet', $2, n), bench_id('wallet', $2, n), -$3::bigint, -$3::bigint from generate_series(0, $4::bigint - 1) n
     union all
     select $1::uuid, bench_id('wallet', $2, n), a.id, $3::bigint, null
       from generate_series(0, $4::bigint - 1) n, ledger_accounts a
      where a.organization_id = $1 and a.kind = 'clearing' and a.currency = $5`,
    [...values, plenty, population.companies, population.currency],
  );
  await owner.pool.query(
    `update billing_periods p set payer_id = w.id
       from sims s, ledger_accounts w, plan_versions v
      where p.organization_id = $1 and s.organization_id = $1 and s.id = p.line_id and w.organization_id = $1 and w.kind = 'wallet'
        and w.owner_id = s.company_id and v.organization_id = $1 and v.id = p.plan_version_id and v.type = 'paygo'`,
    [organization.id],
  );
}

function money(text: string, currency: string): bigint {
  const read = parseAmount(text, currency);
  if (!read.ok) throw new Error(`${text} is no amount`);
  return read.value;
}

function decimal(text: string) {
  const read = parseDecimal(text);
  if (!read.ok) throw new Error(`${text} is no decimal`);
  return read.value;
}
