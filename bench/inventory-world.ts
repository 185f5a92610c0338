import type pg from 'pg';
import * as carriers from '../apps/server/src/carriers/index.ts';
import * as catalog from '../apps/server/src/catalog/index.ts';
import * as inventory from '../apps/server/src/inventory/index.ts';
import type { Ctx } from '../apps/server/src/kit/ctx.ts';
import type { Database } from '../apps/server/src/kit/db.ts';

/**
 * An inventory as rows: what years of imports leave behind, made by the owner of the schema in a few statements. It is
 * as uneven as a real one: telecoms came one after the other, so that one telecom's SIMs lie together; a few companies
 * have most of the SIMs; the newest SIMs wait in stock; some values are everywhere and some are rare and old.
 */

const telecoms = [
  { name: 'Atlantic', connector: 'radius', iccid: '8944501', imsi: '23450', share: 0.4 },
  { name: 'Meridian', connector: 'radius', iccid: '8933207', imsi: '20820', share: 0.3 },
  { name: 'Borealis', connector: 'radius', iccid: '8949017', imsi: '26217', share: 0.2 },
  { name: 'Offline', connector: 'none', iccid: '8901260', imsi: '31026', share: 0.1 },
] as const;
const companies = 1_000;
const plans = 12;

const functions = `
create or replace function bench_hash(seed bigint, n bigint) returns float8 language sql immutable parallel safe as
$$ select (hashint8extended(n, seed) & 1048575) / 1048576.0 $$;
create or replace function bench_uuid(kind text, made bigint, n bigint) returns uuid language sql immutable parallel safe as
$$ select (lpad(to_hex(made + n), 12, '0') || '7' || substr(md5(kind || n), 1, 3) || '8' || substr(md5(kind || n), 4, 15))::uuid $$;`;

/** Tables that are filled without their costly indexes and references, which are made again afterwards. */
const heavy = [
  'sims',
  'carrier_lines',
  'plan_assignments',
  'billing_periods',
  'sim_listings',
  'sessions',
  'usage_hourly',
  'blocks',
];

export async function fillInventory(
  ctx: Ctx,
  owner: Database,
  sims: number,
  say: (text: string) => void,
): Promise<void> {
  const planVersions: { planId: string; versionId: string }[] = [];
  const ids: string[] = [];
  for (const { name, connector } of telecoms) ids.push((await carriers.createTelecom(ctx, { name, connector })).id);
  for (let i = 0; i < plans; i++) {
    const terms = catalog.defaultSuperSimTerms(ctx.organization.currency, ctx.organization.unitBase);
    const { plan, version } = await catalog.createPlan(ctx, {
      name: i === 0 ? 'Rare pilot' : `Tariff ${i}`,
      superSimDefault: i === 1,
      terms,
    });
    planVersions.push({ planId: plan.id, versionId: version.id });
  }
  const profile = await inventory.createProfile(ctx, { companyId: null, uniqueName: 'bench-networks' });

  const client = await owner.pool.connect();
  const began = performance.now();
  const step = async (what: string, text: string, values: unknown[] = []) => {
    const from = performance.now();
    await client.query(text, values);
    say(`${((performance.now() - from) / 1000).toFixed(1).padStart(6)} s  ${what}`);
  };
  try {
    await client.query(
      `set synchronous_commit = off; set maintenance_work_mem = '512MB'; set work_mem = '128MB'; ${functions}`,
    );
    const again = await stripTables(client);
    const org = ctx.organization.id;
    const from = Date.parse('2024-01-01T00:00:00Z');
    await step('companies', companyRows, [org, from, companies, ctx.organization.currency]);
    await step('fleets', fleetRows, [org, from, companies, profile.id, planVersions.map((p) => p.planId)]);
    const shares = telecoms.map(({ share }) => share);
    const bounds = shares.map((_, i) => Math.round(sims * shares.slice(0, i + 1).reduce((a, b) => a + b, 0)));
    await step(`${sims} SIMs`, simRows, [
      org,
      from,
      sims,
      companies,
      ids,
      bounds,
      telecoms.map((t) => t.iccid),
      telecoms.map((t) => t.imsi),
    ]);
    await step('statistics', 'analyze sims; analyze fleets; analyze companies');
    await step('carrier links', carrierLines, [org, sims]);
    await step('plan assignments', planAssignments, [
      org,
      planVersions.map((p) => p.planId),
      planVersions.map((p) => p.versionId),
      companies,
    ]);
    await step('statistics', 'analyze carrier_lines; analyze plan_assignments');
    await step('blocks', blockRows, [org]);
    await step('billing periods', billingPeriods, [org]);
    await step('sessions', sessionRows, [org]);
    await step('usage by hour', usageRows, [org]);
    await step('totals by hour', usageTotals, [org]);
    for (const [what, statement] of again) await step(what, statement);
    await step(
      'listings',
      'insert into sim_listings (organization_id, line_id, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked) select * from sims_as_shown where organization_id = $1',
      [org],
    );
    await step(
      'counts',
      `insert into sim_counts (organization_id, shelf, aisle, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked, sims)
      select organization_id, shelf, aisle, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked, count(*)
        from sim_listings where organization_id = $1 group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11`,
      [org],
    );
    await step('statistics', 'vacuum (analyze)');
    say(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  together`);
  } finally {
    client.release();
  }
}

/** Drops what slows a bulk insert down, and returns the statements that make it again. */
async function stripTables(client: pg.PoolClient): Promise<[string, string][]> {
  const again: [string, string][] = [];
  for (const table of heavy) {
    await client.query(`alter table ${table} disable trigger user`);
    again.push([`triggers of ${table}`, `alter table ${table} enable trigger user`]);
  }
  const constraints = await client.query<{ name: string; of: string; definition: string; kind: string }>(
    `select conname as name, conrelid::regclass::text as of, pg_get_constraintdef(oid) as definition, contype as kind from pg_constraint
      where conrelid = any($1::regclass[]) and contype in ('f', 'x', 'u') order by contype`,
    [heavy],
  );
  const indexes = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index i
      where indrelid = any($1::regclass[]) and not indisprimary and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [heavy],
  );
  for (const { name, definition } of indexes.rows) {
    await client.query(`drop index ${name}`);
    again.push([name, definition]);
  }
  for (const { name, of, definition } of constraints.rows) {
    await client.query(`alter table ${of} drop constraint ${name}`);
    again.push([`${of}.${name}`, `alter table ${of} add constraint ${name} ${definition}`]);
  }
  return again;
}

const companyRows = `
insert into companies (organization_id, id, name, currency, auth_token_sealed, created_at)
select $1, bench_uuid('company', $2, n), 'Company ' || lpad(n::text, 4, '0'), $4, '\\x00', to_timestamp($2 / 1000.0)
  from generate_series(0, $3::bigint - 1) n`;

// Two fleets of each company, and none of them on the rare plan but one.
const fleetRows = `
insert into fleets (organization_id, id, company_id, unique_name, network_access_profile_id, plan_id, data_limit_mb, created_at, updated_at)
select $1, bench_uuid('fleet', $2, n), bench_uuid('company', $2, n / 2), 'fleet-' || n, $4,
       ($5::uuid[])[case when n = 13 then 1 else 2 + n % 11 end], 1000, to_timestamp($2 / 1000.0), to_timestamp($2 / 1000.0)
  from generate_series(0, $3::bigint * 2 - 1) n`;

const simRows = `
insert into sims (organization_id, id, telecom_id, iccid, iccid_check_digit, imsi, msisdn, eid, form, unique_name, labels,
                  company_id, fleet_id, lifecycle, registered_at, created_at, updated_at)
select $1, bench_uuid('sim', $2, n * 60000), ($5::uuid[])[t], ($7::text[])[t] || lpad((n * 7919 % 100000000000)::text, 12, '0'), 'absent',
       ($8::text[])[t] || lpad((n * 104729 % 10000000000)::text, 10, '0'), case when h4 < 0.6 then '88' || lpad((n * 15485863 % 10000000000)::text, 10, '0') end,
       case when h4 > 0.8 then '89049032' || lpad((n * 32452843)::text, 24, '0') end, case when h4 > 0.8 then 'esim' else 'physical' end,
       case when h4 < 0.1 then 'meter-' || lpad(n::text, 7, '0') end,
       case when n % 40000 = 17 then array['recall-7'] when h3 < 0.3 then array['meter'] when h3 < 0.5 then array['tracker', 'cold-chain'] else '{}' end,
       case when registered and h3 > 0.05 then bench_uuid('company', $2, c) end,
       case when registered and h3 > 0.05 and lifecycle <> 'blank' then bench_uuid('fleet', $2, f) end,
       lifecycle, case when registered then at end, at, at
  from generate_series(0, $3::bigint - 1) n
 cross join lateral (select bench_hash(1, n) as h1, bench_hash(2, n) as h2, bench_hash(3, n) as h3, bench_hash(4, n) as h4,
                            to_timestamp(($2 + n * 60000) / 1000.0) as at,
                            case when n < ($6::bigint[])[1] then 1 when n < ($6::bigint[])[2] then 2 when n < ($6::bigint[])[3] then 3 else 4 end as t offset 0) x
 cross join lateral (select n < $3 * 0.85 as registered, floor($4 * h1 * h1)::bigint as c offset 0) y
 cross join lateral (select c * 2 + case when c = 6 then (n % 5000 = 3)::int else (h3 * 1000)::int % 2 end as f,
                            case when not registered then 'blank' when h2 < 0.7 then 'active' when h2 < 0.82 then 'ready'
                                 when h2 < 0.9 then 'suspended' when h2 < 0.95 then 'archived' else 'blank' end as lifecycle offset 0) z`;

const carrierLines = `
insert into carrier_lines (organization_id, line_id, telecom_id, iccid, imsi, link, desired_state, reported_state)
select s.organization_id, s.id, s.telecom_id, s.iccid, s.imsi,
       case when t.connector = 'none' then 'none' when h < 0.0005 then 'error' when h < 0.0007 then 'checking' else 'ok' end,
       case when s.lifecycle in ('ready', 'active') then 'active' else 'inactive' end, 'active'
  from sims s join telecoms t on t.organization_id = s.organization_id and t.id = s.telecom_id,
       lateral (select bench_hash(5, s.iccid::bigint) as h offset 0) x
 where s.organization_id = $1 and $2::int > 0`;

const planAssignments = `
insert into plan_assignments (organization_id, id, line_id, plan_id, plan_version_id, source, starts_at, assigned_by)
select s.organization_id, gen_random_uuid(), s.id, f.plan_id, ($3::uuid[])[array_position($2::uuid[], f.plan_id)], 'fleet', s.created_at, 'bench'
  from sims s join fleets f on f.organization_id = s.organization_id and f.id = s.fleet_id
 where s.organization_id = $1 and $4::int > 0`;

const blockRows = `
insert into blocks (organization_id, id, line_id, reason, opened_at, opened_by)
select s.organization_id, gen_random_uuid(), s.id, case when h < 0.02 then 'data_limit' else 'manual' end, now(), 'bench'
  from sims s, lateral (select bench_hash(6, s.iccid::bigint) as h offset 0) x
 where s.organization_id = $1 and s.lifecycle = 'active' and h < 0.0205`;

const billingPeriods = `
insert into billing_periods (organization_id, id, line_id, kind, starts_at, ends_at, planned_ends_at, anchor_local, anchor_zone,
                             plan_version_id, payer_id, used_bytes, limit_used_bytes, created_at, updated_at)
select a.organization_id, gen_random_uuid(), a.line_id, s.lifecycle, now() - interval '10 days', now() + interval '200 days',
       now() + interval '200 days', now() - interval '10 days', 'UTC', a.plan_version_id,
       case when s.lifecycle = 'active' then coalesce(s.company_id, s.organization_id) end, 0, 0, now(), now()
  from plan_assignments a join sims s on s.organization_id = a.organization_id and s.id = a.line_id
 where a.organization_id = $1 and s.lifecycle in ('ready', 'active')`;

const sessionRows = `
insert into sessions (organization_id, id, nas_id, telecom_id, session_key, acct_session_id, line_id, imsi, state, plmn, rat, apn,
                      up_bytes, down_bytes, started_at, last_event_at, last_received_at, ended_at)
select s.organization_id, gen_random_uuid(), s.telecom_id, s.telecom_id, s.iccid || '/' || k, k::text, s.id, s.imsi,
       case when k = 0 and h < 0.25 then 'open' else 'closed' end, '26201', '6', 'internet', 1000, 9000,
       now() - interval '1 hour' - k * interval '1 day', now(), now(), case when k = 0 and h < 0.25 then null else now() end
  from sims s cross join generate_series(0, 1) k,
       lateral (select bench_hash(7, s.iccid::bigint) as h offset 0) x
 where s.organization_id = $1 and s.lifecycle = 'active' and h < 0.5`;

const usageRows = `
insert into usage_hourly (organization_id, line_id, hour, plmn, bytes_up, bytes_down, charge_micros, records)
select s.organization_id, s.id, date_trunc('hour', now()) - k * interval '7 hours', '26201', 1000, 9000, 0, 1
  from sims s cross join generate_series(0, 5) k,
       lateral (select bench_hash(7, s.iccid::bigint) as h offset 0) x
 where s.organization_id = $1 and s.lifecycle = 'active' and h < 0.3`;

const usageTotals = `
insert into usage_hourly_totals (organization_id, hour, plmn, bytes_up, bytes_down, charge_micros, records)
select $1, h, plmn, 1000000, 9000000, 0, 1000
  from generate_series(date_trunc('hour', now()) - interval '40 days', date_trunc('hour', now()), interval '1 hour') h
 cross join unnest(array['26201', '20801', '23415', '22210', '21407', '31026', '23450', '26217', '20820', '24001']) plmn`;
