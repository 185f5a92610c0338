import { bigints, booleans, instants, ints, texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Service } from '../model.ts';

/** Charged usage, ready to store. `chargeMicros` is this record's share: f(total after) − f(total before). */
export type UsageRecord = {
  occurredAt: Date;
  lineId: Id;
  sourceId: Id;
  sourceKey: Id;
  sessionId: Id | null;
  receivedAt: Date;
  bytesUp: bigint;
  bytesDown: bigint;
  plmn: string;
  fleetId: Id | null;
  service: Service;
  /** Messages, or seconds of calls; 0 for data. */
  units: bigint;
  chargeMicros: bigint;
  late: boolean;
  /** No zone of the plan could be told by the network, and the default rate served. */
  unknownNetwork: boolean;
  periodId: Id;
  /** The month of the pool that the charge belongs to, where it is not the line's own period. */
  poolPeriodId: Id | null;
  position: number;
};

/**
 * Inserts records. One whose dedupe key is there already fails them all with a unique violation (23505): the look-up of
 * sessions and claims has let no repeat through, so somebody was faster, and looking for conflicts first would cost
 * every record. They go in by line: neighbours in the index of lines are then written one after the other.
 */
export async function insertRecords(ctx: Ctx, batchId: Id, records: UsageRecord[]): Promise<number> {
  const of = <K extends keyof UsageRecord>(field: K) => records.map((record) => record[field]);
  // Most batches hold plain data alone: what only others have is not sent, and the columns keep their defaults.
  const plain = records.every((r) => r.service === 'data' && r.poolPeriodId === null && !r.unknownNetwork);
  const more = plain ? nothing : sql`, service, units, pool_period_id, unknown_network`;
  const theirs = plain
    ? nothing
    : sql`, ${texts(of('service'))}::text[], ${bigints(of('units'))}::bigint[], ${uuids(of('poolPeriodId'))}::uuid[],
          ${booleans(of('unknownNetwork'))}::boolean[]`;
  return run(
    ctx,
    sql`/* usage.insert_records */ insert into usage_records
          (organization_id, batch_id, occurred_at, line_id, source_id, source_key, session_id, received_at, bytes_up, bytes_down,
           plmn, fleet_id, charge_micros, late, period_id, position${more})
        select ${ctx.organization.id}, ${batchId}::uuid, u.*
          from unnest(${instants(of('occurredAt'))}::timestamptz[], ${uuids(of('lineId'))}::uuid[], ${uuids(of('sourceId'))}::uuid[],
                      ${uuids(of('sourceKey'))}::uuid[], ${uuids(of('sessionId'))}::uuid[], ${instants(of('receivedAt'))}::timestamptz[],
                      ${bigints(of('bytesUp'))}::bigint[], ${bigints(of('bytesDown'))}::bigint[], ${texts(of('plmn'))}::text[],
                      ${uuids(of('fleetId'))}::uuid[], ${bigints(of('chargeMicros'))}::bigint[], ${booleans(of('late'))}::boolean[],
                      ${uuids(of('periodId'))}::uuid[], ${ints(of('position'))}::int[]${theirs}) as u(occurred_at, line_id)
         order by u.line_id`,
  );
}

export type StoredRecord = UsageRecord & { batchId: Id };

/** Where a page of records ended. */
export type RecordPlace = Pick<UsageRecord, 'occurredAt' | 'position' | 'sourceKey'>;

const columns = sql`u.occurred_at, u.line_id, u.source_id, u.source_key, u.session_id, u.received_at, u.bytes_up, u.bytes_down, u.plmn,
  u.fleet_id, u.service, u.units, u.charge_micros, u.late, u.unknown_network, u.period_id, u.pool_period_id, u.batch_id, u.position`;

/** The records of a line, newest first: what a charge is explained with. */
export async function listRecords(
  ctx: Ctx,
  filter: { lineId: Id; periodId?: Id; service?: Service; after?: RecordPlace; limit: number },
): Promise<StoredRecord[]> {
  const conditions = [sql`u.organization_id = ${ctx.organization.id} and u.line_id = ${filter.lineId}`];
  if (filter.periodId) conditions.push(sql`u.period_id = ${filter.periodId}::uuid`);
  if (filter.service) conditions.push(sql`u.service = ${filter.service}`);
  if (filter.after) conditions.push(beyond(filter.after));
  return rows<StoredRecord>(
    ctx,
    sql`/* usage.list_records */ select ${columns} from usage_records u where ${join(conditions)} ${newestFirst} limit ${filter.limit}`,
  );
}

const newestFirst = sql`order by u.occurred_at desc, u.position desc, u.source_key desc`;

function beyond({ occurredAt, position, sourceKey }: RecordPlace): Sql {
  return sql`(u.occurred_at, u.position, u.source_key) < (${occurredAt}, ${position}::int, ${sourceKey}::uuid)`;
}

export type RecordFilter = {
  /** Half-open. */
  from: Date;
  to: Date;
  lineId?: Id;
  service?: Service;
  /** The name of what handed them in over HTTP. */
  source?: string;
  unknownNetwork?: boolean;
  after?: RecordPlace;
  limit: number;
};

/** Records of a window, newest first; a company's staff see those of the lines that their company has now. */
export async function listAllRecords(ctx: Ctx, filter: RecordFilter): Promise<StoredRecord[]> {
  const { organization, actor } = ctx;
  const conditions = [
    sql`u.organization_id = ${organization.id} and u.occurred_at >= ${filter.from} and u.occurred_at < ${filter.to}`,
  ];
  if (filter.lineId) conditions.push(sql`u.line_id = ${filter.lineId}`);
  if (filter.service) conditions.push(sql`u.service = ${filter.service}`);
  if (filter.unknownNetwork !== undefined) conditions.push(sql`u.unknown_network = ${filter.unknownNetwork}`);
  if (filter.source) {
    conditions.push(sql`u.source_id = (select s.id from usage_sources s where s.organization_id = ${organization.id}
      and s.name = ${filter.source})`);
  }
  if (actor.scope.kind === 'company') {
    conditions.push(sql`u.line_id in (select s.id from sims s where s.organization_id = ${organization.id}
      and s.company_id = ${actor.scope.companyId})`);
  }
  if (filter.after) conditions.push(beyond(filter.after));
  return rows<StoredRecord>(
    ctx,
    sql`/* usage.list_all_records */ select ${columns} from usage_records u where ${join(conditions)} ${newestFirst} limit ${filter.limit}`,
  );
}
