import type { Ctx, Organization, Runtime } from '../../kit/ctx.ts';
import { join, query, row, run, type Sql, sql } from '../../kit/db.ts';
import { fromHex, type Id } from '../../kit/ids.ts';

const columns = sql`id, name, currency, time_zone, unit_base, sandbox, clock_offset_ms, late_usage, connection_listeners`;

/** Through the narrow function that names no organization: ids, names and clocks, nothing of a customer. */
export async function findOrganization(runtime: Pick<Runtime, 'database'>, id: Id): Promise<Organization | null> {
  const found = await query<Organization>(
    runtime.database.pool,
    sql`/* organizations.find */ select ${columns} from find_organization(${id})`,
  );
  return found[0] ?? null;
}

export function listOrganizations(runtime: Pick<Runtime, 'database'>): Promise<Organization[]> {
  return query(runtime.database.pool, sql`/* organizations.list */ select ${columns} from list_organizations()`);
}

/** `end_user`: by an email that one has or had; whether they still do, the organization knows. */
export type DirectoryKind = 'api_key' | 'company' | 'user' | 'end_user';

/** Organizations that know an identifier: a person's user id, the hex of an API key or a company, an end user's email. */
export async function findOrganizationIds(
  runtime: Pick<Runtime, 'database'>,
  kind: DirectoryKind,
  identifier: string,
): Promise<Id[]> {
  const found = await query<{ id: Id }>(
    runtime.database.pool,
    sql`/* directory.find */ select id from find_organizations(${kind}, ${identifier}) as id order by id`,
  );
  return found.map((row) => row.id);
}

export async function addToDirectory(ctx: Ctx, kind: DirectoryKind, identifier: string): Promise<void> {
  await run(
    ctx,
    sql`/* directory.add */ insert into directory (kind, identifier, organization_id)
        values (${kind}, ${identifier}, ${ctx.organization.id}) on conflict do nothing`,
  );
}

export type OrganizationRow = Organization & { createdAt: Date };

export async function getOwnOrganization(ctx: Ctx, lock = false): Promise<OrganizationRow | null> {
  return row(
    ctx,
    sql`/* organizations.get_own */ select ${columns}, created_at from organizations
         where id = ${ctx.organization.id} ${lock ? sql`for update` : sql``}`,
  );
}

export async function insertOrganization(
  ctx: Ctx,
  organization: Organization & { authTokenSealed: Buffer },
): Promise<void> {
  await run(
    ctx,
    sql`/* organizations.insert */ insert into organizations
          (id, name, currency, time_zone, unit_base, sandbox, auth_token_sealed, created_at)
        values (${organization.id}, ${organization.name}, ${organization.currency}, ${organization.timeZone},
                ${organization.unitBase}, ${organization.sandbox}, ${organization.authTokenSealed}, ${ctx.now})`,
  );
}

export type OrganizationChanges = Partial<Pick<Organization, 'name' | 'timeZone' | 'unitBase' | 'lateUsage'>>;

export async function updateOrganization(ctx: Ctx, changes: OrganizationChanges): Promise<void> {
  const sets: Sql[] = [];
  if (changes.name !== undefined) sets.push(sql`name = ${changes.name}`);
  if (changes.timeZone !== undefined) sets.push(sql`time_zone = ${changes.timeZone}`);
  if (changes.unitBase !== undefined) sets.push(sql`unit_base = ${changes.unitBase}`);
  if (changes.lateUsage !== undefined) sets.push(sql`late_usage = ${changes.lateUsage}`);
  if (sets.length === 0) return;
  await run(
    ctx,
    sql`/* organizations.update */ update organizations set ${join(sets, ', ')} where id = ${ctx.organization.id}`,
  );
}

export async function moveClock(ctx: Ctx, ms: bigint): Promise<void> {
  await run(
    ctx,
    sql`/* organizations.move_clock */ update organizations set clock_offset_ms = clock_offset_ms + ${ms}
         where id = ${ctx.organization.id} and sandbox`,
  );
}

/** Notes that who hears of connections has changed, and whether anybody does: asked when nobody else can change it any more. */
export async function noteListeners(ctx: Ctx, anybody: (ctx: Ctx) => Promise<boolean>): Promise<void> {
  const own = sql`id = ${ctx.organization.id}`;
  await run(ctx, sql`/* organizations.lock_listeners */ select from organizations where ${own} for no key update`);
  const number = (await anybody(ctx)) ? sql`nextval('connection_listeners')` : sql`0`;
  await run(
    ctx,
    sql`/* organizations.note_listeners */ update organizations set connection_listeners = ${number} where ${own}`,
  );
}

/** The sealed auth token of the account: the organization's own, or that of one of its companies in use. */
export async function findAuthToken(ctx: Ctx, accountHex: string): Promise<{ sealed: Buffer; name: string } | null> {
  const id = fromHex(accountHex);
  return id === ctx.organization.id
    ? row(
        ctx,
        sql`/* organizations.auth_token */ select auth_token_sealed as sealed, name from organizations
             where id = ${ctx.organization.id}`,
      )
    : row(
        ctx,
        sql`/* companies.auth_token */ select auth_token_sealed as sealed, name from companies
             where organization_id = ${ctx.organization.id} and id = ${id} and archived_at is null`,
      );
}

/** The partition of usage of a month, if there is none and nothing holds it up. @param first any instant of the month, in UTC */
export async function ensureUsagePartition(ctx: Ctx, first: Date): Promise<void> {
  await run(
    ctx,
    sql`/* usage.ensure_partition */ select ensure_usage_partition(${first.toISOString().slice(0, 10)}::date)`,
  );
}
