import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/database.ts';
import { type Ctx, contextFor, systemActor } from '../kit/ctx.ts';
import { type Database, openDatabase, query, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { createLog } from '../kit/log.ts';
import { setInstanceKey } from '../kit/seal.ts';
import { createOrganization } from '../tenancy/index.ts';
import { listSims } from './index.ts';

const now = new Date('2026-03-15T10:00:00Z');
/** More than a search gathers. */
const many = 25_000;

/** Three issuers one after the other, `many` SIMs each; some of the newest have digits of the oldest in another identifier. */
describe('a search for the beginning of very many ICCIDs', () => {
  let owner: Database;
  let app: Database;
  let drop: () => Promise<void>;
  let ctx: Ctx;

  beforeAll(async () => {
    const fresh = await freshDatabase();
    drop = fresh.drop;
    owner = openDatabase(fresh.urls.owner, 1);
    app = openDatabase(fresh.urls.app, 1);
    const runtime = { clock: { now: () => now }, log: createLog('silent') };
    setInstanceKey(randomBytes(32));
    const { organization } = await createOrganization(
      { ...runtime, database: owner },
      { name: 'Search', currency: 'EUR' },
    );
    ctx = contextFor({ ...runtime, database: app }, organization, systemActor('test'));
    await owner.pool.query(
      `with t as (insert into telecoms (organization_id, id, name, connector, created_at) values ($1, gen_random_uuid(), 'T', 'radius', $2) returning id)
       insert into sims (organization_id, id, telecom_id, iccid, iccid_check_digit, imsi, msisdn, created_at, updated_at)
       select $1, (lpad(to_hex(1700000000000 + n), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid, t.id,
              (array['8944501', '8933207', '8944507'])[1 + n / $3] || lpad(n::text, 12, '0'), 'absent', '90170' || lpad(n::text, 10, '0'),
              case when n % 1000 = 999 then '44501' || lpad(n::text, 8, '0') when n % 5000 = 1 then '8944501' || n end, $2, $2
         from t, generate_series(0, 3 * $3 - 1) n`,
      [organization.id, now, many],
    );
    await owner.pool.query('vacuum analyze sims');
  });
  afterAll(async () => {
    await Promise.all([owner.pool.end(), app.pool.end()]);
    await drop();
  });

  /** What the list shows, page after page, against every row looked at. */
  async function pages(search: string, newestFirst: boolean, count: number): Promise<void> {
    const truth = await query<{ id: Id }>(
      owner.pool,
      sql`select id from sims where concat_ws(' ', iccid, imsi, msisdn) like ${`%${search}%`} order by id`,
    );
    const expected = truth.map(({ id }) => id);
    if (newestFirst) expected.reverse();
    const shown: Id[] = [];
    for (let i = 0; i < count; i++) {
      const page = await listSims(ctx, { search }, { after: shown.at(-1), limit: 50, newestFirst });
      shown.push(...page.map((sim) => sim.id));
    }
    expect(shown).toEqual(expected.slice(0, count * 50));
    const before = await listSims(ctx, { search }, { before: shown.at(-1), limit: 50, newestFirst });
    expect(before.map((sim) => sim.id)).toEqual(expected.slice(0, 50));
  }

  it.each([
    ['of an issuer, with others that have it elsewhere', '8944501'],
    ['of two issuers', '89445'],
    ['of an issuer, longer than its digits', '89445010'],
    ['of all', '894'],
    ['of an issuer of the middle', '8933207'],
  ])('%s', async (_, search) => {
    await pages(search, true, 3);
    await pages(search, false, 3);
  });
});
