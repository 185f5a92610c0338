import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/database.ts';
import { type Ctx, contextFor, type Organization, systemActor } from '../kit/ctx.ts';
import { type Database, openDatabase } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import { createLog } from '../kit/log.ts';
import { countByStatus, countFacets, foldCounts, listSims, type SimFilter } from './index.ts';
import { type BlockReason, type CarrierLink, type Lifecycle, shownStatus, shownStatuses } from './model.ts';

const now = new Date('2026-03-15T10:00:00Z');
const lifecycles: Lifecycle[] = ['blank', 'ready', 'active', 'suspended', 'archived'];
const links: (CarrierLink | null)[] = [null, 'none', 'checking', 'ok', 'error'];
/** What is outstanding at the carrier; only a change of lifecycle makes a status Pending. */
const operations = [null, 'lifecycle', 'block', 'drift', 'disconnect', 'done'] as const;
const blocks: BlockReason[][] = [[], ['data_limit'], ['manual'], ['imei'], ['data_limit', 'balance']];

type Combination = {
  id: Id;
  lifecycle: Lifecycle;
  link: CarrierLink | null;
  operation: string | null;
  open: BlockReason[];
};

describe('the shown status', () => {
  let database: Database;
  let owner: Database;
  let drop: () => Promise<void>;
  let ctx: Ctx;
  const all: Combination[] = [];

  beforeAll(async () => {
    const fresh = await freshDatabase();
    drop = fresh.drop;
    database = openDatabase(fresh.urls.app, 2);
    owner = openDatabase(fresh.urls.owner, 2);
    const organization: Organization = {
      ...{ id: randomUUID(), name: 'Status', currency: 'EUR', timeZone: 'UTC' },
      ...{
        unitBase: 1000,
        sandbox: false,
        clockOffsetMs: 0n,
        lateUsage: 'own_period' as const,
        connectionListeners: 0n,
      },
    };
    ctx = contextFor(
      { database, clock: { now: () => now }, log: createLog('silent') },
      organization,
      systemActor('test'),
    );
    for (const lifecycle of lifecycles)
      for (const link of links)
        for (const operation of link ? operations : [null])
          for (const open of blocks)
            all.push({ id: newId({ now, random: randomBytes }), lifecycle, link, operation, open });
    await insert(owner, organization.id, all);
  });
  afterAll(async () => {
    await database.pool.end();
    await owner.pool.end();
    await drop();
  });

  const expected = ({ lifecycle, link, operation, open }: Combination) =>
    shownStatus({ lifecycle, link: link ?? 'none', pending: operation === 'lifecycle', openBlocks: open });

  it('is the same in a filter as in the model, for every combination of facts', async () => {
    expect(all.length).toBe(5 * (1 + 4 * 6) * 5);
    for (const status of shownStatuses) {
      const found = await listSims(ctx, { status: [status] }, { limit: all.length });
      const wanted = all.filter((combination) => expected(combination) === status);
      expect(wanted.length, status).toBeGreaterThan(0);
      expect(found.map((sim) => sim.id).sort(), status).toEqual(wanted.map(({ id }) => id).sort());
    }
  });

  it('is the same in counts', async () => {
    const counts = new Map((await countByStatus(ctx, {})).counts.map(({ status, sims }) => [status, sims]));
    for (const status of shownStatuses) {
      expect([status, counts.get(status)]).toEqual([status, all.filter((c) => expected(c) === status).length]);
    }
  });

  it('pages through any filter whole and in order, both ways', async () => {
    const filters: [SimFilter, (c: Combination) => boolean][] = [
      [{}, () => true],
      [{ status: ['Suspended'] }, (c) => expected(c) === 'Suspended'],
      [
        { status: ['Active', 'Blank'], blocked: false },
        (c) => ['Active', 'Blank'].includes(expected(c)) && c.open.length === 0,
      ],
      [{ lifecycle: ['ready', 'archived'], registered: false }, (c) => ['ready', 'archived'].includes(c.lifecycle)],
      [{ lifecycle: ['active'], registered: true }, () => false],
      // A search is a walk or an index; a rare one finds what a walk of the newest would miss.
      [{ search: '8988307' }, () => true],
      [{ search: '000000000007', blocked: true }, (c) => all.indexOf(c) === 6 && c.open.length > 0],
    ];
    for (const [filter, fits] of filters) {
      const wanted = all
        .filter(fits)
        .map(({ id }) => id)
        .sort();
      for (const newestFirst of [true, false]) {
        const seen: Id[] = [];
        for (let after: Id | undefined; ; ) {
          const page = await listSims(ctx, filter, { after, limit: 37, newestFirst });
          seen.push(...page.map((sim) => sim.id));
          after = page.at(-1)?.id;
          if (page.length < 37) break;
        }
        expect(newestFirst ? seen.reverse() : seen, JSON.stringify(filter)).toEqual(wanted);
      }
      const { counts } = await countByStatus(ctx, filter);
      expect(
        counts.reduce((sum, { sims }) => sum + sims, 0),
        JSON.stringify(filter),
      ).toBe(wanted.length);
    }
  });

  it('facets leave their own filter out, and folding changes no count', async () => {
    const before = await countFacets(ctx, { status: ['Active'], blocked: false }, ['status', 'blocked']);
    const of = (facet: string, value: string) => before!.find((f) => f.facet === facet && f.value === value)?.sims;
    expect(of('status', 'Blank')).toBe(all.filter((c) => expected(c) === 'Blank' && c.open.length === 0).length);
    expect(of('blocked', 'true')).toBe(all.filter((c) => expected(c) === 'Active' && c.open.length > 0).length);
    await owner.pool.query(`update sims set lifecycle = 'archived' where id = any($1)`, [
      all.slice(0, 9).map(({ id }) => id),
    ]);
    await owner.pool.query('select relist_sims($1, $2)', [ctx.organization.id, all.map(({ id }) => id)]);
    const counts = await countByStatus(ctx, {});
    expect(await foldCounts(ctx)).toBeGreaterThan(0);
    expect(await foldCounts(ctx)).toBe(0);
    expect(new Set((await countByStatus(ctx, {})).counts.map((c) => JSON.stringify(c)))).toEqual(
      new Set(counts.counts.map((c) => JSON.stringify(c))),
    );
  });
});

async function insert(owner: Database, organizationId: Id, all: Combination[]): Promise<void> {
  const telecom = randomUUID();
  const { pool } = owner;
  await pool.query(
    `insert into organizations (id, name, currency, auth_token_sealed, created_at) values ($1, 'Status', 'EUR', '\\x00', $2)`,
    [organizationId, now],
  );
  await pool.query(
    `insert into telecoms (organization_id, id, name, connector, created_at) values ($1, $2, 'core', 'simulated', $3)`,
    [organizationId, telecom, now],
  );
  const ids = all.map(({ id }) => id);
  await pool.query(
    `insert into sims (organization_id, id, telecom_id, iccid, iccid_check_digit, lifecycle, created_at, updated_at)
     select $1, u.id, $2, '8988307' || lpad(u.n::text, 12, '0'), 'absent', u.lifecycle, $3, $3
       from unnest($4::uuid[], $5::text[]) with ordinality as u(id, lifecycle, n)`,
    [organizationId, telecom, now, ids, all.map(({ lifecycle }) => lifecycle)],
  );
  const linked = all.filter(({ link }) => link);
  await pool.query(
    `insert into carrier_lines (organization_id, line_id, telecom_id, iccid, link)
     select $1, u.id, $2, 'x', u.link from unnest($3::uuid[], $4::text[]) as u(id, link)`,
    [organizationId, telecom, linked.map(({ id }) => id), linked.map(({ link }) => link)],
  );
  const asked = all.filter(({ operation }) => operation);
  await pool.query(
    `insert into carrier_operations
       (organization_id, id, line_id, telecom_id, kind, want, cause, state, next_attempt_at, requested_at, ended_at)
     select $1, gen_random_uuid(), u.id, $2, case when u.op = 'disconnect' then 'disconnect' else 'set_state' end, 'active',
            case when u.op in ('block', 'drift') then u.op else 'lifecycle' end,
            case when u.op = 'done' then 'done' else 'outstanding' end, $3, $3, case when u.op = 'done' then $3::timestamptz end
       from unnest($4::uuid[], $5::text[]) as u(id, op)`,
    [organizationId, telecom, now, asked.map(({ id }) => id), asked.map(({ operation }) => operation)],
  );
  const open = all.flatMap(({ id, open }) => open.map((reason) => ({ id, reason })));
  // Every line also has a block that was lifted: it must not count.
  const lifted = all.map(({ id }) => ({ id, reason: 'rule' }));
  await pool.query(
    `insert into blocks (organization_id, id, line_id, reason, opened_at, opened_by, lifted_at, lifted_by)
     select $1, gen_random_uuid(), u.id, u.reason, $2, 'test', case when u.lifted then $2::timestamptz end,
            case when u.lifted then 'test' end
       from unnest($3::uuid[], $4::text[], $5::boolean[]) as u(id, reason, lifted)`,
    [
      organizationId,
      now,
      [...open, ...lifted].map(({ id }) => id),
      [...open, ...lifted].map(({ reason }) => reason),
      [...open.map(() => false), ...lifted.map(() => true)],
    ],
  );
  // What the product's own statements ask for by themselves.
  await pool.query('select relist_sims($1, $2)', [organizationId, ids]);
}
