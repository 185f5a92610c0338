import type { Database } from '../src/kit/db.ts';

/**
 * Large inventories as rows, made by the owner of the schema in a few statements: what a year of imports, activations
 * and usage leaves behind, in seconds. Ids look like those that the product makes (time first, then random), so that
 * indexes have the shape they would have.
 */

/** How a benched organization is made up. */
export type Population = {
  organizationId: string;
  telecomId: string;
  planId: string;
  planVersionId: string;
  fleetId: string | null;
  currency: string;
  sims: number;
  companies: number;
  /** SIM number `n` belongs to company `n % companies`; together: each company has its SIMs one after the other. */
  together: boolean;
  /** Open active periods: the first began at `startsAt`, each SIM `spreadSeconds / sims` later than the one before. */
  startsAt: Date;
  spreadSeconds: number;
  /** Milliseconds since 1970 that ids begin with. */
  madeAtMs: number;
};

const makeId = `create or replace function bench_id(kind text, made bigint, n bigint) returns uuid language sql immutable parallel safe as $$
  select (lpad(to_hex(made + n / 50), 12, '0') || '7' || substr(md5(kind || n), 1, 3) || '8' || substr(md5(kind || n), 4, 15))::uuid $$`;

/** 15 digits; the generator knows SIMs by number. */
export function imsiOf(n: number): string {
  return `90170${String(n).padStart(10, '0')}`;
}

export async function fill(owner: Database, p: Population): Promise<void> {
  const client = await owner.pool.connect();
  const run = (text: string, values: unknown[] = []) => client.query(text, values);
  const ids = [p.organizationId, p.madeAtMs];
  const company = p.together ? `n / ${Math.ceil(p.sims / p.companies)}` : `n % ${p.companies}`;
  try {
    await run(makeId);
    await run(
      `insert into companies (organization_id, id, name, currency, auth_token_sealed, created_at)
       select $1, bench_id('company', $2, n), 'Company ' || n, $3, '\\x00', now() from generate_series(0, $4::bigint - 1) n`,
      [...ids, p.currency, p.companies],
    );
    await run(
      `insert into ledger_accounts (organization_id, id, kind, owner_id, currency, balance_micros)
       select $1, bench_id('account', $2, n), 'unbilled', bench_id('company', $2, n), $3, 0 from generate_series(0, $4::bigint - 1) n`,
      [...ids, p.currency, p.companies],
    );
    await run(
      `insert into sims (organization_id, id, telecom_id, iccid, iccid_check_digit, imsi, company_id, fleet_id, lifecycle,
                         registered_at, created_at, updated_at)
       select $1, bench_id('sim', $2, n), $3, '8988307' || lpad(n::text, 12, '0'), 'absent', '90170' || lpad(n::text, 10, '0'),
              bench_id('company', $2, ${company}), $4, 'active', $5, $5, $5 from generate_series(0, $6::bigint - 1) n`,
      [...ids, p.telecomId, p.fleetId, p.startsAt, p.sims],
    );
    await run(
      `insert into carrier_lines (organization_id, line_id, telecom_id, iccid, imsi, link, desired_state, reported_state)
       select organization_id, id, telecom_id, iccid, imsi, 'ok', 'active', 'active' from sims where organization_id = $1`,
      [p.organizationId],
    );
    await run(
      `insert into plan_assignments (organization_id, id, line_id, plan_id, plan_version_id, source, starts_at, assigned_by)
       select $1, bench_id('assignment', $2, n), bench_id('sim', $2, n), $3, $4, 'fleet', $5, 'bench'
         from generate_series(0, $6::bigint - 1) n`,
      [...ids, p.planId, p.planVersionId, p.startsAt, p.sims],
    );
    await run(
      `insert into billing_periods (organization_id, id, line_id, kind, starts_at, ends_at, planned_ends_at, anchor_local, anchor_zone,
                                    plan_version_id, payer_id, created_at, updated_at)
       select $1, bench_id('period', $2, n), bench_id('sim', $2, n), 'active', at, at + interval '1 month', at + interval '1 month',
              at at time zone 'UTC', 'UTC', $3, bench_id('account', $2, ${company}), at, at
         from generate_series(0, $4::bigint - 1) n,
              lateral (select date_trunc('milliseconds', $5::timestamptz + n * ($6::float8 / $4::float8) * interval '1 second') as at) a`,
      [...ids, p.planVersionId, p.sims, p.startsAt, p.spreadSeconds],
    );
    // The analyst of the server comes by every minute; a bench does not wait for it.
    await run('analyze');
    await feesOfOpenPeriods(run, p);
    // Listings and their counts by the product's own function, some thousand lines at a time.
    await run(
      `select relist_sims($1, ids)
         from (select array_agg(id) as ids
                 from (select id, row_number() over (order by id) / 5000 as part from sims where organization_id = $1) s group by part) p`,
      [p.organizationId],
    );
    await run('analyze');
  } finally {
    client.release();
  }
}

/**
 * Usage records as earlier charging left them: in the order of time, spread over the lines, from the first of the month
 * on. They belong to no period that adds up, so drift is not looked for where they are.
 */
export async function fillUsage(
  owner: Database,
  p: Population & { nasId: string },
  from: number,
  to: number,
): Promise<void> {
  const perStatement = 1_000_000;
  for (let at = from; at < to; at += perStatement) {
    const end = Math.min(to, at + perStatement);
    await owner.pool.query(
      `insert into usage_records (organization_id, occurred_at, line_id, source_id, source_key, session_id, received_at, bytes_up, bytes_down,
                                  plmn, fleet_id, charge_micros, period_id, batch_id, position)
       select $1, at, bench_id('sim', $2, n * 7919 % $3), $4, md5('usage' || n)::uuid, null, at, 1000, 0, '26201', $5, 100,
              bench_id('period', $2, n * 7919 % $3), bench_id('batch', $2, n / 1000), (n % 1000)::int
         from generate_series($6::bigint, $7::bigint - 1) n,
              lateral (select date_trunc('month', now()) + (now() - date_trunc('month', now())) * (n::float8 / 40000000) as at) a`,
      [p.organizationId, p.madeAtMs, p.sims, p.nasId, p.fleetId, at, end],
    );
  }
  await owner.pool.query('analyze usage_records');
}

type Run = (text: string, values?: unknown[]) => Promise<unknown>;

/** What the open periods cost: a recurring fee each, and one transfer for each payer that owes them. */
async function feesOfOpenPeriods(run: Run, p: Population): Promise<void> {
  await run(
    `insert into fees (organization_id, id, line_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency, at)
     select b.organization_id, gen_random_uuid(), b.line_id, b.id, b.plan_version_id, b.payer_id, 'recurring', v.fee_micros, v.currency, b.starts_at
       from billing_periods b join plan_versions v on v.organization_id = b.organization_id and v.id = b.plan_version_id
      where b.organization_id = $1 and v.fee_micros > 0`,
    [p.organizationId],
  );
  await run(
    `insert into ledger_accounts (organization_id, id, kind, owner_id, currency)
     values ($1, bench_id('revenue', $2, 0), 'fee_revenue', $1, $3) on conflict do nothing`,
    [p.organizationId, p.madeAtMs, p.currency],
  );
  await run(
    `with sums as (
       select payer_id, sum(amount_micros)::bigint as amount from fees where organization_id = $1 group by 1
     ), moved as (
       insert into transfers (organization_id, id, idempotency_key, kind, at)
       select $1, payer_id, 'bench:' || payer_id, 'fee', $2 from sums returning id
     ), credited as (
       update ledger_accounts a set balance_micros = balance_micros + s.amount from sums s
        where a.organization_id = $1 and a.id = s.payer_id
     )
     insert into entries (organization_id, transfer_id, ledger_account_id, amount_micros, balance_after)
     select $1::uuid, m.id, m.id, s.amount, s.amount from moved m join sums s on s.payer_id = m.id
     union all
     select $1::uuid, m.id, r.id, -s.amount, null from moved m join sums s on s.payer_id = m.id
       join ledger_accounts r on r.organization_id = $1 and r.kind = 'fee_revenue' and r.currency = $3`,
    [p.organizationId, p.startsAt, p.currency],
  );
}
