import { instants, ints, texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, rows, run, type Sql, sql } from '../../kit/db.ts';
import { firstIdAt, type Id } from '../../kit/ids.ts';
import { claimDue } from '../queue.ts';
import type { IpCommand, IpErrorCode } from './model.ts';

type Row = Omit<IpCommand, 'callback' | 'companyId'> & {
  accountId: Id;
  callbackMethod: 'GET' | 'POST' | null;
  callbackUrl: string | null;
};

const columns = sql`id, line_id, account_id, direction, payload, payload_type, device_address, device_port, status, error_code, failure,
  callback_method, callback_url, attempts, next_attempt_at, created_at, updated_at`;

function whole(ctx: Ctx, { accountId, callbackMethod: method, callbackUrl: url, ...row }: Row): IpCommand {
  const companyId = accountId === ctx.organization.id ? null : accountId;
  return { ...row, companyId, callback: method && url ? { method, url } : null };
}

export type NewIp = Omit<IpCommand, 'errorCode' | 'failure' | 'attempts' | 'createdAt' | 'updatedAt'>;

export async function insertIp(ctx: Ctx, ip: NewIp): Promise<void> {
  await run(
    ctx,
    sql`/* commands.insert_ip */ insert into ip_commands
          (organization_id, id, line_id, account_id, direction, payload, payload_type, device_address, device_port, status,
           callback_method, callback_url, next_attempt_at, created_at, updated_at)
        values (${ctx.organization.id}, ${ip.id}, ${ip.lineId}, ${ip.companyId ?? ctx.organization.id}, ${ip.direction}, ${ip.payload},
                ${ip.payloadType}, ${ip.deviceAddress}, ${ip.devicePort}, ${ip.status}, ${ip.callback?.method ?? null},
                ${ip.callback?.url ?? null}, ${ip.nextAttemptAt}, ${ctx.now}, ${ctx.now})`,
  );
}

export type IpFilter = {
  ids?: Id[];
  lineId?: Id;
  /** An account: a company, or null for the organization's own. */
  companyId?: Id | null;
  status?: IpCommand['status'];
  direction?: IpCommand['direction'];
};

export async function listIp(
  ctx: Ctx,
  filter: IpFilter,
  { after, limit, newestFirst = true }: { after?: Id; limit: number; newestFirst?: boolean },
): Promise<IpCommand[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (filter.ids) conditions.push(sql`id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.lineId) conditions.push(sql`line_id = ${filter.lineId}`);
  if (filter.companyId !== undefined) conditions.push(sql`account_id = ${filter.companyId ?? ctx.organization.id}`);
  if (filter.status) conditions.push(sql`status = ${filter.status}`);
  // What came from a SIM is `received`, and nothing else is: an index has it by that word.
  if (filter.direction === 'from_sim') conditions.push(sql`status = 'received'`);
  if (filter.direction === 'to_sim') conditions.push(sql`direction = 'to_sim'`);
  if (after) conditions.push(newestFirst ? sql`id < ${after}` : sql`id > ${after}`);
  const order = newestFirst ? sql`order by id desc` : sql`order by id`;
  const found = await rows<Row>(
    ctx,
    sql`/* commands.list_ip */ select ${columns} from ip_commands where ${join(conditions)} ${order} limit ${limit}`,
  );
  return found.map((row) => whole(ctx, row));
}

/** Takes commands that are due, and counts the attempt. */
export async function claimIp(ctx: Ctx): Promise<IpCommand[]> {
  const claimed = await claimDue<Row>(ctx, { table: sql`ip_commands`, columns });
  return claimed.map((row) => whole(ctx, row));
}

export type SettledIp = Pick<
  IpCommand,
  'id' | 'attempts' | 'status' | 'deviceAddress' | 'errorCode' | 'failure' | 'nextAttemptAt'
>;

/** Writes what came of a try, where the command still waits for this very one. Returns those that were written. */
export async function settleIp(ctx: Ctx, settled: SettledIp[]): Promise<Set<Id>> {
  const of = <T>(field: (one: SettledIp) => T) => settled.map(field);
  const written = await rows<{ id: Id }>(
    ctx,
    sql`/* commands.settle_ip */ update ip_commands c
           set status = u.status, device_address = u.address, error_code = u.error_code, failure = u.failure,
               next_attempt_at = u.next_attempt_at,
               updated_at = case when c.status = u.status then c.updated_at else ${ctx.now}::timestamptz end
          from unnest(${uuids(of((s) => s.id))}::uuid[], ${ints(of((s) => s.attempts))}::int[], ${texts(of((s) => s.status))}::text[],
                      ${texts(of((s) => s.deviceAddress))}::text[], ${ints(of((s) => s.errorCode))}::int[],
                      ${texts(of((s) => s.failure))}::text[], ${instants(of((s) => s.nextAttemptAt))}::timestamptz[])
               as u(id, attempts, status, address, error_code, failure, next_attempt_at)
         where c.organization_id = ${ctx.organization.id} and c.id = u.id and c.attempts = u.attempts and c.status = 'queued'
        returning c.id`,
  );
  return new Set(written.map((row) => row.id));
}

/** Notes what went wrong with a command beside its status; what is noted first stays. Null: something is noted, or it is gone. */
export async function noteError(ctx: Ctx, id: Id, code: IpErrorCode, failure: string): Promise<IpCommand | null> {
  const [noted] = await rows<Row>(
    ctx,
    sql`/* commands.note_ip_error */ update ip_commands set error_code = ${code}, failure = ${failure}
         where organization_id = ${ctx.organization.id} and id = ${id} and error_code is null
        returning ${columns}`,
  );
  return noted ? whole(ctx, noted) : null;
}

/** Forgets commands that were made before an instant and have ended, some at a time. Returns how many went. */
export async function forgetIp(ctx: Ctx, before: Date, limit: number): Promise<number> {
  return run(
    ctx,
    sql`/* commands.forget_ip */ delete from ip_commands where organization_id = ${ctx.organization.id} and id in (
          select id from ip_commands
           where organization_id = ${ctx.organization.id} and id < ${firstIdAt(before)} and status <> 'queued'
           order by id limit ${limit})`,
  );
}
